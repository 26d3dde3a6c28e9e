"""What rehearsals went through, painted on the drawing and in words: shape and word carry it, colour repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from engine.foundation.errors import Refusal
from engine.oversight.rehearsal.coverage import Covered
from engine.oversight.rehearsal.files import Files
from engine.process.bpmn.picture import Picture, Shape
from web import words
from web.diagram.listing import nodes_of
from web.diagram.svg import Labels, draw
from web.diagram.tracks import picture
from web.diagram.trail import PASSED, PLAIN, STANDING, Mark, Trail
from web.diagram.view import WIDE

SIGNS = {PASSED: ("✓", "走到"), STANDING: ("▶", "停在这里"), PLAIN: ("○", "没有走到")}


@dataclass(frozen=True)
class Place:
    """One element in words."""

    id: str
    name: str
    kind: str
    state: str
    times: int

    @property
    def shown(self) -> tuple[str, str]:
        """Return shape and word of its state."""
        return SIGNS[self.state]


@dataclass(frozen=True)
class Way:
    """One flow in words: from where to where, under which condition's name, how often."""

    id: str
    source: str
    target: str
    name: str
    times: int

    @property
    def shown(self) -> tuple[str, str]:
        """Return shape and word of its state."""
        return SIGNS[PASSED if self.times else PLAIN]


@dataclass(frozen=True)
class Map:
    """One process with its coverage; ``svg`` is empty where the file has no drawing, or is not there any more."""

    covered: Covered
    svg: Markup
    places: list[Place]
    ways: list[Way]
    wide: bool
    title: str = ""
    here: str = ""


def chosen(all: Mapping[str, Covered], wanted: str) -> Covered | None:
    """Return the process that is asked for; else the one with the most left to walk among those that were reached."""
    if wanted in all:
        return all[wanted]
    reached = [one for one in all.values() if one.reached]
    return max(reached, key=lambda one: (one.reached, one.process), default=None)


def map_of(one: Covered, files: Files) -> Map:
    """Return the drawing of a process with what was walked of it, from the files as they are now."""
    xml = files.get(("process", one.process))
    try:
        drawn = picture(xml) if xml is not None else None
    except Refusal:
        drawn = None
    if drawn is None:
        return Map(one, Markup(""), [], [], False, one.name)
    return _painted(one, drawn)


def _painted(one: Covered, drawn: Picture) -> Map:
    marks = {id: Mark(PASSED, times=times) for id, times in one.elements.items() if times}
    marks |= {id: Mark(STANDING, times=one.elements.get(id, 0)) for id in one.standing}
    taken = frozenset(id for id, times in one.flows.items() if times)
    notes = {shape.id: _note(shape, one) for shape in nodes_of(drawn) if _note(shape, one)}
    svg = draw(drawn, Trail(marks, taken), Labels({}, notes, _sentence))
    names = {shape.id: shape.name or shape.id for shape in nodes_of(drawn)}
    places = [
        Place(shape.id, names[shape.id], words.KINDS.get(shape.kind, shape.kind), _state(one, shape.id),
              one.elements.get(shape.id, 0))
        for shape in nodes_of(drawn)
    ]  # fmt: skip
    ways = [
        Way(edge.id, names.get(edge.source, edge.source), names.get(edge.target, edge.target), edge.name,
            one.flows.get(edge.id, 0))
        for edge in drawn.edges if edge.kind == "sequence"
    ]  # fmt: skip
    # What was not walked comes first: it is what somebody looks for here.
    order = {PLAIN: 0, STANDING: 1, PASSED: 2}
    return Map(
        one, svg, sorted(places, key=lambda each: order[each.state]), sorted(ways, key=lambda each: each.times > 0),
        drawn.frame.width > WIDE, drawn.title,
    )  # fmt: skip


def _state(one: Covered, id: str) -> str:
    return STANDING if id in one.standing else PASSED if one.elements.get(id) else PLAIN


def _note(shape: Shape, one: Covered) -> str:
    times = one.elements.get(shape.id, 0)
    if times > 1:
        return f"{times} 次"
    return "没有走到" if not times and shape.id not in one.standing else ""


def _sentence(shape: Shape, mark: Mark) -> str:
    state = mark.state if mark.state in SIGNS else PLAIN
    told = f"{shape.name or shape.id}（{words.KINDS.get(shape.kind, shape.kind)}）：{SIGNS[state][1]}"
    return f"{told} {mark.times} 次" if mark.times > 1 else told
