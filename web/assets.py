"""Addresses of style sheets and scripts.  Pages work with no built script at all: then there is none to load."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import url_for

STATIC = Path(__file__).parent / "static"
MANIFEST = STATIC / "dist" / "manifest.json"


def asset(name: str) -> str:
    """Return the address of a hand-written file in static/, with a mark that changes when the file does."""
    return url_for("static", filename=name, v=_mark(name))


def scripts(entry: str) -> list[str]:
    """Return the addresses of the built scripts of an entry, or none when nothing was built."""
    built = _built()
    return [url_for("static", filename=f"dist/{built[entry]['file']}")] if entry in built else []


def styles(entry: str) -> list[str]:
    """Return the addresses of the built style sheets of an entry, or none when nothing was built or it has none."""
    return [url_for("static", filename=f"dist/{name}") for name in dict.fromkeys(_sheets(_built(), entry))]


def _sheets(built: Mapping[str, Mapping[str, Any]], name: str) -> Iterator[str]:
    """Yield the style sheets of a chunk, those of what it imports first: they are what its own are laid over."""
    chunk = built.get(name, {})
    for other in chunk.get("imports", ()):
        yield from _sheets(built, other)
    yield from chunk.get("css", ())


def licences() -> str:
    """Return the address of the licences of what the built scripts are made of; empty when nothing was built."""
    return url_for("static", filename="dist/licences.txt") if _built() else ""


def _mark(name: str) -> str:
    stat = (STATIC / name).stat()
    return f"{stat.st_mtime_ns:x}"


def _built() -> dict[str, dict[str, Any]]:
    return _manifest(MANIFEST, MANIFEST.stat().st_mtime_ns if MANIFEST.exists() else 0)


@lru_cache(maxsize=4)
def _manifest(path: Path, changed: int) -> dict[str, dict[str, Any]]:
    """Read the manifest; ``changed`` is in the key, so that a new build is seen without a restart."""
    if not changed:
        return {}
    found: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found
