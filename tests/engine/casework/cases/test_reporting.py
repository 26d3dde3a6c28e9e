"""上报件 (I14): the first review here, the decision above, and the reply relayed (行政许可法 43)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.casework.cases.reporting.queries import report_of
from engine.foundation.errors import InvalidFields
from engine.registry.identity.rules import SYSTEM, SodViolation
from tests.support.house import COMPANY, House
from tests.support.staff import staff_of_item

REPORT = {
    "to_authority": "河南省新闻出版局", "sent_on": "2026-03-05", "signed_by": "赵收件", "signed_on": "2026-03-06",
}  # fmt: skip
REPLY = {
    "reply_number": "豫新出批〔2026〕12号", "replied_on": "2026-04-01", "received_on": "2026-04-02",
    "decision": "grant", "content": "准予设立",
}  # fmt: skip


def accepted(house: House) -> tuple[str, tuple[str, str, str]]:
    people = staff_of_item(house, "I14")
    case_no = house.receive("W01", "I14", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    house.complete(people[0], case_no, "ut_receive_paper", {"signature": house.signature(people[0])})
    return case_no, people


def reviewed(house: House, case_no: str, people: tuple[str, str, str]) -> None:
    first = {"findings": "材料真实有效", "opinion": "建议上报", "basis": "《出版物市场管理规定》"}
    house.complete(people[0], case_no, "ut_first_review", first)
    house.complete(people[1], case_no, "ut_first_decide", {"first_decision": "report"})


def reported(house: House, case_no: str, people: tuple[str, str, str], **changed: Any) -> None:
    answer = {**REPORT, "files": [house.upload(people[0], "签收凭证.pdf")], **changed}
    house.complete(people[0], case_no, "ut_report_up", answer)


def due(house: House, case_no: str, kind: str) -> tuple[str, date | None]:
    clock = house.clocks(case_no)[kind]
    return clock.row.state, clock.reckoning.due


def test_T054_a_case_reported_to_the_province_is_followed_on_one_page_to_its_end(house: House) -> None:
    case_no, people = accepted(house)
    assert due(house, case_no, "first_review") == ("running", date(2026, 3, 30))
    assert due(house, case_no, "commitment") == ("running", date(2026, 3, 12))
    assert "statutory" not in house.clocks(case_no)

    reviewed(house, case_no, people)
    assert due(house, case_no, "report_up") == ("running", date(2026, 3, 5))
    house.at(2026, 3, 6, 15)
    reported(house, case_no, people)

    # The limit of the first review ends when the province signs: it is not paused.
    assert house.case(case_no).status == "reported_up"
    assert {clock.row.state for clock in house.clocks(case_no).values()} == {"stopped"}
    assert house.clocks(case_no)["first_review"].row.stopped_on == date(2026, 3, 6)
    assert [one.kind for one in house.documents(case_no)][-1] == "report_up_slip"
    assert house.violations() == []

    house.at(2026, 4, 2, 10)
    house.complete(people[0], case_no, "ut_upper_reply", {**REPLY, "files": [house.upload(people[0], "批复.pdf")]})
    assert due(house, case_no, "relay") == ("running", date(2026, 4, 7))
    assert due(house, case_no, "delivery")[0] == "running"
    assert (house.case(case_no).status, house.case(case_no).decision) == ("decided", "grant")
    house.complete(people[0], case_no, "ut_relay", {})
    notice = house.documents(case_no)[-1]
    assert (notice.kind, notice.data["conclusion"]) == ("upper_reply_notice", "grant")
    assert due(house, case_no, "relay")[0] == "stopped"

    house.finish(case_no, people, ("李秀兰", "41050219850612002X"))
    assert (house.case(case_no).status, house.case(case_no).outcome) == ("archived", "closed")
    with house.door.read(SYSTEM) as view:
        report = report_of(view.connection, f"case:{case_no}")
    assert report is not None
    assert (report.to_authority, report.reply_number) == ("河南省新闻出版局", "豫新出批〔2026〕12号")
    assert house.violations() == []


def test_the_head_returns_the_first_review_and_it_is_done_again(sqlite_house: House) -> None:
    house = sqlite_house
    case_no, people = accepted(house)
    first = {"findings": "材料真实有效", "opinion": "建议上报", "basis": "《出版物市场管理规定》"}
    house.complete(people[0], case_no, "ut_first_review", first)
    house.complete(people[1], case_no, "ut_first_decide", {"first_decision": "return", "reason": "依据不全"})

    assert [one.element for one in house.open_tasks(case_no)] == ["ut_first_review"]
    assert "report_up" not in house.clocks(case_no)


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"signed_on": "2026-03-09"}, "signed_on"),
        ({"sent_on": "2026-02-27", "signed_on": "2026-02-27"}, "signed_on"),
        ({"sent_on": "2026-03-06", "signed_on": "2026-03-05"}, "signed_on"),
        ({"files": []}, "files"),
        ({"signed_by": ""}, "signed_by"),
        ({"to_authority": ""}, "to_authority"),
    ],
)
def test_a_report_that_was_not_signed_for_is_refused_and_the_limits_go_on(
    sqlite_house: House, changed: dict[str, Any], field: str
) -> None:
    house = sqlite_house
    case_no, people = accepted(house)
    reviewed(house, case_no, people)
    house.at(2026, 3, 6, 15)
    before = house.journal(f"case:{case_no}")

    with pytest.raises(InvalidFields) as refused:
        reported(house, case_no, people, **changed)

    assert field in refused.value.errors
    assert house.journal(f"case:{case_no}") == before
    assert due(house, case_no, "first_review")[0] == "running"


def test_a_refusal_from_above_is_relayed_with_its_remedies(sqlite_house: House) -> None:
    house = sqlite_house
    case_no, people = accepted(house)
    reviewed(house, case_no, people)
    house.at(2026, 3, 6, 15)
    reported(house, case_no, people)
    house.at(2026, 4, 2, 10)
    reply = {**REPLY, "decision": "deny", "content": "场所不符合规定", "files": [house.upload(people[0], "批复.pdf")]}
    house.complete(people[0], case_no, "ut_upper_reply", reply)

    with pytest.raises(InvalidFields) as refused:
        house.complete(people[0], case_no, "ut_relay", {"remedies": ""})
    assert set(refused.value.errors) == {"remedies"}
    house.complete(people[0], case_no, "ut_relay", {})

    assert "行政复议" in str(house.documents(case_no)[-1].data["remedies"])


def test_whoever_reviewed_first_may_not_approve_the_report(sqlite_house: House) -> None:
    house = sqlite_house
    case_no, people = accepted(house)
    first = {"findings": "材料真实有效", "opinion": "建议上报", "basis": "《出版物市场管理规定》"}
    house.complete(people[0], case_no, "ut_first_review", first)
    with house.unit(f"case:{case_no}") as unit:
        from engine.process.tasks.queries import play_part

        unit.actor = house.actor(people[1])
        play_part(unit, f"case:{case_no}", "review")

    with pytest.raises(SodViolation):
        house.complete(people[1], case_no, "ut_first_decide", {"first_decision": "report"})
