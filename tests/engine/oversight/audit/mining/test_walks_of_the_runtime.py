"""Whatever a process can do, what simply ran has no deviation: random processes, walked by the real runtime."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from engine.oversight.audit.mining.conformance import deviations
from engine.process.bpmn import Advance, Passed, Runtime
from tests.engine.oversight.audit.mining.recording import drawn_from, record
from tests.engine.process.bpmn.dsl import Player
from tests.engine.process.bpmn.test_random_walks import EVERYTHING, EventfulWalk
from tests.support.size import FULL

WALKS = 4_000 if FULL else 200


class Noting(Player):
    """A player that keeps what was passed in each step."""

    def __init__(self, *given: Any) -> None:
        self.turns: list[tuple[Passed, ...]] = []
        super().__init__(*given)

    def _agree(self, play: Callable[[Runtime], Advance]) -> Advance:
        advance = super()._agree(play)
        self.turns.append(advance.passed)
        return advance


@pytest.mark.parametrize("part", range(4))
def test_what_simply_ran_has_no_deviation(part: int):
    share, seen = WALKS // 4, Counter[str]()
    for seed in range(part * share, (part + 1) * share):
        walk = EventfulWalk(seed)
        player = walk.player = Noting(walk.player.bundle)
        walk.play()
        seen += walk.seen
        one = record(player.bundle.main.process_id, player.turns)
        assert deviations(one, drawn_from(player.bundle)) == (), f"seed {seed}"
    assert all(seen[what] for what in EVERYTHING if share > 100) and len(seen) > 10, seen
