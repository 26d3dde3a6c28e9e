"""The register of a new installation: who is there, and which days are worked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deadlines.law.rows import seed_rows
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.commands import CATALOGUE_ROOT, SeedRegister
from engine.oversight.rehearsal.grounds import read_days
from engine.process.clocks.ladder.queries import seed_ladder
from engine.process.clocks.queries import has_calendar, put_calendar
from engine.process.clocks.yearly.handlers import seed_version
from engine.registry.organisation.queries import Department, put_department, put_window
from engine.registry.policies.queries import put_defaults
from processes import library

SEEDED = tag("register.seeded", "建立部门、窗口、参数与工作日历")


def seed_register(command: SeedRegister, unit: Unit) -> Mapping[str, Any]:
    """Insert or correct departments and windows; policies, ladder and calendar only where they are missing."""
    unit.lock_or_create(CATALOGUE_ROOT, "release")
    for one in library.departments().values():
        put_department(unit.connection, Department(one.key, one.name, one.short_name, one.uscc, one.kind))
    for window in library.windows().windows:
        values = {"id": window.code, "name": window.name, "category": window.category, "place": window.place}
        put_window(unit.connection, values)
    put_defaults(unit.connection, unit.now, command.figures)
    if seed_ladder(unit):
        unit.raise_epoch("ladder")
    if not has_calendar(unit.connection):
        put_calendar(unit, read_days(command.calendar) if command.calendar else seed_rows())
        seed_version(unit)
        unit.raise_epoch("calendar")
    unit.record(SEEDED, CATALOGUE_ROOT)
    return {}
