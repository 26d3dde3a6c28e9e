"""回放: a case as it was after any act of its history, on the drawing of its own release and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.casework.cases.queries import CaseFile
from engine.foundation.journal.queries import Line, few_lines, lines_of
from engine.oversight.audit.findings.queries import Finding, own_on_case
from engine.oversight.audit.findings.rules import KINDS, SEVERITIES, STATES
from engine.oversight.audit.legible import refuse_gap, refuse_strange, whole_case
from engine.oversight.audit.past import Past, Stay, past
from engine.oversight.audit.reexecution.queries import newest_of_case
from engine.oversight.audit.reviews import PastBranch
from engine.oversight.audit.rights import LINES, Post, Rights, rights_at
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.queries import clocks_of
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM, may
from engine.registry.organisation.queries import departments
from web.conformance import deviations_of
from web.diagram.listing import nodes_of
from web.diagram.tracks import Track, chosen_of, picture, tracks_of
from web.diagram.view import Diagram, of_track
from web.jointview import MARKS as BRANCH_MARKS
from web.numbers import whole_number
from web.page import is_fragment
from web.reexecution import MARKS
from web.sealing import HANDS
from web.security import page
from web.sessions import actor, door
from web.timeline import Entry, people_in, story

blueprint = Blueprint("replay", __name__)

SYSTEM_NAME = "系统"
OPERATOR = "operator"
"""Whoever works on the command line: no account, and no post."""
WORDS = {"kinds": KINDS, "severities": SEVERITIES, "states": STATES}


@dataclass(frozen=True)
class Acting:
    """Who did an act, and the posts that account held then; ``absent`` is for whom it was done."""

    account: str
    absent: str
    posts: list[Post]
    absent_posts: list[Post]


@dataclass(frozen=True)
class Moment:
    """A case after one of its acts: which one of how many, what it said, and how everything stood then.

    ``found`` is what the reader noted at this act, ``rights`` who might do what then.
    """

    number: int
    total: int
    entry: Entry
    past: Past
    diagram: Diagram | None
    names: Mapping[str, str]
    places: Mapping[str, str]
    rights: Rights
    acting: Acting | None
    found: list[Finding]

    @property
    def unknown(self) -> list[str]:
        """Accounts that acted or held something then, of which no line says that they were made."""
        people = {self.acting.account, self.acting.absent} if self.acting else set()
        held = {one.holder for one in self.past.open_tasks if one.holder and one.holder in self.names}
        return sorted((people | held) - self.rights.made - {""})

    def name_of(self, who: str) -> str:
        """Return the name of an account; what is none, or has none, is a name already."""
        return SYSTEM_NAME if who == "system" else self.names.get(who, who)

    @property
    def marks(self) -> Mapping[str, str]:
        """The sign of each state of a branch, as on the board of today."""
        return BRANCH_MARKS

    def part_of(self, item: str) -> str:
        """Return the name of the branch that the process knows as ``department/key``; of another part its own."""
        review = self.past.review
        branch = review.branches.get(item.partition("/")[2]) if review else None
        return branch.name if branch is not None and branch.item == item else item

    def hands_of(self, branch: PastBranch) -> list[str]:
        """Return in words whom a branch waited for, who had it in hand, and what waited for it."""
        if self.past.review is None:
            return []
        mine = [one for one in self.past.open_tasks if one.item == branch.item]
        said = [f"“{one.name}”{f'在{self.name_of(one.holder)}手中' if one.holder else '待签收'}" for one in mine]
        if before := self.past.review.waits_for(branch):
            said.append(f"等前序分支：{'、'.join(before)}")
        if after := self.past.review.holds_up(branch):
            said.append(f"{'、'.join(after)}在等它")
        return said


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
        notes = may(view.actor, "finding.write")
        found = own_on_case(view.connection, view.actor.account, case.root_id) if notes else []
        moment = _moment(view, case, lines, acts, found)
        checks = newest_of_case(view.connection, case.root_id)
        checkers = {**names_of(view.connection, {one.account for one in checks}), **HANDS}
        unlike = None if is_fragment() else deviations_of(view, case)
    shown = {"case": case, "now": moment, "acts": acts, "lasted": lasted, **WORDS}
    if is_fragment():
        return render_template("replay_moment.html", **shown)
    door().note_view(actor(), f"办件 {case.case_no} 的回放")
    typed = {"kind": "finding", "seq": moment.entry.last}
    again = {"checks": checks, "names": checkers, "marks": MARKS, "unlike": unlike}
    return render_template("replay.html", **shown, **again, found=found, last=lines[-1].seq, typed=typed)


def _moment(
    view: Reading, case: CaseFile, lines: list[Line], acts: list[Entry], found: list[Finding]
) -> Moment:  # fmt: skip
    asked = whole_number(request.args.get("at", ""))
    number = next((place for place, one in enumerate(acts) if asked is not None and asked <= one.last), len(acts) - 1)
    entry = acts[number]
    one = past(view.connection, view.part(Bundles), case.root_id, [line for line in lines if line.seq <= entry.last])
    places = {key: each.name for key, each in departments(view.connection).items()}
    rights = rights_at(few_lines(view.connection, LINES, until=entry.at), entry.at)
    moment = Moment(
        number + 1, len(acts), entry, one, None, names_of(view.connection, _people(lines, rights)), places, rights,
        _acting(lines, entry, rights), [each for each in found if each.seq and entry.first <= each.seq <= entry.last],
    )  # fmt: skip
    return replace(moment, diagram=_diagram(view, case, moment))


def _people(lines: list[Line], rights: Rights) -> set[str]:
    """Return every account whose name the page may need."""
    stand_ins = {one.substitute for one in rights.absences.values()}
    return people_in(lines) | {one.account for one in rights.posts.values()} | stand_ins


def _acting(lines: list[Line], entry: Entry, rights: Rights) -> Acting | None:
    """Return who did an act, None for what the house did itself."""
    line = next(one for one in lines if one.seq == entry.last)
    if line.account in (SYSTEM.account, OPERATOR):
        return None
    return Acting(line.account, line.on_behalf, rights.of(line.account), rights.of(line.on_behalf))


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
