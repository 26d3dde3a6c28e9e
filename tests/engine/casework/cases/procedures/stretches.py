"""Stretches of a case with a special procedure; and all that must stay as it is when something is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.queries import CaseFile
from engine.process.clocks.queries import ClockRow, clocks_of, deadlines_of
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.support.house import COMPANY, House

REVIEW = {"findings": "材料真实有效", "site_visit": "no"}
APPLY = {
    "kind": "专家评审", "reason": "广告牌面积超过一百平方米，须评审结构安全",
    "legal_basis": "《城市市容和环境卫生管理条例》第十一条", "expected_days": 5,
}  # fmt: skip
RESULT = {"outcome": "done", "result": "专家组一致同意。", "conclusion": "结构安全"}
OPINION = {"opinion": "建议准予", "basis": "《城市市容和环境卫生管理条例》"}


def people(house: House, case_no: str) -> tuple[str, str, str]:
    """Return reviewer, head and archivist of the case's department."""
    number = library.departments()[house.case(case_no).department].account_number
    return f"D{number}1", f"D{number}2", f"D{number}3"


def accepted(
    house: House, item: str = "I10", ticked: tuple[str, ...] = ("专家评审",), who: Mapping[str, Any] = COMPANY
) -> str:
    """Return an accepted case of ``item`` whose papers the department has signed for."""
    case_no = house.receive("W01", item, who)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {"excluded_procedures": list(ticked)} if ticked else {})
    reviewer = people(house, case_no)[0]
    house.complete(reviewer, case_no, "ut_receive_paper", {"signature": house.signature(reviewer)})
    return case_no


def asked(house: House, case_no: str, **given: Any) -> None:
    """Choose a special procedure in the review and ask for it."""
    reviewer = people(house, case_no)[0]
    house.complete(reviewer, case_no, "ut_substantive", {**REVIEW, "special_procedure": "yes"})
    house.complete(reviewer, case_no, "ut_sp_apply", {**APPLY, **given})


def told(house: House, case_no: str) -> None:
    """Approve what was asked for and tell the applicant: from now on the clocks stand still."""
    reviewer, head, _ = people(house, case_no)
    house.complete(head, case_no, "ut_sp_approve", {"approved": "yes"})
    house.complete(reviewer, case_no, "ut_sp_notice", {"checked": True})


def worked(house: House, case_no: str) -> None:
    """Say who carries the procedure out."""
    answer = {"entrusted": "专家评审组", "place": "政务服务中心三楼会议室"}
    house.complete(people(house, case_no)[0], case_no, "ut_sp_work", answer)


def decided(house: House, case_no: str, answer: Mapping[str, Any]) -> None:
    """Review, give an opinion and let the head answer."""
    reviewer, head, _ = people(house, case_no)
    house.complete(reviewer, case_no, "ut_substantive", REVIEW)
    house.complete(reviewer, case_no, "ut_dept_opinion", OPINION)
    house.complete(head, case_no, "ut_head_decide", answer)


def open_elements(house: House, case_no: str) -> list[str]:
    """Return the elements of the open tasks."""
    return [task.element for task in house.open_tasks(case_no)]


def rows(house: House, case_no: str) -> dict[str, ClockRow]:
    """Return the newest clock of each kind."""
    with house.door.read(SYSTEM) as view:
        return {row.kind: row for row in clocks_of(view.connection, f"case:{case_no}")}


def kept(house: House, case_no: str) -> tuple[CaseFile, Mapping[str, ClockRow], list[Any], list[Any], list[str], int]:
    """Return all that a refusal must leave as it is: case, clocks, deadlines, journal, open tasks, documents."""
    with house.door.read(SYSTEM) as view:
        deadlines = deadlines_of(view.connection, f"case:{case_no}")
    return (
        house.case(case_no), rows(house, case_no), deadlines, house.journal(f"case:{case_no}"),
        open_elements(house, case_no), len(house.documents(case_no)),
    )  # fmt: skip
