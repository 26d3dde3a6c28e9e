"""Numbers and times belong to the instance being advanced, whatever other threads do."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.process.bpmn import Instance, Runtime, ServiceCall
from engine.process.bpmn.context import NoTurn, Turn, playing, turn
from engine.process.bpmn.overrides.task import CaseTask
from engine.process.bpmn.snapshot import new_instance
from tests.engine.process.bpmn.dsl import (
    NOON,
    both,
    bundle,
    call,
    chain,
    end,
    no_service,
    process,
    service,
    start,
    user,
    users,
)  # fmt: skip

MAIN = process(
    start(), user("a"), service("v", "note"), both("g"), both("j"), call("c", "q"), users("b", "d"), end(),
    chain("s", "a", "v", "g", "c", "j", "d", "e"), chain("g", "b", "j"),
)  # fmt: skip
CALLED = process(start(), users("x", "y"), end(), chain("s", "x", "y", "e"), id="q", inputs=["who"], outputs=["who"])


@pytest.fixture
def restless() -> Iterator[None]:
    """Make threads change places after almost every instruction."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def play(runtime: Runtime, made, who: int, rounds: int, heard: list[tuple[int, list[int], list[object]]]) -> None:
    """Play instances of one case; note every number and time the runtime gave out."""
    moment = NOON + timedelta(days=who)
    for _ in range(rounds):
        numbers: list[int] = []
        times: list[object] = []

        def note(wanted: ServiceCall, numbers: list[int] = numbers) -> dict[str, int]:
            numbers.append(wanted.task_no)
            assert wanted.facts["who"] == who
            return {"noted": who}

        version = 1
        advance = runtime.start(made, {"who": who}, now=moment, call_service=note)
        while not advance.completed:
            runtime.remember(f"case {who}", version, advance)
            task = advance.open_tasks[0]
            instance = Instance(f"case {who}", version, advance.snapshot)
            advance = runtime.complete(made, instance, task.task_no, {}, now=moment, call_service=note)
            numbers += [each.task_no for each in advance.passed]
            times += [each.at for each in advance.passed]
            version += 1
            assert version < 20
        assert advance.facts == {"who": who, "noted": who}
        heard.append((who, numbers, times))


def test_eight_threads_on_eight_cases_each_get_their_own_numbers_and_times(restless: None) -> None:
    made, runtime = bundle(MAIN, CALLED), Runtime()
    alone: list[tuple[int, list[int], list[object]]] = []
    play(Runtime(), made, 0, 1, alone)
    heard: list[tuple[int, list[int], list[object]]] = []
    failed: list[BaseException] = []

    def run(who: int) -> None:
        try:
            play(runtime, made, who, 20, heard)
        except BaseException as failure:  # noqa: BLE001 # A thread keeps its failure to itself otherwise.
            failed.append(failure)

    threads = [threading.Thread(target=run, args=(who,), daemon=True) for who in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failed
    assert not any(thread.is_alive() for thread in threads)
    assert len(heard) == 160
    for who, numbers, times in heard:
        assert numbers == alone[0][1]
        assert set(times) == {NOON + timedelta(days=who)}


def test_eight_threads_may_read_the_same_definition_at_once(restless: None) -> None:
    digests: list[str] = []
    threads = [threading.Thread(target=lambda: digests.append(bundle(MAIN, CALLED).digest)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 8 and len(set(digests)) == 1


def test_asking_for_the_turn_outside_an_advance_raises() -> None:
    with pytest.raises(NoTurn, match="no advance"):
        turn()


def test_a_task_cannot_be_made_or_moved_outside_an_advance() -> None:
    top = new_instance(bundle(MAIN, CALLED))
    with pytest.raises(NoTurn):
        CaseTask(top, top.spec.start)
    with playing(Turn(NOON, 1, no_service)):
        top.plant()
    with pytest.raises(NoTurn):
        top.task_tree._ready()


def test_turns_nest_and_the_outer_one_is_back_after_the_inner_whatever_happens() -> None:
    outer, inner = Turn(NOON, 1, no_service), Turn(NOON, 50, no_service)
    with playing(outer):
        with pytest.raises(ZeroDivisionError), playing(inner):
            turn().take_id() / 0
        assert inner.next_id == 51
        assert turn().take_id() == 1 and turn().take_id() == 2
    with pytest.raises(NoTurn):
        turn()


def test_a_service_may_start_another_process_without_mixing_the_two() -> None:
    made = bundle(MAIN, CALLED)
    runtime = Runtime()

    def nested(wanted: ServiceCall) -> dict[str, int]:
        other = runtime.start(made, {"who": 9}, now=NOON + timedelta(days=9), call_service=no_service)
        return {"noted": other.next_id}

    first = runtime.start(made, {"who": 1}, now=NOON, call_service=no_service)
    advance = runtime.complete(made, Instance("k", 1, first.snapshot), 3, {}, now=NOON, call_service=nested)
    assert advance.facts["noted"] == first.next_id
    assert {each.at for each in advance.passed} == {NOON}
