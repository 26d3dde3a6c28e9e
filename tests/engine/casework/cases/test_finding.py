"""Cases and applicants are found from the unit that made them, by what they are called, and only in one's scope."""

from __future__ import annotations

import pytest

from engine.casework.cases.finding.queries import applicants_found, applicants_with_number, is_number
from engine.foundation.search import queries as search
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM, scope_of
from tests.support.house import COMPANY, INSURANCE, PERSON, House
from yichuang.finding import index_if_missing, rebuild


def numbers(house: House, query: str, account: str = "W01") -> list[str]:
    """Return the cases that ``account`` finds, best first."""
    scope = scope_of(house.actor(account))
    places = None if scope.everything else scope.departments
    with house.door.read(SYSTEM) as view:
        return [hit.parts["number"] for hit in search.find(view.connection, "case", query, places).hits]


def people(house: House, query: str, account: str = "W01") -> list[tuple[str, int]]:
    """Return (name, number of cases) of the applicants that ``account`` finds by name."""
    scope = scope_of(house.actor(account))
    places = None if scope.everything else scope.departments
    with house.door.read(SYSTEM) as view:
        found = search.find(view.connection, "applicant", query, places)
        known = applicants_found(view.connection, scope, found.hits)
    assert found.total == len(known)
    return [(one.name, one.cases) for one in known]


def owners(house: House, number: str, account: str = "W01") -> list[str]:
    """Return the names behind an exact number."""
    with house.door.read(SYSTEM) as view:
        scope = scope_of(house.actor(account))
        return [one.name for one in applicants_with_number(view.connection, house.door.part(Vault), scope, number)]


@pytest.fixture
def two(house: House) -> tuple[str, str]:
    """A case of the insurance department and one of market supervision."""
    return house.receive("W01", "I06", PERSON), house.receive("W01", "I02", COMPANY)


def test_a_case_is_found_by_everything_it_is_called(house: House, two: tuple[str, str]):
    card, licence = two
    for query in (card, card[:31], card[5:30], "王", "王建国", "社会保障", "补领", "人力资源", card.lower()):
        assert card in numbers(house, query), query
    for query in ("餐饮", "安阳测试", "市场监督", "食品经营许可新办(餐饮)", "许可 测试"):
        assert numbers(house, query) == [licence], query
    assert set(numbers(house, "202603020001")) == set(two)


def test_the_whole_number_comes_first(house: House, two: tuple[str, str]):
    assert numbers(house, two[0])[0] == two[0]


def test_only_ones_own_department_is_found(house: House, two: tuple[str, str]):
    assert numbers(house, "安阳", "D11") == [two[1]]
    assert numbers(house, "王", "D11") == []
    assert numbers(house, "王", "D61") == [two[0]]
    assert numbers(house, "王", "A01") == []


def test_a_case_is_found_by_its_results_number_from_when_it_is_made(house: House):
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    assert numbers(house, "ay-0001") == []
    house.make_and_sign(case_no, INSURANCE)
    assert numbers(house, "ay-0001") == [case_no]
    assert numbers(house, "王建国") == [case_no]


def test_a_person_is_one_with_all_cases_in_the_readers_scope(house: House, two: tuple[str, str]):
    house.receive("W01", "I06", PERSON)
    assert people(house, "建国") == [("王建国", 2)]
    assert people(house, "建国", "D61") == [("王建国", 2)]
    assert people(house, "建国", "D11") == []
    assert people(house, "测试", "D11") == [("安阳测试餐饮有限公司", 1)]


def test_a_spelling_that_only_another_department_wrote_is_not_found(house: House, two: tuple[str, str]):
    house.receive("W01", "I02", {**COMPANY, "applicant_name": "安阳试验餐饮有限公司"})
    house.receive("W01", "I06", {**PERSON, "applicant_name": "王建囯"})
    assert people(house, "囯", "D11") == []
    assert people(house, "囯", "D61") == [("王建囯", 1)]
    assert people(house, "试验", "D61") == []


@pytest.mark.parametrize(
    "number", ["410502199003070010", "4105 0219 9003 070010", "４１０５０２１９９００３０７００１０"]
)
def test_an_identity_number_finds_its_owner_exactly(house: House, two: tuple[str, str], number: str):
    assert owners(house, number) == ["王建国"]
    assert owners(house, number, "D61") == ["王建国"]
    assert owners(house, number, "D11") == []


def test_a_phone_and_a_credit_code_find_their_owner_and_a_part_finds_nobody(house: House, two: tuple[str, str]):
    assert owners(house, "138-0000-1234") == ["王建国"]
    assert owners(house, "91410500ma9text01y") == ["安阳测试餐饮有限公司"]
    for part in ("41050219900307001", "1380000123", "138000012345"):
        assert owners(house, part) == []


def test_neither_number_is_in_the_index_of_words(house: House, two: tuple[str, str]):
    for kind in ("case", "applicant", "guide"):
        with house.door.read(SYSTEM) as view:
            for number in ("410502199003070010", "199003070010", "13800001234", "91410500MA9TEXT01Y"):
                assert search.find(view.connection, kind, number, None).total == 0


@pytest.mark.parametrize(
    "query, may_be",
    [("410502199003070010", True), ("G12345678", True), ("王建国", False), ("12345", False), ("abcdef", False)],
)
def test_what_may_be_a_whole_number_is_known_by_its_looks(query: str, may_be: bool):
    assert is_number(query) is may_be


def test_a_guide_is_found_by_name_material_condition_basis_and_question(house: House):
    with house.door.read(SYSTEM) as view:
        for query in ("社会保障卡", "补领", "卡"):
            assert "I06" in {hit.ref for hit in search.find(view.connection, "guide", query, None).hits}
        assert search.find(view.connection, "guide", "食品经营许可和备案管理办法", None).total > 0


def test_a_rebuilt_index_finds_the_same_in_the_same_order(house: House, two: tuple[str, str]):
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.make_and_sign(case_no, INSURANCE)
    queries = ("王", "安阳", "202603", "ay-0001", "餐饮有限公司", two[0])
    before = [numbers(house, query) for query in queries]
    assert rebuild(house.door) >= 4
    assert [numbers(house, query) for query in queries] == before
    assert house.violations() == []


def test_a_house_older_than_the_index_gets_one_when_it_is_opened(house: House, two: tuple[str, str]):
    with house.unit() as unit:
        search.forget_words(unit.connection)
        for kind in ("case", "applicant", "guide"):
            for hit in [*search_all(unit, kind)]:
                unit.connection.exec_driver_sql(f"DELETE FROM search_entry WHERE id = {hit}")
    assert numbers(house, "王") == []
    index_if_missing(house.door)
    assert numbers(house, "王") == [two[0]]
    assert people(house, "测试") == [("安阳测试餐饮有限公司", 1)]
    index_if_missing(house.door)


def search_all(unit, kind: str) -> list[int]:
    """Return the ids of all entries of a kind."""
    return list(unit.connection.exec_driver_sql(f"SELECT id FROM search_entry WHERE kind = '{kind}'").scalars())
