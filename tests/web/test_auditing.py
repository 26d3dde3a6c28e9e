"""审计工作台: cases found, samples drawn, lists carried away; for auditors, of the cases that they see."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from engine.oversight.audit.desk.sampling import digest_of, place_of
from engine.registry.identity.accounts.commands import GrantRole, RevokeRole
from tests.engine.oversight.audit.findings.test_findings import write
from tests.support.house import COMPANY, PERSON, House
from tests.support.site import Page, Site

SEED = "00112233445566778899aabbccddeeff"


def listed(page: Page) -> list[str]:
    return [re.sub(r"\s|，回放", "", one) for one in page.each("main tbody th")]


def draw(page: Page, **given: str) -> Page:
    return page.form("/audit/samples").set(**{"purpose": "年度审计抽查", "size": "2", "seed": SEED, **given}).press()


def several(house: House) -> list[str]:
    return [
        house.receive("W01", "I02", COMPANY), house.receive("W01", "I06", PERSON), house.accepted_instant(),
        house.receive("W01", "I02", COMPANY),
    ]  # fmt: skip


def test_the_desk_lists_the_newest_first_with_what_befell_them(site: Site):
    cases = several(site.house)
    write(site.house, cases[0])
    page = site.visitor("U81").open("/audit/cases")
    assert page.status == 200 and sorted(listed(page)) == sorted(cases)
    row = next(one for one in page.each("main tbody tr") if cases[0][39:] in one and "1 条，1 条未了结" in one)
    assert "无" in row


def test_a_question_stands_in_the_address_and_each_part_of_it_can_be_taken_away(site: Site):
    several(site.house)
    page = site.visitor("U81").open("/audit/cases?item=I02&overdue=0&status=received&nonsense=1")
    assert len(listed(page)) == 2
    assert [one.partition("：")[0] for one in page.each(".yc-chips a")] == ["事项", "状态", "曾超期"]
    away = {one.get("href") for one in page.all(".yc-chips a")}
    assert "/audit/cases?item=I02&status=received" in away
    assert page.all("select[name='item'] option[selected]")[0].get("value") == "I02"


def test_a_colleague_may_be_named(site: Site):
    several(site.house)
    visitor = site.visitor("U81")
    name = visitor.open("/audit/cases?responder=W01").all("input[name='responder']")[0].get("value")
    assert len(listed(visitor.open(f"/audit/cases?responder={name}"))) == 4
    assert "没有符合条件的办件" in visitor.open("/audit/cases?responder=W02").main


def test_a_page_beyond_the_last_leads_back(site: Site):
    several(site.house)
    page = site.visitor("U81").open("/audit/cases?page=9")
    assert "这一页没有办件" in page.main and page.all("main a[href='/audit/cases']")


def test_a_sample_is_drawn_by_its_seed_and_stands_in_the_journal(site: Site):
    cases = several(site.house)
    page = draw(site.visitor("U81").open("/audit/cases"))
    expected = sorted(cases, key=lambda one: place_of(SEED, one))[:2]
    assert page.path.startswith("/audit/samples/") and listed(page) == expected
    assert SEED in page.main and digest_of(sorted(cases)) in page.main
    [line] = site.house.journal("findings:U81")
    assert (line.data["seed"], line.data["population"], line.data["size"]) == (SEED, 4, 2)
    assert (line.data["digest"], line.data["drawn_digest"]) == (digest_of(sorted(cases)), digest_of(expected))
    assert line.data["purpose"] == "年度审计抽查" and line.data["question"] == {}


def test_another_auditor_draws_the_same_and_is_told_when_the_cases_have_changed(site: Site):
    several(site.house)
    first = draw(site.visitor("U81").open("/audit/cases?item=I02"), size="1")
    other = site.visitor(auditor_with_password(site.house))
    assert listed(draw(other.open("/audit/cases?item=I02"), size="1")) == listed(first)
    again = other.open(f"{first.path}?again=1")
    assert "总体和所抽办件都相同" in again.main
    site.house.receive("W01", "I02", COMPANY)
    changed = other.open(f"{first.path}?again=1").main
    assert "已有变化" in changed and "3 件" in changed


def auditor_with_password(house: House) -> str:
    """Another auditor of the centre: one of the demonstration's people who is given the post."""
    house.execute("A02", GrantRole(account="K61", role="auditor", department="center"))
    return "K61"


def test_a_sample_by_ones_own_notes_is_nobody_elses(site: Site):
    cases = several(site.house)
    write(site.house, cases[0])
    mine = draw(site.visitor("U81").open("/audit/cases?noted=any"), size="1")
    assert listed(mine) == [cases[0]]
    other = site.visitor(auditor_with_password(site.house))
    assert other.open(mine.path).status == 404
    assert "还没有抽样" in other.open("/audit/samples").main
    assert "抽样 1" in site.visitor("U81").open("/audit/samples").main


@pytest.mark.parametrize(
    "given, field", [({"size": "0"}, "size"), ({"size": "501"}, "size"), ({"seed": "abc"}, "seed"),
                     ({"purpose": "看"}, "purpose"), ({"size": "二"}, "size")],
)  # fmt: skip
def test_what_is_no_sample_is_told_at_its_field(site: Site, given: dict[str, str], field: str):
    several(site.house)
    page = draw(site.visitor("U81").open("/audit/cases?item=I02"), **given)
    assert page.status == 422 and page.all(f"#f-{field}-error")
    # The question stays: the form is sent again for the same cases.
    assert len(listed(page)) == 2
    assert site.house.journal("findings:U81") == []


def test_a_sample_larger_than_the_cases_has_them_all(site: Site):
    several(site.house)
    assert len(listed(draw(site.visitor("U81").open("/audit/cases?item=I02"), size="50"))) == 2


def book(page: Page) -> tuple[str, str]:
    """Return the texts of a workbook, and its sheet."""
    with zipfile.ZipFile(io.BytesIO(page.response.get_data())) as found:
        return found.read("xl/sharedStrings.xml").decode(), found.read("xl/worksheets/sheet1.xml").decode()


def exported(page: Page, **given: str) -> Page:
    return page.form("/audit/export").set(**{"purpose": "年度审计底稿", **given}).press()


def test_a_list_is_carried_away_as_text_for_a_purpose(site: Site):
    cases = several(site.house)
    page = exported(site.visitor("U81").open("/audit/export?item=I02"), format="xlsx")
    assert (page.status, page.headers["Content-Disposition"][:10]) == (200, "attachment")
    strings, _ = book(page)
    assert all(one in strings for one in (cases[0], cases[3])) and cases[1] not in strings
    [line] = [one for one in site.house.journal("access:U81") if one.type == "access.exported"]
    assert (line.data["purpose"], line.data["rows"], line.data["filters"]) == ("年度审计底稿", 2, {"item": "I02"})


def test_nothing_in_a_file_is_a_formula(site: Site):
    site.house.receive("W01", "I02", {**COMPANY, "applicant_name": '=HYPERLINK("http://x")有限公司'})
    visitor = site.visitor("U81")
    page = exported(visitor.open("/audit/export"), format="csv")
    text = page.response.get_data().decode("utf-8-sig")
    [head, row] = list(csv.reader(io.StringIO(text)))
    assert row[head.index("申请对象")].startswith("'=")
    strings, cells = book(exported(visitor.open("/audit/export"), format="xlsx"))
    assert "=HYPERLINK" in strings and "<f>" not in cells


def test_a_sample_is_carried_away_in_its_order(site: Site):
    several(site.house)
    drawn = draw(site.visitor("U81").open("/audit/cases"), size="3")
    page = exported(site.visitor("U81").open(f"/audit/export?sample={drawn.path.rpartition('/')[2]}"), format="csv")
    lines = list(csv.reader(io.StringIO(page.response.get_data().decode("utf-8-sig"))))
    assert [line[0] for line in lines[1:]] == listed(drawn)


def test_without_a_purpose_nothing_is_carried_away(site: Site):
    several(site.house)
    page = exported(site.visitor("U81").open("/audit/export"), purpose="看")
    assert page.status == 422 and "请填写" in page.words(".yc-field__error")
    assert not [one for one in site.house.journal("access:U81") if one.type == "access.exported"]


def test_an_auditor_of_a_department_sees_its_cases_only(site: Site):
    cases = several(site.house)
    site.house.execute("A02", RevokeRole(account="U81", role="auditor", department="center"))
    site.house.execute("A02", GrantRole(account="U81", role="auditor", department="market"))
    page = site.visitor("U81").open("/audit/cases")
    mine = [one for one in cases if site.house.case(one).department == "market"]
    assert sorted(listed(page)) == sorted(mine) and len(mine) < len(cases)
    other = next(one for one in cases if one not in mine)
    for path in (f"/cases/{other}/replay", f"/cases/{other}/findings", f"/audit/compare?a={mine[0]}&b={other}"):
        assert site.visitor("U81").open(path).status == 404
    assert listed(draw(page, size="9")) == sorted(mine, key=lambda one: place_of(SEED, one))


@pytest.mark.parametrize("account", ["W01", "D12", "S51", "C01", "A01", "A03", "P61"])
def test_nobody_else_has_the_desk(site: Site, account: str):
    for path in ("/audit/cases", "/audit/samples", "/audit/findings", "/audit/export"):
        assert site.visitor(account).open(path).status == 403


def test_the_desk_is_in_the_menu_and_on_the_page_of_the_log(site: Site):
    visitor = site.visitor("U81")
    assert visitor.open("/audit").all("main a[href='/audit/cases']")
    assert visitor.page.all("nav a[href='/audit/cases']")
    assert not site.visitor("A03").open("/audit").all("main a[href='/audit/cases']")
