"""The page of a case says which message from outside it waits for, and tells in its story that it came."""

from __future__ import annotations

from tests.support.outside import deliver, publish, waiting_case, waiting_route
from tests.support.site import Site


def test_while_it_waits_the_page_says_for_what_and_since_when_and_then_that_it_came(site: Site):
    publish(site.house, waiting_route())
    case_no = waiting_case(site.house, "委2026-1")
    visitor = site.visitor("D11")
    page = visitor.open(f"/cases/{case_no}")
    [waiting] = page.each(".yc-now__one")
    for words in ("等待外部消息：检验检测鉴定结论", "委托编号 委2026-1", "2026-03-02 09:05 起等待"):
        assert words in waiting
    assert "没有等待办理的环节" not in page.main
    deliver(site.house, "委2026-1")
    page = visitor.open(f"/cases/{case_no}")
    assert "等待外部消息" not in page.main
    told = page.each(".yc-story__one")[-1]
    assert "系统对接" in told
    assert "收到外部消息“检验检测鉴定结论”：委托编号 委2026-1；结论：符合要求；报告编号：检（2026）17号" in told
    assert page.each(".yc-now__one a")[0] == "业务负责人依法作出处理决定"


def test_the_number_it_will_come_under_is_noted_on_a_form_of_its_own_and_told(site: Site):
    publish(site.house, waiting_route())
    case_no = waiting_case(site.house, "委2026-1")
    page = site.visitor("D11").open(f"/cases/{case_no}")
    assert any("登记委托编号 委2026-1" in one for one in page.each(".yc-story__said li"))
