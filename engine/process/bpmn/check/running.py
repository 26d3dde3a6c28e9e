"""What a drawing must not hold if it is to run."""

from __future__ import annotations

from engine.process.bpmn.model import Drawing
from engine.process.bpmn.problems import Problem


def running_problems(drawing: Drawing) -> tuple[Problem, ...]:
    """Return what forbids running the drawing."""
    return ()
