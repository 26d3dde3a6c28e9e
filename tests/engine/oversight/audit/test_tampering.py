"""Somebody with a hand in the database: what he changes is named with its case, and nothing he does stops the check.

The chain alone shows a careless edit.  Here the editor is careful: he makes every hash fit.  Then the process itself,
run again, the ledger, counted again, and the files contradict him.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.rules import canonical, chain_hash
from engine.foundation.store.unit import GENESIS
from tests.engine.oversight.audit.conftest import Audited
from tests.support.house import House

pytestmark = pytest.mark.tampers("somebody has a hand in the database: what he changes must be found")


def sql(house: House, statement: str, **values: Any) -> None:
    with house.door.database.writing() as connection:
        assert connection.execute(sa.text(statement), values).rowcount > 0, "nothing was changed"


def found(audited: Audited) -> set[tuple[str, str]]:
    """Return (invariant, root) of everything that does not hold."""
    return {(one.invariant, one.root) for one in audited.house.violations()}


def forge(house: House, case_no: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the lines of a case and make the whole chain fit again."""
    root, head = f"case:{case_no}", GENESIS
    with house.door.database.writing() as connection:
        query = sa.text("SELECT seq, body FROM journal_line WHERE root_id = :root ORDER BY seq")
        for seq, body in connection.execute(query, {"root": root}).all():
            line = {**json.loads(body), "prev": head}
            change(line)
            text = canonical(line)
            head = chain_hash(text)
            connection.execute(
                sa.text("UPDATE journal_line SET body = :text, hash = :head WHERE root_id = :root AND seq = :seq"),
                {"text": text, "head": head, "root": root, "seq": seq},
            )
        connection.execute(sa.text("UPDATE root SET head = :head WHERE id = :root"), {"head": head, "root": root})


def test_a_house_in_order_has_nothing_to_tell(audited: Audited):
    assert found(audited) == set()


# Dates stretched in silence ---------------------------------------------------------------------------------------

STRETCHED = {
    "the due date of a running clock": "UPDATE clock SET due_on = '2026-12-01' WHERE root_id = :root",
    "the instant of a reminder": "UPDATE deadline SET due_at = '2026-12-01T00:00:00.000000Z' WHERE root_id = :root",
    "the quota in the ledger": "UPDATE clock_entry SET body = replace(body, '5', '50')"
    " WHERE root_id = :root AND kind = 'start'",
    "the first day in the ledger": "UPDATE clock_entry SET \"on\" = '2026-03-12' WHERE root_id = :root",
    "a second start in the ledger": 'INSERT INTO clock_entry SELECT root_id, clock_id, 99, kind, "on", body, at,'
    " account FROM clock_entry WHERE root_id = :root AND kind = 'start'",
    "the whole ledger": "DELETE FROM clock_entry WHERE root_id = :root",
    "a stop that never was": "UPDATE clock SET state = 'stopped' WHERE root_id = :root AND kind = 'commitment'",
}


@pytest.mark.parametrize("what", STRETCHED)
def test_I4_no_date_is_stretched_in_silence(what: str, audited: Audited):
    root = f"case:{audited.running}"
    sql(audited.house, STRETCHED[what], root=root)
    assert ("I4", root) in found(audited)
    assert {place for _, place in found(audited)} == {root}


def test_I4_the_notice_clock_cannot_be_disarmed_or_moved(audited: Audited):
    root = f"case:{audited.received}"
    for statement in (
        "UPDATE deadline SET due_at = '2026-12-01T00:00:00.000000Z', wake_at = due_at WHERE root_id = :root",
        "UPDATE deadline SET state = 'cancelled' WHERE root_id = :root",
    ):
        sql(audited.house, statement, root=root)
        assert ("I4", root) in found(audited)


# The state of the process -------------------------------------------------------------------------------------------


def test_I6_a_damaged_snapshot_is_found_before_anybody_works_the_case(audited: Audited):
    root = f"case:{audited.running}"
    sql(audited.house, "UPDATE process_instance SET snapshot = x'00' WHERE root_id = :root", root=root)
    assert found(audited) == {("I6", root)}


def test_I6_a_snapshot_of_an_earlier_state_is_found(audited: Audited):
    # Put back to the moment before the acceptance, the case could be accepted a second time.
    root, other = f"case:{audited.running}", f"case:{audited.received}"
    with audited.house.door.database.writing() as connection:
        connection.execute(
            sa.text(
                "UPDATE process_instance SET snapshot = "
                "(SELECT snapshot FROM process_instance WHERE root_id = :other) WHERE root_id = :root"
            ),
            {"root": root, "other": other},
        )
    assert found(audited) == {("I6", root)}


def _reject(line: dict[str, Any]) -> None:
    if line["data"].get("facts", {}).get("formal_result"):
        line["data"]["facts"]["formal_result"] = "reject"


def _other_service_result(line: dict[str, Any]) -> None:
    for one in line["data"].get("services", []):
        if one["name"] == "cases.dispatch":
            one["result"]["case_type"] = "instant" if one["result"]["case_type"] == "commitment" else "commitment"


def _no_service_result(line: dict[str, Any]) -> None:
    if "services" in line["data"]:
        line["data"]["services"] = []


def _other_service(line: dict[str, Any]) -> None:
    for one in line["data"].get("services", []):
        one["element"] = "st_elsewhere"


def _other_task(line: dict[str, Any]) -> None:
    if line["data"].get("how") == "complete":
        line["data"]["task_no"] += 100


def _other_way(line: dict[str, Any]) -> None:
    if line["data"].get("how") == "complete":
        line["data"]["how"] = "clock"


def _other_release(line: dict[str, Any]) -> None:
    if line["type"] == "process.started":
        line["data"]["release"] = "f" * 64


def _other_start_fact(line: dict[str, Any]) -> None:
    if line["type"] == "process.started":
        line["data"]["facts"]["site_visit_required"] = not line["data"]["facts"]["site_visit_required"]


FORGED = (
    _reject, _other_service_result, _no_service_result, _other_service, _other_task, _other_way, _other_release,
    _other_start_fact,
)  # fmt: skip


@pytest.mark.parametrize("change", FORGED, ids=lambda one: one.__name__)
def test_I6_a_careful_forger_is_contradicted_by_the_process_itself(change: Any, audited: Audited):
    root = f"case:{audited.closed}"
    forge(audited.house, audited.closed, change)
    assert ("I3", root) not in found(audited), "the chain was made to fit"
    assert ("I6", root) in found(audited)
    assert {place for _, place in found(audited)} == {root}


def test_a_forger_who_changes_nothing_is_not_accused(audited: Audited):
    forge(audited.house, audited.closed, lambda line: None)
    assert found(audited) == set()


# Documents and files ------------------------------------------------------------------------------------------------

DOCUMENTS = {
    "is taken out": "DELETE FROM document",
    "gets another number": "UPDATE document SET number = '安审批（受理）〔2026〕000999号'",
    "gets another file": "UPDATE document SET sha256 = '" + "a" * 64 + "'",
    "is said not to be rendered yet": "UPDATE document SET sha256 = NULL",
}


@pytest.mark.parametrize("what", DOCUMENTS)
def test_I8_a_document_that_is_not_the_issued_one_is_found(what: str, audited: Audited):
    root = f"case:{audited.closed}"
    sql(audited.house, f"{DOCUMENTS[what]} WHERE root_id = :root AND position = 1", root=root)
    assert ("I8", root) in found(audited)


def test_I8_the_file_of_a_document_that_was_exchanged_is_found(audited: Audited):
    [first, *_] = audited.house.documents(audited.closed)
    digest = str(first.sha256)
    assert audited.house.door.part(Blobs).has(digest)
    (audited.house.settings.blobs / digest[:2] / digest).write_bytes(b"%PDF-1.7 another")
    assert ("I8", digest) in found(audited)


# Rows beyond reading ------------------------------------------------------------------------------------------------

SPOILED = {
    "a line that is no JSON": "UPDATE journal_line SET body = 'x', hash = '" + chain_hash("x")
    + "' WHERE root_id = :root AND seq = 2",
    "a line without its fields": "UPDATE journal_line SET body = '{}', hash = '" + chain_hash("{}")
    + "' WHERE root_id = :root AND seq = 2",
    "a time that is none": "UPDATE journal_line SET at = 'gestern' WHERE root_id = :root AND seq = 2",
    "no lines at all": "DELETE FROM journal_line WHERE root_id = :root",
    "no case behind the root": "DELETE FROM case_file WHERE root_id = :root",
    "no process behind the case": "DELETE FROM process_instance WHERE root_id = :root",
    "an entry of a kind nobody knows": "UPDATE clock_entry SET kind = 'holiday' WHERE root_id = :root",
    "a ledger that is no JSON": "UPDATE clock_entry SET body = '{' WHERE root_id = :root",
    "an upload with half a digest": "UPDATE upload SET digest = 'abc' WHERE root_id = :root",
    "an upload with a strange digest": "UPDATE upload SET digest = '" + "Z" * 64 + "' WHERE root_id = :root",
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_what_cannot_be_read_is_a_finding_and_the_check_goes_on(what: str, audited: Audited):
    root, other = f"case:{audited.closed}", f"case:{audited.running}"
    sql(audited.house, SPOILED[what], root=root)
    sql(audited.house, "UPDATE clock SET due_on = '2026-12-01' WHERE root_id = :root", root=other)
    told = found(audited)
    assert ("I4", other) in told, "the next case was still checked"
    assert told - {("I4", other)}, "and this one is named"
