"""What people may ask of a case besides working its tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class ReceiveApplication(Command):
    """收件: an application was handed in; register it and start its process."""

    action: ClassVar[str] = "application.receive"
    item_code: str
    answer: Mapping[str, Any]
    """The answer to the form ``application`` of the item's current release."""
    partial: bool = False
    """Keys left out of the answer take the first values a page would show: how programs answer."""


@dataclass(frozen=True, kw_only=True)
class IssueCorrectionNotice(Command):
    """出具《补齐补正通知书》 (Appendix C): works the task that waits for it, 409 while there is none."""

    action: ClassVar[str] = "correction_notice.issue"
    case_no: str
    answer: Mapping[str, Any]
    partial: bool = False
    """Keys left out of the answer take the first values a page would show: how programs answer."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)


@dataclass(frozen=True, kw_only=True)
class Unmask(Command):
    """查看完整的个人信息: journalled with its reason in the reader's own chain; the case does not change."""

    action: ClassVar[str] = "case.unmask"
    case_no: str
    reason: str
