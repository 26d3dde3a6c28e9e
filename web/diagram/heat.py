"""A map of many cases on a drawing: each element has its number, and the ground of those with much is darker.

The number stands at every shape and in the table beside; the ground only repeats it in five steps, each a fifth of the
largest number of the drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from engine.foundation.errors import Refusal
from engine.process.bpmn.names import ACTIVITY_KINDS
from engine.process.bpmn.picture import Picture, Shape
from web import words
from web.diagram.listing import nodes_of
from web.diagram.sheets import sheets
from web.diagram.svg import HEAT, MUTED, Labels, draw, whole_of
from web.diagram.tracks import picture
from web.diagram.trail import Mark, Trail
from web.diagram.view import WIDE
from web.diagram.xml import node

STEPS = len(HEAT) - 1


@dataclass(frozen=True)
class Heat:
    """One drawing painted by numbers, ready for a page."""

    title: str
    svg: Markup
    sheets: Markup
    wide: bool
    shapes: tuple[Shape, ...]
    """Its flow nodes from left to right."""
    largest: float
    """The number that the darkest ground stands for."""

    @property
    def here(self) -> str:
        """A map leads to no place of its own."""
        return ""


def step_of(number: float, largest: float) -> int:
    """Return the step of a ground, 1 to 5 in equal parts of the largest number; 0 for nothing."""
    return min(STEPS, ceil(STEPS * number / largest)) if number > 0 and largest > 0 else 0


def painted(
    xml: bytes, numbers: Mapping[str, float], said: Callable[[Shape], str], links: Callable[[Shape], str | None]
) -> Heat | None:
    """Return the drawing of a process file painted by ``numbers`` by element; None when it has no drawing.

    ``said`` is the number of an element in words, empty where it has none; ``links`` is where an element leads.
    """
    try:
        drawn: Picture = picture(xml)
    except Refusal:
        return None
    shapes = tuple(nodes_of(drawn))
    if not shapes:
        return None
    largest = max((numbers.get(shape.id, 0) for shape in shapes), default=0)
    told = {shape.id: said(shape) for shape in shapes}
    marks = {
        shape.id: Mark(
            heat=step_of(numbers.get(shape.id, 0), largest),
            told=told[shape.id] if shape.kind in ACTIVITY_KINDS else "",
        )
        for shape in shapes
    }
    notes = {shape.id: told[shape.id] for shape in shapes if told[shape.id] and shape.kind not in ACTIVITY_KINDS}
    leads = {shape.id: found for shape in shapes if (found := links(shape)) is not None}

    def sentence(shape: Shape, mark: Mark) -> str:
        kind = words.KINDS.get(shape.kind, shape.kind)
        return f"{shape.name or shape.id}（{kind}）：{told.get(shape.id) or '没有经过'}"

    svg = draw(drawn, Trail(marks), Labels(leads, notes, sentence))
    return Heat(
        drawn.title, svg, sheets(drawn, whole_of(drawn.process_id)), drawn.frame.width > WIDE, shapes, largest
    )  # fmt: skip


def swatch(step: int) -> Markup:
    """Return a small picture of a ground, for the key."""
    box = node("rect", x=0.5, y=0.5, width=23, height=15, rx=3, fill=HEAT[step], stroke=MUTED)
    drawn = node("svg", box, width=24, height=16, viewBox="0 0 24 16", aria_hidden="true", focusable="false")
    return Markup(drawn)  # noqa: S704 - made of numbers alone
