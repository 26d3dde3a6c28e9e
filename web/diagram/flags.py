"""What differs between two versions of a drawing, painted on one of them: a sign, a word, a kind of line, and a colour.

Nothing hangs on the colour alone: what is new has a solid line and a plus, what is changed dashes and a tilde, what is
gone dots and a minus; the word stands at every shape, and the list beside the drawing says all of it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.oversight.publishing.comparing.changes import ADDED, CHANGED, REMOVED
from engine.process.bpmn.picture import Box, Edge, Shape
from web.diagram.glyphs import AMBER, GOOD
from web.diagram.xml import node, words

RED = "#b3261e"
"""The tint of what is gone, dark enough on white (6.5:1)."""

_AROUND, _TALL, _WIDE = 5.0, 18.0, 50.0


@dataclass(frozen=True)
class Look:
    """How a difference is told: its word, the sign in text and as a path, the colour and the dashes of its line."""

    word: str
    sign: str
    path: str
    colour: str
    dashes: str | None


LOOKS: Mapping[str, Look] = {
    ADDED: Look("新增", "＋", "M-4 0 H4 M0 -4 V4", GOOD, None),
    CHANGED: Look("修改", "～", "M-4.5 1.5 C-2.5 -3.5 -1 -3 0 0 C1 3 2.5 3.5 4.5 -1.5", AMBER, "9 5"),
    REMOVED: Look("删去", "－", "M-4 0 H4", RED, "2 5"),
}


def shape_flag(shape: Shape, change: str) -> str:
    """Return the frame around a shape that differs, with its sign and word on the upper edge."""
    look, box = LOOKS[change], shape.box
    lane = shape.kind in ("lane", "participant", "blackBox")
    around = -_AROUND if lane else _AROUND
    frame = node(
        "rect", x=box.x - around, y=box.y - around, width=box.width + 2 * around, height=box.height + 2 * around,
        rx=6, fill="none", stroke=look.colour, stroke_width=3, stroke_dasharray=look.dashes,
    )  # fmt: skip
    place = Box(box.x - around, box.y - around - (0 if lane else _TALL / 2), _WIDE, _TALL)
    return node("g", frame, _tag(look, place), class_=f"yc-d-flag yc-d-flag--{change}")


def edge_flag(edge: Edge, change: str) -> str:
    """Return the line of a flow that differs, and its sign in the middle."""
    look = LOOKS[change]
    path = "M" + " L".join(f"{x:g} {y:g}" for x, y in edge.points)
    line = node("path", d=path, fill="none", stroke=look.colour, stroke_width=4, stroke_dasharray=look.dashes,
                stroke_opacity=0.75)  # fmt: skip
    return node("g", node("title", words(f"{edge.name or '连线'}：{look.word}")), line, _disc(look, *_middle(edge)))


def _tag(look: Look, box: Box) -> str:
    ground = node("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=3, fill=look.colour)
    sign = node("path", d=look.path, transform=f"translate({box.x + 10:g} {box.y + box.height / 2:g})", fill="none",
                stroke="#fff", stroke_width=2)  # fmt: skip
    word = node("text", words(look.word), x=box.x + 19, y=box.y + box.height / 2, font_size=12, font_weight=600,
                fill="#fff", dominant_baseline="central")  # fmt: skip
    return ground + sign + word


def _disc(look: Look, x: float, y: float) -> str:
    disc = node("circle", r=8, fill=look.colour, stroke="#fff", stroke_width=1.5)
    sign = node("path", d=look.path, fill="none", stroke="#fff", stroke_width=2)
    return node("g", disc, sign, transform=f"translate({x:g} {y:g})")


def _middle(edge: Edge) -> tuple[float, float]:
    """Return the middle of the longest stretch of a flow: there is room for a sign."""
    pairs = list(zip(edge.points, edge.points[1:], strict=False))
    (x1, y1), (x2, y2) = max(pairs, key=lambda pair: abs(pair[1][0] - pair[0][0]) + abs(pair[1][1] - pair[0][1]))
    return (x1 + x2) / 2, (y1 + y2) / 2
