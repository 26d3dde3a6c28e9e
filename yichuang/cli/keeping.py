"""``backup create|list|verify|restore``, ``db current|check|upgrade|copy`` and ``doctor``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.foundation.clock import CITY, from_utc_text
from engine.foundation.errors import Refusal
from engine.foundation.store.database import Database
from engine.foundation.store.migrations import found_revision, head
from engine.oversight.audit.invariants.verifying import Violation
from yichuang.cli.common import Verbs, print_json, settings_of
from yichuang.keeping import backup, moving
from yichuang.keeping.archive import as_json, read_manifest
from yichuang.keeping.doctor import examine
from yichuang.keeping.presence import refuse_missing
from yichuang.keeping.restoring import restore
from yichuang.keeping.upgrading import KEPT, upgrade_kept
from yichuang.settings import Missing

_BACKUP = """\
备份是一个 zip 文件：数据库在某一时刻的完整副本、它引用的全部文件、记有每个成员摘要和全部过程记录链头的清单。
可在服务运行时进行。密钥文件 keys.json 默认不在其中（与数据分开保管，丢失则敏感信息无法读取），
--with-keys 才放入。PostgreSQL 用 pg_dump/pg_restore，版本不得低于数据库。
"""
_DB = """\
数据库的版本与迁移。copy 把全部数据从一种数据库复制到另一种（SQLite 与 PostgreSQL 互转）：目标须为空，复制在一个
事务里完成，逐表核对行数、核对每条过程记录链的链头，重建检索索引，最后核对全部不变式。复制期间请停止服务。
"""


def add_verbs(verbs: Verbs) -> None:
    """Add ``backup``, ``db`` and ``doctor``."""
    raw = argparse.RawDescriptionHelpFormatter
    backups = verbs.add_parser("backup", help="备份与恢复", description=_BACKUP, formatter_class=raw)
    inner = backups.add_subparsers(dest="what", required=True, metavar="VERB")
    create = inner.add_parser("create", help="生成备份；打印其文件名")
    create.add_argument("--to", type=Path, default=None, metavar="FILE", help="文件名，默认在数据目录的 backups 下")
    create.add_argument("--with-keys", action="store_true", help="连同密钥文件，请妥善保管这份备份")
    create.set_defaults(run=run_create)
    listing = inner.add_parser("list", help="列出数据目录 backups 下的备份")
    listing.add_argument("--json", action="store_true", help="输出 JSON")
    listing.set_defaults(run=run_list)
    verify = inner.add_parser("verify", help="在临时位置打开备份，核对摘要、过程记录链和各项不变式；不符时退出码为 1")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--scratch", default=None, metavar="URL", help="PostgreSQL 备份：用于核对的空数据库")
    verify.set_defaults(run=run_verify)
    restore = inner.add_parser("restore", help="恢复到空的数据目录（--data）和空的数据库（--database），然后核对")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.set_defaults(run=run_restore)
    databases = verbs.add_parser("db", help="数据库版本与迁移", description=_DB, formatter_class=raw)
    group = databases.add_subparsers(dest="what", required=True, metavar="VERB")
    group.add_parser("current", help="显示数据库的版本").set_defaults(run=run_current)
    group.add_parser("check", help="数据库版本与程序一致时退出码为 0，否则为 1").set_defaults(run=run_check)
    upgrade = group.add_parser("upgrade", help="升级到程序所需的版本；有数据时先留一份副本")
    upgrade.add_argument("--no-copy", action="store_true", help="不留副本：已经另行备份")
    upgrade.set_defaults(run=run_upgrade)
    copy = group.add_parser("copy", help="把全部数据复制到另一个空数据库；来源是 SQLite 文件时不必写 --data")
    copy.add_argument("--from", dest="source", required=True, metavar="URL")
    copy.add_argument("--to", dest="target", required=True, metavar="URL")
    copy.set_defaults(run=run_copy)
    doctor = verbs.add_parser("doctor", help="逐项检查运行条件：✓ 正常，✗ 须处理并说明怎么办；有 ✗ 时退出码为 1")
    doctor.add_argument("--json", action="store_true", help="输出 JSON")
    doctor.set_defaults(run=run_doctor)


def run_create(chosen: argparse.Namespace) -> int:
    """Make a backup."""
    print(backup.create(settings_of(chosen), chosen.to, with_keys=chosen.with_keys))
    return 0


def run_list(chosen: argparse.Namespace) -> int:
    """List the backups, newest first; a damaged one is named."""
    rows = []
    folder = backup.folder_of(settings_of(chosen))
    for path in sorted(folder.glob("*.zip"), reverse=True):
        try:
            rows.append(as_json(path, read_manifest(path)))
        except Refusal as refusal:
            rows.append({"file": str(path), "error": refusal.sentence})
    kept = sorted(folder.glob(f"{KEPT}*"), reverse=True)
    rows += [{"file": str(path), "bytes": path.stat().st_size, "before_upgrade": True} for path in kept]
    if chosen.json:
        print_json(rows)
        return 0
    for row in rows:
        print(row["file"], row.get("error") or _said_of(row))
    if not rows:
        print("没有备份")
    return 0


def _said_of(row: Mapping[str, Any]) -> str:
    if "before_upgrade" in row:
        return f"升级前的数据库副本 {row['bytes']} 字节"
    made = from_utc_text(row["made_at"]).astimezone(CITY)
    return f"{made:%Y-%m-%d %H:%M} {row['dialect']} {row['revision']} {row['bytes']} 字节"


def run_verify(chosen: argparse.Namespace) -> int:
    """Check a backup."""
    manifest, found = backup.check(chosen.file, chosen.scratch)
    if found is None:
        print(f"摘要无误：{len(manifest.members)} 个成员。要核对过程记录和不变式，请用 --scratch 给出一个空的数据库")
        return 0
    return _said(found, f"核对无误：{manifest.roots} 条过程记录链，{len(manifest.members)} 个成员")


def run_restore(chosen: argparse.Namespace) -> int:
    """Restore a backup."""
    manifest, found = restore(chosen.file, settings_of(chosen, Missing.LEAVE))
    if not manifest.keys:
        print("备份中没有密钥文件：请把与数据同一时期的 keys.json 放回数据目录（权限 600），否则不能启动")
    if found is None:
        print(f"已恢复：摘要和 {manifest.roots} 条过程记录链无误。版本 {manifest.revision} 较旧，各项不变式尚未核对：")
        print("启动后自动升级，再运行 ./run yichuang audit verify --all")
        return 0
    return _said(found, f"已恢复并核对无误：{manifest.roots} 条过程记录链")


def _said(found: list[Violation], well: str) -> int:
    for one in found:
        print(f"{one.invariant} {one.root}：{one.sentence}")
    if not found:
        print(well)
    return 1 if found else 0


def _revision(chosen: argparse.Namespace) -> str:
    settings = settings_of(chosen)
    refuse_missing(settings)
    database = Database(settings.database_url, readers=1)
    try:
        with database.reading() as connection:
            return found_revision(connection) or ""
    finally:
        database.close()


def run_current(chosen: argparse.Namespace) -> int:
    """Print the revision."""
    print(_revision(chosen) or "空")
    return 0


def run_check(chosen: argparse.Namespace) -> int:
    """Compare the revision with the program's."""
    found = _revision(chosen)
    advice = "一致" if found == head() else "不一致，请运行 ./run yichuang db upgrade 或换用相符的程序"
    print(f"数据库 {found or '空'}，程序 {head()}：{advice}")
    return 0 if found == head() else 1


def run_upgrade(chosen: argparse.Namespace) -> int:
    """Bring the database to the program's revision."""
    settings = settings_of(chosen)
    refuse_missing(settings)
    kept = upgrade_kept(settings, copy=not chosen.no_copy)
    if kept is not None:
        print(f"升级前的副本：{kept}")
    print(f"数据库已是 {head()}")
    return 0


def run_doctor(chosen: argparse.Namespace) -> int:
    """Look at everything and say what to do."""
    findings = examine(chosen.data, chosen.database)
    if chosen.json:
        print_json([asdict(one) for one in findings])
    else:
        for one in findings:
            advice = "" if one.well else f"。处理：{one.advice}"
            print(f"{'✓' if one.well else '✗'} {one.name}：{one.found.rstrip('。')}{advice}")
    return 0 if all(one.well for one in findings) else 1


def run_copy(chosen: argparse.Namespace) -> int:
    """Copy everything into another database."""
    chosen.data = chosen.data or moving.data_of(chosen.source)
    moved = moving.copy_database(settings_of(chosen), chosen.source, chosen.target)
    for table, count in moved.counts.items():
        if count:
            print(f"{table} {count}")
    return _said(
        moved.violations, f"复制完成并核对无误：{moved.heads.roots} 条过程记录链，链头摘要 {moved.heads.digest}"
    )
