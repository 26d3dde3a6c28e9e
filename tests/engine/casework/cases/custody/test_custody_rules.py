"""The fold that says where each paper is, as tables and as a property (6.1.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.casework.cases.custody.rules import (
    DIRECTIONS,
    Missing,
    Paper,
    Slip,
    again_errors,
    again_note,
    holdings,
    receipt_errors,
    unaccounted,
)

START = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
LICENCE = Paper(1, "营业执照", "original", 2)
COPY = Paper(2, "身份证复印件", "copy", 1)


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def slip(number: int, subject: str, no: int, sent: int, received: int | None, *, refused: bool = False) -> Slip:
    taken = None if received is None else at(10 * number + 1)
    return Slip(number, subject, ((no, sent, received),), at(10 * number), taken, refused)


def where(
    slips: list[Slip], missing: list[Missing] | None = None, archived: bool = False
) -> list[tuple[str, int, str]]:
    held = holdings([LICENCE], START, slips, missing or [], at(1000) if archived else None)
    return [(one.party, one.copies, one.open) for one in held]


def short(resolution: str | None) -> list[Missing]:
    return [Missing(1, 1, 1, resolution, at(50))]


SENT = slip(1, "materials", 1, 2, 2)
SHORT = slip(1, "materials", 1, 2, 1)


@pytest.mark.parametrize(
    "slips, missing, expected",
    [
        ([], [], [("window", 2, "")]),
        ([slip(1, "materials", 1, 2, None)], [], [("window", 2, "已移交，待签收")]),
        ([slip(1, "materials", 1, 2, None, refused=True)], [], [("window", 2, "")]),
        ([SENT], [], [("department", 2, "")]),
        ([SHORT], short(None), [("window", 1, "交接差异待查明"), ("department", 1, "")]),
        ([SHORT], short("found"), [("department", 2, "")]),
        ([SHORT], short("corrected"), [("department", 1, ""), ("gone", 1, "")]),
        ([SHORT], short("asked_anew"), [("department", 2, ""), ("gone", 1, "")]),
        ([SENT, slip(2, "return", 1, 1, None)], [], [("department", 2, "已移交，待签收")]),
        ([SENT, slip(2, "return", 1, 1, 1)], [], [("window", 1, ""), ("department", 1, "")]),
        (
            [SENT, slip(2, "return", 1, 2, 2), slip(3, "give_back", 1, 2, 2)],
            [],
            [("applicant", 2, "")],
        ),
    ],
)
def test_T075_who_holds_the_original(slips: list[Slip], missing: list[Missing], expected: list[tuple[str, int, str]]):
    assert where(slips, missing) == expected


def test_a_holding_names_its_slip_and_its_day():
    [one] = holdings([LICENCE], START, [SENT], [])
    assert (one.slip, one.since) == (1, at(11))


def test_filing_takes_what_the_department_holds_into_the_archive():
    assert where([SENT], archived=True) == [("archive", 2, "")]


def test_only_originals_that_lie_nowhere_proper_keep_a_file_open():
    held = holdings([LICENCE, COPY], START, [SHORT], short(None))
    assert [(one.name, one.party) for one in unaccounted(held)] == [("营业执照", "window")]
    assert unaccounted(held, excused=[1]) == []
    assert unaccounted(holdings([LICENCE], START, [SENT], [])) == []


@pytest.mark.parametrize(
    "receipt, counts, wrong",
    [
        ("all", [(5, 5)], []),
        ("all", [(5, 4)], ["materials[0].copies_received"]),
        ("difference", [(5, 4)], []),
        ("difference", [(5, 5)], ["receipt"]),
        ("difference", [(5, 6)], ["materials[0].copies_received"]),
        ("all", [(5, 6)], ["materials[0].copies_received"]),
        ("all", [(1, 1), (5, 0)], ["materials[1].copies_received"]),
    ],
)
def test_T075_a_count_is_signed_for_as_it_is(receipt: str, counts: list[tuple[int, int]], wrong: list[str]):
    assert list(receipt_errors(receipt, [("申请书", sent, received) for sent, received in counts])) == wrong


@given(st.lists(st.tuples(st.sampled_from(sorted(DIRECTIONS)), st.integers(0, 3)), max_size=8))
def test_no_copy_is_ever_made_or_lost_by_being_handed_on(steps: list[tuple[str, int]]):
    held = {"window": 3, "department": 0, "applicant": 0}
    slips: list[Slip] = []
    for number, (subject, wanted) in enumerate(steps, 1):
        giver, taker = DIRECTIONS[subject]
        count = min(wanted, held[giver])
        held[giver] -= count
        held[taker] += count
        slips.append(slip(number, subject, 1, count, count))
    found = holdings([Paper(1, "申请书", "original", 3)], START, slips, [])
    assert {one.party: one.copies for one in found} == {party: count for party, count in held.items() if count}
    assert holdings([Paper(1, "申请书", "original", 3)], START, list(reversed(slips)), []) == found


def test_T075_a_new_slip_names_the_refused_one_and_only_what_differs():
    assert again_note(1, [("申请书", 5, 4), ("制度", 1, 1)]) == "第1号移交单被拒收后重新移交：“申请书”由5份改为4份"
    assert again_note(2, [("制度", 1, 1)]) == "第2号移交单被拒收后重新移交，份数未变"


def test_T075_no_more_is_handed_over_again_than_there_is():
    assert again_errors([("申请书", 4, 4), ("制度", 1, 0)]) == {}
    assert set(again_errors([("申请书", 4, 4), ("制度", 0, 1)])) == {"materials[1].copies_sent"}
