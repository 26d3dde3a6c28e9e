"""What waits to be told that something has happened, and what it waits for.

Faults cured.  A stock event is found through a list kept beside the tree; a stock timer asks the
machine's clock, is evaluated as Python, rings one overdue tick of a cycle for each call, and behind an
event-based gateway shares one due time with every other timer there.  Here whatever waits is a
waiting task with what it waits for written into it (the due instant, the business key), so that the
snapshot holds it and a re-execution finds the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.context import turn
from engine.process.bpmn.errors import ProcessFault
from engine.process.bpmn.expressions import evaluate
from engine.process.bpmn.overrides.growth import Growing
from engine.process.bpmn.timing import Timing

MAX_KEY: Final = 100
"""Longest business key, in characters."""


class Happening(EventDefinition):
    """Something that may happen to an element that waits for it."""

    def arm(self, my_task: Any) -> None:
        """Write into a task that begins to wait what it waits for; by default its name is enough."""

    def again(self, my_task: Any) -> dict[str, Any] | None:
        """Return what is written into the task that waits after ``my_task`` has rung; None when it rings once."""
        return None


class ClockEventDefinition(Happening):
    """A named legal clock: it fires when it is told to, and never by looking at the time."""


class MessageEventDefinition(Happening):
    """A named message to the case: it is delivered by a command, and never by another process."""

    def __init__(self, name: str, key: str = "") -> None:
        """``key`` is the expression of the business key, empty when the name alone finds the element."""
        super().__init__(name)
        self.key = key

    def arm(self, my_task: Any) -> None:
        """Work out the business key from the facts there are now."""
        if self.key:
            my_task.internal_data["key"] = self._value(my_task)

    def again(self, my_task: Any) -> dict[str, Any]:
        """Wait for the same message once more."""
        return dict(my_task.internal_data)

    def _value(self, my_task: Any) -> str:
        value = evaluate(self.key, my_task.data)
        text = str(value)
        if type(value) not in (str, int) or not 0 < len(text) <= MAX_KEY or not text.isprintable():
            spec = my_task.task_spec
            raise ProcessFault(
                element=spec.bpmn_name or spec.bpmn_id,
                reason=f"业务键“{self.key}”应当是不超过 {MAX_KEY} 个字、没有换行等控制字符的文字或整数",
            )
        return text


class TimerEventDefinition(Happening):
    """A plain timer: its due instant is worked out when its element is entered and kept in the task."""

    def __init__(self, name: str, timing: Timing) -> None:
        super().__init__(name)
        self.timing = timing

    def arm(self, my_task: Any) -> None:
        """Count from now, the instant the element is entered."""
        my_task.internal_data.update(self._tick(turn().now, 1))

    def again(self, my_task: Any) -> dict[str, Any] | None:
        """Return the next tick of a cycle, counted from the same entry."""
        held = my_task.internal_data
        return self._tick(datetime.fromisoformat(held["from"]), held["tick"] + 1) if self.left(my_task) != 1 else None

    def left(self, my_task: Any) -> int | None:
        """Return how often the timer still rings, this time counted; None for no end."""
        times = self.timing.times
        return times if times is None else times - my_task.internal_data.get("tick", 1) + 1

    def _tick(self, entered: datetime, number: int) -> dict[str, Any]:
        due = {"due": self.timing.due(entered, number).isoformat()}
        return due if self.timing.times == 1 else {**due, "from": entered.isoformat(), "tick": number}


def due_at(my_task: Any) -> datetime:
    """Return the UTC instant at which the timer in ``my_task`` is due."""
    return datetime.fromisoformat(my_task.internal_data["due"])


class ErrorEventDefinition(Happening):
    """An error of a code, by which it is named; the empty code catches every error."""


class EscalationEventDefinition(Happening):
    """An escalation of a code, by which it is named; the empty code catches every escalation."""

    def again(self, my_task: Any) -> dict[str, Any]:
        """Wait for the next one."""
        return {}


class Waiting(Growing):
    """A node whose task waits until it is told."""

    event_definition: Any

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state != TaskState.WAITING:
            my_task._inherit_data()
            self.event_definition.arm(my_task)
            my_task._set_state(TaskState.WAITING)
        return False

    def ring(self, my_task: Any) -> None:
        """Let it happen."""
        my_task._ready()

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def _on_ready_hook(self, my_task: Any) -> None:
        """Do nothing: what is delivered is not kept in SpiffWorkflow's list of waiting events."""
