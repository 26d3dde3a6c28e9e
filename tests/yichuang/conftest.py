"""The command line over a house of the test's own."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.support.house import House
from tests.yichuang.shell import Ran, Shell
from yichuang.cli import main


@pytest.fixture
def shell(sqlite_house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A function ``(*arguments, stdin="") -> Ran`` that runs a verb over ``sqlite_house``, by its clock."""

    def run(*arguments: object, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        words = ["--data", str(sqlite_house.settings.data), *map(str, arguments)]
        code = main(words, clock=sqlite_house.clock)
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def route(tmp_path: Path) -> Path:
    """Where somebody keeps an edited 承诺件 route; nothing is there yet."""
    return tmp_path / "route_commitment.bpmn"
