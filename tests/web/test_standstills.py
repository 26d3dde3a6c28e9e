"""不可抗力停表 in the browser: drafted with a document, approved by another person, each case's line, ended."""

from __future__ import annotations

from tests.engine.oversight.standstill.test_standstill import approve, draft, stand_still
from tests.support.site import Site
from yichuang.standing_still import carry_out

FILLED = {"reason": "特大暴雨，全市停止办公", "document_no": "安政办〔2026〕18号"}


def test_an_empty_list_says_what_would_stand_in_it(site: Site):
    page = site.visitor("S51").open("/standstills")
    assert "没有停表" in page.main
    assert page.words(".yc-nav a[aria-current='page']") == "时限监察"
    assert site.visitor("W01").open("/standstills").status == 403


def test_drafted_looked_at_approved_carried_out_and_ended(site: Site):
    case_no = site.house.accepted_commitment()
    site.house.accepted_instant()
    drafter, head = site.visitor("S51"), site.visitor("C01")
    page = drafter.open("/standstills/new")
    assert page.all(".yc-error") == []
    page = page.form("/standstills/new").set(**FILLED).press()
    assert page.heading == "停表 1：特大暴雨，全市停止办公"
    assert "共 2 件" in page.words("section[aria-labelledby='shares-title']")
    assert page.all("form[action='/standstills/1/approve']") == [], "who drafted does not approve"
    page = head.open("/standstills/1").form("/standstills/1/approve").press()
    assert "正在停表" in page.words(".yc-note")
    carry_out(site.house.door)
    page = head.open("/standstills/1?state=paused")
    assert any("已停表" in row and case_no[-12:-4] in row for row in page.each("main tbody tr"))
    form = drafter.open("/standstills/1").form("/standstills/1/end")
    page = form.set(reason="预警解除，恢复办公", document_no="安政办〔2026〕19号").press()
    assert "恢复待批准" in page.main
    head.open("/standstills/1").form("/standstills/1/approve").press()
    carry_out(site.house.door)
    page = drafter.open("/standstills/1")
    assert "已恢复" in page.main
    assert "批准恢复停表 1" in page.words("section[aria-labelledby='story-title']")


def test_without_a_document_it_is_refused_at_the_field_and_what_was_typed_stays(site: Site):
    form = site.visitor("A01").open("/standstills/new").form("/standstills/new")
    page = form.set(reason="特大暴雨停止办公", document_no="", from_day="2026-01-01").press()
    assert (page.status, bool(page.all("#f-document_no-error"))) == (422, True)
    assert page.form("/standstills/new").values["reason"].strip() == "特大暴雨停止办公"


def test_cases_taken_in_meanwhile_are_said_to_go_on(site: Site):
    site.house.accepted_commitment()
    stand_still(site.house)
    site.house.wait(hours=1)
    site.house.accepted_instant()
    assert "停表期间新收 1 件，照常计时" in site.visitor("C01").open("/standstills/1").main


def test_a_draft_that_was_dropped_meanwhile_is_not_approved(site: Site):
    id = draft(site.house)
    left = site.visitor("C01").open(f"/standstills/{id}").form(f"/standstills/{id}/approve")
    site.visitor("S51").open(f"/standstills/{id}").form(f"/standstills/{id}/drop").press()
    page = left.press()
    assert (page.status, "已作废" in page.words(".yc-errors")) == (409, True)


def test_many_cases_have_pages(site: Site):
    for _ in range(21):
        site.house.accepted_instant()
    id = draft(site.house)
    approve(site.house, id)
    carry_out(site.house.door)
    page = site.visitor("S51").open(f"/standstills/{id}")
    rows = "section[aria-labelledby='rows-title'] tbody tr"
    assert len(page.all(rows)) == 20
    assert len(page.visitor.open(f"/standstills/{id}?page=2").all(rows)) == 1
