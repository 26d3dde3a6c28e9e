"""Two releases of an item compared file by file: processes, tables, forms, messages, the item and its figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from engine.oversight.publishing.comparing.changes import ADDED, CHANGED, REMOVED, Detail, Part
from engine.oversight.publishing.comparing.decisions import compare_decisions
from engine.oversight.publishing.comparing.drafts import FileChange
from engine.oversight.publishing.comparing.drawings import compare_drawings, process_of
from engine.oversight.publishing.comparing.structures import compare_forms, compare_items
from engine.process.bpmn import parse_decisions
from engine.process.bpmn.releases.queries import Release, artifact_contents
from engine.process.tasks.registry import View
from engine.registry.items.queries import item_texts
from engine.registry.policies.rules import said
from engine.registry.policies.shipped import DEFAULTS

Digests = Mapping[str, str]

_COMPARED: Mapping[str, Callable[[bytes, bytes], tuple[Part, ...]]] = {
    "process": compare_drawings,
    "decisions": lambda before, after: compare_decisions(parse_decisions(before), parse_decisions(after)),
    "form": lambda before, after: compare_forms(json.loads(before), json.loads(after)),
    "message": lambda before, after: compare_items(json.loads(before), json.loads(after)),
    "item": lambda before, after: compare_items(json.loads(before), json.loads(after)),
}


def files_of(release: Release) -> dict[str, Digests]:
    """Return what a release pins by digest, by kind of file and name."""
    return {
        "process": release.processes, "decisions": release.decisions, "form": release.forms,
        "message": release.messages, "item": {release.item_code: release.item},
    }  # fmt: skip


def compare_releases(view: View, before: Release, after: Release) -> list[FileChange]:
    """Return every file in which two releases of an item differ, and the counting figures in which they do.

    The contents of all files that differ are read in one statement.
    """
    old, new = files_of(before), files_of(after)
    pairs = [
        (kind, name, old[kind].get(name, ""), new[kind].get(name, ""))
        for kind in old
        for name in dict.fromkeys((*old[kind], *new[kind]))
        if old[kind].get(name) != new[kind].get(name)
    ]
    wanted = {digest for kind, _, *digests in pairs for digest in digests if digest and kind != "item"}
    contents = artifact_contents(view.connection, wanted)
    items = {digest for kind, _, *digests in pairs for digest in digests if digest and kind == "item"}
    contents |= {digest: text.encode("utf-8") for digest, text in item_texts(view.connection, items).items()}
    found = [_change(kind, name, contents.get(was), contents.get(now)) for kind, name, was, now in pairs]
    return [*found, *_figures(before, after)]


def _change(kind: str, name: str, before: bytes | None, after: bytes | None) -> FileChange:
    title = _title(kind, name, after if after is not None else before or b"")
    if before is None or after is None:
        return FileChange(kind, name, title, ADDED if before is None else REMOVED, "")
    return FileChange(kind, name, title, CHANGED, "", _COMPARED[kind](before, after))


def _title(kind: str, name: str, content: bytes) -> str:
    if kind == "process":
        return process_of(content)[1]
    if kind == "decisions":
        return parse_decisions(content).name
    known = json.loads(content)
    return str(known.get("title") or known.get("name") or "") if isinstance(known, dict) else name


def _figures(before: Release, after: Release) -> Iterator[FileChange]:
    known = {one.key: one for one in DEFAULTS}
    parts = []
    for key in dict.fromkeys((*before.policies, *after.policies)):
        was, now = before.policies.get(key), after.policies.get(key)
        if was != now:
            figure = known.get(key)
            unit, title = (figure.unit, figure.title) if figure else ("", key)
            first, second = ("" if value is None else said(value, unit) for value in (was, now))
            change = ADDED if was is None else REMOVED if now is None else CHANGED
            parts.append(Part(key, title, change, (Detail("数值", first, second),)))
    if parts:
        yield FileChange("figures", after.item_code, "计时参数", CHANGED, "", tuple(parts))
