"""Random processes that get new steps in the middle of a random walk go on as the token game of the new drawing."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from tests.engine.process.bpmn.dsl import Player, bundle, flow, user
from tests.engine.process.bpmn.generator import Made, make
from tests.engine.process.bpmn.moving import move
from tests.engine.process.bpmn.oracle import Oracle, Scope, read
from tests.engine.process.bpmn.test_random_walks import PATIENCE, same
from tests.support.size import FULL

WALKS = 4_000 if FULL else 200
FLOW = re.compile(r'<sequenceFlow id="([^"]*)" sourceRef="([^"]*)" targetRef="([^"]*)">')


def changed(made: Made, rnd: random.Random, taken: set[tuple[str, str]]) -> Made:
    """Return the process with new steps on some flows of any of its files, never on a flow that is ``taken``.

    ``taken`` are the (process, flow) whose token has come to a join already: its way there is behind it.
    """
    answers = dict(made.answers)

    def edited(xml: bytes) -> bytes:
        text, process = xml.decode(), read(xml)
        free = [each for each in FLOW.findall(text) if (process.id, each[0]) not in taken]
        for number, (id, source, target) in enumerate(rnd.sample(free, min(len(free), rnd.randint(0, 3)))):
            new = f"new{number}_{process.id}"
            answers[new] = {}
            text = text.replace(
                f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">',
                f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{new}">',
            ).replace("</process>", f"{user(new)}{flow(new, target, id=f'{id}_on')}</process>")
        return text.encode()

    return Made(edited(made.main), [edited(each) for each in made.others], answers)


def carried_over(oracle: Oracle, made: Made) -> Oracle:
    """Return a token game of the new drawing whose tokens stand where those of ``oracle`` do."""
    new = Oracle(made.main, *made.others)
    new._number = oracle._number
    scopes: dict[int, Scope] = {}
    for scope in oracle.scopes:
        parent = scopes[id(scope.parent)] if scope.parent is not None else None
        copy = Scope(new.processes[scope.process.id], scope.facts, parent, scope.caller)
        copy.arrived, copy.active, copy.whole, copy.several = scope.arrived, scope.active, scope.whole, scope.several
        scopes[id(scope)] = copy
        new.scopes.append(copy)
        if parent is not None:
            parent.inner[scope.caller] = copy
    new.waiters = [replace(each, scope=scopes[id(each.scope)]) for each in oracle.waiters]
    new.now = oracle.now
    return new


def arrived(oracle: Oracle) -> set[tuple[str, str]]:
    """Return the flows by which tokens have come to a join and wait there."""
    return {(s.process.id, flow) for s in oracle.scopes for (_, flow), count in s.arrived.items() if count}


def walk(seed: int, depth: int) -> tuple[int, int]:
    """Play one random process and change it now and then; returns the steps and the changes."""
    rnd, made = random.Random(seed), make(seed, depth=depth)
    player, oracle = Player(bundle(made.main, *made.others), doubts=lambda: rnd.random() < 0.2), None
    oracle = Oracle(made.main, *made.others)
    player.start()
    oracle.start({})
    steps = changes = 0
    while not oracle.completed:
        steps += 1
        assert steps < 500, f"seed {seed} never ends"
        if changes < 3 and rnd.random() < 0.3:
            # The original is changed each time, so steps of an earlier change that nobody stands at are gone again.
            standing = {element for element, _, _ in oracle.tasks()}
            if not any(element.startswith("new") for element in standing):
                changes += 1
                new = changed(make(seed, depth=depth), rnd, arrived(oracle))
                if not any(flow.endswith("_on") for _, flow in arrived(oracle)):
                    move(player, bundle(new.main, *new.others))
                    made, oracle = new, carried_over(oracle, new)
        if oracle.armed and rnd.random() < 0.1:
            ringing = rnd.choice(oracle.armed)
            oracle.fire(ringing)
            player.fire(ringing)
        else:
            element = rnd.choice(oracle.ready)
            answers = made.answers[element]
            facts = {name: values[0] if steps > PATIENCE else rnd.choice(values) for name, values in answers.items()}
            oracle.do(element, facts)
            player.do(element, **facts)
        same(player, oracle, f"seed {seed} step {steps}")
    return steps, changes


@pytest.mark.parametrize("part", range(4))
def test_random_processes_with_new_steps_go_on_like_the_token_game_of_the_new_drawing(part: int) -> None:
    share = WALKS // 4
    told = [walk(seed, depth=3 if seed % 32 < 4 else 2) for seed in range(part * share, (part + 1) * share)]
    assert sum(changes for _, changes in told) > share * 0.8
