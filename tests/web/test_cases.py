"""办件: the list, one case with its clocks and history, its files, and personal data shown for a reason."""

from __future__ import annotations

import pytest

from tests.support.house import COMPANY, INSURANCE, MARKET, PERSON
from tests.support.site import Page, Site, Visitor

SECRETS = ("410502199003070010", "13800001234", "文峰区测试路1号", "王建国")


def numbers(page: Page) -> list[str]:
    return [number.replace(" ", "") for number in page.each("tbody .yc-no")]


def section(page: Page, title: str) -> str:
    return page.words(f"section[aria-labelledby='{title}-title']")


def unmask(visitor: Visitor, case_no: str, reason: str) -> Page:
    return visitor.open(f"/cases/{case_no}").form(f"/cases/{case_no}/unmask").set(reason=reason).press()


def test_no_cases_yet_is_said(site: Site):
    assert "还没有办件" in site.visitor("W01").open("/cases").main


def test_cases_are_listed_newest_first_with_masked_names(site: Site):
    first = site.house.receive("W01", "I06", PERSON)
    site.house.wait(minutes=5)
    second = site.house.receive("W01", "I02", COMPANY)
    page = site.visitor("W01").open("/cases")
    assert numbers(page) == [second, first]
    assert "王*国" in page.main
    assert "王建国" not in page.text
    assert "安阳测试餐饮有限公司" in page.main


@pytest.mark.parametrize(
    "find, found",
    [("王建国", 1), ("餐饮", 1), ("0001", 2), ("I06", 0), ("%", 0), ("_", 0), ("", 2), ("'; --", 0)],
)
def test_a_case_is_found_by_number_applicant_or_item(site: Site, find: str, found: int):
    site.house.receive("W01", "I06", PERSON)
    site.house.receive("W01", "I02", COMPANY)
    page = site.visitor("W01").open("/cases?q=" + find.replace("%", "%25"))
    assert len(numbers(page)) == found
    if not found:
        assert "没有符合条件的办件" in page.main


def test_cases_are_chosen_by_state(site: Site):
    site.house.receive("W01", "I06", PERSON)
    accepted = site.house.accepted_instant()
    assert numbers(site.visitor("W01").open("/cases?status=under_review")) == [accepted]
    assert len(numbers(site.visitor("W01").open("/cases?status=nonsense"))) == 2


def test_a_long_list_has_pages_that_keep_the_search(site: Site):
    for _ in range(21):
        site.house.receive("W01", "I06", PERSON)
    page = site.visitor("W01").open("/cases?q=社会")
    assert len(numbers(page)) == 20
    link = page.all(".yc-pager a[rel='next']")[0].get("href")
    assert len(numbers(page.visitor.open(link))) == 1
    assert page.visitor.page.all("#q")[0].get("value") == "社会"


def test_T087_both_clocks_are_explained_line_by_line(site: Site):
    case_no = site.house.decided_commitment()
    site.house.make_and_sign(case_no, MARKET)
    clocks = section(site.visitor("W01").open(f"/cases/{case_no}"), "clocks")
    promised = "自2026年3月2日起算，当日不计入、次日起算，期限5个工作日，到期日为2026年3月9日。"
    assert f"承诺时限 ✓ 按期完成到期日 2026-03-09 {promised}2026年3月2日终止计时，剩余5个工作日。" in clocks
    assert "法定时限 ✓ 按期完成到期日 2026-03-16" in clocks
    assert "送达期限 ○ 正常" in clocks
    assert clocks.index("承诺时限") < clocks.index("法定时限") < clocks.index("一次告知期限")


def test_a_whole_case_shows_everything_that_it_gathered(site: Site):
    case_no = site.house.decided_commitment()
    site.house.finish(case_no, MARKET, ("李秀兰", "41050219850612002X"))
    page = site.visitor("W01").open(f"/cases/{case_no}")
    assert "已归档" in page.words(".yc-under")
    assert "办件已结束：办结" in section(page, "now")
    assert "数据共享取得" in section(page, "materials")
    assert "建议准予" in section(page, "opinions")
    assert "踏勘期间承诺时限照常计算" in section(page, "visits")
    assert "结果文书或证照" in section(page, "handovers")
    assert "AY-0001" in section(page, "result")
    assert "申请人本人" in section(page, "result")
    assert len(page.all("aside .yc-papers__one")) == 4


def test_the_story_is_told_in_order_with_the_machinery_folded_away(site: Site):
    case_no = site.house.accepted_instant()
    page = site.visitor("W01").open(f"/cases/{case_no}")
    said = section(page, "story")
    assert (
        said.index("收到“社会保障卡补领”的申请材料") < said.index("形式审查结论：符合要求") < said.index("出具《收件")
    )
    assert "承诺时限起算：自 2026-03-02 起当日，到期日 2026-03-02" in said
    assert "流程推进" not in " ".join(page.each(".yc-story__said"))
    assert "流程推进" in " ".join(page.each(".yc-story__machine"))


def test_the_steps_of_the_diagram_and_what_is_open_now_are_listed(site: Site):
    case_no = site.house.accepted_instant()
    page = site.visitor("W01").open(f"/cases/{case_no}")
    assert "业务负责人直接审核 业务负责人（安阳市人力资源和社会保障局）" in section(page, "now")
    assert "待签收" in section(page, "now")
    steps = section(page, "diagram")
    for words in ("1提交申请开始综合窗口（受理）", "形式审查人工环节", "申请材料实时流转系统环节系统"):
        assert words in steps


def test_T069_a_correction_round_is_shown_with_what_was_told(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    defect = [{"no": "1", "verdict": "missing", "advice": "请提交身份证原件"}]
    site.house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": defect})
    said = section(site.visitor("W01").open(f"/cases/{case_no}"), "corrections")
    assert "第 1 次：待业务主管部门确认" in said
    assert "居民身份证（不齐全，一式1份）：请提交身份证原件" in said


def test_deemed_acceptance_is_said_as_such(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    site.house.wait(days=8)
    site.house.sweep()
    page = site.visitor("W01").open(f"/cases/{case_no}")
    assert "（视为受理）" in page.words(".yc-under")
    assert "逾期未一次告知，自收到申请材料之日 2026-03-02 起即为受理" in section(page, "story")


def test_personal_data_is_masked_on_the_case_page(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    for account in ("W01", "D61", "U81", "S51"):
        page = site.visitor(account).open(f"/cases/{case_no}")
        assert not [secret for secret in SECRETS if secret in page.text]
        assert "410502********0010" in page.words("aside")


def test_for_a_reason_the_data_is_shown_once_and_the_reason_is_journalled(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    visitor = site.visitor("W01")
    page = unmask(visitor, case_no, "电话通知申请人领取结果")
    for secret in SECRETS:
        assert secret in page.words("aside")
    assert "仅在本页显示这一次" in page.main
    line = [one for one in site.house.journal("access:W01") if one.type == "access.unmasked"][-1]
    assert "理由：电话通知申请人领取结果" in line.sentence
    assert not [secret for secret in SECRETS if secret in visitor.open(f"/cases/{case_no}").text]


@pytest.mark.parametrize("reason", ["", "  ", "看看"])
def test_without_a_reason_nothing_is_shown(site: Site, reason: str):
    case_no = site.house.receive("W01", "I06", PERSON)
    page = unmask(site.visitor("W01"), case_no, reason)
    assert page.status == 422
    assert "请填写查看完整个人信息的理由" in page.words("aside .yc-errors")
    assert "410502199003070010" not in page.text


def test_who_only_oversees_cannot_unmask(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    for account in ("S51", "U81"):
        page = site.visitor(account).open(f"/cases/{case_no}")
        assert "查看完整信息" not in page.main
        token = page.all("input[name='_csrf']")[0].get("value")
        refused = page.visitor.send(f"/cases/{case_no}/unmask", {"_csrf": token, "reason": "想看一看"})
        assert refused.status == 403


def test_a_file_is_sent_as_a_download_that_can_run_nothing(site: Site):
    file = site.house.upload("W01", "身份证 正面.pdf")
    row = [{"no": "1", "provided_form": "original", "files": [file]}]
    case_no = site.house.receive("W01", "I06", {**PERSON, "materials": row})
    page = site.visitor("W01").open(f"/cases/{case_no}")
    link = page.all("section a[download]")[0].get("href")
    answer = page.visitor.open(link)
    assert answer.response.data.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition == "attachment; filename*=UTF-8''%E8%BA%AB%E4%BB%BD%E8%AF%81%20%E6%AD%A3%E9%9D%A2.pdf"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert site.house.journal("access:W01")[-1].sentence.endswith("的文件“身份证 正面.pdf”")


def test_a_file_of_another_case_or_of_nobody_is_not_found(site: Site):
    loose = site.house.upload("W01", "还没用上.pdf")
    case_no = site.house.receive("W01", "I06", PERSON)
    visitor = site.visitor("W01")
    for digest in (loose["digest"], "0" * 64, "..%2f..%2fkeys.json"):
        assert visitor.open(f"/cases/{case_no}/files/{digest}").status == 404


def test_looking_at_a_case_is_noted_in_the_readers_journal_and_does_not_change_the_case(site: Site):
    case_no = site.house.accepted_instant()
    before = len(site.house.journal(f"case:{case_no}"))
    site.visitor("D61").open(f"/cases/{case_no}")
    assert site.house.journal("access:D61")[-1].sentence == f"查看 办件 {case_no}"
    assert len(site.house.journal(f"case:{case_no}")) == before


def test_a_case_that_is_not_there_is_not_found(site: Site):
    page = site.visitor("W01").open("/cases/11410500MB1A00007F3002031006000202603029999")
    assert (page.status, page.heading) == (404, "没有找到")


def test_what_people_typed_is_shown_as_text(site: Site):
    case_no = site.house.receive("W01", "I06", {**PERSON, "applicant_name": "<b>王</b>", "address": "<i>路</i>"})
    site.house.complete("W01", case_no, "ut_formal", {"formal_result": "accept", "opinion": "<script>1</script>"})
    page = unmask(site.visitor("W01"), case_no, "核对姓名和地址")
    assert "&lt;b&gt;王&lt;/b&gt;" in page.text
    assert "<script>1" not in page.text


def test_the_documents_of_a_case_are_offered_where_they_are_wanted(site: Site):
    case_no = site.house.accepted_instant()
    site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    site.house.make_and_sign(case_no, INSURANCE)
    names = site.visitor("D61").open(f"/cases/{case_no}").each("aside .yc-papers a")
    assert [name.split("（在")[0] for name in names] == ["收件（受理）通知书", "结果移交单"]
