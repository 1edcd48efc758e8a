"""How problems stood on a past day: what is shown of it never changes, whatever happens afterwards."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.ledger.models import Measure, Problem, Responsibility
from bihuan.ledger.then import stood_on
from tests.ledger.histories import BACK, EXTENSION, FORWARD, MENDING, Bench, attempt, put_on_ledger
from tests.ledger.test_replay import learn
from tests.world import START, World

pytestmark = pytest.mark.django_db


def photo(problem: Problem, measures: Iterable[Measure], duties: Iterable[Responsibility]) -> dict[str, Any]:
    return {
        "problem": {**problem.snapshot(), "progress": problem.progress},
        "measures": [row.snapshot() for row in measures],
        "duties": [row.snapshot() for row in duties],
    }


def every_problem() -> list[Problem]:
    return list(Problem.objects.order_by("id"))


def photos_now() -> dict[UUID, dict[str, Any]]:
    found = {}
    for problem in every_problem():
        rows: dict[str, Any] = {"problem_id": problem.id, "dropped": False}
        measures = Measure.objects.filter(**rows).order_by("place")
        found[problem.id] = photo(problem, measures, Responsibility.objects.filter(**rows).order_by("id"))
    return found


def photos_of(day: date) -> dict[UUID, dict[str, Any]]:
    stood = stood_on(every_problem(), day)
    return {key: photo(then.problem, then.measures, then.responsibilities) for key, then in stood.items()}


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_every_past_day_is_shown_as_it_was(world: World, data: st.DataObject):
    draw = data.draw
    with transaction.atomic():
        bench = Bench(copy.deepcopy(world))
        photos: dict[date, dict[UUID, dict[str, Any]]] = {}
        for _chapter in range(4):
            put_on_ledger(draw, bench)
            for moves in (*[FORWARD] * draw(st.integers(1, 8)), draw(st.sampled_from([MENDING, BACK, EXTENSION]))):
                attempt(draw, bench, sense=10, moves=moves)
                learn(bench)
            photos[bench.today] = photos_now()
            bench.today += timedelta(days=draw(st.sampled_from([1, 3, 12, 30, 75])))
        with bench.now():
            for day, expected in photos.items():
                assert photos_of(day) == expected
            assert photos_of(START - timedelta(days=1)) == {}
        transaction.set_rollback(True)
