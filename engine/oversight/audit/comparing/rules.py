"""What one of two cases had and the other had not, in words: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.foundation.errors import Invalid
from engine.foundation.journal.queries import Line
from engine.oversight.audit.comparing.pairing import Pair, pair
from engine.oversight.audit.past import Past
from engine.process.clocks.ledgers import EXCUSED, EXTENDED, PAUSED
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.modifying import MODIFIED
from engine.process.tasks.returning.tags import SENT_BACK, WITHDRAWN

TOLD = frozenset({"serviceTask", "businessRuleTask", "sendTask", "intermediateThrowEvent"})
"""Kinds of elements that the house does by itself and that are told beside people's tasks; a gateway does nothing."""

UNUSUAL: Mapping[str, str] = {
    MODIFIED: "系统管理员调整流程", MIGRATED: "改按另一版流程办理", SENT_BACK: "退回环节", WITHDRAWN: "撤回环节",
    PAUSED: "停表", EXTENDED: "延长期限", EXCUSED: "经批准延期",
}  # fmt: skip
"""Lines that a case without anything particular does not have."""

SLOWER = timedelta(days=1)
"""A step that took so much longer in one of the cases is told."""


class CasesOfTwoItems(Invalid):
    """办件 {a} 是“{a_item}”，办件 {b} 是“{b_item}”。只能比较同一事项的两件，请改选一件。"""

    code = "CASES_OF_TWO_ITEMS"


class CaseWithItself(Invalid):
    """两个编号是同一件办件，请另选一件同一事项的办件来比较。"""

    code = "CASE_WITH_ITSELF"


class TwoCasesWanted(Invalid):
    """请选择两件同一事项的办件来比较，不多也不少。"""

    code = "TWO_CASES_WANTED"


@dataclass(frozen=True)
class Doing:
    """Something done in a case: an element, from when (UTC) until when (None while it is open), and by which account.

    ``alone``: the house did it by itself, at once; ``cancelled``: something else took it away unfinished.
    """

    process: str
    element: str
    name: str
    since: datetime
    until: datetime | None
    by: str
    cancelled: bool = False
    alone: bool = False

    def lasted(self, end: datetime) -> timedelta:
        """How long it took, or has taken until ``end``."""
        return (self.until or end) - self.since


@dataclass(frozen=True)
class Side:
    """One of the two cases: its number, how it stands in words, its last moment on record and all its lines.

    ``versions`` are the releases it went by, by their number, in order.
    """

    case_no: str
    facts: Mapping[str, str]
    past: Past
    lines: Sequence[Line]
    versions: tuple[int, ...]

    @property
    def took(self) -> timedelta:
        """From the first line to the last."""
        return self.lines[-1].at - self.lines[0].at


def doings(past: Past) -> list[Doing]:
    """Return what was done in a case, in order: people's tasks as they were opened, and what the house did itself."""
    people = [
        Doing(stay.process, stay.element, stay.name, stay.since, stay.until, stay.by, cancelled=stay.cancelled)
        for stay in past.stays
    ]
    itself = [
        Doing(step.process, step.element, step.name, step.at, step.at, "system", alone=True)
        for step in past.steps
        if step.kind in TOLD and step.name and step.state == "completed"
    ]
    # What the house did in an act comes before what the act opened.
    return sorted(itself + people, key=lambda one: (one.since, not one.alone))


def rows(a: Side, b: Side) -> list[Pair[Doing]]:
    """Return what was done in both, side by side by element."""
    return pair(doings(a.past), doings(b.past), key=lambda one: (one.process, one.element))


def differences(a: Side, b: Side, said: Callable[[timedelta], str]) -> list[str]:
    """Return what differs, the weightiest first, as sentences about 甲 and 乙; ``said`` says a span in words."""
    both = rows(a, b)
    return [
        *_facts(a, b), *_versions(a, b), *_unusual(a, b), *_clocks(a, b), *_alone(both), *_moved(both),
        *_papers(a, b), *_slower(both, a, b, said),
    ]  # fmt: skip


def _facts(a: Side, b: Side) -> Iterator[str]:
    for title, mine in a.facts.items():
        if mine != b.facts[title]:
            yield f"{title}：甲{mine or '无'}，乙{b.facts[title] or '无'}。"


def _versions(a: Side, b: Side) -> Iterator[str]:
    if a.versions != b.versions:
        yield f"流程版本：甲{_versions_told(a)}，乙{_versions_told(b)}。"


def _versions_told(side: Side) -> str:
    return "、".join(f"第 {one} 版" for one in side.versions) or "没有流程"


def _unusual(a: Side, b: Side) -> Iterator[str]:
    mine, other = (Counter(line.type for line in side.lines if line.type in UNUSUAL) for side in (a, b))
    for type, title in UNUSUAL.items():
        if mine[type] != other[type]:
            yield f"{title}：甲{_times(mine[type])}，乙{_times(other[type])}。"


def _clocks(a: Side, b: Side) -> Iterator[str]:
    mine, other = ([clock.title for clock in side.past.clocks.values()] for side in (a, b))
    yield from _only("时限", mine, other)
    # A limit may have been opened several times; it was overdue when one of them was.
    late = [{clock.title for clock in side.past.clocks.values() if clock.overdue} for side in (a, b)]
    for title in dict.fromkeys(mine):
        if title in other and (title in late[0]) != (title in late[1]):
            who, kept = ("甲", "乙") if title in late[0] else ("乙", "甲")
            yield f"{title}：{who}超期，{kept}没有超期。"


def _alone(both: Sequence[Pair[Doing]]) -> Iterator[str]:
    yield from _only(
        "环节",
        [one.left.name for one in both if one.left and not one.right],
        [one.right.name for one in both if one.right and not one.left],
    )


def _only(what: str, mine: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    left, right = Counter(mine), Counter(other)
    for who, lacks, found in (("甲", "乙", left - right), ("乙", "甲", right - left)):
        if found:
            told = "、".join(f"“{name}”" + (f" {count} 次" if count > 1 else "") for name, count in found.items())
            yield f"{who}有、{lacks}没有的{what}：{told}。"


def _moved(both: Sequence[Pair[Doing]]) -> Iterator[str]:
    names = dict.fromkeys(one.left.name for one in both if one.moved and one.left)
    if names:
        yield f"先后次序不同的环节：{'、'.join(f'“{name}”' for name in names)}。"


def _papers(a: Side, b: Side) -> Iterator[str]:
    titles = ([f"《{one.title}》" for one in side.past.documents.values()] for side in (a, b))
    mine, other = titles
    yield from _only("文书", mine, other)


def _slower(both: Sequence[Pair[Doing]], a: Side, b: Side, said: Callable[[timedelta], str]) -> Iterator[str]:
    spans = [("全程", a.took, b.took)]
    spans += [
        (f"“{one.left.name}”", one.left.lasted(a.past.at), one.right.lasted(b.past.at))
        for one in both
        if one.left and one.right
    ]
    for name, mine, other in sorted(spans, key=lambda one: -abs(one[1] - one[2])):
        if abs(mine - other) >= SLOWER:
            yield f"{name}用时：甲{said(mine)}，乙{said(other)}。"


def _times(count: int) -> str:
    return f" {count} 次" if count else "没有"
