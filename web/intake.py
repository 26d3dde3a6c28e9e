"""收件: a new application, from choosing the item to the case's first task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import forms
from deadlines.law.wording import amount_text
from engine.casework.cases.commands import ReceiveApplication
from engine.casework.cases.receiving import application_context, application_form
from engine.casework.cases.rules import NotOneWindow
from engine.foundation.errors import InvalidFields, Refusal
from engine.process.bpmn.releases.queries import NoRelease, current_release
from engine.process.tasks.commands import ClaimTask
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import current_item, current_items
from engine.registry.organisation.queries import departments
from forms import Context
from processes.items import Item
from processes.words import APPLY_OBJECTS
from web import earlier
from web.answers import Posted, Receiver
from web.contacts import asked_by, close_as_applied
from web.earlier import Panel
from web.failures import status_for
from web.page import form_key, is_fragment, kept_key
from web.photos import Photos, Place
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("intake", __name__)


@dataclass(frozen=True)
class Offer:
    """An item as the list shows it; ``why_not`` says why it cannot be received here."""

    item: Item
    department: str
    applicants: str
    promise: str
    why_not: str


@dataclass(frozen=True)
class Sheet:
    """The application form of one item."""

    item: Item
    department: str
    schema: Mapping[str, Any]
    context: Context

    @property
    def promise(self) -> str:
        """The promise in words."""
        return _promise(self.item)


@blueprint.get("/applications/new")
@page(action="application.receive")
def choose() -> str:
    """List the items, found by a part of name, code or department."""
    find = request.args.get("q", "").strip()[:60]
    with door().read(actor()) as view:
        offers = [one for one in _offers(view) if _fits(one, find)]
    offers.sort(key=lambda one: (bool(one.why_not), one.item.code))
    return render_template("intake_items.html", offers=offers, find=find)


@blueprint.get("/applications/new/<code>")
@page(action="application.receive")
def start(code: str) -> AnyResponse:
    """Show the empty application form of an item."""
    sheet = sheet_of(code)
    first = {**forms.initial(sheet.schema, sheet.context), **asked_by(request.args.get("contact", ""))}
    return _page(sheet, first, {}, photos_of(sheet), status=200)


@blueprint.post("/applications/new/<code>")
@page(action="application.receive")
def receive(code: str) -> AnyResponse:
    """Do what the pressed button says: refresh the form, or register the application."""
    act, key = request.form.get("_act", ""), form_key()
    if act == "submit":
        # The first sending took the loose uploads into its case: a second one would not find them any more.
        sent = door().answer_to(ReceiveApplication, actor(), key)
        if sent is not None:
            return _onward(sent, key)
    sheet = sheet_of(code, request.form.get("id_no", "")[:40])
    part = is_fragment()
    posted = Receiver(door(), actor(), key).read(sheet.schema, sheet.context, with_files=not part)
    photos = photos_of(sheet)
    if part:
        changed = forms.row_act(sheet.schema, posted.data, act)
        return make_response(_fields(sheet, changed, {}, photos, wrapper=False))
    posted = photos.take(posted, act, key)
    if act == "lookup":
        panel = earlier.look_up(str(posted.data.get("id_no") or ""), (one.name for one in sheet.item.materials))
        return _page(sheet, posted.data, posted.errors, photos, status=200, panel=panel)
    if act == "takeover":
        data, panel = earlier.take_over(posted.data, sheet.context.rows)
        return _page(sheet, data, posted.errors, photos, status=200, panel=panel)
    return _answer(sheet, posted, act, key, photos)


def _answer(sheet: Sheet, posted: Posted, act: str, key: str, photos: Photos) -> AnyResponse:
    try:
        if photos.press(act, posted.data):
            return _page(sheet, posted.data, posted.errors, photos, status=200)
        if act != "submit":
            changed = forms.row_act(sheet.schema, posted.data, act)
            return _page(sheet, changed, posted.errors, photos, status=200)
        photos.refuse_unseen()
        if posted.errors:
            found = forms.validate(sheet.schema, posted.data, posted.context).errors
            raise InvalidFields({**found, **posted.errors})
        outcome = door().execute(ReceiveApplication(item_code=sheet.item.code, answer=posted.data), actor(), key=key)
        photos.close()
        return _onward(outcome, key)
    except InvalidFields as wrong:
        return _page(sheet, posted.data, wrong.errors, photos, status=422)
    except Refusal as refusal:
        return _page(sheet, posted.data, posted.errors, photos, status=status_for(refusal), refusal=refusal)


def _onward(outcome: Mapping[str, Any], key: str) -> AnyResponse:
    """Take the first task at once and go on with it; else show the case.  A contact that led here is closed by it."""
    close_as_applied(request.form.get("contact", ""), str(outcome["case_no"]), key)
    for id in outcome["opened"]:
        try:
            door().execute(ClaimTask(task_id=id), actor(), key=f"{key}:next")
        except Refusal:
            continue
        return redirect(url_for("tasks.show", id=id), 303)
    return redirect(url_for("cases.show", case_no=outcome["case_no"]), 303)


def sheet_of(code: str, id_no: str = "") -> Sheet:
    """Return the form of an item, with the earlier files of the applicant ``id_no`` at hand.

    Raises ItemUnknown, NotOneWindow or NoRelease.
    """
    with door().read(actor()) as view:
        _digest, item = current_item(view.connection, code)
        if item.entry_mode != "one_window":
            raise NotOneWindow(name=item.name)
        release = current_release(view.connection, item.code, view.now)
        department = departments(view.connection)[item.department].name
        context = application_context(view, item, id_no=id_no)
        return Sheet(item, department, application_form(view, release), context)


def _page(
    sheet: Sheet, data: Mapping[str, Any], errors: Mapping[str, str], photos: Photos, *, status: int,
    refusal: Refusal | None = None, panel: Panel | None = None,
) -> AnyResponse:  # fmt: skip
    html = render_template(
        "intake_form.html", sheet=sheet, refusal=refusal, key=kept_key(), fields=_fields(sheet, data, errors, photos),
        unsaved=request.method == "POST", refused=status >= 400, panel=panel,
        contact=request.values.get("contact", "")[:20],
    )  # fmt: skip
    return make_response(html, status)


def photos_of(sheet: Sheet) -> Photos:
    """Return the telephones' links of the form of one item."""
    url = url_for("intake.receive", code=sheet.item.code)
    return Photos(Place(url, sheet.item.name), sheet.schema, sheet.context)


def _fields(
    sheet: Sheet, data: Mapping[str, Any], errors: Mapping[str, str], photos: Photos, *, wrapper: bool = True
) -> str:
    # The files stored by this very post are shown from the data itself, so the first context serves.
    url = url_for("intake.receive", code=sheet.item.code)
    return forms.render(
        sheet.schema, data, errors, sheet.context, htmx_post=url, wrapper=wrapper, phones=photos.shown()
    )


def _offers(view: Reading) -> list[Offer]:
    named = departments(view.connection)
    return [
        Offer(
            item=item,
            department=named[item.department].name,
            applicants="、".join(APPLY_OBJECTS[code] for code in item.apply_object),
            promise=_promise(item),
            why_not=_why_not(view, item),
        )
        for _digest, item in current_items(view.connection)
    ]


def _why_not(view: Reading, item: Item) -> str:
    if item.entry_mode != "one_window":
        return NotOneWindow(name=item.name).sentence
    try:
        current_release(view.connection, item.code, view.now)
    except NoRelease as refusal:
        return refusal.sentence
    return ""


def _promise(item: Item) -> str:
    if item.case_type == "instant":
        return "当场办结"
    return amount_text(item.promise.days, item.promise.unit)


def _fits(offer: Offer, find: str) -> bool:
    told = f"{offer.item.code} {offer.item.name} {offer.department} {offer.item.implement_code}"
    return all(word in told.lower() for word in find.lower().split())
