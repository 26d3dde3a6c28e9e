"""Releases beside each other, what they mean for running cases, moving a chosen set, and the matrix of clauses."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from tests.engine.oversight.publishing.test_releases import deploy, review, shipped, without
from tests.support.site import Page, Site

ROUTE = "route_commitment"
IMPACT = "/designer/releases/I02/1/impact"


@pytest.fixture
def cases(site: Site) -> tuple[str, str]:
    """One case that stands on an element that the second release leaves out, and one that can go on."""
    house = site.house
    stuck, free = house.accepted_commitment(), house.accepted_commitment()
    review(house, stuck)
    house.wait(minutes=1)
    deploy(house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    return stuck, free


def rows(page: Page) -> list[list[str]]:
    """Return the rows of the spreadsheet that was sent, as texts."""
    with zipfile.ZipFile(io.BytesIO(page.response.data)) as book:
        strings = etree.fromstring(book.read("xl/sharedStrings.xml"))
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    texts = ["".join(str(part) for part in one.itertext()) for one in strings.iterfind("{*}si")]
    found = []
    for row in sheet.iterfind(".//{*}row"):
        cells = [(cell.get("t"), cell.findtext("{*}v") or "") for cell in row.iterfind("{*}c")]
        found.append([texts[int(value)] if kind == "s" else value for kind, value in cells])
    return found


def test_an_item_shows_its_releases_and_how_many_cases_run_by_each(site: Site, cases: tuple[str, str]):
    page = site.visitor("P61").open("/designer/releases")
    assert "设置大型户外广告" in page.main
    one = page.visitor.open("/designer/releases/I02")
    assert "共 2 版，现在收件的办件用第 2 版" in one.main
    assert one.visitor.open("/designer/releases/I99").status == 404


def test_two_releases_are_compared_in_words_and_on_both_drawings(site: Site, cases: tuple[str, str]):
    page = site.visitor("P61").open("/designer/releases/I02/compare?from=1&to=2")
    assert "承诺件审批" in page.main
    assert "提出审查意见" in page.main
    assert "删去" in page.main
    assert len(page.all("figure svg")) == 2
    assert "Look(" not in page.text, "the switch of the display is the frame's own"
    table = page.visitor.open("/designer/releases/I02/compare.xlsx?from=1&to=2")
    assert any("ut_dept_opinion" in cell for row in rows(table) for cell in row)


def test_the_impact_tells_who_can_go_on_and_why_the_others_cannot(site: Site, cases: tuple[str, str]):
    stuck, free = cases
    page = site.visitor("P61").open(f"{IMPACT}?to=2")
    assert "停在修改或删去的环节" in page.main
    assert "为什么不能改用" in page.main
    assert "提出审查意见" in page.main
    sheet = rows(page.visitor.open("/designer/releases/I02/1/impact.xlsx?to=2"))
    can = {row[0]: row[2] for row in sheet if row and row[0] in cases}
    assert can == {stuck: "不能", free: "可以"}


def test_a_chosen_set_is_moved_case_by_case_and_what_was_refused_keeps_its_reason(site: Site, cases: tuple[str, str]):
    stuck, free = cases
    form = site.visitor("P61").open(f"{IMPACT}?to=2").form("/designer/releases/I02/1/migrate")
    batch = form.set(scope="all", reason="按新修订的办法办理").press()
    assert "/designer/releases/batches/" in batch.address
    assert site.house.case(free).release_id == site.house.case(stuck).release_id, "nothing is moved by choosing"
    done = batch.form(batch.address + "/go").press()
    assert "已改用新版" in done.main
    assert "没有改动" in done.main
    assert site.house.case(free).release_id != site.house.case(stuck).release_id
    result = {row[1]: row[2] for row in rows(done.visitor.open(batch.address + ".xlsx")) if len(row) > 2}
    assert (result[free], result[stuck]) == ("已改用新版", "没有改动")
    assert site.house.violations() == []


def test_what_is_chosen_wrongly_is_told_and_nothing_is_begun(site: Site, cases: tuple[str, str]):
    form = site.visitor("P61").open(f"{IMPACT}?to=2").form("/designer/releases/I02/1/migrate")
    assert "勾选" in form.set(scope="picked", reason="按新修订的办法办理").press().main
    form = site.visitor("P61").open(f"{IMPACT}?to=2").form("/designer/releases/I02/1/migrate")
    assert form.set(scope="movable", reason="").press().status == 422
    assert site.visitor("P61").open(f"{IMPACT}?to=2&map=没有冒号").status == 422
    assert "没有改用过" in site.visitor("P61").open("/designer/releases/I02").main


def test_a_release_without_running_cases_says_so(site: Site):
    house = site.house
    house.wait(minutes=1)
    deploy(house, route_commitment=shipped(ROUTE).replace('name="实质审查"', 'name="书面审查"'))
    assert "没有在办件" in site.visitor("P61").open("/designer/releases/I10/1/impact?to=2").main


def test_the_matrix_of_clauses_tells_what_either_side_lacks(site: Site):
    page = site.visitor("P61").open("/designer/releases/clauses")
    assert "每个办理环节都注明了条款" in page.main
    assert "流程图中没有环节的条款" in page.main
    bare = shipped(ROUTE).replace('<yc:clause ref="6.2.1"/>', "")
    site.house.wait(minutes=1)
    deploy(site.house, route_commitment=bare)
    changed = page.visitor.open(f"/designer/releases/clauses?process={ROUTE}")
    assert "实质审查" in changed.main
    assert "没有注明条款的环节（0）" not in changed.main
    sheet = rows(page.visitor.open("/designer/releases/clauses/table.xlsx"))
    assert any(row and row[0] == "（没有注明）" for row in sheet)


def test_releases_are_the_designers_alone(site: Site):
    for account in ("W01", "D12", "S51", "U81", "A01"):
        assert site.visitor(account).open("/designer/releases").status == 403
