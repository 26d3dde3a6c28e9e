"""The blueprint of 流程设计, and how it answers scripts: JSON, with the code and the sentence of a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.clock import CITY
from engine.foundation.errors import Refusal, Unauthenticated
from engine.oversight.publishing.drafting.rules import DraftMoved
from engine.process.bpmn import Problem
from web import failures
from web.errors import BadRequest, problem
from web.security import OwesFactor, OwesPassword

View = TypeVar("View", bound=Callable[..., Any])

blueprint = Blueprint("designing", __name__, url_prefix="/designer")


def scripted(view: View) -> View:
    """Mark a view that only scripts ask: whatever it refuses is said as JSON."""
    view.yc_scripted = True  # type: ignore[attr-defined]  # a function carries its own mark
    return view


@blueprint.errorhandler(Refusal)
def refuse(refusal: Refusal) -> AnyResponse:
    """Say a refusal as JSON to a script, and as a page to a person."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "yc_scripted", False):
        return make_response(jsonify(_told(refusal)), failures.status_for(refusal))
    if isinstance(refusal, Unauthenticated):
        return failures.stranger(refusal)
    if isinstance(refusal, (OwesPassword, OwesFactor)):
        return failures.owing(refusal)
    return failures.refused(refusal)


def body(**wanted: type) -> dict[str, Any]:
    """Return the members ``wanted`` of the JSON object that was sent; raise BadRequest when it is another thing."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadRequest("请求内容应为 JSON 对象，请刷新页面后再试。")
    for name, kind in wanted.items():
        if not isinstance(given.get(name), kind) or isinstance(given.get(name), bool):
            raise BadRequest(f"请求内容缺少“{name}”，或者类型不对，请刷新页面后再试。")
    return {name: given[name] for name in wanted}


def problems_told(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return problems as JSON says them."""
    return [
        {
            "element_id": one.element_id, "rule": one.rule, "level": one.level, "sentence": one.sentence,
            "also": list(one.also),
        }
        for one in problems
    ]  # fmt: skip


def answer(content: Any) -> Response:
    """Return an answer as JSON."""
    return make_response(jsonify(content))


def _told(refusal: Refusal) -> dict[str, Any]:
    told = {**problem(refusal), "detail": refusal.sentence}
    if isinstance(refusal, DraftMoved):
        at = refusal.at.astimezone(CITY).isoformat(timespec="seconds")
        told |= {"by": refusal.by, "at": at, "version": refusal.version}
    found = getattr(refusal, "problems", None)
    if found:
        told["problems"] = problems_told(found)
    return told
