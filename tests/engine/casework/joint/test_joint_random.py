"""Random plans carried out by the drawn process: nobody before its prerequisites, every run ends, the conclusion holds.

What must come out is worked out here from the plan and the verdicts alone, by other means than the room's own rules.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine.casework.cases.tables import case_file
from engine.casework.joint import branching, rules
from engine.casework.joint.queries import BranchRow, begin_review, branches_of
from engine.foundation.store.unit import Unit
from engine.process.tasks import progress
from engine.process.tasks.queries import instances_of, tasks_of
from engine.process.tasks.tables import process_instance
from processes.joint_plan import VETO_EFFECTS
from tests.support.house import House
from tests.support.joint import AGREE, DENY, accepted
from tests.support.size import FULL

PLANS = 10_000 if FULL else 500
PARTS = PLANS // 125
"""So many tests share the plans, that workers may take them side by side and none takes minutes."""
DEPARTMENTS = ("market", "urban", "fire", "tobacco", "police", "tax")


@dataclass(frozen=True)
class Drawn:
    """A plan with what each branch will say when it is asked."""

    rows: list[BranchRow]
    denies: frozenset[str]


def drawn(chance: random.Random) -> Drawn:
    rows: list[BranchRow] = []
    for number in range(chance.randint(2, 7)):
        before = chance.sample([one.key for one in rows], chance.randint(0, min(len(rows), 2)))
        veto = chance.choice(["none", "partial_grant", "stop_following", *sorted(VETO_EFFECTS)])
        rows.append(
            BranchRow(
                f"b{number}", number + 1, f"n-{number}", chance.choice(DEPARTMENTS), f"分支{number}", veto,
                tuple(before), Decimal(chance.choice(["0", "0.5", "1", "3"])),
            )
        )  # fmt: skip
    return Drawn(rows, frozenset(one.key for one in rows if chance.random() < 0.3))


def expected(plan: Drawn) -> str:
    """Return the conclusion that must come out, whoever is asked first."""
    never_asked: set[str] = set()
    for one in plan.rows:
        halting = {
            two.key
            for two in plan.rows
            if two.key in plan.denies and two.veto == "stop_following" and two.key not in never_asked
        }
        if set(one.depends_on) & (never_asked | halting):
            never_asked.add(one.key)
    asked = [one for one in plan.rows if one.key not in never_asked]
    against = [one for one in asked if one.key in plan.denies]
    if any(one.veto == "terminate_all" for one in against) or len(against) == len(asked):
        return "deny"
    return "partial" if never_asked or any(one.veto != "none" for one in against) else "grant"


def begin(house: House, unit: Unit, model: str, root_id: str, plan: Drawn) -> None:
    """Put down a case like ``model`` under ``root_id`` with the branches of ``plan``, and start them."""
    for table in (case_file, process_instance):
        of_model = table.c.root_id == f"case:{model}"
        values = dict(unit.connection.execute(sa.select(table).where(of_model)).mappings().first() or {})
        changes = {"root_id": root_id} | ({"case_no": root_id.removeprefix("case:")} if table is case_file else {})
        unit.connection.execute(table.insert().values({**values, **changes}))
    begin_review(unit, root_id, "market", "", plan.rows)
    facts = {"case_no": root_id.removeprefix("case:"), "branches": [one.item for one in plan.rows]}
    progress.start_beside(unit, root_id, "joint_added", facts)


def carry_out(unit: Unit, root_id: str, plan: Drawn, chance: random.Random) -> None:
    """Let whoever has a task do it, in any order, until nobody has."""
    while tasks := [one for one in tasks_of(unit.connection, root_id, state="open") if one.item]:
        now = {one.key: one for one in branches_of(unit.connection, root_id)}
        for task in tasks:
            row = now[str(task.item).partition("/")[2]]
            assert all(now[key].state not in rules.GOING for key in row.depends_on), f"{row.key} is too early"
        task = chance.choice(tasks)
        if task.element == "ut_branch_opinion":
            denied = str(task.item).partition("/")[2] in plan.denies
            branching.give_branch_opinion(unit, task, DENY if denied else {**AGREE, "conditions": ""})
        progress.complete(unit, task, {})


@pytest.mark.tampers("cases without a main process: only their joint review is carried through")
@pytest.mark.parametrize("part", range(PARTS))
def test_random_plans_end_and_conclude_as_the_verdicts_say(sqlite_house: House, part: int) -> None:
    house, chance = sqlite_house, random.Random(f"plans {part}")
    model = accepted(house)
    for number in range(PLANS // PARTS):
        plan, root_id = drawn(chance), f"case:R{part}-{number:06d}"
        with house.unit(root_id) as unit:
            begin(house, unit, model, root_id, plan)
            carry_out(unit, root_id, plan, chance)
            assert all(one.completed for one in instances_of(unit.connection, root_id)[1:]), plan
            ended = branches_of(unit.connection, root_id)
            assert all(one.state not in rules.GOING for one in ended), plan
            assert rules.conclusion([one.part for one in ended]) == expected(plan), plan
