"""A house with cases in every state that matters to an auditor, made once and copied for each test."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.aftermath import look_at
from tests.support.house import COMPANY, INSURANCE, PERSON, House
from tests.support.postgres import locked
from yichuang.settings import read_settings
from yichuang.worker import work_once


@dataclass(frozen=True)
class Audited:
    """A house and its cases: one closed, one accepted and in work, one just received."""

    house: House
    closed: str
    running: str
    received: str


@pytest.fixture(scope="session")
def audited_template(session_home: Path, house_keys: Path, sqlite_house_template: Path) -> tuple[Path, list[str]]:
    """The data folder of such a house, and its case numbers."""
    folder = session_home / "audited"
    with locked(session_home / "audited.lock"):
        if not (folder / "cases").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            shutil.copyfile(house_keys, folder / "keys.json")
            shutil.copyfile(sqlite_house_template, folder / "yichuang.db")
            house = House(read_settings(folder, None))
            closed = house.accepted_instant()
            house.complete("D62", closed, "ut_head_decide", {"decision": "grant"})
            house.finish(closed, INSURANCE, ("王建国", PERSON["id_no"]))
            running = house.accepted_commitment()
            received = house.receive("W01", "I02", COMPANY)
            work_once(house.door)
            house.close()
            (folder / "cases").write_text(f"{closed}\n{running}\n{received}")
    return folder, (folder / "cases").read_text().split()


@pytest.fixture
def audited(
    request: pytest.FixtureRequest, audited_template: tuple[Path, list[str]], quick_path: Path
) -> Iterator[Audited]:
    """A copy of it."""
    template, cases = audited_template
    data = quick_path / uuid.uuid4().hex
    shutil.copytree(template, data)
    house = House(read_settings(data, None))
    try:
        yield Audited(house, *cases)
        look_at(request.node, house)
    finally:
        house.close()
