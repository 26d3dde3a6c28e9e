"""The subset of FEEL: what it means, and that everything outside it is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import feel
from forms.errors import ConditionUnreadable

SCOPE = {"kind": "person", "count": 3, "ready": True, "gone": None, "row": {"name": "申请书", "deep": {"n": 7}}}


@pytest.mark.parametrize(
    "source, value",
    [
        ('=kind = "person"', True),
        ('=kind != "person"', False),
        ('= kind="organisation"', False),
        ("=count = 3", True),
        ("=count < 3", False),
        ("=count <= 3 and count >= 3", True),
        ("=count > 2.5", True),
        ("=ready", True),
        ("=ready = true", True),
        ("=not(ready)", False),
        ("=not(ready = false)", True),
        ('=kind in ["person", "organisation"]', True),
        ("=count in [1, 2]", False),
        ("=count in [1, count]", True),
        ("=row.deep.n = 7", True),
        ('=row.name = "申请书"', True),
        ("=false or true and false", False),
        ("=(false or true) and true", True),
        ("=gone = null", True),
        ("=missing = null", True),
        ("=kind != null", True),
        (r'="a\"b" = "a\"b"', True),
        ('="2026-03-01" < "2026-03-02"', True),
        ("=42", 42),
        ('="x"', "x"),
    ],
)
def test_a_condition_means_what_feel_says(source, value):
    assert feel.parse(source).evaluate(SCOPE) == value


@pytest.mark.parametrize(
    "source",
    [
        '=count = "3"',
        "=ready = 1",
        '=count < "4"',
        "=gone < 3",
        "=ready < true",
        "=not(gone)",
        "=not(count)",
        "=gone and true",
        "=gone or false",
        "=row = 3",
        '=count in ["3"]',
        "=row.missing.deeper < 1",
    ],
)
def test_values_of_different_kinds_give_neither_true_nor_false(source):
    assert feel.parse(source).evaluate(SCOPE) is None
    assert not feel.parse(source).holds(SCOPE)


@pytest.mark.parametrize(
    "left, right, either, both",
    [
        ("true", "null", True, None),
        ("null", "true", True, None),
        ("false", "null", None, False),
        ("null", "false", None, False),
        ("null", "null", None, None),
    ],
)
def test_and_and_or_have_three_values(left, right, either, both):
    assert feel.parse(f"={left} or {right}").evaluate({}) is either
    assert feel.parse(f"={left} and {right}").evaluate({}) is both


@pytest.mark.parametrize(
    "source",
    [
        "", "=", "kind", 'kind = "person"', "=kind =", "=(kind", "=kind)", "=kind kind", "=1 + 1", "=a - b",
        "=count(items)", "=not ready", "=not(ready", "=if a then b else c", '="open', "=a in b", "=a in []",
        "=a in [1", "=and", "=or true", "=a = = b", "=some x in y satisfies x", "=a[1]", "={a: 1}", "=a;b", "=a\\b",
        "=事项 = 1", "=true = in", "=" + "(" * 30 + "a" + ")" * 30, "=" + "a and " * 200 + "a",
    ],
)  # fmt: skip
def test_everything_outside_the_subset_is_refused_with_a_sentence(source):
    with pytest.raises(ConditionUnreadable, match="无法理解"):
        feel.parse(source)


def test_a_condition_knows_the_names_it_reads():
    names = feel.parse('=a.b = 1 and not(c in [d, "e"]) or true = null').names
    assert names == {"a", "c", "d"}


@given(st.text(max_size=60))
def test_any_text_is_either_parsed_or_refused(text):
    with suppress(ConditionUnreadable):
        feel.parse("=" + text).evaluate(SCOPE)


_ATOMS = st.sampled_from(["a", "b", "true", "false", "null", "1", "2", '"x"'])
_VALUES = st.sampled_from([True, False, None, 1, 2, "x"])


def _trees() -> st.SearchStrategy[str]:
    pair = st.tuples(_ATOMS, st.sampled_from(["=", "!=", "<", ">="]), _ATOMS).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    return st.recursive(
        pair,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            inner.map(lambda t: f"not({t})"),
        ),
        max_leaves=6,
    )


@given(_trees(), _trees(), _VALUES, _VALUES)
def test_de_morgan_holds_in_three_values(left, right, a, b):
    scope = {"a": a, "b": b}
    one = feel.parse(f"=not({left} and {right})").evaluate(scope)
    other = feel.parse(f"=not({left}) or not({right})").evaluate(scope)
    assert one is other
