"""告知承诺 (4.1.7, T030): promised, decided, checked two months later, revoked when it was not true."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework.cases.file.queries import materials_of, opinions_of, visits_of
from engine.casework.cases.outcomes.queries import commitment_of
from engine.foundation.errors import InvalidFields
from engine.process.bpmn.releases.queries import release_at
from engine.registry.identity.rules import SYSTEM, SodViolation
from tests.support.house import COMPANY, House

REPORT = {"no": "4", "verdict": "missing", "advice": "凭承诺免予提交", "copies": 0}
HEALTH = ("D21", "D22", "D23")


def committed(house: House, account: str = "W01") -> str:
    """Return an accepted I03 case whose test report is promised."""
    case_no = house.receive(account, "I03", {**COMPANY, "materials": [{"no": "4", "provided_form": "none"}]})
    house.complete(account, case_no, "ut_formal", {"formal_result": "accept_commitment", "materials": [REPORT]})
    promises = ["known", "met", "check", "consequence"]
    house.complete(account, case_no, "ut_notice_commit", {"promises": promises, "signature": house.signature(account)})
    house.complete(account, case_no, "ut_accept", {})
    return case_no


def granted(house: House) -> str:
    """Return the I03 case decided on the same day."""
    case_no = committed(house)
    house.complete("D21", case_no, "ut_receive_paper", {"signature": house.signature("D21")})
    house.complete("D22", case_no, "ut_head_decide", {"decision": "grant"})
    return case_no


def check(house: House, case_no: str, result: str, account: str = "D21") -> None:
    found = {"check_result": result, "findings": "现场核查", "files": [house.upload(account, "照片.pdf")]}
    house.complete(account, case_no, "ut_post_check", found)


def test_T030_the_promise_is_signed_and_the_certificate_made_the_same_day(house: House):
    house.at(2026, 3, 2)
    case_no = granted(house)
    house.make_and_sign(case_no, HEALTH)
    assert house.case(case_no).result_signed_at is not None
    assert house.case(case_no).accepted_on == date(2026, 3, 2)
    kinds = [one.kind for one in house.documents(case_no)]
    assert kinds[:2] == ["commitment_notice", "acceptance_notice"]
    assert house.documents(case_no)[1].data["material_count"] == 5, "the promised report was not received"
    with house.door.read(SYSTEM) as view:
        verdicts = {one.no: one.verdict for one in materials_of(view.connection, f"case:{case_no}")}
    assert verdicts[4] == "waived"


def test_T030_on_a_promise_the_head_decides_the_same_day_without_review_and_is_told_of_it(house: House):
    house.at(2026, 3, 2)
    case_no = committed(house)
    house.complete("D21", case_no, "ut_receive_paper", {"signature": house.signature("D21")})
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_head_decide"]
    told = house.desk("D22", house.task(case_no, "ut_head_decide")).context.values["promised"]
    assert told == "申请人已于 2026-03-02 书面承诺，免予提交：公共场所卫生检测或者评价报告；作出准予决定后进行后续核查"
    house.complete("D22", case_no, "ut_head_decide", {"decision": "grant"})
    with house.door.read(SYSTEM) as view:
        assert visits_of(view.connection, f"case:{case_no}") == []
        assert [one.kind for one in opinions_of(view.connection, f"case:{case_no}")][-1] == "decision"
    assert house.case(case_no).decided_at is not None
    assert house.violations() == []


def test_T030_a_head_who_doubts_the_promise_sends_it_to_the_ordinary_review(sqlite_house: House):
    case_no = committed(sqlite_house)
    sqlite_house.complete("D21", case_no, "ut_receive_paper", {"signature": sqlite_house.signature("D21")})
    sqlite_house.complete("D22", case_no, "ut_head_decide", {"decision": "return", "reason": "场所有投诉，请现场核实"})
    assert [task.element for task in sqlite_house.open_tasks(case_no)] == ["ut_substantive"]


def test_T030_a_case_without_a_promise_is_reviewed_first(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I03", COMPANY)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    sqlite_house.complete("W01", case_no, "ut_accept", {})
    sqlite_house.complete("D21", case_no, "ut_receive_paper", {"signature": sqlite_house.signature("D21")})
    assert [task.element for task in sqlite_house.open_tasks(case_no)] == ["ut_substantive"]


def test_T030_the_check_falls_due_two_months_after_the_decision(house: House):
    house.at(2026, 3, 2)
    case_no = granted(house)
    clock = house.clocks(case_no)["commit_check"].row
    assert clock.due_on == date(2026, 5, 6), "2026-05-02 is a holiday; the next working day is the 6th"
    with house.door.read(SYSTEM) as view:
        known = commitment_of(view.connection, f"case:{case_no}")
    assert known is not None
    assert known.check_due == date(2026, 5, 2)
    task = house.task(case_no, "ut_post_check")
    assert (task.role, task.department) == ("dept_reviewer", "health")
    assert house.violations() == []


def test_T030_a_check_that_finds_the_promise_kept_ends_there(house: House):
    case_no = granted(house)
    check(house, case_no, "pass")
    assert house.clocks(case_no)["commit_check"].row.state == "stopped"
    assert "ut_revoke" not in [task.element for task in house.open_tasks(case_no)]
    assert house.documents(case_no)[-1].kind == "post_check_result"


def test_T030_a_promise_not_kept_is_revoked_and_bars_the_applicant(house: House):
    case_no = granted(house)
    check(house, case_no, "fail")
    why = {"revocation": "revoke", "reason": "未检测即营业", "legal_basis": "《行政许可法》第六十九条"}
    house.complete("D22", case_no, "ut_revoke", why)
    assert house.case(case_no).status == "revoked"
    assert house.documents(case_no)[-1].kind == "revocation_decision"
    assert "commitment.revoked" in [line.type for line in house.journal(f"case:{case_no}")]
    again = house.receive("W01", "I03", {**COMPANY, "materials": [{"no": "4", "provided_form": "none"}]})
    wanted = {"formal_result": "accept_commitment", "materials": [REPORT]}
    with pytest.raises(InvalidFields) as refused:
        house.complete("W01", again, "ut_formal", wanted)
    sentence = refused.value.errors["formal_result"]
    assert "失信记录" in sentence
    assert "4.1.7" in sentence
    assert house.violations() == []


def test_a_promise_put_right_in_time_is_not_revoked(sqlite_house: House):
    case_no = granted(sqlite_house)
    check(sqlite_house, case_no, "fail")
    sqlite_house.complete("D22", case_no, "ut_revoke", {"revocation": "keep", "reason": "整改后复查合格"})
    assert sqlite_house.case(case_no).status != "revoked"


def test_who_accepted_may_not_check(sqlite_house: House):
    from engine.registry.identity.commands import CreateAccount
    from engine.registry.identity.passwords import hash_password

    double = CreateAccount(
        account="D21B", person="person-W01", name="受理员一", password_hash=hash_password("Anyang-2026"),
        grants=(("dept_reviewer", "health"),),
    )  # fmt: skip
    sqlite_house.execute("A02", double)
    case_no = granted(sqlite_house)
    with pytest.raises(SodViolation) as refused:
        check(sqlite_house, case_no, "pass", "D21B")
    assert "S1" in refused.value.sentence


def test_another_missing_material_forbids_the_promise(sqlite_house: House):
    rows = [{"no": "1", "provided_form": "none"}, {"no": "4", "provided_form": "none"}]
    case_no = sqlite_house.receive("W01", "I03", {**COMPANY, "materials": rows})
    lacking = [{"no": "1", "verdict": "missing", "advice": "请提交申请表", "copies": 0}, REPORT]
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept_commitment", "materials": lacking})
    assert "4.1.7" in refused.value.errors["materials[0].verdict"]


def test_an_item_without_the_promise_does_not_offer_it(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept_commitment"})
    assert "formal_result" in refused.value.errors


def test_every_promise_is_made_or_none(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I03", {**COMPANY, "materials": [{"no": "4", "provided_form": "none"}]})
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept_commitment", "materials": [REPORT]})
    half = {"promises": ["known"], "signature": sqlite_house.signature("W01")}
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_notice_commit", half)
    assert "promises" in refused.value.errors


def test_the_release_pins_the_check_and_its_forms(sqlite_house: House):
    case_no = committed(sqlite_house)
    with sqlite_house.door.read(SYSTEM) as view:
        release = release_at(view.connection, sqlite_house.case(case_no).release_id)
    assert {"post_check", "supply_handover"} <= set(release.processes)
    assert {"post_check", "revoke"} <= set(release.forms)
