"""Who does what in the sentences of a reply: the offices that act, those that only oversee, and what they do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bihuan.documents.reading.names import is_unit
from bihuan.documents.reading.numbering import trim

_BEFORE = (
    r"(?:接[到报][^，]{0,16}?后|随后|目前|对此|日前|近日|同日|当[日天]|下一步|为此|现已|此外|其中|\d{1,2}月\d{1,2}日[上下]?午?|"
    r"\d{4}年\d{1,2}月\d{1,2}日[上下]?午?)"
)
_DOES = (
    r"(?:请|责成|成立|印发|下发|召开|建立|接[到报件单诉]|已经?|立即|迅速|第一时间|高度重视|将|正在?|会同|联合|组织|派|安排|联系|协调|责令|要求|核查|核实|调查|现场|工作人员|执法人员|劝导|清理|更换|"
    r"负责|对|于|及时|依法|积极|启动|牵头|承诺|实施|赶赴|到场?|约谈|督促|督导|督办|查看|同步|先行|下达|具体|进行|拟|多次|每|开展|追回|收缴|清退|修订|加快|推进|采取|投入|检测|勘查|勘察|化验|鉴定|出警|出动|巡查|走访|入户|上门|处置|排查|通知|补装|增设|加装|修复|拆除|取缔|关停|收缴|增派|调派|抽调|开通|启用|制定|完成|连夜|当即|当[日天晚]|次日|随即|随后)"
)
_OPENING = re.compile(rf"^{_BEFORE}?[，,]?(?P<by>经(?:咨询|向|与)?|由|并由|已由|交由|转由)?")
_VERB = re.compile(_DOES)
_NEWS_CAME = re.compile(r"接[到报件单诉][^，]{0,10}?后$")
_LONGEST_NAMES = 60
_BY = re.compile(
    r"(?:[经由])(?P<unit>[\u4e00-\u9fffA-Z0-9]{2,18}?)(?P<rest>(?:负责|组织|实施|牵头|具体|核查|现场|落实|先行|处理|办理|进行).{0,80})$"
)
_ASKED = re.compile(r"经咨询(?P<unit>[\u4e00-\u9fffA-Z0-9]{2,18})$")
_ORDERED = re.compile(
    r"(?:责成|责令|要求|督促)(?P<unit>[\u4e00-\u9fffA-Z0-9]{2,24}?)(?:立即|限期|于|停止|整改|抓紧|尽快|对|进行|做好|在)"
)
_OVERSEES = re.compile(r"^(?:到场|现场|全程)?(?:督导|督办|指导|监督)")
_HANDS_ON = re.compile(r"^(?:组织|进行|负责|及时|立即)?(?:现场)?(?:协调$|交办|转办|派单|受理|督办)")
_GOVERNMENT = re.compile(r"^[省市县区州]委?(?:[省市县区州])?(?:政府|委)$")
_GENERIC = re.compile(
    r"的|(?:验收|督导|督查|检查|巡察|调查|考核|工作|专家)组$|[我你您其]|^(?:本|该|贵|各|其|有关|相关|责任|主管|业务|上级|职能|属地|两)|部门$|^.(?:委|里|局|办|会)$|^(?:社区|单位|政府|街道|物业|公司|现场|工作组)$|专班$"
)
_BY_NOW = re.compile(
    r"^(?:已经?|先行?|今后|下一步|后续|将|拟|立即|迅速|第一时间|及时|正在?|当即|连夜|依法|积极|并)+"
)
_LOOKS_ON = re.compile(
    r"^(?:再次)?(?:接|到[场达]|现场|赶赴|前往|核[实查]|查看|踏勘|调查|了解|研究|持续跟进|跟进|关注|受理|收[悉到]|工作人员|执法人员|上门|高度重视|介绍|表示|回应|答复|牵头|负责|"
    r"具体|对接|安排[^，]{0,8}(?:核|查)|派[^，]{0,10}(?:核|查)|列入|纳入|进行|对此|处理|办理|组织实施|检测|勘[查察]|化验|鉴定|与[^，]{2,12}对接)"
    r"|(?:核实|核查|查看|踏勘|调查)$"
)
# What may go on telling what was done without saying again who did it.
_ACTIVE = re.compile(
    r"^(?:安排|施划|划设|增设|增派|安装|加装|修复|维修|更换|清理|清运|清掏|拆除|调整|组织|开展|制定|建立|完善|约谈|协调|疏通|改造|新建|补种|补齐|"
    r"设置|修剪|封堵|硬化|铺设|退还|返还|补发|追回|投入|印发|下发|召开|健全|回收|追缴)"
)
_SHORTEST = 4
_ACTION = re.compile(r"^(?:同步|先行|全面|彻底)?[\u4e00-\u9fff]{2}")
_TOGETHER = re.compile(r"^(?:会同|联合|组织)[^，]{2,24}?后(?=要求|责令|督促|约谈|安排|更换|清理)")
_DEMANDED = re.compile(r"^要求(?=彻底|全面|立即|做好|清理|停止|加强|整改|限期|落实)")


@dataclass
class Actors:
    """Fills up clause by clause; `answering` is the office that signed the reply, '' when none did."""

    answering: str = ""
    lead: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    _went_on: bool = False

    def __post_init__(self) -> None:
        if _is_named(self.answering):
            self.lead.append(self.answering)

    def hear(self, clause: str, is_end: bool = False) -> None:
        """Take in one clause of the reply; one that says that all `is_end`ed well is no measure."""
        known = len(self.measures)
        self._hear(clause)
        self._went_on = len(self.measures) > known
        if is_end:
            del self.measures[known:]

    def _hear(self, clause: str) -> None:
        if acts := _act_in(clause):
            self._acting(acts.units, acts.rest, acts.by)
        elif by := _BY.search(clause):
            self._acting([by["unit"]], by["rest"], True)
        elif asked := _ASKED.search(clause):
            self._lead(asked["unit"])
        elif _DEMANDED.match(clause):
            self.measures.append(_DEMANDED.sub("", clause))
        elif self.lead and (_BY_NOW.match(clause) or (self._went_on and _ACTIVE.match(clause))):
            self._measure(clause)
        if not self.lead and (ordered := _ORDERED.search(clause)):
            self._lead(ordered["unit"])

    def _acting(self, units: list[str], rest: str, by: bool) -> None:
        if _OVERSEES.match(_BY_NOW.sub("", rest)):
            self.support.extend(unit for unit in units if _is_named(unit))
            return
        if _HANDS_ON.search(rest) and not by and _is_named(units[0]):
            return
        if by or not self.lead:
            for unit in units:
                self._lead(unit)
        if any(unit in self.lead for unit in units) or not _is_government(units[0]):
            self._measure(rest)

    def _lead(self, unit: str) -> None:
        if _is_named(unit) and unit not in self.lead:
            self.lead.append(unit)

    def _measure(self, rest: str) -> None:
        done = trim(_TOGETHER.sub("", _BY_NOW.sub("", rest)))
        if _ACTION.match(done) and not _LOOKS_ON.match(done) and len(done) >= _SHORTEST:
            self.measures.append(_DEMANDED.sub("", done))


def _is_government(unit: str) -> bool:
    """A level as a whole (县委县政府) answers for nothing in particular."""
    return bool(_GOVERNMENT.search(unit))


def _is_named(unit: str) -> bool:
    return is_unit(unit) and not _GENERIC.search(unit) and not _is_government(unit)


@dataclass(frozen=True)
class _Act:
    """Who acts in a clause and what with; `by` tells that 由 or 经 names the actor."""

    units: list[str]
    rest: str
    by: bool


def _act_in(clause: str) -> _Act | None:
    """The first reading of a clause as units followed by a verb; None where there is none."""
    opening = _OPENING.match(clause)
    start = opening.end() if opening else 0
    for verb in _VERB.finditer(clause, start + 2, start + _LONGEST_NAMES):
        units = _NEWS_CAME.sub("", clause[start : verb.start()]).split("、")
        if all(2 <= len(unit) <= 18 and is_unit(unit) and not _VERB.match(unit) for unit in units):
            return _Act(units, clause[verb.start() : verb.start() + 160], bool(opening and opening["by"]))
    return None


def actor_of(step: str) -> tuple[str, str]:
    """The unit a step begins with and what it did (市财政局开展清查); '' and the step where none is named."""
    acts = _act_in(step)
    if acts is not None and not acts.by and len(acts.units) == 1 and _is_named(acts.units[0]):
        return acts.units[0], step[step.index(acts.rest[:20]) :]
    return "", step
