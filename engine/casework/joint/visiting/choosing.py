"""Who goes where and when: what only the house knows of an answer about a visit, and the rows it makes (4.2.2d)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.casework.joint.queries import BranchRow
from engine.casework.joint.seats import Table, in_one_line, people_of
from engine.casework.joint.visiting import rules
from engine.casework.joint.visiting.queries import Looked
from engine.foundation.store.unit import Unit
from engine.process.clocks.arming import calendar_of
from engine.registry.identity.queries import Staff
from engine.registry.organisation.queries import departments


def day_errors(unit: Unit, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the day of a visit: not worked, or beyond what the calendar knows."""
    text = given.get("visit_on")
    if not text:
        return {}
    on, calendar = date.fromisoformat(text), calendar_of(unit)
    if not calendar.covers(on):
        return {"visit_on": f"工作日历还没有排到{on.isoformat()}，请选择较近的工作日"}
    return {} if calendar.is_workday(on) else {"visit_on": f"{on.isoformat()}不是工作日，请把踏勘安排在工作日"}


def chosen_of(table: Table, given: Mapping[str, Any]) -> list[BranchRow]:
    """Return the branches that an answer wants to visit."""
    wanted = {row.get("key") for row in given.get("branches") or () if row.get("wanted")}
    return [one for one in table.branches if one.key in wanted]


def people_errors(unit: Unit, table: Table, given: Mapping[str, Any], fewest: int = rules.FEWEST) -> dict[str, str]:
    """Return what is wrong with the people an answer sends to the branches it wants; nothing while it wants none."""
    if not (chosen := chosen_of(table, given)):
        return {}
    people = people_of(unit, tuple({one.department for one in chosen}))
    return rules.people_errors(given.get("visitors") or (), chosen, people, fewest)


def looked_at(unit: Unit, table: Table, answer: Mapping[str, Any]) -> list[Looked]:
    """Return what each chosen branch looks at, and by whom."""
    chosen, texts = chosen_of(table, answer), {row["key"]: row.get("looks_at") for row in answer["branches"]}
    people = people_of(unit, tuple({one.department for one in chosen}))
    return [
        Looked(one.key, one.department, in_one_line(texts[one.key] or ""), sent(one, answer["visitors"], people))
        for one in chosen
    ]


def told_of(unit: Unit, looked: Sequence[Looked]) -> dict[str, Any]:
    """Return what the journal says of branches that take part: departments, keys, people."""
    named = departments(unit.connection)
    return {
        "branches": [one.branch for one in looked],
        "names": "、".join(dict.fromkeys(named[one.department].short_name for one in looked)),
        "visitors": [f"{one.branch}/{who['account']}" for one in looked for who in one.visitors],
    }


def sent(row: BranchRow, given: Sequence[Mapping[str, str]], people: Sequence[Staff]) -> tuple[dict[str, str], ...]:
    """Return the people of a branch's department who are sent for it, each once."""
    known = {one.account: one for one in people if one.department == row.department}
    accounts = dict.fromkeys(one["account"] for one in given if one["branch"] == row.key)
    return tuple({"account": one, "person": known[one].person, "name": known[one].name} for one in accounts)
