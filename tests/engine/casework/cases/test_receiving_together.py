"""One application for several items (3.3): a case each, everything or nothing, and what is at hand from before."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.cases.commands import ReceiveApplication, ReceiveTogether
from engine.casework.cases.earlier import known_of
from engine.casework.cases.file.queries import files_of, materials_of
from engine.casework.cases.origin.queries import reused_of
from engine.casework.cases.queries import cases_of_application
from engine.casework.cases.rules import ApplicantKindRefused, NothingChosen, NotOneWindow
from engine.foundation.blobs.queries import UploadMissing
from engine.foundation.errors import InvalidFields
from engine.registry.identity.rules import NotYourAction
from engine.registry.items.queries import ItemUnknown
from tests.support.house import COMPANY, PDF, PERSON, House

TRADER = {
    "applicant_kind": "organisation", "applicant_name": "个体户测试餐馆", "id_kind": "uscc",
    "id_no": "92410500MA9TEXT02Y", "phone": "13800001234", "address": "安阳市文峰区测试路1号",
}  # fmt: skip


def together(answer: dict[str, Any], **materials: list[dict[str, Any]]) -> ReceiveTogether:
    return ReceiveTogether(answer=answer, materials=materials, partial=True)


def counted(house: House, table: str) -> int:
    with house.door.database.reading() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def received(house: House) -> tuple[int, ...]:
    tables = ("applicant", "application", "case_file", "case_origin", "task", "clock", "case_counter")
    return tuple(counted(house, table) for table in tables)


def test_T011_one_receipt_of_I01_and_I02_makes_one_application_and_two_cases(house: House):
    done = house.execute("W01", together(PERSON, I02=[], I01=[]))
    assert counted(house, "application") == counted(house, "applicant") == 1
    assert [one["item"] for one in done["cases"]] == ["I01", "I02"]
    numbers = [one["case_no"] for one in done["cases"]]
    with house.door.read(house.actor("W01")) as view:
        cases = cases_of_application(view.connection, done["application"])
    assert [one.case_no for one in cases] == numbers
    assert len({one.release_id for one in cases}) == len({one.case_no[:31] for one in cases}) == 2
    for number, opened in ((one["case_no"], one["opened"]) for one in done["cases"]):
        assert [task.id for task in house.open_tasks(number)] == opened
        assert [task.element for task in house.open_tasks(number)] == ["ut_formal"]
        assert str(house.clocks(number)["correction_notice"].row.due_on) == "2026-03-09"
        assert [line.type for line in house.journal(f"case:{number}")].count("case.received") == 1
    assert house.violations() == []


def test_T011_a_person_applies_for_I01_and_I06_at_once(sqlite_house: House):
    done = sqlite_house.execute("W01", together(PERSON, I01=[], I06=[]))
    assert [sqlite_house.case(one["case_no"]).department for one in done["cases"]] == ["market", "hrss"]


def test_T011_the_materials_of_each_item_go_to_their_own_case(sqlite_house: House):
    scan = sqlite_house.upload("W01", "申请书.pdf")
    row = {"no": "1", "files": [scan]}
    done = sqlite_house.execute("W01", together(COMPANY, I02=[{**row, "copies": 2}], I05=[row]))
    with sqlite_house.door.read(sqlite_house.actor("W01")) as view:
        for one in done["cases"]:
            root = f"case:{one['case_no']}"
            # The same scan serves both: it lies in the store once and is named by both cases.
            assert [file.digest for file in files_of(view.connection, root)] == [scan["digest"]]
        first, second = (materials_of(view.connection, f"case:{one['case_no']}") for one in done["cases"])
    assert (first[0].copies, second[0].copies) == (2, 1)
    assert {one.name for one in first} != {one.name for one in second}
    assert sqlite_house.violations() == []


@pytest.mark.parametrize(
    "materials, refusal",
    [
        ({"I02": [], "I99": []}, ItemUnknown),
        ({"I02": [], "I06": []}, ApplicantKindRefused),
        ({}, NothingChosen),
    ],
)
def test_T011_one_item_that_cannot_be_received_keeps_all_of_them_out(house: House, materials: Any, refusal: Any):
    before = received(house)
    with pytest.raises(refusal):
        house.execute("W01", together(COMPANY, **materials))
    assert received(house) == before


def test_T011_what_is_wrong_in_an_item_is_told_at_that_item_and_nothing_is_registered(sqlite_house: House):
    before = received(sqlite_house)
    wrong = {**COMPANY, "phone": "1"}
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.execute("W01", together(wrong, I02=[{"no": "1", "copies": -1}], I05=[]))
    assert set(refused.value.errors) == {"phone", "I02.materials[0].copies"}
    assert received(sqlite_house) == before


def test_T011_a_key_that_no_item_asks_for_is_refused_and_not_passed_over(sqlite_house: House):
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.execute("W01", together({**COMPANY, "colour": "red"}, I02=[], I05=[]))
    assert refused.value.errors == {"colour": "表单中没有“colour”这一项，请删去"}


def test_T011_a_stranger_file_in_one_item_keeps_all_of_them_out(sqlite_house: House):
    foreign = sqlite_house.upload("W02", "别人的.pdf", PDF.replace(b"<<>>", b"<</A 1>>"))
    before = received(sqlite_house)
    with pytest.raises((InvalidFields, UploadMissing)):
        sqlite_house.execute("W01", together(COMPANY, I02=[{"no": "1", "files": [foreign]}], I05=[]))
    assert received(sqlite_house) == before


def test_the_same_receipt_twice_is_one_application(house: House):
    command = together(COMPANY, I02=[], I05=[])
    first = house.execute("W01", command, key="once")
    assert house.execute("W01", command, key="once") == first
    assert counted(house, "application") == 1


def test_only_the_window_receives(sqlite_house: House):
    for account in ("W03", "D11", "S51", "A01"):
        with pytest.raises(NotYourAction):
            sqlite_house.execute(account, together(COMPANY, I02=[]))


def test_an_item_of_the_department_alone_is_not_received_with_others(sqlite_house: House):
    with sqlite_house.door.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE item_version SET body = replace(body, '\"one_window\"', '\"dept_only\"') WHERE code = 'I05'"
        )
    with pytest.raises(NotOneWindow):
        sqlite_house.execute("W01", together(COMPANY, I02=[], I05=[]))


# What is at hand from before (4.1.6, 6.2.4) --------------------------------------------------------------------------


def earlier_case(house: House) -> tuple[str, dict[str, Any]]:
    scan = house.upload("W02", "平面图.pdf")
    rows = [{"no": "1", "files": [scan]}]
    command = ReceiveApplication(item_code="I02", answer={**COMPANY, "materials": rows}, partial=True)
    done = house.execute("W02", command)
    return str(done["case_no"]), scan


def test_earlier_cases_are_found_by_the_number_and_by_nothing_else(house: House):
    case_no, scan = earlier_case(house)
    with house.door.read(house.actor("W01")) as view:
        known = known_of(view, " 91410500ma9text01y ")
        assert [one.case_no for one in known.cases] == [case_no]
        assert known.applicant is not None
        assert known.applicant.phone == COMPANY["phone"]
        assert set(known.files) == {scan["digest"]}
        assert known_of(view, "91410500MA9TEXT01").cases == known_of(view, "").cases == ()


def test_a_department_finds_only_its_own_earlier_cases(sqlite_house: House):
    earlier_case(sqlite_house)
    with sqlite_house.door.read(sqlite_house.actor("D21")) as view:
        assert known_of(view, COMPANY["id_no"]).cases == ()
    with sqlite_house.door.read(sqlite_house.actor("D11")) as view:
        assert len(known_of(view, COMPANY["id_no"]).cases) == 1


def test_an_earlier_file_is_taken_over_by_reference_and_marked_with_its_source(house: House):
    case_no, scan = earlier_case(house)
    house.wait(days=30)
    rows = [{"no": "2", "provided_form": "electronic", "files": [scan]}]
    command = ReceiveApplication(item_code="I05", answer={**COMPANY, "materials": rows}, partial=True)
    later = str(house.execute("W01", command)["case_no"])
    with house.door.read(house.actor("W01")) as view:
        assert reused_of(view.connection, f"case:{later}") == {(2, scan["digest"]): f"case:{case_no}"}
    told = [line.sentence for line in house.journal(f"case:{later}") if line.type == "material.taken_over"]
    assert told == ["沿用以往办件的电子材料 1 份（免予提交）"]
    assert house.violations() == []


def test_a_file_of_somebody_elses_case_is_not_taken_over(sqlite_house: House):
    _, scan = earlier_case(sqlite_house)
    rows = [{"no": "1", "files": [scan]}]
    command = ReceiveApplication(item_code="I05", answer={**TRADER, "materials": rows}, partial=True)
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.execute("W01", command)
    assert "已失效" in refused.value.errors["materials[0].files"]


def test_a_file_older_than_two_years_is_not_taken_over_but_the_case_is_still_shown(sqlite_house: House):
    _, scan = earlier_case(sqlite_house)
    sqlite_house.wait(days=731)
    with sqlite_house.door.read(sqlite_house.actor("W01")) as view:
        known = known_of(view, COMPANY["id_no"])
    assert len(known.cases) == 1
    assert scan["digest"] not in known.files
