"""Who may do what: one table of actions, the scope of cases, and the separation of duties.

The page asks these rules to show a button and the door asks them again before a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.foundation.errors import Forbidden
from engine.foundation.store.unit import Actor, StandIn
from engine.registry.identity.titles import TITLES

ROLES: Mapping[str, str] = {
    "window_clerk": "综窗受理员",
    "issue_clerk": "出件员",
    "dept_reviewer": "审查员",
    "dept_head": "业务负责人",
    "dept_archivist": "部门档案员",
    "lead_coordinator": "牵头协调员",
    "complaint_clerk": "有诉即办",
    "center_head": "中心负责人",
    "supervisor": "监察员",
    "evaluator": "考核员",
    "designer": "流程设计师",
    "auditor": "审计员",
    "sys_admin": "系统管理员",
    "sec_admin": "安全管理员",
    "audit_admin": "审计管理员",
    "integrator": "系统对接",
}
"""Role codes and their names (domain roles of DB4105/T 229 4.2, 5.4, 6)."""

AUDITOR = "auditor"
"""The role that is held in the centre for all cases, or in a department for that department's."""

_DEPARTMENT = ("dept_reviewer", "dept_head", "dept_archivist")
_COUNTER = ("window_clerk", "issue_clerk")
_SEES_ALL = (*_COUNTER, "center_head", "supervisor", "evaluator", "auditor")
_SEES_OWN = (*_DEPARTMENT, "lead_coordinator")

_WRITES = (*_COUNTER, *_DEPARTMENT, "lead_coordinator", "complaint_clerk", "center_head", "supervisor", "evaluator")
"""Who writes internal messages: whoever works on cases or watches over the work; not the three administrators."""

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "application.receive": ("window_clerk",),
    "upload.add": (*_COUNTER, *_DEPARTMENT),
    "phone_link.open": (*_COUNTER, *_DEPARTMENT),
    "task.work": (*_COUNTER, *_DEPARTMENT),
    "task.transfer": (*_COUNTER, *_DEPARTMENT, "center_head"),
    "task.urge": ("window_clerk", "dept_head", "lead_coordinator", "center_head", "supervisor"),
    "copy.send": (*_COUNTER, *_DEPARTMENT, "lead_coordinator"),
    "leave.register": (*_COUNTER, *_DEPARTMENT, "center_head", "sec_admin"),
    "countersigning.sign": (*_COUNTER, *_DEPARTMENT, "lead_coordinator", "center_head"),
    "case.see": (*_SEES_ALL, *_SEES_OWN),
    "case.unmask": (*_COUNTER, *_DEPARTMENT),
    "query_code.show": _COUNTER,
    "query_code.reissue": _COUNTER,
    "correction_notice.issue": ("window_clerk",),
    "case.withdraw": ("window_clerk",),
    "case.move": ("window_clerk",),
    "case.reopen": ("dept_head",),
    "rejection_review.ask": ("window_clerk",),
    "deficiency.supply": ("window_clerk",),
    "material.correct": ("window_clerk",),
    "applicant.correct": ("window_clerk",),
    "extension.request": ("dept_reviewer",),
    "delivery.create": ("issue_clerk",),
    "delivery.change": ("issue_clerk",),
    "delivery.chase": ("issue_clerk",),
    "delivery.return": ("issue_clerk",),
    "shipment.create": ("issue_clerk",),
    "handover.refuse": ("dept_reviewer", "issue_clerk"),
    "handover.again": ("window_clerk", "dept_head"),
    "difference.propose": ("window_clerk",),
    "difference.confirm": ("dept_reviewer",),
    "originals.return": ("dept_reviewer",),
    "originals.take": ("window_clerk",),
    "originals.give_back": ("window_clerk",),
    "journal.see": ("auditor", "supervisor"),
    "journal.export": ("auditor",),
    "finding.write": ("auditor",),
    "sample.draw": ("auditor",),
    "figures.see": ("auditor", "supervisor", "center_head", "evaluator", "dept_head"),
    "journal.reexecute": ("auditor",),
    "conformance.see": ("auditor",),
    "log.see": ("auditor", "audit_admin"),
    "log.seal": (),
    "log.verify": (),
    "supervision.see": ("center_head", "supervisor", "evaluator"),
    "order.see": ("supervisor", "center_head", "evaluator", "auditor", "dept_head"),
    "order.issue": ("supervisor",),
    "order.answer": ("dept_head", "center_head"),
    "order.close": ("supervisor",),
    "standstill.see": ("supervisor", "center_head", "evaluator", "auditor", "sys_admin"),
    "standstill.draft": ("supervisor", "sys_admin"),
    "standstill.approve": ("center_head",),
    "standstill.carry_out": (),
    "process.deploy": ("designer",),
    "process.draft": ("designer",),
    "process.approve": ("designer",),
    "process.migrate": ("designer",),
    "process.modify": ("sys_admin",),
    "process.rehearse": ("designer",),
    "rehearsal.carry_out": (),
    "incident.settle": ("sys_admin",),
    "clock.move": ("sys_admin",),
    "calendar.see": tuple(ROLES),
    "calendar.draft": ("sys_admin",),
    "calendar.confirm": ("center_head",),
    "calendar.recompute": (),
    "ladder.see": ("sys_admin", "supervisor", "center_head", "auditor"),
    "ladder.draft": ("sys_admin",),
    "ladder.confirm": ("center_head",),
    "ladder.rearm": (),
    "card.see": (*_COUNTER, "dept_reviewer", "dept_head", "center_head", "supervisor", "evaluator", "auditor"),
    "card.appeal": (*_COUNTER, "dept_reviewer", "dept_head", "center_head"),
    "card.decide": ("supervisor",),
    "policy.see": tuple(ROLES),
    "policy.draft": ("sys_admin",),
    "policy.confirm": ("center_head",),
    "policy.take": (),
    "account.manage": ("sec_admin",),
    "account.see": ("sec_admin", "audit_admin"),
    "session.fail": (),
    "document.void": (*_COUNTER, "dept_reviewer", "dept_head"),
    "document.render": (),
    "shipment.follow": (),
    "sms.send": (),
    "phone_link.use": (),
    "e_delivery.open": (),
    "deadline.fire": (),
    "case.export": (*_SEES_ALL, *_SEES_OWN),
    "search.rebuild": (),
    "session.own": tuple(ROLES),
    "window.sit": _COUNTER,
    "visit.record": _COUNTER,
    "back_record.decide": ("supervisor",),
    "contact.record": (*_COUNTER, "complaint_clerk"),
    "contact.work": (*_COUNTER, "complaint_clerk", "dept_reviewer", "dept_head"),
    "contact.see": (*_COUNTER, "complaint_clerk", "dept_reviewer", "dept_head", "supervisor"),
    "consultation.ask": ("window_clerk",),
    "consultation.answer": ("dept_reviewer", "dept_head"),
    "consultation.see": ("window_clerk", "dept_reviewer", "dept_head", "supervisor", "evaluator"),
    "department.call": ("window_clerk",),
    "department.answer_call": ("dept_reviewer", "dept_head"),
    "task.take_back": (),
    "message.send": _WRITES,
    "message.forget": (),
    "message.deliver": ("integrator",),
    "barring.see": (*_COUNTER, "dept_reviewer", "dept_head", "supervisor", "auditor"),
    "barring.bar": ("dept_head",),
    "barring.lift": ("dept_head", "supervisor"),
    "material.share": ("window_clerk", "dept_reviewer", "dept_head"),
    "branch.propose": ("dept_reviewer", "dept_head", "lead_coordinator"),
    "branch.decide": ("dept_head",),
    "meeting.call": ("dept_reviewer", "dept_head", "lead_coordinator"),
    "meeting.answer": ("dept_reviewer", "dept_head"),
    "joint_visit.plan": ("dept_reviewer", "dept_head", "lead_coordinator"),
    "joint_visit.find": ("dept_reviewer", "dept_head"),
    "branch.chase": ("dept_reviewer", "dept_head", "lead_coordinator", "center_head", "supervisor"),
    "joint.see": ("dept_reviewer", "dept_head", "lead_coordinator", "center_head", "supervisor", "evaluator",
                  "auditor"),
    "material.shared": (*_DEPARTMENT, "lead_coordinator", "supervisor"),
}
"""Which roles may do what.  An action with no role belongs to the system alone."""

STOOD_IN = ACTIONS["task.work"]
"""Posts that somebody else may fill while their holder is on leave: those that work on tasks."""

_BY_STANDING_IN = frozenset({"task.work", "upload.add", "phone_link.open", "case.see"})
"""What filling an absent person's post allows: its tasks and what belongs to them, nothing else of the post."""

BLIND = frozenset({"process.migrate", "process.modify", "incident.settle", "message.deliver"})
"""Actions on a case whose giver need not see it, and sees nothing of it by giving them: only its process is meant."""

SYSTEM = Actor(account="system", person="system", name="系统", grants=(("system", "center"),), channel="system")
"""The system's own hand: sweeper, renderer, set-up."""


class NotYourAction(Forbidden):
    """您的岗位不能{title}。请转交有此权限的岗位办理。"""

    code = "NOT_YOUR_ACTION"


def may(actor: Actor, action: str) -> bool:
    """Tell whether one of the actor's roles allows ``action``."""
    roles = ACTIONS[action]
    if actor.has("system", *roles):
        return True
    return action in _BY_STANDING_IN and any(post.role in roles for post in actor.stands_in)


def require(actor: Actor, action: str) -> None:
    """Raise :class:`NotYourAction` unless :func:`may`."""
    if not may(actor, action):
        raise NotYourAction(title=TITLES[action])


@dataclass(frozen=True)
class Scope:
    """Which cases a reader sees: all of the centre's, or those of some departments."""

    everything: bool
    departments: frozenset[str]

    def covers(self, department: str) -> bool:
        """Tell whether a case handled by ``department`` lies in the scope."""
        return self.everything or department in self.departments


def scope_of(actor: Actor) -> Scope:
    """Return the cases the actor may see (data domain by department; the counter serves them all, 4.1.6).

    The centre's auditors see all; one whom a department has of its own sees that department's.
    """
    lent = actor.stands_in
    audited = actor.departments(AUDITOR)
    wide = actor.has("system", *(role for role in _SEES_ALL if role != AUDITOR)) or "center" in audited
    if wide or any(post.role in _SEES_ALL for post in lent):
        return Scope(True, frozenset())
    return Scope(False, actor.departments(*_SEES_OWN) | audited | {post.department for post in lent})


def may_take(actor: Actor, role: str, department: str) -> bool:
    """Tell whether the actor may work a task meant for ``role`` of ``department`` (key; ``center`` for the counter).

    It may by a post of its own, or by one that it fills for somebody who is absent.
    """
    return (role, department) in actor.grants or standing_in(actor, role, department) is not None


def standing_in(actor: Actor, role: str, department: str, *absent: str | None) -> StandIn | None:
    """Return the absent person whose post ``role`` of ``department`` the actor fills, or None.

    With accounts ``absent`` only one of them counts.
    """
    fits = (post for post in actor.stands_in if (post.role, post.department) == (role, department))
    return next((post for post in fits if not absent or post.account in absent), None)


# Separation of duties ------------------------------------------------------------------------------------------

PARTS: Mapping[str, str] = {
    "accept": "受理",
    "review": "审查",
    "decide": "决定",
    "review_rejection": "复核",
    "represent": "代表部门出具意见",
    "ask_time": "申请特别程序或者延期",
    "approve_time": "批准特别程序或者延期",
    "host_hearing": "主持听证",
    "hand_over_result": "结果移交",
    "sign_result": "出件签收",
}
"""The parts a natural person may play in a case."""


@dataclass(frozen=True)
class Separation:
    """A rule: nobody plays two of these parts in one case."""

    rule: str
    parts: frozenset[str]


SEPARATIONS = (
    Separation("S1", frozenset({"accept", "review", "decide"})),
    Separation("S1", frozenset({"accept", "review_rejection"})),
    Separation("S1", frozenset({"accept", "represent"})),
    Separation("S2", frozenset({"ask_time", "approve_time"})),
    Separation("S3", frozenset({"hand_over_result", "sign_result"})),
    Separation("S7", frozenset({"host_hearing", "review"})),
)
"""S1 受审分离 (4.1.6): 受理人≠审查人≠决定人; S2: 特别程序、延期申请人≠批准人; S7: 听证主持人≠审查人;
S3: 结果移交人≠出件签收人."""


class SodViolation(Forbidden):
    """按职责分离规则 {rule}，同一办件中已{played}的人员不得再{wanted}。请交由其他人员办理。"""

    code = "SOD_VIOLATION"


def refuse_double_part(played: frozenset[str], wanted: str | None) -> None:
    """Raise :class:`SodViolation` when a *person* who played the parts ``played`` may not also play ``wanted``."""
    for separation in SEPARATIONS:
        if wanted not in separation.parts:
            continue
        clash = sorted((played & separation.parts) - {wanted})
        if clash:
            raise SodViolation(rule=separation.rule, played=PARTS[clash[0]], wanted=PARTS[str(wanted)])
