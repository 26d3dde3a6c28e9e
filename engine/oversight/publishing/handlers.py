"""Deploying processes and items: check everything, keep it by digest, and make the releases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import forms
from engine.foundation.clock import utc_text
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.checking import Standing, found_in, standing
from engine.oversight.publishing.commands import CATALOGUE_ROOT, Deploy
from engine.oversight.publishing.files import ITEM, Files, shipped_forms
from engine.oversight.publishing.pinning import Pinnable, items_with, manifest_of, pinnable
from engine.oversight.publishing.rehearsed import ALL, Rehearsed, refuse_unrehearsed, walked_already
from engine.oversight.publishing.rules import ItemsNotLater, PlannedLater, ProcessRefused, errors_in
from engine.oversight.publishing.timeline import Stretch, follow, stretches
from engine.oversight.rehearsal.gate import Asked
from engine.process.bpmn.releases.queries import (
    files_digest,
    own_forms,
    put_artifact,
    put_own_form,
    release_moments,
)
from engine.registry.items.queries import publish_item
from processes.items import Item
from processes.library import digest as digest_of

DEPLOYED = tag("release.deployed", "发布事项 {item} 的办理流程")
PUBLISHED = tag("item.published", "发布事项 {item} 的实施清单")
FORM_PUBLISHED = tag("form.published", "发布表单 {form}")


def deploy(command: Deploy, unit: Unit) -> Mapping[str, Any]:
    """Check and release; raise :class:`ProcessRefused` with every problem, and nothing has changed.

    Returns the release ids by item code; an item whose release would be the same keeps it.
    """
    return {"releases": release(unit, command.files)}


def release(
    unit: Unit, files: Files, begins: datetime | None = None, rehearsed: Rehearsed = ALL
) -> dict[str, str]:
    """Make ``files`` what the next cases go by, from ``begins`` (UTC) on, at once unless it is told.

    This is the one way by which definitions come into force: from the command line, by a draft that was approved, by
    rolling back.  ``rehearsed`` says which kept rehearsals must have passed with exactly what the releases pin.
    Raises :class:`ProcessRefused` with every problem, :class:`ItemsNotLater`, :class:`PlannedLater`, RehearsalFailed
    and ItemUnfit, and nothing has changed.  Returns the release ids by item code; an item whose release would be the
    same keeps it.
    """
    unit.lock_or_create(CATALOGUE_ROOT, "release")
    first = unit.now if begins is None else max(begins, unit.now)
    ahead = stretches(unit, first)
    moments = [first, *release_moments(unit.connection, first)]
    stands = {moment: standing(unit, moment) for moment in moments}
    _refuse(unit, files, first, stands)
    _publish_items(unit, files)
    _keep(unit, files, first)
    found = {moment: pinnable(unit, files, stands[moment], moment) for moment in moments}
    _keep_awaited(unit, found.values())
    released = _release_items(unit, ahead, found, rehearsed)
    unit.raise_epoch("release")
    return released


def _refuse(unit: Unit, files: Files, first: datetime, stands: Mapping[datetime, Standing]) -> None:
    if first > unit.now and files.items:
        raise ItemsNotLater
    _refuse_planned(unit, files, stands)
    for now in stands.values():
        found = [problem for (kind, _), problem in found_in(unit, files, now) if (kind, problem.rule) != _UNFIT]
        errors = errors_in(tuple(found))
        if errors:
            raise ProcessRefused(errors)


_UNFIT = (ITEM, "ITEM_REFUSED")
"""What is wrong with an item's own file is said whole by whoever keeps the catalogue."""


def _refuse_planned(unit: Unit, files: Files, stands: Mapping[datetime, Standing]) -> None:
    """Raise :class:`PlannedLater` for a file of which another version is decided upon for a day to come."""
    now, *later = stands.items()
    for moment, one in later:
        for mine, before, after in (
            (files.processes, now[1].digests, one.digests),
            (files.decisions, _digests(now[1]), _digests(one)),
            (files.messages, _heard(now[1]), _heard(one)),
            (files.forms, now[1].own_forms, one.own_forms),
        ):
            for name in sorted(mine):
                if before.get(name) != after.get(name):
                    raise PlannedLater(name=name, at=utc_text(moment))


def _digests(one: Standing) -> dict[str, str]:
    return {name: file.digest for name, file in one.tables.items()}


def _heard(one: Standing) -> dict[str, str]:
    return {name: file.digest for name, file in one.messages.items()}


def _publish_items(unit: Unit, files: Files) -> None:
    for code, content in sorted(files.items.items()):
        if publish_item(unit, digest_of(content), content.decode("utf-8")):
            unit.record(PUBLISHED, CATALOGUE_ROOT, item=code, digest=digest_of(content))


def _keep(unit: Unit, files: Files, first: datetime) -> None:
    for kind, contents in (("process", files.processes), ("decisions", files.decisions)):
        for name, content in contents.items():
            put_artifact(unit, kind, name, content)
    for key in shipped_forms():
        put_artifact(unit, "form", key, forms.source(key))
    now = own_forms(unit.connection, first)
    for key, content in sorted(files.forms.items()):
        digest = put_artifact(unit, "form", key, content)
        shipped = key in shipped_forms() and digest == digest_of(forms.source(key))
        if now.get(key, "") != ("" if shipped else digest):
            put_own_form(unit, key, "" if shipped else digest, first)
            unit.record(FORM_PUBLISHED, CATALOGUE_ROOT, form=key, digest=digest, effective_from=utc_text(first))


def _keep_awaited(unit: Unit, all: Iterable[Pinnable]) -> None:
    """Keep the files of the messages that any process waits for: a shipped one counts from then on as published."""
    for one in all:
        awaited = {name for definition in one.definitions.values() for name in definition.awaited}
        for name in sorted(awaited & one.standing.messages.keys()):
            put_artifact(unit, "message", name, one.standing.messages[name].text)


def _release_items(
    unit: Unit, ahead: list[Stretch], found: Mapping[datetime, Pinnable], rehearsed: Rehearsed
) -> dict[str, str]:
    released: dict[str, str] = {}
    asked: list[Asked] = []
    for item_digest, item in items_with(unit, Files()):
        known = walked_already(unit, item.code)

        @cache
        def manifest_at(moment: datetime, digest: str = item_digest, one: Item = item) -> dict[str, Any]:
            begun = max(each for each in found if each <= moment)
            return manifest_of(one, digest, found[begun])

        for made in follow(unit, item.code, manifest_at, ahead):
            released.setdefault(item.code, made.id)
            digest = files_digest(made.manifest)
            if digest not in known:
                asked.append(Asked(item.code, digest))
            pinned = {
                key: made.manifest[key]
                for key in ("processes", "decisions", "messages", "ladders")
                if key in made.manifest
            }
            later: dict[str, Any] = {}
            if made.effective_from > unit.now:
                later["effective_from"] = utc_text(made.effective_from)
            unit.record(DEPLOYED, CATALOGUE_ROOT, item=item.code, release=made.id, **pinned, **later)
    refuse_unrehearsed(unit, asked, rehearsed)
    return released
