"""Refusals that several operations share, by what they all do: move a case, take files, work a task.

``tests/web/api/test_refusals.py`` walks the code below each operation and compares.
"""

from __future__ import annotations

from engine.casework.archive.handlers import CollationUnfinished
from engine.casework.cases.custody.rules import (
    DifferenceOpen,
    HandoverReasonMissing,
    HandoverRefused,
    NothingHandedOver,
    NothingRefused,
    NothingToRefuse,
    OriginalUnaccounted,
    SupplyOnTheWay,
)
from engine.casework.cases.outcomes.rules import StillOwed
from engine.casework.cases.procedures.rules import ExtensionLate, ExtensionPaused, SpecialOverrun
from engine.casework.cases.rules import CaseMissing, CorrectionNotConfirmed
from engine.casework.issuance.branch_results import PartsOutstanding
from engine.casework.issuance.shipping.rules import CourierMissing, ShipmentMissing
from engine.casework.joint.rules import CannotOverrule, CountersigningRefused, LimitTooLong, NobodyAsked
from engine.casework.joint.visiting.rules import NotVisited
from engine.foundation.blobs.checks import FileInfected
from engine.foundation.blobs.queries import CaseFilesFull, UploadMissing
from engine.foundation.blobs.storage import FilesUnwritable
from engine.foundation.errors import Refusal
from engine.foundation.store.unit import RootMissing
from engine.process.bpmn.errors import SnapshotMismatch
from engine.process.clocks.ledgers import ClockRefused, NothingToExtend, PauseWithoutNotice
from engine.process.documents.handlers import UploadsFull
from engine.process.documents.rules import DocumentIncomplete, GlyphMissing
from engine.process.tasks.countersigning.rules import CompleterSigned, CountersigningPending
from engine.process.tasks.progress import NotInRelease, StillRunning
from engine.process.tasks.rules import (
    DelegatedOut,
    MandateExpired,
    PreparesOnly,
    StaleForm,
    TaskCancelled,
    TaskDone,
    TaskHeld,
    TaskMissing,
    TaskNotYours,
)
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.rules import NotYourAction, SodViolation
from engine.registry.organisation.queries import DepartmentUnknown
from engine.registry.policies.rules import PolicyUnknown

Refusals = tuple[type[Refusal], ...]

HOUSE: Refusals = (PolicyUnknown, DepartmentUnknown)
"""A register of the house lacks what a rule needs: the administrator's to mend."""

COUNTED: Refusals = (*HOUSE, ClockRefused)
"""What may keep a clock from starting or stopping."""

MOVING: Refusals = (*COUNTED, NothingToExtend, NotInRelease, StillRunning, SnapshotMismatch)
"""What may keep the process or the clocks of a case from going on."""

FILES: Refusals = (UploadMissing, FileInfected, CaseFilesFull)
"""What may keep a file from being taken into a case."""

SIGNING: Refusals = (UploadsFull, FilesUnwritable)
"""What may keep a drawn signature from being stored."""

TAKING: Refusals = (
    NotYourAction, RootMissing, TaskMissing, TaskNotYours, MandateExpired, SodViolation, TaskCancelled, TaskDone,
    TaskHeld, DelegatedOut, PreparesOnly,
)  # fmt: skip
"""What may keep a person from taking a task."""

WORKING: Refusals = (
    *TAKING, *MOVING, *FILES, StaleForm, GlyphMissing, DocumentIncomplete, CountersigningPending, CompleterSigned,
)  # fmt: skip
"""What may keep a person from completing a task, whatever it is about."""

DOING: Refusals = (CaseMissing, *WORKING)
"""What may keep a person from working the task of a case that an operation is for."""

ACTS: Refusals = (
    CorrectionNotConfirmed, HandoverRefused, DifferenceOpen, OriginalUnaccounted, StillOwed, SpecialOverrun,
    PauseWithoutNotice, ExtensionPaused, ExtensionLate, NobodyAsked, CannotOverrule, LimitTooLong, CourierMissing,
    ShipmentMissing, CollationUnfinished, AccountUnknown, HandoverReasonMissing, NothingHandedOver, NothingRefused,
    NothingToRefuse, SupplyOnTheWay, NotVisited, CountersigningRefused, PartsOutstanding,
)  # fmt: skip
"""What single acts refuse for reasons of their own."""
