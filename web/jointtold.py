"""Meetings and joint visits as pages and programs tell of them, with the words of what the reader may do about each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.casework.cases.sharing.sight import sight_of
from engine.casework.joint.meeting.preparing import paper_of
from engine.casework.joint.meeting.queries import Meeting
from engine.casework.joint.meeting.rules import STATES as MEETING_STATES
from engine.casework.joint.seats import Table, leads, own_places
from engine.casework.joint.visiting import rules
from engine.casework.joint.visiting.preparing import notice_of, planned_keys
from engine.casework.joint.visiting.queries import JointVisit
from engine.casework.joint.visiting.rules import STATES as VISIT_STATES
from engine.foundation.clock import city_date
from engine.process.documents.queries import voids_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may


@dataclass(frozen=True)
class ToldMeeting:
    """A meeting as it is shown; ``paper`` is id and number of the minutes that hold now, ``doable`` words of acts."""

    meeting: Meeting
    state: str
    paper: tuple[str, str] | None
    doable: tuple[str, ...]


@dataclass(frozen=True)
class ToldVisit:
    """A visit as it is shown; ``paper`` is id and number of the notice that holds now, ``owed`` branches to look at.

    Of a cancelled visit the notice that holds is the one which says so.
    """

    visit: JointVisit
    state: str
    owed: tuple[str, ...]
    paper: tuple[str, str] | None
    doable: tuple[str, ...]

    @property
    def state_name(self) -> str:
        """How the visit stands, in a word."""
        return VISIT_STATES[self.state]


def told_meetings(view: Reading, table: Table, meetings: list[Meeting]) -> list[ToldMeeting]:
    """Return meetings as they are shown, with what the reader may do about each."""
    voids = voids_of(view.connection, table.root_id)
    told = []
    for one in meetings:
        paper = paper_of(one, voids)
        told.append(ToldMeeting(one, MEETING_STATES[one.state], paper, _meeting_acts(view, table, one, paper)))
    return told


def told_visits(view: Reading, table: Table, visits: list[JointVisit]) -> list[ToldVisit]:
    """Return visits as they are shown, with what the reader may do about each."""
    voids = voids_of(view.connection, table.root_id)
    planned = planned_keys(view, table) if visits else ()
    sight, told = sight_of(view, table.case), []
    for each in visits:
        one = replace(sight.covered(each), branches=tuple(sight.covered(looked) for looked in each.branches))
        owed = rules.owed(one, table.branches)
        joining = any(not rules.why_not(row.key, planned, table.branches, visits) for row in table.branches)
        acts = _visit_acts(view, table, one, owed, joining=joining)
        told.append(ToldVisit(one, rules.state_of(one, table.branches), owed, notice_of(one, voids), acts))
    return told


def accounts_of_meeting(meeting: Meeting) -> set[str]:
    """Return the accounts that are named with a meeting."""
    people = {meeting.called_by, meeting.changed_by, *(one.account for one in meeting.minutes)}
    people |= {one.attendee for one in meeting.parties} | {one.answered_by for one in meeting.parties}
    return {one for one in people if one}


def accounts_of_visit(visit: JointVisit) -> set[str]:
    """Return the accounts that are named with a visit."""
    people = (visit.planned_by, visit.moved_by, visit.cancelled_by, *(each.account for each in visit.branches))
    return {one for one in people if one}


def may_call(view: Reading, table: Table) -> bool:
    """Tell whether the reader may call a meeting, or change one."""
    return table.running and may(view.actor, "meeting.call") and leads(view, table)


def may_plan(view: Reading, table: Table) -> bool:
    """Tell whether the reader may plan a joint visit, or move one."""
    return table.running and may(view.actor, "joint_visit.plan") and leads(view, table)


def _meeting_acts(view: Reading, table: Table, meeting: Meeting, paper: tuple[str, str] | None) -> tuple[str, ...]:
    found = []
    begun = view.now >= meeting.at
    invited = own_places(view) & set(meeting.invited)
    if table.running and meeting.state == "called" and not begun and invited and may(view.actor, "meeting.answer"):
        found.append("answer")
    if may_call(view, table):
        if begun and meeting.state != "cancelled" and paper is None:
            found.append("minutes")
        if meeting.state == "called":
            found += ["move", "cancel"]
    return tuple(found)


def _visit_acts(
    view: Reading, table: Table, visit: JointVisit, owed: tuple[str, ...], *, joining: bool
) -> tuple[str, ...]:
    mine = [one for one in visit.branches if one.branch in owed and one.department in own_places(view)]
    found = []
    if table.running and mine and may(view.actor, "joint_visit.find"):
        named = {person["person"] for one in mine for person in one.visitors}
        if city_date(view.now) >= visit.visit_on and view.actor.person in named:
            found.append("findings")
        found.append("people")
    if may_plan(view, table) and not visit.begun and not visit.cancelled:
        if joining and city_date(view.now) <= visit.visit_on:
            found.append("join")
        if owed:
            found.append("move")
        found.append("cancel")
    return tuple(found)
