"""What is open to everybody: service guides, the compliance statement, and the description of this API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.foundation.search import queries as search
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import ItemUnknown, current_items
from engine.registry.organisation.queries import departments
from processes import library, words
from processes.items import Item
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.routes.catalogue import not_receivable
from web.api.schema import ref, text
from web.api.shapes.catalogue import guide_json

STANDARD = {
    "number": "DB4105/T 229-2024",
    "title": "政务服务“一窗通办”工作规范",
    "issued_on": "2024-06-24",
    "effective_on": "2024-07-01",
}
"""The standard this product carries out (its cover, T001)."""

_TESTS = Path(__file__).parents[3] / "tests"
_TEST_NAME = re.compile(r"^\s*(?:async )?def (test_\w*T\d{3}\w*)", re.MULTILINE)
_NUMBER = re.compile(r"T\d{3}")


def find_guides(call: Call) -> Reply:
    """Return the service guides in which every word of ``q`` occurs, the best first (5.2.2)."""
    wanted = call.query["q"].strip()
    with call.door.read(call.actor) as view:
        known = _guides(view)
        found = search.find(view.connection, "guide", wanted, None, limit=len(known)).hits if wanted else ()
    guides = [known[hit.ref] for hit in found if hit.ref in known] if wanted else list(known.values())
    return Reply({"guides": guides, "total": len(guides), "mark_names": dict(words.VALUE_MARKS)})


def read_guide(call: Call, code: str) -> Reply:
    """Return the service guide of an item."""
    with call.door.read(call.actor) as view:
        guides = _guides(view)
    # Raised outside the reading: a visitor has no chain in which a wrong address were worth a journal line.
    if code not in guides:
        raise ItemUnknown(code=code[:40])
    return Reply(guides[code])


def _guides(view: Reading) -> dict[str, dict[str, Any]]:
    known = departments(view.connection)
    where = {key: one.name for key, one in known.items()}
    centre = library.windows()

    def told(item: Item) -> dict[str, Any]:
        receivable = not_receivable(view, item) is None
        return guide_json(item, where, known[item.department].uscc, centre, receivable)

    return {item.code: told(item) for _, item in current_items(view.connection)}


def declare(call: Call) -> Reply:
    """Return the compliance statement: every row of the trace table with the tests that carry its number."""
    tests = tests_by_number(_TESTS)
    rows = [{**vars(row), "tests": list(tests.get(row.id, ()))} for row in library.clauses()]
    tested = sum(1 for row in rows if row["tests"])
    return Reply({"standard": STANDARD, "rows": rows, "total": len(rows), "tested": tested})


@lru_cache(maxsize=4)
def tests_by_number(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the tests below ``folder`` by the clause row whose number they carry; read once.

    An installation without its tests has none to name.
    """
    found: dict[str, set[str]] = {}
    for file in sorted(folder.rglob("test_*.py")):
        for name in _TEST_NAME.findall(file.read_text("utf-8")):
            for number in _NUMBER.findall(name):
                found.setdefault(number, set()).add(name)
    return {number: tuple(sorted(names)) for number, names in found.items()}


OPERATIONS = (
    Operation(
        "find_guides", "GET", "/v1/guides", "open", "服务指南", find_guides, ref("Guides"), open=True,
        query=(Parameter("q", text(maxLength=100), "要找的词，以空格分开，须全部出现", ""),),
    ),
    Operation(
        "read_guide", "GET", "/v1/guides/{code}", "open", "一个事项的服务指南", read_guide, ref("Guide"), open=True,
        refusals=(ItemUnknown,),
    ),
    Operation("declare", "GET", "/v1/compliance", "open", "合规声明", declare, ref("Compliance"), open=True),
)  # fmt: skip
