"""Founding an office: its region, its first unit, its calendar of working days and its first administrator.

Once for every installation; the demo founds its own office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from bihuan.book.keys import Region
from bihuan.domain.case import Role
from bihuan.domain.codes import check_division
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.organisations.actions import assign_post, create_person, create_unit, save_calendar
from bihuan.organisations.models import Unit, UnitKind
from bihuan.organisations.roster import is_empty
from bihuan.organisations.workcalendar import published_calendar

FIRST_REGION = 1


@dataclass(frozen=True)
class FirstAccount:
    """The administrator who makes all other accounts; `one_time_until` as in `create_person`."""

    username: str
    name: str
    password: str
    one_time_until: date | None = None


@transaction.atomic
def found(*, name: str, kind: str, division_code: str, administrator: FirstAccount) -> Unit:
    """Make the root unit `name` with its region, the published calendar and the first administrator.

    `kind` is a value of `UnitKind`. The region takes the first four digits of `division_code` (the city;
    GB/T 2260) as its number, else 1.
    Raises `Refused` where there is an office already or the code cannot be one.
    """
    if not is_empty():
        raise Refused(Denied(say("这里已经建立了单位。"), say("请在页面上维护单位和人员。")))
    if division_code:
        check_division(division_code)
    region = Region.objects.create(id=int(division_code[:4]) if division_code else FIRST_REGION, name=name)
    unit = create_unit(name=name, kind=UnitKind(kind).value, region=region, division_code=division_code)
    save_calendar(published_calendar(), region_id=region.pk)
    person = create_person(
        username=administrator.username,
        name=administrator.name,
        password=administrator.password,
        one_time_until=administrator.one_time_until,
        region_id=region.pk,
    )
    assign_post(person=person, unit=unit, role=Role.ADMINISTRATOR)
    return unit
