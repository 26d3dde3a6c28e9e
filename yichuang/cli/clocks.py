"""``clock set|advance``: the demonstration's time, journalled and bannered; production refuses it.

``clock show`` tells the time of the house and how the clocks of its machines stand; ``clock accept``, given on a
machine whose clock is not believed any more, says that it is right as it is.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from engine.foundation.clock import CITY, SystemClock, boot_id, glance, utc_text
from engine.foundation.errors import Forbidden, Invalid
from engine.foundation.hosts.queries import machines
from engine.foundation.hosts.rules import Machine, told
from engine.process.tasks.timekeeping.commands import AcceptClock
from engine.registry.identity.queries import has_demo_accounts
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.commands import MoveClock
from engine.registry.policies.queries import clock_shift
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.house import OPERATOR

_STEP = re.compile(r"^(\d{1,5})([dhm])$")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


class DemoOnly(Forbidden):
    """只有演示数据可以调整时间；正式运行以系统时钟为准，请在操作系统中校准时间。"""

    code = "DEMO_ONLY"


class BadStep(Invalid):
    """“{text}”不是时间长度。请写成 3d（日）、4h（小时）或 30m（分钟）。"""

    code = "BAD_STEP"


class BadInstant(Invalid):
    """“{text}”不是时间。请写成 2026-03-10T09:00（北京时间）。"""

    code = "BAD_INSTANT"


def add_verbs(verbs: Verbs) -> None:
    """Add ``clock``."""
    group = verbs.add_parser("clock", help="演示时间").add_subparsers(dest="what", required=True, metavar="VERB")
    set_to = group.add_parser("set", help="调到某一时刻（北京时间），只能向前")
    set_to.add_argument("instant", metavar="YYYY-MM-DDTHH:MM")
    set_to.set_defaults(run=set_clock)
    advance = group.add_parser("advance", help="向前调，如 5d、4h、30m")
    advance.add_argument("step", metavar="STEP")
    advance.set_defaults(run=advance_clock)
    show = group.add_parser("show", help="显示系统时间、演示时间和各主机的时钟")
    show.add_argument("--json", action="store_true", help="以 JSON 输出")
    show.set_defaults(run=show_clock)
    accept = group.add_parser("accept", help="认可本机现在的时间，继续送达时限（时钟被拨动而停止送达时）")
    accept.set_defaults(run=accept_clock)


def set_clock(chosen: argparse.Namespace) -> int:
    """Move to an instant of the city's wall clock."""
    try:
        instant = datetime.fromisoformat(chosen.instant)
    except ValueError as error:
        raise BadInstant(text=chosen.instant) from error
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=CITY)
    return _move(chosen, lambda now: instant - now)


def advance_clock(chosen: argparse.Namespace) -> int:
    """Move forward by a step."""
    found = _STEP.match(chosen.step)
    if found is None:
        raise BadStep(text=chosen.step)
    return _move(chosen, lambda now: int(found[1]) * _UNITS[found[2]])


def show_clock(chosen: argparse.Namespace) -> int:
    """Show the machine's time, the house's, and the clocks of the machines that deliver deadlines."""
    door = house_of(chosen)
    machine_now = SystemClock().now()
    with door.read(SYSTEM) as view:
        now, shift, clocks = view.now, clock_shift(view.connection), machines(view.connection)
    if chosen.json:
        print_json({
            "machine": utc_text(machine_now),
            "house": utc_text(now),
            "shift_seconds": shift,
            "clocks": [_told(one) for one in clocks],
        })  # fmt: skip
        return 0
    print(f"本机时间 {machine_now.astimezone(CITY):%Y-%m-%d %H:%M:%S}")
    print(f"系统时间 {now.astimezone(CITY):%Y-%m-%d %H:%M:%S}" + (f"（演示，快 {shift} 秒）" if shift else ""))
    for one in clocks:
        state = told(one.held, one.off) + "，停止送达时限" if one.held else "可信"
        looked = f"{one.at.astimezone(CITY):%Y-%m-%d %H:%M:%S}"
        print(f"主机 {one.name}：{state}；与数据库相差 {abs(one.skew).total_seconds():.1f} 秒；{looked} 查看")
    return 0


def _told(one: Machine) -> dict[str, Any]:
    return {
        "machine": one.name, "held": one.held or None, "off_seconds": one.off.total_seconds(),
        "skew_seconds": one.skew.total_seconds(), "at": utc_text(one.at),
        "trusted": None if one.trusted is None else utc_text(one.trusted),
    }  # fmt: skip


def accept_clock(chosen: argparse.Namespace) -> int:
    """Say that this machine's clock is right as it is now."""
    door = house_of(chosen)
    between = glance().between // timedelta(microseconds=1)
    done = door.execute(AcceptClock(boot=boot_id(), microseconds=between), OPERATOR, key=fresh_key("accept"))
    print(f"已认可主机 {done['machine']} 现在的时间，几秒后继续送达时限")
    return 0


def _move(chosen: argparse.Namespace, by: Callable[[datetime], timedelta]) -> int:
    door = house_of(chosen)
    with door.read(SYSTEM) as view:
        if not has_demo_accounts(view.connection):
            raise DemoOnly
        shift = timedelta(seconds=clock_shift(view.connection)) + by(view.now)
    door.execute(MoveClock(shift_seconds=math.ceil(shift.total_seconds())), OPERATOR, key=fresh_key("clock"))
    print(f"演示时间：{door.now().astimezone(CITY):%Y-%m-%d %H:%M}")
    return 0
