"""收件: checking an application against the pinned forms of its items, and registering it whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import forms
from engine.casework.cases.commands import ReceiveApplication, ReceiveTogether
from engine.casework.cases.earlier import EarlierFile, known_of
from engine.casework.cases.origin.rules import CENTRE_REGION, offline_errors, origin_errors
from engine.casework.cases.registering import (
    PROVIDED_FREE,
    Wanted,
    digests_in,
    local_instant,
    register_all,
)
from engine.casework.cases.rules import ApplicantKindRefused, NothingChosen, NotOneWindow
from engine.foundation.blobs.queries import usable_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Release, current_release
from engine.process.clocks.calendars import Calendars
from engine.process.tasks.registry import View
from engine.registry.identity.queries import staff_of
from engine.registry.items.queries import current_item
from engine.registry.organisation.queries import CENTER
from engine.registry.policies.queries import policy_named
from forms import Context, UploadRef
from processes.items import Item, Material

__all__ = [
    "application_context", "application_form", "digests_in", "local_instant", "receive", "receive_together",
    "usable_refs",
]  # fmt: skip

_PERSON = "1"


def receive(command: ReceiveApplication, unit: Unit) -> Mapping[str, Any]:
    """Register the application and start the process of the item's current release.

    Raises ItemUnknown, NoRelease, NotOneWindow, ApplicantKindRefused, or InvalidFields for the form.
    Clauses 6.1.1, 6.1.2, 6.1.4; the receipt time is when the materials really came.  Paper that was taken
    while the system was down waits for approval: no task is open yet.
    """
    wanted = _wanted(unit, command.item_code, command.answer, command.partial)
    _refuse_errors(_errors_between(unit, wanted.answer))
    _, (done,) = register_all(unit, [wanted], _reusable(unit, command.answer))
    return {"case_no": done.case_no, "opened": list(done.opened)}


def receive_together(command: ReceiveTogether, unit: Unit) -> Mapping[str, Any]:
    """Register one application for several items: a case for each, with its own number, release and clocks (3.3).

    Everything or nothing: one item that cannot be received keeps all of them out.  Errors of an item's own part
    are named ``I01.materials[0].copies``.  Raises :class:`NothingChosen` and what :func:`receive` raises.
    """
    if not command.materials:
        raise NothingChosen
    wanted: list[Wanted] = []
    errors = _asked_of_nobody(unit, command)
    # In order of code, so that two such applications take the counters of the day in the same order.
    for code, rows in sorted(command.materials.items()):
        try:
            asked = _asked(unit, code)
            answer = {**{key: value for key, value in command.answer.items() if key in asked}, "materials": rows}
            wanted.append(_wanted(unit, code, answer, command.partial))
        except InvalidFields as wrong:
            errors |= {_owned(code, name): sentence for name, sentence in wrong.errors.items()}
    _refuse_errors(errors)
    _refuse_errors(_errors_between(unit, wanted[0].answer))
    application, done = register_all(unit, wanted, _reusable(unit, command.answer))
    return {
        "application": application,
        "cases": [{"item": one.item_code, "case_no": one.case_no, "opened": list(one.opened)} for one in done],
    }


def application_context(view: View, item: Item, *, id_no: str = "") -> Context:
    """Return what the application form starts with: the item's materials and the counter's channel.

    With the applicant's number, files of the applicant's earlier cases may be used in it too (沿用).
    """
    staff = [(account, f"{name}（{account}）") for account, name in staff_of(view.connection, CENTER, view.now)]
    return Context(
        now=view.now,
        rows={"materials": [_first_row(one) for one in item.materials]},
        options={"mail_witness": [one for one in staff if one[0] != view.actor.account]},
        defaults={
            "channel": "1",
            "applicant_kind": "person" if _PERSON in item.apply_object else "organisation",
            "id_kind": "resident_id" if _PERSON in item.apply_object else "uscc",
            **_taken_for(item),
        },
        uploads={**_refs(known_of(view, id_no).files), **usable_refs(view, None)},
    )


def _taken_for(item: Item) -> dict[str, str]:
    """Propose that the centre takes the papers in for the region that handles the item (4.1.7 异地代办, T032)."""
    if item.handle_region == CENTRE_REGION:
        return {}
    return {"remote_mode": "collect", "receive_region": CENTRE_REGION}


def application_form(view: View, release: Release) -> Mapping[str, Any]:
    """Return the application form that a release pins."""
    return view.part(Bundles).form(view.connection, release.forms["application"])


def usable_refs(view: View, root_id: str | None) -> dict[str, UploadRef]:
    """Return the files the actor may use in a form, by digest."""
    return {
        digest: UploadRef(digest, one.file_name, one.size, one.media_type)
        for digest, one in usable_uploads(view.connection, view.actor.account, root_id).items()
    }


def _refs(files: Mapping[str, EarlierFile]) -> dict[str, UploadRef]:
    return {
        digest: UploadRef(digest, one.upload.file_name, one.upload.size, one.upload.media_type)
        for digest, one in files.items()
    }


def _first_row(one: Material) -> dict[str, Any]:
    free = one.source in PROVIDED_FREE
    expected = one.required and not free
    return {
        "no": str(one.no),
        "name": one.name,
        "copies_required": one.copies,
        "provided_form": one.form if expected else "electronic" if free else "none",
        "copies": one.copies if expected else 0,
        "original_checked": False,
    }


def _wanted(unit: Unit, code: str, given: Mapping[str, Any], partial: bool) -> Wanted:
    digest, item = current_item(unit.connection, code)
    if item.entry_mode != "one_window":
        raise NotOneWindow(name=item.name)
    release = current_release(unit.connection, item.code, unit.now)
    form = application_form(unit, release)
    context = application_context(unit, item, id_no=_number_in(given))
    checked = forms.validate(form, forms.read_json(form, given, context) if partial else given, context)
    _refuse_errors(dict(checked.errors))
    refuse_kind(item, checked.data["applicant_kind"])
    return Wanted(digest, item, release, checked.data)


def _asked(unit: Unit, code: str) -> frozenset[str]:
    """Return what the item's own form asks: releases may be of different days."""
    _, item = current_item(unit.connection, code)
    form = application_form(unit, current_release(unit.connection, item.code, unit.now))
    return frozenset(forms.initial(form, Context(now=unit.now)))


def _asked_of_nobody(unit: Unit, command: ReceiveTogether) -> dict[str, str]:
    known: frozenset[str] = frozenset().union(*(_asked(unit, code) for code in command.materials))
    strange = (key for key in command.answer if key not in known or key == "materials")
    return {str(key)[:80]: f"表单中没有“{str(key)[:40]}”这一项，请删去" for key in strange}


def _owned(code: str, name: str) -> str:
    return f"{code}.{name}" if name.startswith("materials") else name


def _errors_between(unit: Unit, answer: Mapping[str, Any]) -> dict[str, str]:
    """What no single field shows: how the application came must agree with itself."""
    errors = origin_errors(answer, unit.actor.account)
    if answer.get("offline"):
        received = local_instant(answer["received_at"])
        calendar = unit.part(Calendars).current(unit.connection)
        passed = calendar.count(city_date(received), city_date(unit.now)) if received < unit.now else 0
        errors |= offline_errors(received, unit.now, passed, policy_named(unit.connection, "offline_limit").value)
    return errors


def _reusable(unit: Unit, answer: Mapping[str, Any]) -> Mapping[str, EarlierFile]:
    return known_of(unit, _number_in(answer)).files


def _number_in(answer: Mapping[str, Any]) -> str:
    number = answer.get("id_no")
    return number if isinstance(number, str) else ""


def _refuse_errors(errors: Mapping[str, str]) -> None:
    if errors:
        raise InvalidFields(dict(errors))


def refuse_kind(item: Item, kind: str) -> None:
    """Raise :class:`ApplicantKindRefused` when the item is not for persons, or not for organisations."""
    wanted: bool = _PERSON in item.apply_object if kind == "person" else bool(set(item.apply_object) - {_PERSON})
    if not wanted:
        raise ApplicantKindRefused(name=item.name, kind="自然人" if kind == "person" else "法人或其他组织")
