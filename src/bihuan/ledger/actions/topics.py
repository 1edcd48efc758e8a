"""Mandatory check topics (必查事项): sent to the units below, sent on to units that came later, closed.

A topic asks every unit of its round for an answer (`answering`): one row each from the day on which it was sent,
so that whoever has not answered is known by name. Answers are not given here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from bihuan.book import clock
from bihuan.book.booked import changes_of
from bihuan.book.keys import new_id
from bihuan.book.models import Audience
from bihuan.book.rows import collector_at_rest, insert, made
from bihuan.book.writing import Stroke, append
from bihuan.domain.case import Role
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.models import CheckAnswer, CheckTopic
from bihuan.organisations.access import Actor
from bihuan.organisations.actions import book
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import hold_still

TITLE_LENGTH, TEXT_LENGTH = 80, 2000
AT_ONCE = 50
"""How many topics are sent at once at most."""
LAST_YEAR = 2099
_NOT_HERE = Denied(say("没有找到这项必查事项。"), say("请刷新列表后再试。"))


@dataclass(frozen=True)
class NewTopic:
    """A topic to be sent: what it is called, and what is to be checked."""

    title: str
    text: str = ""


@dataclass(frozen=True)
class Round:
    """Which of the units below are asked: those of one of these kinds and levels; every one where none is named.

    Level 1 is the units directly below the sender.
    """

    kinds: frozenset[str] = frozenset()
    levels: frozenset[int] = frozenset()

    def takes(self, kind: str, level: int) -> bool:
        """Is a unit of this kind at this level asked?"""
        return (not self.kinds or kind in self.kinds) and (not self.levels or level in self.levels)


EVERYBODY = Round()


@dataclass(frozen=True)
class Below:
    """A unit in use below the sender, at a level counted from it."""

    unit_id: int
    region_id: int
    kind: str
    level: int


def refuses_sending(actor: Actor) -> Denied | None:
    """May the actor send topics, send them on and close them?"""
    if actor.role is not Role.COORDINATOR:
        return Denied(say("只有整改办人员可以下发必查事项。"), say("请与本单位的整改办联系。"))
    return None


def units_below(actor: Actor, asked: Round = EVERYBODY) -> list[Below]:
    """The units in use below the actor's own that `asked` takes in, at all levels, in the order of the tree."""
    own = Unit.objects.get(pk=actor.unit_id)
    depth = len(own.line)
    rows = Unit.objects.filter(path__startswith=own.path, is_active=True).exclude(pk=own.pk).order_by("path")
    found = (
        Below(pk, region_id, kind, path.strip("/").count("/") + 1 - depth)
        for pk, region_id, kind, path in rows.values_list("pk", "region_id", "kind", "path")
    )
    return [unit for unit in found if asked.takes(unit.kind, unit.level)]


@collector_at_rest()
@transaction.atomic
def send_topics(
    *, actor: Actor, topics: Sequence[NewTopic], due: date, asked: Round = EVERYBODY
) -> list[CheckTopic]:
    """Send `topics` to the units below, each to answer by `due`; all of them or, where one is refused, none.

    Raises `Refused` for anyone but a coordinator, where there is no unit to send them to, a title is missing, too
    long, said twice or still open under the same name, and for a day that is past.
    """
    hold_still()
    insist(refuses_topics(actor, topics, due))
    units = units_below(actor, asked)
    insist(_refuses_nobody(units))
    return [_send(actor, new, due, units) for new in topics]


def refuses_topics(actor: Actor, topics: Sequence[NewTopic], due: date) -> Denied | None:
    """May the actor send these topics, to be answered by `due`?"""
    return (
        refuses_sending(actor)
        or _refuses_due(due, clock.today())
        or _refuses_texts(topics)
        or _refuses_open(actor, topics)
    )


@collector_at_rest()
@transaction.atomic
def send_on(*, actor: Actor, topic_id: int, asked: Round = EVERYBODY) -> int:
    """Send an open topic to the units below that do not have it, opened since or not chosen then; to how many.

    Raises `Refused` for anyone but a coordinator of the sender, for a closed topic, and where every unit has it.
    """
    hold_still()
    topic = _own_open(actor, topic_id)
    units = lacking(actor, topic, asked)
    insist(_refuses_nobody(units))
    _ask(actor, topic, units)
    return len(units)


def lacking(actor: Actor, topic: CheckTopic, asked: Round = EVERYBODY) -> list[Below]:
    """The units below that were not asked about `topic`."""
    have = set(CheckAnswer.objects.filter(topic=topic).values_list("unit_id", flat=True))
    return [unit for unit in units_below(actor, asked) if unit.unit_id not in have]


@transaction.atomic
def close_topic(*, actor: Actor, topic_id: int) -> CheckTopic:
    """Close a topic: it is answered no more, and who has not answered stays known by name.

    Raises `Refused` for anyone but a coordinator of the sender, and where it is closed already.
    """
    topic = _own_open(actor, topic_id)
    before = topic.snapshot()
    topic.closed_on = clock.today()
    topic.save(update_fields=["closed_on"])
    book(topic, "close_topic", region_id=actor.region_id, writer=actor.writer, before=before)
    return topic


def closed_already(topic: CheckTopic) -> Denied:
    """What is told of a topic that was closed."""
    return Denied(
        say("“%(title)s”已于%(day)s关闭，不再收答复。"),
        say("确需补报的，请与下发单位联系。"),
        {"title": topic.title, "day": str(topic.closed_on)},
    )


def _own_open(actor: Actor, topic_id: int) -> CheckTopic:
    insist(refuses_sending(actor))
    rows: QuerySet[CheckTopic] = CheckTopic.objects.select_for_update(of=("self",))
    topic = rows.filter(pk=topic_id, office_id=actor.unit_id).first()
    if topic is None:
        raise Refused(_NOT_HERE)
    insist(closed_already(topic) if topic.closed_on else None)
    return topic


def _refuses_due(due: date, today: date) -> Denied | None:
    if due < today:
        return Denied(say("答复期限不能早于今天。"), say("请填写今天或以后的日期。"))
    if due.year > LAST_YEAR:
        return Denied(say("答复期限太远了。"), say("请核对年份。"))
    return None


def _refuses_texts(topics: Sequence[NewTopic]) -> Denied | None:
    titles = [new.title.strip() for new in topics]
    if not titles:
        return Denied(say("还没有填写必查事项。"), say("请至少写一项，一行一项。"))
    if len(titles) > AT_ONCE:
        return Denied(say("一次最多下发%(most)s项。"), say("请分几次下发。"), {"most": AT_ONCE})
    if not all(titles):
        return Denied(say("有一项没有写事项名称。"), say("请补上名称。"))
    long = next((t for t, new in zip(titles, topics, strict=True) if _too_long(t, new.text)), None)
    if long is not None:
        return Denied(
            say("“%(title)s”写得太长：名称最多%(names)s个字，说明最多%(texts)s个字。"),
            params={"title": long[:20], "names": TITLE_LENGTH, "texts": TEXT_LENGTH},
        )
    twice = next((t for t in titles if titles.count(t) > 1), None)
    return Denied(say("“%(title)s”写了两次。"), say("请删去一项。"), {"title": twice}) if twice else None


def _too_long(title: str, text: str) -> bool:
    return len(title) > TITLE_LENGTH or len(text.strip()) > TEXT_LENGTH


def _refuses_open(actor: Actor, topics: Sequence[NewTopic]) -> Denied | None:
    titles = {new.title.strip() for new in topics}
    rows = CheckTopic.objects.filter(office_id=actor.unit_id, closed_on__isnull=True, title__in=titles)
    same = rows.order_by("pk").first()
    if same is None:
        return None
    return Denied(
        say("“%(title)s”已于%(day)s下发，还没有关闭。"),
        say("要补发给新设单位的，请打开该事项补发；要重新检查的，请先关闭或换一个名称。"),
        {"title": same.title, "day": str(same.sent_on)},
    )


def _refuses_nobody(units: Sequence[Below]) -> Denied | None:
    if units:
        return None
    return Denied(
        say("没有可以下发的下级单位。"), say("请放宽单位类型或层级；已停用的单位和已经收到的单位不再下发。")
    )


def _send(actor: Actor, new: NewTopic, due: date, units: Sequence[Below]) -> CheckTopic:
    topic = CheckTopic.objects.create(
        office_id=actor.unit_id, title=new.title.strip(), text=new.text.strip(), due=due, sent_on=clock.today()
    )
    book(topic, "send_topic", region_id=actor.region_id, writer=actor.writer)
    _ask(actor, topic, units)
    return topic


def _ask(actor: Actor, topic: CheckTopic, units: Sequence[Below]) -> None:
    """A waiting answer for each unit, each the beginning of a chain of its own in the unit's region."""
    now = clock.now()
    rows = [
        made(CheckAnswer, id=new_id(), region_id=unit.region_id, topic_id=topic.pk, unit_id=unit.unit_id)
        for unit in units
    ]
    insert(rows)
    strokes = [
        Stroke(
            kind=CheckAnswer.KIND,
            subject=row.id,
            region_id=row.region_id,
            action="ask_check",
            audience=Audience.UNITS,
            changes={row.record_key: changes_of(row, None)},
        )
        for row in rows
    ]
    append(strokes, writer=actor.writer, at=now, today=clock.day_of(now), begins=True)
