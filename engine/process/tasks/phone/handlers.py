"""Opening and ending links, and what comes in by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.foundation.blobs.queries import drop_loose
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import RootMissing, Unit
from engine.process.documents.commands import AddUpload
from engine.process.documents.handlers import keep_upload
from engine.process.tasks.desk import find_task, refuse_taking
from engine.process.tasks.phone import queries
from engine.process.tasks.phone.commands import (
    ClosePhoneLink,
    LinkCommand,
    OpenPhoneLink,
    ReceivePhoto,
    RemovePhoto,
    TakePhotos,
)
from engine.process.tasks.phone.rules import (
    PhoneFile,
    PhoneLink,
    PhoneLinkGone,
    PhotoTaken,
    photo_name,
    refuse_full,
    refuse_gone,
)
from engine.process.tasks.queries import departments_at
from engine.registry.identity.rules import scope_of
from engine.registry.policies.queries import figure

OPENED = tag("phone.opened", "打开手机拍照二维码：{title}（{minutes} 分钟内有效）")
CLOSED = tag("phone.closed", "结束手机拍照：{title}")
RECEIVED = tag("phone.received", "手机传来“{file_name}”（{title}）")
REMOVED = tag("phone.removed", "手机上删除“{file_name}”（{title}）")
TAKEN = tag("phone.taken", "收下手机传来的 {count} 个文件：{title}")


def open_link(command: OpenPhoneLink, unit: Unit) -> Mapping[str, Any]:
    """Open a link; the earlier ones for the same field end.

    Raises what the task refuses to whoever may not take it, and RootMissing for a case out of the actor's sight.
    """
    root_id = _root_of(command, unit)
    for id in command.replaces:
        if queries.link_by_id(unit.connection, id).account == unit.actor.account:
            queries.close_link(unit, id)
    minutes = figure(unit.connection, "phone_link_minutes")
    link = queries.put_link(
        unit, command.token_hash, unit.now + timedelta(minutes=minutes), root_id=root_id,
        task_id=command.task_id or None, field=command.field, title=command.title, about=command.about,
    )  # fmt: skip
    unit.record(
        OPENED, root_id, link=link.id, task=command.task_id, field=link.field, title=link.title, minutes=minutes
    )
    return {"link_id": link.id}


def _root_of(command: OpenPhoneLink, unit: Unit) -> str:
    if command.task_id:
        task = find_task(unit, command.task_id)
        refuse_taking(unit, task)
        return task.root_id
    if command.root_id:
        scope = scope_of(unit.actor)
        if not any(scope.covers(one) for one in departments_at(unit.connection, command.root_id)):
            raise RootMissing(id=command.root_id)
        return command.root_id
    return unit.lock_or_create(f"access:{unit.actor.account}", "access").id


def close(command: ClosePhoneLink, unit: Unit) -> Mapping[str, Any]:
    """End one's own link; one that has ended already stays as it is."""
    link = _own(command, unit)
    if link.open_at(unit.now):
        queries.close_link(unit, link.id)
        unit.record(CLOSED, link.root_id, link=link.id, field=link.field, title=link.title)
    return {"link_id": link.id}


def take(command: TakePhotos, unit: Unit) -> Mapping[str, Any]:
    """Mark what has come in as put into the form and return its references; what was removed meanwhile is not."""
    link = _own(command, unit)
    files = queries.files_of(unit.connection, [link.id]).get(link.id, [])
    taken = [file for file in files if file.number in command.numbers and file.state == "arrived"]
    for file in taken:
        queries.set_state(unit, file, "taken")
    if taken:
        unit.record(
            TAKEN, link.root_id, link=link.id, field=link.field, title=link.title, count=len(taken),
            sha256=[file.digest for file in taken],
        )  # fmt: skip
    return {"files": [_reference(file) for file in taken]}


def receive(command: ReceivePhoto, unit: Unit) -> Mapping[str, Any]:
    """Keep a file that a telephone sent as a loose upload of the link's person; the same file is kept once.

    Raises :class:`PhoneLinkGone`, PhoneFull and UploadsFull.
    """
    link = refuse_gone(_told(command, unit), unit.now)
    files = queries.files_of(unit.connection, [link.id]).get(link.id, [])
    for file in files:
        if file.digest == command.digest and file.state != "removed":
            return {"number": file.number, "again": True}
    refuse_full(len(files), figure(unit.connection, "phone_link_files"))
    number = len(files) + 1
    brought = AddUpload(
        digest=command.digest, file_name=photo_name(link.title, number, command.media_type),
        media_type=command.media_type, size=command.size, sm3=command.sm3,
    )  # fmt: skip
    upload_id = keep_upload(unit, brought, link.account)
    file = PhoneFile(
        link.root_id, link.id, number, upload_id, brought.digest, brought.file_name, brought.media_type, brought.size,
        "arrived", unit.now,
    )  # fmt: skip
    queries.put_file(unit, file)
    unit.record(
        RECEIVED, link.root_id, link=link.id, field=link.field, title=link.title, number=number,
        file_name=brought.file_name, sha256=brought.digest, sent_sha256=command.sent_sha256, size=brought.size,
        address=command.address,
    )  # fmt: skip
    return {"number": number, "again": False}


def remove(command: RemovePhoto, unit: Unit) -> Mapping[str, Any]:
    """Take a file back before the desk has put it into the form; raise :class:`PhotoTaken` afterwards.

    Raises :class:`PhoneLinkGone`.  A file that was removed already stays so.
    """
    link = refuse_gone(_told(command, unit), unit.now)
    for file in queries.files_of(unit.connection, [link.id]).get(link.id, []):
        if file.number != command.number or file.state == "removed":
            continue
        if file.state == "taken" or not drop_loose(unit, file.upload_id):
            raise PhotoTaken
        queries.set_state(unit, file, "removed")
        unit.record(
            REMOVED, link.root_id, link=link.id, field=link.field, title=link.title, number=file.number,
            file_name=file.file_name, sha256=file.digest, address=command.address,
        )  # fmt: skip
    return {"number": command.number}


def _told(command: LinkCommand, unit: Unit) -> PhoneLink:
    """Return the link of a command that has locked what tells of it."""
    link = queries.link_by_id(unit.connection, command.link_id)
    if link.root_id != command.root_id:
        raise PhoneLinkGone
    return link


def _own(command: LinkCommand, unit: Unit) -> PhoneLink:
    link = _told(command, unit)
    if link.account != unit.actor.account:
        raise PhoneLinkGone
    return link


def _reference(file: PhoneFile) -> Mapping[str, Any]:
    return {"digest": file.digest, "name": file.file_name, "size": file.size, "media_type": file.media_type}


HANDLERS: Mapping[type[Command], Handler] = {
    OpenPhoneLink: open_link,
    ClosePhoneLink: close,
    TakePhotos: take,
    ReceivePhoto: receive,
    RemovePhoto: remove,
}
"""The commands of this room and who carries them out."""
