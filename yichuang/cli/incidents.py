"""``process incidents``: what the house could not do by itself, and what is done about it."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from deadlines.runner.sweeper import sweep
from engine.foundation.clock import CITY
from engine.process.tasks.incidents.commands import ResolveIncident, RetryIncident
from engine.process.tasks.incidents.queries import incident_by_id, incidents
from engine.process.tasks.incidents.rules import OUTBOX, STATES
from engine.process.tasks.incidents.telling import Told, told_of
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.house import OPERATOR
from yichuang.worker import work_once


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
        told = told_of(view, found)
    _print(chosen, told)
    return 1 if chosen.retry and found[0].state == "open" else 0


def _print(chosen: argparse.Namespace, told: list[Told]) -> None:
    if chosen.json:
        print_json([_as_json(one) for one in told])
        return
    for row in told:
        one = row.incident
        again = f"  下次再试 {_local(row.next_try)}" if row.next_try and one.state != "resolved" else ""
        state = f"{STATES[one.state]}  {row.root} {row.number}  {row.title}（{one.element}）"
        print(f"{one.id}  {state}  {one.attempts} 次  自 {_local(one.since)}{again}")
        print(f"    {one.sentence}")
    if not told:
        print("没有系统未能完成的事项")


def _as_json(row: Told) -> dict[str, Any]:
    times = {name: _text(getattr(row.incident, name)) for name in ("since", "settled_at")}
    return {**vars(row.incident), **times, "title": row.title, "next_try": _text(row.next_try)}


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(CITY):%Y-%m-%d %H:%M}"


def _text(instant: object) -> str | None:
    return None if instant is None else str(instant)
