"""Moving cases to another release: the look ahead, the choice, and the move itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from engine.casework.cases.queries import case_of_number, items_of_numbers, set_case
from engine.casework.cases.rules import CaseMissing
from engine.foundation.errors import Refusal
from engine.foundation.journal.reasons import written_reason
from engine.foundation.journal.rules import canonical
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.migrating import queries
from engine.oversight.publishing.migrating.commands import ChooseCases, Ids, MigrateCase, NoteUnmoved
from engine.oversight.publishing.migrating.rules import (
    NoCases,
    ReasonUnwritten,
    refuse_moving,
    refuse_other_item,
    refuse_unknown,
)
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Release, release_numbered
from engine.process.clocks.ladder.handlers import look_anew
from engine.process.tasks import migrating
from engine.process.tasks.queries import instances_of
from engine.process.tasks.registry import View

CHOSEN = tag("migration.chosen", "选定 {count} 件事项 {item} 的办件改用第 {number} 版流程。理由：{reason}")
UNMOVED = tag("migration.refused", "办件 {case_no} 没有改用新版流程：{sentence}")


def look_ahead(view: View, case_no: str, release: Release, ids: Ids) -> tuple[str, ...]:
    """Return every sentence that says why the case cannot go on with ``release``; empty when it can.

    Changes nothing.
    """
    try:
        case = case_of_number(view.connection, case_no)
        refuse_moving(case, release, instances_of(view.connection, case.root_id))
        return tuple(each.sentence for each in migrating.obstacles(view, case.root_id, release, ids))
    except Refusal as refusal:  # a case whose stored state is spoiled must not hide how the others stand
        return (refusal.sentence,)


def choose(command: ChooseCases, unit: Unit) -> Mapping[str, Any]:
    """Keep a batch of cases; nothing is moved yet.

    Raises :class:`ReasonUnwritten`, ReleaseMissing, :class:`MapUnreadable`, :class:`NoCases`, CaseMissing and
    :class:`CaseOfAnotherItem`.
    """
    reason = written_reason(command.reason, ReasonUnwritten)
    release = release_numbered(unit.connection, command.item_code, command.number)
    refuse_unknown(command.ids, elements_of(unit, release))
    case_nos = tuple(dict.fromkeys(command.case_nos))
    if not case_nos:
        raise NoCases(number=command.number)
    items = items_of_numbers(unit.connection, case_nos)
    for case_no in case_nos:
        if case_no not in items:
            raise CaseMissing(case_no=case_no[:43])
        refuse_other_item(case_no, items[case_no], release)
    said = canonical({"release": release.id, "cases": list(case_nos), "at": unit.now.isoformat()})
    id = unit.create_root(f"migration:{hashlib.sha256(said.encode()).hexdigest()[:24]}", "migration").id
    ids = {process: dict(names) for process, names in command.ids.items()}
    queries.put_batch(unit, queries.Batch(id, command.item_code, release.id, ids, reason), case_nos)
    unit.record(CHOSEN, id, item=command.item_code, number=release.number, count=len(case_nos), reason=reason, map=ids)
    return {"batch": id, "chosen": len(case_nos)}


def migrate_case(command: MigrateCase, unit: Unit) -> Mapping[str, Any]:
    """Let a running case go on with another release of its item; its pinned release is that one from now on.

    What the applicant was promised about the item itself (its materials, its limits) stays as it was received; clocks
    that run keep their dates.  A case of a batch whose row is settled already is left alone.  Raises
    :class:`ReasonUnwritten`, CaseMissing, ReleaseMissing, :class:`MapUnreadable`, the refusals of
    :func:`refuse_moving`, and NotMovable with every element that is in the way.
    """
    reason = written_reason(command.reason, ReasonUnwritten)
    case = case_of_number(unit.connection, command.case_no)
    if command.batch and not queries.settle(unit, command.batch, "done", case_no=case.case_no):
        return {"case_no": case.case_no, "moved": False}
    release = release_numbered(unit.connection, case.item_code, command.number)
    refuse_unknown(command.ids, elements_of(unit, release))
    refuse_moving(case, release, instances_of(unit.connection, case.root_id))
    told = migrating.migrate(unit, case.root_id, release, command.ids, reason)
    set_case(unit, case.root_id, release_id=release.id)
    # The release may bring a ladder of its own, or leave the centre's to the case again.
    look_anew(unit, case.root_id)
    return {"case_no": case.case_no, "moved": True, "from": told["from_number"], "to": told["to_number"]}


def note_unmoved(command: NoteUnmoved, unit: Unit) -> Mapping[str, Any]:
    """Note why a case of a batch stays where it is; the case itself is not touched."""
    sentence = command.sentence[:2000]
    if queries.settle(unit, command.batch, "refused", sentence=sentence, number=command.number):
        [row] = [one for one in queries.rows_of(unit.connection, command.batch) if one.number == command.number]
        unit.record(UNMOVED, command.batch, case_no=row.case_no, sentence=sentence)
    return {}


def elements_of(view: View, release: Release) -> dict[str, frozenset[str]]:
    """Return the element ids of each process of a release."""
    bundles = view.part(Bundles)
    return {
        name: frozenset(bundles.definition(view.connection, digest).elements)
        for name, digest in release.processes.items()
    }

