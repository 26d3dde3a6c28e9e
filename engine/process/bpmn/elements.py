"""What one element of a drawing says, in the standard's words and in ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.process.bpmn.model import Node, children, extensions, text_of
from engine.process.bpmn.timing import KINDS

HALF_DAYS: Final = r"[0-9]{1,3}(\.[05])?"
"""How the days of a stage are written: whole ones, or halves."""


@dataclass(frozen=True, slots=True)
class DrawnStage:
    """A stage with a limit of its own that a user task belongs to (``yc:stage``); several tasks may share one.

    ``days`` are working days, halves allowed (half a day is four working hours); None leaves them to the item's list
    of stages.  ``restart``: coming back to the stage begins its limit anew; otherwise the days used already count.
    """

    key: str
    title: str
    days: Decimal | None = None
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node of a process file, as pages, rules and the journal need it.

    ``kind`` is its BPMN name; ``place`` "item" gives a task to the department that the
    multi-instance's item names (``department/what``); ``lane`` the id of its lane; ``clock`` the clock a boundary waits
    for, ``message`` the message; ``called`` the process a call activity calls; ``parameters`` the
    service's parameters as pairs of name and expression; ``scope`` the id of the process or
    subprocess it lies in; ``decision`` the decision a business rule task asks; ``event`` the BPMN name of its event
    definition, ``timing`` a plain timer's BPMN element and literal, ``key`` the expression of a message's business
    key, ``code`` the code of an error or an escalation; ``quota`` how many of which unit a clock boundary's limit has
    where the drawing says so, ``stage`` the stage a user task belongs to.
    """

    id: str
    kind: str
    name: str
    lane: str
    clauses: tuple[str, ...]
    form: str
    act: str
    role: str
    place: str
    service: str
    clock: str
    message: str
    called: str
    parameters: tuple[tuple[str, str], ...]
    attached_to: str
    interrupting: bool
    documentation: str
    scope: str
    decision: str
    event: str = ""
    timing: tuple[str, str] = ("", "")
    key: str = ""
    code: str = ""
    quota: tuple[int, str] | None = None
    stage: DrawnStage | None = None


def read_element(node: Node) -> Element:
    """Return what ``node`` and its extension elements say."""
    if node.read is None:
        node.read = _read(node)
    found: Element = node.read
    return found


def _read(node: Node) -> Element:
    tasks, services, clocks, messages = (
        extensions(node.xml, tag) for tag in ("task", "service", "clock", "message")
    )
    decisions = extensions(node.xml, "decision")
    task = tasks[0] if tasks else None
    texts, times = children(node.xml, "documentation"), read_times(node)
    return Element(
        id=node.id,
        kind=node.kind,
        name=node.name,
        lane=node.lane,
        clauses=tuple(each.get("ref", "") for each in extensions(node.xml, "clause")),
        form=task.get("form", "") if task is not None else "",
        act=task.get("act", "") if task is not None else "",
        role=task.get("role", "") if task is not None else "",
        place=task.get("place", "") if task is not None else "",
        service=services[0].get("name", "") if services else "",
        clock=clocks[0].get("name", "") if clocks else "",
        message=messages[0].get("name", "") if messages else "",
        called=node.called,
        parameters=tuple((p.get("name", ""), p.get("value", "")) for s in services[:1] for p in s),
        attached_to=node.attached_to,
        interrupting=node.interrupting,
        documentation=text_of(texts[0]) if texts else "",
        scope=node.scope.id,
        decision=decisions[0].get("ref", "").strip() if decisions else "",
        event=node.events[0] if node.events else "",
        timing=times[0] if times else ("", ""),
        key=messages[0].get("key", "").strip() if messages else "",
        code=thrown_code(node) or "",
        quota=_quota(clocks[0]) if clocks else None,
        stage=_stage(node),
    )


def _quota(clock: Any) -> tuple[int, str] | None:
    """Return the limit that a clock has in the drawing; the rules have seen to it that it is one."""
    amount = str(clock.get("quota", "")).strip()
    return (int(amount), str(clock.get("unit", "wd"))) if amount.isdecimal() else None


def _stage(node: Node) -> DrawnStage | None:
    found = extensions(node.xml, "stage")
    if not found:
        return None
    stage = found[0]
    days = stage.get("days", "").strip()
    amount = Decimal(days) if re.fullmatch(HALF_DAYS, days) else None
    return DrawnStage(stage.get("key", ""), stage.get("title", ""), amount, stage.get("restart") == "true")


def read_times(node: Node) -> list[tuple[str, str]]:
    """Return every time the timer of ``node`` names: BPMN element and literal."""
    timers = children(node.xml, "timerEventDefinition")
    return [(kind, text_of(each)) for timer in timers for kind in KINDS for each in children(timer, kind)]


def thrown_code(node: Node) -> str | None:
    """Return the code of the error or escalation at ``node``; empty when it names none, None when it is nowhere."""
    for kind in ("error", "escalation"):
        for definition in children(node.xml, f"{kind}EventDefinition"):
            ref = definition.get(f"{kind}Ref", "").strip().rpartition(":")[2]
            declared = children(node.xml.getroottree().getroot(), kind)
            found = [each.get(f"{kind}Code", "").strip() for each in declared if each.get("id") == ref]
            return found[0] if found else None if ref else ""
    return ""
