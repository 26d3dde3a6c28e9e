"""办理: taking, drafting, sending, and what happens when another was quicker."""

from __future__ import annotations

import pytest

from engine.process.tasks.commands import ClaimTask, ReleaseTask
from tests.support.house import INSURANCE, PDF, PERSON, PNG
from tests.support.site import Form, Page, Site, Visitor

SIGNATURE = "data:image/png;base64," + __import__("base64").b64encode(PNG).decode()


def opened(visitor: Visitor, task_id: str) -> Form:
    return visitor.open(f"/tasks/{task_id}").form(f"/tasks/{task_id}", css="form.yc-form")


def formal(site: Site) -> tuple[str, str]:
    """Return number and formal review task of a new case."""
    case_no = site.house.receive("W01", "I06", PERSON)
    return case_no, site.house.task(case_no, "ut_formal").id


def note(page: Page) -> str:
    return page.words(".yc-note")


def test_a_task_page_says_which_case_whose_clauses_and_what_was_handed_in(site: Site):
    _, task_id = formal(site)
    page = site.visitor("W01").open(f"/tasks/{task_id}")
    beside = page.words("aside")
    for words in ("6.1.1", "综窗受理员", "王建国", "410502********0010", "居民身份证", "安阳市人力资源和社会保障局"):
        assert words in beside
    assert "410502199003070010" not in page.text


def test_only_who_may_work_the_task_sees_the_persons_name(site: Site):
    _, task_id = formal(site)
    page = site.visitor("W03").open(f"/tasks/{task_id}")
    assert "王建国" not in page.text
    assert "王*国" in page.words("aside")


def test_an_unclaimed_task_offers_to_take_it(site: Site):
    case_no, task_id = formal(site)
    page = site.visitor("W01").open(f"/tasks/{task_id}")
    assert "还没有人签收" in note(page)
    taken = page.form(f"/tasks/{task_id}").press("claim")
    assert "退回待签收" in taken.main
    assert site.house.task(case_no, "ut_formal").holder == "W01"


def test_a_task_is_put_back_by_its_button(site: Site):
    case_no, task_id = formal(site)
    site.house.execute("W01", ClaimTask(task_id=task_id))
    page = opened(site.visitor("W01"), task_id).press("release")
    assert "已退回待签收" in page.words(".yc-done")
    assert site.house.task(case_no, "ut_formal").holder is None


def test_who_has_another_role_may_look_but_not_work(site: Site):
    _, task_id = formal(site)
    page = site.visitor("W03").open(f"/tasks/{task_id}")
    assert "由综窗受理员办理，您没有这一岗位" in note(page)
    assert not page.all("form.yc-form")


def test_a_task_in_anothers_hands_says_whose_and_since_when(site: Site):
    _, task_id = formal(site)
    site.house.execute("W02", ClaimTask(task_id=task_id))
    assert "正由 受理员二 办理（2026-03-02 09:05 签收）" in note(site.visitor("W01").open(f"/tasks/{task_id}"))


def test_a_finished_task_says_by_whom_and_when(site: Site):
    case_no, task_id = formal(site)
    site.house.complete("W02", case_no, "ut_formal", {"formal_result": "accept"})
    assert "已于 2026-03-02 09:05 由 受理员二 办理" in note(site.visitor("W01").open(f"/tasks/{task_id}"))


def test_a_draft_is_kept_for_its_writer_alone(site: Site):
    _, task_id = formal(site)
    form = opened(site.visitor("W01"), task_id).set(opinion="先记一笔")
    saved = form.attach("materials[0].files", "身份证.pdf", PDF).press("draft")
    assert "已暂存" in saved.words(".yc-done")
    again = site.visitor("W01").open(f"/tasks/{task_id}")
    assert again.all("#f-opinion")[0].text.strip() == "先记一笔"
    assert "保留已上传的“身份证.pdf”" in again.main
    assert site.visitor("W02").open(f"/tasks/{task_id}").all("#f-opinion")[0].text.strip() == ""


def test_completing_goes_on_to_the_next_task_which_is_ones_own_at_once(site: Site):
    case_no, task_id = formal(site)
    page = opened(site.visitor("W01"), task_id).set(formal_result="accept").press("submit")
    assert page.heading == "收件（受理），出具通知书"
    assert page.words(".yc-done__title") == "已办理“形式审查”"
    assert site.house.task(case_no, "ut_accept").holder == "W01"


def test_T065_after_the_last_own_task_the_case_page_offers_the_notice_for_printing(site: Site):
    case_no, task_id = formal(site)
    page = opened(site.visitor("W01"), task_id).set(formal_result="accept").press("submit")
    done = page.form("/tasks", css="form.yc-form").press("submit")
    assert done.path == f"/cases/{case_no}"
    assert "收件（受理）通知书" in done.words(".yc-done")
    link = done.all(".yc-done a")[0].get("href")
    assert done.visitor.open(link).response.data.startswith(b"%PDF-")


@pytest.mark.parametrize("done", ["nonsense", "11410500MB1A00007F3002031006000202603020001-999", "<script>"])
def test_a_made_up_confirmation_is_not_shown(site: Site, done: str):
    case_no, _ = formal(site)
    page = site.visitor("W01").open(f"/cases/{case_no}?done={done}")
    assert page.status == 200
    assert not page.all(".yc-done")


def test_the_confirmation_of_another_case_is_not_shown(site: Site):
    first, task_id = formal(site)
    site.house.complete("W01", first, "ut_formal", {"formal_result": "accept"})
    second, _ = formal(site)
    assert not site.visitor("W01").open(f"/cases/{second}?done={task_id}").all(".yc-done")


def test_a_form_sent_twice_is_carried_out_once_and_answered_alike(site: Site):
    case_no, task_id = formal(site)
    form = opened(site.visitor("W01"), task_id).set(formal_result="accept")
    first, second = form.press("submit"), form.press("submit")
    assert (first.status, second.status) == (200, 200)
    assert first.address == second.address
    lines = [line for line in site.house.journal(f"case:{case_no}") if line.type == "task.completed"]
    assert len(lines) == 1


def test_wrong_answers_come_back_with_their_sentences(site: Site):
    case_no, task_id = formal(site)
    form = opened(site.visitor("W01"), task_id).set(opinion="写好的意见")
    page = form.press("submit")
    assert page.status == 422
    assert "请选择形式审查结论" in page.words(".yc-errors__list")
    assert page.all("#f-opinion")[0].text.strip() == "写好的意见"
    assert page.all("form.yc-form")[0].get("data-guard") == "dirty"
    assert site.house.task(case_no, "ut_formal").state == "open"


def test_T063_acceptance_with_a_missing_required_material_is_refused_at_the_material(site: Site):
    _, task_id = formal(site)
    form = opened(site.visitor("W01"), task_id).set(formal_result="accept")
    form.put("materials[0].verdict", "missing").put("materials[0].advice", "缺身份证")
    page = form.press("submit")
    assert page.status == 422
    assert "“居民身份证”不齐全或不符合法定形式，不能作出“收件（受理）”结论" in page.words(".yc-errors__list")


def test_a_refused_file_and_the_forms_own_errors_are_told_together(site: Site):
    _, task_id = formal(site)
    page = opened(site.visitor("W01"), task_id).attach("materials[0].files", "a.exe", b"MZ").press("submit")
    assert len(page.each(".yc-errors__list li")) == 2


def test_an_outdated_page_keeps_what_was_typed_and_may_be_sent_again(site: Site):
    case_no, task_id = formal(site)
    form = opened(site.visitor("W01"), task_id).set(formal_result="accept", opinion="写好的意见")
    site.house.execute("W02", ClaimTask(task_id=task_id))
    site.house.execute("W02", ReleaseTask(task_id=task_id))
    page = form.press("submit")
    assert page.status == 409
    assert "页面已过时" in page.words(".yc-errors")
    assert page.all("#f-opinion")[0].text.strip() == "写好的意见"
    again = page.form(f"/tasks/{task_id}", css="form.yc-form").press("submit")
    assert again.heading == "收件（受理），出具通知书"
    assert site.house.case(case_no).status == "received"


def test_when_another_took_the_task_meanwhile_the_typing_stays_to_be_copied(site: Site):
    _, task_id = formal(site)
    form = opened(site.visitor("W01"), task_id).set(formal_result="accept", opinion="写好的意见")
    site.house.execute("W02", ClaimTask(task_id=task_id))
    page = form.press("submit")
    assert page.status == 409
    assert "正由 受理员二 办理" in page.words(".yc-errors")
    assert page.all("#f-opinion")[0].text.strip() == "写好的意见"
    assert "可以复制" in page.main
    assert "提交" not in page.each("form.yc-form button")


def test_S1_the_same_person_with_another_account_is_refused_by_the_separation_of_duties(site: Site):
    case_no = site.house.accepted_commitment(account="X91")
    task = site.house.task(case_no, "ut_substantive")
    page = site.visitor("X92").open(f"/tasks/{task.id}")
    assert "按职责分离规则 S1，同一办件中已受理的人员不得再审查" in note(page)
    assert not page.all("form.yc-form")


def test_after_accepting_the_same_person_is_not_led_on_to_review(site: Site):
    case_no = site.house.receive("X91", "I02", site_company())
    site.house.complete("X91", case_no, "ut_formal", {"formal_result": "accept"})
    task = site.house.task(case_no, "ut_accept")
    page = opened(site.visitor("X91"), task.id).press("submit")
    assert page.heading == "纸质材料交接签收"
    signed = page.form("/tasks", css="form.yc-form").set(signature=SIGNATURE).press("submit")
    assert signed.path == f"/cases/{case_no}"
    assert site.house.task(case_no, "ut_substantive").holder is None


def site_company() -> dict[str, str]:
    from tests.support.house import COMPANY

    return dict(COMPANY)


def test_a_drawn_signature_becomes_a_file_of_the_case_and_survives_an_error(site: Site):
    case_no = site.house.accepted_instant()
    site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    reviewer, head, _ = INSURANCE
    result = {"result_no": "R1", "long_term": True, "files": [site.house.upload(reviewer, "证照.pdf")]}
    site.house.complete(reviewer, case_no, "ut_make_result", result)
    site.house.complete(head, case_no, "ut_result_handover", {})
    task = site.house.task(case_no, "ut_result_receipt")
    form = opened(site.visitor("W03"), task.id).set(signature=SIGNATURE).put("items[0].copies_received", "9")
    page = form.press("submit")
    assert page.status == 422
    assert "保留已上传的“签名.png”" in page.main
    again = page.form("/tasks", css="form.yc-form").put("items[0].copies_received", "1").press("submit")
    assert again.heading == "核对身份，交接签收"
    assert "签名.png" in again.words("aside")


def test_T088_a_result_is_not_given_to_another_person(site: Site):
    case_no = site.house.accepted_instant()
    site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    site.house.make_and_sign(case_no, INSURANCE)
    task = site.house.task(case_no, "ut_pickup")
    form = opened(site.visitor("W03"), task.id).set(
        receiver_name="李秀兰", receiver_id_no="41050219850612002X", identity_checked="true", signature=SIGNATURE
    )
    page = form.press("submit")
    assert page.status == 422
    assert "证件号码与申请人登记的不一致，不得发放" in page.words(".yc-errors__list")


def test_rows_are_added_and_taken_away_without_javascript(site: Site):
    case_no = site.house.accepted_commitment()
    site.house.complete("D11", case_no, "ut_substantive", {"findings": "属实", "site_visit": "yes"})
    task = site.house.task(case_no, "ut_plan_visit")
    page = opened(site.visitor("D11"), task.id).set(place="测试路2号").press("add:visitors")
    assert len(page.all(".yc-row")) == 3
    assert page.all("#f-place")[0].get("value") == "测试路2号"
    fewer = page.form("/tasks", css="form.yc-form").press("del:visitors:0")
    assert len(fewer.all(".yc-row")) == 2
    part = opened(site.visitor("D11"), task.id).press("add:visitors", headers={"HX-Request": "true"})
    assert len(part.all(".yc-row")) == 3
    assert "<html" not in part.text


def test_an_unknown_task_is_not_found(site: Site):
    assert site.visitor("W01").open("/tasks/nothing-1").status == 404
    assert site.visitor("W01").open("/tasks/11410500MB1A00007F3002031006000202603020001-1").status == 404


def test_looking_at_a_task_is_noted_in_the_readers_own_journal(site: Site):
    _, task_id = formal(site)
    site.visitor("W02").open(f"/tasks/{task_id}")
    assert site.house.journal("access:W02")[-1].sentence == f"查看 待办 {task_id}"
