"""Drawing the plan of a joint case as SVG: boxes in layers, what each waits for, how each stands, the longest way.

As in the drawing of a process, nothing is told by colour alone: a state is a sign and a word, the longest way is thick
lines and a word, and every colour stands in an attribute, so that the picture is the same printed in black and white.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from web.diagram.glyphs import BLUE, GOOD, GREY, INK, badge
from web.diagram.layers import WIDTH, Point, layout
from web.diagram.lettering import fitted, leading
from web.diagram.svg import EDGE, FACE, MUTED, rounded
from web.diagram.trail import CANCELLED, PASSED, STANDING
from web.diagram.xml import node, words

LATE = "#b3261e"
"""The tint of what is late, dark enough on white (6.5:1)."""

_LOOKS = {
    "agreed": ("#eef7f0", GOOD, PASSED), "open": ("#e3effb", BLUE, STANDING), "denied": ("#fdf0f0", LATE, CANCELLED),
    "stopped": ("#f3f6f9", GREY, CANCELLED), "dropped": ("#f3f6f9", GREY, CANCELLED),
}  # fmt: skip
_PLAIN = ("#fff", EDGE, "")
_HEAVY, _LIGHT = 3.4, 1.4
_TEXT_LEFT, _STATE_UP = 12.0, 18.0
_TALL, _SHORT = 124.0, 92.0
"""The height of a box with its state, and of one in a plan alone."""


@dataclass(frozen=True)
class Box:
    """A branch as it is drawn: ``about`` stands under the name, ``word`` says how it stands (empty: a plan alone)."""

    key: str
    title: str
    about: str
    after: tuple[str, ...]
    state: str = ""
    word: str = ""
    late: bool = False
    critical: bool = False
    optional: bool = False

    @property
    def sentence(self) -> str:
        """What a screen reader says of it."""
        told = (
            f"{self.title}（{self.about}）", self.word, "在关键路径上" if self.critical else "",
            "可选" if self.optional else "",
        )  # fmt: skip
        return "，".join(one for one in told if one)


def draw_plan(boxes: Sequence[Box], *, title: str, about: str, prefix: str = "yc-plan") -> Markup:
    """Return the SVG of a plan; ``title`` names it and ``about`` says in a sentence what it shows.

    ``prefix`` keeps the names inside it apart from those of another picture on the page.
    """
    tall = _TALL if any(one.word for one in boxes) else _SHORT
    placed = layout({one.key: one.after for one in boxes}, tall)
    heavy = {one.key for one in boxes if one.critical}
    # Thick lines last: none is crossed out by a thin one.
    edges = sorted(placed.lines.items(), key=lambda one: set(one[0]) <= heavy)
    parts = [
        node("title", words(title), id=f"{prefix}-title"),
        node("desc", words(about), id=f"{prefix}-desc"),
        node("defs", _arrow(prefix, "to", EDGE), _arrow(prefix, "on", INK)),
        *(_edge(points, prefix, heavy=set(ends) <= heavy) for ends, points in edges),
        *(_box(one, placed.corners[one.key], tall) for one in boxes),
    ]
    whole = node(
        "svg", *parts, xmlns="http://www.w3.org/2000/svg", role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc", viewBox=f"0 0 {placed.width:g} {placed.height:g}",
        width=placed.width, height=placed.height, font_family=FACE, fill=INK, stroke_linejoin="round",
        stroke_linecap="round",
    )  # fmt: skip
    return Markup(whole)  # noqa: S704 - every text and attribute in it went through node() or words(), which escape


def _arrow(prefix: str, name: str, tint: str) -> str:
    return node(
        "marker", node("path", d="M0 1 L11 6 L0 11 Z", fill=tint), id=f"{prefix}-{name}", viewBox="0 0 12 12", refX=11,
        refY=6, markerWidth=11, markerHeight=11, markerUnits="userSpaceOnUse", orient="auto",
    )  # fmt: skip


def _edge(points: tuple[Point, ...], prefix: str, *, heavy: bool) -> str:
    return node(
        "path", d=rounded(points), fill="none", stroke=INK if heavy else EDGE,
        stroke_width=_HEAVY if heavy else _LIGHT, marker_end=f"url(#{prefix}-{'on' if heavy else 'to'})",
    )  # fmt: skip


def _box(one: Box, corner: Point, tall: float) -> str:
    fill, stroke, sign = _LOOKS.get(one.state, _PLAIN)
    x, y = corner
    frame = node(
        "rect", x=x, y=y, width=WIDTH, height=tall, rx=6, fill=fill, stroke=LATE if one.late else stroke,
        stroke_width=_HEAVY if one.critical else _LIGHT, stroke_dasharray="6 4" if one.optional else None,
    )  # fmt: skip
    size, lines = fitted(one.title, WIDTH - 2 * _TEXT_LEFT, 40, (15, 14, 13))
    top = y + 28
    title = "".join(
        _line(text, x + _TEXT_LEFT, top + number * leading(size), size, font_weight=600)
        for number, text in enumerate(lines)
    )
    under, about = fitted(one.about, WIDTH - 2 * _TEXT_LEFT, 20, (13, 12, 11))
    below = "".join(_line(text, x + _TEXT_LEFT, y + 74, under, fill=MUTED) for text in about)
    said = node("title", words(one.sentence))
    return node("g", said, frame, title, below, _state(one, x, y, y + tall - _STATE_UP, sign), class_="yc-plan__box")


def _state(one: Box, x: float, y: float, bottom: float, sign: str) -> str:
    """Return the last line, the sign and word of the state, and the flag of a box on the longest way."""
    parts = []
    if one.word:
        drawn = badge(sign, x + 21, bottom) if sign else _ring(x + 21, bottom)
        size, lines = fitted(one.word, WIDTH - 46, 18, (13, 12, 11))
        parts = [drawn, _line(lines[0], x + 36, bottom + 4.5, size, fill=LATE if one.late else INK, font_weight=600)]
    if one.critical:
        # A flag on the upper edge: it takes no room from the words inside.
        width, height, right = 60, 20, x + WIDTH - 12
        tag = node("rect", x=right - width, y=y - 12, width=width, height=height, rx=3, fill=INK)
        word = node(
            "text", words("关键路径"), x=right - width / 2, y=y + 2.5, font_size=12, fill="#fff", text_anchor="middle"
        )
        parts += [tag, word]
    return "".join(parts)


def _ring(x: float, y: float) -> str:
    return node("circle", cx=x, cy=y, r=8, fill="#fff", stroke=GREY, stroke_width=1.6)


def _line(text: str, x: float, y: float, size: int, **look: object) -> str:
    return node("text", words(text), x=x, y=y, font_size=size, **look)
