"""Tasks: in a list, opened with their form, and as a command leaves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.casework.cases.queries import CaseFile, cases_by_root, kinds_of
from engine.casework.cases.rules import CASE_TYPES, STATUSES
from engine.process.clocks.queries import ClockRow, clocks_of_many
from engine.process.clocks.rules import TITLES
from engine.process.tasks.desk import Desk
from engine.process.tasks.rules import Task
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ROLES
from forms import checks
from web.api.schema import Schema, flag, listed, maybe, moment, record, ref, text, whole
from web.api.shapes.common import (
    coded,
    day_text,
    links,
    maybe_person,
    moment_text,
    named,
    people,
    places,
    problem_json,
)
from web.api.shapes.forms import context_json, initial_json

_STATES = {"open": "待办", "completed": "已办", "cancelled": "已取消"}
_OPENED: dict[str, Schema] = {
    "id": text("待办编号"),
    "case_no": text("办件编号"),
    "name": text("名称"),
    "element": text("流程图中的节点"),
    "process": text("流程"),
    "lane": text("泳道"),
    "form": text("表单"),
    **coded("role", ROLES, "办理岗位"),
    **coded("department", about="办理部门"),
    "clauses": listed(text(), "依据的条款"),
    "links": ref("Links"),
}

TASKS: dict[str, Schema] = {
    "OpenedTask": record(_OPENED, about="一项待办中不再变化的内容"),
    "Task": record(
        {
            **_OPENED,
            **coded("state", _STATES, "状态"),
            **maybe_person("holder", "签收人"),
            "held_since": maybe(moment("签收时间")),
            "opened_at": moment("产生时间"),
            "closed_at": maybe(moment("办结时间")),
            **maybe_person("closed_by", "办理人"),
            **maybe_person("delegate", "受委派准备的人"),
            **maybe_person("on_behalf", "请假、由他人代理的人"),
            "revision": whole("修订号：签收、退回、办结时增加"),
            "case": record(
                {
                    "item_code": text("事项代码"),
                    "item_name": text("事项名称"),
                    **coded("case_type", CASE_TYPES, "办件类型"),
                    **coded("status", STATUSES, "办件状态"),
                    "applicant_name": text("申请人（自然人姓名已脱敏）"),
                },
                about="所属办件",
            ),
            "due": maybe(record({**coded("kind", TITLES, "时限"), "due_on": text("到期日")}, about="最近的到期日")),
        },
        about="待办",
    ),
    "TaskList": record({"tasks": listed(ref("Task")), "page": ref("Page")}),
    "Desk": record(
        {
            "task": ref("Task"),
            "form_schema": ref("FormSchema"),
            "initial": maybe(ref("Answer")),
            "draft": maybe(ref("Answer")),
            "context": maybe(ref("FormContext")),
            "may_complete": flag("现在能否办理"),
            "may_prepare": flag("受委派准备：可以暂存，归还后由签收人提交"),
            "refusal": maybe(ref("Problem")),
        },
        about="打开的待办；没有办理待办岗位的人看不到 initial 与 context",
    ),
    "TaskReply": record(
        {"task_id": text("待办编号"), "case_no": text("办件编号"), "revision": whole("修订号"), "links": ref("Links")}
    ),
    "CompleteReply": record(
        {
            "task_id": text("待办编号"),
            "case_no": text("办件编号"),
            "opened": listed(ref("OpenedTask"), "随后产生的待办"),
            "links": ref("Links"),
        }
    ),
}


def opened_json(task: Task, where: Mapping[str, str]) -> dict[str, Any]:
    """Return what never changes of a task, so that a repeated command answers the same."""
    path = f"/tasks/{task.id}"
    return {
        "id": task.id,
        "case_no": task.case_no,
        "name": task.name,
        "element": task.element,
        "process": task.process,
        "lane": task.lane,
        "form": task.form,
        **named("role", task.role, ROLES),
        **named("department", task.department, where),
        "clauses": list(task.clauses),
        "links": links(
            self=path,
            claim=f"{path}/claim",
            release=f"{path}/release",
            draft=f"{path}/draft",
            complete=f"{path}/complete",
            case=f"/cases/{task.case_no}",
        ),
    }


@dataclass(frozen=True)
class _Around:
    """What a list of tasks needs to know besides its rows, read once."""

    where: Mapping[str, str]
    names: Mapping[str, str]
    cases: Mapping[str, CaseFile]
    kinds: Mapping[str, str]
    due: Mapping[str, ClockRow]


def tasks_json(view: Reading, tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Return tasks as a list shows them, each with its case and the nearest due date."""
    rows = list(tasks)
    around = _around(view, rows)
    return [_task(one, around) for one in rows]


def desk_json(view: Reading, desk: Desk, *, works: bool) -> dict[str, Any]:
    """Return an opened task; who does no tasks (``works`` False) does not see what its form is filled with."""
    return {
        "task": tasks_json(view, [desk.task])[0],
        "form_schema": dict(desk.schema),
        "initial": initial_json(desk.schema, desk.context) if works else None,
        "draft": dict(desk.draft) if desk.draft is not None else None,
        "context": context_json(desk.schema, desk.context) if works else None,
        "may_complete": desk.refusal is None,
        "may_prepare": desk.prepares,
        "refusal": problem_json(desk.refusal),
    }


def shown_name(name: str, kind: str) -> str:
    """Return an applicant's name as lists show it: a person's is masked, an organisation's is public."""
    return checks.mask_name(name) if kind == "person" else name


def _around(view: Reading, rows: list[Task]) -> _Around:
    roots = {one.root_id for one in rows}
    cases = cases_by_root(view.connection, roots)
    running = [one for one in clocks_of_many(view.connection, roots) if one.state == "running" and one.due_on]
    # The nearest comes last and so stays.
    due = {one.root_id: one for one in sorted(running, key=lambda one: day_text(one.due_on) or "", reverse=True)}
    return _Around(
        where=places(view),
        names=people(view, (who for one in rows for who in (one.holder, one.closed_by, one.delegate, one.on_behalf))),
        cases=cases,
        kinds=kinds_of(view.connection, {one.applicant_id for one in cases.values()}),
        due=due,
    )


def _task(task: Task, around: _Around) -> dict[str, Any]:
    case, clock = around.cases[task.root_id], around.due.get(task.root_id)
    return {
        **opened_json(task, around.where),
        **named("state", task.state, _STATES),
        **named("holder", task.holder, around.names),
        "held_since": moment_text(task.held_since),
        "opened_at": moment_text(task.opened_at),
        "closed_at": moment_text(task.closed_at),
        **named("closed_by", task.closed_by, around.names),
        **named("delegate", task.delegate, around.names),
        **named("on_behalf", task.on_behalf, around.names),
        "revision": task.revision,
        "case": {
            "item_code": case.item_code,
            "item_name": case.item_name,
            **named("case_type", case.case_type, CASE_TYPES),
            **named("status", case.status, STATUSES),
            "applicant_name": shown_name(case.applicant_name, around.kinds[case.applicant_id]),
        },
        "due": clock and {**named("kind", clock.kind, TITLES), "due_on": day_text(clock.due_on)},
    }
