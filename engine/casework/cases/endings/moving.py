"""转到正确的事项: a case registered under the wrong item ends, and goes on under the right one (6.1.1).

The number of a case carries the code of its item, so it cannot simply be renamed: the old number stays with the old
case, the new one has the same applicant, application and receipt time, and each names the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import queries
from engine.casework.cases.endings import rules
from engine.casework.cases.endings.commands import MoveToItem
from engine.casework.cases.endings.handlers import asked, end_case
from engine.casework.cases.endings.queries import link_moved
from engine.casework.cases.file import queries as records
from engine.casework.cases.file.queries import MaterialRow
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.registering import material_row, start_process
from engine.casework.cases.rules import STATUSES, NotOneWindow
from engine.foundation.blobs.queries import refer_upload, usable_uploads
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.queries import NoRelease, current_release
from engine.process.documents.queries import documents_of
from engine.process.tasks.registry import View
from engine.registry.items.queries import current_item, current_items
from forms import Context
from processes.items import Item

MOVED_AWAY = tag("case.moved_away", "登记的事项有误，转为“{item_name}”办件 {other}：{reason}")
MOVED_HERE = tag("case.moved_here", "由登记有误的办件 {other} 转来，收到申请材料的时间不变：{reason}")

STANDING = ("acceptance_notice", "rejection_notice", "correction_notice")
"""Notices that tell the applicant something of the item: they must be void before it turns out to be another."""


def prepare_moving(view: View, case: CaseFile) -> Context:
    """Offer the items that the counter receives and that have a process."""
    return Context(now=view.now, options={"item": _choices(view, case)})


def move_to_item(command: MoveToItem, unit: Unit) -> Mapping[str, Any]:
    """End the case as misfiled and register it under the right item, with the same receipt time.

    Raises :class:`TooLateToMove`, :class:`SameItem`, :class:`NoticeStandsInTheWay`, NoRelease, NotOneWindow.
    """
    case, answer = asked(unit, command, "move_to_item", prepare_moving)
    rules.refuse_moving(case.status, STATUSES[case.status], (case.item_code, case.item_name), answer["item"])
    issued = documents_of(unit.connection, case.root_id)
    rules.refuse_standing_notice(
        [(one.title, one.number) for one in issued if one.kind in STANDING and one.state == "issued"]
    )
    digest, item = current_item(unit.connection, answer["item"])
    if item.entry_mode != "one_window":
        raise NotOneWindow(name=item.name)
    new_root, case_no = _register(unit, case, item, digest)
    _take_over_materials(unit, case.root_id, new_root, item)
    link_moved(unit, case.root_id, new_root)
    unit.record(MOVED_AWAY, case.root_id, item=item.code, item_name=item.name, other=case_no, reason=answer["reason"])
    unit.record(MOVED_HERE, new_root, other=case.case_no, reason=answer["reason"])
    end_case(unit, case, "misfiled")
    return {"case_no": case_no, "moved_from": case.case_no, "opened": list(start_process(unit, new_root))}


def _choices(view: View, case: CaseFile) -> list[tuple[str, str]]:
    found = []
    for _digest, item in current_items(view.connection):
        if item.entry_mode == "one_window" and item.code != case.item_code:
            try:
                current_release(view.connection, item.code, view.now)
            except NoRelease:
                continue
            found.append((item.code, f"{item.code} {item.name}"))
    return found


def _register(unit: Unit, case: CaseFile, item: Item, digest: str) -> tuple[str, str]:
    release = current_release(unit.connection, item.code, unit.now)
    case_no = queries.next_case_number(unit, item.implement_code, city_date(unit.now))
    root_id = unit.create_root(f"case:{case_no}", "case").id
    queries.put_case(
        unit,
        {
            "root_id": root_id,
            "case_no": case_no,
            "application_id": case.application_id,
            "applicant_id": case.applicant_id,
            "applicant_name": case.applicant_name,
            "item_code": item.code,
            "item_name": item.name,
            "item_digest": digest,
            "release_id": release.id,
            "case_type": item.case_type,
            "department": item.department,
            "status": "received",
            "channel": case.channel,
            "received_at": case.received_at,
            "first_responder": case.first_responder,
            "receive_region": case.receive_region,
            "handle_region": item.handle_region,
            "deemed": False,
            "visits": case.visits,
            "excluded_procedures": [],
        },
    )
    return root_id, case_no


def _take_over_materials(unit: Unit, old_root: str, new_root: str, item: Item) -> None:
    """Put down the right item's materials; what was handed in under the same name comes along with its files."""
    before = {one.name: one for one in records.materials_of(unit.connection, old_root)}
    rows = [_kept(material_row(one, {}), before.get(one.name)) for one in item.materials]
    records.put_materials(unit, new_root, rows)
    uploads = usable_uploads(unit.connection, "", old_root)
    files = records.files_of(unit.connection, old_root)
    for material in item.materials:
        old = before.get(material.name)
        mine = [] if old is None else [uploads[one.digest] for one in files if one.no == old.no]
        records.add_files(unit, new_root, material.no, [refer_upload(unit, one, new_root) for one in mine])


def _kept(fresh: MaterialRow, old: MaterialRow | None) -> MaterialRow:
    if old is None:
        return fresh
    taken = {"provided_form": old.provided_form, "copies": old.copies, "original_checked": old.original_checked}
    return MaterialRow(**{**vars(fresh), **taken, "shared": old.shared})
