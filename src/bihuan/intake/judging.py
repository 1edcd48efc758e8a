"""Keeping what the rows of a later version mean right while people go over them, and when the ledger moves on.

A draft that was edited, left out, split, put together, or whose unit names were matched is judged anew; so is one
whose problem was changed since. Which problem a row stands for is decided in `rounds`, not here: a row keeps its
problem, unless another row has taken it meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from bihuan.book.keys import id_from
from bihuan.book.rows import update_where
from bihuan.intake.comparing import Change
from bihuan.intake.holding import hold
from bihuan.intake.mapping import names_in
from bihuan.intake.models import Draft, Reading
from bihuan.intake.queries import drafts_of
from bihuan.intake.rounds import (
    BY_PERSON,
    PAIRED,
    held_drafts,
    last_drafts,
    move_absent,
    note_verdicts,
    on_ledger,
    propose,
)
from bihuan.ledger.models import Problem
from bihuan.organisations.access import Actor


def judge(actor: Actor, reading: Reading, drafts: Iterable[Draft]) -> None:
    """Say anew what these drafts mean, after they were changed; nothing where the reading is no later version.

    Inside the caller's transaction, which holds the reading.
    """
    rows = list(drafts)
    held = Reading.objects.filter(region_id=reading.region_id, id=reading.id, as_round=True)
    if not rows or not held.exists():
        return
    counted = [draft for draft in rows if not draft.dropped]
    taken = _taken(reading, counted)
    for draft in counted:
        if draft.problem_id in taken:
            draft.problem_id, draft.pairing = None, {}
    before = {draft.problem_id for draft in rows}
    note_verdicts(held_drafts(actor, reading, counted))
    update_where(Draft, PAIRED, [(draft, {}) for draft in counted])
    move_absent(reading, left=before - taken, found={draft.problem_id for draft in counted})


def _taken(reading: Reading, drafts: Sequence[Draft]) -> set[UUID | None]:
    """The problems of these drafts that other drafts stand for meanwhile."""
    wanted = [draft.problem_id for draft in drafts if draft.problem_id]
    others = drafts_of(reading).filter(problem_id__in=wanted).exclude(id__in=[draft.id for draft in drafts])
    return set(others.order_by().values_list("problem_id", flat=True)) if wanted else set()


def judge_names(actor: Actor, reading: Reading, names: Collection[str]) -> None:
    """Say anew what the drafts mean in which these unit names stand, after somebody said which units they are."""
    if reading.as_round and names:
        wanted = set(names)
        judge(actor, reading, [draft for draft in drafts_of(reading) if wanted & set(names_in(draft.item))])


@transaction.atomic
def catch_up(*, actor: Actor, reading: Reading) -> None:
    """Judge anew what the ledger has overtaken: problems changed or gone since, or put on it by another file.

    Raises `Refused` where the reading is no longer open.
    """
    hold(actor, reading)
    anew = _overtaken(actor, reading)
    if on_ledger(actor, reading).filter(id__gte=id_from(reading.uploaded_at)).exists():  # ids tell what came later
        anew += _still_new(actor, reading)
    judge(actor, reading, anew)


def _overtaken(actor: Actor, reading: Reading) -> list[Draft]:
    rows = drafts_of(reading).exclude(problem_id=None).values_list("id", "problem_id", "pairing__version")
    versions = dict(on_ledger(actor, reading).order_by().values_list("id", "version"))
    stale = [draft for draft, problem, version in rows if problem and versions.get(problem) != version]
    return list(drafts_of(reading).filter(id__in=stale)) if stale else []


def _still_new(actor: Actor, reading: Reading) -> list[Draft]:
    """The drafts that stand for none, held against the problems that no draft stands for."""
    drafts = list(drafts_of(reading))
    there = {draft.problem_id for draft in drafts}
    free = [problem for problem in on_ledger(actor, reading).order_by("number") if problem.id not in there]
    alone = [draft for draft in drafts if not draft.problem_id and draft.pairing.get("how") != BY_PERSON]
    propose(reading, alone, free, last_drafts(reading, [problem.id for problem in free]))
    return [draft for draft in alone if draft.problem_id]


@dataclass(frozen=True)
class Judged:
    """What one draft means: the problem it stands for (None: a new one), why, and what it changes of it."""

    problem: Problem | None
    how: str
    confidence: float
    changes: tuple[Change, ...]
    verdict: str
    near: Problem | None
    likeness: float

    @property
    def by_person(self) -> bool:
        """Did a person say which problem it stands for?"""
        return self.how == BY_PERSON


def judged(actor: Actor, reading: Reading, draft: Draft, problems: dict[UUID, Problem]) -> Judged:
    """What a draft means as things stand; of `problems` those that stand on the ledger, its own and the near one.

    An open one whose problem was changed since is judged anew, for the page; a settled one stays as it was.
    """
    problem = problems.get(draft.problem_id) if draft.problem_id else None
    seen = draft.pairing.get("version")
    if reading.is_open and draft.problem_id and (problem is None or problem.version != seen):
        note_verdicts(held_drafts(actor, reading, [draft]))
        problem = problems.get(draft.problem_id) if draft.problem_id else None
    pairing = draft.pairing
    near = pairing.get("near")
    return Judged(
        problem=problem,
        how=pairing.get("how", ""),
        confidence=pairing.get("confidence", 0.0),
        changes=tuple(Change.from_json(change) for change in pairing.get("changes", ())),
        verdict=draft.verdict,
        near=problems.get(UUID(near)) if near else None,
        likeness=pairing.get("likeness", 0.0),
    )
