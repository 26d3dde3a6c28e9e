"""退回 to an earlier step, and 撤回 of one's own last step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.process.bpmn.errors import SnapshotMismatch
from engine.process.tasks.commands import TaskCommand
from engine.process.tasks.desk import find_task
from engine.process.tasks.returning.commands import SendBack, WithdrawStep
from engine.process.tasks.returning.rules import NotInHand, NotWithdrawable, NotYourStep, NoWayBack, SendBackUnwritten
from engine.process.tasks.returning.ways import ways_back
from engine.process.tasks.rules import Task, TaskMissing
from engine.registry.identity.rules import NotYourAction
from web.api.contract import Call, Operation, Reply
from web.api.groups import MOVING, TAKING
from web.api.routes.catalogue import opened_tasks
from web.api.schema import Schema, closed, listed, maybe, moment, record, ref, text
from web.api.shapes.common import links, maybe_person, moment_text, named, people

_STEP: Mapping[str, Schema] = {
    "task_id": text("在该环节办结的待办编号"),
    "name": text("环节"),
    "element": text("流程图中的节点"),
    **maybe_person("closed_by", "办理人"),
    "closed_at": maybe(moment("办结时间")),
}

SCHEMAS: dict[str, Schema] = {
    "WaysBack": record(
        {
            "targets": listed(record(_STEP), "可以退回的环节，近的在前"),
            "barred": listed(record({**_STEP, "reason": text("原因")}), "不能退回的环节和原因"),
            "why_none": text("没有可以退回的环节时的说明；有时为空"),
        },
        about="退回到哪里",
    ),
    "SendBackTaskBody": closed(
        record(
            {"to": text("退回到的环节：在该环节办结的待办编号", maxLength=60), "reason": text("退回的理由")},
            about="退回",
        )
    ),
    "ReturnedReply": record(
        {
            "task_id": text("待办编号"),
            "case_no": text("办件编号"),
            "opened": listed(ref("OpenedTask"), "随后产生的待办"),
            "holder": maybe(text("重新办理的人员账号；为空时由同岗位人员签收")),
            "links": ref("Links"),
        }
    ),
}


def read_ways(call: Call, task_id: str) -> Reply:
    """Return where a task may be sent back to, and why not to its other earlier steps."""
    with call.door.read(call.actor, action="task.work") as view:
        ways = ways_back(view, find_task(view, task_id))
        every = [*(one.task for one in ways.targets), *(task for task, _ in ways.barred)]
        names = people(view, (one.closed_by for one in every))
        return Reply(
            {
                "targets": [_step_json(one.task, names) for one in ways.targets],
                "barred": [{**_step_json(task, names), "reason": reason} for task, reason in ways.barred],
                "why_none": ways.why_none,
            }
        )


def send_back(call: Call, task_id: str) -> Reply:
    """Give a task in one's hands back to an earlier step."""
    return _done(call, SendBack(task_id=task_id, to=call.body["to"], reason=call.body["reason"]))


def withdraw_step(call: Call, task_id: str) -> Reply:
    """Take back the step one has just done."""
    return _done(call, WithdrawStep(task_id=task_id))


def _done(call: Call, command: TaskCommand) -> Reply:
    # Looked up first, so that a task out of sight and one that never was are told alike.
    with call.door.read(call.actor, action=command.action) as view:
        find_task(view, command.task_id)
    outcome = call.door.execute(command, call.actor, key=call.key)
    return Reply(
        {
            "task_id": command.task_id,
            "case_no": outcome["case_no"],
            "opened": opened_tasks(call, outcome),
            "holder": outcome["holder"],
            "links": links(case=f"/cases/{outcome['case_no']}"),
        }
    )


def _step_json(task: Task, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "task_id": task.id,
        "name": task.name,
        "element": task.element,
        **named("closed_by", task.closed_by, names),
        "closed_at": moment_text(task.closed_at),
    }


OPERATIONS = (
    Operation(
        "read_ways_back", "GET", "/v1/tasks/{task_id}/send_back", "tasks", "可以退回的环节", read_ways, ref("WaysBack"),
        refusals=(NotYourAction, TaskMissing, SnapshotMismatch),
    ),
    Operation(
        "send_back_task", "POST", "/v1/tasks/{task_id}/send_back", "tasks", "退回到前面的环节", send_back,
        ref("ReturnedReply"), body=ref("SendBackTaskBody"),
        refusals=(*TAKING, *MOVING, NotInHand, SendBackUnwritten, NoWayBack),
    ),
    Operation(
        "withdraw_step", "POST", "/v1/tasks/{task_id}/withdraw_step", "tasks", "撤回本人刚办完的环节", withdraw_step,
        ref("ReturnedReply"), body=ref("EmptyBody"), body_optional=True,
        refusals=(*TAKING, *MOVING, NotYourStep, NotWithdrawable),
    ),
)  # fmt: skip
