"""Modification: an administrator mends where an instance stands, and cannot do anybody's work by it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.process.bpmn import Advance, Change, Duties, ModificationRefused, refuse_modification
from engine.process.bpmn.standing import standing
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
    service,
    several,
    some,
    start,
    user,
    users,
    xor,
)
from tests.engine.process.bpmn.moving import finish, standing_at

DUTIES = Duties(acts=frozenset({"accept", "decide"}), facts=frozenset({"decision"}))


def change(player: Player, duties: Duties = DUTIES, **what: Any) -> Advance:
    """Change the player's instance; it must be allowed."""
    wanted = Change(**what)
    refuse_modification(player.bundle, player.last.snapshot, wanted, duties)
    instance = player.instance
    return player._agree(
        lambda runtime: runtime.modify(
            player.bundle, instance, wanted, now=player.now, call_service=player._serve
        )
    )


def refused(player: Player, duties: Duties = DUTIES, **what: Any) -> str:
    with pytest.raises(ModificationRefused) as told:
        refuse_modification(player.bundle, player.last.snapshot, Change(**what), duties)
    return told.value.sentence


def been(*steps: str, since: tuple[str, ...] = ()) -> Duties:
    """Duties of a case that has been at ``steps`` and in which the duties ``since`` were done later."""
    return Duties(DUTIES.acts, DUTIES.facts, {("p", step): frozenset(("p", duty) for duty in since) for step in steps})


LINE = process(start(), users("a", "b"), user("d", act="decide"), users("m"), end(),
               chain("s", "a", "b", "d", "m", "e"))  # fmt: skip


# Taking a token back or forward -----------------------------------------------------------------------------------


def test_an_open_step_is_taken_away_and_an_earlier_one_begins_again() -> None:
    player = standing_at(LINE, "a")
    gone = player.number("b")
    changed = change(player, been("a"), cancel=(gone,), begin=(("p", "a"),))
    assert (changed.closed, [task.element_id for task in changed.opened]) == ((gone,), ["a"])
    assert [(each.element_id, each.state) for each in changed.passed] == [("b", "cancelled")]
    assert finish(player) == ["a", "b", "d", "m"]


def test_facts_go_along_to_the_step_that_begins() -> None:
    player = Player(bundle(LINE))
    player.start(kind="x")
    player.do("a", kind="y", more=[1])
    changed = change(player, been("a"), cancel=(player.number("b"),), begin=(("p", "a"),))
    assert changed.facts == {"kind": "y", "more": [1]}


def test_a_step_is_passed_over_only_while_nobody_has_to_answer_for_it() -> None:
    player = standing_at(LINE)
    assert change(player, cancel=(player.number("a"),), begin=(("p", "b"),)).closed
    told = refused(player, cancel=(player.number("b"),), begin=(("p", "m"),))
    assert "不能越过" in told
    change(player, cancel=(player.number("b"),), begin=(("p", "d"),))
    assert finish(player) == ["d", "m"]


def test_a_decision_that_was_done_is_done_again_when_the_case_goes_back_behind_it() -> None:
    player = standing_at(LINE, "a", "b", "d")
    here = player.number("m")
    change(player, been("b", since=("d",)), cancel=(here,), begin=(("p", "b"),))
    assert finish(player) == ["b", "d", "m"]


def test_a_step_behind_a_decision_that_was_made_anew_is_not_begun_under_the_old_one() -> None:
    drawing = process(
        start(), xor("w"), user("d", act="decide"), xor("x", "f_x_n"), users("m", "n"), xor("y", "f_y_e"), end(),
        end("e2"), chain("s", "w", "d", "x"), flow("x", "m", "decision == 'grant'"), flow("x", "n"),
        chain("m", "y"), flow("y", "w", "again"), flow("y", "e"), chain("n", "e2"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    player.do("d", decision="grant")
    player.do("m", again=True)
    player.do("d", decision="deny")
    told = refused(player, been("m", since=("d",)), cancel=(player.number("n"),), begin=(("p", "m"),))
    assert "不能越过" in told
    assert "不能越过" in refused(player, cancel=(player.number("n"),), begin=(("p", "m"),))


def test_neither_services_nor_clocks_nor_the_drawings_own_decisions_are_passed_over() -> None:
    drawing = process(
        start(), users("a", "b", "h"), service("v", "keep"), xor("x", "f_x_c"), users("c", "d"), clock("t", "a"), end(),
        end("e2"), end("e3"), chain("s", "a", "v", "b", "x"), flow("x", "c"), flow("x", "d", "k == 1"), chain("c", "e"),
        chain("d", "e2"), chain("t", "h", "e3"),
    )  # fmt: skip
    first = Player(bundle(drawing), {"keep": lambda _: {}})
    first.start(k=1)
    assert "法定时钟" in refused(first, cancel=(first.number("a"),), begin=(("p", "b"),))
    assert "不能越过" in refused(first, begin=(("p", "b"),))
    assert "不能越过" in refused(first, begin=(("p", "h"),))
    first.do("a")
    assert "不能越过" in refused(first, cancel=(first.number("b"),), begin=(("p", "d"),))


def test_nobody_is_put_at_a_start_an_end_a_boundary_or_a_join() -> None:
    drawing = process(
        start(), users("a", "b", "c"), both("g"), both("j"), clock("t", "c"), end(), end("e2"), chain("s", "g"),
        chain("g", "a", "j"), chain("g", "b", "j"), chain("j", "c", "e"), chain("t", "e2"),
    )  # fmt: skip
    player = standing_at(drawing)
    for step in ("s", "e", "t", "j", "g"):
        assert "不是可以重新开始的环节" in refused(player, been(step), begin=(("p", step),))


# Branches ---------------------------------------------------------------------------------------------------------


def test_a_join_is_not_left_starving_and_nothing_is_done_twice() -> None:
    drawing = process(
        start(), users("a", "b", "c"), both("g"), both("j"), end(), chain("s", "g"), chain("g", "a", "j"),
        chain("g", "b", "j"), chain("j", "c", "e"),
    )  # fmt: skip
    player = standing_at(drawing)
    assert "“名j”会永远等不齐" in refused(player, cancel=(player.number("a"),))
    both_gone = (player.number("a"), player.number("b"))
    assert "不能越过" in refused(player, cancel=both_gone, begin=(("p", "c"),))
    line = standing_at(process(start(), users("a", "b"), end(), chain("s", "a", "b", "e")))
    assert "办两遍" in refused(line, begin=(("p", "b"),))
    assert "永远不能办完" in refused(line, cancel=(line.number("a"),))


def test_one_branch_of_an_inclusive_block_may_be_given_up_unless_somebody_answers_for_it() -> None:
    def drawing(act: str) -> bytes:
        return process(
            start(), users("a", "c", "z"), user("b", act=act), some("g", "f_g_c"), some("j"), end(), chain("s", "g"),
            flow("g", "a", "go"), flow("g", "b", "go"), flow("g", "c"), chain("a", "j"), chain("b", "j"),
            chain("c", "j"), chain("j", "z", "e"),
        )  # fmt: skip

    player = standing_at(drawing("look"), go=True)
    change(player, cancel=(player.number("b"),))
    assert finish(player) == ["a", "z"]
    player = standing_at(drawing("decide"), go=True)
    assert "不能撤销了事" in refused(player, cancel=(player.number("b"),))


def test_a_part_of_a_multi_instance_and_a_clock_are_left_alone() -> None:
    review = process(start(), user("m", several()), users("z"), end(), chain("s", "m", "z", "e"), variables=["items"])
    player = standing_at(review, items=["x", "y"])
    assert "多实例" in refused(player, cancel=(player.last.open_tasks[0].task_no,))
    assert "不是正在进行的环节" in refused(player, cancel=(999,))


# Calls and subprocesses -------------------------------------------------------------------------------------------


def called(*steps: str, id: str = "r") -> bytes:
    return process(start("s2"), users(*steps), end("e2"), chain("s2", *steps, "e2"), id=id, inputs=[], outputs=[])


def test_a_step_inside_a_call_begins_again_in_that_call() -> None:
    main = process(start(), call("ca", "r"), users("z"), end(), chain("s", "ca", "z", "e"))
    player = standing_at(main, "i", others=(called("i", "k"),))
    duties = Duties(been={("r", "i"): frozenset()})
    change(player, duties, cancel=(player.number("k"),), begin=(("r", "i"),))
    assert finish(player) == ["i", "k", "z"]


def test_a_call_goes_with_everything_open_in_it() -> None:
    main = process(start(), users("a"), call("ca", "r"), users("z"), end(), chain("s", "a", "ca", "z", "e"))
    player = standing_at(main, "a", others=(called("i", "k"),))
    change(player, been("a"), cancel=(_number_of(player, "ca"),), begin=(("p", "a"),))
    assert player.ready == ["a"]
    assert finish(player) == ["a", "i", "k", "z"]


def _number_of(player: Player, element: str) -> int:
    return next(one.task_no for one in standing(player.bundle, player.last.snapshot) if one.element_id == element)


def test_a_call_in_which_somebody_answers_is_not_dropped_and_a_process_twice_open_is_asked_about() -> None:
    part = process(start("s2"), user("i", act="accept"), end("e2"), chain("s2", "i", "e2"), id="r", inputs=[],
                   outputs=[])  # fmt: skip
    main = process(start(), both("g"), call("c1", "r"), call("c2", "r"), end(), end("e3"), chain("s", "g"),
                   chain("g", "c1", "e"), chain("g", "c2", "e3"))  # fmt: skip
    player = standing_at(main, others=(part,))
    assert "不能撤销了事" in refused(player, cancel=(_number_of(player, "c1"),))
    assert "同时进行多次" in refused(player, begin=(("r", "i"),))
    assert "没有正在进行" in refused(player, begin=(("q", "i"),))


def test_a_subprocess_is_a_place_of_its_own() -> None:
    body = inner("sub", start("is"), users("i", "k"), end("ie"), chain("is", "i", "k", "ie"))
    player = standing_at(process(start(), body, users("z"), end(), chain("s", "sub", "z", "e")), "i")
    change(player, been("i"), cancel=(player.number("k"),), begin=(("p", "i"),))
    assert finish(player) == ["i", "k", "z"]


# Facts ------------------------------------------------------------------------------------------------------------


def test_a_routing_fact_is_put_right_everywhere_in_its_process() -> None:
    drawing = process(
        start(), users("a", "b", "c"), xor("x", "f_x_c"), end(), end("e2"), chain("s", "a", "x"),
        flow("x", "b", "way == 1"), flow("x", "c"), chain("b", "e"), chain("c", "e2"),
    )  # fmt: skip
    player = standing_at(drawing, way=2, decision="deny")
    changed = change(player, facts={"way": 1})
    assert (changed.facts["way"], changed.opened) == (1, ())
    player.do("a")
    assert player.ready == ["b"]
    assert "不能代为填写" in refused(player, facts={"decision": "grant"})
    assert "还没有" in refused(player, facts={"unheard": 1})
    assert "没有正在进行" in refused(player, facts={"way": 1}, process_id="q")


def test_nothing_at_all_is_no_change() -> None:
    assert "没有写明" in refused(standing_at(LINE))
