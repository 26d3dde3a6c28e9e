"""An administrator's change to where the main process of a root stands: written down like any other move of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn import Advance, Bundle, Change, Duties, refuse_modification
from engine.process.bpmn.going_back import done_again
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import release_at
from engine.process.bpmn.standing import standing
from engine.process.tasks import queries
from engine.process.tasks.progress import move
from engine.process.tasks.queries import Step
from engine.process.tasks.registry import Act, Bindings, View
from engine.process.tasks.returning.queries import mark_undone
from engine.process.tasks.rules import InstanceRow

MODIFIED = tag("process.modified", "系统管理员调整流程：{what}。理由：{reason}")


def modify(unit: Unit, row: InstanceRow, change: Change, reason: str) -> Advance:
    """Change a run as :func:`refuse_modification` allows and run on; the journal tells it in words, with the reason.

    Raises :class:`ModificationRefused`, and what any move of a process raises.
    """
    bundle = bundle_of(unit, row)
    refuse_modification(bundle, row.snapshot, change, duties_of(unit, bundle, row))
    _undo(unit, bundle, row, change)
    return carry_out(unit, row, change, MODIFIED, what=_in_words(bundle, row, change), reason=reason)


def _undo(unit: Unit, bundle: Bundle, row: InstanceRow, change: Change) -> None:
    """Note which steps are undone by beginning before one of them: nobody is sent back to them."""
    steps = [one for one in queries.steps_of(unit.connection, row.root_id) if one.run == row.run]
    for place in change.begin:
        last = max((one.number for one in steps if (one.process, one.element) == place), default=None)
        if last is not None:
            again = done_again(bundle, place)
            gone = [one.number for one in steps if one.number >= last and (one.process, one.element) in again]
            mark_undone(unit, row.root_id, gone)


def carry_out(unit: Unit, row: InstanceRow, change: Change, event: str, **told: Any) -> Advance:
    """Change a run without asking whether it may be; the journal's line of type ``event`` can be executed again.

    ``told`` is what the line says besides.  Raises what any move of a process raises.
    """
    cause = {
        "cancel": list(change.cancel), "begin": [list(step) for step in change.begin], "facts": dict(change.facts),
        "process": change.process_id, **told,
    }  # fmt: skip
    return move(
        unit, row, cause,
        lambda runtime, bundle, instance, call: runtime.modify(
            bundle, instance, change, now=unit.now, call_service=call
        ),
        event=event,
    )  # fmt: skip


def change_in(data: Mapping[str, Any]) -> Change:
    """Return the change that a line of the journal tells of."""
    begin = tuple((process, element) for process, element in data["begin"])
    return Change(tuple(data["cancel"]), begin, data["facts"], data["process"])


def bundle_of(view: View, row: InstanceRow) -> Bundle:
    """Return the processes that a run goes by."""
    return view.part(Bundles).of(view.connection, release_at(view.connection, row.release_id), row.process)


def duties_of(view: View, bundle: Bundle, row: InstanceRow) -> Duties:
    """Return what of the run is somebody's part in the case, and what the case has been at since it was done."""
    steps = queries.steps_of(view.connection, row.root_id)
    bearing = [act for act in view.part(Bindings).acts.values() if act.part is not None]
    return Duties(
        acts=frozenset(act.name for act in bearing),
        facts=frozenset(fact for act in bearing for fact in act.facts),
        been=_been(bundle, bearing, [one for one in steps if one.run == row.run]),
    )


def _been(bundle: Bundle, bearing: list[Act], steps: list[Step]) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    names = {act.name for act in bearing}
    last = {(one.process, one.element): one.number for one in steps}
    done = [
        (one.number, (one.process, one.element))
        for one in steps
        if one.state == "completed" and _was_duty(bundle, one, names)
    ]
    return {step: frozenset(duty for at, duty in done if at > number) for step, number in last.items()}


def _was_duty(bundle: Bundle, step: Step, names: set[str]) -> bool:
    """Whether a person played a part by a step; a user task that the release has no more is taken for one."""
    definition = bundle.definitions.get(step.process)
    found = definition.elements.get(step.element) if definition is not None else None
    return found.act in names if found is not None else step.kind == "userTask"


def _in_words(bundle: Bundle, row: InstanceRow, change: Change) -> str:
    names = {one.task_no: _name(bundle, one.process_id, one.element_id) for one in standing(bundle, row.snapshot)}
    said = [f"撤销“{names[number]}”" for number in change.cancel]
    said += [f"从“{_name(bundle, *step)}”之前重新开始" for step in change.begin]
    said += [f"流转信息 {name} 改为 {value}" for name, value in change.facts.items()]
    return "；".join(said)


def _name(bundle: Bundle, process_id: str, element_id: str) -> str:
    element = bundle.element(process_id, element_id)
    return element.name or element.id
