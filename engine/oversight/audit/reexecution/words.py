"""How an advance made again differs from the line that tells of it, in words.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.foundation.errors import Refusal
from engine.foundation.journal.queries import Line
from engine.foundation.journal.rules import canonical
from engine.oversight.audit.reexecution.rules import PROCESS, Difference
from engine.process.bpmn import Advance, Bundle
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.progress import told_decisions


def not_executed(failure: Exception) -> Difference:
    """Return the difference of a line that the process does not take any more."""
    why = failure.sentence if isinstance(failure, Refusal) else type(failure).__name__
    return Difference(PROCESS, f"不能这样办理（{why.rstrip('。')}）", "已经办理")


def other_state(bundle: Bundle, advance: Advance, line: Line) -> Difference:
    """Return what the advance gives and the line tells: where it went, what the tables said, or the data."""
    data = line.data
    if line.type != MIGRATED:
        opened = [one.element_id for one in advance.opened]
        passed = [one.element_id for one in advance.passed]
        for what, again, told in (
            ("进入", opened, data.get("opened", opened)),
            ("经过", passed, data.get("passed", passed)),
            ("到达", list(advance.ends), data.get("ends", list(advance.ends))),
        ):
            if again != told:
                return Difference(PROCESS, *_apart(bundle, what, again, told))
        again_decided, told_decided = told_decisions(advance).get("decisions", []), data.get("decisions", [])
        if canonical(again_decided) != canonical(told_decided):
            return Difference(PROCESS, _decided(again_decided), _decided(told_decided))
    told_hash = _told_hash(line)
    return Difference(PROCESS, f"状态摘要 {advance.state_hash[:12]}", f"状态摘要 {told_hash[:12]}")


def _told_hash(line: Line) -> str:
    if line.type == MIGRATED:
        return "、".join(str(one["state_hash"])[:12] for one in line.data["runs"])
    return str(line.data.get("state_hash", ""))


def _apart(bundle: Bundle, what: str, again: Sequence[str], told: Sequence[str]) -> tuple[str, str]:
    """Name only what is in one of the two, or all of both when they differ in their order."""
    mine = [one for one in again if one not in told] if set(again) != set(told) else again
    other = [one for one in told if one not in again] if set(again) != set(told) else told
    return _named(bundle, what, mine), _named(bundle, what, other)


def _named(bundle: Bundle, what: str, ids: Iterable[str]) -> str:
    elements = {id: element.name or id for each in bundle.definitions.values() for id, element in each.elements.items()}
    names = "、".join(f"“{elements.get(id, id)}”" for id in ids)
    return f"{what}{names}" if names else f"没有{what}别的环节"


def _decided(decisions: Sequence[Mapping[str, Any]]) -> str:
    if not decisions:
        return "没有查决策表"
    return "；".join(f"决策表“{one['decision']}”得出 {_outputs(one['outputs'])}" for one in decisions)


def _outputs(outputs: Sequence[Mapping[str, Any]]) -> str:
    return "、".join(f"{one['name']}={one.get('value', '空')}" for one in outputs)
