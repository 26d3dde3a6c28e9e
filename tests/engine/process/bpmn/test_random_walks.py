"""Random processes, random walks: the runtime takes the same steps as an independent token game."""

from __future__ import annotations

import os
import random
from functools import lru_cache

import pytest

from engine.process.bpmn import Bundle
from tests.engine.process.bpmn.dsl import Player, bundle
from tests.engine.process.bpmn.generator import Made, make
from tests.engine.process.bpmn.oracle import Oracle

WALKS = 20_000 if os.environ.get("YICHUANG_FULL") == "1" else 2_000
PATIENCE = 25
"""Steps after which every question is answered so that loops end."""


@lru_cache(maxsize=8)
def drawing(seed: int, depth: int) -> tuple[Made, Bundle]:
    made = make(seed, depth=depth)
    return made, bundle(made.main, *made.others)


def same(player: Player, oracle: Oracle, told: str) -> None:
    """The runtime stands where the token game stands, and went the same way in this step."""
    last = player.last
    assert player.ready == oracle.ready, told
    assert last.completed == oracle.completed, told
    assert sorted(each.element_id for each in last.armed) == oracle.armed, told
    went = sorted(each.element_id for each in last.passed if each.state == "completed")
    assert went == sorted(oracle.passed), told


def walk(seed: int, depth: int) -> int:
    """Play one random process to its end; returns the number of steps."""
    (made, drawn), rnd = drawing(seed // 4, depth), random.Random(seed)
    player = Player(drawn, doubts=lambda: rnd.random() < 0.2)
    oracle = Oracle(made.main, *made.others)
    player.start()
    oracle.start({})
    steps = 0
    same(player, oracle, f"seed {seed} at the start")
    while not oracle.completed:
        steps += 1
        assert steps < 500, f"seed {seed} never ends"
        if oracle.armed and rnd.random() < 0.1:
            clock = rnd.choice(oracle.armed)
            oracle.fire(clock)
            player.fire(clock)
        else:
            element = rnd.choice(oracle.ready)
            answers = made.answers[element]
            facts = {name: values[0] if steps > PATIENCE else rnd.choice(values) for name, values in answers.items()}
            oracle.do(element, facts)
            player.do(element, **facts)
        same(player, oracle, f"seed {seed} step {steps}")
    return steps


@pytest.mark.parametrize("part", range(8))
def test_random_walks_over_blocks_in_loops_take_the_steps_of_the_token_game(part: int) -> None:
    share = WALKS // 8
    steps = [walk(seed, depth=3 if seed % 32 < 4 else 2) for seed in range(part * share, (part + 1) * share)]
    assert sum(steps) > share * 3


@pytest.mark.parametrize("seed", [0, 3, 21, 104, 396])
def test_a_deep_random_process_takes_the_steps_of_the_token_game(seed: int) -> None:
    assert walk(seed * 4, depth=4) > 0
