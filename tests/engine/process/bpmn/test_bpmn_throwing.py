"""Errors and escalations: caught by the innermost boundary around them, or a fault and no end."""

from __future__ import annotations

from typing import Any

import pytest

from engine.process.bpmn import Instance, ProcessFault, Runtime
from tests.engine.process.bpmn.dsl import (
    NOON,
    Player,
    beside,
    both,
    bundle,
    call,
    chain,
    declared,
    end,
    escalates,
    fails,
    flow,
    inner,
    no_service,
    process,
    several,
    start,
    thrown,
    times,
    user,
    users,
    xor,
)

CODES = declared("E", "F")


def playing(*files: bytes, **facts: Any) -> Player:
    player = Player(bundle(*files))
    player.start(**facts)
    return player


def asking(*parts: str, id: str, ask: str = "ask", code: str = "E", **more: Any) -> bytes:
    """A called process in which a person may let an error happen."""
    return process(
        start(), user(ask), xor("x", "ok"), fails("bad", code), end(), chain("s", ask, "x"), flow("x", "bad", "wrong"),
        flow("x", "e", id="ok"), *parts, id=id, inputs=[], extra=CODES, **more,
    )  # fmt: skip


def guarded(host: str, *codes: str) -> bytes:
    """``host`` (an activity called c) with a boundary for each code, which leads to a task of that name."""
    parts = []
    for code in codes:
        name = code or "any"
        parts += [beside(f"t_{name}", "c", thrown("error", code)), user(name), end(f"e_{name}"),
                  chain(f"t_{name}", name, f"e_{name}")]  # fmt: skip
    return process(start(), host, *parts, user("next"), end(), chain("s", "c", "next", "e"), extra=CODES)


def test_an_error_in_a_called_process_closes_the_call_and_goes_its_own_way() -> None:
    player = playing(guarded(call("c", "q"), "E"), asking(id="q"))
    advance = player.do("ask", wrong=True)
    assert [(each.element_id, each.state) for each in advance.passed] == [
        ("ask", "completed"), ("x", "completed"), ("bad", "completed"), ("c", "cancelled"), ("t_E", "completed"),
    ]  # fmt: skip
    assert player.ready == ["E"] and advance.ends == ()
    well = playing(guarded(call("c", "q"), "E"), asking(id="q"))
    well.do("ask", wrong=False)
    assert well.ready == ["next"]


@pytest.mark.parametrize(
    "codes, way", [(("E", ""), "E"), (("", "E"), "E"), (("F", ""), "any"), (("",), "any"), (("E", "F"), "E")]
)
def test_the_boundary_that_names_the_code_goes_before_the_one_that_catches_all(codes: Any, way: str) -> None:
    player = playing(guarded(call("c", "q"), *codes), asking(id="q"))
    player.do("ask", wrong=True)
    assert player.ready == [way]


def test_an_error_is_caught_by_the_innermost_and_goes_past_those_for_other_codes_three_calls_deep() -> None:
    third = asking(id="third")
    second = process(
        start(), call("d", "third"), beside("t", "d", thrown("error", "F")), user("wrong_one"), end(), end("e2"),
        chain("s", "d", "e"), chain("t", "wrong_one", "e2"), id="second", inputs=[], extra=CODES,
    )  # fmt: skip
    first = process(
        start(), inner("sub", start("s2"), call("d", "second"), end("e2"), chain("s2", "d", "e2")),
        end(), chain("s", "sub", "e"), id="first", inputs=[],
    )  # fmt: skip
    player = playing(guarded(call("c", "first"), "E"), first, second, third)
    player.do("ask", wrong=True)
    assert player.ready == ["E"] and not player.last.completed
    player.do("E")
    assert player.last.completed
    near = second.replace(b'errorRef="error_F"', b'errorRef="error_E"')
    player = playing(guarded(call("c", "first"), "E"), first, near, third)
    player.do("ask", wrong=True)
    assert player.ready == ["wrong_one"]


@pytest.mark.parametrize("sequential", [False, True])
def test_an_error_out_of_one_of_several_closes_them_all(sequential: bool) -> None:
    player = playing(guarded(call("c", "q", times("3", sequential=sequential)), "E"), asking(id="q"))
    player.do("ask", wrong=False)
    player.do("ask", wrong=True)
    assert player.ready == ["E"] and player.do("E").completed


def test_an_error_closes_the_other_branches_of_its_subprocess() -> None:
    sub = inner(
        "c", start("s2"), both("g"), users("u", "v"), fails("bad", "E"), end("e2"), chain("s2", "g", "u", "bad"),
        chain("g", "v", "e2"),
    )  # fmt: skip
    player = playing(guarded(sub, "E"))
    advance = player.do("u")
    assert player.ready == ["E"] and ("v", "cancelled") in [(each.element_id, each.state) for each in advance.passed]


def test_a_subprocess_gives_its_facts_to_the_way_of_the_error_and_a_call_its_outputs() -> None:
    sub = inner("c", start("s2"), user("u"), fails("bad", "E"), chain("s2", "u", "bad"))
    player = playing(guarded(sub, "E"), before=1)
    assert player.do("u", why="no seal").facts == {"before": 1, "why": "no seal"}
    called = process(
        start(), user("u"), fails("bad", "E"), chain("s", "u", "bad"), id="q", inputs=[], outputs=["why", "never"],
        extra=CODES,
    )  # fmt: skip
    player = playing(guarded(call("c", "q"), "E"), called, before=1)
    assert player.do("u", why="no seal", secret=2).facts == {"before": 1, "why": "no seal"}
    many = guarded(call("c", "q", several("items", "item")), "E").replace(
        b"<laneSet", b'<property id="items" name="items"/><laneSet'
    )
    player = playing(many, called, items=["a", "b"])
    assert player.do("u", why="no seal").facts == {"items": ["a", "b"]}  # Nothing comes out of several.


def test_an_error_nobody_catches_is_a_fault_and_never_an_end() -> None:
    player = playing(guarded(call("c", "q"), "F"), asking(id="q"))
    with pytest.raises(ProcessFault) as refused:
        player.do("ask", wrong=True)
    assert "错误“E”" in refused.value.sentence and "名bad" in refused.value.sentence
    assert player.ready == ["ask"]  # Nothing has happened.
    player.do("ask", wrong=False)
    assert player.ready == ["next"]


def test_the_way_of_an_error_can_lead_back_to_what_has_failed() -> None:
    drawing = process(
        start(), xor("m"), call("c", "q"), beside("t", "c", thrown("error", "")), user("mend"), end(),
        chain("s", "m", "c", "e"), chain("t", "mend", "m"), extra=CODES,
    )  # fmt: skip
    player = playing(drawing, asking(id="q"))
    for _ in range(20):
        player.do("ask", wrong=True)
        player.do("mend")
    assert player.do("ask", wrong=False).completed


def watched(host: str, code: str = "E", *, interrupting: bool = False) -> bytes:
    return process(
        start(), host, beside("t", "c", thrown("escalation", code), interrupting=interrupting), user("told"),
        user("next"), end(), end("e2"), chain("s", "c", "next", "e"), chain("t", "told", "e2"), extra=CODES,
    )  # fmt: skip


RAISING = process(
    start(), xor("m"), user("u"), escalates("up", "E"), user("v"), xor("x", "ok"), end(),
    chain("s", "m", "u", "up", "v", "x"), flow("x", "m", "again"), flow("x", "e", id="ok"), id="q", inputs=[],
    extra=CODES,
)  # fmt: skip


@pytest.mark.parametrize("code", ["E", ""])
def test_an_escalation_is_heard_beside_the_work_as_often_as_it_is_thrown(code: str) -> None:
    player = playing(watched(call("c", "q"), code), RAISING)
    player.do("u")
    assert player.passed == ["u", "up", "t"] and player.ready == ["told", "v"]
    player.do("v", again=True)
    player.do("u")
    assert player.ready == ["told", "told", "v"]
    player.do("v", again=False)
    player.do("told")
    player.do("told")
    assert player.do("next").completed


def test_an_interrupting_escalation_closes_the_call_it_came_from() -> None:
    player = playing(watched(call("c", "q"), interrupting=True), RAISING)
    player.do("u")
    assert player.ready == ["told"] and player.passed[-1] == "t"
    assert player.do("told").completed


def test_an_escalation_nobody_hears_changes_nothing() -> None:
    player = playing(watched(call("c", "q"), "F"), RAISING)
    player.do("u")
    assert player.passed == ["u", "up"] and player.ready == ["v"]


@pytest.mark.parametrize("interrupting", [False, True])
def test_an_end_that_escalates_ends_its_process_too(interrupting: bool) -> None:
    called = process(
        start(), user("u"), end("up", thrown("escalation", "E")), chain("s", "u", "up"), id="q", inputs=[], extra=CODES
    )
    player = playing(watched(call("c", "q"), interrupting=interrupting), called)
    player.do("u")
    assert player.ready == (["told"] if interrupting else ["next", "told"])


def test_an_escalation_and_an_error_of_one_code_are_two_things() -> None:
    player = playing(watched(call("c", "q"), "E"), asking(id="q"))
    with pytest.raises(ProcessFault):
        player.do("ask", wrong=True)


def test_an_error_after_restart_finds_its_boundary_in_the_snapshot() -> None:
    files = (guarded(call("c", "first"), "E"), process(start(), call("d", "q"), end(), chain("s", "d", "e"),
             id="first", inputs=[]), asking(id="q"))  # fmt: skip
    player = playing(*files)
    fresh, runtime = bundle(*files), Runtime(cache_size=0)
    advance = runtime.complete(
        fresh, Instance("k", 1, player.last.snapshot), player.number("ask"), {"wrong": True}, now=NOON,
        call_service=no_service,
    )  # fmt: skip
    assert [task.element_id for task in advance.open_tasks] == ["E"]
