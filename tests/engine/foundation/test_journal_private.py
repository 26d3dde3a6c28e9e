"""Personal values of a journal, which may be erased without breaking it; and the sentences of its lines."""

from __future__ import annotations

from typing import Any

import pytest

from engine.foundation.journal.queries import line_bodies, lines_of, private_value
from engine.foundation.journal.sealing.proving import check_chain
from engine.foundation.journal.tags import all_tags, sentence, tag
from engine.foundation.vault import Vault, VaultLocked
from tests.engine.foundation.units import Store

ROOT = "case:1"

ANSWER = {"id_no": "410502199003070010", "name": "王建国"}


def _digest(store: Store) -> str:
    with store.database.reading() as connection:
        [line] = lines_of(connection, ROOT)
    return str(line.data["answer"]["digest"])


def test_a_personal_value_is_not_in_the_line_and_can_be_read_by_its_digest(store: Store):
    store.write(ROOT, private={"answer": ANSWER})
    with store.database.reading() as connection:
        text = line_bodies(connection, ROOT, [1])[1]
        assert ANSWER["id_no"] not in text
        assert "王建国" not in text
        assert private_value(connection, store.vault, ROOT, _digest(store)) == ANSWER


@pytest.mark.parametrize("value", ["", "仅文字", {"a": [1, True, {"b": "c"}]}, [], {}], ids=repr)
def test_any_admitted_value_may_be_personal(value: Any, sqlite_store: Store):
    sqlite_store.write(ROOT, private={"answer": value})
    with sqlite_store.database.reading() as connection:
        assert private_value(connection, sqlite_store.vault, ROOT, _digest(sqlite_store)) == value


def test_erasing_a_personal_value_keeps_the_chain(store: Store):
    store.write(ROOT, private={"answer": ANSWER})
    store.sql("DELETE FROM journal_private")
    with store.database.reading() as connection:
        assert check_chain(connection, ROOT) is None
        assert private_value(connection, store.vault, ROOT, _digest(store)) is None


def test_the_same_value_twice_gives_two_digests_so_that_nobody_can_guess_it(store: Store):
    store.write(ROOT, private={"answer": ANSWER}, lines=2)
    with store.database.reading() as connection:
        one, other = (line.data["answer"]["digest"] for line in lines_of(connection, ROOT))
    assert one != other


def test_a_personal_value_that_was_exchanged_is_not_believed(store: Store):
    store.write(ROOT, private={"answer": ANSWER})
    store.sql("UPDATE journal_private SET sealed = :sealed", sealed=store.vault.seal('{"id_no":"1"}'))
    with store.database.reading() as connection, pytest.raises(ValueError, match="digest"):
        private_value(connection, store.vault, ROOT, _digest(store))


def test_a_personal_value_does_not_open_with_another_key(store: Store):
    store.write(ROOT, private={"answer": ANSWER})
    stranger = Vault({"k1": b"2" * 32}, "k1", b"i" * 32)
    with store.database.reading() as connection, pytest.raises(VaultLocked):
        private_value(connection, stranger, ROOT, _digest(store))


# Tags -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["received", "Case.received", "case.", "case.Received", "case.re ceived", ""])
def test_a_malformed_tag_is_refused(name: str):
    with pytest.raises(ValueError, match="malformed"):
        tag(name, "…")


def test_a_tag_is_declared_once():
    tag("tests.declared_once", "一次")
    with pytest.raises(ValueError, match="twice"):
        tag("tests.declared_once", "两次")
    assert all_tags()["tests.declared_once"] == "一次"


def test_a_sentence_is_filled_from_the_data_and_a_missing_field_is_left_blank():
    tag("tests.filled", "签收“{name}”，{at}")
    assert sentence("tests.filled", {"name": "{at}"}) == "签收“{at}”，"
    assert sentence("tests.never_declared", {}) == "tests.never_declared"
