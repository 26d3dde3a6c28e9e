"""How a case goes: for the applicant by number and query code, for the centre on the process file that it pinned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CASE_TYPES, STATUSES, CaseMissing
from engine.casework.tracking.rules import ProgressUnknown, read_case_no, read_code
from engine.foundation.errors import Conflict
from engine.process.bpmn.errors import SnapshotMismatch
from engine.process.bpmn.picture import Shape
from engine.registry.identity.rules import SYSTEM, NotYourAction
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.groups import HOUSE
from web.api.schema import Schema, day, flag, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.cases import case_links
from web.api.shapes.common import coded, day_text, maybe_person, moment_text, named, people
from web.diagram.listing import nodes_of
from web.diagram.trail import WORDS, Mark
from web.diagram.view import Walked, walked
from web.progress import Progress, gather, opened
from web.throttle import TooManyTries


class NothingStarted(Conflict):
    """办件还没有开始办理流程（补录待审批或者未获批准），没有流程图。请在补录获批以后再查看。"""

    code = "NOTHING_STARTED"


SCHEMAS: dict[str, Schema] = {
    "Progress": record(
        {
            "case_no": text("办件编号"), "item_name": text("事项"), **coded("case_type", CASE_TYPES, "办件类型"),
            "department_name": text("办理部门"), "applicant": text("申请对象（自然人已脱敏）"),
            "id_no": text("证件号码（自然人，已脱敏；其他为空）"), **coded("status", STATUSES, "办件状态"),
            "where": text("办到哪里"), "next": text("下一步"),
            "milestones": listed(record({"title": text("环节"), "on": maybe(day("哪一天"))}), "经过和将要经过的环节"),
            "due": maybe(
                record(
                    {
                        "due_on": maybe(day("最迟哪一天")), "provisional": flag("暂定"), "standing": text("状况"),
                        "counts": text("到那一天应当做到什么"), "lines": listed(text(), "怎样算出来"),
                    },
                    about="现在要紧的期限",
                )
            ),
            "paused": maybe(
                record({"since": day("暂停之日"), "reason": text("原因"), "document": text("文书")}, about="暂停计时")
            ),
            "wanted": listed(
                record({"name": text("材料"), "copies": whole("份数"), "advice": text("补正意见")}), "需要补正的材料"
            ),
            "parts": listed(
                record({"title": text("办理内容"), "word": text("进展"), "done": flag("已审查完")}),
                "一件事的各部分；其他办件为空",
            ),
            "documents": listed(
                record(
                    {
                        "title": text("文书"), "number": text("文号"), "issued_at": moment("出具时间"),
                        "void": flag("已作废"),
                    }
                ),
                "出具的文书",
            ),
            "delivery": text("送达方式"), "delivered_on": maybe(day("送达之日")),
        },
        about="申请人查询的办件进度（脱敏）",
    ),
    "DiagramElement": record(
        {
            "id": text("节点"), "kind": text("节点类型（BPMN）"), "name": text("名称"), "called": text("所调用的流程"),
            "state": one_of(WORDS, "状态"), "times": whole("经过几次"), "passed_at": maybe(moment("最近经过的时间")),
            **maybe_person("account", "经手人"), "since": maybe(moment("从何时起停在这里")),
            **maybe_person("holder", "签收人"), "task_id": maybe(text("待办编号")), "armed": flag("到期时触发"),
        },
        about="流程图中的一个节点和它在本办件中的状态",
    ),
    "Diagram": record(
        {
            "case_no": text("办件编号"), "process": text("流程"), "run": whole("第几次流程（0 为主流程）"),
            "title": text("名称"), "version": maybe(whole("发布的第几版")), "xml": text("BPMN 2.0 文件"),
            "elements": listed(ref("DiagramElement"), "全部节点，自左至右"),
            "flows_taken": listed(text(), "走过的连线"),
            "processes": listed(
                record(
                    {"process": text("流程"), "run": whole("第几次"), "title": text("名称"), "state": one_of(WORDS)}
                ),
                "本办件的全部流程，可以用 process 和 run 查看",
            ),
            "links": ref("Links"),
        },
        about="办件固定的流程版本，以及办到哪里",
    ),
}  # fmt: skip


def follow_progress(call: Call) -> Reply:
    """Tell the applicant how the case stands; a wrong number and a wrong code get one and the same answer."""
    with call.door.read(SYSTEM) as view:
        root = opened(view, read_case_no(call.query["case_no"]), read_code(call.query["Query-Code"]))
        told = gather(view, root)
    return Reply(_progress_json(told))


def read_diagram(call: Call, case_no: str) -> Reply:
    """Return the pinned process file with where the case stands and what it has passed."""
    run = None if call.query["run"] < 0 else call.query["run"]
    with call.door.read(call.actor, action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        found = walked(view, case, call.query["process"], run)
        if found is None:
            raise NothingStarted
        marks = [found.trail.of(shape.id) for shape in found.picture.shapes]
        names = people(view, {account for one in marks for account in (one.account, one.holder)})
    return Reply(_diagram_json(case.case_no, found, names))


def _progress_json(one: Progress) -> dict[str, Any]:
    case = one.case
    return {
        "case_no": case.case_no, "item_name": case.item_name, **named("case_type", case.case_type, CASE_TYPES),
        "department_name": one.department, "applicant": one.applicant, "id_no": one.id_no,
        **named("status", case.status, STATUSES), "where": one.told.where, "next": one.told.next,
        "milestones": [{"title": mark.title, "on": day_text(mark.on)} for mark in one.milestones],
        "due": None if one.until is None else {
            "due_on": day_text(one.until.due.due_on), "provisional": one.until.due.provisional,
            "standing": one.until.due.word, "counts": one.until.counts, "lines": one.until.lines,
        },
        "paused": None if one.paused is None else {
            "since": one.paused.since.isoformat(), "reason": one.paused.reason, "document": one.paused.document,
        },
        "wanted": _wanted(one.wanted),
        "parts": [{"title": part.title, "word": part.word, "done": part.done} for part in one.parts],
        "documents": [
            {
                "title": paper.title, "number": paper.number, "issued_at": moment_text(paper.issued_at),
                "void": paper.state != "issued",
            }
            for paper in one.documents
        ],
        "delivery": one.delivery, "delivered_on": day_text(one.delivered_on),
    }  # fmt: skip


def _wanted(lines: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {"name": line["name"], "copies": int(line["copies_required"]), "advice": line.get("advice") or ""}
        for line in lines
    ]


def _diagram_json(case_no: str, found: Walked, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "case_no": case_no, "process": found.process_id, "run": found.run, "title": found.title,
        "version": None if found.version is None else found.version.number, "xml": found.xml.decode("utf-8"),
        "elements": [_element(shape, found.trail.of(shape.id), names) for shape in nodes_of(found.picture)],
        "flows_taken": sorted(found.trail.taken),
        "processes": [
            {"process": one.process_id, "run": one.run, "title": one.title, "state": one.state}
            for one in found.choices
        ],
        "links": case_links(case_no),
    }  # fmt: skip


def _element(shape: Shape, mark: Mark, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": shape.id, "kind": shape.kind, "name": shape.name, "called": shape.called, "state": mark.state,
        "times": mark.times, "passed_at": moment_text(mark.at), **named("account", mark.account or None, names),
        "since": moment_text(mark.since), **named("holder", mark.holder or None, names),
        "task_id": mark.task_id or None, "armed": mark.armed,
    }  # fmt: skip


OPERATIONS = (
    Operation(
        "follow_progress", "GET", "/v1/progress", "open", "办件进度：凭办件编号和查询码", follow_progress,
        ref("Progress"), open=True, refusals=(ProgressUnknown, TooManyTries, *HOUSE),
        query=(
            Parameter("case_no", text(maxLength=60), "办件编号", ""),
            Parameter(
                "Query-Code", text(maxLength=40), "收件凭条上的查询码；在请求头中给出，不留在网址和访问日志中", "",
                place="header",
            ),
        ),
    ),
    Operation(
        "read_diagram", "GET", "/v1/cases/{case_no}/diagram", "cases", "流程图（BPMN）和办到哪里", read_diagram,
        ref("Diagram"), refusals=(NotYourAction, CaseMissing, NothingStarted, SnapshotMismatch),
        query=(
            Parameter("process", text(maxLength=80), "流程；不给为主流程", ""),
            Parameter("run", whole(minimum=-1, maximum=1_000), "第几次流程；-1 为现在的那一次", -1),
        ),
    ),
)  # fmt: skip
