"""What the tests of the ledger ask of the record: is it whole, and did anything change at all?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

from bihuan.book.booked import State, differences, fold
from bihuan.book.models import Chain, Entry
from bihuan.domain.journal import check_chain
from bihuan.domain.refusals import Denied, Refused
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.models import Problem
from bihuan.ledger.models.parts import PartOfProblem

APPS = ("book", "organisations", "ledger")
PARTS: list[type[PartOfProblem]] = PartOfProblem.__subclasses__()


def digest() -> str:
    """A hash over every row of every table of ours."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for app in APPS:
            for model in apps.get_app_config(app).get_models():
                table, key = model._meta.db_table, model._meta.pk.column
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key}"')
                found.update(repr((model.__name__, cursor.fetchall())).encode())
    return found.hexdigest()


def told(problem: UUID) -> State:
    """What the entries of a problem say, folded; no entry may name an old value that was not there."""
    state: State = {}
    wrong = [fault for changes in changes_of(problem) for fault in fold(state, changes)]
    assert wrong == []
    return state


def changes_of(problem: UUID) -> list[dict[str, Any]]:
    """The changes of each entry of a problem, in order."""
    bodies = Entry.objects.filter(subject=problem).order_by("seq").values_list("body", flat=True)
    return [json.loads(body)["changes"] for body in bodies]


def assert_whole(problem: UUID) -> None:
    """The chain is intact up to its head, and the entries fold to the rows, no more and no fewer."""
    links = list(Entry.objects.filter(subject=problem).order_by("seq").values_list("seq", "body", "hash"))
    assert check_chain((seq, body.encode(), hash_) for seq, body, hash_ in links) == []
    head = Chain.objects.get(id=problem)
    assert (head.seq, head.head) == (links[-1][0], links[-1][2])
    state = told(problem)
    rows: list[Any] = [Problem.objects.get(id=problem)]
    rows += [row for model in PARTS for row in model._default_manager.filter(problem_id=problem)]
    assert {row.record_key for row in rows} == set(state)
    assert [(row.record_key, names) for row in rows if (names := differences(state[row.record_key], row))] == []


def refusal_of(call: Callable[[], Any]) -> Denied:
    """The refusal that `call` answers or raises; fails where it is done."""
    try:
        outcome = call()
    except Refused as refused:
        return refused.denied
    assert isinstance(outcome, Outcome), "not refused"
    assert not outcome.done, "not refused"
    return outcome.refused[0].denied


def words_of(call: Callable[[], Any]) -> str:
    """The refusal as the person reads it; fails where it left anything behind."""
    before = digest()
    words = str(refusal_of(call))
    assert digest() == before, "a refused action left something behind"
    return words


def only(outcome: Outcome) -> Problem:
    """The one problem of a step that was done, its record found whole."""
    problem = outcome.only()
    assert_whole(problem.id)
    return Problem.objects.get(id=problem.id)
