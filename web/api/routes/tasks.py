"""Tasks: listing, opening, claiming, drafting, completing; and files for their forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CaseMissing
from engine.foundation.blobs.rules import (
    MAX_BYTES,
    FileBroken,
    FileEmpty,
    FileForbidden,
    FileMismatch,
    FileTooLarge,
    admit,
)
from engine.foundation.errors import InvalidFields
from engine.foundation.store.unit import RootMissing
from engine.process.tasks.commands import ClaimTask, CompleteTask, ReleaseTask, SaveDraft, TaskCommand
from engine.process.tasks.desk import find_task, open_desk, pinned_form
from engine.process.tasks.queries import BOXES, inbox, tasks_of
from engine.process.tasks.rules import TaskMissing, TaskNotHeld
from engine.registry.identity.rules import NotYourAction, may
from web.api.answers import store_file, with_signatures
from web.api.contract import MULTIPART, Call, Operation, Parameter, Reply
from web.api.groups import ACTS, HOUSE, SIGNING, TAKING, WORKING
from web.api.routes.catalogue import opened_tasks
from web.api.schema import Schema, closed, maybe, one_of, record, ref, text, whole
from web.api.shapes.common import PAGING, links, page_json
from web.api.shapes.tasks import desk_json, tasks_json

_MULTIPART_ROOM = 64 * 1024
"""What the wrapping of a multipart body may add to the file itself."""

SCHEMAS: dict[str, Schema] = {
    "DraftBody": closed(record({"answer": ref("Answer")}, about="暂存的内容，不作检查")),
    "CompleteBody": closed(
        record(
            {"answer": ref("Answer")},
            {"revision": maybe(whole("打开待办时的修订号；给出时，之后有变化则 409", minimum=0))},
            "办理",
        )
    )
    | {"examples": [{"answer": {"formal_result": "accept"}, "revision": 2}]},
    "EmptyBody": closed(record({}, about="不用填写")),
    "UploadBody": record({"file": {"type": "string", "contentMediaType": "application/octet-stream"}}),
    "UploadReply": ref("FileRef"),
}


def list_tasks(call: Call) -> Reply:
    """Return open tasks of a box, oldest first; with ``case`` all tasks of that case, done ones too."""
    query = call.query
    with call.door.read(call.actor, action="case.see") as view:
        if query["case"]:
            case = visible_case(view.connection, query["case"], view.scope)
            every = tasks_of(view.connection, case.root_id, state=None if query["state"] == "all" else "open")
            tasks, total = every[query["offset"] : query["offset"] + query["limit"]], len(every)
        else:
            tasks, total = inbox(
                view.connection, view.actor, query["box"], offset=query["offset"], limit=query["limit"]
            )
        told = tasks_json(view, tasks)
    kept = {"case": query["case"], "state": query["state"]} if query["case"] else {"box": query["box"]}
    return Reply({"tasks": told, "page": page_json(call, total, "/tasks", **kept)})


def read_task(call: Call, task_id: str) -> Reply:
    """Return a task with its form, what it starts with, and whether the caller may work it."""
    with call.door.read(call.actor, action="case.see") as view:
        desk = open_desk(view, task_id)
        return Reply(desk_json(view, desk, works=may(call.actor, "task.work")))


def claim(call: Call, task_id: str) -> Reply:
    """Take a task into one's own hands."""
    return _done(call, ClaimTask(task_id=task_id))


def release(call: Call, task_id: str) -> Reply:
    """Put one's task back for the colleagues."""
    return _done(call, ReleaseTask(task_id=task_id))


def save_draft(call: Call, task_id: str) -> Reply:
    """Keep what was filled in so far."""
    return _done(call, SaveDraft(task_id=task_id, data=_signed(call, task_id), partial=True))


def complete(call: Call, task_id: str) -> Reply:
    """Answer the task's form; the answer is checked against the form that the case pinned."""
    command = CompleteTask(
        task_id=task_id, answer=_signed(call, task_id), revision=call.body.get("revision"), partial=True
    )
    outcome = call.door.execute(command, call.actor, key=call.key)
    return Reply(
        {
            "task_id": task_id,
            "case_no": outcome["case_no"],
            "opened": opened_tasks(call, outcome),
            "links": _links(outcome),
        }
    )


def _signed(call: Call, task_id: str) -> Mapping[str, Any]:
    with call.door.read(call.actor, action="task.work") as view:
        schema = pinned_form(view, find_task(view, task_id))
    return with_signatures(call, schema, call.body["answer"])


def _done(call: Call, command: TaskCommand) -> Reply:
    # Looked up first, so that a task out of sight and one that never was are told alike.
    with call.door.read(call.actor, action="task.work") as view:
        find_task(view, command.task_id)
    outcome = call.door.execute(command, call.actor, key=call.key)
    return Reply(
        {
            "task_id": command.task_id,
            "case_no": outcome["case_no"],
            "revision": outcome["revision"],
            "links": _links(outcome),
        }
    )


def _links(outcome: Mapping[str, Any]) -> dict[str, str]:
    return links(task=f"/tasks/{outcome['task_id']}", case=f"/cases/{outcome['case_no']}")


def upload(call: Call) -> Reply:
    """Store a file for a form; it belongs to the caller until a case takes it."""
    with call.door.read(call.actor, action="upload.add"):
        pass  # The permission is asked before the body is read.
    request.max_content_length = MAX_BYTES + _MULTIPART_ROOM
    try:
        files, fields = request.files, request.form
    except RequestEntityTooLarge as error:
        raise FileTooLarge(name="上传的文件") from error
    strange = {name[:80]: "没有这一项，请删去" for name in {*fields, *files} - {"file"}}
    given = files.getlist("file")
    if strange or len(given) != 1:
        raise InvalidFields(strange or {"file": "请上传一个文件"})
    content = given[0].read()
    name, media_type = admit(given[0].filename or "", content)
    return Reply(store_file(call, name, media_type, content, part="file").as_data())


_LIST = (
    Parameter("box", one_of(BOXES), "待办箱", "role"),
    Parameter("case", text(maxLength=60), "只列这一办件的待办（此时不看 box）", ""),
    Parameter("state", one_of({"open": "待办", "all": "全部"}), "与 case 同用：只列待办，还是包括已办", "open"),
    *PAGING,
)

OPERATIONS = (
    Operation(
        "list_tasks", "GET", "/v1/tasks", "tasks", "待办列表", list_tasks, ref("TaskList"), query=_LIST,
        refusals=(NotYourAction, CaseMissing),
    ),
    Operation(
        "read_task", "GET", "/v1/tasks/{task_id}", "tasks", "打开待办：表单与初始内容", read_task, ref("Desk"),
        refusals=(NotYourAction, TaskMissing),
    ),
    Operation(
        "claim_task", "POST", "/v1/tasks/{task_id}/claim", "tasks", "签收", claim, ref("TaskReply"),
        body=ref("EmptyBody"), body_optional=True, refusals=TAKING,
    ),
    Operation(
        "release_task", "POST", "/v1/tasks/{task_id}/release", "tasks", "退回待签收", release, ref("TaskReply"),
        body=ref("EmptyBody"), body_optional=True, refusals=(NotYourAction, RootMissing, TaskMissing, TaskNotHeld),
    ),
    Operation(
        "draft_task", "POST", "/v1/tasks/{task_id}/draft", "tasks", "暂存", save_draft, ref("TaskReply"),
        body=ref("DraftBody"), refusals=(*TAKING, *SIGNING, *HOUSE),
    ),
    Operation(
        "complete_task", "POST", "/v1/tasks/{task_id}/complete", "tasks", "办理", complete, ref("CompleteReply"),
        body=ref("CompleteBody"),
        refusals=(*WORKING, *SIGNING, *ACTS),
    ),
    Operation(
        "upload_file", "POST", "/v1/uploads", "tasks", "上传文件", upload, ref("UploadReply"), status=201,
        body=ref("UploadBody"), body_type=MULTIPART,
        refusals=(NotYourAction, FileEmpty, FileForbidden, FileMismatch, FileBroken, FileTooLarge, *SIGNING, *HOUSE),
    ),
)  # fmt: skip
