"""Gathering a diagram for a page: of a published process, or of a case on the version that the case pinned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import url_for
from markupsafe import Markup
from sqlalchemy.engine import Connection

from engine.casework.cases.queries import CaseFile
from engine.casework.cases.sharing.sight import tasks_in_sight
from engine.process.bpmn import Bundle, Definition
from engine.process.bpmn.picture import Picture, Shape, read_picture
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Version, release_at, versions_of
from engine.process.bpmn.standing import standing
from engine.process.clocks.queries import clocks_of
from engine.process.tasks.queries import instances_of, main_run, steps_of, tasks_of
from engine.process.tasks.rules import InstanceRow
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from web.diagram.flags import LOOKS
from web.diagram.listing import Line, lines, nodes_of, sentence
from web.diagram.sheets import sheets
from web.diagram.svg import Labels, anchor_of, draw, whole_of
from web.diagram.trail import PLAIN, STANDING, Mark, Trail, trail

MAIN = "main"
"""Stands for the main process of whatever is shown."""

WIDE = 900
"""Pixels a drawing may have beside its list on a screen of 1440."""


@dataclass(frozen=True)
class Choice:
    """A process of the case that can be shown: the main one or one that it calls."""

    process_id: str
    run: int
    title: str
    state: str
    shown: bool


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
    tracks = _tracks(view, case)
    if not tracks:
        return None
    track, chosen = _chosen(tracks, process, run)
    names = _names(view.connection, tracks)

    def name_of(account: str) -> str:
        return names.get(account, "系统")

    definition, marks = track.bundle.definitions[chosen], track.trails[chosen]
    drawn = picture(definition.xml)
    notes = _notes(view.connection, case.root_id, drawn, marks)
    labels = Labels(_links(case, track, drawn), notes, lambda shape, mark: sentence(shape, mark, name_of))
    return Diagram(
        process_id=chosen, title=drawn.title, documentation=definition.documentation,
        version=_version(view.connection, definition), svg=draw(drawn, marks, labels),
        lines=lines(drawn, marks, name_of, notes), choices=_choices(tracks, track.row.run, chosen),
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
    tracks = _tracks(view, case)
    if not tracks:
        return None
    track, chosen = _chosen(tracks, process, run)
    definition = track.bundle.definitions[chosen]
    drawn = picture(definition.xml)
    return Walked(
        process_id=chosen, run=track.row.run, title=drawn.title, version=_version(view.connection, definition),
        xml=definition.xml, picture=drawn, trail=track.trails[chosen],
        choices=_choices(tracks, track.row.run, chosen),
    )  # fmt: skip


def _chosen(tracks: list[_Track], process: str, run: int | None) -> tuple[_Track, str]:
    """Return the run and the process that are meant; what is not there falls back to the main ones."""
    counts = main_run([track.row for track in tracks])
    track = next((one for one in tracks if one.row.run == run), None) or next(
        one for one in tracks if counts is None or one.row.run == counts.run
    )
    # A link may name the process alone: then it is the newest run that has it.
    if run is None and process not in track.bundle.definitions:
        track = next((one for one in reversed(tracks) if process in one.bundle.definitions), track)
    return track, process if process in track.bundle.definitions else track.bundle.main.process_id


@dataclass(frozen=True)
class _Track:
    """One run of the case with its processes and what the case has gone through in each of them."""

    row: InstanceRow
    bundle: Bundle
    trails: Mapping[str, Trail]
    accounts: frozenset[str]


def _tracks(view: Reading, case: CaseFile) -> list[_Track]:
    root = case.root_id
    steps = steps_of(view.connection, root)
    tasks = tasks_in_sight(view, case, tasks_of(view.connection, root, state="open"))
    tracks = []
    for row in instances_of(view.connection, root):
        release = release_at(view.connection, row.release_id)
        bundle = view.part(Bundles).of(view.connection, release, row.process)
        places = () if row.completed else standing(bundle, row.snapshot)
        mine = [step for step in steps if step.run == row.run]
        waiting = [task for task in tasks if task.run == row.run]
        trails = {id: trail(picture(one.xml), mine, places, waiting) for id, one in bundle.definitions.items()}
        accounts = {who for step in mine for who in (step.account, step.on_behalf) if who} | {
            task.holder for task in waiting if task.holder
        }
        tracks.append(_Track(row, bundle, trails, frozenset(accounts)))
    return tracks


def _names(connection: Connection, tracks: list[_Track]) -> Mapping[str, str]:
    return names_of(connection, set().union(*(track.accounts for track in tracks)))


@lru_cache(maxsize=64)
def picture(xml: bytes) -> Picture:
    """Return the picture of a process file; one that was read is kept, for a published file never changes."""
    return read_picture(xml)


def _links(case: CaseFile, track: _Track, drawn: Picture) -> dict[str, str]:
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


def _notes(connection: Connection, root: str, drawn: Picture, marks: Trail) -> dict[str, str]:
    """Return what stands under the boundary events whose clock runs: the day it comes due."""
    due = {row.boundary: row.due_on for row in clocks_of(connection, root) if row.state == "running" and row.boundary}
    notes = {}
    for shape in nodes_of(drawn):
        day = due.get(shape.clock) if shape.clock and marks.of(shape.id).armed else None
        if day is not None:
            notes[shape.id] = f"到期 {day.month}月{day.day}日"
    return notes


def _version(connection: Connection, definition: Definition) -> Version | None:
    versions = versions_of(connection, definition.process_id)
    return next((one for one in versions if one.digest == definition.digest), None)


def _choices(tracks: list[_Track], run: int, chosen: str) -> list[Choice]:
    """Return every process of every run; a process that was begun again says for the how-many-th time."""
    times: dict[str, int] = {}
    choices = []
    for track in tracks:
        for id in (track.bundle.main.process_id, *_called_in_order(track.bundle)):
            times[id] = times.get(id, 0) + 1
            again = f"（第 {times[id]} 次）" if times[id] > 1 else ""
            state = _state_of(track.trails[id].marks.values())
            shown = (track.row.run, id) == (run, chosen)
            choices.append(Choice(id, track.row.run, track.bundle.definitions[id].name + again, state, shown))
    return choices


def _called_in_order(bundle: Bundle) -> list[str]:
    """Return the called processes as the main drawing meets them from left to right, each before what it calls."""
    found: list[str] = []

    def visit(id: str) -> None:
        for shape in nodes_of(picture(bundle.definitions[id].xml)):
            if shape.called in bundle.definitions and shape.called not in found:
                found.append(shape.called)
                visit(shape.called)

    visit(bundle.main.process_id)
    return [*found, *sorted(set(bundle.definitions) - {bundle.main.process_id, *found})]


def _state_of(marks: Iterable[Mark]) -> str:
    states = {mark.state for mark in marks}
    return STANDING if STANDING in states else "passed" if states - {PLAIN} else PLAIN


def _here(drawn: Picture, marks: Trail) -> str:
    waiting = [shape for shape in nodes_of(drawn) if marks.of(shape.id).state == STANDING]
    return anchor_of(drawn.process_id, waiting[0].id) if waiting else ""


def _is_wide(drawn: Picture) -> bool:
    return drawn.frame.width > WIDE


def _sheets(drawn: Picture) -> Markup:
    return sheets(drawn, whole_of(drawn.process_id))


def _plain(shape: Shape) -> str:
    return shape.name or shape.id
