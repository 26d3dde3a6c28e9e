"""Cards as tests need them: given to a case's own department, whatever its clocks say."""

from __future__ import annotations

from engine.process.clocks.cards.queries import Card, cards_of, give_card
from engine.process.clocks.queries import clocks_of
from tests.support.house import House


def carded(house: House, case_no: str, rule: str = "EM-OVERDUE") -> int:
    """Give the department of a case a red card; return its number."""
    root = f"case:{case_no}"
    department = house.case(case_no).department
    with house.unit(root) as unit:
        row = next(one for one in clocks_of(unit.connection, root) if one.kind == "commitment")
        sentence = f"承诺时限已于 {row.due_on} 届满，尚未办结，请立即办理。"
        card = Card(root, row.id, "red", department, rule, sentence, unit.now, 1, "center", row.due_on)
        give_card(unit, card)
        return cards_of(unit.connection, [root])[-1].id
