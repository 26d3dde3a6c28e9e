"""A folder of drafts beside what is in force: which files are new, changed or missing, and what changes in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import forms
from engine.foundation.errors import Invalid
from engine.oversight.publishing.comparing.changes import ADDED, CHANGED, REMOVED, Part
from engine.oversight.publishing.comparing.contents import COMPARED
from engine.oversight.publishing.comparing.drawings import process_of
from engine.oversight.publishing.comparing.structures import compare_forms
from engine.oversight.publishing.files import FORM, MESSAGE, SUFFIXES, content_of, digests_in_force, shipped_forms
from engine.oversight.publishing.forming import is_form
from engine.process.bpmn import BpmnRefused, parse_decisions
from engine.process.bpmn.releases.queries import artifact_content, own_forms, releases_of
from engine.process.tasks.registry import View
from processes.library import digest
from processes.messages import is_message

KINDS: Mapping[str, str] = {
    "process": "流程", "decisions": "决策表", "item": "事项", "form": "表单", "message": "消息", "figures": "参数",
}  # fmt: skip


class DraftUnreadable(Invalid):
    """草稿文件 {file} 读不懂：{why} 请用 process check 检查后改正。"""

    code = "DRAFT_UNREADABLE"


class DraftTwice(Invalid):
    """草稿中有两个文件都是{kind}“{name}”：{first} 和 {second}。请只留下其中一个再比较。"""

    code = "DRAFT_TWICE"


@dataclass(frozen=True)
class Draft:
    """A file of the folder: what it is and is called, where it lies in the folder, and its bytes."""

    kind: str
    name: str
    title: str
    file: str
    content: bytes


@dataclass(frozen=True)
class FileChange:
    """A file that differs from what is in force.

    ``change`` is added, changed or removed: not among the drafts, so that a deployment leaves it as it is.  A changed
    file without ``parts`` differs in its picture or its writing only.  ``file`` is empty where there is no draft.
    """

    kind: str
    name: str
    title: str
    change: str
    file: str
    parts: tuple[Part, ...] = ()


def read_drafts(files: Mapping[str, bytes]) -> list[Draft]:
    """Return the drafts among the files of a folder, given by their paths in it; other files are passed over.

    Raises :class:`DraftUnreadable` and :class:`DraftTwice`.
    """
    found: dict[tuple[str, str], Draft] = {}
    for file, content in sorted(files.items()):
        draft = _read(file, content)
        if draft is None:
            continue
        known = found.setdefault((draft.kind, draft.name), draft)
        if known is not draft:
            raise DraftTwice(kind=KINDS[draft.kind], name=draft.name, first=known.file, second=draft.file)
    return list(found.values())


def compare_drafts(view: View, drafts: list[Draft]) -> list[FileChange]:
    """Return what a deployment of the drafts would change, and what is in force and not among them.

    A form of the program's own, which no draft and no form of the centre's stands in the place of, is compared with
    what the newest releases have pinned.  Kinds of files of which there is no draft are left out, and so are the forms
    and messages in force of which there is none: they are many, and ship with the program.
    """
    given = {(one.kind, one.name): one for one in drafts}
    kinds = {one.kind for one in drafts}
    changes: list[FileChange] = []
    for kind, in_force in digests_in_force(view.connection).items():
        if kind not in kinds:
            continue
        drafted = {name for of, name in given if of == kind}
        for name in sorted(drafted if kind in (FORM, MESSAGE) else {*in_force, *drafted}):
            changes += _compared(view, kind, name, in_force.get(name), given.get((kind, name)))
    drafted_forms = {name for kind, name in given if kind == FORM}
    return [*changes, *_forms(view, drafted_forms | own_forms(view.connection).keys())]


def _read(file: str, content: bytes) -> Draft | None:
    suffix = file.rpartition(".")[2].lower()
    reader = {"bpmn": _drawing, "dmn": _tables, "json": _json}.get(suffix)
    try:
        return None if reader is None else reader(file, content)
    except BpmnRefused as refused:
        raise DraftUnreadable(file=file, why=refused.problems[0].sentence) from refused
    except ValueError as error:
        raise DraftUnreadable(file=file, why=f"不是合格的 JSON（{error}）。") from error


def _drawing(file: str, content: bytes) -> Draft:
    name, title = process_of(content)
    if not name:
        raise DraftUnreadable(file=file, why="文件中没有流程。")
    return Draft("process", name, title, file, content)


def _tables(file: str, content: bytes) -> Draft:
    read = parse_decisions(content)
    return Draft("decisions", read.id, read.name, file, content)


def _json(file: str, content: bytes) -> Draft | None:
    """Return the draft of a form, a message or an item; other JSON files (departments, windows) are none."""
    read = json.loads(content)
    if is_form(content):
        return Draft(FORM, str(read.get("id", "")), "", file, content)
    if is_message(content):
        return Draft(MESSAGE, str(read["message"]), str(read.get("title", "")), file, content)
    if not isinstance(read, dict) or not {"code", "case_type"} <= read.keys():
        return None
    return Draft("item", str(read["code"]), str(read.get("name", "")), file, content)


def _compared(view: View, kind: str, name: str, in_force: str | None, draft: Draft | None) -> Iterator[FileChange]:
    if draft is None:
        content = content_of(view.connection, kind, name, str(in_force))
        known = _read(f"{name}.{SUFFIXES[kind]}", content)
        yield FileChange(kind, name, known.title if known else "", REMOVED, "")
        return
    change = FileChange(kind, name, draft.title, ADDED, draft.file)
    if in_force is None:
        yield change
    elif digest(draft.content) != in_force:
        parts = COMPARED[kind](content_of(view.connection, kind, name, in_force), draft.content)
        yield replace(change, change=CHANGED, parts=parts)


def _forms(view: View, without: set[str]) -> Iterator[FileChange]:
    """Yield the forms of the program, but those ``without``, that are not those that the newest releases pinned."""
    newest = {one.item_code: one for one in reversed(releases_of(view.connection))}
    pinned: dict[str, str] = {}
    for one in sorted(newest.values(), key=lambda one: one.effective_from):
        pinned |= one.forms
    for key in sorted((pinned.keys() & {*shipped_forms()}) - without):
        source = forms.source(key)
        if digest(source) != pinned[key]:
            before = json.loads(artifact_content(view.connection, pinned[key]))
            yield FileChange("form", key, "", CHANGED, "", compare_forms(before, json.loads(source)))
