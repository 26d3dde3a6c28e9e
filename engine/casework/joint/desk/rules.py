"""What the desk can be asked for: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STATES: Mapping[str, str] = {"open": "未汇总", "running": "征求意见", "concluding": "待汇总", "concluded": "已汇总"}
"""What is looked for; ``open`` is all that is not concluded."""

PARTS: Mapping[str, str] = {"lead": "本部门牵头", "asked": "本部门参与"}
"""What the reader's departments are in the review."""


@dataclass(frozen=True)
class Wanted:
    """Which reviews are looked for."""

    state: str = "open"
    part: str = "lead"
    late: bool = False
    """Only those with a branch whose limit has passed."""
    mine: bool = False
    """Only those in which something waits for the reader."""

    @property
    def states(self) -> tuple[str, ...]:
        """The states of a review's row that fit."""
        return ("running", "concluding") if self.state == "open" else (self.state,)

    @property
    def pairs(self) -> dict[str, str]:
        """What stands in the address; what is usual is left out."""
        told = {"state": "" if self.state == "open" else self.state, "part": "" if self.part == "lead" else self.part}
        told |= {"late": "1" if self.late else "", "mine": "1" if self.mine else ""}
        return {name: value for name, value in told.items() if value}


def read_wanted(given: Mapping[str, str]) -> Wanted:
    """Return what an address asks for; anything unknown is what is usual."""
    state, part = given.get("state", ""), given.get("part", "")
    return Wanted(
        state if state in STATES else "open", part if part in PARTS else "lead", given.get("late") == "1",
        given.get("mine") == "1",
    )  # fmt: skip
