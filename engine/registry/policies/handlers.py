"""Drafting the next version of a figure, putting it in force, and moving the demonstration's clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.foundation.clock import utc_text
from engine.foundation.errors import Conflict, Forbidden
from engine.foundation.hosts.queries import is_real
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.registry.policies import queries, rules
from engine.registry.policies.commands import (
    ConfirmPolicy,
    DeclinePolicy,
    DraftPolicy,
    DropPolicy,
    MoveClock,
    TakePolicies,
)
from engine.registry.policies.queries import PolicyDraft, PolicyVersion, clock_shift, set_clock_shift
from engine.registry.policies.rules import PolicyUnknown

ROOT = "policy"
"""The chain of the figures: every draft and every version is a line of it."""

MOVED = tag("clock.moved", "演示时间改为比实际时间早或晚 {shift_seconds} 秒")
DRAFTED = tag("policy.drafted", "起草“{title}”由{before}改为{after}（草案 {draft}），{effective}，依据 {source}")
DROPPED = tag("policy.dropped", "作废参数草案 {draft}")
DECLINED = tag("policy.declined", "不同意参数草案 {draft}")
CONFIRMED = tag("policy.confirmed", "确认“{title}”第 {version} 版：{after}，{effective}，依据 {source}")
TAKEN = tag("policy.taken", "“{title}”自现在起为{after}（第 {version} 版）")


class ClockIsReal(Forbidden):
    """正式运行的数据以系统时钟为准，不能调整时间；请在操作系统中校准时间。"""

    code = "CLOCK_IS_REAL"


class ClockRunsForward(Conflict):
    """演示时间只能向前调整，不能调回：已经到期的事项不能再变为未到期。请使用更晚的时间。"""

    code = "CLOCK_RUNS_FORWARD"


def move_clock(command: MoveClock, unit: Unit) -> Mapping[str, Any]:
    """Shift the clock forward; every host takes it at its next unit.

    Raises :class:`ClockIsReal` in a house for real work, and :class:`ClockRunsForward`.
    """
    if is_real(unit.connection):
        raise ClockIsReal
    if command.shift_seconds < clock_shift(unit.connection):
        raise ClockRunsForward
    chain = unit.lock_or_create("account:clock", "account").id
    set_clock_shift(unit, command.shift_seconds)
    unit.record(MOVED, chain, shift_seconds=command.shift_seconds)
    return {"shift_seconds": command.shift_seconds}


def draft_policy(command: DraftPolicy, unit: Unit) -> Mapping[str, Any]:
    """Keep the next version of a figure as a draft, to be looked at and confirmed by another person.

    Raises :class:`PolicyUnknown`, :class:`PolicyFixed`, :class:`PolicyOutOfBounds` (both name the law),
    :class:`PolicyReasonMissing`, :class:`PolicySourceMissing`, :class:`PolicyDayWrong`, :class:`PolicyUnchanged` and
    :class:`PolicyTogether`.
    """
    figure = rules.figure_named(command.key)
    rules.refuse_out_of_bounds(figure, command.value)
    reason = rules.checked_reason(command.reason)
    source = rules.checked_source(figure, command.source, reason)
    day = rules.read_effective(command.effective, unit.now)
    unit.lock_or_create(ROOT, "policy")
    newest = queries.newest_versions(unit.connection).get(figure.key)
    if newest is None:
        raise PolicyUnknown(key=figure.key)
    # The same figure from an earlier day on is a change.
    begun = newest.effective_at <= rules.effective_instant(day, unit.now)
    if begun and (newest.value, newest.source) == (command.value, source):
        raise rules.PolicyUnchanged(title=figure.title)
    draft = PolicyDraft(
        id=queries.next_draft(unit.connection), key=figure.key, value=command.value, source=source, reason=reason,
        effective_on=day, base_version=newest.version, state="open", drafted_by=unit.actor.account,
        drafted_person=unit.actor.person, drafted_name=unit.actor.name, at=unit.now,
    )  # fmt: skip
    _refuse_apart(unit, draft)
    queries.put_draft(unit, draft)
    unit.record(
        DRAFTED, ROOT, draft=draft.id, key=figure.key, title=figure.title, value=draft.value,
        before=rules.said(newest.value, figure.unit), after=rules.said(draft.value, figure.unit),
        effective=_from_when(day), source=source, reason=reason,
    )  # fmt: skip
    return {"draft": draft.id, "base_version": draft.base_version}


def drop_policy(command: DropPolicy, unit: Unit) -> Mapping[str, Any]:
    """Drop a draft that is not in force; raise :class:`PolicyDraftMissing` or :class:`PolicyDraftSettled`."""
    return _dropped(unit, command.draft_id, DROPPED)


def decline_policy(command: DeclinePolicy, unit: Unit) -> Mapping[str, Any]:
    """Send a draft back for good; raise :class:`PolicyDraftMissing` or :class:`PolicyDraftSettled`."""
    return _dropped(unit, command.draft_id, DECLINED)


def put_in_force(command: ConfirmPolicy, unit: Unit) -> PolicyVersion:
    """Make a draft the figure's next version and return it; what it does to releases is the caller's.

    One whose day has gone by while it waited holds from now on: nothing counts backwards.  Raises
    :class:`PolicyDraftMissing`, :class:`PolicyDraftSettled`, :class:`PolicySamePerson`, :class:`PolicyMoved` and
    :class:`PolicyTogether`.
    """
    unit.lock_or_create(ROOT, "policy")
    draft = _open(unit, command.draft_id)
    figure = rules.figure_named(draft.key)
    rules.refuse_same_person(draft.drafted_person, unit.actor.person)
    current = queries.newest_version(unit.connection, draft.key)
    if current != draft.base_version or current != command.base_version:
        raise rules.PolicyMoved(title=figure.title, base=draft.base_version, current=current)
    _refuse_apart(unit, draft)
    version = PolicyVersion(
        key=draft.key, version=current + 1, value=draft.value, source=draft.source, reason=draft.reason,
        drafted_by=draft.drafted_by, drafted_person=draft.drafted_person, confirmed_by=unit.actor.account,
        confirmed_person=unit.actor.person, at=unit.now, taken=False,
        effective_at=rules.effective_instant(draft.effective_on, unit.now),
    )  # fmt: skip
    queries.put_version(unit, version)
    queries.set_draft(
        unit, draft.id, state="confirmed", decided_by=unit.actor.account, decided_at=unit.now, version=version.version
    )
    unit.record(
        CONFIRMED, ROOT, draft=draft.id, title=figure.title, after=rules.said(draft.value, figure.unit),
        effective=_from_when(draft.effective_on), **told_of(version),
    )  # fmt: skip
    _take(unit)
    return version


def take_policies(command: TakePolicies, unit: Unit) -> Mapping[str, Any]:
    """Let every figure hold whose day has come; return how many there were."""
    unit.lock_or_create(ROOT, "policy")
    return {"taken": _take(unit)}


def told_of(version: PolicyVersion) -> dict[str, Any]:
    """Return what a line of the journal tells of a version, whole: by it the row is checked."""
    return {
        "key": version.key, "version": version.version, "value": version.value, "source": version.source,
        "reason": version.reason, "drafted_by": version.drafted_by, "confirmed_by": version.confirmed_by,
        "effective_at": utc_text(version.effective_at),
    }  # fmt: skip


def _take(unit: Unit) -> int:
    held = {key: one.version for key, one in queries.versions_in_force(unit.connection).items()}
    found = queries.due_versions(unit.connection, unit.now)
    for one in found:
        # A figure that was changed again before its day came must not undo the later word.
        holds = one.version > held.get(one.key, 0)
        queries.take_version(unit, one, holds=holds)
        if holds:
            held[one.key] = one.version
            figure = rules.figure_named(one.key)
            unit.record(TAKEN, ROOT, key=one.key, title=figure.title, version=one.version, value=one.value,
                        after=rules.said(one.value, figure.unit))  # fmt: skip
    return len(found)


def _refuse_apart(unit: Unit, draft: PolicyDraft) -> None:
    """Check the draft with every figure that holds, or is decided upon to hold, from its instant on."""
    begins = rules.effective_instant(draft.effective_on, unit.now)
    moments = [begins, *queries.moments_after(unit.connection, begins)]
    together = [{**queries.figures_at(unit.connection, moment), draft.key: draft.value} for moment in moments]
    rules.refuse_apart(together)


def _dropped(unit: Unit, id: int, how: str) -> Mapping[str, Any]:
    unit.lock_or_create(ROOT, "policy")
    draft = _open(unit, id)
    queries.set_draft(unit, draft.id, state="dropped", decided_by=unit.actor.account, decided_at=unit.now)
    unit.record(how, ROOT, draft=draft.id)
    return {"draft": draft.id}


def _open(unit: Unit, id: int) -> PolicyDraft:
    draft = queries.draft_of(unit.connection, id)
    if draft.state != "open":
        raise rules.PolicyDraftSettled(id=id, state=rules.STATES[draft.state])
    return draft


def _from_when(day: date | None) -> str:
    return "立即生效" if day is None else f"自{day.isoformat()}起生效"
