"""The lock files pin every package by its hash and name no registry: who installs has one of their own."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import OURS, ROOT, modules

PYTHON_LOCKS = ("requirements.lock", "requirements-test.lock")
APART_LOCKS = ("requirements-analysis.lock", "requirements-guomi.lock", "tests/support/oracle/requirements-pm4py.lock")
"""Of the optional extras, and of a program with an environment of its own."""
COPYLEFT = ("pm4py",)
"""Under the AGPL: an oracle of the tests in a process of its own, never part of what is served or of what tests it."""
REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(\S+)")


def python_lock_problems(text: str) -> list[str]:
    """Return each requirement without exact version or hash, and each address."""
    problems = [f"address: {line}" for line in text.splitlines() if re.search("https?:|^-", line)]
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if not REQUIREMENT.match(entry):
            problems.append(f"not pinned: {entry.splitlines()[0]}")
        elif "--hash=sha256:" not in entry:
            problems.append(f"no hash: {entry.splitlines()[0]}")
    return problems


def npm_lock_problems(lock: Mapping[str, Any]) -> list[str]:
    """Return each package without integrity, with an address it was fetched from, or with a script run at install."""
    packages = {name: package for name, package in lock["packages"].items() if name}
    return [
        *(f"{name}: resolved" for name, package in packages.items() if "resolved" in package),
        *(f"{name}: no integrity" for name, package in packages.items() if not package.get("integrity")),
    ]


def pinned(path: Path) -> dict[str, str]:
    """Return name and version of every requirement of a lock file."""
    lines = path.read_text().splitlines()
    found = [match for line in lines if (match := REQUIREMENT.match(line))]
    return {match[1].lower().replace("_", "-"): match[2] for match in found}


@pytest.mark.parametrize("name", [*PYTHON_LOCKS, *APART_LOCKS])
def test_every_python_package_is_pinned_by_version_and_hash_and_no_address_is_named(name: str) -> None:
    assert python_lock_problems((ROOT / name).read_text()) == []


@pytest.mark.parametrize(
    "seed, problem",
    [
        ("flask>=3.1 \\\n    --hash=sha256:aa", "not pinned: flask>=3.1"),
        ("flask==3.1.3", "no hash: flask==3.1.3"),
        ("--index-url http://example.invalid/simple\nflask==3.1.3 \\\n    --hash=sha256:aa", "address"),
        ("flask @ https://example.invalid/flask.whl", "address"),
    ],
)
def test_a_python_lock_with_a_loose_requirement_or_an_address_is_caught(seed: str, problem: str) -> None:
    assert any(problem in one for one in python_lock_problems(seed))


def importing(root: Path, libraries: Iterable[str]) -> list[str]:
    """Return the modules of the tree that import one of the libraries."""
    return [
        module.path
        for module in modules(root, OURS)
        if any(name.partition(".")[0] in libraries for _, name in module.imports())
    ]


def test_what_is_under_the_agpl_is_in_no_environment_of_ours_and_imported_by_the_oracle_alone() -> None:
    for name in PYTHON_LOCKS:
        assert not pinned(ROOT / name).keys() & set(COPYLEFT), name
    for name in COPYLEFT:
        assert importlib.util.find_spec(name) is None

    assert importing(ROOT, COPYLEFT) == ["tests/support/oracle/replaying.py"]


def test_an_import_of_it_elsewhere_is_caught(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "planted.py").write_text("from pm4py.objects import log\n")

    assert importing(tmp_path, COPYLEFT) == ["engine/planted.py"]


def test_what_is_tested_is_what_is_served() -> None:
    served, tested = (pinned(ROOT / name) for name in PYTHON_LOCKS)

    assert served
    assert {name: tested.get(name) for name in served} == served


def test_each_dependency_the_project_declares_is_in_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    name = re.compile(r"^[\w.-]+")

    for declared, lock in [
        (project["dependencies"], PYTHON_LOCKS[0]),
        (project["optional-dependencies"]["test"], PYTHON_LOCKS[1]),
        (project["optional-dependencies"]["analysis"], APART_LOCKS[0]),
        (project["optional-dependencies"]["guomi"], APART_LOCKS[1]),
    ]:
        names = {name.match(one)[0].lower().replace("_", "-") for one in declared}  # type: ignore[index]  # always matches
        assert names <= set(pinned(ROOT / lock)), names - set(pinned(ROOT / lock))


def test_every_npm_package_has_its_integrity_and_no_address() -> None:
    assert npm_lock_problems(json.loads((ROOT / "package-lock.json").read_text())) == []


@pytest.mark.parametrize(
    "package, problem",
    [({"integrity": "sha512-a", "resolved": "https://example.invalid/x.tgz"}, "x: resolved"), ({}, "x: no integrity")],
)
def test_an_npm_lock_with_an_address_or_without_integrity_is_caught(package: dict[str, str], problem: str) -> None:
    assert problem in npm_lock_problems({"packages": {"": {}, "x": package}})


def test_npm_packages_are_named_by_exact_version_and_run_no_scripts_when_installed() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    settings = (ROOT / ".npmrc").read_text().split()

    versions = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values()), versions
    assert {"save-exact=true", "ignore-scripts=true", "omit-lockfile-registry-resolved=true"} <= set(settings)
    assert "registry" not in " ".join(line.partition("=")[0] for line in settings if "omit" not in line)
