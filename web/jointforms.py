"""What the pages of meetings and joint visits share: a form over a joint review, and what they show of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

import forms
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.sharing.sight import sight_of
from engine.casework.joint.meeting.preparing import meetings_of
from engine.casework.joint.meeting.queries import Meeting
from engine.casework.joint.meeting.rules import STATES as MEETING_STATES
from engine.casework.joint.queries import review_of
from engine.casework.joint.seats import Table, leads, table_at
from engine.casework.joint.visiting.preparing import visits_of
from engine.casework.joint.visiting.queries import JointVisit
from engine.door import KeyReused
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.journal.queries import lines_of_types
from engine.foundation.store.commands import Command
from engine.process.tasks.registry import View
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may, require
from engine.registry.organisation.queries import departments
from forms import Context
from web.answers import Receiver
from web.failures import status_for
from web.page import FormSentBefore, form_key, is_fragment, kept_key
from web.sessions import actor, door
from web.timeline import Entry, story


@dataclass(frozen=True)
class JointAct:
    """An act of a joint review: the permission ``action``, the ``form`` asked, the ``command`` it makes.

    ``find`` gives what it is about (a meeting, a visit, or nothing for a new one) and raises when there is none.
    """

    word: str
    title: str
    leads_to: str
    action: str
    form: str
    command: Callable[[str, int, Mapping[str, Any]], Command]
    prepare: Callable[[View, Table, Any], Context]
    find: Callable[[View, str, int], Any]


@dataclass(frozen=True)
class Filled:
    """The form as it is shown."""

    data: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Address:
    """Where an act stands: the case, the number of what it is about (0 for none), its own address and the way back."""

    case_no: str
    number: int
    url: str
    back: str
    done: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Together:
    """What a case page says of meetings and joint visits."""

    case_no: str
    meetings: list[Meeting]
    visits: list[JointVisit]
    running: bool
    leading: bool
    states: Mapping[str, str]


def together_of(view: Reading, case: CaseFile) -> Together | None:
    """Return the meetings and visits of a case (six statements), or None for one without a joint review."""
    review = review_of(view.connection, case.root_id) if case.case_type == "joint" else None
    if review is None:
        return None
    table = Table(case, review, (), True)
    return Together(
        case.case_no, meetings_of(view, case.root_id), visits_of(view, case.root_id), table.running,
        leads(view, table) and may(view.actor, "meeting.call"), MEETING_STATES,
    )  # fmt: skip


def told_names(view: Reading, accounts: set[str]) -> dict[str, str]:
    """Return the names of accounts; nobody's is left out."""
    return names_of(view.connection, {one for one in accounts if one})


def places_of(view: Reading) -> dict[str, str]:
    """Return the names of all departments by key."""
    return {key: one.name for key, one in departments(view.connection).items()}


def told_lines(view: Reading, case: CaseFile, types: tuple[str, ...], key: str, number: int) -> list[Entry]:
    """Return what the journal tells of one meeting or visit, as far as the reader may read it (6.1.6)."""
    lines = [one for one in lines_of_types(view.connection, case.root_id, types) if one.data[key] == number]
    lines = sight_of(view, case).told(lines)
    return story(lines, names_of(view.connection, {one.account for one in lines}))


def show_act(act: JointAct, where: Address) -> AnyResponse:
    """Show the form of an act; raise NotYourAction and what ``table_at`` and ``find`` raise."""
    require(actor(), act.action)
    return _page(act, where, None, 200)


def carry_out(act: JointAct, where: Address) -> AnyResponse:
    """Do what the pressed button says: send the form, change its rows, or refresh it."""
    require(actor(), act.action)
    part, schema = is_fragment(), forms.load(act.form)
    with door().read(actor(), action="case.see") as view:
        _, context = _asked(view, act, where)
    posted = Receiver(door(), actor(), form_key()).read(schema, context, with_files=not part)
    pressed = request.form.get("_act", "")
    if part:
        changed = forms.row_act(schema, posted.data, pressed)
        return make_response(_fields(act, where, posted.context, Filled(changed), wrapper=False))
    if pressed != "submit":
        return _page(act, where, Filled(forms.row_act(schema, posted.data, pressed), posted.errors), 200)
    try:
        if posted.errors:
            raise InvalidFields({**forms.validate(schema, posted.data, posted.context).errors, **posted.errors})
        outcome = door().execute(act.command(where.case_no, where.number, posted.data), actor(), key=form_key())
    except InvalidFields as wrong:
        return _page(act, where, Filled(posted.data, wrong.errors), 422)
    except KeyReused:
        return _page(act, where, Filled(posted.data, {}, FormSentBefore()), 409)
    except Refusal as refusal:
        return _page(act, where, Filled(posted.data, {}, refusal), status_for(refusal))
    return redirect(where.done(outcome), 303)


def _asked(view: Reading, act: JointAct, where: Address) -> tuple[Table, Context]:
    table = table_at(view, where.case_no)
    return table, act.prepare(view, table, act.find(view, table.root_id, where.number))


def _page(act: JointAct, where: Address, filled: Filled | None, status: int) -> AnyResponse:
    with door().read(actor(), action="case.see") as view:
        table, context = _asked(view, act, where)
    filled = filled or Filled(forms.initial(forms.load(act.form), context))
    html = render_template(
        "joint/act.html", act=act, case=table.case, where=where, filled=filled, key=kept_key(),
        fields=_fields(act, where, context, filled),
    )  # fmt: skip
    return make_response(html, status)


def _fields(act: JointAct, where: Address, context: Context, filled: Filled, *, wrapper: bool = True) -> str:
    return forms.render(forms.load(act.form), filled.data, filled.errors, context, htmx_post=where.url, wrapper=wrapper)
