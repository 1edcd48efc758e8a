"""The set-up of an office as data: classes of problems with their flows, limits and caps, number formats.

Offices contradict one another, so these are settings with the defaults of the field. A set-up is made of parts;
each is a JSON value that is put on the record in versions, in force from a day on (`ledger.rules`), and can be
taken over by another office as one file. Values and their checks only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from bihuan.domain.case import Cap, Horizon, Terms, Urgency
from bihuan.domain.flows import DEFAULT_FLOW, Flow, Grade, flow_from_data
from bihuan.domain.numbering import DEFAULT_NUMBERS, Numbers, numbers_from_data
from bihuan.domain.refusals import Denied, Refused, say

CAPS = ("urgent_cap", "ordinary_cap", "difficult_cap")
MOST_DAYS, MOST_TIMES, MOST_CLASSES, NAME_LENGTH = 3660, 20, 50, 40

PARTS = ("classes", "limits", "numbers")
"""The parts of a set-up that are kept here. Sources, colour policies and calendars have tables of their own."""
PART_NAMES: Mapping[str, str] = {
    "classes": say("问题类别与销号流程"),
    "limits": say("时限与延期上限"),
    "numbers": say("编号格式"),
}


@dataclass(frozen=True)
class Traits:
    """What a problem is sorted into a class by. `sources` are the codes of its source and of those above it."""

    urgency: Urgency = Urgency.ORDINARY
    horizon: Horizon = Horizon.BY_DATE
    category: str = ""
    nature: str = ""
    impact: str = ""
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fits:
    """Which problems a class holds: those that have one of the values of every condition that names any."""

    urgencies: frozenset[str] = frozenset()
    horizons: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    natures: frozenset[str] = frozenset()
    impacts: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def __call__(self, traits: Traits) -> bool:
        asked = (
            (self.urgencies, {traits.urgency.value}),
            (self.horizons, {traits.horizon.value}),
            (self.categories, {traits.category}),
            (self.natures, {traits.nature}),
            (self.impacts, {traits.impact}),
            (self.sources, traits.sources),
        )
        return all(not wanted or wanted & had for wanted, had in asked)

    @property
    def all(self) -> bool:
        """Does it ask for nothing, so that every problem fits?"""
        return not any(getattr(self, column.name) for column in fields(self))


@dataclass(frozen=True)
class ProblemClass:
    """A class of problems: its flow of close-out, when to come back, and what differs from the limits."""

    name: str
    fits: Fits = field(default_factory=Fits)
    flow: str = DEFAULT_FLOW.code
    lookback_days: int | None = None
    """Calendar days from striking off to the look-back; None for the limit of the ledger."""
    lookback_days_mostly: int = 30
    """The same for what was only mostly done."""
    terms: Mapping[str, Any] = field(default_factory=dict)


EVERYTHING = ProblemClass(say("所有问题"))


@dataclass(frozen=True)
class SetUp:
    """The set-up in force on a day."""

    classes: tuple[ProblemClass, ...] = (EVERYTHING,)
    flows: tuple[Flow, ...] = (DEFAULT_FLOW,)
    limits: Mapping[str, Any] = field(default_factory=dict)
    numbers: Numbers = DEFAULT_NUMBERS
    asks_sources: bool = False
    """Does any class depend on the source?"""

    def class_of(self, traits: Traits) -> ProblemClass:
        """The class of a problem: the first that fits."""
        return next(row for row in self.classes if row.fits(traits))

    def flow_of(self, row: ProblemClass) -> Flow:
        """The flow of a class."""
        return next(flow for flow in self.flows if flow.code == row.flow)

    def terms(self, own: Mapping[str, Any], row: ProblemClass | None = None) -> Terms:
        """The limits of a ledger with `own` limits for a class: its own word counts before the installation's, and
        that of the class before both."""
        return terms_from({**self.limits, **own, **(row.terms if row else {})})


def lookback_days(row: ProblemClass, terms: Terms, grade: Grade) -> int:
    """After how many calendar days to come back to a problem struck off with this grade."""
    days = terms.lookback_days if row.lookback_days is None else row.lookback_days
    return min(days, row.lookback_days_mostly) if grade is Grade.MOSTLY else days


def terms_from(values: Mapping[str, Any]) -> Terms:
    """Limits from JSON values."""
    read: dict[str, Any] = {name: Cap(**value) if name in CAPS else value for name, value in values.items()}
    return Terms(**read)


def terms_data(terms: Terms) -> dict[str, Any]:
    """What differs from the defaults of the field, as JSON values."""
    default = asdict(Terms())
    return {name: value for name, value in asdict(terms).items() if value != default[name]}


def setup_from(parts: Mapping[str, Mapping[str, Any]]) -> SetUp:
    """The set-up made of these parts (those of `PARTS` that are there); raises `Refused` with what to mend."""
    made = SetUp()
    if data := parts.get("limits"):
        made = replace(made, limits=limits_from_data(data))
    if data := parts.get("numbers"):
        made = replace(made, numbers=numbers_from_data(data))
    if data := parts.get("classes"):
        flows, classes = classes_from_data(data)
        made = replace(made, flows=flows, classes=classes, asks_sources=any(row.fits.sources for row in classes))
    return made


def limits_from_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Check limits given as JSON values; raises `Refused` with what to mend."""
    known = {column.name: column for column in fields(Terms)}
    for name, value in data.items():
        if name not in known or not _sound(name, value):
            raise Refused(
                Denied(
                    say("时限设置中的“%(name)s”不认识，或数值不对（天数应为0至%(days)s，次数应为0至%(times)s）。"),
                    params={"name": name, "days": MOST_DAYS, "times": MOST_TIMES},
                )
            )
    return dict(data)


def _sound(name: str, value: object) -> bool:
    if name in CAPS:
        return (
            isinstance(value, Mapping)
            and value.keys() == {"times", "days"}
            and _whole(value["times"], MOST_TIMES)
            and _whole(value["days"], MOST_DAYS)
        )
    if isinstance(getattr(Terms(), name), bool):
        return isinstance(value, bool)
    return _whole(value, {"declines": MOST_TIMES, "mostly_progress": 100}.get(name, MOST_DAYS))


def _whole(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def classes_from_data(data: Mapping[str, Any]) -> tuple[tuple[Flow, ...], tuple[ProblemClass, ...]]:
    """Flows and classes from JSON values; raises `Refused` with what to mend."""
    try:
        flows = tuple(flow_from_data(raw) for raw in data["flows"])
        classes = tuple(_class_from(raw) for raw in data["classes"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        detail = f"{type(error).__name__}: {error}"
        raise Refused(
            Denied(say("问题类别的内容不完整或格式不对：%(detail)s。"), params={"detail": detail})
        ) from error
    denied = refuses_classes(flows, classes)
    if denied:
        raise Refused(denied)
    return flows, classes


def refuses_classes(flows: Sequence[Flow], classes: Sequence[ProblemClass]) -> Denied | None:
    """What makes classes unusable: none at all, names twice, a flow that is not there, problems of no class, or a
    class that no problem can come to."""
    codes, names = [flow.code for flow in flows], [row.name for row in classes]
    twice = _first_twice(codes) or _first_twice(names)
    if twice:
        return Denied(say("“%(name)s”有两个。"), say("请改名或删去一个。"), {"name": twice})
    if not 0 < len(classes) <= MOST_CLASSES:
        return Denied(say("问题类别应有1至%(most)s个。"), params={"most": MOST_CLASSES})
    for row in classes:
        if not 0 < len(row.name) <= NAME_LENGTH:
            return Denied(say("每个问题类别都要有名称，最多%(most)s个字。"), params={"most": NAME_LENGTH})
        if row.flow not in codes:
            return Denied(
                say("类别“%(name)s”用的销号流程不存在。"), say("请为它选择一个流程。"), {"name": row.name}
            )
    if not classes[-1].fits.all:
        return Denied(
            say("最后一个类别“%(name)s”还有条件，会有问题不属于任何类别。"),
            say("请把不设条件的类别放在最后。"),
            {"name": classes[-1].name},
        )
    idle = next((row for row in classes[:-1] if row.fits.all), None)
    if idle:
        return Denied(
            say("类别“%(name)s”没有条件，排在它后面的类别永远轮不到。"),
            say("请把它移到最后。"),
            {"name": idle.name},
        )
    return None


def classes_data(flows: Iterable[Flow], classes: Iterable[ProblemClass]) -> dict[str, Any]:
    """Flows and classes as JSON values."""
    return {"flows": [flow.as_data() for flow in flows], "classes": [class_data(row) for row in classes]}


def class_data(row: ProblemClass) -> dict[str, Any]:
    """A class as JSON values."""
    wanted = {column.name: sorted(getattr(row.fits, column.name)) for column in fields(Fits)}
    return {
        "name": row.name,
        "fits": {name: values for name, values in wanted.items() if values},
        "flow": row.flow,
        "lookback_days": row.lookback_days,
        "lookback_days_mostly": row.lookback_days_mostly,
        "terms": dict(row.terms),
    }


def _class_from(raw: Mapping[str, Any]) -> ProblemClass:
    wanted: Mapping[str, Sequence[str]] = raw.get("fits", {})
    unknown = wanted.keys() - {column.name for column in fields(Fits)}
    if unknown:
        raise ValueError(sorted(unknown))
    days, mostly = raw.get("lookback_days"), raw.get("lookback_days_mostly", 30)
    if not (days is None or _whole(days, MOST_DAYS)) or not _whole(mostly, MOST_DAYS):
        raise ValueError(days)
    return ProblemClass(
        name=str(raw["name"]).strip(),
        fits=Fits(**{name: frozenset(map(str, values)) for name, values in wanted.items()}),
        flow=str(raw["flow"]),
        lookback_days=days,
        lookback_days_mostly=mostly,
        terms=limits_from_data(raw.get("terms", {})),
    )


def _first_twice(names: Sequence[str]) -> str | None:
    return next((name for name in names if names.count(name) > 1), None)
