"""For every rule of check, files that break it; and two files to compare with."""

from __future__ import annotations

from typing import Any

from engine.process.bpmn import Cap, ServiceWords, Vocabulary
from tests.engine.process.bpmn.decisions.dmn import column, one, result
from tests.engine.process.bpmn.dsl import (
    awaits,
    beside,
    both,
    call,
    chain,
    clause,
    clock,
    declared,
    end,
    escalates,
    ext,
    fails,
    file,
    first_of,
    flow,
    inner,
    io,
    message,
    node,
    pause,
    process,
    process_part,
    receives,
    service,
    several,
    some,
    start,
    terminate,
    thrown,
    time,
    timer,
    user,
    users,
    xor,
)

WORDS = Vocabulary(
    acts={"cases.decide": frozenset({"decision"})},
    forms=frozenset({"form"}),
    roles=frozenset({"clerk"}),
    services={"svc": ServiceWords(facts=frozenset({"n"})), "closing": ServiceWords(parameters=frozenset({"outcome"}))},
    clocks=frozenset({"notice", "limit"}),
    caps={"notice": Cap(5, "wd", "行政许可法第三十二条（四）")},
    messages={"withdrawal": frozenset(), "paid": frozenset()},
    keyed=frozenset({"paid"}),
    clauses=frozenset({"6.1.1"}),
)
OPEN = process(start(), user("w"), end(), chain("s", "w", "e"), id="open")
DECLARED = process(start(), user("w"), end(), chain("s", "w", "e"), id="q", inputs=["case_no"], outputs=["decision"])

FEE = one([column("amount")], [result("fee", "integer")], [(["-"], ["5"])], id="fee")


STAGE = '<yc:stage key="review" title="审查" days="3"/>'


def staged(id: str, stage: str) -> str:
    """A user task with settings of a stage."""
    return node("userTask", id, ext('<yc:task form="form" role="clerk"/>', stage, clause()))


def line(*middle: str, ids: str = "a", **more: Any) -> bytes:
    """A start, the given parts and an end in one row."""
    return process(start(), *middle, end(), chain("s", *ids.split(), "e"), **more)


def event(kind: str, definition: str, **attributes: str) -> bytes:
    return line(node(kind, "a", definition, **attributes))


def gateway(made: str, *flows: str) -> bytes:
    return process(start(), made, users("a", "b"), end(), chain("s", "g"), *flows, chain("a", "e"), chain("b", "e"))


def decided(condition: str | None, default: str = "no", **more: Any) -> bytes:
    return process(
        start(), user("u"), xor("g", default), users("a", "b"), end(), chain("s", "u", "g"),
        flow("g", "a", condition, id="yes"), flow("g", "b", id="no"), chain("a", "e"), chain("b", "e"), **more,
    )  # fmt: skip


def boundary(inside: str, attributes: dict[str, str] | None = None) -> bytes:
    made = node("boundaryEvent", "t", inside, **{"attachedToRef": "a", "cancelActivity": "true", **(attributes or {})})
    return process(start(), users("a", "b"), made, end(), end("e2"), chain("s", "a", "e"), chain("t", "b", "e2"))


def looped(mark: str, task: str = "userTask", **more: Any) -> bytes:
    return line(node(task, "a", ext('<yc:task form="form" role="clerk"/>', clause()) + mark), **more)


def racing(made: str, *events: str) -> bytes:
    """An event-based gateway with the events ``a`` and, unless given, ``b`` behind it."""
    other = () if len(events) > 1 else (pause("b", "PT1H"),)
    return process(
        start(), made, *events, *other, xor("m"), end(), chain("s", "g", "a", "m", "e"), chain("g", "b", "m")
    )


def paired(split: str, join: str) -> bytes:
    """Two branches from the gateway ``g`` to the gateway ``j``."""
    return process(
        start(), user("u"), split, users("a", "b"), join, end(), chain("s", "u", "g"), flow("g", "a", "n"),
        flow("g", "b", id="d"), chain("a", "j", "e"), chain("b", "j"),
    )  # fmt: skip


def within(*parts: str, first: str = "x") -> bytes:
    """A subprocess ``sub`` with the parts that belong in it, and a boundary on it that leads to an end of its own."""
    inside = "".join(each for each in parts if "attachedToRef" not in each and "e3" not in each)
    around = "".join(each for each in parts if "attachedToRef" in each or "e3" in each)
    bare = '<error id="bare"/>'
    return process(
        start(), inner("sub", start("s2"), inside, chain("s2", first)), around, end(), end("e2"),
        chain("s", "sub", "e"), chain("t", "e2"), extra=declared("E", "F") + bare,
    )  # fmt: skip


def caught(code: str = "", kind: str = "error") -> str:
    return beside("t", "sub", thrown(kind, code))


def returning(made: str) -> bytes:
    """A user task whose boundary ``t`` leads back to it."""
    return process(start(), xor("m"), users("a", "b"), made, end(), chain("s", "m", "a", "e"), chain("t", "b", "m"))


WRONG_TIMES = [
    ("timeDuration", text)
    for text in ("", "P", "PT", "P1DT", "PT0S", "P1.5D", "-P1D", "P1W2D", "1 day", "'PT1H'", "days", "P99Y", "P1H")
] + [
    ("timeDate", text)
    for text in ("", '"2026-01-01"', "2026-02-30", "2026-01-01T25:00", "20260101", "2026-W01", "tomorrow", "PT1H")
] + [
    ("timeCycle", text)
    for text in (
        "", "R", "R/", "R/P", "R0/PT1H", "R/PT30S", "PT1H", "R3/2026-01-01T00:00:00Z/PT1H",
        "R3/PT1H/2026-01-01T00:00:00Z", "0 0 * * *", "0 0/5 * * * ?", "R1001/PT1H", "R-1/PT1H",
    )
]  # fmt: skip
FAILING = process(
    start(), user("w"), xor("g", "d"), fails("x", "E"), end(), chain("s", "w", "g"), flow("g", "x", "case_no"),
    flow("g", "e", id="d"), id="failing", inputs=["case_no"], extra=declared("E"),
)  # fmt: skip
PASSING = process(
    start(), call("c", "failing"), end(), chain("s", "c", "e"), id="passing", inputs=["case_no"]
)
TWO_TIMES = time("PT1H").replace("</timer", "<timeDate>2026-01-01</timeDate></timer")
MESSAGE = "<messageEventDefinition/>"
TIMER = "<timerEventDefinition/>"
NOTICE = ext('<yc:clock name="notice"/>') + TIMER
BARE = "<multiInstanceLoopCharacteristics>{}</multiInstanceLoopCharacteristics>"
LIST = '<loopDataInputRef>items</loopDataInputRef><inputDataItem id="item"/>'

BROKEN: dict[str, list[tuple[bytes, str]]] = {
    # The file
    "not-bpmn": [(b"<html><body/></html>", ""), (b"<definitions/>", "")],
    "no-process": [(file(), ""), (file('<collaboration id="c"/>'), "")],
    "several-processes": [
        (file(process_part(start(), end(), chain("s", "e")), process_part(start("s9"), end("e9"), id="p9")), "p9")
    ],
    "not-executable": [(line(user("a"), executable="false"), "p"), (line(user("a"), executable=""), "p")],
    "id-missing": [
        (line(user("a")).replace(b'<userTask id="a"', b"<userTask"), ""),
        (line(user("a")).replace(b'<sequenceFlow id="f_a_e"', b"<sequenceFlow"), ""),
        (line(user("a"), id=""), ""),
    ],
    "id-duplicate": [(line(user("a"), user("a"), ids="a"), "a"), (line(user("a"), variables=["a"]), "a")],
    "id-reserved": [
        (line(user(id), ids=id), id)
        for id in ("Start", "End", "Root", "x.EndJoin", "x.BoundaryEventSplit", "x.BoundaryEventJoin")
    ],
    "id-invalid": [(process(start(), user("1a"), end(), flow("s", "1a", id="f1"), flow("1a", "e", id="f2")), "1a")],
    "too-many-nodes": [
        (line(*map(user, (f"u{n}" for n in range(999))), ids=" ".join(f"u{n}" for n in range(999))), "p")
    ],
    "nesting-too-deep": [],  # Built below: six subprocesses in each other.
    # Flows
    "flow-dangling": [
        (line(user("a"), flow("a", "gone", id="lost")), "lost"),
        (
            process(
                start(),
                inner("sub", start("s2"), user("x"), end("e2"), chain("s2", "x", "e2")),
                end(),
                chain("s", "sub", "e"),
                flow("sub", "x", id="lost"),
            ),
            "lost",
        ),
    ],
    "start-missing": [(process(user("a"), end(), chain("a", "e")), "p")],
    "start-several": [(process(start(), start("s2"), user("a"), end(), chain("s", "a", "e"), flow("s2", "a")), "s2")],
    "end-missing": [(process(start(), user("a"), chain("s", "a")), "p")],
    "start-incoming": [
        (
            line(user("a"), xor("x", "d"), ids="a x").replace(
                b"</process>", (flow("x", "s", "n", id="back")).encode() + b"</process>"
            ),
            "s",
        )
    ],
    "end-outgoing": [(line(user("a"), user("b"), end("e2"), flow("e", "b"), flow("b", "e2")), "e")],
    "boundary-unattached": [
        (boundary(NOTICE, {"attachedToRef": "gone"}), "t"),
        (boundary(NOTICE, {"attachedToRef": "s"}), "t"),
    ],
    "boundary-incoming": [
        (
            process(
                start(),
                both("g"),
                users("a", "b"),
                clock("t", "a"),
                end(),
                end("e2"),
                chain("s", "g", "a", "e"),
                flow("g", "t"),
                chain("t", "b", "e2"),
            ),
            "t",
        )
    ],
    "implicit-split": [
        (line(users("a", "b"), flow("a", "b"), flow("b", "e", id="f9")), "a"),
        (process(start(), users("a", "b"), end(), chain("s", "a", "e"), flow("s", "b"), flow("b", "e")), "s"),
    ],
    "condition-ignored": [
        (process(start(), users("a", "b"), end(), flow("s", "a"), flow("a", "b", "n", id="c"), flow("b", "e")), "c"),
        (gateway(both("g"), flow("g", "a", "n", id="c"), flow("g", "b")), "c"),
    ],
    "implicit-merge": [
        (
            process(
                start(), both("g"), users("a", "b", "c"), end(), chain("s", "g", "a", "c", "e"), chain("g", "b", "c")
            ),
            "c",
        )
    ],
    "unreachable": [(line(users("a", "b"), flow("b", "e", id="f9")), "b")],
    "dead-end": [
        (process(start(), both("g"), users("a", "b"), end(), chain("s", "g", "a", "e"), flow("g", "b")), "b"),
        (process(start(), user("a"), clock("t", "a"), end(), chain("s", "a", "e")), "t"),
    ],
    "no-way-out": [
        (
            process(
                start(),
                xor("g", "d"),
                xor("m"),
                xor("x", "d2"),
                users("a", "b"),
                end(),
                chain("s", "g"),
                flow("g", "e", id="d"),
                flow("g", "m", "n"),
                chain("m", "a", "x"),
                flow("x", "m", "n", id="l1"),
                flow("x", "b", id="d2"),
                flow("b", "m", id="l2"),
            ),
            "a",
        )
    ],
    "loop-without-gateway": [
        (
            process(
                start(), users("a", "b"), end(), both("g"), chain("s", "a", "g", "e"), flow("g", "b"), flow("b", "a")
            ),
            "a",
        )
    ],
    "loop-without-person": [
        (
            process(
                start(),
                xor("m"),
                service("v", "svc"),
                xor("x", "d"),
                end(),
                chain("s", "m", "v", "x"),
                flow("x", "m", "n > 1"),
                flow("x", "e", id="d"),
            ),
            "m",
        )
    ],
    # Gateways
    "complex-gateway": [(gateway(node("complexGateway", "g"), flow("g", "a"), flow("g", "b")), "g")],
    "event-gateway": [(process(start(), first_of("g"), awaits("a"), end(), chain("s", "g", "a", "e")), "g")],
    "event-gateway-kind": [
        (racing(node("eventBasedGateway", "g", **more), awaits("a")), "g")
        for more in ({"instantiate": "true"}, {"eventGatewayType": "Parallel"})
    ],
    "event-gateway-target": [
        (racing(first_of("g"), user("a")), "a"),
        (racing(first_of("g"), receives("a")), "a"),
        (racing(first_of("g"), both("a")), "a"),
    ],
    "event-gateway-entry": [
        (
            process(
                start(), user("u"), xor("x", "d"), first_of("g"), awaits("a"), pause("b", "PT1H"), xor("m"), end(),
                chain("s", "u", "x"), flow("x", "g", "n"), flow("x", "a", id="d"), chain("g", "a", "m", "e"),
                chain("g", "b", "m"),
            ),
            "a",
        )
    ],
    "inclusive-without-join": [
        (paired(some("g", "d"), xor("j")), "g"),
        (
            process(  # A branch that leaves the block.
                start(), user("u"), some("g", "d"), users("a", "b"), xor("x", "d2"), some("j"), end(), end("e2"),
                chain("s", "u", "g"), flow("g", "a", "n"), flow("g", "b", id="d"), chain("a", "x"),
                flow("x", "e2", "n"), flow("x", "j", id="d2"), chain("b", "j", "e"),
            ),
            "g",
        ),
    ],
    "inclusive-without-split": [
        (paired(xor("g", "d"), some("j")), "j"),
        (paired(both("g"), some("j")).replace(b">n</conditionExpression>", b"/>"), "j"),
    ],
    "inclusive-mixed": [
        (
            process(
                start(), user("u"), some("g", "d"), users("a", "b"), some("x", "d2"), users("c", "f"), some("j"), end(),
                chain("s", "u", "g"), flow("g", "a", "n"), flow("g", "b", id="d"), chain("a", "x"), chain("b", "x"),
                flow("x", "c", "n"), flow("x", "f", id="d2"), chain("c", "j", "e"), chain("f", "j"),
            ),
            "x",
        )
    ],
    "exclusive-without-default": [(gateway(xor("g"), flow("g", "a", "n"), flow("g", "b", "not n")), "g")],
    "inclusive-without-default": [(gateway(some("g"), flow("g", "a", "n"), flow("g", "b", "not n")), "g")],
    "default-unknown": [(gateway(xor("g", "gone"), flow("g", "a", "n"), flow("g", "b", "not n")), "g")],
    "default-with-condition": [(gateway(xor("g", "d"), flow("g", "a", "n"), flow("g", "b", "n", id="d")), "d")],
    "condition-missing": [
        (gateway(xor("g", "d"), flow("g", "a", id="c"), flow("g", "b", id="d")), "c"),
        (gateway(some("g", "d"), flow("g", "a", "", id="c"), flow("g", "b", id="d")), "c"),
    ],
    "condition-alone": [(process(start(), xor("g"), end(), chain("s", "g"), flow("g", "e", "n", id="c")), "c")],
    "join-starved": [
        (
            process(
                start(),
                xor("g", "d"),
                both("j"),
                users("a", "b"),
                end(),
                chain("s", "g"),
                flow("g", "a", "n"),
                flow("g", "b", id="d"),
                chain("a", "j", "e"),
                flow("b", "j"),
            ),
            "j",
        )
    ],
    # Events
    "message-event": [
        (event("intermediateCatchEvent", '<messageEventDefinition messageRef="m"/>'), "a"),
        (event("intermediateCatchEvent", "<messageEventDefinition/>"), "a"),
        (event("intermediateThrowEvent", "<messageEventDefinition/>"), "a"),
        (boundary("<messageEventDefinition/>"), "t"),
        (process(start(), end("a", "<messageEventDefinition/>"), chain("s", "a")), "a"),
    ],
    "signal-event": [
        (event("intermediateThrowEvent", "<signalEventDefinition/>"), "a"),
        (boundary("<signalEventDefinition/>"), "t"),
    ],
    "signal-end-event": [(process(start(), end("a", "<signalEventDefinition/>"), chain("s", "a")), "a")],
    "link-event": [
        (event("intermediateThrowEvent", '<linkEventDefinition name="l"/>'), "a"),
        (event("intermediateCatchEvent", '<linkEventDefinition name="l"/>'), "a"),
    ],
    "compensation": [
        (event("intermediateThrowEvent", "<compensateEventDefinition/>"), "a"),
        (boundary("<compensateEventDefinition/>"), "t"),
        (line(user("a").replace("<userTask ", '<userTask isForCompensation="true" ')), "a"),
    ],
    "conditional-event": [
        (
            event(
                "intermediateCatchEvent",
                "<conditionalEventDefinition><condition>n</condition></conditionalEventDefinition>",
            ),
            "a",
        )
    ],
    "error-event": [
        (event("intermediateThrowEvent", "<errorEventDefinition/>"), "a"),
        (event("intermediateCatchEvent", "<errorEventDefinition/>"), "a"),
    ],
    "error-without-code": [
        (within(end("x", "<errorEventDefinition/>"), caught()), "x"),
        (within(end("x", '<errorEventDefinition errorRef="bare"/>'), caught()), "x"),
        (within(fails("x", "E"), beside("t", "sub", '<errorEventDefinition errorRef="bare"/>')), "t"),
    ],
    "error-unknown": [
        (within(end("x", '<errorEventDefinition errorRef="gone"/>'), caught()), "x"),
        (within(fails("x", "E"), beside("t", "sub", '<errorEventDefinition errorRef="gone"/>')), "t"),
    ],
    "error-host": [(boundary("<errorEventDefinition/>"), "t")],
    "error-beside": [(within(fails("x", "E"), beside("t", "sub", thrown("error", "E"), interrupting=False)), "t")],
    "error-twice": [
        (
            within(
                fails("x", "E"), caught("E"), end("e3"), beside("t2", "sub", thrown("error", "E")), chain("t2", "e3")
            ),
            "sub",
        )
    ],
    "error-uncaught": [
        (line(fails("x", "E"), user("a"), both("g"), flow("g", "x"), ids="a g", extra=declared("E")), "x"),
        (within(fails("x", "E"), caught("F")), "x"),
    ],
    "call-error-uncaught": [
        (line(call("a", "failing")), "a"),
        (line(call("a", "passing")), "a"),
    ],
    "escalation-event": [
        (event("intermediateCatchEvent", "<escalationEventDefinition/>"), "a"),
    ],
    "escalation-without-code": [
        (within(end("x", "<escalationEventDefinition/>"), caught(kind="escalation")), "x"),
        (within(escalates("y", ""), end("x"), chain("y", "x"), caught(kind="escalation"), first="y"), "y"),
    ],
    "escalation-unknown": [
        (within(end("x", '<escalationEventDefinition escalationRef="gone"/>'), caught(kind="escalation")), "x")
    ],
    "escalation-host": [(boundary("<escalationEventDefinition/>"), "t")],
    "escalation-twice": [
        (
            within(
                end("x", thrown("escalation", "E")), caught(kind="escalation"), end("e3"),
                beside("t2", "sub", "<escalationEventDefinition/>", interrupting=False), chain("t2", "e3"),
            ),
            "sub",
        )
    ],
    "escalation-uncaught": [(line(escalates("a", "E"), extra=declared("E")), "a")],
    "cancel-event": [
        (boundary("<cancelEventDefinition/>"), "t"),
        (process(start(), end("a", "<cancelEventDefinition/>"), chain("s", "a")), "a"),
    ],
    "terminate-misplaced": [(event("intermediateThrowEvent", "<terminateEventDefinition/>"), "a")],
    "event-reference": [(event("intermediateThrowEvent", "<eventDefinitionRef>x</eventDefinitionRef>"), "a")],
    "plain-timer": [
        (boundary(TIMER), "t"),
        (event("intermediateCatchEvent", NOTICE), "a"),
        (event("intermediateCatchEvent", TWO_TIMES), "a"),
        (process(start(), end("a", time("PT1H")), chain("s", "a")), "a"),
        (event("intermediateThrowEvent", time("PT1H")), "a"),
    ],
    "timer-value": [
        (boundary(f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"), "t")
        for kind, text in WRONG_TIMES
    ],
    "timer-cycle": [
        (boundary(time("R3/PT1H")), "t"),
        (event("intermediateCatchEvent", time("R/PT1H")), "a"),
        (racing(first_of("g"), pause("a", "R/PT1H")), "a"),
    ],
    "timer-back": [
        (returning(timer("t", "a", "R/PT1H", interrupting=False)), "t"),
        (returning(timer("t", "a", "PT1H", interrupting=False)), "t"),
        (process(start(), xor("m"), user("a"), timer("t", "a", "2026-12-01T09:00"), end(), chain("s", "m", "a", "e"),
                 chain("t", "m")), "t"),
    ],
    "start-trigger": [
        (process(node("startEvent", "s", d), user("a"), end(), chain("s", "a", "e")), "s")
        for d in (TIMER, "<messageEventDefinition/>", "<signalEventDefinition/>", "<conditionalEventDefinition/>")
    ],
    "several-events": [(boundary("<signalEventDefinition/><messageEventDefinition/>"), "t")],
    "catch-without-event": [(event("intermediateCatchEvent", ""), "a")],
    "boundary-without-event": [(boundary(""), "t")],
    "clock-without-name": [
        (boundary(ext("<yc:clock/>") + TIMER), "t"),
        (boundary(ext('<yc:clock name=" "/>') + TIMER), "t"),
        (boundary(ext('<yc:clock name="notice"/><yc:clock name="notice"/>') + TIMER), "t"),
    ],
    "message-without-name": [
        (boundary(ext("<yc:message/>") + MESSAGE), "t"),
        (boundary(ext('<yc:message name=" "/>') + MESSAGE), "t"),
        (boundary(ext('<yc:message name="withdrawal"/><yc:message name="withdrawal"/>') + MESSAGE), "t"),
    ],
    "message-twice": [
        (racing(first_of("g"), awaits("a"), awaits("b")), "g"),
        (
            process(
                start(),
                users("a", "b"),
                message("t", "a"),
                message("t2", "a"),
                end(),
                end("e2"),
                end("e3"),
                chain("s", "a", "e"),
                chain("t", "b", "e2"),
                chain("t2", "e3"),
            ),
            "a",
        )
    ],
    "clock-with-time": [
        (
            boundary(
                ext('<yc:clock name="notice"/>')
                + "<timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition>"
            ),
            "t",
        )
    ],
    "clock-quota": [
        (boundary(ext(f'<yc:clock name="notice" {limit}/>') + TIMER), "t")
        for limit in ('quota="0" unit="wd"', 'quota="5"', 'quota="5" unit="wh"', 'unit="wd"', 'quota="367" unit="cd"',
                      'quota="-1" unit="wd"', 'quota="五" unit="wd"')
    ],
    "stage-twice": [(line(staged("a", STAGE + STAGE)), "a")],
    "stage-name": [
        (line(staged("a", f"<yc:stage {said}/>")), "a")
        for said in ('title="审查"', 'key="review"', 'key="Review" title="审查"', f'key="review" title="{"审" * 31}"')
    ],
    "stage-days": [
        (line(staged("a", f'<yc:stage key="review" title="审查" {said}/>')), "a")
        for said in ('days="0"', 'days="0.3"', 'days="-1"', 'days="367"', 'days="两"', 'restart="yes"')
    ],
    "stage-differs": [
        (line(staged("a", STAGE), staged("b", '<yc:stage key="review" title="审查" days="2"/>'), ids="a b"), "b")
    ],
    "clock-twice": [
        (
            process(
                start(),
                users("a", "b"),
                clock("t", "a"),
                clock("t2", "a"),
                xor("m"),
                end(),
                chain("s", "a", "m", "e"),
                chain("t", "b", "m"),
                flow("t2", "m"),
            ),
            "a",
        )
    ],
    # Activities
    "script-task": [(line(node("scriptTask", "a", "<script>x = 1</script>")), "a")],
    "decision-missing": [
        (line(node("businessRuleTask", "a")), "a"),
        (line(node("businessRuleTask", "a", ext('<yc:decision ref=" "/>'))), "a"),
        (line(node("businessRuleTask", "a", ext('<yc:decision ref="x"/><yc:decision ref="y"/>'))), "a"),
    ],
    "decision-unknown": [(line(node("businessRuleTask", "a", ext('<yc:decision ref="nowhere"/>'))), "a")],
    "decision-input-unknown": [(line(node("businessRuleTask", "a", ext('<yc:decision ref="fee"/>')), inputs=[]), "a")],
    "message-task": [
        (line(node("sendTask", "a")), "a"),
        (line(node("receiveTask", "a")), "a"),
        (line(receives("a").replace("<receiveTask", '<receiveTask instantiate="true"')), "a"),
    ],
    "task-without-person": [(line(node("task", "a")), "a"), (line(node("manualTask", "a")), "a")],
    "transaction": [(line(node("transaction", "a", start("s2") + end("e2") + chain("s2", "e2"))), "a")],
    "ad-hoc-subprocess": [(line(node("adHocSubProcess", "a", user("x"))), "a")],
    "event-subprocess": [
        (
            line(
                user("a"),
                node("subProcess", "ev", start("s2") + end("e2") + chain("s2", "e2"), triggeredByEvent="true"),
            ),
            "ev",
        )
    ],
    "service-missing": [
        (line(node("serviceTask", "a")), "a"),
        (line(node("serviceTask", "a", ext("<yc:service/>"))), "a"),
        (line(node("serviceTask", "a", ext('<yc:service name="svc"/><yc:service name="svc"/>'))), "a"),
    ],
    "service-parameter": [
        (line(node("serviceTask", "a", ext(f'<yc:service name="svc">{p}</yc:service>'))), "a")
        for p in ('<yc:parameter value="1"/>', '<yc:parameter name="n"/>', '<yc:parameter name="n" value="1"/>' * 2)
    ],
    "call-target-missing": [(line(call("a", "")), "a")],
    "quantity": [(line(user("a").replace("<userTask ", '<userTask completionQuantity="2" ')), "a")],
    "standard-loop": [(looped('<standardLoopCharacteristics loopMaximum="2"/>'), "a")],
    "multi-instance-place": [
        (looped(several(), "serviceTask", variables=["items"]), "a"),
        (looped(several(), "subProcess", variables=["items"]), "a"),
    ],
    "multi-instance-output": [
        (
            looped(
                BARE.format(
                    LIST.replace("<inputDataItem", "<loopDataOutputRef>items</loopDataOutputRef><inputDataItem")
                ),
                variables=["items"],
            ),
            "a",
        ),
        (looped(BARE.format(LIST + '<outputDataItem id="out"/>'), variables=["items"]), "a"),
    ],
    "multi-instance-behavior": [
        (looped(several().replace("isSequential", 'behavior="None" isSequential'), variables=["items"]), "a")
    ],
    "multi-instance-item": [
        (looped(several(item="不是 名字"), variables=["items"]), "a"),
        (looped(several(item="items"), variables=["items"]), "a"),
        (looped(BARE.format(LIST + '<inputDataItem id="second"/>'), variables=["items"]), "a"),
    ],
    "multi-instance-source": [
        (looped(BARE.format("")), "a"),
        (looped(BARE.format("<loopCardinality>2</loopCardinality>" + LIST), variables=["items"]), "a"),
    ],
    "multi-instance-reference": [(looped(several()), "a"), (looped(several("elsewhere"), variables=["items"]), "a")],
    "element-unknown": [
        (line(user("a"), '<choreographyTask id="ch"/>'), "ch"),
        (line(user("a"), '<implicitThrowEvent id="im"/>'), "im"),
    ],
    # Data
    "data-store": [(line(user("a"), '<dataStoreReference id="ds" name="库"/>'), "ds")],
    "data-object": [(line(user("a"), '<dataObjectReference id="do" name="材料"/>'), "do")],
    "task-data": [(line(user("a", io(["x"], []))), "a")],
    "data-association": [
        (line(user("a", "<dataInputAssociation><sourceRef>do</sourceRef></dataInputAssociation>")), "a")
    ],
    "data-name": [(line(user("a"), inputs=["材料-1"]), "材料-1"), (line(user("a"), variables=["_x"]), "_x")],
    # Expressions
    "expression": [
        (decided("n = 1"), "yes"),
        (decided("${n == 1}"), "yes"),
        (decided("__import__('os')"), "yes"),
        (line(service("a", "svc", n="1 +")), "a"),
        (looped(several(until="lambda: 1"), variables=["items"]), "a"),
        (looped(BARE.format("<loopCardinality>n ** 2</loopCardinality>")), "a"),
        (line(receives("a", key="n =")), "a"),
    ],
    # Words
    "lane-missing": [(line(user("a")).replace(b"<flowNodeRef>a</flowNodeRef>", b""), "a")],
    "task-twice": [(line(node("userTask", "a", ext('<yc:task form="form" role="clerk"/>' * 2))), "a")],
    "form-missing": [(line(user("a", form="")), "a"), (line(node("userTask", "a")), "a")],
    "form-unknown": [(line(user("a", form="formm")), "a")],
    "role-missing": [(line(user("a", role="")), "a"), (line(node("userTask", "a")), "a")],
    "role-unknown": [(line(user("a", role="king")), "a")],
    "act-unknown": [(line(user("a", act="cases.fly")), "a")],
    "service-unknown": [(line(service("a", "fly")), "a")],
    "service-parameter-missing": [(line(service("a", "closing")), "a")],
    "service-parameter-unknown": [(line(service("a", "svc", extra="1")), "a")],
    "message-key": [
        (line(user("u"), awaits("a", "withdrawal", "n"), ids="u a"), "a"),
        (line(receives("a", "paid")), "a"),
    ],
    "message-unknown": [(boundary(ext('<yc:message name="gossip"/>') + MESSAGE), "t")],
    "clock-beyond-law": [
        (boundary(ext(f'<yc:clock name="notice" quota="{quota}" unit="{unit}"/>') + TIMER), "t")
        for quota, unit in ((6, "wd"), (5, "cd"))
    ],
    "clock-quota-idle": [(boundary(ext('<yc:clock name="limit" quota="5" unit="wd"/>') + TIMER), "t")],
    "clock-unknown": [(boundary(ext('<yc:clock name="alarm"/>') + TIMER), "t")],
    "clause-unknown": [
        (line(node("userTask", "a", ext('<yc:clause ref="9.9"/>'))), "a"),
        (line(node("userTask", "a", ext("<yc:clause/>"))), "a"),
    ],
    "clause-missing": [(line(node("userTask", "a", ext('<yc:task form="form" role="clerk"/>'))), "a")],
    "name-missing": [(line(user("a")).replace("名a".encode(), b"Review"), "a")],
    "extension-misplaced": [
        (line(node("userTask", "a", ext('<yc:clock name="notice"/>'))), "a"),
        (line(node("serviceTask", "a", ext("<yc:task/>"))), "a"),
    ],
    "extension-unknown": [(line(node("userTask", "a", ext('<yc:tusk id="k"/>'))), "k")],
    "extension-id": [(line(node("userTask", "a", ext('<yc:task id="k" form="form" role="clerk"/>'))), "k")],
    "foreign-extension": [
        (
            line(
                node("userTask", "a", ext('<camunda:properties xmlns:camunda="http://camunda.org/schema/1.0/bpmn"/>'))
            ),
            "",
        ),
        (
            line(user("a")).replace(
                b'<userTask id="a"', b'<userTask xmlns:f="http://flowable.org/bpmn" f:assignee="x" id="a"'
            ),
            "",
        ),
    ],
    # Calls
    "call-circle": [(line(call("a", "p")), "a")],
    "call-unknown": [(line(call("a", "nowhere")), "a"), (line(call("a", "${process}")), "a")],
    "call-undeclared": [(line(call("a", "open")), "a")],
    "call-input-unknown": [(line(call("a", "q"), inputs=[]), "a")],
    "name-unknown": [
        (decided("outcom == 1", inputs=["outcome"]), "yes"),
        (line(service("a", "svc", x="who"), inputs=[]), "a"),
        (looped(several(until="nrOfInstances > 1"), inputs=[], variables=["items"]), "a"),
    ],
    "output-unknown": [(line(user("a"), inputs=[], outputs=["verdict"]), "p")],
}


def nested(depth: int) -> bytes:
    body = user("deep")
    first = "deep"
    for level in range(depth):
        body = inner(f"sub{level}", start(f"s{level}"), body, end(f"e{level}"), chain(f"s{level}", first, f"e{level}"))
        first = f"sub{level}"
    return line(body, ids=first)


BROKEN["nesting-too-deep"] = [(nested(6), "sub0")]

WARNINGS = {
    "escalation-uncaught", "implicit-merge", "data-object", "clause-missing", "name-missing", "foreign-extension",
}  # fmt: skip
ELSEWHERE = {"xml-broken", "xml-doctype", "xml-encoding", "xml-depth", "file-too-large", "engine-refused"}
"""Rules of the door, which has its own tests, and of SpiffWorkflow's parser behind ours."""


GOOD = process(
    start(), user("ask", act="cases.decide"), xor("g", "no"), call("c", "q"), clock("t", "c"), service("v", "svc"),
    xor("m"), inner("sub", start("s2"), user("w"), end("e2"), chain("s2", "w", "e2")), both("f"), both("j"),
    users("l", "r"), terminate("e"),
    chain("s", "ask", "g"), flow("g", "c", "decision == 'grant' and n > 1"), flow("g", "m", id="no"), chain("c", "m"),
    chain("t", "v", "m"), chain("m", "sub", "f", "l", "j", "e"), chain("f", "r", "j"),
)  # fmt: skip


CAMUNDA = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="loan" isExecutable="true">
    <bpmn:startEvent id="StartEvent_1" camunda:formKey="embedded:app:forms/start.html">
      <bpmn:outgoing>F1</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="F1" sourceRef="StartEvent_1" targetRef="Check" />
    <bpmn:userTask id="Check" name="Check" camunda:candidateGroups="sales">
      <bpmn:outgoing>F2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="F2" sourceRef="Check" targetRef="Gateway_1" />
    <bpmn:exclusiveGateway id="Gateway_1"><bpmn:outgoing>F3</bpmn:outgoing>
      <bpmn:outgoing>F4</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="F3" sourceRef="Gateway_1" targetRef="Pay">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${approved}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="F4" sourceRef="Gateway_1" targetRef="End_1" />
    <bpmn:serviceTask id="Pay" camunda:class="org.example.Pay">
      <bpmn:multiInstanceLoopCharacteristics camunda:collection="items" camunda:elementVariable="item" />
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="F5" sourceRef="Pay" targetRef="End_1" />
    <bpmn:boundaryEvent id="Late" attachedToRef="Check"><bpmn:timerEventDefinition>
      <bpmn:timeDuration>P3D</bpmn:timeDuration>
    </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:endEvent id="End_1" />
  </bpmn:process>
</bpmn:definitions>"""
