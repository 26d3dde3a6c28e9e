"""What stands around every page: who is signed in, where one may go, and the demonstration's banner."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, g, request, url_for

from engine.door import StoreUnavailable
from engine.foundation.errors import Conflict
from engine.foundation.store.unit import Actor
from engine.process.tasks.incidents.queries import count_open
from engine.process.tasks.messages.queries import unread_count
from engine.registry.identity.rules import SYSTEM, may
from engine.registry.policies.queries import clock_shift
from web import words
from web.sessions import SignedIn, csrf_token, door, machine_clock, signed_in


class FormSentBefore(Conflict):
    """这份表单已经提交过，这次没有再办理一遍。请打开办件查看；需要再办理的，请从办件重新打开表单填写。"""

    code = "FORM_SENT_BEFORE"


LOOKS = {"standard": "标准", "large": "大字", "contrast": "高对比"}
LOOK_COOKIE = "yc-look"


@dataclass(frozen=True)
class Link:
    """One entry of the main menu."""

    endpoint: str
    title: str
    action: str
    inside: tuple[str, ...] = ()
    """Further blueprints whose pages lie under this entry."""
    about: str = ""
    """What one does there, where the title does not say it."""


MENU = (
    Link("inbox.show", "待办", "session.own",
         ("tasks", "delays", "handing", "leave", "countersigning", "goingback")),
    Link("intake.choose", "收件", "application.receive", ("together",)),
    Link("cases.listing", "办件", "case.see",
         ("audit", "replay", "barrings", "clocks", "joint_meetings", "joint_visits")),
    Link("origins.listing", "补录审批", "back_record.decide"),
    Link("contacts.listing", "首问登记", "contact.see"),
    Link("counselling.listing", "咨询与呼叫", "consultation.see"),
    Link("delivery.uncollected", "待催领", "delivery.chase"),
    Link("supervision.show", "时限监察", "supervision.see", ("ladders", "standstills")),
    Link("joint.listing", "联审", "joint.see"),
    Link("cards.listing", "监察牌", "card.see", about="发给本部门的黄牌、红牌：依据、申诉"),
    Link("orders.listing", "督办", "order.see"),
    Link("accounts.listing", "账号", "account.see", ("account_acts",)),
    Link("designing.home", "流程设计", "process.draft", ("releases", "impact", "clause_matrix"),
         about="起草、检查、送审、发布流程、决策表、表单、事项和消息"),
    Link("auditing.listing", "审计", "sample.draw", ("findings", "comparing", "bundles"),
         about="查找办件、抽样、本人的审计记录和审计发现、两件比较"),
    Link("figures.show", "办理统计", "figures.see", about="办结办件的热力图、走法、费时环节、部门之间的等候"),
    Link("conformance.show", "流程相符", "conformance.see",
         about="办结的办件与流程图是否相符：没有经过、顺序不对、又经过一遍的环节"),
    Link("sealing.show", "存证", "log.see", ("reexecution",), about="过程记录的封存、核对结果，下载检查点"),
    Link("incidents.listing", "异常", "incident.settle", about="系统未能完成的事项：查看、重试、登记人工处置"),
)


ELSEWHERE = {
    "designer": (
        Link("flows.listing", "办理流程", "", about="查看现行和以往版本，下载 BPMN 文件"),
    ),
    "sys_admin": (
        Link("calendar.show", "工作日历", "", about="登记年度放假安排、停止办公；由中心负责人确认"),
        Link("standstills.listing", "不可抗力停表", "", about="起草成批停表和恢复；由中心负责人批准"),
        Link("ladders.show", "升级规则", "", about="各类时限何时提示、发牌、督办；由中心负责人确认"),
        Link("policies.show", "参数", "", about="各项数值、单位和来源；起草调整，由中心负责人确认"),
        Link("flows.listing", "办理流程", "", about="现行和以往的版本"),
        Link("", "命令行", "", about="doctor 检查运行状况，backup 备份和恢复，process deploy 发布流程、事项"),
    ),
    "center_head": (
        Link("calendar.show", "工作日历", "", about="确认放假安排、停止办公的草案"),
        Link("policies.show", "参数", "", about="各项数值、单位和来源；确认调整的草案"),
    ),
    "sec_admin": (Link("leave.show", "请假代理", "", about="登记、撤销各部门人员的请假和代理人"),),
    "auditor": (
        Link("reexecution.listing", "重新执行核对", "", about="按过程记录重新执行一批办件，逐条比较"),
        Link("ladders.show", "升级规则", "", about="各类时限何时提示、发牌、督办"),
        Link("standstills.listing", "不可抗力停表", "", about="成批停表的依据、批准和逐件结果"),
    ),
    "audit_admin": (Link("", "命令行", "", about="audit verify 核对全部过程记录和各项不变式"),),
    "integrator": (
        Link("", "接口", "", about="外部系统凭接口令牌送达消息（POST /api/v1/messages），令牌由安全管理员签发"),
    ),
}
"""What a role that works on no case finds outside the menu; without an endpoint it is done on the command line."""
_PLACES = {"contact": "contacts.show", "consultation": "counselling.show", "call": "counselling.call",
           "barring": "barrings.show"}  # fmt: skip


def around() -> dict[str, Any]:
    """Return what the frame of every page needs."""
    found = _visitor()
    actor = None if found is None else found.actor
    owes = found is not None and bool(found.kept.owes)
    look = request.cookies.get(LOOK_COOKIE, "")
    shift = demo_shift()
    return {
        "me": actor,
        "owes": owes,
        "menu": [link for link in MENU if actor is not None and not owes and may(actor, link.action)],
        "may": lambda action: actor is not None and may(actor, action),
        "csrf": csrf_token(),
        "new_key": new_key,
        "here": request.blueprint,
        "demo": demo_banner(shift),
        "opened_at": machine_clock().now() + timedelta(seconds=shift),
        "unread_notes": _unread(actor),
        "menu_counts": _menu_counts(actor),
        "look": look if look in LOOKS else "standard",
        "looks": LOOKS,
    }


def places_of(actor: Actor) -> list[Link]:
    """Return where somebody who works on no case may go: the menu, then what the roles find outside it."""
    menu = [link for link in MENU[1:] if may(actor, link.action)]
    roles = {role for role, _place in actor.grants}
    return menu + [link for role, links in ELSEWHERE.items() if role in roles for link in links]


def _visitor() -> SignedIn | None:
    """Return who is signed in, or None; nobody is while the database is away, for the page that says so."""
    try:
        return signed_in()
    except StoreUnavailable:
        g.signed_in = None
        return None


def _unread(actor: Actor | None) -> int:
    """Return how many internal messages the person has not read."""
    if actor is None or is_fragment() or not may(actor, "message.send"):
        return 0
    try:
        with door().read(actor) as view:
            return unread_count(view.connection, actor)
    except StoreUnavailable:
        return 0


def _menu_counts(actor: Actor | None) -> dict[str, int]:
    """Return how much waits behind entries of the main menu, by endpoint; what has nothing is left out."""
    if actor is None or is_fragment() or not may(actor, "incident.settle"):
        return {}
    try:
        with door().read(actor) as view:
            left = count_open(view.connection)
    except StoreUnavailable:
        return {}
    return {"incidents.listing": left} if left else {}


def place_of_root(root_id: str) -> str:
    """Return the page of a contact, a consultation, a call or 失信记录 by its root; an empty text for anything else."""
    kind, _, number = root_id.partition(":")
    return url_for(_PLACES[kind], number=number) if kind in _PLACES else ""


def new_key() -> str:
    """Return a fresh idempotency key for one form: what is sent twice is carried out once."""
    return secrets.token_hex(16)


def form_key() -> str:
    """Return the idempotency key that the posted form carries; a form without one gets its own."""
    given = request.form.get("_key", "")
    return given if given.isalnum() and len(given) <= 64 else new_key()


def kept_key() -> str:
    """Return the key of the form on the page that answers this request: its own, when the page gives it back.

    A form that comes back with errors is still the same filling.  So whatever is sent twice is carried out once, from
    whichever of its pages: the browser's back button leads to a page that it can only show by sending it again.
    """
    return form_key() if request.method == "POST" else new_key()


def is_fragment() -> bool:
    """Tell whether htmx asks for a part of the page only."""
    return request.headers.get("HX-Request") == "true"


def demo_shift() -> int:
    """Return by how many seconds the demonstration's clock runs ahead; 0 in production and without a database."""
    if not current_app.config["DEMO"]:
        return 0
    try:
        with door().read(SYSTEM) as view:
            return clock_shift(view.connection)
    except StoreUnavailable:
        # The page that says so is drawn with this frame, too.
        return 0


def demo_banner(shift: int) -> dict[str, str] | None:
    """Return the words of the demonstration's banner, whose clock runs ``shift`` seconds ahead; None in production."""
    if not current_app.config["DEMO"]:
        return None
    if not shift:
        return {"clock": ""}
    now = machine_clock().now() + timedelta(seconds=shift)
    days, rest = divmod(shift, 86400)
    parts = [f"{days}天" if days else "", f"{rest // 3600}小时" if rest >= 3600 else ""]
    return {"clock": words.local(now), "ahead": "".join(parts) or f"{rest // 60}分钟"}
