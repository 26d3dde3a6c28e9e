"""Addresses of style sheets and scripts.  Pages work with no built script at all: then there is none to load."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from flask import url_for

STATIC = Path(__file__).parent / "static"
MANIFEST = STATIC / "dist" / "manifest.json"


def asset(name: str) -> str:
    """Return the address of a hand-written file in static/, with a mark that changes when the file does."""
    return url_for("static", filename=name, v=_mark(name))


def scripts(entry: str) -> list[str]:
    """Return the addresses of the built scripts of an entry, or none when nothing was built."""
    built = _manifest(MANIFEST, MANIFEST.stat().st_mtime_ns if MANIFEST.exists() else 0)
    if entry not in built:
        return []
    return [url_for("static", filename=f"dist/{built[entry]['file']}")]


def _mark(name: str) -> str:
    stat = (STATIC / name).stat()
    return f"{stat.st_mtime_ns:x}"


@lru_cache(maxsize=4)
def _manifest(path: Path, changed: int) -> dict[str, dict[str, str]]:
    """Read the manifest; ``changed`` is in the key, so that a new build is seen without a restart."""
    if not changed:
        return {}
    found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return found
