"""What may be done about meetings of a joint review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import OnCaseInPart


@dataclass(frozen=True, kw_only=True)
class CallMeeting(OnCaseInPart):
    """召集会商: the lead says when, where, about what and with whom."""

    action: ClassVar[str] = "meeting.call"


@dataclass(frozen=True, kw_only=True)
class OnMeeting(OnCaseInPart):
    """A command about one meeting."""

    number: int
    """Which meeting of the case, from 1."""


@dataclass(frozen=True, kw_only=True)
class AnswerMeeting(OnMeeting):
    """答复会商: a department comes, and with whom; or does not, and why."""

    action: ClassVar[str] = "meeting.answer"


@dataclass(frozen=True, kw_only=True)
class MoveMeeting(OnMeeting):
    """会商改期: another time or another place, for a reason; everybody answers anew."""

    action: ClassVar[str] = "meeting.call"


@dataclass(frozen=True, kw_only=True)
class CancelMeeting(OnMeeting):
    """取消会商: for a reason that everybody is told."""

    action: ClassVar[str] = "meeting.call"


@dataclass(frozen=True, kw_only=True)
class RecordMinutes(OnMeeting):
    """登记出席并出具会商纪要: who came, who said what, what was agreed."""

    action: ClassVar[str] = "meeting.call"
