"""Somebody with SQL on the database, on both databases: whatever he does to the journal is found and named.

At first he changes rows only.  Then he makes every digest of the chain fit by the chain's own rules, then the log over
the chains as well, then he signs it, with a key of his own and with the stolen one: an exported checkpoint finds him.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.foundation.journal.queries import private_value
from engine.foundation.journal.sealing.sealer import SealRefused
from tests.engine.foundation.sealed import Attacker, SealedStore

CASE, OTHER, ACCESS = "case:1", "case:2", "access:W01"


@pytest.fixture
def house(migrated_url: str, tmp_path: Path) -> Iterator[SealedStore]:
    """Three chains, sealed twice, and lines since then that wait."""
    store = SealedStore(migrated_url, tmp_path)
    for _ in range(2):
        for root in (CASE, OTHER, ACCESS):
            store.write(root, lines=3, note="平安", private={"name": "王建国"})
        store.seal()
    store.write(CASE, lines=2)
    assert (store.breaks(), store.faults()) == ([], [])
    yield store
    store.database.close()


@pytest.fixture
def attacker(house: SealedStore) -> Attacker:
    return Attacker(house)


Act = Callable[[Attacker], None]


def statement(text: str, **values: Any) -> Act:
    return lambda attacker: attacker.sql(text, **values)


def _swapped(attacker: Attacker) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        attacker.sql("UPDATE journal_line SET seq = :new WHERE root_id = :root AND seq = :old",
                     new=new, old=old, root=CASE)  # fmt: skip


def _moved_to_another_chain(attacker: Attacker) -> None:
    attacker.sql("DELETE FROM journal_line WHERE root_id = :root AND seq = 4", root=OTHER)
    moved = "UPDATE journal_line SET root_id = :to, seq = 4 WHERE root_id = :root AND seq = 8"
    attacker.sql(moved, to=OTHER, root=CASE)


def _all_rows(attacker: Attacker) -> None:
    attacker.sql("DELETE FROM journal_line")


IN_ROWS: dict[str, tuple[Act, tuple[str, int]]] = {
    "altered": (
        statement(
            "UPDATE journal_line SET body = replace(body, '平安', '改过') WHERE root_id = :root AND seq = 2", root=CASE
        ),
        (CASE, 2),
    ),
    "altered in a searched column": (
        statement("UPDATE journal_line SET account = 'W99' WHERE root_id = :root AND seq = 5", root=ACCESS), (ACCESS, 5)
    ),
    "deleted": (statement("DELETE FROM journal_line WHERE root_id = :root AND seq = 3", root=CASE), (CASE, 3)),
    "inserted": (
        statement(
            "INSERT INTO journal_line SELECT root_id, 9, type, at, account, command_key, body, hash FROM journal_line"
            " WHERE root_id = :root AND seq = 8", root=CASE,
        ),
        (CASE, 9),
    ),
    "reordered": (_swapped, (CASE, 2)),
    "moved to another chain": (_moved_to_another_chain, (CASE, 8)),
    "cut at the tail": (statement("DELETE FROM journal_line WHERE root_id = :root AND seq > 4", root=CASE), (CASE, 5)),
    "cut before what was sealed": (
        statement("DELETE FROM journal_line WHERE root_id = :root AND seq > 7", root=CASE), (CASE, 8)
    ),
    "truncated": (_all_rows, (ACCESS, 1)),
}  # fmt: skip


@pytest.mark.parametrize("what", IN_ROWS)
def test_whoever_changes_rows_is_found_and_named(what: str, house: SealedStore, attacker: Attacker):
    act, first = IN_ROWS[what]
    act(attacker)
    assert first in {(one.root, one.seq) for one in house.breaks()}
    assert house.faults() == [], "the log itself was not touched"


def test_a_truncated_journal_is_named_chain_by_chain(house: SealedStore, attacker: Attacker):
    attacker.sql("DELETE FROM journal_line")
    assert {(one.root, one.seq) for one in house.breaks()} == {(CASE, 1), (OTHER, 1), (ACCESS, 1)}


# He makes the chain fit --------------------------------------------------------------------------------------------


def at(seq: int, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Act:
    return lambda attacker: attacker.rewrite(CASE, lambda line: change(line) if line["seq"] == seq else line)


def _other(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "data": {**line["data"], "note": "改过"}}


def _gone(line: dict[str, Any]) -> None:
    return None


def _only_the_first_two(attacker: Attacker) -> None:
    attacker.rewrite(CASE, lambda line: line if line["seq"] <= 2 else None)


def _chain_gone(attacker: Attacker) -> None:
    # The columns that repeat the text would betray him: he leaves a chain that never was.
    attacker.rewrite(CASE, _gone)
    attacker.sql("UPDATE root SET seq = 0, head = :none, version = 0 WHERE id = :root", none="0" * 64, root=CASE)
    attacker.sql("DELETE FROM seal_queue WHERE root_id = :root", root=CASE)


FITTING: dict[str, tuple[Act, int]] = {
    "the first line altered": (at(1, _other), 3),
    "a line altered": (at(5, _other), 6),
    "the last sealed line altered": (at(6, _other), 6),
    "a line deleted": (at(2, _gone), 3),
    "the tail cut before what was sealed": (_only_the_first_two, 3),
    "the whole chain gone": (_chain_gone, 1),
}


@pytest.mark.parametrize("what", FITTING)
def test_a_chain_that_was_made_to_fit_does_not_pass_through_what_was_sealed(
    what: str, house: SealedStore, attacker: Attacker
):
    act, first = FITTING[what]
    act(attacker)
    [found] = house.breaks()
    assert (found.root, found.seq) == (CASE, first)
    assert "封存" in found.reason


def test_a_line_since_the_last_seal_can_be_made_to_fit_and_that_is_why_one_seals_often(
    house: SealedStore, attacker: Attacker
):
    at(8, _other)(attacker)
    assert (house.breaks(), house.faults()) == ([], [])


def test_whoever_deletes_what_waits_is_found_before_he_can_change_it(house: SealedStore, attacker: Attacker):
    attacker.sql("DELETE FROM seal_queue WHERE root_id = :root", root=CASE)
    assert [(one.root, one.seq) for one in house.breaks()] == [(CASE, 8)]


def test_a_chain_whose_root_is_gone_is_named(migrated_sqlite_url: str, tmp_path: Path):
    store = SealedStore(migrated_sqlite_url, tmp_path)
    store.write(CASE, lines=2)
    store.seal()
    with store.database.rebuilding() as connection:
        connection.exec_driver_sql("DELETE FROM log_leaf")
        connection.exec_driver_sql("UPDATE journal_line SET root_id = 'case:9'")
        connection.exec_driver_sql("INSERT INTO root SELECT 'case:9', kind, parent, version, seq, head FROM root")
    driver = sa.create_engine(store.database.url)
    with driver.begin() as connection:
        connection.exec_driver_sql("DELETE FROM root WHERE id = 'case:9'")
    driver.dispose()
    assert ("case:9", 1) in {(one.root, one.seq) for one in store.breaks()}
    store.database.close()


# He makes the log fit, too -----------------------------------------------------------------------------------------


def test_whoever_makes_the_log_anew_is_found_by_its_signature_and_by_what_lies_apart(
    house: SealedStore, attacker: Attacker
):
    at(2, _other)(attacker)
    attacker.reseal()
    assert house.breaks() == [], "the chains and the leaves fit"
    told = house.faults()
    assert any("没有可信的签名" in one for one in told)
    assert any("与库外的检查点文件不符" in one for one in told)


def test_with_the_stolen_key_he_is_found_by_what_lies_apart(house: SealedStore, attacker: Attacker):
    at(2, _other)(attacker)
    attacker.reseal(attacker.steal_key())
    assert house.breaks() == []
    assert house.faults() == ["与库外的检查点文件不符：前 3 个链头的根摘要不同：有已封存的记录被改动"]
    with pytest.raises(SealRefused, match="与库外的检查点不符"):
        house.seal()


@pytest.mark.parametrize("act", ["altered", "deleted", "cut"])
def test_whoever_rewrites_everything_on_this_host_is_found_from_an_exported_checkpoint(
    act: str, house: SealedStore, attacker: Attacker
):
    exported = house.note()
    {"altered": at(2, _other), "deleted": at(2, _gone), "cut": _only_the_first_two}[act](attacker)
    attacker.reseal(attacker.steal_key())
    attacker.forget_outside()
    assert (house.breaks(), house.faults()) == ([], []), "nothing on this host contradicts him"
    found = house.extends(exported)
    assert found.faults
    assert exported.checkpoint.size == found.first
    assert found.faults[0].startswith("检查点有 6 个链头" if act == "cut" else "前 6 个链头的根摘要不同")


def test_an_exported_checkpoint_finds_a_log_that_was_put_back(house: SealedStore, attacker: Attacker):
    house.seal()
    exported = house.note()
    attacker.sql("DELETE FROM log_leaf WHERE position > 3")
    attacker.reseal(attacker.steal_key())
    [told, *_] = house.extends(exported).faults
    assert told.startswith("检查点有 7 个链头，日志只有 4 个")


def test_the_log_goes_on_from_every_checkpoint_while_nobody_touches_it(house: SealedStore):
    exported = house.note()
    for _ in range(3):
        house.write(OTHER)
        house.seal()
    found = house.extends(exported)
    assert found.faults == ()
    assert found.second == house.head().size


def test_a_forged_checkpoint_is_no_witness(house: SealedStore, attacker: Attacker):
    genuine = house.note()
    attacker.reseal()
    forged = house.note()
    assert genuine.checkpoint == forged.checkpoint
    [told, *_] = house.extends(forged).faults
    assert "没有可信的签名" in told


# What may go by law ------------------------------------------------------------------------------------------------


def test_personal_values_are_erased_and_the_chain_the_log_and_every_witness_still_hold(house: SealedStore):
    exported = house.note()
    with house.database.reading() as connection:
        query = sa.text("SELECT digest FROM journal_private WHERE root_id = 'case:1'")
        digests = list(connection.execute(query).scalars())
        assert private_value(connection, house.vault, CASE, digests[0]) == "王建国"
    house.sql("DELETE FROM journal_private WHERE root_id = 'case:1'")
    house.seal()
    assert (house.breaks(), house.faults()) == ([], [])
    assert house.extends(exported).faults == ()
    with house.database.reading() as connection:
        assert private_value(connection, house.vault, CASE, digests[0]) is None
        bodies = " ".join(connection.execute(sa.text("SELECT body FROM journal_line")).scalars())
    assert "王建国" not in bodies
    assert digests[0] in bodies
