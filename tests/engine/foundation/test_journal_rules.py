"""The envelope's canonical text: equal to RFC 8785, closed to everything it cannot write, and hashed with a prefix.

The reading of RFC 8785 below shares nothing with the code under test: it is written from the standard's text.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import hashlib
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.foundation.journal.rules import canonical, chain_hash, envelope

SAFE = 2**53 - 1
"""The largest integer that every reader of JSON reads as itself (RFC 8785 3.2.2.3, RFC 7493 2.2)."""

SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def rfc8785(value: Any) -> bytes:
    """RFC 8785 read independently, for strings, integers, booleans, arrays and objects."""
    if value is True or value is False:
        return b"true" if value else b"false"
    if isinstance(value, int):
        return str(value).encode("ascii")
    if isinstance(value, str):
        return ('"' + "".join(_letter(one) for one in value) + '"').encode("utf-8")
    if isinstance(value, (list, tuple)):
        return b"[" + b",".join(map(rfc8785, value)) + b"]"
    # 3.2.3: property names are compared as arrays of UTF-16 code units.
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return b"{" + b",".join(rfc8785(name) + b":" + rfc8785(value[name]) for name in names) + b"}"


def _letter(one: str) -> str:
    if one in SHORT:
        return SHORT[one]
    return f"\\u{ord(one):04x}" if ord(one) < 0x20 else one


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.text(st.characters(max_codepoint=127), max_size=8)
scalars = st.booleans() | st.integers(-SAFE, SAFE) | texts
admitted = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5), max_leaves=25
)


@given(admitted)
def test_the_canonical_text_is_rfc_8785_byte_for_byte(value):
    assert canonical(value).encode("utf-8") == rfc8785(value)


@given(admitted)
def test_the_canonical_text_reads_back_as_the_same_value(value):
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(keys, scalars, min_size=1, max_size=8))
def test_the_order_in_which_keys_were_written_means_nothing(value):
    assert canonical(value) == canonical(dict(reversed(value.items())))


@given(st.dictionaries(keys, scalars | st.none(), max_size=8))
def test_a_key_without_a_value_is_left_out(value):
    assert canonical(value) == canonical({key: one for key, one in value.items() if one is not None})


@given(admitted, admitted)
def test_two_values_share_a_text_only_if_they_are_the_same(one, other):
    assume(rfc8785(one) != rfc8785(other))
    assert canonical(one) != canonical(other)


class Colour(enum.Enum):
    """Something that is no JSON."""

    RED = "red"


@pytest.mark.parametrize(
    "foreign",
    [
        1.0, -0.0, float("nan"), float("inf"), decimal.Decimal(1), b"bytes", dt.date(2026, 3, 2),
        dt.datetime(2026, 3, 2, tzinfo=dt.UTC), {1, 2}, object(), Colour.RED, complex(1, 1), range(3),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_value_of_a_foreign_kind_is_refused_wherever_it_stands(foreign):
    for value in (foreign, [foreign], {"a": foreign}, {"a": [{"b": foreign}]}, [1, "x", (foreign,)]):
        with pytest.raises(TypeError):
            canonical(value)


def test_nothing_in_a_list_is_refused_because_leaving_it_out_would_move_the_others():
    for value in (None, [None], {"a": [1, None]}):
        with pytest.raises(TypeError):
            canonical(value)


@pytest.mark.parametrize("key", ["名称", "é", 1, True, None, ("a",), b"a"], ids=repr)
def test_a_key_that_is_not_ascii_text_is_refused(key):
    with pytest.raises(TypeError):
        canonical({"a": {key: 1}})


@pytest.mark.parametrize("number", [SAFE + 1, -SAFE - 1, 2**64, 10**30])
def test_an_integer_that_other_readers_would_round_is_refused(number):
    with pytest.raises(TypeError):
        canonical({"a": [number]})


def test_the_largest_integers_that_everybody_reads_alike_are_admitted():
    assert canonical([SAFE, -SAFE, 0]) == f"[{SAFE},{-SAFE},0]"


@pytest.mark.parametrize("half", ["\ud800", "x\udfff", "\udc00\ud800"], ids=ascii)
def test_half_a_character_is_refused_because_it_has_no_bytes(half):
    for value in (half, [half], {"a": half}):
        with pytest.raises(TypeError):
            canonical(value)


# The envelope ---------------------------------------------------------------------------------------------------

AT = dt.datetime(2026, 3, 2, 9, 5, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def _envelope(**changed: Any) -> str:
    given: dict[str, Any] = {
        "root": "case:1", "seq": 1, "previous": "0" * 64, "type": "case.received", "at": AT, "command": "Receive",
        "actor": {"account": "W01", "person": "p", "channel": "web"}, "key": "k", "data": {"case_no": "1"},
    }  # fmt: skip
    return envelope(**{**given, **changed})


def test_the_envelope_names_its_version_and_its_time_in_utc():
    body = json.loads(_envelope())
    assert body["v"] == 1
    assert body["at"] == "2026-03-02T01:05:00.123456Z"
    assert sorted(body) == ["actor", "at", "command", "data", "key", "prev", "root", "seq", "type", "v"]


@pytest.mark.parametrize(
    "changed",
    [
        {"root": "case:2"}, {"seq": 2}, {"previous": "1" * 64}, {"type": "case.accepted"}, {"command": "Accept"},
        {"at": AT + dt.timedelta(microseconds=1)}, {"key": "l"}, {"data": {"case_no": "2"}}, {"data": {}},
        {"actor": {"account": "W02", "person": "p", "channel": "web"}},
        {"actor": {"account": "W01", "person": "q", "channel": "web"}},
        {"actor": {"account": "W01", "person": "p", "channel": "api"}},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_changes_in_an_envelope_changes_its_hash(changed):
    assert chain_hash(_envelope(**changed)) != chain_hash(_envelope())


def test_the_hash_is_sha_256_over_a_named_prefix_and_the_text():
    text = _envelope()
    assert chain_hash(text) == hashlib.sha256(b"yichuang.event.1\n" + text.encode()).hexdigest()


def test_a_naive_time_is_not_an_instant_and_is_refused():
    with pytest.raises(ValueError, match="zone"):
        _envelope(at=dt.datetime(2026, 3, 2))  # noqa: DTZ001 - the naive time is the point


def test_every_character_is_written_as_json_dumps_writes_it():
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    assert canonical(every) == json.dumps(every, ensure_ascii=False)
