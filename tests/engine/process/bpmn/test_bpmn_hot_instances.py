"""Hot instances: used only when they are surely what the row holds."""

from __future__ import annotations

import threading

import pytest

from engine.process.bpmn import Bundle, Instance, Runtime, ServiceCall, TaskNotOpen
from engine.process.bpmn.cache import HotInstances
from engine.process.bpmn.snapshot import Live
from tests.engine.process.bpmn.dsl import NOON, bundle, chain, end, no_service, process, service, start, user, users

LINE = process(start(), users("a", "b", "c"), end(), chain("s", "a", "b", "c", "e"))
BROKEN = b"not a snapshot"


def begin(runtime: Runtime, made: Bundle, key: str = "k") -> Instance:
    """Start an instance, remember it at version 1, and return it with a snapshot nobody could read."""
    advance = runtime.start(made, {"n": 0}, now=NOON, call_service=no_service)
    runtime.remember(key, 1, advance)
    return Instance(key, 1, BROKEN)


def test_a_hot_instance_is_used_instead_of_its_snapshot() -> None:
    runtime, made = Runtime(), bundle(LINE)
    instance = begin(runtime, made)
    assert runtime.complete(made, instance, 3, {}, now=NOON, call_service=no_service).opened[0].element_id == "b"


@pytest.mark.parametrize("key, version", [("k", 2), ("k", 0), ("other", 1)])
def test_a_hot_instance_of_another_version_or_key_is_not_used(key: str, version: int) -> None:
    runtime, made = Runtime(), bundle(LINE)
    begin(runtime, made)
    with pytest.raises(Exception, match="流程版本"):
        runtime.complete(made, Instance(key, version, BROKEN), 3, {}, now=NOON, call_service=no_service)


def test_a_hot_instance_of_another_bundle_is_not_used() -> None:
    runtime, made = Runtime(), bundle(LINE)
    instance = begin(runtime, made)
    other = bundle(LINE.replace("名a".encode(), "另a".encode()))
    with pytest.raises(Exception, match="流程版本"):
        runtime.complete(other, instance, 3, {}, now=NOON, call_service=no_service)


def test_an_instance_asked_for_in_an_old_version_is_gone_from_memory() -> None:
    runtime, made = Runtime(), bundle(LINE)
    begin(runtime, made)
    for version in (7, 1):
        with pytest.raises(Exception, match="流程版本"):
            runtime.complete(made, Instance("k", version, BROKEN), 3, {}, now=NOON, call_service=no_service)


def test_an_instance_is_gone_from_memory_after_any_exception() -> None:
    runtime, made = Runtime(), bundle(LINE)
    instance = begin(runtime, made)
    with pytest.raises(TaskNotOpen):
        runtime.complete(made, instance, 99, {}, now=NOON, call_service=no_service)
    with pytest.raises(Exception, match="流程版本"):
        runtime.complete(made, instance, 3, {}, now=NOON, call_service=no_service)


def test_an_instance_is_gone_from_memory_until_its_commit_is_remembered() -> None:
    runtime, made = Runtime(), bundle(LINE)
    instance = begin(runtime, made)
    advance = runtime.complete(made, instance, 3, {}, now=NOON, call_service=no_service)
    with pytest.raises(Exception, match="流程版本"):
        runtime.complete(made, Instance("k", 2, BROKEN), 4, {}, now=NOON, call_service=no_service)
    runtime.remember("k", 2, advance)
    assert runtime.complete(made, Instance("k", 2, BROKEN), 4, {}, now=NOON, call_service=no_service).opened


def test_an_advance_can_be_remembered_only_once_because_its_instance_moves_on() -> None:
    runtime, made = Runtime(), bundle(LINE)
    advance = runtime.start(made, {}, now=NOON, call_service=no_service)
    runtime.remember("k", 1, advance)
    runtime.complete(made, Instance("k", 1, BROKEN), 3, {}, now=NOON, call_service=no_service)
    runtime.remember("k", 1, advance)
    with pytest.raises(Exception, match="流程版本"):
        runtime.complete(made, Instance("k", 1, BROKEN), 3, {}, now=NOON, call_service=no_service)


def test_a_forgotten_instance_is_read_from_its_snapshot() -> None:
    runtime, made = Runtime(), bundle(LINE)
    instance = begin(runtime, made)
    runtime.forget("k")
    runtime.forget("never there")
    with pytest.raises(Exception, match="流程版本"):
        runtime.complete(made, instance, 3, {}, now=NOON, call_service=no_service)


def test_the_least_recently_used_instance_leaves_first() -> None:
    held = HotInstances(2)
    lives = {key: Live(object(), 1, "d") for key in "abc"}
    held.put("a", 1, lives["a"])
    held.put("b", 1, lives["b"])
    held.put("a", 2, lives["a"])
    held.put("c", 1, lives["c"])
    assert len(held) == 2
    assert held.take("b", 1, "d") is None
    assert held.take("a", 2, "d") is lives["a"] and held.take("a", 2, "d") is None
    assert held.take("c", 1, "d") is lives["c"] and len(held) == 0


def test_a_runtime_without_memory_works_from_snapshots() -> None:
    runtime, made = Runtime(cache_size=0), bundle(LINE)
    first = runtime.start(made, {}, now=NOON, call_service=no_service)
    runtime.remember("k", 1, first)
    again = runtime.complete(made, Instance("k", 1, first.snapshot), 3, {}, now=NOON, call_service=no_service)
    assert again.opened[0].element_id == "b"


def test_two_threads_with_the_same_instance_never_share_the_live_object() -> None:
    drawing = process(start(), user("a"), service("v", "slow"), user("b"), end(), chain("s", "a", "v", "b", "e"))
    runtime, made = Runtime(), bundle(drawing)
    first = runtime.start(made, {}, now=NOON, call_service=no_service)
    runtime.remember("k", 1, first)
    instance, meeting = Instance("k", 1, first.snapshot), threading.Barrier(2, timeout=20)
    answers: dict[str, object] = {}

    def play(name: str) -> None:
        def wait(wanted: ServiceCall) -> dict[str, str]:
            meeting.wait()
            return {"who": name}

        advance = runtime.complete(made, instance, 3, {"by": name}, now=NOON, call_service=wait)
        answers[name] = advance.facts

    threads = [threading.Thread(target=play, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {name: {"by": name, "who": name} for name in ("one", "two")}


def test_a_process_that_has_ended_is_not_kept_in_memory() -> None:
    runtime, made = Runtime(), bundle(process(start(), user("a"), end(), chain("s", "a", "e")))
    instance = begin(runtime, made)
    last = runtime.complete(made, instance, 3, {}, now=NOON, call_service=no_service)
    runtime.remember("k", 2, last)
    assert last.completed
    with pytest.raises(Exception, match="流程版本"):
        runtime.complete(made, Instance("k", 2, BROKEN), 3, {}, now=NOON, call_service=no_service)
