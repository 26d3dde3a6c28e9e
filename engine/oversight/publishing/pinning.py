"""What the releases of items would pin, with files handed in over what is in force: nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import forms
from engine.oversight.publishing import messages as outside
from engine.oversight.publishing.checking import Standing
from engine.oversight.publishing.decisions import readable
from engine.oversight.publishing.files import Files, shipped_forms
from engine.process.bpmn import BpmnRefused, Definition, parse_definition
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import own_forms
from engine.process.tasks.registry import View
from engine.registry.items.queries import current_items, parsed
from processes.items import Item, ItemRefused
from processes.library import digest as digest_of


@dataclass(frozen=True)
class Pinnable:
    """What releases may pin from an instant on: what is in force then, its definitions parsed, and all forms."""

    standing: Standing
    definitions: Mapping[str, Definition]
    forms: Mapping[str, str]


def pinnable(view: View, files: Files, there: Standing, moment: datetime | None) -> Pinnable:
    """Return what may be pinned at ``moment``: what is in force then (``there``), and over it the files handed in.

    A process that cannot be read counts with what it was before: its digest is the new one all the same.
    """
    digests = {**there.digests, **{name: digest_of(xml) for name, xml in files.processes.items()}}
    now = replace(
        there, digests=digests, tables={**there.tables, **readable(files.decisions)},
        messages={**there.messages, **outside.readable(files.messages)},
    )  # fmt: skip
    bundles = view.part(Bundles)
    definitions = {name: bundles.definition(view.connection, one) for name, one in there.digests.items()}
    for name, xml in files.processes.items():
        try:
            definitions[name] = parse_definition(xml)
        except BpmnRefused:
            continue  # it is never released; who only looks at it is told by the check
    shipped = {key: digest_of(forms.source(key)) for key in shipped_forms()}
    own = {**own_forms(view.connection, moment), **{key: digest_of(one) for key, one in files.forms.items()}}
    return Pinnable(now, definitions, {**shipped, **own})


def items_with(view: View, files: Files) -> list[tuple[str, Item]]:
    """Return the items with the files handed in, each with its digest; one that is unfit stays as it was."""
    found = {item.code: (digest, item) for digest, item in current_items(view.connection)}
    for code, content in files.items.items():
        try:
            found[code] = (digest_of(content), parsed(content.decode("utf-8")))
        except (ItemRefused, UnicodeDecodeError):
            continue
    return [found[code] for code in sorted(found)]


def manifest_of(item: Item, item_digest: str, pinnable: Pinnable) -> dict[str, Any]:
    """Return what a release of the item pins, but for the policies; nothing where it has no process."""
    definitions, in_force = pinnable.definitions, pinnable.standing
    if item.main_process is None or item.main_process not in definitions:
        return {}
    beside = [name for name, one in definitions.items() if one.beside]
    used = _closure([item.main_process, *beside], definitions)
    named = {element.form for one in used.values() for element in one.elements.values() if element.form}
    asked = {id for one in used.values() for id in one.asked}
    tables = {name: file.digest for name, file in sorted(in_force.tables.items()) if asked & file.decisions.keys()}
    awaited = {name for one in used.values() for name in one.awaited}
    messages = {name: file.digest for name, file in sorted(in_force.messages.items()) if name in awaited}
    return {
        "item": item_digest,
        "main": item.main_process,
        "processes": {name: in_force.digests[name] for name in used},
        "forms": {key: pinnable.forms[key] for key in sorted(named | {"application"}) if key in pinnable.forms},
        # A release without these says what it said before there were any, so that it is not taken for a new one.
        **({"decisions": tables} if tables else {}),
        **({"messages": messages} if messages else {}),
        **({"ladders": item.ladders} if item.ladders else {}),
    }


def _closure(first: list[str], definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    """Return the processes ``first`` (the main one, and those that may run beside it) and all they call."""
    found: dict[str, Definition] = {}
    wanted = list(first)
    while wanted:
        name = wanted.pop()
        if name not in found and name in definitions:
            found[name] = definitions[name]
            wanted += found[name].called
    return dict(sorted(found.items()))
