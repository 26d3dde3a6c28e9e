"""Rows of 6.2.1, 6.3.1, 6.3.2, 6.4.1 with the rows' own data: who, when, and what stands on paper."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework.archive.handlers import CollationUnfinished, archive
from engine.casework.issuance.queries import delivery_of, result_of
from engine.casework.issuance.rules import handing_errors
from engine.foundation.errors import InvalidFields
from engine.foundation.vault import Vault
from engine.process.documents.issuing import render
from engine.process.tasks.rules import TaskNotYours
from engine.registry.identity.rules import SYSTEM
from tests.support.courier import ready_to_ship
from tests.support.house import MARKET, House

GRANTED = {"opinion": "建议准予", "basis": "《食品经营许可和备案管理办法》"}
FILED = {"retention_period": "30", "archive_no": "AY-2026-0007", "conclusion": "齐全完整"}
COLLATED = {
    "application_pages": 3, "process_pages": 4, "result_pages": 1, "collation_checks": ["ordered", "named", "complete"]
}  # fmt: skip


def test_T087_decided_in_time_but_handed_over_a_day_late_breaks_the_promise_and_not_the_law(house: House):
    house.at(2026, 2, 11)
    case_no = house.accepted_commitment()
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", GRANTED)
    house.at(2026, 2, 24)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    house.at(2026, 2, 26)
    house.make_and_sign(case_no, MARKET)
    clocks = house.clocks(case_no)
    promise, law = clocks["commitment"], clocks["statutory"]
    assert (promise.row.due_on, promise.row.stopped_on) == (date(2026, 2, 25), date(2026, 2, 26))
    assert (promise.standing.word, promise.standing.overdue) == ("overdue", 1)
    assert (law.row.stopped_on, law.standing.word, law.standing.overdue) == (date(2026, 2, 24), "met", 0)
    assert house.violations() == []


def test_T099_a_clerk_of_the_window_does_not_file_and_the_archivist_does(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "pickup")
    sqlite_house.pick_up(case_no, "王建国", "410502199003070010")
    sqlite_house.complete("W01", case_no, "ut_collate", COLLATED)
    with pytest.raises(TaskNotYours):
        sqlite_house.complete("W01", case_no, "ut_archive", FILED)
    assert sqlite_house.journal("access:W01")[-1].type == "access.refused"
    sqlite_house.complete("D63", case_no, "ut_archive", FILED)
    assert sqlite_house.case(case_no).status == "archived"


def test_T098_nothing_is_sealed_before_the_window_has_collated_it(sqlite_house: House):
    """Also in a flow that somebody drew without the collation."""
    case_no = ready_to_ship(sqlite_house, "pickup")
    sqlite_house.pick_up(case_no, "王建国", "410502199003070010")
    task = sqlite_house.task(case_no, "ut_collate")
    with pytest.raises(CollationUnfinished) as refused, sqlite_house.unit(f"case:{case_no}") as unit:
        archive(unit, task, FILED)
    assert "6.4.1" in refused.value.sentence
    assert sqlite_house.case(case_no).status == "delivered"


@pytest.mark.parametrize("kind, relation, letters, signatures, wrong", [
    ("self", "", 0, 1, []), ("self", "", 0, 0, ["signature"]), ("agent", "同事", 1, 1, []),
    ("agent", "", 1, 1, ["relation"]), ("agent", "同事", 0, 1, ["authorisation"]),
    ("agent", " ", 0, 0, ["authorisation", "relation", "signature"]),
])  # fmt: skip
def test_T089_what_nobody_signed_for_is_not_delivered(
    kind: str, relation: str, letters: int, signatures: int, wrong: list[str]
):
    errors = handing_errors(kind, relation, letters, signatures)
    assert sorted(errors) == wrong
    assert all("6.3.2" in sentence for sentence in errors.values())


def test_T088_a_proxy_shows_his_own_number_and_it_stays_sealed(sqlite_house: House):
    case_no = ready_to_ship(sqlite_house, "pickup")
    proxy = {
        "receiver_kind": "agent", "receiver_name": "李秀兰", "receiver_id_no": "410502199003070010", "relation": "同事",
        "identity_checked": True, "signature": sqlite_house.signature("W03"),
        "authorisation": [sqlite_house.upload("W03", "授权委托书.pdf")],
    }  # fmt: skip
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W03", case_no, "ut_pickup", proxy)
    assert "receiver_id_no" in refused.value.errors
    sqlite_house.complete("W03", case_no, "ut_pickup", {**proxy, "receiver_id_no": "41050219850612002X"})
    with sqlite_house.door.read(SYSTEM) as view:
        delivery = delivery_of(view.connection, f"case:{case_no}")
        [(sealed,)] = view.connection.exec_driver_sql("SELECT id_sealed FROM delivery").all()
        assert view.part(Vault).unseal(sealed) == "41050219850612002X"
    assert delivery is not None
    assert (delivery.receiver_kind, delivery.relation) == ("agent", "同事")
    assert "41050219850612002X" not in sealed


def test_a_denial_is_made_as_a_decision_with_reasons_basis_and_remedies(house: House):
    """The decision itself is the department's act; here it stands in the row as that act leaves it."""
    case_no = house.accepted_commitment()
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", GRANTED)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    with house.door.database.writing() as connection:
        connection.exec_driver_sql("UPDATE case_file SET decision = 'deny'")
        connection.exec_driver_sql("UPDATE opinion SET text = '场所不符合要求', basis = '《食品安全法》第三十五条' "
                                   "WHERE kind = 'decision'")  # fmt: skip
    house.complete("D11", case_no, "ut_make_result", {})
    with house.door.read(SYSTEM) as view:
        made = result_of(view.connection, f"case:{case_no}")
    [letter] = [one for one in house.documents(case_no) if one.kind == "denial_decision"]
    assert made is not None
    assert (made.title, made.result_no, made.document_id) == ("不予许可（办理）决定书", letter.number, letter.id)
    assert letter.data["reasons"] == "场所不符合要求" or "场所不符合要求" in repr(letter.data)
    assert render(letter).startswith(b"%PDF")
    house.complete("D12", case_no, "ut_result_handover", {})
    house.complete("W03", case_no, "ut_result_receipt", {"signature": house.signature("W03")})
    house.pick_up(case_no, "李秀兰", "41050219850612002X")
    assert house.case(case_no).status == "delivered"
