"""A few words to draw small BPMN files with, and a player that runs them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.process.bpmn import (
    Advance,
    Bundle,
    DecisionFile,
    Definition,
    Instance,
    Runtime,
    ServiceCall,
    parse_decisions,
    parse_definition,
)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:yc="urn:yichuang:bpmn:1" '
    'id="defs" targetNamespace="t">'
)


def file(*parts: str) -> bytes:
    """A whole document around ``parts``."""
    return (HEAD + "".join(parts) + "</definitions>").encode()


def process(
    *parts: str,
    id: str = "p",
    inputs: Iterable[str] | None = None,
    outputs: Iterable[str] = (),
    variables: Iterable[str] = (),
    lane: str = "L_window",
    executable: str = "true",
    extra: str = "",
) -> bytes:
    """A document with one process.  With ``inputs`` (even none) it declares its data."""
    return file(process_part(
        *parts, id=id, inputs=inputs, outputs=outputs, variables=variables, lane=lane, executable=executable
    ), extra)  # fmt: skip


def process_part(
    *parts: str,
    id: str = "p",
    inputs: Iterable[str] | None = None,
    outputs: Iterable[str] = (),
    variables: Iterable[str] = (),
    lane: str = "L_window",
    executable: str = "true",
) -> str:
    body = "".join(parts)
    declared = "" if inputs is None else io(inputs, outputs)
    held = "".join(f'<property id="{name}" name="{name}"/>' for name in variables)
    head = f'<process id="{id}" name="流程{id}" isExecutable="{executable}">'
    return f"{head}{declared}{held}{lanes({lane: body})}{body}</process>"


def io(inputs: Iterable[str], outputs: Iterable[str]) -> str:
    ins, outs = list(inputs), list(outputs)
    # Ids are unique in a file, so an output that is an input too needs another one.
    out_ids = [f"{name}_" if name in ins else name for name in outs]
    return (
        "<ioSpecification>"
        + "".join(f'<dataInput id="{name}" name="{name}"/>' for name in ins)
        + "".join(f'<dataOutput id="{out}" name="{name}"/>' for name, out in zip(outs, out_ids, strict=True))
        + "<inputSet>" + "".join(f"<dataInputRefs>{name}</dataInputRefs>" for name in ins) + "</inputSet>"
        + "<outputSet>" + "".join(f"<dataOutputRefs>{out}</dataOutputRefs>" for out in out_ids) + "</outputSet>"
        + "</ioSpecification>"
    )  # fmt: skip


def lanes(bodies: Mapping[str, str]) -> str:
    """One lane for each key, holding every node whose id occurs in the body."""
    made = ""
    for lane, body in bodies.items():
        ids = re.findall(r"<(?:\w+Event|\w*[tT]ask|\w+Gateway|callActivity|subProcess)\b[^>]*? ?id=\"([^\"]*)\"", body)
        refs = "".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in ids)
        made += f'<lane id="{lane}" name="综合窗口">{refs}</lane>'
    return f'<laneSet id="lanes">{made}</laneSet>'


def node(tag: str, id: str, inner: str = "", **attributes: str) -> str:
    named = {"name": f"名{id}", **attributes}
    text = "".join(f" {key}={quoteattr(value)}" for key, value in named.items())
    return f'<{tag} id="{id}"{text}>{inner}</{tag}>'


def ext(*parts: str) -> str:
    return "<extensionElements>" + "".join(parts) + "</extensionElements>"


def clause(ref: str = "6.1.1") -> str:
    return f'<yc:clause ref="{ref}"/>'


def start(id: str = "s") -> str:
    return node("startEvent", id)


def end(id: str = "e", inner: str = "") -> str:
    return node("endEvent", id, inner)


def terminate(id: str = "e") -> str:
    return end(id, "<terminateEventDefinition/>")


def user(id: str, inner: str = "", *, form: str = "form", role: str = "clerk", act: str = "") -> str:
    more = f' act="{act}"' if act else ""
    return node("userTask", id, ext(f'<yc:task form="{form}" role="{role}"{more}/>', clause()) + inner)


def users(*ids: str) -> str:
    return "".join(user(id) for id in ids)


def service(id: str, name: str, **parameters: str) -> str:
    given = "".join(f"<yc:parameter name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in parameters.items())
    return node("serviceTask", id, ext(f'<yc:service name="{name}">{given}</yc:service>', clause()))


def asking(id: str, decision: str) -> str:
    """A business rule task that asks ``decision``."""
    return node("businessRuleTask", id, ext(f'<yc:decision ref="{decision}"/>', clause()))


def xor(id: str, default: str = "") -> str:
    return node("exclusiveGateway", id, **({"default": default} if default else {}))


def both(id: str) -> str:
    return node("parallelGateway", id)


def some(id: str, default: str = "") -> str:
    return node("inclusiveGateway", id, **({"default": default} if default else {}))


def call(id: str, called: str, inner: str = "") -> str:
    return node("callActivity", id, ext(clause()) + inner, calledElement=called)


def inner(id: str, *parts: str) -> str:
    """An embedded subprocess."""
    return node("subProcess", id, "".join(parts))


def clock(id: str, on: str, name: str = "notice", *, interrupting: bool = True) -> str:
    return node(
        "boundaryEvent",
        id,
        ext(f'<yc:clock name="{name}"/>') + "<timerEventDefinition/>",
        attachedToRef=on,
        cancelActivity=str(interrupting).lower(),
    )


def message(id: str, on: str, name: str = "withdrawal", *, key: str = "", interrupting: bool = True) -> str:
    return beside(id, on, named(name, key) + "<messageEventDefinition/>", interrupting=interrupting)


def beside(id: str, on: str, inner: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    return node("boundaryEvent", id, inner, attachedToRef=on, cancelActivity=str(interrupting).lower())


def named(name: str, key: str = "") -> str:
    """The name of a message, and its business key."""
    more = f" key={quoteattr(key)}" if key else ""
    return ext(f'<yc:message name="{name}"{more}/>')


def awaits(id: str, name: str = "withdrawal", key: str = "") -> str:
    """A catch event for a message."""
    return node("intermediateCatchEvent", id, named(name, key) + "<messageEventDefinition/>")


def receives(id: str, name: str = "withdrawal", key: str = "") -> str:
    """A receive task."""
    return node("receiveTask", id, named(name, key))


def time(text: str) -> str:
    """A plain timer: a duration, a cycle or a date, told by how it begins."""
    kind = {"P": "timeDuration", "R": "timeCycle"}.get(text[:1], "timeDate")
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def timer(id: str, on: str, text: str, *, interrupting: bool = True) -> str:
    """A boundary with a plain timer."""
    return beside(id, on, time(text), interrupting=interrupting)


def pause(id: str, text: str) -> str:
    """A catch event for a plain timer."""
    return node("intermediateCatchEvent", id, time(text))


def first_of(id: str) -> str:
    """An event-based gateway."""
    return node("eventBasedGateway", id)


def declared(*codes: str) -> str:
    """The errors and escalations of a file, to stand beside its process."""
    return "".join(
        f'<error id="error_{code}" errorCode="{code}"/><escalation id="escalation_{code}" escalationCode="{code}"/>'
        for code in codes
    )


def thrown(kind: str, code: str) -> str:
    """The definition of an error or an escalation of ``code``; every code when it is empty."""
    ref = f' {kind}Ref="{kind}_{code}"' if code else ""
    return f"<{kind}EventDefinition{ref}/>"


def fails(id: str, code: str) -> str:
    """An error end event."""
    return end(id, thrown("error", code))


def escalates(id: str, code: str) -> str:
    """An intermediate event that throws an escalation."""
    return node("intermediateThrowEvent", id, thrown("escalation", code))


def several(source: str = "items", item: str = "item", *, sequential: bool = False, until: str = "") -> str:
    """The mark of a multi-instance over the list in ``source``."""
    done = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f'<loopDataInputRef>{source}</loopDataInputRef><inputDataItem id="{item}"/>{done}'
        "</multiInstanceLoopCharacteristics>"
    )


def times(count: str, *, sequential: bool = False) -> str:
    """The mark of a multi-instance that counts."""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<loopCardinality>{escape(count)}</loopCardinality></multiInstanceLoopCharacteristics>"
    )


def flow(source: str, target: str, condition: str | None = None, id: str = "") -> str:
    written = (
        f'<conditionExpression xsi:type="tFormalExpression">{escape(condition)}</conditionExpression>'
        if condition is not None
        else ""
    )
    id = id or f"f_{source}_{target}"
    return f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{written}</sequenceFlow>'


def chain(*ids: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(ids))


def bundle(main: bytes, *others: bytes, tables: Iterable[bytes] = ()) -> Bundle:
    definitions = [parse_definition(xml) for xml in others]
    known = {id: file for file in map(parse_decisions, tables) for id in file.decisions}
    return Bundle.of(parse_definition(main), {each.process_id: each for each in definitions}, known)


def table_finder(*files: bytes) -> Callable[[str], DecisionFile | None]:
    return {id: file for file in map(parse_decisions, files) for id in file.decisions}.get


def finder(*files: bytes) -> Callable[[str], Definition | None]:
    known = {each.process_id: each for each in map(parse_definition, files)}
    return known.get


def no_service(wanted: ServiceCall) -> None:
    raise AssertionError(f"service {wanted.name} was not expected")


class Player:
    """Plays one instance hot and, in the steps it doubts, from the snapshot too, and insists that they agree."""

    def __init__(
        self,
        bundle: Bundle,
        services: Mapping[str, Callable[[ServiceCall], dict[str, Any] | None]] | None = None,
        doubts: Callable[[], bool] = lambda: True,
    ) -> None:
        self.doubts = doubts
        self.bundle = bundle
        self.hot, self.cold = Runtime(), Runtime(cache_size=0)
        self.services = services or {}
        self.calls: list[ServiceCall] = []
        self.now = NOON
        self.version = 0
        self.last: Advance

    def _serve(self, wanted: ServiceCall) -> dict[str, Any] | None:
        self.calls.append(wanted)
        return self.services.get(wanted.name, no_service)(wanted)

    def _agree(self, play: Callable[[Runtime], Advance]) -> Advance:
        self.now += timedelta(minutes=1)
        hot = play(self.hot)
        if self.doubts():
            told = len(self.calls)
            assert hot == play(self.cold)
            del self.calls[told:]
        self.version += 1
        self.hot.remember("k", self.version, hot)
        self.last = hot
        return hot

    @property
    def instance(self) -> Instance:
        return Instance("k", self.version, self.last.snapshot)

    def start(self, **facts: Any) -> Advance:
        return self._agree(lambda r: r.start(self.bundle, facts, now=self.now, call_service=self._serve))

    def number(self, element: str) -> int:
        """The number of the first open task of ``element``."""
        return next(task.task_no for task in self.last.open_tasks if task.element_id == element)

    def do(self, element: str | int, **facts: Any) -> Advance:
        number = element if isinstance(element, int) else self.number(element)
        instance = self.instance
        return self._agree(
            lambda r: r.complete(self.bundle, instance, number, facts, now=self.now, call_service=self._serve)
        )

    def fire(self, name: str = "notice", task_no: int | None = None) -> Advance:
        instance = self.instance
        return self._agree(
            lambda r: r.fire_clock(self.bundle, instance, name, now=self.now, call_service=self._serve, task_no=task_no)
        )

    def deliver(self, name: str = "withdrawal", *, message_key: str | None = None, **facts: Any) -> Advance:
        instance = self.instance
        return self._agree(
            lambda r: r.deliver(
                self.bundle, instance, name, facts, now=self.now, call_service=self._serve, key=message_key
            )
        )

    def tick(self, *, most: int = 1_000, **later: float) -> Advance:
        """Let the time given go by (a minute more, as in every step) and let ``most`` of what is due then ring."""
        instance = self.instance
        self.now += timedelta(**later)
        return self._agree(
            lambda r: r.fire_timers(self.bundle, instance, now=self.now, call_service=self._serve, most=most)
        )

    @property
    def awaited(self) -> list[str]:
        return [each.name for each in self.last.awaited]

    @property
    def timers(self) -> list[str]:
        """The elements of the timers that wait, in the order they are due."""
        return [each.element_id for each in sorted(self.last.timers, key=lambda each: (each.due, each.task_no))]

    @property
    def ready(self) -> list[str]:
        """The elements of the open tasks, sorted."""
        return sorted(task.element_id for task in self.last.open_tasks)

    @property
    def passed(self) -> list[str]:
        return [each.element_id for each in self.last.passed]
