"""Every column of every table on the record is watched: whichever is edited, verify names the row.

The cases come from the models themselves, so that a column added later is tested without anybody's doing; one
that verify does not watch has to be named here with the reason.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import models

from bihuan.book.booked import BOOKED
from bihuan.book.models import Chain, Checkpoint, Entry
from bihuan.ledger.models import Counter, Reach, Span, Tally
from bihuan.ledger.verify import verify
from tests.book import rogue

pytestmark = pytest.mark.django_db

OWN_ID = "made afresh for every row; nothing names it and nothing follows from it"
UNWATCHED = {
    ("person", "password"): "a secret, kept off the record; that it was set anew is an entry",
    ("person", "one_time_until"): "goes with the password; how long it holds is no fact about anybody",
    ("person", "last_login"): "changes with every sign-in",
    ("person", "date_joined"): "kept by Django, read by nothing; the entry that made the account has the time",
    ("person", "email"): "personal, kept off the record",
    ("person", "name_en"): "personal, kept off the record; the name itself is sealed",
    ("span", "id"): OWN_ID,
    ("reach", "id"): OWN_ID,
    ("tally", "id"): OWN_ID,
    ("counter", "id"): OWN_ID,
}
MODELS: list[type[models.Model]] = [*BOOKED.values(), Entry, Chain, Checkpoint, Span, Reach, Tally, Counter]
COLUMNS = [
    (model, field)
    for model in MODELS
    for field in model._meta.concrete_fields
    if (model._meta.model_name, field.attname) not in UNWATCHED
]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), rogue.standing_office() as world:
        yield world


@pytest.fixture(autouse=True)
def _undone(world):
    with rogue.undone():
        yield


def another(field: Any, value: Any) -> Any:
    """A value that the column could hold as well."""
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return value + timedelta(seconds=1) if value else datetime.now().astimezone()
    if isinstance(field, models.DateField):
        return value + timedelta(days=1) if value else date(2026, 5, 1)
    if isinstance(field, models.JSONField):
        return [*value, 7] if isinstance(value, list) else {**value, "changed": 7}
    if isinstance(field, models.BinaryField):
        return bytes(value)[::-1]
    if isinstance(field, models.CharField | models.TextField):
        return (value or "")[:-1] + ("y" if (value or "").endswith("x") else "x")
    step = 1 if field.attname == "region_id" or not (field.primary_key or field.remote_field) else 1000
    return (value or 0) + step


def some_row(model: Any, field: Any) -> Any:
    """A row in which the column holds something, if there is one."""
    rows = model._base_manager.order_by("-pk")
    return rows.exclude(**{field.attname: None}).first() or rows.first()


@pytest.mark.parametrize(
    ("model", "field"), COLUMNS, ids=[f"{model._meta.model_name}.{field.attname}" for model, field in COLUMNS]
)
def test_an_edited_column_is_named(model, field):
    row = some_row(model, field)
    value = getattr(row, field.attname)
    names = {rogue.label(row)}
    changed = another(field, value)
    assert changed != value
    if (model, field.attname) == (Checkpoint, "number"):
        names = {f"checkpoint {changed}"}  # it has no name but this one
    if (model, field.attname) == (Counter, "value"):
        names = {f"{row.key}-{changed:05d}"}  # a number that nobody was given
    rogue.set_column(model, row.pk, field, changed)
    found = {finding.where for finding in verify().findings}
    assert names & found, f"{names} not in {found}"


def test_the_columns_left_unwatched_are_there():
    there = {(model._meta.model_name, field.attname) for model in MODELS for field in model._meta.concrete_fields}
    assert set(UNWATCHED) <= there


def test_an_edit_of_what_is_unwatched_is_no_finding():
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if (model._meta.model_name, field.attname) in UNWATCHED and not field.primary_key:
                row = some_row(model, field)
                rogue.set_column(model, row.pk, field, another(field, getattr(row, field.attname)))
    assert verify().clean
