"""归档前重办 of a joint case on its page: the lead ticks whose results are wrong, nobody else is offered it (6.2.2)."""

from __future__ import annotations

from tests.engine.casework.issuance.test_joint_reopening import delivered as joint_delivered
from tests.engine.casework.issuance.test_reopening import delivered as plain_delivered
from tests.support.joint import head_of
from tests.support.site import Site


def test_the_lead_ticks_whose_results_are_made_anew(site: Site):
    house = site.house
    case_no = joint_delivered(house)
    page = site.visitor("D12").open(f"/cases/{case_no}/acts/reopen")
    assert "重办不改变任何部门的意见" in page.main
    _, *parts = [one.text_content().partition("项")[2].strip() for one in page.all("main fieldset legend")]
    assert parts == ["食品经营许可", "户外招牌设置", "公众聚集场所投入使用、营业前消防安全检查"]
    form = page.form(f"/cases/{case_no}/acts/reopen").set(reason="招牌的决定书写错了法律条款")
    page = form.put("parts[1].again", "1").press("submit")
    assert (page.status, page.path) == (200, f"/cases/{case_no}")
    assert {one.item for one in house.open_tasks(case_no) if one.item} == {"urban/sign/deny"}
    assert "归档前发现结果有误，重新制作：招牌的决定书写错了法律条款" in page.main


def test_an_asked_departments_head_is_not_offered_it_and_is_told_what_to_do_instead(site: Site):
    house = site.house
    case_no = joint_delivered(house)
    urban = site.visitor(head_of("urban"))
    assert f"/cases/{case_no}/acts/reopen" not in urban.open(f"/cases/{case_no}").text
    assert f"/cases/{case_no}/acts/reopen" in site.visitor("D12").open(f"/cases/{case_no}").text
    page = urban.open(f"/cases/{case_no}/acts/reopen")
    page = page.form(f"/cases/{case_no}/acts/reopen").set(reason="招牌的决定书有误").press("submit")
    assert (page.status, "由牵头部门（市监）的业务负责人提请重办" in page.main) == (403, True)
    denial = next(one for one in house.documents(case_no) if one.kind == "denial_decision")
    assert urban.open(f"/documents/{denial.id}/void").status == 200
    assert site.visitor("D12").open(f"/documents/{denial.id}/void").status == 403


def test_another_case_has_no_parts_to_tick(site: Site):
    case_no = plain_delivered(site.house)
    page = site.visitor("D12").open(f"/cases/{case_no}/acts/reopen")
    assert "由本部门重新制作结果的分支" not in page.main
    page = page.form(f"/cases/{case_no}/acts/reopen").set(reason="证照上的地址有误").press("submit")
    assert (page.status, site.house.case(case_no).status) == (200, "decided")
