"""What a drawing must not hold if it is to run: every rule that needs nothing but the file."""

from __future__ import annotations

from engine.process.bpmn.model import Drawing
from engine.process.bpmn.problems import Problem
from engine.process.bpmn.rules import activities, data, events, expressions, files, flows, gateways, throwing

_RULES = (
    files.process_problems,
    files.id_problems,
    files.reserved_problems,
    files.size_problems,
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
)


def running_problems(drawing: Drawing) -> tuple[Problem, ...]:
    """Return what forbids running the drawing, and what deserves a second look."""
    return tuple(problem for rule in _RULES for problem in rule(drawing))
