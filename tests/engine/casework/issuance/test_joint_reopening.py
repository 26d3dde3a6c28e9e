"""A joint case's documents are each their own department's: who voids one, and who makes one anew (4.2.2c, 6.2.2)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.issuance.branch_results import PartsOutstanding
from engine.casework.issuance.queries import branch_results_of
from engine.casework.issuance.reopening import NotYourReopening, ReopenCase
from engine.process.documents.commands import VoidDocument
from engine.process.documents.queries import voids_of
from engine.process.documents.rules import Document, NotYourDocument
from engine.process.tasks.commands import CompleteTask
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from tests.support.joint import DENY, SUMMARY, account_of, asked, head_of, make_results, opine, states

LEGAL = ("李秀兰", "41050219850612002X")
SIGNED_BY = "城市管理局"


def decided(house: House) -> str:
    """Return a joint case in which the city management denied its part, and everybody has made out its own."""
    case_no = asked(house)
    opine(house, case_no, "sign", DENY)
    for branch in ("food", "fire"):
        opine(house, case_no, branch)
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    make_results(house, case_no)
    return case_no


def delivered(house: House) -> str:
    case_no = decided(house)
    _to_the_applicant(house, case_no)
    return case_no


def _to_the_applicant(house: House, case_no: str) -> None:
    house.complete("D11", case_no, "ut_make_result", {})
    house.complete("D12", case_no, "ut_result_handover", {})
    house.complete("W03", case_no, "ut_result_receipt", {"signature": house.signature("W03")})
    house.pick_up(case_no, *LEGAL)


def denials(house: House, case_no: str) -> list[Document]:
    return [one for one in house.documents(case_no) if one.kind == "denial_decision"]


def void(house: House, account: str, document: Document) -> None:
    command = VoidDocument(root_id=document.root_id, document_id=document.id, reason="法律依据条款写错", reissue=True)
    house.execute(account, command)


def reopen(house: House, case_no: str, *keys: str, by: str = "D12") -> None:
    with house.door.read(SYSTEM) as view:
        parts = branch_results_of(view.connection, f"case:{case_no}")
    rows = [{"key": one.part, "again": one.part in keys} for one in parts]
    house.execute(by, ReopenCase(case_no=case_no, answer={"reason": "文书有误", "parts": rows}))


def test_only_the_department_that_denied_voids_its_denial_and_signs_it_again(house: House) -> None:
    case_no = decided(house)
    [denial] = denials(house, case_no)
    before = house.journal(f"case:{case_no}")
    for account in ("D12", head_of("fire")):
        with pytest.raises(NotYourDocument, match="城管业务负责人"):
            void(house, account, denial)
    assert house.journal(f"case:{case_no}") == before

    void(house, head_of("urban"), denial)

    _, made = denials(house, case_no)
    assert made.data["signatory"] == denial.data["signatory"]
    assert made.data["signatory"].endswith(SIGNED_BY)
    assert made.data["item"] == denial.data["item"]
    assert made.data["item"].endswith("中的户外招牌设置")
    with house.door.read(SYSTEM) as view:
        parts = {one.part: one for one in branch_results_of(view.connection, f"case:{case_no}")}
    assert (parts["sign"].document_id, parts["sign"].result_no) == (made.id, made.number)
    house.complete("D11", case_no, "ut_make_result", {})
    [row] = [row for row in house.documents(case_no)[-1].data["rows"] if row["outcome"] == "不予"]
    assert row["reference"] == made.number
    assert house.violations() == []


def test_the_leads_own_part_is_the_leads_to_void_and_keeps_its_matter(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    opine(house, case_no, "food", DENY)
    for branch in ("sign", "fire"):
        opine(house, case_no, branch)
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    make_results(house, case_no)
    [denial] = denials(house, case_no)
    with pytest.raises(NotYourDocument):
        void(house, head_of("urban"), denial)
    void(house, "D12", denial)
    assert denials(house, case_no)[-1].data["item"].endswith("中的食品经营许可")


def test_the_lead_reopens_and_each_department_makes_its_own_part_anew(house: House) -> None:
    case_no = delivered(house)
    [denial] = denials(house, case_no)
    house.wait(days=1)

    reopen(house, case_no, "sign", "fire")

    asked_for = {one.item: one.department for one in house.open_tasks(case_no) if one.element == "ut_branch_remade"}
    assert asked_for == {"urban/sign/deny": "urban", "fire/fire/grant": "fire"}
    with pytest.raises(PartsOutstanding, match=r"(消防、城管|城管、消防)还没有重新制作"):
        house.complete("D11", case_no, "ut_make_result", {})
    _make_anew(house, case_no)

    first, second = denials(house, case_no)
    with house.door.read(SYSTEM) as view:
        voids = voids_of(view.connection, f"case:{case_no}")
        parts = {one.part: one for one in branch_results_of(view.connection, f"case:{case_no}")}
    assert first.id == denial.id
    assert (voids[first.id].account, voids[first.id].reissued_as) == (account_of("urban", 1), second.id)
    assert denial.number in second.data["replaces"]
    assert second.data["signatory"].endswith(SIGNED_BY)
    assert (parts["fire"].result_no, parts["food"].result_no) == ("XF-0002", "AY-0001")
    # No opinion changed by it: what was denied is denied.
    assert states(house, case_no)["sign"] == "denied"
    _to_the_applicant(house, case_no)
    lists = [one for one in house.documents(case_no) if one.kind == "joint_results"]
    assert [[row["reference"] for row in one.data["rows"] if row["outcome"] == "不予"] for one in lists] == [
        [first.number], [second.number],
    ]  # fmt: skip
    assert house.case(case_no).status == "delivered"
    assert house.violations() == []


def _make_anew(house: House, case_no: str) -> None:
    for task in [one for one in house.open_tasks(case_no) if one.element == "ut_branch_remade"]:
        account = account_of(task.department, 1)
        if str(task.item).endswith("/deny"):
            made: dict[str, Any] = {"legal_basis": "《城市市容和环境卫生管理条例》第十一条"}
        else:
            made = {"result_no": "XF-0002", "long_term": True, "files": [house.upload(account, "更正后.pdf")]}
        house.execute(account, CompleteTask(task_id=task.id, answer=made, partial=True))


def test_without_a_part_only_the_list_is_made_once_more(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = delivered(house)
    reopen(house, case_no)
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_make_result"]
    assert len(denials(house, case_no)) == 1


def test_an_asked_departments_head_does_not_reopen_the_leads_case(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = delivered(house)
    before = (house.case(case_no), house.journal(f"case:{case_no}"))
    with pytest.raises(NotYourReopening, match="牵头部门（市监）"):
        reopen(house, case_no, "sign", by=head_of("urban"))
    assert (house.case(case_no), house.journal(f"case:{case_no}")) == before
