"""Random processes made of blocks, and random walks through them."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.engine.process.bpmn.dsl import (
    both,
    call,
    chain,
    clock,
    end,
    flow,
    process,
    some,
    start,
    user,
    xor,
)  # fmt: skip


@dataclass
class Made:
    """A random process: its files, and what each user task may answer."""

    main: bytes
    others: list[bytes]
    answers: dict[str, dict[str, list[Any]]]


@dataclass
class _Draft:
    rnd: random.Random
    kinds: Sequence[str]
    count: int = 0
    parts: list[str] = field(default_factory=list)
    answers: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    others: list[bytes] = field(default_factory=list)

    def id(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def person(self, **answers: list[Any]) -> str:
        id = self.id("u")
        self.parts.append(user(id))
        self.answers[id] = {f"{key}_{id}": values for key, values in answers.items()}
        return id


def make(seed: int, *, without: Collection[str] = (), depth: int = 3) -> Made:
    """A random process of blocks nested to ``depth``, ``without`` some kinds of block."""
    draft = _Draft(random.Random(seed), [kind for kind in _OFTEN if kind not in without])
    entry, exit = _sequence(draft, depth)
    draft.parts += [start(), end(), chain("s", entry), chain(exit, "e")]
    return Made(process(*draft.parts), draft.others, draft.answers)


def _sequence(draft: _Draft, depth: int) -> tuple[str, str]:
    blocks = [_block(draft, depth) for _ in range(draft.rnd.randint(1, 3))]
    for (_, exit), (entry, _) in pairwise(blocks):
        draft.parts.append(flow(exit, entry))
    return blocks[0][0], blocks[-1][1]


def _block(draft: _Draft, depth: int) -> tuple[str, str]:
    kind = draft.rnd.choice(draft.kinds) if depth > 0 else "person"
    return _MAKERS[kind](draft, depth - 1)


def _person(draft: _Draft, depth: int) -> tuple[str, str]:
    id = draft.person(note=[True, False])
    return id, id


def _choice(draft: _Draft, depth: int) -> tuple[str, str]:
    count = draft.rnd.randint(2, 3)
    asked = draft.person(way=list(range(count)))
    split, join = draft.id("x"), draft.id("m")
    draft.parts += [xor(split, f"d_{split}"), xor(join), flow(asked, split)]
    for index in range(count):
        last = index == count - 1
        target, exit = (join, None) if draft.rnd.random() < 0.2 else _sequence(draft, depth)
        condition = None if last else f"way_{asked} == {index}"
        draft.parts.append(flow(split, target, condition, id=f"d_{split}" if last else f"c{index}_{split}"))
        if exit is not None:
            draft.parts.append(flow(exit, join, id=f"j{index}_{join}"))
    return asked, join


def _parallel(draft: _Draft, depth: int) -> tuple[str, str]:
    split, join = draft.id("g"), draft.id("j")
    draft.parts += [both(split), both(join)]
    for index in range(draft.rnd.randint(2, 3)):
        entry, exit = _sequence(draft, depth)
        draft.parts += [flow(split, entry, id=f"p{index}_{split}"), flow(exit, join, id=f"q{index}_{join}")]
    return split, join


def _inclusive(draft: _Draft, depth: int) -> tuple[str, str]:
    count = draft.rnd.randint(2, 3)
    asked = draft.person(**{f"go{index}": [True, False] for index in range(count - 1)})
    split, join = draft.id("o"), draft.id("i")
    draft.parts += [some(split, f"d_{split}"), some(join), flow(asked, split)]
    for index in range(count):
        entry, exit = _sequence(draft, depth)
        last = index == count - 1
        condition = None if last else f"go{index}_{asked}"
        draft.parts.append(flow(split, entry, condition, id=f"d_{split}" if last else f"c{index}_{split}"))
        draft.parts.append(flow(exit, join, id=f"j{index}_{join}"))
    return asked, join


def _loop(draft: _Draft, depth: int) -> tuple[str, str]:
    merge, decide, after = draft.id("m"), draft.id("x"), draft.id("n")
    entry, exit = _sequence(draft, depth)
    asked = draft.person(again=[False, True])
    draft.parts += [
        xor(merge), xor(decide, f"d_{decide}"), xor(after),
        flow(merge, entry), flow(exit, asked), flow(asked, decide),
        flow(decide, merge, f"again_{asked}", id=f"b_{decide}"), flow(decide, after, id=f"d_{decide}"),
    ]  # fmt: skip
    return merge, after


def _call(draft: _Draft, depth: int) -> tuple[str, str]:
    given = draft.person(give=[0, 1])
    id, name = draft.id("c"), draft.id("proc")
    inside = _Draft(draft.rnd, draft.kinds, count=draft.count + 1)
    entry, exit = _sequence(inside, min(depth, 1))
    last = inside.person(result=[0, 1])
    inside.parts += [start(f"s_{name}"), end(f"e_{name}"), chain(f"s_{name}", entry), chain(exit, last, f"e_{name}")]
    called = process(*inside.parts, id=name, inputs=[f"give_{given}"], outputs=[f"result_{last}"])
    draft.others += [called, *inside.others]
    draft.count = inside.count
    draft.answers.update(inside.answers)
    draft.parts += [call(id, name), flow(given, id)]
    return given, id


def _clock(draft: _Draft, depth: int) -> tuple[str, str]:
    if "call" in draft.kinds and draft.rnd.random() < 0.5:
        entry, host = _call(draft, depth)
    else:
        entry = host = draft.person(note=[True, False])
    boundary, join = draft.id("b"), draft.id("m")
    interrupting = draft.rnd.random() < 0.7
    draft.parts += [clock(boundary, host, boundary, interrupting=interrupting), xor(join), flow(host, join)]
    beside, exit = _sequence(draft, 0)
    if interrupting:
        draft.parts += [flow(boundary, beside), flow(exit, join, id=f"j_{join}")]
    else:
        last = draft.id("e")
        draft.parts += [end(last), flow(boundary, beside), flow(exit, last)]
    return entry, join


_OFTEN = ["person", "choice", *["parallel", "inclusive", "loop"] * 2, "call", "clock"]
_MAKERS = {
    "person": _person,
    "choice": _choice,
    "parallel": _parallel,
    "inclusive": _inclusive,
    "loop": _loop,
    "call": _call,
    "clock": _clock,
}
