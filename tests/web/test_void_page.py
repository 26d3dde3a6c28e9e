"""作废: the link on the document's line, the page with reason and confirmation, what the public is told."""

from __future__ import annotations

import pytest

from engine.process.documents.commands import VoidDocument
from tests.forms.notices.samples import page_texts
from tests.support.house import INSURANCE, PERSON
from tests.support.site import Site

REASON = "申请人姓名写错"


def notice(site: Site) -> tuple[str, str]:
    case_no = site.house.accepted_instant()
    return case_no, site.house.documents(case_no)[0].id


def test_the_clerk_makes_a_notice_void_and_gets_the_new_one(site: Site):
    case_no, id = notice(site)
    visitor = site.visitor("W01")
    page = visitor.open(f"/cases/{case_no}")
    assert any("作废《收件（受理）通知书》" in link for link in page.each("aside a.yc-small"))
    page = visitor.open(f"/documents/{id}/void")
    assert "不勾选的，只向申请人出具《文书作废说明》" in page.main
    page = page.form(f"/documents/{id}/void").set(reason=REASON, sure="yes").press()
    old, new = site.house.documents(case_no)
    assert (old.state, new.state) == ("void", "issued")
    assert page.status == 200
    assert f"作废：{REASON}；重新出具 {new.number}" in page.main
    assert page.each("aside .yc-tag--void") == ["已作废"]
    assert not any(old.number in link for link in page.each("aside a.yc-small")), "a void one is not voided again"


@pytest.mark.parametrize(
    "values, field, sentence",
    [
        ({"reason": "错", "sure": "yes"}, "reason", "请写明作废的理由（4至120字）"),
        ({"reason": REASON}, "sure", "请确认要作废的是这一份文书"),
    ],
)
def test_a_missing_reason_or_confirmation_is_told_at_its_field(site: Site, values, field, sentence):
    case_no, id = notice(site)
    form = site.visitor("W01").open(f"/documents/{id}/void").form(f"/documents/{id}/void").set(**values)
    form.drop("reissue") if field == "sure" else None
    page = form.press()
    assert page.status == 422
    assert sentence in page.words(f"#{field}-error")
    assert page.each(".yc-errors__list a") and sentence in page.each(".yc-errors__list a")[0]
    assert [one.get("value") for one in page.all("#reason")] == [values["reason"]], "what was typed is kept"
    ticked = [one for one in page.all("#reissue") if one.get("checked") is not None]
    assert len(ticked) == (0 if field == "sure" else 1)
    assert [one.state for one in site.house.documents(case_no)] == ["issued"]


def test_everything_that_is_wrong_is_told_at_once(site: Site):
    _, id = notice(site)
    page = site.visitor("W01").open(f"/documents/{id}/void").form(f"/documents/{id}/void").set(reason="错").press()
    assert [link.get("href") for link in page.all(".yc-errors__list a")] == ["#reason", "#sure"]


def test_what_the_case_stands_on_is_not_voided_alone(site: Site):
    case_no, id = notice(site)
    site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    opened = site.visitor("W01").open(f"/documents/{id}/void")
    assert "必须同时重新出具（6.1.1" in opened.main
    form = opened.form(f"/documents/{id}/void")
    form.drop("reissue")
    page = form.set(reason=REASON, sure="yes").press()
    assert page.status == 409
    assert "作废时必须同时重新出具（6.1.1、行政许可法第三十二条）" in page.main
    assert len(site.house.documents(case_no)) == 1


@pytest.mark.parametrize(
    "account, status",
    [("W03", 403), ("D61", 403), ("D62", 403), ("D63", 403), ("S51", 403), ("U81", 403), ("D11", 404)],
)
def test_others_see_no_link_and_may_not_do_it(site: Site, account: str, status: int):
    case_no, id = notice(site)
    visitor = site.visitor(account)
    assert visitor.open(f"/documents/{id}/void").status == status
    page = visitor.open(f"/cases/{case_no}")
    if page.status == 200:
        assert page.each("aside a.yc-small") == []
    assert len(site.house.documents(case_no)) == 1


def test_nobody_comes_to_the_page_without_signing_in(site: Site):
    _, id = notice(site)
    assert "/sign-in" in site.visitor().open(f"/documents/{id}/void", follow=False).headers.get("Location", "")


def test_an_archived_case_shows_no_link_and_says_why(site: Site):
    case_no, id = notice(site)
    site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    site.house.finish(case_no, INSURANCE, (PERSON["applicant_name"], PERSON["id_no"]))
    visitor = site.visitor("W01")
    assert visitor.open(f"/cases/{case_no}").each("aside a.yc-small") == []
    page = visitor.open(f"/documents/{id}/void")
    assert page.status == 409
    assert "已归档" in page.main
    assert page.all("main form") == []


def voided(site: Site) -> tuple[str, str]:
    case_no, id = notice(site)
    document = site.house.documents(case_no)[0]
    command = VoidDocument(root_id=document.root_id, document_id=id, reason=REASON, reissue=True)
    site.house.execute("W01", command)
    return case_no, id


def test_T110_the_file_of_a_void_notice_bears_it_and_its_name_says_so(site: Site):
    case_no, id = notice(site)
    visitor = site.visitor("W01")
    original = visitor.open(f"/documents/{id}.pdf").response.data
    document = site.house.documents(case_no)[0]
    command = VoidDocument(root_id=document.root_id, document_id=id, reason=REASON, reissue=True)
    site.house.execute("W01", command)
    answer = visitor.open(f"/documents/{id}.pdf")
    assert answer.response.data != original
    assert f"作废理由：{REASON}" in "".join(page_texts(answer.response.data))
    assert "%E5%B7%B2%E4%BD%9C%E5%BA%9F" in answer.headers["Content-Disposition"]
    assert site.house.documents(case_no)[0].sha256 == document.sha256, "the original's digest stays"
    assert visitor.open(f"/documents/{id}.pdf").response.data == answer.response.data


def test_a_void_notice_that_nobody_looked_at_before_keeps_its_originals_digest(site: Site):
    case_no, id = voided(site)
    site.visitor("W01").open(f"/documents/{id}.pdf")
    assert site.house.documents(case_no)[0].sha256 is not None
    assert site.house.violations() == []


def test_the_public_is_told_that_it_is_void_and_which_is_valid_but_not_why(site: Site):
    case_no, _ = voided(site)
    old, new = site.house.documents(case_no)
    page = site.visitor().open(f"/verify/{old.verify_code}")
    assert page.status == 200
    assert "这份文书已作废" in page.main
    assert f"请以重新出具的文书为准：{new.number}" in page.main
    for hidden in (REASON, "王建国", "✓"):
        assert hidden not in page.main
    assert "✓ 本中心出具过这份文书" in site.visitor().open(f"/verify/{new.verify_code}").main
