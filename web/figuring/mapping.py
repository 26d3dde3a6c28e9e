"""The heat map: an item's published drawing painted by what ended cases did, and the same as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.oversight.audit.rollups.queries import Element, Tally
from engine.process.bpmn.picture import Shape
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import NoRelease, current_release
from engine.registry.identity.reading import Reading
from web import words
from web.diagram.heat import STEPS, Heat, painted
from web.figuring.asking import Choice
from web.figuring.saying import brief, url

BY = {"count": "次数", "total": "合计等候", "median": "中位用时"}
"""By what a drawing is painted."""
_STEPS = range(1, STEPS + 1)


@dataclass(frozen=True)
class Place:
    """An element in words: what it is called, its kind, and its figures; none where no case passed."""

    id: str
    name: str
    kind: str
    tally: Tally | None
    drawn: bool
    """Whether it is on the published drawing."""


@dataclass(frozen=True)
class Map:
    """One process of an item with its figures; ``heat`` is None where nothing is published or drawn."""

    process: str
    title: str
    heat: Heat | None
    places: list[Place]
    by: str
    processes: Mapping[str, tuple[str, int]]
    """The processes to choose from: title, and how many elements were passed in each, all together."""

    @property
    def legend(self) -> list[tuple[int, str]]:
        """The steps of the ground and what each stands for."""
        if self.heat is None or not self.heat.largest:
            return []
        largest = self.heat.largest
        if self.by == "count":
            ends = [(int(largest * (step - 1) / STEPS) + 1, int(largest * step / STEPS)) for step in _STEPS]
            # Of a few there are fewer steps than grounds.
            return [
                (step, f"{low} 次" if low == high else f"{low} 至 {high} 次")
                for step, (low, high) in zip(_STEPS, ends, strict=True) if low <= high
            ]  # fmt: skip
        bounds = [brief(timedelta(seconds=largest * step / STEPS)) for step in range(STEPS + 1)]
        return [(step, f"{bounds[step - 1]}至{bounds[step]}" if step > 1 else f"{bounds[1]}以内") for step in _STEPS]


def map_of(view: Reading, choice: Choice, found: Sequence[Element], wanted: str, by: str) -> Map:
    """Return the map of the process that is asked for, of the main one else; ``found`` are the item's elements."""
    files, main = _published(view, choice.item)
    passed: dict[str, int] = {}
    for one in found:
        passed[one.process] = passed.get(one.process, 0) + one.tally.count
    bundles = view.part(Bundles)
    titles = titles_of(view, files)
    choices = {
        process: (titles.get(process, process), passed.get(process, 0))
        for process in sorted(files.keys() | passed.keys(), key=lambda one: (one != main, -passed.get(one, 0), one))
        if passed.get(process) or process == main
    }
    chosen = wanted if wanted in choices else next(iter(choices), main)
    mine = {one.element: one for one in found if one.process == chosen}
    heat = None
    if chosen in files:
        links = {process: url(choice, process=process, by=by) for process in choices}
        heat = painted(
            bundles.definition(view.connection, files[chosen]).xml,
            {id: _number(one.tally, by) for id, one in mine.items()},
            lambda shape: _told(mine.get(shape.id), by),
            lambda shape: links.get(shape.called) if shape.called else None,
        )
    shapes = heat.shapes if heat is not None else ()
    return Map(chosen, choices[chosen][0] if choices else "", heat, _places(shapes, mine, by), by, choices)


def titles_of(view: Reading, files: Mapping[str, str]) -> dict[str, str]:
    """Return what some processes (with the digests of their files) are called."""
    bundles = view.part(Bundles)
    return {process: bundles.definition(view.connection, digest).title or process for process, digest in files.items()}


def _published(view: Reading, item: str) -> tuple[Mapping[str, str], str]:
    try:
        release = current_release(view.connection, item, view.now)
    except NoRelease:
        return {}, ""
    return release.processes, release.main


def _number(tally: Tally, by: str) -> float:
    if by == "count":
        return tally.count
    if not tally.timed:
        return 0
    return (tally.spent if by == "total" else tally.median).total_seconds()


def _told(one: Element | None, by: str) -> str:
    """Return what stands at a shape: always how often, and the time where a drawing by time has one."""
    if one is None:
        return ""
    if by == "count" or not one.tally.timed:
        return f"{one.tally.count} 次"
    return f"{brief(one.tally.spent if by == 'total' else one.tally.median)} · {one.tally.count} 次"


def _places(shapes: Sequence[Shape], mine: Mapping[str, Element], by: str) -> list[Place]:
    """Return what is on the drawing, what has most first, then what is not on it any more, then what nobody passed."""
    known = {shape.id: shape for shape in shapes}
    places = [
        Place(id, known[id].name or one.name if id in known else one.name, _kind(one.kind), one.tally, id in known)
        for id, one in mine.items()
    ]
    places.sort(key=lambda one: (-_number(one.tally, by), -one.tally.count) if one.tally else (0, 0))
    nobody = [
        Place(shape.id, shape.name or shape.id, _kind(shape.kind), None, True)
        for shape in shapes if shape.id not in mine
    ]  # fmt: skip
    return places + nobody


def _kind(kind: str) -> str:
    return words.KINDS.get(kind, kind)
