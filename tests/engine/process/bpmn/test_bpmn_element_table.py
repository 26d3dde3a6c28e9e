"""The table of BPMN elements, row by row: what SpiffWorkflow drops, hangs on or gets wrong is refused, the rest runs.

A row is either a rule of check, with the files in ``broken_files`` that break it, or a file that check
finds nothing wrong with and that comes to its end when everything it waits for happens.
"""

from __future__ import annotations

import pytest

from engine.process.bpmn import check
from tests.engine.process.bpmn.broken_files import BROKEN, WARNINGS, WORDS
from tests.engine.process.bpmn.dsl import (
    Player,
    awaits,
    beside,
    both,
    bundle,
    call,
    chain,
    clock,
    declared,
    end,
    escalates,
    fails,
    finder,
    first_of,
    flow,
    inner,
    message,
    pause,
    process,
    receives,
    service,
    several,
    some,
    start,
    terminate,
    thrown,
    timer,
    times,
    user,
    users,
    xor,
)
from tests.engine.process.bpmn.eventful import make_eventful
from tests.engine.process.bpmn.generator import make

REFUSED = {
    "manual and none task: nobody to do them": ["task-without-person"],
    "service task: stays started for ever": ["service-missing", "service-unknown"],
    "send and receive task: pass straight through without a message": ["message-task"],
    "script task: runs Python": ["script-task"],
    "exclusive gateway: no match, no default": ["exclusive-without-default", "condition-missing", "condition-alone"],
    "inclusive gateway: fires early": [
        "inclusive-without-default", "inclusive-without-join", "inclusive-without-split", "inclusive-mixed",
    ],
    "parallel gateway: starves": ["join-starved"],
    "complex gateway": ["complex-gateway"],
    "two flows out of a task": ["implicit-split"],
    "condition on a flow out of a task": ["condition-ignored"],
    "two flows into a task": ["implicit-merge"],
    "event gateway: what is behind it": [
        "event-gateway", "event-gateway-target", "event-gateway-entry", "event-gateway-kind", "message-twice",
    ],
    "timer: Python, zones, months, P, intervals, cron": ["timer-value", "plain-timer"],
    "cycle where it can ring once only, or for ever": ["timer-cycle", "timer-back"],
    "error: completes as if all were well": ["error-uncaught", "call-error-uncaught", "error-event", "error-host"],
    "error: code": ["error-without-code", "error-unknown", "error-twice", "error-beside"],
    "escalation": [
        "escalation-uncaught", "escalation-event", "escalation-host", "escalation-without-code", "escalation-unknown",
        "escalation-twice",
    ],
    "signal": ["signal-event"],
    "signal end event: a plain end": ["signal-end-event"],
    "link: hangs": ["link-event"],
    "compensation": ["compensation"],
    "transaction and cancel": ["transaction", "cancel-event"],
    "subprocess: one start, at least one end": ["start-missing", "start-several", "end-missing"],
    "call activity: missing process": ["call-unknown", "call-target-missing", "call-circle", "call-undeclared"],
    "event subprocess: changes the shared definition": ["event-subprocess"],
    "start event with a trigger": ["start-trigger"],
    "multi-instance: output list, place, source": [
        "multi-instance-output", "multi-instance-place", "multi-instance-source", "multi-instance-reference",
    ],
    "multi-instance: nrOfInstances": ["name-unknown"],
    "standard loop": ["standard-loop"],
    "ad-hoc subprocess": ["ad-hoc-subprocess"],
    "conditional event": ["conditional-event"],
    "data objects and stores": ["data-object", "data-association", "data-store"],
    "lane lost": ["lane-missing"],
    "dead end: hangs": ["dead-end", "unreachable", "no-way-out"],
    "loop without a gateway, or without a rest": ["loop-without-gateway", "loop-without-person"],
    "events of two kinds, of none, by reference": [
        "several-events", "catch-without-event", "boundary-without-event", "event-reference",
    ],
    "message without a name, or never delivered": ["message-event", "message-without-name", "message-key"],
}  # fmt: skip


def line(*middle: str, ids: str = "a") -> bytes:
    return process(start(), *middle, end(), chain("s", *ids.split(), "e"), extra=declared("E"))


def aside(made: str, *more: str) -> bytes:
    """The parts with a boundary ``t`` that leads to a task and an end of its own."""
    return process(
        start(), made, *more, users("b", "z"), end(), end("e2"), chain("s", "a", "z", "e"), chain("t", "b", "e2"),
        extra=declared("E"),
    )  # fmt: skip


def branched(split: str, join: str, condition: str | None = None) -> bytes:
    return process(
        start(), user("u"), split, users("a", "b"), join, user("z"), end(), chain("s", "u", "g"),
        flow("g", "a", condition), flow("g", "b", id="d"), chain("a", "j", "z", "e"), chain("b", "j"),
    )  # fmt: skip


CALLED = process(start(), user("w"), end(), chain("s", "w", "e"), id="q", inputs=[])
FAILING = process(start(), user("w"), fails("e", "E"), chain("s", "w", "e"), id="f", inputs=[], extra=declared("E"))
LONG = [f"u{number}" for number in range(600)]
RUNS = {
    "user task": line(user("a")),
    "service task": line(user("u"), service("a", "svc"), ids="u a"),
    "receive task": line(receives("a")),
    "exclusive gateway": branched(xor("g", "d"), xor("j"), "n > 1"),
    "parallel gateway": branched(both("g"), both("j")),
    "inclusive gateway": branched(some("g", "d"), some("j"), "n > 1"),
    "event gateway with two timers": process(
        start(), first_of("g"), pause("a", "PT2H"), pause("b", "PT1S"), awaits("c"), xor("m"), end(),
        chain("s", "g", "a", "m", "e"), chain("g", "b", "m"), chain("g", "c", "m"),
    ),
    "intermediate timer": line(pause("a", "P1M")),
    "intermediate message": line(awaits("a")),
    "message with a business key": line(user("u"), awaits("a", "paid", "n"), ids="u a"),
    "boundary timer, interrupting": aside(user("a"), timer("t", "a", "2026-12-01T09:00")),
    "boundary timer, not interrupting": aside(user("a"), timer("t", "a", "PT1H", interrupting=False)),
    "boundary cycle": aside(user("a"), timer("t", "a", "R3/PT1H", interrupting=False)),
    "clock boundary": aside(user("a"), clock("t", "a")),
    "boundary message": aside(user("a"), message("t", "a")),
    "boundary message, not interrupting": aside(user("a"), message("t", "a", interrupting=False)),
    "boundary error on a subprocess": aside(
        inner("a", start("s3"), user("w"), fails("e3", "E"), chain("s3", "w", "e3")),
        beside("t", "a", thrown("error", "E")),
    ),
    "boundary error on a call": aside(call("a", "f"), beside("t", "a", thrown("error", ""))),
    "escalation, intermediate": aside(
        inner("a", start("s3"), user("w"), escalates("up", "E"), end("e3"), chain("s3", "w", "up", "e3")),
        beside("t", "a", thrown("escalation", "E"), interrupting=False),
    ),
    "escalation, end": aside(
        inner("a", start("s3"), user("w"), end("e3", thrown("escalation", "E")), chain("s3", "w", "e3")),
        beside("t", "a", thrown("escalation", "")),
    ),
    "terminate end": process(
        start(), both("g"), users("a", "b"), end(), terminate("e2"), chain("s", "g", "a", "e"), chain("g", "b", "e2")
    ),
    "embedded subprocess": line(inner("a", start("s3"), user("w"), end("e3"), chain("s3", "w", "e3"))),
    "call activity": line(call("a", "q")),
    "multi-instance, parallel": line(user("a", times("3"))),
    "multi-instance, sequential": line(user("a", times("3", sequential=True))),
    "multi-instance over a list, of calls, empty": process(
        start(), call("a", "q", several()), end(), chain("s", "a", "e"), variables=["items"]
    ),
    "a chain of six hundred": line(*map(user, LONG), ids=" ".join(LONG)),
}


@pytest.mark.parametrize("row", REFUSED)
def test_what_would_hang_or_be_dropped_has_a_rule_and_a_file_that_breaks_it(row: str) -> None:
    for rule in REFUSED[row]:
        assert BROKEN[rule], rule


def happen(player: Player) -> None:
    """Let the next thing happen that can: an answer, a message, a clock, or time going by."""
    last = player.last
    if last.open_tasks:
        player.do(last.open_tasks[0].task_no, n=2)
    elif last.awaited:
        player.deliver(last.awaited[0].name, message_key=last.awaited[0].key)
    else:
        player.tick(days=40)


@pytest.mark.parametrize("row", RUNS)
def test_what_check_lets_through_comes_to_its_end(row: str) -> None:
    found = check(RUNS[row], WORDS, finder(CALLED, FAILING))
    assert [each for each in found if each.rule not in WARNINGS] == []
    player = Player(bundle(RUNS[row], CALLED, FAILING), {"svc": lambda wanted: {"n": 1}})
    player.start(items=[])
    for _ in range(1_000):
        if player.last.completed:
            return
        happen(player)
    raise AssertionError(f"{row} never ends")


@pytest.mark.parametrize("seed", range(150))
def test_random_drawings_of_blocks_break_no_rule_about_pairs_and_starving(seed: int) -> None:
    made = make_eventful(seed) if seed % 3 else make(seed)
    rules = {"join-starved", "inclusive-without-join", "inclusive-without-split", "inclusive-mixed", "error-uncaught"}
    for xml in (made.main, *made.others):
        found = [each for each in check(xml, WORDS, finder(*made.others)) if each.level == "error"]
        assert not rules & {each.rule for each in found}, (seed, found)
