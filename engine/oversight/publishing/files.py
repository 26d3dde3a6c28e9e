"""The files that releases are made of, by kind and name: those handed in, and those in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Connection

import forms
from engine.oversight.publishing.messages import messages_in_force
from engine.process.bpmn.releases.queries import (
    artifact_content,
    current_decisions,
    current_processes,
    own_forms,
)
from engine.registry.items.queries import current_items, item_text
from processes.library import digest as digest_of

PROCESS, DECISIONS, FORM, ITEM, MESSAGE = "process", "decisions", "form", "item", "message"
KINDS: Mapping[str, str] = {
    PROCESS: "流程", DECISIONS: "决策表", FORM: "表单", ITEM: "事项", MESSAGE: "外部消息"
}  # fmt: skip
"""The kinds of files and their names."""

SUFFIXES: Mapping[str, str] = {PROCESS: "bpmn", DECISIONS: "dmn", FORM: "json", ITEM: "json", MESSAGE: "json"}

Key = tuple[str, str]
"""Kind and name of a file."""


@dataclass(frozen=True)
class Files:
    """Files handed in for a release, by kind: each its name to its bytes."""

    processes: Mapping[str, bytes] = field(default_factory=dict)
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    messages: Mapping[str, bytes] = field(default_factory=dict)
    forms: Mapping[str, bytes] = field(default_factory=dict)
    items: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, contents: Mapping[Key, bytes]) -> Files:
        """Return the files by kind and name in the order of kinds."""
        sorted_out: dict[str, dict[str, bytes]] = {kind: {} for kind in KINDS}
        for (kind, name), content in contents.items():
            sorted_out[kind][name] = content
        return cls(
            processes=sorted_out[PROCESS], decisions=sorted_out[DECISIONS], messages=sorted_out[MESSAGE],
            forms=sorted_out[FORM], items=sorted_out[ITEM],
        )  # fmt: skip

    def by_key(self) -> dict[Key, bytes]:
        """Return all of them by kind and name."""
        parts = {
            PROCESS: self.processes, DECISIONS: self.decisions, FORM: self.forms, ITEM: self.items,
            MESSAGE: self.messages,
        }  # fmt: skip
        return {(kind, name): content for kind, files in parts.items() for name, content in files.items()}


def shipped_forms() -> tuple[str, ...]:
    """Return the keys of the program's own forms."""
    return forms.keys()


def encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return texts as the bytes they are kept by."""
    return {name: text.encode("utf-8") for name, text in texts.items()}


def digests_in_force(connection: Connection, at: datetime | None = None) -> dict[str, dict[str, str]]:
    """Return the digest of every file that is in force at ``at`` (UTC), by kind and name.

    Without ``at`` it is what was published last, even if its day is still to come.
    """
    shipped = {key: digest_of(forms.source(key)) for key in shipped_forms()}
    return {
        PROCESS: current_processes(connection, at),
        DECISIONS: current_decisions(connection, at),
        FORM: shipped | own_forms(connection, at),
        ITEM: {item.code: digest for digest, item in current_items(connection)},
        MESSAGE: {name: file.digest for name, file in messages_in_force(connection, at).items()},
    }


def content_of(connection: Connection, kind: str, name: str, digest: str) -> bytes:
    """Return the bytes of a file that is, or was, in force under ``digest``."""
    if kind == FORM and name in shipped_forms() and digest == digest_of(forms.source(name)):
        return forms.source(name)
    if kind == MESSAGE:
        known = messages_in_force(connection).get(name)
        if known is not None and known.digest == digest:
            return known.text
    if kind == ITEM:
        return item_text(connection, digest).encode("utf-8")
    return artifact_content(connection, digest)

