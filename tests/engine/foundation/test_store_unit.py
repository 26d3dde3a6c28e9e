"""The unit: its locks, its roots, its epochs, and the two statements that both databases spell differently."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.foundation.journal.queries import count_lines
from engine.foundation.journal.sealing.proving import check_chain
from engine.foundation.store.portable import insert_if_missing, insert_or_update
from engine.foundation.store.tables import epoch, root
from engine.foundation.store.unit import GENESIS, Actor, RootMissing, read_epochs
from engine.foundation.vault import Vault
from tests.engine.foundation.units import Store
from tests.support.threads import in_threads

# Locks ----------------------------------------------------------------------------------------------------------


def test_a_root_that_is_not_there_is_named(store: Store):
    with store.unit() as unit, pytest.raises(RootMissing) as refused:
        unit.lock("case:9")
    assert "case:9" in refused.value.sentence


def test_roots_are_locked_in_the_order_of_their_ids_whatever_order_was_asked(store: Store):
    with store.unit("b", "c", "a"):
        pass
    asked: list[str] = []
    with store.unit() as unit:
        note = lambda _connection, _query, _many, told, _options: asked.append(told["of_root"])  # noqa: E731 - a hook
        sa.event.listen(unit.connection, "before_execute", note)
        unit.lock("c", "a", "b", "a")
        unit.lock("b")
    assert asked == ["a", "b", "c"], "each once, in one order for everybody: no two units wait for each other"


def test_units_that_ask_for_the_same_roots_in_opposite_orders_do_not_deadlock(store: Store):
    with store.unit("a", "b"):
        pass

    def touch(number: int) -> None:
        for _ in range(5):
            with store.unit() as unit:
                unit.lock(*(("a", "b") if number % 2 else ("b", "a")))
                unit.record("test.happened", "a")
                unit.record("test.happened", "b")

    assert in_threads(6, touch) == [None] * 6
    with store.database.reading() as connection:
        assert (count_lines(connection, "a"), count_lines(connection, "b")) == (30, 30)
        assert check_chain(connection, "a") is check_chain(connection, "b") is None


def test_a_root_exists_once_even_when_many_make_it_at_once(store: Store):
    def make(_: int) -> None:
        with store.unit("account:W01") as unit:
            unit.record("test.happened", "account:W01")

    assert in_threads(8, make) == [None] * 8
    with store.database.reading() as connection:
        row = connection.execute(sa.select(root)).one()
        assert (row.seq, row.version) == (8, 8)
        assert check_chain(connection, "account:W01") is None


def test_a_new_root_is_held_by_the_unit_that_makes_it(store: Store):
    with store.unit() as unit:
        made = unit.create_root("case:1", "case", parent=None)
        assert (made.version, made.seq, made.head) == (0, 0, GENESIS)
        unit.record("test.happened", "case:1")
    with pytest.raises(IntegrityError), store.unit() as unit:
        unit.create_root("case:1", "case")


def test_a_unit_gives_the_parts_that_compose_put_in(store: Store):
    with store.unit() as unit:
        assert unit.part(Vault) is store.vault
        with pytest.raises(KeyError):
            unit.part(Store)


# Epochs ---------------------------------------------------------------------------------------------------------


def test_an_epoch_counts_up_from_one(store: Store):
    for _ in range(3):
        with store.unit() as unit:
            unit.raise_epoch("calendar")
    with store.database.reading() as connection:
        assert read_epochs(connection) == {"calendar": 3}


def test_an_epoch_of_a_unit_that_failed_was_never_raised(store: Store):
    def fails() -> None:
        with store.unit() as unit:
            unit.raise_epoch("calendar")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with store.database.reading() as connection:
        assert read_epochs(connection) == {}


def test_no_raise_is_lost_when_many_raise_the_same_epoch_for_the_first_time(store: Store):
    def raise_it(_: int) -> None:
        with store.unit() as unit:
            unit.raise_epoch("calendar")

    assert in_threads(8, raise_it) == [None] * 8
    with store.database.reading() as connection:
        assert read_epochs(connection) == {"calendar": 8}


# Actors ---------------------------------------------------------------------------------------------------------


def test_an_actor_has_a_role_wherever_it_is_held():
    actor = Actor(account="X", person="p", name="n", grants=(("dept_head", "market"), ("window_clerk", "center")))
    assert actor.has("dept_head")
    assert actor.has("auditor", "window_clerk")
    assert not actor.has("auditor")
    assert not actor.has()
    assert actor.departments("dept_head") == {"market"}
    assert actor.departments() == {"market", "center"}
    assert actor.departments("auditor") == frozenset()


# Upserts --------------------------------------------------------------------------------------------------------


def test_insert_if_missing_tells_the_truth(store: Store):
    with store.unit() as unit:
        assert insert_if_missing(unit.connection, epoch, {"name": "x", "value": 1}) is True
        assert insert_if_missing(unit.connection, epoch, {"name": "x", "value": 2}) is False
    with store.unit() as unit:
        assert insert_if_missing(unit.connection, epoch, {"name": "x", "value": 3}) is False
        assert read_epochs(unit.connection) == {"x": 1}


def test_of_many_who_insert_the_same_row_exactly_one_is_told_that_it_was_first(store: Store):
    def insert(number: int) -> bool:
        with store.unit() as unit:
            return insert_if_missing(unit.connection, epoch, {"name": "x", "value": number})

    found = in_threads(8, insert)
    assert sorted(found) == [False] * 7 + [True]
    with store.database.reading() as connection:
        assert read_epochs(connection) == {"x": found.index(True)}


def test_the_waiting_inserter_becomes_the_first_when_the_one_before_it_fails(store: Store):
    inside = threading.Event()

    def first_fails(number: int) -> bool:
        if number == 0:
            with store.unit() as unit:
                insert_if_missing(unit.connection, epoch, {"name": "x", "value": 0})
                inside.set()
                raise ZeroDivisionError
        inside.wait()
        with store.unit() as unit:
            return insert_if_missing(unit.connection, epoch, {"name": "x", "value": 1})

    failed, inserted = in_threads(2, first_fails)
    assert isinstance(failed, ZeroDivisionError)
    assert inserted is True


def test_insert_or_update_sets_what_is_given_and_leaves_the_rest(store: Store):
    with store.unit() as unit:
        whole = {"id": "a", "kind": "case", "parent": None, "version": 1, "seq": 1, "head": GENESIS}
        insert_or_update(unit.connection, root, whole, ["id"])
        insert_or_update(unit.connection, root, {**whole, "version": 2}, ["id"])
        row = unit.connection.execute(sa.select(root)).one()
    assert dict(row._mapping) == {**whole, "version": 2}
