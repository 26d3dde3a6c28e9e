"""待办: what waits for this person, and what the person's roles were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from deadlines.law.calendar import Calendar
from engine.casework.cases.listing.queries import count_waiting, waiting
from engine.casework.cases.listing.rules import Filters, as_pairs, read_filters
from engine.casework.cases.outcomes.queries import cases_owing
from engine.casework.cases.queries import CaseFile, cases_by_root, kinds_of
from engine.casework.joint.seats import MEETING, VISIT
from engine.foundation.clock import city_date
from engine.oversight.orders.queries import count_to_answer
from engine.oversight.orders.rules import answering_places
from engine.oversight.supervision.delaying.queries import count_delays
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.queries import clocks_of_many
from engine.process.tasks.commands import MarkRead
from engine.process.tasks.copying.queries import waiting_counts
from engine.process.tasks.countersigning.queries import count_waiting as count_to_sign
from engine.process.tasks.incidents.queries import roots_with
from engine.process.tasks.notifications.queries import Notification, notifications_for
from engine.process.tasks.notifications.rules import DIGESTED, Group, digested
from engine.process.tasks.queries import BOXES, box_counts, tasks_by_id
from engine.process.tasks.rules import Task, acts_for
from engine.process.tasks.yearly import missing, missing_sentence
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may, may_take
from web import words
from web.caselist import Chip, Choices, chips_of, choices_of
from web.myself import SignInNotes, note_told, sign_in_notes, was_told
from web.page import Link, form_key, is_fragment, place_of_root, places_of
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door
from web.standing import Due, due_of_task
from web.views import Tab, default_address, tabs_of

blueprint = Blueprint("inbox", __name__)

MESSAGES_BESIDE = 6
MESSAGES_SHOWN = 200
MESSAGE_PAGES = 50
"""As far back as anybody reads; older ones are in the journals of their cases."""


@dataclass(frozen=True)
class Row:
    """One line of the inbox."""

    task: Task
    case: CaseFile
    applicant: str
    due: Due | None
    holder: str
    mine: bool
    takeable: bool
    owing: bool
    absent: str = ""
    """In whose hands, who is on leave, it lies, where this person stands in."""


@dataclass(frozen=True)
class Message:
    """A message as shown, with the case it is about when the reader may see it."""

    id: int
    sentence: str
    at: datetime
    read: bool
    case: CaseFile | None
    link: str = ""
    """Where the contact, consultation, call or incident is of which the message tells."""
    parts: tuple[Message, ...] = ()
    """The messages of a digest, which itself only says how many there are."""


@dataclass(frozen=True)
class Inbox:
    """The inbox as shown."""

    box: str
    counts: dict[str, int]
    rows: list[Row]
    page: Page
    messages: list[Message]
    unread: int
    notes: SignInNotes | None
    works: bool
    places: list[Link]
    filters: Filters
    chips: list[Chip]
    choices: Choices
    views: list[Tab]
    view_counts: dict[str, int]
    delays: int = 0
    """How many of this person's tasks have a limit near or past due."""
    handed: tuple[int, int] = (0, 0)
    """How many copies are unread, and how many tasks the person was asked to prepare."""
    to_sign: int = 0
    """How many countersignings wait for this person."""
    orders: int = 0
    """How many orders of supervision wait for an answer of this person's place."""

    @property
    def pairs(self) -> dict[str, str]:
        """The address of this inbox."""
        return {"box": self.box, **as_pairs(self.filters)}


@blueprint.get("/")
@page(action="session.own")
def show() -> AnyResponse:
    """Show a box; htmx asks every half minute for the list alone.  The bare address opens the default view."""
    box = request.args.get("box", "")
    with door().read(actor()) as view:
        first = None if request.args else default_address(view, "inbox")
        if first is not None:
            return redirect(first)
        shown = _inbox(view, box, asked_number(request.args.get("page")), read_filters(request.args))
        absent = missing(view) if may(view.actor, "calendar.draft") else None
    part = is_fragment()
    answer = make_response(
        render_template(
            "inbox_list.html" if part else "inbox.html",
            inbox=shown,
            boxes=BOXES,
            warn=not was_told(),
            absent=missing_sentence(absent) if absent else "",
        )
    )
    return answer if part else note_told(answer)


@blueprint.get("/messages")
@page(action="session.own")
def messages() -> str:
    """Show all messages to this person's roles, a page of the newest first."""
    number = min(asked_number(request.args.get("page")), MESSAGE_PAGES)
    with door().read(actor()) as view:
        # One more than is shown: then there are older ones.
        offset = (number - 1) * MESSAGES_SHOWN
        found = notifications_for(view.connection, view.actor, limit=MESSAGES_SHOWN + 1, offset=offset)
        shown = _messages(view, found[:MESSAGES_SHOWN])
    older = len(found) > MESSAGES_SHOWN and number < MESSAGE_PAGES
    return render_template("messages.html", messages=shown, most=MESSAGES_SHOWN, number=number, older=older)


@blueprint.post("/messages/read")
@page(action="session.own")
def mark_read() -> AnyResponse:
    """Note that the person has read the messages named in the form."""
    ids = tuple(int(id) for id in request.form.getlist("id") if id.isascii() and id.isdigit() and len(id) < 15)
    door().execute(MarkRead(ids=ids), actor(), key=form_key())
    return redirect(url_for("inbox.messages" if request.form.get("back") == "messages" else "inbox.show"), 303)


def _inbox(view: Reading, box: str, number: int, filters: Filters) -> Inbox:
    counts = box_counts(view.connection, view.actor)
    chosen = box if box in BOXES else _first_box(counts)
    where, today = Page(number, counts[chosen]), city_date(view.now)
    found = waiting(view.connection, view.actor, chosen, filters, today, offset=where.offset, limit=where.size)
    views = tabs_of(view, "inbox", {"box": chosen, **as_pairs(filters)})
    asked = [(tab.view.filters.get("box", "mine"), read_filters(tab.view.filters)) for tab in views]
    told = notifications_for(view.connection, view.actor, limit=MESSAGES_SHOWN)
    return Inbox(
        box=chosen,
        counts=counts,
        rows=_rows(view, tasks_by_id(view.connection, found.ids)),
        page=Page(number, found.total),
        messages=_messages(view, sorted(told, key=lambda one: one.read), MESSAGES_BESIDE),
        unread=sum(1 for one in told if not one.read),
        notes=sign_in_notes(view),
        works=may(view.actor, "task.work"),
        places=places_of(view.actor),
        filters=filters,
        chips=chips_of(view, filters, {"box": chosen}),
        choices=choices_of(view),
        views=views,
        view_counts=dict(
            zip((tab.view.id for tab in views), count_waiting(view.connection, view.actor, asked, today), strict=True)
        ),
        delays=count_delays(view) if may(view.actor, "task.work") else 0,
        orders=_orders(view),
        handed=waiting_counts(view.connection, view.actor.account) if may(view.actor, "case.see") else (0, 0),
        to_sign=count_to_sign(view.connection, view.actor.account) if may(view.actor, "countersigning.sign") else 0,
    )


def _orders(view: Reading) -> int:
    places = answering_places(view.actor) if may(view.actor, "order.answer") else frozenset()
    return count_to_answer(view.connection, places) if places else 0


def _first_box(counts: dict[str, int]) -> str:
    """Open where there is something to do: what one holds, else what waits to be taken."""
    return "role" if not counts["mine"] and counts["role"] else "mine"


def _rows(view: Reading, tasks: list[Task]) -> list[Row]:
    roots = {task.root_id for task in tasks}
    cases = cases_by_root(view.connection, roots)
    kinds = kinds_of(view.connection, {case.applicant_id for case in cases.values()})
    owing = cases_owing(view.connection, roots)
    clocks = clocks_of_many(view.connection, roots)
    names = names_of(view.connection, {task.holder for task in tasks if task.holder})
    calendar: Calendar = view.part(Calendars).current(view.connection)
    today = city_date(view.now)
    rows = []
    for task in tasks:
        case = cases[task.root_id]
        mine = task.holder == view.actor.account
        rows.append(
            Row(
                task=task,
                case=case,
                owing=case.root_id in owing,
                applicant=words.person_or_firm(kinds[case.applicant_id], case.applicant_name),
                due=due_of_task(task, case, clocks, calendar, today, view.now),
                holder=names.get(task.holder or "", ""),
                mine=mine,
                absent=absent.name if (absent := acts_for(view.actor, task)) is not None else "",
                takeable=task.holder is None and may_take(view.actor, task.role, task.department),
            )
        )
    return rows


def _messages(view: Reading, told: list[Notification], most: int | None = None) -> list[Message]:
    """Return the messages as shown, at most so many lines: many reminders of one day are one line."""
    groups = digested(told)[:most]
    shown = dict(zip(places := [place for group in groups for place in group.places],
                     _one_by_one(view, [told[place] for place in places]), strict=True))  # fmt: skip
    return [_digest(group, [shown[place] for place in group.places]) for group in groups]


def _digest(group: Group, parts: list[Message]) -> Message:
    if not group.many:
        return parts[0]
    sentence = f"{group.day.month}月{group.day.day}日{DIGESTED[group.kind]} {len(parts)} 条"
    return Message(parts[0].id, sentence, parts[0].at, parts[0].read, None, parts=tuple(parts))


def _one_by_one(view: Reading, told: list[Notification]) -> list[Message]:
    cases = cases_by_root(view.connection, {one.root_id for one in told})
    seen = {root: case for root, case in cases.items() if view.scope.covers(case.department)}
    visible = seen if may(view.actor, "case.see") else {}
    failed = _failed(view, told)
    return [
        Message(
            one.id, one.sentence, one.at, one.read, visible.get(one.root_id),
            failed.get(one.root_id) or _together(one) or place_of_root(one.root_id),
        )
        for one in told
    ]  # fmt: skip


def _together(one: Notification) -> str:
    """Return the page of meetings or of joint visits that a message is about, or an empty text.

    Whoever is asked and still waits does not see the case; these pages are open to all who are asked.
    """
    endpoint = {MEETING: "joint_meetings.listing", VISIT: "joint_visits.listing"}.get(one.kind)
    return url_for(endpoint, case_no=one.root_id.removeprefix("case:")) if endpoint else ""


def _failed(view: Reading, told: list[Notification]) -> dict[str, str]:
    """Return where the incidents of each root are, when the reader may settle them."""
    if not may(view.actor, "incident.settle"):
        return {}
    roots = roots_with(view.connection, {one.root_id for one in told if one.kind == "incident"})
    return {root: url_for("incidents.listing", q=root.partition(":")[2]) for root in roots}
