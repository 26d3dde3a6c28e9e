"""A bare store whose chains are sealed, and the hand of somebody who owns the database and knows the rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.foundation.journal.queries import Break
from engine.foundation.journal.rules import canonical, chain_hash
from engine.foundation.journal.sealing import queries
from engine.foundation.journal.sealing.merkle import Frontier
from engine.foundation.journal.sealing.notes import Checkpoint, Note, SigningKey, read_note, sign
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.journal.sealing.proving import Extended, broken_chains, extended, log_faults
from engine.foundation.journal.sealing.queries import Head, Kept, Leaf
from engine.foundation.journal.sealing.sealer import BATCH, Sealed, keep_outside, seal_once
from engine.foundation.journal.sealing.tiles import Tiles
from engine.foundation.store.unit import GENESIS
from tests.engine.foundation.units import NOW, Store


class SealedStore(Store):
    """A store with a log over its chains."""

    def __init__(self, url: str, folder: Path) -> None:
        """Open ``url``; key and checkpoints lie in ``folder``."""
        super().__init__(url)
        self.outside = Outside(folder / "seal-key.json", folder / "checkpoints")

    def seal(self, *, limit: int = BATCH, outside: Outside | None = None) -> Sealed:
        """Seal one batch and keep its checkpoint apart."""
        with self.database.writing() as connection:
            sealed = seal_once(connection, outside or self.outside, NOW, limit=limit)
        with self.database.reading() as connection:
            keep_outside(connection, outside or self.outside)
        return sealed

    def head(self) -> Head:
        """Return the log as it stands."""
        with self.database.reading() as connection:
            found = queries.head_of_log(connection)
        assert found is not None
        return found

    def note(self) -> Note:
        """Return the newest checkpoint, as it is exported."""
        with self.database.reading() as connection:
            found = queries.last_checkpoint(connection)
        assert found is not None
        return read_note(found.note)

    def breaks(self) -> list[Break]:
        """Return what does not hold of the chains."""
        with self.database.reading() as connection:
            return list(broken_chains(connection))

    def faults(self, outside: Outside | None = None) -> list[str]:
        """Return what does not hold of the log."""
        with self.database.reading() as connection:
            return list(log_faults(connection, outside or self.outside))

    def extends(self, note: Note) -> Extended:
        """Compare the log with an earlier checkpoint."""
        with self.database.reading() as connection:
            return extended(connection, note, self.outside.trusted())


class Attacker:
    """Whoever has SQL on the database: he carries out what he likes, and may make chains and log fit again."""

    def __init__(self, store: SealedStore) -> None:
        """Write the rows of ``store``."""
        self.store = store

    def sql(self, statement: str, **values: Any) -> None:
        """Change at least one row."""
        with self.store.database.writing() as connection:
            assert connection.execute(sa.text(statement), values).rowcount > 0, "nothing was changed"

    def rewrite(self, root: str, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
        """Change the lines of a chain (None: the line goes) and recompute every digest after them, by the rules."""
        with self.store.database.writing() as connection:
            query = sa.text("SELECT seq, body FROM journal_line WHERE root_id = :root ORDER BY seq")
            found = connection.execute(query, {"root": root}).all()
            head, seq = GENESIS, 0
            for old, body in found:
                line = change(json.loads(body))
                if line is None:
                    continue
                seq += 1
                text = canonical({**line, "prev": head, "seq": seq})
                head = chain_hash(text)
                connection.execute(
                    sa.text("UPDATE journal_line SET body = :text, hash = :head, seq = :moved"
                            " WHERE root_id = :root AND seq = :old"),
                    {"text": text, "head": head, "moved": -seq, "root": root, "old": old},
                )  # fmt: skip
            connection.execute(sa.text("DELETE FROM journal_line WHERE root_id = :root AND seq > 0"), {"root": root})
            connection.execute(sa.text("UPDATE journal_line SET seq = -seq WHERE root_id = :root"), {"root": root})
            connection.execute(
                sa.text("UPDATE root SET head = :head, seq = :seq WHERE id = :root"),
                {"head": head, "seq": seq, "root": root},
            )

    def reseal(self, key: SigningKey | None = None) -> None:
        """Make the log anew over what the chains are now: leaves, tiles, head, checkpoints, signed with ``key``."""
        with self.store.database.writing() as connection:
            log = queries.head_of_log(connection)
            assert log is not None
            leaves = list(queries.leaves_from(connection, 0))
            kept = queries.checkpoints_after(connection, 0)
            for table in ("log_leaf", "log_tile", "log_checkpoint", "seal_queue"):
                connection.execute(sa.text(f"DELETE FROM {table}"))
            tree, tiles, roots = Frontier(), Tiles(connection), {}
            for leaf in leaves:
                hash = connection.execute(
                    sa.text("SELECT hash FROM journal_line WHERE root_id = :root AND seq = :seq"),
                    {"root": leaf.root_id, "seq": leaf.seq},
                ).scalar_one_or_none()
                if hash is None:
                    continue
                fitting = Leaf(tree.size, leaf.root_id, leaf.seq, hash)
                queries.add_leaves(connection, [fitting])
                tiles.add(tree, fitting.hash)
                roots[tree.size] = tree.root
            tiles.write()
            # What is not sealed must wait for it, or he is found by that.
            connection.execute(
                sa.text("INSERT INTO seal_queue SELECT id, seq FROM root WHERE seq > 0 AND NOT EXISTS"
                        " (SELECT 1 FROM log_leaf WHERE root_id = root.id AND log_leaf.seq = root.seq)")
            )  # fmt: skip
            sizes = sorted({min(one.size, tree.size) for one in kept} | {tree.size})
            signer = key or SigningKey.new(log.origin)
            for size in sizes:
                note = sign(Checkpoint(log.origin, size, roots[size], NOW), signer)
                queries.add_checkpoint(connection, Kept(size, roots[size].hex(), NOW, note))
            queries.change_head(connection, size=tree.size, hash=tree.root.hex())

    def steal_key(self) -> SigningKey:
        """Return the key that signs: he has got hold of the file, too."""
        key = self.store.outside.signing_key()
        assert key is not None
        return key

    def forget_outside(self) -> None:
        """Delete the checkpoints that lie apart on this host."""
        with suppress(FileNotFoundError):
            self.store.outside.checkpoints.unlink()


def forget_since_the_log(store: Store) -> None:
    """Take back what the log and the rooms after it have added to the schema."""
    later = [f"rollup_{name}" for name in ("head", "case", "way", "element", "handover", "variant", "deviation")]
    later += ["audit_finding", "audit_sample", "reexecution_finding", "reexecution_run"]
    later += ["held_deviation", "held_case", "held_head"]
    later += ["seal_queue", "log_leaf", "log_tile", "log_checkpoint", "log_head", "verification"]
    indexes = ("ix_journal_line_few", "ix_case_file_accepted_on", "ix_case_file_decided_at")
    for what in [*(f"TABLE {one}" for one in later), *(f"INDEX {one}" for one in indexes)]:
        store.sql(f"DROP {what}")
    store.sql("CREATE INDEX ix_journal_line_at ON journal_line (at)")
    store.sql("CREATE INDEX ix_journal_line_key ON journal_line (account, command_key)")
