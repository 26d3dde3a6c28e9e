"""An item of a draft as a form: limits, materials, stages, plan and guide, with the elements the guide still lacks.

The form writes the item's file; whoever wants the file itself edits it as text.  What was typed is saved with its
mistakes too, for a draft may be unfinished; they are named, and a release is refused for them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

import forms
from engine.foundation.errors import Refusal
from engine.oversight.publishing.drafting import queries
from engine.oversight.publishing.drafting.commands import SaveFile
from engine.oversight.publishing.drafting.queries import Draft, DraftFile
from engine.oversight.publishing.drafting.rules import DraftFileMissing, DraftMissing, DraftMoved, lets
from engine.oversight.publishing.files import ITEM, KINDS
from engine.process.bpmn.releases.queries import current_processes
from engine.registry.identity.reading import Reading
from engine.registry.organisation.queries import Department, departments
from forms import Context
from processes.item_form import answer_of, written
from processes.item_guide import GuideElement, guide_elements
from processes.items import Item, ItemRefused, load
from web.answers import Receiver
from web.designing import editing
from web.designing.answers import blueprint
from web.designing.scripted import note_presence
from web.failures import status_for
from web.jointview import ItemPlan, plan_of_item
from web.numbers import whole_number
from web.page import form_key, is_fragment, kept_key, new_key
from web.security import page
from web.sessions import actor, door

FORM = "item"


@dataclass(frozen=True)
class Shown:
    """The form as it is shown: what is typed, what is wrong, and what became of the last press."""

    data: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    done: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Opened:
    """An item of a draft: its file, what is said in it, and what surrounds the form."""

    draft: Draft
    file: DraftFile
    raw: Mapping[str, Any]
    context: Context
    places: Mapping[str, Department]
    editable: bool
    item: Item | None
    """The item, if the saved file says one."""
    problems: tuple[str, ...]
    """What the item's rules say against the saved file."""

    @property
    def elements(self) -> tuple[GuideElement, ...]:
        """The elements of the service guide, and which of them the saved file has."""
        return guide_elements(self.raw)

    @property
    def plan(self) -> ItemPlan | None:
        """The joint plan of the saved file, drawn; None without one, or when it cannot be read."""
        item = self.item
        if item is None or item.joint_plan is None:
            return None
        known = all(branch.department in self.places for branch in item.joint_plan.branches)
        return plan_of_item(item, self.places) if known else None


@blueprint.get("/drafts/<id>/items/<name>")
@page(action="process.draft")
def edit_item(id: str, name: str) -> AnyResponse:
    """Show an item of a draft as a form."""
    note_presence(id, ITEM, name)
    return _page(id, name, None, 200)


@blueprint.post("/drafts/<id>/items/<name>")
@page(action="process.draft")
def keep_item(id: str, name: str) -> AnyResponse:
    """Save the form, change its rows, or refresh it, as the pressed button says."""
    part, schema, pressed = is_fragment(), forms.load(FORM), request.form.get("_act", "")
    with door().read(actor(), action="process.draft") as view:
        opened = _opened(view, id, name)
        base = _base(view, opened)
    posted = Receiver(door(), actor(), form_key()).read(schema, opened.context, with_files=False)
    if part or pressed != "save":
        changed = forms.row_act(schema, posted.data, pressed)
        if part:
            return make_response(_fields(opened, Shown(changed), wrapper=False))
        return _page(id, name, Shown(changed), 200)
    checked = forms.validate(schema, posted.data, opened.context)
    text = written(base, checked.data if checked.ok else posted.data)
    command = SaveFile(draft_id=id, kind=ITEM, name=name, version=_version(), text=text)
    try:
        outcome = door().execute(command, actor(), key=form_key())
    except DraftMissing:
        raise
    except DraftMoved as moved:
        # Two texts are compared and merged as texts: what was typed goes along.
        return editing.beside(id, ITEM, name, text, _version(), moved)
    except Refusal as refusal:
        return _page(id, name, Shown(posted.data, checked.errors, refusal=refusal), status_for(refusal))
    done = f"已保存为第 {outcome['version']} 版。" if outcome["changed"] else "内容没有变化，没有另存。"
    return _page(id, name, Shown(posted.data, checked.errors, done), 200)


def _version() -> int:
    return whole_number(request.form.get("version", "")) or 0


def _base(view: Reading, opened: Opened) -> Mapping[str, Any]:
    """Return the file that the form in the page began with: what it does not show is taken from there."""
    text = queries.content_at(view.connection, opened.draft.id, ITEM, opened.file.name, _version())
    return opened.raw if text is None else _raw(text)


def _opened(view: Reading, id: str, name: str) -> Opened:
    draft = queries.draft_of(view.connection, id)
    one = queries.file_of(view.connection, id, ITEM, name)
    places = departments(view.connection)
    named = [(key, place.name) for key, place in places.items()]
    raw = _raw(one.content)
    flows = [(key, key) for key in sorted({*current_processes(view.connection), str(raw.get("main_process") or "")})]
    answer = answer_of(raw)
    context = Context(
        now=view.now,
        options={
            "main_process": [one for one in flows if one[0]], "lead_department": named, "branches.department": named
        },
        defaults=answer,
        rows={key: rows for key, rows in answer.items() if isinstance(rows, list) and _is_table(rows)},
    )  # fmt: skip
    return Opened(draft, one, raw, context, places, lets(draft.stands(view.now), "修改"), *_said(one.content))


def _said(content: bytes) -> tuple[Item | None, tuple[str, ...]]:
    """Return the item that a file says, or what is wrong with it."""
    try:
        return load(content), ()
    except ItemRefused as refused:
        return None, refused.problems


def _is_table(rows: list[Any]) -> bool:
    return all(isinstance(row, Mapping) for row in rows)


def _raw(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content, parse_float=Decimal)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _page(id: str, name: str, shown: Shown | None, status: int) -> AnyResponse:
    with door().read(actor(), action="process.draft") as view:
        opened = _opened(view, id, name)
        if not opened.raw:
            raise DraftFileMissing(kind=KINDS[ITEM], name=name[:60])
        shown = shown or Shown(forms.initial(forms.load(FORM), opened.context))
        # What was saved is over: whatever is sent from the page that tells of it is another filling.
        saved = opened.file.version
        key, version = (new_key(), saved) if shown.done else (kept_key(), _version() or saved)
        html = render_template(
            "designing/item.html", opened=opened, draft=opened.draft, file=opened.file, shown=shown, key=key,
            fields=_fields(opened, shown), version=version,
        )  # fmt: skip
    return make_response(html, status)


def _fields(opened: Opened, shown: Shown, *, wrapper: bool = True) -> str:
    return forms.render(
        forms.load(FORM), shown.data, shown.errors, opened.context, htmx_post=request.path, wrapper=wrapper
    )
