"""What an office's reply says about one case: who acts, by when, how far it has come.

The reply is heard sentence by sentence; courtesies are passed over, and a promise for later outweighs what is
already done.
"""

from __future__ import annotations

import re

from bihuan.documents.reading.dates import Deadline, read_deadline
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.numbering import trim
from bihuan.documents.reading.texts.actors import Actors
from bihuan.documents.reading.texts.telling import CLAUSE, SENTENCE, promised

_COURTESY = re.compile(r"您好|你好|收悉|感谢|谢谢|祝您|特此|如下[:：]?$|欢迎|敬请|理解")
_DONE = re.compile(
    r"(?:已经?|均已?|全部|当[日天场]|现已|现场)[^，。；]{0,14}?(?:完成|疏通|修复|恢复|拆除|完毕|干净|清运|到位|解决|办结|更换|搬离|关停|取缔|"
    r"修好|归还|退还|发放|亮起|供水|通车)(?:完毕|到位|完成|整改|正常[^，。]{0,4}|了)?$"
    r"|当[日天晚][^，。；]{0,4}(?:清运|清理|清掏|修复|更换|拆除|疏通)[^，。；]{0,12}$|\d日(?:已)?(?:完成|恢复|修复|拆除|清理|更换)[^，。；]{0,12}$|恢复[\u4e00-\u9fff]{1,4}$|已(?:将|把)[^，。；]{2,40}(?:调整|改|换|移|降|提高)[^，。；]{0,4}[为至到成]"
)
_UNDER_WAY = re.compile(r"正在|正处于|目前|责令|下达")
_NOT_BEGUN = re.compile(r"(?:未|没有)(?:启动|开工|动工|实施)|处于前期|待[^，。]{2,30}[后将]")
_AT_ONCE = re.compile(r"立即(?:进行|组织|落实)?整改|立行立改|马上整改|当场整改")


class Answer:
    """Fills up sentence by sentence; `answering` is the office that named itself as replying."""

    def __init__(self, frame: Frame, answering: str = "") -> None:
        self._frame = frame
        self._due: Deadline | None = None
        self._at_once = ""
        self._done = ""
        self._stage = ""
        self.actors = Actors(answering)

    def hear(self, text: str) -> None:
        """Take in one stretch of the reply."""
        for clause in (clause for sentence in SENTENCE.findall(text) for clause in CLAUSE.split(sentence)):
            bare = trim(clause)
            if bare and not _COURTESY.search(bare):
                self._hear_clause(bare)

    def _hear_clause(self, clause: str) -> None:
        due = promised(clause, self._frame)
        done = due is None and bool(_DONE.search(clause))
        self.actors.hear(clause, is_end=done)
        if self._due is None and due is not None:
            self._due, self._done = due, ""
        if not self._at_once and (at_once := _AT_ONCE.search(clause)):
            self._at_once = at_once[0]
        if done:
            self._done = clause
        if not self._stage:
            self._stage = (
                "not_started" if _NOT_BEGUN.search(clause) else "ongoing" if _UNDER_WAY.search(clause) else ""
            )

    @property
    def due(self) -> Deadline | None:
        """The date promised, or 立即整改 where nothing is said to be done yet."""
        if self._due is None and self._at_once and not self._done:
            return read_deadline(self._at_once, self._frame)
        return self._due

    @property
    def status(self) -> tuple[str, str]:
        """The status and the words that state it; both '' where the reply states none."""
        if self._done:
            return "done", self._done
        return self._stage, ""
