"""审计工作台: cases found by anything on record of them, samples drawn from what was found, lists carried away."""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.listing.commands import ExportList
from engine.casework.cases.listing.handlers import PurposeMissing
from engine.foundation.errors import InvalidFields, Refusal
from engine.oversight.audit.desk.commands import DrawSample
from engine.oversight.audit.desk.queries import MOST, Sample, found, numbers, sample_of, samples, visible_in_order
from engine.oversight.audit.desk.rules import (
    EITHER,
    NOTED,
    Question,
    SampleOfNothing,
    as_pairs,
    checked_sample,
    read_question,
)
from engine.oversight.audit.desk.sampling import MOST as LARGEST
from engine.oversight.audit.desk.sampling import Drawn, digest_of, draw
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from web import words
from web.auditlist import HEADER, Audited, Condition, asked, audited, audited_in_order, cells, conditions, conditions_of
from web.caselist import Choices, choices_of
from web.failures import status_for
from web.page import form_key
from web.paging import Page, asked_number
from web.security import FILE_POLICY, page
from web.sessions import actor, door
from web.spreadsheet import comma_separated, sheet

blueprint = Blueprint("auditing", __name__)

FORMATS: Mapping[str, str] = {"xlsx": "XLSX", "csv": "CSV"}
_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
_CHUNK = 500


@dataclass(frozen=True)
class Desk:
    """The list as shown."""

    pairs: Mapping[str, str]
    rows: list[Audited]
    page: Page
    conditions: list[Condition]
    choices: Choices
    people: Mapping[str, str]


@dataclass(frozen=True)
class Again:
    """A sample drawn again from the cases as they are now."""

    drawn: Drawn
    same_cases: bool
    same_sample: bool


@blueprint.get("/audit/cases")
@page(action="sample.draw")
def listing() -> AnyResponse:
    """Show the cases that the address asks for."""
    return _desk({}, {})


@blueprint.post("/audit/samples")
@page(action="sample.draw")
def draw_sample() -> AnyResponse:
    """Draw a sample from what the form asks for; what it was drawn from, and by which seed, is journalled."""
    typed = {name: request.form.get(name, "")[:100] for name in ("purpose", "size", "seed")}
    try:
        _, size = checked_sample(typed["purpose"], typed["size"], typed["seed"])
        with door().read(actor(), action="sample.draw") as view:
            question = asked(view, request.form)
            drawn = draw(numbers(view.connection, view.scope, view.actor.account, question), size, typed["seed"])
        command = DrawSample(
            purpose=typed["purpose"], question=as_pairs(question), seed=typed["seed"], size=size,
            population=drawn.population, digest=drawn.digest, drawn=drawn.numbers,
        )  # fmt: skip
        outcome = door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        return _desk(typed, wrong.errors, status=422)
    except SampleOfNothing as refusal:
        return _desk(typed, {}, status=status_for(refusal), refusal=refusal)
    return redirect(url_for("auditing.sample", id=outcome["id"]), 303)


@blueprint.get("/audit/samples")
@page(action="sample.draw")
def sample_list() -> str:
    """List the samples, newest first."""
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="sample.draw") as view:
        where = Page(number, 0)
        rows, total = samples(
            view.connection, view.actor.account, view.scope, offset=where.offset, limit=where.size
        )
        names = names_of(view.connection, {one.account for one in rows})
        told = conditions_of(view, [read_question(one.question) for one in rows])
    shown = list(zip(rows, told, strict=True))
    return render_template("audit_samples.html", rows=shown, page=Page(number, total), names=names)


@blueprint.get("/audit/samples/<int:id>")
@page(action="sample.draw")
def sample(id: int) -> str:
    """Show a sample, what it was drawn from, and, when asked, whether it is drawn the same today."""
    with door().read(actor(), action="sample.draw") as view:
        one = sample_of(view.connection, view.actor.account, view.scope, id)
        rows = audited(view, visible_in_order(view.connection, view.scope, one.drawn))
        again = _again(view, one) if request.args.get("again") == "1" else None
        told = conditions(view, read_question(one.question))
        names = names_of(view.connection, {one.account})
    door().note_view(actor(), f"抽样 {id}")
    return render_template(
        "audit_sample.html", sample=one, rows=rows, again=again, conditions=told, names=names,
        places={number: place for place, number in enumerate(one.drawn, 1)}, digest=digest_of(one.drawn),
    )  # fmt: skip


@blueprint.get("/audit/export")
@page(action="sample.draw")
def ask_export() -> AnyResponse:
    """Ask what the list, or a sample, is taken for, and say how many rows it will have."""
    return _export_page(None)


@blueprint.post("/audit/export")
@page(action="sample.draw")
def export() -> AnyResponse:
    """Send the list or the sample as a file; filter, purpose and count stand in the person's access journal first."""
    purpose, wanted = request.form.get("purpose", "")[:100], request.form.get("format", "")
    kind = wanted if wanted in FORMATS else "xlsx"
    with door().read(actor(), action="sample.draw") as view:
        one, question = _meant(view, request.form)
        rows, _ = _all_rows(view, one, question)
        said = "；".join(f"{each.title}：{each.text}" for each in conditions(view, question) if each.name != "q")
        now = view.now
    table = [cells(each) for each in rows]
    digest = digest_of("\t".join(line) for line in table)
    pairs = {name: value for name, value in as_pairs(question).items() if name != "q"}
    command = ExportList(
        filters=pairs | ({"sample": str(one.id)} if one else {}), words=bool(question.q), purpose=purpose,
        rows=len(table), digest=digest,
    )  # fmt: skip
    try:
        door().execute(command, actor(), key=form_key())
    except PurposeMissing as refusal:
        return _export_page(refusal, purpose, kind)
    title = f"抽样{one.id}" if one else "审计办件列表"
    notes = [
        f"{title}：{said or '全部办件'}" + (f"；种子 {one.seed}，总体 {one.population} 件" if one else ""),
        f"共 {len(table)} 件，个人姓名已脱敏；本表不得用于所写用途以外的目的。用途：{purpose}",
        f"内容摘要（SHA-256）：{digest}",
        f"{actor().name}（{actor().account}）{words.local(now)} 导出",
    ]  # fmt: skip
    response = make_response(_file(kind, title, notes, table))
    response.headers["Content-Type"] = _TYPES[kind]
    name = quote(f"{title}-{words.local(now).replace(':', '').replace(' ', '-')}.{kind}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _desk(
    typed: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200, refusal: Refusal | None = None
) -> AnyResponse:
    with door().read(actor(), action="sample.draw") as view:
        question = asked(view, request.values)
        shown = _gather(view, question, asked_number(request.args.get("page")))
    html = render_template(
        "audit_cases.html", desk=shown, either=EITHER, noted=NOTED, errors=errors, refusal=refusal, largest=LARGEST,
        typed={"seed": secrets.token_hex(16), "size": "20", **{key: text for key, text in typed.items() if text}},
    )  # fmt: skip
    return make_response(html, status)


def _gather(view: Reading, question: Question, number: int) -> Desk:
    where = Page(number, 0)
    listed = found(
        view.connection, view.scope, view.actor.account, question, offset=where.offset, limit=where.size
    )
    return Desk(
        pairs=as_pairs(question),
        rows=audited_in_order(view, listed.ids),
        page=Page(number, listed.total),
        conditions=conditions(view, question),
        choices=choices_of(view),
        people=names_of(view.connection, {one for one in (question.responder, question.person) if one}),
    )


def _again(view: Reading, one: Sample) -> Again:
    question = read_question(one.question)
    drawn = draw(numbers(view.connection, one.scope, one.account, question), one.size, one.seed)
    return Again(drawn, drawn.digest == one.digest, drawn.numbers == one.drawn)


# Carrying away --------------------------------------------------------------------------------------------------------


def _meant(view: Reading, pairs: Mapping[str, str]) -> tuple[Sample | None, Question]:
    """Return the sample that is meant, if it is one, and the question."""
    number = pairs.get("sample", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        one = sample_of(view.connection, view.actor.account, view.scope, int(number))
        return one, read_question(one.question)
    return None, asked(view, pairs)


def _all_rows(view: Reading, one: Sample | None, question: Question) -> tuple[list[Audited], int]:
    """Return every row as far as a list goes, and how many there are."""
    if one is not None:
        rows = audited(view, visible_in_order(view.connection, view.scope, one.drawn))
        return rows, len(rows)
    listed = found(view.connection, view.scope, view.actor.account, question, limit=MOST)
    rows = []
    for start in range(0, len(listed.ids), _CHUNK):
        rows += audited_in_order(view, listed.ids[start : start + _CHUNK])
    return rows, listed.total


def _export_page(refusal: Refusal | None, purpose: str = "", kind: str = "xlsx") -> AnyResponse:
    with door().read(actor(), action="sample.draw") as view:
        one, question = _meant(view, request.values)
        if one is not None:
            total = len(visible_in_order(view.connection, view.scope, one.drawn))
        else:
            total = found(view.connection, view.scope, view.actor.account, question, limit=0).total
        told = conditions(view, question)
    html = render_template(
        "audit_export.html", sample=one, pairs=as_pairs(question), conditions=told, total=total, most=MOST,
        refusal=refusal, purpose=purpose, formats=FORMATS, kind=kind,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _file(kind: str, title: str, notes: Sequence[str], table: Sequence[Sequence[str]]) -> bytes:
    if kind == "xlsx":
        return sheet(title, notes, HEADER, table)
    out = io.StringIO()
    comma_separated(out, HEADER, table)
    # The mark at the head tells spreadsheet programs that it is UTF-8.
    return out.getvalue().encode("utf-8-sig")
