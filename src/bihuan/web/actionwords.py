"""How an entry of the record is headed: what was done, then the person. In Chinese it is the verb itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from bihuan.domain.lifecycle import Move

DONE_BY: Mapping[Move, str | Promise] = {
    Move.REGISTER: pgettext_lazy("done by", "登记"),
    Move.ENTER: pgettext_lazy("done by", "入账"),
    Move.AMEND: pgettext_lazy("done by", "修改"),
    Move.DISPATCH: pgettext_lazy("done by", "交办"),
    Move.SIGN: pgettext_lazy("done by", "签收"),
    Move.CONFIRM_SIGNATURE: pgettext_lazy("done by", "补签"),
    Move.SET_MEASURES: pgettext_lazy("done by", "填报措施"),
    Move.REPORT: pgettext_lazy("done by", "报告进展"),
    Move.ASK_EXTENSION: pgettext_lazy("done by", "申请延期"),
    Move.SIGN_EXTENSION: pgettext_lazy("done by", "签发延期申请"),
    Move.GRANT_EXTENSION: pgettext_lazy("done by", "同意延期"),
    Move.REFUSE_EXTENSION: pgettext_lazy("done by", "不同意延期"),
    Move.ASK_CLOSEOUT: pgettext_lazy("done by", "申请销号"),
    Move.CHECK: pgettext_lazy("done by", "现场核查"),
    Move.ACCEPT: pgettext_lazy("done by", "验收通过"),
    Move.RETURN: pgettext_lazy("done by", "退回整改"),
    Move.PUBLISH: pgettext_lazy("done by", "公示"),
    Move.CLOSE: pgettext_lazy("done by", "销号"),
    Move.PLAN_LOOKBACK: pgettext_lazy("done by", "安排回头看"),
    Move.CONFIRM: pgettext_lazy("done by", "回头看通过"),
    Move.REOPEN: pgettext_lazy("done by", "复号"),
    Move.SUSPEND: pgettext_lazy("done by", "中止"),
    Move.RESUME: pgettext_lazy("done by", "恢复"),
    Move.MERGE: pgettext_lazy("done by", "并案"),
    Move.WITHDRAW: pgettext_lazy("done by", "撤销"),
    Move.WARN: pgettext_lazy("done by", "督导亮红"),
    Move.LIFT_WARNING: pgettext_lazy("done by", "解除亮红"),
    Move.CORRECT: pgettext_lazy("done by", "更正"),
    Move.RECALL: pgettext_lazy("done by", "撤回交办"),
    Move.WITHDRAW_IMPORT: pgettext_lazy("done by", "撤回导入"),
    Move.TAKE_OVER: pgettext_lazy("done by", "接续办理"),
    Move.RESTATE: pgettext_lazy("done by", "据台账更新"),
    Move.HAND_OVER: pgettext_lazy("done by", "移交"),
    Move.REGROUP: pgettext_lazy("done by", "划转"),
    Move.DECLINE: pgettext_lazy("done by", "退单"),
    Move.GRANT_DECLINE: pgettext_lazy("done by", "同意退单"),
    Move.REFUSE_DECLINE: pgettext_lazy("done by", "不同意退单"),
    Move.APPEAL_DECLINE: pgettext_lazy("done by", "申请终裁"),
    Move.OVERTURN_DECLINE: pgettext_lazy("done by", "终裁改派"),
    Move.UPHOLD_DECLINE: pgettext_lazy("done by", "终裁维持"),
    Move.REASSIGN: pgettext_lazy("done by", "改派"),
    Move.TRANSFER: pgettext_lazy("done by", "转办"),
    Move.SPLIT: pgettext_lazy("done by", "拆分"),
    Move.HAND_DOWN: pgettext_lazy("done by", "分解下达"),
    Move.LINK_PART: pgettext_lazy("done by", "关联下级问题"),
    Move.RAISE: pgettext_lazy("done by", "上提"),
    Move.ACCEPT_RAISED: pgettext_lazy("done by", "接受上提"),
    Move.REFUSE_RAISED: pgettext_lazy("done by", "不接受上提"),
    Move.JOIN: pgettext_lazy("done by", "调整配合单位"),
    Move.SIGN_PART: pgettext_lazy("done by", "签收配合任务"),
    Move.NAME_DUTY: pgettext_lazy("done by", "明确责任人"),
    Move.CONFIRM_DUTY: pgettext_lazy("done by", "确认本人职责"),
    Move.SET_ROUTE: pgettext_lazy("done by", "排定节点"),
    Move.REPORT_ROUTE: pgettext_lazy("done by", "更新节点"),
    Move.TAKE_CASE: pgettext_lazy("done by", "包案"),
    Move.LEAVE_CASE: pgettext_lazy("done by", "退出包案"),
    Move.INSTRUCT: pgettext_lazy("done by", "批示"),
    Move.ENLIST: pgettext_lazy("done by", "列入专项"),
    Move.DELIST: pgettext_lazy("done by", "移出专项"),
    Move.ROLL_UP: pgettext_lazy("done by", "下级进展汇总"),
}
"""Every move; the English ends in “by”, since the person follows."""
