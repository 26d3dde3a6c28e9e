"""What may be asked about documents and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class RecordRendering(Command):
    """A document's file was rendered: keep and journal its digest (the renderer's command)."""

    action: ClassVar[str] = "document.render"
    root_id: str
    document_id: str
    sha256: str
    message_id: int | None = None
    """The outbox message this answers, closed in the same unit."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class VoidDocument(Command):
    """作废: a document was issued by mistake or with mistakes; its number stays taken (附录B、附录C, T110)."""

    action: ClassVar[str] = "document.void"
    root_id: str
    document_id: str
    reason: str
    reissue: bool
    """Issue it anew at once, with a number of its own and the case's data as they are now."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class PutOff(Command):
    """Work from the outbox failed: note why and try later (the worker's command)."""

    action: ClassVar[str] = "document.render"
    message_id: int
    root_id: str
    topic: str
    attempts: int
    error: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class DropLooseUploads(Command):
    """Uploads that no case has taken for a long while are forgotten (the worker's command)."""

    action: ClassVar[str] = "document.render"
    before: str
    """UTC text; younger ones stay, a draft may still refer to them."""


@dataclass(frozen=True, kw_only=True)
class AddUpload(Command):
    """A file was stored as a blob: keep its name, type and who brought it."""

    action: ClassVar[str] = "upload.add"
    digest: str
    file_name: str
    media_type: str
    size: int
    sm3: str = ""
    """The SM3 digest taken when the file came in (5.3.1)."""


@dataclass(frozen=True, kw_only=True)
class RecordFileCheck(Command):
    """What was found out about a content: the scanner's verdict, its preview (the worker's command)."""

    action: ClassVar[str] = "document.render"
    digest: str
    scan: str
    """clean, infected, unscanned, or failed (this try)."""
    threat: str = ""
    preview: str = ""
    """The digest of the picture, which is stored already."""
    preview_note: str = ""
    """Why there is no picture."""
