"""Uploads: a file belongs to whoever brought it until a case takes it, and then to the case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.foundation.blobs.queries import (
    UploadMissing,
    add_upload,
    drop_unclaimed,
    referenced_digests,
    take_uploads,
    upload_by_id,
    uploads_by_id,
    usable_uploads,
)
from engine.foundation.store.unit import Actor
from tests.engine.foundation.units import CLERK, NOW, Store

ONE, TWO = "1" * 64, "2" * 64
OTHER = Actor(account="W02", person="person-W02", name="受理员二")


def bring(store: Store, digest: str, actor: Actor = CLERK, name: str = "材料.pdf") -> str:
    with store.unit("case:1", "case:2") as unit:
        unit.actor = actor
        return add_upload(unit, digest=digest, file_name=name, media_type="application/pdf", size=10)


def take(store: Store, root: str, *digests: str, actor: Actor = CLERK) -> list[str]:
    with store.unit("case:1", "case:2") as unit:
        unit.actor = actor
        return [one.id for one in take_uploads(unit, digests, root)]


def usable(store: Store, account: str, root: str | None) -> set[str]:
    with store.database.reading() as connection:
        return set(usable_uploads(connection, account, root))


def test_a_loose_file_is_usable_by_who_brought_it_and_by_nobody_else(store: Store):
    bring(store, ONE)
    assert usable(store, "W01", None) == usable(store, "W01", "case:1") == {ONE}
    assert usable(store, "W02", None) == usable(store, "W02", "case:1") == set()
    with pytest.raises(UploadMissing):
        take(store, "case:1", ONE, actor=OTHER)


def test_a_taken_file_belongs_to_its_case_and_to_no_other(store: Store):
    id = bring(store, ONE)
    assert take(store, "case:1", ONE) == [id]
    with store.database.reading() as connection:
        assert upload_by_id(connection, id).root_id == "case:1"
    assert usable(store, "W02", "case:1") == {ONE}, "a colleague who works the case may refer to it"
    assert usable(store, "W01", None) == usable(store, "W01", "case:2") == set()
    with pytest.raises(UploadMissing):
        take(store, "case:2", ONE)


def test_a_file_that_the_case_has_is_taken_again_without_a_change(store: Store):
    id = bring(store, ONE)
    assert take(store, "case:1", ONE) == take(store, "case:1", ONE, actor=OTHER) == [id]


def test_the_same_content_brought_for_two_cases_is_two_uploads(store: Store):
    first = bring(store, ONE)
    assert take(store, "case:1", ONE) == [first]
    second = bring(store, ONE)
    assert take(store, "case:2", ONE) == [second]
    assert first != second


def test_one_missing_file_and_none_is_taken(store: Store):
    bring(store, ONE)
    with pytest.raises(UploadMissing):
        take(store, "case:1", ONE, TWO)
    assert usable(store, "W02", "case:1") == set()


def test_uploads_are_found_in_the_order_asked_and_missing_ones_left_out(store: Store):
    first, second = bring(store, ONE), bring(store, TWO)
    with store.database.reading() as connection:
        assert [one.id for one in uploads_by_id(connection, [second, "x", first])] == [second, first]
        assert uploads_by_id(connection, []) == []
        with pytest.raises(UploadMissing):
            upload_by_id(connection, "x")
        assert referenced_digests(connection) == {ONE, TWO}


def test_only_loose_files_that_waited_too_long_are_dropped(store: Store):
    bring(store, ONE)
    take(store, "case:1", ONE)
    bring(store, TWO)
    with store.unit() as unit:
        assert drop_unclaimed(unit, NOW) == 0
        assert drop_unclaimed(unit, NOW + timedelta(seconds=1)) == 1
    with store.database.reading() as connection:
        assert referenced_digests(connection) == {ONE}
