"""A drawing on paper: what is too small to be read on an upright sheet follows, in pieces, on sheets on their side.

Each piece repeats the names of pools and lanes on its left and a little of what the piece before it shows.  The sheets
show the drawing of the page once more, so they need no script and carry the same marks.
"""

from __future__ import annotations

from math import ceil

from markupsafe import Markup

from engine.process.bpmn.picture import Box, Picture
from web.diagram.xml import node, words

UPRIGHT, LYING = 950, 1450
"""Pixels of a drawing across an upright and a lying sheet of A4 while its smallest words still have 6.5 points."""
AGAIN = 160
"""Pixels that two neighbouring pieces both show: a task that one of them cuts stands whole in the other."""
HEAD = 30
"""Width in pixels of the strip with the name of a pool or lane."""


def pieces(frame: Box) -> list[Box]:
    """Return the parts of a drawing that go onto a sheet each, from the left; none if an upright sheet will do."""
    if frame.width <= UPRIGHT:
        return []
    count = max(1, ceil((frame.width - AGAIN) / (LYING - AGAIN)))
    width = (frame.width + AGAIN * (count - 1)) / count
    return [Box(frame.x + place * (width - AGAIN), frame.y, width, frame.height) for place in range(count)]


def sheets(picture: Picture, drawing: str) -> Markup:
    """Return the sheets of ``picture``, whose parts stand in the page under the id ``drawing``; empty if not needed."""
    cut = pieces(picture.frame)
    places = [f" 第 {place} 张，共 {len(cut)} 张" if len(cut) > 1 else "" for place in range(1, len(cut) + 1)]
    shown = [_sheet(picture, drawing, part, place) for part, place in zip(cut, places, strict=True)]
    whole = node("div", *shown, class_="yc-sheets", aria_hidden="true") if shown else ""
    return Markup(whole)  # noqa: S704 - every text and attribute in it went through node() or words(), which escape


def _sheet(picture: Picture, drawing: str, part: Box, place: str) -> str:
    frame = picture.frame
    strip = _strip(picture) if part.x > frame.x else 0.0
    names = _window(drawing, 0, Box(frame.x, frame.y, strip, frame.height)) if strip else ""
    drawn = node(
        "svg", names, _window(drawing, strip, part), viewBox=f"0 0 {strip + part.width:g} {part.height:g}",
        class_="yc-sheet__drawing",
    )  # fmt: skip
    caption = node("figcaption", words(f"{picture.title}{place}"))
    return node("figure", caption, drawn, class_="yc-sheet")


def _window(drawing: str, x: float, part: Box) -> str:
    """Return the part of the drawing that is seen through a window ``x`` pixels from the left."""
    return node(
        "svg", node("use", href=f"#{drawing}"), x=x, y=0, width=part.width, height=part.height,
        viewBox=f"{part.x:g} {part.y:g} {part.width:g} {part.height:g}",
    )  # fmt: skip


def _strip(picture: Picture) -> float:
    """Return how far from the left the names of pools and lanes reach."""
    named = [shape.box.x + HEAD for shape in picture.shapes if shape.kind in ("participant", "lane")]
    return max(named, default=picture.frame.x) - picture.frame.x
