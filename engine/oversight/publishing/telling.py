"""Every file in force with the title by which people know it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.oversight.publishing.files import (
    DECISIONS,
    FORM,
    ITEM,
    KINDS,
    MESSAGE,
    PROCESS,
    content_of,
    digests_in_force,
)
from engine.oversight.publishing.forming import titled
from engine.oversight.publishing.messages import messages_in_force
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.tasks.registry import View
from engine.registry.items.queries import item_names


@dataclass(frozen=True)
class Standard:
    """A file as it is in force: kind, name, title (empty where it has none), digest."""

    kind: str
    name: str
    title: str
    digest: str


def standards(view: View) -> list[Standard]:
    """Return what is in force, or was published last for a day to come, by kind and name."""
    bundles, connection = view.part(Bundles), view.connection
    names, heard = item_names(connection), messages_in_force(connection)

    def title(kind: str, name: str, digest: str) -> str:
        if kind == PROCESS:
            one = bundles.definition(connection, digest)
            return one.title or one.name
        if kind == DECISIONS:
            return bundles.tables(connection, digest).name
        if kind == FORM:
            return titled(content_of(connection, kind, name, digest))
        return {ITEM: names.get(name, ""), MESSAGE: heard[name].message.title if name in heard else ""}[kind]

    found = digests_in_force(connection)
    return [
        Standard(kind, name, title(kind, name, digest), digest)
        for kind in KINDS
        for name, digest in sorted(found[kind].items())
    ]
