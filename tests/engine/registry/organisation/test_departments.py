"""Departments and windows as the register keeps them (foreword, 3.2, 5.1.1)."""

from __future__ import annotations

import pytest

from engine.registry.identity.rules import SYSTEM
from engine.registry.organisation.queries import (
    CENTER,
    Department,
    DepartmentUnknown,
    department_named,
    departments,
    put_department,
    windows,
)
from processes import library
from tests.support.house import House


def test_T002_the_centre_and_the_regulator_are_there_once_each(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        kinds = [one.kind for one in departments(view.connection).values()]
    assert (kinds.count("center"), kinds.count("regulator")) == (1, 1)


def test_the_register_holds_what_the_library_holds(house: House):
    with house.door.read(SYSTEM) as view:
        kept = departments(view.connection)
        windows_kept = windows(view.connection)
    assert {key: one.name for key, one in kept.items()} == {key: one.name for key, one in library.departments().items()}
    assert len(windows_kept) == len(library.windows().windows)


def test_a_department_is_corrected_in_place(house: House):
    with house.door.database.writing() as connection:
        before = department_named(connection, "market")
        put_department(connection, Department("market", "新名称", "市监", before.uscc, before.kind))
        assert department_named(connection, "market").name == "新名称"
        assert department_named(connection, CENTER).kind == "center"


def test_an_unknown_department_is_told(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view, pytest.raises(DepartmentUnknown) as refused:
        department_named(view.connection, "nowhere")
    assert "nowhere" in refused.value.sentence


def test_T048_T049_the_windows_have_at_most_six_categories(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        categories = {one["category"] for one in windows(view.connection)}
    assert 0 < len(categories) <= 6
