"""回放: a case as it was after any act of its history, on the drawing of its own release and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.casework.cases.queries import CaseFile
from engine.foundation.journal.queries import Line, lines_of
from engine.oversight.audit.legible import refuse_gap, refuse_strange, whole_case
from engine.oversight.audit.past import Past, Stay, past
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.queries import clocks_of
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.organisation.queries import departments
from web.conformance import deviations_of
from web.diagram.listing import nodes_of
from web.diagram.tracks import Track, chosen_of, picture, tracks_of
from web.diagram.view import Diagram, of_track
from web.numbers import whole_number
from web.page import is_fragment
from web.security import page
from web.sessions import actor, door
from web.timeline import Entry, people_in, story

blueprint = Blueprint("replay", __name__)

SYSTEM_NAME = "系统"


@dataclass(frozen=True)
class Moment:
    """A case after one of its acts: which one of how many, what it said, and how everything stood then."""

    number: int
    total: int
    entry: Entry
    past: Past
    diagram: Diagram | None
    names: Mapping[str, str]
    places: Mapping[str, str]

    def name_of(self, who: str) -> str:
        """Return the name of an account; what is none, or has none, is a name already."""
        return SYSTEM_NAME if who == "system" else self.names.get(who, who)


@blueprint.get("/cases/<case_no>/replay")
@page(action="journal.see")
def show(case_no: str) -> str:
    """Show a case after the act that wrote the line ``at``, the last one when none is asked for; htmx gets the part."""
    with door().read(actor(), action="journal.see") as view:
        case = whole_case(view, case_no)
        refuse_strange(view.connection, [(case.root_id, case.case_no)])
        lines = lines_of(view.connection, case.root_id, limit=100_000)
        refuse_gap(view.connection, case.case_no, lines)
        names = names_of(view.connection, people_in(lines))
        acts = story(lines, names)
        moment = _moment(view, case, lines, acts, names)
        unlike = None if is_fragment() else deviations_of(view, case)
    if is_fragment():
        return render_template("replay_moment.html", case=case, now=moment, acts=acts, lasted=lasted)
    door().note_view(actor(), f"办件 {case.case_no} 的回放")
    return render_template("replay.html", case=case, now=moment, acts=acts, lasted=lasted, unlike=unlike)


def _moment(
    view: Reading, case: CaseFile, lines: list[Line], acts: list[Entry], names: Mapping[str, str]
) -> Moment:  # fmt: skip
    asked = whole_number(request.args.get("at", ""))
    number = next((place for place, one in enumerate(acts) if asked is not None and asked <= one.last), len(acts) - 1)
    entry = acts[number]
    one = past(view.connection, view.part(Bundles), case.root_id, [line for line in lines if line.seq <= entry.last])
    places = {key: each.name for key, each in departments(view.connection).items()}
    moment = Moment(number + 1, len(acts), entry, one, None, names, places)
    return Moment(number + 1, len(acts), entry, one, _diagram(view, case, moment), names, places)


def _diagram(view: Reading, case: CaseFile, moment: Moment) -> Diagram | None:
    """Return the drawing of the process that is asked for, or of the one in which the act did something."""
    one = moment.past
    # What was a task then is no page to go to now.
    tracks = tracks_of(one.rows, one.bundles, one.steps, [replace(task, id="") for task in one.open_tasks])
    if not tracks:
        return None
    process, run = request.args.get("process", "")[:120], whole_number(request.args.get("run", ""))
    if not process:
        process, run = _where(one)
    track, chosen = chosen_of(tracks, process, run)
    boundaries = {row.id: row.boundary for row in clocks_of(view.connection, case.root_id) if row.boundary}
    due = {
        boundaries[clock.id]: clock.due_on
        for clock in one.clocks.values()
        if clock.state == "running" and clock.id in boundaries
    }
    return of_track(view.connection, tracks, track, chosen, _links(case, moment, track, chosen), moment.name_of, due)


def _where(one: Past) -> tuple[str, int | None]:
    """Return process and run of what this act opened or went through last; empty where it moved nothing yet."""
    opened = [stay for stay in one.stays if stay.until is None]
    newest: Stay | None = max(opened, key=lambda stay: (stay.since, stay.task_no), default=None)
    if newest is not None and (not one.steps or newest.since >= one.steps[-1].at):
        return newest.process, newest.run
    return (one.steps[-1].process, one.steps[-1].run) if one.steps else ("", None)


def _links(case: CaseFile, moment: Moment, track: Track, process: str) -> dict[str, str]:
    """A call leads to the drawing of what it calls, at the same moment."""
    drawn = picture(track.bundle.definitions[process].xml)
    said: dict[str, Any] = {"case_no": case.case_no, "at": moment.entry.last, "run": track.row.run}
    return {
        shape.id: url_for("replay.show", **said, process=shape.called, _anchor="moment")
        for shape in nodes_of(drawn)
        if shape.called
    }


def lasted(span: timedelta) -> str:
    """Say how long something took: ``3 天 2 小时``, ``15 分钟``, ``不到 1 分钟``."""
    minutes = int(span.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{days} 天" + (f" {hours} 小时" if hours else "")
    if hours:
        return f"{hours} 小时" + (f" {rest} 分钟" if rest else "")
    return f"{rest} 分钟" if rest else "不到 1 分钟"
