"""Lists of units as written → who leads and who supports.

Splits at the marks offices use, keeps 各县（市、区）人民政府 in one piece, and hears the words that give a
unit its part: （牵头）, 由…牵头，…配合, 牵头单位：…. It matches no unit to any organisation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bihuan.documents.reading.names import is_person, is_post, is_unit, without_title
from bihuan.documents.reading.numbering import strip_number
from bihuan.documents.reading.words import first_leads

LEAD, SUPPORT, NEITHER = "lead", "support", "neither"

_EMPTY = re.compile(r"^(?:[/\\／\-—－–_*·.]+|无|暂无|没有|不涉及|N/?A|null|none)$", re.IGNORECASE)
_ROLES = (
    (r"牵头|主办|主责|承办|首办|负总责", LEAD),
    (r"配合|协办|参与|参加|协同|协助|协作|监管", SUPPORT),
    (r"验收|督导|督办|督促|监督|销号", NEITHER),
    (r"责任|整改|落实|实施", LEAD),
)
_LABEL = re.compile(
    r"(?:^|(?<=[\s，,；;。、）)]))(?P<words>(?:市级|县级|区级|省级)?(?:牵头|主办|主责|"
    r"承办|责任|整改|落实|实施|配合|协办|参与|参加|协同|协助|监管|验收|督导|督办)"
    r"(?:责任)?(?:单位|部门|主体|科室|处室|方)?)[:：]"
)
_MARK = re.compile(
    r"[（(【\[]\s*(?P<words>[^（）()【】\[\]]*?(?:牵头|主办|主责|承办|配合|协办|参与|协同|"
    r"协助)[^（）()【】\[\]]*)\s*[)）】\]]"
)
_TAIL = re.compile(
    r"(?:等(?:单位|部门|有关单位|相关单位)?)?(?:共同|分别|联合|积极|具体|"
    r"按照?)*(?P<words>负责牵头|牵头(?:负责|抓总|落实|办理|整改)?|主办|承办"
    r"|配合(?:落实|整改|做好)?|协办|参与|协同|协助(?:配合)?|职责(?:分工)?(?:负责|落实|配合)?|督促(?:指导|落实)?|督导|负责(?:落实)?)$"
)
_MENTION = re.compile(r"等(?:有关|相关)?(?:单位|部门|县区|乡镇|地方|地)?$")
_HEAD = re.compile(r"^(?:由|并由|以及|会同|联合|其中|[及和与](?=各|沿|有关|相关))(?=.{3})")
_ADMIN = re.compile(
    r"(?:各|有关|相关|所有|沿[江河湖海线岸]|所属|全[省市县区])?(?:[省市州县区旗乡镇盟]|乡镇|"
    r"街道|镇街|县区)"
)
_BARE_ADMIN = re.compile(r"[省市州县区旗乡镇盟]")
_AND = re.compile(
    r"(?<=[局委办府部厅院处室队所站心司团校行道镇乡村会科])(?:以及|及|和|与)(?=(?:各|沿|"
    r"有关|相关|其他|其它|全|[市县区省州镇乡]))"
)
_LONGEST_LIST = 1000  # what is longer is prose in the wrong column and stays as it is
_PERSON = "\x00"  # marks a token known to be a person; no text of a file holds it
_GAP = re.compile(r"[ \t\u3000\xa0]+")


@dataclass(frozen=True)
class Units:
    """Leading and supporting units in the order written; `persons` found among them."""

    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


def is_empty(text: str) -> bool:
    """Whether a cell says that there is nothing: /, —, 无."""
    return not text or bool(_EMPTY.match(text.strip()))


@lru_cache(maxsize=8192)
def read_units(text: str, role: str = LEAD, first: bool = False, mixed: bool = False) -> Units:
    """Read a list of units.

    `role` is what its column says, `first` whether the first one leads the rest, `mixed` whether persons
    stand in the same column; without that only a name behind a unit and a blank is taken for a person's.
    """
    if is_empty(text):
        return Units()
    if len(text) > _LONGEST_LIST:
        return Units(lead=(text,)) if role == LEAD else Units(support=(text,))
    lead: list[str] = []
    support: list[str] = []
    persons: list[str] = []
    for part_role, part in _by_labels(text, role):
        for name, name_role in _by_marks(part, part_role, first or first_leads(part)):
            person = name.startswith(_PERSON) or (mixed and is_person(name))
            place = persons if person else {LEAD: lead, SUPPORT: support}.get(name_role, [])
            place.append(name.removeprefix(_PERSON))
    support = [name for name in support if name not in lead]
    return Units(*(tuple(dict.fromkeys(names)) for names in (lead, support, persons)))


def _by_labels(text: str, role: str) -> list[tuple[str, str]]:
    """Cut at labels such as 牵头单位： and give each stretch its part."""
    labels = list(_LABEL.finditer(text))
    if not labels:
        return [(role, text)]
    head = text[: labels[0].start()]
    parts = [(role, head)] if head.strip(" ，,；;。、（(\n\t") else []
    roles = [_role(label["words"]) or role for label in labels]
    divided = any("牵头" in label["words"] for label in labels)
    ends = [label.start() for label in labels[1:]] + [len(text)]
    for label, name, end in zip(labels, roles, ends, strict=True):
        second = divided and name == LEAD and "责任" in label["words"] and "牵头" not in label["words"]
        parts.append((SUPPORT if second else name, text[label.end() : end]))
    return parts


def _role(words: str) -> str | None:
    return next((role for pattern, role in _ROLES if re.search(pattern, words)), None)


def _by_marks(text: str, role: str, first: bool) -> list[tuple[str, str]]:
    """Names with their part, from marks in brackets and words at the end of a stretch."""
    found: list[tuple[str, str]] = []
    marked: list[bool] = []
    open_from = 0
    for token in _tokens(text):
        name, own = _own_part(token)
        name, tail = _tail_part(name)
        if name:
            found.append((name, own or role))
            marked.append(own is not None)
        if tail is not None:
            # Who oversees is named alone; who leads or supports may be several (市水务局、市财政局配合).
            for place in range(len(found) - 1 if tail == NEITHER and name else open_from, len(found)):
                if not marked[place]:
                    found[place], marked[place] = (found[place][0], tail), True
            open_from = len(found)
    return _rest(found, marked, role, first)


def _rest(found: list[tuple[str, str]], marked: list[bool], role: str, first: bool) -> list[tuple[str, str]]:
    """Units without a mark: supporting where another one leads; all but the first where the first leads."""
    leads = any(mark and part == LEAD for (_, part), mark in zip(found, marked, strict=True))
    if first and not leads:
        return [
            (name, part if place == 0 or mark else SUPPORT)
            for place, ((name, part), mark) in enumerate(zip(found, marked, strict=True))
        ]
    if leads and role == LEAD:
        return [(name, part if mark else SUPPORT) for (name, part), mark in zip(found, marked, strict=True)]
    return found


def _own_part(token: str) -> tuple[str, str | None]:
    """A name without the mark in brackets, and the part that mark gives it."""
    found = _MARK.search(token)
    if found is None:
        return token, None
    name = token[: found.start()] + token[found.end() :]
    return name, None if first_leads(found["words"]) else _role(found["words"])


def _tail_part(name: str) -> tuple[str, str | None]:
    """A name without the words that give a part to all names since the last such words."""
    name = _clean(name)
    found = _TAIL.search(name)
    if found is None or (not found.start() and found["words"].startswith("负责")):
        return name, None
    words = found["words"]
    bare = _clean(name[: found.start()])
    if words.startswith("负责") and "牵头" not in words:
        return bare, None
    return bare, SUPPORT if words.startswith("职责") else _role(words)


def _clean(name: str) -> str:
    name = strip_number(name.strip(" \t\u3000\xa0\n"))
    name = _MENTION.sub("", _HEAD.sub("", name)).strip(" \t\u3000:：。.")
    return name.removesuffix("等").strip()


def _tokens(text: str) -> list[str]:
    """Cut at 、，；/ and line breaks outside brackets, at 及 and 和 between units, at blanks between units."""
    pieces: list[str] = []
    separators: list[str] = []
    depth, start = 0, 0
    for place, char in enumerate(text):
        if char in "（(【[":
            depth += 1
        elif char in "）)】]":
            depth = max(0, depth - 1)
        elif char in "、，,；;/／\n\r。" and depth == 0:
            pieces.append(text[start:place])
            separators.append(char)
            start = place + 1
    pieces.append(text[start:])
    return [token for piece in _join_admin(pieces, separators) for token in _at_blanks(piece) if token.strip()]


def _join_admin(pieces: list[str], separators: list[str]) -> list[str]:
    """各县、市、区政府 is one phrase: a bare 县 or 市 belongs to what follows it."""
    joined: list[str] = []
    held = ""
    for piece, separator in zip(pieces, [*separators, ""], strict=True):
        bare = (held + piece).strip()
        last = piece.strip()
        if separator == "、" and (_ADMIN.fullmatch(last) if not held else _BARE_ADMIN.fullmatch(last)):
            held = bare + separator
            continue
        joined.append(held + piece)
        held = ""
    return [part for whole in [*joined, held.rstrip("、")] for part in _AND.split(whole)]


def _at_blanks(piece: str) -> list[str]:
    """Blanks separate only where both sides are names; inside a name they are typing."""
    words = [word for word in _GAP.split(piece.strip()) if word]
    *before, last = words or [""]
    if before and all(is_unit(_MARK.sub("", word)) for word in before):
        if is_unit(_MARK.sub("", last)):
            return words
        if is_person(without_title(last)):
            return [*before, _PERSON + without_title(last)]
    return [piece]


_PERSON_LABEL = re.compile(r"(?:^|(?<=[\s，,；;]))[^\s，,；;:：]{0,6}(?:人|领导|同志|责任|联系)[:：]")
_PHONE = re.compile(r"(?:电话|手机|联系方式)?[:：]?\s{0,3}\+?\d[\d\- ]{6,}\d")
_ASIDE = re.compile(r"[（(][^（）()]*[)）]")
_SEPARATORS = re.compile(r"[、，,；;/／\n\r]+")


@lru_cache(maxsize=8192)
def read_persons(text: str) -> str:
    """The persons of a cell joined by 、, without posts, telephone numbers and what stands in brackets."""
    if is_empty(text):
        return ""
    if len(text) > _LONGEST_LIST:
        return text
    bare = _ASIDE.sub("", _PHONE.sub("", _PERSON_LABEL.sub("", text)))
    found: list[str] = []
    for part in _SEPARATORS.split(bare):
        for name in _persons_of(part.strip(" \t\u3000\xa0:：。")):
            if name and name not in found:
                found.append(name)
    named = [name for name in found if not is_post(name)]
    return "、".join(named or found)


def _persons_of(part: str) -> list[str]:
    """One name typed with a blank in it (张 三), or several parted by blanks."""
    words = _GAP.split(part)
    if len(words) == 2 and all(len(word) == 1 for word in words):
        return ["".join(words)]
    named = [without_title(word) for word in words]
    if len(words) > 1 and all(is_person(name) and not is_post(name) for name in named):
        return named
    if len(words) > 1 and is_person(named[-1]):
        return [named[-1]]
    return [without_title(part)]
