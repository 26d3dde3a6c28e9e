"""The runtime: starts processes, completes tasks, fires clocks, delivers messages; one advance at a time.

An advance changes nothing that lasts: it returns a snapshot, and the caller stores it or not.  Any
exception means that nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.foundation.errors import Refusal
from engine.process.bpmn.advance import Advance, Instance
from engine.process.bpmn.cache import DEFAULT_SIZE, HotInstances
from engine.process.bpmn.context import CallService, Turn, playing, turn
from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.errors import ClockNotArmed, MessageNotAwaited, ProcessFault, TaskNotOpen, TimerNotDue
from engine.process.bpmn.expressions import ExpressionRefused
from engine.process.bpmn.facts import checked
from engine.process.bpmn.migrated import Ids, migrated
from engine.process.bpmn.modification import Change, modify
from engine.process.bpmn.overrides.waiting import (
    ClockEventDefinition,
    MessageEventDefinition,
    TimerEventDefinition,
    due_at,
)
from engine.process.bpmn.report import Before, is_open_task, report, waiting_tasks
from engine.process.bpmn.snapshot import Live, load, new_instance
from engine.process.bpmn.state import is_state

Move = Callable[[Any], None]


class Runtime:
    """Runs processes on SpiffWorkflow.  Safe to use from any number of threads."""

    def __init__(self, cache_size: int = DEFAULT_SIZE) -> None:
        """Keep at most ``cache_size`` instances in memory between advances."""
        self._hot = HotInstances(cache_size)

    def start(self, bundle: Bundle, facts: Mapping[str, Any], *, now: datetime, call_service: CallService) -> Advance:
        """Start the bundle's main process with ``facts`` and run it until it waits or ends.

        ``now`` is an aware instant.  Raises :class:`FactsRefused`, :class:`ProcessFault`, or
        whatever a service raises.
        """
        given = checked(facts)
        live = Live(new_instance(bundle), 1, bundle.digest)

        def begin(top: Any) -> None:
            top.plant()
            top.task_tree.data = given
            top.task_tree._ready()

        return self._play(bundle, live, begin, now, call_service)

    def complete(
        self,
        bundle: Bundle,
        instance: Instance,
        task_no: int,
        facts: Mapping[str, Any],
        *,
        now: datetime,
        call_service: CallService,
    ) -> Advance:
        """Complete the open user task ``task_no`` with ``facts`` and run on.

        Raises :class:`TaskNotOpen` when the task is not open (a second completion, too), and what
        :meth:`start` raises; after any exception nothing has changed.
        """
        given = checked(facts)

        def finish(top: Any) -> None:
            task = top.find(task_no)
            if task is None or not is_open_task(task):
                raise TaskNotOpen(task_no=task_no)
            task.data.update(given)
            task.run()

        return self._play(bundle, self._live(bundle, instance), finish, now, call_service)

    def fire_clock(
        self,
        bundle: Bundle,
        instance: Instance,
        clock: str,
        *,
        now: datetime,
        call_service: CallService,
        task_no: int | None = None,
    ) -> Advance:
        """Let the clock named ``clock`` ring at every boundary that waits for it, and run on.

        ``task_no`` narrows it to one boundary when several wait (see :class:`ArmedClock`).  Raises
        :class:`ClockNotArmed` when none waits, and what :meth:`start` raises.
        """

        def ring(top: Any) -> None:
            waiting = [
                task
                for task in waiting_tasks(top, ClockEventDefinition)
                if task.task_spec.event_definition.name == clock and task_no in (None, task.id)
            ]
            if not waiting:
                raise ClockNotArmed(clock=clock)
            for task in waiting:
                # An earlier one may have closed the activity a later one sits on.
                if task.state == TaskState.WAITING:
                    task.task_spec.ring(task)

        return self._play(bundle, self._live(bundle, instance), ring, now, call_service)

    def fire_timers(
        self, bundle: Bundle, instance: Instance, *, now: datetime, call_service: CallService, most: int
    ) -> Advance:
        """Let every plain timer ring that is due by ``now``, in the order they are due, and run on after each.

        A cycle that is late rings once for each tick it has missed.  At most ``most`` ring in one
        advance: the rest stay due, with their instants, for the next.  Elements are passed at ``now``, and what is
        armed on the way counts from ``now``.  Raises :class:`TimerNotDue` when none is, and what :meth:`start` raises.
        """

        def ring(top: Any) -> None:
            for rung in range(most):
                due = [task for task in waiting_tasks(top, TimerEventDefinition) if due_at(task) <= turn().now]
                if not due:
                    if not rung:
                        raise TimerNotDue
                    return
                first = min(due, key=lambda task: (due_at(task), task.id))
                first.task_spec.ring(first)
                # What it leads to may close the element of the next.
                top.run_agenda()

        return self._play(bundle, self._live(bundle, instance), ring, now, call_service)

    def deliver(
        self,
        bundle: Bundle,
        instance: Instance,
        message: str,
        facts: Mapping[str, Any],
        *,
        now: datetime,
        call_service: CallService,
        key: str | None = None,
    ) -> Advance:
        """Deliver ``message`` with its ``facts`` to the innermost element that waits for it, and run on.

        With a business ``key`` only an element that was armed with this key is meant, without one only an element
        that has none.  When a called process and its caller both wait, the message belongs to the part that has it
        drawn closest to where the case stands; of several there, to the one that began to wait last.
        Raises :class:`MessageNotAwaited` when none waits, and what :meth:`start` raises.
        """
        given = checked(facts)

        def tell(top: Any) -> None:
            waiting = [
                task
                for task in waiting_tasks(top, MessageEventDefinition)
                if task.task_spec.event_definition.name == message and task.internal_data.get("key") == key
            ]
            if not waiting:
                raise MessageNotAwaited(message=message)
            innermost = max(waiting, key=lambda task: (_depth(task), task.id))
            innermost.data.update(given)
            innermost.task_spec.ring(innermost)

        return self._play(bundle, self._live(bundle, instance), tell, now, call_service)

    def cancel(
        self, bundle: Bundle, instance: Instance, *, now: datetime, call_service: CallService
    ) -> Advance:
        """End the process where it stands: everything open is cancelled and nothing more is passed."""
        return self._play(bundle, self._live(bundle, instance), lambda top: top.cancel(), now, call_service)

    def migrate(self, old: Bundle, new: Bundle, instance: Instance, ids: Ids, *, now: datetime) -> Advance:
        """Let an instance of ``old`` go on as one of ``new``, its elements renamed by ``ids``; nothing is run.

        Whether it may is asked before, of :func:`plan_migration`.  Raises :class:`SnapshotMismatch` when an open
        element has no place in ``new``.
        """
        before = load(instance.snapshot, old)
        live = migrated(before.top, before.next_id, new, ids)
        return self._play(new, live, lambda top: None, now, lambda wanted: None)

    def modify(
        self, bundle: Bundle, instance: Instance, change: Change, *, now: datetime, call_service: CallService
    ) -> Advance:
        """Change the instance by an administrator's hand and run on.

        Whether it may be is asked before, of :func:`refuse_modification`.  Raises what :meth:`start` raises.
        """
        return self._play(bundle, self._live(bundle, instance), lambda top: modify(top, change), now, call_service)

    def is_state(self, bundle: Bundle, snapshot: bytes, told: str) -> bool:
        """Whether ``told`` is the hash, of whatever form, of the logical state in ``snapshot``.

        Raises :class:`SnapshotMismatch` when the snapshot is damaged.
        """
        return is_state(load(snapshot, bundle), bundle, told)

    def remember(self, key: str, version: int, advance: Advance) -> None:
        """Keep the instance in memory as what the row ``key`` holds at ``version``.

        To be called after the commit that stored ``advance.snapshot``.  A second call for the same
        advance does nothing; a process that has ended is not kept.
        """
        live = advance.hot.take()
        if live is not None and not advance.completed:
            self._hot.put(key, version, live)

    def forget(self, key: str) -> None:
        """Drop the instance from memory: its row has changed in a way unknown here."""
        self._hot.drop(key)

    def _live(self, bundle: Bundle, instance: Instance) -> Live:
        held = self._hot.take(instance.key, instance.version, bundle.digest)
        return held if held is not None else load(instance.snapshot, bundle)

    def _play(self, bundle: Bundle, live: Live, move: Move, now: datetime, call_service: CallService) -> Advance:
        """Make ``move``, run everything that follows by itself, and report.

        The instance is in nobody's hands but ours here; when anything is raised it is gone.
        """
        if now.tzinfo is None:
            raise ValueError("an advance needs an aware instant")
        current = Turn(now.astimezone(UTC), live.next_id, call_service, tables=bundle.decisions)
        top = live.top
        try:
            with playing(current):
                before = Before.of(top)
                move(top)
                top.run_agenda()
                return report(bundle, top, current, before)
        except KeyboardInterrupt:
            raise
        except BaseException as failure:
            if failure is current.service_failure and isinstance(failure, Exception):
                raise
            if isinstance(failure, Refusal):
                raise
            raise _fault(current, failure) from failure


def _depth(task: Any) -> int:
    """Return how many calls deep a task lies."""
    depth, top = 0, task.workflow.top_workflow
    while (caller := task.workflow.parent_task_id) is not None:
        depth, task = depth + 1, top.find(caller)
    return depth


def _fault(current: Turn, failure: BaseException) -> ProcessFault:
    """Return the refusal that stands for ``failure``: whatever broke, the caller can go on."""
    spec = current.running.task_spec if current.running is not None else None
    element = (spec.bpmn_name or spec.bpmn_id or spec.name) if spec is not None else "开始"
    if isinstance(failure, ExpressionRefused):
        return ProcessFault(element=element, reason=str(failure))
    if failure is current.service_failure:
        return ProcessFault(element=element, reason="服务意外终止")
    return ProcessFault(element=element, reason=f"流程引擎出错（{type(failure).__name__}）")
