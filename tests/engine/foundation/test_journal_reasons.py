"""A written reason: kept as it was written, refused in the caller's own words when it is none or too long."""

from __future__ import annotations

import pytest

from engine.foundation.errors import Invalid
from engine.foundation.journal.reasons import LONGEST, written_reason
from engine.oversight.publishing.migrating.rules import ReasonUnwritten
from engine.process.tasks.incidents.rules import ResolutionUnwritten


class Nothing(Invalid):
    """请写点什么。"""

    code = "NOTHING"


def test_a_reason_is_kept_without_the_blanks_around_it():
    assert written_reason(" \n 受理员误点，\n申请对象已到场　", Nothing) == "受理员误点，\n申请对象已到场"
    assert written_reason("字" * LONGEST + " ", Nothing) == "字" * LONGEST


@pytest.mark.parametrize("text", ["", " \t\n　", "字" * (LONGEST + 1)])
@pytest.mark.parametrize("unwritten", [Nothing, ReasonUnwritten, ResolutionUnwritten])
def test_none_or_too_long_a_one_is_refused_in_the_callers_words(text: str, unwritten: type[Invalid]):
    with pytest.raises(Invalid) as refused:
        written_reason(text, unwritten)
    assert type(refused.value) is unwritten


@pytest.mark.parametrize("unwritten", [ReasonUnwritten, ResolutionUnwritten])
def test_the_sentence_names_the_length_that_holds(unwritten: type[Invalid]):
    assert f"不超过 {LONGEST} 字" in unwritten().sentence
