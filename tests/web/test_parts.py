"""The pure parts of the pages: paging, words, states, counting tries, stories, addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines.law.calendar import seed_calendar
from engine.casework.cases.rules import CASE_TYPES, STATUSES
from engine.foundation.journal.queries import Line
from engine.process.clocks.queries import ClockRow
from engine.registry.organisation.queries import Department
from web import words
from web.demo import sorted_out
from web.paging import Page, asked_number
from web.returning import Typed, is_own
from web.standing import MARKS, due_of_clock
from web.timeline import story

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)

# Pages of a list -------------------------------------------------------------------------------------------------


@given(total=st.integers(0, 5000), number=st.integers(1, 300))
def test_the_pages_cover_every_row_once_and_offer_the_ends(total: int, number: int):
    pages = [Page(one, total) for one in range(1, Page(1, total).last + 1)]
    assert sum(page.last_row - page.first_row + 1 for page in pages if page.total) == total
    shown = [one for one in Page(number, total).numbers if one is not None]
    assert shown == sorted(set(shown))
    assert {1, pages[-1].number} <= set(shown)


def test_far_away_pages_are_left_out_with_a_mark():
    assert Page(10, 400).numbers == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert Page(1, 0).numbers == [1]


@given(text=st.text(max_size=12))
def test_any_text_is_a_page_number(text: str):
    assert 1 <= asked_number(text) <= 10_000


@pytest.mark.parametrize("text, number", [(None, 1), ("", 1), ("3", 3), ("-3", 1), ("٣", 1), ("1e3", 1), ("0", 1)])
def test_only_plain_numbers_count(text: str | None, number: int):
    assert asked_number(text) == number


# Words -----------------------------------------------------------------------------------------------------------


def test_instants_are_said_in_the_citys_time():
    assert words.local(NOW) == "2026-03-02 09:05"
    assert words.local_second(NOW) == "2026-03-02 09:05:00"
    assert words.iso(NOW) == "2026-03-02T09:05:00+08:00"
    assert (words.local(None), words.local_second(None), words.iso(None)) == ("", "", "")
    assert (words.long_day(date(2026, 3, 2)), words.long_day(None)) == ("2026年3月2日", "")
    assert words.iso(date(2026, 3, 2)) == "2026-03-02"


@pytest.mark.parametrize(
    "count, said", [(0, "0 B"), (1023, "1023 B"), (2048, "2 KB"), (1_000_000, "977 KB"), (20 << 20, "20.0 MB")]
)
def test_sizes_are_said_in_words_people_use(count: int, said: str):
    assert words.size(count) == said


def test_every_state_and_type_has_its_word():
    assert all(words.status(code) != code for code in STATUSES)
    assert all(words.case_type(code) != code for code in CASE_TYPES)
    assert words.channel("1") == "窗口"
    assert words.role("window_clerk") == "综窗受理员"
    assert words.status("unheard-of") == "unheard-of"


def test_a_persons_name_is_masked_and_a_firms_is_not():
    assert words.person_or_firm("person", "王建国") == "王*国"
    assert words.person_or_firm("organisation", "安阳测试餐饮有限公司") == "安阳测试餐饮有限公司"


# States ----------------------------------------------------------------------------------------------------------


def clock(state: str, due: date | None, stopped: date | None = None) -> ClockRow:
    return ClockRow("c", "case:1", "commitment", 1, state, None, due, False, stopped)


@pytest.mark.parametrize(
    "row, today, tone, word",
    [
        (clock("running", date(2026, 3, 9)), date(2026, 3, 2), "normal", "正常 剩5个工作日"),
        (clock("running", date(2026, 3, 9)), date(2026, 3, 6), "soon", "临期 剩1个工作日"),
        (clock("running", date(2026, 3, 9)), date(2026, 3, 9), "soon", "今日到期"),
        (clock("running", date(2026, 3, 9)), date(2026, 3, 11), "late", "超期2个工作日"),
        (clock("running", date(2026, 3, 6)), date(2026, 3, 7), "late", "已超期（不足1个工作日）"),
        (clock("paused", None), date(2026, 3, 11), "paused", "暂停计时"),
        (clock("stopped", date(2026, 3, 9), date(2026, 3, 5)), date(2026, 4, 1), "met", "按期完成"),
        (clock("stopped", date(2026, 3, 9), date(2026, 3, 10)), date(2026, 4, 1), "late", "超期1个工作日"),
    ],
)
def test_a_clocks_state_has_tone_mark_and_word(row: ClockRow, today: date, tone: str, word: str):
    due = due_of_clock(row, seed_calendar(), today)
    assert (due.tone, due.word, due.mark) == (tone, word, MARKS[tone])


def test_no_two_states_share_a_mark():
    assert len(set(MARKS.values())) == len(MARKS)


# Stories ---------------------------------------------------------------------------------------------------------


def line(seq: int, type: str, account: str, key: str) -> Line:
    return Line(
        root="case:1", seq=seq, type=type, at=NOW, account=account, data={}, hash="", previous="", sentence=type,
        command="C", key=key,
    )  # fmt: skip


def test_lines_of_one_act_stand_together_and_the_machinery_apart():
    lines = [
        line(1, "task.completed", "W01", "k1"), line(2, "process.advanced", "W01", "k1"),
        line(3, "task.completed", "W01", "k2"), line(4, "document.rendered", "system", "k3"),
    ]  # fmt: skip
    told = [(one.who, one.system, one.sentences, one.machinery) for one in story(lines, {"W01": "受理员一"})]
    assert told == [
        ("受理员一", False, ["task.completed"], ["process.advanced"]),
        ("受理员一", False, ["task.completed"], []),
        ("系统", True, [], ["document.rendered"]),
    ]


# Coming back -----------------------------------------------------------------------------------------------------


@given(target=st.text(max_size=40))
def test_an_own_address_never_names_another_site(target: str):
    if is_own(target):
        assert target.startswith("/")
        assert not target.startswith("//")
        assert "\\" not in target
        assert target.isprintable()


@given(pairs=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=50))), files=st.booleans())
def test_what_was_typed_is_packed_without_loss(pairs: list[tuple[str, str]], files: bool):
    import json

    packed = Typed("/tasks/1-1", tuple(pairs), files).packed()
    assert [tuple(pair) for pair in json.loads(packed)["pairs"]] == pairs


# The demonstration's accounts ------------------------------------------------------------------------------------


def test_accounts_of_departments_are_a_table_in_the_order_of_their_numbers():
    named = {key: Department(key, key, name, "", "department") for key, name in (("a", "甲"), ("b", "乙"))}
    listed = [
        ("D101", "x", (("dept_reviewer", "b"),)), ("D21", "y", (("dept_reviewer", "a"),)),
        ("D22", "z", (("dept_head", "a"),)), ("A01", "管", (("sys_admin", "center"),)),
        ("W01", "窗", (("window_clerk", "center"), ("dept_reviewer", "a"))),
    ]  # fmt: skip
    shown = sorted_out(listed, named)
    assert [one.account for one in shown.centre] == ["W01", "A01"]
    assert [(row.name, row.accounts) for row in shown.departments] == [
        ("甲", {"dept_reviewer": "D21", "dept_head": "D22"}), ("乙", {"dept_reviewer": "D101"}),
    ]  # fmt: skip
