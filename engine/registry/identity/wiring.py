"""Who carries out each command about accounts, sessions and second factors."""

from __future__ import annotations

from collections.abc import Mapping

from engine.foundation.store.commands import Command, Handler
from engine.registry.identity import handlers
from engine.registry.identity.accounts import handlers as accounts
from engine.registry.identity.factor import handlers as factor
from engine.registry.identity.leave import handlers as leave
from engine.registry.identity.sessions import handlers as sessions

HANDLERS: Mapping[type[Command], Handler] = {
    **handlers.HANDLERS,
    **accounts.HANDLERS,
    **sessions.HANDLERS,
    **factor.HANDLERS,
    **leave.HANDLERS,
}
