"""说明: which standard this house carries out, and what it does for each of its clauses."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request

from processes import library
from web import errorbook
from web.security import public

blueprint = Blueprint("about", __name__)

CHAPTERS = {"3": "术语和定义", "4": "总体要求", "5": "基本要求", "6": "服务提供", "7": "评价与改进"}


@blueprint.get("/about")
@public
def show() -> str:
    """Show the standard, the keys, the words for states, and where to go on."""
    return render_template("about.html")


@blueprint.get("/about/clauses")
@public
def clauses() -> str:
    """Show the trace table, whole or one chapter of it (T001, T003)."""
    chapter = request.args.get("chapter", "")
    rows = library.clauses()
    if chapter in CHAPTERS:
        rows = tuple(row for row in rows if row.clause.split(".")[0] == chapter)
    return render_template("clauses.html", rows=rows, chapter=chapter, chapters=CHAPTERS)


@blueprint.get("/about/errors")
@public
def errors() -> str:
    """Show every refusal with its code: why something was not done, and what to do."""
    asked = request.args.get("q", "")[:80]
    found = errorbook.find(asked, errorbook.entries(current_app.config["OUTSIDE"]))
    return render_template(
        "errors.html", rooms=errorbook.by_room(found), count=len(found), asked=asked.strip(), ways=errorbook.WAYS
    )
