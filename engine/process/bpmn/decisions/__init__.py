"""Decision tables of DMN 1.3: read, judged and evaluated by our own locked-down evaluator."""

from __future__ import annotations

from engine.process.bpmn.decisions.evaluation import DecisionRefused, Outcome, Step, decide
from engine.process.bpmn.decisions.files import check_decisions, parse_decisions
from engine.process.bpmn.decisions.model import Decision, DecisionFile

__all__ = [
    "Decision",
    "DecisionFile",
    "DecisionRefused",
    "Outcome",
    "Step",
    "check_decisions",
    "decide",
    "parse_decisions",
]
