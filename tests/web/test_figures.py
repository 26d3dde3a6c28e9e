"""办理统计: what the page says of ended cases, to whom, and what is taken away of it."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.foundation.store.unit import Actor
from engine.oversight.audit.mining.figures import figures
from engine.oversight.audit.mining.queries import Selection, records
from engine.oversight.audit.rollups.keeping.queries import add
from engine.oversight.audit.rollups.rules import Row, Sums, figures_scope, way_of
from engine.oversight.audit.rollups.tables import rollup_case, rollup_way
from engine.registry.identity.rules import SYSTEM
from tests.support.house import INSURANCE, MARKET, PERSON, House
from tests.support.site import Page, Site
from yichuang.rolling import roll
from yichuang.sealing import seal_all


def end_two(house: House) -> tuple[str, str]:
    """An ended case of insurance (I06 or its like), and one of market."""
    instant = house.accepted_instant()
    house.complete("D62", instant, "ut_head_decide", {"decision": "grant"})
    house.finish(instant, INSURANCE, ("王建国", PERSON["id_no"]))
    market = house.decided_commitment()
    house.finish(market, MARKET, ("李秀兰", "41050219850612002X"))
    return instant, market


def count(house: House) -> None:
    seal_all(house.door)
    roll(house.door)


@pytest.fixture
def cases(site: Site) -> tuple[str, str]:
    found = end_two(site.house)
    count(site.house)
    return found


def page_of(site: Site, account: str = "U81", more: str = "") -> Page:
    return site.visitor(account).open(f"/audit/figures{more}")


def plant(house: House, facts: dict[Row, Sums], ways: tuple[tuple[str, ...], ...] = ()) -> None:
    """Add sums that no case of the house has: what many cases would add."""
    with house.door.housekeeping() as connection:
        add(connection, facts, {})
        for tasks in ways:
            connection.execute(rollup_way.insert().values(digest=way_of(tasks), tasks=list(tasks)))


def table(page: Page) -> list[list[str]]:
    assert page.status == 200, page.text
    return list(csv.reader(page.response.get_data().decode("utf-8-sig").splitlines()))


# Empty ------------------------------------------------------------------------------------------------------------


def test_without_an_ended_case_the_page_says_so(site: Site):
    page = page_of(site)
    assert page.status == 200 and "还没有办结的办件" in page.main
    assert page.each("main h2") == []


def test_a_period_without_cases_is_empty_and_says_what_to_choose(site: Site, cases: tuple[str, str]):
    site.house.clock.advance(timedelta(days=400))
    page = page_of(site, more="?since=2027-04&until=2027-04")
    assert "这个范围内没有办结的办件" in page.main


def test_while_all_is_counted_anew_nothing_half_is_shown(site: Site, cases: tuple[str, str]):
    with site.house.door.housekeeping() as connection:
        connection.exec_driver_sql("UPDATE rollup_head SET making = :making", {"making": True})
    page = page_of(site)
    assert "正在重新统计" in page.main and page.each("main h2") == []
    refused = page_of(site, more="/elements.csv")
    assert refused.status == 404 and "正在重新统计" in refused.text


# What it says -----------------------------------------------------------------------------------------------------


def test_all_items_are_told_with_the_way_to_each(site: Site, cases: tuple[str, str]):
    page = page_of(site)
    assert "2 件" in page.main
    with site.house.door.read(SYSTEM) as view:
        found = figures(records(view.connection, Selection(numbers=cases)))
    ways = page.each("#ways tbody th")
    assert ways == [" → ".join(one.tasks) for one in sorted(found.variants, key=lambda one: way_of(one.tasks))]
    links = [one.get("href") for one in page.all("#map tbody a")]
    assert sorted(link.split("item=")[1][:3] for link in links) == sorted(
        site.house.case(case_no).item_code for case_no in cases
    )


def test_an_item_has_its_published_drawing_painted_and_the_same_as_a_table(site: Site, cases: tuple[str, str]):
    item = site.house.case(cases[1]).item_code
    page = page_of(site, more=f"?item={item}")
    assert page.words("#map h2").startswith("热力图：")
    [row] = [one for one in page.all("#map table tr") if "制作结果文书" in one.text_content()]
    assert "人工环节" in row.text_content()
    assert "1 次" in page.words("#map svg g")
    assert page.all("#map .yc-key svg")
    process = page_of(site, more=f"?item={item}&process=route_commitment&by=total")
    assert process.words("#map h2").startswith("热力图：承诺件审批")
    assert [one.get("aria-current") for one in process.all("#map a") if "按合计等候" in one.text_content()] == ["true"]
    names = process.each("#map table th")
    with site.house.door.read(SYSTEM) as view:
        found = figures(records(view.connection, Selection(numbers=(cases[1],))))
    assert {one.name for one in found.times if one.process == "route_commitment"} <= set(names)


def test_a_place_that_is_not_on_the_drawing_any_more_is_in_the_table(site: Site, cases: tuple[str, str]):
    item = site.house.case(cases[1]).item_code
    with site.house.door.housekeeping() as connection:
        connection.exec_driver_sql("UPDATE rollup_element SET element = 'ut_gone', name = '旧的环节'"
                                   " WHERE element = 'ut_make_result'")  # fmt: skip
        assert connection.exec_driver_sql("SELECT count(*) FROM rollup_element WHERE element = 'ut_gone'").scalar()
    page = page_of(site, more=f"?item={item}")
    assert any("旧的环节" in one and "不在现行图上" in one for one in page.each("#map table th"))


def test_who_waits_for_whom_is_a_matrix_with_what_each_takes_over(site: Site, cases: tuple[str, str]):
    hour = 3_600_000_000
    plant(site.house, {
        ("handover", "I02", "2026-03", "market", ("market", "health", 24)): (4, 8 * hour),
        ("handover", "I02", "2026-03", "market", ("market", "health", 32)): (1, 10 * hour),
    })  # fmt: skip
    page = page_of(site)
    rows = page.each("#matrix tbody tr")
    assert any(one.startswith("市监") and "5 次" in one for one in rows)
    assert rows[-1].startswith("等候合计") and "18 小时" in rows[-1]


def test_many_ways_have_pages_and_their_shares(site: Site, cases: tuple[str, str]):
    ways = tuple((f"环节{number}", "送达") for number in range(25))
    facts: dict[Row, Sums] = {
        ("variant", "I02", "2026-03", "market", (way_of(one), 10)): (100 - place, 10**9)
        for place, one in enumerate(ways)
    }  # fmt: skip
    plant(site.house, facts, ways)
    first, second = page_of(site), page_of(site, more="?page=2")
    assert first.each("#ways tbody th")[0] == "环节0 → 送达"
    assert len(first.all("#ways tbody tr")) == 20 and len(second.all("#ways tbody tr")) == 7
    assert first.all("#ways .yc-pager__list")
    assert "4.5%" in first.words("#ways tbody tr")
    beyond = page_of(site, more="?page=3")
    assert "这一页没有走法" in beyond.main


def test_a_way_leads_to_its_cases_and_they_to_their_replay(site: Site, cases: tuple[str, str]):
    link = next(one.get("href") for one in page_of(site).all("#ways tbody a"))
    page = site.visitor("U81").open(link)
    assert page.heading == "一种走法"
    [case] = page.all("table tbody a")
    assert any(case.get("href") == f"/cases/{case_no}/replay" for case_no in cases)
    seen = site.visitor("C01").open(link)
    assert "/replay" not in seen.all("table tbody a")[0].get("href")


def test_deviations_are_told_faults_first(site: Site, cases: tuple[str, str]):
    plant(site.house, {
        ("deviation", "I02", "2026-03", "market", ("sent_back", "r", "p", "ut_x")): (9, 9),
        ("deviation", "I02", "2026-03", "market", ("skipped", "r", "p", "ut_y")): (2, 1),
    })  # fmt: skip
    page = page_of(site)
    told = [one.text_content() for one in page.all("main table tr") if "ut_" in one.text_content()]
    assert ["应当经过而没有经过" in told[0], "退回" in told[1], "依规定办理" in told[1]] == [True] * 3


def test_what_could_not_be_read_is_said(site: Site, cases: tuple[str, str]):
    with site.house.door.housekeeping() as connection:
        connection.execute(rollup_case.update().where(rollup_case.c.item == "I02").values(way="", share=b""))
    assert "另有 1 件办结的办件记录读不出来" in page_of(site).main


# Who sees what ----------------------------------------------------------------------------------------------------


def test_a_head_sees_the_own_department_only(site: Site, cases: tuple[str, str]):
    page = page_of(site, "D12")
    assert "1 件" in page.main and "2 件" not in page.main
    assert [one.get("value") for one in page.all("#department option")] == ["", "market"]
    mine = table(page_of(site, "D12", "/ways.csv"))
    assert len(mine) == 2 and len(table(page_of(site, "U81", "/ways.csv"))) == 3
    with site.house.door.read(SYSTEM) as view:
        other = view.connection.scalars(sa.select(rollup_case.c.way).where(rollup_case.c.department != "market")).one()
    assert page_of(site, "D12", f"/ways/{other}").status == 404
    assert page_of(site, "U81", f"/ways/{other}").status == 200


@pytest.mark.parametrize("more", ["?department=health", "?item=none", "?since=1999-01", "?until=x",
                                  "?since=2026-03&until=2026-02"])  # fmt: skip
def test_what_is_not_there_or_not_the_reader_s_is_refused_and_nothing_is_shown(
    site: Site, cases: tuple[str, str], more: str
):
    page = page_of(site, "D12", more)
    assert page.status == 404 and "没有可以查看的这一项统计" in page.text and "全程中位" not in page.text


@pytest.mark.parametrize(
    "grants, seen",
    [
        ((("auditor", "center"),), None), ((("auditor", "market"),), {"market"}), ((("supervisor", "center"),), None),
        ((("dept_head", "market"), ("dept_head", "health")), {"market", "health"}),
        ((("dept_head", "market"), ("evaluator", "center")), None),
        ((("dept_head", "market"), ("window_clerk", "center")), {"market"}), ((("dept_reviewer", "market"),), set()),
    ],
)  # fmt: skip
def test_a_post_at_the_centre_sees_all_and_one_in_a_department_that_one(
    grants: tuple[tuple[str, str], ...], seen: set[str] | None
):
    scope = figures_scope(Actor(account="X", person="x", name="某", grants=grants))
    assert (scope.everything, scope.departments) == (seen is None, frozenset(seen or ()))


def test_whoever_looked_stands_in_the_access_journal(site: Site, cases: tuple[str, str]):
    page_of(site, more="?item=I02")
    page_of(site, more="/elements.csv")
    seen = [str(one.data) for one in site.house.journal("access:U81")]
    assert any("办理统计（I02" in one for one in seen) and any("CSV" in one for one in seen)


# Taken away -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["elements", "ways", "handovers", "deviations"])
def test_each_table_is_taken_as_csv_and_as_xlsx(site: Site, cases: tuple[str, str], name: str):
    rows = table(page_of(site, more=f"/{name}.csv"))
    assert all(len(row) == len(rows[0]) for row in rows)
    sheet = page_of(site, more=f"/{name}.xlsx")
    assert sheet.status == 200 and "attachment" in sheet.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(sheet.response.get_data())) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == len(rows) + 3


def test_no_name_becomes_a_formula(site: Site, cases: tuple[str, str]):
    plant(site.house, {("variant", "I02", "2026-03", "market", (way_of(("=1+1",)), 3)): (1, 1)}, (("=1+1",),))
    assert [row[0] for row in table(page_of(site, more="/ways.csv")) if "1+1" in row[0]] == ["'=1+1"]
    sheet = page_of(site, more="/ways.xlsx")
    with zipfile.ZipFile(io.BytesIO(sheet.response.get_data())) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("more", ["/none.csv", "/elements.pdf", "/ways/none"])
def test_what_there_is_not_is_not_found(site: Site, cases: tuple[str, str], more: str):
    assert page_of(site, more=more).status == 404
