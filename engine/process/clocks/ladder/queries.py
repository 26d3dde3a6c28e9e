"""Rows of rules, drafts, and what was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from deadlines.law.rungs import When
from engine.foundation.errors import NotFound
from engine.foundation.store.unit import Unit
from engine.process.clocks.ladder.rules import SEED, WHEN_UNITS, Rule, rule_from
from engine.process.clocks.ladder.tables import ladder_draft, ladder_rule, ladder_told
from engine.process.clocks.queries import LADDER, ClockRow, clock_row
from engine.process.clocks.tables import clock, deadline


class LadderDraftMissing(NotFound):
    """没有编号为 {id} 的升级规则草案，请刷新页面后核对编号。"""

    code = "LADDER_DRAFT_MISSING"


@dataclass(frozen=True)
class LadderDraft:
    """A draft of the next version of a kind's ladder."""

    id: int
    clock_kind: str
    rules: list[dict[str, Any]]
    reason: str
    base_version: int
    state: str
    drafted_by: str
    drafted_person: str
    drafted_name: str
    at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    version: int | None = None
    cursor: str = ""

    @property
    def parsed(self) -> list[Rule]:
        """The rules as they would be."""
        return [rule_from(self.clock_kind, body) for body in self.rules]


@dataclass(frozen=True)
class Told:
    """A rule that was carried out for a due date of a clock, and who was told."""

    clock_id: str
    rule_no: str
    level: str
    due_on: date
    at: datetime
    told: tuple[str, ...]


def rules_in_force(connection: Connection) -> dict[str, tuple[Rule, ...]]:
    """Return the centre's ladders by kind of clock."""
    return _by_kind(connection, ladder_rule.c.state == "in_force")


def rules_of_version(connection: Connection, kind: str, version: int) -> tuple[Rule, ...]:
    """Return the ladder of a kind as it was in ``version``; a card names the one it was given under."""
    chosen = (ladder_rule.c.clock_kind == kind) & (ladder_rule.c.version == version)
    return _by_kind(connection, chosen).get(kind, ())


def has_ladder(connection: Connection) -> bool:
    """Tell whether the centre's ladder was seeded."""
    return bool(connection.execute(sa.select(sa.exists().where(ladder_rule.c.version.is_not(None)))).scalar_one())


def seed_ladder(unit: Unit) -> bool:
    """Insert the ladder a house starts with, unless there is one; return whether it was inserted."""
    if has_ladder(unit.connection):
        return False
    put_rules(unit, SEED)
    return True


def put_rules(unit: Unit, rules: Iterable[Rule]) -> None:
    """Insert rules of the centre, in force."""
    unit.connection.execute(ladder_rule.insert(), [_values(rule) for rule in rules])


def retire(unit: Unit, kind: str) -> None:
    """Retire the rules of a kind that are in force."""
    mine = (ladder_rule.c.clock_kind == kind) & (ladder_rule.c.state == "in_force")
    unit.connection.execute(ladder_rule.update().where(mine).values(state="retired"))


def version_of(connection: Connection, kind: str) -> int:
    """Return the number of the last version of a kind's ladder; 0 for one that has had no rule yet."""
    kept = sa.select(sa.func.coalesce(sa.func.max(ladder_rule.c.version), 0)).where(ladder_rule.c.clock_kind == kind)
    drafted = sa.select(sa.func.coalesce(sa.func.max(ladder_draft.c.version), 0)).where(
        ladder_draft.c.clock_kind == kind
    )
    # A version without a rule has no row of its own: only the draft tells of it.
    return max(int(connection.execute(kept).scalar_one()), int(connection.execute(drafted).scalar_one()))


def next_draft(connection: Connection) -> int:
    """Return the number of the next draft; the ladder's root is held."""
    return 1 + int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(ladder_draft.c.id), 0))).scalar_one())


def put_draft(unit: Unit, draft: LadderDraft) -> None:
    """Insert a draft."""
    unit.connection.execute(ladder_draft.insert().values(**vars(draft)))


def set_draft(unit: Unit, id: int, **values: Any) -> None:
    """Change a draft."""
    unit.connection.execute(ladder_draft.update().where(ladder_draft.c.id == id).values(**values))


def draft_of(connection: Connection, id: int) -> LadderDraft:
    """Return a draft; raise :class:`LadderDraftMissing`."""
    row = connection.execute(sa.select(ladder_draft).where(ladder_draft.c.id == id)).one_or_none()
    if row is None:
        raise LadderDraftMissing(id=id)
    return LadderDraft(**row._mapping)


def drafts(connection: Connection, *, states: Sequence[str], limit: int = 50) -> list[LadderDraft]:
    """Return drafts in ``states``, newest first."""
    query = sa.select(ladder_draft).where(ladder_draft.c.state.in_(states)).order_by(ladder_draft.c.id.desc())
    return [LadderDraft(**row._mapping) for row in connection.execute(query.limit(limit))]


def changing(connection: Connection) -> frozenset[str]:
    """Return the kinds whose clocks are still being looked at after a change of their ladder."""
    query = sa.select(ladder_draft.c.clock_kind).where(ladder_draft.c.state == "confirmed")
    return frozenset(connection.scalars(query))


def live_after(connection: Connection, kind: str, cursor: str, limit: int) -> list[ClockRow]:
    """Return live clocks of ``kind`` whose id comes after ``cursor``, in the order of ids."""
    live = clock.c.state.in_([sa.literal_column("'running'"), sa.literal_column("'paused'")])
    query = sa.select(clock).where(live, clock.c.kind == kind, clock.c.id > cursor).order_by(clock.c.id).limit(limit)
    return [clock_row(row) for row in connection.execute(query)]


def keep_told(unit: Unit, row: ClockRow, rule: Rule, told: Iterable[str]) -> None:
    """Note that ``rule`` was carried out for the due date of the clock, and who was told."""
    values = {
        "root_id": row.root_id, "clock_id": row.id, "rule_no": rule.rule_no, "level": rule.level,
        "due_on": row.due_on, "at": unit.now, "told": sorted(told),
    }  # fmt: skip
    unit.connection.execute(ladder_told.insert().values(**values))


def told_of(connection: Connection, clock_ids: Iterable[str]) -> dict[str, list[Told]]:
    """Return what was carried out for the clocks, for each in the order of time."""
    found: dict[str, list[Told]] = {}
    for row in connection.execute(_TOLD, {"clocks": list(clock_ids)}):
        one = Told(row.clock_id, row.rule_no, row.level, row.due_on, row.at, tuple(row.told))
        found.setdefault(row.clock_id, []).append(one)
    return found


_TOLD = (
    sa.select(ladder_told)
    .where(ladder_told.c.clock_id.in_(sa.bindparam("clocks", expanding=True)))
    .order_by(ladder_told.c.at, ladder_told.c.rule_no)
)


def drop_open(unit: Unit, clock_id: str) -> None:
    """Settle the look at the ladder of a clock that has no rung before it any more."""
    mine = (deadline.c.id == f"{clock_id}:{LADDER}") & (deadline.c.state == "open")
    unit.connection.execute(deadline.update().where(mine).values(state="cancelled"))


def _by_kind(connection: Connection, chosen: sa.ColumnElement[bool]) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    query = sa.select(ladder_rule).where(chosen).order_by(ladder_rule.c.clock_kind, ladder_rule.c.rule_no)
    for row in connection.execute(query):
        found.setdefault(row.clock_kind, []).append(_rule(row))
    return {kind: tuple(rules) for kind, rules in found.items()}


def _rule(row: Any) -> Rule:
    return Rule(
        row.clock_kind, row.rule_no, row.level, When(row.when_kind, row.when_n), tuple(row.who), tuple(row.actions),
        row.card_party, row.source, row.version, since=row.since,
    )  # fmt: skip


def _values(rule: Rule) -> Mapping[str, Any]:
    return {
        "clock_kind": rule.clock_kind, "version": rule.version, "rule_no": rule.rule_no, "level": rule.level,
        "when_kind": rule.when.kind, "when_n": rule.when.n, "when_unit": WHEN_UNITS[rule.when.kind],
        "who": list(rule.who), "actions": list(rule.actions), "card_party": rule.card_party, "source": rule.source,
        "state": "in_force", "since": rule.since,
    }  # fmt: skip
