"""Messages in the flow and beside it: caught by name and business key, once or as often as they come."""

from __future__ import annotations

from typing import Any

import pytest

from engine.process.bpmn import MessageNotAwaited, ProcessFault
from engine.process.bpmn.snapshot import load
from tests.engine.process.bpmn.dsl import (
    Player,
    awaits,
    both,
    bundle,
    call,
    chain,
    end,
    first_of,
    flow,
    message,
    pause,
    process,
    receives,
    several,
    start,
    timer,
    user,
    users,
    xor,
)


def playing(*files: bytes, **facts: Any) -> Player:
    player = Player(bundle(*files))
    player.start(**facts)
    return player


@pytest.mark.parametrize("made", [awaits, receives])
def test_the_flow_waits_for_a_message_and_goes_on_with_its_facts(made: Any) -> None:
    player = playing(process(
        start(), made("w", "paid"), xor("x", "no"), users("a", "b"), end(), end("e2"), chain("s", "w", "x"),
        flow("x", "a", "amount > 10"), flow("x", "b", id="no"), chain("a", "e"), chain("b", "e2"),
    ))  # fmt: skip
    assert player.ready == [] and player.awaited == ["paid"] and player.last.awaited[0].key is None
    with pytest.raises(MessageNotAwaited):
        player.deliver("withdrawal")
    player.deliver("paid", amount=12)
    assert player.passed == ["w", "x"] and player.ready == ["a"] and player.awaited == []
    with pytest.raises(MessageNotAwaited):
        player.deliver("paid", amount=12)


def test_a_business_key_is_worked_out_when_the_element_is_entered_and_stays() -> None:
    player = playing(process(
        start(), both("g"), awaits("w", "paid", "'bill ' + str(number)"), user("a"), both("j"), end(),
        chain("s", "g", "w", "j", "e"), chain("g", "a", "j"),
    ), number=7)  # fmt: skip
    player.do("a", number=8)
    assert [(each.name, each.key, each.element_id) for each in player.last.awaited] == [("paid", "bill 7", "w")]
    for wrong in (None, "bill 8", ""):
        with pytest.raises(MessageNotAwaited):
            player.deliver("paid", message_key=wrong)
    assert player.deliver("paid", message_key="bill 7").completed


def test_one_of_several_that_wait_for_the_same_message_is_found_by_its_key() -> None:
    called = process(start(), receives("w", "paid", "bill"), end(), chain("s", "w", "e"), id="q", inputs=["bill"])
    drawing = process(
        start(), call("c", "q", several("bills", "bill")), end(), chain("s", "c", "e"), variables=["bills"]
    )
    player = playing(drawing, called, bills=["x", "y", 3])
    assert [each.key for each in player.last.awaited] == ["x", "y", "3"]
    player.deliver("paid", message_key="y")
    assert [each.key for each in player.last.awaited] == ["x", "3"]
    player.deliver("paid", message_key="3")
    assert player.deliver("paid", message_key="x").completed


@pytest.mark.parametrize("bad", [None, True, 1.5, ["x"], "", "x" * 101, "a\nb", "\x00"])
def test_a_key_that_is_no_word_or_number_is_a_fault_of_the_drawing(bad: Any) -> None:
    player = playing(process(start(), user("a"), awaits("w", "paid", "bill"), end(), chain("s", "a", "w", "e")))
    with pytest.raises(ProcessFault) as refused:
        player.do("a", bill=bad)
    assert "业务键" in refused.value.sentence and player.ready == ["a"]


def test_a_message_beside_the_work_is_taken_as_often_as_it_comes() -> None:
    # A stock non-interrupting message is caught once only.
    player = playing(process(
        start(), user("a"), message("t", "a", "asked", interrupting=False), user("reply"), end(), end("e2"),
        chain("s", "a", "e"), chain("t", "reply", "e2"),
    ))  # fmt: skip
    for count in range(1, 5):
        player.deliver("asked", number=count)
        assert player.ready == ["a", *["reply"] * count] and player.awaited == ["asked"]
    player.do("a")
    assert player.awaited == []
    with pytest.raises(MessageNotAwaited):
        player.deliver("asked")
    for _ in range(4):
        player.do("reply")
    assert player.last.completed


def test_an_advance_tells_which_keys_are_waited_for_now_and_which_no_longer() -> None:
    player = playing(process(
        start(), user("a"), message("t", "a", "asked", key="bill", interrupting=False), message("v", "a"), end(),
        end("e2"), end("e3"), chain("s", "a", "e"), chain("t", "e2"), chain("v", "e3"),
    ), bill=7)  # fmt: skip
    [first] = player.last.awaited_set
    assert (first.name, first.key, first.element_id, player.last.awaited_gone) == ("asked", "7", "t", ())
    assert sorted(player.awaited) == ["asked", "withdrawal"]
    again = player.deliver("asked", message_key="7")
    [second] = again.awaited_set
    assert (again.awaited_gone, second.key, second.task_no > first.task_no) == ((first.task_no,), "7", True)
    left = player.do("a")
    assert (left.awaited_set, left.awaited_gone, left.awaited) == ((), (second.task_no,), ())


def test_a_message_without_a_key_is_in_no_difference() -> None:
    player = playing(process(
        start(), user("a"), message("t", "a"), user("b"), end(), end("e2"), chain("s", "a", "e"), chain("t", "b", "e2"),
    ))  # fmt: skip
    assert (player.awaited, player.last.awaited_set) == (["withdrawal"], ())
    assert player.deliver().awaited_gone == ()


def test_the_first_of_several_events_chooses_the_way_and_closes_the_others() -> None:
    drawing = process(
        start(), first_of("g"), awaits("w", "paid"), awaits("v", "refused", "case_no"), pause("z", "P1D"),
        users("a", "b", "c"), end(), end("e2"), end("e3"), chain("s", "g", "w", "a", "e"), chain("g", "v", "b", "e2"),
        chain("g", "z", "c", "e3"),
    )  # fmt: skip
    by_message = playing(drawing, case_no="k")
    assert by_message.passed == ["s", "g"]
    assert [(each.name, each.key) for each in by_message.last.awaited] == [("paid", None), ("refused", "k")]
    by_message.deliver("refused", message_key="k")
    assert by_message.ready == ["b"] and by_message.awaited == [] and by_message.last.timers == ()
    by_time = playing(drawing, case_no="k")
    by_time.tick(days=1)
    assert by_time.ready == ["c"] and by_time.awaited == []


def test_a_receive_task_is_an_activity_a_boundary_can_close() -> None:
    player = playing(process(
        start(), receives("w", "paid"), timer("t", "w", "P1D"), user("late"), end(), end("e2"), chain("s", "w", "e"),
        chain("t", "late", "e2"),
    ))  # fmt: skip
    advance = player.tick(days=1)
    assert [(each.element_id, each.state) for each in advance.passed] == [("w", "cancelled"), ("t", "completed")]
    assert player.ready == ["late"] and player.awaited == []


def test_a_message_without_a_key_is_kept_as_it_was_before_there_were_keys() -> None:
    player = playing(process(
        start(), user("a"), message("t", "a"), user("b"), end(), end("e2"), chain("s", "a", "e"), chain("t", "b", "e2"),
    ))  # fmt: skip
    top = load(player.last.snapshot, player.bundle).top
    assert [task.internal_data for task in top.all_tasks()] == [{}] * len(top.tasks)
    player.deliver()
    assert player.ready == ["b"]


def test_the_innermost_waits_first_whether_in_the_flow_or_beside_it() -> None:
    called = process(start(), awaits("w", "withdrawal"), user("u"), end(), chain("s", "w", "u", "e"), id="q", inputs=[])
    player = playing(process(
        start(), call("c", "q"), message("t", "c"), user("out"), end(), end("e2"), chain("s", "c", "e"),
        chain("t", "out", "e2"),
    ), called)  # fmt: skip
    player.deliver()
    assert player.ready == ["u"]
    player.deliver()
    assert player.ready == ["out"]
