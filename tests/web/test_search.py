"""查找: one box, three kinds, masked, within one's scope."""

from __future__ import annotations

import pytest

from tests.support.house import COMPANY, INSURANCE, PERSON
from tests.support.site import Page, Site, Visitor


def ask(visitor: Visitor, query: str) -> Page:
    """Type into the box of the header and press Enter."""
    return visitor.open("/about").form("/search", css="header form").set(q=query).press()


def counts(page: Page) -> list[str]:
    return [one.removesuffix("个") for one in page.each(".yc-tabs__one")]


def test_every_page_has_the_box_and_the_key_finds_it(site: Site):
    visitor = site.visitor("W01")
    for address in ("/", "/cases", "/about", "/messages"):
        (box,) = visitor.open(address).all("header input[name='q']")
        assert box.get("data-search") is not None
    assert site.visitor().open("/about").all("header input[name='q']") == []


def test_nothing_asked_says_what_may_be_asked(site: Site):
    page = site.visitor("W01").open("/search")
    assert "请写要找的内容" in page.main


def test_a_case_is_shown_with_what_was_found_marked_and_the_name_masked(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    page = ask(site.visitor("W01"), "社会保障")
    assert counts(page) == ["办件1", "申请对象0", "办事指南2"]
    assert page.each("mark") == ["社会保障"] * 2
    assert page.all("tbody a")[0].get("href") == f"/cases/{case_no}"
    page = ask(site.visitor("W01"), "王建国")
    assert "申请对象姓名（名称）相符" in page.main
    assert "王*国" in page.words("tbody")
    assert "王建国" not in page.words("tbody")


def test_a_result_number_is_shown_where_it_was_found(site: Site):
    case_no = site.house.accepted_instant()
    site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    site.house.make_and_sign(case_no, INSURANCE)
    assert "结果文号 AY-0001" in ask(site.visitor("W01"), "ay-0001").words(".yc-told")


def test_an_applicant_is_masked_and_leads_to_the_persons_cases(site: Site):
    for _ in range(2):
        site.house.receive("W01", "I06", PERSON)
    page = ask(site.visitor("W01"), "建国").visitor.open("/search?q=建国&tab=applicants")
    assert "王*国居民身份证 410502********0010" in page.words("tbody")
    assert "410502199003070010" not in page.text
    listed = page.visitor.open(page.all("tbody a")[0].get("href"))
    assert "共 2 件" in listed.main
    assert listed.each(".yc-chip") == ["申请对象：王*国×，去掉这一条件"]


@pytest.mark.parametrize("number", ["410502199003070010", "138 0000 1234", "41050219900307001０"])
def test_a_whole_number_finds_its_owner_and_stands_in_no_address(site: Site, number: str):
    site.house.receive("W01", "I06", PERSON)
    page = ask(site.visitor("W01"), number)
    assert "王*国" in page.words("tbody")
    assert "410502199003070010" not in page.address + page.text
    assert "13800001234" not in page.address + page.text
    (line,) = [one for one in site.house.journal("access:W01") if "证件号码" in one.sentence]
    assert line.sentence == "查看 按完整的证件号码或电话查找申请对象，找到 1 个"


def test_a_number_nobody_has_is_said_so_without_repeating_it(site: Site):
    page = ask(site.visitor("W01"), "13900009999")
    assert "没有找到使用这一号码的申请对象" in page.main
    assert "13900009999" not in page.address + page.text


def test_a_number_of_a_case_is_no_personal_number(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    assert ask(site.visitor("W01"), case_no).each("mark")[0].replace(" ", "") == case_no
    assert counts(ask(site.visitor("W01"), "202603020001"))[0] == "办件1"


def test_another_departments_case_is_neither_found_nor_counted(site: Site):
    site.house.receive("W01", "I06", PERSON)
    visitor = site.visitor("D11")
    assert counts(ask(visitor, "王建国")) == ["办件0", "申请对象0", "办事指南0"]
    assert counts(ask(visitor, "社会保障")) == ["办件0", "申请对象0", "办事指南2"]
    assert "没有找到使用这一号码的申请对象" in ask(visitor, PERSON["id_no"]).main
    own = site.house.receive("W01", "I02", COMPANY)
    assert ask(visitor, own[-12:]).all("tbody a")[0].get("href") == f"/cases/{own}"


def test_who_sees_no_cases_finds_guides_alone(site: Site):
    site.house.receive("W01", "I06", PERSON)
    page = ask(site.visitor("A01"), "社会保障")
    assert counts(page) == ["办事指南2"]
    assert "没有找到" in ask(site.visitor("A01"), PERSON["id_no"]).main
    assert page.visitor.open("/search?who=" + "0" * 26).status == 200


def test_somebody_elses_id_in_the_address_shows_nobody_out_of_scope(site: Site):
    site.house.receive("W01", "I06", PERSON)
    address = ask(site.visitor("W01"), PERSON["id_no"]).address
    assert "王*国" not in site.visitor("D11").open(address).main


def test_a_search_without_a_match_helps(site: Site):
    page = ask(site.visitor("W01"), "没有这样的词")
    assert "没有找到“没有这样的词”" in page.main
    assert "每个词都须出现" in page.main


def test_many_hits_have_pages(site: Site):
    for _ in range(21):
        site.house.receive("W01", "I06", PERSON)
    page = ask(site.visitor("W01"), "王")
    assert "第 1–20 条，共 21 条" in page.words(".yc-pager__count")
    assert len(page.visitor.open(page.all(".yc-pager a[rel='next']")[0].get("href")).all("tbody tr")) == 1
    assert page.visitor.open("/search?q=王&tab=cases&page=9").status == 200


@pytest.mark.parametrize(
    "address", ["/search?q=%00", "/search?q=%25&tab=nonsense", "/search?q=王&page=x", "/search?who=,,-"]
)
def test_strange_addresses_are_answered(site: Site, address: str):
    assert site.visitor("W01").open(address).status == 200


def test_a_visitor_must_sign_in(site: Site):
    assert site.visitor().open("/search?q=王").heading == "登录"


def test_the_guides_are_open_to_everybody_and_searched_by_every_part(site: Site):
    visitor = site.visitor()
    assert "共 14 个事项" in visitor.open("/guides").main
    for words in ("食品经营", "餐 饮", "卫生", "i02"):
        assert visitor.open(f"/guides?q={words}").all("tbody tr"), words
    assert "没有找到“无此事项”的办事指南" in visitor.open("/guides?q=无此事项").main


def test_T057_a_guide_shows_every_element(site: Site):
    visitor = site.visitor()
    page = visitor.open("/guides/I02")
    assert page.heading.startswith("食品经营许可新办（餐饮）")
    assert page.each("h2")[:2] == ["申请条件", "禁止性要求"]
    for words in ("承诺时限5 个工作日", "不收费", "设定依据", "常见问题", "救济途径", "监督投诉电话", "申请材料"):
        assert words in page.main
    assert visitor.open("/guides/I99").status == 404
