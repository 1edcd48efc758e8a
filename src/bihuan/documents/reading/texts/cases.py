"""One citizen's complaint and its answer: what is wrong, who answers for it, what was promised or done.

Read only where the text says that somebody complained or that an office replied; statistics about complaints
are not complaints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bihuan.documents.reading import words
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.numbering import trim
from bihuan.documents.reading.texts.actors import Actors
from bihuan.documents.reading.texts.answers import Answer
from bihuan.documents.reading.texts.blocks import Piece
from bihuan.documents.reading.texts.labels import ANSWER, Line, Segment
from bihuan.documents.reading.texts.telling import CLAUSE, SENTENCE, TROUBLE

_WHO = (
    r"(?:网友|网民|市民|居民|群众|村民|业主|住户|来电人|来信人|来访人|诉求人|投诉人|举报人|家长|商户|有人|职工|员工|读者|患者|乘客|"
    r"司机|农户|企业|老人|学生|热心人|当事人|游客|旅客|顾客|消费者|学员|考生|租户|摊主|听众|观众|农民工|粉丝|民众)"
)
_COMPLAINED = (
    r"(?:来电|来信|来访|留言|发帖|致电|拨打热线|实名|匿名|集中|多次|通过[^，。]{2,20}?|在[^，。]{2,20}?|向[^，。]{2,20}?){0,3}"
    r"(?:反映|投诉|举报|咨询|求助|反馈|诉称|留言|来信|来电|诉)(?:称|说|道|如下)?"
)
_INTRO = re.compile(
    rf"^(?:[^，。：:]{{0,16}}[，,])?[^，。：:]{{0,12}}{_WHO}(?:家属|代表|们)?(?:[“\"（(][^”\"）)]{{1,16}}[”\"）)])?(?:{_COMPLAINED})[:：，,]?"
    r"|^(?:问|留言|来信|来电|诉求)[：:]|^[^，。：:“”]{2,20}(?:反映|投诉|举报|来电称|来信称|留言称)[，,：:]"
    r"|^[^。：:]{0,30}(?:接到?|收到|受理)[^。：:，]{0,24}(?:信访件|举报件|转办件|交办件|工单|投诉|举报|来信|来电|反映|信访)(?:反映)?[:：，,]"
)
_REPLY = re.compile(
    r"^答[：:]|^(?:\d{4}年\d{1,2}月\d{1,2}日\s{0,3})?(?P<who>[^。，：:\s]{0,24}?)(?:的)?(?:回复|答复|回应|反馈|办理情况|处理情况|处理结果|核查情况|调查情况|办理结果)"
    r"(?:[（(][^）)]{1,24}[）)])?(?:如下|称|说)?[:：，,]"
)
_COUNTED = re.compile(r"\d+(?:余|多)?[个件起家处条宗项批]|[%％]|截至")
_AROUND_NAME = re.compile(
    r"^(?:上线|承办|答复|办理|责任|回复)单位|(?:相关|有关|主要)?(?:负责人|工作人员|负责同志|发言人)?"
    r"(?:现场)?(?:(?:调查|核查|核实|了解|研究)(?:核实)?后?)?$"
)
_YOURS = re.compile(
    r"(?:[您你](?:好)?|来[信电访件])[^，。“”]{0,8}(?:反映|咨询|投诉|提出|举报|来信)[^，。“”]{0,6}“(?P<said>[^”]{6,150})”"
)
_GREETING = re.compile(r"^(?:尊敬的|敬爱的|您好|你好|领导好)[^，。]{0,12}$")
_QUOTED = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[项条]|反馈|指出|交办|反映)[^“”，。]{0,10}“(?P<said>[^”]{6,150})”(?:的?问题)?[，,]?"
)
_REPORTED = re.compile(r"^关于[^，。“”]{2,24}反映的(?P<said>[^，。“”]{3,60}?)(?:的)?问题[，,]")
# A letter is answered in the year it was written; other years in it are its story.
_FULL_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[年/.-]\d{1,2}[月/.-]\d{1,2}")
_HEDGED = re.compile(r"(?:预计|限期)$")
_STATISTICS = re.compile(r"^(?:的|强烈|集中|较多|突出|最多|问题|事项|诉求|渠道|热点|件|量|情况|\d+[件条个起宗])")
_ASIDE = re.compile(
    r"^(?:投诉后|举报后|反映后|已?向[^，]{1,12}反映|特?此?希望|请求?|建议|要求|盼|恳请|恳求|呼吁|此前|之前|曾|望|能否|是否|请问|谢谢|不知|为何|怎么办|什么时候)"
)
_HEADER = re.compile(r"^(?:来信|来电|受理|办理|留言|诉求|反映)?(?:日期|时间|状态|编号|类型|渠道)[:：]")
_ONE_CASE = re.compile(r"工单|信访件|交办件|转办件|来信|来电|回访|留言")
_LONGEST = 3000


@dataclass
class Case:
    """The stretches of a case: what is complained of and what was answered; `who` named itself as answering.

    `spoken` are the sentences of the reply with the words that introduce it.

    A `formal` reply stands under a label of its own, as a letter; what it tells is no list of measures.
    """

    problem: Piece
    reply: list[Piece] = field(default_factory=list)
    who: str = ""
    formal: bool = False
    spoken: list[Piece] = field(default_factory=list)


def read_case(lines: Sequence[tuple[Piece, Line]], title: str, frame: Frame) -> tuple[Item, Case] | None:
    """The case a short text tells, None when it tells none."""
    if sum(len(line.text) for line, _ in lines) > _LONGEST:
        return None
    case = _labelled(lines) or _told(lines, title)
    if case is None or len(case.problem.text) < 4:
        return None
    dates = _FULL_DATE.findall("\n".join(line.text for line, _ in lines))
    return _item(case, Frame(int(dates[-1]) if dates else None, frame.today)), case


def _labelled(lines: Sequence[tuple[Piece, Line]]) -> Case | None:
    """A case whose theme or text and whose answer carry labels (留言主题：, 答复意见：)."""
    segments = [segment for _, line in lines for segment in line.segments]
    fields = [segment.field for segment in segments]
    if fields.count(ANSWER) != 1 or fields.count(words.PROBLEM) > 1:
        return None
    theme = _theme(segments)
    problem = theme or _content(segments)
    if problem is None:
        return None
    who = next((s.text for s in segments if s.field == words.LEAD), "")
    return Case(problem, _from(segments, fields.index(ANSWER)), who, formal=theme is not None)


def _theme(segments: Sequence[Segment]) -> Piece | None:
    return next((s.piece for s in segments if s.field == words.TITLE and s.text), None)


def _content(segments: Sequence[Segment]) -> Piece | None:
    """The first sentence of what was written in."""
    start = next((place for place, s in enumerate(segments) if s.field == words.PROBLEM), None)
    if start is None:
        return None
    sentences = [one for piece in _from(segments, start) for one in _sentences(piece)]
    wrong = [one for one in sentences if not _GREETING.match(one.text)]
    return _complaint(wrong[0]) if wrong else None


def _from(segments: Sequence[Segment], start: int) -> list[Piece]:
    """A labelled stretch with the unlabelled ones below it."""
    pieces = [segments[start].piece]
    for segment in segments[start + 1 :]:
        if segment.field != "":
            break
        pieces.append(segment.piece)
    return pieces


def _told(lines: Sequence[tuple[Piece, Line]], title: str) -> Case | None:
    """A case told in prose: the complaint first, the reply after it."""
    if any(segment.field == words.PROBLEM for _, line in lines for segment in line.segments):
        return None
    sentences = [one for line, _ in lines if not _HEADER.match(line.text) for one in _sentences(line)]
    if not sentences:
        return None
    return _answered(sentences) or _complained(sentences, lines, title)


def _answered(sentences: Sequence[Piece]) -> Case | None:
    """A letter of reply that repeats the complaint in its first sentences (您反映的“…”收悉)."""
    for place, one in enumerate(sentences[:3]):
        if yours := _YOURS.search(one.text):
            return Case(one.part(*yours.span("said")), list(sentences[place + 1 :]), formal=True)
    return None


def _complained(sentences: Sequence[Piece], lines: Sequence[tuple[Piece, Line]], title: str) -> Case | None:
    answered = next((n for n, one in enumerate(sentences) if n and _REPLY.match(one.text)), None)
    first = sentences[0]
    intro = _INTRO.match(first.text)
    if intro and _STATISTICS.match(first.text[intro.end() :]):
        return None
    quoted = _QUOTED.search(first.text) or _REPORTED.search(first.text)
    named = (
        quoted is not None and len(lines) <= 3 and (quoted.re is _REPORTED or bool(TROUBLE.search(quoted["said"])))
    )
    if not (intro or named) and answered is None and not _is_one_case(first.text, lines, title):
        return None
    case = Case(_complaint(first.part(intro.end() if intro else 0)))
    if quoted is not None:
        rest = first.part(quoted.end())
        case = Case(first.part(*quoted.span("said")), [rest], spoken=[rest])
    for one in sentences[answered or 1 :]:
        marked = _REPLY.match(one.text)
        if marked and not case.who:
            case.who = _AROUND_NAME.sub("", marked["who"] or "")
        case.reply.append(one.part(marked.end()) if marked else one)
        case.spoken.append(one)
    return case if case.reply else None


def _is_one_case(first: str, lines: Sequence[tuple[Piece, Line]], title: str) -> bool:
    """Whether a short text begins with what is wrong and goes on with who acted, and counts nothing."""
    numbered = any(line.form is not None for _, line in lines)
    if numbered or len(lines) > 3 or not TROUBLE.search(first) or _begins_with_actor(first):
        return False
    text = "".join(line.text for line, _ in lines)
    if _COUNTED.search(text):
        return False
    actors = Actors()
    for clause in CLAUSE.split(text[len(first) :].replace("。", "，")):
        actors.hear(trim(clause))
    return bool(actors.lead or _ONE_CASE.search(title))


def _begins_with_actor(sentence: str) -> bool:
    actors = Actors()
    actors.hear(trim(CLAUSE.split(sentence)[0]))
    return bool(actors.lead)


def _sentences(line: Piece) -> Iterator[Piece]:
    for found in SENTENCE.finditer(line.text):
        piece = line.part(found.start(), found.end())
        if piece.text:
            yield piece


def _complaint(sentence: Piece) -> Piece:
    """What is wrong, without the wish that follows it."""
    at = 0
    for clause in CLAUSE.split(sentence.text):
        if at and _ASIDE.match(clause):
            break
        at += len(clause)
    text = sentence.text[:at].rstrip("，,；;、 ")
    if text.startswith("“") and text.find("”") == len(text) - 1:
        return sentence.part(1, len(text) - 1)
    return sentence.part(0, len(text))


def _as_promised(raw: str, case: Case) -> str:
    """A date as a letter words it: 预计 and 限期 right before it are part of the promise."""
    text = "".join(piece.text for piece in case.reply) if case.formal else ""
    before = text[: text.find(raw)] if raw in text else ""
    return (hedged[0] if (hedged := _HEDGED.search(before)) else "") + raw


def _item(case: Case, frame: Frame) -> Item:
    answer = Answer(frame, case.who)
    for sentence in case.reply:
        answer.hear(sentence.text)
    due, status = answer.due, answer.status
    return Item(
        problem=trim(case.problem.text),
        measures=() if case.formal else tuple(answer.actors.measures),
        lead_units=tuple(answer.actors.lead),
        support_units=tuple(answer.actors.support),
        deadline_raw=_as_promised(due.raw, case) if due else "",
        deadline_kind=due.kind if due else "",
        deadline_date=due.day if due else None,
        deadline_relative=bool(due and due.relative),
        progress="\n".join(piece.text for piece in case.reply),
        status=status[0],
        status_raw=status[1],
        doubts=due.notes if due else (),
    )
