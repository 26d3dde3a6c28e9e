"""Messages to a case: delivered by a command to the boundary that waits closest to where the case stands."""

from __future__ import annotations

import pytest

from engine.process.bpmn import MessageNotAwaited
from tests.engine.process.bpmn.dsl import (
    Player,
    both,
    bundle,
    call,
    chain,
    clock,
    end,
    flow,
    message,
    process,
    start,
    user,
    users,
    xor,
)  # fmt: skip

INTAKE = process(
    start(), users("formal", "correct"), end(), chain("s", "formal", "correct", "e"),
    id="intake", inputs=["case_no"], outputs=[],
)  # fmt: skip
MAIN = process(
    start(), call("intake_call", "intake"), message("told", "intake_call"), user("next"), xor("why", "f_left"),
    user("withdrawn"), user("misfiled"), end(), end("e2"), end("e3"), chain("s", "intake_call", "next", "e"),
    flow("told", "why"), flow("why", "misfiled", "ending == 'misfiled'"), flow("why", "withdrawn", id="f_left"),
    chain("withdrawn", "e2"), chain("misfiled", "e3"),
)  # fmt: skip


def playing(*files: bytes) -> Player:
    player = Player(bundle(*files))
    player.start(case_no="k")
    return player


@pytest.mark.parametrize("ending", ["withdrawn", "misfiled"])
def test_a_message_closes_what_is_open_inside_and_its_facts_choose_the_way(ending: str) -> None:
    player = playing(MAIN, INTAKE)
    player.do("formal")
    assert player.awaited == ["withdrawal"]
    advance = player.deliver(ending=ending)
    assert player.ready == [ending]
    assert [(one.element_id, one.state) for one in advance.passed if one.element_id in ("correct", "told")] == [
        ("correct", "cancelled"), ("told", "completed"),
    ]  # fmt: skip
    assert not player.last.awaited


def test_a_message_nobody_waits_for_is_refused_and_changes_nothing() -> None:
    player = playing(MAIN, INTAKE)
    with pytest.raises(MessageNotAwaited):
        player.deliver("reopening")
    assert player.ready == ["formal"]
    player.do("formal")
    player.do("correct")
    with pytest.raises(MessageNotAwaited):
        player.deliver()
    assert player.ready == ["next"]


def test_a_message_is_delivered_once() -> None:
    player = playing(MAIN, INTAKE)
    player.deliver(ending="withdrawn")
    with pytest.raises(MessageNotAwaited):
        player.deliver(ending="withdrawn")


def test_the_part_closest_to_where_the_case_stands_gets_the_message() -> None:
    inner = process(
        start(), user("formal"), message("near", "formal"), user("asked"), end(), end("e2"),
        chain("s", "formal", "e"), chain("near", "asked", "e2"), id="intake", inputs=["case_no"], outputs=[],
    )  # fmt: skip
    player = playing(MAIN, inner)
    player.deliver(ending="withdrawn")
    assert player.ready == ["asked"]
    player.deliver(ending="withdrawn")
    assert player.ready == ["withdrawn"]


def test_a_message_and_a_clock_on_one_activity_do_not_take_each_others_place() -> None:
    drawing = process(
        start(), user("a"), clock("late", "a"), message("told", "a"), user("after_clock"), user("after_message"),
        end(), end("e2"), end("e3"), chain("s", "a", "e"), chain("late", "after_clock", "e2"),
        chain("told", "after_message", "e3"),
    )  # fmt: skip
    by_message, by_clock = playing(drawing), playing(drawing)
    assert [one.name for one in by_message.last.armed] == ["notice"]
    by_message.deliver()
    by_clock.fire()
    assert (by_message.ready, by_clock.ready) == (["after_message"], ["after_clock"])
    assert by_message.last.armed == by_clock.last.armed == ()
    assert by_message.last.awaited == by_clock.last.awaited == ()


def test_in_a_parallel_branch_only_its_own_activity_is_closed() -> None:
    player = playing(process(
        start(), both("fork"), users("a", "b"), message("told", "a"), both("meet"), xor("m"), end(),
        flow("s", "fork"), flow("fork", "a"), flow("fork", "b"), flow("a", "m"), flow("told", "m"), flow("m", "meet"),
        flow("b", "meet"), flow("meet", "e"),
    ))  # fmt: skip
    player.deliver()
    assert player.ready == ["b"]
    player.do("b")
    assert player.last.completed
