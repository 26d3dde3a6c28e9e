"""Opening the house: the schema is brought up, the parts are composed, what is missing is filled in."""

from __future__ import annotations

from engine.door import Door, Watch
from engine.foundation.clock import Clock, SystemClock
from engine.foundation.errors import Invalid
from engine.foundation.hosts.queries import MODE, PRODUCTION, fact, is_real, settle_fact
from engine.foundation.store.database import Database
from engine.foundation.store.unit import Actor
from engine.registry.identity.queries import has_demo_accounts
from engine.registry.identity.rules import SYSTEM
from yichuang.compose import compose
from yichuang.finding import index_if_missing
from yichuang.keeping.keys import prove_keys, refuse_unfit_keys
from yichuang.keeping.upgrading import upgrade_kept
from yichuang.provision import provision, provision_demo
from yichuang.settings import Settings

OPERATOR = Actor(
    account="operator", person="operator", name="命令行操作员", grants=(("system", "center"),), channel="cli"
)
"""Whoever has a shell on the host: may do what the system may, and every command is journalled as his."""


class DemoRefused(Invalid):
    """数据库中有演示账号，不能以 --production 启动。请改用新的数据目录。"""

    code = "DEMO_REFUSED"


class ProductionData(Invalid):
    """这是正式运行的数据，不能作为演示启动。请加 --production，或在 settings.json 中写 "production": true。"""

    code = "PRODUCTION_DATA"


def open_house(
    settings: Settings, *, clock: Clock | None = None, serving: bool = False, watch: Watch | None = None
) -> Door:
    """Return the door of a house that is ready to serve; a new one is filled first.

    A house that was once opened for real work never gets anything of the demonstration, whoever opens it.  Raises
    DatabaseAway, UnsafeDatabase, KeysMissing, KeysWrong, :class:`DemoRefused` in production over demonstration data,
    and with ``serving`` :class:`ProductionData` for a demonstration over real data.
    """
    _refuse_if_away(settings)
    refuse_unfit_keys(settings, make=True)
    upgrade_kept(settings)
    door = compose(settings, clock=clock, watch=watch)
    try:
        _fill(door, settings, serving=serving)
    except BaseException:
        door.database.close()
        raise
    return door


def _refuse_if_away(settings: Settings) -> None:
    database = Database(settings.database_url, readers=1)
    try:
        database.refuse_if_away()
    finally:
        database.close()


def _fill(door: Door, settings: Settings, *, serving: bool) -> None:
    door.database.refuse_unsafe_settings()
    prove_keys(door, settings)
    if settings.production:
        _settle_production(door)
    with door.read(SYSTEM) as view:
        real = is_real(view.connection)
    if real and serving and not settings.production:
        raise ProductionData
    provision(door)
    index_if_missing(door)
    if not real:
        provision_demo(door)


def _settle_production(door: Door) -> None:
    """Note that this house is for real work; raise :class:`DemoRefused` when the demonstration is in it."""
    with door.read(SYSTEM) as view:
        if has_demo_accounts(view.connection):
            raise DemoRefused
        settled = fact(view.connection, MODE) is not None
    if not settled:
        with door.housekeeping() as connection:
            settle_fact(connection, MODE, PRODUCTION, SystemClock().now())
