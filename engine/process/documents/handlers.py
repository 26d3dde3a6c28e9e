"""Keeping digests of rendered files, and uploads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.blobs.queries import add_upload, drop_unclaimed
from engine.foundation.clock import from_utc_text
from engine.foundation.journal.tags import tag
from engine.foundation.outbox.queries import Message, mark_done, put_back
from engine.foundation.store.unit import Unit
from engine.process.documents import queries
from engine.process.documents.commands import AddUpload, DropLooseUploads, PutOff, RecordRendering
from engine.process.documents.issuing import RENDERED
from engine.process.documents.rules import RenderingChanged

GAVE_UP = tag("document.given_up", "文书的文件多次未能生成，请系统管理员查看运行日志后重新生成")


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
    """Keep the upload as a loose file of the actor until a case takes it."""
    id = add_upload(
        unit, digest=command.digest, file_name=command.file_name, media_type=command.media_type, size=command.size
    )
    return {"id": id, "digest": command.digest}


def drop_loose_uploads(command: DropLooseUploads, unit: Unit) -> Mapping[str, Any]:
    """Forget loose uploads; nothing of a case changes, so nothing is journalled."""
    return {"dropped": drop_unclaimed(unit, from_utc_text(command.before))}
