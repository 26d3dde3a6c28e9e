"""Opening the house: the schema is brought up, the parts are composed, what is missing is filled in."""

from __future__ import annotations

from engine.door import Door
from engine.foundation.clock import Clock
from engine.foundation.errors import Invalid
from engine.foundation.store.migrations import upgrade
from engine.foundation.store.unit import Actor
from engine.registry.identity.queries import has_demo_accounts
from engine.registry.identity.rules import SYSTEM
from yichuang.compose import compose
from yichuang.finding import index_if_missing
from yichuang.provision import provision, provision_demo
from yichuang.settings import Settings

OPERATOR = Actor(
    account="operator", person="operator", name="命令行操作员", grants=(("system", "center"),), channel="cli"
)
"""Whoever has a shell on the host: may do what the system may, and every command is journalled as his."""


class DemoRefused(Invalid):
    """数据库中有演示账号，不能以 --production 启动。请改用新的数据目录。"""

    code = "DEMO_REFUSED"


def open_house(settings: Settings, *, clock: Clock | None = None) -> Door:
    """Return the door of a house that is ready to serve; a new one is filled first.

    Raises UnsafeDatabase, or :class:`DemoRefused` in production over demonstration data.
    """
    upgrade(settings.database_url)
    door = compose(settings, clock=clock)
    door.database.refuse_unsafe_settings()
    provision(door)
    index_if_missing(door)
    if settings.production:
        with door.read(SYSTEM) as view:
            if has_demo_accounts(view.connection):
                raise DemoRefused
    else:
        provision_demo(door)
    return door
