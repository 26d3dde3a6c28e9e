"""What the forms about meetings start with, and the meetings of a case as they are read."""

from __future__ import annotations

from collections.abc import Mapping

from engine.casework.joint.meeting import rules
from engine.casework.joint.meeting.queries import Meeting, meetings_at
from engine.casework.joint.papers import standing_of
from engine.casework.joint.seats import Table, own_places, people_of
from engine.process.documents.queries import voids_of
from engine.process.documents.rules import Void
from engine.process.tasks.registry import View
from engine.registry.organisation.queries import departments
from forms import SHANGHAI, Context

CALL, ANSWER, MOVE, CANCEL, MINUTES = (
    "meeting_call", "meeting_answer", "meeting_move", "meeting_cancel", "meeting_minutes"
)  # fmt: skip


def meetings_of(view: View, root_id: str) -> list[Meeting]:
    """Return the meetings of a case in the order they were called (three statements)."""
    return meetings_at(view.connection, root_id)


def meeting_numbered(view: View, root_id: str, number: int) -> Meeting:
    """Return one meeting; raise MeetingMissing."""
    for one in meetings_of(view, root_id):
        if one.number == number:
            return one
    raise rules.MeetingMissing(number=number)


def minutes_paper(view: View, root_id: str, meeting: Meeting) -> tuple[str, str] | None:
    """Return id and number of the minutes that hold now, or None: not issued yet, or made void without another."""
    return paper_of(meeting, voids_of(view.connection, root_id))


def paper_of(meeting: Meeting, voids: Mapping[str, Void]) -> tuple[str, str] | None:
    """The same, by the voids of the case."""
    if not meeting.minutes:
        return None
    last = meeting.minutes[-1]
    return standing_of(last.document_id, last.document_number, voids)


def prepare_call(view: View, table: Table) -> Context:
    """Offer the departments that are asked, all of them chosen."""
    named = departments(view.connection)
    return Context(
        now=view.now,
        options={"departments": [(key, named[key].name) for key in table.asked]},
        defaults={"departments": list(table.asked), "lasts": 60},
    )


def prepare_answer(view: View, table: Table, meeting: Meeting) -> Context:
    """Offer the reader's own departments that are invited, and their people."""
    named = departments(view.connection)
    mine = tuple(key for key in meeting.invited if key in own_places(view))
    people = [(one.account, f"{one.name}（{one.account}）") for one in people_of(view, mine)]
    given = {one.department: one for one in meeting.parties if one.department in mine and one.answer}
    first = given[mine[0]] if mine and mine[0] in given else None
    return Context(
        now=view.now,
        options={"department": [(key, named[key].name) for key in mine], "attendee": list(dict(people).items())},
        defaults={
            "department": mine[0] if mine else None, "answer": first.answer if first else None,
            "attendee": first.attendee if first else None, "reason": first.reason if first else "",
        },
    )  # fmt: skip


def prepare_move(view: View, table: Table, meeting: Meeting) -> Context:
    """Start with the time and place as they are."""
    at = meeting.at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    return Context(now=view.now, defaults={"at": at, "lasts": meeting.lasts, "place": meeting.place})


def prepare_cancel(view: View, table: Table, meeting: Meeting) -> Context:
    """Nothing but a reason is asked."""
    return Context(now=view.now)


def prepare_minutes(view: View, table: Table, meeting: Meeting) -> Context:
    """Start with what the departments had answered, or with the minutes that were made void."""
    named = departments(view.connection)
    places = tuple(one.department for one in meeting.parties)
    people = {one.account: f"{one.name}（{one.account} {named[one.department].short_name}）"
              for one in people_of(view, places)}  # fmt: skip
    earlier = meeting.minutes[-1] if meeting.minutes else None
    said = {one["agenda"]: one["said"] for one in earlier.discussion} if earlier else {}
    if earlier:
        attendance = [{name: row[name] for name in ("department", "account", "attendance", "note")}
                      for row in earlier.attendance]  # fmt: skip
    else:
        attendance = rules.first_attendance(meeting.parties)
    return Context(
        now=view.now,
        options={
            "attendance.department": [(key, named[key].name) for key in places],
            "attendance.account": list(people.items()),
        },
        rows={
            "discussion": [
                {"no": str(place), "agenda": one, "said": said.get(one, "")}
                for place, one in enumerate(meeting.agenda, 1)
            ],
        },
        defaults={
            "host": earlier.host if earlier else view.actor.name, "attendance": attendance,
            "points": [{"point": one} for one in earlier.points] if earlier else [],
        },
    )  # fmt: skip
