"""A token game of its own, to judge the runtime by: it knows BPMN and nothing of SpiffWorkflow.

It reads the file with the standard library, keeps one set of facts for each process and moves
tokens along flows.  It is slow, plain and only for tests.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree as ET

_B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_YC = "{urn:yichuang:bpmn:1}"
_CITY = timezone(timedelta(hours=8))
_ACTIVITIES = {"userTask", "callActivity", "subProcess", "receiveTask"}


@dataclass
class Flow:
    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class Process:
    id: str
    kinds: dict[str, str] = field(default_factory=dict)
    elements: dict[str, ET.Element] = field(default_factory=dict)
    out: dict[str, list[Flow]] = field(default_factory=dict)
    into: dict[str, list[Flow]] = field(default_factory=dict)
    boundaries: dict[str, list[str]] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    """Codes of errors and escalations by their ids."""
    embedded: dict[str, Process] = field(default_factory=dict)

    def event(self, id: str) -> str:
        """What an event is about: timer, message, error …; empty for none."""
        found = [child.tag.removeprefix(_B) for child in self.elements[id] if child.tag.endswith("EventDefinition")]
        return found[0].removesuffix("EventDefinition") if found else ""

    def code(self, id: str) -> str:
        kind = self.event(id)
        definition = self.elements[id].find(f"{_B}{kind}EventDefinition")
        assert definition is not None
        return self.codes.get(definition.get(f"{kind}Ref", ""), "")

    def message(self, id: str) -> tuple[str, str] | None:
        found = self.elements[id].find(f"{_B}extensionElements/{_YC}message")
        return (found.get("name", ""), found.get("key", "")) if found is not None else None

    def time(self, id: str) -> tuple[str, str] | None:
        """The kind and the literal of a plain timer; a clock has none."""
        timer = self.elements[id].find(f"{_B}timerEventDefinition")
        return (timer[0].tag.removeprefix(_B), str(timer[0].text)) if timer is not None and len(timer) else None

    def interrupting(self, id: str) -> bool:
        return self.elements[id].get("cancelActivity") != "false"

    def loop(self, id: str) -> ET.Element | None:
        return self.elements[id].find(f"{_B}multiInstanceLoopCharacteristics")


def read(xml: bytes) -> Process:
    root = ET.fromstring(xml)  # noqa: S314 # The tests wrote it.
    element = root.find(f"{_B}process")
    assert element is not None
    codes = {
        each.get("id", ""): each.get(f"{kind}Code", "")
        for kind in ("error", "escalation")
        for each in root.findall(f"{_B}{kind}")
    }
    return _read(element, codes)


def _read(element: ET.Element, codes: dict[str, str]) -> Process:
    made = Process(element.get("id", ""), codes=codes)
    for child in element:
        kind = child.tag.removeprefix(_B)
        if kind == "sequenceFlow":
            condition = child.find(f"{_B}conditionExpression")
            flow = Flow(
                child.get("id", ""),
                child.get("sourceRef", ""),
                child.get("targetRef", ""),
                condition.text if condition is not None else None,
            )
            made.out.setdefault(flow.source, []).append(flow)
            made.into.setdefault(flow.target, []).append(flow)
        elif kind == "ioSpecification":
            made.inputs = [each.get("name", "") for each in child.findall(f"{_B}dataInput")]
            made.outputs = [each.get("name", "") for each in child.findall(f"{_B}dataOutput")]
        elif child.get("id") and kind not in ("property", "laneSet"):
            made.kinds[child.get("id", "")] = kind
            made.elements[child.get("id", "")] = child
            if kind == "boundaryEvent":
                made.boundaries.setdefault(child.get("attachedToRef", ""), []).append(child.get("id", ""))
            elif kind == "subProcess":
                made.embedded[child.get("id", "")] = _read(child, codes)
    return made


def due(kind: str, text: str, entered: datetime, tick: int) -> datetime:
    """The instant of the ``tick``-th ring of a timer that began to wait at ``entered``."""
    if kind == "timeDate":
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=_CITY)).astimezone(UTC)
    days, _, hours = text.rpartition("/")[2].partition("T")
    number = {letter: int(count) for count, letter in re.findall(r"(\d+)([YMWD])", days)}
    clock = {letter: int(count) for count, letter in re.findall(r"(\d+)([HMS])", hours)}
    local, months = entered.astimezone(_CITY), tick * (number.get("Y", 0) * 12 + number.get("M", 0))
    for _ in range(months):  # The first of each next month, one by one; then the day, or the month's last.
        local = (local.replace(day=28) + timedelta(days=4)).replace(day=1)
    day = entered.astimezone(_CITY).day if months else local.day
    while months:
        try:
            local = local.replace(day=day)
            break
        except ValueError:
            day -= 1
    rest = timedelta(
        weeks=number.get("W", 0), days=number.get("D", 0),
        hours=clock.get("H", 0), minutes=clock.get("M", 0), seconds=clock.get("S", 0),
    )  # fmt: skip
    return local.astimezone(UTC) + rest * tick


@dataclass
class Waiter:
    """Something that may happen: at a boundary, a catch event, a receive task or behind an event gateway."""

    scope: Scope
    number: int
    """The activity it sits on, or the token that waits."""
    element: str
    order: int
    entered: datetime
    tick: int = 1
    key: str | None = None

    @property
    def due(self) -> datetime | None:
        time = self.scope.process.time(self.element)
        return due(*time, self.entered, self.tick) if time else None

    @property
    def left(self) -> int | None:
        """How often a timer still rings, this time counted."""
        kind, text = self.scope.process.time(self.element) or ("", "")
        if kind != "timeCycle":
            return 1
        count = text[1:].partition("/")[0]
        return int(count) - self.tick + 1 if count else None


class Scope:
    """A process that is being played."""

    def __init__(self, process: Process, facts: dict[str, Any], parent: Scope | None, caller: int) -> None:
        self.process, self.facts, self.parent, self.caller = process, facts, parent, caller
        self.moving: deque[Flow] = deque()
        self.arrived: Counter[tuple[str, str]] = Counter()
        """Tokens waiting at a join, by join and flow."""
        self.active: dict[int, str] = {}
        """Open tasks, calls and whatever waits in the flow, by number; the parts of a multi-instance, too."""
        self.whole: dict[int, int] = {}
        """The multi-instance a part belongs to."""
        self.several: dict[int, list[int]] = {}
        """How many parts of a multi-instance are to be opened and are open still."""
        self.inner: dict[int, Scope] = {}

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1


class Oracle:
    def __init__(self, main: bytes, *others: bytes) -> None:
        self.processes = {each.id: each for each in map(read, (main, *others))}
        self.main = read(main).id
        self.scopes: list[Scope] = []
        self.waiters: list[Waiter] = []
        self.passed: list[str] = []
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self._number = 0

    def start(self, facts: dict[str, Any]) -> None:
        self._open(self.processes[self.main], dict(facts), None, 0)
        self._settle()

    @property
    def completed(self) -> bool:
        return not self.scopes

    def tasks(self) -> list[tuple[str, Scope, int]]:
        return [
            (id, scope, number)
            for scope in self.scopes
            for number, id in scope.active.items()
            if scope.process.kinds[id] == "userTask" and number not in scope.several
        ]

    @property
    def ready(self) -> list[str]:
        return sorted(id for id, _, _ in self.tasks())

    @property
    def armed(self) -> list[str]:
        """The boundaries that wait for a clock."""
        timed = [each for each in self.waiters if each.scope.process.event(each.element) == "timer"]
        return sorted(each.element for each in timed if not each.due)

    @property
    def timers(self) -> list[tuple[str, datetime, int | None]]:
        return sorted(
            ((each.element, each.due, each.left) for each in self.waiters if each.due),
            key=lambda each: each[:2],
        )

    @property
    def awaited(self) -> list[tuple[str, str, str]]:
        """Element, name and key of every message that is waited for."""
        found = [(each, each.scope.process.message(each.element)) for each in self.waiters]
        return sorted((each.element, message[0], each.key or "") for each, message in found if message)

    def is_boundary(self, element: str) -> bool:
        return any(
            each.element == element and each.scope.process.kinds[element] == "boundaryEvent" for each in self.waiters
        )

    def do(self, element: str, facts: dict[str, Any]) -> None:
        self.passed = []
        # Of several parts the runtime is asked for the first that was opened, and so is this game.
        _, scope, number = min((each for each in self.tasks() if each[0] == element), key=lambda each: each[2])
        self._do(scope, number, facts)

    def _do(self, scope: Scope, number: int, facts: dict[str, Any]) -> None:
        if number in scope.whole:
            self._part(scope, number, facts)
        else:
            scope.facts.update(facts)
            self._finish(scope, number)
        self._settle()

    def fire(self, boundary: str) -> None:
        """Let a clock ring."""
        self.passed = []
        self._ring(next(each for each in self.waiters if each.element == boundary))
        self._settle()

    def tick(self, now: datetime) -> None:
        """Let everything ring that is due by ``now``."""
        self.passed, self.now = [], now
        while True:
            late = [each for each in self.waiters if each.due and each.due <= now]
            if not late:
                return
            self._ring(min(late, key=lambda each: (each.due, each.order)))
            self._settle()

    def deliver(self, name: str, key: str = "") -> None:
        self.passed = []
        fitting = [
            each
            for each in self.waiters
            if (each.scope.process.message(each.element) or ("",))[0] == name and (each.key or "") == key
        ]
        self._ring(max(fitting, key=lambda each: (each.scope.depth, each.order)))
        self._settle()

    def _wait(self, scope: Scope, number: int, element: str) -> None:
        message = scope.process.message(element)
        key = str(self._value(message[1], scope)) if message and message[1] else None
        self._number += 1
        self.waiters.append(Waiter(scope, number, element, self._number, self.now, key=key))

    def _ring(self, waiter: Waiter) -> None:
        scope, element = waiter.scope, waiter.element
        if scope.process.kinds[element] == "boundaryEvent":
            self.waiters.remove(waiter)
            if scope.process.interrupting(element):
                self._cancel(scope, waiter.number)
            elif scope.process.event(element) in ("message", "escalation") or (waiter.due and waiter.left != 1):
                self._number += 1
                following = Waiter(
                    scope, waiter.number, element, self._number, waiter.entered, waiter.tick + 1, waiter.key
                )
                self.waiters.append(following)
            self.passed.append(element)
            scope.moving.extend(scope.process.out[element])
            return
        # The token stands at the element itself or at the gateway before it; either way it moves on from the element.
        scope.active[waiter.number] = element
        self._finish(scope, waiter.number)

    def _cancel(self, scope: Scope, number: int) -> None:
        del scope.active[number]
        self._disarm(scope, number)
        scope.several.pop(number, None)
        for part in [part for part, whole in scope.whole.items() if whole == number]:
            del scope.whole[part]
            self._cancel(scope, part)
        scope.whole.pop(number, None)
        inner = scope.inner.pop(number, None)
        if inner is not None:
            self._close(inner)

    def _close(self, scope: Scope) -> None:
        for each in list(scope.active):
            if each in scope.active:
                self._cancel(scope, each)
        scope.moving.clear()
        scope.arrived.clear()
        if scope in self.scopes:
            self.scopes.remove(scope)

    def _disarm(self, scope: Scope, number: int) -> None:
        self.waiters = [each for each in self.waiters if not (each.scope is scope and each.number == number)]

    def _open(self, process: Process, facts: dict[str, Any], parent: Scope | None, caller: int) -> Scope:
        scope = Scope(process, facts, parent, caller)
        self.scopes.append(scope)
        start = next(id for id, kind in process.kinds.items() if kind == "startEvent")
        self.passed.append(start)
        scope.moving.extend(process.out[start])
        return scope

    def _finish(self, scope: Scope, number: int) -> None:
        id = scope.active.pop(number)
        self._disarm(scope, number)
        self.passed.append(id)
        scope.moving.extend(scope.process.out.get(id, []))

    def _settle(self) -> None:
        while True:
            if self._move_one() or self._open_one_inclusive_join() or self._end_one():
                continue
            return

    def _move_one(self) -> bool:
        for scope in self.scopes:
            if scope.moving:
                self._arrive(scope, scope.moving.popleft())
                return True
        return False

    def _arrive(self, scope: Scope, flow: Flow) -> None:
        process, id = scope.process, flow.target
        kind = process.kinds[id]
        if kind in _ACTIVITIES:
            self._enter(scope, id)
        elif kind == "exclusiveGateway":
            self._choose(scope, id, first_only=True)
        elif kind in ("parallelGateway", "inclusiveGateway"):
            scope.arrived[id, flow.id] += 1
            ways = process.into[id]
            if kind == "parallelGateway" and all(scope.arrived[id, way.id] for way in ways):
                scope.arrived.subtract({(id, way.id): 1 for way in ways})
                self.passed.append(id)
                scope.moving.extend(process.out[id])
        elif kind == "eventBasedGateway":
            self.passed.append(id)
            number = self._token(scope, id)
            for way in process.out[id]:
                self._wait(scope, number, way.target)
        elif kind == "intermediateCatchEvent":
            self._wait(scope, self._token(scope, id), id)
        else:
            self.passed.append(id)
            self._throw(scope, id)

    def _token(self, scope: Scope, id: str) -> int:
        self._number += 1
        scope.active[self._number] = id
        return self._number

    def _enter(self, scope: Scope, id: str) -> None:
        number, loop = self._token(scope, id), scope.process.loop(id)
        for boundary in scope.process.boundaries.get(id, []):
            self._wait(scope, number, boundary)
        if loop is None:
            self._begin(scope, number, id)
            return
        count = int(self._value(str(loop.findtext(f"{_B}loopCardinality")), scope))
        at_once = 1 if loop.get("isSequential") == "true" else count
        scope.several[number] = [count, 0]
        if not count:
            del scope.several[number]
            self._finish(scope, number)
        for _ in range(min(at_once, count)):
            self._next_part(scope, number)

    def _next_part(self, scope: Scope, whole: int) -> None:
        scope.several[whole][0] -= 1
        scope.several[whole][1] += 1
        part = self._token(scope, scope.active[whole])
        scope.whole[part] = whole
        self._begin(scope, part, scope.active[whole])

    def _begin(self, scope: Scope, number: int, id: str) -> None:
        kind = scope.process.kinds[id]
        if kind == "callActivity":
            called = self.processes[scope.process.elements[id].get("calledElement", "")]
            given = {name: scope.facts[name] for name in called.inputs}
            scope.inner[number] = self._open(called, given, scope, number)
        elif kind == "subProcess":
            scope.inner[number] = self._open(scope.process.embedded[id], scope.facts, scope, number)
        elif kind == "receiveTask":
            self._wait(scope, number, id)

    def _part(self, scope: Scope, number: int, facts: dict[str, Any]) -> None:
        """A part of a multi-instance is done; of what it learnt only its own condition hears."""
        whole = scope.whole.pop(number)
        id = scope.active.pop(number)
        self.passed.append(id)
        scope.several[whole][1] -= 1
        loop = scope.process.loop(id)
        assert loop is not None
        until = loop.findtext(f"{_B}completionCondition")
        if until and eval(until, {}, {**scope.facts, **facts}):  # noqa: S307 # The tests wrote it.
            for other in [part for part, each in scope.whole.items() if each == whole]:
                del scope.whole[other]
                self._cancel(scope, other)
            scope.several[whole] = [0, 0]
        left, open_ = scope.several[whole]
        if left and not open_:
            self._next_part(scope, whole)
        elif not left and not open_:
            # It has been told by its parts.
            del scope.several[whole], scope.active[whole]
            self._disarm(scope, whole)
            scope.moving.extend(scope.process.out.get(id, []))

    def _throw(self, scope: Scope, id: str) -> None:
        """An end or an intermediate event has been passed: it may end the scope or tell a boundary around it."""
        event = scope.process.event(id) if scope.process.kinds[id] != "startEvent" else ""
        if event == "terminate":
            for each in list(scope.active):
                if each in scope.active:
                    self._cancel(scope, each)
            scope.moving.clear()
            scope.arrived.clear()
            return
        if event in ("error", "escalation"):
            caught = self._catcher(scope, event, scope.process.code(id))
            assert caught or event == "escalation", f"nobody catches the error at {id}"
            if caught:
                self._ring(caught)
                if scope not in self.scopes:
                    return
        scope.moving.extend(scope.process.out.get(id, []))

    def _catcher(self, scope: Scope, event: str, code: str) -> Waiter | None:
        while scope.parent is not None:
            outer, host = scope.parent, scope.caller
            host = outer.whole.get(host, host)
            fitting = [
                each
                for each in self.waiters
                if each.scope is outer and each.number == host and outer.process.event(each.element) == event
                and outer.process.code(each.element) in ("", code)
            ]  # fmt: skip
            named = [each for each in fitting if outer.process.code(each.element)]
            if fitting:
                return (named or fitting)[0]
            scope = outer
        return None

    def _choose(self, scope: Scope, id: str, *, first_only: bool) -> None:
        self.passed.append(id)
        flows = scope.process.out[id]
        default = scope.process.elements[id].get("default")
        held = [flow for flow in flows if flow.id != default and self._holds(flow, scope)]
        chosen = held or [f for f in flows if f.id == default]
        scope.moving.extend(chosen[:1] if first_only else chosen)

    def _holds(self, flow: Flow, scope: Scope) -> bool:
        return flow.condition is None or bool(self._value(flow.condition, scope))

    def _value(self, expression: str, scope: Scope) -> Any:
        return eval(expression, {}, scope.facts)  # noqa: S307 # The tests wrote it.

    def _open_one_inclusive_join(self) -> bool:
        for scope in self.scopes:
            for id, kind in scope.process.kinds.items():
                if kind != "inclusiveGateway":
                    continue
                filled = {f.id for f in scope.process.into[id] if scope.arrived[id, f.id]}
                if filled and not self._is_waited_for(scope, id, filled):
                    scope.arrived.subtract({(id, each): 1 for each in filled})
                    self._choose(scope, id, first_only=False)
                    return True
        return False

    def _is_waited_for(self, scope: Scope, join: str, filled: set[str]) -> bool:
        """BPMN 2.0, 13.4.3: some token elsewhere can come in by an empty flow, and by no filled one."""
        places = list(scope.active.values())
        places += [
            each.element
            for each in self.waiters
            if each.scope is scope and scope.process.kinds[each.element] == "boundaryEvent"
        ]
        places += [id for (id, _), count in scope.arrived.items() if count and id != join]
        for place in places:
            ahead = self._ahead(scope.process, place, join)
            if ahead - filled and not ahead & filled:
                return True
        return False

    def _ahead(self, process: Process, place: str, join: str) -> set[str]:
        found, seen, queue = set(), set(), [place]
        while queue:
            each = queue.pop()
            for flow in process.out.get(each, []):
                if flow.target == join:
                    found.add(flow.id)
                elif flow.target not in seen:
                    seen.add(flow.target)
                    queue += [flow.target, *process.boundaries.get(flow.target, [])]
        return found

    def _end_one(self) -> bool:
        for scope in self.scopes:
            if scope.moving or scope.active or any(scope.arrived.values()):
                continue
            self.scopes.remove(scope)
            if scope.parent is not None:
                parent, caller = scope.parent, scope.caller
                parent.inner.pop(caller)
                if caller in parent.whole:
                    self._part(parent, caller, {})
                else:
                    parent.facts.update({name: scope.facts[name] for name in scope.process.outputs})
                    self._finish(parent, caller)
            return True
        return False
