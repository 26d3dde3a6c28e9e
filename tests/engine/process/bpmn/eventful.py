"""Random processes in which things happen: timers, messages, errors, escalations, endings, several instances.

Decisions that could race with each other in one step (to throw, to end) are asked of a person first, so that
what must happen is never a matter of which branch is moved first.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.engine.process.bpmn.dsl import (
    awaits,
    beside,
    both,
    call,
    chain,
    clock,
    declared,
    end,
    escalates,
    fails,
    first_of,
    flow,
    inner,
    message,
    pause,
    process,
    receives,
    some,
    start,
    terminate,
    thrown,
    timer,
    times,
    user,
    xor,
)
from tests.engine.process.bpmn.generator import Made

CODES = ("C1", "C2")
DEEPEST_CALL = 3


@dataclass
class _Common:
    """What all files of one random process share."""

    rnd: random.Random
    count: int = 0
    answers: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    others: list[bytes] = field(default_factory=list)

    def id(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"


@dataclass
class _Draft:
    """One scope that is being drawn."""

    common: _Common
    calls: int
    """How many calls deep it lies."""
    errors: tuple[str, ...] = ()
    """Codes that are caught around it."""
    heard: tuple[str, ...] = ()
    """Codes of escalations that something around it waits for."""
    main: bool = False
    parts: list[str] = field(default_factory=list)

    @property
    def rnd(self) -> random.Random:
        return self.common.rnd

    def id(self, letter: str) -> str:
        return self.common.id(letter)

    def person(self, **answers: list[Any]) -> str:
        id = self.id("u")
        self.parts.append(user(id))
        self.common.answers[id] = {f"{key}_{id}": values for key, values in answers.items()}
        return id


Ends = tuple[str, str]
Maker = Callable[[_Draft, int], Ends]


def make_eventful(seed: int, *, depth: int = 2) -> Made:
    """A random process of blocks nested to ``depth`` in which things happen."""
    common = _Common(random.Random(seed))
    draft = _Draft(common, calls=0, main=True)
    entry, exit = _sequence(draft, depth, 2)
    draft.parts += [start(), end(), chain("s", entry), chain(exit, "e")]
    return Made(process(*draft.parts, extra=declared(*CODES)), common.others, common.answers)


def _sequence(draft: _Draft, depth: int, fewest: int = 1) -> Ends:
    blocks = [_block(draft, depth) for _ in range(draft.rnd.randint(fewest, fewest + (1 if depth < 2 else 2)))]
    return _in_a_row(draft, blocks)


def _content(draft: _Draft, depth: int) -> Ends:
    """What is in a subprocess or a called process: what its boundaries are there for may well happen."""
    makers = [_fail] * bool(draft.errors) + [_escalate] * bool(draft.heard)
    blocks = [_block(draft, depth), *(make(draft, depth) for make in makers if draft.rnd.random() < 0.7)]
    draft.rnd.shuffle(blocks)
    return _in_a_row(draft, blocks)


def _in_a_row(draft: _Draft, blocks: list[Ends]) -> Ends:
    for (_, exit), (entry, _) in pairwise(blocks):
        draft.parts.append(flow(exit, entry))
    return blocks[0][0], blocks[-1][1]


def _block(draft: _Draft, depth: int) -> Ends:
    makers: list[Maker] = [*_FLAT, *(_THROWING if draft.errors else ())]
    if depth > 0:
        makers += _NESTING
    return draft.rnd.choice(makers)(draft, depth - 1)


def _person(draft: _Draft, depth: int) -> Ends:
    id = draft.person(note=[True, False])
    return id, id


def _merge(draft: _Draft, *exits: str) -> str:
    join = draft.id("m")
    draft.parts += [xor(join), *(flow(exit, join) for exit in exits)]
    return join


def _aside(draft: _Draft, entry: str) -> None:
    """A branch beside the main one, from ``entry`` to an end of its own."""
    first, last = _sequence(draft, 0)
    finish = draft.id("e")
    draft.parts += [end(finish), flow(entry, first), flow(last, finish)]


def _choice(draft: _Draft, depth: int) -> Ends:
    asked = draft.person(way=[0, 1])
    split = draft.id("x")
    one, two = _sequence(draft, depth), _sequence(draft, depth)
    draft.parts += [xor(split, f"d_{split}"), flow(asked, split), flow(split, one[0], f"way_{asked} == 1"),
                    flow(split, two[0], id=f"d_{split}")]  # fmt: skip
    return asked, _merge(draft, one[1], two[1])


def _parallel(draft: _Draft, depth: int) -> Ends:
    split, join = draft.id("g"), draft.id("j")
    draft.parts += [both(split), both(join)]
    for _ in range(2):
        entry, exit = _sequence(draft, depth)
        draft.parts += [flow(split, entry), flow(exit, join)]
    return split, join


def _inclusive(draft: _Draft, depth: int) -> Ends:
    asked = draft.person(go=[True, False], too=[True, False])
    split, join = draft.id("o"), draft.id("i")
    draft.parts += [some(split, f"d_{split}"), some(join), flow(asked, split)]
    for condition in (f"go_{asked}", f"too_{asked}", None):
        entry, exit = _sequence(draft, depth)
        draft.parts += [flow(split, entry, condition, id="" if condition else f"d_{split}"), flow(exit, join)]
    return asked, join


def _loop(draft: _Draft, depth: int) -> Ends:
    merge, decide, after = draft.id("m"), draft.id("x"), draft.id("n")
    entry, exit = _sequence(draft, depth)
    asked = draft.person(again=[False, True])
    draft.parts += [
        xor(merge), xor(decide, f"d_{decide}"), xor(after), flow(merge, entry), flow(exit, asked), flow(asked, decide),
        flow(decide, merge, f"again_{asked}", id=f"b_{decide}"), flow(decide, after, id=f"d_{decide}"),
    ]  # fmt: skip
    return merge, after


def _pause(draft: _Draft, depth: int) -> Ends:
    id = draft.id("z")
    draft.parts.append(pause(id, _once(draft)))
    return id, id


def _once(draft: _Draft) -> str:
    """A time that comes once, and hardly ever together with another."""
    number = draft.common.count
    return draft.rnd.choice([
        f"PT{draft.rnd.randint(1, 30)}H{number}S", f"P{draft.rnd.randint(1, 2)}DT{number}S", f"P1MT{number}S",
        f"2026-11-{draft.rnd.randint(23, 27)}T{draft.rnd.randint(10, 23)}:{number % 60:02}:{draft.rnd.randint(10, 59)}",
        f"2026-11-24T01:{number % 60:02}:{draft.rnd.randint(10, 59)}Z",
    ])  # fmt: skip


def _often(draft: _Draft) -> str:
    # Without an end only in long steps: a jump over a month must not open a branch for every hour of it.
    endless = draft.rnd.choice(["R/P3D", "R/P1M", "R/P1W"]) + f"T{draft.common.count}S"
    counted = f"R{draft.rnd.randint(1, 4)}/PT{draft.rnd.randint(60, 500)}M{draft.common.count}S"
    return draft.rnd.choice([endless.replace("P1WT", "P7DT"), counted])


def _await(draft: _Draft, depth: int) -> Ends:
    id, name = draft.id("w"), draft.id("msg")
    made = draft.rnd.choice([awaits, receives])
    if draft.rnd.random() < 0.5:
        draft.parts.append(made(id, name))
        return id, id
    asked = draft.person(key=["K1", "K2", 3])
    draft.parts += [made(id, name, f"key_{asked}"), flow(asked, id)]
    return asked, id


def _race(draft: _Draft, depth: int) -> Ends:
    gateway = draft.id("v")
    draft.parts.append(first_of(gateway))
    exits = []
    for kind in draft.rnd.choice(["tt", "tm", "mm", "ttm"]):
        id = draft.id("w")
        draft.parts += [pause(id, _once(draft)) if kind == "t" else awaits(id, f"msg_{id}"), flow(gateway, id)]
        entry, exit = _sequence(draft, depth)
        draft.parts.append(flow(id, entry))
        exits.append(exit)
    return gateway, _merge(draft, *exits)


def _host(draft: _Draft, depth: int) -> Ends:
    """An activity, for boundaries to sit on: its way in, and itself."""
    kinds: list[Maker] = [_person, _several, _receiver]
    if depth >= 0:
        kinds += [_embedded, _called] * 2
    return draft.rnd.choice(kinds)(draft, depth)


def _receiver(draft: _Draft, depth: int) -> Ends:
    id = draft.id("w")
    draft.parts.append(receives(id, f"msg_{id}"))
    return id, id


def _several(draft: _Draft, depth: int) -> Ends:
    """Several people, or several calls, one after the other or all at once."""
    asked, sequential = draft.person(count=[2, 0, 1, 3]), draft.rnd.random() < 0.4
    mark = times(f"count_{asked}", sequential=sequential)
    if draft.calls < DEEPEST_CALL and draft.rnd.random() < 0.5:
        return _called(draft, depth, mark, asked)
    id = draft.id("u")
    if draft.rnd.random() < 0.3:
        mark = mark.replace("</multi", f"<completionCondition>stop_{id}</completionCondition></multi")
    draft.parts += [user(id, mark), flow(asked, id)]
    draft.common.answers[id] = {f"stop_{id}": [True, False]}
    return asked, id


def _embedded(draft: _Draft, depth: int, errors: tuple[str, ...] = (), heard: tuple[str, ...] = ()) -> Ends:
    id = draft.id("sub")
    inside = _Draft(draft.common, draft.calls, (*draft.errors, *errors), (*draft.heard, *heard))
    entry, exit = _content(inside, depth)
    _between(inside, entry, exit)
    draft.parts.append(inner(id, *inside.parts))
    return id, id


def _between(draft: _Draft, entry: str, exit: str) -> None:
    """The start and the end of a scope; sometimes a person may choose to end it with an escalation."""
    first, last = draft.id("s"), draft.id("e")
    draft.parts += [start(first), end(last), flow(first, entry)]
    if draft.rnd.random() < 0.3:
        raised = draft.id("e")
        draft.parts.append(end(raised, thrown("escalation", draft.rnd.choice(CODES))))
        asked, out = _if(draft, "rise", raised, "")
        draft.parts += [flow(exit, asked), flow(out, last)]
    else:
        draft.parts.append(flow(exit, last))


def _called(
    draft: _Draft,
    depth: int,
    mark: str = "",
    entry: str = "",
    errors: tuple[str, ...] = (),
    heard: tuple[str, ...] = (),
) -> Ends:
    if draft.calls >= DEEPEST_CALL:
        return _embedded(draft, depth, errors, heard)
    asked, id, name = entry or draft.person(give=[0, 1]), draft.id("c"), draft.id("proc")
    inside = _Draft(draft.common, draft.calls + 1, (*draft.errors, *errors), (*draft.heard, *heard))
    first, last = _content(inside, depth)
    _between(inside, first, last)
    given = [f"{'count' if entry else 'give'}_{asked}"]
    draft.common.others.append(process(*inside.parts, id=name, inputs=given, extra=declared(*CODES)))
    draft.parts += [call(id, name, mark), flow(asked, id)]
    return asked, id


def _timed(draft: _Draft, depth: int) -> Ends:
    """An activity with one or two timers, or a clock, on it."""
    entry, host = _host(draft, depth)
    exits = [host]
    for _ in range(draft.rnd.randint(1, 2)):
        id = draft.id("b")
        if draft.rnd.random() < 0.5:
            made = clock(id, host, id) if draft.rnd.random() < 0.2 else timer(id, host, _once(draft))
            first, last = _sequence(draft, 0)
            draft.parts += [made, flow(id, first)]
            exits.append(last)
        else:
            text = _often(draft) if draft.rnd.random() < 0.7 else _once(draft)
            draft.parts.append(timer(id, host, text, interrupting=False))
            _aside(draft, id)
    return entry, _merge(draft, *exits)


def _told(draft: _Draft, depth: int) -> Ends:
    """An activity with messages on it, in and out of turn."""
    entry, host = _host(draft, depth)
    exits = [host]
    for interrupting in draft.rnd.choice([[True], [False], [True, False]]):
        id = draft.id("b")
        draft.parts.append(message(id, host, f"msg_{id}", interrupting=interrupting))
        if interrupting:
            first, last = _sequence(draft, 0)
            draft.parts.append(flow(id, first))
            exits.append(last)
        else:
            _aside(draft, id)
    return entry, _merge(draft, *exits)


def _guarded(draft: _Draft, depth: int) -> Ends:
    """A subprocess or a call, alone or several of it, whose errors are caught."""
    codes = draft.rnd.choice([("C1",), ("C2",), ("C1", ""), ("",)])
    inside = CODES if "" in codes else codes
    kind = draft.rnd.random()
    if kind < 0.4:
        entry, host = _embedded(draft, depth, inside)
    elif kind < 0.7 or draft.calls >= DEEPEST_CALL:
        entry, host = _called(draft, depth, errors=inside)
    else:
        asked = draft.person(count=[2, 0, 1, 3])
        mark = times(f"count_{asked}", sequential=draft.rnd.random() < 0.4)
        entry, host = _called(draft, depth, mark, asked, inside)
    exits = [host]
    for code in codes:
        id = draft.id("b")
        first, last = _sequence(draft, 0)
        draft.parts += [beside(id, host, thrown("error", code)), flow(id, first)]
        exits.append(last)
    return entry, _merge(draft, *exits)


def _watched(draft: _Draft, depth: int) -> Ends:
    """A subprocess or a call whose escalations are heard, or end it."""
    code = draft.rnd.choice([*CODES, ""])
    heard = (code,) if code else CODES
    kind = draft.rnd.random()
    if kind < 0.4:
        entry, host = _embedded(draft, depth, heard=heard)
    elif kind < 0.7 or draft.calls >= DEEPEST_CALL:
        entry, host = _called(draft, depth, heard=heard)
    else:
        asked = draft.person(count=[2, 0, 1, 3])
        mark = times(f"count_{asked}", sequential=draft.rnd.random() < 0.4)
        entry, host = _called(draft, depth, mark, asked, heard=heard)
    id, exits = draft.id("b"), [host]
    interrupting = draft.rnd.random() < 0.5
    draft.parts.append(beside(id, host, thrown("escalation", code), interrupting=interrupting))
    if interrupting:
        first, last = _sequence(draft, 0)
        draft.parts.append(flow(id, first))
        exits.append(last)
    else:
        _aside(draft, id)
    return entry, _merge(draft, *exits)


def _if(draft: _Draft, question: str, entry: str, exit: str) -> Ends:
    """A person decides whether to go by ``entry``, which comes back from ``exit`` (or nowhere, if empty)."""
    asked, split = draft.person(**{question: [False, True]}), draft.id("x")
    draft.parts += [xor(split, f"d_{split}"), flow(asked, split), flow(split, entry, f"{question}_{asked}")]
    join = draft.id("m")
    draft.parts += [xor(join), flow(split, join, id=f"d_{split}"), *([flow(exit, join)] if exit else [])]
    return asked, join


def _fail(draft: _Draft, depth: int) -> Ends:
    id = draft.id("e")
    draft.parts.append(fails(id, draft.rnd.choice(draft.errors)))
    return _if(draft, "fail", id, "")


def _escalate(draft: _Draft, depth: int) -> Ends:
    id = draft.id("t")
    draft.parts.append(escalates(id, draft.rnd.choice(draft.heard or CODES)))
    return _if(draft, "rise", id, id)


def _quit(draft: _Draft, depth: int) -> Ends:
    id = draft.id("e")
    draft.parts.append(terminate(id))
    return _if(draft, "quit", id, "")


_FLAT: list[Maker] = [
    *[_person, _pause, _await] * 5, _escalate, _quit,
]  # fmt: skip
_THROWING: list[Maker] = [_fail] * 3
_NESTING: list[Maker] = [
    _choice, _parallel, _inclusive, _loop, _race, _several, _embedded, _called, _timed, _timed, _told, _told, _guarded,
    _guarded, _watched, _watched,
]  # fmt: skip
