"""Between releases and rehearsals: the files that a rehearsal walks with, and kept scripts walked ahead of a release.

A command is one short transaction and a rehearsal takes seconds: so whoever releases without a page walks the kept
scripts first, and the release looks up what they showed with exactly the files that it pins.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from engine.door import Door
from engine.oversight.publishing import files as publishing
from engine.oversight.publishing.checking import found_in
from engine.oversight.publishing.drafting.asking import subject
from engine.oversight.publishing.rehearsed import coming
from engine.oversight.publishing.rules import errors_in
from engine.oversight.rehearsal.commands import RecordVerdict
from engine.oversight.rehearsal.files import Files, files_in_force, overlaid
from engine.oversight.rehearsal.gate import Stand, stands
from engine.oversight.rehearsal.grounds import Grounds, grounds_at
from engine.oversight.rehearsal.report import Report, report_json
from engine.oversight.rehearsal.rules import RehearsalTestMissing
from engine.oversight.rehearsal.script import Script, read_script
from engine.process.tasks.registry import View
from engine.registry.identity.rules import SYSTEM
from yichuang.rehearsing.house import Workshop
from yichuang.rehearsing.running import rehearse

Say = Callable[[Script, Report | None], None]
"""Told of each script before it is walked (without a report) and after."""


def files_of(view: View, draft: str, *, undo: bool = False, as_of: datetime | None = None) -> Files:
    """Return what is in force, now or as of an instant (UTC), with the files of a draft over it, if any is named.

    With ``undo`` it is the files that rolling the draft back would bring.
    """
    return overlaid(files_in_force(view.connection, as_of or view.now), subject(view, draft, undo).contents)


def walk_ahead(door: Door, files: publishing.Files, say: Say) -> None:
    """Walk the kept scripts that a release of ``files`` would ask for and that have not passed with them yet.

    Nothing is walked for files that cannot be released, where nothing is kept, or of which no kept script's item uses
    any; what was walked with the same files before is not walked again.
    """
    with door.read(SYSTEM) as view:
        wanted = _unwalked(view, files)
        worlds = {moment: _world(view, files, moment or view.now) for moment in {one.asked.as_of for one in wanted}}
    if not wanted:
        return
    with Workshop() as workshop:
        for one in wanted:
            script = read_script(one.test.script)
            say(script, None)
            with_files, grounds = worlds[one.asked.as_of]
            report = rehearse(workshop, with_files, script, grounds=grounds)
            say(script, report)
            command = RecordVerdict(test=one.test.id, report=report_json(report))
            with suppress(RehearsalTestMissing):  # it was dropped meanwhile: nobody asks for it any more
                door.execute(command, SYSTEM, key=f"rehearsal:ahead:{uuid.uuid4().hex}")


def _world(view: View, files: publishing.Files, at: datetime) -> tuple[Files, Grounds]:
    return overlaid(files_in_force(view.connection, at), files.by_key()), grounds_at(view.connection, at)


def _unwalked(view: View, files: publishing.Files) -> list[Stand]:
    if errors_in(tuple(problem for _, problem in found_in(view, files))):
        return []
    return [one for one in stands(view.connection, coming(view, files)) if not one.passed]
