"""Moving a whole house to the other database."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.foundation.blobs.storage import Blobs
from engine.foundation.store.copying import Heads, copy_rows, heads
from engine.foundation.store.database import Database
from engine.foundation.store.migrations import refuse_unknown, upgrade
from engine.oversight.audit.invariants import Violation, verify
from engine.process.bpmn.releases.bundles import Bundles
from yichuang.compose import compose
from yichuang.finding import rebuild
from yichuang.settings import Settings


@dataclass(frozen=True)
class Moved:
    """What was copied."""

    counts: dict[str, int]
    heads: Heads
    violations: list[Violation]


def copy_database(settings: Settings, source_url: str, target_url: str) -> Moved:
    """Copy every row from ``source_url`` into the empty database at ``target_url``; the source is only read.

    Counts and all chain heads are compared before the one commit; then the search index is built and the invariants
    are checked on the target.  Raises SchemaUnknown, TargetNotEmpty, CopyDiffers.
    """
    upgrade(target_url)
    source, target = Database(source_url, readers=2), Database(target_url, readers=4)
    try:
        with source.reading() as reading:
            refuse_unknown(reading)
            with target.writing() as writing:
                counts = copy_rows(reading, writing)
        with target.reading() as connection:
            known = heads(connection)
        _index(settings, target_url)
        with target.reading() as connection:
            return Moved(counts, known, verify(connection, Bundles(), Blobs(settings.blobs)))
    finally:
        source.close()
        target.close()


def _index(settings: Settings, url: str) -> None:
    door = compose(replace(settings, database_url=url))
    try:
        rebuild(door)
    finally:
        door.database.close()
