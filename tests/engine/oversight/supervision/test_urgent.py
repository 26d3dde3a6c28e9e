"""What the supervisor sees: near, due today, overdue; never what is paused, met or out of scope."""

from __future__ import annotations

from engine.oversight.supervision.queries import listed_cards, urgent_clocks
from engine.process.clocks.cards.queries import CardFilters
from tests.support.house import COMPANY, House


def _urgent(house: House, account: str = "S51") -> list[tuple[str, str, int]]:
    """Return the urgent limits but those of stages, which lie within the promise."""
    with house.door.read(house.actor(account)) as view:
        found = [(one.clock.kind, one.standing.word, one.standing.overdue) for one in urgent_clocks(view)]
    return [one for one in found if one[0] != "stage"]


def test_T079_the_list_follows_the_days(sqlite_house: House):
    sqlite_house.at(2026, 2, 11)
    sqlite_house.accepted_commitment()
    sqlite_house.at(2026, 2, 14)
    assert _urgent(sqlite_house) == []
    sqlite_house.at(2026, 2, 24)
    assert _urgent(sqlite_house) == [("commitment", "near", 0)]
    sqlite_house.at(2026, 2, 25)
    assert _urgent(sqlite_house) == [("commitment", "due_today", 0)]
    sqlite_house.at(2026, 2, 26)
    assert _urgent(sqlite_house) == [("commitment", "overdue", 1)]


def test_the_most_urgent_stands_first(sqlite_house: House):
    sqlite_house.at(2026, 3, 2)
    sqlite_house.accepted_commitment()
    sqlite_house.at(2026, 3, 4)
    sqlite_house.accepted_commitment()
    sqlite_house.at(2026, 3, 11)
    assert _urgent(sqlite_house) == [("commitment", "overdue", 2), ("commitment", "due_today", 0)]


def test_a_stopped_clock_is_not_urgent_any_more(sqlite_house: House):
    case_no = sqlite_house.decided_commitment()
    sqlite_house.make_and_sign(case_no, ("D11", "D12", "D13"))
    sqlite_house.wait(days=9)
    assert [kind for kind, _, _ in _urgent(sqlite_house)] == []


def test_a_department_sees_only_its_own(sqlite_house: House):
    sqlite_house.accepted_commitment()
    sqlite_house.wait(days=9)
    assert [kind for kind, _, _ in _urgent(sqlite_house, "D12")] == ["commitment"]
    assert _urgent(sqlite_house, "D22") == []


def test_cards_are_listed_with_their_case(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    sqlite_house.wait(days=9)
    sqlite_house.sweep()
    with sqlite_house.door.read(sqlite_house.actor("S51")) as view:
        given, _ = listed_cards(view, CardFilters())
    assert {(one.case.case_no, one.card.level, one.card.rule) for one in given} == {
        (case_no, "red", "DL-32.4"), (case_no, "red", "EM-OVERDUE"), (case_no, "yellow", "EM-NEAR"),
    }  # fmt: skip
    with sqlite_house.door.read(sqlite_house.actor("D22")) as view:
        assert listed_cards(view, CardFilters()) == ([], 0)
