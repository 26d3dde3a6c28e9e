"""What the signed-in person is told: who one is, what waits, messages, limits near and past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deadlines.law.ladder import LABELS
from engine.casework.cases.queries import CaseFile
from engine.casework.cases.rules import STATUSES
from engine.oversight.supervision.cards.rules import LEVELS, STATES
from engine.oversight.supervision.queries import GivenCard, Urgent
from engine.process.clocks.rules import TITLES
from engine.process.tasks.notifications.queries import Notification
from engine.process.tasks.queries import BOXES
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ACTIONS, ROLES, may
from web.api.schema import Schema, day, flag, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.common import coded, day_text, grants_json, links, moment_text, named, places

_CASE = record(
    {
        "case_no": text("办件编号"), "item_name": text("事项名称"), **coded("department", about="承办部门"),
        **coded("status", STATUSES, "办件状态"), "links": ref("Links"),
    },
    about="有关的办件",
)  # fmt: skip

OVERSIGHT: dict[str, Schema] = {
    "Me": record(
        {
            "account": text("账号"),
            "person": text("自然人标识（职责分离按自然人计）"),
            "name": text("姓名"),
            "grants": listed(ref("Grant")),
            "stands_in": listed(
                record(
                    {
                        "account": text("请假人的账号"), "name": text("姓名"), **coded("role", ROLES, "岗位"),
                        **coded("department", about="部门"),
                    }
                ),
                "正在代理的岗位（请假代理）",
            ),
            "actions": listed(text(), "可以做的事"),
            "scope": record(
                {"everything": flag("全部办件"), "departments": listed(text("部门代号"))}, about="可见范围"
            ),
        },
        about="令牌的持有人",
    ),
    "Counts": record({box: whole(title) for box, title in BOXES.items()}, about="各待办箱的件数"),
    "Notification": record(
        {
            "id": whole("编号"), "case_no": maybe(text("办件编号")), "kind": text("类别"), "sentence": text("内容"),
            "at": moment("时间"), "read": flag("已读"),
        },
        about="站内消息",
    ),
    "NotificationList": record({"notifications": listed(ref("Notification"))}),
    "Supervision": record(
        {
            "today": day("今天"),
            "urgent": listed(
                record(
                    {
                        "case": _CASE, **coded("kind", TITLES, "时限"), "due_on": maybe(day("到期日")),
                        "provisional": flag("暂定"), **coded("standing", LABELS, "状况"), "overdue": whole("超期天数"),
                    }
                ),
                "临期、当日到期和超期的时限，最急的在前",
            ),
            "cards": listed(
                record(
                    {
                        "case": _CASE, "level": one_of(LEVELS), "party": text("被督办方"),
                        "rule": text("依据的规则"), "sentence": text("说明"), "at": moment("时间"),
                        **coded("state", STATES, "状态"),
                    }
                ),
                "已发的牌，最近的在前",
            ),
        },
        about="时限监察（4.1.8）",
    ),
}  # fmt: skip


def me_json(view: Reading) -> dict[str, Any]:
    """Return who the token belongs to and what that account may do."""
    actor, scope, where = view.actor, view.scope, places(view)
    return {
        "account": actor.account,
        "person": actor.person,
        "name": actor.name,
        "grants": grants_json(actor.grants, where),
        "stands_in": [
            {"account": one.account, "name": one.name, **grants_json([(one.role, one.department)], where)[0]}
            for one in actor.stands_in
        ],
        "actions": sorted(action for action in ACTIONS if may(actor, action)),
        "scope": {"everything": scope.everything, "departments": sorted(scope.departments)},
    }


def notification_json(one: Notification) -> dict[str, Any]:
    """Return a message of the house."""
    case_no = one.root_id.removeprefix("case:") if one.root_id.startswith("case:") else None
    return {
        "id": one.id,
        "case_no": case_no,
        "kind": one.kind,
        "sentence": one.sentence,
        "at": moment_text(one.at),
        "read": one.read,
    }


def urgent_json(one: Urgent, where: Mapping[str, str]) -> dict[str, Any]:
    """Return a limit near or past its due date."""
    return {
        "case": _case(one.case, where),
        **named("kind", one.clock.kind, TITLES),
        "due_on": day_text(one.clock.due_on),
        "provisional": one.clock.provisional,
        "standing": one.standing.word,
        "standing_name": one.standing.label,
        "overdue": one.standing.overdue,
    }


def card_json(one: GivenCard, where: Mapping[str, str]) -> dict[str, Any]:
    """Return a card of electronic supervision with its rule and evidence."""
    return {
        "case": _case(one.case, where),
        "level": one.card.level,
        "party": one.card.party,
        "rule": one.card.rule,
        "sentence": one.card.sentence,
        "at": moment_text(one.card.at),
        **named("state", one.card.state, STATES),
    }


def _case(case: CaseFile, where: Mapping[str, str]) -> dict[str, Any]:
    return {
        "case_no": case.case_no,
        "item_name": case.item_name,
        **named("department", case.department, where),
        **named("status", case.status, STATUSES),
        "links": links(self=f"/cases/{case.case_no}"),
    }
