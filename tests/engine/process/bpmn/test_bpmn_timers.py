"""Plain timers: they belong to their element, keep their due instant, and ring in the order they are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from engine.process.bpmn import Runtime, TimerNotDue
from tests.engine.process.bpmn.dsl import (
    NOON,
    Player,
    both,
    bundle,
    call,
    chain,
    end,
    first_of,
    flow,
    inner,
    pause,
    process,
    start,
    timer,
    times,
    user,
    users,
    xor,
)

HOUR = timedelta(hours=1)
ENTERED = NOON + timedelta(minutes=1)


def playing(*files: bytes, **facts: object) -> Player:
    player = Player(bundle(*files))
    player.start(**facts)
    return player


def hosted(text: str, *, interrupting: bool = True) -> bytes:
    """A task with a timer on it that leads to a task of its own."""
    return process(
        start(), xor("m"), user("a"), timer("t", "a", text, interrupting=interrupting), user("late"), xor("x", "ok"),
        user("z"), end(), end("e2"), chain("s", "m", "a", "x"), flow("x", "m", "again"), flow("x", "z", id="ok"),
        chain("z", "e"), chain("t", "late", "e2"),
    )  # fmt: skip


def test_a_timer_in_the_flow_waits_for_its_true_time_and_tells_it() -> None:
    player = playing(process(start(), pause("z", "PT2H"), user("a"), end(), chain("s", "z", "a", "e")))
    (armed,) = player.last.timers
    assert (armed.name, armed.element_id, armed.due, armed.left) == ("名z", "z", ENTERED + 2 * HOUR, 1)
    assert armed.due.tzinfo is UTC and player.ready == [] and not player.last.completed
    with pytest.raises(TimerNotDue) as refused:
        player.tick(minutes=100)
    assert refused.value.code == "TIMER_NOT_DUE"
    advance = player.tick(hours=5)
    assert player.passed == ["z"] and advance.passed[0].at == player.now  # Late, and it says so.
    assert player.ready == ["a"] and advance.timers == ()


def test_a_timer_rings_at_its_instant_and_not_a_moment_before() -> None:
    drawing = bundle(process(start(), pause("z", "PT2H"), end(), chain("s", "z", "e")))
    runtime, player = Runtime(cache_size=0), Player(drawing)
    player.start()
    due = player.last.timers[0].due
    fire = partial(runtime.fire_timers, drawing, player.instance, call_service=player._serve, most=1)
    with pytest.raises(TimerNotDue):
        fire(now=due - timedelta(microseconds=1))
    assert fire(now=due).completed


def test_an_interrupting_timer_closes_its_element_and_is_gone_when_the_element_is_left() -> None:
    player = playing(hosted("P1D"))
    advance = player.tick(days=1)
    assert player.ready == ["late"] and advance.closed and advance.timers == ()
    other = playing(hosted("P1D"))
    other.do("a", again=False)
    assert other.last.timers == () and other.ready == ["z"]
    with pytest.raises(TimerNotDue):
        other.tick(days=2)


def test_a_timer_starts_anew_each_time_its_element_is_entered() -> None:
    player = playing(hosted("P1D"))
    first = player.last.timers[0]
    player.now += 20 * HOUR
    (second,) = player.do("a", again=True).timers
    assert second.due == player.now + 24 * HOUR and second.task_no != first.task_no
    with pytest.raises(TimerNotDue):
        player.tick(hours=6)


def test_a_timer_that_does_not_interrupt_rings_once_beside_the_work() -> None:
    player = playing(hosted("P1D", interrupting=False))
    player.tick(days=3)
    assert player.ready == ["a", "late"] and player.last.timers == ()
    player.do("late")
    player.do("a", again=False)
    assert player.do("z").completed


def test_a_late_cycle_rings_once_for_each_tick_it_has_missed_and_keeps_its_beat() -> None:
    player = playing(hosted("R/PT1H", interrupting=False))
    player.tick(hours=3, minutes=30)
    assert player.passed == ["t"] * 3 and player.ready == ["a", "late", "late", "late"]
    (armed,) = player.last.timers
    assert armed.due == ENTERED + 4 * HOUR and armed.left is None
    player.do("a", again=False)
    assert player.last.timers == ()


def test_a_counted_cycle_says_how_often_it_still_rings_and_stops() -> None:
    player = playing(hosted("R3/PT1H", interrupting=False))
    assert player.last.timers[0].left == 3
    player.tick(hours=1)
    assert player.last.timers[0].left == 2
    player.tick(hours=9)
    assert player.last.timers == () and player.ready == ["a", "late", "late", "late"]


def test_what_is_due_rings_in_the_order_it_is_due_and_an_earlier_one_may_take_a_later_one_away() -> None:
    drawing = process(
        start(), user("a"), timer("warn", "a", "PT1H", interrupting=False), timer("stop", "a", "PT2H"),
        timer("never", "a", "PT3H", interrupting=False), users("w", "h", "n"), end(), *map(end, ("e2", "e3", "e4")),
        chain("s", "a", "e"), chain("warn", "w", "e2"), chain("stop", "h", "e3"), chain("never", "n", "e4"),
    )  # fmt: skip
    player = playing(drawing)
    assert player.timers == ["warn", "stop", "never"]
    player.tick(days=1)
    assert player.passed == ["warn", "a", "stop"] and player.ready == ["h", "w"]


def test_what_is_armed_on_the_way_counts_from_now_and_not_from_when_it_should_have_been() -> None:
    player = playing(process(start(), pause("x", "PT1H"), pause("y", "PT1H"), end(), chain("s", "x", "y", "e")))
    advance = player.tick(hours=10)
    assert player.passed == ["x"] and advance.timers[0].due == player.now + HOUR


def test_a_date_that_is_past_rings_at_the_next_firing_and_many_in_a_row_do_so_at_once() -> None:
    dates = [f"2026-01-0{day}" for day in range(1, 6)]
    names = [f"z{number}" for number in range(5)]
    drawing = process(start(), *map(pause, names, dates), user("a"), end(), chain("s", *names, "a", "e"))
    player = playing(drawing)
    assert player.last.timers[0].due == datetime(2025, 12, 31, 16, tzinfo=UTC)
    player.tick()
    assert player.passed == names and player.ready == ["a"]


def test_no_more_than_so_many_ring_in_one_advance_and_the_rest_stay_due() -> None:
    player = playing(hosted("R/PT1H", interrupting=False))
    player.tick(hours=24, most=10)
    assert player.passed == ["t"] * 10 and player.last.timers[0].due == ENTERED + 11 * HOUR
    player.tick(most=10)
    assert player.passed == ["t"] * 10
    player.tick(most=10)
    assert player.passed == ["t"] * 4 and player.last.timers[0].due > player.now


def test_of_two_timers_behind_an_event_gateway_the_sooner_rings_whichever_is_drawn_first() -> None:
    # Stock keeps one due time for both: with two hours drawn before one second, the second never rings.
    for first, second in (("PT2H", "PT1S"), ("PT1S", "PT2H")):
        player = playing(process(
            start(), first_of("g"), pause("x", first), pause("y", second), users("a", "b"), end(), end("e2"),
            chain("s", "g", "x", "a", "e"), chain("g", "y", "b", "e2"),
        ))  # fmt: skip
        player.tick(minutes=1)
        assert player.ready == [{"PT1S": "a"}.get(first, "b")] and player.last.timers == ()


def test_timers_in_calls_subprocesses_and_several_instances_belong_each_to_its_own() -> None:
    deep = process(
        start(), inner("sub", start("s2"), user("u"), end("e2"), chain("s2", "u", "e2")), timer("t", "sub", "PT1H"),
        user("late"), xor("m"), end(), chain("s", "sub", "m", "e"), chain("t", "late", "m"), id="q", inputs=[],
    )  # fmt: skip
    drawing = process(start(), call("c", "q", times("3")), end(), chain("s", "c", "e"))
    player = playing(drawing, deep)
    assert len(player.last.timers) == 3
    player.do("u")
    assert len(player.last.timers) == 2
    player.tick(hours=1)
    assert player.ready == ["late", "late"]
    player.do("late")
    assert player.do("late").completed


def test_a_timer_on_several_instances_closes_them_all() -> None:
    player = playing(process(
        start(), user("a", times("3")), timer("t", "a", "PT1H"), user("late"), end(), end("e2"), chain("s", "a", "e"),
        chain("t", "late", "e2"),
    ))  # fmt: skip
    player.do("a")
    player.tick(hours=1)
    assert player.ready == ["late"]


def test_a_join_waits_for_a_timer_in_a_branch() -> None:
    player = playing(process(
        start(), both("g"), pause("z", "PT1H"), user("a"), both("j"), user("b"), end(),
        chain("s", "g", "z", "j", "b", "e"), chain("g", "a", "j"),
    ))  # fmt: skip
    player.do("a")
    assert player.ready == []
    player.tick(hours=1)
    assert player.ready == ["b"]


def test_an_advance_tells_which_timers_have_begun_to_wait_and_which_wait_no_longer() -> None:
    player = playing(hosted("R/PT1H", interrupting=False))
    first = player.last.timers[0]
    assert player.last.timers_set == (first,) and player.last.timers_gone == ()
    advance = player.tick(hours=1)
    (second,) = advance.timers_set
    assert advance.timers_gone == (first.task_no,) and advance.timers == (second,)
    advance = player.do("late")
    assert (advance.timers, advance.timers_set, advance.timers_gone) == ((second,), (), ())
    assert player.do("a", again=False).timers_gone == (second.task_no,)
    other = playing(hosted("P1D"))
    ended = Runtime(cache_size=0).cancel(other.bundle, other.instance, now=other.now, call_service=other._serve)
    assert ended.completed and ended.timers == () and ended.timers_gone == (other.last.timers[0].task_no,)


def test_the_due_instant_is_part_of_the_state_and_of_the_snapshot() -> None:
    one, two = Player(bundle(hosted("P1D"))), Player(bundle(hosted("P1D")))
    two.now += HOUR
    assert one.start().state_hash != two.start().state_hash  # Due at another instant: another state.
    assert one.last.timers[0].due + HOUR == two.last.timers[0].due
    assert len(one.last.snapshot) < 300
