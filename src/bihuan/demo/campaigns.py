"""Two campaigns of the city: an 8+N under way with items that three counties added, and one closed with a summary.

Played as errands of the schedule, so that what is enlisted goes on along its own stories.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from bihuan.book import clock
from bihuan.demo.office import PASSWORD, REGION, Office
from bihuan.demo.papers import paper
from bihuan.demo.schedule import Schedule
from bihuan.demo.township import UNIT as SERVED
from bihuan.domain.case import Role, Stage
from bihuan.ledger.actions.campaigns import Plan, add_item, close_campaign, open_campaign
from bihuan.ledger.actions.enlisting import enlist
from bihuan.ledger.campaigns import items_of
from bihuan.ledger.files import store
from bihuan.ledger.models import Campaign, CampaignItem, Problem
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person

CITY = "yunting"
COUNTIES = ("tingnan", "yanhu", "qiling", "suiyuan", "chengpu", "yanbei")
RUNNING, CLOSED = "群众身边小事专项整治", "校园周边环境专项整治"
SCHEME = "群众身边小事专项整治方案.docx"
GOAL = "用半年时间，把群众反映最集中的八类小事办到位；每个县区自选一至两项，办一件、销一件、公开一件。"
OPENED_AGO, ADDED_AGO, ENLISTED_AGO, LASTS = 70, 62, 25, 130
"""Days before today, and how many the campaign lasts."""
EACH = 11
ITEMS: Mapping[str, Sequence[str]] = {
    "窗口办事来回跑": ("窗口", "审批", "办理时限", "一次告知"),
    "拖欠群众款项": ("拖欠", "补贴", "补偿", "发放"),
    "出行道路失养": ("路面", "路灯", "井盖", "道路", "公交"),
    "居住环境脏乱": ("垃圾", "小区", "楼道", "污水"),
    "食堂和小饭桌不放心": ("食堂", "养老", "学校"),
    "收费不明不白": ("收费", "价格", "公示"),
    "安全隐患拖着不改": ("消防", "燃气", "隐患"),
    "热线来电空转": ("热线", "工单", "投诉"),
}
"""The items of the template, each with words by which the city finds its problems for it."""
ADDED = (
    ("qiling", "山区饮水季节性断供", "高海拔村组枯水期供水不足，应急送水没有保障。", ("饮水", "供水", "水源")),
    ("yanhu", "背街小巷停车挤占通道", "消防通道、人行道被长期占用。", ("停车", "占道", "通道")),
    ("suiyuan", "粮食烘干设施不够用", "收获季节排队时间长，农户有反映。", ("农田", "农机", "粮")),
)
NEW_PEOPLE = (
    ("yanhu", "puyingchuan", "蒲映川", "Pu Yingchuan", "区整改办主任"),
    ("suiyuan", "qiwangqiu", "祁望秋", "Qi Wangqiu", "县整改办主任"),
)
SCHOOL_ITEMS = (
    ("校门口秩序", "上下学时段乱停车、流动摊点聚集。"),
    ("周边食品和用品", "三无食品、劣质玩具和文具。"),
)
SUMMARY = (
    "专项历时五个月，市教育局牵头，六个县区参加。\n"
    "一是把校门口的问题逐个登记上账，明确到单位和期限，能当场改的当场改。\n"
    "二是对反复出现的，由教育、城管、市场监管部门一起到现场，定下上下学时段的值守办法。\n"
    "三是结果在学校公告栏公开，请家长评价。\n"
    "还没有办结的，留在台账上按原时限继续办理，由市整改办跟踪。"
)


def run_campaigns(schedule: Schedule, last: date) -> None:
    """Put both campaigns into the schedule."""
    office = schedule.office
    schedule.errand(last - timedelta(days=300), lambda: _open_schools(office))
    schedule.errand(last - timedelta(days=175), lambda: _enlist_schools(office))
    schedule.errand(last - timedelta(days=150), lambda: _close_schools(office))
    schedule.errand(last - timedelta(days=OPENED_AGO), lambda: _open_running(office))
    schedule.errand(last - timedelta(days=ADDED_AGO), lambda: _add_items(office))
    schedule.errand(last - timedelta(days=ENLISTED_AGO), lambda: _enlist_running(office))


def _city(office: Office) -> Actor:
    found = office.actor(CITY, Role.COORDINATOR, 1)
    assert found is not None
    return found


def _counties(office: Office) -> list[int]:
    return [office.units[key].pk for key in COUNTIES]


def _open_running(office: Office) -> None:
    today = clock.today()
    scheme = store(SCHEME, [paper(SCHEME, GOAL)])
    plan = Plan(
        name=RUNNING,
        lead_unit_id=office.units["citymgmt"].pk,
        member_unit_ids=_counties(office),
        starts=today + timedelta(days=5),
        ends=today + timedelta(days=LASTS),
        goal=GOAL,
        scheme=scheme,
    )
    open_campaign(actor=_city(office), plan=plan, template="8+N")


def _add_items(office: Office) -> None:
    hashed = make_password(PASSWORD)
    for unit, username, name, english, title in NEW_PEOPLE:
        if office.actor(unit, Role.COORDINATOR) is None:
            person = create_person(
                username=username,
                name=name,
                name_en=english,
                password_hash=hashed,
                region_id=REGION,
                is_demo=True,
            )
            assign_post(person=person, unit=office.units[unit], role=Role.COORDINATOR, title=title)
            actor = actor_for(person, held_posts(person))
            assert actor is not None
            office.actors[unit, Role.COORDINATOR] = [actor]
    campaign = Campaign.objects.get(name=RUNNING)
    for unit, title, text, _words in ADDED:
        actor = office.actor(unit, Role.COORDINATOR)
        if actor is not None:
            add_item(actor=actor, campaign=campaign.pk, title=title, text=text)


def _enlist_running(office: Office) -> None:
    campaign = Campaign.objects.get(name=RUNNING)
    words = {**ITEMS, **{title: found for _unit, title, _text, found in ADDED}}
    for item in items_of([campaign.pk])[campaign.pk]:
        _enlist(office, campaign, item, words[item.title], EACH)


def _enlist(office: Office, campaign: Campaign, item: CampaignItem, words: Sequence[str], most: int) -> None:
    """Enlist under an item what the ledgers hold on its subject, each by the office that keeps it."""
    stages = [stage.value for stage in (Stage.DISPATCHED, Stage.UNDER_WAY, Stage.CLOSEOUT_ASKED, Stage.ACCEPTED)]
    loose = Problem.objects.filter(stage__in=stages, campaign=None, reading_id=None).order_by("id")
    loose = loose.exclude(
        lead_unit=office.units[SERVED]
    )  # its Excel is under way, and must find them as they were
    found = [row for row in loose if any(word in row.title or word in row.text[:60] for word in words)][:most]
    for unit in (CITY, "qiling"):
        actor = office.actor(unit, Role.COORDINATOR, 1)
        mine = [row.id for row in found if actor and row.office_id == actor.unit_id]
        if actor is not None and mine:
            enlist(actor=actor, problems=mine, campaign=campaign.pk, item=item.pk, all_or_none=True)


def _open_schools(office: Office) -> None:
    today = clock.today()
    plan = Plan(
        name=CLOSED,
        lead_unit_id=office.units["education"].pk,
        member_unit_ids=_counties(office),
        starts=today,
        ends=today + timedelta(days=160),
        goal="让孩子上下学的路安全、干净、有序。",
    )
    campaign = open_campaign(actor=_city(office), plan=plan)
    for title, text in SCHOOL_ITEMS:
        add_item(actor=_city(office), campaign=campaign.pk, title=title, text=text)


def _enlist_schools(office: Office) -> None:
    campaign = Campaign.objects.get(name=CLOSED)
    first, second = items_of([campaign.pk])[campaign.pk]
    _enlist(office, campaign, first, ("校门", "校园", "学校", "上下学", "学生", "幼儿园"), 12)
    _enlist(office, campaign, second, ("食品", "食堂", "文具", "摊", "收费"), 8)


def _close_schools(office: Office) -> None:
    close_campaign(actor=_city(office), campaign=Campaign.objects.get(name=CLOSED).pk, summary=SUMMARY)
