"""What the script of an editor asks: the file, saving it, checking it, who else is there, remarks, and all names."""

from __future__ import annotations

from flask import Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.clock import CITY
from engine.oversight.publishing.drafting import queries
from engine.oversight.publishing.drafting.commands import CommentDraft, SaveFile
from engine.oversight.publishing.drafting.editing import readable
from engine.oversight.publishing.drafting.judging import contents_of, problems_by_file
from engine.oversight.publishing.drafting.naming import names_for
from engine.oversight.publishing.files import DECISIONS, PROCESS
from engine.process.bpmn import Problem
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from web.designing.answers import answer, blueprint, body, problems_told, scripted
from web.page import new_key
from web.security import page
from web.sessions import actor, door

MEDIA = {PROCESS: "application/xml; charset=utf-8", DECISIONS: "application/xml; charset=utf-8"}


@blueprint.get("/drafts/<id>/files/<kind>/<name>/content")
@page(action="process.draft")
@scripted
def content(id: str, kind: str, name: str) -> AnyResponse:
    """Send a file as it was saved, byte for byte; its version is the ETag.  ``version`` asks for an earlier one."""
    with door().read(actor(), action="process.draft") as view:
        queries.draft_of(view.connection, id)
        one = queries.file_of(view.connection, id, kind, name)
        asked = request.args.get("version", "")
        number = int(asked) if asked.isdigit() and len(asked) < 6 else one.version
        text = queries.content_at(view.connection, id, kind, name, number) or one.content
    response = make_response(text)
    response.headers["Content-Type"] = MEDIA.get(kind, "application/json; charset=utf-8")
    response.headers["ETag"] = f'"{number}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.post("/drafts/<id>/files/<kind>/<name>/save")
@page(action="process.draft")
@scripted
def save(id: str, kind: str, name: str) -> Response:
    """Keep the next version of a file and say what is wrong with it; 409 when somebody else saved meanwhile."""
    given = body(version=int, text=str)
    command = SaveFile(draft_id=id, kind=kind, name=name, version=given["version"], text=given["text"])
    with door().read(actor(), action="process.draft") as view:
        queries.draft_of(view.connection, id)
    outcome = door().execute(command, actor(), key=_key())
    with door().read(actor(), action="process.draft") as view:
        found = _problems(view, id, kind, name, given["text"])
    return answer({"version": outcome["version"], "problems": problems_told(found)})


@blueprint.post("/drafts/<id>/files/<kind>/<name>/check")
@page(action="process.draft")
@scripted
def check(id: str, kind: str, name: str) -> Response:
    """Say what is wrong with a text, seen together with the draft and with what is in force; nothing is kept."""
    text = body(text=str)["text"]
    with door().read(actor(), action="process.draft") as view:
        found = _problems(view, id, kind, name, text)
    return answer({"problems": problems_told(found)})


@blueprint.post("/drafts/<id>/files/<kind>/<name>/presence")
@page(action="process.draft")
@scripted
def presence(id: str, kind: str, name: str) -> Response:
    """Note that somebody has the file open, and say who else has."""
    note_presence(id, kind, name)
    return answer({"others": others(id, kind, name)})


@blueprint.get("/drafts/<id>/files/<kind>/<name>/comments")
@page(action="process.draft")
@scripted
def comments(id: str, kind: str, name: str) -> Response:
    """List the remarks on a file."""
    with door().read(actor(), action="process.draft") as view:
        queries.draft_of(view.connection, id)
        queries.file_of(view.connection, id, kind, name)
        found = queries.comments_of(view.connection, id, kind, name)
        names = names_of(view.connection, {one.by for one in found})
    return answer([
        {"number": one.number, "element_id": one.element_id, "text": one.text, "by": names.get(one.by, one.by),
         "at": one.at.astimezone(CITY).isoformat(timespec="seconds"), "settled": one.settled_at is not None}
        for one in found
    ])  # fmt: skip


@blueprint.post("/drafts/<id>/files/<kind>/<name>/comments")
@page(action="process.draft")
@scripted
def add_comment(id: str, kind: str, name: str) -> Response:
    """Add a remark on a file, or on an element of it."""
    given = body(text=str, element_id=str)
    with door().read(actor(), action="process.draft") as view:
        queries.draft_of(view.connection, id)
    command = CommentDraft(draft_id=id, kind=kind, name=name, **given)
    return answer(dict(door().execute(command, actor(), key=_key())))


@blueprint.get("/vocabulary.json")
@page(action="process.draft")
@scripted
def vocabulary() -> Response:
    """Send every name that a file may use, with its words."""
    with door().read(actor(), action="process.draft") as view:
        return answer(names_for(view))


def note_presence(id: str, kind: str, name: str) -> None:
    """Note that the reader has a file open; raise DraftMissing or DraftFileMissing."""
    with door().read(actor(), action="process.draft") as view:
        queries.draft_of(view.connection, id)
        one = queries.file_of(view.connection, id, kind, name)
    with door().housekeeping() as connection:
        queries.note_presence(connection, id, one.key, actor().account, view.now)


def others(id: str, kind: str, name: str) -> list[dict[str, str]]:
    """Return who else has a file open, by name, and since when."""
    with door().read(actor(), action="process.draft") as view:
        found = queries.present(view.connection, id, (kind, name), view.now)
        names = names_of(view.connection, {account for account, _ in found})
    return [
        {"name": names.get(account, account), "since": since.astimezone(CITY).isoformat(timespec="seconds")}
        for account, since in found
        if account != actor().account
    ]


def _problems(view: Reading, id: str, kind: str, name: str, text: str) -> tuple[Problem, ...]:
    """Return the problems of a text in the place of a file of a draft, and those that it brings to what is in force."""
    queries.draft_of(view.connection, id)
    files = queries.files_of(view.connection, id)
    key = queries.file_of(view.connection, id, kind, name).key
    contents = {**contents_of(files), key: readable(kind, text)}
    found = problems_by_file(view, contents)
    elsewhere = [one for other, ones in found.items() if other not in contents for one in ones]
    return (*found.get(key, ()), *elsewhere)


def _key() -> str:
    """Return the idempotency key that the script gives with what it sends; one without gets its own."""
    given = request.headers.get("X-Idempotency-Key", "")
    return given if given.isalnum() and len(given) <= 64 else new_key()
