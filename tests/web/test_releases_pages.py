"""Releases at the desk: how two differ, what becomes of running cases, moving them, clauses beside the drawings."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.migrating.queries import rows_of
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.engine.oversight.publishing.test_releases import deploy, review, shipped, without
from tests.support.figures import change_figure
from tests.support.house import House
from tests.support.site import Page, Site, Visitor

ROUTE = "route_commitment"
LIST = "/designer/releases"


def edited() -> str:
    """The route without its written opinion, and with another name of its review."""
    return without(ROUTE, "ut_dept_opinion").replace('name="实质审查"', 'name="书面实质审查"', 1)


def publish(house: House) -> None:
    """A second release: an edited route, and another value of the item."""
    item = json.loads((Path(library.__file__).parent / "items" / "I02.json").read_text("utf-8"))
    item["visits_limit"] += 1
    text = json.dumps(item, ensure_ascii=False)
    house.execute("P61", Deploy(processes={ROUTE: edited()}, items={"I02": text}))


def standing(house: House) -> tuple[str, str]:
    """A case at the step that stays, one at the step that goes; then the second release."""
    early, late = house.accepted_commitment(), house.accepted_commitment()
    review(house, late)
    publish(house)
    return early, late


@pytest.fixture
def designer(site: Site) -> Visitor:
    return site.visitor("P61")


def sheet_words(page: Page) -> str:
    with zipfile.ZipFile(io.BytesIO(page.response.data)) as book:
        return book.read("xl/sharedStrings.xml").decode("utf-8")


# Releases ---------------------------------------------------------------------------------------------------------


def test_the_list_tells_of_each_item_what_is_in_force_and_how_many_cases_run_by_older_ones(
    site: Site, designer: Visitor
):
    standing(site.house)
    page = designer.open(LIST)
    [row] = [words for words in page.each("main tbody tr") if words.startswith("I02")]
    assert row.endswith("第 2 版 2026-03-02 09:05 2 2 2")
    [other] = [words for words in page.each("main tbody tr") if words.startswith("I03")]
    assert other.endswith("0 0")


def test_an_item_lists_its_releases_with_who_made_them_and_leads_to_their_differences(site: Site, designer: Visitor):
    standing(site.house)
    page = designer.open(f"{LIST}/I02")
    assert "第 2 版 现行" in page.each("main tbody tr")[0]
    assert "流程设计师一" in page.each("main tbody tr")[0]
    links = [one.get("href") for one in page.all("main tbody a")]
    assert f"{LIST}/I02/compare?from=1&to=2" in links
    assert f"{LIST}/I02/1/impact" in links
    assert f"{LIST}/I02/2/impact" not in links, "no case runs by it"
    assert designer.open(f"{LIST}/I99").status == 404
    assert "ITEM_UNRELEASED" in designer.page.text


def test_a_release_that_begins_later_is_told_as_coming(site: Site, designer: Visitor):
    change_figure(site.house, "delivery", 9, effective="2027-01-04")
    page = designer.open(f"{LIST}/I02")
    assert "第 2 版 待生效" in page.each("main tbody tr")[0]
    assert "现在收件的办件用第 1 版" in page.main
    compared = designer.open(f"{LIST}/I02/compare?from=1&to=2")
    assert "参数：计时参数" in compared.main
    assert "送达期限" in compared.main
    assert "10个工作日" in compared.main
    assert "9个工作日" in compared.main


def test_two_releases_are_compared_in_words_with_forms_items_and_elements(site: Site, designer: Visitor):
    standing(site.house)
    page = designer.open(f"{LIST}/I02/compare?from=1&to=2")
    words = page.main
    assert "流程：承诺件审批" in words
    assert "表单：dept_opinion" in words
    assert "到场次数" in words
    lines = {one.get("id"): one.text_content() for one in page.all("main tbody tr[id]")}
    assert "删去" in lines[f"f-process-{ROUTE}-ut_dept_opinion"]
    assert "书面实质审查" in lines[f"f-process-{ROUTE}-ut_substantive"]
    assert designer.open(f"{LIST}/I02/compare?from=2&to=1").main == words, "the older one always stands first"
    assert "这两版相同" in designer.open(f"{LIST}/I02/compare?from=2&to=2").main


def test_the_drawings_show_each_side_what_it_has_by_word_sign_and_line_and_lead_to_the_list(
    site: Site, designer: Visitor
):
    standing(site.house)
    page = designer.open(f"{LIST}/I02/compare?from=1&to=2")
    old, new = page.all("figure svg")
    flags = [[one.get("class").split("--")[-1] for one in side.xpath(".//*[contains(@class, 'yc-d-flag')]")]
             for side in (old, new)]  # fmt: skip
    assert sorted(flags[0]) == ["changed", "removed"]
    assert flags[1] == ["changed"]
    tags = ".//*[contains(@class, 'yc-d-flag')]/*[name()='text']/text()"
    assert [sorted(side.xpath(tags)) for side in (old, new)] == [["修改", "删去"], ["修改"]]
    links = {one.get("href").lstrip("#") for one in old.xpath(".//*[name()='a']")}
    assert links == {f"f-process-{ROUTE}-{id}" for id in ("ut_dept_opinion", "ut_substantive")}
    assert links <= {one.get("id") for one in page.all("main tr[id]")}
    ids = [one.get("id") for one in page.all("[id]")]
    assert len(ids) == len(set(ids)), "two drawings of one process share no id"
    labels = [one.get("aria-label") for one in old.xpath(".//*[name()='a']")]
    assert "提出审查意见：删去" in labels


def test_a_process_that_only_one_release_has_is_drawn_on_one_side(site: Site, designer: Visitor):
    alone = shipped("extension").replace('"extension"', '"extension_again"')
    deploy(site.house, extension_again=alone)
    page = designer.open(f"{LIST}/I02/compare?from=1&to=2&process=extension_again")
    assert len(page.all("figure svg")) == 1
    assert "这一版没有这个流程" in page.main
    assert "这一版才有" in page.main


def test_the_differences_are_taken_as_a_spreadsheet_which_is_journalled(site: Site, designer: Visitor):
    standing(site.house)
    page = designer.open(f"{LIST}/I02/compare.xlsx?from=1&to=2")
    assert (page.status, page.headers["Content-Security-Policy"]) == (200, "default-src 'none'; sandbox")
    words = sheet_words(page)
    assert all(one in words for one in ("提出审查意见", "书面实质审查", "到场次数", "内容摘要"))
    seen = [line.data for line in site.house.journal("access:P61") if line.type == "access.viewed"]
    assert any("导出 事项I02第1版与第2版的不同" in str(one) for one in seen)


# Impact -----------------------------------------------------------------------------------------------------------


def test_the_impact_counts_cases_by_element_and_says_why_some_cannot_move(site: Site, designer: Visitor):
    early, late = standing(site.house)
    page = designer.open(f"{LIST}/I02/1/impact")
    assert page.each(".yc-tile") == ["2在办件", "2停在修改或删去的环节", "1可以改用", "1不能改用"]
    rows = page.each("main tbody tr")
    assert any("ut_dept_opinion" in row and "删去 1 0 1" in row for row in rows)
    assert any("ut_substantive" in row and "修改 1 1 0" in row for row in rows)
    assert "新版中没有这个元素" in page.main
    listed = designer.open(f"{LIST}/I02/1/impact?to=2&element={ROUTE}/ut_dept_opinion")
    movable = designer.open(f"{LIST}/I02/1/impact?can=yes")
    ticks = [[one.get("value") for one in shown.all("input[name=case]")] for shown in (listed, movable)]
    assert ticks == [[late], [early]]
    assert site.house.case(early).release_id == site.house.case(late).release_id, "nothing was changed"


def test_a_map_of_renamed_elements_lets_more_go_and_a_wrong_one_is_told(site: Site, designer: Visitor):
    case_no = site.house.accepted_commitment()
    text = shipped(ROUTE).replace('"ut_substantive"', '"ut_review"').replace(">ut_substantive<", ">ut_review<")
    deploy(site.house, route_commitment=text)
    assert "1不能改用" in designer.open(f"{LIST}/I02/1/impact").main
    mapped = designer.open(f"{LIST}/I02/1/impact?map={ROUTE}:ut_substantive=ut_review")
    assert "0不能改用" in mapped.main
    wrong = designer.open(f"{LIST}/I02/1/impact?map=nonsense")
    assert (wrong.status, "元素对照“nonsense”不能使用" in wrong.main) == (422, True)
    page = mapped.form(f"{LIST}/I02/1/migrate").set(reason="改了编号").press()
    page.form(f"{LIST}/batches").press()
    assert [task.element for task in site.house.open_tasks(case_no)] == ["ut_review"]


def test_the_impact_is_taken_as_a_spreadsheet(site: Site, designer: Visitor):
    early, late = standing(site.house)
    words = sheet_words(designer.open(f"{LIST}/I02/1/impact.xlsx"))
    assert all(one in words for one in (early, late, "可以", "不能", "新版中没有这个元素"))


def test_without_cases_or_without_another_release_the_page_says_so(site: Site, designer: Visitor):
    assert "没有在办件" in designer.open(f"{LIST}/I02/1/impact").main
    site.house.accepted_commitment()
    assert "这些办件用的就是这一版" in designer.open(f"{LIST}/I02/1/impact").main
    assert designer.open(f"{LIST}/I02/7/impact").status == 404


# Moving -----------------------------------------------------------------------------------------------------------


def outcome(site: Site, batch: str) -> dict[str, str]:
    with site.house.door.read(SYSTEM) as view:
        return {row.case_no: row.state for row in rows_of(view.connection, f"migration:{batch}")}


def test_all_are_chosen_and_moved_one_by_one_with_refusals_kept(site: Site, designer: Visitor):
    early, late = standing(site.house)
    form = designer.open(f"{LIST}/I02/1/impact").form(f"{LIST}/I02/1/migrate")
    page = form.set(scope="all", reason="办法修订").press()
    batch = page.path.rpartition("/")[2]
    assert "已选定 2 件，还没有开始" in page.main
    assert outcome(site, batch) == {early: "chosen", late: "chosen"}
    page = page.form(f"{LIST}/batches").press()
    assert "已办完 2 件：已改用 1 件，没有改动 1 件" in page.main
    assert "新版中没有这个元素" in page.main
    assert outcome(site, batch) == {early: "done", late: "refused"}
    assert site.house.violations() == []
    refused = designer.open(f"{LIST}/batches/{batch}?state=refused").each("main tbody tr")
    assert len(refused) == 1
    words = sheet_words(designer.open(f"{LIST}/batches/{batch}.xlsx"))
    assert "已改用新版" in words
    assert "没有改动" in words
    assert "已改用 1 件，没有改动 1 件" in designer.open(f"{LIST}/I02").main


def test_only_those_that_can_only_those_here_or_only_the_ticked_are_chosen(site: Site, designer: Visitor):
    early, late = standing(site.house)
    other = site.house.accepted_commitment()

    def chosen(address: str = "", **values: str) -> dict[str, str]:
        site.house.wait(minutes=1)
        form = designer.open(f"{LIST}/I02/1/impact{address}").form(f"{LIST}/I02/1/migrate")
        ticked = values.pop("case", None)
        form.set(reason="办法修订", **values)
        if ticked:
            form.values.setlist("case", [ticked])
        return outcome(site, form.press().path.rpartition("/")[2])

    assert chosen() == {early: "chosen"}
    assert chosen(f"?element={ROUTE}/ut_substantive", scope="here") == {early: "chosen"}
    assert chosen(scope="picked", case=late) == {late: "chosen"}
    assert other not in chosen(scope="all"), "it runs by the second release already"


def test_nobody_chosen_and_no_reason_are_told_with_what_was_typed_kept(site: Site, designer: Visitor):
    standing(site.house)
    form = designer.open(f"{LIST}/I02/1/impact").form(f"{LIST}/I02/1/migrate")
    page = form.set(scope="picked", reason="办法修订").press()
    assert (page.status, "没有选定办件" in page.main) == (422, True)
    assert page.all("textarea")[0].text.strip() == "办法修订"
    page = page.form(f"{LIST}/I02/1/migrate").set(scope="all", reason=" ").press()
    assert (page.status, "请写明理由" in page.main) == (422, True)


def test_a_large_batch_goes_in_slices_and_by_itself_where_there_are_scripts(
    site: Site, designer: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("web.designing.impact.SLICE", 1)
    for _ in range(2):
        site.house.accepted_commitment()
    publish(site.house)
    page = designer.open(f"{LIST}/I02/1/impact").form(f"{LIST}/I02/1/migrate").set(reason="办法修订").press()
    page = page.form(f"{LIST}/batches").press()
    assert "已办 1 件，还有 1 件" in page.main
    [form] = [one for one in page.all("main form") if one.get("hx-post")]
    assert form.get("hx-trigger").startswith("load")
    stopped = designer.open(page.path)
    assert [one for one in stopped.all("main form") if one.get("hx-post")] == [], "stopped: it waits for a press"
    part = designer.send(form.get("hx-post"), {"_csrf": form.form_values()[0][1]}, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "已办完 2 件" in part.text


def test_only_designers_see_releases_and_a_batch_of_nobody_is_not_found(site: Site, designer: Visitor):
    assert site.visitor("W01").open(LIST).status == 403
    assert designer.open(f"{LIST}/batches/none").status == 404
    assert "MIGRATION_BATCH_MISSING" in designer.page.text


# Clauses ----------------------------------------------------------------------------------------------------------


def test_the_matrix_leads_from_clauses_to_elements_and_tells_what_lacks_the_other(site: Site, designer: Visitor):
    page = designer.open(f"{LIST}/clauses")
    assert "没有注明条款的环节（0）" in page.main
    links = {one.get("href") for one in page.all("main a")}
    assert "/processes/intake#yc-d-intake-ut_formal" in links
    missing = [words for words in page.each("main tbody th") if words == "4.1.8"]
    assert missing == ["4.1.8"], "told among those without an element"
    bare = shipped("intake").replace('<yc:clause ref="6.1.1"/>', "").replace('<yc:clause ref="6.1.1" />', "")
    assert bare != shipped("intake")
    deploy(site.house, intake=bare)
    page = designer.open(f"{LIST}/clauses?process=intake")
    assert "没有注明条款的环节（0）" not in page.main
    assert "只看流程“前台受理”" in page.main
    assert "条款对照" in sheet_words(designer.open(f"{LIST}/clauses/table.xlsx"))
