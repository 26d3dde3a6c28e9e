"""``standstill draft|approve|end|show``: the clocks of many cases stand still, from the command line."""

from __future__ import annotations

import argparse

from engine.door import Door
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import Actor
from engine.oversight.standstill import queries
from engine.oversight.standstill.commands import ApproveStandstill, DraftStandstill, EndStandstill
from engine.oversight.standstill.rules import CASE_STATES, STATES
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import SYSTEM
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.standing_still import carry_out


def add_verbs(verbs: Verbs) -> None:
    """Add ``standstill``."""
    parser = verbs.add_parser("standstill", help="不可抗力停表")
    group = parser.add_subparsers(dest="what", required=True, metavar="VERB")
    draft = group.add_parser("draft", help="起草停表，须经另一人批准")
    draft.add_argument("--from", dest="from_day", required=True, metavar="DAY", help="自哪一日起，如 2026-07-20")
    draft.add_argument("--department", action="append", default=[], metavar="KEY", help="限于这个部门，可以重复")
    draft.add_argument("--item", action="append", default=[], metavar="CODE", help="限于这个事项，可以重复")
    draft.set_defaults(run=draft_standstill)
    end = group.add_parser("end", help="起草恢复，须经另一人批准")
    end.add_argument("id", type=int, metavar="ID")
    end.add_argument("--on", required=True, metavar="DAY", help="自哪一日起恢复")
    end.set_defaults(run=end_standstill)
    for verb in (draft, end):
        verb.add_argument("--reason", required=True, metavar="TEXT", help="事由")
        verb.add_argument("--document", required=True, metavar="文号", help="文号")
    approve = group.add_parser("approve", help="由另一人批准停表或者恢复，随即逐件办理")
    approve.add_argument("id", type=int, metavar="ID")
    approve.set_defaults(run=approve_standstill)
    for verb in (draft, end, approve):
        verb.add_argument("--account", required=True, metavar="A", help="以哪个账号办理")
    show = group.add_parser("show", help="停表的状态和各结果的件数")
    show.add_argument("id", type=int, metavar="ID")
    show.set_defaults(run=show_standstill)
    for verb in (draft, end, approve, show):
        verb.add_argument("--json", action="store_true", help="输出 JSON")


def draft_standstill(chosen: argparse.Namespace) -> int:
    """Draft a standstill and print what it would stop."""
    command = DraftStandstill(
        reason=chosen.reason, document_no=chosen.document, from_day=chosen.from_day,
        departments=tuple(chosen.department), items=tuple(chosen.item),
    )  # fmt: skip
    return _given(chosen, command)


def end_standstill(chosen: argparse.Namespace) -> int:
    """Draft the end of a standstill."""
    command = EndStandstill(id=chosen.id, reason=chosen.reason, document_no=chosen.document, end_day=chosen.on)
    return _given(chosen, command)


def approve_standstill(chosen: argparse.Namespace) -> int:
    """Approve a standstill or its end, and carry it out; 1 when a case could not be done."""
    door = house_of(chosen)
    door.execute(ApproveStandstill(id=chosen.id), _actor(door, chosen.account), key=fresh_key("standstill"))
    carry_out(door)
    return _told(chosen, door, chosen.id)


def show_standstill(chosen: argparse.Namespace) -> int:
    """Print how a standstill stands; 1 when a case could not be done."""
    return _told(chosen, house_of(chosen), chosen.id)


def _given(chosen: argparse.Namespace, command: Command) -> int:
    door = house_of(chosen)
    outcome = door.execute(command, _actor(door, chosen.account), key=fresh_key("standstill"))
    return _told(chosen, door, int(outcome["id"]))


def _told(chosen: argparse.Namespace, door: Door, id: int) -> int:
    with door.read(SYSTEM) as view:
        one = queries.standstill_of(view.connection, id)
        shares = queries.shares(view.connection, one) if one.state == "drafted" else []
        counts = queries.outcome_counts(view.connection, id)
        since = queries.received_since(view.connection, one)
    if chosen.json:
        print_json({
            "id": id, "state": one.state, "counts": counts, "received_since": since,
            "scope": [{"department": each.department, "cases": each.cases, "clocks": each.clocks} for each in shares],
        })  # fmt: skip
    else:
        print(f"停表 {id} {STATES[one.state]}：{one.reason}（{one.document_no}），自 {one.from_day} 起")
        for each in shares:
            print(f"{each.department} {each.cases} 件，{each.clocks} 个时限")
        for state, count in sorted(counts.items()):
            print(f"{CASE_STATES[state]} {count} 件")
        if since:
            print(f"停表期间新收 {since} 件，不停表")
    return 1 if counts.get("failed") else 0


def _actor(door: Door, account: str) -> Actor:
    with door.read(SYSTEM) as view:
        return actor_of(view.connection, account, view.now, channel="cli")
