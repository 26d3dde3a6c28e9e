"""Rehearsals that were asked for from the pages: taken from their rows, walked in another process, told in the rows.

A rehearsal may take seconds: a page that waited for it would hold one of the web's threads, and a draft that loops
would hold it for ever.  So a page only writes a row, and shows how far it is.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

from engine.door import Door
from engine.foundation.clock import Stopwatch, SystemClock
from engine.foundation.errors import Refusal, Unavailable
from engine.oversight.rehearsal import queries
from engine.oversight.rehearsal.commands import RecordRehearsal
from engine.oversight.rehearsal.files import Files
from engine.oversight.rehearsal.grounds import Grounds, grounds_at
from engine.oversight.rehearsal.report import Report, report_json
from engine.oversight.rehearsal.script import Script, read_script
from engine.registry.identity.rules import SYSTEM
from yichuang.rehearsing.apart import SILENT_SECONDS, Apart, stopped
from yichuang.rehearsing.gating import files_of
from yichuang.rehearsing.walking import Progress

STALE = timedelta(seconds=2 * SILENT_SECONDS)
"""A host that has said nothing for so long is gone: another takes its rehearsal."""
IDLE = timedelta(minutes=5)
"""The child is ended when there has been nothing to rehearse for so long."""

STOPPING_TRIES = 100
"""Tenths of a second in which the thread must have ended."""

LOG = logging.getLogger("yichuang.rehearsing")

Carry = Callable[[Files, Script, Progress, Grounds], Report]


class Taken(Exception):
    """Another host has taken the rehearsal meanwhile."""


def carry_out(door: Door, host: str, carry: Carry) -> int | None:
    """Take one rehearsal that waits and walk it; return its number, or None when there is none."""
    now = SystemClock().now()
    with door.read(SYSTEM) as view:
        if not queries.any_waiting(view.connection, now - STALE):
            return None
    with door.housekeeping() as connection:
        id = queries.claim(connection, host, now, now - STALE)
    if id is None:
        return None
    with door.read(SYSTEM) as view:
        script = read_script(queries.script_of_run(view.connection, id))
        run = queries.run_by_id(view.connection, id)
        files = files_of(view, run.draft_id, undo=run.undo, as_of=run.as_of)
        grounds = grounds_at(view.connection, run.as_of or view.now)

    def progress(step: int, steps: int, label: str) -> None:
        with door.housekeeping() as connection:
            if not queries.tell_step(connection, id, host, SystemClock().now(), step, steps, label):
                raise Taken

    try:
        report = carry(files, script, progress, grounds)
    except Taken:
        LOG.warning("rehearsal %s was taken by another host", id)
        return id
    except Exception as fault:  # what brings one rehearsal down must not keep it waiting for ever
        LOG.exception("rehearsal %s failed", id)
        report = stopped(script, 0, "", f"系统出错（{type(fault).__name__}），请系统管理员查看日志")
    door.execute(RecordRehearsal(id=id, report=report_json(report)), SYSTEM, key=f"rehearsal:{id}:{now.isoformat()}")
    return id


class Rehearser:
    """A thread that walks the rehearsals that wait, one after the other."""

    def __init__(self, door: Door, *, pause_seconds: float = 1.0) -> None:
        """Rehearse for ``door``."""
        self._door = door
        self._pause = pause_seconds
        self._host = f"{socket.gethostname()[:100]}:{os.getpid()}"
        self._apart = Apart()
        self._stopping = threading.Event()
        self._last = Stopwatch()
        self._thread = threading.Thread(target=self._run, name="rehearser", daemon=True)

    def start(self) -> None:
        """Start looking."""
        self._thread.start()

    def stop(self) -> None:
        """Stop at once: a rehearsal that is under way is taken up again by the next start."""
        self._stopping.set()
        # The thread may begin a child just after one was ended: so it is ended again until the thread is gone.
        for _ in range(STOPPING_TRIES):
            self._apart.kill()
            if not self._thread.is_alive():
                return
            self._thread.join(timeout=0.1)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if carry_out(self._door, self._host, self._carry) is not None:
                    self._last.note()
                    continue
            except Unavailable as refusal:  # the database may be away for a while
                LOG.warning("a round of the rehearser failed: %s", refusal.code)
            except Refusal as refusal:
                LOG.warning("a rehearsal was not kept: %s", refusal.sentence)
            except Exception:
                LOG.exception("a round of the rehearser failed")
            if not self._last.within(IDLE):
                self._apart.close()
            self._stopping.wait(self._pause)

    def _carry(self, files: Files, script: Script, progress: Progress, grounds: Grounds) -> Report:
        report = self._apart.rehearse(files, script, progress, grounds)
        if self._stopping.is_set():
            raise Taken
        return report
