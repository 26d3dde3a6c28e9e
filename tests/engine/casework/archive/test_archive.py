"""Collating and filing (6.4): by whom, and what is kept at every end of a case."""

from __future__ import annotations

import pytest

from engine.casework.archive.queries import archive_of
from engine.foundation.errors import InvalidFields
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


def test_I9_a_rejected_application_writes_its_archive_decision_too(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "reject"})
    refusal = {"ground": "conditions", "reasons": "不符合条件", "legal_basis": "《食品安全法》第三十五条"}
    sqlite_house.complete("W01", case_no, "ut_reject", refusal)
    assert _kept(sqlite_house, case_no).outcome == "rejected"
