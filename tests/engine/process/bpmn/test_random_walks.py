"""Random processes, random walks: the runtime takes the same steps as an independent token game.

Walks of two kinds: over gateways, calls and clocks, and over everything that can happen to a process
(timers and time, messages, errors, escalations, endings, several instances).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pytest

from engine.process.bpmn import Bundle
from tests.engine.process.bpmn.dsl import Player, bundle
from tests.engine.process.bpmn.eventful import make_eventful
from tests.engine.process.bpmn.generator import Made, make
from tests.engine.process.bpmn.oracle import Oracle
from tests.support.size import FULL

WALKS = 20_000 if FULL else 2_000
EVENTFUL = 20_000 if FULL else 1_000
EVERYTHING = [
    *("timerEventDefinition", "messageEventDefinition", "receiveTask", "eventBasedGateway", "userTask"),
    *("timerEventDefinition in turn", "timerEventDefinition beside", "messageEventDefinition in turn"),
    *("messageEventDefinition beside", "errorEventDefinition", "errorEventDefinition in turn"),
    *("escalationEventDefinition", "escalationEventDefinition in turn", "escalationEventDefinition beside"),
    *("terminateEventDefinition", "callActivity", "subProcess", "inclusiveGateway", "parallelGateway"),
]
"""What must have happened in every share of the walks: else they prove less than they say."""

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


@lru_cache(maxsize=8)
def eventful_drawing(seed: int) -> tuple[Made, Bundle]:
    made = make_eventful(seed, depth=3 if seed % 8 == 0 else 2)
    return made, bundle(made.main, *made.others)


def same_events(player: Player, oracle: Oracle, told: str) -> None:
    """What waits for time and for messages is the same, with instants, repetitions and keys."""
    same(player, oracle, told)
    timers = sorted((each.element_id, each.due, each.left) for each in player.last.timers)
    assert [each[:2] for each in timers] == [each[:2] for each in oracle.timers], told
    assert sorted(map(repr, timers)) == sorted(map(repr, oracle.timers)), told
    awaited = sorted((each.element_id, each.name, each.key or "") for each in player.last.awaited)
    assert awaited == oracle.awaited, told


class EventfulWalk:
    """One random way through one random process."""

    def __init__(self, seed: int) -> None:
        self.seed, self.rnd, self.steps = seed, random.Random(seed), 0
        self.seen: Counter[str] = Counter()
        self.made, drawn = eventful_drawing(seed // 2)
        doubts = self.rnd.choice([0.2, 1.0, 0.0])  # How often it is also played from the snapshot alone.
        self.player = Player(drawn, doubts=lambda: self.rnd.random() < doubts)
        self.oracle = Oracle(self.made.main, *self.made.others)

    @property
    def told(self) -> str:
        return f"seed {self.seed} step {self.steps}"

    @property
    def tired(self) -> bool:
        return self.steps > PATIENCE

    def play(self) -> int:
        """Play to the end; returns the number of steps."""
        try:
            return self._play()
        except Exception as fault:
            fault.add_note(self.told)  # A refusal of the runtime does not know the seed.
            raise

    def _play(self) -> int:
        player, oracle = self.player, self.oracle
        player.start()
        oracle.now = player.now
        oracle.start({})
        same_events(player, oracle, self.told)
        while not oracle.completed:
            self.steps += 1
            assert self.steps < 500, f"{self.told} never ends"
            self.step()
            same_events(player, oracle, self.told)
            self.count()
        return self.steps

    def count(self) -> None:
        """Note what has happened in this step, to know afterwards that everything has."""
        for each in self.player.last.passed:
            element = self.player.bundle.element(each.process_id, each.element_id)
            if each.state == "completed":
                how = "" if element.kind != "boundaryEvent" else " in turn" if element.interrupting else " beside"
                self.seen[f"{element.event or element.kind}{how}"] += 1

    def step(self) -> None:
        oracle, rnd = self.oracle, self.rnd
        flow = [each for each in oracle.awaited if not oracle.is_boundary(each[0])]
        ways: list[tuple[float, Callable[[list[Any]], None], list[Any]]] = [
            (0.6, self.answer, oracle.ready),
            (0.3, self.tell, flow),
            (0.3, self.wait, oracle.timers),
            (0.2, self.tell, oracle.awaited),
            (0.1, self.ring, oracle.armed),
        ]
        ways = [way for way in ways if way[2]]
        assert ways, f"{self.told}: nothing can happen any more"
        # Whoever is tired does what leads on, and waits only when nothing else is left to do.
        weights = [each[0] for each in ways]
        _, act, choices = ways[0] if self.tired else rnd.choices(ways, weights)[0]
        act(choices)

    def answer(self, ready: list[str]) -> None:
        element = self.rnd.choice(ready)
        answers = self.made.answers[element]
        facts = {name: values[0] if self.tired else self.rnd.choice(values) for name, values in answers.items()}
        self.player.do(element, **facts)
        self.oracle.now = self.player.now
        self.oracle.do(element, facts)

    def tell(self, awaited: list[tuple[str, str, str]]) -> None:
        _, name, key = self.rnd.choice(awaited)
        self.player.deliver(name, message_key=key or None)
        self.oracle.now = self.player.now
        self.oracle.deliver(name, key)

    def wait(self, timers: list[tuple[str, Any, Any]]) -> None:
        # To the instant one of the next is due, a little before the minute every step takes, or well past it.
        soon = sorted(due for _, due, _ in timers)[:3]
        goal = self.rnd.choice(soon) + timedelta(minutes=self.rnd.choice([0, 0, 1, 240]))
        goal = max(goal, soon[0], self.player.now)
        self.player.tick(seconds=(goal - self.player.now - timedelta(minutes=1)).total_seconds())
        self.oracle.tick(self.player.now)

    def ring(self, armed: list[str]) -> None:
        clock = self.rnd.choice(armed)
        self.player.fire(clock, min(each.task_no for each in self.player.last.armed if each.element_id == clock))
        self.oracle.now = self.player.now
        self.oracle.fire(clock)


@pytest.mark.parametrize("part", range(8))
def test_random_walks_through_what_can_happen_take_the_steps_of_the_token_game(part: int) -> None:
    share = EVENTFUL // 8
    walks = [EventfulWalk(seed) for seed in range(part * share, (part + 1) * share)]
    assert sum(walk.play() for walk in walks) > share * 5
    seen = sum((walk.seen for walk in walks), Counter())
    assert all(seen[what] for what in EVERYTHING), seen
