"""Two units that changed months ago: a centre got another name, and a township was merged into the town beside it.

Played as errands of the schedule, so that what goes on afterwards goes on with the units of that day.
"""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.demo.office import Office
from bihuan.demo.schedule import Schedule
from bihuan.domain.case import Role
from bihuan.ledger.actions.regrouping import merge
from bihuan.organisations.access import actor_for, held_posts
from bihuan.organisations.models import Person
from bihuan.organisations.regrouping import rename

RENAMED, NAME, SHORT_NAMES = "service", "云汀市政务服务管理中心", ("市政务中心", "市政务服务中心")
TOWNSHIP, TOWN = "shiqing", "huaiao"
RENAMED_AGO, MERGED_AGO = 210, 130
"""Days before today."""


def change_units(schedule: Schedule, last: date) -> None:
    """Put both changes into the schedule."""
    office = schedule.office
    schedule.errand(last - timedelta(days=RENAMED_AGO), lambda: _rename(office))
    schedule.errand(last - timedelta(days=MERGED_AGO), lambda: _merge(office))


def _rename(office: Office) -> None:
    admin = office.actor("yunting", Role.ADMINISTRATOR)
    if admin is not None:
        rename(actor=admin, unit=office.units[RENAMED], name=NAME, short_names=SHORT_NAMES)


def _merge(office: Office) -> None:
    admin, town = office.actor("yunting", Role.ADMINISTRATOR), office.units[TOWN]
    if admin is None:
        return
    merge(actor=admin, units=[office.units[TOWNSHIP]], into=town)
    office.units[TOWNSHIP] = town
    for (unit, role), actors in office.actors.items():
        if unit == TOWNSHIP:
            for place, actor in enumerate(actors):
                person = Person.objects.get(pk=actor.person_id)
                held = held_posts(person).filter(unit=town, role=role.value)
                actors[place] = actor_for(person, held) or actor
