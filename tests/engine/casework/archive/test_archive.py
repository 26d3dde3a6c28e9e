"""Collating and filing (6.4): by whom, and what is kept at every end of a case."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework.archive.queries import archive_of
from engine.casework.issuance.reopening import ReopenCase
from engine.foundation.errors import InvalidFields
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.rules import TaskMissing, TaskNotYours
from engine.registry.identity.rules import SYSTEM
from tests.support.house import COMPANY, INSURANCE, PERSON, House

PAGES = {"application_pages": 3, "process_pages": 4, "result_pages": 1}
WHOLE = {**PAGES, "collation_checks": ["ordered", "named", "complete"]}
FILED = {"retention_period": "30", "archive_no": "AY-2026-0007", "conclusion": "齐全完整"}


def _delivered(house: House) -> str:
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.make_and_sign(case_no, INSURANCE)
    house.pick_up(case_no, "王建国", PERSON["id_no"])
    return case_no


def _kept(house: House, case_no: str):
    with house.door.read(SYSTEM) as view:
        return archive_of(view.connection, f"case:{case_no}")


def _told(house: House, account: str) -> list[str]:
    """Return what has been told to ``account`` about limits."""
    with house.door.read(house.actor(account)) as view:
        return [one.sentence for one in notifications_for(view.connection, house.actor(account))]


def test_T098_the_window_collates_only_a_whole_file(sqlite_house: House):
    case_no = _delivered(sqlite_house)
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_collate", {**PAGES, "collation_checks": ["ordered"]})
    assert "collation_checks" in refused.value.errors
    sqlite_house.complete("W01", case_no, "ut_collate", WHOLE)
    assert _kept(sqlite_house, case_no).pages["process_pages"] == 4


def test_T099_only_the_departments_archivist_files(sqlite_house: House):
    case_no = _delivered(sqlite_house)
    sqlite_house.complete("W01", case_no, "ut_collate", WHOLE)
    for account in ("W01", "D61", "D13"):
        with pytest.raises((TaskNotYours, TaskMissing)):
            sqlite_house.complete(account, case_no, "ut_archive", FILED)
    sqlite_house.complete("D63", case_no, "ut_archive", FILED)
    kept = _kept(sqlite_house, case_no)
    assert (kept.outcome, kept.retention, kept.archive_no) == ("closed", "30", "AY-2026-0007")


def test_T084_delivery_opens_the_work_on_the_file(sqlite_house: House):
    case_no = _delivered(sqlite_house)
    assert [task.element for task in sqlite_house.open_tasks(case_no)] == ["ut_collate"]


def test_T117_the_file_is_due_thirty_days_after_the_delivery_and_filing_stops_the_clock(house: House):
    case_no = _delivered(house)
    clock = house.clocks(case_no)["archive"].row
    assert (clock.due_on, clock.state) == (date(2026, 4, 1), "running")
    house.complete("W01", case_no, "ut_collate", WHOLE)
    house.complete("D63", case_no, "ut_archive", FILED)
    assert house.clocks(case_no)["archive"].row.state == "stopped"
    assert house.violations() == []


def test_a_file_that_is_late_is_told_to_the_departments_archivist_and_head_and_to_the_supervisor(house: House):
    case_no = _delivered(house)
    house.at(2026, 4, 1, 17, 0)
    house.sweep()
    assert _told(house, "D63") == []
    house.at(2026, 4, 2, 9, 0)
    house.sweep()
    for account in ("D63", "D62", "S51"):
        assert any("归档期限" in sentence for sentence in _told(house, account)), account
    assert _told(house, "D13") == []
    assert house.clocks(case_no)["archive"].row.state == "running"
    assert house.violations() == []


def test_a_case_begun_again_after_the_delivery_is_not_waited_for_at_the_archive(sqlite_house: House):
    case_no = _delivered(sqlite_house)
    sqlite_house.execute("D62", ReopenCase(case_no=case_no, answer={"reason": "证照上的姓名印错，收回重发"}))
    assert sqlite_house.clocks(case_no)["archive"].row.state == "stopped"
    assert sqlite_house.violations() == []


def test_I9_a_rejected_application_writes_its_archive_decision_too(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "reject"})
    refusal = {"ground": "conditions", "reasons": "不符合条件", "legal_basis": "《食品安全法》第三十五条"}
    sqlite_house.complete("W01", case_no, "ut_reject", refusal)
    assert _kept(sqlite_house, case_no).outcome == "rejected"
