"""Messages from outside find the one case that waits for their key, and are told again when it is re-executed."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.cases.handlers import ReasonMissing
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tables import journal_line
from engine.foundation.journal.tags import sentence
from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.migrating.commands import MigrateCase
from engine.oversight.publishing.modifying.commands import ModifyCase
from engine.oversight.publishing.modifying.handlers import where
from engine.process.bpmn import MessageNotAwaited, Runtime
from engine.process.tasks import progress
from engine.process.tasks.awaited.handlers import ARRIVED, waits
from engine.process.tasks.awaited.rules import MessageAmbiguous, MessageNotTaken, MessageUnexpected
from engine.registry.identity.rules import SYSTEM, NotYourAction
from processes import library
from tests.support.house import House
from tests.support.joint import asked, branch_task, opine
from tests.support.outside import (
    FAIL,
    PAID,
    PASS,
    ROUTE,
    awaited,
    deliver,
    joint_route,
    keys,
    listening_route,
    publish,
    waiting_case,
    waiting_route,
)


def elements(house: House, case_no: str) -> list[str]:
    return [task.element for task in house.open_tasks(case_no)]


def arrivals(house: House, case_no: str) -> list[str]:
    return [sentence(one.type, one.data) for one in house.journal(f"case:{case_no}") if one.type == ARRIVED]


def listening_case(house: House, *, interrupting: bool = False) -> str:
    """A case beside whose review 缴费完成 is waited for under the case's own number."""
    publish(house, listening_route(interrupting=interrupting))
    return house.accepted_commitment()


# Finding the case ---------------------------------------------------------------------------------------------------


def test_the_message_goes_to_the_case_that_noted_its_number_and_the_way_goes_by_what_it_brings(house: House):
    publish(house, waiting_route())
    fit, unfit = waiting_case(house, "委2026-1"), waiting_case(house, "委2026-2")
    assert elements(house, fit) == elements(house, unfit) == []
    assert deliver(house, "委2026-1") == {"message": "appraisal_concluded"}
    assert (elements(house, fit), keys(house, fit)) == (["ut_head_decide"], [])
    assert (elements(house, unfit), keys(house, unfit)) == ([], ["委2026-2"])
    deliver(house, "委2026-2", FAIL)
    assert elements(house, unfit) == ["ut_look_again"]
    assert house.violations() == []


def test_the_journal_tells_in_plain_words_what_came_from_whom_and_by_which_way(house: House):
    publish(house, waiting_route())
    case_no = waiting_case(house, "委2026-1")
    deliver(house, "委2026-1", idempotency="outside-1")
    assert arrivals(house, case_no) == [
        "收到外部消息“检验检测鉴定结论”：委托编号 委2026-1；结论：符合要求；报告编号：检（2026）17号"
    ]
    told = [one for one in house.journal(f"case:{case_no}") if one.command == "DeliverMessage"]
    assert [(one.type, one.account, one.key) for one in told] == [
        (ARRIVED, "M71", "outside-1"), ("process.advanced", "M71", "outside-1"),
        ("clock.opened", "M71", "outside-1"),  # the decision has a limit of its own
    ]  # fmt: skip
    with house.door.read(SYSTEM) as view:
        bodies = view.connection.scalars(sa.select(journal_line.c.body).where(journal_line.c.type == ARRIVED))
        assert [json.loads(one)["actor"]["channel"] for one in bodies] == ["api"]
    moved = told[1].data
    assert (moved["how"], moved["message"], moved["key"]) == ("message", "appraisal_concluded", "委2026-1")
    assert moved["facts"] == PASS


def test_a_wrong_key_a_case_elsewhere_and_a_message_nobody_knows_are_told_alike(house: House):
    publish(house, waiting_route())
    early = house.accepted_commitment()
    done = waiting_case(house, "委2026-1")
    deliver(house, "委2026-1")
    told = set()
    for key in ("委2026-1", "委2026-2", early, done, "", " 委2026-1", "x" * 101, "\x00"):
        with pytest.raises(MessageUnexpected) as refused:
            deliver(house, key)
        told.add(refused.value.sentence)
    assert len(told) == 1
    with pytest.raises(MessageUnexpected):
        deliver(house, "委2026-1", message="ending", facts={})
    for name in ("no_such_message", "", "\x00"):
        with pytest.raises(MessageUnexpected):
            deliver(house, "委2026-1", message=name)
    assert elements(house, done) == ["ut_head_decide"]
    assert house.violations() == []


def test_a_miss_stands_in_the_senders_own_journal_and_in_no_case(sqlite_house: House):
    publish(sqlite_house, waiting_route())
    case_no = waiting_case(sqlite_house)
    before = len(sqlite_house.journal(f"case:{case_no}"))
    with pytest.raises(MessageUnexpected):
        deliver(sqlite_house, "委2026-99")
    [line] = sqlite_house.journal("access:M71")
    assert (line.type, line.data["code"]) == ("access.missed", "MESSAGE_UNEXPECTED")
    assert len(sqlite_house.journal(f"case:{case_no}")) == before


def test_two_cases_under_one_key_get_nothing_and_the_sender_learns_only_how_many(house: House):
    publish(house, waiting_route())
    cases = [waiting_case(house, "委2026-1") for _ in range(2)]
    with pytest.raises(MessageAmbiguous) as refused:
        deliver(house, "委2026-1")
    assert "有 2 件" in refused.value.sentence
    assert not [case_no for case_no in cases if case_no in refused.value.sentence]
    assert [arrivals(house, one) for one in cases] == [[], []]
    assert [keys(house, one) for one in cases] == [["委2026-1"]] * 2
    assert house.violations() == []


def test_what_does_not_fit_is_told_by_field_and_alike_whether_the_key_is_right(house: House):
    publish(house, waiting_route())
    case_no = waiting_case(house, "委2026-1")
    unfit: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"facts.appraisal_result", "facts.appraisal_report_no"}),
        ({**PASS, "appraisal_result": "maybe"}, {"facts.appraisal_result"}),
        ({**PASS, "appraisal_result": True}, {"facts.appraisal_result"}),
        ({**PASS, "appraisal_report_no": 17}, {"facts.appraisal_report_no"}),
        ({**PASS, "appraisal_report_no": "x" * 61}, {"facts.appraisal_report_no"}),
        ({**PASS, "appraisal_report_no": "17\n"}, {"facts.appraisal_report_no"}),
        ({**PASS, "decision": "grant"}, {"facts.decision"}),
        ({f"n{number}": 1 for number in range(9)}, {"facts"}),
    ]
    for facts, fields in unfit:
        told = []
        for key in ("委2026-1", "委2026-2"):
            with pytest.raises(InvalidFields) as refused:
                deliver(house, key, facts)
            told.append(refused.value.errors)
        assert told[0] == told[1]
        assert told[0].keys() == fields
    assert (keys(house, case_no), arrivals(house, case_no)) == (["委2026-1"], [])
    assert house.violations() == []


def test_only_an_outside_system_sends_and_need_not_see_the_case(house: House):
    publish(house, waiting_route())
    case_no = waiting_case(house, "委2026-1")
    for account in ("W01", "D11", "D12", "P61", "A01", "A02", "A03", "S51", "U81"):
        with pytest.raises(NotYourAction, match="送达外部消息"):
            deliver(house, "委2026-1", account=account)
    assert keys(house, case_no) == ["委2026-1"]
    assert deliver(house, "委2026-1") == {"message": "appraisal_concluded"}


def test_a_lost_answer_is_asked_for_again_and_nothing_happens_twice(house: House):
    publish(house, waiting_route())
    case_no = waiting_case(house, "委2026-1")
    first = deliver(house, "委2026-1", idempotency="one")
    assert deliver(house, "委2026-1", idempotency="one") == first
    with pytest.raises(MessageUnexpected):
        deliver(house, "委2026-1", idempotency="two")
    assert len(arrivals(house, case_no)) == 1


def test_whatever_keeps_the_case_from_going_on_is_the_houses_own_business(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    publish(sqlite_house, waiting_route())
    case_no = waiting_case(sqlite_house, "委2026-1")

    def refuses(*_: Any, **__: Any) -> None:
        raise ReasonMissing

    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING, "yichuang.messages"):
        broken.setattr(Runtime, "deliver", refuses)
        with pytest.raises(MessageNotTaken) as refused:
            deliver(sqlite_house, "委2026-1", idempotency="one")
    assert case_no not in refused.value.sentence
    assert "理由" not in refused.value.sentence
    assert case_no in caplog.text
    assert (keys(sqlite_house, case_no), arrivals(sqlite_house, case_no)) == (["委2026-1"], [])
    deliver(sqlite_house, "委2026-1", idempotency="one")
    assert elements(sqlite_house, case_no) == ["ut_head_decide"]
    assert sqlite_house.violations() == []


# Rows ---------------------------------------------------------------------------------------------------------------


def test_a_row_stands_exactly_as_long_as_the_message_is_waited_for(house: House):
    case_no = listening_case(house)
    [row] = awaited(house, case_no)
    assert (row.run, row.name, row.key, row.since) == (0, "payment_made", case_no, house.clock.now())
    house.wait(minutes=5)
    house.visit(case_no)
    assert awaited(house, case_no) == [], "the element was left"
    with pytest.raises(MessageUnexpected):
        deliver(house, case_no, PAID, message="payment_made")
    assert house.violations() == []


def test_beside_the_work_it_is_taken_as_often_as_it_comes_and_waited_for_anew_each_time(house: House):
    case_no = listening_case(house)
    for count in range(1, 4):
        house.wait(minutes=5)
        [before] = awaited(house, case_no)
        deliver(house, case_no, PAID, message="payment_made")
        [after] = awaited(house, case_no)
        assert (after.key, after.task_no > before.task_no, after.since) == (case_no, True, house.clock.now())
        assert (len(arrivals(house, case_no)), elements(house, case_no)) == (count, ["ut_substantive"])
    assert house.violations() == []


def test_a_message_that_interrupts_takes_the_step_away_and_nobody_waits_any_more(house: House):
    case_no = listening_case(house, interrupting=True)
    deliver(house, case_no, PAID, message="payment_made")
    assert (elements(house, case_no), keys(house, case_no)) == (["ut_head_decide"], [])
    assert house.violations() == []


def test_each_part_of_a_joint_case_waits_under_a_key_of_its_own(house: House):
    house.execute("P61", Deploy(processes=joint_route()))
    case_no, other = asked(house), asked(house)
    mine = [f"{case_no}/{each}" for each in ("market/verify", "market/food", "urban/sign", "fire/fire")]
    assert keys(house, case_no) == mine
    for _ in range(2):
        deliver(house, f"{case_no}/fire/fire")
    assert (len(arrivals(house, case_no)), arrivals(house, other)) == (2, [])
    assert sorted(keys(house, case_no)) == sorted(mine), "it is waited for again"
    opine(house, case_no, "fire")
    assert sorted(keys(house, case_no)) == sorted(mine[:3])
    with pytest.raises(MessageUnexpected):
        deliver(house, mine[3])
    deliver(house, mine[0])
    assert branch_task(house, case_no, "verify").state == "open"
    assert len(keys(house, other)) == 4
    house.reopen()
    assert house.violations() == []


def test_a_case_without_keys_has_no_row_and_no_statement_for_one(sqlite_house: House):
    asked_for: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked_for.append(statement)

    engines = [one for one in vars(sqlite_house.door.database).values() if isinstance(one, sa.Engine)]
    for one in engines:
        sa.event.listen(one, "before_cursor_execute", listen)
    case_no = sqlite_house.accepted_commitment()
    sqlite_house.visit(case_no)
    assert len(asked_for) > 50
    assert [one for one in asked_for if "awaited_message" in one] == []
    assert awaited(sqlite_house, case_no) == []


def test_after_a_restart_the_message_is_still_expected_and_the_audit_executes_it_again(house: House):
    publish(house, waiting_route())
    case_no = waiting_case(house, "委2026-1")
    house.reopen()
    deliver(house, "委2026-1")
    house.reopen()
    assert elements(house, case_no) == ["ut_head_decide"]
    assert house.violations() == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM awaited_message",
        "UPDATE awaited_message SET key = 'x'",
        "UPDATE awaited_message SET name = 'payment_made'",
        "UPDATE awaited_message SET task_no = task_no + 1",
    ],
)
def test_a_row_that_is_gone_or_changed_is_found(sqlite_house: House, statement: str):
    publish(sqlite_house, waiting_route())
    waiting_case(sqlite_house)
    assert sqlite_house.violations() == []
    with sqlite_house.door.database.writing() as connection:
        connection.exec_driver_sql(statement)
    assert {one.rule for one in sqlite_house.violations()} == {"I4.awaited"}


# The words of the case's own release --------------------------------------------------------------------------------


def changed(most: int) -> dict[str, str]:
    """The message file with another longest report number."""
    text = library.messages()["appraisal_concluded"].text.decode("utf-8")
    assert '"most": 60' in text
    return {"appraisal_concluded": text.replace('"most": 60', f'"most": {most}')}


def test_a_running_case_is_answered_by_the_file_of_its_own_release(house: House):
    publish(house, waiting_route())
    before = waiting_case(house, "委2026-1")
    house.execute("P61", Deploy(processes={}, messages=changed(5)))
    after = waiting_case(house, "委2026-2")
    assert house.case(before).release_id != house.case(after).release_id
    with pytest.raises(InvalidFields) as refused:
        deliver(house, "委2026-2")
    assert refused.value.errors.keys() == {"facts.appraisal_report_no"}
    deliver(house, "委2026-1")
    deliver(house, "委2026-2", {**PASS, "appraisal_report_no": "17号"})
    assert elements(house, before) == elements(house, after) == ["ut_head_decide"]
    assert house.violations() == []


def test_a_case_that_goes_on_with_another_release_waits_on_under_its_key_and_by_the_new_file(house: House):
    publish(house, waiting_route())
    case_no = waiting_case(house, "委2026-1")
    rows = awaited(house, case_no)
    renamed = waiting_route().replace("cm_appraisal", "cm_conclusion")
    house.execute("P61", Deploy(processes={ROUTE: renamed}, messages=changed(5)))
    house.wait(minutes=5)
    ids = {ROUTE: {"cm_appraisal": "cm_conclusion"}}
    house.execute("P61", MigrateCase(case_no=case_no, number=3, ids=ids, reason="新版"))
    assert awaited(house, case_no) == rows
    with pytest.raises(InvalidFields):
        deliver(house, "委2026-1")
    deliver(house, "委2026-1", {**PASS, "appraisal_report_no": "17号"})
    assert elements(house, case_no) == ["ut_head_decide"]
    assert house.violations() == []


def test_an_administrators_change_begins_and_ends_the_waiting_as_any_move_does(house: House):
    case_no = listening_case(house)
    house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    assert keys(house, case_no) == []
    with house.door.read(SYSTEM) as view:
        [opinion] = [one.number for one in where(view, case_no) if one.element_id == "ut_dept_opinion"]
    back = ModifyCase(case_no=case_no, cancel=(opinion,), begin=((ROUTE, "ut_substantive"),), reason="重新审查")
    house.execute("A01", back)
    assert keys(house, case_no) == [case_no]
    deliver(house, case_no, PAID, message="payment_made")
    assert len(arrivals(house, case_no)) == 1
    assert house.violations() == []


def test_what_a_case_waits_for_is_said_in_the_words_of_its_release(sqlite_house: House):
    publish(sqlite_house, waiting_route())
    case_no = waiting_case(sqlite_house, "委2026-1")
    with sqlite_house.door.read(SYSTEM) as view:
        [one] = waits(view, f"case:{case_no}")
    assert (one.title, one.key_title, one.key) == ("检验检测鉴定结论", "委托编号", "委2026-1")
    assert one.since == sqlite_house.clock.now()


def test_without_its_key_a_keyed_message_finds_nobody(house: House):
    publish(house, waiting_route())
    case_no = waiting_case(house, "委2026-1")
    root = f"case:{case_no}"
    for wrong in (None, "3"):
        with house.unit(root) as unit, pytest.raises(MessageNotAwaited):
            progress.deliver(unit, root, "appraisal_concluded", PASS, key=wrong)
