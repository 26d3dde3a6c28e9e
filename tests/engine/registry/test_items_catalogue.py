"""The catalogue, the departments and the policies as rows."""

from __future__ import annotations

import json

import pytest

from engine.foundation.store.unit import Unit
from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import ItemUnknown, current_item, current_items, item_at, publish_item
from engine.registry.organisation.queries import (
    CENTER,
    Department,
    DepartmentUnknown,
    department_named,
    departments,
    put_department,
    put_window,
    windows,
)
from engine.registry.policies.queries import (
    clock_shift,
    policies,
    policy_named,
    put_defaults,
    set_clock_shift,
)
from engine.registry.policies.rules import PolicyUnknown
from engine.registry.policies.shipped import DEFAULTS
from processes.library import SHIPPED, digest
from tests.engine.foundation.units import NOW, Store
from tests.support.house import House


@pytest.fixture
def store(migrated_url: str):
    opened = Store(migrated_url)
    yield opened
    opened.database.close()


def item_text(code: str, **changed: object) -> str:
    """Return the shipped item ``code`` with some of its values changed."""
    return json.dumps({**json.loads((SHIPPED / "items" / f"{code}.json").read_text("utf-8")), **changed})


def publish(store: Store, text: str) -> bool:
    with store.unit() as unit:
        # An item is found by its department's name too, so the department is there before it.
        put_department(unit.connection, Department("market", "市场监督管理局", "市监", "1" * 18, "department"))
        return publish_item(unit, digest(text.encode()), text)


# Items ------------------------------------------------------------------------------------------------------------


def test_the_newest_version_is_the_current_one_and_older_ones_stay_readable(store: Store):
    first, second = item_text("I02"), item_text("I02", name="食品经营许可（新）")
    assert publish(store, first)
    store.now = store.now.replace(hour=2)
    assert publish(store, second)
    with store.database.reading() as connection:
        found, item = current_item(connection, "I02")
        assert (found, item.name) == (digest(second.encode()), "食品经营许可（新）")
        assert item_at(connection, digest(first.encode())).name != item.name
        assert [(one.code, one.name) for _, one in current_items(connection)] == [("I02", item.name)]


def test_the_same_text_is_published_once(store: Store):
    assert publish(store, item_text("I02"))
    assert not publish(store, item_text("I02"))


def test_two_versions_of_one_moment_have_an_order_that_does_not_change(store: Store):
    texts = [item_text("I02", name=f"名称{number}") for number in range(6)]
    for text in texts:
        publish(store, text)
    with store.database.reading() as connection:
        chosen = {current_item(connection, "I02")[0] for _ in range(5)} | {dict_of(connection)["I02"]}
    assert len(chosen) == 1, "whoever asks, and however, gets the same version"


def dict_of(connection) -> dict[str, str]:
    return {item.code: found for found, item in current_items(connection)}


def test_an_item_nobody_published_is_unknown(store: Store):
    with store.database.reading() as connection, pytest.raises(ItemUnknown) as refused:
        current_item(connection, "I99")
    assert "I99" in refused.value.sentence


# Departments and windows --------------------------------------------------------------------------------------------


def test_a_department_is_put_and_corrected(store: Store):
    with store.database.writing() as connection:
        for name in ("市监局", "市场监督管理局"):
            put_department(connection, Department("market", name, "市监", "1" * 18, "department"))
        put_window(connection, {"id": "w1", "name": "1号", "category": "综合", "place": "一楼"})
        put_window(connection, {"id": "w1", "name": "1号", "category": "综合", "place": "二楼"})
    with store.database.reading() as connection:
        assert department_named(connection, "market").name == "市场监督管理局"
        assert list(departments(connection)) == ["market"]
        assert [one["place"] for one in windows(connection)] == ["二楼"]
        with pytest.raises(DepartmentUnknown):
            department_named(connection, "nowhere")


def test_the_houses_register_has_its_centre_and_at_most_six_categories_of_windows(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        assert department_named(view.connection, CENTER).kind == "center"
        assert 1 <= len({one["category"] for one in windows(view.connection)}) <= 6, "5.1.1"


# Policies ---------------------------------------------------------------------------------------------------------


def test_T117_every_figure_the_standard_leaves_open_has_a_title_and_a_source(store: Store):
    with store.database.writing() as connection:
        put_defaults(connection, NOW)
    with store.database.reading() as connection:
        found = policies(connection)
        assert {one.key for one in found} == {one.key for one in DEFAULTS}
        units = ("wd", "cd", "n", "wh", "mi", "min", "opt", "sw", "ge", "wei", "mb", "h")
        assert all(one.title and one.source and one.unit in units for one in found)
        assert policy_named(connection, "correction_notice").value == 5, "行政许可法 32"
        with pytest.raises(PolicyUnknown):
            policy_named(connection, "nothing")


def test_a_figure_that_the_centre_has_set_is_not_set_back(store: Store):
    with store.database.writing() as connection:
        put_defaults(connection, NOW)
    store.sql("UPDATE policy SET value = 3 WHERE key = 'correction_notice'")
    with store.database.writing() as connection:
        put_defaults(connection, NOW)
    with store.database.reading() as connection:
        assert policy_named(connection, "correction_notice").value == 3


def test_the_clocks_shift_is_no_policy_and_is_kept_with_its_epoch(store: Store):
    with store.database.reading() as connection:
        assert clock_shift(connection) == 0
    for seconds in (60, 3600):
        with store.database.writing() as connection:
            set_clock_shift(Unit(connection, now=store.now, actor=SYSTEM, parts={}), seconds)
    with store.database.reading() as connection:
        assert clock_shift(connection) == 3600
        assert policies(connection) == []
