"""Tokens for programs that speak to a real server, issued beside it as the command line does."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from engine.foundation.vault import token_hash
from engine.registry.identity.commands import IssueToken
from tests.support.server import Server
from yichuang.house import OPERATOR, open_house
from yichuang.settings import read_settings

FOR_EVER = "2099-01-01T00:00:00.000000Z"


def tokens_for(server: Server, accounts: Iterable[str]) -> dict[str, str]:
    """Return a new token for each of ``accounts`` of the running server."""
    door = open_house(read_settings(server.data, server.database))
    try:
        found = {account: f"yc_{uuid.uuid4().hex}" for account in accounts}
        for account, token in found.items():
            command = IssueToken(account=account, token_hash=token_hash(token), ends_at=FOR_EVER)
            door.execute(command, OPERATOR, key=token)
        return found
    finally:
        door.database.close()
