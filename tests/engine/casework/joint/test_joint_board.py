"""牵头看板: how every branch and the whole stand, read by as many statements for five branches as for fifty (T081)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bench.cases import fill
from engine.casework.issuance.queries import made_by_branches
from engine.casework.joint.board import Board, Line, boards, seen_by
from engine.casework.joint.desk.queries import reviews_for
from engine.casework.joint.desk.rules import Wanted, read_wanted
from engine.casework.joint.queries import add_branch, branches_of
from engine.foundation.clock import city_date
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import open_clock
from engine.process.clocks.rules import BRANCH, Terms
from engine.process.tasks.commands import ClaimTask
from engine.registry.identity.rules import SYSTEM, scope_of
from tests.support.house import House
from tests.support.joint import (
    DENY,
    SUMMARY,
    account_of,
    again,
    asked,
    branch_task,
    head_of,
    make_results,
    opine,
    reviewed,
)
from tests.web.test_scale import Watched
from web.jointview import path_sentence


def board_of(house: House, case_no: str, account: str = "D12") -> Board:
    """Return the board as ``account`` sees it."""
    root, actor = f"case:{case_no}", house.actor(account)
    with house.door.read(actor) as view:
        found = boards(view, [root], made_by_branches(view.connection, [root]), {"market": "0372-2550001"})
        return seen_by(found[root], scope_of(actor))


def desk(house: House, account: str, **wanted: Any) -> list[str]:
    """Return the numbers of the cases on somebody's desk, in order."""
    actor = house.actor(account)
    with house.door.read(actor) as view:
        asks = replace(Wanted(), **wanted)
        found, total = reviews_for(
            view.connection, actor, scope_of(actor), asks, city_date(view.now), view.now, limit=50
        )
    assert total == len(found)
    return [one.removeprefix("case:") for one in found]


def crowd(unit: Unit, root: str, number: int) -> None:
    """Add ``number`` open branches with limits of their own."""
    first = branches_of(unit.connection, root)[0]
    for one in range(number):
        key = f"more{one}"
        terms = Terms(BRANCH, city_date(unit.now), 5, "wd", stage=f"fire/{key}", named=f"第{one}项分支时限")
        clock = open_clock(unit, root, terms).id
        add_branch(unit, root, replace(
            first, key=key, position=100 + one, number=f"{key}", department="fire", name=f"第{one}项", state="open",
            clock_id=clock, opened_at=unit.now, depends_on=("food",) if one % 2 else (), days=Decimal(5),
            automatic=False,
        ))  # fmt: skip


def held(line: Line) -> tuple[str, datetime]:
    """Return who has a branch in hand (empty: its post waits), and since when."""
    assert line.hand is not None
    return line.hand.holder, line.hand.since


def statements(house: House, *case_nos: str) -> int:
    """Return how many statements the boards of the cases take, everything kept being warm."""
    watched = Watched()
    roots = [f"case:{one}" for one in case_nos]
    for _ in range(2):
        with house.door.read(SYSTEM) as view, watched.watching():
            boards(view, roots, {})
    return len(watched.sent)


def test_T081_the_board_tells_of_each_branch_who_has_it_since_when_and_what_it_holds_up(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house, "I11")
    birth = branch_task(house, case_no, "birth_cert")
    house.wait(minutes=30)
    house.execute(account_of("health", 1), ClaimTask(task_id=birth.id))
    board = board_of(house, case_no, account_of("health", 2))
    told = {one.row.key: one for one in board.lines}

    assert (board.state, board.lead.key, board.review.round) == ("征求意见", "health", 1)
    assert held(told["birth_cert"]) == ("卫健审查员", house.clock.now())
    assert held(told["vaccine"]) == ("", house.clock.now() - timedelta(minutes=30))
    assert told["household"].hand is None
    assert told["household"].waits_for == (told["birth_cert"].row.name,)
    assert told["birth_cert"].holds_up == tuple(told[key].row.name for key in ("household", "ss_card", "medical"))
    assert {key for key, one in told.items() if one.critical} >= {"birth_cert", "household"}
    assert (board.needed, len(board.path), board.enough) == (Decimal(4), 3, True)
    assert board.blocking[0].row.key == "birth_cert"
    assert told["birth_cert"].limit is not None
    assert (told["birth_cert"].limit.standing, board.late) == ("near", ())
    assert told["birth_cert"].absent is None

    house.wait(days=2)
    house.sweep()
    late = board_of(house, case_no, account_of("health", 2))
    assert {one.row.key for one in late.late} == {"birth_cert", "vaccine"}
    assert late.blocking[0].late
    assert (late.needed, late.left, late.enough, late.tight) == (Decimal(3), 3, True, True)
    assert "刚好够，没有余量。2 个分支已超期" in path_sentence(late)
    house.wait(days=1)
    short = board_of(house, case_no, account_of("health", 2))
    assert (short.needed, short.left, short.enough, short.tight) == (Decimal(3), 2, False, False)
    assert "承诺时限还剩2个工作日：不够，差1个工作日" in path_sentence(short)


def test_what_was_said_what_was_made_and_the_second_round(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    opine(house, case_no, "fire", DENY)
    opine(house, case_no, "food")
    opine(house, case_no, "sign")
    board = board_of(house, case_no)
    assert (board.state, board.path, board.needed, board.enough) == ("待牵头部门汇总", (), Decimal(0), True)
    assert board.concluding is not None
    house.complete("D12", case_no, "ut_lead_conclude", again(house, case_no, "fire"))
    board = board_of(house, case_no)
    fire = next(one for one in board.lines if one.row.key == "fire")
    assert (board.review.round, fire.row.round, fire.row.state, fire.row.opinion) == (2, 2, "open", None)
    opine(house, case_no, "fire")
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    make_results(house, case_no)
    board = board_of(house, case_no)
    assert {one.row.key for one in board.lines if one.made} == {"food", "sign", "fire"}
    assert board.enough is None


def test_a_department_that_was_only_asked_reads_its_own_branch_alone(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    reviewed(house, case_no, "food")
    opine(house, case_no, "sign", {**DENY, "opinion": "招牌遮挡消防通道"})
    reviewed(house, case_no, "fire")
    seen = {one.row.key: one for one in board_of(house, case_no, head_of("fire")).lines}

    assert {key for key, one in seen.items() if one.hidden} == {"verify", "food", "sign"}
    assert seen["fire"].row.findings == "材料齐全，符合要求"
    assert (seen["sign"].row.state, seen["sign"].row.name) == ("denied", "户外招牌设置")
    for key in ("food", "sign"):
        row = seen[key].row
        assert (row.findings, row.opinion, row.basis, row.representative, seen[key].hand) == (None,) * 5
    assert not any(one.hidden for one in board_of(house, case_no, "L31").lines)
    assert not any(one.hidden for one in board_of(house, case_no, "S51").lines)


@pytest.mark.tampers("a hundred cases are rows only: they have no process and no release")
def test_a_board_takes_as_many_statements_for_fifty_branches_and_for_a_hundred_other_cases(house: House) -> None:
    case_no, other = asked(house), asked(house)
    few = statements(house, case_no)
    with house.unit(f"case:{case_no}") as unit:
        crowd(unit, f"case:{case_no}", 50)
    fill(house.door, 100)
    assert len(board_of(house, case_no).lines) == 54
    assert statements(house, case_no) == few
    assert statements(house, case_no, other) == few
    assert few <= 14


def test_the_desk_has_the_most_urgent_first_and_is_filtered(sqlite_house: House) -> None:
    house = sqlite_house
    early = asked(house)
    house.wait(days=1)
    urgent = asked(house, days={"sign": "1", "food": "1"})
    foreign = asked(house, "I11")
    assert desk(house, "L31") == [urgent, early]
    assert desk(house, head_of("health")) == [foreign]
    assert set(desk(house, "S51")) == {early, urgent, foreign}
    assert desk(house, "L31", late=True) == []
    assert desk(house, head_of("urban")) == []
    assert desk(house, head_of("urban"), part="asked") == [urgent, early]
    assert desk(house, head_of("tax"), part="asked") == []

    house.wait(days=3)
    house.sweep()
    assert desk(house, "L31", late=True) == [urgent]
    assert set(desk(house, "D11", mine=True)) == {early, urgent}
    assert desk(house, "L31", mine=True) == []
    for branch in ("food", "sign", "fire"):
        opine(house, early, branch)
    assert desk(house, "D12", state="concluding") == [early]
    assert desk(house, "D12", mine=True) == [early]
    house.complete("D12", early, "ut_lead_conclude", SUMMARY)
    assert (desk(house, "D12"), desk(house, "D12", state="concluded")) == ([urgent], [early])


def test_an_address_that_asks_for_nonsense_asks_for_what_is_usual() -> None:
    assert read_wanted({"state": "?", "part": "x", "late": "2", "mine": ""}) == Wanted()
    assert Wanted().pairs == {}
    assert read_wanted({"state": "concluded", "part": "asked", "late": "1", "mine": "1"}).pairs == {
        "state": "concluded", "part": "asked", "late": "1", "mine": "1",
    }  # fmt: skip
