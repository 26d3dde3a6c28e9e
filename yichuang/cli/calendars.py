"""``calendar show``."""

from __future__ import annotations

import argparse

from deadlines.law.rows import DayKind
from engine.process.clocks.queries import calendar_rows
from engine.registry.identity.rules import SYSTEM
from yichuang.cli.common import Verbs, house_of, print_json


def add_verbs(verbs: Verbs) -> None:
    """Add ``calendar``."""
    group = verbs.add_parser("calendar", help="工作日历").add_subparsers(dest="what", required=True, metavar="VERB")
    show = group.add_parser("show", help="列出一年中的节假日与调休上班日")
    show.add_argument("--year", type=int, required=True)
    show.add_argument("--json", action="store_true", help="输出 JSON")
    show.set_defaults(run=show_year)


def show_year(chosen: argparse.Namespace) -> int:
    """Print the special days of a year, and whether the year is confirmed."""
    with house_of(chosen, new=True).read(SYSTEM) as view:
        days = [row for row in calendar_rows(view.connection) if row.day.year == chosen.year]
    special = [row for row in days if row.kind not in (DayKind.WORKDAY, DayKind.WEEKEND)]
    confirmed = all(row.status == "confirmed" for row in days) and bool(days)
    if chosen.json:
        rows = [{"day": row.day.isoformat(), "kind": str(row.kind), "name": row.name} for row in special]
        print_json({"year": chosen.year, "covered": bool(days), "confirmed": confirmed, "days": rows})
        return 0 if days else 1
    if not days:
        print(f"工作日历不含 {chosen.year} 年")
        return 1
    print(f"{chosen.year} 年：{'已公布' if confirmed else '尚未公布，暂定'}")
    for row in special:
        print(f"{row.day} {'上班' if row.is_workday else '放假'} {row.name}")
    return 0
