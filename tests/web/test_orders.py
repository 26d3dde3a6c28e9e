"""督办单 in the browser: issued from a case, found by the department, answered, sent back, closed, printed."""

from __future__ import annotations

from engine.oversight.orders.commands import IssueOrder
from tests.engine.oversight.orders.test_orders import ANSWER, CONTENT, answer, issue
from tests.support.site import Page, Site

NUMBER = "安政监〔2026〕000001号"


def listed(page: Page) -> list[str]:
    return page.each("main tbody th a")


def test_an_empty_list_says_what_would_stand_in_it(site: Site):
    page = site.visitor("S51").open("/orders")
    assert "没有督办单" in page.main
    assert page.words(".yc-nav a[aria-current='page']") == "督办"
    assert "没有符合条件的督办单" in site.visitor("S51").open("/orders?state=closed").main


def test_from_the_case_to_the_closing(site: Site):
    case_no = site.house.accepted_commitment()
    supervisor, head = site.visitor("S51"), site.visitor("D12")
    case = supervisor.open(f"/cases/{case_no}")
    [link] = [one.get("href") for one in case.all("a") if one.text_content() == "发出督办单"]
    form = supervisor.open(link).form("/orders/new")
    assert form.values["department"] == "market"
    page = form.set(content=CONTENT).press()
    assert page.heading == f"督办单 {NUMBER}"
    assert NUMBER in head.open(f"/cases/{case_no}").words("section[aria-labelledby='orders-title']")
    assert "待答复督办1件" in head.open("/").words(".yc-title .yc-buttons").replace(" ", "")
    assert listed(head.open("/orders?state=issued")) == [NUMBER]
    page = head.open("/orders/JC2026000001").form("/orders/JC2026000001/answer").set(text=ANSWER).press()
    assert (page.words(".yc-status"), ANSWER in page.main) == ("已答复", True)
    page = supervisor.open("/orders/JC2026000001")
    page = page.form("/orders/JC2026000001/send-back").set(reason="没有说明原因").press()
    assert "没有说明原因" in page.words(".yc-note--warn")
    answer(site.house, "JC2026000001")
    page = supervisor.open("/orders/JC2026000001")
    page = page.form("/orders/JC2026000001/close").set(result="原因清楚，按期办结").press()
    assert (page.words(".yc-status"), "原因清楚，按期办结" in page.main) == ("已办结", True)
    assert page.all("main form") == []
    printed = supervisor.open("/orders/JC2026000001/print").main
    for said in ("监察编号", "机构名称", "责任部门", "事项类型", "发出时间", "监察规则编号", "预警类型", "结果描述"):
        assert said in printed, said
    assert CONTENT in printed


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(site: Site):
    case_no = site.house.accepted_commitment()
    page = site.visitor("S51").open(f"/orders/new?case={case_no}").form("/orders/new").set(content="急").press()
    assert (page.status, bool(page.all("#f-content-error"))) == (422, True)
    assert page.form("/orders/new").values["content"].strip() == "急"
    id = issue(site.house, case_no)
    form = site.visitor("D12").open(f"/orders/{id}").form(f"/orders/{id}/answer")
    page = form.set(text=ANSWER, promised_on="2020-01-01").press()
    assert (page.status, bool(page.all("#f-promised_on-error"))) == (422, True)
    assert page.form(f"/orders/{id}/answer").values["text"].strip() == ANSWER
    page = site.visitor("S51").open(f"/orders/{id}").form(f"/orders/{id}/withdraw").set(withdraw_reason="错").press()
    assert (page.status, bool(page.all("#f-withdraw_reason-error"))) == (422, True)


def test_a_page_left_open_is_told_how_it_stands_now(site: Site):
    id = issue(site.house, site.house.accepted_commitment())
    left = site.visitor("D12").open(f"/orders/{id}").form(f"/orders/{id}/answer").set(text=ANSWER)
    answer(site.house, id)
    page = left.press()
    assert page.status == 409
    assert "现在是“已答复”" in page.words(".yc-errors")


def test_another_department_and_a_clerk_see_nothing_of_it(site: Site):
    case_no = site.house.accepted_commitment()
    id = issue(site.house, case_no)
    assert listed(site.visitor("D22").open("/orders")) == []
    assert site.visitor("D22").open(f"/orders/{id}").status == 404
    assert "督办" not in site.visitor("D11").open(f"/cases/{case_no}").words("main h2#orders-title")
    assert site.visitor("W01").open("/orders").status == 403


def test_a_long_list_has_pages_and_is_narrowed_by_department(site: Site):
    case_no = site.house.accepted_commitment()
    for _ in range(21):
        site.house.execute("S51", IssueOrder(case_no=case_no, content=CONTENT))
    other = site.house.accepted_instant()
    issue(site.house, other)
    page = site.visitor("S51").open("/orders")
    assert listed(page)[0] == "安政监〔2026〕000022号", "the newest first"
    assert "共 22 条" in page.main
    assert listed(page.visitor.open("/orders?page=2")) == ["安政监〔2026〕000002号", NUMBER]
    assert listed(page.visitor.open("/orders?department=hrss")) == ["安政监〔2026〕000022号"]
    assert "这一页没有督办单" in page.visitor.open("/orders?page=9").main
