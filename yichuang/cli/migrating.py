"""``process migrate``: running cases go on with another release of their item."""

from __future__ import annotations

import argparse
from typing import Any

from engine.casework.cases.queries import running_on
from engine.door import Door
from engine.foundation.journal.reasons import written_reason
from engine.oversight.publishing.migrating.commands import ChooseCases, Ids
from engine.oversight.publishing.migrating.handlers import elements_of, look_ahead
from engine.oversight.publishing.migrating.looking import look
from engine.oversight.publishing.migrating.queries import rows_of, unfinished_batch
from engine.oversight.publishing.migrating.rules import NoCases, ReasonUnwritten, read_ids, refuse_unknown
from engine.oversight.publishing.migrating.working import work_through
from engine.process.bpmn.releases.queries import Release, release_numbered
from engine.registry.identity.reading import Reading
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.house import OPERATOR

STATES = {"done": "已改用新版", "refused": "没有改动", "chosen": "尚未处理"}


def add_verb(group: Verbs) -> None:
    """Add ``process migrate``."""
    verb = group.add_parser("migrate", help="让在办的办件改用另一版流程；有一件不能改用时退出码为 1")
    verb.add_argument("--item", required=True, metavar="CODE", help="事项")
    verb.add_argument("--to", required=True, type=int, metavar="N", help="改用第几版")
    verb.add_argument("--from", dest="number_from", type=int, metavar="M", help="只限现在用第几版的办件")
    verb.add_argument("--case", action="append", default=[], metavar="NO", help="只限这些办件，可以重复")
    verb.add_argument(
        "--map", action="append", default=[], metavar="流程:旧元素=新元素", help="改了编号的元素，可以重复"
    )
    verb.add_argument("--reason", required=True, metavar="TEXT", help="理由，记入每件的过程记录")
    verb.add_argument("--dry-run", action="store_true", help="只看哪些能改用、哪些不能和为什么，不做任何改动")
    verb.add_argument("--json", action="store_true", help="输出 JSON")
    verb.set_defaults(run=migrate)


def migrate(chosen: argparse.Namespace) -> int:
    """Look, or move: print a line for each case; 0 only when every one of them can be moved, or was."""
    reason, ids = written_reason(chosen.reason, ReasonUnwritten), read_ids(chosen.map)
    door = house_of(chosen)
    if chosen.dry_run:
        return _told(chosen, "", _looked(chosen, door, ids))
    batch = _batch(chosen, door, ids, reason)
    rows = [
        {"case": row.case_no, "state": row.state, "reasons": [row.sentence] if row.sentence else []}
        for row in work_through(door, OPERATOR, batch)
    ]
    return _told(chosen, batch, rows)


def _looked(chosen: argparse.Namespace, door: Door, ids: Ids) -> list[dict[str, Any]]:
    with door.read(OPERATOR, action=ChooseCases.action) as view:
        release = release_numbered(view.connection, chosen.item, chosen.to)
        refuse_unknown(ids, elements_of(view, release))
        found = _reasons(chosen, view, release, ids)
    if not found:
        raise NoCases(number=chosen.to)
    return [
        {"case": case_no, "state": "stuck" if reasons else "movable", "reasons": list(reasons)}
        for case_no, reasons in found.items()
    ]


def _reasons(chosen: argparse.Namespace, view: Reading, release: Release, ids: Ids) -> dict[str, tuple[str, ...]]:
    """Return why each chosen case cannot move: those named one by one, all others looked at together."""
    if chosen.case:
        return {case_no: look_ahead(view, case_no, release, ids) for case_no in dict.fromkeys(chosen.case)}
    only = _only(chosen, view)
    looked = look(view, chosen.item, on=only, to=release, ids=ids, limit=None)
    return {one.case_no: one.reasons for one in looked if one.release_id != release.id}


def _batch(chosen: argparse.Namespace, door: Door, ids: Ids, reason: str) -> str:
    """Return the batch to work through: one of the same words that was not finished, or a new one."""
    with door.read(OPERATOR, action=ChooseCases.action) as view:
        release = release_numbered(view.connection, chosen.item, chosen.to)
        found = unfinished_batch(view.connection, release.id, ids, reason)
        if found is not None:
            left = len(rows_of(view.connection, found.id, state="chosen"))
            if not chosen.json:
                print(f"接着办理上次没有办完的一批，还有 {left} 件")
            return found.id
        case_nos = tuple(_case_nos(chosen, view))
    command = ChooseCases(item_code=chosen.item, number=chosen.to, case_nos=case_nos, ids=ids, reason=reason)
    return str(door.execute(command, OPERATOR, key=fresh_key("migrate"))["batch"])


def _case_nos(chosen: argparse.Namespace, view: Reading) -> list[str]:
    """Return the chosen cases: those named, or all running ones of the item that are not on the release yet."""
    if chosen.case:
        return list(dict.fromkeys(chosen.case))
    to, only = release_numbered(view.connection, chosen.item, chosen.to), _only(chosen, view)
    found = running_on(view.connection, chosen.item, only.id if only is not None else None, limit=None)
    return [one.case_no for one in found if one.release_id != to.id]


def _only(chosen: argparse.Namespace, view: Reading) -> Release | None:
    return release_numbered(view.connection, chosen.item, chosen.number_from) if chosen.number_from else None


def _told(chosen: argparse.Namespace, batch: str, rows: list[dict[str, Any]]) -> int:
    well = all(row["state"] in ("done", "movable") for row in rows)
    if chosen.json:
        print_json({"item": chosen.item, "to": chosen.to, "batch": batch or None, "cases": rows})
        return 0 if well else 1
    words = {**STATES, "movable": "可以改用", "stuck": "不能改用"}
    for row in rows:
        print(f"{row['case']}  {words[row['state']]}")
        for sentence in row["reasons"]:
            print(f"    {sentence}")
    return 0 if well else 1
