"""时限依据: from a list's due word to the page that counts it, day by day; the case page opens to the same."""

from __future__ import annotations

from tests.engine.casework.cases.procedures import stretches
from tests.support.site import Page, Site


def signs(page: Page, section: str) -> list[str]:
    """Return day and sign of each cell of a clock, as they stand on the page."""
    return ["".join(one.split()) for one in page.each(f"section[id='{section}'] .yc-cell")]


def test_the_due_word_of_a_list_leads_to_the_days_it_was_counted_from(site: Site):
    case_no = site.house.accepted_commitment()
    pages = [site.visitor(account).open(address) for account, address in (("W01", "/cases"), ("D11", "/?box=role"))]
    for listed in pages:
        [link] = listed.all(".yc-due__why")
        assert link.get("title") == "承诺时限怎样计算"
        assert link.get("href") == f"/cases/{case_no}/clocks"
    page = pages[-1].visitor.open(f"/cases/{case_no}/clocks")
    assert (page.status, page.heading) == (200, "时限依据")
    assert "自受理之日起（行政许可法第四十二条；到综合窗口签收结果为止（6.3.1））" in page.main
    assert "5个工作日（本市承诺）" in page.main
    assert "民法典第二百零一条" in page.main
    assert "计入3月3日至3月6日、3月9日（5个工作日）；不计入3月7日至3月8日（周末）" in page.main


def test_each_day_has_its_number_or_the_word_that_leaves_it_out(site: Site):
    case_no = site.house.accepted_commitment()
    page = site.visitor("W01").open(f"/cases/{case_no}/clocks")
    assert signs(page, "commitment.1") == [
        "2日起算，不计入起", "3日计入1", "4日计入2", "5日计入3", "6日计入4", "7日休息，周末休", "8日休息，周末休",
        "9日计入5止，到期日",
    ]  # fmt: skip
    assert signs(page, "hand_over.1") == ["2日计入4:00止，到期日"]


def test_a_pause_stands_on_the_page_with_its_document(site: Site):
    house = site.house
    case_no = stretches.accepted(house)
    stretches.asked(house, case_no)
    stretches.told(house, case_no)
    house.at(2026, 3, 4)
    page = site.visitor("W01").open(f"/cases/{case_no}/clocks")
    assert signs(page, "commitment.1")[1:] == ["3日停表，专家评审停", "4日停表，专家评审停"]
    [notice] = [one for one in house.documents(case_no) if one.kind == "special_procedure_notice"]
    links = [one.get("href") for one in page.all("section[id='commitment.1'] dd a")]
    assert links == [f"/documents/{notice.id}.pdf"]
    assert "待恢复计时后确定" in page.main


def test_an_overdue_clock_marks_the_days_after_its_date_and_says_less_than_a_day(site: Site):
    house = site.house
    house.at(2026, 2, 28)
    case_no = house.accepted_commitment()
    house.at(2026, 3, 7)
    page = site.visitor("W01").open(f"/cases/{case_no}/clocks")
    assert "● 已超期（不足1个工作日）" in page.words("section[id='commitment.1'] h2")
    house.at(2026, 3, 9)
    page = site.visitor("W01").open(f"/cases/{case_no}/clocks")
    assert signs(page, "commitment.1")[-3:] == ["7日休息，周末休", "8日休息，周末休", "9日超期超"]


def test_the_case_page_opens_to_the_same_days_without_script(site: Site):
    case_no = site.house.accepted_commitment()
    page = site.visitor("W01").open(f"/cases/{case_no}")
    opened = page.all("section[aria-labelledby='clocks-title'] details.yc-clock__why")
    assert len(opened) == len(page.all("section[aria-labelledby='clocks-title'] .yc-clock"))
    assert "9日计入 5止，到期日" in " ".join(page.each("section[aria-labelledby='clocks-title'] .yc-cell"))
    assert page.all(f"a[href='/cases/{case_no}/clocks']")


def test_looking_is_journalled_and_another_departments_case_is_not_there(site: Site):
    case_no = site.house.accepted_commitment()
    site.visitor("W01").open(f"/cases/{case_no}/clocks")
    assert "时限依据" in site.house.journal("access:W01")[-1].sentence
    assert site.visitor("D22").open(f"/cases/{case_no}/clocks").status == 404
