"""Strolls through drawings: a token game that chooses freely, knows no facts and shares nothing with the rules.

It moves tokens eagerly where the rules leave open what is not known yet.  A process that is called is strolled
through at once; a boundary event happens now and then.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass
from itertools import count

from tests.engine.process.bpmn.oracle import Process, read

PATIENCE = 40
CALLS = ("callActivity", "subProcess")


@dataclass(frozen=True)
class Trodden:
    """An element that was passed, as an advance of the runtime tells it."""

    task_no: int
    process_id: str
    element_id: str
    kind: str
    within: int | None
    name: str = ""
    lane: str = ""
    state: str = "completed"


class Stroll:
    """One stroll through ``main``; ``trodden`` is what was passed, in order."""

    def __init__(self, files: dict[str, bytes], main: str, seed: int) -> None:
        self.rnd, self.numbers = random.Random(seed), count(1)
        self.processes = {id: read(xml) for id, xml in files.items()}
        self.trodden: list[Trodden] = []
        self._level(main, self.processes[main], None)

    def _level(self, process: str, level: Process, within: int | None) -> None:
        tokens = [id for id, kind in level.kinds.items() if kind == "startEvent"]
        steps = 0
        while tokens:
            steps += 1
            at = tokens.pop(self.rnd.randrange(len(tokens)))
            if level.kinds[at] == "parallelGateway":
                missing = len(level.into.get(at, ())) - 1 - tokens.count(at)
                if missing > 0:
                    assert tokens, f"{at} waits for ever"
                    tokens.insert(0, at)
                    continue
                tokens = [one for one in tokens if one != at]
            tokens += self._pass(process, level, at, within, tired=steps > PATIENCE)

    def _pass(self, process: str, level: Process, at: str, within: int | None, *, tired: bool) -> list[str]:
        chosen = [one for one in level.boundaries.get(at, []) if self.rnd.random() < 0.15 and not tired]
        more: list[str] = []
        for boundary in chosen:
            self._tread(process, level, boundary, within)
            more += self._out(level, boundary, tired=tired)
            if level.interrupting(boundary):
                return more
        for _ in range(1 if level.loop(at) is None else self.rnd.randint(1, 3)):
            number = next(self.numbers)
            if level.kinds[at] == "callActivity":
                called = level.elements[at].get("calledElement", "")
                self._level(called, self.processes[called], number)
            elif level.kinds[at] == "subProcess":
                self._level(process, level.embedded[at], number)
            self._tread(process, level, at, within, number)
        assert level.kinds[at] != "endEvent" or level.event(at) not in ("terminate", "error"), "no stroll knows these"
        return more + self._out(level, at, tired=tired)

    def _tread(self, process: str, level: Process, at: str, within: int | None, number: int | None = None) -> None:
        number = next(self.numbers) if number is None else number
        self.trodden.append(Trodden(number, process, at, level.kinds[at], within))

    def _out(self, level: Process, at: str, *, tired: bool) -> list[str]:
        targets = [flow.target for flow in level.out.get(at, [])]
        if len(targets) > 1 and level.kinds[at] in ("exclusiveGateway", "eventBasedGateway"):
            return [min(targets, key=lambda one: _far(level, one)) if tired else self.rnd.choice(targets)]
        assert len(targets) < 2 or level.kinds[at] != "inclusiveGateway", "no stroll knows these"
        return targets


def _far(level: Process, at: str) -> int:
    """How many steps it is to an end."""
    seen, queue = {at}, deque([(at, 0)])
    while queue:
        here, far = queue.popleft()
        if level.kinds[here] == "endEvent":
            return far
        for flow in level.out.get(here, []):
            if flow.target not in seen:
                seen.add(flow.target)
                queue.append((flow.target, far + 1))
    return 1_000
