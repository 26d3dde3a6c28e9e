"""Many at once: claiming tasks and printing documents; each task and case has its own outcome and its own line."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf
from flask import Blueprint, Response, make_response, render_template, request

from engine.casework.cases.queries import CaseFile, cases_by_root, visible_case
from engine.foundation.errors import Conflict, Invalid, Refusal
from engine.process.documents.queries import documents_of
from engine.process.documents.rules import Document
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.queries import tasks_by_id
from engine.process.tasks.rules import Task
from web.documents import rendered
from web.page import form_key
from web.security import DOCUMENT_POLICY, page
from web.sessions import actor, door

blueprint = Blueprint("bulk", __name__)

MOST_TASKS = 100
MOST_CASES = 30
"""A page has 20 lines; a merged file of more cases would keep a thread for too long."""


class NoneTicked(Invalid):
    """没有选择任何一项，请在列表左侧勾选后再办理。"""

    code = "NONE_TICKED"


class NothingToPrint(Conflict):
    """所选办件还没有出具文书，没有内容打印。请选择已经出具文书的办件。"""

    code = "NOTHING_TO_PRINT"


@dataclass(frozen=True)
class Outcome:
    """What came of one task: ``refusal`` is why it was not claimed; task and case are those the reader may see."""

    task: Task | None
    case: CaseFile | None
    refusal: Refusal | None


@blueprint.post("/inbox/claim")
@page(action="task.work")
def claim() -> str:
    """Claim the chosen tasks one by one, each in its case's own unit, and tell what came of each."""
    ids = list(dict.fromkeys(request.form.getlist("task")))[:MOST_TASKS]
    if not ids:
        raise NoneTicked
    key, refused = form_key(), dict[str, Refusal]()
    for id in ids:
        try:
            door().execute(ClaimTask(task_id=id[:60]), actor(), key=f"{key}:{id[:60]}")
        except Refusal as refusal:
            refused[id] = refusal
    with door().read(actor(), action="task.work") as view:
        tasks = {task.id: task for task in tasks_by_id(view.connection, ids)}
        cases = cases_by_root(view.connection, {task.root_id for task in tasks.values()})
    seen = {id: cases.get(task.root_id) for id, task in tasks.items()}
    visible = {id for id, case in seen.items() if case is not None and view.scope.covers(case.department)}
    outcomes = [
        Outcome(tasks[id] if id in visible else None, seen[id] if id in visible else None, refused.get(id))
        for id in ids
    ]
    return render_template("claimed.html", outcomes=outcomes, done=len(ids) - len(refused), refused=len(refused))


@blueprint.post("/cases/print")
@page(action="case.see")
def print_documents() -> Response:
    """Send the documents of the chosen cases as one file; that they were looked at stands in the reader's journal."""
    numbers = list(dict.fromkeys(request.form.getlist("case")))[:MOST_CASES]
    if not numbers:
        raise NoneTicked
    with door().read(actor(), action="case.see") as view:
        cases = [visible_case(view.connection, number, view.scope) for number in numbers]
        documents = {case.case_no: _issued(documents_of(view.connection, case.root_id)) for case in cases}
    if not any(documents.values()):
        raise NothingToPrint
    content = merged([rendered(one) for found in documents.values() for one in found])
    for case_no, found in documents.items():
        if found:
            door().note_view(actor(), f"办件 {case_no} 的文书（成批打印 {len(found)} 份）")
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = "inline; filename*=UTF-8''%E6%96%87%E4%B9%A6.pdf"
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


def merged(files: list[bytes]) -> bytes:
    """Return the pages of all files in order as one PDF; printed on both sides, each file begins on a fresh sheet."""
    out = io.BytesIO()
    with pikepdf.new() as book:
        for content in files:
            with pikepdf.open(io.BytesIO(content)) as one:
                if len(book.pages) % 2:
                    box = one.pages[0].mediabox
                    book.add_blank_page(page_size=(float(box[2] - box[0]), float(box[3] - box[1])))
                book.pages.extend(one.pages)
        book.save(out, deterministic_id=True)
    return out.getvalue()


def _issued(documents: list[Document]) -> list[Document]:
    return [one for one in documents if one.state == "issued"]
