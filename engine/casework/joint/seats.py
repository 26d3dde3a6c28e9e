"""Who sits at the table of a joint review: its lead, and the departments that are asked (6.2.2).

A department that waits for an earlier branch has no task of the case yet and does not see the case; what all do
together concerns it all the same, so these rooms ask here who may look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import forms
from engine.casework.cases.queries import CaseFile, cases_by_root, is_visible
from engine.casework.cases.rooted import OnCaseInPart
from engine.casework.cases.rules import CaseMissing
from engine.casework.joint.changing.rules import NoReview
from engine.casework.joint.queries import BranchRow, Review, branches_of, review_of
from engine.casework.joint.rules import OUTSIDE
from engine.foundation.clock import CITY
from engine.foundation.errors import Conflict, Forbidden, InvalidFields
from engine.foundation.store.unit import Unit
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.registry import View
from engine.registry.identity.queries import Staff, people_at
from engine.registry.identity.rules import scope_of
from forms import Context

REPRESENTING: Final = ("dept_reviewer", "dept_head")
"""Who speaks, goes and looks for a department that is asked."""
LEADING: Final = (*REPRESENTING, "lead_coordinator")
"""Who brings the departments together for the lead."""

MEETING, VISIT = "joint_meeting", "joint_visit"
"""The kinds of what is told about meetings and joint visits: they lead to the pages of these."""


class NotLeading(Forbidden):
    """只有牵头部门可以{what}（6.2.2）。请联系牵头部门办理。"""

    code = "JOINT_NOT_LEADING"


class ReviewOver(Conflict):
    """本件的联审意见已经汇总，不能再{what}。请在办件页面查看汇总结论。"""

    code = "JOINT_REVIEW_OVER"


@dataclass(frozen=True)
class Table:
    """A joint review with everybody who is asked (``branches`` in the plan's order, without those nobody asks)."""

    case: CaseFile
    review: Review
    branches: tuple[BranchRow, ...]
    seen: bool
    """Whether the reader sees the case itself, too."""

    @property
    def root_id(self) -> str:
        """The root of the case."""
        return self.case.root_id

    @property
    def asked(self) -> tuple[str, ...]:
        """The departments that are asked, each once, without the lead."""
        return tuple(dict.fromkeys(one.department for one in self.branches if one.department != self.review.lead))

    @property
    def running(self) -> bool:
        """Whether the review is not concluded yet."""
        return self.review.state != "concluded"


def table_at(view: View, case_no: str) -> Table:
    """Return the table of a case for whoever sees the case or is asked; raise CaseMissing, NoReview."""
    root_id, scope = f"case:{case_no}", scope_of(view.actor)
    case = cases_by_root(view.connection, [root_id]).get(root_id)
    if case is None:
        raise CaseMissing(case_no=case_no[:43])
    rows = branches_of(view.connection, root_id)
    asked = tuple(one for one in rows if one.state not in OUTSIDE)
    seen = is_visible(view.connection, root_id, case.department, scope)
    if not seen and not scope.departments & {one.department for one in asked}:
        raise CaseMissing(case_no=case_no[:43])
    review = review_of(view.connection, root_id)
    if review is None:
        raise NoReview
    return Table(case, review, asked, seen)


def running_table(view: View, case_no: str, what: str) -> Table:
    """Return the table of a review that is not concluded; raise CaseMissing, NoReview, ReviewOver."""
    table = table_at(view, case_no)
    if not table.running:
        raise ReviewOver(what=what)
    return table


def led_table(view: View, case_no: str, what: str) -> Table:
    """Return the table of a running review that the actor leads; raise NotLeading and what running_table raises."""
    table = table_at(view, case_no)
    if not leads(view, table):
        raise NotLeading(what=what)
    if not table.running:
        raise ReviewOver(what=what)
    return table


def leads(view: View, table: Table) -> bool:
    """Tell whether the actor works for the lead of the review."""
    return table.review.lead in view.actor.departments(*LEADING)


def whose_files(view: View, table: Table) -> frozenset[str]:
    """Return the departments whose files the reader may know: everybody's for whoever sees the whole case (6.1.6)."""
    scope = scope_of(view.actor)
    return frozenset({*table.asked, table.review.lead}) if scope.covers(table.case.department) else scope.departments


def own_places(view: View) -> frozenset[str]:
    """Return the departments for which the actor speaks."""
    return view.actor.departments(*REPRESENTING)


def people_of(view: View, places: tuple[str, ...]) -> list[Staff]:
    """Return whom these departments may send, in order of accounts."""
    return people_at(view.connection, places, LEADING, view.now)


More = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""What only the house knows of an answer: from its values to sentences by field."""


def checked_answer(command: OnCaseInPart, key: str, context: Context, more: More | None = None) -> Mapping[str, Any]:
    """Return the command's answer to the form ``key``, checked; raise InvalidFields with all that is wrong at once.

    ``more`` finds what only the house knows (days, people), in an answer of which fields may be missing or wrong; of
    one field the form's own sentence is told.
    """
    schema = forms.load(key)
    given = forms.read_json(schema, command.answer, context) if command.partial else command.answer
    checked = forms.validate(schema, given, context)
    sound = {name: value for name, value in checked.data.items() if name not in checked.errors}
    errors = {**(more(sound) if more else {}), **checked.errors}
    if errors:
        raise InvalidFields(errors)
    return checked.data


def local_moment(minute: str) -> datetime:
    """Return the instant of a minute as a form writes it, in the city's time: ``2026-03-02T09:05``."""
    return datetime.fromisoformat(minute).replace(tzinfo=CITY)


def in_one_line(text: str) -> str:
    """Return a text with single blanks between its words: a line of a list or a cell of a document's table."""
    return " ".join(text.split())


def minute_text(at: datetime) -> str:
    """Return an instant as people say it: ``2026-03-02 09:05``."""
    return at.astimezone(CITY).strftime("%Y-%m-%d %H:%M")


def tell(unit: Unit, root_id: str, kind: str, place: str, sentence: str, *, lead: bool = False) -> None:
    """Tell everybody who speaks for a department; for the lead its coordinators as well."""
    for role in LEADING if lead else REPRESENTING:
        notify(unit, root_id, role, place, kind, sentence)
