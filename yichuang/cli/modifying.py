"""``process modify``: a running case is mended by hand."""

from __future__ import annotations

import argparse
import json
from typing import Any

from engine.foundation.errors import Invalid
from engine.oversight.publishing.modifying.commands import ModifyCase
from engine.oversight.publishing.modifying.handlers import Stand, where
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.house import OPERATOR


class StepUnreadable(Invalid):
    """“{text}”不能使用：{why}。请先用 process modify --case NO 查看办件现在的环节。"""

    code = "STEP_UNREADABLE"


def add_verb(group: Verbs) -> None:
    """Add ``process modify``."""
    verb = group.add_parser("modify", help="查看一件现在的环节；写明理由时，调整它的流程")
    verb.add_argument("--case", required=True, metavar="NO", help="办件编号")
    verb.add_argument("--cancel", action="append", default=[], metavar="任务号|流程:元素", help="撤销正在进行的环节")
    verb.add_argument("--before", action="append", default=[], metavar="流程:元素", help="从这一环节之前重新开始")
    verb.add_argument("--set", action="append", default=[], metavar="名=值", help="改流转信息，值按 JSON 填写")
    verb.add_argument("--process", default="", metavar="流程", help="流转信息所在的流程，不写为主流程")
    verb.add_argument("--reason", default="", metavar="TEXT", help="理由，记入过程记录")
    verb.add_argument("--json", action="store_true", help="输出 JSON")
    verb.set_defaults(run=modify)


def modify(chosen: argparse.Namespace) -> int:
    """Print where the case stands, before anything is asked for or after it has been changed."""
    door = house_of(chosen)
    if chosen.cancel or chosen.before or chosen.set:
        with door.read(OPERATOR, action=ModifyCase.action) as view:
            here = where(view, chosen.case)
        command = ModifyCase(
            case_no=chosen.case, cancel=tuple(_number(text, here) for text in chosen.cancel),
            begin=tuple(_step(text) for text in chosen.before), facts=dict(_fact(text) for text in chosen.set),
            process_id=chosen.process, reason=chosen.reason,
        )  # fmt: skip
        door.execute(command, OPERATOR, key=fresh_key("modify"))
    with door.read(OPERATOR, action=ModifyCase.action) as view:
        here = where(view, chosen.case)
    if chosen.json:
        print_json({"case": chosen.case, "standing": [vars(one) for one in here]})
        return 0
    for one in here:
        print(f"{one.number}  {one.process_id}:{one.element_id}  {one.name}")
    return 0


def _number(text: str, here: list[Stand]) -> int:
    """Return the number of the token that ``text`` means, by its number or by its only element."""
    if text.isdecimal():
        return int(text)
    process, element = _step(text)
    found = [one.number for one in here if (one.process_id, one.element_id) == (process, element)]
    if len(found) != 1:
        raise StepUnreadable(text=text, why="办件不在这一环节" if not found else "同时进行多次，应写任务号")
    return found[0]


def _step(text: str) -> tuple[str, str]:
    process, _, element = text.partition(":")
    if not (process and element):
        raise StepUnreadable(text=text, why="应写成 流程:元素")
    return process, element


def _fact(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        raise StepUnreadable(text=text, why="应写成 名=值，文字要加引号" if equals else "应写成 名=值") from None
