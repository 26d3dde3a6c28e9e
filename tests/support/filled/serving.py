"""The filled house at a port of this machine, for browsers.

==============  ===============================================================================================
filled          a ``FilledHall`` per test module: the pages of a copy of the filled house, its people signed in
==============  ===============================================================================================

The house is filled once per session and copied.  Its clock stands still at 2 March 2026, 10:20 in the city, so pages
look the same each time.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from engine.foundation.clock import CITY
from engine.oversight.audit.rollups.tables import rollup_way
from engine.registry.identity.rules import SYSTEM
from tests.support.filled.cases import furnish
from tests.support.filled.desks import furnish_desks
from tests.support.house import House
from tests.support.postgres import locked
from tests.support.site import Site
from yichuang.rolling import roll
from yichuang.sealing import seal_all
from yichuang.settings import read_settings
from yichuang.worker import check_files

SESSION_COOKIE = "yc"
PROVISIONED = datetime(2026, 1, 5, tzinfo=CITY)
NOW = datetime(2026, 3, 2, 10, 30, tzinfo=CITY)


class Silent(WSGIRequestHandler):
    """Answers requests without a line about each: page errors are the tests' to report."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass
class FilledHall:
    """The pages of the filled house at ``url`` (with a slash at its end); ``at`` is what it holds, by name."""

    site: Site
    url: str
    at: dict[str, str]
    passes: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """The house behind the pages."""
        return self.site.house

    def task(self, case: str, element: str) -> str:
        """Return the id of the open task of the case called ``case`` at ``element``."""
        return self.house.task(self.at[case], element).id

    def cookies(self, account: str) -> list[Any]:
        """Return what a browser of ``account`` remembers after signing in; nothing for a stranger ("")."""
        if account not in self.passes:
            self.passes[account] = self._signed_in(account) if account else []
        return self.passes[account]

    def _signed_in(self, account: str) -> list[Any]:
        visitor = self.site.visitor(account, base=self.url.rstrip("/"))
        kept = visitor.client.get_cookie(SESSION_COOKIE, domain="127.0.0.1")
        assert kept is not None, f"{account} was not signed in"
        return [{"name": kept.key, "value": kept.value, "url": self.url}]

    def sit(self, page: Page, account: str, look: str = "standard") -> Page:
        """Make ``page``'s browser that of ``account`` (a stranger's for ""), with the look it has chosen."""
        page.context.clear_cookies()
        page.context.add_cookies([*self.cookies(account), {"name": "yc-look", "value": look, "url": self.url}])
        return page


def fill(folder: Path) -> dict[str, str]:
    """Fill a new house in ``folder``; return what it holds, by name (it is kept in ``at.json`` too)."""
    house = House(read_settings(folder, None), PROVISIONED)
    try:
        at = furnish(house)
        at |= furnish_desks(house, at)
        check_files(house.door)
        seal_all(house.door)
        roll(house.door)
        with house.door.read(SYSTEM) as view:
            at["way"] = str(view.connection.scalars(sa.select(rollup_way.c.digest)).first())
    finally:
        house.close()
    with closing(sqlite3.connect(folder / "yichuang.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / "at.json").write_text(json.dumps(at), "utf-8")
    return at


@contextmanager
def serving(folder: Path) -> Iterator[FilledHall]:
    """Serve the filled house of ``folder`` on a free port of this machine."""
    house = House(read_settings(folder, None), NOW)
    site = Site(house)
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        at = json.loads((folder / "at.json").read_text("utf-8"))
        yield FilledHall(site, f"http://127.0.0.1:{server.server_port}/", at)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        house.close()


@pytest.fixture(scope="session")
def filled_template(session_home: Path) -> Path:
    """The folder of the filled house, made once per session."""
    template = session_home / "filled"
    with locked(session_home / "filled.lock"):
        if not template.exists():
            partial = session_home / "filled.partial"
            shutil.rmtree(partial, ignore_errors=True)
            fill(partial)
            partial.rename(template)
    return template


@pytest.fixture(scope="module")
def filled(filled_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledHall]:
    """The filled house of this module, at its port."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    shutil.copytree(filled_template, folder)
    with serving(folder) as hall:
        yield hall
