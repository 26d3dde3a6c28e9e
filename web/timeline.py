"""The journal of a case as a story: one entry for each act, its consequences under it, the machinery folded away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.foundation.journal.queries import Line
from web import words

MACHINERY = frozenset({"process.started", "process.advanced", "document.rendered"})
"""What the house notes for itself: true and chained, but no step of anybody's work."""


@dataclass
class Entry:
    """One act: when, by whom, what it did in sentences, and what the system noted with it."""

    at: datetime
    who: str
    system: bool
    sentences: list[str] = field(default_factory=list)
    machinery: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    """The numbers of its first and last line, of an entry that tells lines."""


def people_in(lines: Iterable[Line]) -> set[str]:
    """Return the accounts whose names the story of these lines needs."""
    return {who for line in lines for who in (line.account, line.on_behalf) if who}


def story(lines: Iterable[Line], names: Mapping[str, str]) -> list[Entry]:
    """Return the entries in order of time; lines of one act (same command, same key) stand together."""
    entries: list[Entry] = []
    last: tuple[str, ...] | None = None
    for line in lines:
        act = (line.account, line.on_behalf, line.command, line.key)
        if act != last:
            who = names.get(line.account, "系统" if line.account == "system" else line.account)
            who = words.acting(who, names.get(line.on_behalf, line.on_behalf))
            entries.append(Entry(line.at, who, line.account not in names, first=line.seq))
            last = act
        entries[-1].last = line.seq
        place = entries[-1].machinery if line.type in MACHINERY else entries[-1].sentences
        place.append(line.sentence)
    return entries
