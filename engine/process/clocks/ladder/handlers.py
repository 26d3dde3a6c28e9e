"""Drafting the next version of a kind's ladder, putting it in force, and looking at its clocks again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.foundation.errors import Conflict, Forbidden, Invalid
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.clocks.arming import arm_all
from engine.process.clocks.ladder import queries
from engine.process.clocks.ladder.commands import (
    ConfirmLadder,
    DraftLadder,
    DropLadderDraft,
    NoteRearmed,
    RearmClocks,
)
from engine.process.clocks.ladder.queries import LadderDraft
from engine.process.clocks.ladder.rules import Rule, body_of, problems, rule_from, rule_text
from engine.process.clocks.queries import clocks_of
from engine.process.clocks.rules import LADDERED, TITLES
from engine.process.clocks.yearly.recomputing import up_to_date

ROOT = "ladder"
"""The chain of the centre's ladders: every draft and every version is a line of it."""

LONGEST_REASON = 200

DRAFTED = tag("ladder.drafted", "起草{title}的升级规则（草案 {draft}）：{reason}")
DROPPED = tag("ladder.dropped", "作废升级规则草案 {draft}")
CONFIRMED = tag("ladder.confirmed", "{title}的升级规则第 {version} 版生效：{reason}")


class LadderRefused(Invalid):
    """{sentence}请改正后重新提交。"""

    code = "LADDER_REFUSED"


class LadderReasonMissing(Invalid):
    """请填写改动的理由（2 至 200 字），例如“督办提前到超期2个工作日”。"""

    code = "LADDER_REASON_MISSING"


class LadderUnchanged(Conflict):
    """{title}的升级规则现在就是这样，没有需要改动的。请核对后再提交。"""

    code = "LADDER_UNCHANGED"


class LadderDraftSettled(Conflict):
    """升级规则草案 {id} 已经确认或者作废，不能再办理。请刷新页面。"""

    code = "LADDER_DRAFT_SETTLED"


class LadderSamePerson(Forbidden):
    """起草和确认不能是同一个人（4.1.8），请由另一人确认。"""

    code = "LADDER_SAME_PERSON"


class LadderMoved(Conflict):
    """草案以{title}升级规则第 {base} 版为准，现在已是第 {current} 版。请作废后重新起草。"""

    code = "LADDER_MOVED"


def draft_ladder(command: DraftLadder, unit: Unit) -> Mapping[str, Any]:
    """Keep the rules of a kind as a draft, to be confirmed by another person.

    Raises :class:`LadderRefused` with everything that is wrong, naming rule and clause; :class:`LadderReasonMissing`
    and :class:`LadderUnchanged`.  Nothing has changed then.
    """
    kind, bodies = command.clock_kind, [dict(body) for body in command.rules]
    found = problems(kind, bodies)
    if found:
        raise LadderRefused(sentence="".join(f"{one}\n" for one in found))
    reason = " ".join(command.reason.split())
    if not 2 <= len(reason) <= LONGEST_REASON:
        raise LadderReasonMissing
    unit.lock_or_create(ROOT, "ladder")
    rules = [rule_from(kind, body) for body in bodies]
    if sorted(map(_said, rules)) == sorted(map(_said, queries.rules_in_force(unit.connection).get(kind, ()))):
        raise LadderUnchanged(title=TITLES[kind])
    draft = LadderDraft(
        id=queries.next_draft(unit.connection), clock_kind=kind, rules=[body_of(rule) for rule in rules],
        reason=reason, base_version=queries.version_of(unit.connection, kind), state="drafted",
        drafted_by=unit.actor.account, drafted_person=unit.actor.person, drafted_name=unit.actor.name, at=unit.now,
    )  # fmt: skip
    queries.put_draft(unit, draft)
    unit.record(DRAFTED, ROOT, draft=draft.id, kind=kind, title=TITLES[kind], reason=reason, rules=draft.rules)
    return {"draft": draft.id, "base_version": draft.base_version}


def drop_draft(command: DropLadderDraft, unit: Unit) -> Mapping[str, Any]:
    """Drop a draft that is not in force; raise LadderDraftMissing or :class:`LadderDraftSettled`."""
    unit.lock_or_create(ROOT, "ladder")
    draft = _open(unit, command.draft_id)
    queries.set_draft(unit, draft.id, state="dropped", decided_by=unit.actor.account, decided_at=unit.now)
    unit.record(DROPPED, ROOT, draft=draft.id)
    return {"draft": draft.id}


def confirm_ladder(command: ConfirmLadder, unit: Unit) -> Mapping[str, Any]:
    """Put a draft in force as the kind's next version; the worker looks at its clocks again.

    A rule that stays as it was stays in force since when it was; a new one does not touch what lay before.  Raises
    LadderDraftMissing, :class:`LadderDraftSettled`, :class:`LadderSamePerson` and :class:`LadderMoved`.
    """
    unit.lock_or_create(ROOT, "ladder")
    draft = _open(unit, command.draft_id)
    if draft.drafted_person == unit.actor.person:
        raise LadderSamePerson
    kind, current = draft.clock_kind, queries.version_of(unit.connection, draft.clock_kind)
    if current != draft.base_version:
        raise LadderMoved(title=TITLES[kind], base=draft.base_version, current=current)
    before = {_said(rule): rule.since for rule in queries.rules_in_force(unit.connection).get(kind, ())}
    rules = [
        replace(rule, version=current + 1, since=before.get(_said(rule), unit.now)) for rule in draft.parsed
    ]  # fmt: skip
    queries.retire(unit, kind)
    if rules:
        queries.put_rules(unit, rules)
    queries.set_draft(
        unit, draft.id, state="confirmed", decided_by=unit.actor.account, decided_at=unit.now, version=current + 1
    )
    unit.raise_epoch("ladder")
    unit.record(CONFIRMED, ROOT, draft=draft.id, kind=kind, title=TITLES[kind], version=current + 1,
                reason=draft.reason, drafted_by=draft.drafted_by)  # fmt: skip
    return {"version": current + 1, "draft": draft.id}


def note_rearmed(command: NoteRearmed, unit: Unit) -> Mapping[str, Any]:
    """Note how far the clocks of a changed ladder have been looked at."""
    unit.lock_or_create(ROOT, "ladder")
    draft = queries.draft_of(unit.connection, command.draft_id)
    if draft.state == "confirmed":
        queries.set_draft(unit, draft.id, cursor=command.cursor, state="settled" if command.done else "confirmed")
    return {}


def rearm_clocks(command: RearmClocks, unit: Unit) -> Mapping[str, Any]:
    """Let the running clocks of the roots be looked at when their next rung is due by the ladder in force."""
    return {"clocks": sum(look_anew(unit, root_id, command.clock_kind) for root_id in command.root_ids)}


def look_anew(unit: Unit, root_id: str, kind: str | None = None) -> int:
    """Arm the running clocks of a root (of one ``kind``) by the ladder that is theirs now; return how many."""
    up_to_date(unit, root_id)
    running = [row for row in clocks_of(unit.connection, root_id) if row.state == "running"]
    chosen = [row for row in running if row.kind in LADDERED and kind in (None, row.kind)]
    for row in chosen:
        queries.drop_open(unit, row.id)
        arm_all(unit, row)
    return len(chosen)


def _open(unit: Unit, id: int) -> LadderDraft:
    draft = queries.draft_of(unit.connection, id)
    if draft.state != "drafted":
        raise LadderDraftSettled(id=id)
    return draft


def _said(rule: Rule) -> tuple[str, str, str]:
    return (rule.rule_no, rule_text(rule), rule.source)


HANDLERS: Mapping[type[Command], Handler] = {
    DraftLadder: draft_ladder,
    DropLadderDraft: drop_draft,
    ConfirmLadder: confirm_ladder,
    NoteRearmed: note_rearmed,
    RearmClocks: rearm_clocks,
}
"""What the house does about its ladders."""
