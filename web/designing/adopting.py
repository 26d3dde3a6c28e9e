"""A process file of another tool in a draft: what in it does not run here, and the proposal that does (5.2.2, 4.2.3).

The proposal is saved as the next version: the file as it was brought along stays as the version before it.
"""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Conflict, Refusal
from engine.oversight.publishing.drafting import queries
from engine.oversight.publishing.drafting.commands import SaveFile
from engine.oversight.publishing.drafting.queries import Draft, DraftFile
from engine.oversight.publishing.drafting.rules import DraftMissing, lets
from engine.oversight.publishing.files import PROCESS
from engine.process.bpmn import Vocabulary
from engine.process.bpmn.foreign import Adoption, adopt, foreign_origin
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import ROLES
from web.designing.answers import blueprint
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key
from web.security import page
from web.sessions import actor, door


class NothingToAdopt(Conflict):
    """这个文件没有要改的其他工具的写法。请返回草案，在流程图编辑器里接着改。"""

    code = "NOTHING_TO_ADOPT"


@blueprint.get("/drafts/<id>/adopt/<name>")
@page(action="process.draft")
def look_at_foreign(id: str, name: str) -> AnyResponse:
    """Show what is foreign in a process file of a draft, element by element, and what is proposed."""
    return _page(id, name)


@blueprint.post("/drafts/<id>/adopt/<name>")
@page(action="process.draft")
def adopt_foreign(id: str, name: str) -> AnyResponse:
    """Save the proposal as the next version of the file, and go on in the editor."""
    with door().read(actor(), action="process.draft") as view:
        _, one, adoption = _opened(view, id, name)
    version = whole_number(request.form.get("version", "")) or 0
    try:
        if not any(finding.solved for finding in adoption.findings):
            raise NothingToAdopt
        text = adoption.xml.decode("utf-8")
        command = SaveFile(draft_id=id, kind=PROCESS, name=name, version=version or one.version, text=text)
        door().execute(command, actor(), key=form_key())
    except DraftMissing:
        raise
    except Refusal as refusal:
        return _page(id, name, refusal)
    return redirect(url_for("designing.edit", id=id, kind=PROCESS, name=name), 303)


def foreign_notice(one: DraftFile) -> str:
    """Return which other tool a file of a draft was drawn with, or nothing: then there is nothing to tell."""
    return foreign_origin(one.content) if one.kind == PROCESS else ""


def _page(id: str, name: str, refusal: Refusal | None = None) -> AnyResponse:
    with door().read(actor(), action="process.draft") as view:
        draft, one, adoption = _opened(view, id, name)
        editable = lets(draft.stands(view.now), "修改")
    html = render_template(
        "designing/adopt.html", draft=draft, file=one, adoption=adoption, refusal=refusal,
        foreign=foreign_notice(one), editable=editable,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _opened(view: Reading, id: str, name: str) -> tuple[Draft, DraftFile, Adoption]:
    draft = queries.draft_of(view.connection, id)
    one = queries.file_of(view.connection, id, PROCESS, name)
    return draft, one, adopt(one.content, view.part(Vocabulary), ROLES)
