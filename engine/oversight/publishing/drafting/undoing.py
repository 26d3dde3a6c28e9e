"""Rolling back: what a release changed is put back by one act, through the same checks as any release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.foundation.journal.reasons import written_reason
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.commands import CATALOGUE_ROOT
from engine.oversight.publishing.drafting import queries, rules
from engine.oversight.publishing.drafting.commands import RollBack
from engine.oversight.publishing.drafting.judging import named
from engine.oversight.publishing.files import (
    DECISIONS,
    FORM,
    ITEM,
    MESSAGE,
    PROCESS,
    Files,
    Key,
    content_of,
    digests_in_force,
)
from engine.oversight.publishing.handlers import release
from engine.oversight.publishing.rehearsed import Rehearsed
from engine.process.bpmn.releases.queries import Issued, Release, current_release, issued_releases, releases_of
from engine.process.tasks.registry import View

ROLLED_BACK = tag("release.rolled_back", "回退{what}。理由：{reason}")
DRAFT_ROLLED_BACK = tag("draft.rolled_back", "回退这份草案的发布。理由：{reason}")


NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Undone:
    """What rolling back puts back: digests by kind and name, from when on (UTC; None: at once), who is asked."""

    before: Mapping[Key, str]
    begins: datetime | None
    rehearsed: Rehearsed

    def contents(self, view: View) -> dict[Key, bytes]:
        """Return the files that are put back."""
        return {key: content_of(view.connection, *key, digest) for key, digest in self.before.items()}


def roll_back(command: RollBack, unit: Unit) -> Mapping[str, Any]:
    """Put back what the release of a draft, or the last release of an item, changed.

    Cases in work keep their release, as with any other.  A file that was new then stays, and nothing uses it any more.
    Raises :class:`RollBackReasonMissing`, :class:`DraftMissing`, :class:`DraftStateWrong`, :class:`NothingToRollBack`,
    :class:`RollBackOvertaken`, NoRelease, and what :func:`engine.oversight.publishing.handlers.release` raises.
    Returns the releases that were made, by item code.
    """
    reason = written_reason(command.reason, rules.RollBackReasonMissing)
    unit.lock_or_create(CATALOGUE_ROOT, "release")
    if command.draft_id:
        undone, what = undoing_draft(unit, command.draft_id), f"草案 {command.draft_id} 的发布"
    else:
        undone, what = _undoing_item(unit, command.item_code), f"事项 {command.item_code} 的最近一次发布"
    if not undone.before:
        raise rules.NothingToRollBack(what=what)
    released = release(unit, Files.of(undone.contents(unit)), undone.begins, undone.rehearsed)
    told = {f"{kind}/{name}": digest for (kind, name), digest in undone.before.items()}
    unit.record(ROLLED_BACK, CATALOGUE_ROOT, what=what, reason=reason, files=told, releases=released)
    if command.draft_id:
        queries.set_draft(unit, command.draft_id, rolled_back_by=unit.actor.account, rolled_back_at=unit.now)
        unit.record(DRAFT_ROLLED_BACK, f"draft:{command.draft_id}", reason=reason, files=told, releases=released)
    return {"releases": released}


def before_item(view: View, item_code: str) -> dict[Key, str]:
    """Return the files, by kind and name, that stand otherwise in the item's release before the one in force.

    Each with the digest it had there.  Releases that differ in their figures only are passed over.  Empty when there is
    none before; raises NoRelease for an item without any.
    """
    return _before_item(view, item_code)[0]


def _before_item(view: View, item_code: str) -> tuple[dict[Key, str], Release | None]:
    now = current_release(view.connection, item_code, view.now)
    earlier = [one for one in releases_of(view.connection, item_code) if one.number < now.number]
    mine = dict(_pinned(now))
    for one in earlier:
        there = {key: digest for key, digest in _pinned(one) if mine.get(key) not in (None, digest)}
        if there or {key for key, _ in _pinned(one)} != mine.keys():
            gone = {key: digest for key, digest in _pinned(one) if key not in mine}
            return {**there, **gone}, one
    return {}, None


def undoing_draft(view: View, id: str) -> Undone:
    """Return what stood in force before a draft was released, and from when on it is to stand again.

    Raises :class:`DraftMissing`, :class:`DraftStateWrong` and :class:`RollBackOvertaken`.
    """
    draft = queries.draft_of(view.connection, id)
    rules.refuse_state(draft.id, draft.stands(view.now), "回退")
    files = queries.files_of(view.connection, id)
    changed = [one for one in files if one.base_digest not in ("", one.digest)]
    there = digests_in_force(view.connection)
    overtaken = [one for one in changed if there[one.kind].get(one.name) != one.digest]
    if overtaken:
        raise rules.RollBackOvertaken(files="、".join(named(one.key) for one in overtaken))
    waits = draft.effective_from is not None and draft.effective_from > view.now
    asked = _asked_before(issued_releases(view.connection), set((draft.releases or {}).values()))
    return Undone(
        {one.key: one.base_digest for one in changed}, draft.effective_from if waits else None, Rehearsed(before=asked)
    )


def _undoing_item(unit: Unit, code: str) -> Undone:
    """Return what stands otherwise in the item's release before; each item that shares a file goes back, too."""
    before, older = _before_item(unit, code)
    issued = issued_releases(unit.connection)
    made = next((one.deployed_at for one in issued if older and one.release.id == older.id), NEVER)
    # Items that share a file are asked for what they were asked for by then.
    asked = {one.release.item_code: NEVER for one in issued}
    asked |= {one.release.item_code: one.deployed_at for one in reversed(issued) if one.deployed_at <= made}
    return Undone(before, None, Rehearsed(before=asked))


def _asked_before(issued: Iterable[Issued], undone: set[str]) -> dict[str, datetime]:
    """Return by item when the release before the undone one was made: that one was asked for what was kept then.

    Whatever was kept later may have been made for what is undone, and fail with what was there before.
    """
    by_item: dict[str, list[Issued]] = {}
    for one in issued:
        by_item.setdefault(one.release.item_code, []).append(one)
    found: dict[str, datetime] = {}
    for code, ones in by_item.items():
        numbers = [one.release.number for one in ones if one.release.id in undone]
        if numbers:
            older = [one.deployed_at for one in ones if one.release.number < min(numbers)]
            found[code] = older[0] if older else NEVER
    return found


def _pinned(one: Release) -> Iterator[tuple[Key, str]]:
    yield (ITEM, one.item_code), one.item
    parts = ((PROCESS, one.processes), (DECISIONS, one.decisions), (MESSAGE, one.messages), (FORM, one.forms))
    for kind, names in parts:
        for name, digest in names.items():
            yield (kind, name), digest


HANDLERS: Mapping[type[Command], Handler] = {RollBack: roll_back}
