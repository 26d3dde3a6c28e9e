"""The pages of the cards and of the ladders."""

from __future__ import annotations

import pytest

from tests.support.site import Page, Site
from yichuang.laddering import rearm


def carded(site: Site) -> str:
    """Return a case with a yellow and a red card of its promise, and the yellow one of its review."""
    site.house.at(2026, 2, 11)
    case_no = site.house.accepted_commitment()
    site.house.at(2026, 2, 26)
    site.house.sweep()
    return case_no


def test_a_card_is_opened_with_its_rule_its_ledger_and_who_was_responsible(site: Site) -> None:
    case_no = carded(site)
    listed = site.visitor("D12").open("/supervision/cards")
    assert [row.split("，")[0].strip() for row in listed.each("tbody tr")] == ["● 红牌", "▲ 黄牌", "▲ 黄牌"]
    page = site.visitor("D12").open("/supervision/cards/2")
    assert "EM-NEAR" in page.main
    assert "到期前1个工作日 · 黄牌 · 告知办理人、监察员 · 向办理部门发牌" in page.main
    assert "到期日为2026年2月25日" in page.main
    assert "责任人市监审查员" in page.main
    case = site.visitor("D11").open(f"/cases/{case_no}")
    assert "监察牌" in case.main and "/supervision/cards/2" in case.text


def test_an_appeal_is_made_and_decided_on_the_page_and_keeps_what_was_typed(site: Site) -> None:
    carded(site)
    head, supervisor = site.visitor("D12"), site.visitor("S51")
    page = head.open("/supervision/cards/1")
    refused = page.form("/supervision/cards/1/appeal").set(reason=" ").press()
    assert (refused.status, "请写明理由" in refused.main) == (422, True)
    done = refused.form("/supervision/cards/1/appeal").set(reason="系统停机").press()
    assert "申诉中" in done.main and "系统停机" in done.main
    assert "/appeal" not in done.text
    page = supervisor.open("/supervision/cards/1")
    wordy = page.form("/supervision/cards/1/decide").set(decision="cancel", reason=" ").press()
    assert wordy.status == 422
    # What was chosen stands: a second sending with the reason cancels the card, as it was meant.
    decided = wordy.form("/supervision/cards/1/decide").set(reason="停机属实").press()
    assert "已撤销" in decided.main and "停机属实" in decided.main
    assert "已撤销" in supervisor.open("/supervision").main
    assert site.visitor("D22").open("/supervision/cards/1").status == 404


def test_the_list_is_filtered_by_level_department_and_state(site: Site) -> None:
    carded(site)
    visitor = site.visitor("S51")
    assert len(visitor.open("/supervision/cards").each("tbody tr")) == 3
    assert len(visitor.open("/supervision/cards?level=red").each("tbody tr")) == 1
    assert len(visitor.open("/supervision/cards?party=market&state=given").each("tbody tr")) == 3
    assert "没有符合条件的监察牌" in visitor.open("/supervision/cards?state=cancelled").main
    assert len(visitor.open("/supervision/cards?level=pink&page=x").each("tbody tr")) == 3
    assert "这一页没有监察牌" in visitor.open("/supervision/cards?page=9").main
    assert "还没有发过监察牌" in site.visitor("D22").open("/supervision/cards").main


# The ladders ------------------------------------------------------------------------------------------------------


def edited(page: Page) -> Page:
    form = page.form("/ladders/commitment/edit")
    return form.set(**{"n-0": "2", "reason": "提前两日提示"}).press()


@pytest.mark.parametrize("account", ["A01", "S51", "C01", "U81"])
def test_the_rules_are_read_in_words(account: str, site: Site) -> None:
    page = site.visitor(account).open("/ladders")
    assert "到期前1个工作日 · 黄牌 · 告知办理人、监察员 · 向办理部门发牌" in page.main
    assert "超期3个工作日 · 督办 · 抄送中心负责人 · 督办，告知监察员" in page.main
    assert ("改动" in [one.text_content()[:2] for one in page.all("main a")]) == (account == "A01")


def test_a_ladder_is_changed_on_the_page_by_two_people(site: Site) -> None:
    admin, head = site.visitor("A01"), site.visitor("C01")
    looked = edited(admin.open("/ladders/commitment/edit"))
    assert "到期前2个工作日" in looked.main and "待确认" in looked.main
    assert "到期前1个工作日" in looked.main, "what is in force stands beside it"
    assert "/confirm" not in looked.text
    assert site.visitor("S51").open("/ladders/drafts/1").status == 404, "a draft is nobody else's matter yet"
    done = head.open("/ladders/drafts/1").form("/ladders/drafts/1/confirm").press()
    assert "已确认" in done.main
    rearm(site.house.door)
    assert "到期前2个工作日" in site.visitor("S51").open("/ladders").main
    assert "升级规则草案 1 待确认" in head.open("/messages").main


def test_what_cannot_be_comes_back_with_everything_that_was_typed(site: Site) -> None:
    admin = site.visitor("A01")
    form = admin.open("/ladders/commitment/edit").form("/ladders/commitment/edit")
    page = form.set(**{"n-0": "900", "source-0": "试一试", "reason": "想想"}).press()
    assert page.status == 422
    assert "时间不可能：数字应为 1 至 60 之间的整数（4.1.8）" in page.main
    assert 'value="900"' in page.text and 'value="试一试"' in page.text and "想想" in page.text
    assert admin.open("/ladders/nothing/edit").status == 404
    assert admin.open("/ladders/consult/edit").status == 404


def test_a_draft_is_dropped(site: Site) -> None:
    admin = site.visitor("A01")
    looked = edited(admin.open("/ladders/commitment/edit"))
    assert "已作废" in looked.form("/ladders/drafts/1/drop").press().main
    again = site.visitor("C01").open("/ladders/drafts/1")
    assert "/confirm" not in again.text


def test_a_number_that_is_none_and_a_rule_without_its_name_come_back_with_everything(site: Site) -> None:
    admin = site.visitor("A01")
    page = admin.open("/ladders/commitment/edit")
    typed = {"n-0": "²", "source-3": "会议纪要", "actions-3": "remind", "who-3": "holder", "reason": "试行"}
    back = page.form("/ladders/commitment/edit").set(**typed).press()
    assert back.status == 422
    assert "数字应为 1 至 60 之间的整数" in back.main
    assert "监察规则编号应为大写字母开头" in back.main
    assert [one.get("value") for one in back.all("#f-source-3")] == ["会议纪要"]
    assert [one.get("value") for one in back.all("#f-n-0")] == ["²"]
