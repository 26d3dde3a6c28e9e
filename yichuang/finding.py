"""Building the search index: by command, and by itself in a house that was opened by a program without one."""

from __future__ import annotations

import uuid

from engine.casework.cases.finding.commands import RebuildSearch
from engine.casework.cases.finding.handlers import Sources
from engine.door import Door
from engine.foundation.search import queries as search
from engine.foundation.store.unit import Actor
from engine.registry.identity.rules import SYSTEM


def rebuild(door: Door, actor: Actor = SYSTEM) -> int:
    """Build the index anew, batch by batch; return how many batches it took."""
    run, batches = uuid.uuid4().hex, 0
    for source in door.part(Sources).all:
        after: str | None = ""
        while after is not None:
            command = RebuildSearch(source=source, after=after)
            after = door.execute(command, actor, key=f"search:{run}:{batches}")["after"]
            batches += 1
    return batches


def index_if_missing(door: Door) -> None:
    """Build the index of a house that has a catalogue but no guide in the index: it is older than the index."""
    with door.read(SYSTEM) as view:
        missing = search.is_empty(view.connection, "guide")
    if missing:
        rebuild(door)
