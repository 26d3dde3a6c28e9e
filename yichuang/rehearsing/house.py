"""The throw-away house: composed as the product is, over a fresh SQLite file, with a clock of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Self

from engine.door import Door
from engine.foundation.clock import CITY, FixedClock
from engine.foundation.store.copying import copy_sqlite
from engine.foundation.store.migrations import upgrade
from engine.foundation.vault import Vault
from engine.oversight.publishing.commands import Deploy, SeedRegister
from engine.oversight.rehearsal.files import Files, digest_of
from engine.oversight.rehearsal.grounds import SHIPPED, Grounds
from engine.registry.identity.rules import SYSTEM
from yichuang.compose import compose
from yichuang.provision import provision_demo
from yichuang.rehearsing.people import engage
from yichuang.settings import Settings

READERS = 4
FOUNDED = datetime(2020, 1, 1, tzinfo=CITY)
"""When the house was set up and the files were published: before any script begins, so that one house does for all."""
MOST_TEMPLATES = 4
MOST_EMPTY = 2


@dataclass(frozen=True)
class Stage:
    """An open throw-away house and its clock."""

    door: Door
    clock: FixedClock


def new_folder() -> Path:
    """Make a temporary folder for throw-away houses."""
    return Path(tempfile.mkdtemp(prefix="yichuang-rehearsal-"))


class Workshop:
    """Throw-away houses in a temporary folder; one that was set up with the same files is copied, not set up again.

    May be used by several threads; everything is gone once it is closed.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Work in ``folder``, or in a new temporary one; either is removed in the end."""
        self._folder = folder or new_folder()
        self._templates: OrderedDict[str, Path] = OrderedDict()
        self._making = Lock()
        self._empties: OrderedDict[str, Path] = OrderedDict()
        self._number = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove everything."""
        self.close()

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def stage(self, files: Files, start: datetime, grounds: Grounds = SHIPPED) -> Iterator[Stage]:
        """Give a house in which ``files`` are in force and whose clock stands at ``start``; it counts by ``grounds``.

        Raises ProcessRefused, ItemUnfit, and what else publishing raises: then there is no house.
        """
        with self._making:
            folder = self._copy_of(self._template(files, grounds))
        clock = FixedClock(start)
        door = compose(_settings(folder), clock=clock)
        try:
            yield Stage(door, clock)
        finally:
            door.database.close()
            shutil.rmtree(folder, ignore_errors=True)

    def _new_folder(self) -> Path:
        self._number += 1
        folder = self._folder / str(self._number)
        folder.mkdir(mode=0o700)
        return folder

    def _copy_of(self, template: Path) -> Path:
        folder = self._new_folder()
        copy_sqlite(template / "yichuang.db", folder / "yichuang.db")
        shutil.copyfile(template / "keys.json", folder / "keys.json")
        return folder

    def _template(self, files: Files, grounds: Grounds) -> Path:
        name = f"{grounds.digest}/{digest_of(files)}"
        if name in self._templates:
            self._templates.move_to_end(name)
            return self._templates[name]
        folder = self._copy_of(self._empty(grounds))
        try:
            with _opened(folder) as door:
                door.execute(release_of(files), SYSTEM, key="rehearsal:files")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return _kept(self._templates, name, folder, MOST_TEMPLATES)

    def _empty(self, grounds: Grounds) -> Path:
        """Return a house without files that counts by ``grounds``."""
        name = grounds.digest
        if name in self._empties:
            self._empties.move_to_end(name)
            return self._empties[name]
        folder = self._new_folder()
        _found(folder, grounds)
        return _kept(self._empties, name, folder, MOST_EMPTY)


def _kept(all: OrderedDict[str, Path], name: str, folder: Path, most: int) -> Path:
    """Keep a folder among ``all`` as the newest; the oldest goes when there are more than ``most``."""
    all[name] = folder
    while len(all) > most:
        shutil.rmtree(all.popitem(last=False)[1], ignore_errors=True)
    return folder


@contextmanager
def _opened(folder: Path) -> Iterator[Door]:
    door = compose(_settings(folder), clock=FixedClock(FOUNDED))
    try:
        yield door
    finally:
        door.database.close()


def _found(folder: Path, grounds: Grounds) -> None:
    """Set up a house without any files: schema, register, people."""
    settings = _settings(folder)
    Vault.open(settings.keys, new=True)
    upgrade(settings.database_url)
    with _opened(folder) as door:
        register = SeedRegister(calendar=grounds.calendar, figures=grounds.figures)
        door.execute(register, SYSTEM, key="rehearsal:register")
        provision_demo(door)
        engage(door)


def _settings(folder: Path) -> Settings:
    """Return settings that connect nothing outside: no courier, no text messages, no scanner."""
    return Settings(
        data=folder, database_url=f"sqlite:///{folder / 'yichuang.db'}", production=False,
        public_url="http://rehearsal.invalid", complaint_phone="12345", pool=READERS,
    )  # fmt: skip


def release_of(files: Files) -> Deploy:
    """Return the command that publishes all of ``files``; what is no UTF-8 is refused as publishing refuses it."""
    by_kind: dict[str, dict[str, str]] = {}
    for (kind, name), content in files.items():
        by_kind.setdefault(kind, {})[name] = content.decode("utf-8", errors="replace")
    none: Mapping[str, str] = {}
    return Deploy(
        processes=by_kind.get("process", none), items=by_kind.get("item", none),
        decisions=by_kind.get("decisions", none), messages=by_kind.get("message", none),
        forms=by_kind.get("form", none),
    )  # fmt: skip
