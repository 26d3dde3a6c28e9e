"""一并收件: choosing several items, typing the applicant once, and what is taken over from earlier cases."""

from __future__ import annotations

import pytest

from tests.support.house import PDF
from tests.support.site import Form, Site, Visitor
from tests.support.staff import publish_unrouted

APPLICANT = {
    "applicant_name": "王建国", "id_no": "410502199003070010", "phone": "13800001234",
    "address": "安阳市文峰区测试路1号",
}  # fmt: skip
SEVERAL = "/applications/several?item=I01&item=I06"


def both(visitor: Visitor) -> Form:
    return visitor.open(SEVERAL).form("/applications/several").set(**APPLICANT)


def looks(site: Site, account: str = "W01") -> list[str]:
    return [line.data.get("target", "") for line in site.house.journal(f"access:{account}")]


def test_T011_two_items_are_ticked_typed_once_and_each_gets_its_number(site: Site):
    visitor = site.visitor("W01")
    chosen = visitor.open("/applications/new")
    assert len(chosen.all("input[name='item']")) == 14
    page = both(visitor).press("submit")
    assert page.heading == "同一申请的 2 个办件"
    assert len(page.each("tbody .yc-no")) == 2
    assert page.each("tbody td a") == ["形式审查", "形式审查"]
    case = visitor.open(page.all("tbody th a")[0].get("href"))
    assert "同一申请的办件社会保障卡补领" in case.words("aside.yc-aside")


def test_T011_each_items_materials_stand_in_a_section_of_their_own(site: Site):
    page = site.visitor("W01").open(SEVERAL)
    sections = [words for words in page.each("legend") if words.startswith("申请材料")]
    assert sections == ["申请材料：个体工商户设立登记", "申请材料：社会保障卡补领"]
    assert page.all("#f-applicant_name") and len(page.all("#f-id_no")) == 1


def test_T011_an_error_in_one_item_is_shown_there_and_nothing_is_registered(site: Site):
    visitor = site.visitor("W01")
    page = both(visitor).put("materials_i06[0].copies", "-1").set(phone="1").press("submit")
    assert page.status == 422
    assert len(page.each(".yc-errors__list li")) == 2
    assert page.all("#f-materials_i06-0-copies")[0].get("aria-invalid") == "true"
    assert visitor.open("/cases").all("tbody tr") == []


def test_what_was_typed_stays_and_a_second_sending_is_the_same_application(site: Site):
    form = both(site.visitor("W01")).attach("materials_i01[0].files", "申请书.pdf", PDF)
    first, second = form.press("submit"), form.press("submit")
    assert first.path == second.path
    assert len(site.visitor("W01").open("/cases").all("tbody tr")) == 2


@pytest.mark.parametrize(
    "address, status", [("/applications/several", 422), ("/applications/several?item=I99&item=I01", 404),
                        ("/applications/several?item=I15&item=I01", 409)],
)  # fmt: skip
def test_items_that_cannot_be_received_have_no_common_form(site: Site, address: str, status: int):
    publish_unrouted(site.house)
    assert site.visitor("W01").open(address).status == status


def test_one_item_alone_has_its_own_page(site: Site):
    assert site.visitor("W01").open("/applications/several?item=I06").heading.startswith("收件：社会保障卡补领")


def test_an_application_is_shown_only_in_the_readers_scope(site: Site):
    page = both(site.visitor("W01")).press("submit")
    assert len(site.visitor("D11").open(page.path).all("tbody tr")) == 1
    assert site.visitor("D21").open(page.path).status == 404
    assert site.visitor("W01").open("/applications/0000").status == 404


# What is at hand (4.1.6, 6.2.4) ---------------------------------------------------------------------------------------


def earlier(site: Site) -> None:
    form = site.visitor("W02").open("/applications/new/I06").form("/applications/new").set(**APPLICANT)
    form.attach("materials[0].files", "身份证.pdf", PDF).press("submit")


def test_the_number_finds_earlier_cases_masked_and_the_look_is_journalled(site: Site):
    earlier(site)
    form = site.visitor("W01").open("/applications/new/I06").form("/applications/new").set(id_no=APPLICANT["id_no"])
    page = form.press("lookup")
    panel = page.words("#earlier")
    assert "以往办件 1 件" in panel and "王*国" in panel and "138****1234" in panel
    assert "13800001234" not in panel and APPLICANT["address"] not in panel
    assert "证件号码 410502********0010 的以往办件（1 件）" in looks(site)


def test_what_is_chosen_is_taken_over_and_the_case_names_its_source(site: Site):
    earlier(site)
    form = site.visitor("W01").open("/applications/new/I06").form("/applications/new").set(id_no=APPLICANT["id_no"])
    page = form.press("lookup").form("/applications/new").press("takeover")
    assert "已沿用以往办件的信息和 1 份电子材料" in page.words("#earlier")
    assert page.all("#f-applicant_name")[0].get("value") == "王建国"
    assert page.all("#f-phone")[0].get("value") == "13800001234"
    done = page.form("/applications/new").press("submit")
    assert done.heading == "形式审查"
    case = site.visitor("W01").open(f"/cases/{done.path.split('/')[-1].rpartition('-')[0]}")
    assert "沿用自" in case.main


def test_an_unknown_number_finds_nothing_and_the_form_stays(site: Site):
    form = site.visitor("W01").open("/applications/new/I06").form("/applications/new").set(**APPLICANT)
    page = form.press("lookup")
    assert "没有查到" in page.words("#earlier")
    assert page.all("#f-applicant_name")[0].get("value") == "王建国"


def test_with_several_items_too_earlier_data_are_taken_over(site: Site):
    earlier(site)
    form = site.visitor("W01").open(SEVERAL).form("/applications/several").set(id_no=APPLICANT["id_no"])
    page = form.press("lookup").form("/applications/several").press("takeover")
    assert page.all("#f-address")[0].get("value") == APPLICANT["address"]
    assert page.form("/applications/several").press("submit").heading == "同一申请的 2 个办件"


def test_a_form_that_came_back_with_errors_makes_its_cases_once(site: Site):
    wrong = both(site.visitor("W01")).set(id_no="123")
    page = wrong.press("submit")
    assert page.status == 422
    done = page.form("/applications/several").set(id_no=APPLICANT["id_no"]).press("submit")
    assert wrong.press("submit").path == done.path
    assert len(site.visitor("W01").open("/cases").all("tbody tr")) == 2
