"""受审分离 by natural person, and whose case is whose."""

from __future__ import annotations

import pytest

from engine.casework.cases.commands import Unmask
from engine.casework.cases.handlers import ReasonMissing
from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CaseMissing
from engine.casework.issuance.commands import CreateDelivery
from engine.casework.issuance.rules import NotReadyForDelivery
from engine.process.tasks.commands import ClaimTask, CompleteTask, ReleaseTask, SaveDraft
from engine.process.tasks.rules import StaleForm, TaskDone, TaskHeld, TaskMissing, TaskNotHeld, TaskNotYours
from engine.registry.identity.rules import NotYourAction, SodViolation
from tests.support.house import MARKET, PERSON, House


def test_T025_who_accepted_may_not_review_not_even_by_a_second_account(house: House):
    case_no = house.accepted_commitment("X91")
    task = house.task(case_no, "ut_substantive")
    answer = {"findings": "审查", "site_visit": "no"}
    for account in ("X91", "X92"):
        for command in (ClaimTask(task_id=task.id), CompleteTask(task_id=task.id, answer=answer)):
            with pytest.raises(SodViolation) as refused:
                house.execute(account, command)
            assert "S1" in refused.value.sentence
    house.execute("D11", ClaimTask(task_id=task.id))


def test_the_page_hides_the_button_by_the_same_rule(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment("X91")
    task = sqlite_house.task(case_no, "ut_substantive")
    assert isinstance(sqlite_house.desk("X92", task).refusal, SodViolation)
    assert sqlite_house.desk("D11", task).refusal is None


def test_S3_who_hands_the_result_over_may_not_sign_for_it(sqlite_house: House):
    from engine.registry.identity.commands import CreateAccount
    from engine.registry.identity.passwords import hash_password
    from engine.registry.identity.rules import SYSTEM

    double = CreateAccount(
        account="D12B", person="person-D12", name="市监业务负责人", password_hash=hash_password("Anyang-2026"),
        grants=(("issue_clerk", "center"),),
    )  # fmt: skip
    sqlite_house.door.execute(double, SYSTEM, key="double")
    case_no = sqlite_house.decided_commitment()
    result = {"result_no": "1", "long_term": True, "files": [sqlite_house.upload("D11")]}
    sqlite_house.complete("D11", case_no, "ut_make_result", result)
    sqlite_house.complete("D12", case_no, "ut_result_handover", {})
    with pytest.raises(SodViolation) as refused:
        sqlite_house.execute("D12B", ClaimTask(task_id=sqlite_house.task(case_no, "ut_result_receipt").id))
    assert "S3" in refused.value.sentence


def test_another_departments_case_is_not_there_and_the_look_is_journalled(house: House):
    case_no = house.accepted_commitment()
    stranger = house.actor("D22")
    with pytest.raises(CaseMissing), house.door.read(stranger) as view:
        assert visible_case(view.connection, case_no, view.scope)
    with pytest.raises(TaskMissing):
        house.execute("D22", ClaimTask(task_id=house.task(case_no, "ut_substantive").id))
    missed = [line for line in house.journal("access:D22") if line.type == "access.missed"]
    assert len(missed) == 2
    assert house.violations() == []


def test_a_missing_case_and_a_foreign_one_answer_alike(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    sentences = set()
    for number in (case_no, "9" * 43):
        with pytest.raises(CaseMissing) as refused, sqlite_house.door.read(sqlite_house.actor("D22")) as view:
            visible_case(view.connection, number, view.scope)
        sentences.add(refused.value.sentence.replace(number, ""))
    assert len(sentences) == 1


def test_T092_a_department_may_not_create_a_delivery(house: House):
    case_no = house.accepted_commitment()
    for account in ("D11", "D12", "D13"):
        with pytest.raises(NotYourAction) as refused:
            house.execute(account, CreateDelivery(case_no=case_no, answer={}))
        assert "6.3.3" in refused.value.sentence
    assert [line.type for line in house.journal("access:D12")] == ["access.refused"]


def test_the_issue_clerk_creates_a_delivery_only_for_a_signed_result(sqlite_house: House):
    case_no = sqlite_house.decided_commitment()
    with pytest.raises(NotReadyForDelivery):
        sqlite_house.execute("W03", CreateDelivery(case_no=case_no, answer={}))
    sqlite_house.make_and_sign(case_no, MARKET)
    answer = {
        "receiver_kind": "self", "receiver_name": "李秀兰", "receiver_id_kind": "resident_id",
        "receiver_id_no": "41050219850612002X", "identity_checked": True,
        "signature": sqlite_house.signature("W03"),
    }  # fmt: skip
    sqlite_house.execute("W03", CreateDelivery(case_no=case_no, answer=answer))
    assert sqlite_house.case(case_no).status == "delivered"


def test_T017_a_step_out_of_turn_is_refused_and_writes_nothing(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    with pytest.raises(TaskMissing):
        sqlite_house.execute("D62", CompleteTask(task_id=f"{case_no}-999", answer={"decision": "grant"}))
    before = len(sqlite_house.journal(f"case:{case_no}"))
    task = sqlite_house.task(case_no, "ut_formal")
    with pytest.raises(TaskNotYours):
        sqlite_house.execute("W03", ClaimTask(task_id=task.id))
    assert len(sqlite_house.journal(f"case:{case_no}")) == before


def test_a_held_task_names_its_holder_and_the_time(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    task = sqlite_house.task(case_no, "ut_formal")
    sqlite_house.execute("W01", ClaimTask(task_id=task.id))
    with pytest.raises(TaskHeld) as refused:
        sqlite_house.execute("W02", ClaimTask(task_id=task.id))
    assert "受理员一" in refused.value.sentence
    assert "2026-03-02 09:05" in refused.value.sentence
    with pytest.raises(TaskNotHeld):
        sqlite_house.execute("W02", ReleaseTask(task_id=task.id))
    sqlite_house.execute("W01", ReleaseTask(task_id=task.id))
    sqlite_house.execute("W02", ClaimTask(task_id=task.id))


def test_a_done_task_names_who_did_it(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    task = sqlite_house.task(case_no, "ut_formal")
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    with pytest.raises(TaskDone) as refused:
        sqlite_house.execute("W02", CompleteTask(task_id=task.id, answer={}))
    assert "受理员一" in refused.value.sentence


def test_a_page_made_before_somebody_else_held_the_task_is_stale(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    task = sqlite_house.task(case_no, "ut_formal")
    sqlite_house.execute("W02", ClaimTask(task_id=task.id))
    sqlite_house.execute("W02", ReleaseTask(task_id=task.id))
    with pytest.raises(StaleForm):
        sqlite_house.execute("W01", CompleteTask(task_id=task.id, answer={}, revision=task.revision))


def test_a_draft_belongs_to_who_typed_it_and_lies_sealed(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    task = sqlite_house.task(case_no, "ut_formal")
    for account, opinion in (("W01", "甲的草稿"), ("W02", "乙的草稿")):
        sqlite_house.execute(account, SaveDraft(task_id=task.id, data={"opinion": opinion}))
    assert sqlite_house.desk("W01", task).draft == {"opinion": "甲的草稿"}
    assert sqlite_house.desk("W02", task).draft == {"opinion": "乙的草稿"}
    with sqlite_house.door.database.reading() as connection:
        stored = connection.exec_driver_sql("SELECT sealed FROM task_draft").scalars().all()
    assert not any("草稿" in text for text in stored)


def test_identity_number_phone_and_address_never_lie_in_clear_text(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    sqlite_house.door.database.close()
    content = b"".join(path.read_bytes() for path in sqlite_house.settings.data.glob("yichuang.db*"))
    for secret in (PERSON["id_no"], PERSON["phone"], PERSON["address"]):
        assert str(secret).encode() not in content


def test_a_look_at_the_whole_number_needs_a_reason_and_leaves_the_case_alone(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    before = len(sqlite_house.journal(f"case:{case_no}"))
    with pytest.raises(ReasonMissing):
        sqlite_house.execute("W01", Unmask(case_no=case_no, reason="看"))
    sqlite_house.execute("W01", Unmask(case_no=case_no, reason="与申请人电话核对"))
    [line] = [one for one in sqlite_house.journal("access:W01") if one.type == "access.unmasked"]
    assert line.data["reason"] == "与申请人电话核对"
    assert len(sqlite_house.journal(f"case:{case_no}")) == before
