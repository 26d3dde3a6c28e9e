"""``audit verify``."""

from __future__ import annotations

import argparse

from engine.casework.cases.queries import visible_case
from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.queries import chains_and_lines, roots_with_prefix
from engine.oversight.audit.invariants import verify
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM
from yichuang.cli.common import Verbs, house_of, print_json


def add_verbs(verbs: Verbs) -> None:
    """Add ``audit``."""
    group = verbs.add_parser("audit", help="审计").add_subparsers(dest="what", required=True, metavar="VERB")
    parser = group.add_parser("verify", help="核对过程记录与各项不变式；有不符时退出码为 1，并指出第一处")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--case", metavar="NO", help="办件编号")
    which.add_argument("--all", action="store_true", help="全部")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print what does not hold."""
    door = house_of(chosen)
    prefix = "" if chosen.all else f"case:{chosen.case}"
    with door.read(SYSTEM) as view:
        if not chosen.all:
            # A number with a slip in it must not be answered with "all is well".
            visible_case(view.connection, chosen.case, view.scope)
        found = verify(view.connection, door.part(Bundles), door.part(Blobs), root_prefix=prefix)
        chains, lines = chains_and_lines(view.connection, prefix)
        cases = len(roots_with_prefix(view.connection, prefix or "case:"))
        told = f"{chains} 条过程记录链，{lines} 条记录，{cases} 件办件"
    if chosen.json:
        print_json([{"invariant": one.invariant, "root": one.root, "sentence": one.sentence} for one in found])
    else:
        for one in found:
            print(f"{one.invariant} {one.root}：{one.sentence}")
        if not found:
            print(f"核对无误：{told}")
    return 1 if found else 0
