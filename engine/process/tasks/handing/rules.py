"""Who may give a task to whom: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.foundation.errors import Conflict, Forbidden, Invalid, InvalidFields, Refusal
from engine.foundation.store.unit import Actor
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import ACTIONS, ROLES, may_take, refuse_double_part
from engine.registry.organisation.queries import CENTER

LONGEST = 500
"""Characters of a reason or a note."""

PREPARING = ACTIONS["task.work"]
"""Who may prepare a task for its holder: any post of the same organisation that works on tasks.  It sees the case,
fills forms and brings files every day; who supervises, evaluates or audits does not prepare what is judged later."""

STATES = {"open": "准备中", "returned": "已归还", "recalled": "已收回", "ended": "已随待办转出而结束"}


class NotInYourHands(Conflict):
    """“{name}”不在您手中，不能{act}。请刷新待办列表查看现在由谁办理。"""

    code = "TASK_NOT_IN_HANDS"


class NotYoursToGive(Forbidden):
    """“{name}”只能由签收人或者本部门业务负责人（中心为中心负责人）转办。请与他们联系。"""

    code = "TASK_NOT_YOURS_TO_GIVE"


class AlreadyTheirs(Conflict):
    """“{name}”已经在{who}手中，不需要再处理。"""

    code = "TASK_ALREADY_THEIRS"


class GivenToSelf(Invalid):
    """不能委派给本人（按自然人认定，换账号也不行）。请另选一位同事。"""

    code = "TASK_GIVEN_TO_SELF"


class ReceiverUnfit(Conflict):
    """不能交给{who}，请另选一位。{reason}"""

    code = "RECEIVER_UNFIT"


class ReceiverDisabled(Invalid):
    """账号 {account} 已经停用，不能接收待办。请另选一位。"""

    code = "RECEIVER_DISABLED"


class DelegationCircle(Conflict):
    """{who}已经在“{name}”的委派链中（{chain}），再委派给{who}就成了循环。请另选一位，或者归还委派。"""

    code = "DELEGATION_CIRCLE"


class NothingDelegated(Conflict):
    """“{name}”没有由您委派出去的准备工作，不能收回。请刷新页面查看。"""

    code = "NOTHING_DELEGATED"


@dataclass(frozen=True)
class Delegation:
    """One asking of somebody to prepare a task."""

    root_id: str
    task_id: str
    number: int
    delegator: str
    delegate: str
    person: str
    text: str
    at: datetime
    state: str
    ended_at: datetime | None
    note: str


def checked_words(name: str, text: str, asked: str, *, required: bool = True, most: int = LONGEST) -> str:
    """Return ``text`` without blank ends; raise InvalidFields at ``name`` when it is missing or too long.

    ``asked`` says what is to be written (理由).
    """
    found = text.replace("\r\n", "\n").strip()
    if required and not found:
        raise InvalidFields({name: f"请填写{asked}。"})
    if len(found) > most:
        raise InvalidFields({name: f"{asked}不超过 {most} 字，现有 {len(found)} 字，请改短。"})
    return found


def heads(actor: Actor, department: str) -> bool:
    """Tell whether the actor is the head of an organisation: of a department, or of the centre."""
    return (("center_head" if department == CENTER else "dept_head"), department) in actor.grants


def refuse_giving(task: Task, actor: Actor) -> None:
    """Raise :class:`NotYoursToGive` unless the actor holds the task or is the head of its people."""
    if task.holder != actor.account and not heads(actor, task.department):
        raise NotYoursToGive(name=task.name)


def refuse_receiver(task: Task, other: Actor, part: str | None, played: frozenset[str]) -> None:
    """Raise :class:`AlreadyTheirs`, or :class:`ReceiverUnfit` unless ``other`` may take the task by a post of its own.

    ``part`` is what completing it makes a person in the case, ``played`` what that natural person has been already.
    """
    if other.account == task.holder:
        raise AlreadyTheirs(name=task.name, who=other.name)
    if not may_take(replace(other, stands_in=()), task.role, task.department):
        reason = f"“{task.name}”由{ROLES.get(task.role, task.role)}办理，{other.name}没有这一岗位。"
        raise ReceiverUnfit(who=other.name, reason=reason)
    _refuse_parts(other, part, played)


def refuse_delegate(task: Task, other: Actor, part: str | None, played: frozenset[str]) -> None:
    """Raise :class:`ReceiverUnfit` unless ``other`` may prepare the task: a colleague who works on tasks there.

    Who could not take it because of 受审分离 may not prepare it either.
    """
    if task.department not in other.departments(*PREPARING):
        reason = f"只能委派给同一部门办理待办的人员，{other.name}不是。"
        raise ReceiverUnfit(who=other.name, reason=reason)
    _refuse_parts(other, part, played)


def refuse_circle(task: Task, other: Actor, chain: Sequence[tuple[str, str]]) -> None:
    """Raise :class:`DelegationCircle` when ``other`` is in the ``chain`` already, by natural person.

    The chain is (person, name) of the holder and of everybody who was asked since.
    """
    if any(person == other.person for person, _ in chain):
        names = " → ".join([name for _, name in chain] + [other.name])
        raise DelegationCircle(who=other.name, name=task.name, chain=names)


def innermost(rows: Iterable[Delegation]) -> Delegation | None:
    """Return the newest open delegation: whose delegate has the form now; None when there is none."""
    return max((one for one in rows if one.state == "open"), key=lambda one: one.number, default=None)


def _refuse_parts(other: Actor, part: str | None, played: frozenset[str]) -> None:
    try:
        refuse_double_part(played, part)
    except Refusal as refusal:
        raise ReceiverUnfit(who=other.name, reason=refusal.sentence) from refusal
