"""A draft is submitted, looked at by another person, and released, sent back, or taken back; a release is undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.foundation.clock import utc_text
from engine.foundation.journal.reasons import LONGEST, written_reason
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.drafting import queries, rules
from engine.oversight.publishing.drafting.commands import (
    AbandonDraft,
    ApproveDraft,
    ReleaseUrgently,
    SendBackDraft,
    SubmitDraft,
    TakeBackDraft,
)
from engine.oversight.publishing.drafting.judging import (
    contents_of,
    drifts,
    named,
    problems_by_file,
)
from engine.oversight.publishing.drafting.queries import Draft, DraftFile
from engine.oversight.publishing.files import Files, digests_in_force
from engine.oversight.publishing.handlers import release
from engine.oversight.publishing.rehearsed import ALL, NONE, Rehearsed, coming_last, refuse_unrehearsed
from engine.oversight.publishing.rules import ProcessRefused, errors_in

SUBMITTED = tag("draft.submitted", "送审")
SUBMITTED_URGENTLY = tag("draft.submitted_urgently", "按紧急发布送审，不等演练。理由：{reason}")
TAKEN_BACK = tag("draft.taken_back", "撤回送审")
DROPPED = tag("draft.dropped", "作废草案")
SENT_BACK = tag("draft.sent_back", "退回：{note}")
APPROVED = tag("draft.approved", "批准并发布，{effective}")
RELEASED_URGENTLY = tag("draft.released_urgently", "紧急发布，没有等演练。理由：{reason}；确认：{note}")


def submit(command: SubmitDraft, unit: Unit) -> Mapping[str, Any]:
    """Ask another person to decide on a draft.

    Raises :class:`DraftStateWrong`, :class:`DraftUnchanged`, :class:`DraftDrifted`, ProcessRefused with every error of
    the files, RehearsalFailed unless it is urgent, and :class:`UrgencyUnwritten`.
    """
    draft = _in_state(unit, command.draft_id, "送审")
    emergency = written_reason(command.emergency, rules.UrgencyUnwritten) if command.emergency else ""
    files = queries.files_of(unit.connection, draft.id)
    _refuse_unfit(unit, files)
    if not emergency:
        refuse_unrehearsed(unit, coming_last(unit, Files.of(contents_of(files))))
    queries.set_draft(
        unit, draft.id, state=rules.IN_REVIEW, submitted_by=unit.actor.account, submitted_person=unit.actor.person,
        submitted_at=unit.now, emergency=emergency, note="", decided_by=None, decided_at=None,
    )  # fmt: skip
    told = _told(files)
    if emergency:
        unit.record(SUBMITTED_URGENTLY, draft.root_id, reason=emergency, files=told)
    else:
        unit.record(SUBMITTED, draft.root_id, files=told)
    return {"draft": draft.id}


def take_back(command: TakeBackDraft, unit: Unit) -> Mapping[str, Any]:
    """Let a draft be edited again before anybody decided, by one of those who made it.

    Raises :class:`DraftStateWrong` and :class:`DraftOfOthers`.
    """
    draft = _in_state(unit, command.draft_id, "撤回送审")
    if not rules.is_own(unit.actor.person, queries.hands(unit.connection, draft)):
        raise rules.DraftOfOthers
    queries.set_draft(unit, draft.id, state=rules.EDITING, emergency="")
    unit.record(TAKEN_BACK, draft.root_id)
    return {"draft": draft.id}


def drop(command: AbandonDraft, unit: Unit) -> Mapping[str, Any]:
    """End a draft that was not released; raise :class:`DraftStateWrong`.  Its files can still be copied from it."""
    draft = _in_state(unit, command.draft_id, "作废")
    queries.set_draft(
        unit, draft.id, state=rules.DROPPED, decided_by=unit.actor.account, decided_at=unit.now, note=""
    )
    unit.record(DROPPED, draft.root_id)
    return {"draft": draft.id}


def send_back(command: SendBackDraft, unit: Unit) -> Mapping[str, Any]:
    """Give a draft back to be changed, with the reasons.

    Raises :class:`DraftStateWrong`, :class:`DraftSamePerson` and :class:`DraftNoteMissing`.
    """
    draft = _judged(unit, command.draft_id, "退回")
    note = written_reason(command.note, rules.DraftNoteMissing)
    queries.set_draft(
        unit, draft.id, state=rules.EDITING, decided_by=unit.actor.account, decided_at=unit.now, note=note,
        emergency="",
    )  # fmt: skip
    unit.record(SENT_BACK, draft.root_id, note=note)
    return {"draft": draft.id}


def approve(command: ApproveDraft, unit: Unit) -> Mapping[str, Any]:
    """Release a draft, at once or from a day on, as another person than those who made it (S4).

    Raises :class:`DraftStateWrong`, :class:`DraftSamePerson`, :class:`DraftLookedAtOther`, :class:`DraftMoment`,
    :class:`DraftUnchanged`, :class:`DraftDrifted`, and what
    :func:`engine.oversight.publishing.handlers.release` raises; nothing has changed then.  Returns the releases.
    """
    draft = _judged(unit, command.draft_id, "批准", version=command.version)
    begins = rules.read_moment(command.effective, unit.now)
    note = command.note.strip()[:LONGEST]
    released = _release(unit, draft, begins, note, ALL)
    effective = "立即生效" if begins is None else f"自 {command.effective.strip()} 零时起生效"
    unit.record(
        APPROVED, draft.root_id, effective=effective, effective_from=utc_text(begins or unit.now), note=note,
        releases=released, files=_told(queries.files_of(unit.connection, draft.id)),
    )  # fmt: skip
    return {"draft": draft.id, "releases": released}


def release_urgently(command: ReleaseUrgently, unit: Unit) -> Mapping[str, Any]:
    """Release a draft that was submitted as urgent, at once and without its rehearsal: the second person's word.

    The check of the files is never left out.  Raises :class:`DraftNotUrgent`, :class:`UrgencyUnwritten` and what
    :func:`approve` raises but for the rehearsal.  Returns the releases.
    """
    draft = _judged(unit, command.draft_id, "批准", version=command.version)
    if not draft.emergency:
        raise rules.DraftNotUrgent(id=draft.id)
    note = written_reason(command.note, rules.UrgencyUnwritten)
    released = _release(unit, draft, None, note, NONE)
    unit.record(
        RELEASED_URGENTLY, draft.root_id, reason=draft.emergency, note=note, releases=released,
        files=_told(queries.files_of(unit.connection, draft.id)),
    )  # fmt: skip
    return {"draft": draft.id, "releases": released}


def _release(
    unit: Unit, draft: Draft, begins: datetime | None, note: str, rehearsed: Rehearsed
) -> dict[str, str]:
    files = queries.files_of(unit.connection, draft.id)
    _refuse_unfit(unit, files)
    there = digests_in_force(unit.connection)
    changed = [one for one in files if there[one.kind].get(one.name) != one.digest]
    released = release(unit, Files.of(contents_of(changed)), begins, rehearsed)
    queries.set_draft(
        unit, draft.id, state=rules.RELEASED, decided_by=unit.actor.account, decided_at=unit.now, note=note,
        effective_from=begins or unit.now, releases=released,
    )  # fmt: skip
    return released


def _refuse_unfit(unit: Unit, files: list[DraftFile]) -> None:
    """Raise what keeps the files from being released: nothing new, another base, or an error in one of them."""
    there = digests_in_force(unit.connection)
    if all(there[one.kind].get(one.name) == one.digest for one in files):
        raise rules.DraftUnchanged
    drifted = drifts(unit, files)
    if drifted:
        raise rules.DraftDrifted(files="、".join(named(one.file.key) for one in drifted))
    found = problems_by_file(unit, contents_of(files))
    errors = errors_in(tuple(problem for ones in found.values() for problem in ones))
    if errors:
        raise ProcessRefused(errors)


def _in_state(unit: Unit, id: str, act: str) -> Draft:
    draft = queries.draft_of(unit.connection, id)
    rules.refuse_state(draft.id, draft.stands(unit.now), act)
    return draft


def _judged(unit: Unit, id: str, act: str, *, version: int | None = None) -> Draft:
    """Return a draft that the actor may decide upon: none of those who made it, and as it was looked at."""
    draft = _in_state(unit, id, act)
    rules.refuse_own(unit.actor.person, queries.hands(unit.connection, draft))
    if version is not None and version != draft.version:
        raise rules.DraftLookedAtOther(id=draft.id)
    return draft


def _told(files: Iterable[DraftFile]) -> dict[str, str]:
    """Return what a line of the journal tells of files: the digest of each."""
    return {f"{one.kind}/{one.name}": one.digest for one in files}


HANDLERS: Mapping[type[Command], Handler] = {
    SubmitDraft: submit,
    TakeBackDraft: take_back,
    AbandonDraft: drop,
    SendBackDraft: send_back,
    ApproveDraft: approve,
    ReleaseUrgently: release_urgently,
}
