"""Drawing a sample for look-back: the population is read and kept as a file, then the draw is put on the record
and the look-backs of what was drawn are planned, together.

The list is read before anything is written, so that a long one keeps nobody waiting; what has changed meanwhile is
drawn all the same and only not planned for. How it is drawn is for `domain.sampling` to say.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from uuid import UUID

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.writing import first_come
from bihuan.domain import lookback
from bihuan.domain.case import Role
from bihuan.domain.refusals import Denied, insist, say
from bihuan.domain.sampling import Drawn, Row, draw, refuses_seed, refuses_sizes
from bihuan.ledger.actions.ledgers import one_line
from bihuan.ledger.actions.lookback import Sampled, plan_lookback
from bihuan.ledger.actions.taking import needs_text
from bihuan.ledger.actions.tasks import refuses_length
from bihuan.ledger.files import keep
from bihuan.ledger.models import Draw
from bihuan.ledger.populations import EVERYTHING, Conditions, population, refuses_conditions, rows_of, written
from bihuan.organisations.access import Actor
from bihuan.organisations.actions import book

NAME_LENGTH = 80
DRAWERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})


@dataclass(frozen=True)
class Asked:
    """What is to be drawn: how many by risk and at random, from what, for which day, by which seed.

    Without a seed one is taken from the machine's own source of chance.
    """

    name: str
    by_risk: int
    at_random: int
    planned_for: date
    conditions: Conditions = EVERYTHING
    seed: str = ""


def may_draw(actor: Actor) -> Denied | None:
    """Coordinators and supervisors draw, each from what their own office has struck off."""
    if actor.role in DRAWERS:
        return None
    return Denied(say("只有整改办和督导人员可以抽取回头看样本。"), say("请与整改办联系。"))


def refuses(actor: Actor, asked: Asked) -> Denied | None:
    """What is wrong with what is asked for, before anything is read."""
    return (
        may_draw(actor)
        or needs_text(one_line(asked.name), say("抽取名称"))
        or refuses_length(one_line(asked.name), say("抽取名称"), NAME_LENGTH)
        or refuses_sizes(asked.by_risk, asked.at_random)
        or refuses_conditions(asked.conditions)
        or lookback.refuses_day(day=asked.planned_for, today=clock.today())
        or (refuses_seed(asked.seed) if asked.seed else None)
    )


def draw_sample(*, actor: Actor, asked: Asked) -> Draw:
    """Draw, keep the list that was drawn from, put the draw on the record and plan the look-backs.

    Raises `Refused` with what is wrong, and where the conditions leave nothing to draw from.
    """
    insist(refuses(actor, asked))
    seed = asked.seed or secrets.token_hex(8)
    sample, count, sha256 = _drawn(actor, asked, seed)
    if not sample:
        insist(Denied(say("按这些条件没有可以抽取的问题。"), say("请放宽条件，或增加随机抽取的数量。")))
    row = Draw(
        id=new_id(),
        region_id=actor.region_id,
        unit_id=actor.unit_id,
        name=one_line(asked.name),
        drawn_on=clock.today(),
        drawn_by_id=actor.person_id,
        seed=seed,
        conditions=asked.conditions.as_data(),
        population=count,
        population_sha256=sha256,
        by_risk=asked.by_risk,
        at_random=asked.at_random,
        drawn=[[one.id, one.how.value, one.codes] for one in sample],
        planned_for=asked.planned_for,
    )
    _put_down(actor, row)
    return row


@first_come()
def _put_down(actor: Actor, row: Draw) -> None:
    assert row.planned_for is not None, "asked for"
    row.save(force_insert=True)
    book(row, "draw", region_id=actor.region_id, writer=actor.writer)
    ids = [UUID(one[0]) for one in row.drawn]
    plan_lookback(actor=actor, problems=ids, day=row.planned_for, sampled=Sampled(row.id, row.name))


def _drawn(actor: Actor, asked: Asked, seed: str) -> tuple[list[Drawn], int, str]:
    """The sample, of how many it was drawn, and the hash of the list that is kept of them."""
    passing = _Passing()

    def write(file: BinaryIO) -> None:
        rows = passing.counted(written(rows_of(population(actor, asked.conditions)), file))
        passing.sample = draw(seed, rows, by_risk=asked.by_risk, at_random=asked.at_random)

    sha256 = keep(write)
    return passing.sample, passing.count, sha256


class _Passing:
    """What comes of rows while they pass."""

    def __init__(self) -> None:
        self.sample: list[Drawn] = []
        self.count = 0

    def counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.count += 1
            yield row
