"""A ladder is climbed on real cases: each rung once, to those who may see the case, with the card as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deadlines.law.rungs import When
from engine.casework.cases.queries import is_visible
from engine.foundation.clock import CITY
from engine.process.clocks import ledgers
from engine.process.clocks.cards.queries import Card, cards_of
from engine.process.clocks.ladder.queries import put_rules, retire, told_of
from engine.process.clocks.ladder.rules import SEED, Rule
from engine.process.clocks.rules import Terms
from engine.process.tasks import climbing
from engine.process.tasks.commands import ClaimTask, SaveDraft
from engine.process.tasks.notifications.queries import Notification, notifications_for
from engine.process.tasks.notifications.tables import notification
from engine.registry.identity.queries import account_ids
from engine.registry.identity.rules import ROLES, SYSTEM, may, scope_of
from tests.engine.casework.cases.test_endings import withdrawal
from tests.support.house import COMPANY, House
from tests.support.ladders import without_stages

RED = next(rule for rule in SEED if (rule.clock_kind, rule.rule_no) == ("commitment", "EM-OVERDUE"))


def ladder(house: House, kind: str, *rules: Rule) -> None:
    """Put ``rules`` in force for ``kind`` as if they had always been."""
    with house.unit() as unit:
        retire(unit, kind)
        put_rules(unit, [replace(rule, clock_kind=kind, version=2) for rule in rules])
        unit.raise_epoch("ladder")


def told(house: House, account: str, case_no: str) -> list[Notification]:
    """Return what ``account`` was told of the case, oldest first."""
    with house.door.read(SYSTEM) as view:
        found = notifications_for(view.connection, house.actor(account), limit=500)
    return [one for one in reversed(found) if one.root_id == f"case:{case_no}"]


def levels(house: House, case_no: str) -> list[tuple[str, str]]:
    """Return (level, day in the city) of the cards of the case."""
    return [(card.level, f"{card.at.astimezone(CITY):%m-%d %H:%M}") for card in cards(house, case_no)]


def cards(house: House, case_no: str) -> list[Card]:
    with house.door.read(SYSTEM) as view:
        return cards_of(view.connection, [f"case:{case_no}"])


def commitment(house: House) -> str:
    """Return an I02 case accepted on 11 February 2026, due on the 25th (T079)."""
    house.at(2026, 2, 11)
    without_stages(house)
    return house.accepted_commitment()


def test_T079_yellow_a_day_before_red_when_it_is_over_and_supervision_three_working_days_late(house: House) -> None:
    case_no = commitment(house)
    for day in (23, 24, 25, 26, 27):
        house.at(2026, 2, day, 0, 0)
        house.sweep()
    assert levels(house, case_no) == [("yellow", "02-24 00:00"), ("red", "02-26 00:00")]
    assert [one.kind for one in told(house, "D12", case_no)][-1:] == ["overdue"]
    assert told(house, "C01", case_no) == []

    house.at(2026, 2, 28, 0, 0)  # a Saturday that is worked: the third working day after the 25th
    assert house.sweep().fired == 1
    assert [one.kind for one in told(house, "S51", case_no)][-1] == "order"
    [copy] = told(house, "C01", case_no)
    assert (copy.kind, copy.sentence) == (
        "order", "承诺时限已于 2026-02-25 届满，超期3个工作日仍未办结，应予督办。"
    )  # fmt: skip
    lines = house.journal(f"case:{case_no}")
    [ordered] = [line for line in lines if line.type == "clock.order_due"]
    assert (ordered.data["rule"], ordered.data["level"]) == ("EM-ORDER", "black")
    assert levels(house, case_no)[2:] == [], "supervision is ordered, no third card given"
    assert house.sweep().fired == 0
    assert house.violations() == []


def test_a_card_is_evidence_rule_version_ledger_and_who_had_the_case(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = commitment(house)
    house.execute("D11", ClaimTask(task_id=house.task(case_no, "ut_substantive").id))
    house.at(2026, 2, 26, 0, 0)
    house.sweep()
    card = cards(house, case_no)[-1]
    assert (card.rule, card.rule_version, card.ladder, card.due_on) == ("EM-OVERDUE", 1, "center", date(2026, 2, 25))
    assert (card.party, card.responsible, card.state) == ("market", ("D11",), "given")
    assert [line["on"] for line in card.extract] == ["2026-02-11"]
    assert "2026年2月25日" in card.extract[0]["sentence"]
    house.at(2026, 3, 9)
    assert cards(house, case_no)[-1] == card, "and stays as it was given"


def test_the_reminder_survives_a_sending_back(house: House) -> None:
    """退回: the head sends the review back, and whoever has it now is reminded on the day all the same."""
    case_no = commitment(house)
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法"})
    house.at(2026, 2, 12)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "return", "reason": "请补充现场照片"})
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_substantive"]
    house.at(2026, 2, 24, 0, 0)
    assert house.sweep().fired == 1
    assert [one.kind for one in told(house, "D11", case_no)][-1] == "reminder"
    assert levels(house, case_no) == [("yellow", "02-24 00:00")]
    house.complete("D11", case_no, "ut_substantive", {"findings": "材料真实有效", "site_visit": "no"})
    house.complete("D11", case_no, "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法"})
    house.complete("D12", case_no, "ut_head_decide", {"decision": "return", "reason": "请再核对"})
    house.at(2026, 2, 26, 0, 0)
    house.sweep()
    assert levels(house, case_no)[1:] == [("red", "02-26 00:00")]


def test_nobody_is_told_of_a_case_that_was_withdrawn(house: House) -> None:
    case_no = commitment(house)
    house.at(2026, 2, 13)
    house.execute("W01", withdrawal(house, case_no))
    house.at(2026, 3, 20)
    assert house.sweep().fired == 0
    assert cards(house, case_no) == []
    assert "reminder" not in {one.kind for one in told(house, "D11", case_no)}


def test_nobody_is_told_of_a_case_that_is_finished(house: House) -> None:
    """Reminders stop at closing: whatever its clocks said, a filed case has no rung left to climb."""
    case_no = commitment(house)
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法"})
    house.at(2026, 2, 12)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    house.finish(case_no, ("D11", "D12", "D13"), ("李秀兰", "41050219850612002X"))
    house.at(2026, 4, 20)
    assert house.sweep().fired == 0
    assert cards(house, case_no) == []
    assert "reminder" not in {one.kind for one in told(house, "D11", case_no)}


def test_a_paused_clock_reminds_nobody_and_a_resumed_one_of_what_still_holds(sqlite_house: House) -> None:
    house, case_no = sqlite_house, commitment(sqlite_house)
    root = f"case:{case_no}"
    house.at(2026, 2, 13)
    with house.unit(root) as unit:
        ledgers.pause_clocks(unit, root, date(2026, 2, 13), "鉴定", "doc-1")
    house.at(2026, 3, 2)
    assert house.sweep().fired == 0
    with house.unit(root) as unit:
        ledgers.resume_clocks(unit, root, date(2026, 3, 2))
    # Three of five days were left on 13 February: due on 5 March, and the day before is still to come.
    assert house.clocks(case_no)["commitment"].row.due_on == date(2026, 3, 5)
    assert house.sweep().fired == 0
    house.at(2026, 3, 4, 0, 0)
    assert house.sweep().fired == 1
    assert [card.level for card in cards(house, case_no)] == ["yellow"]


def test_a_resumed_clock_whose_time_has_come_meanwhile_is_told_at_once_and_once(sqlite_house: House) -> None:
    house, case_no = sqlite_house, commitment(sqlite_house)
    root = f"case:{case_no}"
    house.at(2026, 2, 24)
    with house.unit(root) as unit:
        ledgers.pause_clocks(unit, root, date(2026, 2, 14), "鉴定", "doc-1")
        ledgers.resume_clocks(unit, root, date(2026, 2, 14), "doc-1")
    assert house.sweep().fired >= 1
    assert [card.level for card in cards(house, case_no)] == ["yellow"]
    assert house.sweep().fired == 0


def test_a_date_that_moves_gives_its_own_card_but_nobody_is_told_the_same_within_a_day(sqlite_house: House) -> None:
    house, case_no = sqlite_house, commitment(sqlite_house)
    root = f"case:{case_no}"
    house.at(2026, 2, 24, 8, 0)
    house.sweep()
    before = len(told(house, "S51", case_no))
    with house.unit(root) as unit:
        ledgers.extend_clock(unit, root, "commitment", 1, "案情复杂", "doc-9")
    house.at(2026, 2, 25, 7, 59)
    house.sweep()
    assert [card.due_on for card in cards(house, case_no)] == [date(2026, 2, 25), date(2026, 2, 26)]
    assert len(told(house, "S51", case_no)) == before, "told at eight yesterday"

    with house.unit(root) as unit:
        ledgers.extend_clock(unit, root, "commitment", 1, "案情复杂", "doc-10")
    house.at(2026, 2, 26, 9, 0)
    house.sweep()
    assert len(told(house, "S51", case_no)) == before + 1, "more than a day later"


def test_open_tasks_go_back_to_their_list_the_draft_stays_and_the_head_is_told(house: House) -> None:
    again = replace(RED, rule_no="EM-AGAIN", when=When("after", 1), who=(), actions=("reassign",), card_party=None)
    ladder(house, "commitment", again)
    case_no = commitment(house)
    task = house.task(case_no, "ut_substantive")
    house.execute("D11", ClaimTask(task_id=task.id))
    house.execute("D11", SaveDraft(task_id=task.id, data={"findings": "写了一半"}))
    house.at(2026, 2, 26, 0, 0)
    house.sweep()
    assert house.task(case_no, "ut_substantive").holder is None
    assert house.desk("D11", house.task(case_no, "ut_substantive")).draft == {"findings": "写了一半"}
    assert [one.kind for one in told(house, "D12", case_no)] == ["overdue"]
    [line] = [line for line in house.journal(f"case:{case_no}") if line.type == "task.reassigned"]
    assert line.sentence == "“实质审查”已从 市监审查员 手中退回待签收（承诺时限，规则 EM-AGAIN）"
    assert house.violations() == []


def test_the_holder_alone_is_reminded_and_not_the_whole_post(sqlite_house: House) -> None:
    house, case_no = sqlite_house, commitment(sqlite_house)
    house.execute("X92", ClaimTask(task_id=house.task(case_no, "ut_substantive").id))
    house.at(2026, 2, 24, 0, 0)
    house.sweep()
    assert [one.kind for one in told(house, "X92", case_no)][-1:] == ["reminder"]
    assert "reminder" not in [one.kind for one in told(house, "D11", case_no)]


def test_an_excused_clock_orders_no_supervision(sqlite_house: House) -> None:
    house, case_no = sqlite_house, commitment(sqlite_house)
    with house.unit(f"case:{case_no}") as unit:
        ledgers.excuse_clock(unit, f"case:{case_no}", "commitment", "安审批（延期）〔2026〕000001号")
    house.at(2026, 3, 3)
    house.sweep()
    assert [card.level for card in cards(house, case_no) if ":commitment:" in card.clock_id] == ["yellow"]
    lines = [line for line in house.journal(f"case:{case_no}") if line.type == "clock.order_due"]
    assert [line for line in lines if ":commitment:" in line.data["clock"]] == []
    assert house.violations() == []


def test_a_stage_that_is_late_gets_its_card_though_the_whole_is_in_time(sqlite_house: House) -> None:
    """环节超时但未超总时限: the department has not signed for the papers in four hours; the promise has days to go."""
    house = sqlite_house
    house.at(2026, 3, 2, 9)
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    house.at(2026, 3, 3, 17)
    house.sweep()
    [card] = cards(house, case_no)
    assert card.sentence.startswith("转办时限已于")
    assert house.clocks(case_no)["commitment"].standing.word == "normal"


_WHO = st.lists(st.sampled_from([*ROLES, "holder"]), min_size=1, max_size=6, unique=True)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=_WHO, late=st.booleans(), held=st.sampled_from(["", "D11", "X92"]))
def test_nobody_is_told_of_a_case_that_they_may_not_see(
    sqlite_house: House, who: Sequence[str], late: bool, held: str
) -> None:
    """Whatever a rule says, even one that was never checked: the right to see the case is asked when it is told."""
    house = sqlite_house
    with house.door.read(SYSTEM) as view:
        known = [row.root_id for row in view.connection.execute(sa.text("SELECT root_id FROM case_file"))]
    case_no = known[0].removeprefix("case:") if known else house.accepted_commitment()
    root = f"case:{case_no}"
    task = house.task(case_no, "ut_substantive")
    if held and task.holder is None:
        house.execute(held, ClaimTask(task_id=task.id))
    rule = replace(RED, who=tuple(who), when=When("after", 0) if late else When("before", 1), actions=("remind",))
    with house.unit(root) as unit:
        row = ledgers.live_clock(unit.connection, root, "commitment")
        assert row is not None
        unit.connection.execute(notification.delete())
        climbing._carry_out(unit, row, rule, [])
    with house.door.read(SYSTEM) as view:
        for account in account_ids(view.connection):
            actor = house.actor(account)
            if notifications_for(view.connection, actor):
                case = house.case(case_no)
                assert may(actor, "case.see"), account
                assert is_visible(view.connection, root, case.department, scope_of(actor)), account


def test_a_holder_whose_post_ended_is_not_told(sqlite_house: House) -> None:
    house, case_no = sqlite_house, commitment(sqlite_house)
    house.execute("D11", ClaimTask(task_id=house.task(case_no, "ut_substantive").id))
    with house.unit() as unit:
        unit.connection.execute(sa.text("UPDATE account SET state = 'disabled' WHERE id = 'D11'"))
    house.at(2026, 2, 24, 0, 0)
    house.sweep()
    with house.door.read(SYSTEM) as view:
        found = view.connection.execute(sa.select(notification.c.account).where(notification.c.kind == "reminder"))
        assert [row.account for row in found] == [None], "the supervisor's post alone"


def test_what_was_told_is_kept_with_whom(sqlite_house: House) -> None:
    house, case_no = sqlite_house, commitment(sqlite_house)
    house.at(2026, 2, 24, 0, 0)
    house.sweep()
    clock = f"case:{case_no}:commitment:1"
    with house.door.read(SYSTEM) as view:
        [one] = told_of(view.connection, [clock])[clock]
    assert (one.rule_no, one.level, one.due_on) == ("EM-NEAR", "yellow", date(2026, 2, 25))
    assert one.told == ("dept_reviewer@market", "supervisor@center")
    assert one.at == datetime(2026, 2, 24, tzinfo=CITY)


@pytest.mark.parametrize("kind", ["commitment", "statutory"])
def test_opening_a_clock_reads_the_ladder_of_its_house_once(kind: str, sqlite_house: House) -> None:
    """The second clock of a unit, and of a host, is armed from the copy: no statement asks for rules."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    with sqlite_house.unit("case:1") as unit:
        ledgers.open_clock(unit, "case:1", Terms("commitment", date(2026, 3, 2), 5, "wd"))
        sa.event.listen(unit.connection, "before_cursor_execute", note)
        ledgers.open_clock(unit, "case:1", Terms(kind, date(2026, 3, 2), 20, "wd"))
        sa.event.remove(unit.connection, "before_cursor_execute", note)
    assert sent and not [one for one in sent if "ladder_rule" in one or "release" in one]
