"""Reading policies: what holds, its versions, and drafts of the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.hosts.queries import is_real
from engine.foundation.store.portable import insert_if_missing, insert_or_update
from engine.foundation.store.unit import Unit
from engine.registry.policies.rules import PolicyDraftMissing, PolicyUnknown
from engine.registry.policies.shipped import BY_KEY, DEFAULTS
from engine.registry.policies.tables import policy, policy_draft, policy_version

FIRST = 1
"""The version of a figure that nobody has changed yet."""

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""From when on a first version holds: there was none before it."""


@dataclass(frozen=True)
class Policy:
    """One figure that the standard leaves to the centre, as it holds."""

    key: str
    value: int
    unit: str
    title: str
    source: str


@dataclass(frozen=True)
class PolicyVersion:
    """A figure as it was decided upon: by whom it was drafted and confirmed, and from when on it holds (UTC)."""

    key: str
    version: int
    value: int
    source: str
    reason: str
    drafted_by: str
    drafted_person: str
    confirmed_by: str
    confirmed_person: str
    at: datetime
    effective_at: datetime
    taken: bool


@dataclass(frozen=True)
class PolicyDraft:
    """A draft of a figure's next version, made from ``base_version``."""

    id: int
    key: str
    value: int
    source: str
    reason: str
    effective_on: date | None
    base_version: int
    state: str
    drafted_by: str
    drafted_person: str
    drafted_name: str
    at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    version: int | None = None


CLOCK_SHIFT = "demo_clock_shift"


def policy_named(connection: Connection, key: str) -> Policy:
    """Return the policy ``key``; raise :class:`PolicyUnknown`."""
    row = connection.execute(sa.select(policy).where(policy.c.key == key)).one_or_none()
    if row is None:
        raise PolicyUnknown(key=key)
    return Policy(*row)


def figure(connection: Connection, key: str) -> int:
    """Return the figure in force: the policy's row, or what a new installation starts with when there is no row yet.

    Raises :class:`PolicyUnknown` for a key that is neither.
    """
    found = connection.execute(sa.select(policy.c.value).where(policy.c.key == key)).scalar_one_or_none()
    return pinned_figure({} if found is None else {key: int(found)}, key)


def pinned_figure(pinned: Mapping[str, int], key: str) -> int:
    """Return the figure that a release pinned; one released before ``key`` existed has the first value."""
    if key in pinned:
        return pinned[key]
    if key not in BY_KEY:
        raise PolicyUnknown(key=key)
    return BY_KEY[key].value


def policies(connection: Connection) -> list[Policy]:
    """Return all policies."""
    return [
        Policy(*row) for row in connection.execute(sa.select(policy).where(policy.c.unit != "s").order_by(policy.c.key))
    ]


def figures_at(connection: Connection, moment: datetime) -> dict[str, int]:
    """Return every figure as it holds at ``moment``: of the versions effective by then the highest."""
    figures = {one.key: one.value for one in policies(connection)}
    query = sa.select(policy_version.c.key, policy_version.c.value).where(policy_version.c.effective_at <= moment)
    for row in connection.execute(query.order_by(policy_version.c.version)):
        figures[row.key] = row.value
    return figures


def moments_after(connection: Connection, now: datetime) -> list[datetime]:
    """Return the instants after ``now`` from which figures that are decided upon already hold, the first one first."""
    query = sa.select(policy_version.c.effective_at).where(policy_version.c.effective_at > now).distinct()
    return sorted(connection.scalars(query))


def newest_versions(connection: Connection) -> dict[str, PolicyVersion]:
    """Return the newest version of each figure by its key, whether it holds yet or not."""
    query = sa.select(policy_version).order_by(policy_version.c.version)
    return {row.key: PolicyVersion(*row) for row in connection.execute(query)}


def versions_in_force(connection: Connection) -> dict[str, PolicyVersion]:
    """Return the version of each figure that its row has taken, by key."""
    query = sa.select(policy_version).where(policy_version.c.taken).order_by(policy_version.c.version)
    return {row.key: PolicyVersion(*row) for row in connection.execute(query)}


def versions_of(connection: Connection, key: str | None = None) -> list[PolicyVersion]:
    """Return the versions of a figure, or of all, newest first within each."""
    query = sa.select(policy_version).order_by(policy_version.c.key, policy_version.c.version.desc())
    if key is not None:
        query = query.where(policy_version.c.key == key)
    return [PolicyVersion(*row) for row in connection.execute(query)]


def newest_version(connection: Connection, key: str) -> int:
    """Return the number of a figure's newest version."""
    query = sa.select(sa.func.max(policy_version.c.version)).where(policy_version.c.key == key)
    return int(connection.execute(query).scalar_one() or FIRST)


def put_version(unit: Unit, version: PolicyVersion) -> None:
    """Insert a version."""
    unit.connection.execute(policy_version.insert().values(**vars(version)))


def due_versions(connection: Connection, now: datetime) -> list[PolicyVersion]:
    """Return the versions whose instant has come and which the row has not taken yet, by key and version."""
    query = sa.select(policy_version).where(~policy_version.c.taken, policy_version.c.effective_at <= now)
    query = query.order_by(policy_version.c.key, policy_version.c.version)
    return [PolicyVersion(*row) for row in connection.execute(query)]


def take_version(unit: Unit, version: PolicyVersion, *, holds: bool) -> None:
    """Mark a version as taken; where it ``holds`` (no higher one was taken before it), the row says it from now on."""
    mine = (policy_version.c.key == version.key) & (policy_version.c.version == version.version)
    unit.connection.execute(policy_version.update().where(mine).values(taken=True))
    if holds:
        values = {"value": version.value, "source": version.source}
        unit.connection.execute(policy.update().where(policy.c.key == version.key).values(**values))


def drafts(connection: Connection, *, states: tuple[str, ...] = ("open",), key: str | None = None) -> list[PolicyDraft]:
    """Return the drafts in one of ``states``, of one figure or of all, newest first."""
    query = sa.select(policy_draft).where(policy_draft.c.state.in_(states)).order_by(policy_draft.c.id.desc())
    if key is not None:
        query = query.where(policy_draft.c.key == key)
    return [PolicyDraft(*row) for row in connection.execute(query)]


def draft_of(connection: Connection, id: int) -> PolicyDraft:
    """Return a draft; raise :class:`PolicyDraftMissing`."""
    row = connection.execute(sa.select(policy_draft).where(policy_draft.c.id == id)).one_or_none()
    if row is None:
        raise PolicyDraftMissing(id=id)
    return PolicyDraft(*row)


def next_draft(connection: Connection) -> int:
    """Return the number of the next draft; the root of the policies is held."""
    return 1 + int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(policy_draft.c.id), 0))).scalar_one())


def put_draft(unit: Unit, draft: PolicyDraft) -> None:
    """Insert a draft."""
    unit.connection.execute(policy_draft.insert().values(**vars(draft)))


def set_draft(unit: Unit, id: int, **values: Any) -> None:
    """Change a draft."""
    unit.connection.execute(policy_draft.update().where(policy_draft.c.id == id).values(**values))


def clock_shift(connection: Connection) -> int:
    """Return by how many seconds the demonstration's clock runs ahead of the machine's.

    A house for real work has the machine's time, whatever its rows say.
    """
    if is_real(connection):
        return 0
    found = connection.execute(sa.select(policy.c.value).where(policy.c.key == CLOCK_SHIFT)).scalar_one_or_none()
    return int(found or 0)


def set_clock_shift(unit: Unit, seconds: int) -> None:
    """Set the shift and tell every host."""
    values = Policy(CLOCK_SHIFT, seconds, "s", "演示时间偏移", "仅用于演示")
    insert_or_update(unit.connection, policy, vars(values), ["key"])
    unit.raise_epoch("clock")


def put_defaults(connection: Connection, now: datetime, figures: Mapping[str, int] | None = None) -> None:
    """Insert the defaults that are not set yet, each as its first version at ``now``.

    ``figures`` are the values to begin with instead of the shipped ones, by key.
    """
    values = figures or {}
    for one in DEFAULTS:
        first_value = values.get(one.key, one.value)
        insert_if_missing(connection, policy, vars(Policy(one.key, first_value, one.unit, one.title, one.source)))
        kept = policy_named(connection, one.key)
        first = PolicyVersion(
            key=one.key, version=FIRST, value=kept.value, source=kept.source, reason="建库", drafted_by="system",
            drafted_person="system", confirmed_by="system", confirmed_person="system", at=now,
            effective_at=ALWAYS, taken=True,
        )  # fmt: skip
        insert_if_missing(connection, policy_version, vars(first))
