"""Keeping digests of rendered files, and uploads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from engine.foundation.blobs.checks import bearers_of, checks_of, next_look, note_file, set_check, used_today
from engine.foundation.blobs.queries import add_upload, drop_unclaimed
from engine.foundation.blobs.scanner import Scanner
from engine.foundation.clock import CITY, city_date, from_utc_text
from engine.foundation.errors import Conflict
from engine.foundation.journal.tags import tag
from engine.foundation.outbox.queries import Message, mark_done, put_back
from engine.foundation.store.unit import Unit
from engine.process.documents import queries
from engine.process.documents.commands import AddUpload, DropLooseUploads, PutOff, RecordFileCheck, RecordRendering
from engine.process.documents.issuing import RENDERED
from engine.process.documents.rules import RenderingChanged
from engine.registry.policies.queries import policy_named

INFECTED = tag("upload.infected", "“{file_name}”查毒发现病毒（{threat}），已隔离，不能打开或使用")
GAVE_UP = tag("document.given_up", "文书的文件多次未能生成，请系统管理员查看运行日志后重新生成")


class UploadsFull(Conflict):
    """您今天上传的文件已达上限（{files} 个或 {megabytes} MB）。请合并扫描件，或请系统管理员调整上限。"""

    code = "UPLOADS_FULL"


def record_rendering(command: RecordRendering, unit: Unit) -> Mapping[str, Any]:
    """Keep the digest once; raise :class:`RenderingChanged` when a later rendering differs."""
    document = queries.document_by_id(unit.connection, command.document_id)
    if command.message_id is not None:
        mark_done(unit, command.message_id)
    if document.sha256 is None:
        queries.note_rendering(unit, document.id, command.sha256)
        unit.record(
            RENDERED, document.root_id, document=document.id, number=document.number, title=document.title,
            sha256=command.sha256,
        )  # fmt: skip
    elif document.sha256 != command.sha256:
        raise RenderingChanged(number=document.number)
    return {"document_id": document.id, "sha256": command.sha256}


def put_off(command: PutOff, unit: Unit) -> Mapping[str, Any]:
    """Note a failed try of a message; one that is given up is an incident in the case's journal."""
    message = Message(command.message_id, command.root_id, command.topic, {}, command.attempts)
    gave_up = put_back(unit, message, command.error)
    if gave_up:
        unit.record(GAVE_UP, command.root_id, topic=command.topic, message=command.message_id)
    return {"gave_up": gave_up}


def upload(command: AddUpload, unit: Unit) -> Mapping[str, Any]:
    """Keep the upload as a loose file of the actor until a case takes it; raise :class:`UploadsFull`."""
    return {"id": keep_upload(unit, command, unit.actor.account), "digest": command.digest}


def keep_upload(unit: Unit, brought: AddUpload, account: str) -> str:
    """Keep a stored file as a loose one of ``account`` and return its id; raise :class:`UploadsFull`."""
    _refuse_flood(unit, account, brought.size)
    note_file(unit, brought.digest, brought.media_type, brought.sm3, scanner=unit.part(Scanner).configured)
    return add_upload(
        unit, digest=brought.digest, file_name=brought.file_name, media_type=brought.media_type, size=brought.size,
        account=account,
    )  # fmt: skip


def drop_loose_uploads(command: DropLooseUploads, unit: Unit) -> Mapping[str, Any]:
    """Forget loose uploads; nothing of a case changes, so nothing is journalled."""
    return {"dropped": drop_unclaimed(unit, from_utc_text(command.before))}


def record_file_check(command: RecordFileCheck, unit: Unit) -> Mapping[str, Any]:
    """Keep what was found out about a content; a virus is told in the journal of everything that carries it."""
    known = checks_of(unit.connection, [command.digest]).get(command.digest)
    if known is None:
        return {"digest": command.digest, "scan": ""}
    scan, wake_at, attempts = command.scan, None, known.attempts
    if command.scan == "failed":
        attempts += 1
        wake_at = next_look(attempts, unit.now)
        scan = "failed" if wake_at is None else "pending"
    set_check(
        unit, command.digest, scan=scan, threat=command.threat, attempts=attempts, wake_at=wake_at,
        scanned_at=unit.now if command.scan in ("clean", "infected") else known.scanned_at,
        preview=command.preview or known.preview, preview_note=command.preview_note[:200],
    )  # fmt: skip
    if scan == "infected":
        _report(unit, command)
    return {"digest": command.digest, "scan": scan}


def _report(unit: Unit, command: RecordFileCheck) -> None:
    for bearer in bearers_of(unit.connection, command.digest):
        root = bearer.root_id or f"access:{bearer.account}"
        unit.lock_or_create(root, "case" if bearer.root_id else "access")
        unit.record(INFECTED, root, digest=command.digest, file_name=bearer.file_name, threat=command.threat)


def _refuse_flood(unit: Unit, account: str, size: int) -> None:
    """Refuse a person's upload beyond the day's measure: a program gone wrong must not fill the disk."""
    start = datetime.combine(city_date(unit.now), time(), CITY)
    count, total = used_today(unit.connection, account, start)
    files = policy_named(unit.connection, "upload_files_day").value
    megabytes = policy_named(unit.connection, "upload_megabytes_day").value
    if count >= files or total + size > megabytes * 1024 * 1024:
        raise UploadsFull(files=files, megabytes=megabytes)
