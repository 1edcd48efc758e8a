"""Words for how far a problem has come → the five statuses of the reading contract.

Order matters: a refusal is told before the word it refuses (未完成 before 完成), the weaker before the
stronger (基本完成 before 完成).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

DONE, MOSTLY, STAGE, ONGOING, NOT_STARTED = "done", "mostly", "stage", "ongoing", "not_started"

_END = "(?:完成|整改|办结|销号|到位|解决|落实|闭环|验收|达标|清零|办理|治理|关闭|结案|化解|修复|拆除|恢复|消除)"
_RULES = tuple(
    (re.compile(pattern), status)
    for pattern, status in (
        (r"重复件|作废|误报|不属实|退回|退单|不予受理", None),
        (
            r"(未|没有?|尚未|暂未|还未)(正式)?(启动|开始|开展|动工|开工|实施|着手|推进|受理|"
            r"处理|办理|处置|安排)",
            NOT_STARTED,
        ),
        (r"^(?:问题)?(?:未|没有?|尚未|暂未|还未)(?:进行)?(?:整改|治理|落实|行动)$", NOT_STARTED),
        (r"^待(办|处理|整改|受理|启动|实施|开工|派单|分派|签收)|^新(建|增)$|^已?列入计划$", NOT_STARTED),
        (
            rf"(未|没有?|无法|不能)(能|全部|全面|按期|按时|如期|及时|彻底|完全|整改)*{_END}|"
            rf"不(彻底|到位)|未达",
            ONGOING,
        ),
        (r"立行立改(?:完成|到位)|已立行立改", DONE),
        (r"^(问题)?已(经|全部|按期|如期)*(完成|整改到位|整改完成)(整改)?[，,]", DONE),
        (rf"(申请|拟|待|等待|正在|预计|计划|即将|争取|力争)[^，,。；;]{{0,8}}(?:{_END}|复核|公示)", ONGOING),
        (rf"(基本|大体|大部分|主体)(已经?|上)?{_END}", MOSTLY),
        (rf"(已?部分|逐步|陆续){_END}", ONGOING),
        (r"阶段性?(地|的)?(已|任务|目标|整改)*(完成|办结|成效|成果|进展|结果|整改|销号|达标)", STAGE),
        (r"(完成|办结|销号|到位|解决|落实|已整改|闭环)(整改)?[，,]?并?(长期|持续|常态)", DONE),
        (rf"(已经?|均已?|全部|全面|按期|如期|提前|彻底|现已){_END}", DONE),
        (
            rf"{_END}(完毕|结束|到位|销号|完成|办结|结案|通过|归档|率?100%)|^{_END}?(完成|"
            rf"办结|销号|解决|闭环|关闭|结案)了?$",
            DONE,
        ),
        (
            r"(同意|予以|准予|通过)(验收|销号)|验收合格|^(完结|结束|合格|已改|改完|办毕|"
            r"已办|已结)$|完成(整改|任务|治理)",
            DONE,
        ),
        (
            r"正在|推进|整改中|办理中|处理中|进行中|实施中|建设中|施工中|治理中|核实中|"
            r"调查中|中$|在办|在建|持续|长期|常态",
            ONGOING,
        ),
        (
            r"序时|按计划|按进度|正常|顺利|已(启动|开工|开展|受理|立案|签收|派单|交办|进场)|"
            r"逾期|超期|滞后|延期|缓慢|复核|验收|审核",
            ONGOING,
        ),
    )
)
_YES = {"是", "已", "y", "yes", "true", "√", "✓", "✔", "对", "☑", "✅", "1"}
_NO = {"否", "未", "n", "no", "false", "×", "✗", "✘", "x", "不是", "0", "☒", "❌", "没有"}
_ENGLISH = {
    "done": DONE,
    "closed": DONE,
    "completed": DONE,
    "complete": DONE,
    "resolved": DONE,
    "mostly done": MOSTLY,
    "stage result": STAGE,
    "open": ONGOING,
    "ongoing": ONGOING,
    "under way": ONGOING,
    "in progress": ONGOING,
    "not started": NOT_STARTED,
    "not begun": NOT_STARTED,
}
_PERCENT = re.compile(r"(?:已?完成)?(?:率|度|进度)?[:：]?(\d{1,3}(?:\.\d+)?)%")


@lru_cache(maxsize=4096)
def read_status(text: str, yes_or_no: bool = False) -> str | None:
    """The status a short text states, None when it states none.

    `yes_or_no`: the column asks whether the problem is done, so 是/否/√/× are answers.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).strip("。.;,:、!()[]")
    if not plain:
        return None
    if yes_or_no and plain.lower() in _YES | _NO:
        return DONE if plain.lower() in _YES else ONGOING
    if english := _ENGLISH.get(" ".join(text.lower().split())):
        return english
    if found := _PERCENT.fullmatch(plain):
        return _by_share(float(found[1]))
    return next((status for pattern, status in _RULES if pattern.search(plain)), None)


def _by_share(percent: float) -> str | None:
    if percent > 100:
        return None
    if percent == 100:
        return DONE
    return ONGOING if percent > 0 else NOT_STARTED


_CLAUSE = re.compile(r"[^，,。；;\n]+")
_LEAD_IN = re.compile(
    r"^(?:目前|现|截至目前|现在|问题|该项?(?:问题|任务|工作|事项)|[此本]项(?:问题|任务|工作|事项)|均|全部|都)"
)
_LONGEST_CLAUSE = 14
_STATEMENT = re.compile(
    r"(?:立行立改|通过|予以|准予|合格|已|均|全部|全面|基本|部分|阶段性|取得|达到|正在|仍需?|尚|还|未|持续|长期|并|按|有序|稳步|完成|整改|办结|"
    r"销号|到位|解决|落实|推进|坚持|成效|成果|进展|同意|验收|办理|治理|中|并|任务|要求|"
    r"序时进度|序时|进度|启动|开展|不彻底|"
    r"彻底|隐患|消除|完毕|工作|结束|取得了|阶段|目标|该|此项|，|常态化|问题|进行|闭环)+"
)


def status_in_prose(text: str) -> tuple[str, str] | None:
    """The status a longer text states outright and the words it uses, e.g. ("mostly", "基本完成整改").

    Only a clause made of status words alone counts; what was done is no statement of how far it came.
    """
    for found in _CLAUSE.finditer(text):
        clause = found[0].strip()
        bare = _LEAD_IN.sub("", clause)
        if len(bare) <= _LONGEST_CLAUSE and _STATEMENT.fullmatch(bare):
            status = read_status(bare)
            if status is not None:
                return status, clause
    return None
