"""Every model keeps to the rules that let the same code run distributed (docs/decisions, keys of large tables).

Large tables carry an immutable region and a UUIDv7 of the application's own making, are linked on region and id,
and name the region in every unique constraint. What is not a large table stands on a list here.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.db import connection, models

from bihuan.book.booked import BOOKED, Booked
from bihuan.book.keys import RegionalModel, RegionKey, new_id
from bihuan.ledger.derived import DERIVED
from bihuan.ledger.models import Problem
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.settings.base import INSTALLED_APPS

SMALL = {
    "Region",
    "Checkpoint",
    "Unit",
    "UnitPast",
    "Person",
    "Post",
    "WorkCalendar",
    "Source",
    "Campaign",
    "CampaignItem",
    "CheckTopic",
    "SourceReport",
    "ColourPolicy",
    "Counter",
    "SavedView",
    "SetUp",
    "Wish",
    "Bookmark",
}
"""Tables kept whole on every node. A new model is regional, or somebody has thought about it and adds it here."""

OURS = [model for model in apps.get_models() if model.__module__.startswith("bihuan.")]
LARGE: list[Any] = [model for model in OURS if issubclass(model, RegionalModel)]
named = pytest.mark.parametrize("model", LARGE, ids=lambda model: model.__name__)
each = pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)


def test_a_model_is_regional_or_on_the_list_of_small_tables():
    assert {model.__name__ for model in OURS} - {model.__name__ for model in LARGE} == SMALL
    assert {"Problem", "Measure", "Responsibility", "Entry", "Evidence", "Reach", "Span", "Chain"} <= {
        model.__name__ for model in LARGE
    }
    ours = {app for app in INSTALLED_APPS if app.startswith("bihuan.")}
    assert {model._meta.app_config.name for model in OURS} <= ours


@named
def test_region_is_there_and_stays(model: Any):
    region = model._meta.get_field("region")
    assert not region.null
    assert not region.editable
    assert region.remote_field.model.__name__ == "Region"
    assert region.remote_field.on_delete is models.PROTECT
    booked = getattr(model, "ON_RECORD", ())
    assert "region_id" not in booked, "what is on the record may change; a region never does"


@named
def test_ids_are_made_by_the_application(model: Any):
    key = model._meta.pk
    assert (key.name, type(key), key.default) == ("id", models.UUIDField, new_id)
    made = model().pk
    assert isinstance(made, UUID)
    assert made.version == 7


@named
def test_nothing_is_counted_up_by_the_database(model: Any):
    counted = (models.AutoField, models.BigAutoField, models.SmallAutoField)
    assert [field.name for field in model._meta.fields if isinstance(field, counted)] == []


@named
def test_region_and_id_are_a_key_for_others_to_link_to(model: Any):
    keys = [
        c.fields for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and not c.condition
    ]
    assert ("region", "id") in keys


@named
def test_whatever_is_unique_is_unique_within_a_region(model: Any):
    unique = [c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    assert [c.name for c in unique if "region" not in c.fields] == []
    assert [field.name for field in model._meta.fields if field.unique and not field.primary_key] == []
    assert not model._meta.unique_together


@named
def test_large_tables_are_linked_on_region_and_id_with_the_column_beside_it(model: Any):
    for field in model._meta.get_fields():
        if not isinstance(field, models.ForeignObject):
            continue
        target = field.remote_field.model
        if issubclass(target, RegionalModel):
            assert isinstance(field, RegionKey), f"{field} links to a large table by its id alone"
            assert field.from_fields == ("region", field.via)
            assert tuple(field.to_fields) == ("region", "id")
            column = model._meta.get_field(field.via)
            assert type(column) is models.UUIDField
            assert column.null == field.null
        else:
            assert not isinstance(field, RegionKey)
            assert target.__name__ in SMALL


OF_ONE_REGION = {"region", "unit", "problem_id"}
"""A region, or what belongs to one region alone: an index that begins so is asked within one region."""
ACROSS_REGIONS = {
    "closeout_to_file": "the level above files what units of several regions have struck off",
    "urging_by": "a level above urges units of several regions",
    "urging_to": "begins with a unit: the one that is urged",
    "referral_office": "begins with a unit, and the levels above it look from other regions",
    "referral_lead": "begins with a unit, and the levels above it look from other regions",
    "ruletie_rule": "a rule may be tied to problems of several regions",
    "example_published": "good examples are for everybody, in whatever region",
    "adoption_example": "units of all regions may adopt an example",
    "notice_person": "a person's inbox holds what concerns them in whatever region",
    "notice_unread": "the same, as far as it was not read",
    "notice_undigested": "the same, as far as no digest told it",
    "notice_due": "the worker puts a person's mails together from all regions",
    "notice_held": "a person's inbox says what was held back, of whatever region",
    "notice_mail": "a mail, and a digest, tells of notices of whatever region",
    "notice_digest": "a mail, and a digest, tells of notices of whatever region",
    "mail_waiting": "the worker sends the mails of all regions",
    "mail_person": "the guard counts a person's mails, of whatever region",
    "mail_failed": "administrators look at what failed in all regions",
    "duty_person": "a person's own cases and duties, in whatever region",
    "task_set_by": "begins with a unit too: the one that set the task",
    "task_meeting": "a meeting is of one region, and so are its decisions",
    "raising_to": "a question may come from another region: the level above answers them all",
    "raising_upper": "what was raised may lie in another region than the problem that answers it",
    "problem_campaign": "a campaign may have members in several regions, and its organiser counts them all",
    "check_answer_state": "a topic may ask units of several regions, and its office counts all their answers",
}
"""Indexes for what is asked of every region at once, each with the reason."""


@named
def test_indexes_for_lists_begin_with_what_is_of_one_region(model: Any):
    within = [index for index in model._meta.indexes if index.name not in ACROSS_REGIONS]
    assert [index.name for index in within if index.fields[0] not in OF_ONE_REGION] == []


@each
def test_no_generic_and_no_many_to_many_relations(model: Any):
    inherited = {"groups", "user_permissions"}  # Django's own, of its user model; unused
    loose = [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, GenericForeignKey | GenericRelation | models.ManyToManyField)
    ]
    assert set(loose) <= (inherited if model.__name__ == "Person" else set())


@pytest.mark.parametrize("kind", sorted(BOOKED))
def test_what_is_on_the_record_are_columns_of_the_row(kind: str):
    model: Any = BOOKED[kind]
    columns = {field.attname for field in model._meta.concrete_fields}
    assert set(model.ON_RECORD) <= columns
    assert len(kind) <= 20
    of_a_part = {"problem_id"} if issubclass(model, PartOfProblem) else set()
    assert not set(model.ON_RECORD) & {"id", "uid", "region_id", "region", *of_a_part}


def test_every_column_of_a_problem_is_on_the_record_derived_or_its_identity():
    kept = {"id", "region_id", "version", "changed_at", "reading_id"}
    columns = {field.attname for field in Problem._meta.concrete_fields}
    assert columns == kept | set(DERIVED) | set(Problem.ON_RECORD)
    assert issubclass(Problem, Booked)


@pytest.mark.django_db
@named
def test_names_fit_into_every_database(model: Any):
    names = [c.name for c in model._meta.constraints] + [index.name for index in model._meta.indexes]
    assert all(len(name) <= 30 for name in names)
    assert len(names) == len(set(names))
    assert model._meta.db_table in connection.introspection.table_names()
