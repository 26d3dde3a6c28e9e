"""异常: what the house could not do by itself: listing, reading, trying again, settling by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.reasons import LONGEST
from engine.foundation.store.unit import RootMissing
from engine.process.tasks.incidents.commands import IncidentCommand, ResolveIncident, RetryIncident
from engine.process.tasks.incidents.queries import incident_by_id
from engine.process.tasks.incidents.queries import listed as listed_incidents
from engine.process.tasks.incidents.rules import (
    KINDS,
    STATES,
    IncidentMissing,
    IncidentSettled,
    NotTriedAgain,
    ResolutionUnwritten,
    kind_of,
)
from engine.process.tasks.incidents.telling import Told, told_of
from engine.registry.identity.rules import NotYourAction
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.schema import Schema, closed, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.common import PAGING, coded, links, maybe_person, moment_text, named, page_json, people

SCHEMAS: dict[str, Schema] = {
    "Incident": record(
        {
            "id": text("编号"), **coded("kind", KINDS, "类别"), "title": text("未能完成的是什么"),
            "element": text("环节、作用或者待发事项的代号"), "case_no": maybe(text("办件编号；不属于办件的没有")),
            "sentence": text("原因"), "attempts": whole("已试次数"), "since": moment("自何时起"),
            **coded("state", STATES, "状态"), "next_try": maybe(moment("系统下次自动再试的时间；不自动再试的没有")),
            "why_not_retried": text("不能重试的原因；能重试的为空"), "settled_at": maybe(moment("处理时间")),
            **maybe_person("settled_by", "处理人"), "reason": maybe(text("人工处置的经过")), "links": ref("Links"),
        },
        about="一项异常：系统多次未能完成的事项",
    ),
    "IncidentList": record({"incidents": listed(ref("Incident"), "待处理的在前"), "page": ref("Page")}),
    "ResolveBody": closed(
        record({"reason": text(f"处置经过，记入过程记录，不超过 {LONGEST} 字", maxLength=1000)}, about="登记人工处置")
    ),
}  # fmt: skip


def list_incidents(call: Call) -> Reply:
    """Return a page of the incidents, the open ones first."""
    query = call.query
    with call.door.read(call.actor, action="incident.settle") as view:
        found, total = listed_incidents(
            view.connection, state=query["state"], find=query["q"], offset=query["offset"], limit=query["limit"]
        )  # fmt: skip
        names = people(view, {one.settled_by for one in found})
        told = [_incident_json(one, names) for one in told_of(view, found)]
    return Reply({"incidents": told, "page": page_json(call, total, "/incidents", state=query["state"], q=query["q"])})


def read_incident(call: Call, incident_id: str) -> Reply:
    """Return one incident; that it was looked at is journalled."""
    told = _read(call, incident_id)
    call.door.note_view(call.actor, f"异常 {told['id']}")
    return Reply(told)


def retry_incident(call: Call, incident_id: str) -> Reply:
    """Let what failed be due at once."""
    return _done(call, incident_id, RetryIncident(root_id=_root(call, incident_id), incident=incident_id))


def resolve_incident(call: Call, incident_id: str) -> Reply:
    """Note how somebody saw to it by other means."""
    root_id = _root(call, incident_id)
    return _done(
        call, incident_id, ResolveIncident(root_id=root_id, incident=incident_id, reason=call.body["reason"])
    )  # fmt: skip


def _done(call: Call, incident_id: str, command: IncidentCommand) -> Reply:
    call.door.execute(command, call.actor, key=call.key)
    return Reply(_read(call, incident_id))


def _root(call: Call, incident_id: str) -> str:
    with call.door.read(call.actor, action="incident.settle") as view:
        return incident_by_id(view.connection, incident_id).root_id


def _read(call: Call, incident_id: str) -> dict[str, Any]:
    with call.door.read(call.actor, action="incident.settle") as view:
        one = incident_by_id(view.connection, incident_id)
        [told] = told_of(view, [one])
        return _incident_json(told, people(view, {one.settled_by}))


def _incident_json(told: Told, names: Mapping[str, str]) -> dict[str, Any]:
    one = told.incident
    here = f"/incidents/{one.id}"
    return {
        "id": one.id, **named("kind", kind_of(one.id), KINDS), "title": told.title, "element": one.element,
        "case_no": told.number if told.of_case else None, "sentence": one.sentence, "attempts": one.attempts,
        "since": moment_text(one.since), **named("state", one.state, STATES), "next_try": moment_text(told.next_try),
        "why_not_retried": told.why_not, "settled_at": moment_text(one.settled_at),
        **named("settled_by", one.settled_by, names), "reason": one.reason,
        "links": links(self=here, retry=f"{here}/retry", resolve=f"{here}/resolve"),
    }  # fmt: skip


_FIND = (
    Parameter("state", one_of({"": "不限", **STATES}), "状态", ""),
    Parameter("q", text(maxLength=80), "办件编号的一段", ""),
    *PAGING,
)

OPERATIONS = (
    Operation(
        "list_incidents", "GET", "/v1/incidents", "upkeep", "异常", list_incidents, ref("IncidentList"), query=_FIND,
        refusals=(NotYourAction,),
    ),
    Operation(
        "read_incident", "GET", "/v1/incidents/{incident_id}", "upkeep", "一项异常", read_incident, ref("Incident"),
        refusals=(NotYourAction, IncidentMissing),
    ),
    Operation(
        "retry_incident", "POST", "/v1/incidents/{incident_id}/retry", "upkeep", "重试", retry_incident,
        ref("Incident"), refusals=(NotYourAction, IncidentMissing, IncidentSettled, NotTriedAgain, RootMissing),
    ),
    Operation(
        "resolve_incident", "POST", "/v1/incidents/{incident_id}/resolve", "upkeep", "登记人工处置", resolve_incident,
        ref("Incident"), body=ref("ResolveBody"),
        refusals=(NotYourAction, IncidentMissing, IncidentSettled, ResolutionUnwritten, RootMissing),
    ),
)  # fmt: skip
