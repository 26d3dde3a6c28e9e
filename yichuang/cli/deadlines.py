"""``deadlines compute``: needs no data folder."""

from __future__ import annotations

import argparse
import sys

from deadlines.law.calendar import seed_calendar
from deadlines.law.compute import as_text, compute, parse_day, parse_days, parse_pause, parse_unit
from deadlines.law.errors import LawError
from yichuang.cli.common import Verbs, print_json


def add_verbs(verbs: Verbs) -> None:
    """Add ``deadlines``."""
    group = verbs.add_parser("deadlines", help="时限").add_subparsers(dest="what", required=True, metavar="VERB")
    parser = group.add_parser("compute", help="计算到期日并逐行说明")
    parser.add_argument("--start", required=True, metavar="YYYY-MM-DD", help="起算日（当日不计入）")
    parser.add_argument("--days", required=True, metavar="N", help="期限天数")
    parser.add_argument("--unit", default="wd", help="wd 工作日（默认）或 cd 自然日")
    parser.add_argument(
        "--pause", action="append", default=[], metavar="P..R", help="停表区间，可多次；P.. 表示尚未恢复"
    )
    parser.add_argument("--extend", action="append", default=[], metavar="N", help="延长天数，可多次")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the due date with its explanation."""
    try:
        result = compute(
            parse_day(chosen.start),
            parse_days(chosen.days),
            parse_unit(chosen.unit),
            [parse_pause(text) for text in chosen.pause],
            [parse_days(text) for text in chosen.extend],
            seed_calendar(),
        )
    except LawError as error:
        print(f"{error.code}：{error}", file=sys.stderr)
        return 1
    if chosen.json:
        print_json(result)
    else:
        print(as_text(result))
    return 0
