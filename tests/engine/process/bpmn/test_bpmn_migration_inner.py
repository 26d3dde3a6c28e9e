"""Migration of what is open inside: multi-instances, calls three deep, subprocesses, and the facts they want."""

from __future__ import annotations

import pytest

from engine.process.bpmn import Vocabulary
from tests.engine.process.bpmn.dsl import (
    Player,
    bundle,
    call,
    chain,
    end,
    flow,
    inner,
    process,
    several,
    start,
    user,
    users,
    xor,
)
from tests.engine.process.bpmn.moving import finish, move, plan, refused, standing_at

ABC = process(start(), users("a", "b", "c"), end(), chain("s", "a", "b", "c", "e"))


# Multi-instance ---------------------------------------------------------------------------------------------------


def review(*after: str, item: str = "item", sequential: bool = False, until: str = "") -> bytes:
    mark = several(item=item, sequential=sequential, until=until)
    return process(
        start(), user("m", mark), users(*after), end(), chain("s", "m", *after, "e"), variables=["items"]
    )


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_one_of_three_reviews_is_done_and_the_other_two_follow(sequential: bool) -> None:
    player = standing_at(review("z", sequential=sequential), items=["x", "y", "w"])
    player.do(player.last.open_tasks[0].task_no)
    items = [task.item for task in player.last.open_tasks]
    moved = move(player, bundle(review("new", "z", sequential=sequential)))
    assert [task.item for task in moved.open_tasks] == items
    assert finish(player) == ["m", "m", "new", "z"]


def test_a_multi_instance_cannot_change_while_it_is_open() -> None:
    player = standing_at(review("z"), items=["x", "y"])
    assert "换成了另一种元素" in refused(player, bundle(review("z", sequential=True)))
    assert "多实例" in refused(player, bundle(review("z", item="other")))
    assert "多实例" in refused(player, bundle(review("z", until="True")))
    told = refused(player, bundle(process(start(), users("m", "z"), end(), chain("s", "m", "z", "e"))))
    assert told.count("换成了另一种元素") == 1


# Calls and subprocesses -------------------------------------------------------------------------------------------

def three_deep(more: str = "") -> tuple[bytes, ...]:
    """Main process > joint review > one branch for each department > site visit; with a step ``more`` at each level."""
    tail = [more] if more else []

    def steps(prefix: str) -> list[str]:
        return [f"{prefix}_{each}" for each in tail]

    main = process(start(), call("joint", "joint"), users("after", *steps("m")), end(),
                   chain("s", "joint", *steps("m"), "after", "e"))  # fmt: skip
    joint = process(
        start("js"), call("branch", "branch", several("held", "place")), users("gather", *steps("j")), end("je"),
        chain("js", "branch", *steps("j"), "gather", "je"), '<property id="held" name="places"/>', id="joint",
        inputs=["places"], outputs=[],
    )  # fmt: skip
    branch = process(start("bs"), call("visit", "visit"), users("opinion", *steps("b")), end("be"),
                     chain("bs", "visit", *steps("b"), "opinion", "be"), id="branch", inputs=["place"],
                     outputs=[])  # fmt: skip
    visit = process(start("vs"), users("plan", "record", *steps("v")), end("ve"),
                    chain("vs", "plan", *steps("v"), "record", "ve"), id="visit", inputs=["place"],
                    outputs=[])  # fmt: skip
    return main, joint, branch, visit


def test_every_level_of_the_calls_moves_at_once() -> None:
    old, new = three_deep(), three_deep("x")
    player = standing_at(old[0], others=old[1:], places=["fire", "health"])
    player.do(player.number("plan"))
    told = plan(player, bundle(new[0], *new[1:]))
    assert {(each.process_id, each.element_id) for each in told.moves} == {
        ("p", "joint"), ("joint", "branch"), ("branch", "visit"), ("visit", "plan"), ("visit", "record"),
    }  # fmt: skip
    move(player, bundle(new[0], *new[1:]))
    assert sorted(task.item for task in player.last.open_tasks) == ["fire", "health"]
    done = finish(player)
    assert sorted(done) == sorted([
        "record", "plan", "v_x", "record", "b_x", "opinion", "b_x", "opinion", "j_x", "gather", "m_x", "after"
    ])  # fmt: skip
    assert done.count("v_x") == 1, "the branch that had planned its visit does not go back"


def test_one_level_that_cannot_move_keeps_all_where_they_are() -> None:
    old, new = three_deep(), three_deep("x")
    player = standing_at(old[0], others=old[1:], places=["fire", "health"])
    gone = process(start("vs"), users("record"), end("ve"), chain("vs", "record", "ve"), id="visit",
                   inputs=["place"], outputs=[])  # fmt: skip
    told = plan(player, bundle(new[0], new[1], new[2], gone))
    assert [(each.process_id, each.element_id) for each in told.obstacles] == [("visit", "plan")] * 1
    assert "“名plan”（plan）" in told.obstacles[0].sentence


def caller(name: str = "r") -> bytes:
    return process(start(), call("ca", name), users("z"), end(), chain("s", "ca", "z", "e"))


def part(inputs: list[str], outputs: list[str], *, id: str = "r") -> bytes:
    return process(
        start("s2"), users("a"), end("e2"), chain("s2", "a", "e2"), id=id, inputs=inputs, outputs=outputs
    )


def test_an_open_call_keeps_its_declared_data() -> None:
    player = standing_at(caller(), others=(part(["i"], ["o"]),), i=1, o=2)
    assert "多了输入" in refused(player, bundle(caller(), part(["i", "i2"], ["o"])))
    assert "少了输出" in refused(player, bundle(caller(), part(["i"], [])))
    assert "多了输出" in refused(player, bundle(caller(), part(["i"], ["o", "o2"])))
    assert "改为调用“q”" in refused(player, bundle(caller("q"), part(["i"], ["o"], id="q")))
    fewer = part([], ["o"])
    assert plan(player, bundle(caller(), fewer)).possible


def sub(outside: tuple[str, ...] = (), inside: tuple[str, ...] = ("a",), id: str = "sub") -> bytes:
    body = inner(id, start("is"), users(*inside), end("ie"), chain("is", *inside, "ie"))
    return process(start(), body, users(*outside), end(), chain("s", id, *outside, "e"))


def test_a_step_inside_a_subprocess_moves_and_cannot_leave_it() -> None:
    player = standing_at(sub(("z",), ("a", "b")), "a")
    outside = process(start(), users("a", "b", "z"), end(), chain("s", "a", "b", "z", "e"))
    assert "没有这个元素" in refused(player, bundle(outside))
    moved = sub(("b", "z"), ("a",))
    assert "移进或移出了子流程" in refused(player, bundle(moved))
    move(player, bundle(sub(("y", "z"), ("a", "b", "x"))))
    assert finish(player) == ["b", "x", "y", "z"]


def test_a_subprocess_is_renamed_with_what_is_in_it() -> None:
    player = standing_at(sub(("z",)))
    move(player, bundle(sub(("z",), ("a2",), id="sub2")), {"p": {"sub": "sub2", "a": "a2"}})
    assert finish(player) == ["a2", "z"]


# Facts ------------------------------------------------------------------------------------------------------------


def test_a_gateway_ahead_may_not_ask_for_what_only_a_step_behind_gives() -> None:
    words = Vocabulary(acts={"ask": frozenset({"way"}), "look": frozenset({"seen"})})
    player = Player(bundle(ABC))
    player.start()
    player.do("a")

    def asking(*, before: bool) -> bytes:
        order = ("a", "x", "b", "g") if before else ("a", "b", "x", "g")
        return process(
            start(), users("a", "b", "c", "d"), user("x", act="ask"), xor("g", "f_g_d"), end(), end("e2"),
            chain("s", *order), flow("g", "c", "way == 1"), flow("g", "d"), chain("c", "e"), chain("d", "e2"),
        )  # fmt: skip

    told = refused(player, bundle(asking(before=True)), words=words)
    assert "“way”" in told
    assert plan(player, bundle(asking(before=False)), words=words).possible
    assert plan(player, bundle(asking(before=True))).possible, "without words nobody knows who gives what"


def test_an_output_that_nobody_inside_will_give_any_more_is_told() -> None:
    words = Vocabulary(acts={"look": frozenset({"seen"})})
    player = standing_at(caller(), others=(part([], []),))
    with_output = process(start("s2"), user("l", act="look"), users("a"), end("e2"), chain("s2", "l", "a", "e2"),
                          id="r", inputs=[], outputs=["seen"])  # fmt: skip
    assert "“seen”" in refused(player, bundle(caller(), with_output), words=words)
    ahead = process(start("s2"), user("l", act="look"), users("a"), end("e2"), chain("s2", "a", "l", "e2"),
                    id="r", inputs=[], outputs=["seen"])  # fmt: skip
    assert plan(player, bundle(caller(), ahead), words=words).possible
