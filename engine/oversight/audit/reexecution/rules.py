"""What a re-execution finds of one case, in words.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.foundation.errors import Conflict, NotFound

IDENTICAL, DIFFERS, UNKNOWN = "identical", "differs", "unknown"
OUTCOMES = {IDENTICAL: "逐条一致", DIFFERS: "不一致", UNKNOWN: "无法核对"}

PROCESS, DEFINITION, POLICY, CALENDAR = "process", "definition", "policy", "calendar"
GROUNDS = {PROCESS: "流程", DEFINITION: "流程定义", POLICY: "参数", CALENDAR: "时限"}
"""What a line rests on, as a difference names it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What the re-execution gives and what the line says, both in words; ``ground`` is one of :data:`GROUNDS`."""

    ground: str
    expected: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a line cannot be executed again at all: something that it rests on is not kept, or not known here."""

    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a re-execution of one case found.

    ``lines`` is how many lines were found identical: all of them, or those before ``seq``, the line that differs or
    that nothing after can be told of.
    """

    root_id: str
    outcome: str
    lines: int
    seq: int | None = None
    ground: str = ""
    expected: str = ""
    recorded: str = ""
    reason: str = ""

    @property
    def sentence(self) -> str:
        """The finding in words."""
        if self.outcome == IDENTICAL:
            return f"逐条一致，至第 {self.lines} 条"
        if self.outcome == UNKNOWN:
            return f"无法核对：第 {self.seq} 条，{self.reason}"
        return f"第 {self.seq} 条（{GROUNDS[self.ground]}）：应为{_apart(self.expected)}，记录为{_apart(self.recorded)}"


def _apart(text: str) -> str:
    """Return a text as it follows a Chinese word: a figure or a date stands a little apart."""
    return f" {text}" if text[:1].isascii() and text else text


def verdict_of(root_id: str, seq: int, found: Difference | Gap) -> Verdict:
    """Return the verdict of a case whose line ``seq`` is the first that differs, or cannot be executed again."""
    if isinstance(found, Gap):
        return Verdict(root_id, UNKNOWN, seq - 1, seq, reason=found.reason)
    return Verdict(root_id, DIFFERS, seq - 1, seq, found.ground, found.expected, found.recorded)


# Runs over many cases ---------------------------------------------------------------------------------------------

QUEUED, RUNNING, ENDED, STOPPED = "queued", "running", "ended", "stopped"
STATES = {QUEUED: "排队", RUNNING: "进行中", ENDED: "已完成", STOPPED: "已停止"}

MOST_WAITING = 10
"""So many runs may wait: one is carried out at a time."""


class ReexecutionMissing(NotFound):
    """没有编号为 {id} 的重新执行核对，请从列表中选择。"""

    code = "REEXECUTION_MISSING"


class ReexecutionsWaiting(Conflict):
    """已有 {count} 次重新执行核对在排队，请等其中一些完成，或者停止不再需要的。"""

    code = "REEXECUTIONS_WAITING"


class ReexecutionSettled(Conflict):
    """第 {id} 次重新执行核对{state}，不能再停止。请刷新页面。"""

    code = "REEXECUTION_SETTLED"


def checked_day(text: str) -> date | None:
    """Return a day as it was typed, None when there is none; raise ValueError."""
    return date.fromisoformat(text.strip()) if text.strip() else None
