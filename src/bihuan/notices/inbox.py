"""A person's inbox: what they were told, page by page, and their receipts. Everything here is of the actor
alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from bihuan.book import clock
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.models import CheckAnswer, Problem, Reach, Task
from bihuan.notices.audience import PROBLEM, TASK, WORKING
from bihuan.notices.contents import Line, Part, Subject, lines, parts_of
from bihuan.notices.models import ByMail, Digest, Notice, Turned
from bihuan.notices.turned import COLUMNS, KINDS, Window
from bihuan.organisations.access import Actor

PAGE = 50
UNREAD, ALL, ORDERS = "unread", "all", "orders"
SHOWN = (UNREAD, ORDERS, ALL)
MOST_COUNTED = 999
MOST_ROWS = 500


@dataclass(frozen=True)
class Page:
    """Some notices, newest first; `following` is where the next page begins, empty at the end."""

    lines: Sequence[Line]
    following: str


@dataclass(frozen=True)
class Told:
    """A digest with what it tells."""

    digest: Digest
    parts: Sequence[Part]
    lines: Sequence[Line]
    more: int
    """Notices beyond those shown."""


def may_have_inbox(actor: Actor) -> Denied | None:
    """Administrators and auditors are told nothing: no problem concerns them."""
    if actor.role in WORKING:
        return None
    return Denied(say("系统管理员和审计人员没有收件箱。"), say("通知只发给办理问题的人员。"))


def _own(actor: Actor) -> QuerySet[Notice]:
    return Notice.objects.filter(person_id=actor.person_id)


def unread(actor: Actor) -> int:
    """How many notices the actor has not read, counted up to a thousand."""
    return _own(actor).filter(read_at__isnull=True).values("id")[: MOST_COUNTED + 1].count()


def page(actor: Actor, show: str, after: str = "") -> Page:
    """The notices asked for; `after` is the id at which the page before ended."""
    rows = _own(actor)
    if show in (UNREAD, ORDERS):
        rows = rows.filter(read_at__isnull=True)
    if show == ORDERS:
        rows = rows.filter(is_order=True)
    begins = _id(after)
    if begins is not None:
        rows = rows.filter(id__lt=begins)
    found = list(rows.order_by("-id")[: PAGE + 1])
    following = str(found[PAGE - 1].id) if len(found) > PAGE else ""
    return Page(lines(found[:PAGE], actor.unit_ids), following)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def held(actor: Actor) -> int:
    """How many direct orders were not mailed and wait unread, by the guard or because the server refused."""
    return _own(actor).filter(by_mail=ByMail.HELD, read_at__isnull=True).count()


def find(actor: Actor, notice: UUID) -> Notice | None:
    """A notice of the actor's own, else None."""
    return _own(actor).filter(id=notice).first()


def read(actor: Actor, notice: UUID) -> None:
    """The receipt: the first time counts."""
    _own(actor).filter(id=notice, read_at__isnull=True).update(read_at=clock.now())


def read_all(actor: Actor, *, until: UUID) -> int:
    """A receipt for everything told up to `until`, so that nothing unseen is marked; how many."""
    return _own(actor).filter(read_at__isnull=True, id__lte=until).update(read_at=clock.now())


def newest_digest(actor: Actor) -> Digest | None:
    """The last digest of the actor."""
    return Digest.objects.filter(person_id=actor.person_id).order_by("-day").first()


def digest(actor: Actor, asked: UUID) -> Told | None:
    """A digest of the actor's own with what it tells, else None."""
    row = Digest.objects.filter(person_id=actor.person_id, id=asked).first()
    return told(actor, row) if row else None


def told(actor: Actor, row: Digest) -> Told:
    """What a digest of the actor tells."""
    rows = list(_own(actor).filter(digest_id=row.id).order_by("-id")[:PAGE])
    return Told(row, parts_of(row, actor.unit_ids), lines(rows, actor.unit_ids), max(0, row.notices - len(rows)))


def read_digest(actor: Actor, asked: UUID) -> None:
    """The receipt for a digest."""
    rows = Digest.objects.filter(person_id=actor.person_id, id=asked, read_at__isnull=True)
    rows.update(read_at=clock.now())


@dataclass(frozen=True)
class Still:
    """What of a kind turned in a window and is still so; `told` is how many there were then."""

    part: Part
    rows: Sequence[Subject]
    more: bool


def still(actor: Actor, asked: UUID, code: str) -> Still | None:
    """The rows behind a figure of a digest, as far as nobody acted since; None where it is not the actor's."""
    row = Turned.objects.filter(id=asked, unit_id__in=actor.unit_ids).select_related("unit").first()
    kind = KINDS.get(code)
    if row is None or kind is None or code not in row.found:
        return None
    window = Window(row.since, row.until)
    column = COLUMNS[Turned.Side(row.side)]
    asked_for = Problem.objects.filter(kind.asked(window), region_id=row.region_id, **{column: row.unit_id})
    found = list(asked_for.order_by(kind.column, "id").only("number", "title", "due")[: MOST_ROWS + 1])
    part = Part(kind, row.found[code][0], row.unit, Turned.Side(row.side), row.id, problems=())
    subjects = [Subject(PROBLEM, one.id, one.number, one.title, one.due) for one in found[:MOST_ROWS]]
    return Still(part, subjects, len(found) > MOST_ROWS)


def seen_from(actor: Actor, notice: Notice) -> set[int]:
    """Of the units in which the person holds a post, those that still see what a notice is about."""
    units = set(actor.unit_ids)
    if notice.kind == PROBLEM:
        rows = Reach.objects.filter(unit_id__in=units, problem_id=notice.subject, region_id=notice.region_id)
        return set(rows.values_list("unit_id", flat=True))
    if notice.kind == TASK:
        tasks = Task.objects.filter(id=notice.subject).values_list("unit_id", "set_by_unit_id")
        return units & {unit for row in tasks for unit in row}
    return units & set(CheckAnswer.objects.filter(id=notice.subject).values_list("unit_id", flat=True))
