"""Two versions of one file compared, whatever kind it is: pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from engine.oversight.publishing.comparing.changes import Part
from engine.oversight.publishing.comparing.decisions import compare_decisions
from engine.oversight.publishing.comparing.drawings import compare_drawings
from engine.oversight.publishing.comparing.structures import compare_forms, compare_items
from engine.oversight.publishing.files import DECISIONS, FORM, ITEM, MESSAGE, PROCESS
from engine.process.bpmn import BpmnRefused, parse_decisions

COMPARED: Mapping[str, Callable[[bytes, bytes], tuple[Part, ...]]] = {
    PROCESS: compare_drawings,
    DECISIONS: lambda before, after: compare_decisions(parse_decisions(before), parse_decisions(after)),
    ITEM: lambda before, after: compare_items(json.loads(before), json.loads(after)),
    MESSAGE: lambda before, after: compare_items(json.loads(before), json.loads(after)),
    FORM: lambda before, after: compare_forms(json.loads(before), json.loads(after)),
}
"""How two versions are compared, by kind; each raises BpmnRefused or ``ValueError`` for a file that is unreadable."""


def differences(kind: str, before: bytes, after: bytes) -> tuple[Part, ...] | None:
    """Return what differs part by part, or None when one of them cannot be read: then only its text can be looked at.

    Empty for two that differ in picture or writing only.
    """
    try:
        return COMPARED[kind](before, after)
    except (BpmnRefused, ValueError, AttributeError, TypeError, RecursionError):
        # A draft may be kept in any state: JSON of another shape is no form, and nothing is known of its fields.
        return None
