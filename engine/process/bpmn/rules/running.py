"""What a drawing must not hold if it is to run: every rule that needs nothing but the file."""

from __future__ import annotations

from engine.process.bpmn.model import Drawing
from engine.process.bpmn.problems import BpmnRefused, Problem
from engine.process.bpmn.rules import activities, data, events, expressions, files, flows, gateways, stages, throwing

_RULES = (
    files.process_problems,
    files.id_problems,
    files.reserved_problems,
    flows.link_problems,
    flows.end_problems,
    flows.split_problems,
    flows.reach_problems,
    flows.loop_problems,
    gateways.gateway_problems,
    events.event_problems,
    throwing.uncaught_problems,
    activities.activity_problems,
    activities.loop_problems,
    activities.unknown_problems,
    data.data_problems,
    data.declared_problems,
    expressions.expression_problems,
    stages.limit_problems,
)


def running_problems(drawing: Drawing) -> tuple[Problem, ...]:
    """Return what forbids running the drawing, and what deserves a second look."""
    return tuple(problem for rule in _RULES for problem in rule(drawing))


def refuse_too_large(drawing: Drawing) -> None:
    """Raise :class:`BpmnRefused` for a drawing that has to be taken apart anyway.

    The time that the other rules take grows faster than the drawing: it is not looked at any further.
    """
    too_large = tuple(files.size_problems(drawing))
    if too_large:
        raise BpmnRefused(too_large)
