"""What people may ask of a case besides working its tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.casework.cases.rooted import CaseCommand, OnCaseInPart
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
class ReceiveTogether(Command):
    """收件: one application for several items (3.3): one applicant, a case for each item, everything or nothing."""

    action: ClassVar[str] = "application.receive"
    answer: Mapping[str, Any]
    """The answer to the shared part of the form ``application``: all of it but the materials."""
    materials: Mapping[str, Any]
    """The rows of materials by item code; these are the items."""
    partial: bool = False
    """Keys left out of the answer take the first values a page would show: how programs answer."""


@dataclass(frozen=True, kw_only=True)
class DecideBackRecord(CaseCommand):
    """审批补录: paper taken while the system was down is approved, and its process starts, or it is refused."""

    action: ClassVar[str] = "back_record.decide"
    approve: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class RecordVisit(CaseCommand):
    """登记到场: the applicant came to the hall once more, for a reason that is told (4.1.6 最多跑一次)."""

    action: ClassVar[str] = "visit.record"
    reason: str


@dataclass(frozen=True, kw_only=True)
class IssueCorrectionNotice(OnCaseInPart):
    """出具《补齐补正通知书》 (Appendix C): works the task that waits for it, 409 while there is none."""

    action: ClassVar[str] = "correction_notice.issue"


@dataclass(frozen=True, kw_only=True)
class Unmask(Command):
    """查看完整的个人信息: journalled with its reason in the reader's own chain; the case does not change."""

    action: ClassVar[str] = "case.unmask"
    case_no: str
    reason: str
