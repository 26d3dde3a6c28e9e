"""本人的审计记录: written where a case is replayed, listed, changed, ended, printed; the own ones and nobody else's."""

from __future__ import annotations

import pytest

from tests.engine.oversight.audit.findings.test_findings import TEXT, write
from tests.support.house import COMPANY
from tests.support.site import Page, Site
from tests.web.test_auditing import auditor_with_password


@pytest.fixture
def case_no(site: Site) -> str:
    return site.house.receive("W01", "I02", COMPANY)


def note(page: Page, case_no: str, **given: str) -> Page:
    wanted = {"kind": "finding", "severity": "minor", "text": TEXT, **given}
    return page.form(f"/cases/{case_no}/findings").set(**wanted).press()


def test_it_is_written_at_the_moment_shown_and_stands_there(site: Site, case_no: str):
    page = site.visitor("U81").open(f"/cases/{case_no}/replay?at=1")
    last = page.all("#moment")[0].get("data-at")
    assert page.form(f"/cases/{case_no}/findings").values["seq"] == last
    after = note(page, case_no)
    assert after.path == f"/cases/{case_no}/replay" and f"at={last}" in after.address
    assert TEXT in after.words("#moment") and TEXT in after.words("#findings")
    # One on the case as a whole is at no moment.
    whole = note(after, case_no, seq="", text="整件办件的总体评价。")
    assert "整件办件的总体评价" in whole.words("#findings") and "整件办件的总体评价" not in whole.words("#moment")


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(site: Site, case_no: str):
    visitor = site.visitor("U81")
    for given, field in (({"text": "短"}, "text"), ({"severity": ""}, "severity"), ({"seq": "999"}, "seq"),
                         ({"seq": "十二"}, "seq")):  # fmt: skip
        page = note(visitor.open(f"/cases/{case_no}/replay"), case_no, basis="条款 4.1.6", **given)
        assert page.status == 422 and page.all(f"#f-{field}-error"), given
        assert page.all("input[name='basis']")[0].get("value") == "条款 4.1.6"
    assert site.house.journal("findings:U81") == []


def test_sent_twice_it_is_written_once(site: Site, case_no: str):
    form = site.visitor("U81").open(f"/cases/{case_no}/findings").form(f"/cases/{case_no}/findings")
    form.set(kind="note", text=TEXT)
    assert (form.press().status, form.press().status) == (200, 200)
    assert len(site.house.journal("findings:U81")) == 1


def test_it_is_changed_settled_and_its_story_is_kept(site: Site, case_no: str):
    id = write(site.house, case_no)
    page = site.visitor("U81").open(f"/audit/findings/{id}")
    page = page.form(f"/audit/findings/{id}/revise").set(text="改过的内容，更准确。").press()
    assert "改过的内容，更准确。" in page.words(".yc-facts") and TEXT in page.words(".yc-story")
    wrong = page.form(f"/audit/findings/{id}/settle").set(reason="无").press()
    assert wrong.status == 422 and wrong.all("#f-reason-error")
    done = wrong.form(f"/audit/findings/{id}/settle").set(reason="部门已经更正").press()
    assert "已了结" in done.main and "部门已经更正" in done.main and not done.all("main form")
    assert len(done.each(".yc-story li")) == 3


def test_one_opened_before_it_was_changed_elsewhere_is_told_and_not_written_over(site: Site, case_no: str):
    id = write(site.house, case_no)
    old = site.visitor("U81").open(f"/audit/findings/{id}")
    new = site.visitor("U81").open(f"/audit/findings/{id}")
    new.form(f"/audit/findings/{id}/revise").set(text="先保存的内容在这里。").press()
    page = old.form(f"/audit/findings/{id}/revise").set(text="后保存的内容在这里。").press()
    assert page.status == 409 and "在别处改动过" in page.main
    assert "先保存的内容" in page.words(".yc-facts")
    assert page.words("textarea[name='text']") == "后保存的内容在这里。"


def test_a_withdrawn_one_stays_to_be_read(site: Site, case_no: str):
    id = write(site.house, case_no)
    visitor = site.visitor("U81")
    page = visitor.open(f"/audit/findings/{id}")
    form = page.form(f"/audit/findings/{id}/settle").set(reason="写错了办件")
    page = visitor.send(f"/audit/findings/{id}/withdraw", form.values)
    assert "已撤回" in page.main and TEXT in page.main
    late = visitor.send(f"/audit/findings/{id}/settle", {**form.values, "_key": "0" * 32})
    assert late.status == 409 and "已是“已撤回”" in late.main


def test_the_list_has_the_open_ones_first_and_is_narrowed_and_printed(site: Site, case_no: str):
    ids = [write(site.house, case_no, kind=kind, text=f"{kind} 的内容写在这里") for kind in ("finding", "note")]
    visitor = site.visitor("U81")
    visitor.open(f"/audit/findings/{ids[1]}").form(f"/audit/findings/{ids[1]}/settle").set(reason="已经核实").press()
    page = visitor.open("/audit/findings")
    assert page.each("main tbody th") == [f"第 {ids[0]} 号", f"第 {ids[1]} 号"]
    assert visitor.open("/audit/findings?state=settled").each("main tbody th") == [f"第 {ids[1]} 号"]
    assert "没有符合条件的审计记录" in visitor.open("/audit/findings?state=withdrawn").main
    sheet = visitor.open("/audit/findings/print?kind=finding")
    assert "finding 的内容写在这里" in sheet.main and "note 的内容" not in sheet.main and case_no in sheet.main
    assert not sheet.all("main form")


def test_nobody_elses_is_seen_or_touched(site: Site, case_no: str):
    id = write(site.house, case_no)
    other = site.visitor(auditor_with_password(site.house))
    assert other.open(f"/audit/findings/{id}").status == 404
    assert "还没有审计记录" in other.open("/audit/findings").main
    pages = (f"/cases/{case_no}/replay?at=1", f"/cases/{case_no}/findings", "/audit/cases", "/audit/findings/print")
    for page in pages:
        assert TEXT not in other.open(page).text
    for way in ("revise", "settle", "withdraw"):
        token = other.open("/audit/findings").all("input[name='_csrf']")[0].get("value")
        form = {"_csrf": token, "_key": "1" * 32, "reason": "不是我的记录", "text": TEXT, "revision": "0"}
        assert other.send(f"/audit/findings/{id}/{way}", form).status == 404
    assert [line.account for line in site.house.journal("findings:U81")] == ["U81"]


@pytest.mark.parametrize("account", ["W01", "D12", "S51", "A02", "A03"])
def test_nobody_reads_of_it_elsewhere(site: Site, case_no: str, account: str):
    write(site.house, case_no)
    visitor = site.visitor(account)
    pages = [f"/cases/{case_no}", f"/cases/{case_no}/journal", f"/cases/{case_no}/replay", "/accounts/U81/journal"]
    for page in pages:
        text = visitor.open(page).text
        assert TEXT not in text and "审计发现" not in text
    assert visitor.open(f"/cases/{case_no}/findings").status == 403
