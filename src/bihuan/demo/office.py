"""The demo's office: its units, people, sources, policy, calendar and ledgers, made through the real actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from bihuan.book.keys import Region
from bihuan.demo.content import load_people, load_sources, load_units
from bihuan.domain.case import Role, Terms
from bihuan.domain.colours import DEFAULT_POLICY
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.actions.policies import add_policy
from bihuan.ledger.actions.sources import add_source
from bihuan.ledger.models import Ledger, Source
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person, create_unit, save_calendar
from bihuan.organisations.models import Person, Post, Unit
from bihuan.organisations.workcalendar import published_calendar

REGION = 1
PASSWORD = "yunting-demo-2026"  # noqa: S105  printed for everybody; serve refuses the network while it is in use

REPORTED = {
    "tour": "市委巡察办",
    "gov-check": "市政府督查室",
    "unannounced": "市整改办督导组",
    "audit": "市审计局",
    "eco": "市生态环境局",
    "safety": "市应急管理局",
    "petition": "市信访局",
    "hotline": "12345热线办",
    "self": "各责任单位",
}
"""The sources that are reported every quarter, and who brings in what comes from them."""


@dataclass
class Office:
    """Everything the story needs, by the keys of the content files."""

    region: Region
    units: dict[str, Unit] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    actors: dict[tuple[str, Role], list[Actor]] = field(default_factory=dict)
    ledgers: dict[str, Ledger] = field(default_factory=dict)

    def actor(self, unit: str, role: Role, turn: int = 0) -> Actor | None:
        """Somebody who holds this role in this unit; several take turns."""
        found = self.actors.get((unit, role), [])
        return found[turn % len(found)] if found else None


def make_office(began: date) -> Office:
    """Set up the office as of the present (moved) day; posts are held since `began`."""
    office = Office(Region.objects.create(pk=REGION, name="云汀市"))
    save_calendar(published_calendar(), region_id=REGION)
    add_policy(policy=DEFAULT_POLICY, effective_from=began, region_id=REGION)
    _units(office)
    _sources(office)
    _people(office, began)
    _ledgers(office)
    return office


def _units(office: Office) -> None:
    for row in load_units():
        office.units[row.key] = create_unit(
            name=row.name,
            kind=row.kind,
            parent=office.units[row.parent] if row.parent else None,
            region=office.region,
            short_names=row.short_names,
            division_code=row.division_code,
        )


def _sources(office: Office) -> None:
    for row in load_sources():
        office.sources[row.key] = add_source(
            code=row.key,
            name=row.zh,
            name_en=row.en,
            parent=office.sources[row.parent] if row.parent else None,
            reports=row.key in REPORTED,
            keeper=REPORTED.get(row.key, ""),
            region_id=REGION,
        )


def _people(office: Office, began: date) -> None:
    posts: list[tuple[str, Person, Post]] = []
    hashed = make_password(PASSWORD)  # slow on purpose, and the same for all of them
    keys = {unit.pk: key for key, unit in office.units.items()}
    for row in load_people():
        person = create_person(
            username=row.username,
            name=row.name,
            name_en=row.english_name,
            password_hash=hashed,
            region_id=REGION,
            is_demo=True,
        )
        for held in row.posts:
            post = assign_post(
                person=person, unit=office.units[held.unit], role=Role(held.role), title=held.title, since=began
            )
            posts.append((keys[post.unit_id], person, post))
    for unit, person, post in posts:
        actor = actor_for(person, held_posts(person), post.pk)
        if actor is not None:
            office.actors.setdefault((unit, actor.role), []).append(actor)


def _ledgers(office: Office) -> None:
    in_short = Terms(check_required=False, notice_required=False)
    for key, unit, name, prefix, terms in (
        ("city", "yunting", "云汀市问题整改总台账", "YT", Terms()),
        ("ecology", "yunting", "生态环境保护督察整改台账", "YTH", Terms()),
        ("qiling", "qiling", "栖岭县问题整改台账", "QL", in_short),
    ):
        coordinator = office.actor(unit, Role.COORDINATOR)
        if coordinator is not None:
            office.ledgers[key] = open_ledger(actor=coordinator, name=name, prefix=prefix, terms=terms)
