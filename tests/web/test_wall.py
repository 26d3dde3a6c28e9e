"""The supervisor's wall in the browser: numbers with word and shape that lead to their lists, and what one holds up."""

from __future__ import annotations

from engine.process.tasks.commands import ClaimTask
from tests.support.site import Page, Site


def lit(page: Page, section: str) -> list[str]:
    return page.each(f"section[aria-labelledby='{section}'] tbody tr")


def test_every_number_of_the_matrix_leads_to_the_list_of_just_these(site: Site):
    late = site.house.accepted_commitment()
    site.house.accepted_instant()
    site.house.wait(days=3)
    site.house.accepted_commitment()
    site.house.wait(days=7)
    visitor = site.visitor("S51")
    page = visitor.open("/supervision")
    links = [one for one in page.all("section[aria-labelledby='places-title'] a") if "超期" in one.text_content()]
    assert len(links) == 2, "market and human resources"
    for link in links:
        count = int("".join(letter for letter in link.text_content() if letter.isdigit()))
        listed = visitor.open(link.get("href"))
        assert len(listed.all("main tbody tr")) == count
    assert any(late[:31] in one and late[-4:] in one for one in visitor.open("/cases?overdue=1").each("main tbody th"))


def test_the_wall_is_asked_again_for_itself_alone(site: Site):
    site.house.accepted_commitment()
    visitor = site.visitor("S51")
    whole = visitor.open("/supervision")
    [wall] = whole.all("#wall")
    assert wall.get("hx-trigger") == "every 30s"
    part = visitor.open(wall.get("hx-get"), headers={"HX-Request": "true"})
    assert part.all("h1") == []
    assert part.each(".yc-tile") == whole.each(".yc-tile")


def test_limits_are_listed_by_light_and_kind_with_a_way_to_order(site: Site):
    site.house.accepted_commitment()
    site.house.wait(days=10)
    visitor = site.visitor("S51")
    kinds = lit(visitor.open("/supervision"), "kinds-title")
    assert any(one.startswith("承诺时限") and "1件超期" in one for one in kinds)
    page = visitor.open("/supervision/limits?light=overdue&kind=commitment")
    [order] = [one for one in page.all("main tbody a") if one.text_content().startswith("督办")]
    form = visitor.open(order.get("href")).form("/orders/new")
    assert form.values["clock"].endswith(":commitment:1")
    assert "没有符合条件的时限" in visitor.open("/supervision/limits?kind=delivery").main
    assert visitor.open("/supervision/limits?light=nonsense").status == 200
    assert "督办" not in "".join(site.visitor("K61").open("/supervision/limits").each("main tbody"))


def test_the_list_of_cases_is_narrowed_by_how_the_clock_stands(site: Site):
    site.house.accepted_commitment()
    visitor = site.visitor("S51")
    assert "没有符合条件的办件" in visitor.open("/cases?standing=paused").main
    assert "计时：停表" in visitor.page.words(".yc-chips").replace(" ", "")


def test_one_sees_what_one_holds_up_and_what_waits_for_ones_position(site: Site):
    mine, waiting, other = (site.house.accepted_commitment() for _ in range(3))
    site.house.execute("D11", ClaimTask(task_id=site.house.task(mine, "ut_substantive").id))
    site.house.execute("X92", ClaimTask(task_id=site.house.task(other, "ut_substantive").id))
    assert "没有临期或超期的待办" in site.visitor("W01").open("/me/delays").main
    site.house.wait(days=10)
    visitor = site.visitor("D11")
    assert "临期和超期2件" in visitor.open("/").words(".yc-title .yc-buttons").replace(" ", "")
    rows = visitor.open("/me/delays").each("main tbody tr")
    assert sorted("我" if "我" in row else "待签收" for row in rows) == ["待签收", "我"]
    assert not any(other[-12:] in row for row in rows)
    assert any(waiting[-12:] in row for row in rows)


def test_a_head_sees_the_numbers_of_each_of_the_department(site: Site):
    first, _ = site.house.accepted_commitment(), site.house.accepted_commitment()
    site.house.execute("D11", ClaimTask(task_id=site.house.task(first, "ut_substantive").id))
    site.house.wait(days=10)
    rows = lit(site.visitor("D12").open("/me/delays"), "people-title")
    assert [row.replace(" ", "")[:3] for row in rows] == ["市监审", "待签收"]
    assert all("●1" in row.replace(" ", "") for row in rows)
    assert lit(site.visitor("D22").open("/me/delays"), "people-title") == []
    assert site.visitor("D11").open("/me/delays").all("#people-title") == []
