"""What the verbs share."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from engine.door import Door
from engine.foundation.errors import why
from yichuang.house import open_house
from yichuang.keeping.presence import refuse_missing
from yichuang.settings import DataMissing, Missing, Settings, make_folder, read_settings

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = Callable[[argparse.Namespace], int]


def settings_of(chosen: argparse.Namespace, missing: Missing = Missing.REFUSE) -> Settings:
    """Return the settings which the global options name; raise DataMissing when there is no such folder."""
    return read_settings(chosen.data, chosen.database, missing=missing)


def house_of(chosen: argparse.Namespace, *, new: bool = False) -> Door:
    """Return the door of the house which the global options name; it is closed when the verb has ended.

    Only a verb that sets a house up makes a ``new`` one, and says so; any other raises DataMissing.
    """
    settings = settings_of(chosen, Missing.LEAVE if new else Missing.REFUSE)
    made = False
    try:
        refuse_missing(settings)
    except DataMissing:
        if not new:
            raise
        made = True
        make_folder(settings.data)
    door = open_house(settings, clock=chosen.clock)
    chosen.afterwards.callback(door.database.close)
    if made:
        kind = "正式运行" if settings.production else "演示"
        print(f"{settings.data} 中原来没有数据，已新建一份（{kind}）", file=sys.stderr)
    return door


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that was named; say why it cannot be read, and end with 2."""
    try:
        return path.read_bytes()
    except OSError as error:
        print(f"PATH_UNUSABLE：读不到文件 {path}：{why(error)}。请核对路径后重试。", file=sys.stderr)
        raise SystemExit(2) from error


def fresh_key(verb: str) -> str:
    """Return an idempotency key for one run of ``verb``."""
    return f"{verb}:{uuid.uuid4().hex}"


def print_json(value: Any) -> None:
    """Print ``value`` as one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=1))
