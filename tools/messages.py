"""Messages for users: finds every one in the sources, merges English into en.po, says what is missing.

The message id is the Chinese text itself. `python tools/messages.py` checks; `--merge FILE…` takes the English of
the given .po files over; messages no source has any more are dropped. Used by tests/architecture/test_messages.py.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "bihuan"
ENGLISH = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
MARKS = {"_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "say": 0, "pgettext": 1, "pgettext_lazy": 1}
PLURALS = {"ngettext", "ngettext_lazy"}
CJK = re.compile(r"[\u3400-\u9fff]")
DATA = ("demo", "locale")
"""Folders whose Chinese is data, not messages."""

Found = tuple[str, str | None, str | None]
"""Message id, plural id (or None), context (or None)."""


def sources(ending: str) -> Iterator[Path]:
    """The files that may hold messages."""
    for path in sorted(SOURCE.rglob(f"*{ending}")):
        if path.relative_to(SOURCE).parts[0] not in DATA:
            yield path


def python_messages(path: Path) -> Iterator[Found]:
    """The messages marked in a Python file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from _marked(node)


def _marked(node: ast.Call) -> Iterator[Found]:
    name = _name(node.func)
    texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
    if name in PLURALS and len(texts) > 1 and isinstance(texts[0], str) and isinstance(texts[1], str):
        yield texts[0], texts[1], None
    place = MARKS.get(name, -1)
    if 0 <= place < len(texts):
        text, context = texts[place], texts[0] if place else None
        if isinstance(text, str) and text:
            yield text, None, context if isinstance(context, str) else None


def _name(func: ast.expr) -> str:
    if isinstance(func, ast.Name):
        return func.id
    return func.attr if isinstance(func, ast.Attribute) else ""


def template_messages(path: Path) -> Iterator[Found]:
    """The messages of a template, as Django itself would extract them."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    text = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    for match in re.finditer(rf"\bngettext\({text},\s*{text}", code):
        yield _literal(match[1]), _literal(match[2]), None
    for match in re.finditer(rf"\bpgettext\({text},\s*{text}", code):
        yield _literal(match[2]), None, _literal(match[1])
    for match in re.finditer(rf"(?<![np])(?:\bgettext|\b_)\({text}", code):
        yield _literal(match[1]), None, None


def _literal(code: str) -> str:
    return str(ast.literal_eval(code))


def messages() -> dict[Found, list[str]]:
    """Every message with the files it stands in."""
    found: dict[Found, list[str]] = {}
    for ending, read in ((".py", python_messages), (".html", template_messages), (".txt", template_messages)):
        for path in sources(ending):
            for message in read(path):
                if CJK.search(message[0]):
                    found.setdefault(message, []).append(path.relative_to(ROOT).as_posix())
    return found


def unmarked_python(path: Path) -> Iterator[tuple[int, str]]:
    """Chinese texts in a Python file that are neither marked as messages nor docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    fine = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in MARKS.keys() | PLURALS:
            fine |= {id(arg) for arg in node.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in fine:
            yield from [(node.lineno, node.value)] if CJK.search(node.value) else []


def unmarked_template(path: Path) -> Iterator[tuple[int, str]]:
    """Chinese texts in a template outside translate and blocktranslate."""
    text = path.read_text(encoding="utf-8")
    for pattern in (
        r"{%\s*comment.*?endcomment\s*%}",
        r"{#.*?#}",
        r"{%\s*blocktranslate.*?endblocktranslate\s*%}",
        r"{%\s*translate.*?%}",
    ):
        text = re.sub(pattern, lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    for number, line in enumerate(text.splitlines(), start=1):
        if CJK.search(line.replace("中文", "")):
            yield number, line.strip()


def english() -> Catalog:
    """The English catalogue as it is."""
    if not ENGLISH.exists():
        return Catalog(locale="en")
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def merge(fragments: list[Path]) -> None:
    """Write en.po anew: all messages of the sources, English from the fragments, else as it was."""
    known = english()
    for fragment in fragments:
        with fragment.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and message.string:
                    known.delete(message.id, message.context)
                    known.add(message.id, message.string, context=message.context)
    fresh = Catalog(
        locale="en",
        header_comment="# English of bihuan, written by tools/messages.py --merge. Message ids are Chinese.",
        project="bihuan",
        version="1",
        last_translator="bihuan",
        language_team="en",
        creation_date=known.creation_date,
        revision_date=known.creation_date,
        charset="utf-8",
        fuzzy=False,
    )
    for (text, plural, context), files in sorted(messages().items(), key=lambda row: (row[1][0], row[0][0])):
        old = known.get(text, context)
        said = old.string if old else ""
        identity: str | tuple[str, str] = (text, plural) if plural else text
        if plural and isinstance(said, str):
            said = (said, said)
        fresh.add(identity, said, locations=[(name, 1) for name in sorted(set(files))], context=context)
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    whole = ENGLISH.with_suffix(".po.new")
    with whole.open("wb") as file:
        write_po(file, fresh, width=110, omit_header=False, sort_output=False, include_lineno=False)
    whole.replace(ENGLISH)  # never half a catalogue: somebody else may be reading it


def missing() -> list[str]:
    """Messages without English."""
    known = english()
    found = []
    for text, _plural, context in messages():
        entry = known.get(text, context)
        said = entry.string if entry else ""
        if not (all(said) if isinstance(said, tuple | list) else said):
            found.append(text)
    return found


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--merge":
        merge([Path(name) for name in sys.argv[2:]])
    lacking = missing()
    for text in lacking:
        print(text)
    print(f"{len(messages())} messages, {len(lacking)} without English")
    sys.exit(1 if lacking else 0)
