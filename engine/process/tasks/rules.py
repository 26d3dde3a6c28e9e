"""Who may take a task and when: pure rules, asked by the page and by the handlers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.foundation.clock import CITY
from engine.foundation.errors import Conflict, Forbidden, NotFound
from engine.foundation.store.unit import Actor, StandIn
from engine.registry.identity.rules import ROLES, Scope, may_take, refuse_double_part, standing_in
from engine.registry.organisation.queries import CENTER

COUNTER_ROLES = frozenset({"window_clerk", "issue_clerk", "complaint_clerk", "center_head", "supervisor", "evaluator"})
"""Roles that belong to the centre; a task for any other role belongs to the case's department."""


class TaskMissing(NotFound):
    """没有找到待办 {id}。它可能不属于您的部门，请核对办件编号。"""

    code = "TASK_MISSING"


class TaskNotYours(Forbidden):
    """“{name}”由{role}办理，您没有这一岗位，请转交有此岗位的人员。"""

    code = "TASK_NOT_YOURS"


class MandateExpired(Forbidden):
    """您办理“{name}”的{role}授权已于 {until} 到期（4.2.2），不能签收。请由授权有效的同岗位人员代为办理。"""

    code = "MANDATE_EXPIRED"


class TaskDone(Conflict):
    """“{name}”已于 {at} 由 {who} 办理，无需重复办理。请返回办件查看结果。"""

    code = "TASK_DONE"


class TaskCancelled(Conflict):
    """“{name}”已于 {at} 随 {who} 的办理而撤销，无需再办。请返回办件查看现在的环节。"""

    code = "TASK_CANCELLED"


class TaskHeld(Conflict):
    """“{name}”正由 {who} 办理（{at} 签收）。请与其联系，或等其退回后再签收。"""

    code = "TASK_HELD"


class TaskNotHeld(Conflict):
    """“{name}”不在您手中，不能退回。请刷新待办列表。"""

    code = "TASK_NOT_HELD"


class DelegatedOut(Conflict):
    """“{name}”已委派给 {who} 准备。请先收回委派，再由您办理。"""

    code = "TASK_DELEGATED_OUT"


class PreparesOnly(Conflict):
    """“{name}”由 {who} 负责，委派给您准备：您可以填写和暂存，不能提交。请填好后归还委派。"""

    code = "TASK_PREPARES_ONLY"


class StaleForm(Conflict):
    """您打开的“{name}”页面已过时：之后有人签收或退回过它。您填写的内容仍保留，请核对后再次提交。"""

    code = "STALE_FORM"


@dataclass(frozen=True)
class InstanceRow:
    """A process instance as kept: one run of ``process`` for a root."""

    root_id: str
    run: int
    process: str
    release_id: str
    department: str
    version: int
    snapshot: bytes
    state_hash: str
    completed: bool


@dataclass(frozen=True)
class Task:
    """A task row."""

    id: str
    root_id: str
    run: int
    task_no: int
    process: str
    element: str
    name: str
    lane: str
    form: str
    act: str | None
    role: str
    department: str
    clauses: tuple[str, ...]
    item: str | None
    state: str
    holder: str | None
    held_since: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    revision: int
    delegate: str | None = None
    """Who prepares it for the holder now (委派)."""
    on_behalf: str | None = None
    """For whom, absent, the holder holds it, or has closed it (请假代理)."""

    @property
    def case_no(self) -> str:
        """The number of the case the task belongs to."""
        return self.root_id.removeprefix("case:")


def task_id(root_id: str, run: int, task_no: int) -> str:
    """Return the id of a task: the case number, and the number of the task in its run of a process."""
    number = f"{task_no}" if run == 0 else f"{run}.{task_no}"
    return f"{root_id.removeprefix('case:')}-{number}"


def place_of(role: str, department: str) -> str:
    """Return the organisation whose people do a task for ``role`` in a case handled by ``department``."""
    return CENTER if role in COUNTER_ROLES else department


def refuse_out_of_sight(task: Task | None, id: str, scope: Scope, departments: frozenset[str]) -> Task:
    """Return the task when it lies in the reader's scope; else raise :class:`TaskMissing`.

    ``departments`` are its own and the one that handles the case (6.1.6).
    """
    if task is None or not any(scope.covers(one) for one in departments):
        raise TaskMissing(id=id)
    return task


def refuse_to_take(task: Task, actor: Actor, part: str | None, played: frozenset[str], names: dict[str, str]) -> None:
    """Raise unless the actor may take (claim or complete) the task now.

    ``part`` is what completing it makes the person in the case (受审分离), ``played`` what the same natural
    person has been already.  Raises TaskNotYours, SodViolation, TaskDone, TaskCancelled or TaskHeld.
    """
    if not may_take(actor, task.role, task.department):
        raise TaskNotYours(name=task.name, role=ROLES[task.role])
    refuse_double_part(played, part)
    refuse_done(task, names)
    if task.holder not in (None, actor.account):
        raise TaskHeld(name=task.name, who=names.get(task.holder or "", task.holder), at=_city_time(task.held_since))


def refuse_done(task: Task, names: dict[str, str]) -> None:
    """Raise TaskDone or TaskCancelled for one that is not open any more."""
    if task.state == "cancelled":
        who = names.get(task.closed_by or "", "系统")
        raise TaskCancelled(name=task.name, who=who, at=_city_time(task.closed_at))
    if task.state != "open":
        raise TaskDone(name=task.name, who=names.get(task.closed_by or "", "系统"), at=_city_time(task.closed_at))


def acts_for(actor: Actor, task: Task) -> StandIn | None:
    """Return the absent person for whom the actor would act on the task, or None when it would be by the own right.

    Whose hands it lies in, or lay in, comes first; a free task is taken by the own post where there is one.
    """
    theirs = {who for who in (task.holder, task.on_behalf) if who not in (None, actor.account)}
    if theirs:
        found = standing_in(actor, task.role, task.department, *theirs)
        if found is not None:
            return found
    own = (task.role, task.department) in actor.grants
    return None if own else standing_in(actor, task.role, task.department)


def prepares(actor: Actor, task: Task) -> bool:
    """Tell whether the actor prepares the open task for its holder: fills the form, and hands it back (委派)."""
    return task.state == "open" and task.delegate == actor.account


def refuse_delegated(task: Task, actor: Actor, names: dict[str, str]) -> None:
    """Raise :class:`PreparesOnly` for the delegate, :class:`DelegatedOut` for a holder who gave it out."""
    if prepares(actor, task):
        raise PreparesOnly(name=task.name, who=names.get(task.holder or "", task.holder))
    if task.state == "open" and task.delegate is not None and task.holder == actor.account:
        raise DelegatedOut(name=task.name, who=names.get(task.delegate, task.delegate))


def refuse_expired(task: Task, until: datetime | None) -> None:
    """Raise :class:`MandateExpired` for one whose mandate for the task's role ended at ``until`` (T040)."""
    if until is not None:
        raise MandateExpired(name=task.name, role=ROLES[task.role], until=_city_time(until))


def refuse_stale(task: Task, revision: int | None) -> None:
    """Raise :class:`StaleForm` when the page was made for another revision of the task."""
    if revision is not None and revision != task.revision:
        raise StaleForm(name=task.name)


def _city_time(instant: datetime | None) -> str:
    return "" if instant is None else instant.astimezone(CITY).strftime("%Y-%m-%d %H:%M")
