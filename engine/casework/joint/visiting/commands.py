"""What may be done about joint site visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import OnCaseInPart


@dataclass(frozen=True, kw_only=True)
class PlanJointVisit(OnCaseInPart):
    """安排联合踏勘: one date, one place, who looks at what; the applicant gets one notice."""

    action: ClassVar[str] = "joint_visit.plan"


@dataclass(frozen=True, kw_only=True)
class OnVisit(OnCaseInPart):
    """A command about one visit."""

    number: int
    """Which joint visit of the case, from 1."""


@dataclass(frozen=True, kw_only=True)
class MoveJointVisit(OnVisit):
    """联合踏勘改期: the notice is void and another takes its place."""

    action: ClassVar[str] = "joint_visit.plan"


@dataclass(frozen=True, kw_only=True)
class CancelJointVisit(OnVisit):
    """取消联合踏勘: the notice is void, the applicant is told in writing, nobody owes findings any more."""

    action: ClassVar[str] = "joint_visit.plan"


@dataclass(frozen=True, kw_only=True)
class JoinJointVisit(OnVisit):
    """增加踏勘分支: more branches take part in a visit that is planned already; the notice is replaced."""

    action: ClassVar[str] = "joint_visit.plan"


@dataclass(frozen=True, kw_only=True)
class NameVisitors(OnVisit):
    """更换踏勘人员: a department sends other people than were named for its branch."""

    action: ClassVar[str] = "joint_visit.find"


@dataclass(frozen=True, kw_only=True)
class RecordJointFindings(OnVisit):
    """记录踏勘情况: one of those who were named, for the branch of his department."""

    action: ClassVar[str] = "joint_visit.find"
