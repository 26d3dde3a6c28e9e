"""What designers do with drafts, and what the one who approves does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class StartDraft(Command):
    """起草: an empty draft."""

    action: ClassVar[str] = "process.draft"
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CopyDraft(Command):
    """另立草案: the files of another draft, whatever became of it, in a new one."""

    action: ClassVar[str] = "process.draft"
    draft_id: str
    title: str
    reason: str

    def roots(self) -> tuple[str, ...]:
        """Lock the draft that is copied."""
        return (f"draft:{self.draft_id}",)


@dataclass(frozen=True, kw_only=True)
class DraftCommand(Command):
    """Base of what is done to one draft."""

    action: ClassVar[str] = "process.draft"
    draft_id: str

    def roots(self) -> tuple[str, ...]:
        """Lock the draft."""
        return (f"draft:{self.draft_id}",)


@dataclass(frozen=True, kw_only=True)
class TakeFile(DraftCommand):
    """取文件: a file in force comes into the draft, or a new one."""

    kind: str
    name: str
    text: str | None = None
    """The text of the file, where it is not to be that in force: one brought along, or a new one."""
    copy_of: str = ""
    """The name of the file in force that a new one begins as."""


@dataclass(frozen=True, kw_only=True)
class SaveFile(DraftCommand):
    """保存: the next version of a file."""

    kind: str
    name: str
    version: int
    """The version that was opened; the file is saved only over that."""
    text: str
    merged_with: str = ""
    """The digest in force that was taken in while editing; the draft is based on it from then on."""


@dataclass(frozen=True, kw_only=True)
class DropFile(DraftCommand):
    """移出文件: a file is no more part of the draft; what is in force stays as it is."""

    kind: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RenameDraft(DraftCommand):
    """改名: another title, another reason."""

    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CommentDraft(DraftCommand):
    """批注: a remark on the draft, on one of its files, or on an element."""

    text: str
    kind: str = ""
    name: str = ""
    element_id: str = ""


@dataclass(frozen=True, kw_only=True)
class SettleComment(DraftCommand):
    """批注已处理."""

    number: int


@dataclass(frozen=True, kw_only=True)
class SubmitDraft(DraftCommand):
    """送审: another person is asked to look and to decide."""

    emergency: str = ""
    """Why it cannot wait for its rehearsal; empty where it can."""


@dataclass(frozen=True, kw_only=True)
class TakeBackDraft(DraftCommand):
    """撤回送审: back to editing before anybody decided."""


@dataclass(frozen=True, kw_only=True)
class AbandonDraft(DraftCommand):
    """作废."""


@dataclass(frozen=True, kw_only=True)
class ApproveDraft(DraftCommand):
    """批准并发布: the files of the draft come into force by the hand of another person (S4)."""

    action: ClassVar[str] = "process.approve"
    version: int
    """The version of the draft that was looked at."""
    effective: str = ""
    """The day (``2026-04-01``) from whose beginning they hold; empty: at once."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReleaseUrgently(DraftCommand):
    """紧急发布: at once and without the rehearsal, for the reason it was submitted with, by a second person."""

    action: ClassVar[str] = "process.approve"
    version: int
    note: str


@dataclass(frozen=True, kw_only=True)
class SendBackDraft(DraftCommand):
    """退回: to be changed, with the reasons."""

    action: ClassVar[str] = "process.approve"
    note: str


@dataclass(frozen=True, kw_only=True)
class RollBack(Command):
    """回退: what a release changed is put back as it was before, by one act."""

    action: ClassVar[str] = "process.approve"
    reason: str
    item_code: str = ""
    """The item whose last release is undone; files that it shares go back for all items that use them."""
    draft_id: str = ""
    """The draft whose release is undone, whole."""

    def roots(self) -> tuple[str, ...]:
        """Lock the draft, where one is named."""
        return (f"draft:{self.draft_id}",) if self.draft_id else ()
