"""The doctor: looks at everything that running the house needs, changes nothing, and says what to do."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import Connection

import yichuang
from deadlines.law.arrangement import missing_year
from engine.foundation.blobs.checks import preview_digests
from engine.foundation.blobs.queries import referenced_digests
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import CITY, SystemClock, city_date
from engine.foundation.errors import Refusal
from engine.foundation.hosts.queries import LAST_BACKUP, fact, last_beats, machines
from engine.foundation.hosts.rules import told, watching
from engine.foundation.journal.sealing.algorithms import SM2, refuse_missing
from engine.foundation.outbox.queries import standing as outbox_standing
from engine.foundation.store.database import Database
from engine.foundation.store.migrations import found_revision, head
from engine.foundation.vault import Vault
from engine.process.clocks.calendars import in_force
from engine.process.clocks.queries import deadlines_standing, has_calendar
from engine.process.documents.queries import rendered_digests
from engine.process.tasks.incidents.queries import count_open
from engine.process.tasks.timers.queries import timers_standing
from engine.registry.policies.queries import clock_shift
from forms.notices.fonts import font_set
from yichuang.hosting.heart import LATE, PART_NAMES, PARTS
from yichuang.keeping.keys import are_wrong
from yichuang.settings import Missing, Settings, read_settings

OLDEST_PYTHON = (3, 11)
LEAST_ROOM = 2 * 1024**3
MOST_SKEW = timedelta(seconds=2)
MOST_LAG = timedelta(minutes=5)
OLDEST_BACKUP = timedelta(days=2)
ORPHAN_SECONDS = timedelta(days=2).total_seconds()
MOST_ORPHANS = 100
ROOT = Path(yichuang.__file__).resolve().parents[1]
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: \\)?$", re.MULTILINE)
"""A package of the lock; one that only other systems need (with a marker behind it) is passed over."""


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, whether it is well, what was found, and what to do when it is not."""

    name: str
    well: bool
    found: str
    advice: str = ""


def examine(data: Path | None, database: str | None) -> list[Finding]:
    """Return what was found, in the order in which a fault leads to others."""
    findings = [_python(), _packages(), _assets(), _tried("字体", _fonts)]
    try:
        settings = read_settings(data, database, missing=Missing.REFUSE)
    except Refusal as refusal:
        return [*findings, Finding("设置", False, refusal.sentence, "按上面的说明改正，再运行一次 doctor")]
    findings += [Finding("设置", True, f"数据目录 {settings.data}"), _room(settings), _closed(settings)]
    findings.append(_tried("密钥", lambda: _keys(settings)))
    findings.append(_tried("封存密钥", lambda: _seal_key(settings)))
    return [*findings, *_of_database(settings)]


def _tried(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Refusal as refusal:
        return Finding(name, False, refusal.sentence, "按上面的说明处理")


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= OLDEST_PYTHON, found, "安装 Python 3.11 或更高版本")


def _packages() -> Finding:
    lock = ROOT / "requirements.lock"
    if not lock.exists():
        return Finding("软件包", True, "不是从源码目录运行，未核对锁定版本")
    wrong = []
    for name, version in _PINNED.findall(lock.read_text("utf-8")):
        try:
            if importlib.metadata.version(name) != version:
                wrong.append(name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(name)
    return Finding(
        "软件包",
        not wrong,
        "与锁定版本不符：" + "、".join(wrong[:5]) if wrong else "与锁定版本一致",
        "运行 ./run setup",
    )


def _assets() -> Finding:
    built = (ROOT / "web" / "static" / "dist" / "manifest.json").exists()
    absent = [title for title, program in (("Node.js", "node"), ("npm", "npm")) if not _is_there(program)]
    advice = f"安装 {' 和 '.join(absent)} 后运行 ./run setup" if absent else "运行 ./run setup，它会说明没有生成的原因"
    return Finding(
        "页面脚本",
        built,
        f"{'已生成' if built else '没有生成'}（{'没有 ' + '、'.join(absent) if absent else '有 Node.js 和 npm'}）",
        f"{advice}；没有脚本页面仍可办理",
    )


def _is_there(program: str) -> bool:
    """Tell whether a program of the build is on PATH, or in .venv, where a package may have put it."""
    return shutil.which(program) is not None or (ROOT / ".venv" / "bin" / program).exists()


def _fonts() -> Finding:
    return Finding("字体", True, f"{len(font_set().files)} 个字体文件")


def _room(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data).free
    return Finding(
        "磁盘空间", free >= LEAST_ROOM, f"剩余 {free / 1024**3:.1f} GB", "清理或扩大数据目录所在的磁盘，至少留 2 GB"
    )


def _closed(settings: Settings) -> Finding:
    mode = stat.S_IMODE(settings.data.stat().st_mode)
    well = os.access(settings.data, os.W_OK) and not mode & 0o007
    return Finding("目录权限", well, f"{mode:o}", f"chmod 700 {settings.data}，并由运行服务的用户拥有")


def _keys(settings: Settings) -> Finding:
    if not settings.keys.exists():
        return Finding(
            "密钥", False, "没有 keys.json",
            "把与数据同一时期的 keys.json 放回数据目录（权限 600）；全新安装启动一次即生成",
        )  # fmt: skip
    Vault.open(settings.keys)
    mode = stat.S_IMODE(settings.keys.stat().st_mode)
    return Finding("密钥", not mode & 0o077, f"可用，权限 {mode:o}", f"chmod 600 {settings.keys}")


def _seal_key(settings: Settings) -> Finding:
    outside = settings.outside
    if outside.algorithm == SM2:
        refuse_missing()
    if outside.signing_key() is None:
        return Finding("封存密钥", True, "本机没有，由别的主机封存，或者启动一次即生成")
    mode = stat.S_IMODE(outside.key_file.stat().st_mode)
    return Finding("封存密钥", not mode & 0o077, f"可用，权限 {mode:o}", f"chmod 600 {outside.key_file}")


def _are_strange(settings: Settings, connection: Connection) -> bool:
    try:
        return are_wrong(connection, Vault.open(settings.keys))
    except Refusal:
        # Missing or damaged: that was told already.
        return False


# The database ----------------------------------------------------------------------------------------------------


def _of_database(settings: Settings) -> Iterator[Finding]:
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.is_sqlite and not path.exists():
        yield Finding("数据库", False, "还没有数据库", "启动一次服务即生成；或用 ./run yichuang backup restore 恢复")
        return
    database = Database(settings.database_url, readers=2)
    try:
        yield from _looked_at(settings, database)
    except Refusal as refusal:
        yield Finding("数据库", False, refusal.sentence, "核对数据库地址、账号和服务状态")
    finally:
        database.close()


def _calendar(absent: int | None, year: int) -> Finding:
    """Say which year's notice is missing: until New Year that is a reminder, after it a fault."""
    found = "年度放假安排齐全" if absent is None else f"{absent} 年的放假安排还没有登记，涉及的到期日暂定"
    advice = "用 calendar import 登记国务院办公厅的通知，再由另一人 calendar confirm"
    return Finding("工作日历", absent != year, found, advice)


def _looked_at(settings: Settings, database: Database) -> Iterator[Finding]:
    database.refuse_if_away()
    yield Finding("数据库", True, f"可以连接（{database.dialect}）")
    unsafe = database.unsafe_settings()
    yield Finding("数据库设置", not unsafe, "、".join(unsafe) or "不会丢失已确认的办件", "由数据库管理员改正这些设置")
    now = SystemClock().now()
    apart = abs(database.now() - now)
    yield Finding(
        "时钟", apart < MOST_SKEW, f"与数据库相差 {apart.total_seconds():.1f} 秒", "让两台主机与同一时间源同步（NTP）"
    )
    with database.reading() as connection:
        revision = found_revision(connection)
        well = revision == head()
        advice = "运行 ./run yichuang db upgrade，或换用相符的程序"
        yield Finding("数据库版本", well, f"{revision or '空'}，程序需要 {head()}", advice)
        if not well:
            return
        beats = last_beats(connection, now)
        held = [one for one in watching(machines(connection), now) if one.held]
        house_now = now + timedelta(seconds=clock_shift(connection))
        due = list(_of_what_is_due(connection, house_now))
        digests = referenced_digests(connection) | rendered_digests(connection) | preview_digests(connection)
        backup = fact(connection, LAST_BACKUP)
        strange = _are_strange(settings, connection)
        absent = missing_year(city_date(house_now), in_force(connection)) if has_calendar(connection) else None
    yield _calendar(absent, city_date(house_now).year)
    yield Finding(
        "密钥与数据",
        not strange,
        "密钥与数据不符" if strange else "相符",
        f"换回与这份数据同一时期的 keys.json（{settings.keys}，权限 600）",
    )
    yield Finding(
        "时钟可信",
        not held,
        "；".join(f"主机 {one.name} 停止送达时限：{told(one.held, one.off)}" for one in held) or "各主机的时钟可信",
        "在该主机上校准时间；确认现在的时间正确的，在该主机上运行 ./run yichuang clock accept",
    )
    silent = [part for part in PARTS if part not in beats or now - beats[part] > LATE]
    yield Finding(
        "后台",
        not silent,
        "正常" if not silent else f"没有动静：{'、'.join(PART_NAMES[part] for part in silent)}",
        "启动服务（serve 或 work），查看其日志",
    )
    yield from due
    orphans = len(Blobs(settings.blobs).left_behind(digests, older_than_seconds=ORPHAN_SECONDS))
    yield Finding("多余文件", orphans <= MOST_ORPHANS, f"{orphans} 个", "后台每小时清理一次；持续增多时查看后台日志")
    yield _backup(backup.at if backup is not None else None, now)


def _of_what_is_due(connection: Connection, house_now: datetime) -> Iterator[Finding]:
    """Yield whether deadlines, timers and the outbox keep up at ``house_now`` (UTC), and what has been given up."""
    deadlines, timers = deadlines_standing(connection, house_now), timers_standing(connection, house_now)
    lag = timedelta(seconds=deadlines.lag_seconds)
    yield Finding("时限送达", lag < MOST_LAG, f"{deadlines.due} 个到期未送达，最久 {lag}", "查看后台日志中的 deadline")
    lag = timedelta(seconds=timers.lag_seconds)
    yield Finding("流程定时", lag < MOST_LAG, f"{timers.due} 个到时未触发，最久 {lag}", "查看后台日志中的 FireTimers")
    outbox = outbox_standing(connection, house_now)
    kept_up = outbox.oldest_seconds <= MOST_LAG.total_seconds()
    yield Finding("待发事项", kept_up, f"{outbox.waiting} 个待办，{outbox.failed} 个已放弃", "查看后台日志中的 message")
    left = count_open(connection)
    advice = "由系统管理员在“异常”页面或者用 process incidents 重试，或者登记人工处置"
    yield Finding("异常", not left, f"{left} 项待处理", advice)


def _backup(at: datetime | None, now: datetime) -> Finding:
    found = "从未备份" if at is None else f"最近一次 {at.astimezone(CITY):%Y-%m-%d %H:%M}"
    advice = "运行 ./run yichuang backup create，并每日安排一次"
    return Finding("备份", at is not None and now - at < OLDEST_BACKUP, found, advice)
