"""``message deliver``: what an outside system could not send by itself is handed in by hand."""

from __future__ import annotations

import argparse
import json
from typing import Any

from engine.foundation.errors import Invalid
from engine.process.tasks.awaited.commands import DeliverMessage
from yichuang.cli.common import Verbs, fresh_key, house_of
from yichuang.house import OPERATOR


class FactUnreadable(Invalid):
    """“{text}”不能使用：应写成 名=值，值按 JSON 填写，文字要加引号。请改正后再送。"""

    code = "FACT_UNREADABLE"


def add_verbs(verbs: Verbs) -> None:
    """Add ``message``."""
    group = verbs.add_parser("message", help="外部消息").add_subparsers(dest="what", required=True, metavar="VERB")
    deliver = group.add_parser("deliver", help="把外部系统的消息送给凭业务键等待它的一件；没有送达时退出码为 1")
    deliver.add_argument("--message", required=True, metavar="NAME", help="消息的名称")
    deliver.add_argument("--key", required=True, metavar="KEY", help="业务键，如委托编号、缴款码")
    told = '消息带来的一项，值按 JSON 填写，如 paid=true、no="A1"'
    deliver.add_argument("--fact", action="append", default=[], metavar="名=值", help=told)
    deliver.set_defaults(run=deliver_message)


def deliver_message(chosen: argparse.Namespace) -> int:
    """Deliver one message; which case took it is not said."""
    command = DeliverMessage(message=chosen.message, key=chosen.key, facts=dict(map(_fact, chosen.fact)))
    house_of(chosen).execute(command, OPERATOR, key=fresh_key("message"))
    print(f"已送达消息 {chosen.message}")
    return 0


def _fact(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        raise FactUnreadable(text=text) from None
