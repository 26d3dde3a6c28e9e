"""内部消息: what colleagues and desks write to each other (4.1.6 协同联动), with replies and read marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, cases_by_root
from engine.foundation.errors import Refusal
from engine.foundation.vault import Vault
from engine.process.tasks.messages.commands import ReadMessages, SendMessage
from engine.process.tasks.messages.queries import Message, received, sent, visible
from engine.process.tasks.messages.rules import MessageEmpty, MessageTooLong, ReceiverMissing
from engine.registry.identity.queries import names_of, staff_with
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ACTIONS, ROLES, may
from engine.registry.organisation.queries import CENTER, departments
from web.failures import status_for
from web.page import form_key, place_of_root
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("notes", __name__)

_FIELDS: dict[type[Refusal], str] = {MessageEmpty: "text", MessageTooLong: "text", ReceiverMissing: "to"}
"""At which field a refusal is shown."""


@dataclass(frozen=True)
class Note:
    """A message as shown: who and to whom in words, the case when the reader may see it, and where it came from."""

    message: Message
    sender: str
    to: str
    case: CaseFile | None
    link: str


@blueprint.get("/notes")
@page(action="message.send")
def show() -> AnyResponse:
    """Show what was received, or with ``box=sent`` what was sent, and the form for a new one."""
    typed = {"case_no": request.args.get("case_no", "")[:43], "reply_to": request.args.get("reply", "")[:26]}
    return _page(typed, {}, 200, None)


@blueprint.post("/notes")
@page(action="message.send")
def send() -> AnyResponse:
    """Send a message."""
    typed = {name: request.form.get(name, "")[:9000] for name in ("to", "text", "case_no", "reply_to")}
    kind, _, who = typed["to"].partition(":")
    role, _, place = who.partition("@")
    to = {"to_account": who} if kind == "account" else {"to_role": role, "to_department": place} if who else {}
    command = SendMessage(text=typed["text"], case_no=typed["case_no"].strip(), reply_to=typed["reply_to"], **to)
    try:
        door().execute(command, actor(), key=form_key())
    except Refusal as refusal:
        field = _FIELDS.get(type(refusal))
        errors = {field: refusal.sentence} if field else {}
        return _page(typed, errors, status_for(refusal), None if field else refusal)
    return redirect(url_for("notes.show", box="sent"), 303)


@blueprint.post("/notes/read")
@page(action="message.send")
def mark() -> AnyResponse:
    """Note that the messages named in the form were read."""
    door().execute(ReadMessages(ids=tuple(request.form.getlist("id"))[:200]), actor(), key=form_key())
    return redirect(url_for("notes.show"), 303)


def _page(typed: Mapping[str, str], errors: Mapping[str, str], status: int, refusal: Refusal | None) -> AnyResponse:
    box = "sent" if request.args.get("box") == "sent" else "received"
    with door().read(actor(), action="message.send") as view:
        vault = view.part(Vault)
        found = (sent if box == "sent" else received)(view.connection, vault, view.actor)
        notes = _notes(view, found)
        answered = visible(view.connection, vault, view.actor, typed["reply_to"]) if typed.get("reply_to") else None
        people = staff_with(view.connection, ACTIONS["message.send"], view.now)
        desks = _desks(view)
        sender = names_of(view.connection, {answered.sender}).get(answered.sender, "") if answered else ""
    receivers = [(f"account:{id}", name) for id, name in people if id != actor().account] + desks
    html = render_template(
        "notes.html", notes=notes, box=box, receivers=receivers, typed=typed, errors=errors, refusal=refusal,
        answered=answered, sender=sender, unread=[one.message.id for one in notes if not one.message.read],
    )  # fmt: skip
    return make_response(html, status)


def _notes(view: Reading, found: list[Message]) -> list[Note]:
    cases = cases_by_root(view.connection, {one.case_root for one in found if one.case_root})
    sees = may(view.actor, "case.see")
    seen = {root: case for root, case in cases.items() if sees and view.scope.covers(case.department)}
    people = {one.sender for one in found} | {one.to_account for one in found if one.to_account}
    names = names_of(view.connection, people)
    named = departments(view.connection)

    def to(one: Message) -> str:
        if one.to_account:
            return names.get(one.to_account, one.to_account)
        place = named[one.to_department].short_name if one.to_department in named else ""
        return f"{place}{ROLES.get(one.to_role or '', one.to_role)}"

    return [
        Note(one, names.get(one.sender, "系统"), to(one), seen.get(one.case_root or ""), place_of_root(one.root_id))
        for one in found
    ]


def _desks(view: Reading) -> list[tuple[str, str]]:
    """Return the desks one may write to: the counter's, and reviewers and heads of each department."""
    found = [(f"desk:{role}@{CENTER}", f"综合窗口：全体{ROLES[role]}") for role in ("window_clerk", "issue_clerk")]
    for key, one in departments(view.connection).items():
        if one.kind in ("department", "mass_organisation"):
            found += [(f"desk:{role}@{key}", f"{one.short_name}：全体{ROLES[role]}")
                      for role in ("dept_reviewer", "dept_head")]  # fmt: skip
    return found
