"""账号: the list, one account, and who changed what in it (三员分立: the auditor only reads)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Refusal
from engine.foundation.journal.queries import count_lines, lines_of
from engine.registry.identity.accounts.queries import Asked, account_file, listed, tokens_of
from engine.registry.identity.accounts.rules import IN_DEPARTMENTS, STATES
from engine.registry.identity.factor.queries import factor_of
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ROLES, may
from engine.registry.identity.sessions.queries import addresses_of, sessions_of
from engine.registry.organisation.queries import departments
from engine.registry.policies.queries import figure
from web.failures import status_for
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door, machine_clock
from web.timeline import story

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/accounts")
@page(action="account.see")
def listing() -> AnyResponse:
    """List the accounts by department, role, state, pause and words."""
    given = request.args
    asked = Asked(
        find=given.get("q", "").strip()[:40],
        department=given.get("department", "")[:40],
        role=given.get("role", "") if given.get("role", "") in ROLES else "",
        state=given.get("state", "") if given.get("state", "") in STATES else "",
        paused=given.get("paused") == "1",
    )
    number = asked_number(given.get("page"))
    with door().read(actor(), action="account.see") as view:
        where = Page(number, 0)
        rows, total = listed(
            view.connection, asked, now=view.now, machine_now=machine_clock().now(), offset=where.offset,
            limit=where.size,
        )  # fmt: skip
        html = render_template(
            "accounts.html", rows=rows, now=view.now, page=Page(number, total), asked=asked, pairs=_pairs(asked),
            places=departments(view.connection), roles=ROLES, states=STATES,
        )  # fmt: skip
    return make_response(html)


@blueprint.get("/accounts/<account>")
@page(action="account.see")
def show(account: str) -> AnyResponse:
    """Show one account; that it was looked at stands in the reader's own journal."""
    shown = account_page(account)
    door().note_view(actor(), f"账号 {account[:40]}")
    return shown


@blueprint.get("/accounts/<account>/journal")
@page(action="account.see")
def journal(account: str) -> AnyResponse:
    """Show who changed what in an account, the newest page first."""
    asked, size = asked_number(request.args.get("page")), Page(1, 0).size
    with door().read(actor(), action="account.see") as view:
        file = account_file(view.connection, account)
        total = count_lines(view.connection, f"account:{account}")
        where = Page(asked, total)
        after = max(0, total - where.number * size)
        lines = lines_of(view.connection, f"account:{account}", after=after, limit=min(size, total - where.offset))
        names = names_of(view.connection, {line.account for line in lines})
    entries = list(reversed(story(lines, {**names, "operator": "命令行操作员"}))) if total > where.offset else []
    html = render_template("account_journal.html", account=file, entries=entries, page=where)
    return make_response(html)


def account_page(
    account: str, *, errors: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None,
    refusal: Refusal | None = None, status: int = 0,
) -> AnyResponse:  # fmt: skip
    """Return the page of one account; raise AccountUnknown."""
    machine_now = machine_clock().now()
    with door().read(actor(), action="account.see") as view:
        file = account_file(view.connection, account)
        idle = timedelta(minutes=figure(view.connection, "session_idle"))
        addresses = addresses_of(view.connection, account)
        html = render_template(
            "account.html", account=file, now=view.now, machine_now=machine_now, states=STATES, errors=errors or {},
            typed=typed or {}, refusal=refusal, places=departments(view.connection), roles=role_options(),
            sessions=sessions_of(view.connection, account, machine_now=machine_now, idle=idle),
            tokens=tokens_of(view.connection, account, machine_now), addresses=addresses,
            paused=[one for one in addresses if one.paused_until is not None and one.paused_until > machine_now],
            factor=factor_of(view.connection, account), own=file.person == actor().person,
            manages=may(actor(), "account.manage") and file.person != actor().person,
            done=DONE.get(request.args.get("done", ""), ""), place_options=place_options(view),
        )  # fmt: skip
    return make_response(html, status or (status_for(refusal) if refusal else 422 if errors else 200))


DONE = {
    "granted": "岗位已授予。", "revoked": "岗位已收回。", "disabled": "账号已停用，其会话和接口令牌已结束。",
    "active": "账号已启用。", "sessions": "会话已结束。", "unlocked": "登录暂停已解除。",
    "factor": "第二因素已重置，其会话已全部结束；本人下次登录时重新启用。", "tokens": "接口令牌已收回。",
}  # fmt: skip


def role_options() -> list[tuple[str, str]]:
    """Return the roles as a choice, with where each is held."""
    return [(code, f"{name}（{'部门' if code in IN_DEPARTMENTS else '中心'}）") for code, name in ROLES.items()]


def place_options(view: Reading) -> list[tuple[str, str]]:
    """Return the departments as a choice, the centre first."""
    listed = departments(view.connection).values()
    return [(one.key, one.short_name) for one in sorted(listed, key=lambda one: (one.kind != "center", one.key))]


def _pairs(asked: Asked) -> dict[str, Any]:
    chosen = {"q": asked.find, "department": asked.department, "role": asked.role, "state": asked.state}
    return {name: value for name, value in {**chosen, "paused": "1" if asked.paused else ""}.items() if value}
