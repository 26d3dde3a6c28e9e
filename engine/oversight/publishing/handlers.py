"""Deploying processes and items: check everything, keep it by digest, and make the releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import forms
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.commands import CATALOGUE_ROOT, Deploy
from engine.oversight.publishing.rules import ProcessRefused, errors_in, misnamed_in
from engine.process.bpmn import BpmnRefused, Definition, Problem, Vocabulary, check, parse_definition
from engine.process.bpmn.releases.queries import (
    artifact_content,
    current_processes,
    put_artifact,
    put_release,
)
from engine.registry.items.queries import current_items, publish_item
from engine.registry.policies.queries import policies
from processes.items import Item
from processes.library import digest as digest_of

DEPLOYED = tag("release.deployed", "发布事项 {item} 的办理流程")
PUBLISHED = tag("item.published", "发布事项 {item} 的实施清单")

Called = Callable[[str], Definition | None]


def deploy(command: Deploy, unit: Unit) -> Mapping[str, Any]:
    """Check and release; raise :class:`ProcessRefused` with every problem, and nothing has changed.

    Returns the release ids by item code; an item whose release would be the same keeps it.
    """
    unit.lock_or_create(CATALOGUE_ROOT, "release")
    texts = {name: text.encode("utf-8") for name, text in command.processes.items()}
    digests = _check_and_keep(unit, texts)
    for code, text in sorted(command.items.items()):
        if publish_item(unit, digest_of(text.encode("utf-8")), text):
            unit.record(PUBLISHED, CATALOGUE_ROOT, item=code, digest=digest_of(text.encode("utf-8")))
    form_digests = {key: put_artifact(unit, "form", key, forms.source(key)) for key in sorted(forms.keys())}
    definitions = {name: parse_definition(artifact_content(unit.connection, one)) for name, one in digests.items()}
    released = {}
    for item_digest, item in current_items(unit.connection):
        manifest = _manifest(unit, item, item_digest, definitions, form_digests)
        id = put_release(unit, item.code, manifest, unit.now) if manifest else None
        if id is not None:
            released[item.code] = id
            unit.record(DEPLOYED, CATALOGUE_ROOT, item=item.code, release=id, processes=manifest["processes"])
    unit.raise_epoch("release")
    return {"releases": released}


def problems_of(texts: Mapping[str, bytes], known: Vocabulary, deployed: Called) -> tuple[Problem, ...]:
    """Return every problem of the files, each seen together with the others and with what is deployed."""
    parsed: dict[str, Definition] = {}
    for name, xml in texts.items():
        try:
            parsed[name] = parse_definition(xml)
        except BpmnRefused:
            continue  # the check below says what is wrong with this file
    found: list[Problem] = []
    for xml in texts.values():
        found += check(xml, known, lambda name: parsed.get(name) or deployed(name))
    return tuple(found)


def deployed_definitions(unit: Any) -> Called:
    """Return a look-up of the definitions that the newest releases use; ``unit`` may be a reading too."""
    current = current_processes(unit.connection)

    def look_up(id: str) -> Definition | None:
        digest = current.get(id)
        return None if digest is None else parse_definition(artifact_content(unit.connection, digest))

    return look_up


def _check_and_keep(unit: Unit, texts: Mapping[str, bytes]) -> dict[str, str]:
    errors = errors_in(problems_of(texts, unit.part(Vocabulary), deployed_definitions(unit)))
    misnamed = errors or misnamed_in({name: parse_definition(xml).process_id for name, xml in texts.items()})
    if misnamed:
        raise ProcessRefused(misnamed)
    kept = {name: put_artifact(unit, "process", name, xml) for name, xml in texts.items()}
    return {**current_processes(unit.connection), **kept}


def _manifest(
    unit: Unit, item: Item, item_digest: str, definitions: Mapping[str, Definition], form_digests: Mapping[str, str]
) -> dict[str, Any]:
    if item.main_process is None or item.main_process not in definitions:
        return {}
    beside = [name for name, one in definitions.items() if one.beside]
    used = _closure([item.main_process, *beside], definitions)
    named = {element.form for one in used.values() for element in one.elements.values() if element.form}
    return {
        "item": item_digest,
        "main": item.main_process,
        "processes": {name: one.digest for name, one in used.items()},
        "forms": {key: form_digests[key] for key in sorted(named | {"application"})},
        "policies": {one.key: one.value for one in policies(unit.connection)},
    }


def _closure(first: list[str], definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    """Return the processes ``first`` (the main one, and those that may run beside it) and all they call."""
    found: dict[str, Definition] = {}
    wanted = list(first)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = definitions[name]
            wanted += found[name].called
    return dict(sorted(found.items()))
