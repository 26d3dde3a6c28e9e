"""Processes of their own, to be killed or raced: forked from a server that has the house's modules loaded already.

A new interpreter needs a second or two before it does anything; a fork of the server needs a few milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

PATIENCE = 120
"""Seconds after which a process that has not ended is a failure."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["yichuang.house", "tests.support.house", "alembic.command", "psycopg"])


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code (negative: the signal) and what its work returned, None when it was killed."""

    code: int
    value: Any

    @property
    def killed(self) -> bool:
        """Whether kill -9 ended it."""
        return self.code == -signal.SIGKILL


def kill_me() -> None:
    """End this very process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def in_process(work: Callable[..., Any], *arguments: Any) -> Ended:
    """Run ``work(*arguments)`` in a process and return how it ended; ``work`` must be a function of a module."""
    return in_processes(1, work, *arguments)[0]


def in_processes(count: int, work: Callable[..., Any], *arguments: Any) -> list[Ended]:
    """Run ``work(*arguments)`` in ``count`` processes that begin together; return how each ended."""
    together = _CONTEXT.Barrier(count)
    started = []
    for _ in range(count):
        ours, theirs = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(target=_run, args=(theirs, together, work, arguments))
        process.start()
        theirs.close()
        started.append((process, ours))
    return [_ended(process, ours) for process, ours in started]


def _run(answer: Connection, together: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    together.wait()
    answer.send(work(*arguments))


def _ended(process: Any, answer: Connection) -> Ended:
    try:
        value = answer.recv() if answer.poll(PATIENCE) else None
    except EOFError:
        value = None
    process.join(PATIENCE)
    assert process.exitcode is not None, "the process did not end"
    answer.close()
    return Ended(process.exitcode, value)
