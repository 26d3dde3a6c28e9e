"""``process incidents``: what the house could not do by itself, and what is done about it."""

from __future__ import annotations

import argparse

from deadlines.runner.sweeper import sweep
from engine.process.tasks.incidents.commands import ResolveIncident, RetryIncident
from engine.process.tasks.incidents.queries import Incident, incident_by_id, incidents
from engine.process.tasks.incidents.rules import OUTBOX
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.house import OPERATOR
from yichuang.worker import work_once

STATES = {"open": "待处理", "retried": "已安排重试", "healed": "已恢复", "resolved": "已人工处置"}


def add_verb(group: Verbs) -> None:
    """Add ``process incidents``."""
    verb = group.add_parser("incidents", help="系统未能完成的事项：查看、重试、登记人工处置")
    verb.add_argument("--all", action="store_true", help="连同已处理的")
    chosen = verb.add_mutually_exclusive_group()
    chosen.add_argument("--retry", metavar="ID", help="立即重试这一项；仍未成功时退出码为 1")
    chosen.add_argument("--resolve", metavar="ID", help="登记这一项已由人工处置，须写明经过")
    verb.add_argument("--reason", default="", metavar="TEXT", help="人工处置的经过，记入过程记录")
    verb.add_argument("--json", action="store_true", help="输出 JSON")
    verb.set_defaults(run=show)


def show(chosen: argparse.Namespace) -> int:
    """Print the incidents, or the one that was asked about after it has been tried again or settled."""
    door = house_of(chosen)
    wanted = chosen.retry or chosen.resolve
    if wanted:
        with door.read(OPERATOR, action=RetryIncident.action) as view:
            root_id = incident_by_id(view.connection, wanted).root_id
        if chosen.retry:
            door.execute(RetryIncident(root_id=root_id, incident=wanted), OPERATOR, key=fresh_key("retry"))
            # What it takes runs through the door as ever; others that are due go the same way.
            if wanted.startswith(f"{OUTBOX}:"):
                work_once(door)
            else:
                sweep(door)
        else:
            command = ResolveIncident(root_id=root_id, incident=wanted, reason=chosen.reason)
            door.execute(command, OPERATOR, key=fresh_key("resolve"))
    with door.read(OPERATOR, action=RetryIncident.action) as view:
        found = (
            [incident_by_id(view.connection, wanted)]
            if wanted
            else incidents(view.connection, all_states=chosen.all)
        )
    _print(chosen, found)
    return 1 if chosen.retry and found[0].state == "open" else 0


def _print(chosen: argparse.Namespace, found: list[Incident]) -> None:
    if chosen.json:
        times = ("since", "settled_at")
        rows = [{**vars(one), **{name: _text(getattr(one, name)) for name in times}} for one in found]
        print_json(rows)
        return
    for one in found:
        case = one.root_id.removeprefix("case:")
        print(f"{one.id}  {STATES[one.state]}  {case}  {one.element}  {one.attempts} 次  自 {one.since.isoformat()}")
        print(f"    {one.sentence}")
    if not found:
        print("没有系统未能完成的事项")


def _text(instant: object) -> str | None:
    return None if instant is None else str(instant)
