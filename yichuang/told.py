"""What the command line and a start refuse, for whoever looks it up on the pages of the running house."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import yichuang
from engine.foundation.errors import Refusal


def told_outside() -> tuple[type[Refusal], ...]:
    """Return every refusal that stands in this package; its modules are read for it."""
    return tuple(kind for module in _modules() for kind in _of(module))


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(yichuang.__path__, f"{yichuang.__name__}."):
        # A program is run by being imported.
        if not found.name.endswith(".__main__"):
            yield found.name


def _of(module: str) -> Iterator[type[Refusal]]:
    for thing in vars(importlib.import_module(module)).values():
        if inspect.isclass(thing) and issubclass(thing, Refusal) and thing.__module__ == module:
            yield thing
