"""``audit reexecute``: cases executed again from what is recorded of them; the first line that differs is named."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Self

from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CaseMissing
from engine.door import Door
from engine.foundation.clock import start_of_city_day
from engine.oversight.audit.reexecution.queries import Selection, cases_after, count_cases
from engine.oversight.audit.reexecution.rules import DIFFERS, IDENTICAL, UNKNOWN, Verdict
from engine.oversight.audit.reexecution.walking import Reexecution
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import item_names
from engine.registry.organisation.queries import departments
from yichuang.cli.common import Verbs, house_of

BATCH = 100
"""So many cases are done over one reading: what is read of the house is read once for them, and nothing is kept."""

Done = tuple[str, Verdict]


def add_verb(group: Verbs) -> None:
    """Add ``audit reexecute``."""
    parser = group.add_parser(
        "reexecute", help="按过程记录重新执行办件，逐条比较；有不一致或者无法核对的，退出码为 1，并指出第一条"
    )
    parser.add_argument("cases", nargs="*", metavar="NO", help="办件编号，可以多个")
    parser.add_argument("--all", action="store_true", help="全部办件")
    parser.add_argument("--item", default="", metavar="CODE", help="限于这个事项")
    parser.add_argument("--department", default="", metavar="KEY", help="限于这个承办部门")
    parser.add_argument("--since", type=_day, metavar="DAY", help="自这一日起收件的，如 2026-07-01")
    parser.add_argument("--until", type=_day, metavar="DAY", help="至这一日止（含）收件的")
    parser.add_argument("--after", default="", metavar="NO", help="从这个编号之后继续（接着上一次停下的地方）")
    parser.add_argument("--json", action="store_true", help="输出 JSON，每件一项")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print what was found of every case that is not identical, or of each case when they are named."""
    narrowed = bool(chosen.item or chosen.department or chosen.since or chosen.until)
    wrong = _misuse(chosen, narrowed=narrowed)
    if wrong:
        return _misused(wrong)
    door = house_of(chosen)
    wrong = _unknown(chosen, door)
    if wrong:
        return _misused(wrong)
    counts = Counter[str]()
    tell: Tell = _Json() if chosen.json else _Text(each=bool(chosen.cases))
    with tell:
        for case_no, verdict in _progress(chosen, door):
            counts[verdict.outcome] += 1
            tell.one(case_no, verdict)
    if not chosen.json:
        print(
            f"重新执行 {counts.total()} 件：{counts[IDENTICAL]} 件逐条一致，{counts[DIFFERS]} 件不一致，"
            f"{counts[UNKNOWN]} 件无法核对"
        )
    return 1 if counts[DIFFERS] or counts[UNKNOWN] else 0


class _Text:
    """A line for each case, or only for those that are not identical."""

    def __init__(self, *, each: bool) -> None:
        self._each = each

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def one(self, case_no: str, verdict: Verdict) -> None:
        """Tell of one case."""
        if self._each or verdict.outcome != IDENTICAL:
            print(f"{case_no} {verdict.sentence}", flush=True)


class _Json:
    """One list, written case by case: it is a whole document even when it is stopped in the middle."""

    def __init__(self) -> None:
        self._before = ""

    def __enter__(self) -> Self:
        print("[", end="")
        return self

    def __exit__(self, *_: object) -> None:
        print("\n]")

    def one(self, case_no: str, verdict: Verdict) -> None:
        """Tell of one case."""
        told = {**asdict(verdict), "case_no": case_no, "sentence": verdict.sentence}
        del told["root_id"]
        print(f"{self._before}\n {json.dumps(told, ensure_ascii=False)}", end="", flush=True)
        self._before = ","


Tell = _Text | _Json


def _progress(chosen: argparse.Namespace, door: Door) -> Iterator[Done]:
    """Yield what each case gave, telling how far it is; whoever stops it learns how to go on."""
    with door.read(SYSTEM) as view:
        total = len(chosen.cases) or count_cases(view.connection, _selection(chosen))
    done, last = 0, chosen.after
    try:
        for part in _parts(chosen, door):
            with door.read(SYSTEM) as view:
                again = Reexecution(view.connection, door.part(Bundles))
                for root_id, case_no in part:
                    verdict = again.of(root_id)
                    done, last = done + 1, case_no
                    yield case_no, verdict
            print(f"已重新执行 {done} 件，共 {total} 件，至 {last}", file=sys.stderr)
    except KeyboardInterrupt:
        if last and not chosen.cases:
            print(f"停在 {last}，用 --after {last} 接着核对", file=sys.stderr)
        raise


def _parts(chosen: argparse.Namespace, door: Door) -> Iterator[Sequence[tuple[str, str]]]:
    if chosen.cases:
        for place in range(0, len(chosen.cases), BATCH):
            yield [(f"case:{case_no}", case_no) for case_no in chosen.cases[place : place + BATCH]]
        return
    after = chosen.after
    while True:
        with door.read(SYSTEM) as view:
            part = cases_after(view.connection, _selection(chosen), after, BATCH)
        if not part:
            return
        yield part
        after = part[-1][1]


def _selection(chosen: argparse.Namespace) -> Selection:
    since = None if chosen.since is None else start_of_city_day(chosen.since)
    until = None if chosen.until is None else start_of_city_day(chosen.until + timedelta(days=1))
    return Selection(chosen.item, chosen.department, since, until)


def _misuse(chosen: argparse.Namespace, *, narrowed: bool) -> str:
    """Say what is wrong with the words themselves: what is wanted must be said, and said once."""
    if chosen.cases and (chosen.all or narrowed or chosen.after):
        return "给出办件编号时，不能再给其他范围。"
    if not (chosen.cases or chosen.all or narrowed):
        return "请给出办件编号、范围（--item、--department、--since、--until），或者 --all。"
    if chosen.all and narrowed:
        return "--all 是全部办件，不能再给其他范围。"
    if chosen.since and chosen.until and chosen.until < chosen.since:
        return "截止日早于起始日，请核对。"
    return ""


def _unknown(chosen: argparse.Namespace, door: Door) -> str:
    """Say what there is none of: a slip must not be answered with "nothing differs"."""
    with door.read(SYSTEM) as view:
        if chosen.item and chosen.item not in item_names(view.connection):
            return f"目录中没有事项 {chosen.item}，请核对事项编号。"
        if chosen.department and chosen.department not in departments(view.connection):
            return f"没有部门 {chosen.department}，请核对部门编号。"
        for case_no in [*chosen.cases, *([chosen.after] if chosen.after else [])]:
            try:
                visible_case(view.connection, case_no, view.scope)
            except CaseMissing as missing:
                return missing.sentence
    return ""


def _misused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"须为日期，如 2026-07-01，而不是 {text}") from None
