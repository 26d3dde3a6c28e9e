"""The small signs of a diagram: what kind an element is, and how it stands.  All are shapes, none a font's glyph."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from engine.process.bpmn.picture import Shape
from web.diagram.trail import CANCELLED, PASSED, STANDING
from web.diagram.xml import node

GOOD, BLUE, GREY, INK, AMBER = "#1e6b34", "#0b5cad", "#4a5560", "#1b1f24", "#8a5a00"


def badge(state: str, x: float, y: float) -> str:
    """Return the round sign of a state with its centre at (x, y): a tick, a pointer or a cross."""
    sign = {
        PASSED: (GOOD, node("path", d="M-4.5 0.5 L-1.5 4 L4.8 -4", fill="none", stroke="#fff", stroke_width=2.4)),
        STANDING: (BLUE, node("path", d="M-3 -5 L5 0 L-3 5 Z", fill="#fff")),
        CANCELLED: (GREY, node("path", d="M-4 -4 L4 4 M4 -4 L-4 4", fill="none", stroke="#fff", stroke_width=2.4)),
    }.get(state)
    if sign is None:
        return ""
    colour, mark = sign
    disc = node("circle", r=9.5, fill=colour, stroke="#fff", stroke_width=1.5)
    return node("g", disc, mark, transform=f"translate({x:g} {y:g})")


def task_sign(kind: str, x: float, y: float, colour: str) -> str:
    """Return the sign of a task's kind in a square of 16 pixels whose corner is (x, y); empty for a plain task."""
    drawn = {"userTask": _person, "manualTask": _person, "serviceTask": _wheel, "receiveTask": _envelope,
             "sendTask": _envelope, "businessRuleTask": _table}.get(kind)  # fmt: skip
    return "" if drawn is None else node("g", drawn(colour), transform=f"translate({x:g} {y:g})")


def plus(x: float, y: float, colour: str) -> str:
    """Return the sign of something that opens into a drawing of its own, centred at (x, y)."""
    square = node("rect", x=-7, y=-7, width=14, height=14, fill="#fff", stroke=colour, stroke_width=1.2)
    cross = node("path", d="M-4 0 H4 M0 -4 V4", stroke=colour, stroke_width=1.6)
    return node("g", square, cross, transform=f"translate({x:g} {y:g})")


def gateway_sign(kind: str, x: float, y: float, colour: str) -> str:
    """Return the sign inside a gateway whose centre is (x, y)."""
    line = {"stroke": colour, "stroke_width": 2.6, "fill": "none"}
    drawn = {
        "exclusiveGateway": lambda: node("path", d="M-6 -6 L6 6 M6 -6 L-6 6", **line),
        "parallelGateway": lambda: node("path", d="M-9 0 H9 M0 -9 V9", **line),
        "inclusiveGateway": lambda: node("circle", r=8, **line),
        "complexGateway": lambda: node("path", d="M-8 0 H8 M0 -8 V8 M-6 -6 L6 6 M6 -6 L-6 6", **line),
        "eventBasedGateway": lambda: node("path", d=_pentagon(8), stroke=colour, stroke_width=1.6, fill="none"),
    }.get(kind)
    return "" if drawn is None else node("g", drawn(), transform=f"translate({x:g} {y:g})")


def event_sign(shape: Shape, x: float, y: float, colour: str) -> str:
    """Return the sign inside an event whose centre is (x, y): what it waits for or sends."""
    signs: dict[str, Callable[[str], str]] = {
        "timerEventDefinition": _clock,
        "messageEventDefinition": _letter,
        "terminateEventDefinition": lambda tint: node("circle", r=9, fill=tint),
        "errorEventDefinition": lambda tint: node("path", d="M-6 7 L-2 -6 L2 2 L6 -7", fill="none", stroke=tint,
                                                  stroke_width=2),
        "signalEventDefinition": lambda tint: node("path", d="M0 -7 L7 6 H-7 Z", fill="none", stroke=tint),
        "escalationEventDefinition": lambda tint: node("path", d="M0 -8 L6 7 L0 2 L-6 7 Z", fill="none", stroke=tint),
    }  # fmt: skip
    drawn = next((signs[one] for one in shape.events if one in signs), None)
    return "" if drawn is None else node("g", drawn(colour), transform=f"translate({x:g} {y:g})")


def _person(colour: str) -> str:
    head = node("circle", cx=8, cy=4.5, r=3.2, fill="none", stroke=colour, stroke_width=1.3)
    body = node("path", d="M1.8 14.5 C2 9.5 5 8.8 8 8.8 C11 8.8 14 9.5 14.2 14.5 Z", fill="none", stroke=colour,
                stroke_width=1.3)  # fmt: skip
    return head + body


def _wheel(colour: str) -> str:
    teeth = "".join(
        f"M{8 + 5 * cos(turn):.1f} {8 + 5 * sin(turn):.1f} L{8 + 7.4 * cos(turn):.1f} {8 + 7.4 * sin(turn):.1f}"
        for turn in (step * pi / 4 for step in range(8))
    )
    ring = node("circle", cx=8, cy=8, r=4.6, fill="none", stroke=colour, stroke_width=1.4)
    hub = node("circle", cx=8, cy=8, r=1.5, fill=colour)
    return ring + hub + node("path", d=teeth, stroke=colour, stroke_width=2.2)


def _envelope(colour: str) -> str:
    return node("path", d="M1 3 H15 V13 H1 Z M1 3 L8 8.5 L15 3", fill="none", stroke=colour, stroke_width=1.3)


def _table(colour: str) -> str:
    return node("path", d="M1 2 H15 V14 H1 Z M1 6 H15 M1 10 H15 M6 6 V14", fill="none", stroke=colour, stroke_width=1.3)


def _clock(colour: str) -> str:
    face = node("circle", r=8.5, fill="none", stroke=colour, stroke_width=1.3)
    return face + node("path", d="M0 -5.5 V0 L4 2.5", fill="none", stroke=colour, stroke_width=1.5)


def _letter(colour: str) -> str:
    return node("path", d="M-8 -5.5 H8 V5.5 H-8 Z M-8 -5.5 L0 1 L8 -5.5", fill="none", stroke=colour, stroke_width=1.3)


def _pentagon(radius: float) -> str:
    turns = [step * 2 * pi / 5 - pi / 2 for step in range(5)]
    return "M" + " L".join(f"{radius * cos(turn):.1f} {radius * sin(turn):.1f}" for turn in turns) + " Z"
