"""Acts of a case that are no task: their pages, who sees them, and what happens when they are sent."""

from __future__ import annotations

import base64

import pytest

from tests.support.house import COMPANY, PNG
from tests.support.site import Site

SIGNATURE = "data:image/png;base64," + base64.b64encode(PNG).decode()
REASON = {"reason": "申请人改变经营计划", "materials_returned": "原件当场退还"}


def received(site: Site) -> str:
    return site.house.receive("W01", "I02", COMPANY)


def links(site: Site, account: str, case_no: str) -> list[str]:
    return site.visitor(account).open(f"/cases/{case_no}").each(".yc-acts a")


def test_the_case_page_offers_what_may_be_done_now_to_those_who_may(site: Site) -> None:
    case_no = received(site)

    assert {"撤回申请", "转到正确的事项"} <= set(links(site, "W01", case_no))
    assert "申请复核" not in links(site, "W01", case_no)
    assert not {"撤回申请", "转到正确的事项"} & set(links(site, "D11", case_no))


def test_a_withdrawal_is_filled_in_signed_and_leads_back_to_the_case(site: Site) -> None:
    case_no = received(site)
    page = site.visitor("W01").open(f"/cases/{case_no}/acts/withdraw")
    assert page.heading == "撤回申请"

    form = page.form(f"/cases/{case_no}/acts/withdraw")
    form.set(**REASON, signature=SIGNATURE)
    after = form.press("submit")

    assert after.path == f"/cases/{case_no}"
    assert "已撤回" in after.main
    assert site.house.case(case_no).status == "withdrawn"


def test_the_page_after_an_act_confirms_it_to_whoever_did_it(site: Site) -> None:
    case_no = received(site)
    form = site.visitor("W01").open(f"/cases/{case_no}/acts/withdraw").form(f"/cases/{case_no}/acts/withdraw")
    form.set(**REASON, signature=SIGNATURE)

    after = form.press("submit")

    assert after.words(".yc-done").startswith("已登记")
    assert "申请人改变经营计划" in after.words(".yc-done")
    assert not site.visitor("W01").open(f"/cases/{case_no}").all(".yc-done")
    assert not site.visitor("W02").open(f"/cases/{case_no}?noted=1").all(".yc-done")


def test_a_withdrawal_that_lacks_something_says_so_at_the_field_and_keeps_what_was_typed(site: Site) -> None:
    case_no = received(site)
    form = site.visitor("W01").open(f"/cases/{case_no}/acts/withdraw").form(f"/cases/{case_no}/acts/withdraw")
    form.set(reason="改变计划", materials_returned="")

    page = form.press("submit")

    assert page.status == 422
    assert "改变计划" in page.text
    assert site.house.case(case_no).status == "received"


def test_a_misfiled_case_is_followed_by_its_new_number_and_links_back(site: Site) -> None:
    case_no = received(site)
    form = site.visitor("W01").open(f"/cases/{case_no}/acts/move").form(f"/cases/{case_no}/acts/move")
    form.set(item="I09", reason="应为出版物零售单位设立")

    after = form.press("submit")

    assert after.path != f"/cases/{case_no}"
    assert "本件由登记有误的办件转来" in after.main
    assert "本件登记有误，已转为办件" in site.visitor("W01").open(f"/cases/{case_no}").main


@pytest.mark.parametrize("word", ["withdraw", "move", "review"])
@pytest.mark.parametrize("account", ["W03", "D11", "D12", "S51", "U81"])
def test_only_the_window_opens_these_acts(site: Site, account: str, word: str) -> None:
    case_no = received(site)

    assert site.visitor(account).open(f"/cases/{case_no}/acts/{word}").status == 403


def test_an_act_out_of_season_says_why_and_offers_the_way_back(site: Site) -> None:
    case_no = received(site)

    page = site.visitor("W01").open(f"/cases/{case_no}/acts/review")

    assert "不能申请复核" in page.main
    assert page.all(f'a[href="/cases/{case_no}"]')


def test_an_unknown_act_is_not_found(site: Site) -> None:
    case_no = received(site)

    assert site.visitor("W01").open(f"/cases/{case_no}/acts/burn").status == 404


def test_a_reviewer_asks_for_an_extension_and_the_head_finds_it_among_the_tasks(site: Site) -> None:
    case_no = site.house.accepted_commitment()
    assert "申请延长办理期限" in links(site, "D11", case_no)
    assert "申请延长办理期限" not in links(site, "W01", case_no)
    address = f"/cases/{case_no}/acts/extend"
    form = site.visitor("D11").open(address).form(address)
    form.set(days="5", reason="需要核实经营场所")

    after = form.press("submit")

    assert after.path == f"/cases/{case_no}"
    assert "批准延长办理期限" in after.main
    again = site.visitor("D11").open(address).form(address)
    again.set(days="5", reason="再延长一次")
    assert "行政许可法第四十二条" in again.press("submit").text


@pytest.mark.parametrize(
    "account, word", [("W01", "withdraw"), ("W01", "review"), ("W01", "move"), ("D11", "extend"), ("", "task")]
)
def test_the_legal_representative_and_the_contact_are_masked_as_on_the_case_page(
    site: Site, account: str, word: str
) -> None:
    case_no = site.house.receive("W01", "I02", {**COMPANY, "contact_name": "欧阳明"})
    where = f"/tasks/{site.house.task(case_no, 'ut_formal').id}" if word == "task" else f"/cases/{case_no}/acts/{word}"
    page = site.visitor(account or "W01").open(where)
    seen = site.visitor("W01").open(f"/cases/{case_no}")

    assert (page.status, seen.status) == (200, 200)
    for masked, clear in (("李*兰", "李秀兰"), ("欧*明", "欧阳明")):
        assert masked in page.words("aside") and masked in seen.main
        assert clear not in page.text
    assert "安阳测试餐饮有限公司" in page.words("aside")
