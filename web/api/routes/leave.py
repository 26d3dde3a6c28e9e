"""请假代理: leaves and their substitutes, of the caller and of whom the caller heads."""

from __future__ import annotations

from typing import Any

from engine.registry.identity.leave.commands import RegisterLeave, RevokeLeave
from engine.registry.identity.leave.handlers import headed
from engine.registry.identity.leave.queries import leave_of, leaves_of
from engine.registry.identity.leave.rules import (
    STATES,
    Leave,
    LeaveMissing,
    LeaveNotYours,
    LeaveOver,
    LeaveOverlaps,
    NothingToSubstitute,
    SubstituteCircular,
    SubstituteDisabled,
    SubstituteElsewhere,
    SubstituteSelf,
    SubstituteUnfit,
)
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import NotYourAction
from web.api.contract import Call, Operation, Reply
from web.api.schema import Schema, closed, day, listed, maybe, moment, record, ref, text, whole
from web.api.shapes.common import coded, day_text, maybe_person, moment_text, named, people

_DAY = text("日期，如 2026-03-02", maxLength=10)

SCHEMAS: dict[str, Schema] = {
    "Substitution": record(
        {
            "id": whole("编号"), **maybe_person("account", "请假人"), **maybe_person("substitute", "代理人"),
            "from": day("自哪一日"), "until": day("至哪一日（含）"), "reason": text("事由"),
            **coded("state", STATES, "状态"), **maybe_person("registered_by", "登记人"),
            "registered_at": moment("登记时间"), "revoked_at": maybe(moment("撤销时间")),
        },
        about="一次请假和代理人",
    ),
    "SubstitutionList": record({"substitutions": listed(ref("Substitution"))}),
    "SubstitutionBody": closed(
        record(
            {
                "substitute": text("代理人的账号", minLength=1, maxLength=40), "from": _DAY, "until": _DAY,
                "reason": text("事由", maxLength=400),
            },
            {"account": text("请假人的账号；不填为本人", minLength=1, maxLength=40)},
            "登记请假",
        )
    ),
}  # fmt: skip


def list_substitutions(call: Call) -> Reply:
    """Return the leaves that concern the caller, and those of whom the caller heads, newest first."""
    me = call.actor
    with call.door.read(me, action="leave.register") as view:
        found = leaves_of(view.connection, me.account, headed(me), everything=me.has("sec_admin"))
        return Reply({"substitutions": _told(view, found)})


def register(call: Call) -> Reply:
    """Register a leave with its substitute."""
    body = call.body
    command = RegisterLeave(
        account=body.get("account", call.actor.account), substitute=body["substitute"], from_day=body["from"],
        until_day=body["until"], reason=body["reason"],
    )  # fmt: skip
    return _answer(call, call.door.execute(command, call.actor, key=call.key)["leave_id"])


def revoke(call: Call, leave_id: str) -> Reply:
    """Revoke a leave."""
    id = int(leave_id) if leave_id.isascii() and leave_id.isdigit() and len(leave_id) < 10 else 0
    return _answer(call, call.door.execute(RevokeLeave(leave_id=id), call.actor, key=call.key)["leave_id"])


def _answer(call: Call, id: int) -> Reply:
    with call.door.read(call.actor, action="leave.register") as view:
        found = leave_of(view.connection, id)
        if found is None:
            raise LeaveMissing
        return Reply(_told(view, [found])[0])


def _told(view: Reading, rows: list[Leave]) -> list[dict[str, Any]]:
    names = people(view, {who for one in rows for who in (one.account, one.substitute, one.registered_by)})
    return [
        {
            "id": one.id, **named("account", one.account, names), **named("substitute", one.substitute, names),
            "from": day_text(one.first_day), "until": day_text(one.last_day), "reason": one.reason,
            **named("state", one.state(view.now), STATES), **named("registered_by", one.registered_by, names),
            "registered_at": moment_text(one.registered_at), "revoked_at": moment_text(one.revoked_at),
        }
        for one in rows
    ]  # fmt: skip


OPERATIONS = (
    Operation(
        "list_substitutions", "GET", "/v1/me/substitutions", "tasks", "请假代理：本人的和本部门的", list_substitutions,
        ref("SubstitutionList"), refusals=(NotYourAction,),
    ),
    Operation(
        "register_substitution", "POST", "/v1/me/substitutions", "tasks", "登记请假和代理人", register,
        ref("Substitution"), status=201, body=ref("SubstitutionBody"),
        refusals=(NotYourAction, AccountUnknown, LeaveMissing, LeaveNotYours, LeaveOverlaps, NothingToSubstitute,
                  SubstituteCircular, SubstituteDisabled, SubstituteElsewhere, SubstituteSelf, SubstituteUnfit),
    ),
    Operation(
        "revoke_substitution", "POST", "/v1/me/substitutions/{leave_id}/revoke", "tasks", "撤销请假", revoke,
        ref("Substitution"), body=ref("EmptyBody"), body_optional=True,
        refusals=(NotYourAction, LeaveMissing, LeaveOver),
    ),
)  # fmt: skip
