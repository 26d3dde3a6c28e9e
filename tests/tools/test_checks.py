"""./run lint and ./run test run every check and tell the worst."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import checks
from tools.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A checkout whose checks write down how they were called, and pass."""
    place = Place(tmp_path)
    place.python.parent.mkdir(parents=True)
    for name in ("ruff", "mypy", "lint-imports", "pytest"):
        checker(place, name, 0)
    return place


def checker(place: Place, name: str, code: int) -> None:
    program = place.python.parent / name
    program.write_text(f'#!/bin/sh\necho {name} "$@" >> {place.root}/calls\nexit {code}\n')
    program.chmod(0o755)


def calls(place: Place) -> list[str]:
    return (place.root / "calls").read_text().splitlines()


def test_all_checks_and_then_the_tests_are_run(place: Place) -> None:
    assert checks.test(place, ["tests/house", "-q"]) == 0

    assert [call.split()[0] for call in calls(place)] == ["ruff", "mypy", "lint-imports", "pytest"]
    assert calls(place)[-1].endswith("--dist loadfile tests/house -q")


@pytest.mark.parametrize("name", ["ruff", "mypy", "lint-imports", "pytest"])
def test_one_failure_fails_the_whole_but_keeps_nothing_from_running(place: Place, name: str) -> None:
    checker(place, name, 3)

    assert checks.test(place, []) == 3
    assert len(calls(place)) == 4


@pytest.mark.parametrize("flag", ["--pdb", "-n0", "--numprocesses=4", "--collect-only"])
def test_the_caller_s_own_choice_of_processes_is_kept(place: Place, flag: str) -> None:
    checks.test(place, [flag])

    assert calls(place)[-1] == f"pytest {flag}"


def test_lint_mends_only_when_asked(place: Place) -> None:
    checks.lint(place)
    checks.lint(place, fix=True)

    assert [call for call in calls(place) if "--fix" in call] == ["ruff check --quiet --fix"]
