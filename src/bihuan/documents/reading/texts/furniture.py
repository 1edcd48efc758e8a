"""What stands around the problems of a text: navigation of web pages, closing words, signatures and dates."""

from __future__ import annotations

import re

from bihuan.documents.reading.names import is_unit

_DATED = re.compile(r"^[（(]?(?:\d{4}|[二〇零○一二三四五六七八九]{4})年.{1,3}月.{1,3}日[）)]?$")
_NOISE = re.compile(
    r"扫一扫|网站标识码|浏览(?:次数|量)|点击(?:数|次数|量)|字号[:：]|【?字体[:：]|打印本页|关闭窗口|返回(?:顶部|首页)|"
    r"分享到|上一篇|下一篇|版权所有|ICP备|公网安备|当前位置|发布(?:日期|时间)|信息来源|^来源[:：]|^附件\d{0,2}[:：]|"
    r"责任编辑|^联系(?:人|电话)[:：].{0,30}\d{5}"
)
_CLOSING = re.compile(
    r"^(?:下一?步|今后|接下来|欢迎|联系(?:电话|方式|人)|监督(?:电话|举报)|举报电话|特此|以上[^，。]{0,8}(?:妥否|公示|报告)|公示(?:期|时间)|附件)"
)
_LONGEST_SIGNATURE = 25


def is_noise(text: str) -> bool:
    """Whether a line is what web pages put around a text (navigation, counters, record numbers)."""
    return len(text) <= 120 and bool(_NOISE.search(text))


def closes(text: str) -> bool:
    """Whether a line ends what is told (next steps, telephones, annexes)."""
    return bool(_CLOSING.match(text))


def is_signature(text: str, *, told: bool) -> bool:
    """A date alone, or an office alone: who signed the text and when. Where units are listed only 办公室 is one.

    `told`: the line would else be part of what is told about a problem, which no unit alone can be.
    """
    alone = len(text) <= _LONGEST_SIGNATURE and is_unit(text) and "、" not in text
    return bool(_DATED.match(text)) or (alone and (told or text.endswith("办公室")))
