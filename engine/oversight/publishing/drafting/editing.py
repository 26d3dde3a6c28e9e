"""Working on a draft: starting it, taking files in, saving them version by version, remarks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.foundation.errors import Invalid
from engine.foundation.journal.reasons import written_reason
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.drafting import queries, rules
from engine.oversight.publishing.drafting.blanks import blank, renamed
from engine.oversight.publishing.drafting.commands import (
    CommentDraft,
    CopyDraft,
    DropFile,
    RenameDraft,
    SaveFile,
    SettleComment,
    StartDraft,
    TakeFile,
)
from engine.oversight.publishing.drafting.queries import Draft
from engine.oversight.publishing.files import DECISIONS, KINDS, PROCESS, Key, content_of, digests_in_force
from engine.process.bpmn import BpmnRefused, Problem
from engine.process.bpmn.xml import read_xml
from engine.registry.identity.queries import names_of
from processes.library import digest as digest_of

ROOT = "draft"
"""What is locked while a new draft gets its number."""

STARTED = tag("draft.started", "起草“{title}”。理由：{reason}")
COPIED = tag("draft.copied", "由草案 {source} 另立草案“{title}”。理由：{reason}")
TAKEN = tag("draft.file_taken", "取入{what}")
SAVED = tag("draft.file_saved", "保存{what}第 {version} 版")
FILE_DROPPED = tag("draft.file_dropped", "移出{what}")
RENAMED = tag("draft.renamed", "改名为“{title}”。理由：{reason}")
COMMENTED = tag("draft.commented", "批注{what}：{text}")
SETTLED = tag("draft.comment_settled", "第 {number} 条批注已处理")


def start(command: StartDraft, unit: Unit) -> Mapping[str, Any]:
    """Make an empty draft; raise :class:`DraftTitleWrong` or :class:`DraftReasonMissing`.  Returns its id."""
    title, reason = _said(command.title, command.reason)
    id = _new(unit, title=title, reason=reason)
    unit.record(STARTED, f"draft:{id}", title=title, reason=reason)
    return {"draft": id}


def copy(command: CopyDraft, unit: Unit) -> Mapping[str, Any]:
    """Make a draft with the files of another one, whatever became of that; it is based on what that was based on.

    Raises :class:`DraftMissing`, :class:`DraftTitleWrong` and :class:`DraftReasonMissing`.  Returns the new id.
    """
    source = queries.draft_of(unit.connection, command.draft_id)
    title, reason = _said(command.title, command.reason)
    id = _new(unit, title=title, reason=reason, copied_from=source.id)
    files = queries.files_of(unit.connection, source.id)
    for one in files:
        queries.put_version(unit, id, one.key, one.content, one.digest, one.base_digest)
    told = {f"{one.kind}/{one.name}": one.digest for one in files}
    unit.record(COPIED, f"draft:{id}", source=source.id, title=title, reason=reason, files=told)
    return {"draft": id}


def take(command: TakeFile, unit: Unit) -> Mapping[str, Any]:
    """Take a file into a draft: as it is in force, as a text brought along, as a copy of another, or empty.

    Raises :class:`DraftStateWrong`, :class:`DraftFileTwice`, :class:`DraftFull`, :class:`FileUnknown`,
    :class:`FileNameWrong`, :class:`TextUnreadable` and :class:`DraftFileTooLarge`.  Returns kind, name and version.
    """
    draft = _editable(unit, command.draft_id)
    key = (command.kind, command.name)
    if command.kind not in KINDS:
        raise rules.FileUnknown(kind="文件", name=command.name[:60])
    if queries.has_file(unit.connection, draft.id, *key):
        raise rules.DraftFileTwice(kind=KINDS[command.kind], name=command.name)
    if len(queries.files_of(unit.connection, draft.id)) >= rules.MOST_FILES:
        raise rules.DraftFull
    base = digests_in_force(unit.connection)[command.kind].get(command.name, "")
    content = _first_content(unit, command, base)
    digest = digest_of(content)
    version = queries.put_version(unit, draft.id, key, content, digest, base)
    queries.set_draft(unit, draft.id)
    unit.record(TAKEN, draft.root_id, what=_what(key), kind=key[0], name=key[1], base=base, digest=digest,
                version=version)  # fmt: skip
    return {"kind": key[0], "name": key[1], "version": version}


def save(command: SaveFile, unit: Unit) -> Mapping[str, Any]:
    """Keep the next version of a file; nothing that somebody else saved is written over.

    Raises :class:`DraftStateWrong`, :class:`DraftFileMissing`, :class:`DraftMoved` (naming who saved and when),
    :class:`MergedWithOther`, :class:`TextUnreadable` and :class:`DraftFileTooLarge`.  Returns the version, and whether
    anything was different from the last one.
    """
    draft = _editable(unit, command.draft_id)
    there = queries.file_of(unit.connection, draft.id, command.kind, command.name)
    if there.version != command.version:
        names = names_of(unit.connection, {there.saved_by})
        raise rules.DraftMoved(
            file=there.name, by=names.get(there.saved_by, there.saved_by), at=there.saved_at, version=there.version
        )
    content = readable(command.kind, command.text)
    base = _merged(unit, command) or there.base_digest
    digest = digest_of(content)
    if (digest, base) == (there.digest, there.base_digest):
        return {"version": there.version, "changed": False}
    version = queries.put_version(unit, draft.id, there.key, content, digest, base)
    queries.set_draft(unit, draft.id)
    unit.record(SAVED, draft.root_id, what=_what(there.key), kind=there.kind, name=there.name, base=base,
                digest=digest, version=version)  # fmt: skip
    return {"version": version, "changed": True}


def drop_file(command: DropFile, unit: Unit) -> Mapping[str, Any]:
    """Take a file out of a draft; raise :class:`DraftStateWrong` or :class:`DraftFileMissing`."""
    draft = _editable(unit, command.draft_id)
    one = queries.file_of(unit.connection, draft.id, command.kind, command.name)
    queries.drop_file(unit, draft.id, one.key)
    queries.set_draft(unit, draft.id)
    unit.record(FILE_DROPPED, draft.root_id, what=_what(one.key), kind=one.kind, name=one.name)
    return {"kind": one.kind, "name": one.name}


def rename(command: RenameDraft, unit: Unit) -> Mapping[str, Any]:
    """Give a draft another title and reason.

    Raises :class:`DraftStateWrong`, :class:`DraftTitleWrong` and :class:`DraftReasonMissing`.
    """
    draft = _editable(unit, command.draft_id)
    title, reason = _said(command.title, command.reason)
    queries.set_draft(unit, draft.id, title=title, reason=reason)
    unit.record(RENAMED, draft.root_id, title=title, reason=reason)
    return {"draft": draft.id}


def comment(command: CommentDraft, unit: Unit) -> Mapping[str, Any]:
    """Keep a remark on a draft, a file of it, or an element.

    Raises :class:`DraftStateWrong`, :class:`DraftFileMissing` and :class:`CommentMissing`.  Returns its number.
    """
    draft = queries.draft_of(unit.connection, command.draft_id)
    rules.refuse_state(draft.id, draft.stands(unit.now), "批注")
    text = command.text.strip()
    if not 1 <= len(text) <= rules.LONGEST_COMMENT:
        raise rules.CommentMissing
    key: Key = ("", "")
    if command.kind or command.name:
        key = queries.file_of(unit.connection, draft.id, command.kind, command.name).key
    element = command.element_id.strip()[:120] if key[0] else ""
    number = queries.put_comment(unit, draft.id, key, element, text)
    where = f"{_what(key)}{f'的 {element}' if element else ''}" if key[0] else "草案"
    unit.record(COMMENTED, draft.root_id, what=where, number=number, kind=key[0], name=key[1], element=element,
                text=text)  # fmt: skip
    return {"number": number}


def settle(command: SettleComment, unit: Unit) -> Mapping[str, Any]:
    """Note that a remark is seen to; raise :class:`DraftStateWrong` or :class:`CommentUnknown`."""
    draft = queries.draft_of(unit.connection, command.draft_id)
    rules.refuse_state(draft.id, draft.stands(unit.now), "批注")
    if not queries.settle_comment(unit, draft.id, command.number):
        raise rules.CommentUnknown(number=command.number)
    unit.record(SETTLED, draft.root_id, number=command.number)
    return {"number": command.number}


def readable(kind: str, text: str) -> bytes:
    """Return the bytes of a text as it is kept: UTF-8, lines ended by a line feed alone.

    Whatever can be opened again may be kept, however wrong it is.  Raises :class:`TextUnreadable` for a text that is
    no XML or no JSON, and :class:`DraftFileTooLarge`.
    """
    try:
        content = text.replace("\r\n", "\n").encode("utf-8")
    except UnicodeEncodeError as error:
        raise rules.TextUnreadable((_unreadable("含有残缺的字符，请删去后再保存。"),)) from error
    if len(content) > rules.MOST_BYTES:
        raise rules.DraftFileTooLarge
    if kind in (PROCESS, DECISIONS):
        try:
            read_xml(content)
        except BpmnRefused as refused:
            raise rules.TextUnreadable(refused.problems) from refused
        return content
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise rules.TextUnreadable((_unreadable(f"不是合格的 JSON（{error}），请改正后再保存。"),)) from error
    if not isinstance(found, dict):
        raise rules.TextUnreadable((_unreadable("应为一个 JSON 对象（以 { 开头、} 结尾），请改正后再保存。"),))
    return content


def _unreadable(sentence: str) -> Problem:
    return Problem("", "unreadable", "error", sentence)


def _first_content(unit: Unit, command: TakeFile, base: str) -> bytes:
    if command.text is not None:
        if not base:
            rules.checked_name(command.name)
        return readable(command.kind, command.text)
    if base:
        return content_of(unit.connection, command.kind, command.name, base)
    if command.copy_of:
        digest = digests_in_force(unit.connection)[command.kind].get(command.copy_of)
        if digest is None:
            raise rules.FileUnknown(kind=KINDS[command.kind], name=command.copy_of[:60])
        name = rules.checked_name(command.name)
        original = content_of(unit.connection, command.kind, command.copy_of, digest)
        return readable(command.kind, renamed(original, command.copy_of, name))
    made = blank(command.kind, rules.checked_name(command.name))
    if made is None:
        raise rules.FileUnknown(kind=KINDS[command.kind], name=command.name)
    return readable(command.kind, made)


def _merged(unit: Unit, command: SaveFile) -> str:
    """Return the digest in force that was taken in, empty for none; raise :class:`MergedWithOther` for an older one."""
    if not command.merged_with:
        return ""
    now = digests_in_force(unit.connection)[command.kind].get(command.name, "")
    if command.merged_with != now:
        raise rules.MergedWithOther(file=command.name)
    return now


def _editable(unit: Unit, id: str) -> Draft:
    draft = queries.draft_of(unit.connection, id)
    rules.refuse_state(draft.id, draft.stands(unit.now), "修改")
    return draft


def _new(unit: Unit, **values: Any) -> str:
    unit.lock_or_create(ROOT, "draft")
    number = queries.next_number(unit.connection)
    unit.create_root(f"draft:d-{number}", "draft")
    queries.put_draft(unit, number, **values)
    return f"d-{number}"


def _said(title: str, reason: str) -> tuple[str, str]:
    missing: type[Invalid] = rules.DraftReasonMissing
    return rules.checked_title(title), written_reason(reason, missing)


def _what(key: Key) -> str:
    return f"{KINDS[key[0]]}“{key[1]}”"


HANDLERS: Mapping[type[Command], Handler] = {
    StartDraft: start,
    CopyDraft: copy,
    TakeFile: take,
    SaveFile: save,
    DropFile: drop_file,
    RenameDraft: rename,
    CommentDraft: comment,
    SettleComment: settle,
}
