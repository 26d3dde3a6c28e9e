"""The law of time stands alone: the standard library, no clock, no library of holidays at run time."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import deadlines.law

FILES = sorted(Path(deadlines.law.__path__[0]).glob("*.py"))


def imported(tree: ast.Module) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_imports_the_standard_library_and_its_own_room_only(file: Path) -> None:
    others = {
        name
        for name in imported(ast.parse(file.read_text(encoding="utf-8")))
        if not name.startswith("deadlines.law") and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert others == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_rule_asks_what_time_it_is(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert calls & {"now", "today", "utcnow", "time_ns", "monotonic"} == set()
