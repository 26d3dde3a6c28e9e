"""The command line: ``yichuang VERB``.  Exit codes are honest: 0 done, 1 refused or found wrong, 2 misused."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from engine.foundation.clock import Clock
from yichuang.cli import (
    accounts,
    audits,
    calendars,
    clocks,
    deadlines,
    demo,
    finding,
    keeping,
    messages,
    policies,
    processes,
    serving,
    standstills,
)
from yichuang.cli.net import lines_of, refusal_of
from yichuang.cli.parsing import Parser


def main(arguments: Sequence[str] | None = None, *, clock: Clock | None = None) -> int:
    """Run the verb in ``arguments`` (the process's own by default) and return its exit code.

    The time is the machine's unless ``clock`` gives another, as in tests.
    """
    chosen = _parser().parse_args(arguments)
    chosen.clock = clock
    with ExitStack() as chosen.afterwards:
        try:
            return int(chosen.run(chosen))
        except KeyboardInterrupt:
            print("已停止", file=sys.stderr)
            return 130
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            print(*lines_of(refusal), sep="\n", file=sys.stderr)
            return 1


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="yichuang", description="一窗通：政务服务“一窗通办”流程平台")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="数据目录，默认 ./data")
    parser.add_argument("--database", default=None, metavar="URL", help="数据库地址，默认用数据目录中的 SQLite")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    rooms = (
        serving, accounts, deadlines, processes, messages, calendars, policies, standstills, audits, clocks, finding,
        keeping, demo,
    )  # fmt: skip
    for room in rooms:
        room.add_verbs(verbs)
    return parser
