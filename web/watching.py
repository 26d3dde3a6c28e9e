"""Every request is watched: it has an id, its lines in the log tell whose and what it is, and it is counted.

The id is the proxy's when a trusted proxy gave one (of anybody else it was taken away: web/proxies.py), or made here.
It goes back as a header, and stands on every page that says that something failed, so that a person can report it.
"""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

from engine.foundation.logs import close_scene, masked, open_scene, told
from engine.process.tasks.phone.rules import mask_address
from web.metrics import Figures

LOG = logging.getLogger("yichuang.access")
HEADER = "X-Request-Id"
_FROM_PROXY = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id() -> str:
    """Return the id of this request; empty outside of one."""
    return str(told().get("request_id", ""))


def watch(app: Flask, figures: Figures) -> None:
    """Let every request of ``app`` be watched; call it once, before any other handler is registered."""

    def begin() -> None:
        given = request.headers.get(HEADER, "")
        known = given if _FROM_PROXY.fullmatch(given) else uuid.uuid4().hex
        case_no = (request.view_args or {}).get("case_no", "")
        g.scene = open_scene(request_id=known, root=f"case:{case_no}" if case_no else "")
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.began
        response.headers[HEADER] = request_id()
        rule = request.url_rule.rule if request.url_rule is not None else "-"
        figures.answered(request.method, rule, response.status_code, seconds)
        _note(response.status_code, seconds)
        return response

    def close(_error: BaseException | None) -> None:
        figures.using()
        opened = g.pop("scene", None)
        if opened is not None:
            close_scene(opened)

    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(close)


def _note(status: int, seconds: float) -> None:
    path, took = safe_path(), round(seconds * 1000)
    details = {
        "method": request.method, "path": path, "status": status, "ms": took,
        "network": mask_address(str(request.remote_addr)),
    }  # fmt: skip
    LOG.info("%s %s %s %s ms", request.method, path, status, took, extra=details)


def safe_path() -> str:
    """Return the path of this request as a log may tell it: without its query, and without a token in it.

    Of an address that nothing answers only the beginning is told: it may be a token with a slip in it.
    """
    if request.url_rule is None:
        first = request.path.split("/")[1][:20]
        return masked(f"/{first}/…" if request.path.count("/") > 1 else f"/{first}")
    return masked(request.path)
