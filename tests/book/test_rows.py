"""Rows made and written in bulk are the rows that Django would make and write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models.base import ModelState

from bihuan.book.models import Region
from bihuan.book.rows import insert, made
from bihuan.ledger.models import Ledger, Problem
from bihuan.organisations.models import Unit

OURS = [model for app in ("book", "ledger", "intake") for model in apps.get_app_config(app).get_models()]
ID = UUID("01900000-0000-7000-8000-000000000001")


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_row_is_what_the_model_makes(model):
    keys = {name: ID for name in ("id", "uid") if _is_uuid(model, name)}
    ours, theirs = made(model, **keys).__dict__, model(**keys).__dict__
    assert {name: ours[name] for name in theirs if name != "_state"} == {
        name: value for name, value in theirs.items() if name != "_state"
    }
    assert isinstance(ours["_state"], ModelState)
    assert ours["_state"].adding


def _is_uuid(model, name):
    return any(field.name == name and isinstance(field, models.UUIDField) for field in model._meta.fields)


def test_every_row_has_an_id_and_lists_of_its_own():
    one, other = made(Problem), made(Problem)
    assert one.id != other.id
    one.worked_by.append(7)
    assert other.worked_by == []


def test_what_is_no_column_is_refused():
    with pytest.raises(TypeError, match="ledger"):
        made(Problem, ledger=None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 1, 8, 5, 0, 120, UTC),
        datetime(2026, 3, 1, 8, 5, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_what_is_inserted_is_stored_as_django_stores_it(at):
    region = Region.objects.create(id=1, name="云汀市")
    office = Unit.objects.create(region=region, name="云汀市", kind="government", path="/1/")
    ledger = Ledger.objects.create(region=region, office=office, name="台账", prefix="YT")
    values = {
        "region_id": region.pk,
        "ledger_id": ledger.id,
        "office_id": office.pk,
        "title": "“引号”与%s",
        "text": "第一行\n第二行",
        "wanted_due": date(2026, 4, 1),
        "place": {"sheet": "甲", "row": 3, "reading": None},
        "claims": {},
        "worked_by": [],
        "turns": [["2026-03-01", "green", "otherwise", {}]],
        "stage": "listed",
        "state_from": date(2026, 3, 1),
        "changed_at": at,
    }
    theirs = Problem.objects.create(number="1", **values)
    ours = made(Problem, number="2", **values)
    insert([ours])
    columns = [f.column for f in Problem._meta.concrete_fields if f.column not in ("id", "number")]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(str, columns))} FROM ledger_problem ORDER BY number")
        first, second = cursor.fetchall()
    assert first == second
    assert Problem.objects.get(id=ours.id).changed_at == theirs.changed_at
