"""Legal clocks on activities: they have no time of their own, survive rework and ring once."""

from __future__ import annotations

import pytest

from engine.process.bpmn import ClockNotArmed
from tests.engine.process.bpmn.dsl import (
    Player,
    both,
    bundle,
    call,
    chain,
    clock,
    end,
    flow,
    inner,
    process,
    several,
    start,
    user,
    users,
    xor,
)  # fmt: skip

INTAKE = process(
    start(), xor("m"), users("formal", "correct"), xor("x", "ok"), end(),
    chain("s", "m", "formal", "x"), flow("x", "correct", "result == 'correct'"), flow("x", "e", id="ok"),
    flow("correct", "m"), id="intake", inputs=["case_no"], outputs=["result"],
)  # fmt: skip


def main(*, interrupting: bool = True) -> bytes:
    """Intake with the five-day notice clock on it as a whole (DB4105/T 229 6.1.3)."""
    late = "deemed"
    return process(
        start(), call("intake_call", "intake"), clock("bt", "intake_call", interrupting=interrupting), user(late),
        xor("after"), user("next"), end(), "" if interrupting else end("aside"),
        chain("s", "intake_call", "after", "next", "e"), flow("bt", late),
        flow(late, "after" if interrupting else "aside"),
    )  # fmt: skip


def rounds(player: Player, count: int) -> None:
    for _ in range(count):
        player.do("formal", result="correct")
        player.do("correct")


def test_the_notice_clock_survives_rework_inside_intake_and_is_the_same_clock() -> None:
    player = Player(bundle(main(), INTAKE))
    player.start(case_no="k")
    (armed,) = player.last.armed
    assert (armed.name, armed.element_id) == ("notice", "bt")
    rounds(player, 30)
    assert player.last.armed == (armed,)


def test_an_interrupting_clock_rings_once_closes_what_is_open_inside_and_goes_its_own_way() -> None:
    player = Player(bundle(main(), INTAKE))
    player.start(case_no="k")
    rounds(player, 3)
    player.do("formal", result="correct")
    inside = player.number("correct")
    last = player.fire()
    assert last.closed == (inside,) and player.ready == ["deemed"] and last.armed == ()
    assert [(each.element_id, each.state) for each in last.passed] == [
        ("intake_call", "cancelled"), ("correct", "cancelled"), ("bt", "completed"),
    ]  # fmt: skip
    with pytest.raises(ClockNotArmed) as refused:
        player.fire()
    assert refused.value.code == "CLOCK_NOT_ARMED" and "notice" in refused.value.sentence
    player.do("deemed")
    assert player.ready == ["next"]
    assert player.do("next").completed


def test_a_clock_that_does_not_interrupt_rings_once_and_lets_the_work_go_on() -> None:
    player = Player(bundle(main(interrupting=False), INTAKE))
    player.start(case_no="k")
    last = player.fire()
    assert last.closed == () and player.ready == ["deemed", "formal"] and last.armed == ()
    with pytest.raises(ClockNotArmed):
        player.fire()
    player.do("formal", result="accept")
    assert player.ready == ["deemed", "next"]
    player.do("next")
    assert not player.last.completed
    assert player.do("deemed").completed


def test_a_clock_waits_no_longer_once_its_activity_is_done() -> None:
    player = Player(bundle(main(), INTAKE))
    player.start(case_no="k")
    last = player.do("formal", result="accept")
    assert last.armed == () and player.ready == ["next"]
    assert [each.element_id for each in last.passed] == ["formal", "x", "e", "intake_call", "after"]
    with pytest.raises(ClockNotArmed):
        player.fire()


def test_an_unknown_clock_is_refused() -> None:
    player = Player(bundle(main(), INTAKE))
    player.start(case_no="k")
    with pytest.raises(ClockNotArmed):
        player.fire("another")
    with pytest.raises(ClockNotArmed):
        player.fire("notice", task_no=999)


def test_a_clock_on_a_single_task_is_armed_anew_each_time_the_task_is() -> None:
    drawing = process(
        start(), xor("m"), user("a"), clock("bt", "a", interrupting=False), user("warned"), xor("x", "ok"), end(),
        end("aside"), chain("s", "m", "a", "x"), flow("x", "m", "again"), flow("x", "e", id="ok"),
        chain("bt", "warned", "aside"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    first = player.last.armed[0]
    player.fire()
    assert player.last.armed == ()
    (second,) = player.do("a", again=True).armed
    assert second.name == first.name and second.task_no > first.task_no
    player.fire()
    assert player.ready == ["a", "warned", "warned"]


def test_two_clocks_on_one_activity_ring_by_their_own_names() -> None:
    drawing = process(
        start(), user("a"), clock("warn", "a", "soft", interrupting=False), clock("stop", "a", "hard"),
        users("w", "h", "z"), end(), end("e2"), end("e3"),
        chain("s", "a", "z", "e"), chain("warn", "w", "e2"), chain("stop", "h", "e3"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    assert [each.name for each in player.last.armed] == ["soft", "hard"]
    player.fire("soft")
    assert player.ready == ["a", "w"] and [each.name for each in player.last.armed] == ["hard"]
    player.fire("hard")
    assert player.ready == ["h", "w"] and player.last.armed == ()


def test_a_clock_around_a_subprocess_closes_everything_nested_in_it() -> None:
    deep = process(start(), both("g"), users("u", "v"), end("e1"), end("e2"),
                   chain("s", "g", "u", "e1"), chain("g", "v", "e2"), id="deep", inputs=[])  # fmt: skip
    drawing = process(
        start(), inner("sub", start("s2"), call("c", "deep"), end("e2"), chain("s2", "c", "e2")),
        clock("bt", "sub"), user("after"), end(), end("late"), chain("s", "sub", "e"), chain("bt", "after", "late"),
    )  # fmt: skip
    player = Player(bundle(drawing, deep))
    player.start()
    inside = (player.number("u"), player.number("v"))
    last = player.fire()
    assert last.closed == inside and player.ready == ["after"]
    assert [each.element_id for each in last.passed if each.state == "cancelled"] == ["sub", "c", "u", "v"]


def test_a_clock_around_a_multi_instance_of_calls_closes_all_of_them() -> None:
    opinion = process(start(), user("opinion"), end(), chain("s", "opinion", "e"), id="q", inputs=["dept"])
    drawing = process(
        start(), call("c", "q", several("depts", "dept")), clock("bt", "c"), users("after", "late"), end(), end("e2"),
        chain("s", "c", "after", "e"), chain("bt", "late", "e2"), variables=["depts"],
    )  # fmt: skip
    player = Player(bundle(drawing, opinion))
    player.start(depts=["消防", "环保", "卫健"])
    player.do("opinion")
    waiting = tuple(task.task_no for task in player.last.open_tasks)
    last = player.fire()
    assert len(waiting) == 2 and last.closed == waiting and player.ready == ["late"]
    assert player.do("late").completed


def test_one_of_several_boundaries_with_the_same_clock_can_be_rung_alone() -> None:
    opinion = process(
        start(), user("opinion"), clock("bt", "opinion"), user("urged"), xor("m"), end(),
        chain("s", "opinion", "m", "e"), chain("bt", "urged", "m"), id="q", inputs=["dept"],
    )  # fmt: skip
    drawing = process(
        start(), call("c", "q", several("depts", "dept")), end(), chain("s", "c", "e"), variables=["depts"]
    )
    player = Player(bundle(drawing, opinion))
    player.start(depts=["消防", "环保"])
    first, second = player.last.armed
    player.fire(task_no=second.task_no)
    assert player.ready == ["opinion", "urged"] and player.last.armed == (first,)
    player.fire()
    assert player.ready == ["urged", "urged"]


def test_one_ring_reaches_every_boundary_that_waits_unless_an_earlier_one_closed_it() -> None:
    inside = process(
        start(), user("a"), clock("bt", "a"), user("b"), xor("m"), end(),
        chain("s", "a", "m", "e"), chain("bt", "b", "m"), id="q", inputs=[],
    )  # fmt: skip
    drawing = process(
        start(), call("c", "q"), clock("outer", "c"), user("late"), end(), end("e2"),
        chain("s", "c", "e"), chain("outer", "late", "e2"),
    )  # fmt: skip
    player = Player(bundle(drawing, inside))
    player.start()
    assert len(player.last.armed) == 2
    player.fire()
    assert player.ready == ["late"]
