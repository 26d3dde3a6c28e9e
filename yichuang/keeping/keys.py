"""The keys and the data they sealed belong together: made once, with a new house, and proved at every opening."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from engine.door import Door
from engine.foundation.clock import SystemClock
from engine.foundation.errors import Unavailable
from engine.foundation.hosts.queries import KEYS, noted_keys, settle_fact
from engine.foundation.store.copying import has_rows, sealed_value
from engine.foundation.store.database import Database
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM
from yichuang.settings import Settings


class KeysWrong(Unavailable):
    """密钥文件 {file} 不是封存这份数据的那一份；没有改动任何内容。请换回与这份数据同一时期的 keys.json
    （权限 600），再重试。"""

    code = "KEYS_WRONG"


def refuse_unfit_keys(settings: Settings, *, make: bool = False) -> None:
    """Raise KeysMissing or :class:`KeysWrong` for a house in which something was done, whatever its revision.

    With ``make`` a house that is new gets its keys.
    """
    database = Database(settings.database_url, readers=1)
    try:
        with database.reading() as connection:
            # Asked before the file is looked for: whoever fills the house at this moment made the keys first.
            if not has_rows(connection):
                if make:
                    Vault.open(settings.keys, new=True)
            elif are_wrong(connection, Vault.open(settings.keys)):
                raise KeysWrong(file=settings.keys)
    finally:
        database.close()


def are_wrong(connection: Connection, vault: Vault) -> bool:
    """Tell whether the data was sealed with other keys."""
    probe = noted_keys(connection)
    if probe is not None:
        return not vault.is_of(probe)
    # A house of an older program: whatever lies sealed in it is asked.
    sealed = sealed_value(connection)
    return sealed is not None and not vault.opens(sealed)


def prove_keys(door: Door, settings: Settings) -> None:
    """Raise :class:`KeysWrong` for keys of another house; note whose they are at the first good opening."""
    vault = door.part(Vault)
    with door.read(SYSTEM) as view:
        noted, wrong = noted_keys(view.connection) is not None, are_wrong(view.connection, vault)
    if not noted and not wrong:
        with door.housekeeping() as connection:
            settle_fact(connection, KEYS, vault.probe(), SystemClock().now())
            # Two hosts may open a new house together, each with keys of its own: the second is told.
            wrong = are_wrong(connection, vault)
    if wrong:
        raise KeysWrong(file=settings.keys)
