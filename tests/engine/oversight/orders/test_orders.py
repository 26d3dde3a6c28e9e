"""督办 (4.1.8, T038): issued, answered in its days, closed by another person, all of it on the case's chain."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.cases.rules import CaseMissing
from engine.foundation.errors import InvalidFields
from engine.foundation.store.unit import Recorded, RootMissing
from engine.oversight.orders import queries
from engine.oversight.orders.commands import AnswerOrder, CloseOrder, IssueOrder, SendBackAnswer, WithdrawOrder
from engine.oversight.orders.handlers import issue_automatically, known_order
from engine.oversight.orders.queries import Order
from engine.oversight.orders.rules import (
    ORDER_DUE,
    OrderMissing,
    OrderOfClosedCase,
    OrderSettled,
    OwnAnswer,
)
from engine.process.clocks.queries import ClockRow, clocks_of
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.accounts.commands import GrantRole
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.engine.casework.cases.test_endings import withdrawal
from tests.support.house import INSURANCE, PERSON, House

CONTENT = "实质审查已超过三个工作日，请说明原因并尽快完成。"
ANSWER = "现场核查人员已于今日安排，材料齐全。"


def issue(house: House, case_no: str, **more: str) -> str:
    return str(house.execute("S51", IssueOrder(case_no=case_no, content=CONTENT, **more))["id"])


def answer(house: House, id: str, account: str = "D12", promised_on: str = "") -> None:
    house.execute(account, AnswerOrder(id=id, text=ANSWER, promised_on=promised_on))


def order(house: House, id: str) -> Order:
    with house.door.read(SYSTEM) as view:
        return known_order(view, id)


def told(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.sentence for one in notifications_for(view.connection, view.actor) if one.kind != "task"]


def response_clocks(house: House, case_no: str) -> list[ClockRow]:
    with house.door.read(SYSTEM) as view:
        return [row for row in clocks_of(view.connection, f"case:{case_no}") if row.kind == "order"]


def lines(house: House, case_no: str) -> list[str]:
    return [one.type for one in house.journal(f"case:{case_no}") if one.type.startswith("order.")]


def closed_case(house: House) -> str:
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.finish(case_no, INSURANCE, ("王建国", PERSON["id_no"]))
    return case_no


def ladder(house: House, case_no: str, **more: Any) -> dict[str, Any]:
    """Return what the ladder of alarms says of the case's promise when it asks for an order."""
    clock = house.clocks(case_no)["commitment"].row
    said = {"clock": clock.id, "title": clock.title, "due": "2026-03-09", "rule": "EM-03", "level": "black"}
    return {**said, **more}


def ask(house: House, case_no: str, said: dict[str, Any]) -> None:
    root = f"case:{case_no}"
    with house.unit(root) as unit:
        issue_automatically(unit, Recorded(root=root, type=ORDER_DUE, data=said))


def test_T038_an_order_is_issued_answered_and_closed_and_the_case_tells_it(house: House):
    case_no = house.accepted_commitment()
    id = issue(house, case_no)
    found = order(house, id)
    assert (found.number, found.department, found.state) == ("安政监〔2026〕000001号", "market", "issued")
    [clock] = response_clocks(house, case_no)
    assert (clock.due_on and clock.due_on.isoformat(), clock.state) == ("2026-03-04", "running"), "two working days"
    assert any("收到督办单 安政监〔2026〕000001号，请于 2026-03-04 前答复" in one for one in told(house, "D12"))
    answer(house, id, promised_on="2026-03-06")
    assert [row.state for row in response_clocks(house, case_no)] == ["stopped"]
    assert any("请核对后办结或者退回" in one for one in told(house, "S51"))
    house.execute("S51", CloseOrder(id=id, result="核查已安排，按期办结。"))
    found = order(house, id)
    assert (found.state, found.result, found.ended_by) == ("closed", "核查已安排，按期办结。", "S51")
    assert lines(house, case_no) == ["order.issued", "order.answered", "order.closed"]
    assert house.violations() == []


def test_orders_are_numbered_through_the_year_and_begin_again_with_the_next(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    assert [issue(sqlite_house, case_no), issue(sqlite_house, case_no)] == ["JC2026000001", "JC2026000002"]
    sqlite_house.at(2027, 1, 4)
    assert issue(sqlite_house, case_no) == "JC2027000001"


def test_an_answer_sent_back_has_its_days_anew(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    id = issue(sqlite_house, case_no)
    answer(sqlite_house, id)
    sqlite_house.at(2026, 3, 6)
    sqlite_house.execute("S51", SendBackAnswer(id=id, reason="没有说明原因"))
    newest = response_clocks(sqlite_house, case_no)[-1]
    assert (newest.number, str(newest.due_on), newest.state) == (2, "2026-03-10", "running")
    assert any("请于 2026-03-10 前重新答复" in one for one in told(sqlite_house, "D12"))
    answer(sqlite_house, id)
    sqlite_house.execute("S51", CloseOrder(id=id, result="已说明原因"))
    with sqlite_house.door.read(SYSTEM) as view:
        given = queries.answers_of(view.connection, id)
    assert [one.sent_back for one in given] == ["没有说明原因", None]
    assert sqlite_house.violations() == []


def test_an_order_nobody_answers_is_told_to_the_head_of_the_centre_once(house: House):
    case_no = house.accepted_commitment()
    issue(house, case_no)
    house.at(2026, 3, 5)
    house.sweep()
    house.sweep()
    for account in ("C01", "S51", "D12"):
        late = [one for one in told(house, account) if "尚未答复" in one]
        assert late == ["督办单 安政监〔2026〕000001号 应于 2026-03-04 前答复，安阳市市场监督管理局尚未答复。"]
    assert house.violations() == []


def test_a_withdrawn_order_needs_no_answer_and_its_clock_stands(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    id = issue(sqlite_house, case_no)
    sqlite_house.execute("S51", WithdrawOrder(id=id, reason="部门已经办结该环节"))
    assert [row.state for row in response_clocks(sqlite_house, case_no)] == ["stopped"]
    with pytest.raises(OrderSettled, match="已撤回"):
        answer(sqlite_house, id)
    assert sqlite_house.violations() == []


def test_who_answered_does_not_close_under_any_account(sqlite_house: House):
    """受审分离: the head of the department is made a supervisor, too."""
    case_no = sqlite_house.accepted_commitment()
    id = issue(sqlite_house, case_no)
    sqlite_house.execute("A02", GrantRole(account="D12", role="supervisor", department="center"))
    answer(sqlite_house, id)
    with pytest.raises(OwnAnswer):
        sqlite_house.execute("D12", CloseOrder(id=id, result="本人办结"))
    with pytest.raises(OwnAnswer):
        sqlite_house.execute("D12", SendBackAnswer(id=id, reason="本人退回"))
    sqlite_house.execute("S51", CloseOrder(id=id, result="另一人办结"))


def test_only_the_head_of_the_department_answers_and_another_department_finds_nothing(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    id = issue(sqlite_house, case_no)
    with pytest.raises(OrderMissing):
        answer(sqlite_house, id, "D22")
    for account in ("D11", "S51", "W01"):
        with pytest.raises(NotYourAction):
            answer(sqlite_house, id, account)
    with pytest.raises(NotYourAction):
        sqlite_house.execute("D12", IssueOrder(case_no=case_no, content=CONTENT))


def test_the_head_of_the_centre_answers_for_the_windows(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    id = issue(sqlite_house, case_no, department="center")
    assert any("收到督办单" in one for one in told(sqlite_house, "C01"))
    answer(sqlite_house, id, "C01")
    assert order(sqlite_house, id).state == "answered"


def test_no_order_on_a_closed_or_unknown_case_nor_to_who_has_no_part_in_it(sqlite_house: House):
    closed = closed_case(sqlite_house)
    with pytest.raises(OrderOfClosedCase):
        issue(sqlite_house, closed)
    with pytest.raises((CaseMissing, RootMissing)):
        issue(sqlite_house, closed[:-4] + "9998")
    open_one = sqlite_house.accepted_commitment()
    for wrong in ({"department": "health"}, {"clock": "case:other:commitment:1"}):
        with pytest.raises(InvalidFields):
            issue(sqlite_house, open_one, **wrong)
    for text in ("短", "长" * 1001):
        with pytest.raises(InvalidFields):
            sqlite_house.execute("S51", IssueOrder(case_no=open_one, content=text))


@pytest.mark.parametrize("day", ["2026-03-01", "2028-01-01", "soon"])
def test_a_promise_lies_ahead_and_is_a_day(sqlite_house: House, day: str):
    id = issue(sqlite_house, sqlite_house.accepted_commitment())
    with pytest.raises(InvalidFields):
        answer(sqlite_house, id, promised_on=day)


def test_the_ladder_issues_one_order_for_a_clock_a_rule_and_a_date(house: House):
    case_no = house.accepted_commitment()
    said = ladder(house, case_no)
    for _ in range(2):
        ask(house, case_no, said)
    [found] = order_list(house)
    assert (found.issued_by, found.rule_no, found.due, found.level) == ("system", "EM-03", "2026-03-09", "black")
    assert "承诺时限已于 2026-03-09 届满" in found.content
    ask(house, case_no, {**said, "due": "2026-03-16"})
    assert len(order_list(house)) == 2, "for another date there is another one"
    assert any("已自动发出督办单" in one for one in told(house, "S51"))


def test_the_ladder_orders_nothing_about_a_closed_case(sqlite_house: House):
    case_no = closed_case(sqlite_house)
    ask(sqlite_house, case_no, ladder(sqlite_house, case_no))
    assert order_list(sqlite_house) == []


def test_a_promise_three_working_days_late_is_ordered_about_by_the_ladder(house: House):
    """The third working day after 9 March is the 12th; its rung comes when that day is over."""
    case_no = house.accepted_commitment()
    for day in (10, 11, 12, 13, 16):
        house.at(2026, 3, day)
        house.sweep()
    found = [one for one in order_list(house) if ":commitment:" in str(one.clock_id)]
    assert [(one.root_id, one.rule_no, one.level, one.due) for one in found] == [
        (f"case:{case_no}", "EM-ORDER", "black", "2026-03-09")
    ]
    assert house.violations() == []


def test_an_order_may_be_answered_after_the_case_was_closed(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    id = issue(sqlite_house, case_no)
    sqlite_house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    sqlite_house.finish(case_no, INSURANCE, ("王建国", PERSON["id_no"]))
    assert sqlite_house.violations() == []
    answer(sqlite_house, id, "D62")
    sqlite_house.execute("S51", CloseOrder(id=id, result="办件已经办结"))
    assert sqlite_house.violations() == []


def order_list(house: House) -> list[Order]:
    with house.door.read(house.actor("S51")) as view:
        return queries.orders_for(view.connection, view.actor)[0]


def test_who_answered_does_not_withdraw_either(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    id = issue(sqlite_house, case_no)
    answer(sqlite_house, id)
    with sqlite_house.unit() as unit:
        unit.connection.exec_driver_sql(
            "UPDATE order_answer SET person = (SELECT person FROM account WHERE id = 'S51')"
        )
    with pytest.raises(OwnAnswer):
        sqlite_house.execute("S51", WithdrawOrder(id=id, reason="不再需要"))
    assert order(sqlite_house, id).state == "answered"


def test_an_order_outlives_its_case_and_is_told_when_nobody_answers(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    id = issue(sqlite_house, case_no)
    sqlite_house.execute("W01", withdrawal(sqlite_house, case_no))
    assert [row.state for row in response_clocks(sqlite_house, case_no)] == ["running"]
    sqlite_house.at(2026, 3, 5)
    sqlite_house.sweep()
    assert order(sqlite_house, id).state == "issued"
    assert any("尚未答复" in one for one in told(sqlite_house, "C01"))
    assert sqlite_house.violations() == []


def test_a_page_of_orders_is_cut_after_asking_not_before(sqlite_house: House):
    """The filter goes first: the oldest order of a department is on the first page of that department."""
    mine = issue(sqlite_house, sqlite_house.accepted_instant())
    for _ in range(3):
        issue(sqlite_house, sqlite_house.accepted_commitment())
    with sqlite_house.door.read(sqlite_house.actor("S51")) as view:
        found, total = queries.orders_for(view.connection, view.actor, department="hrss", limit=1)
        assert ([one.id for one in found], total) == ([mine], 1)
        pages = [queries.orders_for(view.connection, view.actor, offset=at, limit=2) for at in (0, 2, 4)]
    assert [total for _, total in pages] == [4, 4, 4]
    assert len({one.id for page, _ in pages for one in page}) == 4 and pages[1][0][-1].id == mine
