"""Everything of custody that compose registers."""

from __future__ import annotations

from collections.abc import Mapping

from engine.casework.cases.custody import commands, handlers, passing
from engine.foundation.store.commands import Command, Handler

HANDLERS: Mapping[type[Command], Handler] = {
    commands.RefuseHandover: passing.refuse,
    commands.HandOverAgain: passing.hand_over_again,
    commands.ProposeResolution: handlers.propose,
    commands.ConfirmResolution: handlers.confirm,
    commands.ReturnOriginals: passing.return_originals,
    commands.TakeOriginals: passing.take_originals,
    commands.GiveBack: passing.give_back,
}
