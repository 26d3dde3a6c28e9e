"""``audit export``: the audit bundle of some cases, as a file to be carried away."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.door import Door
from engine.foundation.errors import Invalid
from engine.foundation.journal.sealing.notes import CheckpointUnreadable
from engine.oversight.audit.bundling.commands import ExportBundle
from engine.oversight.audit.bundling.gathering import chosen, gathered
from engine.oversight.audit.bundling.rules import Bundle, pack
from engine.registry.identity.rules import SYSTEM
from yichuang.cli.common import Verbs, fresh_key, house_of, read_file
from yichuang.house import OPERATOR


class CasesUnnamed(Invalid):
    """没有指明办件。请用 --case 给出办件编号（可以多次），或者用 --cases-from 给出每行一个编号的文件。"""

    code = "CASES_UNNAMED"


def add_verb(group: Verbs) -> None:
    """Add ``export`` to ``audit``."""
    parser = group.add_parser("export", help="导出办件的审计包：过程记录、封存证明、流程、文书、材料和核对工具")
    parser.add_argument("--case", action="append", default=[], metavar="NO", help="办件编号，可以多次")
    parser.add_argument("--cases-from", type=Path, metavar="FILE", help="每行一个办件编号的文件")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="以前导出的检查点：附上到它的一致性证明")
    parser.add_argument("--personal", action="store_true", help="连同个人信息的原值（默认只有其摘要）")
    parser.add_argument("--purpose", default="命令行导出审计包", metavar="TEXT", help="用途，写入访问记录")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="写入的压缩包，不覆盖")
    parser.set_defaults(run=export)


def export(chosen_words: argparse.Namespace) -> int:
    """Write the bundle; raise :class:`CasesUnnamed`, CheckpointUnreadable and what gathering it raises."""
    numbers = [*chosen_words.case, *_listed(chosen_words.cases_from)]
    if not numbers:
        raise CasesUnnamed
    earlier = _note(chosen_words.checkpoint)
    door = house_of(chosen_words)
    with door.read(SYSTEM) as view:
        cases = chosen(view, numbers)
        bundle = gathered(view, cases, earlier=earlier, personal=chosen_words.personal)
    draft = chosen_words.out.with_name(f"{chosen_words.out.name}.part")
    try:
        # The name is taken first, so that nothing is journalled that could not be written, nor anything overwritten.
        chosen_words.out.open("xb").close()
        with draft.open("wb") as file:
            pack(bundle, file)
        _journal(door, chosen_words, [one.case_no for one in cases], bundle)
        draft.replace(chosen_words.out)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if not isinstance(error, FileExistsError):
            chosen_words.out.unlink(missing_ok=True)
        raise
    _tell(chosen_words.out, bundle)
    return 0


def _journal(door: Door, words: argparse.Namespace, numbers: list[str], bundle: Bundle) -> None:
    command = ExportBundle(
        cases=tuple(numbers), purpose=words.purpose, personal=words.personal, files=len(bundle.pieces),
        digest=bundle.digest,
    )  # fmt: skip
    door.execute(command, OPERATOR, key=fresh_key("audit-export"))


def _tell(path: Path, bundle: Bundle) -> None:
    print(f"{path}：{len(bundle.sealed)} 件办件，{len(bundle.pieces)} 个文件，清单的 SHA-256 {bundle.digest}")
    for root, sealed, lines in bundle.sealed:
        told = "全部已封存" if sealed == lines else f"已封存到第 {sealed} 条，其后尚未封存（audit seal 后可再导出）"
        print(f"  {root}：{lines} 条记录，{told}")
    for what in sorted({one.what for one in bundle.left_out}):
        reasons = [one.reason for one in bundle.left_out if one.what == what]
        for reason in sorted(set(reasons)):
            print(f"  没有放入：{what} {reasons.count(reason)} 项，{reason}", file=sys.stderr)


def _listed(path: Path | None) -> list[str]:
    if path is None:
        return []
    return [line.strip() for line in read_file(path).decode("utf-8-sig", "replace").splitlines() if line.strip()]


def _note(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError:
        raise CheckpointUnreadable(why="不是文字文件") from None
