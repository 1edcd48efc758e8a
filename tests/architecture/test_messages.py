"""Every text for users is a message, has English, and is told with the values that it names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message

from tools import messages

PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
PERCENT = re.compile(r"%(?:\(\w+\)[sd]|%)?")

CHINESE_IS_DATA = {
    "documents/reading/": "words by which ledgers and documents are read",
    "documents/writing/own/": "words by which an office's own table is written on",
    "domain/phrases.py": "words by which wording is judged",
    "intake/unitwords.py": "words by which unit names are compared",
    "likeness/": "words by which texts are compared; this room says nothing to anybody",
}
CHINESE_LINES = {
    ("documents/writing/plain_workbook.py", 'yyyy"年"m"月"'): "how Excel is told to show a month",
    ("domain/numbering.py", "督办函〔{year}〕{n}号"): "the format an office starts with: data it may change",
    ("organisations/actions.py", "默认"): "name of the calendar an office starts with: data it may rename",
    ("settings/base.py", "中文"): "a language's own name, the same in every language",
    ("web/templatetags/bihuan.py", "周一"): "a date written out in Chinese; English has its own branch",
    ("web/templatetags/bihuan.py", "周二"): "as above",
    ("web/templatetags/bihuan.py", "周三"): "as above",
    ("web/templatetags/bihuan.py", "周四"): "as above",
    ("web/templatetags/bihuan.py", "周五"): "as above",
    ("web/templatetags/bihuan.py", "周六"): "as above",
    ("web/templatetags/bihuan.py", "周日"): "as above",
    ("web/templatetags/bihuan.py", "年"): "as above",
    ("web/templatetags/bihuan.py", "月"): "as above",
    ("web/templatetags/bihuan.py", "日（"): "as above",
    ("web/forms/topics.py", "一二三四五六七八九十"): "numbers in front of pasted lines",
    ("web/templatetags/bihuan.py", "万"): "how Chinese counts; English groups thousands",
    ("web/templatetags/bihuan.py", "亿"): "as above",
}
ENGLISH_WITH_CHINESE = {
    "序号, 问题, 责任单位, 整改时限": "headings as they stand in the files",
    "liaison@市水利局": "an example of a unit's name",
}


def test_every_message_has_english():
    assert messages.missing() == []


def test_the_catalogue_holds_no_message_that_no_source_has():
    known = {
        (message.id if isinstance(message.id, str) else message.id[0], message.context) for message in texts()
    }
    assert known == {(text, context) for text, _plural, context in messages.messages()}


def texts() -> list[Message]:
    """The messages of the catalogue, without its header."""
    return [message for message in messages.english() if message.id]


def spoken(message: Message) -> tuple[str, ...]:
    """The English of a message: one text, or singular and plural."""
    said = message.string
    return (said,) if isinstance(said, str) else tuple(said or ())


def places(text: str) -> set[str]:
    """What a text leaves open for values."""
    return {first or second for first, second in PLACE.findall(text)}


def test_english_leaves_open_what_chinese_leaves_open():
    """A singular may leave the number out; a percent sign is doubled in both languages or in neither."""
    different = {}
    for message in texts():
        chinese = message.id if isinstance(message.id, str) else message.id[0]
        *singular, last = spoken(message)
        if places(last) != places(chinese) or any(places(text) - places(chinese) for text in singular):
            different[chinese] = spoken(message)
        if any(percents(text) != percents(chinese) for text in spoken(message)):
            different[chinese] = spoken(message)
    assert not different


def percents(text: str) -> set[str]:
    """How percent signs stand in a text: alone, doubled, both."""
    return {found for found in PERCENT.findall(text) if "(" not in found}


def test_english_is_english():
    odd = {}
    for message in texts():
        for text in spoken(message):
            for fine in ENGLISH_WITH_CHINESE:
                text = text.replace(fine, "")
            if messages.CJK.search(text) or re.search("[，。：；（）]", text):
                odd[message.id] = text
    assert not odd


def test_english_breaks_no_attribute():
    """Templates put messages into attributes as they are: a straight quotation mark would end the attribute."""
    assert not [text for message in texts() for text in spoken(message) if '"' in text]


def test_no_chinese_in_python_outside_messages():
    loose = []
    for path in messages.sources(".py"):
        name = path.relative_to(messages.SOURCE).as_posix()
        if not name.startswith(tuple(CHINESE_IS_DATA)):
            found = messages.unmarked_python(path)
            loose += [(name, line, text) for line, text in found if (name, text) not in CHINESE_LINES]
    assert not loose


def test_the_list_of_exceptions_is_not_longer_than_needed():
    found = {
        (path.relative_to(messages.SOURCE).as_posix(), text)
        for path in messages.sources(".py")
        for _line, text in messages.unmarked_python(path)
    }
    assert set(CHINESE_LINES) <= found
    assert all(any(name.startswith(part) for name, _text in found) for part in CHINESE_IS_DATA)


def test_no_chinese_in_templates_outside_messages():
    endings = (".html", ".txt")
    templates = [path for ending in endings for path in messages.sources(ending)]
    loose = [(path.name, *found) for path in templates for found in messages.unmarked_template(path)]
    assert templates
    assert not loose


def test_no_message_is_told_without_the_values_it_names():
    """Where a message and its values stand together in the code: `_("…") % {…}` and `Denied(say("…"), …, {…})`."""
    lacking, counted = [], 0
    for path in messages.sources(".py"):
        for line, wanted, given in told_with_values(path):
            counted += 1
            if wanted - given:
                lacking.append((path.name, line, wanted - given))
    assert not lacking
    assert counted > 100, "the sources are read, not passed over"


def told_with_values(path: Path) -> Iterator[tuple[int, set[str], set[str]]]:
    """Line, places to fill and values given, wherever both are written out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Call):
            yield from _pair(node.lineno, [node.left], [node.right])
        elif isinstance(node, ast.Call) and messages._name(node.func) == "Denied":
            values = [*node.args[2:3], *(word.value for word in node.keywords if word.arg == "params")]
            yield from _pair(node.lineno, [arg for arg in node.args if isinstance(arg, ast.Call)], values)


def _pair(line: int, calls: list[ast.Call], values: list[ast.expr]) -> Iterator[tuple[int, set[str], set[str]]]:
    wanted = {place for call in calls for arg in call.args[:2] for place in _places_of(arg)}
    if not calls or any(not isinstance(value, ast.Dict) or None in value.keys for value in values):
        return
    given = {
        key.value
        for value in values
        if isinstance(value, ast.Dict)
        for key in value.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    yield line, wanted, given


def _places_of(arg: ast.expr) -> set[str]:
    return places(arg.value) if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else set()
