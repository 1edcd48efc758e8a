"""Chinese texts of our own making: invented places, things and faults, put together by chance.

Texts are 30 to 300 characters long. Three words are placed on purpose and occur nowhere else, so that a search
can be measured by how rare its word is. No text needs escaping in JSON or in PostgreSQL's COPY form.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

RARE, UNCOMMON, COMMON = "翠屏闸", "隔油池", "居民"
"""In about ten problems whatever their number; in one of a hundred; in every other one."""
RARE_COUNT = 10
LONGEST_TITLE = 40

_STREETS = (
    "滨汀路 望澜街 青石巷 柳荫路 云溪大道 鹭洲路 采薇街 听松路 半山巷 清漪路 枫桥里 渡口街 梧桐里 长堤路 "
    "金穗路 芦花街 石桥巷 东皋路 竹坞街 观澜里 沐阳路 南塘街 北苑路 杏林巷 桑梓街"
).split()
_SPOTS = (
    "东段 西段 路口 桥头 北侧 南侧 沿线 菜市场旁 小学门前 公交站旁 老厂区 安置小区 中心广场 泵站外 停车场 "
    "绿化带 背街 堤脚 工地围挡外 村口"
).split()
_THINGS = (
    "雨水井盖 路灯 排水沟 公共厕所 护栏 人行道板 消防栓 健身器材 垃圾收集点 污水管道 配电箱 无障碍坡道 行道树 "
    "候车亭 排污口 挡土墙 标志牌 化粪池 水渠 堆料场 屋面防水 通信线缆 充电桩 菜地 沙石料 监控探头"
).split()
_FAULTS = (
    "破损失修 下沉积水 被占用堆物 长期不亮 淤积堵塞 锈蚀松动 未按图施工 漏水渗水 缺失盖板 乱拉乱接 台账不全 "
    "责任不清 验收资料缺失 整治后又出现 保洁不到位 超期未修 标准不一 未经审批设置 存在异味 裂缝扩大"
).split()
_HARMS = (
    "影响行人通行 雨天容易绊倒 存在火灾隐患 夜间看不清路面 周边商户意见集中 影响汛期排水 老人儿童出行不便 "
    "扬尘明显 可能造成二次污染 与原定方案不符 群众多次来电 巡查记录与现场不一致 影响学校上下学秩序 "
    "造成资源闲置 有安全风险"
).split()
_MORE = (
    "经现场查看，情况属实，涉及范围约{n}处。",
    "去年已整治过一次，今年{n}月又出现同样情况。",
    "相关单位对管护责任说法不一，日常巡查没有记录。",
    "现场测量，影响长度约{n}米，需要分段施工。",
    "该处不在现有养护清单内，经费来源没有明确。",
    "已临时设置警示标志，但没有采取彻底的措施。",
    "抽查{n}处，其中一半以上没有按期完成。",
    "施工单位已退场，质保金尚未结算，返修没有落实。",
    "资料显示已经完工，现场与资料不一致。",
    "部门之间信息没有共享，同一问题多次派单。",
    "需要统筹管线单位一并处理，避免重复开挖。",
    "镇街反映人手不足，夜间和节假日无人值守。",
    "有关制度已经印发，基层知晓率不高，执行不严。",
    "前期摸底数据偏差较大，应重新核对后再安排。",
    "周边{n}户反映强烈，要求尽快给出明确的时间。",
    "已列入下一年计划，但当前仍有风险，应先作临时处置。",
)
_GOALS = (
    "{thing}全部修复并通过现场核验，建立每月巡查记录。",
    "消除{harm}的情形，半年内不再出现。",
    "明确管护单位和责任人，{thing}完好率达到98%以上。",
    "完成整治并公开结果，群众满意度不低于90%。",
    "补齐资料，完善{thing}的日常管理办法。",
)
_DEEDS = (
    "对{street}{thing}逐处排查，列出清单",
    "组织施工，完成{street}{spot}的修复",
    "与管线单位对接，确定{thing}的处置办法",
    "建立{thing}巡查制度，落实专人负责",
    "清理{street}{spot}，恢复原状",
    "制定方案并报主管单位审定，按节点推进",
    "开展一次回访，收集意见并逐条答复",
    "更换{street}{spot}的{thing}",
)
_COMMON = f"附近{COMMON}多次反映，希望尽快解决。"
_UNCOMMON = f"旁边的{UNCOMMON}没有按期清掏。"
_RARE = f"涉及{RARE}的部分另行处理。"


@dataclass(frozen=True)
class Wording:
    """The texts of one problem."""

    title: str
    text: str
    goal: str
    deeds: tuple[str, str, str]


def wording(draw: Random, place: int, *, rare: bool = False) -> Wording:
    """The texts of problem number `place` (from 0), which decides on the common and the uncommon word."""
    pick = draw.choice
    street, spot, thing, fault, harm = pick(_STREETS), pick(_SPOTS), pick(_THINGS), pick(_FAULTS), pick(_HARMS)
    parts = [f"{street}{spot}{thing}{fault}，{harm}。"]
    if place % 2:
        parts.append(_COMMON)
    if place % 100 == 42:
        parts.append(_UNCOMMON)
    if rare:
        parts.append(_RARE)
    wanted = min(260, max(30, int(draw.lognormvariate(4.5, 0.6))))
    length = sum(map(len, parts))
    while length < wanted:
        more = pick(_MORE).format(n=draw.randint(2, 96))
        parts.append(more)
        length += len(more)
    deeds = [pick(_DEEDS).format(street=street, spot=spot, thing=thing) for _ in range(3)]
    return Wording(
        title=f"{street}{spot}{thing}{fault}"[:LONGEST_TITLE],
        text="".join(parts),
        goal=pick(_GOALS).format(thing=thing, harm=harm),
        deeds=(deeds[0], deeds[1], deeds[2]),
    )
