"""Every refusal in the sources can be shown: its text is a template, and what the template names is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "bihuan"
NAMED = re.compile(r"%\((\w+)\)s")


def texts(call: ast.Call) -> str:
    """All literal text of the templates among the arguments."""
    templates = [*call.args[:2], *(word.value for word in call.keywords if word.arg in ("reason", "remedy"))]
    parts = (node for argument in templates for node in ast.walk(argument))
    return "".join(p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))


def given(call: ast.Call) -> set[str] | None:
    """The names given in a literal dict of parameters; None where they are computed."""
    chosen = call.args[2:3] or [word.value for word in call.keywords if word.arg == "params"]
    if not chosen:
        return set()
    keys = chosen[0].keys if isinstance(chosen[0], ast.Dict) else [None]
    found = {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return found if len(found) == len(keys) else None


def refusals() -> Iterator[tuple[str, str, set[str] | None]]:
    for source in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Denied":
                yield f"{source.relative_to(PACKAGE)}:{node.lineno}", texts(node), given(node)


FOUND = list(refusals())


def test_the_sources_were_read():
    assert len(FOUND) > 50


def test_a_percent_sign_is_a_named_parameter_or_doubled():
    assert [place for place, text, _ in FOUND if "%" in NAMED.sub("", text).replace("%%", "")] == []


def test_every_name_in_a_text_is_given():
    wanting = [(place, set(NAMED.findall(text)) - names) for place, text, names in FOUND if names is not None]
    assert [row for row in wanting if row[1]] == []
