"""What the security administrator does with accounts: each act a form, a command and a journal line."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.door import KeyReused
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.commands import Command
from engine.registry.identity.accounts.commands import GrantRole, RevokeRole, RevokeToken, UnlockAccount
from engine.registry.identity.accounts.rules import initial_password
from engine.registry.identity.commands import CreateAccount, ResetPassword, SetAccountState
from engine.registry.identity.factor.commands import ResetFactor
from engine.registry.identity.passwords import hash_password
from engine.registry.identity.queries import AccountUnknown, person_behind
from engine.registry.identity.sessions.commands import EndSessions
from web.accounts import account_page, place_options, role_options
from web.failures import status_for
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("account_acts", __name__)

FIELDS = ("account", "name", "same_as", "role", "department", "from_day", "until_day")


@blueprint.get("/accounts/new")
@page(action="account.manage")
def ask() -> AnyResponse:
    """Ask for whom the account is and which role it begins with."""
    return _form({}, {})


@blueprint.post("/accounts/new")
@page(action="account.manage")
def create() -> AnyResponse:
    """Make the account; its initial password is shown once."""
    typed = {name: request.form.get(name, "").strip()[:60] for name in FIELDS}
    try:
        command, password = _new_account(typed)
        door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        return _form(typed, wrong.errors, status=422)
    except KeyReused as reused:
        return _made_already(typed, reused)
    except Refusal as refusal:
        return _form(typed, {}, refusal=refusal, status=status_for(refusal))
    return _password_page(command.account, command.name, password, "账号已建立")


@blueprint.post("/accounts/<account>/password")
@page(action="account.manage")
def reset_password(account: str) -> AnyResponse:
    """Set an initial password, shown once; the sessions of the account end."""
    password = initial_password()
    command = ResetPassword(account=account, password_hash=hash_password(password))
    try:
        door().execute(command, actor(), key=form_key())
    except KeyReused:
        return account_page(account, refusal=PressedTwice())
    except Refusal as refusal:
        return account_page(account, refusal=refusal)
    return _password_page(account, "", password, "口令已重置")


class AccountMade(KeyReused):
    """这份表单已经提交过，账号已建立；初始口令只在第一次的答复中显示过。没有看到的，请在本页重置口令，再交给本人。"""

    code = "ACCOUNT_MADE_ALREADY"


class PressedTwice(KeyReused):
    """口令已经重置过一次，但没有显示给您；请再次重置，并把新的初始口令交给本人。"""

    code = "PRESSED_TWICE"


@blueprint.post("/accounts/<account>/state")
@page(action="account.manage")
def set_state(account: str) -> AnyResponse:
    """Disable or activate."""
    state = "active" if request.form.get("state") == "active" else "disabled"
    return _carried_out(account, SetAccountState(account=account, state=state), state)


@blueprint.post("/accounts/<account>/roles")
@page(action="account.manage")
def grant(account: str) -> AnyResponse:
    """Give a role, or move its end."""
    typed = {name: request.form.get(name, "").strip()[:40] for name in ("role", "department", "from_day", "until_day")}
    return _carried_out(account, GrantRole(account=account, **typed), "granted", typed)


@blueprint.post("/accounts/<account>/roles/revoke")
@page(action="account.manage")
def revoke(account: str) -> AnyResponse:
    """Take a role back."""
    role, department = (request.form.get(name, "")[:40] for name in ("role", "department"))
    return _carried_out(account, RevokeRole(account=account, role=role, department=department), "revoked")


@blueprint.post("/accounts/<account>/sessions/end")
@page(action="account.manage")
def end_sessions(account: str) -> AnyResponse:
    """End one or all sessions."""
    return _carried_out(account, EndSessions(account=account, handle=request.form.get("handle", "")[:16]), "sessions")


@blueprint.post("/accounts/<account>/unlock")
@page(action="account.manage")
def unlock(account: str) -> AnyResponse:
    """Let every address try again."""
    return _carried_out(account, UnlockAccount(account=account), "unlocked")


@blueprint.post("/accounts/<account>/factor/reset")
@page(action="account.manage")
def reset_factor(account: str) -> AnyResponse:
    """Remove a second factor that was lost."""
    return _carried_out(account, ResetFactor(account=account), "factor")


@blueprint.post("/accounts/<account>/tokens/revoke")
@page(action="account.manage")
def revoke_tokens(account: str) -> AnyResponse:
    """Take one or all machine tokens back."""
    return _carried_out(account, RevokeToken(account=account, handle=request.form.get("handle", "")[:16]), "tokens")


def _carried_out(account: str, command: Command, done: str, typed: Mapping[str, str] | None = None) -> AnyResponse:
    try:
        door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        return account_page(account, errors=wrong.errors, typed=typed)
    except Refusal as refusal:
        return account_page(account, refusal=refusal, typed=typed)
    return redirect(url_for("accounts.show", account=account, done=done), 303)


def _new_account(typed: Mapping[str, str]) -> tuple[CreateAccount, str]:
    """Return the command and the initial password; raise InvalidFields."""
    person = f"person-{typed['account']}"
    if typed["same_as"]:
        with door().read(actor(), action="account.manage") as view:
            found = person_behind(view.connection, typed["same_as"])
        if found is None:
            raise InvalidFields({"same_as": "没有这个账号，请核对，或者留空。"})
        person = found
    missing = {name: "请选择。" for name in ("role", "department") if not typed[name]}
    if missing:
        raise InvalidFields(missing)
    password = initial_password()
    command = CreateAccount(
        account=typed["account"], person=person, name=typed["name"], password_hash=hash_password(password),
        grants=((typed["role"], typed["department"]),), from_day=typed["from_day"], until_day=typed["until_day"],
    )  # fmt: skip
    return command, password


def _made_already(typed: Mapping[str, str], reused: KeyReused) -> AnyResponse:
    """Say where the initial password was shown; a form that was sent under another name comes back as it is."""
    try:
        return account_page(typed["account"], refusal=AccountMade())
    except AccountUnknown:
        return _form(typed, {}, refusal=reused, status=status_for(reused))


def _form(
    typed: Mapping[str, str], errors: Mapping[str, str], *, refusal: Refusal | None = None, status: int = 200
) -> AnyResponse:
    with door().read(actor(), action="account.manage") as view:
        html = render_template(
            "account_new.html", typed=typed, errors=errors, refusal=refusal, roles=role_options(),
            place_options=place_options(view),
        )  # fmt: skip
    return make_response(html, status)


def _password_page(account: str, name: str, password: str, title: str) -> AnyResponse:
    return make_response(
        render_template("account_password.html", account=account, name=name, password=password, title=title)
    )
