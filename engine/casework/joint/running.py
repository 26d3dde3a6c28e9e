"""What an opinion sets going: branches begin, stop or are over, each with its row, its clock and its token.

The rows are the truth; a branch's token in the process only waits to be told.  A branch that is released while its
token has not yet come to wait (the first ones, right after the plan) learns it when it arrives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from engine.casework.cases import queries as cases
from engine.casework.cases.figures import case_figure
from engine.casework.cases.file.queries import materials_of
from engine.casework.cases.sharing.rules import is_verified
from engine.casework.joint import rules
from engine.casework.joint.queries import BranchRow, branches_of, review_of, set_branch, set_review
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import clock_named, open_clock, open_hour_clock, stop_row
from engine.process.clocks.queries import LADDER, DeadlineRow
from engine.process.clocks.rules import BRANCH, LIVE, HourTerms, Terms
from engine.process.tasks import progress
from engine.process.tasks.awaited.queries import awaited_by
from engine.process.tasks.climbing import climb
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.registry import Service
from engine.registry.organisation.queries import department_named
from engine.registry.policies.queries import policy_named

OPENED = tag("joint.opened", "分支“{name}”开始办理：{department_name}，时限{days}")
STOPPED = tag("joint.stopped", "分支“{name}”停止办理：{reason}")
VERIFIED = tag("joint.verified", "分支“{name}”由系统核验通过：{materials}")

SILENT = tag("joint.silent_consent", "分支“{name}”超过时限未出具意见，视为同意（依据：{source}）")

READY: Final = "branch_ready"
"""The message that lets a waiting branch begin; its business key is the branch's item."""
OVER: Final = "branch_over"
"""The message that ends a branch which is not decided by its own people any more."""
ALL_OVER: Final = "branches_over"
"""The message that lets the lead conclude when the last branch was one that had been added; its key is the case."""
MESSAGES: Mapping[str, frozenset[str]] = {name: frozenset() for name in (READY, OVER, ALL_OVER)}

SILENT_CONSENT: Final = "silent_consent"
"""The policy by which silence agrees; it is off unless the centre turns it on and names its source (domain 2.4)."""

HALF_A_DAY: Final = 4
"""Working hours (domain 4.4)."""


def settle(unit: Unit, root_id: str) -> None:
    """Let everything follow that the rows now say: stop what a denial stops, begin what may begin, tell the tokens."""
    rows = branches_of(unit.connection, root_id)
    halted = rules.stopped([one.part for one in rows])
    for row in rows:
        if row.key in halted:
            halt(unit, root_id, row, "stopped", "前序分支或者其他分支不同意（联办计划）")
    while begun := _begin_ready(unit, root_id):
        for row in begun:
            _tell(unit, root_id, READY if row.state == "open" else OVER, row.item)
    if not going(unit, root_id):
        case = cases.case_by_root(unit.connection, root_id)
        _tell(unit, root_id, ALL_OVER, case.case_no)


def going(unit: Unit, root_id: str) -> bool:
    """Tell whether a branch is still to be decided."""
    return any(one.state in rules.GOING for one in branches_of(unit.connection, root_id))


def halt(unit: Unit, root_id: str, row: BranchRow, state: str, reason: str) -> None:
    """End a branch that its own people do not decide: its clock stops, its tasks go."""
    set_branch(unit, root_id, row.key, state=state)
    stop_limit(unit, row)
    unit.record(STOPPED, root_id, branch=row.key, name=row.name, reason=reason)
    _tell(unit, root_id, OVER, row.item)


def stop_limit(unit: Unit, row: BranchRow) -> None:
    """Stop the clock of a branch that has ended."""
    if row.clock_id is None:
        return
    clock = clock_named(unit.connection, row.clock_id)
    if clock.state in LIVE:
        stop_row(unit, clock, city_date(unit.now))


def begin(unit: Unit, root_id: str, row: BranchRow) -> BranchRow:
    """Let a branch begin: its clock runs from now and its department is told; a verified one is agreed at once."""
    verified = _verified(unit, root_id, row) if row.automatic else ""
    if verified:
        done = replace(row, state="agreed", opened_at=unit.now)
        set_branch(
            unit, root_id, row.key, state="agreed", opened_at=unit.now, conclusion="agree", at=unit.now,
            opinion=f"系统核验：{verified}", basis="DB4105/T 229 6.2.4", representative="系统",
            account=unit.actor.account,
        )  # fmt: skip
        unit.record(VERIFIED, root_id, branch=row.key, name=row.name, materials=verified)
        return done
    clock = _open_limit(unit, root_id, row)
    begun = replace(row, state="open", clock_id=clock, opened_at=unit.now)
    set_branch(unit, root_id, row.key, state="open", clock_id=clock, opened_at=unit.now)
    unit.record(
        OPENED, root_id, branch=row.key, name=row.name, department=row.department, days=days_text(row.days),
        department_name=department_named(unit.connection, row.department).short_name,
    )  # fmt: skip
    sentence = f"“{row.name}”需要你部门出具意见，时限{days_text(row.days)}。"
    notify(unit, root_id, "dept_reviewer", row.department, "joint", sentence)
    return begun


def overdue(unit: Unit, deadline: DeadlineRow) -> None:
    """A branch's limit is near or has passed: its ladder is climbed.  Only where the policy says so, silence agrees.

    The department may still give its opinion after the limit, as long as silence is no consent (T082).
    """
    if deadline.effect == LADDER:
        climb(unit, deadline.clock_id)
        return
    root_id = deadline.root_id
    row = next((one for one in branches_of(unit.connection, root_id) if one.clock_id == deadline.clock_id), None)
    if row is None or row.state != "open":
        return
    source = policy_named(unit.connection, SILENT_CONSENT).source
    set_branch(
        unit, root_id, row.key, state="agreed", conclusion="agree", opinion="超过时限未出具意见，视为同意",
        basis=source, representative="（视为同意）", account=unit.actor.account, at=unit.now,
    )  # fmt: skip
    stop_limit(unit, row)
    unit.record(SILENT, root_id, branch=row.key, name=row.name, source=source)
    _tell(unit, root_id, OVER, row.item)
    settle(unit, root_id)


def days_text(days: Decimal) -> str:
    """Return a branch's limit in words: halves of a day are working hours."""
    if days == 0:
        return "当日"
    if days < 1:
        return f"{HALF_A_DAY}个工作小时"
    return f"{days.normalize():f}个工作日"


def _open_limit(unit: Unit, root_id: str, row: BranchRow) -> str:
    named = f"{row.name[:34]}分支时限"
    silent = bool(case_figure(unit.connection, root_id, SILENT_CONSENT))
    if Decimal(0) < row.days < 1:
        hours = HourTerms(BRANCH, unit.now, HALF_A_DAY, act_when_due=silent, stage=row.item, named=named)
        return open_hour_clock(unit, root_id, hours).id
    # A half beyond whole days is given in full, as for stages.
    quota = int(row.days.to_integral_value(rounding="ROUND_CEILING"))
    terms = Terms(BRANCH, city_date(unit.now), quota, "wd", act_when_due=silent, stage=row.item, named=named)
    return open_clock(unit, root_id, terms).id


def _begin_ready(unit: Unit, root_id: str) -> list[BranchRow]:
    rows = branches_of(unit.connection, root_id)
    named = {one.key: one for one in rows}
    return [begin(unit, root_id, named[key]) for key in rules.ready([one.part for one in rows])]


def _verified(unit: Unit, root_id: str, row: BranchRow) -> str:
    """Return the materials by which an automatic branch is verified, or nothing when one of them is not."""
    needed = [one for one in materials_of(unit.connection, root_id) if one.no in row.materials]
    return "、".join(one.name for one in needed) if needed and all(is_verified(one) for one in needed) else ""


def _tell(unit: Unit, root_id: str, message: str, key: str) -> None:
    if any((one.name, one.key) == (message, key) for one in awaited_by(unit.connection, root_id)):
        progress.deliver(unit, root_id, message, {}, key=key)


def end_with_case(unit: Unit, event: Any) -> None:
    """A case has ended, by withdrawal or otherwise: nobody is asked any more, and its review is no longer on a desk."""
    review = review_of(unit.connection, event.root)
    if review is None or review.state == "concluded":
        return
    for row in branches_of(unit.connection, event.root):
        if row.state in (*rules.GOING, "proposed"):
            set_branch(unit, event.root, row.key, state="stopped" if row.state in rules.GOING else "dropped")
    set_review(unit, event.root, state="ended")


# What the drawing asks ---------------------------------------------------------------------------------------------


def arrive(unit: Unit, root_id: str, branch: str) -> Mapping[str, Any]:
    """A branch's token has come: say whether it may begin (open), has to wait (wait), or is over already (over)."""
    key = branch.partition("/")[2]
    rows = {one.key: one for one in branches_of(unit.connection, root_id)}
    parts = [one.part for one in rows.values()]
    row = rows[key]
    if row.state == "waiting" and key in rules.ready(parts):
        row = begin(unit, root_id, row)
    return {"branch_state": {"open": "open", "waiting": "wait"}.get(row.state, "over")}


def outstanding(unit: Unit, root_id: str) -> Mapping[str, Any]:
    """Say whether a branch that was added is still to be decided; when none is, the lead is to conclude."""
    waits = going(unit, root_id)
    if not waits:
        set_review(unit, root_id, state="concluding")
    return {"outstanding": waits}


SERVICES = (
    Service("joint.arrive", arrive, ("branch",), ("branch_state",)),
    Service("joint.outstanding", outstanding, (), ("outstanding",)),
)
