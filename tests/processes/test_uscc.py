"""The check character of a unified social credit code (GB 32100)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes import uscc


@pytest.mark.parametrize(
    "code", ["12441500196720244T", "11410500MB1A000020", "91410500MA9TEXT01Y", "92410500MA9TEXT02Y"]
)
def test_known_codes_are_right(code) -> None:
    assert uscc.is_uscc(code)


@pytest.mark.parametrize(
    "code", ["", "11410500MB1A000021", "11410500MB1A00002", "11410500MB1A00002O", "11410500mb1a000020"]
)
def test_anything_else_is_wrong(code) -> None:
    assert not uscc.is_uscc(code)


bodies = st.text(uscc.ALPHABET, min_size=17, max_size=17)


@given(bodies)
def test_exactly_one_check_character_fits(body) -> None:
    assert [last for last in uscc.ALPHABET if uscc.is_uscc(body + last)] == [uscc.check_character(body)]


@given(bodies, st.integers(0, 16), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_character_is_always_noticed(body, place, other) -> None:
    code = body + uscc.check_character(body)
    slipped = code[:place] + other + code[place + 1 :]

    assert uscc.is_uscc(slipped) == (slipped == code)


@pytest.mark.parametrize("body", ["", "1" * 16, "I" * 17])
def test_a_body_that_is_none_has_no_check_character(body) -> None:
    with pytest.raises(ValueError, match="17 characters"):
        uscc.check_character(body)
