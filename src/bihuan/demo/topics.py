"""Six mandatory check topics of the city: three answered but for a few, some late; three still being answered.

Played as errands of the schedule, through the same actions as the pages call. Units without accounts stay silent,
as in life; one county hands out what it found at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from bihuan.book import clock
from bihuan.demo.schedule import Schedule
from bihuan.domain.case import Role
from bihuan.ledger.actions import dispatch
from bihuan.ledger.actions.answering import (
    ANSWERERS,
    Found,
    answer_found,
    answer_not_found,
    problems_in,
)
from bihuan.ledger.actions.topics import NewTopic, send_topics
from bihuan.ledger.models import CheckAnswer, CheckTopic
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit

OFFICE, HANDS_OUT, TO = "yunting", "qiling", "huaiao"
TOPICS = (
    NewTopic(
        "食堂食品安全",
        "查单位和下属单位食堂的进货台账、留样、从业人员健康证、后厨卫生，学校、医院、养老机构逐个看。",
    ),
    NewTopic(
        "消防通道和消防设施",
        "查办公楼、下属场所的疏散通道是否堵占，灭火器、消火栓、应急照明是否在用，有无检查记录。",
    ),
    NewTopic("惠民补贴发放", "抽查近12个月发放的补贴，核对名单、金额和到账时间，看有无漏发、错发、迟发。"),
    NewTopic(
        "工程款和务工人员工资支付", "查本单位发包的在建和完工工程，有无拖欠工程款，总包单位有无拖欠务工人员工资。"
    ),
    NewTopic("公务用车使用登记", "查派车登记、油料和维修单据，看有无公车私用、登记不实。"),
    NewTopic("群众诉求超期未办", "查热线和窗口转来的诉求，逐件核对办理期限，看有无超期未办、答非所问。"),
)
FIRST, SECOND = (0, 1, 2), (3, 4, 5)
FIRST_SENT, FIRST_DUE, SECOND_SENT, SECOND_DUE = 46, 20, 9, -5
"""Days before today."""
FOUND = {
    ("education", 0): ("3所学校食堂留样不足48小时。", "逐校补齐留样柜和登记"),
    ("hospital", 0): ("医院职工食堂2名新进人员没有健康证。", "停岗补办健康证"),
    ("market", 1): ("检验大楼三层疏散通道堆放报废柜架。", "清空通道并张贴标识"),
    ("tingnan", 1): ("汀南老办公区6具灭火器过期未换。", "全部更换并建立月检记录"),
    ("civil", 2): ("9名高龄老人补贴迟发两个月。", "补发到账并逐户告知"),
    ("agri", 2): ("一个合作社的种粮补贴面积与实际不符。", "重新丈量并追回多发金额"),
    ("qiling", 2): ("淮坳镇4户漏发临时救助金。", "补发并公示名单"),
    ("housing", 3): ("锦云里改造工程尾款拖欠8个月。", "排定支付计划并按月兑付"),
    ("water", 3): ("一处堤防加固工程的农民工工资专户没有足额拨付。", "补足专户资金"),
    ("transport", 4): ("两辆执法车连续三个月没有派车登记。", "补记并停用责任人派车权限"),
}
LATER = ("market", 0)
"""Said to be in order at first, found after all and added."""
ADDED = ("二次装修的员工餐厅没有纳入检查，后厨排烟口积油。", "清洗排烟管并纳入月检", "复查时发现漏查了一处食堂")
STATEMENTS = (
    "逐项对照检查，看了台账和现场，没有发现问题。",
    "抽查了近12个月的资料，并到两处现场核对，没有发现。",
    "分管负责人带队检查一遍，逐条打勾，没有发现。",
    "下属单位先自查，我们再抽查三成，没有发现。",
)


@dataclass
class Sent:
    """What the topics know: the schedule, the day on which the demo ends, and the topics by their place."""

    schedule: Schedule
    topics: dict[int, CheckTopic] = field(default_factory=dict)

    def send(self, places: tuple[int, ...], days: int) -> None:
        """Send the topics of these places to every unit below, to be answered within so many days."""
        made = send_topics(
            actor=_known(self.schedule.office.actor(OFFICE, Role.COORDINATOR)),
            topics=[TOPICS[place] for place in places],
            due=clock.today() + timedelta(days=days),
        )
        self.topics |= dict(zip(places, made, strict=True))

    def answer(self, key: str, place: int) -> None:
        """The unit answers the topic of this place, if somebody works there who may."""
        actor = self._answerer(key)
        row = (
            CheckAnswer.objects.filter(topic=self.topics[place], unit_id=actor.unit_id).first() if actor else None
        )
        if actor is None or row is None or row.answer != CheckAnswer.Answer.WAITING:
            return  # a unit merged into another is named twice
        if (key, place) not in FOUND:
            said = STATEMENTS[(actor.unit_id + place) % len(STATEMENTS)]
            answer_not_found(actor=actor, answer=row.id, statement=said)
            return
        text, measure = FOUND[key, place]
        lead = self.schedule.office.units[TO].pk if key == HANDS_OUT else None
        done = answer_found(actor=actor, answer=row.id, found=[Found(text, measure, lead)])
        if key == HANDS_OUT:
            dispatch.dispatch(actor=actor, problems=problems_in(done), all_or_none=True)

    def add(self) -> None:
        """What one unit had said not to be there is found after all."""
        key, place = LATER
        actor, (text, measure, reason) = self._answerer(key), ADDED
        if actor is not None:
            row = CheckAnswer.objects.get(topic=self.topics[place], unit_id=actor.unit_id)
            answer_found(actor=actor, answer=row.id, found=[Found(text, measure)], reason=reason)

    def _answerer(self, key: str) -> Actor | None:
        office = self.schedule.office
        if not Unit.objects.filter(pk=office.units[key].pk, is_active=True).exists():
            return None
        return next((actor for role in ANSWERERS if (actor := office.actor(key, role))), None)


def ask_everybody(schedule: Schedule, last: date) -> None:
    """Put into the schedule: both sendings, and the days on which the units answer."""
    sent = Sent(schedule)
    first, second = last - timedelta(days=FIRST_SENT), last - timedelta(days=SECOND_SENT)
    schedule.errand(first, lambda: sent.send(FIRST, FIRST_SENT - FIRST_DUE))
    schedule.errand(second, lambda: sent.send(SECOND, SECOND_SENT - SECOND_DUE))
    days: dict[date, list[tuple[str, int]]] = defaultdict(list)
    for turn, key in enumerate(schedule.office.units):
        for place in FIRST:
            if (key, place) in FOUND or (turn + place) % 11 != 7:  # a few say nothing
                late = (turn + place) % 9 == 4
                wait = FIRST_SENT - FIRST_DUE + 4 if late else 3 + (turn * 5 + place) % 20
                days[first + timedelta(days=wait)].append((key, place))
        for place in SECOND:
            if (key, place) in FOUND or (turn + place) % 2:
                days[second + timedelta(days=2 + (turn + place) % 6)].append((key, place))
    for day, answers in sorted(days.items()):
        schedule.errand(day, partial(_all, sent, answers))
    schedule.errand(last - timedelta(days=6), sent.add)


def _all(sent: Sent, answers: list[tuple[str, int]]) -> None:
    for key, place in answers:
        if key != OFFICE:
            sent.answer(key, place)


def _known(actor: Actor | None) -> Actor:
    assert actor is not None
    return actor
