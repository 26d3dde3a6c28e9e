"""What tests leave behind: every case of every house is executed again and verified before its database goes.

==============  ==============================================================================================
tampers(why)    a mark for tests that change what a case rests on: their houses are not looked at.  Each stands,
                with its reason, in tests/house/test_aftermath.py
==============  ==============================================================================================

Executed again, line by line, are the first ten cases of a house, and all chains of cases are checked.  The invariants
are checked in the houses of one test in sixteen (the same ones each time): they take as long as a short test.  Not
looked at are houses into which a test has written itself, past the door (``House.touched``), houses of servers that
run in a process of their own, and what a failed test has left: that is told already.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.sealing.proving import broken_chains
from engine.oversight.audit.invariants.verifying import verify
from engine.oversight.audit.reexecution.queries import Selection, cases_after
from engine.oversight.audit.reexecution.rules import IDENTICAL
from engine.oversight.audit.reexecution.walking import Reexecution
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.calendars import Calendars
from engine.registry.identity.rules import SYSTEM

if TYPE_CHECKING:
    from tests.support.house import House

MARK = "tampers"
MOST = 10
"""So many cases of a house are executed again: hardly any test makes more."""
SHARE = 16
"""The invariants are checked in the houses of one test in so many."""

LISTED = "YICHUANG_AFTERMATH"
"""Names a file to which everything found is written instead of failing the tests: by it the marks are given."""

_FAILED = pytest.StashKey[bool]()
CASE = "case:"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", f"{MARK}(why): this test writes past the door; its houses are not looked at")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test has failed, or was skipped in the middle."""
    report = yield
    if call.when == "call" and not report.passed:
        item.stash[_FAILED] = True
    return report


def look_at(item: pytest.Item, house: House) -> None:
    """Fail the test whose house holds a case that is not identical, a chain that breaks, or a broken invariant.

    To be called last, while the house can still be read.
    """
    if item.get_closest_marker(MARK) is not None or item.stash.get(_FAILED, False) or not house.kept_by_the_door:
        return
    whole = zlib.crc32(item.nodeid.encode()) % SHARE == 0
    found = left_in(house, whole=whole)
    listed = os.environ.get(LISTED)
    if found and listed:
        with Path(listed).open("a", encoding="utf-8") as file:
            file.writelines(f"{item.nodeid}\t{one}\n" for one in found)
    elif found:
        pytest.fail("\n".join(["what this test left behind does not hold:", *found]), pytrace=False)


def left_in(house: House, *, whole: bool = True) -> list[str]:
    """Return what does not hold of the cases of a house; their invariants are asked only when the ``whole`` is."""
    with house.door.read(SYSTEM) as view:
        cases = cases_after(view.connection, Selection(), "", MOST)
        if not cases:
            return []
        calendar = view.part(Calendars).current(view.connection)
        again = Reexecution(view.connection, view.part(Bundles), calendar)
        verdicts = [(case_no, again.of(root_id)) for root_id, case_no in cases]
        found = [f"{case_no} {one.sentence}" for case_no, one in verdicts if one.outcome != IDENTICAL]
        if whole:
            parts = view.part(Bundles), view.part(Blobs)
            broken = verify(view.connection, *parts, root_prefix=CASE, calendar=calendar)
            return found + [f"{one.rule} {one.root} {one.sentence}" for one in broken]
        return found + [f"{one.root} {one.seq} {one.reason}" for one in broken_chains(view.connection, prefix=CASE)]
