"""What pages say of special procedures, extensions and later checks: those who answer see what is asked for."""

from __future__ import annotations

from engine.casework.cases.procedures.commands import RequestExtension
from tests.engine.casework.cases.outcomes.test_commitment import granted
from tests.engine.casework.cases.procedures.stretches import accepted, asked, told, worked
from tests.support.house import PDF
from tests.support.site import Page, Site

LAW = "行政许可法第四十五条"


def task_page(site: Site, account: str, case_no: str, element: str) -> Page:
    return site.visitor(account).open(f"/tasks/{site.house.task(case_no, element).id}")


def test_who_approves_a_special_procedure_sees_kind_reason_basis_and_days(site: Site):
    case_no = accepted(site.house)
    asked(site.house, case_no)
    main = task_page(site, "D32", case_no, "ut_sp_approve").main
    for words in (
        "专家评审",
        "广告牌面积超过一百平方米",
        "第十一条",
        "5个工作日",
        "《收件（受理）通知书》已列明",
        "城管审查员",
    ):
        assert words in main
    assert LAW not in main, "nothing stands still yet"


def test_a_kind_that_was_not_told_at_acceptance_says_so_to_who_approves(site: Site):
    case_no = accepted(site.house)
    asked(site.house, case_no, kind="检测", told_anew=True)
    assert "没有列明，另行书面告知" in task_page(site, "D32", case_no, "ut_sp_approve").main


def test_while_it_runs_the_pages_say_that_time_stands_still_and_what_that_means(site: Site):
    case_no = accepted(site.house)
    asked(site.house, case_no)
    told(site.house, case_no)
    worked(site.house, case_no)
    main = task_page(site, "D31", case_no, "ut_sp_result").main
    case = site.visitor("D31").open(f"/cases/{case_no}")
    assert "暂停计时" in case.words("p.yc-under")
    for text in (main, case.main):
        assert "特别程序（专家评审）：进行中，暂停计时" in text
        assert f"不计入承诺时限和法定期限（{LAW}）" in text


def test_who_approves_more_time_sees_how_much(site: Site):
    case_no = accepted(site.house)
    asked(site.house, case_no)
    told(site.house, case_no)
    worked(site.house, case_no)
    longer = {"outcome": "longer", "more_days": 5, "longer_reason": "专家未到齐"}
    site.house.complete("D31", case_no, "ut_sp_result", longer)
    main = task_page(site, "D32", case_no, "ut_sp_approve").main
    assert "申请增加时间，待批准" in main
    assert "申请增加5个工作日" in main


def test_who_approves_an_extension_sees_days_and_reason(site: Site):
    case_no = accepted(site.house, "I02", ())
    site.house.execute("D11", RequestExtension(case_no=case_no, days=5, reason="需要补充检验"))
    main = task_page(site, "D12", case_no, "ut_ext_approve").main
    for words in ("延长办理期限：待批准", "5个工作日", "需要补充检验", "市监审查员"):
        assert words in main
    assert "延长办理期限：待批准" in site.visitor("D11").open(f"/cases/{case_no}").main


def test_a_case_without_any_of_it_has_no_such_part(site: Site):
    case_no = site.house.accepted_instant()
    assert "特别程序与延长期限" not in site.visitor("W01").open(f"/cases/{case_no}").main


def test_T030_a_later_check_waits_in_the_box_with_its_own_limit_and_is_pushed_on_nobody(site: Site):
    case_no = granted(site.house)
    reviewer = site.visitor("D21")
    boxed = reviewer.open("/?box=role").main
    assert "后续核查" in boxed
    assert "承诺后续核查期限" in boxed
    assert "承诺后续核查期限" in task_page(site, "D21", case_no, "ut_post_check").words("p.yc-under")
    form = reviewer.open(f"/tasks/{site.house.task(case_no, 'ut_make_result').id}").form("/tasks/", "main form.yc-form")
    form.set(result_no="AY-1", long_term="true").attach("files", "证照.pdf", PDF)
    assert form.press("submit").path == f"/cases/{case_no}"
    assert site.house.task(case_no, "ut_post_check").holder is None


def test_the_remedies_proposed_for_a_denial_are_there_when_the_choice_brings_their_field(site: Site):
    case_no = accepted(site.house, "I02", ())
    site.house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    site.house.complete("D11", case_no, "ut_dept_opinion", {"opinion": "建议不予", "basis": "办法"})
    page = task_page(site, "D12", case_no, "ut_head_decide")
    refreshed = page.form("/tasks/", "main form.yc-form").set(decision="deny").press("refresh")
    assert "行政复议" in refreshed.words("textarea[name='remedies']")
    emptied = refreshed.form("/tasks/", "main form.yc-form").set(remedies="").press("refresh")
    assert emptied.words("textarea[name='remedies']") == ""
