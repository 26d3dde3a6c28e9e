"""What kept rehearsals are asked to pass by a draft, or by rolling it back; and letting all of them wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.drafting import queries as drafting
from engine.oversight.publishing.drafting.judging import contents_of
from engine.oversight.publishing.drafting.undoing import undoing_draft
from engine.oversight.publishing.files import Files, Key
from engine.oversight.publishing.rehearsed import ALL, Rehearsed, coming, narrowed, pins
from engine.oversight.rehearsal import handlers, queries, rules
from engine.oversight.rehearsal.commands import AskTests
from engine.oversight.rehearsal.gate import Asked
from engine.process.tasks.registry import View


@dataclass(frozen=True)
class Subject:
    """Files that would come into force, from when on (UTC; None: at once), and which kept scripts hold them."""

    contents: Mapping[Key, bytes]
    begins: datetime | None = None
    rehearsed: Rehearsed = ALL


def subject(view: View, draft: str, undo: bool = False) -> Subject:
    """Return what a draft would bring, or with ``undo`` what rolling it back would; nothing without a draft.

    Raises DraftMissing, and with ``undo`` DraftStateWrong and RollBackOvertaken.
    """
    if not draft:
        return Subject({})
    if undo:
        found = undoing_draft(view, draft)
        return Subject(found.contents(view), found.begins, found.rehearsed)
    drafting.draft_of(view.connection, draft)
    return Subject(contents_of(drafting.files_of(view.connection, draft)))


def asked_by(view: View, of: Subject) -> list[Asked]:
    """Return what the kept scripts must pass before ``of`` comes into force: nothing where nothing changes for them."""
    return narrowed(coming(view, Files.of(of.contents), of.begins), of.rehearsed)


def walked_for(view: View, of: Subject) -> list[Asked]:
    """Return with what every kept script may be walked: what it must pass, else what its item goes by already."""
    asked = asked_by(view, of)
    touched = {one.item_code for one in asked}
    return asked + [one for one in pins(view, Files(), [None]) if one.item_code not in touched]


def ask_tests(command: AskTests, unit: Unit) -> Mapping[str, Any]:
    """Let every kept script wait that does not yet; raise NoTests, RehearsalsWaiting, and what :func:`subject` raises.

    Of files that are to hold from a day on, or while others are planned, each state is walked.
    """
    unit.lock_or_create(handlers.ROOT, "rehearsal")
    of = subject(unit, command.draft, command.undo)
    wanted = asked_by(unit, of) if command.undo else walked_for(unit, of)
    pairs = [(one, what) for one in queries.kept_tests(unit.connection) for what in wanted if what.asks(one)]
    if not pairs:
        raise rules.NoTests
    there = queries.waiting_tests(unit.connection, command.draft, command.undo)
    asked = [(one, what) for one, what in pairs if (one.id, what.as_of) not in there]
    # Kept scripts are walked one after the other: they wait together, however many there are.
    handlers.refuse_waiting(unit, 0)
    for one, what in asked:
        handlers.let_wait(unit, one, command.draft, command.undo, what.as_of)
    return {"asked": len(asked)}


HANDLERS: Mapping[type[Command], Handler] = {AskTests: ask_tests}
