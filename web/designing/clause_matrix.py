"""条款对照: the clauses of the standard beside the elements of the processes in force, with what either lacks."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request, url_for

from engine.oversight.publishing.tracing import Cited, Matrix, trace
from engine.process.bpmn import Definition
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import current_processes
from engine.registry.identity.reading import Reading
from processes import library
from web import words
from web.about import CHAPTERS
from web.designing.releases import ACTION
from web.designing.tables import spreadsheet
from web.diagram.svg import anchor_of
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("clause_matrix", __name__, url_prefix="/designer/releases/clauses")

HEADER = ("条款", "内容", "程度", "流程", "环节", "类型", "标识")


@blueprint.get("")
@page(action=ACTION)
def show() -> str:
    """Show the matrix, of all processes or of one."""
    with door().read(actor(), action=ACTION) as view:
        definitions = _in_force(view)
    asked = request.args.get("process", "")
    asked = asked if asked in definitions else ""
    found = _matrix(definitions, asked)
    names = {name: one.name for name, one in sorted(definitions.items())}
    return render_template(
        "releases/clauses.html", found=found, asked=asked, names=names, place_of=place_of, kind_of=_kind_of(),
        chapters=CHAPTERS,
    )  # fmt: skip


@blueprint.get("/table.xlsx")
@page(action=ACTION)
def take() -> Response:
    """Send the matrix as a spreadsheet."""
    with door().read(actor(), action=ACTION) as view:
        definitions = _in_force(view)
    found, kind_of = _matrix(definitions, ""), _kind_of()
    rows = []
    for clause in found.clauses:
        head = (clause.number, "；".join(row.part for row in clause.rows), _modality(clause.rows))
        rows += [(*head, one.process_name, one.element.name, kind_of(one), one.element.id) for one in clause.elements]
        if not clause.elements:
            rows.append((*head, "（流程图中没有）", "", "", ""))
    rows += [
        ("（没有注明）", "", "", one.process_name, one.element.name, kind_of(one), one.element.id) for one in found.bare
    ]
    return spreadsheet("条款对照", ["DB4105/T 229—2024 的条款与现行流程的环节"], HEADER, rows)


def place_of(one: Cited) -> str:
    """Return the address of an element in its process's drawing."""
    return url_for("flows.show", process_id=one.process, _anchor=anchor_of(one.process, one.element.id))


def _in_force(view: Reading) -> dict[str, Definition]:
    bundles = view.part(Bundles)
    return {
        name: bundles.definition(view.connection, digest)
        for name, digest in current_processes(view.connection).items()
    }


def _matrix(definitions: dict[str, Definition], process: str) -> Matrix:
    mine = {process: definitions[process]} if process else definitions
    return trace(mine, library.clauses())


def _kind_of() -> Callable[[Cited], str]:
    return lambda one: words.KINDS.get(one.element.kind, one.element.kind)


def _modality(rows: tuple[library.ClauseRow, ...]) -> str:
    return "、".join(dict.fromkeys(row.modality for row in rows))
