"""存证: how far the journals are sealed, what checks of all chains found, and the checkpoint to keep elsewhere."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, make_response, render_template

from engine.foundation.errors import NotFound
from engine.foundation.journal.sealing.queries import (
    Head,
    Kept,
    count_waiting,
    head_of_log,
    last_checkpoint,
    oldest_waiting,
)
from engine.oversight.audit.queries import verifications
from engine.oversight.audit.reexecution.queries import last_nightly
from engine.oversight.audit.reexecution.rules import STATES
from engine.registry.identity.queries import names_of
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("sealing", __name__)

SILENT = timedelta(minutes=10)
"""What waits is sealed within seconds: after so long somebody must look why it is not."""
LAST = 10
HANDS = {"system": "系统（每日自动）", "operator": "命令行操作员"}
EXTENTS = {"chains": "过程记录链、封存日志", "all": "过程记录链、封存日志、各项不变式"}


class CheckpointMissing(NotFound):
    """还没有封存过，没有检查点可以下载，请稍后再试；一直没有的，请系统管理员查看后台是否在运行。"""

    code = "CHECKPOINT_MISSING"


@blueprint.get("/audit")
@page(action="log.see")
def show() -> str:
    """Show the log, its last checkpoint and the last checks."""
    with door().read(actor(), action="log.see") as view:
        log, waiting = head_of_log(view.connection), count_waiting(view.connection)
        checks, night = verifications(view.connection, LAST), last_nightly(view.connection)
        names = names_of(view.connection, {one.account for one in checks})
        oldest = oldest_waiting(view.connection)
        late = oldest is not None and view.now - oldest > SILENT
    door().note_view(actor(), "过程记录的存证")
    return render_template(
        "sealing.html", log=log, waiting=waiting, late=late, checks=checks, names={**names, **HANDS}, extents=EXTENTS,
        night=night, night_state=STATES[night.state] if night is not None else "",
    )  # fmt: skip


@blueprint.get("/audit/checkpoint")
@page(action="log.see")
def checkpoint() -> Response:
    """Send the newest signed checkpoint."""
    _, kept = _sealed()
    return _text(kept.note, f"checkpoint-{kept.size}.txt")


@blueprint.get("/audit/key")
@page(action="log.see")
def key() -> Response:
    """Send the public key that checks it."""
    log, kept = _sealed()
    return _text(f"{log.key}\n", f"checkpoint-{kept.size}.txt.pub")


def _sealed() -> tuple[Head, Kept]:
    with door().read(actor(), action="log.see") as view:
        log, kept = head_of_log(view.connection), last_checkpoint(view.connection)
    if log is None or kept is None:
        raise CheckpointMissing
    door().note_view(actor(), f"第 {kept.size} 个链头处的检查点")
    return log, kept


def _text(content: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
