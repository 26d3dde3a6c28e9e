"""The files laid out in the data folder: what differs from what is in force, and taking that into a draft."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Conflict, Refusal
from engine.oversight.publishing.comparing.checkout import Checkout, drift
from engine.oversight.publishing.comparing.drafts import FileChange
from engine.oversight.publishing.drafting.commands import StartDraft, TakeFile
from engine.registry.identity.reading import Reading
from web.designing.answers import blueprint
from web.page import form_key
from web.security import page
from web.sessions import actor, door

LOG = logging.getLogger("yichuang.designing")


class NothingLaidOut(Conflict):
    """数据目录 processes 文件夹中的文件与现行相同，没有可取入的。请刷新页面。"""

    code = "NOTHING_LAID_OUT"


@dataclass(frozen=True)
class LaidOut:
    """What differs in the folder, and why it cannot be told."""

    changes: list[FileChange]
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """The files by their paths, as they were compared."""
    unreadable: str = ""


def laid_out(view: Reading) -> LaidOut | None:
    """Return what differs in the data folder's files from what is in force; None when nobody laid any out."""
    checkout = door().part(Checkout)
    if not checkout.there:
        return None
    try:
        texts = checkout.files()
        return LaidOut(drift(view, texts), texts)
    except Refusal as refusal:
        return LaidOut([], unreadable=refusal.sentence)
    except OSError as fault:
        LOG.warning("the files laid out cannot be read: %s", fault)
        return LaidOut([], unreadable="文件夹读不到，请系统管理员检查它的权限。")


@blueprint.post("/checkout")
@page(action="process.draft")
def take_laid_out() -> AnyResponse:
    """Start a draft with every file that differs, as it lies in the folder."""
    with door().read(actor(), action="process.draft") as view:
        found = laid_out(view)
    if found is None or not found.changes:
        raise NothingLaidOut
    reason = request.form.get("reason", "")[:1000]
    key = form_key()
    outcome = door().execute(StartDraft(title="数据目录中改过的文件", reason=reason), actor(), key=key)
    for number, one in enumerate(found.changes):
        text = found.texts[one.file].decode("utf-8", "surrogateescape")
        command = TakeFile(draft_id=outcome["draft"], kind=one.kind, name=one.name, text=text)
        door().execute(command, actor(), key=f"{key}:{number}")
    return redirect(url_for("designing.show", id=outcome["draft"]), 303)
