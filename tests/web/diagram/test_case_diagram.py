"""The diagram of a case: where it stands, what it passed and when, on the version it pinned, and the same in words."""

from __future__ import annotations

from tests.support.house import COMPANY, PERSON
from tests.support.site import Page, Site


def listed(page: Page, state: str) -> list[str]:
    return page.each(f".yc-way__one--{state} .yc-way__name")


def drawn(page: Page, state: str) -> list[str]:
    return [one.get("id").split("-")[-1] for one in page.all(f"svg g.yc-d-{state}")]


def test_the_case_page_shows_where_the_case_stands_with_a_link_to_its_task(site: Site):
    case_no = site.house.receive("W01", "I02", COMPANY)
    site.house.wait(hours=2)
    page = site.visitor("W01").open(f"/cases/{case_no}?process=intake")
    [task] = site.house.open_tasks(case_no)
    assert drawn(page, "standing") == ["ut_formal"]
    assert listed(page, "standing") == ["形式审查"]
    about = page.words(".yc-way__one--standing")
    assert "2026-03-02 09:05 起，待签收" in about
    assert "一次告知期限 2026-03-09" in about
    assert f"/tasks/{task.id}" in [link.get("href") for link in page.all("svg a")]


def test_who_holds_the_task_is_told(site: Site):
    from engine.process.tasks.commands import ClaimTask

    case_no = site.house.receive("W01", "I02", COMPANY)
    [task] = site.house.open_tasks(case_no)
    site.house.execute("W01", ClaimTask(task_id=task.id))
    page = site.visitor("D11").open(f"/cases/{case_no}?process=intake")
    assert "受理员一 签收" in page.words(".yc-way__one--standing")


def test_the_main_diagram_marks_the_call_in_which_the_case_stands_and_links_to_it(site: Site):
    case_no = site.house.receive("W01", "I02", COMPANY)
    page = site.visitor("W01").open(f"/cases/{case_no}")
    assert drawn(page, "standing") == ["ca_intake"]
    assert drawn(page, "passed") == ["start_window", "st_register"]
    target = f"/cases/{case_no}?process=intake&run=0#diagram"
    assert target in [link.get("href") for link in page.all("svg a")]
    assert "到期 3月9日" in page.words("svg")


def test_the_words_beside_the_picture_have_the_same_content(site: Site):
    case_no = site.house.accepted_commitment()
    for process in ("one_window_main", "intake", "route_commitment"):
        page = site.visitor("D11").open(f"/cases/{case_no}?process={process}")
        for state in ("passed", "standing", "plain", "cancelled"):
            assert len(drawn(page, state)) == len(listed(page, state)), (process, state)


def test_what_was_passed_stands_in_the_order_it_happened_with_person_and_time(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    site.house.wait(minutes=13)
    site.house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    page = site.visitor("W01").open(f"/cases/{case_no}?process=intake")
    passed = listed(page, "passed")
    assert passed[0] == "收到申请材料"
    assert passed.index("形式审查") < passed.index("形式审查结论")
    assert "2026-03-02 09:18 受理员一" in page.each(".yc-way__one--passed")[passed.index("形式审查")]


def test_a_case_deemed_accepted_shows_its_intake_as_cancelled(site: Site):
    case_no = site.house.receive("W01", "I02", COMPANY)
    site.house.at(2026, 3, 10, 0, 1)
    site.house.sweep()
    main = site.visitor("W01").open(f"/cases/{case_no}")
    assert "ca_intake" in drawn(main, "cancelled")
    assert {"bt_deemed", "st_deemed_accept"} <= set(drawn(main, "passed"))
    inner = site.visitor("W01").open(f"/cases/{case_no}?process=intake")
    assert drawn(inner, "cancelled") == ["ut_formal"]
    assert "已取消" in inner.words(".yc-way__one--cancelled")


def test_a_finished_case_stands_nowhere_and_its_pickup_is_done(site: Site):
    case_no = site.house.decided_commitment()
    site.house.finish(case_no, ("D11", "D12", "D13"), ("李秀兰", "41050219850612002X"))
    page = site.visitor("W01").open(f"/cases/{case_no}")
    assert drawn(page, "standing") == []
    assert "end_closed" in drawn(page, "passed")
    assert "移到当前环节" not in page.main


def test_every_process_of_the_case_can_be_chosen_and_an_unknown_one_gives_the_main_one(site: Site):
    case_no = site.house.receive("W01", "I02", COMPANY)
    page = site.visitor("W01").open(f"/cases/{case_no}?process=nonsense")
    assert page.words(".yc-flows__one[aria-current='true']").startswith("▶ “一窗通办”服务提供流程")
    offered = [one.split("（")[0] for one in page.each(".yc-flows__one")]
    assert offered[1] == "▶ 前台受理"
    assert {"○ 承诺件审批", "○ 统一出件", "○ 资料归档"} <= set(offered)


def test_a_case_outside_the_readers_scope_shows_no_diagram(site: Site):
    case_no = site.house.receive("W01", "I02", COMPANY)
    assert site.visitor("D61").open(f"/cases/{case_no}?process=intake").status == 404
