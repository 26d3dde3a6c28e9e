"""Mistakes of the counter put right: the wrong material, the wrong applicant."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.cases.file.queries import materials_of
from engine.casework.cases.outcomes.commands import CorrectApplicant, CorrectMaterial
from engine.casework.cases.outcomes.mistakes import applicant_context, material_command
from engine.casework.cases.outcomes.rules import CorrectionReasonMissing, MaterialUnknown, TooLateToCorrect
from engine.casework.cases.queries import applicant_of
from engine.casework.cases.rules import ApplicantKindRefused
from engine.foundation.errors import InvalidFields
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.house import COMPANY, PERSON, House

OTHER = {**COMPANY, "applicant_name": "安阳测试个体户", "id_no": "92410500MA9TEXT02Y", "contact_name": ""}
WHY = "登记时点错"


def material(house: House, case_no: str, no: int) -> Any:
    with house.door.read(SYSTEM) as view:
        return next(one for one in materials_of(view.connection, f"case:{case_no}") if one.no == no)


def correct(house: House, case_no: str, account: str = "W01", **changes: Any) -> None:
    given = {"no": 6, "provided_form": "copy", "copies": 2, "original_checked": True, "reason": "", **changes}
    house.execute(account, CorrectMaterial(case_no=case_no, **given))


def last(house: House, case_no: str, type: str) -> Any:
    return [line for line in house.journal(f"case:{case_no}") if line.type == type][-1]


def test_before_acceptance_a_material_is_corrected_freely_and_reviewed_afresh(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    correct(house, case_no)
    one = material(house, case_no, 6)
    assert (one.provided_form, one.copies, one.original_checked, one.verdict) == ("copy", 2, True, None)
    told = last(house, case_no, "material.corrected").data
    assert (told["before"], told["after"]) == ("复印件1份", "复印件2份")
    assert house.violations() == []


def test_after_acceptance_it_needs_a_reason_and_keeps_the_verdict(house: House):
    case_no = house.accepted_commitment()
    with pytest.raises(CorrectionReasonMissing) as refused:
        correct(house, case_no)
    assert "6.1.1" in refused.value.sentence
    assert material(house, case_no, 6).copies == 1
    correct(house, case_no, reason=WHY)
    one = material(house, case_no, 6)
    assert (one.copies, one.verdict) == (2, "complete")


def test_after_the_decision_nothing_is_corrected(sqlite_house: House):
    case_no = sqlite_house.decided_commitment()
    with pytest.raises(TooLateToCorrect):
        correct(sqlite_house, case_no, reason=WHY)
    with pytest.raises(TooLateToCorrect):
        sqlite_house.execute("W01", CorrectApplicant(case_no=case_no, answer={**OTHER, "reason": WHY}, reason=WHY))


@pytest.mark.parametrize(
    "changes, refusal",
    [
        ({"no": 99}, MaterialUnknown),
        ({"provided_form": "parchment"}, InvalidFields),
        ({"copies": 0}, InvalidFields),
        ({"copies": -1}, InvalidFields),
        ({"copies": 10_000}, InvalidFields),
    ],
)
def test_what_makes_no_sense_is_refused(sqlite_house: House, changes: dict[str, Any], refusal: type[Exception]):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with pytest.raises(refusal):
        correct(sqlite_house, case_no, **changes)


def test_what_was_not_handed_in_has_no_copies(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    correct(sqlite_house, case_no, provided_form=None, copies=3)
    one = material(sqlite_house, case_no, 6)
    assert (one.provided_form, one.copies, one.original_checked) == (None, 0, False)


@pytest.mark.parametrize("account", ["D11", "W03", "S51"])
def test_only_the_window_corrects(sqlite_house: House, account: str):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with pytest.raises(NotYourAction):
        correct(sqlite_house, case_no, account)


def test_a_wrong_applicant_is_replaced_and_the_documents_to_reissue_are_named(house: House):
    case_no = house.accepted_commitment()
    done = house.execute("W01", CorrectApplicant(case_no=case_no, answer={**OTHER, "reason": WHY}, reason=WHY))
    assert [one["title"] for one in done["reissue"]] == ["收件（受理）通知书", "材料交接签收单"]
    case = house.case(case_no)
    assert case.applicant_name == "安阳测试个体户"
    with house.door.read(SYSTEM) as view:
        who = applicant_of(view.connection, house.door.part(Vault), case.applicant_id)
    assert who.id_no == "92410500MA9TEXT02Y"
    told = last(house, case_no, "applicant.corrected").data
    assert told["reissue"] == 2
    assert "92410500MA9TEXT02Y" not in str(told), "the journal tells that it changed, not to what"
    assert house.violations() == []


@pytest.mark.parametrize(
    "answer, reason, refusal",
    [
        ({**OTHER, "id_no": "91410500MA9TEXT010", "reason": WHY}, WHY, InvalidFields),
        ({**OTHER, "reason": "短"}, "短", CorrectionReasonMissing),
    ],
)
def test_a_wrong_number_kind_or_reason_changes_nothing(
    sqlite_house: House, answer: dict[str, Any], reason: str, refusal: type[Exception]
):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    given = {key: value for key, value in answer.items() if value != ""}
    with pytest.raises(refusal):
        sqlite_house.execute("W01", CorrectApplicant(case_no=case_no, answer=given, reason=reason))
    assert sqlite_house.case(case_no).applicant_name == COMPANY["applicant_name"]


def test_an_applicant_the_item_is_not_for_is_refused(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    with pytest.raises(ApplicantKindRefused):
        sqlite_house.execute("W01", CorrectApplicant(case_no=case_no, answer={**OTHER, "reason": WHY}, reason=WHY))


def test_the_form_never_shows_number_phone_or_address(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with sqlite_house.door.read(SYSTEM) as view:
        shown = applicant_context(view, sqlite_house.case(case_no)).defaults
    assert not {"id_no", "phone", "address"} & set(shown)


@pytest.mark.parametrize(
    "answer, no, copies, form",
    [
        ({"no": "3", "provided_form": "copy", "copies": 2}, 3, 2, "copy"),
        ({"no": "x", "provided_form": None, "copies": "２"}, 0, 0, ""),
        ({"no": None, "provided_form": "none"}, 0, 0, None),
        ({"no": "9" * 30, "provided_form": ["a"], "copies": {}}, 0, 0, "['a']"),
    ],
)
def test_a_filled_form_becomes_a_command(answer: dict[str, Any], no: int, copies: int, form: str | None):
    made = material_command("1", answer)
    assert (made.no, made.copies, made.provided_form) == (no, copies, form)
