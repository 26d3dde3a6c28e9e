"""失信记录: who may not promise instead of proving (4.1.7): listing, reading, barring, lifting."""

from __future__ import annotations

from typing import Any

from engine.casework.cases.barring.commands import BarApplicant, LiftBarring
from engine.casework.cases.barring.handlers import known_barring
from engine.casework.cases.barring.queries import barrings
from engine.casework.cases.barring.rules import (
    BY_HAND,
    SOURCES,
    STATES,
    AlreadyBarred,
    BarringEnded,
    BarringMissing,
    LiftReasonMissing,
    NotTheKeeper,
    OwnBarring,
)
from engine.casework.cases.rules import CaseMissing
from engine.foundation.clock import city_date
from engine.foundation.store.unit import RootMissing
from engine.foundation.vault import Vault
from engine.registry.identity.rules import NotYourAction
from forms import checks
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.groups import HOUSE
from web.api.schema import Schema, closed, day, listed, maybe, moment, one_of, record, ref, text
from web.api.shapes.common import PAGING, coded, day_text, links, maybe_person, moment_text, named, page_json, people
from web.barrings import Told, told_of

SCHEMAS: dict[str, Schema] = {
    "Barring": record(
        {
            "number": text("编号"), **coded("state", STATES, "状态"), "applicant": text("申请对象（自然人已脱敏）"),
            "id_no": text("证件号码（自然人已脱敏）"), **coded("source", SOURCES, "原因"), "reason": text("理由"),
            "basis": text("依据"), "department_name": text("列入部门"), "barred_at": moment("列入时间"),
            **maybe_person("barred_by", "列入人"), "until": maybe(day("失效日期；没有则到解除之日")),
            "lifted_at": maybe(moment("解除时间")), **maybe_person("lifted_by", "解除人"),
            "lift_reason": text("解除理由"), "links": ref("Links"),
        },
        about="一条失信记录",
    ),
    "BarringList": record({"barrings": listed(ref("Barring")), "page": ref("Page")}),
    "BarringBody": closed(
        record(
            {
                "source": one_of({code: SOURCES[code] for code in BY_HAND}, "原因"),
                "reason": text("事实和理由", maxLength=1000), "basis": text("依据", maxLength=1000),
                "until": day("失效日期，当日仍然有效"),
            },
            {
                "case_no": text("有关办件；给出时，申请对象即办件的申请对象", maxLength=60),
                "applicant_kind": one_of({"person": "自然人", "organisation": "法人或其他组织"}),
                "applicant_name": text("姓名（名称）", maxLength=200),
                "id_kind": one_of({code: one.label for code, one in checks.IDENTITY_KINDS.items()}, "证件类型"),
                "id_no": text("证件号码", maxLength=60),
            },
            "列入失信记录：给出有关办件，或者申请对象的名称和证件号码",
        )
    ),
    "LiftBody": closed(record({"reason": text("理由，至少 4 个字", maxLength=500)}, about="解除失信记录")),
}  # fmt: skip


def list_barrings(call: Call) -> Reply:
    """Return a page of the entries, newest first."""
    query = call.query
    with call.door.read(call.actor, action="barring.see") as view:
        found, total = barrings(
            view.connection, view.part(Vault), city_date(view.now), state=query["state"], find=query["q"],
            offset=query["offset"], limit=query["limit"],
        )  # fmt: skip
        names = people(view, {account for one in found for account in (one.barred_by, one.lifted_by)})
        told = [_barring_json(one, names) for one in told_of(view, found)]
    around = page_json(call, total, "/barrings", state=query["state"], q=query["q"])
    return Reply({"barrings": told, "page": around})


def read_barring(call: Call, number: str) -> Reply:
    """Return one entry; that it was looked at is journalled."""
    told = _read(call, number)
    call.door.note_view(call.actor, f"失信记录 {number[:26]}")
    return Reply(told)


def bar_applicant(call: Call) -> Reply:
    """Put an applicant on the list."""
    outcome = call.door.execute(BarApplicant(**{"case_no": "", **call.body}), call.actor, key=call.key)
    return Reply(_read(call, outcome["number"]))


def lift_barring(call: Call, number: str) -> Reply:
    """End an entry before its day."""
    call.door.execute(LiftBarring(number=number, reason=call.body["reason"]), call.actor, key=call.key)
    return Reply(_read(call, number))


def _read(call: Call, number: str) -> dict[str, Any]:
    with call.door.read(call.actor, action="barring.see") as view:
        entry = known_barring(view, number)
        names = people(view, {entry.barred_by, entry.lifted_by})
        [told] = told_of(view, [entry])
    return _barring_json(told, names)


def _barring_json(told: Told, names: dict[str, str]) -> dict[str, Any]:
    one = told.entry
    return {
        "number": one.number, **named("state", told.state, STATES), "applicant": told.name, "id_no": told.id_no,
        **named("source", one.source, SOURCES), "reason": one.reason, "basis": one.basis,
        "department_name": told.department, "barred_at": moment_text(one.barred_at),
        **named("barred_by", one.barred_by, names), "until": day_text(one.until),
        "lifted_at": moment_text(one.lifted_at), **named("lifted_by", one.lifted_by, names),
        "lift_reason": one.lift_reason, "links": links(self=f"/barrings/{one.number}"),
    }  # fmt: skip


_FIND = (
    Parameter("state", one_of({"": "不限", **STATES}), "状态", ""),
    Parameter("q", text(maxLength=80), "姓名（名称）的一部分，或者完整的记录编号", ""),
    *PAGING,
)

OPERATIONS = (
    Operation(
        "list_barrings", "GET", "/v1/barrings", "counter", "失信记录", list_barrings, ref("BarringList"), query=_FIND,
        refusals=(NotYourAction,),
    ),
    Operation(
        "read_barring", "GET", "/v1/barrings/{number}", "counter", "一条失信记录", read_barring, ref("Barring"),
        refusals=(NotYourAction, BarringMissing),
    ),
    Operation(
        "bar_applicant", "POST", "/v1/barrings", "counter", "列入失信记录", bar_applicant, ref("Barring"), status=201,
        body=ref("BarringBody"), refusals=(NotYourAction, CaseMissing, RootMissing, AlreadyBarred, *HOUSE),
    ),
    Operation(
        "lift_barring", "POST", "/v1/barrings/{number}/lift", "counter", "解除失信记录", lift_barring, ref("Barring"),
        body=ref("LiftBody"),
        refusals=(NotYourAction, BarringMissing, BarringEnded, OwnBarring, NotTheKeeper, LiftReasonMissing, *HOUSE),
    ),
)  # fmt: skip
