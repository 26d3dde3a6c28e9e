"""Identity numbers, credit codes, telephone numbers and masks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import checks

TODAY = date(2026, 3, 2)
ANYANG = ("410502", "410503", "410505", "410506", "410521", "410522", "410523", "410526", "410527", "410581")


def with_check_digit(body: str) -> str:
    weights = [pow(2, 17 - place, 11) for place in range(17)]  # ISO 7064 MOD 11-2
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


@st.composite
def numbers(draw, regions=ANYANG, earliest=date(1900, 1, 1)):
    born = draw(st.dates(earliest, TODAY))
    return with_check_digit(f"{draw(st.sampled_from(regions))}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}")


def with_credit_digit(body: str) -> str:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(char) * 3**place for place, char in enumerate(body))
    return body + alphabet[(31 - total % 31) % 31]


@given(numbers())
def test_every_well_formed_number_of_an_anyang_resident_is_accepted(number):
    assert checks.resident_id(number, TODAY) == checks.Checkup(number, "ok")


@pytest.mark.parametrize("region", ANYANG)
@pytest.mark.parametrize("year", [1912, 1938, 1955, 1970, 1978, 1985, 1999])
def test_the_elderly_are_not_turned_away_by_a_table_of_region_codes(region, year):
    assert checks.resident_id(with_check_digit(f"{region}{year}0307001"), TODAY).level == "ok"


@given(numbers(), st.integers(0, 17), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(number, place, shift):
    digit = number[place]
    wrong = "0123456789X"[("0123456789X".index(digit) + shift) % (11 if place == 17 else 10)]
    if digit in ("X", wrong):
        wrong = "1"
    assert checks.resident_id(number[:place] + wrong + number[place + 1 :], TODAY).level == "error"


@given(numbers(), st.integers(0, 15))
def test_every_swap_of_neighbours_is_found(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (checks.resident_id(swapped, TODAY).level == "error") == (swapped != number)


def test_the_fixture_applicants_pass():
    for number in ("410502199003070010", "41050219850612002X"):
        assert checks.resident_id(number, TODAY) == checks.Checkup(number, "ok")
    for code in ("91410500MA9TEXT01Y", "92410500MA9TEXT02Y"):
        assert checks.uscc(code).level != "error"
        assert checks.uscc(code).normal == code


@pytest.mark.parametrize(
    "typed",
    ["41050219850612002x", " 410502 19850612 002X ", "４１０５０２１９８５０６１２００２Ｘ", "410502-19850612-002x"],
)
def test_full_width_spaces_and_small_x_are_normalised(typed):
    assert checks.resident_id(typed, TODAY) == checks.Checkup("41050219850612002X", "ok")


@pytest.mark.parametrize(
    "number, word",
    [
        ("", "18位"),
        ("41050219900307001", "18位"),
        ("410502900307001", "18位"),
        ("4105021990030700100", "18位"),
        ("41050219900307OO10", "18位"),
        ("410502199003070011", "校验位"),
        (with_check_digit("41050219900230001"), "出生日期"),
        (with_check_digit("41050219901307001"), "出生日期"),
        (with_check_digit("41050218991231001"), "出生日期"),
        (with_check_digit("41050220260303001"), "出生日期"),
    ],
)
def test_a_wrong_number_is_refused_with_the_reason(number, word):
    checkup = checks.resident_id(number, TODAY)
    assert (checkup.level, word in checkup.sentence) == ("error", True)


def test_a_child_born_today_is_accepted():
    assert checks.resident_id(with_check_digit("41050220260302001"), TODAY).level == "ok"


@pytest.mark.parametrize("region", ["330113", "440315", "810000", "820000", "830000", "911156"])
def test_new_districts_and_residence_permits_are_accepted(region):
    assert checks.resident_id(with_check_digit(f"{region}19900307001"), TODAY).level == "ok"


def test_a_strange_region_is_a_warning_and_not_a_refusal():
    checkup = checks.resident_id(with_check_digit("99050219900307001").replace("99", "00", 1), TODAY)
    assert checkup.level == "error"  # the replaced digits break the check digit
    assert checks.resident_id(with_check_digit("00050219900307001"), TODAY).level == "warning"


def test_a_number_with_letters_between_the_digits_is_refused():
    assert checks.resident_id("4105021990A3070010", TODAY).level == "error"
    assert checks.uscc("914105O0MA9TEXT01Y").level == "error"


def test_the_inner_code_of_a_credit_code_only_warns():
    levels = [checks.uscc(with_credit_digit(f"91410500MA9TEXT0{digit}")).level for digit in "0123456789X"]
    assert sorted(levels) == ["ok"] + ["warning"] * 10, "one inner digit of eleven is right"


@given(st.integers(0, 17), st.integers(1, 30))
def test_every_single_wrong_place_of_a_credit_code_is_found(place, shift):
    alphabet, code = "0123456789ABCDEFGHJKLMNPQRTUWXY", "91410500MA9TEXT01Y"
    wrong = alphabet[(alphabet.index(code[place]) + shift) % 31]
    assert checks.uscc(code[:place] + wrong + code[place + 1 :]).level == "error"


@pytest.mark.parametrize("code", ["", "91410500MA9TEXT01", "91410500MA9TEXTO1Y", "I1410500MA9TEXT01Y", "9141050"])
def test_a_credit_code_has_eighteen_places_without_i_o_s_v_z(code):
    assert checks.uscc(code).level == "error"


def test_a_credit_code_is_normalised():
    assert checks.uscc(" ９1410500ma9text01y ").normal == "91410500MA9TEXT01Y"


@pytest.mark.parametrize(
    "typed, normal",
    [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("138-0000-1234", "13800001234"),
        ("+86 13800001234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("0372-2550001", "0372-2550001"),
        ("03722550001", "0372-2550001"),
        ("(0372)2550001", "0372-2550001"),
        ("010-65551234", "010-65551234"),
        ("02165551234", "021-65551234"),
        ("0372—2550001-801", "0372-2550001-801"),
    ],
)
def test_mobile_and_landline_numbers_are_accepted_in_one_form(typed, normal):
    assert checks.phone(typed) == checks.Checkup(normal, "ok")


@pytest.mark.parametrize("typed", ["", "12345678901", "1380000123", "138000012345", "0372-12", "abc", "0372-0550001"])
def test_a_wrong_telephone_number_is_refused(typed):
    assert checks.phone(typed).level == "error"


def test_a_landline_without_area_code_is_a_warning():
    assert checks.phone("2550001").level == "warning"


@pytest.mark.parametrize(
    "kind, number, level",
    [
        ("resident_id", "410502199003070010", "ok"),
        ("resident_id", "410502199003070011", "error"),
        ("uscc", "91410500MA9TEXT01Y", "ok"),
        ("passport", "e12345678", "ok"),
        ("passport", "E1", "error"),
        ("hk_macao_permit", "H12345678", "ok"),
        ("hk_macao_permit", "A12345678", "error"),
        ("taiwan_permit", "12345678", "ok"),
        ("residence_permit", with_check_digit("83000019900307001"), "ok"),
        ("foreign_residence", "ABC123456789012", "ok"),
        ("other", "军字第1234567号", "ok"),
        ("other", "<b>", "error"),
        ("nothing", "1", "error"),
        ("", "1", "error"),
    ],
)
def test_each_kind_of_document_has_its_own_check(kind, number, level):
    expected = ("ok", "warning") if kind == "uscc" else (level,)
    assert checks.identity(kind, number, TODAY).level in expected


def test_T035_numbers_and_names_are_masked_as_the_list_says():
    assert checks.mask_resident_id("410502199003070010") == "410502********0010"
    assert checks.mask_resident_id("410502199003070010", public=True) == "4105**********0010"
    assert checks.mask_resident_id("E12345678") == "*********"
    assert checks.mask_phone("13800001234") == "138****1234"
    assert checks.mask_phone("0372-2550001") == "0372-***0001"
    assert checks.mask_phone("2550001") == "***0001"
    assert checks.mask_phone("110") == "***"
    assert [checks.mask_name(name) for name in ("", "王", "王刚", "王建国", "欧阳建国")] == [
        "", "*", "王*", "王*国", "欧**国",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address, masked",
    [
        ("河南省安阳市文峰区光华路12号", "河南省安阳市文峰区****"),
        ("安阳市林州市振林街道5号", "安阳市林州市****"),
        ("滑县道口镇3号院", "滑县****"),
        ("光华路12号", "****"),
        ("Room 3", "****"),
        ("", ""),
    ],
)
def test_an_address_is_shown_down_to_the_district(address, masked):
    assert checks.mask_address(address) == masked


@given(st.text(max_size=40))
def test_no_text_makes_a_check_or_a_mask_fail(text):
    for kind in checks.IDENTITY_KINDS:
        assert checks.identity(kind, text, TODAY).level in ("ok", "warning", "error")
    assert checks.phone(text).level in ("ok", "warning", "error")
    assert len(checks.mask_name(text)) == len(text)
    checks.mask_phone(text), checks.mask_address(text), checks.mask_resident_id(text)
