"""Whether a running instance may go on with another release of its processes, and where its tokens go then.

Every token must find its own place again: a node of the same id (or the one an explicit map names) and the same kind,
in the same process, subprocess, call or multi-instance, with the same boundary events; and all tokens of a process
together must be able to stand so in the new drawing.  The last is the whole truth about open parallel and inclusive
blocks: a step wrapped into a new block, or taken out of one, is a marking the new drawing never has.  What lies behind
the tokens and what lies before them may differ.

Nothing here changes anything; :mod:`engine.process.bpmn.migrated` does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.elements import Element
from engine.process.bpmn.markings import Place, marking, standing_in
from engine.process.bpmn.migrated import Ids, Renaming, element_of, is_child, target_spec
from engine.process.bpmn.overrides.calls import Call
from engine.process.bpmn.overrides.joins import EndMeeting, Meeting
from engine.process.bpmn.overrides.loops import Several
from engine.process.bpmn.rules.words import KIND_NAMES
from engine.process.bpmn.snapshot import load
from engine.process.bpmn.vocabulary import Vocabulary
from engine.process.bpmn.wanted import Going, wanted_facts

NO_IDS: Final[Ids] = {}


@dataclass(frozen=True, slots=True)
class Moved:
    """A token and where it goes; ``task_no`` is its number, which it keeps."""

    process_id: str
    task_no: int
    element_id: str
    to_element_id: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an instance cannot move; ``element_id`` is empty when a process as a whole is meant.

    ``sentence`` is Chinese, names the element and says what to do.
    """

    process_id: str
    element_id: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the tokens go, or what is in the way; with an obstacle nothing may be moved."""

    moves: tuple[Moved, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def possible(self) -> bool:
        """Whether the instance can move."""
        return not self.obstacles


def plan_migration(
    old: Bundle, snapshot: bytes, new: Bundle, ids: Ids = NO_IDS, *, vocabulary: Vocabulary | None = None
) -> Plan:
    """Return where each token of the instance in ``snapshot`` goes in ``new``, or every reason why it cannot.

    With a ``vocabulary`` it is also seen to that no step ahead wants a fact which only a step behind would have given.
    Raises :class:`SnapshotMismatch` for another bundle's snapshot.
    """
    top = load(snapshot, old).top
    if old.main.process_id != new.main.process_id:
        sentence = f"新版的主流程是“{new.main.name}”，不是“{old.main.name}”，办件只能留在原来的版本上办完。"
        return Plan((), (Obstacle(old.main.process_id, "", old.main.name, sentence),))
    looking = _Looking(old, new, Renaming(ids), vocabulary)
    looking.at(top)
    return Plan(tuple(sorted(looking.moves, key=lambda one: one.task_no)), tuple(looking.obstacles))


@dataclass(slots=True)
class _Looking:
    """One look at all processes of an instance."""

    old: Bundle
    new: Bundle
    names: Renaming
    vocabulary: Vocabulary | None
    moves: list[Moved] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)

    def at(self, top: Any) -> None:
        """Look at the main process, then at each open inner one whose caller found its place."""
        specs: dict[int | None, Any] = {None: self.new.specs[self.new.main.process_id]}
        going: dict[int | None, Going] = {}
        for workflow in (top, *(inner for inner in top.subprocesses.values() if not inner.completed)):
            caller = workflow.parent_task_id
            # The caller of an inner process is looked at before it; one without a place has been told already.
            if caller is None or caller in specs:
                found = self._look(workflow, specs[caller], specs)
                self._gather(top, workflow, found, going)
        if self.vocabulary is not None and not self.obstacles:
            for each in going.values():
                self._facts(each, self.vocabulary)

    def _look(self, workflow: Any, spec: Any, specs: dict[int | None, Any]) -> list[str]:
        """Look at one process; return the ids of the new elements its tokens go to."""
        before, places, found = len(self.obstacles), [], dict[str, str]()
        for task in _open(workflow):
            to = target_spec(self.names, task, spec)
            if to is None and is_child(task):
                continue  # The multi-instance it is a part of tells it.
            reason = self._reason(task, to, spec)
            element = element_of(task.task_spec)
            if reason is not None:
                self._tell(task, element, reason)
                continue
            inner = inner_spec(to, self.new)
            if inner is not None:
                specs[task.id] = inner
            if element is not None:
                target = element_of(to)
                self.moves.append(Moved(spec.process_id, task.id, element.id, target.id if target else ""))
                self._once(task, element, self.moves[-1].to_element_id, found)
            places += self._place(task, to)
        if len(self.obstacles) == before:
            self._together(workflow, spec, places)
        return list(found)

    def _reason(self, task: Any, to: Any, spec: Any) -> str | None:
        """Return what keeps one token from its place, or None."""
        element = element_of(task.task_spec)
        if element is None:
            return None  # The end of the process, where a token waits for the others: every process has one.
        if to is None:
            new_id = self.names.id_of(spec.process_id, element.id)
            return _gone(self.new.definitions[spec.process_id].elements, new_id, mapped=new_id != element.id)
        target = element_of(to)
        if target is None or target.kind != element.kind or type(to) is not type(task.task_spec):
            return "在新版中换成了另一种元素，请先办完这一环节，或在对照表中指明它对应的环节。"
        return (
            _other_work(element, target)
            or _other_loop(task.task_spec, to)
            or self._other_call(task.task_spec, to)
            or self._other_boundaries(task, element, target, spec.process_id)
            or self._other_way(task, to, spec)
        )

    def _other_call(self, before: Any, to: Any) -> str | None:
        if not isinstance(before, Call):
            return None
        was, will = self.old.definitions[before.spec], self.new.definitions[to.spec]
        added = [name for name in will.inputs if name not in was.inputs]
        if added:
            more = "、".join(added)
            return f"调用的流程“{will.name}”在新版中多了输入“{more}”，已经开始的调用没有它。请先办完这次调用。"
        lost = [name for name in was.outputs if name not in will.outputs]
        if lost:
            return f"调用的流程“{will.name}”在新版中少了输出“{'、'.join(lost)}”。请先办完这次调用。"
        new = [name for name in will.outputs if name not in was.outputs]
        if new and self.vocabulary is None:
            return f"调用的流程“{will.name}”在新版中多了输出“{'、'.join(new)}”。请先办完这次调用。"
        return None

    def _other_boundaries(self, task: Any, element: Element, target: Element, process_id: str) -> str | None:
        """An activity is opened together with its boundary events: none can be added to it or taken from it later."""
        if is_child(task) or isinstance(task.task_spec, BoundaryEvent):
            return None
        before = {
            (self.names.id_of(process_id, one.id), _waited(one), one.interrupting)
            for one in self.old.definitions[process_id].elements.values()
            if one.attached_to == element.id
        }
        after = {
            (one.id, _waited(one), one.interrupting)
            for one in self.new.definitions[process_id].elements.values()
            if one.attached_to == target.id
        }
        if before == after:
            return None
        return "上的边界事件在新版中增加、减少或改变了，已经打开的环节不能再装上或拆下。请先办完这一环节。"

    def _other_way(self, task: Any, to: Any, spec: Any) -> str | None:
        if not isinstance(to, Meeting) or isinstance(to, EndMeeting):
            return None
        source = self.names.node(task.parent.task_spec, spec)
        if source in to._inputs:
            return None
        came = _named(task.parent.task_spec)
        return f"已等到的一支来自“{came}”，新版中它不再直接连到这里。请在对照表中指明它对应的元素。"

    def _place(self, task: Any, to: Any) -> list[Place]:
        """Return the place of a token in the marking of its process; none for one that the game does not count."""
        if is_child(task) or isinstance(to, EndMeeting):
            return []
        waits = isinstance(to, Meeting)
        return [(to.name, self.names.node(task.parent.task_spec, to._wf_spec) if waits else "")]

    def _once(self, task: Any, element: Element, to: str, found: dict[str, str]) -> None:
        if found.setdefault(to, element.id) != element.id:
            self._tell(task, element, f"与“{found[to]}”在新版中对应了同一个元素“{to}”。请改正对照表，一一对应。")

    def _together(self, workflow: Any, spec: Any, places: list[Place]) -> None:
        answer = standing_in(spec, marking(places))
        if answer == "yes":
            return
        definition = self.new.definitions[spec.process_id]
        here = "、".join(f"“{_named(spec.task_specs[name])}”（{name}）" for name, _ in sorted(set(places)))
        sentence = (
            f"流程“{definition.name}”的新版中，{here}不会恰好这样同时进行：它所在的并行或包容分支变了。请先办到分支汇合以后再迁移。"
            if answer == "no"
            else f"流程“{definition.name}”的新版分支太多，不能核对{here}能否继续。请先办到分支汇合以后再迁移。"
        )
        self.obstacles.append(Obstacle(spec.process_id, places[0][0], _named(spec.task_specs[places[0][0]]), sentence))

    def _gather(self, top: Any, workflow: Any, found: list[str], going: dict[int | None, Going]) -> None:
        """Put what a called process and its embedded subprocesses have together: they share their facts."""
        owner = workflow
        while owner.parent_task_id is not None and "/" in owner.spec.name:
            owner = top.find(owner.parent_task_id).workflow
        process_id = workflow.spec.process_id
        one = going.setdefault(owner.parent_task_id, Going(process_id, owner is not top))
        one.elements.update(found)
        for task in _open(workflow):
            one.facts.update(task.data)

    def _facts(self, each: Going, words: Vocabulary) -> None:
        for wanted in wanted_facts(self.new, words, each):
            sentence = (
                f"{wanted.place}要用到“{wanted.fact}”，给出它的环节本件在新版中不会再经过。"
                "请在新版中让以后的环节给出它，或让本件在原来的版本上办完。"
            )
            self.obstacles.append(Obstacle(each.process_id, wanted.element_id, wanted.place, sentence))

    def _tell(self, task: Any, element: Element | None, reason: str) -> None:
        process_id = task.workflow.spec.process_id
        id_, name = (element.id, element.name or element.id) if element else ("", task.task_spec.name)
        kind = KIND_NAMES[element.kind] if element else "元素"
        joint = "" if reason.startswith("上") else "："
        obstacle = Obstacle(process_id, id_, name, f"{kind}“{name}”（{id_}）{joint}{reason}")
        # The children of a multi-instance all stand for the same element.
        if obstacle not in self.obstacles:
            self.obstacles.append(obstacle)


def inner_spec(to: Any, new: Bundle) -> Any:
    """Return the specification of the process that the node ``to`` opens, or None."""
    name = getattr(to, "spec", None)
    return new.specs.get(name) if isinstance(name, str) else None


def _open(workflow: Any) -> Iterator[Any]:
    return (task for task in workflow.tasks.values() if task.has_state(TaskState.NOT_FINISHED_MASK))


def _gone(elements: Mapping[str, Element], new_id: str, *, mapped: bool) -> str:
    if new_id in elements:
        return "在新版中移进或移出了子流程。请先办完这一环节。"
    if mapped:
        return f"对照表把它对应到“{new_id}”，新版中没有这个元素。请改正对照表。"
    return "新版中没有这个元素。请先办完这一环节，或在对照表中指明它对应的环节。"


def _other_work(element: Element, target: Element) -> str | None:
    """The step itself must be the same: who maps a step to another one would have skipped what lies between."""
    if (element.act, element.service) != (target.act, target.service):
        return "在新版中办理的内容不同，不能当作同一环节。请先办完这一环节，或改正对照表。"
    if _waited(element) != _waited(target):
        return "在新版中等待的时钟、时间、消息或代码不同。请先办完这一环节。"
    if element.decision != target.decision:
        return "在新版中问的决策不同。请先办完这一环节。"
    if element.called != target.called:
        return f"在新版中改为调用“{target.called}”，已经开始的调用不能换流程。请先办完这次调用。"
    return None


def _waited(element: Element) -> tuple[object, ...]:
    """What an element waits for: it was written into the token when the element was entered."""
    return (element.event, element.clock, element.message, element.key, element.timing, element.code)


def _other_loop(before: Any, to: Any) -> str | None:
    """The list has been read when a multi-instance opened, so where it came from may change; how it ends may not."""
    if not isinstance(before, Several):
        return None
    if (_item(before), before.condition) == (_item(to), to.condition):
        return None
    return "的多实例在新版中改变了（每项的变量或提前结束的条件）。请先办完各个分项。"


def _item(spec: Any) -> str | None:
    return spec.input_item.bpmn_id if spec.input_item is not None else None


def _named(spec: Any) -> str:
    element = element_of(spec)
    return (element.name or element.id) if element is not None else str(spec.name)
