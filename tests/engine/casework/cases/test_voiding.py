"""作废与重新出具: mistakes in documents are mended in the open; the number stays taken (T110)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest

from engine.casework.cases.endings.commands import MoveToItem
from engine.casework.cases.file.queries import corrections_of, handovers_of
from engine.casework.cases.letters import letter
from engine.casework.cases.queries import case_by_root, set_case
from engine.casework.cases.rules import CaseMissing
from engine.casework.issuance.queries import delivery_of
from engine.foundation.blobs.storage import Blobs
from engine.foundation.errors import InvalidFields, Refusal
from engine.process.documents.commands import VoidDocument
from engine.process.documents.issuing import file_of, issue, shown_file
from engine.process.documents.queries import put_void, void_of
from engine.process.documents.rules import (
    AlreadyVoid,
    Document,
    DocumentMissing,
    GlyphMissing,
    NotVoidable,
    NotYourDocument,
    ReplacementNeeded,
    Void,
    VoidOfArchived,
)
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.forms.notices.samples import page_texts
from tests.support.house import COMPANY, MARKET, PERSON, House
from yichuang.worker import work_once

REASON = "申请人姓名写错，重新打印"


def void(
    house: House, account: str, document: Document, *, reissue: bool = True, reason: str = REASON
) -> Mapping[str, Any]:
    command = VoidDocument(root_id=document.root_id, document_id=document.id, reason=reason, reissue=reissue)
    return house.execute(account, command)


def void_row(house: House, document: Document) -> Void | None:
    with house.door.read(SYSTEM) as view:
        return void_of(view.connection, document.id)


def of_kind(house: House, case_no: str, kind: str) -> list[Document]:
    return [one for one in house.documents(case_no) if one.kind == kind]


def put_letter(house: House, case_no: str, kind: str, **fields: Any) -> Document:
    root = f"case:{case_no}"
    with house.unit(root) as unit:
        return issue(unit, root, kind, letter(unit, case_by_root(unit.connection, root), kind, **fields))


def rejected(house: House) -> str:
    case_no = house.receive("W01", "I09", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "reject"})
    reasons = {
        "ground": "not_competent", "reasons": "事项不属本市", "legal_basis": "《出版物市场管理规定》",
        "competent_authority": "河南省新闻出版局",
    }  # fmt: skip
    house.complete("W01", case_no, "ut_reject", reasons)
    return case_no


def correcting(house: House) -> str:
    case_no = house.receive("W01", "I02", COMPANY)
    task = house.desk("W01", house.task(case_no, "ut_formal"))
    rows = [dict(row) for row in task.context.rows["materials"]]
    rows[0].update(verdict="missing", advice="请补交")
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": rows})
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    return case_no


def test_T110_a_void_notice_keeps_its_number_and_the_next_takes_the_next(house: House):
    first, second = house.accepted_instant(), house.accepted_instant()
    old = of_kind(house, first, "acceptance_notice")[0]
    done = void(house, "W01", old)
    third = of_kind(house, house.accepted_instant(), "acceptance_notice")[0]
    made = of_kind(house, first, "acceptance_notice")[1]
    numbers = [old.number, of_kind(house, second, "acceptance_notice")[0].number, made.number, third.number]
    assert [number[-7:-1] for number in numbers] == ["000001", "000002", "000003", "000004"]
    assert done["new_number"] == made.number
    assert [one.state for one in of_kind(house, first, "acceptance_notice")] == ["void", "issued"]
    row = void_row(house, old)
    assert row is not None
    assert (row.account, row.at, row.reason) == ("W01", house.clock.now(), REASON)
    assert (row.reissued_as, row.notice_id, row.new_number) == (made.id, None, made.number)
    sentence = house.journal(f"case:{first}")[-1].sentence
    assert sentence == f"《收件（受理）通知书》{old.number} 作废，文书号保留，理由：{REASON}"
    assert house.violations() == []


def test_the_new_notice_is_taken_from_the_case_as_it_is_now_and_names_the_old_one(house: House):
    case_no = house.accepted_instant()
    old = of_kind(house, case_no, "acceptance_notice")[0]
    with house.unit(f"case:{case_no}") as unit:
        set_case(unit, f"case:{case_no}", applicant_name="王建国（更正）")
    house.wait(days=1)
    void(house, "W02", old)
    made = of_kind(house, case_no, "acceptance_notice")[1]
    assert made.data["applicant"] == "王建国（更正）"
    assert made.data["handler"] != old.data["handler"], "whoever issues it answers for it"
    assert made.data["replaces"] == f"{old.number}（2026年3月2日出具）"
    same = ("case_no", "item", "material_count", "working_days", "instant", "phone", "complaint_phone")
    assert {key: made.data[key] for key in same} == {key: old.data[key] for key in same}


def test_a_void_document_stays_readable_and_says_so_on_every_page(house: House):
    case_no = house.accepted_instant()
    old = of_kind(house, case_no, "acceptance_notice")[0]
    blobs = house.door.part(Blobs)
    original = file_of(old, blobs)
    void(house, "W01", old)
    after = of_kind(house, case_no, "acceptance_notice")[0]
    assert (after.number, after.data, after.verify_code) == (old.number, old.data, old.verify_code)
    assert file_of(after, blobs) == original, "the bytes of the original are kept"
    row = void_row(house, old)
    shown = shown_file(after, row, original)
    assert shown != original
    assert shown_file(after, row, original) == shown
    text = "".join(page_texts(shown))
    made = of_kind(house, case_no, "acceptance_notice")[1]
    assert "本文书已于2026年3月2日作废，文书号保留。" in text
    assert f"重新出具的文书：{made.number}作废理由：{REASON}" in text
    assert "王建国：" in text
    assert "作废" not in "".join(page_texts(original))


def test_without_a_new_one_the_applicant_is_told_in_writing(house: House):
    case_no = house.accepted_instant()
    told = {"status": "已受理", "next_step": "等待", "originals": "无", "window_address": "一楼"}
    old = put_letter(house, case_no, "next_steps", **told)
    done = void(house, "W01", old, reissue=False)
    notice = of_kind(house, case_no, "void_notice")[0]
    assert done["new_number"] == notice.number
    assert (notice.data["voided_number"], notice.data["reason"]) == (old.number, REASON)
    assert notice.data["side"] == "window"
    row = void_row(house, old)
    assert row is not None
    assert (row.reissued_as, row.notice_id, row.new_number) == (None, notice.id, "")
    assert house.violations() == []


def test_a_letter_is_issued_anew_with_its_own_words_and_a_renewed_common_part(house: House):
    case_no = house.accepted_commitment()
    values = {
        "procedure": "专家评审", "reason": "需要论证", "legal_basis": "《行政许可法》第四十五条", "expected_days": 5,
        "starts_on": "2026-03-03", "expected_end": "2026-03-09",
    }  # fmt: skip
    old = put_letter(house, case_no, "special_procedure_notice", **values)
    void(house, "D12", old)
    made = of_kind(house, case_no, "special_procedure_notice")[1]
    assert {key: made.data[key] for key in values} == values
    assert made.data["handler"] == house.actor("D12").name
    assert made.data["signatory"] == old.data["signatory"] == "安阳市市场监督管理局"


def test_a_signature_is_not_carried_over_to_the_new_paper(house: House):
    case_no = house.accepted_commitment()
    rows = [{"name": "制度文本", "copies": 1}]
    promise = put_letter(
        house, case_no, "deficiency_promise", materials=rows, supply_by="2026-03-09", signature_digest="a" * 64
    )
    void(house, "W01", promise)
    made = of_kind(house, case_no, "deficiency_promise")[1]
    assert (made.data["signature_digest"], made.data["materials"]) == ("", rows)


def test_a_correction_and_its_round_go_on_with_the_new_notice(house: House):
    case_no = correcting(house)
    old = of_kind(house, case_no, "correction_notice")[0]
    void(house, "W01", old)
    made = of_kind(house, case_no, "correction_notice")[1]
    assert made.data["materials"] == old.data["materials"]
    with house.door.read(SYSTEM) as view:
        assert [one.document_id for one in corrections_of(view.connection, f"case:{case_no}")] == [made.id]
    assert house.violations() == []


def test_T066_a_rejection_is_issued_anew_with_ground_reasons_basis_and_remedies(house: House):
    case_no = rejected(house)
    old = of_kind(house, case_no, "rejection_notice")[0]
    void(house, "W01", old)
    made = of_kind(house, case_no, "rejection_notice")[1]
    same = ("ground", "reasons", "legal_basis", "competent_authority", "remedies")
    assert {key: made.data[key] for key in same} == {key: old.data[key] for key in same}


def test_a_slip_and_a_receipt_are_issued_anew_and_what_refers_to_them_follows(house: House):
    case_no = house.decided_commitment()
    house.make_and_sign(case_no, MARKET)
    house.pick_up(case_no, "李秀兰", "41050219850612002X")
    slip, receipt = of_kind(house, case_no, "handover_slip")[0], of_kind(house, case_no, "delivery_receipt")[0]
    void(house, "D11", slip)
    void(house, "W03", receipt)
    new_slip, new_receipt = of_kind(house, case_no, "handover_slip")[1], of_kind(house, case_no, "delivery_receipt")[1]
    assert new_slip.data["rows"] == slip.data["rows"]
    assert (receipt.data["signature_digest"] != "", new_receipt.data["signature_digest"]) == (True, "")
    with house.door.read(SYSTEM) as view:
        delivery = delivery_of(view.connection, f"case:{case_no}")
        assert delivery is not None
        assert delivery.document_id == new_receipt.id
        assert new_slip.id in {one.document_id for one in handovers_of(view.connection, f"case:{case_no}")}
    assert house.violations() == []


# Refusals: each changes nothing -----------------------------------------------------------------------------------


def refused(house: House, account: str, document: Document, error: type[Refusal], **asked: Any) -> str:
    case_no = document.root_id.removeprefix("case:")
    before = house.documents(case_no), house.journal(document.root_id), house.case(case_no)
    with pytest.raises(error) as caught:
        void(house, account, document, **asked)
    assert (house.documents(case_no), house.journal(document.root_id), house.case(case_no)) == before
    return caught.value.sentence


def test_a_document_is_made_void_once(house: House):
    case_no = house.accepted_instant()
    old = of_kind(house, case_no, "acceptance_notice")[0]
    void(house, "W01", old)
    assert old.number in refused(house, "W01", old, AlreadyVoid)


def test_after_archiving_nothing_is_made_void(house: House):
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.finish(case_no, ("D61", "D62", "D63"), (PERSON["applicant_name"], PERSON["id_no"]))
    old = of_kind(house, case_no, "acceptance_notice")[0]
    assert "6.4.1" in refused(house, "W01", old, VoidOfArchived)


@pytest.mark.parametrize("account", ["W03", "D11", "D12"])
def test_only_the_role_that_issued_it_may_void_it(sqlite_house: House, account: str):
    case_no = sqlite_house.accepted_commitment()
    old = of_kind(sqlite_house, case_no, "acceptance_notice")[0]
    assert "综窗受理员" in refused(sqlite_house, account, old, NotYourDocument)


@pytest.mark.parametrize("account", ["D13", "L31", "J41", "C01", "S51", "K61", "P61", "U81", "A01", "A02", "A03"])
def test_the_other_roles_may_void_nothing(sqlite_house: House, account: str):
    case_no = sqlite_house.accepted_commitment()
    old = of_kind(sqlite_house, case_no, "acceptance_notice")[0]
    with pytest.raises(NotYourAction):
        void(sqlite_house, account, old)


def test_a_decision_is_made_void_by_the_head_of_its_own_department(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    old = put_letter(sqlite_house, case_no, "denial_decision", reasons="场所不符", legal_basis="办法")
    refused(sqlite_house, "D11", old, NotYourDocument)
    refused(sqlite_house, "W01", old, NotYourDocument)
    with pytest.raises(CaseMissing):
        void(sqlite_house, "D22", old)
    void(sqlite_house, "D12", old)


def test_a_decided_case_is_not_left_without_the_notice_it_stands_on(sqlite_house: House):
    case_no = sqlite_house.decided_commitment()
    old = of_kind(sqlite_house, case_no, "acceptance_notice")[0]
    assert "第三十二条" in refused(sqlite_house, "W01", old, ReplacementNeeded, reissue=False)
    void(sqlite_house, "W01", old)


def test_an_application_under_the_wrong_item_is_moved_once_its_notice_is_void(house: House):
    case_no = house.accepted_commitment()
    old = of_kind(house, case_no, "acceptance_notice")[0]
    void(house, "W01", old, reissue=False, reason="登记的事项有误，转到正确的事项")
    answer = {"item": "I09", "reason": "实为出版物零售单位设立"}
    moved = house.execute("W01", MoveToItem(case_no=case_no, answer=answer))
    assert house.case(case_no).status == "misfiled"
    assert house.case(str(moved["case_no"])).item_code == "I09"
    assert [one.state for one in of_kind(house, case_no, "acceptance_notice")] == ["void"]
    assert house.violations() == []


@pytest.mark.parametrize("reason", ["", "   ", "写错了", "\u200b\u200b\u200b\u200b", "字" * 121])
def test_a_reason_says_something(sqlite_house: House, reason: str):
    case_no = sqlite_house.accepted_instant()
    old = of_kind(sqlite_house, case_no, "acceptance_notice")[0]
    refused(sqlite_house, "W01", old, InvalidFields, reason=reason)


def test_a_reason_that_cannot_be_printed_is_refused(sqlite_house: House):
    old = of_kind(sqlite_house, sqlite_house.accepted_instant(), "acceptance_notice")[0]
    refused(sqlite_house, "W01", old, GlyphMissing, reason="姓名应为\U00029f79某")


def test_the_notice_about_a_void_document_is_not_made_void(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    told = {"status": "已受理", "next_step": "等待", "originals": "无", "window_address": "一楼"}
    void(sqlite_house, "W01", put_letter(sqlite_house, case_no, "next_steps", **told), reissue=False)
    refused(sqlite_house, "W01", of_kind(sqlite_house, case_no, "void_notice")[0], NotVoidable)


def test_a_document_of_another_case_is_not_found(sqlite_house: House):
    one, other = sqlite_house.accepted_instant(), sqlite_house.accepted_instant()
    foreign = of_kind(sqlite_house, other, "acceptance_notice")[0]
    command = VoidDocument(root_id=f"case:{one}", document_id=foreign.id, reason=REASON, reissue=True)
    with pytest.raises(DocumentMissing):
        sqlite_house.execute("W01", command)


def test_a_repeated_press_makes_one_new_document(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    old = of_kind(sqlite_house, case_no, "acceptance_notice")[0]
    command = VoidDocument(root_id=old.root_id, document_id=old.id, reason=REASON, reissue=True)
    first, second = (sqlite_house.execute("W01", command, "once") for _ in range(2))
    assert first == second
    assert len(of_kind(sqlite_house, case_no, "acceptance_notice")) == 2


def test_a_state_that_was_changed_behind_the_journals_back_is_found(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    old = of_kind(sqlite_house, case_no, "acceptance_notice")[0]
    with sqlite_house.unit(f"case:{case_no}") as unit:
        put_void(unit, Void(old.id, old.root_id, "W01", unit.now, REASON, None, None))
    assert [one.invariant for one in sqlite_house.violations()] == ["I8"]
    assert "是否作废" in sqlite_house.violations()[0].sentence


def test_a_void_document_whose_file_was_never_made_is_still_made_as_it_was(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    old = of_kind(sqlite_house, case_no, "acceptance_notice")[0]
    void(sqlite_house, "W01", old)
    work_once(sqlite_house.door)
    kept = of_kind(sqlite_house, case_no, "acceptance_notice")[0]
    content = sqlite_house.door.part(Blobs).get(kept.sha256 or "")
    assert hashlib.sha256(content).hexdigest() == kept.sha256
    assert "作废" not in "".join(page_texts(content))
