"""准予决定公开 (行政许可法 40, 4.1.7 信息公开): what was granted, open to everybody, personal data masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request

from engine.casework.cases.queries import Granted, granted
from engine.foundation.clock import city_date
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM
from engine.registry.organisation.queries import departments
from web import words
from web.paging import Page, asked_number
from web.security import public
from web.sessions import door

blueprint = Blueprint("decisions", __name__)


@dataclass(frozen=True)
class Line:
    """One decision as published."""

    applicant: str
    id_no: str
    item: str
    department: str
    decided_on: date


@blueprint.get("/public/decisions")
@public
def show() -> str:
    """Show the granted decisions, the newest first, found by a part of the item's name."""
    asked = request.args.get("q", "").strip()[:60]
    number = asked_number(request.args.get("page"))
    where = Page(number, 0)
    with door().read(SYSTEM) as view:
        found, total = granted(view.connection, view.part(Vault), find=asked, offset=where.offset, limit=where.size)
        named = {key: one.name for key, one in departments(view.connection).items()}
    lines = [published(one, named.get(one.department, "")) for one in found]
    return render_template("decisions.html", lines=lines, page=Page(number, total), asked=asked)


def published(one: Granted, department: str) -> Line:
    """Return what the public may know: a person's name and number masked, a firm's not (T035)."""
    firm = one.id_kind == "uscc"
    return Line(
        applicant=words.person_or_firm(one.kind, one.name),
        id_no=one.id_no if firm else mask_number(one.id_no),
        item=one.item_name,
        department=department,
        decided_on=city_date(one.decided_at),
    )


def mask_number(number: str) -> str:
    """Return the first and the last four characters with stars between (``4105**********0010``)."""
    if len(number) <= 8:
        return number[:1] + "*" * (len(number) - 1)
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"
