"""The wall (4.1.8): how many cases stand where, counted in SQL, and each number is the list that it leads to."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine.casework.cases.listing.queries import listed
from engine.foundation.clock import city_date
from engine.oversight.supervision.delaying.queries import my_delays
from engine.oversight.supervision.queries import LIGHTS, Asked, limits, limits_by_kind, near_until, wall
from engine.process.clocks.ledgers import excuse_clock, pause_clocks
from tests.support.house import House, NewHouse
from tests.support.listing import follow
from web.supervision import filters_of

TODAY = date(2026, 3, 9)


def hall(house: House) -> dict[str, str]:
    """Return a case under each light on Monday, 9 March 2026, by light."""
    cases: dict[str, str] = {}
    for light, day in (("overdue", 26), ("excused", 27)):
        house.at(2026, 2, day)
        cases[light] = house.accepted_commitment()
    house.at(2026, 3, 2)
    cases |= {"today": house.accepted_commitment(), "paused": house.accepted_commitment()}
    house.at(2026, 3, 3)
    cases["near"] = house.accepted_commitment()
    house.at(2026, 3, 9)
    cases["normal"] = house.accepted_commitment()
    with house.unit(root := f"case:{cases['paused']}") as unit:
        pause_clocks(unit, root, TODAY, "鉴定", "告知书")
        follow(unit, root)
    with house.unit(root := f"case:{cases['excused']}") as unit:
        excuse_clock(unit, root, "commitment", "延期决定")
        follow(unit, root)
    return cases


def listed_under(house: House, light: str, account: str = "S51", **of: str) -> list[str]:
    """Return the numbers of the cases in the list that the light leads to."""
    with house.door.read(house.actor(account)) as view:
        today = city_date(view.now)
        filters = filters_of(light, (today, near_until(view, today)), **of)
        return [id.removeprefix("case:") for id in listed(view.connection, view.scope, filters, today).ids]


def test_each_case_stands_under_one_light_and_the_list_behind_it_has_that_case(house: House):
    cases = hall(house)
    with house.door.read(house.actor("S51")) as view:
        found = wall(view)
    assert {light: found.of(light) for light in LIGHTS} == dict.fromkeys(LIGHTS, 1)
    assert (found.departments, found.items) == (["market"], ["I02"])
    assert {light: listed_under(house, light) for light in LIGHTS} == {light: [cases[light]] for light in LIGHTS}
    assert house.violations() == []


def test_the_matrix_is_by_department_and_by_item(sqlite_house: House):
    sqlite_house.accepted_commitment()
    sqlite_house.accepted_instant()
    sqlite_house.at(2026, 3, 12)
    with sqlite_house.door.read(sqlite_house.actor("S51")) as view:
        found = wall(view)
    late = {place: found.of("overdue", department=place) for place in found.departments}
    assert late == {"hrss": 1, "market": 1}
    assert {code: found.of("overdue", item=code) for code in found.items} == {"I02": 1, "I06": 1}
    for place in found.departments:
        assert len(listed_under(sqlite_house, "overdue", department=place)) == 1


def test_a_head_of_a_department_counts_his_own_only(sqlite_house: House):
    sqlite_house.accepted_commitment()
    sqlite_house.accepted_instant()
    sqlite_house.at(2026, 3, 12)
    with sqlite_house.door.read(sqlite_house.actor("D12")) as view:
        assert wall(view).departments == ["market"]
        assert {one.case.department for one in limits(view, Asked())[0]} == {"market"}


def test_limits_are_narrowed_before_they_are_cut_off(sqlite_house: House):
    sqlite_house.accepted_instant()
    mine = [sqlite_house.accepted_commitment() for _ in range(3)]
    sqlite_house.at(2026, 3, 12)
    with sqlite_house.door.read(sqlite_house.actor("S51")) as view:
        asked = Asked(kind="commitment", department="market", light="overdue")
        first, total = limits(view, asked, limit=2)
        rest, _ = limits(view, asked, offset=2, limit=2)
        by_kind = limits_by_kind(view)
    assert total == by_kind["commitment", "overdue"] - 1 == 3, "one more is of another department"
    assert [one.case.case_no for one in (*first, *rest)] == sorted(mine)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_counts_walk_along_their_index(dialect: str, new_house: NewHouse):
    house = new_house(dialect)
    house.accepted_commitment()
    asked = (
        "SELECT department, item_code, standing, due_on, count(*) FROM case_listing"
        " WHERE case_listing.standing <> '' GROUP BY department, item_code, standing, due_on"
    )
    explain = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN "
    with house.door.database.reading() as connection:
        if dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = "\n".join(str(row) for row in connection.execute(sa.text(explain + asked)))
    assert "ix_case_listing_lights" in plan
    house.close()


def test_a_promise_that_is_excused_hides_no_limit_of_the_law_that_is_over(sqlite_house: House):
    """An approved extension excuses the promise; ten days after the legal limit the case is late all the same."""
    house = sqlite_house
    case_no = house.accepted_commitment()
    with house.unit(root := f"case:{case_no}") as unit:
        excuse_clock(unit, root, "commitment", "延期决定")
    house.at(2026, 3, 16)
    house.sweep()
    assert house.clocks(case_no)["statutory"].row.due_on is not None
    house.at(2026, 4, 20)
    house.sweep()
    with house.door.read(house.actor("S51")) as view:
        found = wall(view)
    assert (found.of("overdue"), found.of("excused")) == (1, 0)
    assert listed_under(house, "overdue") == [case_no]
    with house.door.read(house.actor("D11")) as view:
        delays, total = my_delays(view)
    assert {one.clock.kind for one in delays} <= {"statutory", "stage"} and total == len(delays) == 1
    assert house.violations() == []
