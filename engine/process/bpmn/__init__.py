"""Process definitions and their runtime on SpiffWorkflow."""

from __future__ import annotations

from engine.process.bpmn.advance import (
    Advance,
    ArmedClock,
    ArmedTimer,
    AwaitedMessage,
    DecisionMade,
    Instance,
    OpenTask,
    Passed,
    ServiceCall,
    ServiceResult,
)
from engine.process.bpmn.decisions import (
    DecisionFile,
    DecisionRefused,
    check_decisions,
    parse_decisions,
)
from engine.process.bpmn.definition import Bundle, Definition, parse_definition
from engine.process.bpmn.elements import DrawnStage, Element
from engine.process.bpmn.errors import (
    ClockNotArmed,
    FactsRefused,
    MessageNotAwaited,
    ProcessFault,
    SnapshotMismatch,
    TaskNotOpen,
    TimerNotDue,
)
from engine.process.bpmn.migration import Moved, Obstacle, Plan, plan_migration
from engine.process.bpmn.modification import Change, Duties, ModificationRefused, refuse_modification
from engine.process.bpmn.problems import BpmnRefused, Problem
from engine.process.bpmn.rules.whole import check
from engine.process.bpmn.runtime import Runtime
from engine.process.bpmn.vocabulary import Cap, ServiceWords, Vocabulary

__all__ = [
    "Advance",
    "ArmedClock",
    "ArmedTimer",
    "AwaitedMessage",
    "BpmnRefused",
    "Bundle",
    "Cap",
    "Change",
    "ClockNotArmed",
    "DecisionFile",
    "DecisionMade",
    "DecisionRefused",
    "Definition",
    "DrawnStage",
    "Duties",
    "Element",
    "FactsRefused",
    "Instance",
    "MessageNotAwaited",
    "ModificationRefused",
    "Moved",
    "Obstacle",
    "OpenTask",
    "Passed",
    "Plan",
    "Problem",
    "ProcessFault",
    "Runtime",
    "ServiceCall",
    "ServiceResult",
    "ServiceWords",
    "SnapshotMismatch",
    "TaskNotOpen",
    "TimerNotDue",
    "Vocabulary",
    "check",
    "check_decisions",
    "parse_decisions",
    "parse_definition",
    "plan_migration",
    "refuse_modification",
]
