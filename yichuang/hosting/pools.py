"""How many threads and connections each process gets, so that all of them fit into what PostgreSQL gives."""

from __future__ import annotations

from dataclasses import dataclass

from engine.foundation.errors import Invalid

THREADS = 64
"""So many requests at most are worked at once by one web process."""
FEWEST_THREADS = 4
SPARE = 4
"""A request may read while it reads: with more connections than threads one of them always gets its second."""
WORK_POOL = 8
"""The sweeper, the worker, the heart, and their second readings."""
ROOM = 6
"""Left free on the server for the command line, a backup, whoever looks after the database."""


class PoolTooSmall(Invalid):
    """数据库还能给本机 {allowed} 个连接，{processes} 个网页进程和后台至少需要 {needed} 个。请把 PostgreSQL 的
    max_connections 调大，或减小 --web-processes，或调大 settings.json 中的 database_connections。"""

    code = "POOL_TOO_SMALL"


@dataclass(frozen=True)
class Pools:
    """What each process gets."""

    threads: int
    """Of each web process."""
    web: int
    """Connections of each web process."""
    work: int
    """Connections of the work part; 0 when this host has none."""


def plan(allowed: int, *, processes: int, work: bool, budget: int = 0) -> Pools:
    """Return the pools for ``processes`` web processes and, with ``work``, a work part.

    ``allowed`` is what the server gives to all programs, ``budget`` what this host may use of it (0: all).  Raises
    :class:`PoolTooSmall`.
    """
    given = min(allowed - ROOM, budget) if budget else allowed - ROOM
    work_pool = WORK_POOL if work else 0
    if not processes:
        if given < work_pool:
            raise PoolTooSmall(allowed=max(0, given), processes=0, needed=work_pool)
        return Pools(0, 0, work_pool)
    each = (given - work_pool) // processes
    threads = min(THREADS, each - SPARE)
    if threads < FEWEST_THREADS:
        needed = processes * (FEWEST_THREADS + SPARE) + work_pool
        raise PoolTooSmall(allowed=max(0, given), processes=processes, needed=needed)
    return Pools(threads, threads + SPARE, work_pool)
