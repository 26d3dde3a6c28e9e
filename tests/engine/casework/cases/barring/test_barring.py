"""失信记录 (4.1.7, 国办发〔2020〕42 号, T030): who is barred may not promise; by whom, how long, and who ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.casework.cases.barring.commands import BarApplicant, LiftBarring
from engine.casework.cases.barring.handlers import bar_sentence
from engine.casework.cases.barring.queries import Barring, barring_numbered, barrings, newest_with_number
from engine.casework.cases.barring.rules import (
    AlreadyBarred,
    BarringEnded,
    BarringMissing,
    LiftReasonMissing,
    NotTheKeeper,
    OwnBarring,
)
from engine.casework.cases.rules import CaseMissing
from engine.foundation.errors import InvalidFields
from engine.foundation.vault import Vault
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.commands import CreateAccount
from engine.registry.identity.passwords import hash_password
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.engine.casework.cases.outcomes.test_commitment import REPORT, check, granted
from tests.support.house import COMPANY, PERSON, House

HAND = BarApplicant(
    applicant_kind="organisation", applicant_name=COMPANY["applicant_name"], id_kind="uscc", id_no=COMPANY["id_no"],
    source="deficiency", reason="逾期未补齐制度文本", basis="容缺受理承诺书", until="2026-09-01",
)  # fmt: skip
MISSING = {"no": "4", "provided_form": "none"}


def bar(house: House, account: str = "D12", **values: Any) -> str:
    return str(house.execute(account, replace(HAND, **values))["number"])


def lift(house: House, account: str, number: str, reason: str = "已补齐并核实") -> None:
    house.execute(account, LiftBarring(number=number, reason=reason))


def entry(house: House, number: str) -> Barring:
    with house.door.read(SYSTEM) as view:
        found = barring_numbered(view.connection, view.part(Vault), number)
    assert found is not None
    return found


def review(house: House, conclusion: str = "accept_commitment", applicant: Any = COMPANY) -> str:
    """Return the sentence by which the formal review refuses the promise, or "" when it lets it pass."""
    case_no = house.receive("W01", "I03", {**applicant, "materials": [MISSING]})
    try:
        house.complete("W01", case_no, "ut_formal", {"formal_result": conclusion, "materials": [REPORT]})
    except InvalidFields as refused:
        return refused.errors["formal_result"]
    return ""


def revoked(house: House) -> str:
    """Return the number of the entry that a revocation made."""
    case_no = granted(house)
    check(house, case_no, "fail")
    why = {"revocation": "revoke", "reason": "未检测即营业", "legal_basis": "《行政许可法》第六十九条"}
    house.complete("D22", case_no, "ut_revoke", why)
    with house.door.read(SYSTEM) as view:
        number = newest_with_number(view.connection, view.part(Vault), COMPANY["id_no"])
    assert number is not None
    return number


def test_T030_a_revocation_bars_for_a_year_and_both_journals_tell_it(house: House):
    number = revoked(house)
    assert number == "SX202603020001"
    found = entry(house, number)
    assert (found.source, found.barred_by, found.department) == ("revocation", "D22", "health")
    assert (found.applicant_name, found.id_no) == (COMPANY["applicant_name"], COMPANY["id_no"])
    assert found.until == date(2027, 3, 2)
    assert found.case_root is not None
    for root in (found.root_id, found.case_root):
        [line] = [one for one in house.journal(root) if one.type == "applicant.barred"]
        assert number in line.sentence
        assert "2027-03-02" in line.sentence
        assert COMPANY["id_no"] not in repr(line.data)
    sentence = review(house)
    for told in ("失信记录", number, "2027-03-02", "不适用告知承诺", "4.1.7"):
        assert told in sentence
    assert house.violations() == []


def test_a_head_bars_by_hand_and_the_counter_is_told(house: House):
    number = bar(house)
    found = entry(house, number)
    assert (found.source, found.department, found.case_root) == ("deficiency", "market", None)
    assert (found.reason, found.basis, found.until) == ("逾期未补齐制度文本", "容缺受理承诺书", date(2026, 9, 1))
    assert "逾期未补齐制度文本" in review(house)
    with house.door.read(house.actor("W01")) as view:
        told = notifications_for(view.connection, view.actor)
    assert [one.kind for one in told if one.root_id == found.root_id] == ["barred"]
    assert PERSON["applicant_name"] not in told[0].sentence
    assert house.violations() == []


def test_the_applicant_of_a_case_is_barred_without_typing_who_it_is(house: House):
    case_no = house.accepted_commitment()
    number = bar(house, case_no=case_no, applicant_kind="", applicant_name="", id_kind="", id_no="")
    found = entry(house, number)
    assert (found.applicant_name, found.id_no, found.case_root) == (
        COMPANY["applicant_name"], COMPANY["id_no"], f"case:{case_no}",
    )  # fmt: skip
    assert "applicant.barred" in [line.type for line in house.journal(f"case:{case_no}")]
    assert house.violations() == []


def test_both_ways_of_promising_are_closed_and_the_usual_way_is_open(sqlite_house: House):
    bar(sqlite_house)
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    case = sqlite_house.case(case_no)
    with sqlite_house.door.read(sqlite_house.actor("W01")) as view:
        assert "不适用容缺受理" in bar_sentence(view, case, "accept_deficient")
        assert "不适用告知承诺" in bar_sentence(view, case, "accept_commitment")
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    assert sqlite_house.task(case_no, "ut_accept")


def test_another_applicant_is_not_touched(sqlite_house: House):
    bar(sqlite_house, applicant_kind="person", applicant_name="王建国", id_kind="resident_id", id_no=PERSON["id_no"])
    assert review(sqlite_house) == ""


def test_the_last_day_counts_and_the_next_is_free(house: House):
    number = bar(house, until="2026-03-03")
    house.at(2026, 3, 3, 17)
    assert number in review(house)
    house.at(2026, 3, 4)
    assert review(house) == ""
    with pytest.raises(BarringEnded) as refused:
        lift(house, "S51", number)
    assert "已到期" in refused.value.sentence
    again = bar(house)
    assert again != number, "an entry that has run out does not stand in the way of a new one"


def test_another_person_lifts_it_for_a_reason_and_everybody_is_told(house: House):
    number = bar(house)
    lift(house, "S51", number)
    found = entry(house, number)
    assert (found.lifted_by, found.lift_reason) == ("S51", "已补齐并核实")
    assert review(house) == ""
    line = house.journal(found.root_id)[-1]
    assert (line.type, "已补齐并核实" in line.sentence) == ("applicant.bar_lifted", True)
    for account in ("W01", "D12"):
        with house.door.read(house.actor(account)) as view:
            assert "bar_lifted" in {one.kind for one in notifications_for(view.connection, view.actor)}
    with pytest.raises(BarringEnded) as refused:
        lift(house, "S51", number)
    assert "已解除" in refused.value.sentence
    assert house.violations() == []


def test_who_barred_may_not_lift_under_any_account(sqlite_house: House):
    number = bar(sqlite_house)
    person = sqlite_house.actor("D12").person
    second = CreateAccount(
        account="D12B", person=person, name="业务负责人", password_hash=hash_password("Anyang-2026"),
        grants=(("supervisor", "center"), ("dept_head", "market")),
    )  # fmt: skip
    sqlite_house.execute("A02", second)
    for account in ("D12", "D12B"):
        with pytest.raises(OwnBarring):
            lift(sqlite_house, account, number)
    assert entry(sqlite_house, number).lifted_at is None


def test_a_head_of_another_department_does_not_lift_it(sqlite_house: House):
    number = bar(sqlite_house)
    with pytest.raises(NotTheKeeper) as refused:
        lift(sqlite_house, "D22", number)
    assert "市场监督管理局" in refused.value.sentence
    assert entry(sqlite_house, number).lifted_at is None


def test_lifting_wants_a_reason_and_an_entry(sqlite_house: House):
    number = bar(sqlite_house)
    with pytest.raises(LiftReasonMissing):
        lift(sqlite_house, "S51", number, " 可以 ")
    with pytest.raises(BarringMissing):
        lift(sqlite_house, "S51", "SX209901010001")


def test_nobody_is_barred_twice_at_a_time(house: House):
    number = bar(house)
    with pytest.raises(AlreadyBarred) as refused:
        bar(house, "D22")
    assert number in refused.value.sentence
    with house.door.read(SYSTEM) as view:
        assert barrings(view.connection, view.part(Vault), date(2026, 3, 2))[1] == 1


@pytest.mark.parametrize("account", ["W01", "W03", "D11", "D13", "L31", "S51", "U81", "A01"])
def test_only_a_head_bars(sqlite_house: House, account: str):
    with pytest.raises(NotYourAction):
        bar(sqlite_house, account)


@pytest.mark.parametrize("field, value", [
    ("source", "revocation"), ("source", ""), ("reason", "不实"), ("reason", "长" * 501), ("basis", " "),
    ("basis", "长" * 501), ("until", ""), ("until", "2026-02-30"), ("until", "2026-03-01"), ("until", "2029-03-02"),
    ("applicant_kind", "team"), ("applicant_name", " "), ("id_kind", "badge"), ("id_no", "91410500MA9TEXT01Z"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_happens(sqlite_house: House, field: str, value: Any):
    with pytest.raises(InvalidFields) as refused:
        bar(sqlite_house, **{field: value})
    assert set(refused.value.errors) == {field}
    with sqlite_house.door.read(SYSTEM) as view:
        assert barrings(view.connection, view.part(Vault), date(2026, 3, 2)) == ([], 0)


def test_a_case_of_another_department_bars_nobody(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    with pytest.raises(CaseMissing):
        bar(sqlite_house, "D22", case_no=case_no)


def test_the_list_is_found_by_name_number_and_state(house: House):
    first = bar(house, until="2026-03-04")
    house.at(2026, 3, 5)
    second = bar(house)
    third = bar(house, applicant_kind="person", applicant_name="王建国", id_kind="resident_id", id_no=PERSON["id_no"])
    lift(house, "S51", third)
    today = date(2026, 3, 5)

    def found(**asked: Any) -> list[str]:
        with house.door.read(SYSTEM) as view:
            return [one.number for one in barrings(view.connection, view.part(Vault), today, **asked)[0]]

    assert found() == [third, second, first]
    assert (found(state="active"), found(state="expired"), found(state="lifted")) == ([second], [first], [third])
    assert found(find="测试餐饮") == [second, first]
    assert found(find=second) == [second]
    assert found(find="%") == []
    assert found(offset=1, limit=1) == [second]
