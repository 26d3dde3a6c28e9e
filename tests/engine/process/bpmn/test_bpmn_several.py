"""Multi-instance: one for each item, nothing comes back, and a second round works."""

from __future__ import annotations

import pytest

from engine.process.bpmn import ProcessFault
from tests.engine.process.bpmn.dsl import (
    Player,
    bundle,
    call,
    chain,
    end,
    flow,
    process,
    several,
    start,
    times,
    user,
    xor,
)  # fmt: skip

OPINION = process(start(), user("opinion"), end(), chain("s", "opinion", "e"), id="q", inputs=["dept"], outputs=[])


def review(mark: str, *, calls: bool) -> bytes:
    """Joint review (6.1.6, 6.2.2) with a conclusion that may send it back."""
    work = call("work", "q", mark) if calls else user("work", mark)
    return process(
        start(), xor("m"), work, user("conclude"), xor("x", "ok"), end(),
        chain("s", "m", "work", "conclude", "x"), flow("x", "m", "again"), flow("x", "e", id="ok"),
        variables=["depts"],
    )  # fmt: skip


@pytest.mark.parametrize("calls", [False, True])
@pytest.mark.parametrize("sequential", [False, True])
def test_each_item_gets_its_instance_and_a_second_round_after_a_return_works(calls: bool, sequential: bool) -> None:
    step = "opinion" if calls else "work"
    player = Player(bundle(review(several("depts", "dept", sequential=sequential), calls=calls), OPINION))
    player.start(depts=["消防", "环保", "卫健"])
    for round_ in range(3):
        for left in (3, 2, 1):
            assert player.ready == [step] * (1 if sequential else left)
            player.do(step, decision=f"{round_}-{left}")
        assert player.ready == ["conclude"]
        player.do("conclude", again=round_ < 2)
    assert player.last.completed


def test_nothing_of_an_instance_reaches_the_process_or_another_instance() -> None:
    player = Player(bundle(review(several("depts", "dept"), calls=False)))
    player.start(depts=["消防", "环保"])
    assert player.last.facts == {"depts": ["消防", "环保"]}
    player.do("work", decision="deny", depts=["wrong"])
    assert player.last.facts == {"depts": ["消防", "环保"]}
    player.do("work", decision="grant")
    assert player.last.facts == {"depts": ["消防", "环保"]}


def test_an_instance_that_is_called_gets_its_own_item() -> None:
    seen = process(
        start(), user("opinion"), xor("x", "no"), user("fire"), end(), end("e2"),
        chain("s", "opinion", "x"), flow("x", "fire", "dept == '消防'"), flow("x", "e2", id="no"), chain("fire", "e"),
        id="q", inputs=["dept"],
    )  # fmt: skip
    player = Player(bundle(review(several("depts", "dept"), calls=True), seen))
    player.start(depts=["环保", "消防"])
    player.do("opinion")
    assert player.ready == ["opinion"]
    player.do("opinion")
    assert player.ready == ["fire"]


def test_the_item_hides_a_fact_of_the_same_name_only_inside_the_instance() -> None:
    player = Player(bundle(review(several("depts", "dept"), calls=True), OPINION))
    player.start(depts=["消防"], dept="lead")
    player.do("opinion")
    assert player.last.facts == {"depts": ["消防"], "dept": "lead"}


@pytest.mark.parametrize("calls", [False, True])
def test_an_open_task_tells_which_item_it_is_for_and_none_outside(calls: bool) -> None:
    player = Player(bundle(review(several("depts", "dept"), calls=calls), OPINION))
    player.start(depts=["消防", "环保"])
    assert [task.item for task in player.last.open_tasks] == ["消防", "环保"]
    player.do(player.last.open_tasks[0].task_no)
    assert [task.item for task in player.last.open_tasks] == ["环保"]
    player.do(player.last.open_tasks[0].task_no)
    assert [(task.element_id, task.item) for task in player.last.open_tasks] == [("conclude", None)]


def test_an_empty_list_is_passed_at_once_and_told() -> None:
    player = Player(bundle(review(several("depts", "dept"), calls=False)))
    player.start(depts=[])
    assert player.ready == ["conclude"] and player.passed == ["s", "m", "work"]


def test_instances_are_told_one_by_one_and_not_once_more_together() -> None:
    player = Player(bundle(review(several("depts", "dept"), calls=False)))
    player.start(depts=["a", "b"])
    player.do("work")
    assert player.passed == ["work"]
    player.do("work")
    assert player.passed == ["work"] and player.ready == ["conclude"]


def test_a_condition_met_by_one_instance_closes_the_others() -> None:
    player = Player(bundle(review(several("depts", "dept", until="decision == 'deny'"), calls=False)))
    player.start(depts=["a", "b", "c"])
    player.do("work", decision="grant")
    rest = [task.task_no for task in player.last.open_tasks]
    last = player.do(rest[1], decision="deny")
    assert player.ready == ["conclude"] and last.closed == (rest[0], rest[1])
    assert [(each.task_no, each.state) for each in last.passed] == [(rest[1], "completed"), (rest[0], "cancelled")]


def test_a_condition_met_by_one_instance_stops_a_sequence() -> None:
    mark = several("depts", "dept", sequential=True, until="decision == 'deny'")
    player = Player(bundle(review(mark, calls=False)))
    player.start(depts=["a", "b", "c"])
    player.do("work", decision="grant")
    assert player.ready == ["work"]
    player.do("work", decision="deny")
    assert player.ready == ["conclude"]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_number_of_instances_can_be_computed(sequential: bool) -> None:
    player = Player(bundle(review(times("n + 1", sequential=sequential), calls=False)))
    player.start(n=1)
    assert player.ready == ["work"] * (1 if sequential else 2)
    player.do("work")
    player.do("work")
    assert player.ready == ["conclude"]


@pytest.mark.parametrize("facts", [{}, {"depts": "消防"}, {"depts": 3}, {"depts": list(range(501))}])
def test_a_list_that_is_none_is_a_fault_told_with_the_name_of_the_task(facts: dict[str, object]) -> None:
    with pytest.raises(ProcessFault, match="名work"):
        Player(bundle(review(several("depts", "dept"), calls=False))).start(**facts)


@pytest.mark.parametrize("count", ["-1", "1.5", "True", "'2'", "501"])
def test_a_number_of_instances_that_is_no_number_is_a_fault_or_none(count: str) -> None:
    player = Player(bundle(review(times(count), calls=False)))
    if count == "-1":
        player.start()
        assert player.ready == ["conclude"]
    else:
        with pytest.raises(ProcessFault):
            player.start()
