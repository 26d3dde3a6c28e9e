"""Papers between window, department and applicant: differences, refusals, and originals on their way back (6.1.5)."""

from __future__ import annotations

import pytest

from engine.casework.cases.custody.commands import (
    ConfirmResolution,
    GiveBack,
    HandOverAgain,
    ProposeResolution,
    RefuseHandover,
    ReturnOriginals,
    TakeOriginals,
)
from engine.casework.cases.custody.queries import custody_of, differences_of, excuses_of
from engine.casework.cases.custody.rules import (
    DifferenceNotWaiting,
    DifferenceOpen,
    HandoverReasonMissing,
    HandoverRefused,
    NothingHandedOver,
    NothingRefused,
    NothingToRefuse,
    NotThisSide,
    OriginalUnaccounted,
    PapersNotThere,
)
from engine.foundation.errors import InvalidFields
from engine.process.documents.issuing import render
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.house import COMPANY, House

LEGAL = ("李秀兰", "41050219850612002X")


def on_paper(house: House, copies: int = 5) -> str:
    """Return an accepted I02 case of whose first material there are ``copies`` originals."""
    materials = [{"no": 1, "provided_form": "original", "copies": copies}]
    case_no = house.receive("W01", "I02", {**COMPANY, "materials": materials})
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    return case_no


def take(house: House, case_no: str, received: int, receipt: str = "all", note: str = "第二页缺失") -> None:
    answer = {
        "materials": [{"no": 1, "copies_received": received}], "receipt": receipt, "difference_note": note,
        "signature": house.signature("D11"),
    }  # fmt: skip
    house.complete("D11", case_no, "ut_receive_paper", answer)


def held(house: House, case_no: str, no: int = 1) -> list[tuple[str, int, str]]:
    with house.door.read(SYSTEM) as view:
        return [(one.party, one.copies, one.open) for one in custody_of(view.connection, f"case:{case_no}")
                if one.no == no]  # fmt: skip


def told(house: House, account: str) -> list[str]:
    actor = house.actor(account)
    with house.door.read(actor) as view:
        return [one.kind for one in notifications_for(view.connection, actor)]


def test_T075_five_on_the_slip_and_four_counted_is_a_difference_the_giver_answers_for(house: House):
    case_no = on_paper(house, 5)
    with pytest.raises(InvalidFields) as refused:
        take(house, case_no, 4)
    assert "6.1.5" in refused.value.errors["materials[0].copies_received"]
    take(house, case_no, 4, "difference")
    with house.door.read(SYSTEM) as view:
        [one] = differences_of(view.connection, f"case:{case_no}")
    assert (one.copies_sent, one.copies_received, one.state, one.noted_by) == (5, 4, "open", "D11")
    assert held(house, case_no) == [("window", 1, "交接差异待查明"), ("department", 4, "")]
    slip = house.documents(case_no)[-1]
    assert (slip.kind, slip.title) == ("difference_slip", "材料交接差异单")
    assert "移交方" in repr(slip.data) or slip.data["subject"] == "difference"
    assert render(slip).startswith(b"%PDF")
    assert "difference" in told(house, "W01")
    assert house.task(case_no, "ut_substantive")
    assert house.violations() == []


@pytest.mark.parametrize("resolution, where", [
    ("found", [("department", 5, "")]),
    ("corrected", [("department", 4, ""), ("gone", 1, "")]),
    ("asked_anew", [("department", 5, ""), ("gone", 1, "")]),
])  # fmt: skip
def test_T075_a_difference_ends_with_two_names_under_it(
    sqlite_house: House, resolution: str, where: list[tuple[str, int, str]]
):
    case_no = on_paper(sqlite_house, 5)
    take(sqlite_house, case_no, 4, "difference")
    propose = ProposeResolution(case_no=case_no, number=1, resolution=resolution, explanation="柜台抽屉里找到")
    sqlite_house.execute("W02", propose)
    assert "difference" in told(sqlite_house, "D11")
    with pytest.raises(DifferenceNotWaiting):
        sqlite_house.execute("W02", propose)
    sqlite_house.execute("D11", ConfirmResolution(case_no=case_no, number=1, agreed=True))
    with sqlite_house.door.read(SYSTEM) as view:
        [one] = differences_of(view.connection, f"case:{case_no}")
    assert (one.state, one.proposed_by, one.confirmed_by) == ("resolved", "W02", "D11")
    assert held(sqlite_house, case_no) == where
    with pytest.raises(DifferenceNotWaiting):
        sqlite_house.execute("D11", ConfirmResolution(case_no=case_no, number=1, agreed=True))


def test_T075_a_declined_resolution_leaves_the_difference_open(sqlite_house: House):
    case_no = on_paper(sqlite_house, 5)
    take(sqlite_house, case_no, 4, "difference")
    propose = ProposeResolution(case_no=case_no, number=1, resolution="corrected", explanation="录入有误")
    sqlite_house.execute("W01", propose)
    sqlite_house.execute("D11", ConfirmResolution(case_no=case_no, number=1, agreed=False))
    assert held(sqlite_house, case_no)[0] == ("window", 1, "交接差异待查明")


def test_T075_each_side_of_a_difference_does_its_own_part(sqlite_house: House):
    case_no = on_paper(sqlite_house, 5)
    take(sqlite_house, case_no, 4, "difference")
    propose = ProposeResolution(case_no=case_no, number=1, resolution="found", explanation="找到了")
    with pytest.raises(NotYourAction):
        sqlite_house.execute("D11", propose)
    with pytest.raises(HandoverReasonMissing):
        sqlite_house.execute("W01", propose)
    with pytest.raises(NotYourAction):
        sqlite_house.execute("W01", ConfirmResolution(case_no=case_no, number=1, agreed=True))


def test_T075_a_refused_handover_goes_back_and_comes_again_under_a_new_number(house: House):
    case_no = on_paper(house, 5)
    with pytest.raises(HandoverReasonMissing):
        house.execute("D11", RefuseHandover(case_no=case_no, subject="materials", reason="缺"))
    with pytest.raises(NotThisSide):
        house.execute("W03", RefuseHandover(case_no=case_no, subject="materials", reason="材料全部错位"))
    house.execute("D11", RefuseHandover(case_no=case_no, subject="materials", reason="不是本件的材料"))
    assert "handover_refused" in told(house, "W01")
    assert [(one.element, one.role) for one in house.open_tasks(case_no)] == [("ut_hand_over_again", "window_clerk")]
    with pytest.raises(NothingToRefuse):
        house.execute("D11", RefuseHandover(case_no=case_no, subject="materials", reason="再拒一次"))
    house.execute("W01", HandOverAgain(case_no=case_no, subject="materials", copies=(("1", 5),)))
    assert "handover_again" in told(house, "D11")
    with pytest.raises(NothingRefused):
        house.execute("W01", HandOverAgain(case_no=case_no, subject="materials", copies=()))
    take(house, case_no, 5)
    assert held(house, case_no) == [("department", 5, "")]
    assert house.clocks(case_no)["hand_over"].row.state == "stopped"
    assert house.violations() == []


def refuse(house: House, case_no: str, reason: str = "第三份缺页", element: str = "ut_receive_paper") -> None:
    house.complete("D11", case_no, element, {"receipt": "refuse", "refusal_reason": reason})


def test_T075_refused_at_the_task_the_window_counts_anew_and_the_new_slip_says_what_differs(house: House):
    case_no = on_paper(house, 5)
    refuse(house, case_no)
    assert held(house, case_no) == [("window", 5, "")]
    assert house.clocks(case_no)["hand_over"].row.state == "running", "the window answers for it until it is signed for"
    context = house.desk("W02", house.task(case_no, "ut_hand_over_again")).context
    assert context.values["refused"] == "第 1 号移交单于 2026-03-02 被市监审查员拒收：第三份缺页"
    assert next((one["copies_before"], one["copies_sent"]) for one in context.rows["materials"]) == (5, 5)
    house.complete("W02", case_no, "ut_hand_over_again", {"materials": [{"no": 1, "copies_sent": 4}]})
    take(house, case_no, 4)
    assert held(house, case_no) == [("window", 1, ""), ("department", 4, "")]
    slip = house.documents(case_no)[-1]
    assert slip.kind == "handover_slip"
    assert slip.data["note"].startswith("第1号移交单被拒收后重新移交：“")
    assert slip.data["note"].endswith("由5份改为4份")
    assert house.task(case_no, "ut_substantive")
    assert house.violations() == []


def test_T075_papers_may_be_refused_twice_and_a_difference_of_the_new_slip_is_noted_as_ever(sqlite_house: House):
    case_no = on_paper(sqlite_house, 5)
    for number in (1, 2):
        refuse(sqlite_house, case_no)
        told_now = sqlite_house.desk("W01", sqlite_house.task(case_no, "ut_hand_over_again")).context.values
        assert told_now["refused"].startswith(f"第 {number} 号移交单")
        sqlite_house.complete("W01", case_no, "ut_hand_over_again", {})
    take(sqlite_house, case_no, 4, "difference")
    with sqlite_house.door.read(SYSTEM) as view:
        [one] = differences_of(view.connection, f"case:{case_no}")
    assert (one.handover, one.copies_sent, one.copies_received) == (3, 5, 4)
    assert sqlite_house.violations() == []


def test_T075_what_is_handed_over_again_is_at_least_one_paper_and_no_more_than_the_window_holds(sqlite_house: House):
    case_no = on_paper(sqlite_house, 5)
    with pytest.raises(InvalidFields) as unsaid:
        refuse(sqlite_house, case_no, "")
    assert set(unsaid.value.errors) == {"refusal_reason"}
    refuse(sqlite_house, case_no)
    rows = sqlite_house.desk("W01", sqlite_house.task(case_no, "ut_hand_over_again")).context.rows["materials"]
    before = len(sqlite_house.journal(f"case:{case_no}"))
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_hand_over_again", {"materials": [{"no": 1, "copies_sent": 6}]})
    assert "6.1.5" in refused.value.errors["materials[0].copies_sent"]
    nothing = [{"no": row["no"], "copies_sent": 0} for row in rows]
    with pytest.raises(NothingHandedOver):
        sqlite_house.complete("W01", case_no, "ut_hand_over_again", {"materials": nothing})
    assert len(sqlite_house.journal(f"case:{case_no}")) == before


def test_T087_a_refused_result_stays_with_the_department_and_the_promise_runs_on(sqlite_house: House):
    case_no = sqlite_house.decided_commitment()
    sqlite_house.hand_over(case_no, ("D11", "D12", "D13"))
    sqlite_house.execute("W03", RefuseHandover(case_no=case_no, subject="result", reason="证照上姓名有误"))
    with pytest.raises(HandoverRefused):
        sqlite_house.complete("W03", case_no, "ut_result_receipt", {"signature": sqlite_house.signature("W03")})
    assert sqlite_house.clocks(case_no)["commitment"].row.state == "running"
    sqlite_house.execute("D12", HandOverAgain(case_no=case_no, subject="result", copies=(("1", 1),)))
    sqlite_house.complete("W03", case_no, "ut_result_receipt", {"signature": sqlite_house.signature("W03")})
    assert sqlite_house.clocks(case_no)["commitment"].row.state == "stopped"


def test_T076_an_entrusted_case_hands_its_papers_over_like_any_other(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I10", COMPANY)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    sqlite_house.complete("W01", case_no, "ut_accept", {})
    task = sqlite_house.task(case_no, "ut_receive_paper")
    reviewer = next(
        account for account in ("D11", "D21", "D31", "D41", "D51", "D61", "D71", "D81", "D91", "D101", "D111")
        if _works(sqlite_house, account, task.department)
    )  # fmt: skip
    sqlite_house.complete(reviewer, case_no, "ut_receive_paper", {"signature": sqlite_house.signature(reviewer)})
    assert "handover_slip" in [one.kind for one in sqlite_house.documents(case_no)]
    assert {party for party, _, _ in held(sqlite_house, case_no)} == {"department"}


def _works(house: House, account: str, department: str) -> bool:
    try:
        return ("dept_reviewer", department) in house.actor(account).grants
    except LookupError:
        return False
    except Exception:  # noqa: BLE001 - an account the demonstration does not have
        return False


def delivered(house: House, case_no: str) -> None:
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", {"opinion": "建议准予", "basis": "《食品安全法》"})
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    house.make_and_sign(case_no, ("D11", "D12", "D13"))
    house.pick_up(case_no, *LEGAL)


COLLATED = {
    "application_pages": 3, "process_pages": 4, "result_pages": 1, "collation_checks": ["ordered", "named", "complete"]
}  # fmt: skip
FILED = {"retention_period": "10", "archive_no": "AY-2026-0001", "conclusion": "齐全完整"}


def test_an_original_left_at_the_window_keeps_the_file_open_until_it_is_given_back(house: House):
    case_no = on_paper(house, 5)
    take(house, case_no, 5)
    delivered(house, case_no)
    with pytest.raises(PapersNotThere):
        house.execute("D11", ReturnOriginals(case_no=case_no, copies=((1, 6),)))
    house.execute("D11", ReturnOriginals(case_no=case_no, copies=((1, 2),)))
    house.execute("W01", TakeOriginals(case_no=case_no))
    house.complete("W01", case_no, "ut_collate", COLLATED)
    with pytest.raises(OriginalUnaccounted) as refused:
        house.complete("D13", case_no, "ut_archive", FILED)
    assert "6.1.5" in refused.value.sentence
    assert "6.4.1" in refused.value.sentence
    with pytest.raises(HandoverReasonMissing):
        house.execute("W01", GiveBack(case_no=case_no, copies=((1, 2),), receiver="李秀兰", signed=False))
    house.execute("W01", GiveBack(case_no=case_no, copies=((1, 2),), receiver="李秀兰", signed=True))
    assert held(house, case_no) == [("applicant", 2, ""), ("department", 3, "")]
    house.complete("D13", case_no, "ut_archive", FILED)
    assert [one.kind for one in house.documents(case_no)].count("return_slip") == 2
    assert house.case(case_no).outcome == "closed"
    assert house.violations() == []


def test_the_archivist_may_file_without_an_original_for_a_reason(sqlite_house: House):
    case_no = on_paper(sqlite_house, 5)
    take(sqlite_house, case_no, 5)
    delivered(sqlite_house, case_no)
    sqlite_house.execute("D11", ReturnOriginals(case_no=case_no, copies=((1, 2),)))
    sqlite_house.execute("W01", TakeOriginals(case_no=case_no))
    sqlite_house.complete("W01", case_no, "ut_collate", COLLATED)
    reason = "申请人三次通知未领回，存窗口保管柜"
    sqlite_house.complete("D13", case_no, "ut_archive", {**FILED, "custody_exception": reason})
    with sqlite_house.door.read(SYSTEM) as view:
        [one] = excuses_of(view.connection, f"case:{case_no}")
    assert (one.material_no, one.reason, one.account) == (1, reason, "D13")
    assert "custody.excused" in [line.type for line in sqlite_house.journal(f"case:{case_no}")]


def test_T098_a_difference_still_open_keeps_the_collation_open(sqlite_house: House):
    case_no = on_paper(sqlite_house, 5)
    take(sqlite_house, case_no, 4, "difference")
    delivered(sqlite_house, case_no)
    with pytest.raises(DifferenceOpen):
        sqlite_house.complete("W01", case_no, "ut_collate", COLLATED)
    assert sqlite_house.case(case_no).status == "delivered"
