"""首问负责 (4.1.7): a question stays with whoever was asked first until it is answered, taken over, or applied for."""

from __future__ import annotations

import pytest

from engine.casework.counselling.commands import AcceptContact, CloseContact, RecordContact, TransferContact
from engine.casework.counselling.queries import Contact, contact_by_root, contacts_for
from engine.casework.counselling.rules import (
    ContactClosed,
    ContactMissing,
    NotOfferedToYou,
    NotTheResponder,
    TransferRefused,
)
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.unit import RootMissing
from engine.foundation.vault import Vault
from engine.process.tasks.messages.queries import received
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.rules import SYSTEM, NotYourAction
from engine.registry.items.queries import ItemUnknown
from tests.support.house import PERSON, House

ASKED = {"name": "王建国", "phone": "13800001234", "about": "想开一家小餐馆，要办哪些证？"}


def recorded(house: House, account: str = "W01", **more: str) -> str:
    return str(house.execute(account, RecordContact(**{**ASKED, **more}))["number"])


def contact(house: House, number: str) -> Contact:
    with house.door.read(SYSTEM) as view:
        found = contact_by_root(view.connection, house.door.part(Vault), f"contact:{number}")
    assert found is not None
    return found


def messages(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.text for one in received(view.connection, house.door.part(Vault), view.actor)]


def told(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.sentence for one in notifications_for(view.connection, view.actor)]


def test_T033_W01_records_an_enquiry_and_after_one_working_day_it_is_still_W01s_and_W01_is_urged(house: House):
    number = recorded(house)
    house.at(2026, 3, 3, 23, 59)
    assert house.sweep().fired == 0
    house.at(2026, 3, 4, 9)
    assert house.sweep().fired == 1
    found = contact(house, number)
    assert (found.responder, found.first_responder, found.state) == ("W01", "W01", "open")
    assert messages(house, "W01") == [f"首问登记 {number} 已超过1个工作日，仍在您名下，请答复或转交。"]
    assert not any(number in one for one in told(house, "S51"))
    house.at(2026, 3, 5, 9)
    house.sweep()
    assert told(house, "S51")[0] == f"首问登记 {number} 催办后仍未办结，责任人 受理员一。"
    assert contact(house, number).responder == "W01"
    lines = [line.sentence for line in house.journal(f"contact:{number}")]
    assert "超过 1 个工作日未办结，催办 受理员一" in lines and "催办后仍未办结，报监察员" in lines
    assert house.violations() == []


def test_T033_a_weekend_is_no_working_day(sqlite_house: House):
    sqlite_house.at(2026, 3, 6, 16)
    recorded(sqlite_house)
    sqlite_house.at(2026, 3, 9, 12)
    assert sqlite_house.sweep().fired == 0
    sqlite_house.at(2026, 3, 10, 0, 1)
    assert sqlite_house.sweep().fired == 1


def test_T033_an_offer_leaves_it_with_the_responder_until_the_other_accepts(house: House):
    number = recorded(house)
    house.execute("W01", TransferContact(number=number, to_account="W02"))
    assert contact(house, number).responder == "W01"
    house.at(2026, 3, 4, 9)
    house.sweep()
    assert messages(house, "W01") != []
    house.execute("W02", AcceptContact(number=number))
    found = contact(house, number)
    assert (found.responder, found.offered_to, found.first_responder) == ("W02", None, "W01")
    # The new responder has a working day too: it ends on the 5th.
    house.at(2026, 3, 5, 23)
    assert house.sweep().fired == 0
    house.at(2026, 3, 6, 9)
    house.sweep()
    assert any(number in one and "仍在您名下" in one for one in messages(house, "W02"))


def test_T033_an_answer_closes_it_and_nobody_is_urged_any_more(house: House):
    number = recorded(house)
    house.execute("W01", CloseContact(number=number, answer="办理个体工商户登记和食品经营许可"))
    found = contact(house, number)
    assert (found.state, found.answer) == ("answered", "办理个体工商户登记和食品经营许可")
    house.at(2026, 3, 9, 9)
    assert house.sweep().fired == 0
    for command in (CloseContact(number=number, answer="再答"), TransferContact(number=number, to_account="W02")):
        with pytest.raises(ContactClosed):
            house.execute("W01", command)


def test_T033_it_becomes_an_application(sqlite_house: House):
    number = recorded(sqlite_house, item_code="I06")
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    sqlite_house.execute("W01", CloseContact(number=number, case_no=case_no))
    found = contact(sqlite_house, number)
    assert (found.state, found.case_root) == ("applied", f"case:{case_no}")


@pytest.mark.parametrize(
    "account, command, refusal",
    [
        ("W02", lambda number: CloseContact(number=number, answer="代为答复"), NotTheResponder),
        ("W02", lambda number: TransferContact(number=number, to_account="W01"), NotTheResponder),
        ("W02", lambda number: AcceptContact(number=number), NotOfferedToYou),
        ("W01", lambda number: TransferContact(number=number, to_account="W01"), TransferRefused),
        ("W01", lambda number: TransferContact(number=number, to_account="A01"), TransferRefused),
        ("W01", lambda number: TransferContact(number=number, to_account="W99"), AccountUnknown),
        ("W01", lambda number: CloseContact(number=number, answer=" "), InvalidFields),
        ("W01", lambda number: CloseContact(number=number, case_no="9" * 43), Refusal),
        ("S51", lambda number: CloseContact(number=number, answer="监察员代答"), NotYourAction),
    ],
)
def test_what_is_not_ones_own_or_not_whole_is_refused_and_changes_nothing(sqlite_house, account, command, refusal):
    number = recorded(sqlite_house)
    before = contact(sqlite_house, number)
    with pytest.raises(refusal):
        sqlite_house.execute(account, command(number))
    assert contact(sqlite_house, number) == before


@pytest.mark.parametrize(
    "wrong, refusal",
    [({"phone": "1"}, InvalidFields), ({"phone": ""}, InvalidFields), ({"name": ""}, InvalidFields),
     ({"about": "?"}, InvalidFields), ({"item_code": "I99"}, ItemUnknown)],
)  # fmt: skip
def test_a_contact_names_person_question_and_phone(sqlite_house: House, wrong: dict[str, str], refusal: type[Refusal]):
    with pytest.raises(refusal):
        recorded(sqlite_house, **wrong)


def test_the_phone_lies_sealed_and_others_do_not_see_the_contact(sqlite_house: House):
    recorded(sqlite_house)
    with sqlite_house.door.database.reading() as connection:
        assert "13800001234" not in str(connection.exec_driver_sql("SELECT * FROM contact").one())
    with sqlite_house.door.read(sqlite_house.actor("W02")) as view:
        vault = sqlite_house.door.part(Vault)
        assert contacts_for(view.connection, vault, view.actor, all_of_them=False) == []
        assert len(contacts_for(view.connection, vault, view.actor, all_of_them=True)) == 1


def test_an_unknown_number_is_missing(sqlite_house: House):
    with pytest.raises((ContactMissing, RootMissing)):
        sqlite_house.execute("W01", AcceptContact(number="SW1"))
