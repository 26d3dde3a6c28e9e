"""Internal messages: to a person or a desk, about a case in sight, read once, answered, and forgotten in time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.errors import Refusal
from engine.foundation.vault import Vault
from engine.process.tasks.messages.commands import ForgetMessages, ReadMessages, SendMessage
from engine.process.tasks.messages.queries import Message, received, sent, unread_count
from engine.process.tasks.messages.rules import (
    MOST,
    MessageCaseMissing,
    MessageEmpty,
    MessageMissing,
    MessageTooLong,
    ReceiverMissing,
    checked_text,
)
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.rules import SYSTEM, NotYourAction
from engine.registry.organisation.queries import DepartmentUnknown
from tests.support.house import COMPANY, House


def box(house: House, account: str) -> list[Message]:
    with house.door.read(house.actor(account)) as view:
        return received(view.connection, house.door.part(Vault), view.actor)


def unread(house: House, account: str) -> int:
    with house.door.read(house.actor(account)) as view:
        return unread_count(view.connection, view.actor)


def write(house: House, account: str, text: str = "请看一下这件", **more: str) -> str:
    return str(house.execute(account, SendMessage(text=text, **more))["id"])


def test_T027_departments_write_to_each_other_about_a_case_and_the_journal_keeps_that_and_not_what(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    id = write(house, "W01", "营业执照已核验，请知悉", to_account="D11", case_no=case_no)
    (found,) = box(house, "D11")
    assert (found.text, found.case_root, found.sender) == ("营业执照已核验，请知悉", f"case:{case_no}", "W01")
    (line,) = house.journal(found.root_id)
    assert line.data["message"] == id
    assert "营业执照已核验" not in str(line.data)
    with house.door.database.reading() as connection:
        assert "营业执照" not in str(connection.exec_driver_sql("SELECT sealed FROM message").scalar_one())
    assert house.violations() == []


def test_a_message_to_a_desk_reaches_everybody_there_and_each_reads_for_himself(house: House):
    id = write(house, "D11", "结果已备好", to_role="window_clerk", to_department="center")
    assert [unread(house, account) for account in ("W01", "W02", "W03", "D12")] == [1, 1, 0, 0]
    assert house.execute("W01", ReadMessages(ids=(id,)))["read"] == 1
    assert house.execute("W01", ReadMessages(ids=(id,)))["read"] == 0
    assert [unread(house, account) for account in ("W01", "W02")] == [0, 1]


def test_an_answer_goes_to_the_sender_and_stays_in_the_thread(sqlite_house: House):
    id = write(sqlite_house, "W01", "何时能办好？", to_account="D11")
    write(sqlite_house, "D11", "明天上午", reply_to=id)
    (answer,) = box(sqlite_house, "W01")
    assert (answer.text, answer.reply_to) == ("明天上午", id)
    assert len(sqlite_house.journal(answer.root_id)) == 2
    with sqlite_house.door.read(sqlite_house.actor("D11")) as view:
        assert [one.text for one in sent(view.connection, sqlite_house.door.part(Vault), view.actor)] == ["明天上午"]


@pytest.mark.parametrize(
    "account, more, refusal",
    [
        ("W01", {}, ReceiverMissing),
        ("W01", {"to_account": "W99"}, AccountUnknown),
        ("W01", {"to_account": "A01"}, ReceiverMissing),
        ("W01", {"to_role": "window_clerk", "to_department": "nowhere"}, DepartmentUnknown),
        ("W01", {"to_role": "king", "to_department": "center"}, ReceiverMissing),
        ("W01", {"to_account": "W02", "text": "  \n "}, MessageEmpty),
        ("W01", {"to_account": "W02", "text": "长" * (MOST + 1)}, MessageTooLong),
        ("W01", {"to_account": "W02", "case_no": "9" * 43}, MessageCaseMissing),
        ("W02", {"reply_to": "no-such-message"}, MessageMissing),
        ("A01", {"to_account": "W02"}, NotYourAction),
        ("U81", {"to_account": "W02"}, NotYourAction),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_sent(sqlite_house, account, more, refusal: type[Refusal]):
    with pytest.raises(refusal):
        sqlite_house.execute(account, SendMessage(**{"text": "请看一下", **more}))
    assert box(sqlite_house, "W02") == []


def test_a_case_of_another_department_cannot_be_named(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with pytest.raises(MessageCaseMissing):
        write(sqlite_house, "D21", to_account="W01", case_no=case_no)
    write(sqlite_house, "D11", to_account="W01", case_no=case_no)


def test_nobody_answers_or_marks_a_message_between_others(sqlite_house: House):
    id = write(sqlite_house, "W01", to_account="D11")
    with pytest.raises(MessageMissing):
        write(sqlite_house, "W02", "我也说一句", reply_to=id)
    assert sqlite_house.execute("W02", ReadMessages(ids=(id,)))["read"] == 0
    assert unread(sqlite_house, "D11") == 1


def test_messages_are_forgotten_after_the_policys_time_with_a_line_that_says_how_many(house: House):
    old = write(house, "W01", to_account="D11")
    house.execute("D11", ReadMessages(ids=(old,)))
    house.wait(days=200)
    write(house, "W01", "新的一条", to_account="D11")
    house.wait(days=166)
    assert house.door.execute(ForgetMessages(), SYSTEM, key="a")["forgotten"] == 1
    assert [one.text for one in box(house, "D11")] == ["新的一条"]
    assert house.journal("message:retention")[-1].sentence == "清理超过保存期限的内部消息 1 条"
    assert house.door.execute(ForgetMessages(), SYSTEM, key="b")["forgotten"] == 0
    assert len(house.journal("message:retention")) == 1
    with pytest.raises(NotYourAction):
        house.execute("W01", ForgetMessages())


@given(st.text(max_size=2100))
def test_a_text_is_kept_without_blank_ends_or_refused(text: str):
    whole = text.replace("\r\n", "\n").strip()
    if 0 < len(whole) <= MOST:
        assert checked_text(text) == whole
    else:
        with pytest.raises((MessageEmpty, MessageTooLong)):
            checked_text(text)
