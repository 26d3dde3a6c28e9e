"""``deadlines compute`` needs no data folder; ``deadlines show`` reads the clocks of a case from the house."""

from __future__ import annotations

import argparse
import sys

from deadlines.law.calendar import seed_calendar
from deadlines.law.compute import as_text, compute, parse_day, parse_days, parse_pause, parse_unit
from deadlines.law.daywords import day_line, spans_text
from deadlines.law.errors import LawError
from engine.casework.cases.clockbook import CaseClock, clocks_of_case
from engine.casework.cases.queries import visible_case
from web.api.shapes.clocks import case_clock_json
from yichuang.cli.common import Verbs, house_of, print_json
from yichuang.house import OPERATOR


def add_verbs(verbs: Verbs) -> None:
    """Add ``deadlines``."""
    group = verbs.add_parser("deadlines", help="时限").add_subparsers(dest="what", required=True, metavar="VERB")
    parser = group.add_parser("compute", help="计算到期日并逐行说明")
    parser.add_argument("--start", required=True, metavar="YYYY-MM-DD", help="起算日（当日不计入）")
    parser.add_argument("--days", required=True, metavar="N", help="期限天数")
    parser.add_argument("--unit", default="wd", help="wd 工作日（默认）或 cd 自然日")
    parser.add_argument(
        "--pause", action="append", default=[], metavar="P..R", help="停表区间，可多次，不得重叠；P.. 表示尚未恢复"
    )
    parser.add_argument("--extend", action="append", default=[], metavar="N", help="延长天数，只能一次")
    parser.add_argument("--days-table", action="store_true", help="逐日列出计入和不计入的日子")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)
    show = group.add_parser("show", help="一件的时限：依据、逐行说明、逐日计数，用语与页面相同")
    show.add_argument("case", metavar="CASE_NO", help="办件编号")
    show.add_argument("--days", action="store_true", help="逐日列出计入和不计入的日子")
    show.add_argument("--json", action="store_true", help="输出 JSON")
    show.set_defaults(run=show_clocks)


def run(chosen: argparse.Namespace) -> int:
    """Print the due date with its explanation."""
    try:
        unit = parse_unit(chosen.unit)
        result = compute(
            parse_day(chosen.start),
            parse_days(chosen.days),
            unit,
            [parse_pause(text) for text in chosen.pause],
            [parse_days(text) for text in chosen.extend],
            seed_calendar(),
            with_days=chosen.days_table,
        )
    except LawError as error:
        print(f"{error.code}：{error}", file=sys.stderr)
        return 1
    if chosen.json:
        print_json(result)
    else:
        print(as_text(result, unit))
    return 0


def show_clocks(chosen: argparse.Namespace) -> int:
    """Print the clocks of a case; that the operator looked at them is journalled like a page."""
    door = house_of(chosen)
    with door.read(OPERATOR, action="case.see") as view:
        case = visible_case(view.connection, chosen.case, view.scope)
        clocks = clocks_of_case(view, case)
    door.note_view(OPERATOR, f"办件 {case.case_no} 的时限依据")
    if chosen.json:
        told = [case_clock_json(one) for one in clocks]
        print_json({"case_no": case.case_no, "clocks": told if chosen.days else [_without_days(one) for one in told]})
        return 0
    for one in clocks:
        print(*_lines(one, days=chosen.days), sep="\n")
    if not clocks:
        print("还没有起算的时限。")
    return 0


def _without_days(told: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in told.items() if key != "days"}


def _lines(one: CaseClock, *, days: bool) -> list[str]:
    book, ground = one.book, one.ground
    row, found = book.view.row, book.view.reckoning
    due = "待恢复计时后确定" if row.due_on is None else f"{row.due_on}{'（暂定）' if row.provisional else ''}"
    lines = [f"{book.view.title}（{one.key}）：{book.words}，到期日 {due}"]
    lines.append(f"  起算 {found.start.on}，{ground.anchor}（{ground.clause}）；期限 {one.amount}（{ground.source}）")
    lines.append(f"  {one.counting}；工作日历第 {found.calendar_version} 版")
    for number, (line, parts) in enumerate(book.lines, 1):
        lines.append(f"  {number}. {line.sentence}")
        counted = spans_text(parts, found.start.unit, line.date.year)
        lines += [f"     {counted}"] if counted else []
    lines += [f"  依据的文书 《{paper.title}》{paper.number}" for paper in one.documents]
    return lines + ([f"  {day_line(each)}" for each in book.days] if days else [])
