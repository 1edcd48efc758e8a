"""What header words claim to be: label of a column → fields with a weight between 0 and 1.

Rules are tried in order and the first that fits decides, so what must not be taken for a field (问题数,
验收单位, 交办时间) stands before what looks like it. The words are those of the trade, not of any one file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from bihuan.documents.reading.mending import simplified

NO, CATEGORY, SOURCE, TITLE, PROBLEM, GOAL = "no", "category", "source", "title", "problem", "goal"
MEASURES, LEAD, SUPPORT, PERSON, DEADLINE = "measures", "lead_units", "support_units", "person", "deadline"
PROGRESS, STATUS, REMARK = "progress", "status", "remark"

Claims = Mapping[str, float]

_UNIT = (
    r"(?:单位|部门|主体|科室|处室|股室|室|机构|组织|党委|乡镇|街道|镇街|属地|区县|县区|"
    r"地区|方|公司|企业|学校|支部|机关|处|局|组)"
)
_DUTY = (
    r"(?:责任|整改|办理|落实|实施|处理|处置|承接|执行|包保|主体责任|具体责任|第一责任|"
    r"直接责任|主要责任|整治|治理|防治)"
)
_WHEN = r"(?:时间|日期|时刻|年月)"
_DO = r"(?:整改|完成|落实|推进|办理|处理|处置|办结|解决|工作|整治|治理|执行|销号|任务|实施|最新|目前|当前|阶段)"

_RULES: tuple[tuple[str, Claims], ...] = (
    (r"^(总体|整体|工作|任务)?(完成|办结|销号|整改完成)率(%)?$", {STATUS: 0.6}),
    # Figures, contacts and everything else that must not be taken for a field.
    (
        r"(?<!序)(?<!编)(数|数量|个数|件数|次数|户数|总数|率|占比|比例|金额|面积|人数|小计|"
        r"合计|总计|分值|得分|扣分|天数)$",
        {},
    ),
    (
        r"^(整改|主要|第一)?(责任|负责|联系)(人|领导)(姓名)?(及|和|、|/|与).{0,6}(电话|方式|"
        r"手机|职务)",
        {PERSON: 0.95},
    ),
    (r"(问题|隐患|不足)(表现|描述)?(及|和|、|与|/)(主要|产生)?(原因|症结|根源)", {PROBLEM: 0.9}),
    (r"(措施|整改措施)(序号|编号)$|资金来源|原因|症结|根源|剖析", {}),
    (r"电话|手机|联系方式|邮箱|地址|地点|位置|部位|点位|坐标|照片|图片|附件|佐证|链接|经度|纬度", {}),
    (r"是否.*(属实|逾期|超期|超时|延期|反弹|重复|公开|满意|涉及|保密|需要|同意|督办|上报|移交)", {}),
    (r"(满意|评价|评分|打分|考核|问责|处分|追责|等级|级别|紧急程度|优先级|风险)", {}),
    (r"(验收|销号|整改|完成|工作|达标)标准", {GOAL: 0.6}),
    (r"预期|达到.*(效果|要求|标准)", {GOAL: 0.95}),
    (
        r"(?<![被受])(验收|督导|督办|督促|监督|督查|督察|检查|审核|复核|填报|报送|上报|交办|"
        r"反馈|销号|认定|巡察|巡视|抽查|审批|派单|受理|评估|指导|移交|提出)"
        rf"(责任)?({_UNIT}|人|人员|领导|小组)$",
        {},
    ),
    (
        r"(填表|制表|录入|来电|来信|来访|投诉|反映|举报|信访|诉求|发现|登记|更新|经手|记录|"
        r"提交)(人|者|人员|人姓名)$",
        {},
    ),
    (
        r"(是否|有无|有没有).*(完成|办结|销号|到位|闭环|解决|落实|整改|办理)|(完成|办结|"
        r"销号|整改|闭环|到位)与否$",
        {STATUS: 0.95},
    ),
    (r"措施.{0,2}(及|和|、|与|/).{0,4}(时限|时间|期限|节点)$", {MEASURES: 0.9, DEADLINE: 0.4}),
    (r"目标.{0,2}(及|和|、|与|/).{0,4}措施$", {MEASURES: 0.8, GOAL: 0.5}),
    # Times: only those by which something is due.
    (rf"起止{_WHEN}$|^(整改|完成|工作)?周期$", {DEADLINE: 0.6}),
    (r"(原|原定|初始)(定)?(整改|完成|办理)?(时限|期限|限期|时间)", {DEADLINE: 1.0}),
    (r"(延期|调整|变更|顺延|剩余|超期|逾期|签收|响应|延长|展期)", {}),
    (
        rf"(计划|拟|预计|应|要求|目标|规定|承诺|预期|限定|最迟|最晚|需|须)(整改|完成|办结|"
        rf"销号|解决|达到|到位|达标|办理|的|整改完成|完成整改)*({_WHEN}|时限|节点|期限)",
        {DEADLINE: 0.97},
    ),
    (
        rf"(实际|检查|督查|发现|交办|反馈|来电|来信|受理|登记|填报|下发|派单|派发|接收|接单|"
        rf"销号|验收|录入|创建|反映|开始|起始|启动|更新|报送|通知|投诉|留言|提出"
        rf"|移交|转办|诉求|上报|公示|答复|回复|复查|审计|巡察|立案|制定|开工|入库|"
        rf"统计)[^限]{{0,4}}({_WHEN}|年度)$|^年度$|^年份$|开始|起始",
        {},
    ),
    (r"时限|期限|限期|截止|截至日|到期|deadline|due", {DEADLINE: 0.95}),
    (
        rf"(时间|进度)(节点|要求|安排|限制|进度)$|完成(节点|要求|安排|时效)$|完成年[限月度]|^(完成|结束|整改|"
        rf"整改完成|达标|整改到位){_WHEN}$|^何时(完成|整改)?",
        {DEADLINE: 0.8},
    ),
    (rf"办结{_WHEN}$", {DEADLINE: 0.4}),
    (rf"^{_WHEN}$", {DEADLINE: 0.35}),
    (rf"{_WHEN}$", {}),
    # Who.
    (
        rf"(责任|牵头|主办|承办|整改|落实){_UNIT}(/|、|及|和|与|或|及其)+(责任|负责|承办|"
        rf"牵头|分管)?(人|领导|人员)",
        {LEAD: 0.9, PERSON: 0.6},
    ),
    (
        rf"(配合|协办|参与|参加|协同|协助|协作|辅办|会办|联办|共同|监管|联动|支持|"
        rf"supporting?)(责任|的|\s)*({_UNIT}|units?)?s?$|^(配合|协办|协同)",
        {SUPPORT: 1.0},
    ),
    (rf"(行业)?主管(责任)?{_UNIT}$", {SUPPORT: 0.45, LEAD: 0.4}),
    (
        r"(责任|牵头|分管|包案|包保|挂联|挂钩|联系|主要|直接|第一|具体|整改|市级?|县级?|"
        r"区级?|省级?|厅|局|处)*(领导|县长|市长|区长|书记)(姓名)?$",
        {PERSON: 0.9},
    ),
    (
        r"(责任|负责|主要责任|第一责任|直接责任)(人|人员|者|同志)(姓名)?$|^负责(人|同志)|"
        r"person|owner name|assignee",
        {PERSON: 0.97},
    ),
    (r"(联系|经办|承办|办理|联络|落实|整改|对接|处理)(人|员|人员)(姓名)?$", {PERSON: 0.5}),
    (
        rf"(牵头|主办|主责|首办)({_DUTY})?({_UNIT})?$|承办({_UNIT})?$|lead (unit|agency|"
        rf"department|office)|^lead$",
        {LEAD: 1.0},
    ),
    (
        rf"{_DUTY}{_UNIT}+$|^责任({_UNIT}|主体|落实|清单|分工)|责任(单位|部门|主体|方|属地)|"
        rf"responsible|^owner$|^agency$",
        {LEAD: 0.85},
    ),
    (rf"(被检查?|受检|被查|被督查?|被巡察|问题|所属|涉及|隐患|权属|建设|辖区|产生){_UNIT}$", {LEAD: 0.55}),
    (rf"(归口|归口管理|分管|项目){_UNIT}$|^(所属)?辖区$", {LEAD: 0.45}),
    (rf"^(责任|落实|分工|牵头|整改责任)$|^({_UNIT}|承办)(名称)?$|^单位名称$", {LEAD: 0.5}),
    # What kind, from where.
    (r"来源|渠道|出处|线索(来)?源|source", {SOURCE: 0.95}),
    (r"(督察|检查|巡察|反馈)?(批次|轮次)$|文号$", {SOURCE: 0.35}),
    (r"一级(类别|分类|类型|指标|事项)|^大类$|问题大类", {CATEGORY: 0.97}),
    (r"(二级|三级|四级)(类别|分类|类型|指标|事项)|小类$", {CATEGORY: 0.6}),
    (r"(整改|时限|完成)(类型|类别|性质)$", {DEADLINE: 0.4}),
    (r"(类别|领域|类目|大类|category)$", {CATEGORY: 0.92}),
    (r"(分类|归类|类型|类)$", {CATEGORY: 0.85}),
    (r"(专题|专项|板块|条线|方面|行业|性质|归口)(名称)?$", {CATEGORY: 0.6}),
    # How far.
    (r"状态|^status$|^state$|销号情况$|进展标识|标识$", {STATUS: 0.95}),
    (r"整改落实措施|下一?步(整改|工作)?(措施|举措)", {MEASURES: 0.8}),
    (r"(整改|落实)到位(情况)?$", {STATUS: 0.7, PROGRESS: 0.7}),
    (r"下一?步|后续|打算|计划安排|需.*(协调|支持)|困难", {MEASURES: 0.3}),
    (r"(完成|整改|整改完成|整改落实|办理|办结)(情况|结果)$", {PROGRESS: 0.8, STATUS: 0.7}),
    (r"进度$|完成程度|progress", {PROGRESS: 0.75, STATUS: 0.65}),
    (rf"进展|成效|成果|{_DO}(情况|结果|成效|效果|实效)|整改落实|推进情况", {PROGRESS: 0.85}),
    (r"(答复|回复)(意见|内容|情况|结果)?$|反馈(情况|结果)$|核查情况|调查(核实)?情况|情况说明$", {PROGRESS: 0.5}),
    (r"^(备注|附注|其他|其它|说明|备考|remarks?|notes?|comments?)", {REMARK: 0.95}),
    # What is to be reached and done.
    (r"目标|目的|goal|target|objective", {GOAL: 0.95}),
    (r"措施|举措|对策|做法|办法$|路径$|measures?|actions?", {MEASURES: 0.95}),
    (r"^整改(内容|事项|项目)$", {MEASURES: 0.6, PROBLEM: 0.55}),
    (
        r"(整改|整治|解决|治理|处理|处置)(方案|方式|内容|要求|建议|意见|方法|思路|事项|步骤)",
        {MEASURES: 0.7, PROBLEM: 0.3},
    ),
    (r"意见(和|与|及|、)?建议", {PROBLEM: 0.6, MEASURES: 0.4}),
    (r"(审计|工作|对策)?建议$", {MEASURES: 0.6}),
    # The problem itself.
    (r"^(总|项目|分)序号$|^顺号$", {NO: 0.95}),
    (r"^(序号?|编号|项号|项目号|号|no\.?|#|id|number|序列|项次|行号|顺序号|顺序)$", {NO: 0.95}),
    (
        r"(问题|任务|工单|事项|整改|台账|受理|信访|诉求|案件|交办|督办|隐患|留言|流水|清单|"
        r"件)(序|编|单|流水)?号(码)?$|编码$|编号$|单号$",
        {NO: 1.0},
    ),
    (r"^第?[几]?(条|项)$", {NO: 0.6}),
    (r"标题|主题|题目|简称|^title$|^subject$", {TITLE: 0.95}),
    (r"(问题|隐患|事项|任务|项目|诉求)名称$|^(事项|名称)$", {TITLE: 0.75, PROBLEM: 0.6}),
    (
        r"(具体|详细|细化|分解)(的)?(问题|表现|内容)|(问题|隐患|不足|短板|缺陷)(的)?(描述|"
        r"内容|表述|概述|详情|详细|具体|表现|简述|事实|摘要|说明|情况|概况)",
        {PROBLEM: 1.0},
    ),
    (
        r"(诉求|留言|投诉|反映|举报|来信|来电|来访|信访|工单|案件|交办|求助|"
        r"建议)(的)?(问题)?(内容|详情|事项|描述|情况|基本情况|摘要|概况)",
        {PROBLEM: 0.95},
    ),
    (r"(问题|隐患|风险)点$|^(检查|现场检查)情况$", {PROBLEM: 0.5}),
    (r"短板|弱项|薄弱环节|痛点|难点|堵点|负面清单|(审计|检查|督查|巡查)发现(情况)?$", {PROBLEM: 0.7}),
    (r"不符合项|不合格项", {PROBLEM: 0.95}),
    (
        r"(问题|隐患|不足|短板|缺陷|漏洞|不符合项|不合格项)(清单|项|表)?$|problem|issue|"
        r"finding|defect",
        {PROBLEM: 0.95},
    ),
    (r"(反馈|督察|检查|审计|巡察|巡视|整改)(的)?(意见|事项|任务)$", {PROBLEM: 0.75}),
    (r"问题|隐患", {PROBLEM: 0.7}),
    (
        r"(任务|事项|工作|项目|内容|事由|情形|指标)(内容|清单|描述|名称)?$|description|"
        r"基本情况|违法|违规",
        {PROBLEM: 0.6},
    ),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), claims) for pattern, claims in _RULES)
_BRACKETS = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]")
_ORNAMENT = re.compile(r"^[\s*★☆※●▲■#:：.、,;]+|[\s*★☆※●▲■:：.、,;]+$")
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|\d{1,2}[.、]|[①-⑳]|\([一二三四五六七八九十\d]+\))")
_COUNTED = re.compile(r"(?<=[\u4e00-\u9fff]{2})[（(]?\d[)）]?$")
_TRANSLATED = re.compile(r"[A-Za-z]{2,}[A-Za-z .'/?&-]*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PERSON_INSIDE = re.compile(r"[(（].{0,4}(?:人|领导)\s*[)）]")
_LONGEST = 40
_LONGEST_BARE = 16


def bare_label(label: str) -> str:
    """A header cell without blanks, brackets, ornaments and numbering, widths folded."""
    label = label[: _LONGEST * 4]
    folded = _folded(label) if not _is_latin(label) else label.strip()
    bare = _NUMBERED.sub("", _ORNAMENT.sub("", _BRACKETS.sub("", folded)))
    return _ORNAMENT.sub("", bare) or folded


def _folded(label: str) -> str:
    """One width, simplified characters, no blanks; words of another language beside Chinese ones left out."""
    plain = simplified(unicodedata.normalize("NFKC", label))
    chinese = _TRANSLATED.sub("", plain)
    return "".join((chinese if len(_HAN.findall(chinese)) >= 2 else plain).split())


def _is_latin(label: str) -> bool:
    return label.isascii()


@lru_cache(maxsize=16384)
def claims_of(label: str) -> Claims:
    """The fields a header cell may stand for; empty when it names none or is no header at all."""
    if not 0 < len(label) <= _LONGEST * 2 or "\ufffd" in label:
        return {}
    bare = _COUNTED.sub("", bare_label(label))
    if not bare or len(bare) > (_LONGEST if bare.isascii() else _LONGEST_BARE) or _is_prose(bare):
        return {}
    claims = next((claims for pattern, claims in _COMPILED if pattern.search(bare)), {})
    if LEAD in claims and _PERSON_INSIDE.search(label):
        return {**claims, PERSON: 0.6}
    return claims


def _is_prose(bare: str) -> bool:
    """A sentence or a filled-in line (填报单位：市整改办), not the name of a column."""
    return any(char in bare for char in "。；;，：:!！?？") or bool(re.search(r"\d{2,}", bare))


@lru_cache(maxsize=16384)
def is_ruled(label: str) -> bool:
    """Whether the words are known, if only as something that is no field (验收单位)."""
    if len(label) > _LONGEST * 2:
        return False
    bare = bare_label(label)
    return any(pattern.search(bare) for pattern, _ in _COMPILED)


_FIRST_LEADS = re.compile(r"(第一|首位|首个|排名|排序|排在最?前|最前).{0,12}牵头")


def first_leads(text: str) -> bool:
    """Whether a header or note says that the first unit of a list is the leading one."""
    return bool(_FIRST_LEADS.search(text))
