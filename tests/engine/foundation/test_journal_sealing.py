"""Sealing: every head that waits becomes a leaf, the root is signed, and nothing is signed over what does not fit."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.foundation.journal.sealing import queries
from engine.foundation.journal.sealing.merkle import Frontier, includes, inclusion_proof
from engine.foundation.journal.sealing.outside import CheckpointsUnwritable, Outside, SealKeyDamaged
from engine.foundation.journal.sealing.proving import leaf_faults
from engine.foundation.journal.sealing.sealer import (
    SealKeyMissing,
    SealKeyOther,
    SealRefused,
    change_key,
    keep_outside,
    seal_once,
)
from engine.foundation.journal.sealing.tiles import Tiles
from engine.foundation.store.database import Database
from engine.foundation.store.migrations import upgrade
from engine.foundation.store.unit import LostRace
from tests.engine.foundation.sealed import Attacker, SealedStore, forget_since_the_log
from tests.engine.foundation.units import NOW, Store
from tests.support.databases import NewDatabase
from tests.support.threads import in_threads, results


@pytest.fixture
def sealed(migrated_url: str, tmp_path: Path) -> Iterator[SealedStore]:
    """A store on each dialect in turn."""
    opened = SealedStore(migrated_url, tmp_path)
    yield opened
    opened.database.close()


@pytest.fixture
def quick(migrated_sqlite_url: str, tmp_path: Path) -> Iterator[SealedStore]:
    """The same on SQLite only."""
    opened = SealedStore(migrated_sqlite_url, tmp_path)
    yield opened
    opened.database.close()


def waiting(store: SealedStore) -> list[tuple[str, int]]:
    with store.database.reading() as connection:
        rows = connection.execute(sa.text("SELECT root_id, seq FROM seal_queue ORDER BY root_id, seq"))
        return [(row.root_id, row.seq) for row in rows]


def test_a_unit_lets_each_chain_wait_that_it_moved_once(sealed: SealedStore):
    with sealed.unit("case:1", "case:2", "case:3") as unit:
        for root in ("case:2", "case:1", "case:2"):
            unit.record("test.happened", root)
    assert waiting(sealed) == [("case:1", 1), ("case:2", 2)]


def _lose(store: SealedStore) -> None:
    with store.unit("case:1") as unit:
        unit.roots["case:1"].version -= 1
        unit.record("test.happened", "case:1")


def test_a_unit_that_lost_its_race_lets_nothing_wait(sealed: SealedStore):
    sealed.write("case:1")
    with pytest.raises(LostRace):
        _lose(sealed)
    assert waiting(sealed) == [("case:1", 1)]


def test_what_waits_is_sealed_and_everything_holds(sealed: SealedStore):
    for number in range(5):
        sealed.write(f"case:{number}", lines=3)
    done = sealed.seal()
    assert (done.taken, done.leaves) == (15, 5), "of each chain the newest head"
    assert waiting(sealed) == []
    head = sealed.head()
    assert (head.size, head.at, head.refused) == (5, NOW, None)
    assert done.checkpoint == sealed.note().checkpoint
    assert sealed.note().checkpoint.root.hex() == head.hash
    assert sealed.note().signed_by(sealed.outside.trusted())
    assert (sealed.breaks(), sealed.faults()) == ([], [])


def test_nothing_waits_and_nothing_is_signed(sealed: SealedStore):
    sealed.write("case:1")
    sealed.seal()
    before = sealed.note()
    assert sealed.seal().leaves == 0
    assert sealed.note() == before


def test_small_batches_seal_every_head_in_the_order_of_its_chain(sealed: SealedStore):
    for _ in range(4):
        for root in ("case:1", "case:2", "access:W01"):
            sealed.write(root)
    for _ in range(3):
        sealed.seal(limit=2)
        sealed.write("case:2")
    while sealed.seal(limit=2).taken:
        pass
    with sealed.database.reading() as connection:
        for root, last in (("case:1", 4), ("case:2", 7), ("access:W01", 4)):
            written = [leaf for leaf in queries.leaves_from(connection, 0) if leaf.root_id == root]
            assert written == queries.leaves_of(connection, root), "in the log as in the chain"
            assert written[-1].seq == last
    assert (sealed.breaks(), sealed.faults()) == ([], [])


def test_each_checkpoint_extends_the_one_before_it(sealed: SealedStore):
    notes = []
    for number in range(6):
        for root in range(number + 1):
            sealed.write(f"case:{root}")
        sealed.seal()
        notes.append(sealed.note())
    for note in notes:
        found = sealed.extends(note)
        assert found.faults == ()
        assert (found.first, found.second) == (note.checkpoint.size, 21)
    assert [one.checkpoint.size for one in sealed.outside.notes() if one is not None] == [1, 3, 6, 10, 15, 21]


def test_a_leaf_leads_to_the_signed_root_by_its_proof(sealed: SealedStore):
    for number in range(7):
        sealed.write(f"case:{number}")
    sealed.seal()
    head = sealed.head()
    with sealed.database.reading() as connection:
        tiles = Tiles(connection)
        for leaf in queries.leaves_from(connection, 0):
            proof = inclusion_proof(leaf.position, head.size, tiles.subtree)
            assert includes(leaf.hash, leaf.position, head.size, proof, bytes.fromhex(head.hash))
            assert list(leaf_faults(connection, leaf.root_id)) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_tiles_are_the_tree_of_their_leaves_whatever_the_batches(
    batches: list[int], sqlite_template: Path, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("tiles")
    path = folder / "log.db"
    path.write_bytes(sqlite_template.read_bytes())
    database, tree = Database(f"sqlite:///{path}"), Frontier()
    for batch in batches:
        with database.writing() as connection:
            tiles = Tiles(connection)
            grown = tiles.grown(tree.size)
            for _ in range(batch):
                leaf = b"%032d" % tree.size
                tiles.add(grown, leaf)
                tree.add(leaf)
            tiles.write()
        assert (grown.size, grown.root) == (tree.size, tree.root)
        with database.reading() as connection:
            assert Tiles(connection).grown(tree.size).root == tree.root
    database.close()


# Hosts -----------------------------------------------------------------------------------------------------------


def test_two_hosts_that_seal_at_once_seal_everything_once(sealed: SealedStore):
    for number in range(40):
        sealed.write(f"case:{number}")
    sealed.seal(limit=1)
    neighbour = Store(str(sealed.database.url.render_as_string(hide_password=False)))

    def host(number: int) -> int:
        store, leaves = (sealed, neighbour)[number], 0
        while waiting(sealed):
            with store.database.writing() as connection:
                leaves += seal_once(connection, sealed.outside, NOW, limit=3).leaves
        return leaves

    assert sum(results(in_threads(2, host))) == 39
    neighbour.database.close()
    assert sealed.head().size == 40
    assert (sealed.breaks(), sealed.faults()) == ([], [])


def test_while_another_seals_nothing_is_waited_for(migrated_postgresql_url: str, tmp_path: Path):
    store = SealedStore(migrated_postgresql_url, tmp_path)
    store.write("case:1")
    store.seal()
    store.write("case:1")
    with store.database.writing() as holding:
        assert queries.locked_head(holding) is not None
        with store.database.writing() as connection:
            assert seal_once(connection, store.outside, NOW).taken == 0
    assert store.seal().leaves == 1
    store.database.close()


def test_hosts_that_begin_the_log_together_have_one_key(migrated_postgresql_url: str, tmp_path: Path):
    stores = [SealedStore(migrated_postgresql_url, tmp_path / name) for name in ("one", "two")]
    stores[0].write("case:1")

    def begin(number: int) -> str:
        try:
            stores[number].seal()
        except SealKeyMissing:
            return "no key"
        return "sealed"

    assert "sealed" in results(in_threads(2, begin))
    with_key = [store for store in stores if store.outside.key_file.exists()]
    assert len(with_key) == 1
    assert with_key[0].faults() == []
    for store in stores:
        store.database.close()


# Keys ------------------------------------------------------------------------------------------------------------


def test_the_key_is_for_its_owner_alone_and_is_made_once(quick: SealedStore):
    quick.write("case:1")
    quick.seal()
    made = quick.outside.key_file.read_bytes()
    assert stat.S_IMODE(quick.outside.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(quick.outside.checkpoints.stat().st_mode) == 0o600
    quick.write("case:1")
    quick.seal()
    assert quick.outside.key_file.read_bytes() == made
    assert [one.text for one in quick.outside.trusted()] == [quick.head().key]


def test_a_host_without_the_key_seals_nothing_and_makes_none(quick: SealedStore, tmp_path: Path):
    quick.write("case:1")
    quick.seal()
    quick.write("case:1")
    elsewhere = Outside(tmp_path / "other" / "key.json", tmp_path / "other" / "checkpoints")
    with pytest.raises(SealKeyMissing):
        quick.seal(outside=elsewhere)
    assert not elsewhere.key_file.exists()
    assert quick.head().size == 1
    assert waiting(quick) == [("case:1", 2)]


def test_a_new_key_signs_on_and_what_the_old_one_signed_stays_good(quick: SealedStore):
    quick.write("case:1")
    quick.seal()
    old = quick.outside.signing_key()
    with quick.database.writing() as connection:
        change_key(connection, quick.outside, NOW)
    quick.write("case:1")
    quick.seal()
    new = quick.outside.signing_key()
    assert old is not None
    assert new is not None
    assert new.public != old.public
    assert quick.note().signed_by([new.public])
    assert not quick.note().signed_by([old.public])
    assert set(quick.outside.trusted()) == {old.public, new.public}
    assert quick.faults() == []


def test_a_host_with_the_old_key_does_not_sign_any_more(quick: SealedStore, tmp_path: Path):
    quick.write("case:1")
    quick.seal()
    old = Outside(tmp_path / "old.json", quick.outside.folder)
    old.key_file.write_bytes(quick.outside.key_file.read_bytes())
    with quick.database.writing() as connection:
        change_key(connection, quick.outside, NOW)
    quick.write("case:1")
    with pytest.raises(SealKeyOther):
        quick.seal(outside=old)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"algorithm":"rot13"}', '{"algorithm":"ed25519","name":"a"}'])
def test_a_damaged_key_is_told_and_never_written_over(quick: SealedStore, content: str):
    quick.write("case:1")
    quick.outside.key_file.write_text(content)
    with pytest.raises(SealKeyDamaged):
        quick.seal()
    assert quick.outside.key_file.read_text() == content


# What is kept apart ----------------------------------------------------------------------------------------------


def test_a_host_that_signed_nothing_keeps_every_checkpoint_too(quick: SealedStore, tmp_path: Path):
    for _ in range(3):
        quick.write("case:1")
        quick.seal()
    witness = Outside(tmp_path / "none.json", tmp_path / "witness")
    with quick.database.reading() as connection:
        assert keep_outside(connection, witness) == 0, "without a public key it can check nothing"
        witness.trust(quick.outside.trusted()[0])
        assert keep_outside(connection, witness) == 3
        assert keep_outside(connection, witness) == 0
    assert witness.checkpoints.read_bytes() == quick.outside.checkpoints.read_bytes()


def test_a_checkpoint_that_could_not_be_kept_apart_is_kept_the_next_time(quick: SealedStore):
    quick.write("case:1")
    quick.outside.folder.mkdir()
    quick.outside.checkpoints.mkdir()
    with pytest.raises(CheckpointsUnwritable):
        quick.seal()
    assert quick.head().size == 1, "it is sealed nevertheless"
    quick.outside.checkpoints.rmdir()
    quick.seal()
    assert [one and one.checkpoint.size for one in quick.outside.notes()] == [1]


# Looking before signing ------------------------------------------------------------------------------------------

SPOILED = {
    "a leaf is changed": ("UPDATE log_leaf SET head = '" + "a" * 64 + "' WHERE position = 1", "与树不符"),
    "a leaf is deleted": ("DELETE FROM log_leaf WHERE position = 1", "与树不符"),
    "the leaves are deleted": ("DELETE FROM log_leaf", "与树不符"),
    "a leaf is added": (
        "INSERT INTO log_leaf SELECT 99, root_id, 77, head FROM log_leaf WHERE position = 0", "与树不符"
    ),
    "the tiles are deleted": ("DELETE FROM log_tile", "残缺"),
    "the head counts less": ("UPDATE log_head SET size = 2", "不符"),
    "the head has another root": ("UPDATE log_head SET hash = '" + "a" * 64 + "'", "根摘要不符"),
    "the checkpoints are deleted": ("DELETE FROM log_checkpoint", "检查点不见了"),
    "a checkpoint is spoiled": ("UPDATE log_checkpoint SET note = 'x'", "读不出来"),
    "a signature is spoiled": ("UPDATE log_checkpoint SET note = replace(note, '— ', '— x')", "不符"),
    "the head is deleted": ("DELETE FROM log_head", "不符"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_over_what_was_not_signed_nothing_is_signed(sealed: SealedStore, what: str):
    for number in range(4):
        sealed.write(f"case:{number}")
    sealed.seal()
    statement, told = SPOILED[what]
    Attacker(sealed).sql(statement)
    sealed.write("case:1")
    before = waiting(sealed)
    with pytest.raises(SealRefused) as refused:
        sealed.seal()
    assert told in refused.value.sentence
    assert waiting(sealed) == before
    assert sealed.faults(), "and the check of the log finds it, too"


def test_a_log_that_is_rolled_back_is_told_by_what_lies_apart(sealed: SealedStore):
    for number in range(4):
        sealed.write(f"case:{number}")
        sealed.seal()
    Attacker(sealed).sql("DELETE FROM log_leaf WHERE position > 1")
    Attacker(sealed).reseal(Attacker(sealed).steal_key())
    sealed.write("case:1")
    with pytest.raises(SealRefused, match="日志只有 2 个"):
        sealed.seal()


def test_a_head_that_waits_although_its_line_is_gone_holds_up_nobody(sealed: SealedStore):
    sealed.write("case:1", lines=2)
    sealed.write("case:2")
    Attacker(sealed).sql("DELETE FROM journal_line WHERE root_id = 'case:1' AND seq = 2")
    assert sealed.seal().leaves == 2
    assert [(one.root, one.seq) for one in sealed.breaks()] == [("case:1", 2)]
    assert waiting(sealed) == [("case:1", 2)]


def test_a_head_that_somebody_lets_wait_again_is_no_second_leaf(sealed: SealedStore):
    sealed.write("case:1", lines=2)
    sealed.seal()
    Attacker(sealed).sql("INSERT INTO seal_queue (root_id, seq) VALUES ('case:1', 1)")
    assert sealed.seal().leaves == 0
    assert waiting(sealed) == []
    assert (sealed.breaks(), sealed.faults()) == ([], [])


def test_what_an_older_house_wrote_waits_since_the_migration(new_database: NewDatabase):
    for dialect in ("sqlite", "postgresql"):
        store = Store(new_database(dialect, migrated=True))
        store.write("case:1", lines=3)
        with store.unit("case:2"):
            pass
        forget_since_the_log(store)
        store.sql("UPDATE alembic_version SET version_num = '0041'")
        upgrade(store.database.url.render_as_string(hide_password=False))
        with store.database.reading() as connection:
            assert [tuple(row) for row in connection.execute(sa.text("SELECT * FROM seal_queue"))] == [("case:1", 3)]
        store.database.close()
