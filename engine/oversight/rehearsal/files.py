"""The files that a rehearsal runs: what is in force, overlaid with those of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.engine import Connection

from engine.process.bpmn.releases.queries import (
    artifact_contents,
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


def files_in_force(connection: Connection, at: datetime) -> dict[tuple[str, str], bytes]:
    """Return the files in force at ``at`` (UTC): every one that a release uses, a form only where it was changed."""
    found: dict[tuple[str, str], bytes] = {}
    for kind, current in (
        ("process", current_processes(connection, at)), ("decisions", current_decisions(connection, at)),
        ("message", current_messages(connection, at)), ("form", own_forms(connection, at)),
    ):  # fmt: skip
        contents = artifact_contents(connection, current.values())
        found |= {(kind, name): contents[digest] for name, digest in current.items()}
    for digest, item in current_items(connection):
        found["item", item.code] = item_text(connection, digest).encode("utf-8")
    return found


def shipped_files() -> dict[tuple[str, str], bytes]:
    """Return the files that a new house publishes first."""
    found: dict[tuple[str, str], bytes] = {("process", id): one.xml for id, one in library.processes().items()}
    found |= {("decisions", id): one.xml for id, one in library.decisions().items()}
    found |= {("item", path.stem): path.read_bytes() for path in sorted((SHIPPED / "items").glob("*.json"))}
    return found


def digest_of(files: Files) -> str:
    """Return what names exactly these files: the same for the same contents in any order."""
    digests = {key: library.digest(content) for key, content in files.items()}
    text = "".join(f"{kind}\n{name}\n{digest}\n" for (kind, name), digest in sorted(digests.items()))
    return library.digest(text.encode("utf-8"))


def overlaid(base: Files, draft: Files) -> dict[tuple[str, str], bytes]:
    """Return what would be in force with the files of ``draft``."""
    return {**base, **draft}
