"""两件比较: two cases of one item beside each other, what differs first; in words, without any drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, visible_case
from engine.foundation.errors import Refusal
from engine.foundation.journal.queries import lines_of
from engine.oversight.audit.comparing.pairing import Pair
from engine.oversight.audit.comparing.rules import (
    CasesOfTwoItems,
    CaseWithItself,
    Doing,
    Side,
    TwoCasesWanted,
    differences,
    rows,
)
from engine.oversight.audit.past import past
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import release_at
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.progress import STARTED
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from web import words
from web.failures import status_for
from web.replay import SYSTEM_NAME, lasted
from web.security import page
from web.sessions import actor, door
from web.timeline import people_in

blueprint = Blueprint("comparing", __name__)


@dataclass(frozen=True)
class Compared:
    """Two cases side by side."""

    cases: tuple[CaseFile, CaseFile]
    sides: tuple[Side, Side]
    differences: list[str]
    rows: list[Pair[Doing]]
    names: Mapping[str, str]

    def name_of(self, who: str) -> str:
        """Return the name of an account; what is none, or has none, is a name already."""
        return SYSTEM_NAME if who == "system" else self.names.get(who, who)


@blueprint.get("/audit/compare")
@page(action="journal.see")
def show() -> AnyResponse:
    """Show two cases beside each other, or ask for them; of two that cannot be compared nothing is shown."""
    ticked = [one.strip()[:43] for one in request.args.getlist("case") if one.strip()]
    if len(ticked) == 2:
        return redirect(url_for("comparing.show", a=ticked[0], b=ticked[1]))
    a, b = (request.args.get(name, "").strip()[:43] for name in ("a", "b"))
    if len(ticked) > 2:
        return _ask("", "", TwoCasesWanted())
    if not (a and b):
        return _ask(a or "".join(ticked), b, None)
    try:
        with door().read(actor(), action="journal.see") as view:
            compared = _compared(view, a, b)
    except (CasesOfTwoItems, CaseWithItself) as refusal:
        return _ask(a, b, refusal)
    door().note_view(actor(), f"办件 {a} 和 {b} 的比较")
    return make_response(render_template("compare.html", compared=compared, lasted=lasted))


def _ask(a: str, b: str, refusal: Refusal | None) -> AnyResponse:
    html = render_template("compare_ask.html", a=a, b=b, refusal=refusal)
    return make_response(html, status_for(refusal) if refusal else 200)


def _compared(view: Reading, a: str, b: str) -> Compared:
    left, right = (visible_case(view.connection, number, view.scope) for number in (a, b))
    if left.root_id == right.root_id:
        raise CaseWithItself
    if left.item_code != right.item_code:
        raise CasesOfTwoItems(
            a=left.case_no, a_item=left.item_name, b=right.case_no, b_item=right.item_name
        )
    sides = (_side(view, left), _side(view, right))
    people = {who for side in sides for who in people_in(side.lines)}
    return Compared(
        (left, right), sides, differences(*sides, lasted), rows(*sides), names_of(view.connection, people)
    )  # fmt: skip


def _side(view: Reading, case: CaseFile) -> Side:
    lines = lines_of(view.connection, case.root_id, limit=100_000)
    facts = {
        "状态": words.status(case.status),
        "决定": words.DECISIONS.get(case.decision or "", ""),
        "办件类型": words.case_type(case.case_type),
        "办理形式": words.channel(case.channel),
        "申请对象到场次数": str(case.visits),
        "视为受理": "是" if case.deemed else "否",
    }
    begun = [release_at(view.connection, line.data["release"]).number for line in lines if line.type == STARTED][:1]
    moved = [line.data["to_number"] for line in lines if line.type == MIGRATED]
    return Side(
        case.case_no, facts, past(view.connection, view.part(Bundles), case.root_id, lines), lines, (*begun, *moved)
    )
