"""A joint review as pages and programs show it: the board with what was made out, its picture, its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from engine.casework.cases.queries import CaseFile
from engine.casework.issuance.queries import made_by_branches
from engine.casework.joint import rules
from engine.casework.joint.board import Board, Line, boards, seen_by
from engine.casework.joint.changing.rules import NoReview
from engine.casework.joint.running import days_text
from engine.foundation.store.unit import Actor
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may, scope_of
from engine.registry.items.queries import current_items
from engine.registry.organisation.queries import Department
from processes.items import Item
from processes.joint_plan import critical_path, start_order
from web.diagram.plan import Box, draw_plan

MARKS = {
    "proposed": "？", "waiting": "○", "open": "▶", "agreed": "✓", "denied": "×", "stopped": "—", "dropped": "—",
}  # fmt: skip
"""The sign of each state of a branch, beside its word."""


def board_of(view: Reading, case: CaseFile) -> Board:
    """Return the board of a case as its reader may see it; raise NoReview for a case without a joint review."""
    found = boards(view, [case.root_id], made_by_branches(view.connection, [case.root_id]), _phones(view))
    if case.root_id not in found:
        raise NoReview
    return seen_by(found[case.root_id], view.scope)


def board_if_any(view: Reading, case: CaseFile) -> Board | None:
    """Return the board of a case for a page that is about more; None for a case without a joint review."""
    return next(iter(boards_of(view, [case.root_id])), None) if case.case_type == "joint" else None


def boards_of(view: Reading, root_ids: Sequence[str]) -> list[Board]:
    """Return the boards of several cases, in their order, as their reader may see them."""
    found = boards(view, root_ids, made_by_branches(view.connection, root_ids))
    return [seen_by(one, view.scope) for one in found.values()]


def may_add(actor: Actor, board: Board | None) -> bool:
    """Tell whether somebody may propose one more branch now: the department that leads, while others are asked."""
    return (
        board is not None
        and board.review.state == "running"
        and board.review.lead in scope_of(actor).departments
        and may(actor, "branch.propose")
    )


def days(amount: Decimal) -> str:
    """Return working days in words: ``5个工作日``, ``0.5个工作日``."""
    return f"{amount.normalize():f}个工作日"


def path_sentence(board: Board) -> str:
    """Return what still lies ahead against what is left of the promise, in words."""
    if board.review.state == "concluded":
        return f"已汇总：{rules.OUTCOMES[board.review.conclusion or 'deny']}。"
    if not board.path:
        way = "各分支都已有结果，只待牵头部门汇总"
    else:
        way = f"关键路径 {'→'.join(board.path)}，最长还需{days(board.needed)}"
    if board.review.state == "ended":
        return "办件已结束，不再征求意见。"
    if board.overdue:
        return f"{way}；承诺时限已经届满，请立即办理。"
    if board.left is None:
        return f"{way}；现在没有按工作日计的承诺时限。"
    over = board.left - board.needed
    verdict = f"够，余{days(over)}" if over > 0 else "刚好够，没有余量" if over == 0 else f"不够，差{days(-over)}"
    late = f"{len(board.late)} 个分支已超期（按还需0日计），再拖就更紧。" if board.late else ""
    return f"{way}；承诺时限还剩{days(Decimal(board.left))}：{verdict}。{late}"


def state_word(line: Line) -> str:
    """Return how a branch stands, with its limit while that matters."""
    word = rules.STATES[line.row.state]
    return f"{word}，{line.limit.word}" if line.row.state == "open" and line.limit else word


def waits_sentence(line: Line) -> str:
    """Return whom or what a branch waits for; an empty text for one that has ended."""
    if line.row.state == "proposed":
        return "等待牵头部门业务负责人批准"
    if line.row.state == "waiting":
        return f"等待前序分支：{'、'.join(line.waits_for)}" if line.waits_for else "即将开始"
    if line.row.state != "open" or line.hidden:
        return ""
    if line.hand is None:
        return f"等待{line.department.short_name}办理"
    return f"{line.hand.holder}正在办理" if line.hand.holder else f"等待{line.department.short_name}签收"


def holds_up_sentence(line: Line) -> str:
    """Return what cannot go on before a branch has ended: others, and in the end the conclusion."""
    if not line.going:
        return ""
    return f"{'、'.join(line.holds_up)}，以及汇总" if line.holds_up else "汇总"


def plan_of_board(board: Board) -> Markup:
    """Return the picture of a review."""
    boxes = [
        Box(
            line.row.key, line.row.name, f"{line.department.short_name} · 时限{days_text(line.row.days)}",
            line.row.depends_on, line.row.state, state_word(line), line.late, line.critical,
        )
        for line in board.lines if line.row.state not in rules.OUTSIDE
    ]  # fmt: skip
    return draw_plan(boxes, title=f"联办计划：{board.case.item_name}", about=_about(boxes, path_sentence(board)))


@dataclass(frozen=True)
class Part:
    """A branch of an item's plan, in words."""

    title: str
    department: str
    limit: str
    after: str
    result: str
    optional: bool
    critical: bool


@dataclass(frozen=True)
class ItemPlan:
    """An item's plan: its picture, the same in words, and its sum against the promise."""

    picture: Markup
    rows: tuple[Part, ...]
    told: str


def plan_of_item(item: Item, named: Mapping[str, Department]) -> ItemPlan | None:
    """Return the plan of an item; None for one that no several departments decide."""
    plan = item.joint_plan
    if plan is None:
        return None
    needed, chain = critical_path(plan)
    branches = {one.key: one for one in plan.branches}
    inside = [branches[key] for key in start_order(plan)]
    boxes = [
        Box(one.key, one.name, f"{named[one.department].short_name} · {days_text(one.days)}", one.depends_on,
            critical=one.key in chain, optional=one.optional)
        for one in inside
    ]  # fmt: skip
    rows = tuple(
        Part(one.name, named[one.department].name, days_text(one.days),
             "、".join(branches[key].name for key in one.depends_on), one.result or "", one.optional, one.key in chain)
        for one in inside
    )  # fmt: skip
    way = "→".join(branches[key].name for key in chain)
    verdict = "够" if needed <= item.promise.days else "不够"
    told = f"关键路径 {way}，合计{days(needed)}；承诺时限{item.promise.days}个工作日：{verdict}。"
    return ItemPlan(draw_plan(boxes, title=f"联办计划：{item.name}", about=_about(boxes, told)), rows, told)


def _about(boxes: Iterable[Box], told: str) -> str:
    return f"{told}{'。'.join(one.sentence for one in boxes)}。"


def _phones(view: Reading) -> dict[str, str]:
    """Return the telephone of each department that handles an item: the one at which people ask about it."""
    found: dict[str, str] = {}
    for _, item in current_items(view.connection):
        found.setdefault(item.department, item.channels.consult_phone)
    return found
