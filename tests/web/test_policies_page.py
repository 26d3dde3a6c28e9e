"""参数: every figure the standard leaves open, with title, value, unit and source (T117)."""

from __future__ import annotations

import pytest

from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.queries import policies
from engine.registry.policies.rules import said
from engine.registry.policies.shipped import DEFAULTS
from tests.support.figures import PAPER, change_figure, confirm_figure, draft_figure
from tests.support.site import Page, Site


def test_T117_each_figure_stands_on_the_page_with_its_value_and_source(site: Site):
    page = site.visitor("W01").open("/policies")
    with site.house.door.read(SYSTEM) as view:
        kept = policies(view.connection)
    rows = {row.get("id"): row.text_content() for row in page.all("main tbody tr[id]")}
    assert set(rows) == {one.key for one in kept} >= {one.key for one in DEFAULTS}
    for one in kept:
        assert one.source
        for words in (one.title, said(one.value, one.unit), one.source):
            assert words in rows[one.key]


def test_T117_the_five_days_of_notice_come_from_the_law_and_others_are_marked_as_made_up(site: Site):
    page = site.visitor("A01").open("/policies")
    row = page.words("#correction_notice")
    for words in (
        "一次告知补正的期限",
        "5个工作日",
        "■ 法定",
        "1个工作日至5个工作日",
        "行政许可法第三十二条（四）",
        "视为受理",
    ):
        assert words in row
    assert "拟" not in row
    for key, mark in (("call_hours", "◆ 条款要求，标准未定数值 拟"), ("uncollected", "● 本中心设定 拟")):
        assert mark in page.words(f"#{key}")
    assert "法律固定，不能调整" in page.words("#hearing_ask")
    assert "承诺时限" in page.main


def adjust(site: Site, key: str, **typed: str) -> Page:
    page = site.visitor("A01").open(f"/policies/{key}").form(f"/policies/{key}")
    return page.set(**{"source": PAPER, "reason": "主任办公会议定", **typed}).press()


def test_a_figure_is_changed_by_two_people_and_its_history_names_them(site: Site):
    head = site.visitor("C01")
    made = adjust(site, "correction_notice", value="3")
    assert made.status == 200
    assert "此后收的件：14 个事项改用新数值；在办 0 件不变" in made.main
    assert "请由中心负责人确认" in made.main
    assert "草案 1" in head.open("/policies").main
    assert "由5个工作日改为3个工作日" in head.open("/messages").main
    done = head.open("/policies/drafts/1").form("/policies/drafts/1/confirm").press()
    assert "已作为第 2 版确认" in done.main
    assert "3个工作日" in site.visitor("W01").open("/policies").words("#correction_notice")
    history = site.visitor("W01").open("/policies/correction_notice")
    assert "系统管理员起草，中心负责人确认" in history.main
    assert PAPER in history.main
    assert site.house.violations() == []


def test_a_wrong_figure_is_refused_with_its_law_and_what_was_typed_stays(site: Site):
    page = adjust(site, "delivery", value="11", effective="2026-04-01")
    assert page.status == 422
    assert "行政许可法第四十四条" in page.main
    typed = {name: page.all(f"#f-{name}")[0].get("value") for name in ("value", "source", "effective")}
    assert (typed["value"], typed["source"], typed["effective"]) == ("11", PAPER, "2026-04-01")
    assert "应为整数" in adjust(site, "delivery", value="五天").main


def test_a_day_to_come_is_shown_beside_the_figure_that_holds(site: Site):
    change_figure(site.house, "session_idle", 20, effective="2026-04-01")
    row = site.visitor("W01").open("/policies").words("#session_idle")
    assert "30分钟" in row
    assert "2026-04-01 00:00 起 20分钟" in row
    assert "（未到）" in site.visitor("W01").open("/policies/session_idle").main


def test_a_draft_that_was_overtaken_says_so_and_is_dropped_or_declined(site: Site):
    first, second = draft_figure(site.house, "session_idle", 20), draft_figure(site.house, "session_idle", 15)
    head = site.visitor("C01")
    late = head.open(f"/policies/drafts/{first.id}").form(f"/policies/drafts/{first.id}/confirm")
    confirm_figure(site.house, second)
    refused = late.press()
    assert refused.status == 409
    assert "现在已是第 2 版" in refused.main
    dropped = site.visitor("A01").open(f"/policies/drafts/{first.id}").form(f"/policies/drafts/{first.id}/drop").press()
    assert "已作废" in dropped.main
    third = draft_figure(site.house, "session_idle", 25)
    declined = head.open(f"/policies/drafts/{third.id}").form(f"/policies/drafts/{third.id}/decline").press()
    assert "已作废" in declined.main


@pytest.mark.parametrize("account", ["W01", "S51"])
def test_a_draft_is_nobodys_but_theirs_who_draft_and_confirm_until_it_is_confirmed(site: Site, account: str):
    open_draft, done = draft_figure(site.house, "session_idle", 20), draft_figure(site.house, "delivery", 5)
    confirm_figure(site.house, done)
    visitor = site.visitor(account)
    assert visitor.open(f"/policies/drafts/{open_draft.id}").status == 404
    assert visitor.open(f"/policies/drafts/{done.id}").status == 200
    assert "等待确认" not in visitor.open("/policies").main
    assert visitor.open("/policies/nothing").status == 404


@pytest.mark.parametrize(
    "account",
    ["W01", "W03", "D11", "D12", "D13", "L31", "J41", "C01", "S51", "K61", "P61", "U81", "A01", "A02", "A03", "M71"],
)
def test_everybody_who_is_signed_in_may_read_them_and_finds_them_from_the_about_page(site: Site, account: str):
    visitor = site.visitor(account)
    assert "/policies" in [link.get("href") for link in visitor.open("/about").all("main a")]
    assert visitor.open("/policies").status == 200


def test_the_public_has_no_such_page(site: Site):
    visitor = site.visitor()
    assert "/policies" not in [link.get("href") for link in visitor.open("/about").all("main a")]
    assert "/sign-in" in visitor.open("/policies", follow=False).headers.get("Location", "")
