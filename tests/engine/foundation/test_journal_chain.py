"""The chain of a journal: whatever is done to its lines afterwards is found, with the first line that does not hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine.foundation.journal.queries import (
    Break,
    count_lines,
    last_of_type,
    line_bodies,
    lines_of,
    lines_without_command,
    roots_with_prefix,
)
from engine.foundation.journal.rules import canonical, chain_hash
from engine.foundation.journal.sealing.proving import check_chain
from engine.foundation.journal.writing import write_journal
from engine.foundation.store.tables import root
from engine.foundation.store.unit import GENESIS, LostRace
from tests.engine.foundation.units import NOW, Store

ROOT = "case:1"
LINES = 6


@pytest.fixture
def chain(store: Store) -> Store:
    """A store whose root has a chain of six lines, and a second root that must never be blamed."""
    store.write(ROOT, lines=LINES, note="平安")
    store.write("case:2", lines=2)
    return store


def broken(store: Store, of: str = ROOT) -> Break | None:
    with store.database.reading() as connection:
        return check_chain(connection, of)


def body_of(store: Store, seq: int) -> dict[str, Any]:
    with store.database.reading() as connection:
        return dict(json.loads(line_bodies(connection, ROOT, [seq])[seq]))


def put(store: Store, seq: int, text: str, *, hash: str | None = None) -> None:
    """Write another body under ``seq``, with the hash that fits it unless one is given."""
    store.sql(
        "UPDATE journal_line SET body = :body, hash = :hash WHERE root_id = :root AND seq = :seq",
        body=text, hash=hash or chain_hash(text), root=ROOT, seq=seq,
    )  # fmt: skip


def held_hash(store: Store, seq: int) -> str:
    with store.database.reading() as connection:
        return next(line.hash for line in lines_of(connection, ROOT) if line.seq == seq)


# Holding --------------------------------------------------------------------------------------------------------


def test_a_chain_that_nobody_touched_holds(chain: Store):
    assert broken(chain) is None
    assert broken(chain, "case:2") is None


def test_each_line_names_the_one_before_it_and_the_root_keeps_the_last(chain: Store):
    with chain.database.reading() as connection:
        lines = lines_of(connection, ROOT)
        kept = connection.execute(sa.select(root).where(root.c.id == ROOT)).one()
    assert [line.seq for line in lines] == list(range(1, LINES + 1))
    assert [line.previous for line in lines] == [GENESIS, *(line.hash for line in lines[:-1])]
    assert (kept.seq, kept.head, kept.version) == (LINES, lines[-1].hash, LINES)


def test_a_root_without_lines_holds(store: Store):
    with store.unit("case:3"):
        pass
    assert broken(store, "case:3") is None


def test_several_events_of_one_unit_are_several_lines_and_one_version(store: Store):
    with store.unit(ROOT, "case:9") as unit:
        for place in (ROOT, "case:9", ROOT):
            unit.record("test.happened", place)
    with store.database.reading() as connection:
        versions = {row.id: (row.seq, row.version) for row in connection.execute(sa.select(root))}
    assert versions == {ROOT: (2, 1), "case:9": (1, 1)}
    assert broken(store) is None


# Tampering ------------------------------------------------------------------------------------------------------


def _edited(store: Store) -> None:
    body = body_of(store, 3)
    body["data"]["note"] = "改过"
    put(store, 3, canonical(body), hash=held_hash(store, 3))


def _edited_and_rehashed(store: Store) -> None:
    body = body_of(store, 3)
    body["data"]["note"] = "改过"
    put(store, 3, canonical(body))


def _last_one_edited_and_rehashed(store: Store) -> None:
    body = body_of(store, LINES)
    body["data"]["note"] = "改过"
    put(store, LINES, canonical(body))


def _deleted(seq: int) -> Callable[[Store], None]:
    return lambda store: store.sql("DELETE FROM journal_line WHERE root_id = :root AND seq = :seq", root=ROOT, seq=seq)


def _deleted_and_closed_up(store: Store) -> None:
    _deleted(3)(store)
    for seq in range(4, LINES + 1):
        store.sql("UPDATE journal_line SET seq = :new WHERE root_id = :root AND seq = :seq",
                  root=ROOT, seq=seq, new=seq - 1)  # fmt: skip


def _swapped(store: Store) -> None:
    for seq, new in ((3, 99), (4, 3), (99, 4)):
        store.sql("UPDATE journal_line SET seq = :new WHERE root_id = :root AND seq = :seq",
                  root=ROOT, seq=seq, new=new)  # fmt: skip


def _inserted(store: Store) -> None:
    for seq in range(LINES, 2, -1):
        store.sql("UPDATE journal_line SET seq = :new WHERE root_id = :root AND seq = :seq",
                  root=ROOT, seq=seq, new=seq + 1)  # fmt: skip
    body = {**body_of(store, 2), "seq": 3, "prev": held_hash(store, 2)}
    _append(store, 3, body)


def _appended(store: Store) -> None:
    _append(store, LINES + 1, {**body_of(store, LINES), "seq": LINES + 1, "prev": held_hash(store, LINES)})


def _append(store: Store, seq: int, body: dict[str, Any]) -> None:
    text = canonical(body)
    store.sql(
        "INSERT INTO journal_line (root_id, seq, type, at, account, command_key, body, hash) "
        "SELECT root_id, :seq, type, at, account, command_key, :body, :hash FROM journal_line "
        "WHERE root_id = :root AND seq = 2",
        root=ROOT, seq=seq, body=text, hash=chain_hash(text),
    )  # fmt: skip


def _tail_cut(store: Store) -> None:
    store.sql("DELETE FROM journal_line WHERE root_id = :root AND seq > 4", root=ROOT)


def _all_cut(store: Store) -> None:
    store.sql("DELETE FROM journal_line WHERE root_id = :root", root=ROOT)


def _head_moved_back(store: Store) -> None:
    store.sql("UPDATE root SET head = :head WHERE id = :root", root=ROOT, head=held_hash(store, 4))


def _counted_down(store: Store) -> None:
    store.sql("UPDATE root SET seq = 4 WHERE id = :root", root=ROOT)


def _hash_replaced(store: Store) -> None:
    store.sql("UPDATE journal_line SET hash = :hash WHERE root_id = :root AND seq = 3", root=ROOT, hash="f" * 64)


def _no_json(store: Store) -> None:
    put(store, 3, "没有内容")


def _no_object(store: Store) -> None:
    put(store, 3, "[1,2]")


def _fields_missing(store: Store) -> None:
    put(store, 3, canonical({"prev": held_hash(store, 2)}))


def _line_of_another_root(store: Store) -> None:
    with store.database.reading() as connection:
        foreign = line_bodies(connection, "case:2", [1])[1]
    put(store, 1, foreign)


TAMPERING = {
    "a line is edited": (_edited, 3),
    "a line is edited and its hash made to fit": (_edited_and_rehashed, 4),
    "the last line is edited and its hash made to fit": (_last_one_edited_and_rehashed, LINES),
    "the first line is deleted": (_deleted(1), 1),
    "a line is deleted": (_deleted(3), 3),
    "a line is deleted and the others closed up": (_deleted_and_closed_up, 3),
    "two lines are swapped": (_swapped, 3),
    "a line is inserted": (_inserted, 4),
    "a line is appended": (_appended, LINES + 1),
    "the tail is cut": (_tail_cut, 5),
    "everything is cut": (_all_cut, 1),
    "the head is moved back": (_head_moved_back, LINES),
    "the count is moved back": (_counted_down, 5),
    "a hash is replaced": (_hash_replaced, 3),
    "a body is no JSON": (_no_json, 3),
    "a body is no object": (_no_object, 3),
    "a body lacks its fields": (_fields_missing, 3),
    "a line of another root is put in": (_line_of_another_root, 1),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_with_the_first_line_that_does_not_hold(what: str, chain: Store):
    tamper, first = TAMPERING[what]
    tamper(chain)
    found = broken(chain)
    assert found is not None, what
    assert (found.root, found.seq) == (ROOT, first)
    assert found.reason
    assert broken(chain, "case:2") is None


@pytest.mark.parametrize("seq", [1, 3, LINES])
def test_a_line_that_is_gone_is_told_as_gone(seq: int, chain: Store):
    _deleted(seq)(chain)
    found = broken(chain)
    assert found is not None
    assert (found.seq, found.reason) == (seq, "链尾被截断" if seq == LINES else "缺少这一条记录")


@pytest.mark.parametrize(
    "column, value",
    [
        ("type", "test.other"), ("account", "W02"), ("command_key", "k"),
        ("at", "2026-03-02T01:05:00.123457Z"), ("at", "1999-01-01T00:00:00.000000Z"),
    ],
)  # fmt: skip
def test_a_column_that_no_longer_repeats_the_line_is_found(column: str, value: str, chain: Store):
    chain.sql(f"UPDATE journal_line SET {column} = :value WHERE root_id = :root AND seq = 3", root=ROOT, value=value)
    found = broken(chain)
    assert found is not None
    assert (found.seq, found.reason) == (3, "检索列与记录内容不符")


def test_a_time_that_is_no_time_is_found_and_not_stumbled_over(sqlite_store: Store):
    sqlite_store.write(ROOT, lines=3)
    sqlite_store.sql("UPDATE journal_line SET at = 'gestern' WHERE seq = 2")
    found = broken(sqlite_store)
    assert found is not None
    assert found.seq == 2


# Writing --------------------------------------------------------------------------------------------------------


def test_an_event_of_a_root_that_is_not_locked_is_refused(store: Store):
    with store.unit(ROOT) as unit, pytest.raises(LookupError):
        unit.record("test.happened", "case:2")


def test_a_root_that_moved_under_the_unit_is_a_lost_race_and_nothing_is_written(chain: Store):
    def overtaken() -> None:
        with chain.unit(ROOT) as unit:
            unit.roots[ROOT].version -= 1
            unit.record("test.happened", ROOT)

    with pytest.raises(LostRace):
        overtaken()
    assert broken(chain) is None
    with chain.database.reading() as connection:
        assert count_lines(connection, ROOT) == LINES


def test_a_value_that_may_not_enter_takes_the_whole_unit_with_it(chain: Store):
    def with_a_float() -> None:
        with chain.unit(ROOT, "case:2") as unit:
            unit.record("test.happened", "case:2")
            unit.record("test.happened", ROOT, days=1.5)

    with pytest.raises(TypeError):
        with_a_float()
    assert broken(chain) is None
    with chain.database.reading() as connection:
        assert (count_lines(connection, ROOT), count_lines(connection, "case:2")) == (LINES, 2)


# Reading --------------------------------------------------------------------------------------------------------


def test_lines_are_read_in_pages_and_in_order(chain: Store):
    with chain.database.reading() as connection:
        first = lines_of(connection, ROOT, limit=4)
        rest = lines_of(connection, ROOT, after=first[-1].seq)
        assert lines_of(connection, ROOT, after=LINES) == []
    assert [line.seq for line in (*first, *rest)] == list(range(1, LINES + 1))


def test_a_line_tells_when_it_happened_who_did_it_and_under_which_key(store: Store):
    with store.unit(ROOT, command="Accept", key="abc") as unit:
        unit.record("test.happened", ROOT, copies=3)
    with store.database.reading() as connection:
        [line] = lines_of(connection, ROOT)
    assert (line.at, line.account, line.command, line.key) == (NOW, "W01", "Accept", "abc")
    assert line.data == {"copies": 3}


def test_the_last_line_of_a_kind_before_an_instant(chain: Store):
    with chain.database.reading() as connection:
        assert last_of_type(connection, ROOT, "test.happened", before=NOW) is None
        assert last_of_type(connection, ROOT, "test.happened", before=NOW.replace(year=2027)) == NOW
        assert last_of_type(connection, ROOT, "test.other", before=NOW.replace(year=2027)) is None


def test_roots_are_found_by_how_they_begin_and_a_percent_sign_is_only_itself(chain: Store):
    chain.write("access:W01")
    with chain.database.reading() as connection:
        assert roots_with_prefix(connection, "case:") == [ROOT, "case:2"]
        assert roots_with_prefix(connection, "") == ["access:W01", ROOT, "case:2"]
        assert roots_with_prefix(connection, "%") == []
        assert roots_with_prefix(connection, "case_") == []


def test_a_line_whose_command_left_no_key_is_told(store: Store):
    with store.unit(ROOT, key="lost") as unit:
        unit.record("test.happened", ROOT)
    store.write(ROOT)
    with store.database.reading() as connection:
        assert lines_without_command(connection) == [(ROOT, 1)]


def test_a_journal_without_events_writes_nothing(store: Store):
    with store.unit(ROOT) as unit:
        write_journal(unit, command="Nothing", key="k")
    with store.database.reading() as connection:
        assert count_lines(connection, ROOT) == 0
