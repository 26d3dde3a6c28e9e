"""``clock set|advance``: the demonstration's time, journalled and bannered; production refuses it."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from engine.foundation.clock import CITY
from engine.foundation.errors import Forbidden, Invalid
from engine.registry.identity.queries import has_demo_accounts
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.commands import MoveClock
from engine.registry.policies.queries import clock_shift
from yichuang.cli.common import Verbs, fresh_key, house_of
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


def _move(chosen: argparse.Namespace, by: Callable[[datetime], timedelta]) -> int:
    door = house_of(chosen)
    with door.read(SYSTEM) as view:
        if not has_demo_accounts(view.connection):
            raise DemoOnly
        shift = timedelta(seconds=clock_shift(view.connection)) + by(view.now)
    door.execute(MoveClock(shift_seconds=math.ceil(shift.total_seconds())), OPERATOR, key=fresh_key("clock"))
    print(f"演示时间：{door.now().astimezone(CITY):%Y-%m-%d %H:%M}")
    return 0
