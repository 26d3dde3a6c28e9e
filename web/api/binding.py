"""Operations become Flask routes: authenticate, check, ask the view, write the answer or the problem."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

from engine.door import Door
from engine.foundation.blobs.rules import MAX_BYTES
from engine.foundation.clock import Clock
from engine.foundation.errors import Refusal, Unauthenticated
from web.api.contract import PROBLEM, Call, Operation, Reply
from web.api.document import MOUNT
from web.api.refusals import BodyTooLarge, Crash, RouteUnknown
from web.api.requests import VISITOR, bearer, body_of, idempotency_key, query_of, refuse_strange_path
from web.api.schema import Components
from web.errors import BadRequest, MethodRefused, problem, status_of

LOG = logging.getLogger("yichuang.api")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ELSEWHERE = "elsewhere"


def make_blueprint(operations: Iterable[Operation], components: Components) -> Blueprint:
    """Return the blueprint that serves ``operations`` below /api and answers every other path there with a problem."""
    blueprint = Blueprint("api", __name__, url_prefix=MOUNT)
    for operation in operations:
        rule = operation.path.replace("{", "<").replace("}", ">")
        # Flask would answer OPTIONS with the methods of every rule that fits, the catch-all's too.
        blueprint.add_url_rule(
            rule, operation.id, _served(operation, components), methods=[operation.method],
            provide_automatic_options=False,
        )  # fmt: skip
    for rule in ("/", "/<path:rest>"):
        blueprint.add_url_rule(rule, _ELSEWHERE, _elsewhere, methods=[*_METHODS, "OPTIONS"])
    blueprint.register_error_handler(Refusal, _refused)
    blueprint.register_error_handler(HTTPException, _http_refused)
    blueprint.register_error_handler(Exception, _crashed)
    blueprint.after_request(_never_kept)
    return blueprint


def _served(operation: Operation, components: Components) -> Callable[..., Response]:
    def serve(**path: str) -> Response:
        door = cast(Door, current_app.config["DOOR"])
        refuse_strange_path(path)
        machine_clock = cast(Clock, current_app.config["MACHINE_CLOCK"])
        actor = VISITOR if operation.open else bearer(request, door, machine_clock.now())
        call = Call(
            door=door,
            actor=actor,
            query=query_of(request, operation.query),
            body=body_of(request, operation, components),
            key=idempotency_key(request) if operation.writes else "",
        )
        response = _response(operation.view(call, **path), operation.status)
        if operation.writes:
            response.headers["Idempotency-Key"] = call.key
        return response

    return serve


def _response(reply: Reply, status: int) -> Response:
    content = reply.body if isinstance(reply.body, bytes) else _json(reply.body)
    return Response(content, status=status, mimetype=reply.media_type, headers=dict(reply.headers))


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


# Problems ------------------------------------------------------------------------------------------------------


def _refused(refusal: Refusal) -> Response:
    response = Response(_json(problem(refusal)), status=status_of(refusal), mimetype=PROBLEM)
    if isinstance(refusal, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, MethodRefused):
        response.headers["Allow"] = str(refusal.fields["allowed"])
    return response


def _http_refused(error: HTTPException) -> Response:
    """What Flask itself refuses while a body is read."""
    if isinstance(error, RequestEntityTooLarge):
        return _refused(BodyTooLarge(limit=(request.max_content_length or MAX_BYTES) // 1024 // 1024))
    return _refused(BadRequest())


def _crashed(error: Exception) -> Response:
    """A fault of ours: told in full to the log, and to the caller only that it happened."""
    LOG.error("%s %s failed", request.method, request.url_rule, exc_info=error)
    return _refused(Crash())


def _elsewhere(rest: str = "") -> Response:
    """Tell an unknown address from a known one that was asked with a wrong method, or for its methods."""
    allowed = [method for method in _METHODS if _is_operation(method)]
    if not allowed:
        raise RouteUnknown
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": ", ".join([*allowed, "OPTIONS"])})
    raise MethodRefused(method=request.method, allowed=", ".join(allowed))


def _is_operation(method: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _ = adapter.match(method=method)
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return False
    return not str(endpoint).endswith(f".{_ELSEWHERE}")


def _never_kept(response: Response) -> Response:
    """Nothing of the API stays in a cache: it may hold personal data (ASVS 14.2)."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
