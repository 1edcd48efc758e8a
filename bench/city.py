"""The benchmark's city: 500 units, 200 people, one ledger for the city and one for each county.

Made through the real actions in the home to be loaded, with the clock moved to before the first problem. Also
says how problems fall on units: one leaf bureau leads a fifth, the median unit one in two thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from bench import users
from bihuan.book import clock
from bihuan.book.keys import Region
from bihuan.domain.case import Role
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.founding import furnish
from bihuan.organisations.access import actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person, create_unit, save_calendar
from bihuan.organisations.models import Person, Post, Unit
from bihuan.organisations.workcalendar import published_calendar

REGION = 1
LIAISONS, LEADERS = 150, 31
HOT_SHARE, MEDIAN_SHARE, COUNTY_SHARE = 20.0, 0.05, 6.5
"""Per cent of all problems: led by the leaf bureau, by the median unit, within the county user's county."""

_COUNTIES = "禾丰县 栖岭县 澄湖区 松陵县 望川区 白石县".split()
_BUREAUS = (
    "住房和城乡建设局 水利局 教育局 生态环境局 交通运输局 农业农村局 卫生健康局 民政局 财政局 自然资源局 "
    "应急管理局 城市管理局 市场监督管理局 人力资源和社会保障局 文化旅游局 审计局 统计局 林业局 信访局 "
    "行政审批局 医疗保障局 退役军人事务局 发展和改革局 工业和信息化局 商务局 科学技术局 公安局 司法局 "
    "体育局 数据局 粮食储备局 园林局 房产管理局 供销社 残联 气象局 档案馆 地震局 消防救援支队 公积金中心"
).split()
_CITY_ONLY = "港航中心 机关事务中心 招商中心 高新区管委会 经开区管委会 新城管委会".split()
_ENTERPRISES = "市水务集团 市公交集团 市城投集团".split()
_FIRST = "云溪 沙渡 柳林 石桥 枫岭 青塘 渡头 白鹭 芦荡 松坪 竹溪 桃源 半塘 长埠 南圩 东坝 金陂".split()
_SECOND = "镇 乡".split()
_SURNAMES = "闻 季 邬 荀 桑 温 柏 纪 舒 滕 屈 项 祝 阮 卞".split()
_GIVEN = "安 宁 和 澄 朗 舟 衡 禾 屿 乔 川 茂 岚 序".split()


@dataclass(frozen=True)
class Held:
    """A post that somebody holds, as entries name it."""

    person: int
    post: int


@dataclass(frozen=True)
class Office:
    """An office that keeps a ledger: its unit, its ledger, the line from the root, and who acts for it."""

    unit: int
    line: tuple[int, ...]
    ledger: UUID
    prefix: str
    coordinator: Held
    supervisor: Held
    reviewer: Held


@dataclass(frozen=True)
class Leaf:
    """A unit that leads problems: the line from the root, who acts for it, its county (None: the city's own)."""

    unit: int
    line: tuple[int, ...]
    county: int | None
    liaison: Held
    leader: Held


@dataclass
class City:
    """Everything that a copy of a history is addressed to. `weights` is what share of problems each leaf leads."""

    offices: list[Office] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    hot: int = 0
    county: int = 1


class _Hiring:
    """Makes accounts, all with one password, hashed once."""

    def __init__(self, since: date) -> None:
        self.since = since
        self.hashed = make_password(users.PASSWORD)
        self.count = 0

    def person(self, username: str) -> Person:
        self.count += 1
        name = _SURNAMES[self.count % len(_SURNAMES)] + _GIVEN[self.count // len(_SURNAMES) % len(_GIVEN)]
        return create_person(username=username, name=name, password_hash=self.hashed, region_id=REGION)

    def post(self, person: Person, unit: Unit, role: Role) -> Held:
        post: Post = assign_post(person=person, unit=unit, role=role, since=self.since)
        return Held(person.pk, post.pk)


@transaction.atomic
def build_city() -> City:
    """Make the city as of the present (moved) day."""
    region = Region.objects.create(pk=REGION, name="云汀市")
    save_calendar(published_calendar(), region_id=REGION)
    furnish(region_id=REGION)
    root = create_unit(name="云汀市", kind="government", region=region)
    counties = [create_unit(name=name, kind="government", parent=root) for name in _COUNTIES]
    leaves: list[tuple[Unit, int | None]] = [(unit, None) for unit in _city_leaves(root)]
    for place, county in enumerate(counties, start=1):
        leaves += [(unit, place) for unit in _county_leaves(county)]
    city, hiring = City(), _Hiring(clock.today())
    city.hot, city.weights = _weights([county for _unit, county in leaves])
    city.county = _closest_county([county for _unit, county in leaves], city.weights)
    for place, unit in enumerate([root, *counties]):
        city.offices.append(_office(unit, place, hiring, own=place == city.county))
    _people_of_leaves(city, leaves, hiring)
    return city


def _city_leaves(root: Unit) -> list[Unit]:
    bureaus = [f"市{name}" for name in (*_BUREAUS, *_CITY_ONLY)]
    found = [create_unit(name=name, kind="bureau", parent=root) for name in bureaus]
    return found + [create_unit(name=name, kind="enterprise", parent=root) for name in _ENTERPRISES]


def _county_leaves(county: Unit) -> list[Unit]:
    found = [create_unit(name=f"{county.name}{name}", kind="bureau", parent=county) for name in _BUREAUS]
    towns = [f"{first}{second}" for second in _SECOND for first in _FIRST]
    return found + [create_unit(name=name, kind="township", parent=county) for name in towns]


def _weights(counties: list[int | None]) -> tuple[int, list[float]]:
    """The leaf bureau that leads a fifth, and the share of every leaf in per cent (the rest by Zipf's law)."""
    ranks = list(range(1, len(counties)))
    median = (len(ranks) + 1) // 2
    low, high = 0.1, 3.0
    for _ in range(60):
        slope = (low + high) / 2
        if MEDIAN_SHARE * sum((median / (rank + 1)) ** slope for rank in ranks) < 100 - HOT_SHARE:
            low = slope
        else:
            high = slope
    shares = [MEDIAN_SHARE * (median / (rank + 1)) ** low for rank in ranks]
    Random(3).shuffle(shares)
    hot = 0  # a city bureau, and so in nobody's county
    shares.insert(hot, HOT_SHARE)
    return hot, shares


def _closest_county(counties: list[int | None], weights: list[float]) -> int:
    share = [sum(w for c, w in zip(counties, weights, strict=True) if c == n) for n in range(len(_COUNTIES) + 1)]
    return min(range(1, len(share)), key=lambda n: abs(share[n] - COUNTY_SHARE))


def _office(unit: Unit, place: int, hiring: _Hiring, *, own: bool) -> Office:
    is_city = place == 0
    username = users.CITY if is_city else users.COUNTY if own else f"county{place}"
    person = hiring.person(username)
    coordinator = hiring.post(person, unit, Role.COORDINATOR)
    supervisor = hiring.post(hiring.person(f"{username}-supervisor"), unit, Role.SUPERVISOR)
    reviewer = coordinator
    if is_city:
        reviewer = hiring.post(hiring.person("city-reviewer"), unit, Role.REVIEWER)
        hiring.post(hiring.person("city-second"), unit, Role.COORDINATOR)
        hiring.post(hiring.person(users.AUDITOR), unit, Role.AUDITOR)
        hiring.post(hiring.person("administrator"), unit, Role.ADMINISTRATOR)
    actor = actor_for(person, held_posts(person))
    assert actor is not None
    prefix = "YT" if is_city else f"YT{chr(ord('A') + place - 1)}"
    ledger = open_ledger(actor=actor, name=f"{unit.name}问题整改台账", prefix=prefix)
    return Office(unit.pk, unit.line, ledger.pk, prefix, coordinator, supervisor, reviewer)


def _people_of_leaves(city: City, leaves: list[tuple[Unit, int | None]], hiring: _Hiring) -> None:
    own = hiring.person(users.LEAF)
    liaisons = [hiring.person(f"liaison{n:03d}") for n in range(LIAISONS)]
    leaders = [hiring.person(f"leader{n:02d}") for n in range(LEADERS)]
    for place, (unit, county) in enumerate(leaves):
        liaison = own if place == city.hot else liaisons[place % LIAISONS]
        city.leaves.append(
            Leaf(
                unit.pk,
                unit.line,
                county,
                hiring.post(liaison, unit, Role.LIAISON),
                hiring.post(leaders[place % LEADERS], unit, Role.LEADER),
            )
        )
