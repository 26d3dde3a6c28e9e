"""``calendar show|import|close|undo|confirm|drop``: the working calendar from the command line."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from deadlines.law.arrangement import missing_year
from deadlines.law.rows import DayKind
from engine.door import Door
from engine.foundation.clock import city_date
from engine.foundation.errors import Invalid
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import Actor
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.queries import calendar_rows
from engine.process.clocks.rules import TITLES
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import (
    ConfirmCalendar,
    DraftCalendar,
    DraftClosure,
    DraftUndo,
    DropDraft,
)
from engine.process.clocks.yearly.handlers import what
from engine.process.clocks.yearly.queries import Draft, Moved
from engine.process.clocks.yearly.rules import KINDS, STATES
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import SYSTEM
from yichuang.calendaring import look_ahead, recompute
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.house import OPERATOR

SHOWN = 20
"""So many clocks are printed; the page and the list have them all."""


class NoticeUnreadable(Invalid):
    """读不到放假安排文件“{path}”，请核对文件名；从标准输入读取请写 -。"""

    code = "NOTICE_UNREADABLE"


def add_verbs(verbs: Verbs) -> None:
    """Add ``calendar``."""
    group = verbs.add_parser("calendar", help="工作日历").add_subparsers(dest="what", required=True, metavar="VERB")
    show = group.add_parser("show", help="列出一年中的节假日与调休上班日，以及版本和草案")
    show.add_argument("--year", type=int, required=True)
    show.set_defaults(run=show_year)
    take = group.add_parser("import", help="起草年度放假安排：通知全文或逐行的“放假、上班”，并推算对在办件的影响")
    take.add_argument("file", metavar="FILE", help="文本文件，- 为标准输入")
    take.add_argument("--source", required=True, metavar="文号", help="通知的文号")
    take.add_argument("--year", type=int, help="年度；不写则为尚未登记的一年")
    take.set_defaults(run=import_notice)
    close = group.add_parser("close", help="起草停止办公，须经另一人确认")
    close.add_argument("days", metavar="DAYS", help="如 2026-07-20 或 2026-07-20至2026-07-21")
    close.add_argument("--reason", required=True, metavar="TEXT", help="事由")
    close.add_argument("--document", required=True, metavar="文号", help="批准的文号")
    close.set_defaults(run=close_days)
    undo = group.add_parser("undo", help="起草撤销某一版，须经另一人确认")
    undo.add_argument("version", type=int, metavar="N")
    undo.add_argument("--reason", required=True, metavar="TEXT", help="理由")
    undo.set_defaults(run=undo_version)
    drop = group.add_parser("drop", help="作废草案")
    drop.add_argument("draft", type=int, metavar="ID")
    drop.set_defaults(run=drop_draft)
    for verb in (take, close, undo, drop):
        verb.add_argument("--account", metavar="A", help="以哪个账号起草；不写则为命令行操作员")
    confirm = group.add_parser("confirm", help="由另一人确认草案，随即重新计算在办件的时限")
    confirm.add_argument("draft", type=int, metavar="ID")
    confirm.add_argument("--account", required=True, metavar="B", help="以哪个账号确认，须不是起草的人")
    confirm.set_defaults(run=confirm_draft)
    for verb in (show, take, close, undo, drop, confirm):
        verb.add_argument("--json", action="store_true", help="输出 JSON")


def show_year(chosen: argparse.Namespace) -> int:
    """Print the special days of a year, whether the year is confirmed, the versions and the drafts that wait."""
    with house_of(chosen, new=True).read(SYSTEM) as view:
        days = [row for row in calendar_rows(view.connection) if row.day.year == chosen.year]
        versions = queries.versions(view.connection)
        drafts = queries.drafts(view.connection, states=("previewing", "ready"))
    special = [row for row in days if row.kind not in (DayKind.WORKDAY, DayKind.WEEKEND)]
    confirmed = all(row.status == "confirmed" for row in days) and bool(days)
    if chosen.json:
        rows = [{"day": row.day.isoformat(), "kind": str(row.kind), "name": row.name} for row in special]
        newest = versions[0].version if versions else queries.FIRST
        told = [{"draft": one.id, "what": what(one), "state": one.state} for one in drafts]
        body = {"year": chosen.year, "covered": bool(days), "confirmed": confirmed, "days": rows}
        print_json(body if not days else {**body, "version": newest, "drafts": told})
        return 0 if days else 1
    if not days:
        print(f"工作日历不含 {chosen.year} 年")
        return 1
    print(f"{chosen.year} 年：{'已公布' if confirmed else '尚未公布，暂定'}")
    for row in special:
        print(f"{row.day} {'上班' if row.is_workday else '放假'} {row.name}")
    for version in versions[:5]:
        print(f"第 {version.version} 版 {KINDS[version.kind]} {what(version)}（{version.source}）")
    for draft in drafts:
        print(f"草案 {draft.id} {STATES[draft.state]}：{what(draft)}（{draft.source}，{draft.drafted_name}起草）")
    return 0


def import_notice(chosen: argparse.Namespace) -> int:
    """Draft a year's notice and print what it would do; 1 with a line for each problem."""
    text = _text(chosen.file)
    door = house_of(chosen)
    year = chosen.year or _year(door, text)
    return _drafted(chosen, door, DraftCalendar(year=year, text=text, source=chosen.source))


def close_days(chosen: argparse.Namespace) -> int:
    """Draft a closure and print what it would do."""
    command = DraftClosure(days=chosen.days, reason=chosen.reason, document_no=chosen.document)
    return _drafted(chosen, house_of(chosen), command)


def undo_version(chosen: argparse.Namespace) -> int:
    """Draft that a version is taken back and print what that would do."""
    return _drafted(chosen, house_of(chosen), DraftUndo(version=chosen.version, reason=chosen.reason))


def drop_draft(chosen: argparse.Namespace) -> int:
    """Drop a draft."""
    door = house_of(chosen)
    door.execute(DropDraft(draft_id=chosen.draft), _actor(door, chosen.account), key=fresh_key("calendar"))
    if chosen.json:
        print_json({"draft": chosen.draft, "state": "dropped"})
    else:
        print(f"已作废草案 {chosen.draft}")
    return 0


def confirm_draft(chosen: argparse.Namespace) -> int:
    """Put a draft in force as another person, and count the clocks again."""
    door = house_of(chosen)
    with door.read(SYSTEM) as view:
        base = queries.current_version(view.connection)
    command = ConfirmCalendar(draft_id=chosen.draft, base_version=base)
    outcome = door.execute(command, _actor(door, chosen.account), key=fresh_key("calendar"))
    roots = recompute(door)
    if chosen.json:
        print_json({"draft": chosen.draft, "version": outcome["version"], "recomputed": roots})
    else:
        print(f"工作日历第 {outcome['version']} 版生效，已重新计算 {roots} 件的时限")
    return 0


def _drafted(chosen: argparse.Namespace, door: Door, command: Command) -> int:
    id = int(door.execute(command, _actor(door, chosen.account), key=fresh_key("calendar"))["draft"])
    look_ahead(door)
    with door.read(SYSTEM) as view:
        draft = queries.draft_of(view.connection, id)
        counts = queries.moved_counts(view.connection, id)
        moved = queries.moved_by(view.connection, id, limit=SHOWN)
    if chosen.json:
        print_json(
            {
                "draft": id, "what": what(draft), "state": draft.state, "base_version": draft.base_version,
                "looked_at": draft.looked_at, "paused": draft.paused,
                "counts": [{"days": days, "clocks": number} for days, number in counts],
                "clocks": [_clock(one) for one in moved],
            }
        )  # fmt: skip
        return 0
    _print(draft, counts, moved)
    return 0


def _print(draft: Draft, counts: list[tuple[int, int]], moved: list[Moved]) -> None:
    print(f"草案 {draft.id}：{what(draft)}，改动 {len(draft.rows)} 天（与第 {draft.base_version} 版相比）")
    print(f"推算了 {draft.looked_at} 个在计时的时限，其中 {draft.paused} 个停表中")
    for days, number in counts:
        print(f"  {number} 个{f'移 {days:+d} 天' if days else '到期日不变，不再暂定'}")
    for one in moved:
        if one.days:
            print(f"  {one.root_id.partition(':')[2]} {TITLES[one.kind]} {one.before} → {one.after}")
    total = sum(number for days, number in counts if days)
    if total > SHOWN:
        print(f"  ……共 {total} 个，其余见“工作日历”页面")
    print(f"请另一人确认：calendar confirm {draft.id} --account …")


def _clock(one: Moved) -> dict[str, Any]:
    return {
        "root": one.root_id, "kind": one.kind, "before": one.before.isoformat(), "after": one.after.isoformat(),
        "days": one.days, "settled": one.settled,
    }  # fmt: skip


def _actor(door: Door, account: str | None) -> Actor:
    if account is None:
        return OPERATOR
    with door.read(SYSTEM) as view:
        return actor_of(view.connection, account, view.now, channel="cli")


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NoticeUnreadable(path=file) from error


def _year(door: Door, text: str) -> int:
    """Return the year that a text names first, else the one that is missing, else the next one."""
    named = re.search(r"(20\d\d)年[^\n\d]{0,12}(?:节假日|元旦)", text)
    with door.read(SYSTEM) as view:
        today = city_date(view.now)
        missing = missing_year(today, view.part(Calendars).current(view.connection))
    return int(named[1]) if named else missing or today.year + 1
