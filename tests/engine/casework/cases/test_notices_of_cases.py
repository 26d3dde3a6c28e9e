"""Appendix B and Appendix C as a case issues them: read back from the printed pages (T065, T066, T105 to T116)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.cases.paperwork import defect_of
from engine.foundation.errors import InvalidFields
from engine.process.documents.issuing import render
from engine.process.documents.rules import Document
from tests.forms.notices.samples import leaves, page_texts
from tests.support.house import COMPANY, PERSON, House


def newest(house: House, case_no: str, kind: str) -> Document:
    return [one for one in house.documents(case_no) if one.kind == kind][-1]


def accepted(house: House, item: str, accept: dict[str, Any] | None = None, **answer: Any) -> str:
    case_no = house.receive("W01", item, {**COMPANY, **answer})
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", accept or {})
    return case_no


def asked(house: House, verdicts: dict[str, tuple[str, str]]) -> Document:
    """Return notice C of an I02 case whose materials had ``verdicts`` (no to verdict and advice)."""
    case_no = house.receive("W01", "I02", COMPANY)
    rows = [{"no": no, "verdict": verdict, "advice": advice} for no, (verdict, advice) in verdicts.items()]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": rows})
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    return newest(house, case_no, "correction_notice")


# Appendix B -------------------------------------------------------------------------------------------------------


def test_T065_after_acceptance_there_is_one_notice_b_and_the_case_goes_on_with_it(house: House):
    case_no = accepted(house, "I02")
    assert [one.kind for one in house.documents(case_no)] == ["acceptance_notice"]
    types = [line.type for line in house.journal(f"case:{case_no}")]
    assert types.index("document.issued") < types.index("case.dispatched"), "no 转办 before the notice"


def test_T105_every_place_of_appendix_b_is_filled_from_the_case(house: House):
    case_no = accepted(house, "I02")
    made = newest(house, case_no, "acceptance_notice")
    first, stub = leaves(render(made))
    head = f"文书号：安审批（受理）〔2026〕000001号核验码：{made.verify_code}办件编号：{case_no}"
    body = (
        "安阳测试餐饮有限公司：本窗口收到您申请办理的食品经营许可新办（餐饮）事项所送的申请材料计6项，经审查，申请材料齐全，"
        "符合法定形式，现予受理，将在5个工作日内给予办结。特此告知"
    )
    seal = "安阳市政务服务中心综合窗口承办窗口（章）2026年3月2日"
    phones = f"联系电话：0372-2550002监督投诉电话：{house.settings.complaint_phone}"
    notes = (
        "注：1.本通知书仅作为收件（受理）证明，与审批结果无必然联系。2.第一联申请人留存，第二联窗口存档。"
        "文书号：安审批（受理）〔2026〕000001号第1页共2页"
    )
    handler = house.actor("W01").name
    assert first.replace("\u3000", "") == f"{head}收件（受理）通知书{body}经办人：{handler}{phones}{seal}{notes}"
    sign = "申请人（签字）：签字日期：年月日"
    foot = "文书号：安审批（受理）〔2026〕000001号第2页共2页"
    assert stub.replace("\u3000", "") == f"{head}收件（受理）通知书存根{body}{sign}{seal}{foot}"


@pytest.mark.parametrize("handed_in, count", [([], 4), ([{"no": "5", "provided_form": "original", "copies": 1}], 5)])
def test_T105_the_number_of_materials_is_what_was_really_received(
    sqlite_house: House, handed_in: list[dict[str, Any]], count: int
):
    case_no = accepted(sqlite_house, "I10", materials=handed_in)
    made = newest(sqlite_house, case_no, "acceptance_notice")
    assert f"所送的申请材料计{count}项，" in leaves(render(made))[0]


def test_T106_only_the_ticked_expert_review_is_printed(house: House):
    case_no = accepted(house, "I10", {"excluded_procedures": ["专家评审"]})
    for text in leaves(render(newest(house, case_no, "acceptance_notice"))):
        assert "其中，该事项办理过程中涉及的以下程序：专家评审，不计入承诺时限。" in text
        for other in ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定"):
            assert other not in text


def test_T106_nothing_ticked_leaves_the_sentence_out(sqlite_house: House):
    case_no = accepted(sqlite_house, "I10")
    text, _ = leaves(render(newest(sqlite_house, case_no, "acceptance_notice")))
    assert "不计入承诺时限" not in text


def test_T106_a_procedure_that_the_item_does_not_list_cannot_be_ticked(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    with pytest.raises(InvalidFields):
        sqlite_house.complete("W01", case_no, "ut_accept", {"excluded_procedures": ["听证"]})
    assert sqlite_house.documents(case_no) == []


def test_T109_notice_b_of_a_case_has_two_pages_and_the_second_has_a_place_to_sign(house: House):
    pages = page_texts(render(newest(house, accepted(house, "I02"), "acceptance_notice")))
    assert len(pages) == 2
    assert "监督投诉电话" in pages[0]
    assert "监督投诉电话" not in pages[1]
    assert "申请人（签字）" in pages[1]
    assert "注：1.本通知书仅作为收件（受理）证明，与审批结果无必然联系。" in pages[0]


def test_T110_three_notices_of_a_day_have_numbers_in_a_row(house: House):
    made = [newest(house, accepted(house, "I02"), "acceptance_notice") for _ in range(3)]
    assert [one.number for one in made] == [f"安审批（受理）〔2026〕00000{no}号" for no in (1, 2, 3)]
    assert all("承办窗口（章）2026年3月2日" in leaves(render(one))[0] for one in made)


@pytest.mark.parametrize("item, words", [("I02", "现予受理，"), ("I09", "现予收件，"), ("I10", "现予收件（受理），")])
def test_T116_the_items_mode_of_intake_chooses_the_words(sqlite_house: House, item: str, words: str):
    case_no = accepted(sqlite_house, item)
    for text in leaves(render(newest(sqlite_house, case_no, "acceptance_notice"))):
        assert words in text


# Appendix C -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verdicts, words",
    [
        ({"1": ("bad_form", "请签字"), "4": ("bad_form", "请盖章")}, "不符合法定形式，暂时不能受理。"),
        ({"4": ("missing", "请提交")}, "不齐全，暂时不能受理。"),
        ({"1": ("bad_form", "请签字"), "4": ("missing", "请提交")}, "不齐全（或不符合法定形式），暂时不能受理。"),
    ],
)
def test_T111_the_words_follow_what_the_review_found(sqlite_house: House, verdicts, words):
    for text in leaves(render(asked(sqlite_house, verdicts))):
        assert f"因您所送的材料{words}" in text


@pytest.mark.parametrize(
    "verdicts, defect",
    [
        (["missing"], "missing"),
        (["bad_form", "bad_form"], "bad_form"),
        (["missing", "bad_form"], "both"),
        ([], "both"),
        (["complete"], "both"),
        ([None], "both"),
    ],
)
def test_T111_which_defect_is_told(verdicts, defect):
    assert defect_of([{"verdict": verdict} for verdict in verdicts]) == defect


def test_T112_three_lines_each_with_its_copies_and_its_advice(house: House):
    verdicts = {"1": ("bad_form", "请法定代表人签字"), "3": ("missing", "请补交"), "4": ("missing", "请提交制度文本")}
    made = asked(house, verdicts)
    assert len(made.data["materials"]) == 3
    for text in leaves(render(made)):
        for index, line in enumerate(made.data["materials"], 1):
            assert f"{index}.{line['name']}（一式{line['copies']}份）。补正意见：{line['advice']}" in text


def test_T113_notice_c_has_a_stub_to_sign_and_one_note(house: House):
    pages = page_texts(render(asked(house, {"4": ("missing", "请提交")})))
    assert len(pages) == 2
    assert "注：第一联申请人留存，第二联窗口存档。" in pages[0]
    assert "与审批结果无必然联系" not in "".join(pages)
    assert "申请人（签字）：签字日期：" in pages[1]
    assert "监督投诉电话" not in pages[1]


def test_T114_the_words_are_the_standards_for_it_sets_no_day(sqlite_house: House):
    for text in leaves(render(asked(sqlite_house, {"4": ("missing", "请提交")}))):
        assert "请您将上述材料尽快补齐补正后送本窗口。" in text


# Rejection --------------------------------------------------------------------------------------------------------


def test_T066_an_item_of_the_provinces_is_sent_there_with_reasons_basis_and_remedies(house: House):
    case_no = house.receive("W01", "I09", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "reject"})
    refusal = {
        "ground": "not_competent", "reasons": "出版物批发单位的设立不属本市职权",
        "legal_basis": "《出版物市场管理规定》", "competent_authority": "省新闻出版局",
    }  # fmt: skip
    house.complete("W01", case_no, "ut_reject", refusal)
    made = newest(house, case_no, "rejection_notice")
    for text in leaves(render(made)):
        for words in (
            "不予收件（受理）通知书", "依法不属于本机关职权范围，不予收件，", "理由：出版物批发单位的设立不属本市职权",
            "依据：《出版物市场管理规定》", "请您向省新闻出版局申请办理。", made.data["remedies"],
            "承办窗口（章）2026年3月2日",
        ):  # fmt: skip
            assert words in text
    assert "行政复议" in made.data["remedies"]
    assert "行政诉讼" in made.data["remedies"]


@pytest.mark.parametrize("gone", ["reasons", "legal_basis", "competent_authority", "remedies"])
def test_T066_a_rejection_that_leaves_something_out_is_not_issued(sqlite_house: House, gone: str):
    case_no = sqlite_house.receive("W01", "I09", COMPANY)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "reject"})
    refusal = {
        "ground": "not_competent", "reasons": "不属本市职权", "legal_basis": "《出版物市场管理规定》",
        "competent_authority": "省新闻出版局", gone: "",
    }  # fmt: skip
    with pytest.raises(InvalidFields) as caught:
        sqlite_house.complete("W01", case_no, "ut_reject", refusal)
    assert list(caught.value.errors) == [gone]
    assert sqlite_house.documents(case_no) == []


def test_a_person_is_called_by_the_full_name_on_the_paper_that_is_handed_over(sqlite_house: House):
    made = newest(sqlite_house, sqlite_house.accepted_instant(), "acceptance_notice")
    assert f"{PERSON['applicant_name']}：" in leaves(render(made))[0]
