"""An administrator's hand in a running process: take a token away, put one before a step, set a routing fact.

It mends a case that was drawn into a corner; it must not do anybody's work.  A step can only be put *before*, never
past: whoever has to do it still has to.  And it can only be put where the case has been, or may come without passing
a step that makes somebody play a part in it (acceptance, review, decision …), a service that writes, a decision of
the drawing or a clock: so nothing can be made to look accepted or decided.  Facts that such steps give cannot be set.
What results must be a marking the drawing can have, from which no join starves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from SpiffWorkflow.util.task import TaskState

from engine.foundation.errors import Conflict
from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.elements import Element
from engine.process.bpmn.facts import copied, merged
from engine.process.bpmn.markings import Marking, Place, TooManyMarkings, coming_to_rest, standing_in, starving
from engine.process.bpmn.migrated import element_of, is_child
from engine.process.bpmn.overrides.boundary import DeliveredBoundary
from engine.process.bpmn.overrides.growth import Arming
from engine.process.bpmn.overrides.joins import EndMeeting, Meeting, common_data
from engine.process.bpmn.overrides.task import ACTIVE
from engine.process.bpmn.overrides.waiting import ClockEventDefinition
from engine.process.bpmn.snapshot import load

Step = tuple[str, str]
"""A process id and the id of an element in it."""

_BEGINS: Final = frozenset({"userTask", "serviceTask", "callActivity", "subProcess", "exclusiveGateway"})
_PASSES: Final = frozenset({"userTask", "intermediateThrowEvent", "exclusiveGateway"})
"""What may be passed over on the way to a step, unless it decides, splits or makes somebody play a part."""


class ModificationRefused(Conflict):
    """不能这样调整本件的流程：{reason}没有做任何改动。请按提示改正后再试。"""

    code = "MODIFICATION_REFUSED"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed at once: the numbers of tokens to take away, the steps to begin before, facts to set.

    ``facts`` belong to ``process_id``, to the main process when it is empty.
    """

    cancel: tuple[int, ...] = ()
    begin: tuple[Step, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    process_id: str = ""


@dataclass(frozen=True, slots=True)
class Duties:
    """What of a drawing is somebody's part in the case, and what of it has been done.

    ``acts`` make the person who does them play a part; ``facts`` are given by such acts; ``been`` maps each step the
    case has been at to the duties that were done after it was there last; ``own`` are tokens that may be taken away
    though they bear a duty: whoever has to do it gives it back where it came from, so that nothing is passed by.
    """

    acts: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    been: Mapping[Step, frozenset[Step]] = field(default_factory=dict)
    own: frozenset[int] = frozenset()


def refuse_modification(bundle: Bundle, snapshot: bytes, change: Change, duties: Duties) -> None:
    """Raise :class:`ModificationRefused` unless the instance in ``snapshot`` may be changed so; SnapshotMismatch."""
    top = load(snapshot, bundle).top
    cancelled = [_cancellable(top, number) for number in change.cancel]
    begun = [(_owner(top, step, cancelled), step) for step in change.begin]
    for task in cancelled:
        _refuse_dropping(bundle, task, begun, duties)
    for workflow, step in begun:
        _refuse_beginning(bundle, workflow, step, duties)
    _refuse_facts(bundle, top, change, duties)
    if not (cancelled or begun or change.facts):
        raise ModificationRefused(reason="没有写明要撤销的环节、要重新开始的环节或要改的流转信息。")
    touched: dict[int | None, list[str]] = defaultdict(list)
    for task in cancelled:
        touched[task.workflow.parent_task_id] += []
    for workflow, (_, id_) in begun:
        touched[workflow.parent_task_id].append(entry_of(workflow.spec, id_).name)
    for workflow in (top, *top.subprocesses.values()):
        if workflow.parent_task_id in touched:
            _refuse_marking(workflow, set(change.cancel), touched[workflow.parent_task_id])


def modify(top: Any, change: Change) -> None:
    """Change the instance ``top``, inside an advance; what was cancelled goes with all that is open below it.

    Whether it may be is asked before, of :func:`refuse_modification`; a re-execution does it again without asking.
    """
    cancelled = [top.find(number) for number in change.cancel]
    begun = [(_owner(top, step, cancelled), step) for step in change.begin]
    data = {workflow.parent_task_id: _together(workflow) for workflow, _ in begun}
    for task in cancelled:
        # An activity goes together with the boundaries that wait on it.
        above = task.parent
        for each in above.children if isinstance(above.task_spec, Arming) else [task]:
            each.cancel()
    for workflow, (_, id_) in begun:
        carrier = workflow.task_tree._add_child(workflow.spec.start, TaskState.FUTURE)
        carrier.data = dict(data[workflow.parent_task_id])
        carrier._set_state(TaskState.COMPLETED)
        opened = carrier._add_child(entry_of(workflow.spec, id_), TaskState.FUTURE)
        opened.task_spec._update(opened)
    for task in _of_process(top, change.process_id):
        task.data.update(copied(dict(change.facts)))


def entry_of(spec: Any, element_id: str) -> Any:
    """Return the node by which a token comes to an element: what arms its boundaries first, or itself."""
    return spec.task_specs.get(f"{element_id}.BoundaryEventSplit") or spec.task_specs[element_id]


def _cancellable(top: Any, number: int) -> Any:
    task = top.find(number)
    element = element_of(task.task_spec) if task is not None else None
    if task is None or element is None or not task.state & (TaskState.READY | TaskState.STARTED):
        raise ModificationRefused(reason=f"任务号 {number} 不是正在进行的环节，")
    name = element.name or element.id
    if is_child(task):
        raise ModificationRefused(reason=f"“{name}”是多实例中的一个分项，不能单独撤销，")
    if any(_lies_in(top, armed, task) for armed in top.all_tasks() if _is_armed_clock(armed)):
        raise ModificationRefused(reason=f"“{name}”上或其中有法定时钟正在计时，撤销会使它落空，")
    return task


def _is_armed_clock(task: Any) -> bool:
    waited = getattr(task.task_spec, "event_definition", None)
    return isinstance(waited, ClockEventDefinition) and task.state == TaskState.WAITING


def _lies_in(top: Any, armed: Any, task: Any) -> bool:
    """Whether the boundary ``armed`` waits on ``task`` or somewhere inside of it."""
    above = task.parent
    if armed.workflow is task.workflow:
        return isinstance(above.task_spec, Arming) and armed.parent is above
    while (caller := armed.workflow.parent_task_id) is not None:
        armed = top.find(caller)
        if armed is task or (is_child(armed) and armed.parent is task):
            return True
    return False


def _owner(top: Any, step: Step, cancelled: list[Any]) -> Any:
    """Return the open process in which a step is to begin: the only one, or that of a token which is taken away."""
    process_id, element_id = step
    open_ones = [
        each
        for each in (top, *top.subprocesses.values())
        if not each.completed and each.spec.process_id == process_id and element_id in each.spec.task_specs
    ]
    near = [each for each in open_ones if any(task.workflow is each for task in cancelled)]
    chosen = near or open_ones
    if len(chosen) != 1:
        why = "没有正在进行" if not chosen else "正在同时进行多次，请同时写明撤销其中哪一个环节"
        raise ModificationRefused(reason=f"含有环节“{element_id}”的流程“{process_id}”{why}，")
    return chosen[0]


def _refuse_beginning(bundle: Bundle, workflow: Any, step: Step, duties: Duties) -> None:
    element = bundle.element(*step)
    name = element.name or element.id
    spec = workflow.spec
    node = spec.task_specs[element.id]
    if element.kind not in _BEGINS or (isinstance(node, Meeting) and not node.opens_at_once):
        raise ModificationRefused(reason=f"“{name}”不是可以重新开始的环节，请改为它前面的环节，")
    since = duties.been.get(step)
    if since is not None and all(_done_again(spec, step, duty) for duty in since):
        return
    here = {task.task_spec.name for task in workflow.tasks.values() if task.has_state(ACTIVE)}
    if element.id not in _reached(spec, here, blocked=lambda name: _counts(spec.task_specs[name], duties)):
        raise ModificationRefused(
            reason=f"从现在的环节到“{name}”要经过须由有职责的人办理的环节、系统登记或流程的判断，不能越过，"
        )


def _done_again(spec: Any, step: Step, duty: Step) -> bool:
    """Whether a duty done after the step was reached last will surely have to be done again from there."""
    if duty[0] != step[0] or duty[1] not in spec.task_specs:
        return False
    ends = [name for name, node in spec.task_specs.items() if isinstance(node, EndMeeting)]
    return not any(end in _reached(spec, {step[1]}, blocked=lambda name: name == duty[1]) for end in ends)


def _reached(spec: Any, here: set[str], *, blocked: Callable[[str], bool]) -> set[str]:
    """Return the nodes ahead of ``here``; a ``blocked`` node is reached but not passed.  Boundaries are no way."""
    found: set[str] = set()
    queue = [name for name in here if not isinstance(spec.task_specs[name], DeliveredBoundary)]
    while queue:
        name = queue.pop()
        if blocked(name):
            continue
        for after in spec.task_specs[name]._outputs:
            if after not in found and not isinstance(spec.task_specs[after], DeliveredBoundary):
                found.add(after)
                queue.append(after)
    return found


def _counts(node: Any, duties: Duties) -> bool:
    """Whether passing a node by would leave out something that only the process, or somebody in charge, may do."""
    element: Element | None = element_of(node)
    if element is None:
        return False
    waits = isinstance(node, Meeting) and not node.opens_at_once
    return waits or element.kind not in _PASSES or element.act in duties.acts or len(node._outputs) > 1


def _refuse_dropping(bundle: Bundle, task: Any, begun: list[tuple[Any, Step]], duties: Duties) -> None:
    """What somebody has to answer for is not simply dropped: it begins again, or a step from which it surely comes."""
    element: Element = task.task_spec.extensions["yc"]
    step = (task.workflow.spec.process_id, element.id)
    if task.id in duties.own or not _bears(bundle, step, duties):
        return
    again = [each for workflow, each in begun if workflow is task.workflow]
    if not any(each == step or _done_again(task.workflow.spec, each, step) for each in again):
        raise ModificationRefused(
            reason=f"“{element.name or element.id}”须由有职责的人办理，不能撤销了事，"
            "请同时写明从它或它前面的哪一环节重新开始，"
        )


def _bears(bundle: Bundle, step: Step, duties: Duties) -> bool:
    """Whether a step, or anything in what it calls or encloses, makes somebody play a part."""
    process_id, element_id = step
    element = bundle.element(process_id, element_id)
    if element.act in duties.acts:
        return True
    elements = bundle.definitions[element.called or process_id].elements.values()
    inside = [one for one in elements if element.called or one.scope == element.id]
    return any(_bears(bundle, (element.called or process_id, one.id), duties) for one in inside)


def _refuse_facts(bundle: Bundle, top: Any, change: Change, duties: Duties) -> None:
    tokens = list(_of_process(top, change.process_id))
    if change.facts and not tokens:
        raise ModificationRefused(reason=f"流程“{change.process_id}”没有正在进行，")
    for name in change.facts:
        if name in duties.facts:
            raise ModificationRefused(reason=f"“{name}”由有职责的人办理时得出，不能代为填写，")
        if not any(name in task.data for task in tokens):
            raise ModificationRefused(reason=f"流程里还没有“{name}”这一流转信息，")


def _of_process(top: Any, process_id: str) -> Iterator[Any]:
    """Yield the open tokens of a process, the main one when no id is given."""
    for task in list(top.all_tasks()):
        mine = task.workflow.spec.process_id == (process_id or top.spec.process_id)
        if mine and task.has_state(TaskState.NOT_FINISHED_MASK):
            yield task


def _together(workflow: Any) -> dict[str, Any]:
    """Return what all open tokens of one process make of its facts."""
    tokens = [
        task
        for task in workflow.tasks.values()
        if task.has_state(TaskState.NOT_FINISHED_MASK) and not is_child(task)
    ]
    return merged(common_data(tokens), [task.data for task in tokens]) if tokens else {}


def _refuse_marking(workflow: Any, cancelled: set[int], begun: list[str]) -> None:
    left = tuple(sorted(_places(workflow, cancelled)))
    spec = workflow.spec
    if not left and not begun:
        raise ModificationRefused(reason=f"流程“{spec.description}”里不会再有任何环节，它就永远不能办完，")
    try:
        stuck = starving(spec, left, begun)
        resting = coming_to_rest(spec, left, begun)
    except TooManyMarkings:
        raise ModificationRefused(reason=f"流程“{spec.description}”的分支太多，不能核对调整以后能否办完，") from None
    if stuck:
        names = "、".join(sorted(spec.task_specs[name].bpmn_name or name for name in stuck))
        raise ModificationRefused(reason=f"调整以后“{names}”会永远等不齐，")
    if any(standing_in(spec, each) != "yes" for each in resting):
        raise ModificationRefused(reason="调整以后同时进行的环节是流程图上不会出现的，有的环节会办两遍，")


def _places(workflow: Any, cancelled: set[int]) -> Marking:
    """Return the marking of a process without the tokens that are taken away, and what goes with them."""
    gone = set(cancelled)
    for number in cancelled & workflow.tasks.keys():
        above = workflow.tasks[number].parent
        if isinstance(above.task_spec, Arming):
            gone |= {each.id for each in above.children}
    places: list[Place] = []
    for task in workflow.tasks.values():
        node = task.task_spec
        if task.id in gone or not task.has_state(TaskState.NOT_FINISHED_MASK) or is_child(task):
            continue
        if not isinstance(node, EndMeeting):
            places.append((node.name, task.parent.task_spec.name if isinstance(node, Meeting) else ""))
    return tuple(places)
