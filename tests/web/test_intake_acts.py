"""What the intake left behind on the pages, and the acts that put it right: owed materials, mistakes."""

from __future__ import annotations

import pytest

from tests.support.house import COMPANY
from tests.support.site import Site

LACKING = {"no": "4", "verdict": "missing", "advice": "请提交食品安全规章制度", "copies": 0}


def owing(site: Site) -> str:
    """Return an accepted case that owes its fourth material."""
    house = site.house
    case_no = house.receive("W01", "I02", {**COMPANY, "materials": [{"no": "4", "provided_form": "none"}]})
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept_deficient", "materials": [LACKING]})
    promise = {"consequence_told": True, "signature": house.signature("W01")}
    house.complete("W01", case_no, "ut_deficient_promise", promise)
    house.complete("W01", case_no, "ut_accept", {})
    return case_no


def links(site: Site, account: str, case_no: str) -> list[str]:
    return site.visitor(account).open(f"/cases/{case_no}").each(".yc-acts a")


def test_T064_the_case_page_says_how_long_receipt_to_acceptance_took(site: Site) -> None:
    site.house.at(2026, 3, 2, 9, 5)
    case_no = site.house.receive("W01", "I02", {**COMPANY, "received_at": "2026-03-02T09:05"})
    site.house.at(2026, 3, 2, 9, 18)
    site.house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    site.house.complete("W01", case_no, "ut_accept", {})

    assert "13分钟" in site.visitor("W01").open(f"/cases/{case_no}").text


def test_T029_what_is_owed_stands_on_case_and_task(site: Site) -> None:
    case_no = owing(site)
    task = site.house.task(case_no, "ut_receive_paper")

    for address in (f"/cases/{case_no}", f"/tasks/{task.id}"):
        assert "本件容缺受理，尚欠：食品安全规章制度（承诺" in site.visitor("D11").open(address).main


def test_the_window_registers_what_was_owed_and_the_offer_goes_away(site: Site) -> None:
    case_no = owing(site)
    assert "登记补交的容缺材料" in links(site, "W01", case_no)
    assert "登记补交的容缺材料" not in links(site, "D11", case_no)
    form = site.visitor("W01").open(f"/cases/{case_no}/acts/supply").form(f"/cases/{case_no}/acts/supply")

    after = form.press("submit")

    assert after.path == f"/cases/{case_no}"
    assert "已补交" in after.main
    assert "登记补交的容缺材料" not in links(site, "W01", case_no)


def test_a_material_is_corrected_on_its_page(site: Site) -> None:
    case_no = site.house.receive("W01", "I02", COMPANY)
    form = site.visitor("W01").open(f"/cases/{case_no}/acts/material").form(f"/cases/{case_no}/acts/material")
    form.set(no="6", provided_form="copy", copies="2")

    after = form.press("submit")

    assert after.path == f"/cases/{case_no}"
    assert "更正材料登记：第 6 项" in after.text


def test_a_form_that_came_back_with_errors_corrects_once_whichever_of_its_pages_is_sent_again(site: Site) -> None:
    case_no = site.house.receive("W01", "I02", COMPANY)
    address = f"/cases/{case_no}/acts/material"
    wrong = site.visitor("W01").open(address).form(address).set(no="6", provided_form="copy", copies="many")
    page = wrong.press("submit")
    assert page.status == 422
    right = page.form(address).set(copies="2")
    assert right.press("submit").path == f"/cases/{case_no}"
    lines = len(site.house.journal(f"case:{case_no}"))

    assert right.press("submit").path == f"/cases/{case_no}"
    for copies in ("many", "3"):
        resent = wrong.set(copies=copies).press("submit")
        assert (resent.status, "已经提交过" in resent.words(".yc-errors")) == (409, True)
        assert resent.form(address).values["copies"] == copies
    assert len(site.house.journal(f"case:{case_no}")) == lines


def test_a_wrong_applicant_is_replaced_on_its_page(site: Site) -> None:
    case_no = site.house.receive("W01", "I02", COMPANY)
    page = site.visitor("W01").open(f"/cases/{case_no}/acts/applicant")
    assert COMPANY["phone"] not in page.text
    form = page.form(f"/cases/{case_no}/acts/applicant")
    form.set(applicant_name="安阳测试个体户", id_no="92410500MA9TEXT02Y", phone="13800005678")
    form.set(address="安阳市测试路3号", reason="登记时选错申请对象")

    after = form.press("submit")

    assert after.path == f"/cases/{case_no}"
    assert site.house.case(case_no).applicant_name == "安阳测试个体户"


@pytest.mark.parametrize("word", ["supply", "material", "applicant"])
@pytest.mark.parametrize("account", ["D11", "W03", "S51"])
def test_only_the_window_opens_these_acts(site: Site, account: str, word: str) -> None:
    case_no = owing(site)

    assert site.visitor(account).open(f"/cases/{case_no}/acts/{word}").status == 403
