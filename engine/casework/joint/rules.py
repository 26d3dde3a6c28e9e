"""Which branch may begin, which one a denial stops, and what follows from all of them: pure (6.2.2).

Nothing here asks who was first: the same branches with the same opinions give the same, in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from engine.foundation.errors import Conflict, Invalid

CONCLUSIONS: Mapping[str, str] = {"agree": "同意", "deny": "不同意"}
STATES: Mapping[str, str] = {
    "proposed": "待批准加入", "waiting": "等待前序分支", "open": "办理中", "agreed": "同意", "denied": "不同意",
    "stopped": "已停止", "dropped": "不再征求",
}  # fmt: skip
OUTCOMES: Mapping[str, str] = {"grant": "准予", "partial": "部分准予", "deny": "不予"}

GOING: Final = frozenset({"waiting", "open"})
"""The states of a branch that is still to be decided."""
OUTSIDE: Final = frozenset({"proposed", "dropped"})
"""The states of a branch that nobody asks."""

BINDING: Final = frozenset({"terminate_all", "stop_following", "partial_grant", "warn_no_opening"})
"""Effects of a denial that the lead cannot pass over; "none" leaves the whole as it is."""


class NobodyAsked(Invalid):
    """联办件应当征求两个以上部门的意见（6.2.2），请勾选参加联审的部门。"""

    code = "NOBODY_ASKED"


class CannotOverrule(Conflict):
    """{department}对“{name}”不同意，牵头部门不能作出准予的汇总结论（6.2.2）。请作出不予的结论，或者退回该部门重新研究。"""

    code = "CANNOT_OVERRULE"


class CountersigningRefused(Conflict):
    """“{name}”的会签结果为不同意，不能出具同意的意见。请出具不同意的意见，或者重新提请会签。"""

    code = "COUNTERSIGNING_REFUSED"


class LimitTooLong(Conflict):
    """关键路径 {chain} 还需 {needed} 个工作日，承诺时限只剩 {left} 个工作日（6.2.2）。请缩短时限，或者调整先后。"""

    code = "JOINT_LIMIT_TOO_LONG"


@dataclass(frozen=True)
class Said:
    """What a department concluded for its branch, and what its denial means by the plan."""

    department: str
    name: str
    veto: str
    conclusion: str | None


@dataclass(frozen=True)
class Part:
    """A branch as these rules see it; ``left`` are the working days of its limit that are not used yet."""

    key: str
    depends_on: tuple[str, ...]
    veto: str
    state: str
    left: Decimal = Decimal(0)


def chosen(required: Sequence[str], offered: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return the branches to ask, in the plan's order: all required ones and the optional ones wanted.

    Raises :class:`NobodyAsked` for fewer than two.
    """
    asked = [key for key in offered if key in required or key in wanted]
    if len(asked) < 2:
        raise NobodyAsked
    return asked


def followers(parts: Sequence[Part], keys: Iterable[str]) -> frozenset[str]:
    """Return the keys of all that wait for one of ``keys``, directly or through others."""
    found: set[str] = set()
    ahead = set(keys)
    while ahead:
        ahead = {one.key for one in parts if ahead & set(one.depends_on)} - found
        found |= ahead
    return frozenset(found)


def stopped(parts: Sequence[Part]) -> frozenset[str]:
    """Return the keys of what is still to be decided and a denial stops: everything, or all that follow it."""
    going = {one.key for one in parts if one.state in GOING}
    denied = [one for one in parts if one.state == "denied"]
    if any(one.veto == "terminate_all" for one in denied):
        return frozenset(going)
    return frozenset(going & followers(parts, (one.key for one in denied if one.veto == "stop_following")))


def ready(parts: Sequence[Part]) -> tuple[str, ...]:
    """Return the keys of what waits and may begin, in their order: all it depends on has ended and none stops it.

    A prerequisite that nobody asks any more (left out as optional, dropped) is not waited for.
    """
    halted = stopped(parts)
    pending = {one.key for one in parts if one.state in GOING}
    return tuple(
        one.key
        for one in parts
        if one.state == "waiting" and one.key not in halted and not pending & set(one.depends_on)
    )


def asked_again(parts: Sequence[Part], keys: Iterable[str]) -> frozenset[str]:
    """Return what a second round has to ask: ``keys``, all that follow them, and whatever then nothing stops any more.

    What follows a branch was decided on what that branch had decided.
    """
    asked = {one.key for one in parts if one.state not in OUTSIDE}
    again = (set(keys) | followers(parts, keys)) & asked
    # Put back as if undecided; what was stopped and would not be stopped now is open again too.
    back = [replace(one, state="waiting") if one.key in again or one.state == "stopped" else one for one in parts]
    halted = stopped(back)
    return frozenset(again | {one.key for one in parts if one.state == "stopped" and one.key not in halted})


def conclusion(parts: Sequence[Part]) -> str:
    """Return what follows from all opinions: grant, partial or deny (4.2.2c, 6.2.2).

    A denial that ends everything, or no branch that agreed, is a denial of the whole; one that binds, or a branch that
    was stopped, leaves a part granted; one without effect on the others leaves the whole granted.
    """
    asked = [one for one in parts if one.state not in OUTSIDE]
    denied = [one for one in asked if one.state == "denied"]
    if any(one.veto == "terminate_all" for one in denied) or all(one.state != "agreed" for one in asked):
        return "deny"
    if any(one.veto in BINDING for one in denied) or any(one.state == "stopped" for one in asked):
        return "partial"
    return "grant"


def refuse_overruling(decision: str, opinions: Sequence[Said]) -> None:
    """Raise :class:`CannotOverrule` when the lead would grant what a department has denied."""
    for one in opinions:
        if decision == "grant" and one.conclusion == "deny" and one.veto in BINDING:
            raise CannotOverrule(department=one.department, name=one.name)


def path_ahead(parts: Sequence[Part]) -> tuple[Decimal, tuple[str, ...]]:
    """Return the longest chain of what is still to be decided: its working days and its keys in order.

    What lies on a circle is left out; nothing that may be added makes one.
    """
    going = {one.key: one for one in parts if one.state in GOING and one.key not in stopped(parts)}
    longest: dict[str, tuple[Decimal, tuple[str, ...]]] = {}
    while True:
        now = [
            key
            for key, one in going.items()
            if key not in longest and not (set(one.depends_on) & going.keys()) - longest.keys()
        ]
        if not now:
            return max(longest.values(), default=(Decimal(0), ()), key=lambda path: path[0])
        for key in now:
            before = [longest[other] for other in going[key].depends_on if other in going]
            length, chain = max(before, default=(Decimal(0), ()), key=lambda path: path[0])
            longest[key] = (length + going[key].left, (*chain, key))


def refuse_too_long(parts: Sequence[Part], left: int, names: Mapping[str, str]) -> None:
    """Raise :class:`LimitTooLong` when what lies ahead does not fit into the ``left`` working days of the promise."""
    needed, chain = path_ahead(parts)
    if needed > left:
        raise LimitTooLong(
            chain="→".join(names[key] for key in chain), needed=f"{needed:f}".rstrip("0").rstrip("."), left=left
        )
