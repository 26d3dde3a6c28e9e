"""联审: the board of a case, the desk of the lead, adding a branch, leaving one out, chasing one (6.2.2)."""

from __future__ import annotations

from typing import Any

from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CaseMissing
from engine.casework.joint.board import STATES, Board, Line
from engine.casework.joint.changing.commands import DecideBranch, DropBranch, ProposeBranch
from engine.casework.joint.changing.rules import (
    NoReview,
    NotDroppable,
    NotLead,
    NotProposed,
    NotRunning,
    OwnProposal,
)
from engine.casework.joint.chasing.commands import ChaseBranch
from engine.casework.joint.chasing.rules import ChaseNotYours, NotChaseable
from engine.casework.joint.desk import rules as desk
from engine.casework.joint.desk.queries import reviews_for
from engine.casework.joint.queries import BranchMissing
from engine.casework.joint.rules import CONCLUSIONS, OUTCOMES, LimitTooLong
from engine.casework.joint.rules import STATES as BRANCH_STATES
from engine.foundation.clock import city_date
from engine.foundation.store.unit import RootMissing
from engine.process.tasks.urging.rules import UrgedEnough
from engine.registry.identity.rules import NotYourAction
from engine.registry.policies.rules import PolicyUnknown
from processes.joint_plan import VETO_EFFECTS
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.groups import MOVING
from web.api.schema import Schema, closed, flag, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.schema import day as day_schema
from web.api.shapes.common import (
    PAGING,
    coded,
    day_text,
    links,
    maybe_coded,
    maybe_person,
    moment_text,
    named,
    page_json,
)
from web.jointview import board_of, boards_of, path_sentence, waits_sentence

_LIMIT = maybe(
    record(
        {
            "clock": text("时限的代号"), "due_on": maybe(day_schema("到期日")),
            "due_at": maybe(moment("按工作小时计的到期时间")), "provisional": flag("暂定"),
            "standing": text("状况代号"),
            "standing_name": text("状况"),
            "pauses": listed(
                record(
                    {
                        "since": day_schema("自哪一天"), "until": maybe(day_schema("至哪一天；还在停的没有")),
                        "reason": text("理由"), "document": text("文书"),
                    }
                ),
                "停表",
            ),
        },
        about="时限",
    )
)  # fmt: skip
_HAND = maybe(
    record(
        {
            "task_id": text("待办"), "name": text("环节"), **maybe_person("holder", "签收人；待签收的没有"),
            "since": moment("签收时间；待签收的为到达时间"),
        },
        about="在谁手中",
    )
)  # fmt: skip

SCHEMAS: dict[str, Schema] = {
    "JointBranch": record(
        {
            "key": text("分支代号"), "number": text("分支编号"), "name": text("办理内容"),
            **coded("department", about="部门"),
            "phone": text("该部门办事咨询电话；没有的为空"), "absent": maybe(text("该部门请假人员；不掌握的没有")),
            **coded("state", BRANCH_STATES, "状态"), "round": whole("第几轮"),
            **coded("veto", VETO_EFFECTS, "不同意的后果"),
            "days": text("时限，工作日，可有半日"), "depends_on": listed(text("分支代号"), "前序分支"),
            "waits_for": listed(text("分支名称"), "还在等的前序分支"), "waits": text("等谁，一句话；不等的为空"),
            "holds_up": listed(text("分支名称"), "在等它的分支"), "critical": flag("在关键路径上"),
            "late": flag("在办且超期"),
            "opened_at": maybe(moment("开始时间")), "limit": _LIMIT, "hand": _HAND,
            "hidden": flag("意见不向您的部门显示"), "findings": maybe(text("审查意见")),
            **maybe_coded("conclusion", CONCLUSIONS, "结论"), "opinion": maybe(text("意见")),
            "basis": maybe(text("依据")),
            "conditions": maybe(text("条件")), "representative": maybe(text("代表")),
            "decided_at": maybe(moment("时间")),
            "result": maybe(text("同意时制作的结果")), "made": maybe(text("已制作的结果")),
            "chases": listed(
                record({"number": whole("第几次"), "at": moment("时间"), **maybe_person("by", "催办人"),
                        "text": text("内容"), "told": flag("已通知；否则此前不久已通知过，只记录入卷")}),
                "催办，早的在前",
            ),
            "chase_again_at": maybe(moment("何时起再催的重新通知，在此之前只记录入卷；现在就通知的没有")),
        },
        about="联审的一个分支",
    ),
    "JointReview": record(
        {
            "case_no": text("办件编号"), "item_name": text("事项"), **coded("lead", about="牵头部门"),
            **coded("state", STATES, "状态"), "round": whole("第几轮"),
            **maybe_coded("conclusion", OUTCOMES, "汇总结论"),
            "begun_at": moment("开始时间"), "concluded_at": maybe(moment("汇总时间")), "promise": _LIMIT,
            "days_left": maybe(whole("承诺时限还剩几个工作日")), "days_needed": text("关键路径还需几个工作日"),
            "path": listed(text("分支名称"), "关键路径"), "enough": maybe(flag("够不够；没有可比的没有")),
            "sentence": text("以上用一句话说"), "late": whole("超期的分支数"), "concluding": _HAND,
            "branches": listed(ref("JointBranch")), "links": ref("Links"),
        },
        about="一件联审的看板",
    ),
    "JointReviewList": record({"reviews": listed(ref("JointReview")), "page": ref("Page")}),
    "BranchBody": closed(record({"answer": ref("Answer")}, about="提出加入分支：表单 add_branch 的内容"))
    | {"examples": [{"answer": {"department": "cdc", "name": "油烟排放核查", "days": "2", "reason": "临近居民楼"}}]},
    "BranchDecisionBody": closed(
        record({"approved": flag("是否批准")}, {"reason": text("不批准的理由", maxLength=1000)}, about="批准加入分支")
    ),
    "BranchDropBody": closed(record({"reason": text("理由，2 至 500 字", maxLength=1000)}, about="不再征求分支")),
    "BranchChaseBody": closed(
        record({}, {"text": text("催办内容；不填的，写“请在时限内出具意见”", maxLength=500)}, about="催办分支")
    ),
}  # fmt: skip


def read_joint(call: Call, case_no: str) -> Reply:
    """Return the board of a case; that it was looked at is journalled."""
    told = _read(call, case_no)
    call.door.note_view(call.actor, f"办件 {case_no} 的联审看板")
    return Reply(told)


def list_joint_reviews(call: Call) -> Reply:
    """Return a page of the reviews of the caller's departments, the most urgent first."""
    query = call.query
    wanted = desk.Wanted(query["state"], query["part"], query["late"] == "1", query["mine"] == "1")
    with call.door.read(call.actor, action="joint.see") as view:
        roots, total = reviews_for(
            view.connection, view.actor, view.scope, wanted, city_date(view.now), view.now, offset=query["offset"],
            limit=query["limit"],
        )  # fmt: skip
        told = [_board_json(one) for one in boards_of(view, roots)]
    around = page_json(call, total, "/joint-reviews", **wanted.pairs)
    return Reply({"reviews": told, "page": around})


def propose_branch(call: Call, case_no: str) -> Reply:
    """Propose one more branch."""
    command = ProposeBranch(case_no=case_no, answer=call.body["answer"], partial=True)
    call.door.execute(command, call.actor, key=call.key)
    return Reply(_read(call, case_no))


def decide_branch(call: Call, case_no: str, key: str) -> Reply:
    """Approve or decline a proposed branch."""
    command = DecideBranch(
        case_no=case_no, key=key, approved=call.body["approved"], reason=call.body.get("reason") or ""
    )
    call.door.execute(command, call.actor, key=call.key)
    return Reply(_read(call, case_no))


def drop_branch(call: Call, case_no: str, key: str) -> Reply:
    """Leave a branch out."""
    call.door.execute(DropBranch(case_no=case_no, key=key, reason=call.body["reason"]), call.actor, key=call.key)
    return Reply(_read(call, case_no))


def chase_branch(call: Call, case_no: str, key: str) -> Reply:
    """Chase a branch."""
    command = ChaseBranch(case_no=case_no, key=key, text=call.body.get("text") or "")
    call.door.execute(command, call.actor, key=call.key)
    return Reply(_read(call, case_no))


def _read(call: Call, case_no: str) -> dict[str, Any]:
    with call.door.read(call.actor, action="case.see") as view:
        return _board_json(board_of(view, visible_case(view.connection, case_no, view.scope)))


def _board_json(board: Board) -> dict[str, Any]:
    review, case_no = board.review, board.case.case_no
    return {
        "case_no": case_no, "item_name": board.case.item_name, "lead": review.lead, "lead_name": board.lead.name,
        **named("state", review.state, STATES), "round": review.round,
        **named("conclusion", review.conclusion, OUTCOMES), "begun_at": moment_text(review.begun_at),
        "concluded_at": moment_text(review.concluded_at), "promise": _limit_json(board.promise),
        "days_left": board.left, "days_needed": f"{board.needed.normalize():f}", "path": list(board.path),
        "enough": board.enough, "sentence": path_sentence(board), "late": len(board.late),
        "concluding": _hand_json(board.concluding), "branches": [_line_json(board, one) for one in board.lines],
        "links": links(self=f"/cases/{case_no}/joint", case=f"/cases/{case_no}"),
    }  # fmt: skip


def _line_json(board: Board, line: Line) -> dict[str, Any]:
    row = line.row
    return {
        "key": row.key, "number": row.number, "name": row.name, "department": row.department,
        "department_name": line.department.name, "phone": line.phone, "absent": line.absent,
        **named("state", row.state, BRANCH_STATES), "round": row.round, **named("veto", row.veto, VETO_EFFECTS),
        "days": f"{row.days.normalize():f}", "depends_on": list(row.depends_on), "waits_for": list(line.waits_for),
        "waits": waits_sentence(line), "holds_up": list(line.holds_up), "critical": line.critical, "late": line.late,
        "opened_at": moment_text(row.opened_at), "limit": _limit_json(line.limit), "hand": _hand_json(line.hand),
        "hidden": line.hidden, "findings": row.findings,
        **named("conclusion", row.conclusion, CONCLUSIONS), "opinion": row.opinion, "basis": row.basis,
        "conditions": row.conditions, "representative": row.representative, "decided_at": moment_text(row.at),
        "result": row.result, "made": line.made,
        "chases": [
            {"number": one.number, "at": moment_text(one.at), "by": one.account, "by_name": board.name_of(one.account),
             "text": one.text, "told": bool(one.told)}
            for one in line.chases
        ],
        "chase_again_at": moment_text(line.again_at),
    }  # fmt: skip


def _limit_json(limit: Any) -> dict[str, Any] | None:
    if limit is None:
        return None
    row = limit.row
    return {
        "clock": row.id.partition(":")[2].partition(":")[2].replace(":", "."), "due_on": day_text(row.due_on),
        "due_at": moment_text(row.due_at), "provisional": row.provisional, "standing": limit.standing,
        "standing_name": limit.word,
        "pauses": [
            {"since": day_text(one.since), "until": day_text(one.until), "reason": one.reason, "document": one.document}
            for one in limit.stops
        ],
    }  # fmt: skip


def _hand_json(hand: Any) -> dict[str, Any] | None:
    if hand is None:
        return None
    return {
        "task_id": hand.task.id, "name": hand.task.name, "holder": hand.task.holder,
        "holder_name": hand.holder or None, "since": moment_text(hand.since),
    }  # fmt: skip


_FIND = (
    Parameter("state", one_of(desk.STATES), "状态", "open"),
    Parameter("part", one_of(desk.PARTS), "本部门是牵头还是参与；看全部办件的不分", "lead"),
    Parameter("late", one_of({"": "不限", "1": "只要有分支超期的"}), "有没有分支超期", ""),
    Parameter("mine", one_of({"": "不限", "1": "只要等我办理的"}), "是不是等我办理", ""),
    *PAGING,
)
_SEE = (NotYourAction, CaseMissing, NoReview, PolicyUnknown)
_CHANGING = (*_SEE, RootMissing, NotLead, NotRunning)
_ONE = (*_CHANGING, BranchMissing)
_PATH = "/v1/cases/{case_no}/joint"

OPERATIONS = (
    Operation("read_joint", "GET", _PATH, "joint", "联审看板", read_joint, ref("JointReview"), refusals=_SEE),
    Operation(
        "list_joint_reviews", "GET", "/v1/joint-reviews", "joint", "联审列表，最急的在前", list_joint_reviews,
        ref("JointReviewList"), query=_FIND, refusals=(NotYourAction, PolicyUnknown),
    ),
    Operation(
        "propose_branch", "POST", f"{_PATH}/branches", "joint", "提出加入分支", propose_branch, ref("JointReview"),
        status=201, body=ref("BranchBody"), refusals=(*_CHANGING, LimitTooLong),
    ),
    Operation(
        "decide_branch", "POST", f"{_PATH}/branches/{{key}}/decision", "joint", "批准或者不批准加入分支", decide_branch,
        ref("JointReview"), body=ref("BranchDecisionBody"),
        refusals=(*_ONE, NotProposed, OwnProposal, LimitTooLong, *MOVING),
    ),
    Operation(
        "drop_branch", "POST", f"{_PATH}/branches/{{key}}/drop", "joint", "不再征求一个分支", drop_branch,
        ref("JointReview"), body=ref("BranchDropBody"), refusals=(*_ONE, NotDroppable, *MOVING),
    ),
    Operation(
        "chase_branch", "POST", f"{_PATH}/branches/{{key}}/chase", "joint", "催办一个分支", chase_branch,
        ref("JointReview"), body=ref("BranchChaseBody"),
        refusals=(*_SEE, RootMissing, BranchMissing, ChaseNotYours, NotChaseable, UrgedEnough),
    ),
)  # fmt: skip
