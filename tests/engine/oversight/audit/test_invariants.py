"""verify(): clean on a sound house, and each invariant shown to fail on a seeded defect."""

from __future__ import annotations

import json

import pytest

from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.rules import canonical, chain_hash
from engine.oversight.audit.invariants.verifying import verify_case
from engine.oversight.audit.replay import replay
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.calendars import in_force
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.audit.conftest import Audited
from tests.support.house import House

TWO_PARTS = """
INSERT INTO participation SELECT root_id, person, 'decide', account, at FROM participation WHERE part = 'accept'
"""


@pytest.fixture
def closed(audited: Audited) -> tuple[House, str]:
    """A house with one closed case and others in work."""
    assert audited.house.violations() == []
    return audited.house, audited.closed


def _spoil(house: House, statement: str) -> None:
    with house.door.database.writing() as connection:
        assert connection.exec_driver_sql(statement).rowcount > 0, "the defect was not seeded"


def _broken(house: House) -> set[str]:
    return {one.invariant for one in house.violations()}


@pytest.mark.parametrize(
    "invariant, statement",
    [
        ("I1", "DELETE FROM idempotency WHERE command = 'ReceiveApplication'"),
        ("I2", "UPDATE task SET state = 'completed' WHERE state = 'open'"),
        ("I2", "UPDATE task SET state = 'open' WHERE element = 'ut_formal'"),
        ("I3", "UPDATE journal_line SET body = replace(body, 'W01', 'W02') WHERE seq = 2"),
        ("I3", "DELETE FROM journal_line WHERE seq = 3"),
        ("I3", "DELETE FROM journal_line WHERE seq > 4 AND root_id LIKE 'case:%'"),
        ("I3", "UPDATE journal_line SET account = 'W02' WHERE seq = 1"),
        ("I4", "UPDATE clock SET state = 'running' WHERE kind = 'commitment'"),
        ("I4", "UPDATE clock SET state = 'stopped' WHERE state = 'running' AND kind = 'commitment'"),
        ("I4", "UPDATE deadline SET state = 'open' WHERE state = 'met'"),
        ("I5", "UPDATE process_instance SET completed = 0 WHERE completed = 1"),
        ("I5", "UPDATE case_file SET outcome = 'closed' WHERE outcome IS NULL"),
        ("I5", TWO_PARTS),
        ("I6", "UPDATE process_instance SET state_hash = 'x'"),
    ],
)  # fmt: skip
def test_a_seeded_defect_is_found_and_named(closed: tuple[House, str], invariant: str, statement: str):
    house, _ = closed
    _spoil(house, statement)
    assert invariant in _broken(house)


def test_I8_a_file_that_is_gone_or_changed_is_found(closed: tuple[House, str]):
    house, _ = closed
    folder = house.settings.blobs
    with house.door.database.reading() as connection:
        digest = str(connection.exec_driver_sql("SELECT digest FROM upload").scalars().first())
    path = folder / digest[:2] / digest
    content = path.read_bytes()
    path.write_bytes(content + b"x")
    assert "I8" in _broken(house)
    path.unlink()
    assert "I8" in _broken(house)
    assert not house.door.part(Blobs).has(digest)


def test_a_fact_changed_with_its_hashes_is_still_found_by_running_the_case_again(closed: tuple[House, str]):
    """Somebody who can write the database may forge the whole chain; the process itself contradicts him."""
    house, case_no = closed
    root = f"case:{case_no}"
    with house.door.database.writing() as connection:
        rows = connection.exec_driver_sql(
            "SELECT seq, body FROM journal_line WHERE root_id = ? ORDER BY seq", (root,)
        ).all()
        head = "0" * 64
        for seq, body in rows:
            line = json.loads(body)
            line["prev"] = head
            if line["data"].get("facts", {}).get("formal_result") == "accept":
                line["data"]["facts"]["formal_result"] = "reject"
            text = canonical(line)
            head = chain_hash(text)
            connection.exec_driver_sql(
                "UPDATE journal_line SET body = ?, hash = ? WHERE root_id = ? AND seq = ?", (text, head, root, seq)
            )
        connection.exec_driver_sql("UPDATE root SET head = ? WHERE id = ?", (head, root))
    assert "I3" not in _broken(house)
    assert "I6" in _broken(house)


def test_replay_calls_no_service_and_reaches_the_stored_state(closed: tuple[House, str]):
    house, case_no = closed
    with house.door.read(SYSTEM) as view:
        again = replay(view.connection, house.door.part(Bundles), f"case:{case_no}")
        stored = view.connection.exec_driver_sql(
            "SELECT state_hash FROM process_instance WHERE root_id = ?", (f"case:{case_no}",)
        ).scalar_one()
    assert again.differs_at is None
    assert (again.last[0].state_hash, again.last[0].completed) == (stored, True)


def test_one_case_can_be_checked_alone(closed: tuple[House, str]):
    house, case_no = closed
    with house.door.read(SYSTEM) as view:
        calendar = in_force(view.connection)
        assert verify_case(view.connection, house.door.part(Bundles), f"case:{case_no}", calendar) == []
