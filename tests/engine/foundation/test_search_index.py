"""The index on both databases: everything that is a part of a text is found, and nothing else, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from engine.foundation.search import queries as search
from engine.foundation.search.rules import normal
from engine.foundation.store.database import Database

LETTERS = "安阳测试餐饮有限公司王建国李张三食品"
TEXT = st.text(alphabet=LETTERS + "012（）", min_size=1, max_size=12)
QUERY = st.text(alphabet=LETTERS + "012", min_size=1, max_size=6)
PLACES = st.sampled_from(["market", "health", "urban"])
THING = st.tuples(PLACES, st.lists(TEXT, min_size=1, max_size=3))


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection]:
    database = Database(migrated_url)
    with database.writing() as one:
        yield one
    database.close()


def put(connection: Connection, ref: str, *texts: str, place: str = "market", kind: str = "case") -> None:
    parts = {str(number): text for number, text in enumerate(texts)}
    search.put(connection, kind, ref, places=[place], parts=parts)


def refs(connection: Connection, query: str, *places: str, kind: str = "case") -> list[str]:
    return [hit.ref for hit in search.find(connection, kind, query, places or None, limit=200).hits]


@given(things=st.lists(THING, max_size=8), queries=st.lists(QUERY, min_size=1, max_size=6), seen=st.sets(PLACES))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_what_contains_the_query_is_found_and_only_in_the_readers_places(
    connection: Connection, things: list[tuple[str, list[str]]], queries: list[str], seen: set[str]
):
    with connection.begin_nested() as savepoint:
        for number, (place, texts) in enumerate(things):
            put(connection, str(number), *texts, place=place)
        for query in queries:
            holding = {
                str(number): place
                for number, (place, texts) in enumerate(things)
                if any(query in normal(text) for text in texts)
            }
            everything = search.find(connection, "case", query, None, limit=200)
            assert {hit.ref for hit in everything.hits} == set(holding)
            assert everything.total == len(holding)
            mine = search.find(connection, "case", query, seen, limit=200)
            assert {hit.ref for hit in mine.hits} == {ref for ref, place in holding.items() if place in seen}
            assert mine.total == len(mine.hits)
        savepoint.rollback()


@given(before=st.lists(TEXT, min_size=1, max_size=3), after=st.lists(TEXT, min_size=1, max_size=3), query=QUERY)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_thing_indexed_anew_is_found_by_its_new_texts_alone(
    connection: Connection, before: list[str], after: list[str], query: str
):
    with connection.begin_nested() as savepoint:
        put(connection, "one", *before)
        put(connection, "one", *after, *[""] * (len(before) - len(after)), place="health")
        found = any(query in normal(text) for text in after)
        assert refs(connection, query, "health") == ["one"] * found
        assert refs(connection, query, "market") == []
        savepoint.rollback()


def test_exact_comes_first_then_beginnings_then_the_rest_and_in_each_the_newer(connection: Connection):
    for ref, text in (
        ("inside-old", "老王食品店"), ("begins-old", "王食品店一"), ("exact-old", "王食"), ("exact-new", "王食"),
        ("inside-new", "小王食品"), ("begins-new", "王食品店二"),
    ):  # fmt: skip
        put(connection, ref, text)
    assert refs(connection, "王食") == [
        "exact-new", "exact-old", "begins-new", "begins-old", "inside-new", "inside-old"
    ]  # fmt: skip


def test_a_whole_number_comes_before_one_that_begins_with_it(connection: Connection):
    put(connection, "exact", "AY-2026-0001")
    put(connection, "longer", "AY-2026-00012")
    assert refs(connection, "ay20260001") == ["exact", "longer"]


def test_all_words_must_occur_wherever_they_stand(connection: Connection):
    put(connection, "both", "王建国", "食品经营许可")
    put(connection, "one", "王建国", "公共场所")
    assert refs(connection, "食品 王") == ["both"]
    assert refs(connection, "王 食品经") == ["both"]


def test_no_word_is_found_across_two_fields(connection: Connection):
    put(connection, "one", "食品", "经营许可")
    assert refs(connection, "食品经") == []
    assert refs(connection, "品经") == []


@pytest.mark.parametrize(
    "query", ["", " ", "（）", "%", "_", "'", '"', "*", "\\", "AND", "' OR 1=1 --", "c__", ") | ("]
)
def test_nothing_and_signs_and_sql_find_nothing(connection: Connection, query: str):
    put(connection, "one", "食品经营许可")
    assert search.find(connection, "case", query, None) == search.Found((), 0)


def test_kinds_do_not_mix(connection: Connection):
    put(connection, "one", "食品经营许可")
    assert refs(connection, "食品", kind="guide") == []


def test_a_reader_without_places_finds_nothing(connection: Connection):
    put(connection, "one", "食品经营许可")
    assert search.find(connection, "case", "食品", []) == search.Found((), 0)


def test_a_joined_thing_keeps_its_places_and_parts(connection: Connection):
    search.put(connection, "applicant", "p", places=["market"], parts={"name": "王建国"}, join=True)
    search.put(connection, "applicant", "p", places=["health"], parts={"alias": "王建设"}, join=True)
    assert refs(connection, "王建国", "health", kind="applicant") == ["p"]
    assert refs(connection, "王建设", "market", kind="applicant") == ["p"]


def test_a_part_is_added_to_what_is_indexed_and_to_nothing_else(connection: Connection):
    put(connection, "one", "食品经营许可")
    search.put_part(connection, "case", "one", "result", "AY-0001")
    search.put_part(connection, "case", "none", "result", "AY-0002")
    assert refs(connection, "ay0001") == ["one"]
    assert refs(connection, "食品") == ["one"]
    assert refs(connection, "ay0002") == []


def test_pages_follow_one_another_and_the_count_stands_behind_the_last(connection: Connection):
    for number in range(25):
        put(connection, str(number), "食品经营许可")
    pages = [search.find(connection, "case", "食品", None, offset=offset, limit=10) for offset in (0, 10, 20, 30)]
    assert [hit.ref for page in pages for hit in page.hits] == [str(number) for number in range(24, -1, -1)]
    assert [page.total for page in pages] == [25] * 4


def test_an_emptied_index_is_written_again_from_its_entries(connection: Connection):
    for number in range(7):
        put(connection, str(number), "食品经营许可")
    search.forget_words(connection)
    assert refs(connection, "食品") == []
    last: int | None = 0
    while last is not None:
        last = search.rewrite(connection, last, 3)
    assert refs(connection, "食品") == ["6", "5", "4", "3", "2", "1", "0"]
    put(connection, "3", "公共场所卫生许可")
    assert "3" not in refs(connection, "食品")
