"""一并收件: one application for several items, its applicant typed once, and the page of all its numbers (3.3)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import forms
from engine.casework.cases.commands import ReceiveTogether
from engine.casework.cases.queries import cases_of_application, kinds_of
from engine.casework.cases.rules import CaseMissing, NothingChosen
from engine.foundation.errors import InvalidFields, Refusal
from engine.process.tasks.queries import tasks_of
from engine.registry.organisation.queries import departments
from forms import Context
from web import earlier, words
from web.answers import Posted, Receiver
from web.earlier import Panel
from web.failures import status_for
from web.intake import Sheet, sheet_of
from web.page import form_key, is_fragment, kept_key
from web.photos import Photos, Place
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("together", __name__)

MOST_ITEMS = 20


@dataclass(frozen=True)
class Bundle:
    """The forms of several items as one: the shared part once, the materials of each item in a section."""

    sheets: tuple[Sheet, ...]
    schema: Mapping[str, Any]
    context: Context

    @property
    def lists(self) -> dict[str, str]:
        """The path of each section in the joined form, by which the item's code is found."""
        return {_path(sheet.item.code): sheet.item.code for sheet in self.sheets}


@blueprint.get("/applications/several")
@page(action="application.receive")
def start() -> AnyResponse:
    """Show the empty form of the chosen items; one item has its own page."""
    codes = _codes(request.args.getlist("item"))
    if len(codes) == 1:
        return redirect(url_for("intake.start", code=codes[0]))
    bundle = _bundle(codes, "")
    return _page(bundle, forms.initial(bundle.schema, bundle.context), {}, _photos(bundle), status=200)


@blueprint.post("/applications/several")
@page(action="application.receive")
def receive() -> AnyResponse:
    """Do what the pressed button says: refresh, look up, take over, or register everything or nothing."""
    act, key = request.form.get("_act", ""), form_key()
    if act == "submit":
        sent = door().answer_to(ReceiveTogether, actor(), key)
        if sent is not None:
            return _onward(sent)
    bundle = _bundle(_codes(request.form.getlist("item")), request.form.get("id_no", "")[:40])
    part = is_fragment()
    posted = Receiver(door(), actor(), key).read(bundle.schema, bundle.context, with_files=not part)
    photos = _photos(bundle)
    if part:
        changed = forms.row_act(bundle.schema, posted.data, act)
        return make_response(_fields(bundle, changed, {}, photos, wrapper=False))
    posted = photos.take(posted, act, key)
    if act == "lookup":
        names = (one.name for sheet in bundle.sheets for one in sheet.item.materials)
        panel = earlier.look_up(str(posted.data.get("id_no") or ""), names)
        return _page(bundle, posted.data, posted.errors, photos, status=200, panel=panel)
    if act == "takeover":
        data, panel = earlier.take_over(posted.data, bundle.context.rows)
        return _page(bundle, data, posted.errors, photos, status=200, panel=panel)
    return _answer(bundle, posted, act, key, photos)


@blueprint.get("/applications/<application_id>")
@page(action="case.see")
def show(application_id: str) -> str:
    """Show all cases of one application that lie in the reader's scope."""
    with door().read(actor(), action="case.see") as view:
        found = cases_of_application(view.connection, application_id[:26])
        cases = [case for case in found if view.scope.covers(case.department)]
        if not cases:
            raise CaseMissing(case_no=application_id[:43])
        kind = kinds_of(view.connection, {cases[0].applicant_id})[cases[0].applicant_id]
        tasks = {case.root_id: tasks_of(view.connection, case.root_id, state="open") for case in cases}
        named = departments(view.connection)
    door().note_view(actor(), "申请 " + "、".join(case.case_no for case in cases))
    applicant = words.person_or_firm(kind, cases[0].applicant_name)
    return render_template("application.html", cases=cases, applicant=applicant, tasks=tasks, named=named)


def _answer(bundle: Bundle, posted: Posted, act: str, key: str, photos: Photos) -> AnyResponse:
    try:
        if photos.press(act, posted.data):
            return _page(bundle, posted.data, posted.errors, photos, status=200)
        if act != "submit":
            changed = forms.row_act(bundle.schema, posted.data, act)
            return _page(bundle, changed, posted.errors, photos, status=200)
        photos.refuse_unseen()
        if posted.errors:
            found = forms.validate(bundle.schema, posted.data, posted.context).errors
            raise InvalidFields({**found, **posted.errors})
        shared = {name: value for name, value in posted.data.items() if name not in bundle.lists}
        materials = {code: posted.data.get(path, []) for path, code in bundle.lists.items()}
        outcome = door().execute(ReceiveTogether(answer=shared, materials=materials), actor(), key=key)
        photos.close()
        return _onward(outcome)
    except InvalidFields as wrong:
        errors = {_shown(bundle, name): sentence for name, sentence in wrong.errors.items()}
        return _page(bundle, posted.data, errors, photos, status=422)
    except Refusal as refusal:
        return _page(bundle, posted.data, posted.errors, photos, status=status_for(refusal), refusal=refusal)


def _onward(outcome: Mapping[str, Any]) -> AnyResponse:
    return redirect(url_for("together.show", application_id=outcome["application"], done=1), 303)


def _codes(given: list[str]) -> list[str]:
    codes = sorted({code[:40] for code in given if code})
    if not codes or len(codes) > MOST_ITEMS:
        raise NothingChosen
    return codes


def _bundle(codes: list[str], id_no: str) -> Bundle:
    """Join the pinned forms of the items: the first one's shared part, and each one's list of materials."""
    sheets = tuple(sheet_of(code, id_no) for code in codes)
    schema = copy.deepcopy(dict(sheets[0].schema))
    joined: list[Any] = []
    for part in schema["components"]:
        if part.get("path") != "materials":
            joined.append(part)
            continue
        joined += [_section(sheet) for sheet in sheets]
    schema |= {"id": "applications", "components": joined}
    first = sheets[0].context
    rows = {_path(sheet.item.code): sheet.context.rows["materials"] for sheet in sheets}
    context = Context(now=first.now, rows=rows, options=first.options, defaults=first.defaults, uploads=first.uploads)
    return Bundle(sheets, schema, context)


def _section(sheet: Sheet) -> dict[str, Any]:
    part = next(one for one in sheet.schema["components"] if one.get("path") == "materials")
    path = _path(sheet.item.code)
    return {**copy.deepcopy(part), "id": f"applications_{path}", "path": path, "label": f"申请材料：{sheet.item.name}"}


def _path(code: str) -> str:
    return f"materials_{code.lower().replace('-', '_')}"


def _shown(bundle: Bundle, name: str) -> str:
    code, dot, rest = name.partition(".materials")
    return f"{_path(code)}{rest}" if dot and _path(code) in bundle.lists else name


def _page(
    bundle: Bundle, data: Mapping[str, Any], errors: Mapping[str, str], photos: Photos, *, status: int,
    refusal: Refusal | None = None, panel: Panel | None = None,
) -> AnyResponse:  # fmt: skip
    html = render_template(
        "together_form.html", bundle=bundle, refusal=refusal, key=kept_key(),
        fields=_fields(bundle, data, errors, photos), unsaved=request.method == "POST",
        refused=status >= 400, panel=panel,
    )  # fmt: skip
    return make_response(html, status)


def _photos(bundle: Bundle) -> Photos:
    about = "、".join(sheet.item.name for sheet in bundle.sheets)
    return Photos(Place(url_for("together.receive"), about), bundle.schema, bundle.context)


def _fields(
    bundle: Bundle, data: Mapping[str, Any], errors: Mapping[str, str], photos: Photos, *, wrapper: bool = True
) -> str:
    url = url_for("together.receive")
    return forms.render(
        bundle.schema, data, errors, bundle.context, htmx_post=url, wrapper=wrapper, phones=photos.shown()
    )
