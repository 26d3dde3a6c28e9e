"""What a countersigning comes to: a pure rule over what was signed, whatever came first."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.process.tasks.countersigning.rules import (
    MODES,
    DissenterLeftOut,
    LastSigner,
    ModeUnknown,
    NotYourTurn,
    Round,
    SignatureIncomplete,
    Signer,
    SignerHasSigned,
    SignerMissing,
    checked_words,
    dissenters,
    outcome_of,
    outcome_of_round,
    outcome_of_task,
    refuse_mode,
    refuse_removal,
    refuse_signature,
    whose_turn,
)

AT = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
VERDICTS = (None, "agree", "disagree")


def signer(number: int, verdict: str | None = None, **values: Any) -> Signer:
    name = chr(ord("a") + number)
    told: dict[str, Any] = {
        "number": number, "account": name, "person": f"person-{name}", "name": f"某{name}", "role": "dept_reviewer",
        "department": "hrss", "added_at": AT, "removed_at": None, "waits": False, "verdict": verdict, "opinion": None,
        "basis": None, "conditions": None, "signed_at": None,
    }  # fmt: skip
    return Signer(**{**told, **values})


def round_of(mode: str, *signers: Signer, percent: int | None = None, state: str = "pending", number: int = 1) -> Round:
    return Round(
        "case:1", "1-1", number, mode, percent, "", state, "D62", AT, None, None, None, False, tuple(signers)
    )  # fmt: skip


@pytest.mark.parametrize(
    "mode, percent, verdicts, said",
    [
        ("all", None, ["agree", "agree"], "agreed"),
        ("all", None, ["agree", None], "pending"),
        ("all", None, ["disagree", None], "pending"),
        ("all", None, ["disagree", "agree"], "refused"),
        ("any", None, [None, None], "pending"),
        ("any", None, [None, "agree"], "agreed"),
        ("any", None, [None, "disagree"], "refused"),
        ("ratio", 60, ["agree", "agree", None, None, None], "pending"),
        ("ratio", 60, ["agree", "agree", "agree", None, None], "agreed"),
        ("ratio", 60, ["disagree", "disagree", None, None, None], "pending"),
        ("ratio", 60, ["disagree", "disagree", "disagree", None, None], "refused"),
        ("ratio", 67, ["agree", "agree", "disagree"], "refused"),
        ("ratio", 66, ["agree", "agree", "disagree"], "agreed"),
        ("ratio", 100, ["agree", "agree"], "agreed"),
        ("ratio", 1, ["disagree", "disagree"], "refused"),
        ("in_order", None, ["agree", None], "pending"),
        ("in_order", None, ["disagree", None], "refused"),
        ("in_order", None, ["agree", "agree"], "agreed"),
        *((mode, 50, [], "pending") for mode in ("all", "any", "in_order")),
    ],
)
def test_each_mode_comes_to_what_the_standard_words_say(mode: str, percent: int | None, verdicts: Any, said: str):
    assert outcome_of(mode, percent, verdicts) == said


def test_a_denial_by_the_first_the_middle_and_the_last_is_the_same_under_all():
    for place in range(3):
        said: list[str | None] = ["agree", "agree", "agree"]
        said[place] = "disagree"
        assert outcome_of("all", None, said) == "refused"
        # Nobody's word is cut off: until the last has signed it stays open.
        for left in set(range(3)) - {place}:
            assert outcome_of("all", None, [None if one == left else said[one] for one in range(3)]) == "pending"


@given(st.lists(st.sampled_from(VERDICTS), max_size=6), st.integers(1, 100), st.randoms())
def test_the_order_of_signing_does_not_matter_and_what_is_decided_stays_decided(
    verdicts: list[str | None], percent: int, chance: Any
):
    mixed = list(verdicts)
    chance.shuffle(mixed)
    for mode in ("all", "ratio"):
        said = outcome_of(mode, percent, verdicts)
        assert said == outcome_of(mode, percent, mixed)
        if said != "pending":
            # Whatever those who are left would say, it comes to the same.
            for rest in product(("agree", "disagree"), repeat=verdicts.count(None)):
                filled, words = list(verdicts), iter(rest)
                filled = [next(words) if one is None else one for one in filled]
                assert outcome_of(mode, percent, filled) == said


def test_in_order_only_the_first_that_is_left_signs_and_otherwise_everybody_may():
    ordered = round_of("in_order", signer(0, "agree"), signer(1, removed_at=AT), signer(2), signer(3))
    assert [one.number for one in whose_turn(ordered)] == [2]
    assert refuse_signature(ordered, "c").number == 2
    with pytest.raises(NotYourTurn, match="某c"):
        refuse_signature(ordered, "d")
    assert [one.number for one in whose_turn(round_of("all", signer(0, "disagree"), signer(1), signer(2)))] == [1, 2]
    assert whose_turn(round_of("any", signer(0, "agree"), signer(1))) == []


def test_who_was_not_asked_was_removed_or_has_signed_does_not_sign():
    now = round_of("all", signer(0, "agree"), signer(1, removed_at=AT), signer(2))
    with pytest.raises(SignerHasSigned):
        refuse_signature(now, "a")
    for account in ("b", "z"):
        with pytest.raises(SignerMissing):
            refuse_signature(now, account)


def test_nobody_is_removed_who_has_signed_is_the_last_or_disagreed_before():
    before = round_of("all", signer(0, "disagree"), signer(1, "agree"), state="refused")
    now = round_of("all", signer(0), signer(1), signer(2, "agree"), number=2)
    assert refuse_removal(now, "b", [before, now]).number == 1
    with pytest.raises(SignerHasSigned):
        refuse_removal(now, "c", [before, now])
    with pytest.raises(DissenterLeftOut, match="某a"):
        refuse_removal(now, "a", [before, now])
    with pytest.raises(SignerMissing):
        refuse_removal(now, "z", [before, now])
    alone = round_of("all", signer(0, "agree"), signer(1))
    with pytest.raises(LastSigner, match="撤销会签"):
        refuse_removal(alone, "b", [alone])


def test_the_last_round_that_counts_speaks_for_the_task():
    refused = round_of("any", signer(0, "disagree"), state="refused")
    assert outcome_of_task([]) is None
    assert outcome_of_task([round_of("any", signer(0), state="called_off")]) is None
    assert outcome_of_task([round_of("any", signer(0), state="lapsed")]) is None
    # Calling a second one off does not undo what the first one came to.
    assert outcome_of_task([refused, round_of("all", signer(0, "agree"), state="called_off", number=2)]) == "refused"
    assert outcome_of_task([refused, round_of("all", signer(0), number=2)]) == "pending"
    assert [one.account for one in dissenters([refused])] == ["a"]
    assert dissenters([refused, round_of("all", signer(0, "agree"), state="agreed", number=2)]) == []


@given(st.sampled_from(tuple(MODES)), st.lists(st.tuples(st.sampled_from(VERDICTS), st.booleans()), max_size=5))
def test_whoever_was_removed_changes_nothing_by_the_rows_left_behind(mode: str, drawn: list[tuple[str | None, bool]]):
    rows = [signer(number, verdict, removed_at=AT if gone else None) for number, (verdict, gone) in enumerate(drawn)]
    left = [one for one in rows if one.removed_at is None]
    percent = 50 if mode == "ratio" else None
    for order in list(permutations(rows))[:6]:
        kept = sorted(order, key=lambda one: one.number)
        assert outcome_of_round(round_of(mode, *kept, percent=percent)) == outcome_of_round(
            round_of(mode, *left, percent=percent)
        )


@pytest.mark.parametrize("mode, percent", [("most", None), ("", None), ("ratio", None), ("all", 50), ("ratio", 0),
                                               ("ratio", 101)])  # fmt: skip
def test_a_mode_is_one_of_four_and_only_a_vote_has_a_percent(mode: str, percent: int | None):
    with pytest.raises(ModeUnknown):
        refuse_mode(mode, percent)


def test_a_signature_says_yes_or_no_and_why():
    assert checked_words("agree", " 同意 \r\n", "", "  ") == ("同意", None, None)
    for verdict, opinion, basis in (("", "x", ""), ("maybe", "x", ""), ("agree", " ", ""), ("agree", "x", "条" * 2001)):
        with pytest.raises(SignatureIncomplete):
            checked_words(verdict, opinion, basis, "")
