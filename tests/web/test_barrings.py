"""失信记录 in the browser: the list with its search and pages, one entry, putting on and taking off."""

from __future__ import annotations

from dataclasses import replace

from engine.casework.cases.barring.commands import LiftBarring
from tests.engine.casework.cases.barring.test_barring import HAND, bar
from tests.support.house import COMPANY, PERSON
from tests.support.site import Page, Site, Visitor

FILLED = {
    "applicant_kind": "organisation", "applicant_name": COMPANY["applicant_name"], "id_kind": "uscc",
    "id_no": COMPANY["id_no"], "source": "commitment", "reason": "承诺的检测报告不存在", "basis": "核查结果告知书",
}  # fmt: skip
WANG = {
    "applicant_kind": "person", "applicant_name": "王建国", "id_kind": "resident_id", "id_no": PERSON["id_no"],
}  # fmt: skip


def numbers(page: Page) -> list[str]:
    return page.each("main tbody th a")


def look_for(visitor: Visitor, words: str) -> Page:
    return visitor.open("/barrings").form("/barrings/find").set(q=words).press()


def test_an_empty_list_says_what_would_stand_in_it(site: Site):
    page = site.visitor("W01").open("/barrings")
    assert "没有失信记录" in page.main
    assert page.words(".yc-nav a[aria-current='page']") == "办件"
    assert "自动列入" in page.main
    assert page.all("a[href='/barrings/new']") == [], "the window does not bar"


def test_a_head_bars_an_applicant_and_reads_the_entry(site: Site):
    page = site.visitor("D12").open("/barrings/new").form("/barrings/new").set(**FILLED).press()
    assert page.heading == "失信记录 SX202603020001"
    for told in ("承诺的检测报告不存在", "核查结果告知书", COMPANY["id_no"], "2027-03-02", "列入失信记录"):
        assert told in page.main
    assert page.all("form[action='/barrings/SX202603020001/lift']") == [], "who barred does not lift"
    assert numbers(site.visitor("W01").open("/barrings")) == ["SX202603020001"]


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(site: Site):
    wrong = {**FILLED, "id_no": "91410500MA9TEXT01Z", "reason": ""}
    page = site.visitor("D12").open("/barrings/new").form("/barrings/new").set(**wrong).press()
    assert page.status == 422
    assert page.words(".yc-errors__title") == "有2处需要改正"
    assert page.all("#f-id_no-error")
    assert page.all("#f-reason-error")
    assert page.form("/barrings/new").values["applicant_name"] == COMPANY["applicant_name"]
    twice = page.form("/barrings/new").set(**FILLED).press()
    again = twice.visitor.open("/barrings/new").form("/barrings/new").set(**FILLED).press()
    assert (again.status, "已有有效的失信记录" in again.main) == (409, True)


def test_from_a_case_the_applicant_is_known_and_masked(site: Site):
    case_no = site.house.accepted_commitment()
    visitor = site.visitor("D12")
    address = f"/barrings/new?case={case_no}"
    assert address in [link.get("href") for link in visitor.open(f"/cases/{case_no}").all("main a")]
    page = visitor.open(address)
    assert page.all("[name='id_no']") == []
    told = {"source": "deficiency", "reason": "逾期未补齐", "basis": "容缺承诺书"}
    entry = page.form("/barrings/new").set(**told).press()
    assert f"/cases/{case_no}" in [link.get("href") for link in entry.all("main a")]
    # Another department reads the entry, but not the case.
    assert f"/cases/{case_no}" not in [link.get("href") for link in site.visitor("D22").open(entry.path).all("main a")]


def test_the_supervisor_lifts_it_and_a_reason_is_asked_for(site: Site):
    number = bar(site.house)
    page = site.visitor("S51").open(f"/barrings/{number}")
    refused = page.form(f"/barrings/{number}/lift").set(reason="好").press()
    assert (refused.status, "请写明解除失信记录的理由" in refused.main) == (422, True)
    lifted = refused.form(f"/barrings/{number}/lift").set(reason="已整改并核实").press()
    assert (lifted.status, lifted.words(".yc-status")) == (200, "已解除")
    assert "已整改并核实" in lifted.main
    assert lifted.all(f"form[action='/barrings/{number}/lift']") == []


def test_the_list_is_found_from_the_list_of_cases(site: Site):
    assert "/barrings" in [link.get("href") for link in site.visitor("W01").open("/cases").all("main a")]
    assert "/barrings" not in [link.get("href") for link in site.visitor("D13").open("/cases").all("main a")]


def test_a_form_sent_twice_bars_once(site: Site):
    form = site.visitor("D12").open("/barrings/new").form("/barrings/new").set(**FILLED)
    first, second = form.press(), form.press()
    assert first.path == second.path
    assert numbers(site.visitor("W01").open("/barrings")) == ["SX202603020001"]


def test_a_person_is_masked_and_found_by_the_whole_number_which_stands_in_no_address(site: Site):
    number = bar(site.house, **WANG)
    visitor = site.visitor("W01")
    listed = visitor.open("/barrings")
    assert "王*国" in listed.main
    assert "王建国" not in listed.text
    assert PERSON["id_no"] not in listed.text
    found = look_for(visitor, PERSON["id_no"])
    assert found.address == f"/barrings/{number}"
    assert "410502********0010" in found.main
    assert PERSON["id_no"] not in found.text
    assert any("完整的证件号码" in line.sentence for line in site.house.journal("access:W01"))
    missed = look_for(visitor, "41050219850612002X")
    assert missed.address == "/barrings?missed=1"
    assert "没有这个证件号码的失信记录" in missed.main


def test_words_and_states_narrow_the_list(site: Site):
    first, second = bar(site.house), bar(site.house, **WANG)
    site.house.execute("S51", LiftBarring(number=second, reason="已补齐并核实"))
    visitor = site.visitor("W01")
    assert numbers(visitor.open("/barrings?state=active")) == [first]
    assert numbers(visitor.open("/barrings?state=lifted")) == [second]
    assert numbers(visitor.open("/barrings?state=nonsense")) == [second, first]
    assert numbers(look_for(visitor, "测试餐饮")) == [first]
    assert numbers(look_for(visitor, second)) == [second]
    nothing = look_for(visitor, "没有这样的名称")
    assert "没有符合条件的失信记录" in nothing.main
    assert "/barrings" in [link.get("href") for link in nothing.all("main a")]


def test_a_long_list_goes_by_pages(site: Site):
    with_number = [f"P{number:07d}" for number in range(21)]
    for passport in with_number:
        who = {"applicant_kind": "person", "applicant_name": "测试人", "id_kind": "passport", "id_no": passport}
        site.house.execute("D12", replace(HAND, **who))
    visitor = site.visitor("W01")
    assert len(numbers(visitor.open("/barrings"))) == 20
    assert numbers(visitor.open("/barrings?page=2")) == ["SX202603020001"]
    assert "第 21–21 条，共 21 条" in visitor.page.main


def test_the_clerk_sees_it_beside_the_task_before_choosing(site: Site):
    number = bar(site.house)
    case_no = site.house.receive("W01", "I02", COMPANY)
    task = site.house.task(case_no, "ut_formal")
    for address in (f"/tasks/{task.id}", f"/cases/{case_no}"):
        page = site.visitor("W01").open(address)
        assert f"已列入失信记录 {number}" in page.main
        assert "不适用容缺受理和告知承诺" in page.main
    site.house.execute("S51", LiftBarring(number=number, reason="已补齐并核实"))
    assert "失信记录" not in site.visitor("W01").open(f"/tasks/{task.id}").main


def test_reading_an_entry_stands_in_the_readers_own_journal(site: Site):
    number = bar(site.house)
    site.visitor("W01").open(f"/barrings/{number}")
    assert f"失信记录 {number}" in site.house.journal("access:W01")[-1].sentence
    assert site.visitor("W01").open("/barrings/SX209901010001").status == 404
