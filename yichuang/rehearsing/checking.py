"""Expectations of a script against the rehearsed case: one sentence for each that does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.casework.cases.rules import STATUSES
from engine.oversight.rehearsal.script import Expect
from yichuang.rehearsing.looking import Look


def unmet(look: Look, step: Expect) -> list[str]:
    """Return what does not hold now, a sentence each."""
    return [*_places(look, step), *_facts(look, step)]


def _places(look: Look, step: Expect) -> Iterator[str]:
    there = {task.element for task in look.tasks()}
    if step.open is not None and there != set(step.open):
        yield f"预期打开的环节是{_listed(step.open)}，实际是{_listed(there)}"
    if missing := set(step.holds) - there:
        yield f"预期环节{_listed(missing)}打开，实际打开的是{_listed(there)}"
    passed = look.passed()
    if missing := set(step.passed) - passed:
        yield f"预期已经过{_listed(missing)}，实际没有"
    if wrong := set(step.not_passed) & passed:
        yield f"预期不经过{_listed(wrong)}，实际经过了"


def _facts(look: Look, step: Expect) -> Iterator[str]:
    if step.status and (now := look.status()) != step.status:
        yield f"预期办件状态是“{STATUSES[step.status]}”，实际是“{STATUSES.get(now, now)}”"
    made = look.documents()
    if missing := set(step.documents) - made:
        yield f"预期已出具文书{_listed(missing)}，实际出具的是{_listed(made)}"
    if missing := set(step.fired) - look.seen.kinds:
        yield f"预期{_listed(missing)}到期触发，实际触发的是{_listed(look.seen.kinds)}"
    days = look.due() if step.due else {}
    for kind, day in step.due.items():
        if days.get(kind) != day:
            yield f"预期时限 {kind} 的到期日是 {day}，实际是 {days.get(kind, '没有这个时限')}"
    if step.ended is not None and look.ended() != step.ended:
        yield "预期流程已经结束，实际还没有" if step.ended else "预期流程还没有结束，实际已经结束"


def _listed(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in sorted(names)) or "“（无）”"
