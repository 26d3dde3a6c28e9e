"""Every case of every walk is identical when it is executed again; so are those that the first release wrote."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.oversight.audit.reexecution.rules import IDENTICAL, Verdict
from engine.oversight.audit.reexecution.walking import Reexecution
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.audit.conftest import Audited
from tests.engine.oversight.audit.test_past import WALKS, open_roots
from tests.support.first_release import FirstRelease
from tests.support.house import House


def verdicts(house: House) -> list[Verdict]:
    """Return the verdict of every case of a house."""
    with house.door.read(SYSTEM) as view:
        again = Reexecution(view.connection, house.door.part(Bundles))
        return [again.of(row.root_id) for row in open_roots(house)]


@pytest.mark.parametrize("walk", WALKS)
def test_every_case_of_every_walk_is_identical(sqlite_house: House, walk: str):
    WALKS[walk](sqlite_house)
    found = verdicts(sqlite_house)
    assert found
    assert [one.sentence for one in found] == [f"逐条一致，至第 {one.lines} 条" for one in found]


def test_a_house_with_cases_in_every_state_is_identical(audited: Audited):
    found = verdicts(audited.house)
    assert {one.outcome for one in found} == {IDENTICAL} and len(found) == 3
    assert all(one.lines == len(audited.house.journal(one.root_id)) for one in found)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_cases_of_the_first_release_are_identical(first_release: Callable[[str], FirstRelease], dialect: str):
    house = first_release(dialect).opened()
    found = verdicts(house)
    assert found
    assert [one.sentence for one in found] == [f"逐条一致，至第 {one.lines} 条" for one in found]
