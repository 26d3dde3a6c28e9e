"""What may be asked about links for telephones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class OpenPhoneLink(Command):
    """用手机拍照: open a link for one upload field of the form before one."""

    action: ClassVar[str] = "phone_link.open"
    task_id: str = ""
    """The task whose form it is; empty for a form that is no task's."""
    root_id: str = ""
    """The case the form is about; empty while there is none yet.  A task's form needs its case here."""
    field: str
    title: str
    about: str
    token_hash: str
    replaces: tuple[str, ...] = ()
    """Earlier links for the same field, which end."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case, when there is one."""
        return (self.root_id,) if self.root_id else ()


@dataclass(frozen=True, kw_only=True)
class LinkCommand(Command):
    """A command about one link; the root that tells of it is locked."""

    root_id: str
    link_id: str

    def roots(self) -> tuple[str, ...]:
        """Lock what tells of the link."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class ClosePhoneLink(LinkCommand):
    """结束手机拍照: nothing more comes in by the link."""

    action: ClassVar[str] = "phone_link.open"


@dataclass(frozen=True, kw_only=True)
class TakePhotos(LinkCommand):
    """收下: put what has come in, and was seen, into the form; from now on the telephone cannot remove it."""

    action: ClassVar[str] = "phone_link.open"
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ReceivePhoto(LinkCommand):
    """A telephone sent a file, which is stored already (the public page's command)."""

    action: ClassVar[str] = "phone_link.use"
    digest: str
    media_type: str
    size: int
    sm3: str
    sent_sha256: str
    """The digest of what the telephone sent, before the camera's remarks were taken out."""
    address: str
    """The telephone's network address, masked."""


@dataclass(frozen=True, kw_only=True)
class RemovePhoto(LinkCommand):
    """A telephone takes a file back (the public page's command)."""

    action: ClassVar[str] = "phone_link.use"
    number: int
    address: str
