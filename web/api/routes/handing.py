"""Tasks in other hands: 转办, 委派 and its return, 抄送, 催办, and what came to the caller by them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.foundation.store.unit import RootMissing
from engine.process.tasks.commands import TaskCommand
from engine.process.tasks.copying.commands import ReadCopies, SendCopies
from engine.process.tasks.copying.queries import copies_of_task, copies_to
from engine.process.tasks.copying.rules import MOST, Copy, CopyMissing, CopyOutOfSight
from engine.process.tasks.desk import find_task
from engine.process.tasks.handing.commands import DelegateTask, RecallDelegation, ReturnDelegation, TransferTask
from engine.process.tasks.handing.queries import delegated_to, delegations_of
from engine.process.tasks.handing.rules import (
    STATES,
    AlreadyTheirs,
    Delegation,
    DelegationCircle,
    GivenToSelf,
    NothingDelegated,
    NotInYourHands,
    NotYoursToGive,
    ReceiverDisabled,
    ReceiverUnfit,
)
from engine.process.tasks.rules import DelegatedOut, TaskCancelled, TaskDone, TaskMissing
from engine.process.tasks.urging.commands import UrgeTask
from engine.process.tasks.urging.queries import urges_of
from engine.process.tasks.urging.rules import Urge, UrgedEnough, UrgeNotYours
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ROLES, NotYourAction
from engine.registry.policies.rules import PolicyUnknown
from web.api.contract import Call, Operation, Reply
from web.api.schema import Schema, closed, flag, listed, maybe, moment, record, ref, text, whole
from web.api.shapes.common import (
    MAX_PAGE,
    PAGING,
    coded,
    links,
    maybe_person,
    moment_text,
    named,
    page_json,
    people,
    places,
)

_TO = text("账号", minLength=1, maxLength=40)
_SAID = {"task_id": text("待办编号"), "case_no": text("办件编号"), "links": ref("Links")}

SCHEMAS: dict[str, Schema] = {
    "TransferBody": closed(record({"to": _TO, "reason": text("理由", maxLength=2000)}, about="转办")),
    "DelegateBody": closed(record({"to": _TO}, {"text": text("要求", maxLength=2000)}, "委派")),
    "ReturnBody": closed(record({}, {"note": text("归还的说明", maxLength=2000)}, "归还委派；交回的是已暂存的内容")),
    "CopyBody": closed(
        record(
            {"to": listed(_TO, "抄送给", minItems=1, maxItems=MOST)}, {"note": text("附言", maxLength=2000)}, "抄送"
        )
    ),
    "UrgeBody": closed(record({}, {"text": text("催办的话", maxLength=2000)}, "催办")),
    "CopyReply": record({**_SAID, "sent": listed(text("账号"), "抄送给")}),
    "UrgeReply": record({**_SAID, "number": whole("第几次催办"), "told": flag("已通知；否则刚通知过，只记录入卷")}),
    "Delegation": record(
        {
            "task_id": text("待办编号"), "number": whole("第几次委派"), **maybe_person("delegator", "委派人"),
            **maybe_person("delegate", "受委派人"), "text": text("要求"), "at": moment("委派时间"),
            **coded("state", STATES, "状态"), "ended_at": maybe(moment("结束时间")), "note": text("归还的说明"),
            "links": ref("Links"),
        },
        about="一次委派；环节办结的，委派随之结束",
    ),
    "Urge": record(
        {
            "number": whole("第几次"), **maybe_person("by", "催办人"), **maybe_person("holder", "被催的签收人"),
            **coded("role", ROLES, "被催的岗位"), **coded("department", about="部门"), "text": text("催办的话"),
            "at": moment("时间"), "told": flag("是否通知了办理人"),
        },
        about="一次催办",
    ),
    "Copy": record(
        {
            "id": whole("抄送编号"), "task_id": text("待办编号"), **maybe_person("sender", "抄送人"),
            **maybe_person("receiver", "收到的人"), "note": text("附言"), "at": moment("时间"),
            "read_at": maybe(moment("已读时间")), "links": ref("Links"),
        },
        about="一份抄送：只供查看，不增加权限",
    ),
    "TaskHanding": record(
        {
            "task_id": text("待办编号"), "delegations": listed(ref("Delegation")), "urges": listed(ref("Urge")),
            "copies": listed(ref("Copy")),
        },
        about="对一项待办的委派、催办、抄送",
    ),
    "DelegationList": record({"delegations": listed(ref("Delegation"))}),
    "CopyList": record({"copies": listed(ref("Copy")), "page": ref("Page")}),
    "ReadCopiesBody": closed(
        record({"ids": listed(whole(minimum=1, maximum=2**31 - 1), "抄送编号", minItems=1, maxItems=MAX_PAGE)})
    ),
    "ReadCopiesReply": record({"read": listed(whole(), "已读的抄送")}),
}  # fmt: skip


def transfer(call: Call, task_id: str) -> Reply:
    """Give the task to somebody else for good."""
    return _done(call, TransferTask(task_id=task_id, to_account=call.body["to"], reason=call.body["reason"]))


def delegate(call: Call, task_id: str) -> Reply:
    """Ask somebody to prepare the task."""
    return _done(call, DelegateTask(task_id=task_id, to_account=call.body["to"], text=call.body.get("text", "")))


def give_back(call: Call, task_id: str) -> Reply:
    """Hand back what was kept as a draft."""
    return _done(call, ReturnDelegation(task_id=task_id, note=call.body.get("note", "")))


def recall(call: Call, task_id: str) -> Reply:
    """Take the task back from whoever prepares it."""
    return _done(call, RecallDelegation(task_id=task_id))


def send_copies(call: Call, task_id: str) -> Reply:
    """Send read-only copies."""
    command = SendCopies(task_id=task_id, to_accounts=tuple(call.body["to"]), note=call.body.get("note", ""))
    return _done(call, command, "sent")


def urge(call: Call, task_id: str) -> Reply:
    """Urge whoever has the task in hand."""
    return _done(call, UrgeTask(task_id=task_id, text=call.body.get("text", "")), "number", "told")


def read_handing(call: Call, task_id: str) -> Reply:
    """Return what was delegated, urged and copied of a task."""
    with call.door.read(call.actor, action="case.see") as view:
        task = find_task(view, task_id)
        urges = urges_of(view.connection, task.root_id, task.id)
        names = people(view, {who for one in urges for who in (one.account, one.holder)})
        where = places(view)
        told = {
            "task_id": task.id,
            "delegations": _delegations_json(view, delegations_of(view.connection, task.id)),
            "urges": [_urge_json(one, names, where) for one in urges],
            "copies": _copies_json(view, copies_of_task(view.connection, task.id)),
        }
    return Reply(told)


def list_delegations(call: Call) -> Reply:
    """Return what the caller was asked to prepare, oldest first."""
    with call.door.read(call.actor, action="task.work") as view:
        return Reply({"delegations": _delegations_json(view, delegated_to(view.connection, call.actor.account))})


def list_copies(call: Call) -> Reply:
    """Return what was sent to the caller as copies, newest first."""
    query = call.query
    with call.door.read(call.actor, action="case.see") as view:
        found, total = copies_to(
            view.connection, call.actor.account, limit=query["limit"], offset=query["offset"]
        )  # fmt: skip
        told = _copies_json(view, found)
    return Reply({"copies": told, "page": page_json(call, total, "/me/copies")})


def read_copies(call: Call) -> Reply:
    """Note that the caller has read copies."""
    call.door.execute(ReadCopies(ids=tuple(call.body["ids"])), call.actor, key=call.key)
    return Reply({"read": call.body["ids"]})


def _done(call: Call, command: TaskCommand, *more: str) -> Reply:
    """Carry out the command; the answer tells ``more`` of its outcome, or the task's revision."""
    # Looked up first, so that a task out of sight and one that never was are told alike.
    with call.door.read(call.actor, action=command.action) as view:
        find_task(view, command.task_id)
    outcome = call.door.execute(command, call.actor, key=call.key)
    told = {name: outcome[name] for name in more or ("revision",)}
    around = links(task=f"/tasks/{outcome['task_id']}", case=f"/cases/{outcome['case_no']}")
    return Reply({"task_id": outcome["task_id"], "case_no": outcome["case_no"], **told, "links": around})


def _delegations_json(view: Reading, rows: Iterable[Delegation]) -> list[dict[str, Any]]:
    found = list(rows)
    names = people(view, {who for one in found for who in (one.delegator, one.delegate)})
    return [
        {
            "task_id": one.task_id, "number": one.number, **named("delegator", one.delegator, names),
            **named("delegate", one.delegate, names), "text": one.text, "at": moment_text(one.at),
            **named("state", one.state, STATES), "ended_at": moment_text(one.ended_at), "note": one.note,
            "links": links(task=f"/tasks/{one.task_id}"),
        }
        for one in found
    ]  # fmt: skip


def _copies_json(view: Reading, rows: Iterable[Copy]) -> list[dict[str, Any]]:
    found = list(rows)
    names = people(view, {who for one in found for who in (one.sender, one.receiver)})
    return [
        {
            "id": one.id, "task_id": one.task_id, **named("sender", one.sender, names),
            **named("receiver", one.receiver, names), "note": one.note, "at": moment_text(one.at),
            "read_at": moment_text(one.read_at),
            "links": links(task=f"/tasks/{one.task_id}", case=f"/cases/{one.root_id.removeprefix('case:')}"),
        }
        for one in found
    ]  # fmt: skip


def _urge_json(one: Urge, names: dict[str, str], where: dict[str, str]) -> dict[str, Any]:
    return {
        "number": one.number, **named("by", one.account, names), **named("holder", one.holder, names),
        **named("role", one.role, ROLES), **named("department", one.department, where), "text": one.text,
        "at": moment_text(one.at), "told": one.told,
    }  # fmt: skip


_ACTING = (NotYourAction, RootMissing, TaskMissing, TaskDone, TaskCancelled)
_GIVING = (*_ACTING, AccountUnknown, ReceiverDisabled, ReceiverUnfit)

OPERATIONS = (
    Operation(
        "transfer_task", "POST", "/v1/tasks/{task_id}/transfer", "tasks", "转办：交给另一位可以办理的人员", transfer,
        ref("TaskReply"), body=ref("TransferBody"), refusals=(*_GIVING, NotYoursToGive, AlreadyTheirs),
    ),
    Operation(
        "delegate_task", "POST", "/v1/tasks/{task_id}/delegate", "tasks", "委派：请同部门人员准备，责任不转移",
        delegate, ref("TaskReply"), body=ref("DelegateBody"),
        refusals=(*_GIVING, NotInYourHands, DelegatedOut, GivenToSelf, DelegationCircle),
    ),
    Operation(
        "return_delegation", "POST", "/v1/tasks/{task_id}/delegation/return", "tasks", "归还委派", give_back,
        ref("TaskReply"), body=ref("ReturnBody"), body_optional=True, refusals=(*_ACTING, NotInYourHands),
    ),
    Operation(
        "recall_delegation", "POST", "/v1/tasks/{task_id}/delegation/recall", "tasks", "收回委派", recall,
        ref("TaskReply"), body=ref("EmptyBody"), body_optional=True, refusals=(*_ACTING, NothingDelegated),
    ),
    Operation(
        "send_copies", "POST", "/v1/tasks/{task_id}/copies", "tasks", "抄送：只供查看", send_copies, ref("CopyReply"),
        status=201, body=ref("CopyBody"),
        refusals=(NotYourAction, RootMissing, TaskMissing, AccountUnknown, ReceiverDisabled, CopyOutOfSight),
    ),
    Operation(
        "urge_task", "POST", "/v1/tasks/{task_id}/urges", "tasks", "催办：通知办理人，记录入卷", urge, ref("UrgeReply"),
        status=201, body=ref("UrgeBody"), body_optional=True,
        refusals=(*_ACTING, UrgeNotYours, UrgedEnough, PolicyUnknown),
    ),
    Operation(
        "read_handing", "GET", "/v1/tasks/{task_id}/handing", "tasks", "对一项待办的委派、催办、抄送", read_handing,
        ref("TaskHanding"), refusals=(NotYourAction, TaskMissing),
    ),
    Operation(
        "list_delegations", "GET", "/v1/me/delegations", "tasks", "委派给我的", list_delegations,
        ref("DelegationList"), refusals=(NotYourAction,),
    ),
    Operation(
        "list_copies", "GET", "/v1/me/copies", "tasks", "抄送我的", list_copies, ref("CopyList"), query=PAGING,
        refusals=(NotYourAction,),
    ),
    Operation(
        "read_copies", "POST", "/v1/me/copies/read", "tasks", "抄送已读", read_copies, ref("ReadCopiesReply"),
        body=ref("ReadCopiesBody"), refusals=(NotYourAction, CopyMissing),
    ),
)  # fmt: skip
