"""归档前重办: a wrong result is made, handed over and delivered once more, and only then archived."""

from __future__ import annotations

import pytest

from engine.casework.issuance.queries import delivery_of, result_of
from engine.casework.issuance.reopening import NotReopenable, ReopenCase
from engine.foundation.errors import InvalidFields, Refusal
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.house import MARKET, House

RECEIVER = ("李秀兰", "41050219850612002X")


def reopening(case_no: str, reason: str = "证照上的地址有误") -> ReopenCase:
    return ReopenCase(case_no=case_no, answer={"reason": reason})


def delivered(house: House) -> str:
    case_no = house.decided_commitment()
    house.make_and_sign(case_no, MARKET)
    house.pick_up(case_no, *RECEIVER)
    return case_no


def refused(house: House, case_no: str, account: str, command: ReopenCase, refusal: type[Refusal]) -> None:
    before = (house.case(case_no), house.journal(f"case:{case_no}"))
    with pytest.raises(refusal):
        house.execute(account, command)
    assert (house.case(case_no), house.journal(f"case:{case_no}")) == before


def test_a_wrong_result_goes_its_way_once_more_and_the_case_is_archived_after_it(house: House) -> None:
    case_no = delivered(house)
    house.wait(days=1)

    house.execute("D12", reopening(case_no))

    assert (house.case(case_no).status, house.case(case_no).delivered_at) == ("decided", None)
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_make_result"]
    assert house.clocks(case_no)["delivery"].row.state == "running"
    assert house.violations() == []
    with house.door.read(SYSTEM) as view:
        assert result_of(view.connection, f"case:{case_no}") is None
        assert delivery_of(view.connection, f"case:{case_no}") is None

    house.finish(case_no, MARKET, RECEIVER)

    assert (house.case(case_no).status, house.case(case_no).outcome) == ("archived", "closed")
    assert house.violations() == []
    told = [line.data for line in house.journal(f"case:{case_no}") if line.type == "case.reopened"]
    assert [one["result_no"] for one in told] == ["AY-0001"]


def test_a_case_on_its_way_to_the_archive_is_taken_back_too(sqlite_house: House) -> None:
    case_no = delivered(sqlite_house)
    pages = {"application_pages": 3, "process_pages": 4, "result_pages": 1}
    checked = {"collation_checks": ["ordered", "named", "complete"]}
    sqlite_house.complete("W01", case_no, "ut_collate", {**pages, **checked})

    sqlite_house.execute("D12", reopening(case_no))

    assert [one.element for one in sqlite_house.open_tasks(case_no)] == ["ut_make_result"]


def test_before_the_delivery_and_after_archiving_it_is_refused(sqlite_house: House) -> None:
    house = sqlite_house
    early = house.decided_commitment()
    refused(house, early, "D12", reopening(early), NotReopenable)
    late = delivered(house)
    pages = {"application_pages": 3, "process_pages": 4, "result_pages": 1}
    house.complete("W01", late, "ut_collate", {**pages, "collation_checks": ["ordered", "named", "complete"]})
    filed = {"retention_period": "10", "archive_no": "AY-2026-0001", "conclusion": "齐全完整"}
    house.complete("D13", late, "ut_archive", filed)
    refused(house, late, "D12", reopening(late), NotReopenable)


def test_it_is_the_heads_and_needs_a_reason(sqlite_house: House) -> None:
    case_no = delivered(sqlite_house)
    for account in ("W01", "W03", "D11", "S51"):
        refused(sqlite_house, case_no, account, reopening(case_no), NotYourAction)
    refused(sqlite_house, case_no, "D12", reopening(case_no, ""), InvalidFields)
