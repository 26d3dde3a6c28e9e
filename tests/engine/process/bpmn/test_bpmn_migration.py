"""Migration: a running instance goes on with another drawing, or is told element by element why it cannot."""

from __future__ import annotations

import pytest

from engine.process.bpmn import SnapshotMismatch, plan_migration
from tests.engine.process.bpmn.dsl import (
    Player,
    both,
    bundle,
    chain,
    clock,
    end,
    flow,
    message,
    process,
    service,
    some,
    start,
    user,
    users,
    xor,
)
from tests.engine.process.bpmn.moving import finish, move, refused, standing_at

ABC = process(start(), users("a", "b", "c"), end(), chain("s", "a", "b", "c", "e"))


# One token --------------------------------------------------------------------------------------------------------


def test_a_step_inserted_behind_the_open_one_is_gone_through() -> None:
    player = standing_at(ABC, "a")
    move(player, bundle(process(start(), users("a", "b", "x", "c"), end(), chain("s", "a", "b", "x", "c", "e"))))
    assert finish(player) == ["b", "x", "c"]


def test_a_step_inserted_before_the_open_one_is_not_made_up_for() -> None:
    player = standing_at(ABC, "a")
    move(player, bundle(process(start(), users("a", "x", "b", "c"), end(), chain("s", "a", "x", "b", "c", "e"))))
    assert finish(player) == ["b", "c"]


def test_steps_ahead_may_be_taken_out_and_steps_behind_too() -> None:
    player = standing_at(ABC, "a")
    move(player, bundle(process(start(), users("b"), end(), chain("s", "b", "e"))))
    assert finish(player) == ["b"]


def test_the_open_step_that_is_gone_keeps_the_instance_where_it_is() -> None:
    player = standing_at(ABC, "a")
    told = refused(player, bundle(process(start(), users("a", "c"), end(), chain("s", "a", "c", "e"))))
    assert told == (
        "用户任务“名b”（b）：新版中没有这个元素。请先办完这一环节，或在对照表中指明它对应的环节。"
    ), told


def test_a_renamed_step_is_found_by_the_map_and_only_by_it() -> None:
    player = standing_at(ABC, "a")
    renamed = bundle(process(start(), users("a", "b2", "c"), end(), chain("s", "a", "b2", "c", "e")))
    assert "（b）" in refused(player, renamed)
    assert "请改正对照表" in refused(player, renamed, {"p": {"b": "nowhere"}})
    moved = move(player, renamed, {"p": {"b": "b2"}})
    assert [task.element_id for task in moved.open_tasks] == ["b2"]
    assert finish(player) == ["b2", "c"]


def test_a_step_of_another_kind_or_with_another_act_is_another_step() -> None:
    player = standing_at(ABC, "a")
    other = process(start(), users("a", "c"), service("b", "x"), end(), chain("s", "a", "b", "c", "e"))
    assert "换成了另一种元素" in refused(player, bundle(other))
    act = process(start(), users("a", "c"), user("b", act="decide"), end(), chain("s", "a", "b", "c", "e"))
    assert "办理的内容不同" in refused(player, bundle(act))


def test_the_form_the_role_and_the_name_of_the_open_step_may_change() -> None:
    player = standing_at(ABC, "a")
    other = user("b", form="other", role="reviewer").replace("名b", "新名")
    moved = move(player, bundle(process(start(), users("a", "c"), other, end(), chain("s", "a", "b", "c", "e"))))
    [task] = moved.open_tasks
    assert (task.form, task.role, task.name) == ("other", "reviewer", "新名")
    assert (moved.opened, moved.closed, moved.passed) == ((), (), ())


def test_numbers_facts_and_times_stay_and_the_next_task_gets_the_next_number() -> None:
    player = Player(bundle(ABC))
    player.start(kind="x")
    before = player.do("a", k=1)
    number, counted = player.number("b"), before.next_id
    moved = move(player, bundle(process(start(), users("a", "b", "x"), end(), chain("s", "a", "b", "x", "e"))))
    assert (player.number("b"), moved.next_id, moved.facts) == (number, counted, {"kind": "x", "k": 1})
    assert player.do("b").opened[0].task_no >= counted


def test_what_is_read_with_another_bundle_is_refused() -> None:
    player = standing_at(ABC, "a")
    other = bundle(process(start(), users("b"), end(), chain("s", "b", "e")))
    with pytest.raises(SnapshotMismatch):
        plan_migration(other, player.last.snapshot, bundle(ABC))
    nowhere = bundle(process(start(), users("z"), end(), chain("s", "z", "e")))
    with pytest.raises(SnapshotMismatch):
        player.hot.migrate(player.bundle, nowhere, player.instance, {}, now=player.now)


def test_another_main_process_is_refused_as_a_whole() -> None:
    player = standing_at(ABC, "a")
    assert "主流程" in refused(player, bundle(process(start(), users("b"), end(), chain("s", "b", "e"), id="q")))


# Boundaries and clocks --------------------------------------------------------------------------------------------

TIMED = process(
    start(), users("b", "h"), clock("bt", "b"), end(), end("e2"), chain("s", "b", "e"), chain("bt", "h", "e2")
)


def test_a_boundary_cannot_be_added_to_the_open_step_nor_taken_from_it() -> None:
    plain = process(start(), users("b"), end(), chain("s", "b", "e"))
    assert "边界事件" in refused(standing_at(plain), bundle(TIMED))
    assert "边界事件" in refused(standing_at(TIMED), bundle(plain))
    other = TIMED.replace(b'yc:clock name="notice"', b'yc:clock name="other"')
    assert "边界事件" in refused(standing_at(TIMED), bundle(other))
    gentle = TIMED.replace(b'cancelActivity="true"', b'cancelActivity="false"')
    assert "边界事件" in refused(standing_at(TIMED), bundle(gentle))


def test_a_running_clock_runs_on_and_rings_in_the_new_drawing() -> None:
    player = standing_at(TIMED)
    armed = player.last.armed
    more = process(
        start(), users("b", "h", "h2", "c"), clock("bt", "b"), end(), end("e2"),
        chain("s", "b", "c", "e"), chain("bt", "h", "h2", "e2"),
    )  # fmt: skip
    assert move(player, bundle(more)).armed == armed
    player.fire()
    assert finish(player) == ["h", "h2"]


def test_a_boundary_is_renamed_together_with_its_step() -> None:
    player = standing_at(TIMED)
    renamed = process(
        start(), users("b2", "h"), clock("bt2", "b2"), end(), end("e2"), chain("s", "b2", "e"), chain("bt2", "h", "e2")
    )
    move(player, bundle(renamed), {"p": {"b": "b2", "bt": "bt2"}})
    player.fire()
    assert player.ready == ["h"]


def test_a_boundary_that_has_rung_does_not_ring_again() -> None:
    gentle = TIMED.replace(b'cancelActivity="true"', b'cancelActivity="false"')
    player = standing_at(gentle)
    player.fire()
    more = process(
        start(), users("b", "h", "c"), clock("bt", "b", interrupting=False), end(), end("e2"),
        chain("s", "b", "c", "e"), chain("bt", "h", "e2"),
    )  # fmt: skip
    moved = move(player, bundle(more))
    assert (moved.armed, player.ready) == ((), ["b", "h"])
    assert finish(player) == ["b", "c", "h"]


def test_a_message_that_is_awaited_is_awaited_after_it_too() -> None:
    def drawing(*more: str) -> bytes:
        return process(
            start(), users("b", "h", *more), message("bm", "b"), end(), end("e2"),
            chain("s", "b", *more, "e"), chain("bm", "h", "e2"),
        )  # fmt: skip

    player = standing_at(drawing())
    assert [one.name for one in move(player, bundle(drawing("x"))).awaited] == ["withdrawal"]
    assert player.deliver().ends == ()
    assert player.ready == ["h"]


# Branches ---------------------------------------------------------------------------------------------------------


def block(split: str, *branches: tuple[str, ...], tail: tuple[str, ...] = ()) -> bytes:
    made = {"and": both, "or": some}[split]
    steps = [step for branch in branches for step in branch]
    flows = "".join(chain("g", *branch, "j") for branch in branches)
    if split == "or":
        # The last branch is for when no other is chosen.
        conditions = [*(f"go_{branch[0]}" for branch in branches[:-1]), None]
        flows = "".join(
            flow("g", branch[0], condition, id=f"c_{branch[0]}") + chain(*branch, "j")
            for branch, condition in zip(branches, conditions, strict=True)
        )
    opening = some("g", f"c_{branches[-1][0]}") if split == "or" else made("g")
    return process(start(), opening, made("j"), users(*steps, *tail), end(), flows, chain("s", "g"),
                   chain("j", *tail, "e"))  # fmt: skip


def test_the_open_step_cannot_be_wrapped_into_a_block() -> None:
    player = standing_at(ABC, "a")
    wrapped = process(
        start(), users("a", "b", "x", "c"), both("g"), both("j"), end(), chain("s", "a", "g"),
        chain("g", "b", "j"), chain("g", "x", "j"), chain("j", "c", "e"),
    )  # fmt: skip
    assert "并行或包容分支变了" in refused(player, bundle(wrapped))


def test_open_branches_cannot_be_taken_out_of_their_block() -> None:
    player = standing_at(block("and", ("a",), ("b",)))
    one_by_one = process(start(), users("a", "b"), end(), chain("s", "a", "b", "e"))
    assert "并行或包容分支变了" in refused(player, bundle(one_by_one))


def test_a_branch_cannot_be_added_to_an_open_block_nor_taken_from_it() -> None:
    two, three = block("and", ("a",), ("b",)), block("and", ("a",), ("b",), ("c",))
    assert "并行或包容分支变了" in refused(standing_at(two), bundle(three))
    assert "（c）" in refused(standing_at(three), bundle(two))
    # The third branch has come to the join: its token waits there, and the new join has no such way in.
    assert "不再直接连到这里" in refused(standing_at(three, "c"), bundle(two))


def test_branches_of_an_open_block_may_get_longer_ahead() -> None:
    player = standing_at(block("and", ("a",), ("b",)), "a")
    move(player, bundle(block("and", ("a",), ("b", "x"), tail=("y",))))
    assert finish(player) == ["b", "x", "y"]


def test_a_token_that_waits_at_a_join_is_shown_its_new_way_in_by_the_map() -> None:
    player = standing_at(block("and", ("a",), ("b",)), "a")
    longer = bundle(block("and", ("a", "x"), ("b",), tail=("y",)))
    assert "不再直接连到这里" in refused(player, longer)
    move(player, longer, {"p": {"a": "x"}})
    assert finish(player) == ["b", "y"]


def test_an_inclusive_block_goes_on_with_the_branches_it_opened() -> None:
    old, new = block("or", ("a",), ("b",), ("c",)), block("or", ("a",), ("b", "x"), ("c",), tail=("y",))
    player = standing_at(old, go_a=True, go_b=True)
    player.do("a")
    move(player, bundle(new))
    assert finish(player) == ["b", "x", "y"]


def test_an_inclusive_block_that_becomes_parallel_would_wait_for_ever() -> None:
    player = standing_at(block("or", ("a",), ("b",)), go_a=True)
    assert "并行或包容分支变了" in refused(player, bundle(block("and", ("a",), ("b",))))


def test_a_side_branch_that_has_ended_is_in_nobodys_way() -> None:
    old = process(start(), both("g"), users("a", "b"), end(), end("e2"), chain("s", "g"), chain("g", "a", "e"),
                  chain("g", "b", "e2"))  # fmt: skip
    player = standing_at(old, "b")
    move(player, bundle(process(start(), users("a", "z"), end(), chain("s", "a", "z", "e"))))
    assert finish(player) == ["a", "z"]


def test_two_steps_cannot_become_one() -> None:
    player = standing_at(block("and", ("a",), ("b",)))
    assert "一一对应" in refused(player, bundle(block("and", ("a",), ("b",))), {"p": {"a": "b"}})


# Rework loops -----------------------------------------------------------------------------------------------------


def test_it_moves_in_the_second_round_as_in_the_first() -> None:
    def loop(*more: str) -> bytes:
        return process(
            start(), xor("m"), both("g"), both("j"), users("a", "b", "ask", *more), xor("x", "f_x_e"), end(),
            chain("s", "m", "g"), chain("g", "a", "j"), chain("g", "b", *more, "j"), chain("j", "ask", "x"),
            flow("x", "m", "again"), flow("x", "e"),
        )  # fmt: skip

    player = standing_at(loop(), "a", "b")
    player.do("ask", again=True)
    player.do("b")
    longer = bundle(loop("y"))
    assert "不再直接连到这里" in refused(player, longer)
    move(player, longer, {"p": {"b": "y"}})
    player.do("a")
    player.do("ask", again=True)
    assert player.ready == ["a", "b"]
    for step in ("a", "b", "y"):
        player.do(step)
    player.do("ask", again=False)
    assert player.last.completed


def test_a_drawing_with_too_many_ways_to_stand_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.process.bpmn.markings.MAX_MARKINGS", 2)
    player = standing_at(block("and", ("a",), ("b",), ("c",)))
    assert "分支太多" in refused(player, bundle(block("and", ("a",), ("b",), ("c", "x"), tail=("y",))))
