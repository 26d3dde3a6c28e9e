"""``audit verify|seal|checkpoint|consistency``; more is in ``courses``, ``bundling`` and ``reexecuting``."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from engine.casework.cases.queries import visible_case
from engine.door import Door
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import utc_text
from engine.foundation.errors import NotFound, Refusal
from engine.foundation.journal.queries import chains_and_lines, roots_with_prefix
from engine.foundation.journal.sealing.notes import (
    CheckpointUnreadable,
    PublicKey,
    PublicKeyUnreadable,
    read_note,
    read_public_key,
)
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.journal.sealing.proving import Tally, extended
from engine.foundation.journal.sealing.queries import head_of_log, last_checkpoint
from engine.oversight.audit.invariants.verifying import Violation, verify
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM
from yichuang.cli import bundling, courses, reexecuting
from yichuang.cli.common import Verbs, house_of, print_json, read_file
from yichuang.house import OPERATOR
from yichuang.sealing import new_key, record, seal_all, verify_chains


class NothingSealed(NotFound):
    """还没有封存过，没有检查点。请先运行 audit seal，或者等后台封存一次。"""

    code = "NOTHING_SEALED"


class PublicKeyMissing(NotFound):
    """没有可用的公钥，不能核对检查点的签名。请用 --key 给出随检查点一起导出的公钥文件。"""

    code = "PUBLIC_KEY_MISSING"


def add_verbs(verbs: Verbs) -> None:
    """Add ``audit``."""
    group = verbs.add_parser("audit", help="审计").add_subparsers(dest="what", required=True, metavar="VERB")
    parser = group.add_parser("verify", help="核对过程记录、封存和各项不变式；有不符时退出码为 1，并指出第一处")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--case", metavar="NO", help="办件编号")
    which.add_argument("--all", action="store_true", help="全部")
    which.add_argument("--chains", action="store_true", help="全部过程记录链和封存日志，不重新执行办件，快得多")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)
    parser = group.add_parser("seal", help="立即封存所有待封存的链头")
    parser.add_argument("--new-key", action="store_true", help="先换一把新的封存密钥（旧的丢失或者泄露时）")
    parser.set_defaults(run=seal)
    parser = group.add_parser("checkpoint", help="导出最近一次封存的检查点，交给另一处保存")
    parser.add_argument("--to", type=Path, metavar="FILE", help="写入文件，公钥写入同名的 .pub 文件；默认打印")
    parser.set_defaults(run=checkpoint)
    parser = group.add_parser("consistency", help="核对现在的日志是以前导出的检查点的延续；不是时退出码为 1")
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="以前导出的检查点")
    parser.add_argument("--key", type=Path, metavar="FILE", help="随它导出的公钥；默认同名的 .pub 文件，再是本机的")
    parser.add_argument("--json", action="store_true", help="输出 JSON，含一致性证明（RFC 9162 2.1.4）")
    parser.set_defaults(run=consistency)
    courses.add_to(group)
    bundling.add_verb(group)
    reexecuting.add_verb(group)


def run(chosen: argparse.Namespace) -> int:
    """Print what does not hold."""
    door = house_of(chosen)
    if chosen.chains:
        return _told(chosen, [Violation("I3", "", one) for one in verify_chains(door, OPERATOR)], _counted(door, ""))
    began, prefix = door.now(), "" if chosen.all else f"case:{chosen.case}"
    with door.read(SYSTEM) as view:
        if not chosen.all:
            # A number with a slip in it must not be answered with "all is well".
            visible_case(view.connection, chosen.case, view.scope)
        outside = door.part(Outside)
        found = verify(view.connection, door.part(Bundles), door.part(Blobs), root_prefix=prefix, outside=outside)
    told = _counted(door, prefix)
    if chosen.all:
        _keep(door, began, found)
    return _told(chosen, found, told)


def _counted(door: Door, prefix: str) -> str:
    with door.read(SYSTEM) as view:
        chains, lines = chains_and_lines(view.connection, prefix)
        cases = len(roots_with_prefix(view.connection, prefix or "case:"))
    return f"{chains} 条过程记录链，{lines} 条记录，{cases} 件办件"


def _told(chosen: argparse.Namespace, found: list[Violation], told: str) -> int:
    if chosen.json:
        print_json([{"invariant": one.invariant, "root": one.root, "sentence": one.sentence} for one in found])
    else:
        for one in found:
            print(f"{one.invariant} {one.root}：{one.sentence}" if one.root else f"{one.invariant} {one.sentence}")
        if not found:
            print(f"核对无误：{told}")
    return 1 if found else 0


def _keep(door: Door, began: datetime, found: list[Violation]) -> None:
    """Keep the result in its row; what was found is told all the same when it cannot be kept."""
    with door.read(SYSTEM) as view:
        tally, log = Tally(*chains_and_lines(view.connection, "")), head_of_log(view.connection)
    said = [f"{one.root}：{one.sentence}" for one in found]
    try:
        record(door, OPERATOR, began, tally, said, extent="all", size=0 if log is None else log.size)
    except Refusal as refusal:
        print(f"核对结果没有登记：{refusal.sentence}", file=sys.stderr)


def seal(chosen: argparse.Namespace) -> int:
    """Seal whatever waits."""
    door = house_of(chosen)
    if chosen.new_key:
        print(f"已换新的封存密钥，公钥 {new_key(door, OPERATOR)}")
    added = seal_all(door)
    with door.read(SYSTEM) as view:
        log = head_of_log(view.connection)
    size, root = (0, "") if log is None else (log.size, log.hash)
    print(f"新封存 {added} 个链头，日志共 {size} 个，根摘要 {root}")
    return 0


def checkpoint(chosen: argparse.Namespace) -> int:
    """Print or write the newest checkpoint and its public key; raise :class:`NothingSealed`."""
    door = house_of(chosen)
    with door.read(SYSTEM) as view:
        kept, log = last_checkpoint(view.connection), head_of_log(view.connection)
    if kept is None or log is None:
        raise NothingSealed
    if chosen.to is None:
        print(kept.note, end="")
        print(log.key, file=sys.stderr)
        return 0
    chosen.to.write_text(kept.note, "utf-8")
    beside = _beside(chosen.to)
    beside.write_text(f"{log.key}\n", "utf-8")
    print(f"{chosen.to}\n{beside}")
    return 0


def consistency(chosen: argparse.Namespace) -> int:
    """Tell whether the log goes on from an earlier checkpoint; raise :class:`PublicKeyMissing`."""
    note = read_note(_text(chosen.checkpoint, CheckpointUnreadable(why="不是文字文件")))
    door = house_of(chosen)
    keys = _keys(chosen, door)
    with door.read(SYSTEM) as view:
        found = extended(view.connection, note, keys)
    if chosen.json:
        told = {"first": found.first, "second": found.second, "root": found.root, "proof": list(found.proof)}
        print_json({**told, "at": utc_text(note.checkpoint.at), "faults": list(found.faults)})
    else:
        for one in found.faults:
            print(f"不一致：{one}")
        if not found.faults:
            print(
                f"一致：{utc_text(note.checkpoint.at)} 的检查点有 {found.first} 个链头，现在的日志是它的延续，"
                f"共 {found.second} 个，根摘要 {found.root}"
            )
    return 1 if found.faults else 0


def _keys(chosen: argparse.Namespace, door: Door) -> tuple[PublicKey, ...]:
    beside = chosen.key or _beside(chosen.checkpoint)
    if chosen.key is not None or beside.exists():
        return (read_public_key(_text(beside, PublicKeyUnreadable())),)
    if keys := door.part(Outside).trusted():
        return keys
    raise PublicKeyMissing


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def _text(path: Path, unreadable: Refusal) -> str:
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError:
        raise unreadable from None
