"""The shape of the house: short files, honest names, and rules that stand on the standard library alone.

Which package may import which is import-linter's business (`make lint`, contracts in pyproject.toml).
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import sizes

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "bihuan"


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below `node` that runs: what stands under `if TYPE_CHECKING:` names types and loads nothing."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from running(child)


def imported(source: Path) -> set[str]:
    """Full names of the modules that a file loads, anywhere in it."""
    found: set[str] = set()
    for node in running(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def importing(folder: Path, refused) -> list[str]:
    """`file: module` for every import below `folder` that `refused` answers True for."""
    return [
        f"{source.relative_to(PACKAGE)}: {name}"
        for source in sorted(folder.rglob("*.py"))
        for name in sorted(imported(source))
        if refused(name)
    ]


def test_no_file_is_too_long_or_named_for_nothing():
    assert sizes.faults() == []


def test_the_ceiling_notices_a_long_file_and_a_lazy_name(tmp_path):
    place = tmp_path / "src" / "bihuan"
    place.mkdir(parents=True)
    (place / "ledger.py").write_text("x = 1\n" * (sizes.LONGEST + 1))
    (place / "helpers.py").write_text("x = 1\n")
    assert [fault.split(":")[0] for fault in sizes.faults(tmp_path)] == [
        "src/bihuan/helpers.py",
        "src/bihuan/ledger.py",
    ]


def test_domain_stands_on_the_standard_library_alone():
    def foreign(name: str) -> bool:
        return name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("bihuan.domain")

    assert importing(PACKAGE / "domain", foreign) == []


@pytest.mark.parametrize("folder", ["domain", "documents", "likeness"])
def test_rules_and_documents_never_import_django(folder):
    assert importing(PACKAGE / folder, lambda name: name.split(".")[0].startswith("django")) == []


@pytest.mark.parametrize("folder", ["domain", "documents", "likeness"])
def test_rules_and_documents_can_be_used_without_django(folder):
    names = [
        ".".join(source.relative_to(PACKAGE.parent).with_suffix("").parts)
        for source in sorted((PACKAGE / folder).rglob("*.py"))
        if source.name != "__init__.py"
    ]
    code = f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
    code += "sys.exit(1 if 'django' in sys.modules else 0)"
    assert names
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("folder", ["web", "jobs", "commands"])
def test_delivery_never_imports_models(folder):
    def is_models(name: str) -> bool:
        return name.startswith("bihuan.") and "models" in name.split(".")

    assert importing(PACKAGE / folder, is_models) == []


def test_no_signals_carry_the_flow_of_business():
    assert importing(PACKAGE, lambda name: name in {"django.dispatch", "django.db.models.signals"}) == []


def test_only_one_place_reads_the_clock():
    reads = {"now", "today", "utcnow", "localdate", "localtime"}
    clocks = {"datetime", "date", "timezone"}
    found = [
        f"{source.relative_to(PACKAGE)}:{node.lineno}"
        for source in sorted(PACKAGE.rglob("*.py"))
        if source != PACKAGE / "book" / "clock.py"
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in clocks
        and node.attr in reads
    ]
    assert found == []


def test_the_wheel_carries_every_file_that_is_not_python():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["bihuan"]
    carried = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    left_behind = [
        str(path.relative_to(PACKAGE))
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and path.suffix not in {".py", ".pyc"} and path not in carried
    ]
    assert left_behind == []
