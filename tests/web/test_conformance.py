"""流程相符: the page by item and department, the kinds, the cases and their lines, the exports; 与流程图对照."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.site import Page, Site
from tests.support.unlike import closed_case, department_auditor, leave_out
from yichuang.conforming import hold_all

PATH = "/audit/conformance"


@pytest.fixture
def unlike(site: Site) -> str:
    """A house with two closed cases of which one is not as drawn: its number."""
    closed_case(site.house)
    found = closed_case(site.house)
    leave_out(site.house, found, "ut_head_decide")
    hold_all(site.house.door)
    return found


def table(page: Page, name: str) -> list[str]:
    return page.each(f"section[aria-labelledby='{name}-title'] tbody tr")


def test_nothing_closed_is_said(site: Site):
    page = site.visitor("U81").open(PATH)
    assert page.status == 200
    assert "还没有办结的办件" in page.main and "没有已对照的办件" in page.main


def test_what_waits_to_be_held_is_said_and_not_counted_as_fitting(site: Site):
    closed_case(site.house)
    page = site.visitor("U81").open(PATH)
    assert "已对照 0 件，尚有 1 件待对照" in page.main and table(page, "table") == []
    hold_all(site.house.door)
    assert "✓ 办结的 1 件都已对照" in page.visitor.open(PATH).main


def test_the_table_the_kinds_and_the_cases_tell_the_same(site: Site, unlike: str):
    page = site.visitor("U81").open(PATH)
    [row] = table(page, "table")
    assert row.startswith("社会保障卡补领") and "2 件" in row
    assert row.count("1 件相符，● 1 件不相符") == 2
    assert [one for one in table(page, "kinds") if "0 件0 处" not in one] == ["没有经过● 不相符1 件1 处"]
    [case] = table(page, "cases")
    assert "不相符 1 处" in case and "流程图上应当经过的“业务负责人直接审核”没有经过" in case
    [line] = [one.get("href") for one in page.all("section[aria-labelledby='cases-title'] li a")]
    assert line.startswith(f"/cases/{unlike}/replay?at=")
    assert page.visitor.open(line).status == 200
    told = [one.sentence for one in site.house.journal("access:U81")]
    assert "查看 流程相符" in told


def test_the_address_is_the_question(site: Site, unlike: str):
    auditor = site.visitor("U81")
    assert len(table(auditor.open(f"{PATH}?verdict=fits"), "cases")) == 1
    assert f"/cases/{unlike}" not in auditor.open(f"{PATH}?verdict=fits").text
    assert len(table(auditor.open(f"{PATH}?kind=skipped"), "cases")) == 1
    assert "没有这样的办件" in auditor.open(f"{PATH}?kind=foreign").main
    assert "没有已对照的办件" in auditor.open(f"{PATH}?closed_from=2031-01-01").main
    assert "没有已对照的办件" in auditor.open(f"{PATH}?item=I02").main
    assert "这一页没有办件" in auditor.open(f"{PATH}?page=9").main
    for odd in ("against=x", "kind=x", "verdict=x", "closed_from=x", "closed_to=9999-12-31", "page=x", "item=%00"):
        assert auditor.open(f"{PATH}?{odd}").status == 200, odd
    links = auditor.open(f"{PATH}?against=published").all("section[aria-labelledby='kinds-title'] a")
    assert [parse_qs(urlsplit(one.get("href") or "").query)["against"] for one in links] == [["published"]]


def test_the_exports_hold_the_same_cases_with_a_line_for_each_deviation(site: Site, unlike: str):
    auditor = site.visitor("U81")
    page = auditor.open(f"{PATH}/export.csv?kind=skipped")
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(page.response.get_data().decode("utf-8-sig"))))
    assert [(one["办件编号"], one["种类"], one["图元"]) for one in rows] == [(unlike, "没有经过", "ut_head_decide")]
    assert re.fullmatch(r"第 \d+ 条", rows[0]["过程记录"]) and rows[0]["结果"] == "不相符 1 处"
    book = auditor.open(f"{PATH}/export.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.response.get_data())) as file:
        text = file.read("xl/sharedStrings.xml").decode()
    assert unlike in text and "业务负责人直接审核" in text and "已对照 2 件，待对照 0 件" in text
    told = [one.sentence for one in site.house.journal("access:U81") if "导出" in one.sentence]
    assert told == ["查看 流程相符的导出（csv，1 行）", "查看 流程相符的导出（xlsx，1 行）"]


def test_a_department_auditor_sees_the_own_department_and_nothing_of_another(site: Site, unlike: str):
    for account, department, seen in (("U82", "hrss", 1), ("U83", "market", 0)):
        auditor = site.visitor(department_auditor(site.house, department, account))
        page = auditor.open(PATH)
        assert page.status == 200
        assert (len(table(page, "table")), len(table(page, "cases"))) == (seen, seen)
        assert (unlike in auditor.open(f"{PATH}/export.csv").text) == bool(seen)
        assert ("还没有办结的办件" in page.main) != bool(seen)
        # An address that names the other department is answered as if it had no cases.
        assert len(table(auditor.open(f"{PATH}?department=hrss"), "table")) == seen


@pytest.mark.parametrize("account", ["S51", "W01", "D61", "A03"])
def test_nobody_else_sees_it(site: Site, account: str):
    visitor = site.visitor(account)
    for path in (PATH, f"{PATH}/export.csv", f"{PATH}/export.xlsx"):
        assert visitor.open(path).status == 403


def test_a_replay_tells_the_deviations_of_its_own_case_with_their_lines(site: Site, unlike: str):
    auditor = site.visitor("U81")
    part = "section[aria-labelledby='unlike-title']"
    bad = auditor.open(f"/cases/{unlike}/replay")
    assert "● 与办件自己各版的流程图有 1 处不相符" in bad.words(part)
    assert "没有经过，第" in bad.words(part) and [one.get("href") for one in bad.all(f"{part} li a")] != []
    good = auditor.open(f"/cases/{closed_case(site.house)}/replay")
    assert "✓ 到现在为止的全部记录，与办件自己各版的流程图相符" in good.words(part)
    assert site.visitor("S51").open(f"/cases/{unlike}/replay").all(f"{part} a[href='/audit/conformance']") == []
