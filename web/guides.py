"""办事指南: what is needed for each service item; open to everybody (5.2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from engine.foundation.search import queries as search
from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import current_item, current_items
from engine.registry.organisation.queries import departments
from processes import library, words
from processes.items import Item
from web import jointview
from web.security import public
from web.sessions import door

blueprint = Blueprint("guides", __name__)


@dataclass(frozen=True)
class Line:
    """One guide of the list."""

    item: Item
    department: str


@blueprint.get("/guides")
@public
def listing() -> str:
    """List the guides, or those in which every word of ``q`` occurs, the best first."""
    asked = request.args.get("q", "").strip()[:80]
    with door().read(SYSTEM) as view:
        items = {item.code: item for _, item in current_items(view.connection)}
        named = departments(view.connection)
        found = search.find(view.connection, "guide", asked, None, limit=len(items)).hits if asked else ()
    codes = [hit.ref for hit in found if hit.ref in items] if asked else list(items)
    lines = [Line(items[code], named[items[code].department].name) for code in codes]
    return render_template("guides.html", lines=lines, asked=asked, kinds=words.ITEM_TYPES, units=words.UNITS)


@blueprint.get("/guides/<code>")
@public
def show(code: str) -> str:
    """Show one guide with every element that 5.2.2 asks for."""
    with door().read(SYSTEM) as view:
        _, item = current_item(view.connection, code[:40])
        named = departments(view.connection)
        department = named[item.department]
    objects = "、".join(words.APPLY_OBJECTS[code] for code in item.apply_object)
    return render_template(
        "guide.html", item=item, department=department, objects=objects, place=library.windows(), said=words,
        plan=jointview.plan_of_item(item, named),
    )
