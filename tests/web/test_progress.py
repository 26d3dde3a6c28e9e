"""办件进度: with number and code an applicant sees where it is, masked; anything else gives nothing away (T035)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.cases.rules import STATUSES
from engine.casework.tracking.queries import code_of
from engine.foundation.vault import Vault
from engine.process.clocks.rules import TITLES
from engine.registry.identity.rules import SYSTEM
from tests.support.house import COMPANY, PERSON
from tests.support.site import Page, Site
from web.progress_story import COUNTS, WHERE, milestones


def code(site: Site, case_no: str) -> str:
    with site.house.door.read(SYSTEM) as view:
        return code_of(view.connection, view.part(Vault), f"case:{case_no}").code


def ask(site: Site, case_no: str, typed: str) -> Page:
    return site.visitor().open("/progress").form("/progress").set(case=case_no, code=typed).press()


def progress(site: Site, case_no: str) -> Page:
    page = ask(site, case_no, code(site, case_no))
    assert page.status == 200, page.main
    return page


def correction(site: Site) -> str:
    """Return a case whose applicant is asked for one material."""
    case_no = site.house.receive("W01", "I02", COMPANY)
    task = site.house.task(case_no, "ut_formal")
    rows = site.house.desk("W01", task).context.rows["materials"]
    missing = {"verdict": "missing", "advice": "请补交原件"}
    wrong = [{**row, **(missing if row["no"] == "1" else {"verdict": "complete"})} for row in rows]
    site.house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": wrong})
    site.house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    site.house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    return case_no


def test_every_state_of_a_case_is_told_in_plain_words():
    assert set(STATUSES) <= set(WHERE)
    assert all(told.where.endswith(("。", "）")) for told in WHERE.values())


def test_the_dates_that_matter_say_what_they_count():
    assert set(COUNTS) <= set(TITLES)


def test_T035_the_progress_page_shows_name_and_number_masked(site: Site):
    page = progress(site, site.house.receive("W01", "I06", PERSON))
    assert "王*国" in page.main
    assert "4105**********0010" in page.main
    for secret in ("王建国", "410502199003070010", "13800001234", "测试路1号"):
        assert secret not in page.text


def test_a_firm_is_named_and_its_representative_is_not(site: Site):
    page = progress(site, site.house.receive("W01", "I02", COMPANY))
    assert "安阳测试餐饮有限公司" in page.main
    assert "李秀兰" not in page.text


def test_before_acceptance_it_says_until_when_the_window_answers(site: Site):
    page = progress(site, site.house.receive("W01", "I02", COMPANY))
    assert "正在审查材料是否齐全" in page.words(".yc-progress__where")
    assert page.words(".yc-progress__due") == "2026年3月9日"
    assert "应当告知您：受理、需要补正，或者不予受理" in page.main


def test_after_acceptance_it_says_until_when_the_result_comes_and_how_that_was_counted(site: Site):
    page = progress(site, site.house.accepted_commitment())
    assert page.words(".yc-progress__due") == "2026年3月9日"
    assert "把结果交到综合窗口" in page.main
    assert "当日不计入、次日起算，期限5个工作日" in page.main
    assert page.each(".yc-steps__one--done") == ["✓收到材料 2026年3月2日", "✓收件（受理） 2026年3月2日"]


def test_what_is_wanted_from_the_applicant_stands_first_with_its_advice(site: Site):
    page = progress(site, correction(site))
    assert "需要您补齐补正材料" in page.words(".yc-progress__where")
    assert "请补交原件" in page.words(".yc-progress__wanted")
    assert page.words(".yc-progress__due") == ""


def test_notice_b_opens_with_the_code_and_only_with_it(site: Site):
    case_no = site.house.accepted_instant()
    page = progress(site, case_no)
    form = page.form("/progress/document")
    assert form.press().response.data.startswith(b"%PDF-")
    wrong = form.set(code="ABCD2345").press()
    assert wrong.status == 404
    assert not wrong.response.data.startswith(b"%PDF-")


def test_documents_between_offices_are_listed_and_stay_closed(site: Site):
    case_no = site.house.accepted_commitment()
    page = progress(site, case_no)
    assert "材料交接签收单" in page.main
    [slip] = [one for one in site.house.documents(case_no) if one.kind == "handover_slip"]
    assert page.form("/progress/document").set(document=slip.id).press().status == 404


def test_a_document_of_another_case_does_not_open_with_this_code(site: Site):
    mine, other = site.house.accepted_instant(), site.house.accepted_instant()
    [foreign] = site.house.documents(other)
    page = progress(site, mine)
    assert page.form("/progress/document").set(document=foreign.id).press().status == 404


def test_a_finished_case_says_how_and_when_it_was_delivered(site: Site):
    case_no = site.house.decided_commitment()
    site.house.finish(case_no, ("D11", "D12", "D13"), ("李秀兰", "41050219850612002X"))
    page = progress(site, case_no)
    assert "已经办结并归档" in page.words(".yc-progress__where")
    assert "窗口领取，2026年3月2日送达" in page.main
    assert page.words(".yc-progress__due") == ""


@pytest.mark.parametrize("typed", ["ABCD2345", "", "' OR 1=1 --", "x" * 500, "零一二三四五六七"])
def test_a_wrong_code_and_a_wrong_number_give_the_same_page(site: Site, typed: str):
    case_no = site.house.receive("W01", "I06", PERSON)
    wrong_code = ask(site, case_no, typed)
    wrong_number = ask(site, "9" * 43, typed)
    assert (wrong_code.status, wrong_number.status) == (404, 404)
    assert wrong_code.text.replace(case_no, "N") == wrong_number.text.replace("9" * 43, "N")
    assert "办件编号或查询码不正确" in wrong_code.main


def test_a_code_may_be_typed_small_and_in_groups(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    secret = code(site, case_no).lower()
    assert ask(site, f" {case_no[:20]} {case_no[20:]}", f"{secret[:4]} {secret[4:]}").status == 200


def test_wrong_codes_for_one_number_end_in_a_pause_whether_there_is_such_a_case_or_not(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    for number in (case_no, "9" * 43):
        answers = [ask(site, number, "ABCD2345").status for _ in range(12)]
        assert answers[:10] == [404] * 10
        assert answers[10:] == [429, 429]
        site.machine.advance(timedelta(minutes=11))
    assert ask(site, case_no, code(site, case_no)).status == 200


def test_one_address_may_ask_thirty_times_in_ten_minutes(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    secret = code(site, case_no)
    answers = [ask(site, case_no, secret).status for _ in range(31)]
    assert answers == [200] * 30 + [429]


def test_the_code_never_stands_in_an_address(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    page = progress(site, case_no)
    assert code(site, case_no) not in page.address
    assert site.visitor().open(f"/progress?case={case_no}").form("/progress").values["case"].strip() == case_no
    assert page.headers["Cache-Control"] == "no-store"


def test_the_slip_carries_number_code_and_a_qr_code_without_the_code(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    page = site.visitor("W01").open(f"/cases/{case_no}/slip")
    secret = code(site, case_no)
    assert page.words(".yc-slip__code") == f"{secret[:4]} {secret[4:]}"
    assert page.words(".yc-slip__no") == case_no
    assert page.all("svg.yc-qr")
    assert site.house.journal("access:W01")[-1].sentence == f"查看 办件 {case_no} 的进度查询码"


def test_the_counter_reissues_a_lost_code_for_a_reason(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    old = code(site, case_no)
    form = site.visitor("W03").open(f"/cases/{case_no}/slip").form(f"/cases/{case_no}/slip")
    without = form.press()
    assert (without.status, code(site, case_no)) == (422, old)
    assert "请填写换发查询码的理由" in without.main
    done = form.set(reason="凭条遗失，已核对身份证").press()
    assert "已换发查询码" in done.main
    assert ask(site, case_no, old).status == 404
    assert ask(site, case_no, code(site, case_no)).status == 200


@pytest.mark.parametrize("account", ["D61", "S51", "U81", "A01"])
def test_only_the_counter_sees_the_slip(site: Site, account: str):
    case_no = site.house.receive("W01", "I06", PERSON)
    assert site.visitor(account).open(f"/cases/{case_no}/slip").status == 403


def test_the_way_of_a_case_shows_what_lies_ahead_and_not_what_will_never_come():
    ahead = milestones({"received": None, "accepted": None}, rejected=False, ended=False)
    assert [one.title for one in ahead][-1] == "办结"
    assert milestones({}, rejected=False, ended=True) == []
    assert [one.title for one in milestones({}, rejected=True, ended=False)] == ["收到材料", "不予收件（受理）"]
