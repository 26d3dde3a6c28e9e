"""``search rebuild``."""

from __future__ import annotations

import argparse

from yichuang.cli.common import Verbs, house_of
from yichuang.finding import rebuild
from yichuang.house import OPERATOR


def add_verbs(verbs: Verbs) -> None:
    """Add ``search``."""
    group = verbs.add_parser("search", help="查找").add_subparsers(dest="what", required=True, metavar="VERB")
    again = group.add_parser("rebuild", help="重建查找索引；期间可以办件，但查找结果不全")
    again.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Build the index anew."""
    print(f"已重建查找索引，共 {rebuild(house_of(chosen), OPERATOR)} 批")
    return 0
