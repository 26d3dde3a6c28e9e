"""Whether the files that a release pins by their digests are those that are kept now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from engine.oversight.audit.reexecution.rules import DEFINITION, Difference, Gap
from engine.process.bpmn.releases.queries import Release, artifact_contents, release_at, release_text
from engine.registry.items.queries import item_texts, parsed
from processes.items import Item, ItemRefused

KINDS = {
    "release": "发布版本", "process": "流程图", "decision": "决策表", "form": "表单", "message": "消息定义",
    "item": "事项实施清单",
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """A pinned file whose content is not kept (``found`` None), or is another one: the digest of what is there."""

    kind: str
    name: str
    digest: str
    found: str | None

    def told(self) -> Difference | Gap:
        """Return it in words."""
        what = f"{KINDS[self.kind]}“{self.name}”"
        if self.found is None:
            return Gap(f"发布版本固定的{what}没有保存")
        return Difference(
            DEFINITION, f"发布时的{what}（摘要 {self.digest[:12]}）", f"内容已改动的文件（摘要 {self.found[:12]}）"
        )


@dataclass(frozen=True)
class Pinned:
    """A release as it is kept: what it pins, its item as it is kept (None: not readable), what is wrong with its files.

    A release that does not say what its id is the digest of is the first of the ``faults``.
    """

    release: Release
    item: Item | None
    faults: tuple[Fault, ...]

    def at_once(self) -> Difference | Gap | None:
        """Return what keeps a run from going by this release at all, or None.

        Any other altered file is told at the line that used it.
        """
        gone = (fault for fault in self.faults if fault.found is None and fault.kind in ("item", "decision"))
        drawn = (fault for fault in self.faults if fault.kind == "process")
        return next((fault.told() for fault in (*drawn, *gone)), None)


class Pins:
    """The releases of a house, each looked at once."""

    def __init__(self, connection: Connection) -> None:
        """Look with ``connection``."""
        self._connection = connection
        self._known: dict[str, Pinned | None] = {}

    def of(self, id: str) -> Pinned | None:
        """Return a release, or None when it is not kept."""
        if id not in self._known:
            text = release_text(self._connection, id)
            self._known[id] = None if text is None else self._looked_at(id, _digest(text.encode()))
        return self._known[id]

    def release(self, id: str) -> Release:
        """Return a release as it is kept; raise LookupError for one that is not."""
        pinned = self.of(id)
        if pinned is None:
            raise LookupError(id)
        return pinned.release

    def _looked_at(self, id: str, found: str) -> Pinned:
        release = release_at(self._connection, id)
        own = () if found == id else (Fault("release", f"第 {release.number} 号", id, found),)
        text = item_texts(self._connection, [release.item]).get(release.item)
        return Pinned(release, _readable(text), (*own, *self._faults(release)))

    def _faults(self, release: Release) -> Iterator[Fault]:
        files = [
            *(("process", name, digest) for name, digest in release.processes.items()),
            *(("decision", name, digest) for name, digest in release.decisions.items()),
            *(("form", name, digest) for name, digest in release.forms.items()),
            *(("message", name, digest) for name, digest in release.messages.items()),
        ]
        kept = artifact_contents(self._connection, {digest for _, _, digest in files})
        items = item_texts(self._connection, [release.item])
        kept |= {digest: text.encode() for digest, text in items.items()}
        for kind, name, digest in [*files, ("item", release.item_code, release.item)]:
            content = kept.get(digest)
            found = None if content is None else _digest(content)
            if found != digest:
                yield Fault(kind, name, digest, found)


def _readable(text: str | None) -> Item | None:
    try:
        return None if text is None else parsed(text)
    except ItemRefused:
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
