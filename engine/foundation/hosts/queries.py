"""Noting that a part makes progress, and who has done so lately; facts about the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.hosts.rules import Machine
from engine.foundation.hosts.tables import heartbeat, installation, machine
from engine.foundation.store.portable import insert_if_missing, insert_or_update

MODE = "mode"
"""``production`` once the house was opened for real work: nothing of the demonstration is ever put into it."""

PRODUCTION = "production"

LAST_BACKUP = "last_backup"
"""The name of the newest backup that was made of this house."""

KEYS = "keys"
"""A value sealed with this house's keys: whoever comes with others is known by it."""

AHEAD = timedelta(seconds=10)
"""So far may the clocks of two hosts be apart before the beats of one say nothing to the other."""

LONG_AGO = timedelta(days=30)


@dataclass(frozen=True)
class Beat:
    """One part of one process, and when it last made progress (machine time of its host, UTC)."""

    host: str
    part: str
    at: datetime


@dataclass(frozen=True)
class Fact:
    """A fact about the installation, and since when (machine time, UTC)."""

    value: str
    at: datetime


def beat(connection: Connection, host: str, part: str, at: datetime) -> None:
    """Note that ``part`` of ``host`` made progress ``at`` (machine time)."""
    insert_or_update(connection, heartbeat, {"host": host, "part": part, "at": at}, ["host", "part"])


def beats(connection: Connection) -> list[Beat]:
    """Return every heartbeat, by host and part."""
    query = sa.select(heartbeat).order_by(heartbeat.c.host, heartbeat.c.part)
    return [Beat(row.host, row.part, row.at) for row in connection.execute(query)]


def last_beats(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Return when each part last made progress on any host, as of ``now`` (machine time).

    A beat from the future is passed over: a clock is or was wrong, and its part may have been dead ever since.
    """
    query = sa.select(heartbeat.c.part, sa.func.max(heartbeat.c.at).label("at")).group_by(heartbeat.c.part)
    return {row.part: row.at for row in connection.execute(query.where(heartbeat.c.at < now + AHEAD))}


def forget_host(connection: Connection, host: str) -> None:
    """Delete the heartbeats of a process that has ended in order."""
    connection.execute(heartbeat.delete().where(heartbeat.c.host == host))


def forget_beats(connection: Connection, before: datetime) -> None:
    """Delete what processes left behind that have been silent since ``before``."""
    connection.execute(heartbeat.delete().where(heartbeat.c.at < before))


def forget_place(connection: Connection) -> None:
    """Delete what is true of the place a database came from, not of the one it was put into: beats, the backup."""
    if not sa.inspect(connection).has_table(heartbeat.name):
        # An older program had no such rows.
        return
    connection.execute(heartbeat.delete())
    if sa.inspect(connection).has_table(machine.name):
        connection.execute(machine.delete())
    connection.execute(installation.delete().where(installation.c.name == LAST_BACKUP))


def fact(connection: Connection, name: str) -> Fact | None:
    """Return a fact about the installation, or None when it was never noted."""
    row = connection.execute(sa.select(installation).where(installation.c.name == name)).one_or_none()
    return None if row is None else Fact(row.value, row.at)


def is_real(connection: Connection) -> bool:
    """Tell whether the house was once opened for real work."""
    found = fact(connection, MODE)
    return found is not None and found.value == PRODUCTION


def noted_keys(connection: Connection) -> str | None:
    """Return the value by which this house's keys are known, or None when an older program noted none."""
    if not sa.inspect(connection).has_table(installation.name):
        return None
    found = fact(connection, KEYS)
    return None if found is None else found.value


def note_fact(connection: Connection, name: str, value: str, at: datetime) -> None:
    """Note a fact, in the place of what was noted before."""
    insert_or_update(connection, installation, {"name": name, "value": value, "at": at}, ["name"])


def settle_fact(connection: Connection, name: str, value: str, at: datetime) -> None:
    """Note a fact once and for all: what was noted before stays."""
    insert_if_missing(connection, installation, {"name": name, "value": value, "at": at})


def lease_fact(connection: Connection, name: str, at: datetime, before: datetime) -> bool:
    """Take the lease called ``name`` at ``at`` (machine time) unless somebody took it after ``before``."""
    if insert_if_missing(connection, installation, {"name": name, "value": "", "at": at}):
        return True
    free = installation.update().where(installation.c.name == name, installation.c.at <= before).values(at=at)
    return connection.execute(free).rowcount == 1


def machines(connection: Connection) -> list[Machine]:
    """Return what is known of the clocks of the machines that deliver deadlines, by name."""
    query = sa.select(machine).order_by(machine.c.name, machine.c.at.desc())
    return [_machine(row) for row in connection.execute(query)]


def keep_machine(connection: Connection, one: Machine) -> None:
    """Note how the clock of a machine stands, and forget how it stood long ago, before it was switched off."""
    values = {
        "boot": one.boot, "name": one.name, "between": _whole(one.between), "skew": _whole(one.skew),
        "held": one.held or None, "off": _whole(one.off), "at": one.at, "trusted": one.trusted,
    }  # fmt: skip
    insert_or_update(connection, machine, values, ["boot"])
    if not one.held:
        old = (machine.c.name == one.name) & (machine.c.boot != one.boot) & (machine.c.at < one.at - LONG_AGO)
        connection.execute(machine.delete().where(old))


def _machine(row: sa.Row[tuple[object, ...]]) -> Machine:
    between, skew, off = (timedelta(microseconds=value) for value in (row.between, row.skew, row.off))
    return Machine(row.boot, row.name, between, skew, row.held or "", off, row.at, row.trusted)


def _whole(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
