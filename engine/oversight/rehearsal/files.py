"""The files that a rehearsal runs: what is in force, overlaid with those of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from sqlalchemy.engine import Connection

from engine.process.bpmn.releases.queries import (
    artifact_content,
    current_decisions,
    current_messages,
    current_processes,
    own_forms,
)
from engine.registry.items.queries import current_items, item_text
from processes import library
from processes.library import SHIPPED

Files: TypeAlias = Mapping[tuple[str, str], bytes]
"""(kind, name) to content; kinds are process, decisions, form, item, message."""

KINDS: Mapping[str, str] = {
    "process": "流程", "decisions": "决策表", "form": "表单", "item": "事项", "message": "消息"
}  # fmt: skip


def digests_in_force(connection: Connection) -> dict[tuple[str, str], str]:
    """Return what is in force, by its digests: every file the newest releases use, a form only where it was changed."""
    found: dict[tuple[str, str], str] = {}
    for kind, current in (
        ("process", current_processes(connection)),
        ("decisions", current_decisions(connection)),
        ("message", current_messages(connection)),
    ):
        found |= {(kind, name): digest for name, digest in current.items()}
    found |= {("item", item.code): digest for digest, item in current_items(connection)}
    return found | {("form", key): digest for key, digest in own_forms(connection).items()}


def files_in_force(connection: Connection) -> dict[tuple[str, str], bytes]:
    """Return the files of :func:`digests_in_force`."""
    return {
        (kind, name): item_text(connection, digest).encode("utf-8") if kind == "item"
        else artifact_content(connection, digest)
        for (kind, name), digest in digests_in_force(connection).items()
    }  # fmt: skip


def shipped_files() -> dict[tuple[str, str], bytes]:
    """Return the files that a new house publishes first."""
    found: dict[tuple[str, str], bytes] = {("process", id): one.xml for id, one in library.processes().items()}
    found |= {("decisions", id): one.xml for id, one in library.decisions().items()}
    found |= {("item", path.stem): path.read_bytes() for path in sorted((SHIPPED / "items").glob("*.json"))}
    return found


def digest_of(files: Files) -> str:
    """Return what names exactly these files: the same for the same contents in any order."""
    return digest_of_digests({key: library.digest(content) for key, content in files.items()})


def digest_of_digests(digests: Mapping[tuple[str, str], str]) -> str:
    """Return what :func:`digest_of` gives for the files with these digests."""
    text = "".join(f"{kind}\n{name}\n{digest}\n" for (kind, name), digest in sorted(digests.items()))
    return library.digest(text.encode("utf-8"))


def overlaid(base: Files, draft: Files) -> dict[tuple[str, str], bytes]:
    """Return what would be in force with the files of ``draft``."""
    return {**base, **draft}
