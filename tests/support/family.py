"""A server's processes: who they are, and whether they are gone."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0


@dataclass(frozen=True)
class Process:
    """One process of this machine."""

    pid: int
    parent: int
    command: str


def processes() -> list[Process]:
    """Return every process of this machine that has not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if status[0] not in "ZX":
            found.append(Process(int(folder.name), int(status[1]), command))
    return found


def children(pid: int) -> list[Process]:
    """Return the living children of a process."""
    return [one for one in processes() if one.parent == pid]


@dataclass(frozen=True)
class Family:
    """The processes of one server on PostgreSQL."""

    parent: int
    work: int | None
    arbiter: int
    web: tuple[int, ...]

    @property
    def all(self) -> set[int]:
        """Every process id."""
        return {self.parent, self.arbiter, *self.web} | ({self.work} if self.work else set())


def family(parent: int) -> Family:
    """Return the processes that the server ``parent`` has just now."""
    parts = [one.pid for one in children(parent) if "yichuang.hosting.part" in one.command]
    below = {pid: tuple(child.pid for child in children(pid)) for pid in parts}
    arbiter = next((pid for pid in parts if below[pid]), 0)
    work = next((pid for pid in parts if not below[pid]), None)
    return Family(parent, work, arbiter, below.get(arbiter, ()))


def alive(pids: set[int]) -> set[int]:
    """Return who of ``pids`` still lives."""
    return pids & {one.pid for one in processes()}


def until(happened: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Look again and again until ``happened``."""
    ticks = threading.Event()
    assert any(happened() or ticks.wait(0.05) for _ in range(int(patience / 0.05))), f"{what}: not within {patience} s"


def kill(pid: int) -> None:
    """End a process as the kernel does when memory is short."""
    os.kill(pid, 9)
