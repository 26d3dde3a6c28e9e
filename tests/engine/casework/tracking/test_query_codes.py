"""Query codes: given at receipt, sealed at rest, one at a time, wrong in one way only."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.casework.cases.rules import CaseMissing
from engine.casework.tracking.commands import ReissueQueryCode
from engine.casework.tracking.queries import code_of, root_for
from engine.casework.tracking.rules import (
    LENGTH,
    LETTERS,
    NoQueryCode,
    ProgressUnknown,
    ReissueReasonMissing,
    grouped,
    new_code,
    read_case_no,
    read_code,
)
from engine.casework.tracking.tables import query_code
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.house import PERSON, House


def code(house: House, case_no: str) -> str:
    with house.door.read(SYSTEM) as view:
        return code_of(view.connection, view.part(Vault), f"case:{case_no}").code


def opened(house: House, case_no: str, typed: str) -> str:
    with house.door.read(SYSTEM) as view:
        return root_for(view.connection, view.part(Vault), case_no, typed)


def test_a_code_has_eight_places_and_no_letter_that_looks_like_another():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(one) == LENGTH and set(one) <= set(LETTERS) for one in codes)
    assert not set("01OIL") & set(LETTERS)


@pytest.mark.parametrize(
    "typed", ["ABCD2345", "abcd 2345", " abcd-2345 ", "ＡＢＣＤ2345".translate({0xFF21 + i: 65 + i for i in range(26)})]
)
def test_a_typed_code_may_have_small_letters_blanks_and_dashes(typed: str):
    assert read_code(typed) == "ABCD2345"


def test_a_typed_case_number_may_have_blanks_and_what_is_endless_is_cut():
    assert read_case_no(" 1141 0500mb1a ") == "11410500MB1A"
    assert len(read_case_no("1" * 9999)) == 60
    assert read_case_no("%00'\"<>号") == "00"


def test_the_code_is_printed_in_two_groups():
    assert grouped("ABCD2345") == "ABCD 2345"


def test_every_case_has_a_code_from_its_receipt_that_opens_it(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    assert opened(house, case_no, code(house, case_no)) == f"case:{case_no}"
    assert "tracking.code_given" in [line.type for line in house.journal(f"case:{case_no}")]


def test_the_code_stands_in_clear_in_no_row_and_no_journal_line(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    secret = code(house, case_no)
    with house.door.read(SYSTEM) as view:
        row = view.connection.execute(sa.select(query_code)).one()
    assert secret not in "".join(str(value) for value in row)
    assert all(secret not in line.sentence for line in house.journal(f"case:{case_no}"))


def test_a_wrong_code_and_a_wrong_number_are_refused_alike(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    other = sqlite_house.receive("W01", "I06", PERSON)
    refusals = set()
    for number, typed in ((case_no, "ABCD2345"), ("1" * 43, code(sqlite_house, case_no)), ("", ""),
                          (other, code(sqlite_house, case_no))):  # fmt: skip
        with pytest.raises(ProgressUnknown) as refused:
            opened(sqlite_house, number, typed)
        refusals.add((refused.value.code, refused.value.sentence))
    assert len(refusals) == 1


def test_a_reissued_code_ends_the_old_one_and_stands_in_the_journal_with_its_reason(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    old = code(house, case_no)
    outcome = house.execute("W03", ReissueQueryCode(case_no=case_no, reason="凭条遗失，已核对身份证"))
    assert outcome["number"] == 2
    assert opened(house, case_no, code(house, case_no)) == f"case:{case_no}"
    with pytest.raises(ProgressUnknown):
        opened(house, case_no, old)
    last = house.journal(f"case:{case_no}")[-1]
    assert last.sentence == "换发进度查询码（第 2 个），原码停用；理由：凭条遗失，已核对身份证"
    assert house.violations() == []


@pytest.mark.parametrize("reason", ["", " ", "丢", "长" * 201])
def test_a_reissue_without_a_reason_is_refused_and_changes_nothing(sqlite_house: House, reason: str):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    before = code(sqlite_house, case_no)
    with pytest.raises(ReissueReasonMissing):
        sqlite_house.execute("W01", ReissueQueryCode(case_no=case_no, reason=reason))
    assert code(sqlite_house, case_no) == before


def test_only_the_counter_reissues_codes(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    for account in ("D61", "D62", "S51", "A01", "U81"):
        with pytest.raises(NotYourAction):
            sqlite_house.execute(account, ReissueQueryCode(case_no=case_no, reason="凭条遗失"))


def test_a_case_that_is_not_there_has_no_code_to_reissue(sqlite_house: House):
    from engine.foundation.store.unit import RootMissing

    with pytest.raises((CaseMissing, RootMissing)):
        sqlite_house.execute("W01", ReissueQueryCode(case_no="1" * 43, reason="凭条遗失"))
    with sqlite_house.door.read(SYSTEM) as view, pytest.raises(NoQueryCode):
        code_of(view.connection, view.part(Vault), "case:none")
