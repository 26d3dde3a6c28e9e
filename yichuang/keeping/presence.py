"""Whether there is a house at all: a mistyped folder must not be answered with a new one in which all is well."""

from __future__ import annotations

from engine.foundation.store.copying import is_house
from engine.foundation.store.database import Database, sqlite_file
from yichuang.settings import DataMissing, Settings


def refuse_missing(settings: Settings) -> None:
    """Raise DataMissing when there is no house at the settings' folder and database, DatabaseAway when it is away.

    Nothing is made by asking.
    """
    place = settings.data
    path = sqlite_file(settings.database_url)
    if path is not None and not path.is_file():
        raise DataMissing(place=place if path.parent == place else path)
    database = Database(settings.database_url, readers=1)
    try:
        database.refuse_if_away()
        with database.reading() as connection:
            if not is_house(connection):
                raise DataMissing(place=f"数据库 {database.url.render_as_string(hide_password=True)}")
    finally:
        database.close()
