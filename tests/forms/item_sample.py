"""The form of an item, filled with a shipped one that has every part: a plan, stages, materials, questions."""

from __future__ import annotations

import json
from typing import Any

from processes import library
from processes.item_form import answer_of

PLACES = [(key, place.name) for key, place in library.departments().items()]
OPTIONS = {
    "main_process": [("one_window_main", "一窗通办主流程")], "lead_department": PLACES, "branches.department": PLACES,
}  # fmt: skip


def item_answer() -> dict[str, Any]:
    """Return the answer that says what I13 says, and a question and a stage besides."""
    raw = json.loads((library.SHIPPED / "items" / "I13.json").read_text("utf-8"))
    answer = answer_of(raw)
    answer["questions"] = [{"text": "可以代办吗？可以，带授权委托书。"}]
    answer["stages"] = [{"name": "受理", "kind": "work", "days": "0.5", "procedure": None, "key": ""}]
    rows = [row for key in ("materials", "branches") for row in answer[key]]
    for row in rows:
        row |= {key: value if value is not None else _nothing(key) for key, value in row.items()}
    return {key: value if value is not None else _nothing(key) for key, value in answer.items()}


def _nothing(key: str) -> Any:
    if key in ("returned", "waived_by_commitment", "automatic"):
        return False
    return None if key.endswith(("_days", "_times", "_months")) else ""
