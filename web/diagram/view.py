"""Gathering a diagram for a page: of a published process, or of a case on the version that the case pinned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for
from markupsafe import Markup
from sqlalchemy.engine import Connection

from engine.casework.cases.queries import CaseFile
from engine.process.bpmn import Definition
from engine.process.bpmn.picture import Picture, Shape
from engine.process.bpmn.releases.queries import Version, versions_of
from engine.process.clocks.queries import clocks_of
from engine.registry.identity.reading import Reading
from web.diagram.flags import LOOKS
from web.diagram.listing import Line, lines, nodes_of, sentence
from web.diagram.sheets import sheets
from web.diagram.svg import Labels, anchor_of, draw, whole_of
from web.diagram.tracks import Choice, Track, choices_of, chosen_of, names_on, picture, tracks_now
from web.diagram.trail import STANDING, Mark, Trail

MAIN = "main"
"""Stands for the main process of whatever is shown."""

WIDE = 900
"""Pixels a drawing may have beside its list on a screen of 1440."""


@dataclass(frozen=True)
class Diagram:
    """A diagram ready for a page, and the same in words."""

    process_id: str
    title: str
    documentation: str
    version: Version | None
    svg: Markup
    lines: list[Line]
    choices: list[Choice]
    here: str
    """The id in the page of the first element where the case stands, or an empty text."""
    wide: bool
    """Whether the drawing needs the whole width of a desk's screen, so that its words stand under it."""
    sheets: Markup
    """The drawing in pieces for paper, if it is wide."""


def of_version(connection: Connection, version: Version, xml: bytes, documentation: str) -> Diagram:
    """Return the diagram of a published process without a case on it."""
    shown = picture(xml)
    blank = Trail()
    links = {shape.id: url_for("flows.show", process_id=shape.called) for shape in nodes_of(shown) if shape.called}
    svg = draw(shown, blank, Labels(links, {}, lambda shape, mark: _plain(shape)))
    told = lines(shown, blank, str, {})
    return Diagram(
        shown.process_id, shown.title, documentation, version, svg, told, [], "", _is_wide(shown), _sheets(shown)
    )


def compared(xml: bytes, flags: Mapping[str, str], within: str, anchor: str) -> Diagram:
    """Return the diagram of one of two versions, with what differs from the other painted on it.

    ``flags`` are the differences by element; each of them leads to ``anchor`` followed by its id, in the page's list.
    """
    shown, blank = picture(xml), Trail()
    links = {shape.id: f"#{anchor}{shape.id}" for shape in nodes_of(shown) if shape.id in flags}

    def said(shape: Shape, mark: Mark) -> str:
        word = LOOKS[flags[shape.id]].word if shape.id in flags else "相同"
        return f"{_plain(shape)}：{word}"

    svg = draw(shown, blank, Labels(links, {}, said, flags, within))
    return Diagram(shown.process_id, shown.title, "", None, svg, [], [], "", _is_wide(shown), Markup())


def of_case(view: Reading, case: CaseFile, process: str, run: int | None = None) -> Diagram | None:
    """Return the diagram of ``process`` in one run of the case, on the version that the case pinned.

    Without such a run or process it is the main one that counts; None when no process has been started.
    """
    tracks = tracks_now(view, case)
    if not tracks:
        return None
    names = names_on(view.connection, tracks)
    track, chosen = chosen_of(tracks, process, run)
    due = {row.boundary: row.due_on for row in clocks_of(view.connection, case.root_id)
           if row.state == "running" and row.boundary}  # fmt: skip
    links = _links(case, track, picture(track.bundle.definitions[chosen].xml))
    return of_track(view.connection, tracks, track, chosen, links, lambda who: names.get(who, "系统"), due)


def of_track(
    connection: Connection, tracks: list[Track], track: Track, process: str, links: Mapping[str, str],
    name_of: Callable[[str], str], due: Mapping[str, date | None],
) -> Diagram:  # fmt: skip
    """Return the diagram of ``process`` as ``track``, one of ``tracks``, has gone through it.

    ``links`` is where elements lead; ``due`` the day on which the clock of each armed boundary comes due, by its name.
    """
    definition, marks = track.bundle.definitions[process], track.trails[process]
    drawn = picture(definition.xml)
    notes = _notes(due, drawn, marks)
    labels = Labels(links, notes, lambda shape, mark: sentence(shape, mark, name_of))
    return Diagram(
        process_id=process, title=drawn.title, documentation=definition.documentation,
        version=_version(connection, definition), svg=draw(drawn, marks, labels),
        lines=lines(drawn, marks, name_of, notes), choices=choices_of(tracks, track.row.run, process),
        here=_here(drawn, marks), wide=_is_wide(drawn), sheets=_sheets(drawn),
    )  # fmt: skip


@dataclass(frozen=True)
class Walked:
    """One process of a case for programs: the pinned file, its drawing, and what was gone through in it."""

    process_id: str
    run: int
    title: str
    version: Version | None
    xml: bytes
    picture: Picture
    trail: Trail
    choices: list[Choice]


def walked(view: Reading, case: CaseFile, process: str, run: int | None = None) -> Walked | None:
    """Return what :func:`of_case` draws, undrawn; None when no process has been started."""
    tracks = tracks_now(view, case)
    if not tracks:
        return None
    track, chosen = chosen_of(tracks, process, run)
    definition = track.bundle.definitions[chosen]
    drawn = picture(definition.xml)
    return Walked(
        process_id=chosen, run=track.row.run, title=drawn.title, version=_version(view.connection, definition),
        xml=definition.xml, picture=drawn, trail=track.trails[chosen],
        choices=choices_of(tracks, track.row.run, chosen),
    )  # fmt: skip


def _links(case: CaseFile, track: Track, drawn: Picture) -> dict[str, str]:
    """Return where an element leads: a call to its own diagram, an open task to its page."""
    links = {}
    for shape in nodes_of(drawn):
        mark = track.trails[drawn.process_id].of(shape.id)
        if shape.called:
            links[shape.id] = url_for(
                "cases.show", case_no=case.case_no, process=shape.called, run=track.row.run, _anchor="diagram"
            )
        elif mark.task_id:
            links[shape.id] = url_for("tasks.show", id=mark.task_id)
    return links


def _notes(due: Mapping[str, date | None], drawn: Picture, marks: Trail) -> dict[str, str]:
    """Return what stands under the boundary events whose clock runs: the day it comes due."""
    notes = {}
    for shape in nodes_of(drawn):
        day = due.get(shape.clock) if shape.clock and marks.of(shape.id).armed else None
        if day is not None:
            notes[shape.id] = f"到期 {day.month}月{day.day}日"
    return notes


def _version(connection: Connection, definition: Definition) -> Version | None:
    versions = versions_of(connection, definition.process_id)
    return next((one for one in versions if one.digest == definition.digest), None)


def _here(drawn: Picture, marks: Trail) -> str:
    waiting = [shape for shape in nodes_of(drawn) if marks.of(shape.id).state == STANDING]
    return anchor_of(drawn.process_id, waiting[0].id) if waiting else ""


def _is_wide(drawn: Picture) -> bool:
    return drawn.frame.width > WIDE


def _sheets(drawn: Picture) -> Markup:
    return sheets(drawn, whole_of(drawn.process_id))


def _plain(shape: Shape) -> str:
    return shape.name or shape.id
