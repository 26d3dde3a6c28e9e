"""Small units on a bare store, for tests of what every room stands on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from engine.foundation.journal.writing import write_journal
from engine.foundation.store.database import Database
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault

NOW = datetime(2026, 3, 2, 1, 5, 0, 123456, tzinfo=UTC)
CLERK = Actor(account="W01", person="person-W01", name="受理员一", grants=(("window_clerk", "center"),))


def new_vault(file: str = "keys.json") -> Vault:
    """Return a vault with fixed keys, the same for all tests."""
    return Vault({"k1": b"1" * 32}, "k1", b"i" * 32, file=file)


class Store:
    """A migrated database with a vault, and units on it."""

    def __init__(self, url: str) -> None:
        """Open ``url``."""
        self.database = Database(url)
        self.vault = new_vault()
        self.now = NOW

    @contextmanager
    def unit(self, *roots: str, command: str = "Test", key: str = "") -> Iterator[Unit]:
        """Give a unit that holds ``roots`` (made when missing) and writes its journal when it ends well."""
        with self.database.writing() as connection:
            unit = Unit(connection, now=self.now, actor=CLERK, parts={Vault: self.vault})
            for root in roots:
                unit.lock_or_create(root, "case")
            yield unit
            write_journal(unit, command=command, key=key)

    def write(self, root: str, *, lines: int = 1, private: dict[str, Any] | None = None, **data: Any) -> None:
        """Append ``lines`` lines to the journal of ``root``, each in its own unit."""
        for number in range(lines):
            with self.unit(root) as unit:
                unit.record("test.happened", root, private=private, number=number, **data)

    def sql(self, statement: str, **values: Any) -> None:
        """Change rows behind the house's back, as whoever owns the database could."""
        import sqlalchemy as sa

        with self.database.writing() as connection:
            connection.execute(sa.text(statement), values)
