"""The system administrator mends where a case stands; nobody's acceptance or decision comes about by it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.foundation.journal.tags import sentence
from engine.oversight.publishing.migrating.commands import MigrateCase
from engine.oversight.publishing.migrating.rules import CaseClosed, ReasonUnwritten
from engine.oversight.publishing.modifying.commands import ModifyCase
from engine.oversight.publishing.modifying.handlers import where
from engine.process.bpmn import ModificationRefused
from engine.process.tasks.modifying import MODIFIED
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.engine.oversight.publishing.test_releases import deploy, elements, review, without
from tests.support.house import COMPANY, House

ROUTE = "route_commitment"
REASON = "审查员误点了无需现场核查"


def modify(house: House, case_no: str, account: str = "A01", reason: str = REASON, **what: Any) -> Any:
    return house.execute(account, ModifyCase(case_no=case_no, reason=reason, **what))


def number(house: House, case_no: str, element: str) -> int:
    with house.door.read(SYSTEM) as view:
        return next(one.number for one in where(view, case_no) if one.element_id == element)


def before_the_opinion(house: House) -> str:
    """Return a case whose reviewer has said that no visit is needed."""
    case_no = house.accepted_commitment()
    assert review(house, case_no) == ["ut_dept_opinion"]
    return case_no


def back_to_review(house: House, case_no: str) -> Any:
    gone = (number(house, case_no, "ut_dept_opinion"),)
    return modify(house, case_no, cancel=gone, begin=((ROUTE, "ut_substantive"),))


def test_a_step_begins_again_and_the_audit_executes_it_again(house: House):
    case_no = before_the_opinion(house)
    back_to_review(house, case_no)
    assert elements(house, case_no) == ["ut_substantive"]
    house.complete("D11", case_no, "ut_substantive", {"findings": "再审", "site_visit": "yes"})
    assert elements(house, case_no) == ["ut_plan_visit"]
    house.reopen()
    assert house.violations() == []


def test_the_journal_tells_what_was_changed_by_whom_and_why(house: House):
    case_no = before_the_opinion(house)
    back_to_review(house, case_no)
    [line] = [one for one in house.journal(f"case:{case_no}") if one.type == MODIFIED]
    assert line.account == "A01"
    assert sentence(MODIFIED, line.data).startswith("系统管理员调整流程：撤销“提出审查意见”；从“实质审查")
    assert sentence(MODIFIED, line.data).endswith(f"理由：{REASON}")


def test_nothing_is_made_to_look_accepted_or_decided(house: House):
    received = house.receive("W01", "I02", COMPANY)
    for process, element in (("intake", "ut_accept"), (ROUTE, "ut_head_decide")):
        with pytest.raises(ModificationRefused):
            modify(house, received, begin=((process, element),))
    opinion = before_the_opinion(house)
    gone = (number(house, opinion, "ut_dept_opinion"),)
    for element in ("ut_head_decide", "ut_make_result"):
        with pytest.raises(ModificationRefused):
            modify(house, opinion, cancel=gone, begin=((ROUTE, element),))
    with pytest.raises(ModificationRefused, match="不能撤销了事"):
        modify(house, opinion, cancel=gone)
    for name, value in (("decision", "grant"), ("formal_result", "accept"), ("intake_outcome", "accepted")):
        with pytest.raises(ModificationRefused, match="不能代为填写"):
            modify(house, opinion, facts={name: value})
    assert elements(house, opinion) == ["ut_dept_opinion"]
    assert house.violations() == []


def test_a_routing_fact_is_put_right(house: House):
    case_no = house.accepted_commitment()
    modify(house, case_no, facts={"site_visit_required": False})
    assert elements(house, case_no) == ["ut_substantive"]
    assert house.violations() == []


def test_only_the_system_administrator_does_it_and_never_without_a_reason(sqlite_house: House):
    case_no = before_the_opinion(sqlite_house)
    for account in ("W01", "D11", "D12", "P61", "A02", "A03", "U81"):
        with pytest.raises(NotYourAction, match="调整办件的流程"):
            modify(sqlite_house, case_no, account, facts={"site_visit_required": False})
    with pytest.raises(ReasonUnwritten):
        modify(sqlite_house, case_no, reason=" ", facts={"site_visit_required": False})


def test_a_closed_case_is_left_alone(sqlite_house: House):
    case_no = sqlite_house.decided_commitment()
    sqlite_house.finish(case_no, ("D11", "D12", "D13"), ("李秀兰", "41050219850612002X"))
    with pytest.raises(CaseClosed):
        modify(sqlite_house, case_no, facts={"site_visit_required": False})


def test_a_modified_case_moves_to_another_release_and_is_modified_again(house: House):
    case_no = before_the_opinion(house)
    back_to_review(house, case_no)
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    house.execute("P61", MigrateCase(case_no=case_no, number=2, reason="新版"))
    assert review(house, case_no) == ["ut_head_decide"]
    gone = (number(house, case_no, "ut_head_decide"),)
    modify(house, case_no, cancel=gone, begin=((ROUTE, "ut_substantive"),))
    assert elements(house, case_no) == ["ut_substantive"]
    assert house.violations() == []
