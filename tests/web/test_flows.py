"""The published processes as anybody may look at them (4.1.3; T016, T103, T104)."""

from __future__ import annotations

from engine.oversight.publishing.commands import Deploy
from processes import library
from tests.processes.test_trace_table import DRAWN
from tests.support.house import COMPANY
from tests.support.site import Page, Site

LANES = ("综合窗口（受理）", "综合窗口（统一出件）", "业务主管部门", "系统")


def svg_words(page: Page) -> list[str]:
    return page.each("svg text")


def publish(site: Site, **processes: str) -> None:
    site.house.wait(hours=1)
    site.house.execute("P61", Deploy(processes=processes))


def second_intake() -> str:
    return library.processes()["intake"].xml.decode().replace('name="形式审查"', 'name="形式审查（第二版）"')


def test_T016_the_main_process_is_drawn_with_all_its_lanes(site: Site):
    page = site.visitor().open("/processes/main")
    assert (page.status, page.heading) == (200, "“一窗通办”服务提供流程（附录A）")
    drawn = svg_words(page)
    assert [lane for lane in LANES if lane not in drawn] == []
    assert page.all("svg[role='group']")


def test_T016_after_a_second_version_old_cases_still_run_and_show_the_first(site: Site):
    old = site.house.receive("W01", "I02", COMPANY)
    publish(site, intake=second_intake())
    new = site.house.receive("W01", "I02", COMPANY)
    clerk = site.visitor("W01")

    shown_old = clerk.open(f"/cases/{old}?process=intake")
    assert "形式审查（第二版）" not in shown_old.main
    assert "按收件时的第 1 版流程办理" in shown_old.main
    shown_new = clerk.open(f"/cases/{new}?process=intake")
    assert "形式审查（第二版）" in "".join(svg_words(shown_new))
    assert "按收件时的第 2 版流程办理" in shown_new.main

    assert [task.name for task in site.house.open_tasks(old)] == ["形式审查"]
    site.house.complete("W01", old, "ut_formal", {"formal_result": "accept"})
    assert [task.element for task in site.house.open_tasks(old)] == ["ut_accept"]
    assert [task.name for task in site.house.open_tasks(new)] == ["形式审查（第二版）"]


def test_T016_each_version_is_shown_under_its_number_and_the_newest_without_one(site: Site):
    publish(site, intake=second_intake())
    visitor = site.visitor()
    assert "形式审查（第二版）" in "".join(svg_words(visitor.open("/processes/intake")))
    first = visitor.open("/processes/intake?version=1")
    assert "形式审查（第二版）" not in "".join(svg_words(first))
    assert "旧版" in first.main
    assert visitor.open("/processes/intake?version=3").status == 404


def test_T103_the_page_of_the_main_process_says_that_it_is_a_reconstruction(site: Site):
    page = site.visitor().open("/processes/main")
    assert "重建，非原图" in page.main
    assert "reconstructed from ch.6" in page.main


def test_T104_every_action_of_chapter_6_stands_in_a_published_drawing_and_its_list(site: Site):
    visitor = site.visitor()
    pages = [visitor.open(f"/processes/{name}") for name in library.processes()]
    drawn = {one.get("id").split("-", 3)[3] for page in pages for one in page.all("svg g[id]") if one.get("id")}
    missing = {(row, node) for row, nodes in DRAWN.items() for node in nodes if node not in drawn}
    assert missing == set()


def test_the_list_of_processes_leads_to_each_and_names_the_items_that_use_it(site: Site):
    page = site.visitor().open("/processes")
    links = [link.get("href") for link in page.all("main table a")]
    assert links[0] == "/processes/one_window_main"
    assert set(links) == {f"/processes/{name}" for name in library.processes()}
    assert "全部 14 个事项" in page.main


def test_a_call_leads_to_the_called_process(site: Site):
    page = site.visitor().open("/processes/main")
    assert "/processes/intake" in [link.get("href") for link in page.all("svg a")]


def test_the_file_is_sent_byte_for_byte(site: Site):
    answer = site.visitor().open("/processes/main.bpmn?version=1")
    assert answer.response.data == library.processes()["one_window_main"].xml
    assert answer.headers["Content-Disposition"] == "attachment; filename=one_window_main.v1.bpmn"


def test_an_unknown_process_is_not_found(site: Site):
    for address in ("/processes/none", "/processes/none.bpmn", "/processes/..%2fmain", "/processes/main?version=x"):
        assert site.visitor().open(address).status == 404, address
