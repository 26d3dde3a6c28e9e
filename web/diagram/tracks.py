"""The runs of a case, with their processes and what was gone through in them: what a diagram is drawn of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.engine import Connection

from engine.casework.cases.queries import CaseFile
from engine.casework.cases.sharing.sight import tasks_in_sight
from engine.process.bpmn import Bundle
from engine.process.bpmn.picture import Picture, read_picture
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import release_at
from engine.process.bpmn.standing import standing
from engine.process.tasks.queries import Step, instances_of, main_run, steps_of, tasks_of
from engine.process.tasks.rules import InstanceRow, Task
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from web.diagram.listing import nodes_of
from web.diagram.trail import PLAIN, STANDING, Mark, Trail, trail


@lru_cache(maxsize=64)
def picture(xml: bytes) -> Picture:
    """Return the picture of a process file; one that was read is kept, for a published file never changes."""
    return read_picture(xml)


@dataclass(frozen=True)
class Choice:
    """A process of the case that can be shown: the main one or one that it calls."""

    process_id: str
    run: int
    title: str
    state: str
    shown: bool


@dataclass(frozen=True)
class Track:
    """One run of the case with its processes and what the case has gone through in each of them."""

    row: InstanceRow
    bundle: Bundle
    trails: Mapping[str, Trail]
    accounts: frozenset[str]


def tracks_now(view: Reading, case: CaseFile) -> list[Track]:
    """Return the runs of a case as they are now; its open tasks only as far as the reader may see them."""
    root = case.root_id
    steps = steps_of(view.connection, root)
    tasks = tasks_in_sight(view, case, tasks_of(view.connection, root, state="open"))
    rows = instances_of(view.connection, root)
    bundles = {}
    for row in rows:
        release = release_at(view.connection, row.release_id)
        bundles[row.run] = view.part(Bundles).of(view.connection, release, row.process)
    return tracks_of(rows, bundles, steps, tasks)


def tracks_of(
    rows: Sequence[InstanceRow], bundles: Mapping[int, Bundle], steps: Sequence[Step], tasks: Sequence[Task]
) -> list[Track]:
    """Return the runs in ``rows`` with the definitions they go by, what was gone through, and the open tasks."""
    tracks = []
    for row in rows:
        bundle = bundles[row.run]
        places = () if row.completed else standing(bundle, row.snapshot)
        mine = [step for step in steps if step.run == row.run]
        waiting = [task for task in tasks if task.run == row.run]
        trails = {id: trail(picture(one.xml), mine, places, waiting) for id, one in bundle.definitions.items()}
        accounts = {who for step in mine for who in (step.account, step.on_behalf) if who} | {
            task.holder for task in waiting if task.holder
        }
        tracks.append(Track(row, bundle, trails, frozenset(accounts)))
    return tracks


def chosen_of(tracks: list[Track], process: str, run: int | None) -> tuple[Track, str]:
    """Return the run and the process that are meant; what is not there falls back to the main ones."""
    counts = main_run([track.row for track in tracks])
    track = next((one for one in tracks if one.row.run == run), None) or next(
        one for one in tracks if counts is None or one.row.run == counts.run
    )
    # A link may name the process alone: then it is the newest run that has it.
    if run is None and process not in track.bundle.definitions:
        track = next((one for one in reversed(tracks) if process in one.bundle.definitions), track)
    return track, process if process in track.bundle.definitions else track.bundle.main.process_id


def names_on(connection: Connection, tracks: list[Track]) -> Mapping[str, str]:
    """Return by account the names of everybody who is told of on the diagrams."""
    return names_of(connection, set().union(*(track.accounts for track in tracks)))


def choices_of(tracks: list[Track], run: int, chosen: str) -> list[Choice]:
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
