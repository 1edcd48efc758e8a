"""Whom an entry concerns: one table, read from top to bottom. Nothing is looked up or written here.

A row names the units (by their part in the problem), the roles there, and whether it is a direct order to them.
It narrows down and never widens: whoever may not read the entry (`ledger.queries.AUDIENCES`) is not told,
whoever did it is not told, administrators and auditors are told nothing. What is missing here (signatures,
reports, corrections of one's own) waits on desks and is no news.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bihuan.domain.case import Role

PROBLEM, TASK, CHECK = "problem", "task", "check_answer"


class Place(StrEnum):
    """What a unit is to the subject of an entry."""

    LEAD = "lead"
    SUPPORT = "support"
    OFFICE = "office"
    ABOVE = "above"
    """The unit directly above the office."""
    NEW = "new"
    """The units, or the people, whom the entry itself names (`NAMES`)."""
    DOER = "doer"
    """The unit that has the task, or that answers the check."""
    SETTER = "setter"
    """The unit that set the task, or sent the check."""


NAMES: Mapping[str, tuple[str, str]] = {
    "join": ("responsibility", "unit_id"),
    "raise": ("raising", "to_unit_id"),
    "name_duty": ("duty", "person_id"),
}
"""Where an entry names whom it concerns: the kind of row and the column that it sets."""
PERSONS = frozenset({"name_duty"})
"""Of these, the ones that name people and not units."""


@dataclass(frozen=True)
class To:
    """These roles in the units at this place; `order`: it is a direct order to them."""

    place: Place
    roles: frozenset[Role]
    order: bool = False


LIAISON, LEADER, COORDINATOR = Role.LIAISON, Role.LEADER, Role.COORDINATOR
REVIEWER, SUPERVISOR = Role.REVIEWER, Role.SUPERVISOR
WORKING = frozenset({LIAISON, LEADER, COORDINATOR, REVIEWER, SUPERVISOR})
_HANDS = frozenset({LIAISON, COORDINATOR})
_UNIT = _HANDS | {LEADER}

# Direct orders to the unit that leads: to those who do it, or to its leader as well.
_ORDER = To(Place.LEAD, _HANDS, order=True)
_GRAVE_ORDER = To(Place.LEAD, _UNIT, order=True)
# News.
_LEAD = To(Place.LEAD, _UNIT)
_LEADERS = To(Place.LEAD, frozenset({LEADER}))
_SUPPORT = To(Place.SUPPORT, _UNIT)
_OFFICE = To(Place.OFFICE, frozenset({COORDINATOR}))
_CHECKERS = To(Place.OFFICE, frozenset({SUPERVISOR}))
_JUDGES = To(Place.OFFICE, frozenset({COORDINATOR, REVIEWER}))
_WATCHERS = To(Place.OFFICE, frozenset({COORDINATOR, SUPERVISOR}))
_ABOVE = To(Place.ABOVE, frozenset({COORDINATOR, SUPERVISOR}))

_OF_PROBLEMS: Mapping[str, tuple[To, ...]] = {
    # orders
    "dispatch": (_ORDER, _LEADERS, _SUPPORT),
    "reassign": (_ORDER, _LEADERS),
    "transfer": (_ORDER, _LEADERS, _OFFICE),
    "recall": (_LEAD,),
    "take_over": (_LEAD,),
    "decline": (_OFFICE,),
    "grant_decline": (_ORDER, _LEADERS),
    "refuse_decline": (_GRAVE_ORDER,),
    "appeal_decline": (_ABOVE, _OFFICE),
    "overturn_decline": (_ORDER, _OFFICE),
    "uphold_decline": (_GRAVE_ORDER, _OFFICE),
    # the work
    "ask_extension": (_LEADERS,),
    "sign_extension": (_OFFICE,),
    "grant_extension": (_ORDER, _LEADERS, _SUPPORT),
    "refuse_extension": (_GRAVE_ORDER,),
    "suspend": (_LEAD, _SUPPORT),
    "resume": (_LEAD, _SUPPORT),
    "merge": (_LEAD, _SUPPORT),
    "withdraw": (_LEAD, _SUPPORT),
    "correct": (_LEAD,),
    "hand_down": (_OFFICE,),
    "link_part": (_OFFICE, _LEAD),
    "join": (To(Place.NEW, _HANDS, order=True),),
    "name_duty": (To(Place.NEW, WORKING, order=True),),
    "take_case": (_LEAD, _OFFICE),
    "raise": (To(Place.NEW, frozenset({COORDINATOR})),),
    "accept_raised": (_ORDER, _OFFICE),
    "refuse_raised": (_ORDER, _OFFICE),
    # to the end and beyond
    "ask_closeout": (_CHECKERS,),
    "check": (_JUDGES, _LEAD),
    "accept": (_LEAD, _OFFICE),
    "return": (_GRAVE_ORDER, _SUPPORT),
    "publish": (_LEAD,),
    "object": (_JUDGES,),
    "answer_objection": (_JUDGES,),
    "close": (_LEAD, _SUPPORT),
    "file_closeout": (_OFFICE,),
    "refuse_filing": (To(Place.OFFICE, frozenset({COORDINATOR}), order=True),),
    "confirm": (_LEAD,),
    "reopen": (_GRAVE_ORDER, _SUPPORT),
    # what leaders and supervisors say
    "instruct": (_GRAVE_ORDER, To(Place.OFFICE, frozenset({COORDINATOR}), order=True)),
    "warn": (_GRAVE_ORDER,),
    "lift_warning": (_LEAD,),
    "urge": (_GRAVE_ORDER,),
    "send_letter": (_GRAVE_ORDER,),
    "answer_letter": (_WATCHERS, _ABOVE),
    "list_supervision": (_GRAVE_ORDER, _OFFICE),
    "end_supervision": (_LEAD,),
}
_TO_DOERS = To(Place.DOER, _UNIT, order=True)
_TO_SETTERS = To(Place.SETTER, frozenset({LEADER, COORDINATOR}))

AUDIENCE: Mapping[tuple[str, str], tuple[To, ...]] = {
    **{(PROBLEM, action): rows for action, rows in _OF_PROBLEMS.items()},
    (TASK, "set"): (_TO_DOERS,),
    (TASK, "send_back"): (_TO_DOERS,),
    (TASK, "report"): (_TO_SETTERS,),
    (TASK, "accept"): (To(Place.DOER, _UNIT),),
    (TASK, "drop"): (To(Place.DOER, _UNIT),),
    (CHECK, "ask_check"): (_TO_DOERS,),
}
"""By kind and action of an entry, who is told."""

ACTIONS = frozenset(action for _kind, action in AUDIENCE)
KINDS = frozenset(kind for kind, _action in AUDIENCE)
