"""参数: the figures that the standard leaves open, their history, drafts of the next and confirming them (T117)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.oversight.publishing.figures import effect_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import NotYourAction, may
from engine.registry.policies import queries
from engine.registry.policies.commands import ConfirmPolicy, DeclinePolicy, DraftPolicy, DropPolicy
from engine.registry.policies.queries import Policy, PolicyDraft, PolicyVersion
from engine.registry.policies.rules import (
    CLASSES,
    STATES,
    PolicyDayWrong,
    PolicyDraftMissing,
    PolicyDraftSettled,
    PolicyFixed,
    PolicyMoved,
    PolicyOutOfBounds,
    PolicyReasonMissing,
    PolicySamePerson,
    PolicySourceMissing,
    PolicyTogether,
    PolicyUnchanged,
    PolicyUnknown,
    figure_named,
    is_made_up,
    said,
)
from engine.registry.policies.shipped import BY_KEY
from web.api.contract import Call, Operation, Reply
from web.api.groups import HOUSE
from web.api.schema import Schema, closed, day, flag, listed, maybe, moment, record, ref, text, whole
from web.api.shapes.common import coded, links, moment_text, named, people
from web.numbers import whole_number

SCHEMAS: dict[str, Schema] = {
    "Figure": record(
        {
            "key": text("标识"), "title": text("名称"), "group": text("分组"), "value": whole("现值"),
            "unit": text("单位"),
            "said": text("现值的说法"), **coded("class", CLASSES, "性质"), "made_up": flag("拟：还没有文件规定"),
            "source": text("来源"), "least": whole("最小"), "most": whole("最大"), "bound_by": text("范围的依据"),
            "pinned": flag("随发布固定，用于此后收的件"), "start": text("起点"), "stop": text("停止"),
            "after": text("届满"), "version": whole("现行版本"), "newest": whole("最新版本，可能尚未生效"),
            "links": ref("Links"),
        },
        about="标准没有给出的一项数值",
    ),
    "FigureList": record({"figures": listed(ref("Figure"))}),
    "FigureHistory": record({"figure": ref("Figure"), "versions": listed(ref("FigureVersion"))}),
    "FigureVersion": record(
        {
            "version": whole("版本"), "value": whole("数值"), "said": text("数值的说法"), "source": text("来源"),
            "reason": text("理由"), **coded("drafted_by", about="起草人"), **coded("confirmed_by", about="确认人"),
            "at": moment("确认时间"), "effective_at": moment("生效时间"), "taken": flag("已生效"),
        }
    ),
    "FigureDraft": record(
        {
            "id": whole("草案编号"), **coded("state", STATES, "状态"), "key": text("标识"), "title": text("名称"),
            "value": whole("改为"), "said": text("数值的说法"), "source": text("来源"), "reason": text("理由"),
            "effective_on": maybe(day("生效日期，空为确认后立即")), "base_version": whole("以第几版为准"),
            "version": maybe(whole("确认后的版本")), **coded("drafted_by", about="起草人"), "at": moment("起草时间"),
            "pinned": flag("随发布固定"), "running": whole("不受影响的在办件数"),
            "items": listed(record({"code": text("事项代码"), "name": text("事项名称")}), "此后收的件改用新数值的事项"),
            "links": ref("Links"),
        },
        about="参数草案及其影响；影响只在待确认时推算",
    ),
    "FigureDraftList": record({"drafts": listed(ref("FigureDraft"))}),
    "FigureDraftBody": closed(
        record(
            {
                "key": text("标识", maxLength=60),
                "value": whole("改为；时刻为零时起的分钟数", minimum=0, maximum=999_999),
                "reason": text("理由", maxLength=200),
            },
            {
                "source": text("来源；本中心设定的可以不写，标为拟", maxLength=200),
                "effective": text("生效日期，如 2026-07-01；不写为确认后立即", maxLength=10),
            },
            "起草参数的调整",
        )
    ),
    "FigureConfirmBody": closed(
        record({"base_version": whole("所见的最新版本", minimum=1, maximum=2**31 - 1)}, about="确认参数草案")
    ),
}  # fmt: skip


def read_policies(call: Call) -> Reply:
    """Return every figure as it holds."""
    with call.door.read(call.actor, action="policy.see") as view:
        versions = queries.versions_of(view.connection)
        kept = {one.key: one for one in queries.policies(view.connection)}
    found = [_figure_json(kept[key], [one for one in versions if one.key == key]) for key in BY_KEY if key in kept]
    return Reply({"figures": found})


def read_policy(call: Call, key: str) -> Reply:
    """Return one figure and its history, newest version first."""
    figure_named(key)
    with call.door.read(call.actor, action="policy.see") as view:
        versions = queries.versions_of(view.connection, key)
        kept = queries.policy_named(view.connection, key)
        names = people(view, {account for one in versions for account in (one.drafted_by, one.confirmed_by)})
    told = [_version_json(one, names) for one in versions]
    return Reply({"figure": _figure_json(kept, versions), "versions": told})


def list_policy_drafts(call: Call) -> Reply:
    """Return the drafts, newest first; whoever neither drafts nor confirms is given those that were confirmed."""
    with call.door.read(call.actor, action="policy.see") as view:
        states = tuple(STATES) if _seen(view) else ("confirmed",)
        return Reply({"drafts": [_draft_json(view, one) for one in queries.drafts(view.connection, states=states)]})


def read_policy_draft(call: Call, policy_draft_id: str) -> Reply:
    """Return one draft and what it does."""
    with call.door.read(call.actor, action="policy.see") as view:
        found = queries.draft_of(view.connection, _number(policy_draft_id))
        if found.state != "confirmed" and not _seen(view):
            raise PolicyDraftMissing(id=found.id)
        return Reply(_draft_json(view, found))


def draft_policy(call: Call) -> Reply:
    """Draft that a figure is to have another value, or another source."""
    body = {"source": "", "effective": "", **call.body}
    return _drafted(call, call.door.execute(DraftPolicy(**body), call.actor, key=call.key))


def confirm_policy(call: Call, policy_draft_id: str) -> Reply:
    """Put a draft in force, as another person than its drafter."""
    command = ConfirmPolicy(draft_id=_number(policy_draft_id), base_version=call.body["base_version"])
    return _drafted(call, call.door.execute(command, call.actor, key=call.key))


def decline_policy(call: Call, policy_draft_id: str) -> Reply:
    """Send a draft back for good."""
    command = DeclinePolicy(draft_id=_number(policy_draft_id))
    return _drafted(call, call.door.execute(command, call.actor, key=call.key))


def drop_policy(call: Call, policy_draft_id: str) -> Reply:
    """Drop a draft."""
    command = DropPolicy(draft_id=_number(policy_draft_id))
    return _drafted(call, call.door.execute(command, call.actor, key=call.key))


def _drafted(call: Call, outcome: Mapping[str, Any]) -> Reply:
    with call.door.read(call.actor, action="policy.see") as view:
        return Reply(_draft_json(view, queries.draft_of(view.connection, outcome["draft"])))


def _seen(view: Reading) -> bool:
    return may(view.actor, "policy.draft") or may(view.actor, "policy.confirm")


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise PolicyDraftMissing(id=text[:20])
    return number


def _figure_json(kept: Policy, versions: list[PolicyVersion]) -> dict[str, Any]:
    figure = BY_KEY[kept.key]
    version = max((one.version for one in versions if one.taken), default=queries.FIRST)
    return {
        "key": kept.key, "title": figure.title, "group": figure.group, "value": kept.value, "unit": figure.unit,
        "said": said(kept.value, figure.unit), **named("class", figure.kind, CLASSES),
        "made_up": is_made_up(kept.source, version), "source": kept.source, "least": figure.least,
        "most": figure.most, "bound_by": figure.why, "pinned": figure.pinned, "start": figure.start,
        "stop": figure.stop, "after": figure.after, "version": version,
        "newest": max((one.version for one in versions), default=queries.FIRST),
        "links": links(self=f"/policies/{kept.key}"),
    }  # fmt: skip


def _version_json(one: PolicyVersion, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "version": one.version, "value": one.value, "said": said(one.value, BY_KEY[one.key].unit),
        "source": one.source, "reason": one.reason, **named("drafted_by", one.drafted_by, names),
        **named("confirmed_by", one.confirmed_by, names), "at": moment_text(one.at),
        "effective_at": moment_text(one.effective_at), "taken": one.taken,
    }  # fmt: skip


def _draft_json(view: Reading, one: PolicyDraft) -> dict[str, Any]:
    figure = BY_KEY[one.key]
    effect = effect_of(view, one) if one.state == "open" else None
    return {
        "id": one.id, **named("state", one.state, STATES), "key": one.key, "title": figure.title, "value": one.value,
        "said": said(one.value, figure.unit), "source": one.source, "reason": one.reason,
        "effective_on": one.effective_on.isoformat() if one.effective_on else None,
        "base_version": one.base_version, "version": one.version,
        **named("drafted_by", one.drafted_by, {one.drafted_by: one.drafted_name}), "at": moment_text(one.at),
        "pinned": figure.pinned, "running": effect.running if effect else 0,
        "items": [{"code": code, "name": name} for code, name in effect.items] if effect else [],
        "links": links(self=f"/policy-drafts/{one.id}", figure=f"/policies/{one.key}"),
    }  # fmt: skip


_DRAFTING = (
    NotYourAction, PolicyUnknown, PolicyFixed, PolicyOutOfBounds, PolicyReasonMissing, PolicySourceMissing,
    PolicyDayWrong, PolicyUnchanged, PolicyTogether,
)  # fmt: skip
_ONE = "/v1/policy-drafts/{policy_draft_id}"

OPERATIONS = (
    Operation(
        "read_policies", "GET", "/v1/policies", "oversight", "参数", read_policies, ref("FigureList"),
        refusals=(NotYourAction,),
    ),
    Operation(
        "read_policy", "GET", "/v1/policies/{key}", "oversight", "一项参数及其历史", read_policy, ref("FigureHistory"),
        refusals=(NotYourAction, PolicyUnknown),
    ),
    Operation(
        "list_policy_drafts", "GET", "/v1/policy-drafts", "oversight", "参数草案", list_policy_drafts,
        ref("FigureDraftList"), refusals=(NotYourAction,),
    ),
    Operation(
        "draft_policy", "POST", "/v1/policy-drafts", "oversight", "起草参数的调整", draft_policy, ref("FigureDraft"),
        status=201, body=ref("FigureDraftBody"), refusals=(*_DRAFTING, *HOUSE),
    ),
    Operation(
        "read_policy_draft", "GET", _ONE, "oversight", "一份参数草案及其影响", read_policy_draft, ref("FigureDraft"),
        refusals=(NotYourAction, PolicyDraftMissing),
    ),
    Operation(
        "confirm_policy", "POST", f"{_ONE}/confirm", "oversight", "确认参数草案", confirm_policy, ref("FigureDraft"),
        body=ref("FigureConfirmBody"),
        refusals=(
            NotYourAction, PolicyDraftMissing, PolicyDraftSettled, PolicySamePerson, PolicyMoved, PolicyTogether,
            *HOUSE,
        ),
    ),
    Operation(
        "decline_policy", "POST", f"{_ONE}/decline", "oversight", "不同意参数草案", decline_policy,
        ref("FigureDraft"), refusals=(NotYourAction, PolicyDraftMissing, PolicyDraftSettled, *HOUSE),
    ),
    Operation(
        "drop_policy", "POST", f"{_ONE}/drop", "oversight", "作废参数草案", drop_policy, ref("FigureDraft"),
        refusals=(NotYourAction, PolicyDraftMissing, PolicyDraftSettled, *HOUSE),
    ),
)  # fmt: skip
