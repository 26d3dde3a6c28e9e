"""请假代理: registering leaves with their substitutes, for oneself or as the head; who is on leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import Actor
from engine.registry.identity.leave.commands import RegisterLeave, RevokeLeave
from engine.registry.identity.leave.handlers import headed
from engine.registry.identity.leave.queries import leaves_of, lendable
from engine.registry.identity.leave.rules import STATES, Leave, LeaveMissing
from engine.registry.identity.queries import names_of
from engine.registry.identity.rules import ROLES
from engine.registry.organisation.queries import CENTER, departments
from web.failures import status_for
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("leave", __name__)


@dataclass(frozen=True)
class Row:
    """A leave as shown."""

    leave: Leave
    absent: str
    substitute: str
    registered_by: str
    state: str
    revocable: bool


@blueprint.get("/leave")
@page(action="leave.register")
def show() -> AnyResponse:
    """Show the leaves of this person and, to a head, of the department; and the form for a new one."""
    return _page({"account": actor().account}, {}, 200)


@blueprint.post("/leave")
@page(action="leave.register")
def register() -> AnyResponse:
    """Register a leave."""
    names = ("account", "substitute", "from_day", "until_day", "reason")
    typed = {name: request.form.get(name, "")[:400] for name in names}
    errors = {name: said for name, said in (("account", "请选择请假人。"), ("substitute", "请选择代理人。"))
              if not typed[name]}  # fmt: skip
    return _done(RegisterLeave(**typed), typed, errors)


@blueprint.post("/leave/<int:id>/revoke")
@page(action="leave.register")
def revoke(id: int) -> AnyResponse:
    """Revoke a leave."""
    return _done(RevokeLeave(leave_id=id), {"account": actor().account}, {}, done="revoked")


def _done(
    command: Command, typed: Mapping[str, str], errors: Mapping[str, str], *, done: str = "registered"
) -> AnyResponse:  # fmt: skip
    try:
        if errors:
            raise InvalidFields(dict(errors))
        door().execute(command, actor(), key=form_key())
    except LeaveMissing:
        raise
    except InvalidFields as wrong:
        return _page(typed, wrong.errors, 422)
    except Refusal as refusal:
        return _page(typed, {}, status_for(refusal), refusal)
    return redirect(url_for("leave.show", done=done), 303)


def _page(
    typed: Mapping[str, str], errors: Mapping[str, str], status: int, refusal: Refusal | None = None
) -> AnyResponse:  # fmt: skip
    me = actor()
    everything, places = me.has("sec_admin"), headed(me)
    with door().read(me, action="leave.register") as view:
        found = leaves_of(view.connection, me.account, places, everything=everything)
        named = {key: one.short_name for key, one in departments(view.connection).items()} | {CENTER: "中心"}
        mine = me.departments() if not everything else None
        people = lendable(view.connection, mine, view.now)
        names = names_of(view.connection, {
            who for one in found for who in (one.account, one.substitute, one.registered_by, one.revoked_by) if who
        })  # fmt: skip
        now = view.now
    several = len({place for _, _, place in people}) > 1
    labels = {id: f"{name}（{id}{' ' + named.get(place, place) if several else ''}）" for id, name, place in people}
    speaks = {id for id, _, place in people if everything or place in places or id == me.account}
    rows = [
        Row(one, names[one.account], names[one.substitute], names.get(one.registered_by, one.registered_by),
            STATES[one.state(now)], one.state(now) in ("on", "coming") and _speaks(me, one, speaks))
        for one in found
    ]  # fmt: skip
    html = render_template(
        "leave.html", rows=rows, typed=typed, errors=errors, refusal=refusal, today=city_date(now).isoformat(),
        absent=[(id, label) for id, label in labels.items() if id in speaks],
        substitutes=[(id, label) for id, label in labels.items() if id != me.account or len(speaks) > 1],
        standing=me.stands_in, roles=ROLES,
    )  # fmt: skip
    return make_response(html, status)


def _speaks(me: Actor, one: Leave, speaks: set[str]) -> bool:
    return one.account == me.account or one.account in speaks
