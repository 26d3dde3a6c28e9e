"""补交的材料被拒收 (4.1.7, 6.1.5): it goes back to the window like any paper, and what comes meanwhile goes with it."""

from __future__ import annotations

from engine.casework.cases.file.queries import handovers_of
from engine.casework.cases.outcomes.commands import SupplyDeficient
from engine.casework.cases.outcomes.queries import deficiencies_of
from engine.registry.identity.rules import SYSTEM
from tests.support.house import COMPANY, House

LACKING = [
    {"no": no, "verdict": "missing", "advice": "请补交", "copies": 0} for no in ("4", "6")
]  # fmt: skip


def owing_two(house: House) -> str:
    """Return an accepted I02 case that owes the materials 4 and 6, whose other papers the department has."""
    rows = [{"no": no, "provided_form": "none"} for no in ("4", "6")]
    case_no = house.receive("W01", "I02", {**COMPANY, "materials": rows})
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept_deficient", "materials": LACKING})
    told = {"consequence_told": True, "signature": house.signature("W01")}
    house.complete("W01", case_no, "ut_deficient_promise", told)
    house.complete("W01", case_no, "ut_accept", {})
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    return case_no


def supply(house: House, case_no: str, no: str) -> None:
    rows = [
        {"no": one, "provided_form": "original" if one == no else "none", "copies": 1 if one == no else None}
        for one in owed(house, case_no)
    ]  # fmt: skip
    house.execute("W01", SupplyDeficient(case_no=case_no, answer={"materials": rows}, partial=True))


def owed(house: House, case_no: str) -> list[str]:
    with house.door.read(SYSTEM) as view:
        found = deficiencies_of(view.connection, f"case:{case_no}")
    return [str(one.no) for one in found if one.supplied_at is None]


def elements(house: House, case_no: str) -> list[str]:
    return sorted(one.element for one in house.open_tasks(case_no))


def test_T075_a_refused_supply_waits_at_the_window_and_what_comes_meanwhile_goes_with_it(house: House):
    case_no = owing_two(house)
    supply(house, case_no, "4")
    house.complete("D11", case_no, "ut_receive_supply", {"receipt": "refuse", "refusal_reason": "制度未盖章"})
    assert elements(house, case_no) == ["ut_substantive", "ut_supply_again"]
    supply(house, case_no, "6")
    assert elements(house, case_no) == ["ut_substantive", "ut_supply_again"]
    house.complete("W01", case_no, "ut_supply_again", {})
    house.complete("D11", case_no, "ut_receive_supply", {"signature": house.signature("D11")})
    with house.door.read(SYSTEM) as view:
        signed = [one for one in handovers_of(view.connection, f"case:{case_no}", "materials") if one.taken_at]
    assert [line["no"] for line in signed[-1].lines] == ["4", "6"]
    assert elements(house, case_no) == ["ut_substantive"]
    assert house.violations() == []
