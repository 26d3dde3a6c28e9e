"""Deploying processes and items: check everything, keep it by digest, and make the releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import forms
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.oversight.publishing import messages as outside
from engine.oversight.publishing.commands import CATALOGUE_ROOT, Deploy
from engine.oversight.publishing.decisions import by_decision, joint_problems, readable, table_problems
from engine.oversight.publishing.ladders import ladder_problems
from engine.oversight.publishing.rules import ProcessRefused, errors_in, misnamed_in
from engine.oversight.publishing.timeline import follow, stretches
from engine.process.bpmn import (
    BpmnRefused,
    DecisionFile,
    Definition,
    Problem,
    Vocabulary,
    check,
    parse_decisions,
    parse_definition,
)
from engine.process.bpmn.releases.queries import (
    artifact_content,
    current_decisions,
    current_processes,
    put_artifact,
)
from engine.process.tasks.awaited.rules import with_outside
from engine.process.tasks.registry import Bindings
from engine.registry.items.queries import current_items, publish_item
from processes.items import Item
from processes.library import MessageFile
from processes.library import digest as digest_of

DEPLOYED = tag("release.deployed", "发布事项 {item} 的办理流程")
PUBLISHED = tag("item.published", "发布事项 {item} 的实施清单")

Called = Callable[[str], Definition | None]
Decided = Callable[[str], DecisionFile | None]


@dataclass(frozen=True)
class InForce:
    """What is in force with the files handed in: process id to digest, decision and message files by name."""

    digests: Mapping[str, str]
    tables: Mapping[str, DecisionFile]
    messages: Mapping[str, MessageFile]


def deploy(command: Deploy, unit: Unit) -> Mapping[str, Any]:
    """Check and release; raise :class:`ProcessRefused` with every problem, and nothing has changed.

    Returns the release ids by item code; an item whose release would be the same keeps it.
    """
    unit.lock_or_create(CATALOGUE_ROOT, "release")
    unfit = errors_in(ladder_problems(command.items))
    if unfit:
        raise ProcessRefused(unfit)
    in_force = _check_and_keep(unit, *map(_encoded, (command.processes, command.decisions, command.messages)))
    for code, text in sorted(command.items.items()):
        if publish_item(unit, digest_of(text.encode("utf-8")), text):
            unit.record(PUBLISHED, CATALOGUE_ROOT, item=code, digest=digest_of(text.encode("utf-8")))
    form_digests = {key: put_artifact(unit, "form", key, forms.source(key)) for key in sorted(forms.keys())}
    kept = in_force.digests.items()
    definitions = {name: parse_definition(artifact_content(unit.connection, one)) for name, one in kept}
    _keep_awaited(unit, in_force, definitions)
    released: dict[str, str] = {}
    ahead = stretches(unit)
    for item_digest, item in current_items(unit.connection):
        manifest = _manifest(item, item_digest, definitions, form_digests, in_force)
        for made in follow(unit, item.code, manifest, ahead) if manifest else ():
            released.setdefault(item.code, made.id)
            pinned = {
                key: manifest[key] for key in ("processes", "decisions", "messages", "ladders") if key in manifest
            }
            unit.record(DEPLOYED, CATALOGUE_ROOT, item=item.code, release=made.id, **pinned)
    unit.raise_epoch("release")
    return {"releases": released}


def problems_of(
    texts: Mapping[str, bytes], known: Vocabulary, deployed: Called, decided: Decided
) -> tuple[Problem, ...]:
    """Return every problem of the files, each seen together with the others and with what is deployed.

    ``decided`` gives the file of a decision by the decision's id, among the files handed in and those deployed.
    """
    parsed: dict[str, Definition] = {}
    for name, xml in texts.items():
        try:
            parsed[name] = parse_definition(xml)
        except BpmnRefused:
            continue  # the check below says what is wrong with this file
    found: list[Problem] = []
    for xml in texts.values():
        found += check(xml, known, lambda name: parsed.get(name) or deployed(name), decided)
    return tuple(found)


def deployed_definitions(unit: Any) -> Called:
    """Return a look-up of the definitions that the newest releases use; ``unit`` may be a reading too."""
    current = current_processes(unit.connection)

    def look_up(id: str) -> Definition | None:
        digest = current.get(id)
        return None if digest is None else parse_definition(artifact_content(unit.connection, digest))

    return look_up


def _encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode("utf-8") for name, text in texts.items()}


def _check_and_keep(
    unit: Unit, texts: Mapping[str, bytes], tables: Mapping[str, bytes], messages: Mapping[str, bytes]
) -> InForce:
    """Return what is in force with the files handed in; raise :class:`ProcessRefused` with every problem."""
    in_force = _deployed_tables(unit)
    changed, told = readable(tables), outside.readable(messages)
    files = {**in_force, **changed}
    heard = {**outside.messages_in_force(unit.connection), **told}
    words = unit.part(Vocabulary)
    ids = {id for name in tables for one in (in_force.get(name), changed.get(name)) if one for id in one.decisions}
    asking = {name: xml for name, xml in _asking(unit, ids, set(messages)).items() if name not in texts}
    errors = errors_in(
        (
            *table_problems(tables),
            *outside.message_problems(messages, unit.part(Bindings), words.messages),
            *problems_of(
                {**texts, **asking},
                with_outside(words, (one.message for one in heard.values())),
                deployed_definitions(unit),
                by_decision(files.values()).get,
            ),
        )
    )
    misnamed = errors or misnamed_in({name: parse_definition(xml).process_id for name, xml in texts.items()})
    if misnamed:
        raise ProcessRefused(misnamed)
    definitions = [parse_definition(xml) for xml in (*texts.values(), *asking.values())]
    unfit = (*joint_problems(changed, files, definitions), *outside.joint_problems(told, definitions))
    if unfit:
        raise ProcessRefused(unfit)
    kept = {name: put_artifact(unit, "process", name, xml) for name, xml in texts.items()}
    for name, xml in tables.items():
        put_artifact(unit, "decisions", name, xml)
    return InForce({**current_processes(unit.connection), **kept}, files, heard)


def _keep_awaited(unit: Unit, in_force: InForce, definitions: Mapping[str, Definition]) -> None:
    """Keep the files of the messages that any process waits for: a shipped one counts from then on as published."""
    awaited = {name for one in definitions.values() for name in one.awaited}
    for name in sorted(awaited & in_force.messages.keys()):
        put_artifact(unit, "message", name, in_force.messages[name].text)


def _deployed_tables(unit: Unit) -> dict[str, DecisionFile]:
    current = current_decisions(unit.connection)
    return {name: parse_decisions(artifact_content(unit.connection, digest)) for name, digest in current.items()}


def _asking(unit: Unit, decisions: set[str], messages: set[str]) -> dict[str, bytes]:
    """Return the processes in force that ask one of ``decisions`` or wait for one of ``messages``.

    They must go on with the files handed in.
    """
    if not decisions and not messages:
        return {}
    current = current_processes(unit.connection)
    texts = {name: artifact_content(unit.connection, digest) for name, digest in current.items()}
    parsed = {name: parse_definition(xml) for name, xml in texts.items()}
    return {
        name: texts[name] for name, one in parsed.items() if decisions & set(one.asked) or messages & set(one.awaited)
    }


def _manifest(
    item: Item,
    item_digest: str,
    definitions: Mapping[str, Definition],
    form_digests: Mapping[str, str],
    in_force: InForce,
) -> dict[str, Any]:
    """Return what a release of the item pins, but for the policies; nothing where it has no process."""
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
        "processes": {name: one.digest for name, one in used.items()},
        "forms": {key: form_digests[key] for key in sorted(named | {"application"})},
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
        if name not in found:
            found[name] = definitions[name]
            wanted += found[name].called
    return dict(sorted(found.items()))
