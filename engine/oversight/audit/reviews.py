"""A joint review as it stood after a line of its case's journal: who was asked, who waited, who was chased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.casework.archive.handlers import DECIDED as CASE_ENDED
from engine.casework.joint.board import STATES as REVIEW_STATES
from engine.casework.joint.branching import OPINED
from engine.casework.joint.changing.handlers import ADDED, DECLINED, DROPPED, PROPOSED
from engine.casework.joint.chasing.handlers import CHASED
from engine.casework.joint.concluding import ASKED_AGAIN, CONCLUDED
from engine.casework.joint.planning import PLANNED
from engine.casework.joint.rules import GOING, STATES
from engine.casework.joint.running import OPENED, SILENT, STOPPED, VERIFIED, days_text
from engine.foundation.journal.queries import Line
from engine.process.tasks.urging.handlers import URGED
from processes.joint_plan import JointPlan

RUNNING, CONCLUDING, CONCLUDED_STATE, ENDED = "running", "concluding", "concluded", "ended"


@dataclass(frozen=True)
class PastBranch:
    """A branch as it stood: since when (UTC) it was open, who spoke for it and when, and the sentences of its chases.

    ``department`` is a code, ``account`` empty while nothing was said, ``of_itself`` says how it agreed without
    anybody's opinion, ``days`` is its limit in words; ``depends_on`` are the keys of the branches that had to end
    before it (of an added one only where its line tells them).
    """

    key: str
    name: str
    department: str
    days: str = ""
    depends_on: tuple[str, ...] = ()
    state: str = "waiting"
    round: int = 1
    opened_at: datetime | None = None
    account: str = ""
    at: datetime | None = None
    of_itself: str = ""
    chases: tuple[Line, ...] = ()

    @property
    def item(self) -> str:
        """The name under which the process knows the branch: ``department/key``."""
        return f"{self.department}/{self.key}"

    @property
    def state_name(self) -> str:
        """The state in words."""
        return STATES[self.state]

    @property
    def going(self) -> bool:
        """Whether it was still to be decided."""
        return self.state in GOING


@dataclass(frozen=True)
class PastReview:
    """A joint review as it stood, as a whole and by branch, in the order of the plan."""

    state: str
    round: int
    branches: Mapping[str, PastBranch]

    @property
    def state_name(self) -> str:
        """The state in words."""
        return REVIEW_STATES[self.state]

    def waits_for(self, one: PastBranch) -> list[str]:
        """Return the names of the branches that had to end before this one could begin."""
        if one.state != "waiting":
            return []
        return [self.branches[key].name for key in one.depends_on if key in self.branches and self.branches[key].going]

    def holds_up(self, one: PastBranch) -> list[str]:
        """Return the names of the branches that could not begin before this one had ended, directly."""
        if not one.going:
            return []
        return [each.name for each in self.branches.values() if each.state == "waiting" and one.key in each.depends_on]


def review(lines: Iterable[Line], plan: JointPlan | None) -> PastReview | None:
    """Return how the joint review of a case stood after ``lines``; None before anybody was asked.

    ``plan`` is that of the item's version by which the case goes: lines name its branches by their keys.
    """
    found: PastReview | None = None
    for line in lines:
        if line.type == PLANNED and plan is not None:
            found = _planned(line, plan)
        elif found is not None:
            found = _after(found, line)
    return found


def _planned(line: Line, plan: JointPlan) -> PastReview:
    named = {one.key: one for one in plan.branches}
    asked = [named[key] for key in line.data["branches"]]
    keys = {one.key for one in asked}
    return PastReview(
        RUNNING, 1,
        {one.key: PastBranch(one.key, one.name, one.department, days_text(one.days),
                             tuple(key for key in one.depends_on if key in keys)) for one in asked},
    )  # fmt: skip


def _after(before: PastReview, line: Line) -> PastReview:
    if line.type == CONCLUDED:
        gone = {key: replace(one, state="dropped") for key, one in before.branches.items() if one.state == "proposed"}
        return replace(before, state=CONCLUDED_STATE, branches={**before.branches, **gone})
    if line.type == CASE_ENDED:
        return before if before.state == CONCLUDED_STATE else _ended(before)
    if line.type == ASKED_AGAIN:
        number = line.data["round"]
        unsaid: dict[str, Any] = {"opened_at": None, "account": "", "at": None, "of_itself": ""}
        again = {
            key: replace(before.branches[key], state="waiting", round=number, **unsaid) for key in line.data["branches"]
        }
        return PastReview(RUNNING, number, {**before.branches, **again})
    if line.type == PROPOSED:
        new = PastBranch(
            line.data["branch"], line.data["name"], line.data["department"], line.data["days"],
            tuple(line.data.get("after", ())), "proposed",
        )  # fmt: skip
        return replace(before, branches={**before.branches, new.key: new})
    services: Iterable[Mapping[str, Any]] = line.data.get("services", ())
    if any(one["name"] == "joint.outstanding" and not one["result"]["outstanding"] for one in services):
        return replace(before, state=CONCLUDING)
    key = str(line.data.get("part" if line.type == URGED else "branch"))
    if key not in before.branches:
        return before
    return replace(before, branches={**before.branches, key: _branch(before.branches[key], line)})


def _ended(before: PastReview) -> PastReview:
    """The case has ended: what was still to be decided has stopped, what was only proposed never was."""
    ends = {"waiting": "stopped", "open": "stopped", "proposed": "dropped"}
    branches = {key: replace(one, state=ends.get(one.state, one.state)) for key, one in before.branches.items()}
    return replace(before, state=ENDED, branches=branches)


def _branch(one: PastBranch, line: Line) -> PastBranch:
    if line.type in (URGED, CHASED):
        return replace(one, chases=(*one.chases, line))
    if line.type == STOPPED and one.state == "dropped":
        return one
    return replace(one, **_changes(line))


def _changes(line: Line) -> dict[str, Any]:
    """Return what a line makes of the branch that it names."""
    said = {"account": line.account, "at": line.at}
    agreed = line.data.get("conclusion") == "agree"
    found: dict[str, dict[str, Any]] = {
        OPENED: {"state": "open", "opened_at": line.at, "days": line.data.get("days", "")},
        OPINED: {"state": "agreed" if agreed else "denied", **said},
        VERIFIED: {"state": "agreed", "opened_at": line.at, "of_itself": "系统核验", **said},
        SILENT: {"state": "agreed", "of_itself": "视为同意", **said},
        ADDED: {"state": "waiting"},
        DECLINED: {"state": "dropped"},
        DROPPED: {"state": "dropped"},
        STOPPED: {"state": "stopped"},
    }
    return found.get(line.type, {})
