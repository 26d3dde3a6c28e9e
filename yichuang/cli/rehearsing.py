"""``process rehearse``: files that are not published yet, walked through by a script in a throw-away house."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.oversight.rehearsal.files import Files, files_in_force, overlaid, shipped_files
from engine.oversight.rehearsal.grounds import SHIPPED, Grounds, grounds_at
from engine.oversight.rehearsal.report import OUTCOMES, PASSED, Report, StepTold, report_json
from engine.oversight.rehearsal.script import ScriptRefused, read_script
from engine.registry.identity.rules import SYSTEM
from yichuang.cli.common import Verbs, house_of, print_json, read_file
from yichuang.rehearsing.house import Workshop
from yichuang.rehearsing.reading import gathered
from yichuang.rehearsing.running import rehearse
from yichuang.settings import DataMissing


def add_verb(group: Verbs) -> None:
    """Add ``process rehearse``."""
    verb = group.add_parser(
        "rehearse", help="演练：在临时的环境里发布这些文件，按脚本逐步办理；不改动任何数据，没有通过时退出码为 1"
    )
    told = "要演练的流程（.bpmn）、决策表（.dmn）、事项、消息、表单（.json）；没有写的用现行的"
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE", help=told)
    verb.add_argument(
        "--script", action="append", required=True, type=Path, metavar="S.json", help="演练脚本，可以写几个"
    )
    verb.add_argument("--json", action="store_true", help="输出 JSON")
    verb.set_defaults(run=rehearse_files)


def rehearse_files(chosen: argparse.Namespace) -> int:
    """Rehearse every script; 0 when all of them passed."""
    scripts = []
    for path in chosen.script:
        try:
            scripts.append(read_script(read_file(path)))
        except ScriptRefused as refused:
            for problem in refused.problems:
                print(f"{path}: {problem}", file=sys.stderr)
            raise
    there, grounds = _in_force(chosen)
    files = overlaid(there, gathered({str(path): read_file(path) for path in chosen.files}))
    with Workshop() as workshop:
        reports = []
        for script in scripts:
            reports.append(rehearse(workshop, files, script, grounds=grounds))
            if not chosen.json:
                _print(reports[-1])
    passed = all(one.outcome == PASSED for one in reports)
    if chosen.json:
        print_json({"passed": passed, "reports": [report_json(one) for one in reports]})
    return 0 if passed else 1


def _in_force(chosen: argparse.Namespace) -> tuple[Files, Grounds]:
    """Return what is in force in the house that is named, and what it counts by.

    Where none is named and none is there it is what is shipped.
    """
    try:
        with house_of(chosen).read(SYSTEM) as view:
            return files_in_force(view.connection, view.now), grounds_at(view.connection, view.now)
    except DataMissing:
        if chosen.data is not None or chosen.database is not None:
            raise
        print("没有数据目录：其余文件、工作日历和参数用随系统提供的", file=sys.stderr)
        return shipped_files(), SHIPPED


def _print(report: Report) -> None:
    print(f"{report.name}（{report.item}）：{OUTCOMES[report.outcome]}")
    for step in report.steps:
        _print_step(step)
    for fault in report.faults:
        print(f"  错误 {fault.element} [{fault.rule}] {fault.sentence}")
    for one in report.coverage.values():
        if one.reached:
            told = f"图元 {one.reached}/{len(one.elements)}，流向 {one.taken}/{len(one.flows)}"
            missed = "、".join(one.missed())
            print(f"  覆盖 {one.process} {told}" + (f"；没有走到 {missed}" if missed else ""))


def _print_step(step: StepTold) -> None:
    by = f"  {step.account}" if step.account else ""
    print(f"  {'通过' if step.ok else '未过'} {step.number:>3}  {step.at}  {step.label}{by}")
    for event in step.events:
        print(f"            {event.at}  {event.sentence}")
    if not step.ok:
        print(f"            {step.sentence}")
