"""文书: the same bytes for who may see them, and the public question by its code."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from tests.forms.notices.samples import page_texts
from tests.support.house import COMPANY, INSURANCE
from tests.support.site import Site


def notice(site: Site) -> tuple[str, str]:
    """Return number and notice of an accepted case."""
    case_no = site.house.accepted_instant()
    return case_no, site.house.documents(case_no)[0].id


def test_T065_the_notice_is_a_pdf_with_the_same_bytes_whenever_asked(site: Site):
    _, id = notice(site)
    visitor = site.visitor("W01")
    first, second = (visitor.open(f"/documents/{id}.pdf").response.data for _ in range(2))
    assert first.startswith(b"%PDF-")
    assert first == second


def test_the_first_look_keeps_and_journals_the_files_digest(site: Site):
    case_no, id = notice(site)
    assert site.house.documents(case_no)[0].sha256 is None
    content = site.visitor("W01").open(f"/documents/{id}.pdf").response.data
    assert site.house.documents(case_no)[0].sha256 == hashlib.sha256(content).hexdigest()
    line = site.house.journal(f"case:{case_no}")[-1]
    assert (line.type, line.account) == ("document.rendered", "system")
    assert site.house.journal("access:W01")[-1].sentence.startswith("查看 文书 安审批（受理）")


def test_a_document_is_shown_in_the_browser_under_its_own_name(site: Site):
    _, id = notice(site)
    headers = site.visitor("W01").open(f"/documents/{id}.pdf").headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("inline; filename*=UTF-8''%E6%94%B6%E4%BB%B6")
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("id", ["0" * 26, "nothing", "..%2fx"])
def test_an_unknown_document_is_not_found(site: Site, id: str):
    assert site.visitor("W01").open(f"/documents/{id}.pdf").status == 404


def granted(site: Site) -> str:
    """Return the number of an instant case that the head has granted."""
    case_no = site.house.accepted_instant()
    site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    return case_no


def handed_over(site: Site) -> tuple[str, str]:
    """Return number and the issuing clerk's task of a case whose result waits to be signed for."""
    case_no = granted(site)
    site.house.hand_over(case_no, INSURANCE)
    return case_no, site.house.task(case_no, "ut_result_receipt").id


def test_T087_the_slip_can_be_printed_and_signed_before_it_is_issued(site: Site):
    case_no, task_id = handed_over(site)
    clerk = site.visitor("W03")
    (link,) = [one.get("href") for one in clerk.open(f"/tasks/{task_id}").all("a") if "空白单" in one.text_content()]
    answer = clerk.open(link)
    assert answer.headers["Content-Type"] == "application/pdf"
    (text,) = page_texts(answer.response.data)
    assert "结果移交单" in text
    assert case_no in text
    assert "签字用草稿，不是文书" in text
    assert [one.kind for one in site.house.documents(case_no)] == ["acceptance_notice"], "nothing was issued by it"
    assert site.house.journal("access:W03")[-1].sentence.endswith("签字用草稿")


def test_the_receipt_can_be_printed_for_whoever_fetches(site: Site):
    case_no = granted(site)
    site.house.make_and_sign(case_no, INSURANCE)
    task_id = site.house.task(case_no, "ut_pickup").id
    (text,) = page_texts(site.visitor("W03").open(f"/tasks/{task_id}/blank.pdf").response.data)
    assert "送达回执" in text
    assert "领取人：________" in text


def test_what_needs_no_paper_has_no_blank_and_other_people_have_none(site: Site):
    case_no = site.house.accepted_instant()
    head = site.house.task(case_no, "ut_head_decide").id
    assert site.visitor("D62").open(f"/tasks/{head}/blank.pdf").status == 404
    _, task_id = handed_over(site)
    assert site.visitor("D12").open(f"/tasks/{task_id}/blank.pdf").status == 404
    assert site.visitor("S51").open(f"/tasks/{task_id}/blank.pdf").status == 403


def code_of(site: Site, case_no: str) -> str:
    return site.house.documents(case_no)[0].verify_code


def test_anybody_may_verify_a_document_and_sees_no_more_than_needed(site: Site):
    case_no, _ = notice(site)
    page = site.visitor().open(f"/verify/{code_of(site, case_no)}")
    assert page.status == 200
    for words in (
        "本中心出具过这份文书",
        "收件（受理）通知书",
        "安审批（受理）〔2026〕000001号",
        "2026-03-02",
        "王*国",
        "有效",
    ):
        assert words in page.main
    for secret in ("王建国", "410502", "138", case_no):
        assert secret not in page.main


def test_a_firms_document_names_the_firm(site: Site):
    case_no = site.house.receive("W01", "I02", COMPANY)
    site.house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    site.house.complete("W01", case_no, "ut_accept", {})
    assert "安阳测试餐饮有限公司" in site.visitor().open(f"/verify/{code_of(site, case_no)}").main


def test_a_typed_code_leads_to_its_answer(site: Site):
    case_no, _ = notice(site)
    code = code_of(site, case_no)
    form = site.visitor().open("/verify").form("/verify")
    page = form.page.visitor.open(f"/verify?code=%20{code[:4].upper()}%20{code[4:]}%20")
    assert "本中心出具过这份文书" in page.main


@pytest.mark.parametrize("code", ["0123456789abcdef", "x", "%27", "王", "a" * 500])
def test_an_unknown_code_is_said_to_be_unknown(site: Site, code: str):
    page = site.visitor().open(f"/verify/{code}")
    assert page.status == 404
    assert "没有找到该文书" in page.main


def test_thirty_questions_a_minute_are_enough(site: Site):
    visitor = site.visitor()
    answers = [visitor.open("/verify/0123456789abcdef").status for _ in range(31)]
    assert answers == [404] * 30 + [429]
    assert "请等 1 分钟后再试" in visitor.page.main
    site.machine.advance(timedelta(seconds=61))
    assert visitor.open("/verify/0123456789abcdef").status == 404
