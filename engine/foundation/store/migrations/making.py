"""Writing a new revision: compares the rooms' tables with a database at the newest one.

Run ``python -m engine.foundation.store.migrations.making "what changes"`` after editing a room's tables; read what
it wrote before committing it (CHECK constraints are not found by comparison).
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from engine.foundation.store.database import Database
from engine.foundation.store.migrations import upgrade

_HERE = Path(__file__).parent
_ENGINE = _HERE.parents[2]


def import_all_tables() -> None:
    """Import every room's tables, so that the metadata is complete."""
    for path in sorted(_ENGINE.rglob("tables.py")):
        importlib.import_module(".".join(("engine", *path.relative_to(_ENGINE).with_suffix("").parts)))


def make(message: str) -> None:
    """Write the next revision."""
    import_all_tables()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/compare.db"
        number = f"{len(list((_HERE / 'versions').glob('*.py'))) + 1:04d}"
        if number != "0001":
            upgrade(url)
        database = Database(url)
        with database.writing() as connection:
            config = Config()
            config.set_main_option("script_location", str(_HERE))
            config.attributes["connection"] = connection
            command.revision(config, message, autogenerate=True, rev_id=number)
        database.close()


if __name__ == "__main__":
    make(sys.argv[1])
