"""Snapshots: small, keyed to their bundle, and the instance that comes out is the one that went in."""

from __future__ import annotations

import base64
import contextlib
import itertools
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn import Advance, Instance, Runtime, SnapshotMismatch, parse_definition
from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.snapshot import dump, load
from engine.process.bpmn.state import canonical, first_hash, is_state
from tests.engine.process.bpmn.dsl import (
    NOON,
    Player,
    both,
    bundle,
    call,
    chain,
    clock,
    end,
    flow,
    no_service,
    process,
    several,
    start,
    user,
    users,
    xor,
)  # fmt: skip
from tests.engine.process.bpmn.generator import make

BUSY = process(
    start(), both("g"), call("c", "q"), clock("t", "c"), user("m", several("items", "item")), user("w"), both("j"),
    user("z"), end(), end("late"),
    chain("s", "g", "c", "j", "z", "e"), chain("g", "m", "j"), chain("g", "w", "j"), chain("t", "late"),
    variables=["items"],
)  # fmt: skip
CALLED = process(start(), users("x", "y"), end(), chain("s", "x", "y", "e"), id="q", inputs=["items"])
LINE = process(start(), users("a", "b"), end(), chain("s", "a", "b", "e"))


def busy() -> Player:
    """An instance with a call, a clock, a multi-instance and a join, all open."""
    player = Player(bundle(BUSY, CALLED))
    player.start(items=["消防", "环保"], note={"表": [1, [2]]})
    player.do("m")
    player.do("x")
    player.do("w")
    return player


def test_reading_and_writing_a_snapshot_again_gives_the_same_bytes() -> None:
    player = busy()
    live = load(player.last.snapshot, player.bundle)
    assert dump(live, player.bundle) == player.last.snapshot
    assert live.next_id == player.last.next_id


def test_the_state_of_a_read_instance_is_the_state_it_had() -> None:
    player = busy()
    live = load(player.last.snapshot, player.bundle)
    assert is_state(live, player.bundle, player.last.state_hash)
    assert not is_state(live, player.bundle, player.last.state_hash[:-1])
    again = load(player.last.snapshot, bundle(BUSY, CALLED))
    assert canonical(again.top, again.next_id) == canonical(live.top, live.next_id)


def test_a_snapshot_is_refused_with_another_bundle_even_if_only_a_name_differs() -> None:
    player = busy()
    other = bundle(BUSY.replace("名z".encode(), "改z".encode()), CALLED)
    with pytest.raises(SnapshotMismatch) as refused:
        load(player.last.snapshot, other)
    assert refused.value.code == "SNAPSHOT_MISMATCH"


@pytest.mark.parametrize(
    "damage", [b"", b"\x00", b"\xc1", b"nonsense", msgspec.msgpack.encode([3, b"", [1, False, {}, []], []])]
)
def test_a_damaged_snapshot_is_refused(damage: bytes) -> None:
    with pytest.raises(SnapshotMismatch):
        load(damage, bundle(LINE))


@settings(max_examples=150)
@given(st.data())
def test_a_snapshot_with_damaged_bytes_is_refused_or_read_but_never_breaks_the_runtime(data: st.DataObject) -> None:
    damaged = bytearray(_BUSY.last.snapshot)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(SnapshotMismatch):
        load(bytes(damaged), _BUSY.bundle)


_BUSY = busy()


def test_a_snapshot_holds_what_is_open_and_little_else() -> None:
    player = Player(bundle(LINE))
    assert len(player.start(case_no="4" * 43).snapshot) < 250
    assert len(busy().last.snapshot) < 900


def test_a_snapshot_does_not_grow_with_rework() -> None:
    drawing = process(
        start(), xor("m"), both("g"), both("j"), users("a", "b"), call("c", "q"), xor("x", "out"), end(),
        chain("s", "m", "g", "a", "j", "c", "x"), chain("g", "b", "j"), flow("x", "m", "again"),
        flow("x", "e", id="out"),
    )  # fmt: skip
    inside = process(start(), user("u"), end(), chain("s", "u", "e"), id="q", inputs=[], outputs=["again"])
    player = Player(bundle(drawing, inside), doubts=lambda: random.random() < 0.05)
    player.start()
    sizes, tasks = [], []
    for round_ in range(700):
        player.do("a" if round_ % 2 else "b")
        player.do("b" if round_ % 2 else "a")
        player.do("u", again=True)
        live = load(player.last.snapshot, player.bundle)
        sizes.append(len(player.last.snapshot))
        tasks.append(sum(1 for _ in live.top.all_tasks()))
    assert max(tasks) == min(tasks) <= 5
    assert max(sizes[10:]) - min(sizes[10:]) <= 12
    assert player.ready == ["a", "b"]


def test_a_finished_process_keeps_its_facts_and_nothing_that_could_go_on() -> None:
    player = Player(bundle(LINE))
    player.start(case="k")
    player.do("a")
    last = player.do("b", done=True)
    live = load(last.snapshot, player.bundle)
    assert live.top.completed and live.top.data == {"case": "k", "done": True} and len(live.top.tasks) == 1


_text = st.text(st.characters(codec="utf-8"), max_size=12)
_plain = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**60), 2**60),
        st.floats(allow_nan=False, allow_infinity=False),
        _text,
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=8,
)
_names = st.from_regex(r"[a-zA-Z\u4e00-\u9fff][a-zA-Z0-9_\u4e00-\u9fff]{0,6}", fullmatch=True)
_LINE = bundle(LINE)


@given(st.dictionaries(_names, _plain, max_size=5), st.dictionaries(_names, _plain, max_size=3))
def test_any_plain_facts_come_back_as_they_went_in(first: dict[str, Any], second: dict[str, Any]) -> None:
    runtime = Runtime(cache_size=0)
    one = runtime.start(_LINE, first, now=NOON, call_service=no_service)
    assert one.facts == first and _types(one.facts) == _types(first)
    two = runtime.complete(_LINE, Instance("k", 1, one.snapshot), 3, second, now=NOON, call_service=no_service)
    both_ = {**first, **second}
    assert two.facts == both_ and _types(two.facts) == _types(both_)
    live = load(two.snapshot, _LINE)
    assert dump(live, _LINE) == two.snapshot


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _types(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_types(each) for each in value]
    return type(value)


def test_true_does_not_come_back_as_one() -> None:
    player = Player(bundle(LINE))
    player.start(flag=1)
    assert player.do("a", flag=True).facts["flag"] is True


def test_what_tasks_inherit_they_share_and_no_task_changes_what_another_has() -> None:
    player = busy()
    live = load(player.last.snapshot, player.bundle)
    lists = [id(task.data["items"]) for task in live.top.all_tasks() if "items" in task.data]
    assert len(lists) > 3 and len(set(lists)) == 1
    # One child sets its list anew; the player does every step from the snapshot, too, and insists on one answer.
    player.do("m", items=["消防"])
    left = load(player.last.snapshot, player.bundle).top
    assert {tuple(task.data["items"]) for task in left.all_tasks() if "items" in task.data} == {("消防", "环保")}


FIRST_FORM = base64.b64decode(
    "lgHEIBYlDj0Alq2j6iS2aBQd+xdx3Otl08X7mm2iPzUosjJWEMKAkpPAAJmYAcABQMtB2sDunwAAAMLAgqVpdGVtc5Km5raI6ZiypueOr+S/"
    "naRub3RlgaPooaiSAZECmAMBBUDLQdrA7p8AAADCwMCYBAMDQMtB2sDunwAAAMLAwJgFAwggy0HawO6fAAAAwoKlaXRlbXOSpua2iOmYsqbn"
    "jq/kv52kZG9uZQHAmAYDDUDLQdrA7swAAADCwMCYCAUJEMtB2sDunwAAAMODpWluZGV4AaRpdGVtpueOr+S/nah2YXJpYWJsZaRpdGVtg6Vp"
    "dGVtc5Km5raI6ZiypueOr+S/naRub3RlgaPooaiSAZECpGl0ZW2m546v5L+dmAkEAiDLQdrA7p8AAADCwMCYCgQMCMtB2sDunwAAAMLAwJgP"
    "BgYIy0HawO7MAAAAwsDAkwkBk5gLwAFAy0HawO6fAAAAwsCBpWl0ZW1zkqbmtojpmLKm546v5L+dmA0LBUDLQdrA7r0AAADCwMCYDg0GEMtB"
    "2sDuvQAAAMLAwA=="
)
"""The instance of :func:`busy`, as it was written before the second form, and the hash it had."""
FIRST_HASH = "bfbc0596f65ec2cebb9fa8d7f80d78ce8e5ea8c86407698cd9470c412f63f476"


def test_a_snapshot_of_the_first_form_is_read_and_is_the_same_state_under_both_hashes() -> None:
    player = busy()
    live = load(FIRST_FORM, player.bundle)
    assert first_hash(live.top, live.next_id) == FIRST_HASH
    assert is_state(live, player.bundle, FIRST_HASH) and is_state(live, player.bundle, player.last.state_hash)
    assert dump(live, player.bundle) == player.last.snapshot, "and is written in the second form the next time"
    now = load(player.last.snapshot, player.bundle)
    assert is_state(now, player.bundle, FIRST_HASH)
    assert not is_state(load(player.do("y").snapshot, player.bundle), player.bundle, FIRST_HASH)


def test_what_many_children_share_is_written_once() -> None:
    drawing = process(
        start(), user("m", several("items", "item")), end(), chain("s", "m", "e"), variables=["items"]
    )
    few, many = (Player(bundle(drawing)) for _ in range(2))
    words = [f"单位{number:03}" for number in range(300)]
    few.start(items=words[:30])
    many.start(items=words)
    # The list stands in the process and in its multi-instance; a child adds its place, its number and its index.
    assert len(many.last.snapshot) - 2 * len(msgspec.msgpack.encode(words)) < 300 * 16 + 150
    first = many.last.opened[0]
    assert (first.item, many.do(first.task_no).closed) == ("单位000", (first.task_no,))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_kept_of_an_instance_is_what_the_rule_says(seed: int) -> None:
    made = make(seed, depth=3)
    player, rnd = Player(bundle(made.main, *made.others), doubts=lambda: False), random.Random(seed)
    player.start()
    for _ in range(12):
        if not player.last.open_tasks:
            break
        task = rnd.choice(player.last.open_tasks)
        player.do(task.task_no, **{name: rnd.choice(values) for name, values in made.answers[task.element_id].items()})
        top = load(player.last.snapshot, player.bundle).top
        for workflow in (top, *top.subprocesses.values()):
            assert set(workflow.tasks) == _to_be_kept(workflow)


def _to_be_kept(workflow: Any) -> set[int]:
    """The root, open tasks, what each directly comes from, and where their lines part: nothing else."""
    open_ = [task for task in workflow.tasks.values() if task.has_state(TaskState.NOT_FINISHED_MASK)]
    lines = []
    for task in open_:
        line = [task.id]
        while (above := workflow.tasks[line[-1]]._parent) is not None:
            line.append(above)
        lines.append(line[::-1])
    kept = {workflow.task_tree.id, *(task.id for task in open_), *(line[-2] for line in lines if len(line) > 1)}
    for one, other in itertools.combinations(lines, 2):
        kept.add([a for a, b in zip(one, other, strict=False) if a == b][-1])
    return kept


def test_a_multi_instance_read_on_a_freshly_parsed_definition_comes_to_its_end() -> None:
    player = busy()
    fresh = bundle(BUSY, CALLED)
    runtime, advance = Runtime(cache_size=0), player.last
    while advance.open_tasks:
        advance = runtime.complete(
            fresh,
            Instance("k", 1, advance.snapshot),
            advance.open_tasks[0].task_no,
            {},
            now=NOON,
            call_service=no_service,
        )
    assert advance.completed


def replay(seed: int) -> tuple[list[Advance], list[tuple[int, dict[str, Any]]]]:
    made = make(seed, without=["clock"], depth=2)
    player = Player(bundle(made.main, *made.others))
    rnd, advances, moves = random.Random(seed), [player.start()], []
    for _ in range(30):
        if not player.last.open_tasks:
            break
        task = rnd.choice(player.last.open_tasks)
        facts = {name: rnd.choice(values) for name, values in made.answers[task.element_id].items()}
        moves.append((task.task_no, facts))
        advances.append(player.do(task.task_no, **facts))
    return advances, moves


@pytest.mark.parametrize("seed", range(12))
def test_the_same_moves_on_a_fresh_definition_reach_the_same_state_after_every_move(seed: int) -> None:
    advances, moves = replay(seed)
    made = make(seed, without=["clock"], depth=2)
    fresh = Bundle.of(parse_definition(made.main), {d.process_id: d for d in map(parse_definition, made.others)})
    runtime = Runtime(cache_size=0)
    hashes = [runtime.start(fresh, {}, now=NOON, call_service=no_service)]
    for number, facts in moves:
        instance = Instance("k", 1, hashes[-1].snapshot)
        hashes.append(runtime.complete(fresh, instance, number, facts, now=NOON, call_service=no_service))
    assert [each.state_hash for each in hashes] == [each.state_hash for each in advances]
    assert [each.open_tasks for each in hashes] == [each.open_tasks for each in advances]


def test_a_different_answer_gives_a_different_state() -> None:
    one, two = Player(bundle(LINE)), Player(bundle(LINE))
    assert one.start().state_hash == two.start().state_hash
    assert one.do("a", n=1).state_hash != two.do("a", n=True).state_hash


def test_the_time_of_a_move_is_not_part_of_the_state() -> None:
    one, two = Player(bundle(LINE)), Player(bundle(LINE))
    two.now = two.now.replace(year=2030)
    assert one.start().state_hash == two.start().state_hash
