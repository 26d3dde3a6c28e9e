"""``process adopt``: a file of another tool explained, element by element, and made executable where it says enough."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from engine.foundation.errors import Conflict, why
from engine.process.bpmn.foreign import Adoption, adopt
from engine.registry.identity.rules import ROLES
from yichuang.cli.common import Verbs, print_json, read_file
from yichuang.compose import words


class AdoptedExists(Conflict):
    """文件 {name} 已经存在，没有改动它。请换一个文件名，或先把它移走。"""

    code = "ADOPTED_EXISTS"


def add_verb(group: Verbs) -> None:
    """Add ``process adopt``."""
    verb = group.add_parser("adopt", help="说明其他工具画的流程文件哪些不能执行，并写出改为可执行的一份；原文件不动")
    tools = "Camunda、Flowable、Activiti、Signavio、bpmn.io 等"
    verb.add_argument("file", type=Path, metavar="FILE", help=f"{tools}的 .bpmn")
    verb.add_argument("-o", "--output", type=Path, metavar="FILE", help="改好的一份写到这里；不写则只说明")
    verb.add_argument("--json", action="store_true", help="输出 JSON")
    verb.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print every finding with its element id; 1 when something is left for a person to do; needs no data folder."""
    adoption = adopt(read_file(chosen.file), words(), ROLES)
    if chosen.output is not None:
        try:
            _write(chosen.output, adoption.xml)
        except OSError as error:
            print(f"PATH_UNUSABLE：不能写文件 {chosen.output}：{why(error)}。请核对路径后重试。", file=sys.stderr)
            return 2
    if chosen.json:
        print_json({
            "origin": adoption.origin,
            "runs": adoption.runs,
            "findings": [asdict(one) for one in adoption.findings],
            "problems": [asdict(one) for one in adoption.problems],
        })  # fmt: skip
    else:
        _print(adoption)
    return 0 if adoption.runs else 1


def _write(path: Path, xml: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(xml)
    except FileExistsError as error:
        raise AdoptedExists(name=str(path)) from error


def _print(adoption: Adoption) -> None:
    print(f"来自 {adoption.origin}：{len(adoption.findings)} 处与本平台不同")
    for one in adoption.findings:
        state = "已改" if one.solved else "待办"
        print(f"{state} {one.element_id} [{one.rule}] {one.sentence}：{one.proposal or one.todo}")
    for problem in adoption.left:
        print(f"错误 {problem.element_id} [{problem.rule}] {problem.sentence}")
    print("可以执行" if adoption.runs else "还不能执行：请在流程设计器里补全以后用 process check 检查")
