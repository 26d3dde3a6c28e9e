"""What the verbs share."""

from __future__ import annotations

import argparse
import json
import uuid
from collections.abc import Callable
from typing import Any, TypeAlias

from engine.door import Door
from yichuang.house import open_house
from yichuang.settings import Settings, read_settings

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = Callable[[argparse.Namespace], int]


def settings_of(chosen: argparse.Namespace) -> Settings:
    """Return the settings which the global options name."""
    return read_settings(chosen.data, chosen.database)


def house_of(chosen: argparse.Namespace) -> Door:
    """Return the door of the house which the global options name; it is closed when the verb has ended."""
    door = open_house(settings_of(chosen), clock=chosen.clock)
    chosen.afterwards.callback(door.database.close)
    return door


def fresh_key(verb: str) -> str:
    """Return an idempotency key for one run of ``verb``."""
    return f"{verb}:{uuid.uuid4().hex}"


def print_json(value: Any) -> None:
    """Print ``value`` as one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=1))
