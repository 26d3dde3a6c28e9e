"""Whether a house is fit for real work: what ``serve --production`` refuses, all findings told at once."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from engine.door import Door
from engine.foundation.clock import Clock, SystemClock
from engine.foundation.errors import Invalid
from engine.foundation.journal.sealing.algorithms import SM2, GuomiMissing, refuse_missing
from engine.foundation.store.database import Database, UnsafeDatabase
from engine.registry.identity.accounts.queries import Asked, listed
from engine.registry.identity.queries import account_ids, has_demo_accounts
from engine.registry.identity.rules import SYSTEM
from yichuang.keeping.keys import refuse_unfit_keys
from yichuang.keeping.upgrading import upgrade_kept
from yichuang.settings import Settings

MOST_SKEW = timedelta(seconds=2)
"""So far may the clocks of program and database be apart: deadlines and journals are compared across hosts."""

LEAST_LETTERS = 12
"""A secret of fewer different letters was typed, not drawn."""

DEBUG_VARIABLES = ("FLASK_DEBUG", "FLASK_ENV", "PYTHONDEVMODE", "PYTHONASYNCIODEBUG", "WERKZEUG_DEBUG_PIN")
_OFF = frozenset({"", "0", "false", "no", "off", "production"})

FIRST_STEPS = """\
这份数据还没有账号。请另开终端，先建立两名安全管理员（口令从标准输入读取，首次登录时须修改）：
  ./run yichuang {where}account create --account anquan1 --name 姓名 --role sec_admin
  ./run yichuang {where}account create --account anquan2 --name 姓名 --role sec_admin
然后由安全管理员登录，在“账号”页面建立其他账号。说明见 ./run yichuang account create --help"""


SECOND_GUARD = """\
注意：只有 {count} 名安全管理员。谁也不能改自己的岗位，他离岗或遗失口令后没有人能管理账号。请再建立一名：
  ./run yichuang {where}account create --account anquan2 --name 姓名 --role sec_admin"""


class ProductionNeeds(Invalid):
    """正式运行前须改正 {count} 处：{missing}
    请逐项改正后再以 --production 启动。"""

    code = "PRODUCTION_NEEDS"


@dataclass(frozen=True)
class Finding:
    """One thing that must be put right, and how."""

    code: str
    sentence: str


def refuse_unready(
    settings: Settings, *, environment: Mapping[str, str] | None = None, clock: Clock | None = None
) -> None:
    """Raise :class:`ProductionNeeds` with everything that must be put right before real work begins.

    Brings the schema up first, for the database is asked too.  Raises DatabaseAway, KeysMissing,
    KeysWrong.
    """
    found = [*_of_program(os.environ if environment is None else environment), *_of_settings(settings)]
    clock = clock or SystemClock()
    database = Database(settings.database_url, readers=1)
    try:
        database.refuse_if_away()
        refuse_unfit_keys(settings)
        upgrade_kept(settings)
        found += _of_database(database, clock)
    finally:
        database.close()
    found += _of_files(settings)
    if found:
        told = "".join(f"\n{number}. {one.code}：{one.sentence}" for number, one in enumerate(found, 1))
        raise ProductionNeeds(count=len(found), missing=told)


def tell_first_steps(door: Door, settings: Settings) -> None:
    """Print how to make the first accounts of a house for real work that has none, or only one of the two."""
    if not settings.production:
        return
    asked = Asked(role="sec_admin", state="active")
    with door.read(SYSTEM) as view:
        empty = not account_ids(view.connection)
        _, guards = listed(
            view.connection, asked, now=view.now, machine_now=SystemClock().now(), offset=0, limit=1
        )  # fmt: skip
    database = "" if settings.is_sqlite else "--database 数据库地址 "
    where = f"--data {settings.data} {database}"
    if empty:
        print(FIRST_STEPS.format(where=where), flush=True)
    elif guards < 2:
        print(SECOND_GUARD.format(count=guards, where=where), flush=True)


def _of_program(environment: Mapping[str, str]) -> Iterator[Finding]:
    on = [name for name in DEBUG_VARIABLES if environment.get(name, "").strip().casefold() not in _OFF]
    if sys.flags.dev_mode and "PYTHONDEVMODE" not in on:
        on.append("python -X dev")
    if on:
        yield Finding("DEBUG_ON", f"调试已打开（{'、'.join(on)}），会向访问者显示内部信息。请取消后再启动。")


def _of_settings(settings: Settings) -> Iterator[Finding]:
    address = urlsplit(settings.public_url)
    if address.scheme != "https" or not address.hostname:
        yield Finding(
            "ADDRESS_NOT_HTTPS",
            f"{settings.file} 中的 public_url（申请对象扫描二维码时打开的网址）没有填写或者不是 https。"
            "请填写正式的网址。",
        )
    secrets = {"courier_secret": settings.courier_secret, "messenger_secret": settings.messenger_secret}
    weak = [name for name, secret in secrets.items() if secret and _is_weak(secret)]
    if weak:
        yield Finding(
            "SECRET_WEAK",
            f"settings.json 中的 {'、'.join(weak)} 是示例或者容易猜到。请用随机生成的密钥（如 openssl rand -hex 32）。",
        )
    if settings.courier_secret and settings.courier_secret == settings.messenger_secret:
        yield Finding("SECRET_SHARED", "courier_secret 与 messenger_secret 相同。请为每一方各用一个密钥。")


def _is_weak(secret: str) -> bool:
    """Tell whether a secret was taken from an example or typed: few letters, or words that examples use."""
    plain = secret.casefold()
    return len(set(secret)) < LEAST_LETTERS or any(
        word in plain for word in ("demo", "secret", "example", "change", "password", "test", "yichuang", "0123456789")
    )


def _of_database(database: Database, clock: Clock) -> Iterator[Finding]:
    unsafe = database.unsafe_settings()
    if unsafe:
        yield Finding(UnsafeDatabase.code, UnsafeDatabase(setting="、".join(unsafe)).sentence)
    with database.reading() as connection:
        if has_demo_accounts(connection):
            yield Finding("DEMO_REFUSED", "数据库中有演示账号，口令人人可见。请改用新的数据目录。")
    before = clock.now()
    there = database.now()
    apart = max(before - there, there - clock.now(), timedelta())
    if apart > MOST_SKEW:
        seconds = f"{apart.total_seconds():.0f}"
        yield Finding("CLOCK_SKEW", f"本机与数据库的时钟相差 {seconds} 秒。请让两台主机与同一时间源同步（NTP）。")


def _of_files(settings: Settings) -> Iterator[Finding]:
    if _open_to_others(settings.data):
        yield Finding("DATA_OPEN", f"数据目录可被其他用户读取。请执行 chmod 700 {settings.data}。")
    if settings.keys.exists() and _open_to_others(settings.keys):
        yield Finding("KEYS_OPEN", f"密钥文件可被其他用户读取。请执行 chmod 600 {settings.keys}。")
    if settings.seal_algorithm == SM2:
        try:
            refuse_missing()
        except GuomiMissing as refusal:
            yield Finding(refusal.code, refusal.sentence)
    seal_key = settings.outside.key_file
    if seal_key.exists() and _open_to_others(seal_key):
        yield Finding("SEAL_KEY_OPEN", f"封存密钥文件可被其他用户读取。请执行 chmod 600 {seal_key}。")


def _open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
