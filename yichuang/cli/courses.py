"""``audit events|conformance|figures``: how cases ran, for process mining; held against the drawings; in figures."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from engine.casework.cases.queries import visible_case
from engine.door import Door
from engine.foundation.clock import start_of_city_day
from engine.foundation.errors import TooLarge, why
from engine.foundation.journal.sealing.queries import count_waiting
from engine.oversight.audit.mining.conformance import Deviation, deviations
from engine.oversight.audit.mining.figures import Spent, figures
from engine.oversight.audit.mining.listing import HEADER, rows_of
from engine.oversight.audit.mining.ocel import write_ocel
from engine.oversight.audit.mining.parquet import refuse_missing, write_parquet
from engine.oversight.audit.mining.queries import Selection, drawn_by, records
from engine.oversight.audit.mining.records import Record
from engine.oversight.audit.mining.xes import write_xes
from engine.oversight.audit.rollups.queries import counted_cases
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import current_release
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM
from web.spreadsheet import MOST_ROWS, comma_separated, sheet
from yichuang.cli.common import Verbs, house_of, print_json
from yichuang.conforming import hold_anew
from yichuang.house import OPERATOR
from yichuang.rolling import roll_anew

TITLE = "办件经过"


class TooManyEvents(TooLarge):
    """事件超过 {most} 条，一个 XLSX 文件放不下。请缩小范围，或者改用 --format csv。"""

    code = "TOO_MANY_EVENTS"


def add_to(group: Verbs) -> None:
    """Add the verbs to ``audit``."""
    events = group.add_parser("events", help="导出办件经过的事件，供过程挖掘或者表格软件使用")
    events.add_argument("--format", choices=("xes", "ocel", "csv", "xlsx", "parquet"), required=True, help="文件格式")
    events.add_argument("--to", type=Path, required=True, metavar="FILE", help="写入的文件")
    events.add_argument("--gateways", action="store_true", help="连同经过的网关")
    events.set_defaults(run=export)
    held = group.add_parser("conformance", help="逐件对照流程图，列出不相符之处；有不是依规定办理的不符时退出码为 1")
    held.add_argument("--current", action="store_true", help="对照现行的一版；默认对照办件自己的各版")
    held.add_argument("--rebuild", action="store_true", help="重新对照“流程相符”页面的全部办结件，不列出")
    held.set_defaults(run=conformance)
    told = group.add_parser("figures", help="办件走法、各环节用时、部门之间的移交、最费时的环节")
    told.add_argument("--rebuild", action="store_true", help="重新统计“办理统计”页面的全部数字，不列出")
    told.set_defaults(run=tell)
    for verb in (held, told):
        verb.add_argument("--json", action="store_true", help="输出 JSON")
    for verb in (events, held, told):
        verb.add_argument("--item", default="", metavar="CODE", help="限于这个事项")
        verb.add_argument("--department", default="", metavar="KEY", help="限于这个承办部门")
        verb.add_argument("--from", dest="since", type=_day, metavar="DAY", help="自这一日起收件的，如 2026-07-01")
        verb.add_argument("--until", type=_day, metavar="DAY", help="至这一日止（含）收件的")
        verb.add_argument("--case", action="append", default=[], metavar="NO", help="办件编号，可以重复")


def export(chosen: argparse.Namespace) -> int:
    """Write the events of the chosen cases to a file; say how many.  The file is there whole or not at all.

    Raises AnalysisMissing where the format is an extra that is not installed.
    """
    if chosen.format == "parquet":
        refuse_missing()
    door = house_of(chosen)
    part = chosen.to.with_name(f"{chosen.to.name}.part")
    try:
        with door.read(SYSTEM) as view, part.open("wb") as out:
            count = _write(chosen, view, out, part)
        part.replace(chosen.to)
    except OSError as error:
        print(f"PATH_UNUSABLE：不能写文件 {chosen.to}：{why(error)}。请核对路径后重试。", file=sys.stderr)
        return 2
    finally:
        if part.is_file():
            part.unlink()
    door.note_view(OPERATOR, f"导出{TITLE}（{chosen.format}，{count} 个事件）")
    print(f"{chosen.to}：{count} 个事件")
    return 0


def _write(chosen: argparse.Namespace, view: Reading, out: BinaryIO, path: Path) -> int:
    selection = _selection(chosen, view)

    def cases(*, papers: bool = False) -> Iterator[Record]:
        return records(view.connection, selection, papers=papers)

    if chosen.format == "xes":
        return write_xes(out, cases(), gateways=chosen.gateways)
    if chosen.format == "parquet":
        return write_parquet(path, cases(), gateways=chosen.gateways)
    if chosen.format == "ocel":
        with _text(out, "utf-8") as text:
            return write_ocel(text, lambda: cases(papers=True), gateways=chosen.gateways)
    rows = rows_of(cases(), gateways=chosen.gateways)
    if chosen.format == "csv":
        # With a mark at the beginning, by which spreadsheet programs know that it is UTF-8.
        with _text(out, "utf-8-sig") as text:
            return comma_separated(text, HEADER, rows)
    kept = list(islice(rows, MOST_ROWS + 1))
    if len(kept) > MOST_ROWS:
        raise TooManyEvents(most=MOST_ROWS)
    out.write(sheet(TITLE, (TITLE, f"共 {len(kept)} 行"), HEADER, kept))
    return len(kept)


@contextmanager
def _text(out: BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    text = io.TextIOWrapper(out, encoding, newline="", write_through=True)
    try:
        yield text
    finally:
        text.detach()


def conformance(chosen: argparse.Namespace) -> int:
    """Print every deviation of the chosen cases; or hold anew what the page of conformance shows, all of it."""
    door = house_of(chosen)
    if chosen.rebuild:
        return _hold_anew(chosen, door)
    with door.read(SYSTEM) as view:
        found = list(_held(chosen, door, view))
    faults = sum(not one.by_hand for _, all in found for one in all)
    if chosen.json:
        print_json([
            {"case_no": case_no, **asdict(one), "by_hand": one.by_hand} for case_no, all in found for one in all
        ])  # fmt: skip
    else:
        for case_no, all in found:
            for one in all:
                print(f"{case_no} 第 {one.seq} 条记录：{one.sentence}")
        print(f"对照 {len(found)} 件，{sum(not all for _, all in found)} 件完全相符，不符 {faults} 处")
    return 1 if faults else 0


def _hold_anew(chosen: argparse.Namespace, door: Door) -> int:
    if _narrowed(chosen) or chosen.current:
        print("USAGE：--rebuild 重新对照全部办结件，不能与其他选项合用。", file=sys.stderr)
        return 2
    print(f"已重新对照：{hold_anew(door)} 件办结的办件")
    return 0


def _narrowed(chosen: argparse.Namespace) -> bool:
    return bool(chosen.json or chosen.item or chosen.department or chosen.since or chosen.until or chosen.case)


def _held(chosen: argparse.Namespace, door: Door, view: Reading) -> Iterator[tuple[str, tuple[Deviation, ...]]]:
    drawn = drawn_by(view.connection, door.part(Bundles))
    for record in records(view.connection, _selection(chosen, view)):
        current = current_release(view.connection, record.item_code, door.now()).id if chosen.current else None
        yield record.case_no, deviations(record, drawn, against=current)


def tell(chosen: argparse.Namespace) -> int:
    """Print the figures of the chosen cases; or count anew what the page of figures shows, all of it."""
    door = house_of(chosen)
    if chosen.rebuild:
        return _rebuild(chosen, door)
    with door.read(SYSTEM) as view:
        found = figures(records(view.connection, _selection(chosen, view)))
    if chosen.json:
        print_json({
            "cases": found.cases,
            "variants": [asdict(one) for one in found.variants],
            "times": [_seconds(one) for one in found.times],
            "handovers": [{**asdict(one), "median": one.median.total_seconds()} for one in found.handovers],
            "bottlenecks": [one.element for one in found.bottlenecks],
        })  # fmt: skip
        return 0
    print(f"共 {found.cases} 件，{len(found.variants)} 种走法")
    for way in found.variants:
        print(f"  {way.count} 件：{' → '.join(way.tasks) or '还没有办完的环节'}")
    print("最费时的环节（自产生至办结，按日历时间）")
    for spent in found.bottlenecks:
        print(f"  {spent.name}：{spent.count} 次，中位 {_hours(spent.median)}，九成不超过 {_hours(spent.ninetieth)}")
    print("部门之间的移交")
    for one in found.handovers:
        print(f"  {one.giver} → {one.taker}：{one.count} 次，后者办理中位 {_hours(one.median)}")
    return 0


def _rebuild(chosen: argparse.Namespace, door: Door) -> int:
    if _narrowed(chosen):
        print("USAGE：--rebuild 重新统计全部办件，不能与其他选项合用。", file=sys.stderr)
        return 2
    roll_anew(door)
    with door.read(SYSTEM) as view:
        cases, left_out = counted_cases(view.connection)
        waiting = count_waiting(view.connection)
    print(f"已重新统计：{cases} 件办结的办件" + (f"，另有 {left_out} 件记录读不出来，没有计入" if left_out else ""))
    if waiting:
        print(f"还有 {waiting} 条链待封存，其中办结的办件封存以后自动计入（立即封存：audit seal）")
    return 1 if left_out else 0


def _seconds(one: Spent) -> dict[str, object]:
    return {**asdict(one), **{name: getattr(one, name).total_seconds() for name in ("median", "ninetieth", "total")}}


def _hours(time: timedelta) -> str:
    return f"{time.total_seconds() / 3600:.1f} 小时"


def _selection(chosen: argparse.Namespace, view: Reading) -> Selection:
    for case_no in chosen.case:
        # A number with a slip in it must not be answered with "nothing found".
        visible_case(view.connection, case_no, view.scope)
    until = None if chosen.until is None else start_of_city_day(chosen.until + timedelta(days=1))
    since = None if chosen.since is None else start_of_city_day(chosen.since)
    return Selection(chosen.item, chosen.department, since, until, tuple(chosen.case))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"须为日期，如 2026-07-01，而不是 {text}") from None
