"""The oracle is worth what it finds: each defect is seeded into a sound house, named, and taken out again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.counselling.commands import RecordContact
from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.rules import chain_hash
from engine.foundation.store.unit import GENESIS
from engine.oversight.audit.invariants import verify
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.tasks.commands import SaveDraft
from tests.support.house import COMPANY, INSURANCE, PERSON, House, NewHouse
from yichuang.worker import work_once

CASES = "root_id LIKE 'case:%'"
A_LINE = f"{CASES} AND seq = 4"
RUNNING = "clock_id IN (SELECT id FROM clock WHERE state = 'running' AND kind = 'commitment')"

OPENED_TWICE = """
INSERT INTO task (id, root_id, run, task_no, process, element, name, lane, form, role, department, clauses, state,
                  opened_at, revision)
SELECT id || 'x', root_id, run, 9999, process, element, name, lane, form, role, department, clauses, state, opened_at,
       revision FROM task WHERE state = 'open'
"""
TWO_PARTS = """
INSERT INTO participation SELECT root_id, person, 'decide', account, at FROM participation WHERE part = 'accept'
"""

DEFECTS: Mapping[str, tuple[str, str]] = {
    "an acknowledged key is gone": ("I1", "DELETE FROM idempotency WHERE command = 'ReceiveApplication'"),
    "a key was used for another command":
    ("I1", "UPDATE idempotency SET command = 'ClaimTask' WHERE command = 'ReceiveApplication'"),
    "a key was used at another time":
    ("I1", "UPDATE idempotency SET at = '2026-01-01T00:00:00.000000Z' WHERE command = 'ReceiveApplication'"),
    "a task is done and waits": ("I2", "UPDATE task SET state = 'open' WHERE element = 'ut_formal'"),
    "a task waits and is done": ("I2", "UPDATE task SET state = 'completed' WHERE state = 'open'"),
    "a task was opened twice":
    ("I2", OPENED_TWICE),
    "a line was edited": ("I3", f"UPDATE journal_line SET body = replace(body, 'W01', 'W02') WHERE {A_LINE}"),
    "a line was deleted": ("I3", f"DELETE FROM journal_line WHERE {A_LINE}"),
    "two lines were swapped":
    ("I3", f"UPDATE journal_line SET seq = CASE seq WHEN 3 THEN 1003 ELSE 1004 END WHERE {CASES} AND seq IN (3, 4)"),
    "the tail was cut off": ("I3", f"DELETE FROM journal_line WHERE {CASES} AND seq > 5"),
    "a line was put behind the head":
    ("I3", "UPDATE root SET seq = seq - 1 WHERE id LIKE 'case:%'"),
    "the head is another": ("I3", "UPDATE root SET head = '" + "0" * 64 + "' WHERE id LIKE 'case:%'"),
    "a search column was edited": ("I3", f"UPDATE journal_line SET account = 'W09' WHERE {A_LINE}"),
    "a running clock is disarmed": ("I4", f"UPDATE deadline SET state = 'cancelled' WHERE {RUNNING}"),
    "a running clock has no deadline": ("I4", f"DELETE FROM deadline WHERE {RUNNING}"),
    "a deadline is put off": ("I4", f"UPDATE deadline SET due_at = '2026-12-01T00:00:00.000000Z' WHERE {RUNNING}"),
    "a stopped clock is armed":
    ("I4", "UPDATE deadline SET state = 'open' WHERE clock_id IN (SELECT id FROM clock WHERE state = 'stopped')"),
    "a promise does not run": ("I4", "UPDATE clock SET state = 'stopped' WHERE kind = 'commitment'"),
    "two promises run":
    ("I4", "UPDATE clock SET kind = 'commitment', number = 7 WHERE state = 'running' AND kind = 'statutory'"),
    "a contact's clock is disarmed":
    ("I4", "UPDATE deadline SET state = 'cancelled' WHERE root_id LIKE 'contact:%'"),
    "who accepted also decided":
    ("I5", TWO_PARTS),
    "a case in work is closed": ("I5", "UPDATE case_file SET outcome = 'closed' WHERE outcome IS NULL"),
    "a process that ended goes on": ("I5", "UPDATE process_instance SET completed = NOT completed"),
    "the state is another": ("I6", "UPDATE process_instance SET state_hash = 'x'"),
    "the snapshot is another": ("I6", "UPDATE process_instance SET snapshot = '00'"),
    "a case counter was turned on": ("I7", "UPDATE case_counter SET last = last + 1"),
    "a case counter was turned back": ("I7", "UPDATE case_counter SET last = last - 1"),
    "a case counter is gone": ("I7", "DELETE FROM case_counter"),
    "a document counter was turned on": ("I7", "UPDATE document_number SET last = last + 1"),
    "a document counter was turned back": ("I7", "UPDATE document_number SET last = last - 1"),
    "a row of the list tells another state": ("I7", "UPDATE case_listing SET status = 'archived'"),
    "a row of the list is missing": ("I7", "DELETE FROM case_listing"),
    "a case is not in the index":
    ("I7", "UPDATE search_entry SET kind = 'guide', ref = ref || '!' WHERE kind = 'case'"),
    "a case is found by another name":
    ("I7", "UPDATE search_entry SET parts = replace(CAST(parts AS text), '王建国', '王建围') WHERE kind = 'case'"),
    "a draft outlived its task":
    ("I7", "UPDATE task_draft SET task_id = (SELECT min(id) FROM task WHERE state = 'completed')"),
    "a document will never be rendered":
    ("I7", "DELETE FROM outbox WHERE state = 'open'"),
    "a document was renumbered":
    ("I8", "UPDATE document SET number = number || '补' WHERE position = 1"),
    "a document was never issued":
    ("I8", "UPDATE document SET id = 'x' || substr(id, 2), sha256 = NULL WHERE position = 1"),
    "a void document counts": ("I8", "UPDATE document SET state = 'void' WHERE position = 1"),
}  # fmt: skip
"""By what happened: which invariant tells it, and how it is done."""


class TakenOut(Exception):
    """Ends the transaction of a defect: the house is sound again."""


@pytest.fixture(params=["sqlite", "postgresql"])
def sound(request: pytest.FixtureRequest, new_house: NewHouse) -> House:
    """A house with a closed case, two in work, a draft, a contact, and a document that waits for its file."""
    house = new_house(request.param)
    closed = house.accepted_instant()
    house.complete("D62", closed, "ut_head_decide", {"decision": "grant"})
    house.finish(closed, INSURANCE, ("王建国", PERSON["id_no"]))
    work_once(house.door)
    house.accepted_commitment()
    case_no = house.receive("W01", "I02", COMPANY)
    house.execute("W01", SaveDraft(task_id=house.task(case_no, "ut_formal").id, data={"opinion": "草稿"}))
    house.execute("W01", RecordContact(name="李四", phone="13800000000", about="怎么办"))
    assert house.violations() == []
    return house


def _found(house: House, connection: Connection) -> set[str]:
    return {one.invariant for one in verify(connection, house.door.part(Bundles), house.door.part(Blobs))}


def _with(house: House, spoil: Callable[[Connection], object]) -> set[str]:
    """Return the invariants that do not hold after ``spoil``, which is rolled back."""
    found: set[str] = set()
    try:
        with house.door.database.writing() as connection:
            spoil(connection)
            found = _found(house, connection)
            raise TakenOut
    except TakenOut:
        return found


def _run(statement: str) -> Callable[[Connection], None]:
    def spoil(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            # Whoever spoils a database does not ask its foreign keys.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        assert connection.execute(sa.text(statement)).rowcount > 0, "the defect was not seeded"

    return spoil


def test_each_defect_is_found_under_its_own_invariant(sound: House):
    silent = {
        what: sorted(found)
        for what, (invariant, statement) in DEFECTS.items()
        if invariant not in (found := _with(sound, _run(statement)))
    }
    assert silent == {}
    assert sound.violations() == [], "and nothing of it was kept"


def test_I7_an_entry_whose_words_are_gone_is_found(sound: House):
    def without_words(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DELETE FROM search_index")
        else:
            connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('delete-all')")

    assert _with(sound, without_words) == {"I7"}


def test_I4_a_firing_that_was_told_twice_is_found(sound: House):
    sound.at(2026, 3, 9)
    sound.sweep()

    def again(connection: Connection) -> None:
        query = "SELECT root_id, seq, body FROM journal_line WHERE type = 'clock.reminded' ORDER BY root_id LIMIT 1"
        row = connection.exec_driver_sql(query).one()
        held = connection.execute(sa.text("SELECT seq, head FROM root WHERE id = :id"), {"id": row.root_id}).one()
        body = row.body.replace(f'"seq":{row.seq},', f'"seq":{held.seq + 1},')
        before = body.index('"prev":"') + len('"prev":"')
        body = body[:before] + held.head + body[before + 64 :]
        values = {"root": row.root_id, "seq": held.seq + 1, "body": body, "hash": chain_hash(body), "old": row.seq}
        connection.execute(
            sa.text(
                "INSERT INTO journal_line SELECT root_id, :seq, type, at, account, command_key, :body, :hash"
                " FROM journal_line WHERE root_id = :root AND seq = :old"
            ),
            values,
        )
        connection.execute(sa.text("UPDATE root SET seq = :seq, head = :hash WHERE id = :root"), values)

    assert _with(sound, again) == {"I4", "I1"}, "twice by its clock, and one line more than its key had"


def test_I1_a_tail_that_was_cut_off_is_missed_even_when_the_head_was_put_back(sound: House):
    """Beside the process nothing contradicts a careful forger, but the key of what he took away does."""

    def forget_the_contact(connection: Connection) -> None:
        query = "SELECT id, seq FROM root WHERE id LIKE 'contact:%'"
        id, seq = connection.execute(sa.text(query)).one()
        last = {"id": id, "seq": seq}
        before = "SELECT hash FROM journal_line WHERE root_id = :id AND seq = :seq - 1"
        head = connection.execute(sa.text(before), last).scalar_one_or_none() or GENESIS
        connection.execute(sa.text("DELETE FROM journal_line WHERE root_id = :id AND seq = :seq"), last)
        put_back = "UPDATE root SET seq = seq - 1, head = :head WHERE id = :id"
        connection.execute(sa.text(put_back), {"id": id, "head": head})

    assert _with(sound, forget_the_contact) == {"I1"}


@contextmanager
def _changed(path: Path, content: bytes | None, *, days_old: int = 0) -> Iterator[None]:
    """Let the file ``path`` have another content (None: not be there), and put back what it was."""
    before = path.read_bytes() if path.exists() else None
    try:
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
            os.utime(path, (time.time() - days_old * 86_400,) * 2)
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def test_I8_a_file_that_is_gone_changed_or_left_behind_is_found(sound: House):
    folder = sound.settings.blobs
    with sound.door.database.reading() as connection:
        digest = str(connection.exec_driver_sql("SELECT min(digest) FROM upload").scalar_one())
        uploaded, orphan = folder / digest[:2] / digest, folder / digest[:2] / (digest[:2] + "0" * 62)
        for path, content in ((uploaded, None), (uploaded, b"another"), (orphan, b"left behind")):
            with _changed(path, content, days_old=3):
                assert _found(sound, connection) == {"I8"}, path.name
        with _changed(orphan, b"just put"):
            assert _found(sound, connection) == set(), "it has a day to be referred to"
    assert sound.violations() == []
