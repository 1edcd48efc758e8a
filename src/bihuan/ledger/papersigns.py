"""The signs of a paper closing that one request, or many, bear: facts from the rows, twins from the tables.

For the people who sign for a result, never for its unit. What an acceptance puts on the record (`codes`) is asked
without regard to anybody's sight; what a page shows (`signs_of`) names a twin only where the reader may see it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from bihuan.book import clock
from bihuan.domain.case import Role
from bihuan.domain.flows import Kind
from bihuan.domain.papersigns import Facts, Found, Shot, Sign, in_order, signs_in
from bihuan.ledger import twins
from bihuan.ledger.dossier import Parts
from bihuan.ledger.models import Closeout, Evidence, Lookback, Measure, Part, Problem
from bihuan.ledger.twins import FileTwin, TextTwin
from bihuan.organisations.access import Actor

READERS = frozenset({Role.COORDINATOR, Role.REVIEWER, Role.SUPERVISOR, Role.LEADER, Role.AUDITOR})
SHOWN = 3
"""So many twins are named for one sign; that there are more is said."""
CHUNK = 5000


@dataclass(frozen=True)
class Rows:
    """The rows of one problem that signs are looked for in."""

    problem: Problem
    closeouts: Sequence[Closeout]
    evidence: Sequence[Evidence]
    measures: Sequence[Measure]
    lookbacks: Sequence[Lookback]

    @property
    def closeout(self) -> Closeout | None:
        """The latest request of the present cycle."""
        present = [row for row in self.closeouts if row.cycle == self.problem.cycle]
        return max(present, key=lambda row: row.id, default=None)

    @property
    def found_again(self) -> Lookback | None:
        """The look-back by which the present cycle began."""
        rows = [row for row in self.lookbacks if row.result == Lookback.Result.REBOUNDED and row.done_on]
        return max(rows, key=lambda row: row.id, default=None) if self.problem.cycle else None

    @property
    def proofs(self) -> list[Evidence]:
        """The unit's own files, the earlier ones first."""
        return sorted((row for row in self.evidence if row.purpose is None), key=lambda row: row.id)

    @property
    def new_proofs(self) -> list[Evidence]:
        """Those of the present cycle."""
        since = self.found_again.done_on if self.found_again else None
        return [row for row in self.proofs if since is None or _day(row) >= since]


@dataclass(frozen=True)
class Other:
    """A twin within sight: the problem, and what of it is the twin."""

    problem: Problem
    text: str = ""
    file: Evidence | None = None


@dataclass(frozen=True)
class Told:
    """A sign with what it is about, the twins within sight, and how many more out of sight or unnamed."""

    found: Found
    text: str = ""
    file: Evidence | None = None
    others: tuple[Other, ...] = ()
    out_of_sight: int = 0
    more: int = 0


def may_read(actor: Actor, part: Part) -> bool:
    """Are signs for this reader? Never for the unit that asks."""
    return actor.role is Role.AUDITOR or (part == Part.OFFICE and actor.role in READERS)


def signs_of(actor: Actor, rows: Rows) -> tuple[Told, ...]:
    """The signs of the latest request with their twins, as `actor` may see them; six questions at most."""
    texts, files = _twins(rows)
    ids = {twin.closeout.problem_id for twin in texts} | {twin.theirs.problem_id for twin in files}
    seen = twins.in_sight(actor, ids)
    told = [_text_told(rows, texts, seen)] if texts else []
    told += [_files_told(sign, several, seen) for sign, several in _by_file(files).items()]
    files_by_key = {str(row.id): row for row in rows.proofs}
    own = signs_in(facts_of(rows, clock.today()))
    told += [Told(found, file=files_by_key.get(found.about)) for found in own]
    order = list(Sign)
    return tuple(sorted(told, key=lambda one: order.index(one.found.sign)))


def codes(rows: Rows) -> list[str]:
    """The signs of one request, whoever may see their twins, for the record."""
    texts, files = _twins(rows)
    found = [Found(_text_sign(texts))] if texts else []
    found += [Found(Sign.SAME_FILE if twin.is_copy else Sign.PICTURE_USED) for twin in files]
    return _codes((*found, *signs_in(facts_of(rows, clock.today()))))


def codes_of_many(problems: Sequence[Problem]) -> dict[UUID, list[str]]:
    """The signs of each of many requests: six questions for all of them.

    For a long list only what is exactly the same is looked for (texts letter by letter, files byte by byte).
    """
    every: dict[UUID, list[str]] = {}
    for start in range(0, len(problems), CHUNK):
        some = problems[start : start + CHUNK]
        loaded = rows_of(some)
        latest = {id_: rows.closeout for id_, rows in loaded.items()}
        texts = twins.repeated_texts([row for row in latest.values() if row])
        files = twins.repeated_files(loaded)
        for id_, rows in loaded.items():
            asked = latest[id_]
            found = [Found(Sign.SAME_TEXT)] if asked and asked.id in texts else []
            found += [Found(Sign.SAME_FILE)] if id_ in files else []
            every[id_] = _codes((*found, *signs_in(facts_of(rows, clock.today()))))
    return every


def rows_in(problem: Problem, parts: Parts) -> Rows:
    """The same rows from the parts of a problem that a page has loaded."""
    return Rows(problem, parts.endings.get(Closeout, ()), parts.evidence, parts.measures, parts.lookbacks)


def rows_of(problems: Sequence[Problem]) -> dict[UUID, Rows]:
    """The rows of these problems that signs are looked for in: four questions for all of them."""
    ids = [row.id for row in problems]
    closeouts = _grouped(Closeout.objects.filter(problem_id__in=ids))
    evidence = _grouped(Evidence.objects.filter(problem_id__in=ids))
    measures = _grouped(Measure.objects.filter(problem_id__in=ids, dropped=False))
    lookbacks = _grouped(Lookback.objects.filter(problem_id__in=[row.id for row in problems if row.cycle]))
    return {
        row.id: Rows(row, closeouts[row.id], evidence[row.id], measures[row.id], lookbacks[row.id])
        for row in problems
    }


def facts_of(rows: Rows, today: date) -> Facts:
    """What the rules are told of the latest request."""
    problem, asked, again = rows.problem, rows.closeout, rows.found_again
    checks = [row for row in asked.signatures if row["kind"] == Kind.CHECK] if asked else []
    before = [row.ended_on for row in rows.closeouts if row.cycle < problem.cycle and row.ended_on]
    return Facts(
        today=today,
        summary=asked.summary if asked and asked.asked_on else None,
        dispatched_on=problem.dispatched_on,
        due=problem.due,
        asked_on=asked.asked_on if asked else None,
        done_on=[row.done_on if row.progress >= 100 else None for row in rows.measures if not row.dropped],
        visited_on=[date.fromisoformat(row["visited_on"]) for row in checks if row.get("visited_on")],
        awaits_visit=bool(asked) and not checks and _has_check(asked),
        closed_on=max(before, default=None) if again else None,
        found_on=again.done_on if again else None,
        shots=_shots(rows),
    )


def _has_check(asked: Closeout | None) -> bool:
    return asked is not None and any(tier["kind"] == Kind.CHECK for tier in asked.flow["tiers"])


def _shots(rows: Rows) -> list[Shot]:
    """The pictures among the unit's files, equal ones with the same mark."""
    pictures = [row for row in rows.proofs if row.media_type.startswith("image/")][-twins.MOST_FILES :]
    new = {row.id for row in rows.new_proofs}
    marks: list[Evidence] = []
    shots = []
    for row in pictures:
        same = next((mark for mark in marks if twins.same_picture(row, mark)), None)
        if same is None:
            marks.append(row)
        shots.append(Shot(str(row.id), row.name, row.taken_at, _day(row), str((same or row).id), row.id in new))
    return shots


def _day(row: Evidence) -> date:
    return clock.day_of(row.added_at)


def _twins(rows: Rows) -> tuple[list[TextTwin], list[FileTwin]]:
    asked = rows.closeout
    return twins.text_twins(asked) if asked else [], twins.file_twins(rows.new_proofs)


def _text_sign(texts: Sequence[TextTwin]) -> Sign:
    return Sign.SAME_TEXT if texts[0].likeness >= 1 else Sign.LIKE_TEXT


def _text_told(rows: Rows, texts: Sequence[TextTwin], seen: Mapping[UUID, Problem]) -> Told:
    asked = rows.closeout
    assert asked is not None, "without a request there are no twins of its text"
    others = [
        Other(seen[twin.closeout.problem_id], text=twin.closeout.summary)
        for twin in texts
        if twin.closeout.problem_id in seen
    ]
    return Told(
        Found(_text_sign(texts), {"percent": int(texts[0].likeness * 100)}),
        text=asked.summary,
        others=tuple(others[:SHOWN]),
        out_of_sight=len(texts) - len(others),
        more=max(0, len(others) - SHOWN),
    )


def _by_file(files: Iterable[FileTwin]) -> dict[tuple[Sign, UUID], list[FileTwin]]:
    """The twins of each file: copies where there are any, else pictures that look the same."""
    copied = {twin.ours.id for twin in files if twin.is_copy}
    grouped: dict[tuple[Sign, UUID], list[FileTwin]] = defaultdict(list)
    for twin in files:
        if twin.is_copy or twin.ours.id not in copied:
            grouped[Sign.SAME_FILE if twin.is_copy else Sign.PICTURE_USED, twin.ours.id].append(twin)
    return grouped


def _files_told(key: tuple[Sign, UUID], several: Sequence[FileTwin], seen: Mapping[UUID, Problem]) -> Told:
    ours = several[0].ours
    theirs = {twin.theirs.problem_id: twin.theirs for twin in reversed(several)}
    others = [Other(seen[id_], file=row) for id_, row in theirs.items() if id_ in seen]
    return Told(
        Found(key[0], {"name": ours.name}),
        file=ours,
        others=tuple(others[:SHOWN]),
        out_of_sight=len(theirs) - len(others),
        more=max(0, len(others) - SHOWN),
    )


def _codes(found: Iterable[Found]) -> list[str]:
    return list(dict.fromkeys(one.sign.value for one in in_order(found)))


def _grouped(rows: Any) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows.order_by("id"):
        grouped[row.problem_id].append(row)
    return grouped


class AsSigned:
    """The signs that those who accept a list of problems are shown; worked out when the first is asked for."""

    def __init__(self, problems: Sequence[UUID]) -> None:
        self._ids = list(dict.fromkeys(problems))
        self._codes: Mapping[UUID, list[str]] | None = None

    def of(self, problem: Problem) -> list[str]:
        """The codes of the signs of one of the problems."""
        if len(self._ids) == 1:
            return codes(rows_of([problem])[problem.id])
        if self._codes is None:
            rows: list[Problem] = []
            for start in range(0, len(self._ids), CHUNK):
                rows += Problem.objects.filter(id__in=self._ids[start : start + CHUNK])
            self._codes = codes_of_many(rows)
        return self._codes.get(problem.id, [])
