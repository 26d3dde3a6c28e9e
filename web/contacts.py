"""首问登记: the register of first contacts (4.1.7), one contact with its history, and its way into an application."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.counselling.commands import (
    AcceptContact,
    CloseContact,
    ContactCommand,
    RecordContact,
    TransferContact,
)
from engine.casework.counselling.queries import Contact, contact_by_root, contacts_for
from engine.casework.counselling.rules import CONTACT_STATES, ContactMissing
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.journal.queries import lines_of
from engine.foundation.vault import Vault
from engine.registry.identity.queries import names_of, staff_with
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ACTIONS
from engine.registry.items.queries import current_items
from forms import checks
from web.failures import status_for
from web.page import form_key
from web.security import page
from web.sessions import actor, door
from web.timeline import story

blueprint = Blueprint("contacts", __name__)

SEES_ALL = ("window_clerk", "complaint_clerk", "supervisor")
"""Who sees the whole register: the counter that shares its work, and the supervisor; others see their own."""


@blueprint.get("/contacts")
@page(action="contact.see")
def listing() -> AnyResponse:
    """List the contacts, open ones first, with the form for a new one."""
    return _list({}, {})


@blueprint.post("/contacts")
@page(action="contact.record")
def record() -> AnyResponse:
    """Register a contact."""
    typed = {name: request.form.get(name, "")[:2000] for name in ("name", "phone", "about", "item_code")}
    try:
        outcome = door().execute(RecordContact(**typed), actor(), key=form_key())
    except InvalidFields as wrong:
        return _list(typed, wrong.errors, status=422)
    return redirect(url_for("contacts.show", number=outcome["number"]), 303)


@blueprint.get("/contacts/<number>")
@page(action="contact.see")
def show(number: str) -> AnyResponse:
    """Show one contact; that it was looked at stands in the reader's own journal."""
    shown = _page(number, {}, {})
    door().note_view(actor(), f"首问登记 {number}")
    return shown


@blueprint.post("/contacts/<number>")
@page(action="contact.work")
def work(number: str) -> AnyResponse:
    """Answer, offer to another, or accept, as the pressed button says."""
    typed = {name: request.form.get(name, "")[:2000] for name in ("answer", "to_account")}
    commands: Mapping[str, ContactCommand] = {
        "answer": CloseContact(number=number, answer=typed["answer"]),
        "transfer": TransferContact(number=number, to_account=typed["to_account"]),
        "accept": AcceptContact(number=number),
    }
    command = commands.get(request.form.get("_act", ""))
    try:
        if command is None:
            return _page(number, typed, {}, status=422)
        door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        return _page(number, typed, wrong.errors, status=422)
    except Refusal as refusal:
        return _page(number, typed, {}, status=status_for(refusal), refusal=refusal)
    return redirect(url_for("contacts.show", number=number), 303)


def asked_by(number: str) -> dict[str, str]:
    """Return what a contact of the actor's own fills into an application: name and phone."""
    if not number:
        return {}
    with door().read(actor()) as view:
        found = contact_by_root(view.connection, view.part(Vault), f"contact:{number[:20]}")
    if found is None or found.responder != actor().account or found.state != "open":
        return {}
    return {"applicant_name": found.name, "phone": found.phone}


def close_as_applied(number: str, case_no: str, key: str) -> None:
    """Close the contact that led to an application; when that is refused the case stands all the same."""
    if number:
        with suppress(Refusal):
            door().execute(CloseContact(number=number[:20], case_no=case_no), actor(), key=f"{key}:contact")


def _list(typed: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200) -> AnyResponse:
    state = request.args.get("state", "")
    with door().read(actor(), action="contact.see") as view:
        found = contacts_for(
            view.connection, view.part(Vault), view.actor, all_of_them=actor().has(*SEES_ALL),
            state=state if state in CONTACT_STATES else "",
        )  # fmt: skip
        names = names_of(view.connection, {one.responder for one in found})
        items = _items(view)
    html = render_template(
        "contacts.html", found=found, names=names, items=items, item_names=dict(items), typed=typed, errors=errors,
        states=CONTACT_STATES, state=state, mask=checks.mask_name,
    )  # fmt: skip
    return make_response(html, status)


def _page(
    number: str, typed: Mapping[str, Any], errors: Mapping[str, str], *, status: int = 200,
    refusal: Refusal | None = None,
) -> AnyResponse:  # fmt: skip
    with door().read(actor(), action="contact.see") as view:
        found = _visible(view, number)
        lines = lines_of(view.connection, found.root_id)
        names = names_of(view.connection, {found.responder, found.first_responder, found.offered_to or "",
                                           *(line.account for line in lines)})  # fmt: skip
        colleagues = staff_with(view.connection, ACTIONS["contact.work"], view.now)
        items = dict(_items(view))
    html = render_template(
        "contact.html", contact=found, names=names, entries=story(lines, names), states=CONTACT_STATES,
        mine=found.responder == actor().account, offered=found.offered_to == actor().account,
        colleagues=[one for one in colleagues if one[0] != actor().account], item=items.get(found.item_code or "", ""),
        typed=typed, errors=errors, refusal=refusal, phone=checks.mask_phone(found.phone),
        name=checks.mask_name(found.name),
    )  # fmt: skip
    return make_response(html, status)


def _visible(view: Reading, number: str) -> Contact:
    found = contact_by_root(view.connection, view.part(Vault), f"contact:{number[:20]}")
    me = view.actor
    if found is None or not (
        me.has(*SEES_ALL) or me.account in (found.responder, found.offered_to, found.first_responder)
    ):
        raise ContactMissing(number=number[:20])
    return found


def _items(view: Reading) -> list[tuple[str, str]]:
    return [(item.code, item.name) for _, item in current_items(view.connection)]
