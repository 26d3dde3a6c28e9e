"""The letters: words of the law on the page, what must be said, who signs, one leaf or two."""

from __future__ import annotations

import re
from typing import Any

import pytest

from forms import notices
from forms.notices.letters import LETTERS
from tests.forms.notices.letter_samples import LETTER_DATA
from tests.forms.notices.samples import data, leaves, page_texts, printed

KINDS = sorted(LETTERS)
ONE_LEAF = [kind for kind in KINDS if not LETTERS[kind].two_leaves]
TWO_LEAVES = [kind for kind in KINDS if LETTERS[kind].two_leaves]


def problems(kind: str, **changes: Any) -> dict[str, str]:
    with pytest.raises(notices.NoticeIncomplete) as caught:
        notices.freeze(kind, data(kind, **changes))
    return caught.value.problems


def text_of(kind: str, **changes: Any) -> str:
    return "".join(page_texts(printed(kind, **changes)))


def test_every_letter_has_a_sample_and_a_series_of_its_own():
    assert sorted(LETTER_DATA) == KINDS
    assert len({letter.series for letter in LETTERS.values()}) == len(KINDS)
    assert all(re.fullmatch(r"[\d.、附录BC]+", letter.clause) for letter in LETTERS.values())


@pytest.mark.parametrize("kind", ONE_LEAF)
def test_a_letter_of_one_leaf_has_no_stub(kind: str):
    assert "存根" not in text_of(kind)


@pytest.mark.parametrize("kind", TWO_LEAVES)
def test_T109_the_second_leaf_has_the_applicants_signature_and_no_telephones(kind: str):
    above, below = leaves(printed(kind))
    assert "监督投诉电话：0372-2550123" in above
    assert "第一联申请人留存，第二联" in above
    for field in ("经办人：", "联系电话：", "监督投诉电话：", "注："):
        assert field not in below
    assert "申请人（签字）：" in below
    assert f"{LETTERS[kind].title}存根" in below


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_says_number_case_item_handler_telephones_and_is_signed(kind: str):
    text = text_of(kind)
    office = "承办窗口（章）" if LETTERS[kind].side == "window" else "业务主管部门（章）"
    for words in (
        LETTERS[kind].title, "文书号：", "办件编号：", "食品经营许可新办（餐饮）", "经办人：", "联系电话：0372-255000",
        "监督投诉电话：0372-2550123", f"{LETTER_DATA[kind]['signatory']}{office}2026年3月2日",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_of_a_letter_is_on_its_page(kind: str):
    text = text_of(kind)
    for field in LETTERS[kind].fields:
        value: Any = LETTER_DATA[kind].get(field.key)
        if field.kind == "choice":
            assert dict(field.choices)[value] in text
        elif field.kind == "rows":
            for row in value:
                assert all(re.sub(r"\s", "", str(cell)) in text for cell in row.values())
        elif field.kind == "texts":
            assert all(one in text for one in value)
        elif field.kind not in ("date", "moment") and value:
            assert all(re.sub(r"\s", "", line) in text for line in str(value).split("\n"))


@pytest.mark.parametrize("kind", KINDS)
def test_each_needed_field_left_out_is_named(kind: str):
    needed = [field for field in LETTERS[kind].fields if field.needed]
    found = problems(kind, **{field.key: None for field in needed}) if needed else {}
    assert set(found) == {field.key for field in needed}
    for field in needed:
        assert found[field.key] == (field.law or found[field.key])
        assert found[field.key].startswith("缺少")


@pytest.mark.parametrize("kind", KINDS)
def test_what_may_be_left_out_leaves_no_hole_in_the_sentences(kind: str):
    optional = {field.key: None for field in LETTERS[kind].fields if not field.needed}
    values = {"conclusion": "grant"} if kind == "upper_reply_notice" else {}
    text = text_of(kind, **optional, **values)
    assert "None" not in text
    assert "：。" not in text


@pytest.mark.parametrize(
    "kind", ["denial_decision", "termination_notice", "revocation_decision", "rejection_review_decision"]
)
@pytest.mark.parametrize(
    "field, words", [("reasons", "缺少理由"), ("legal_basis", "缺少依据"), ("remedies", "缺少救济渠道")]
)
@pytest.mark.parametrize("value", [None, "", " \n\u3000"])
def test_T080_a_decision_against_the_applicant_needs_reasons_basis_and_remedies(
    kind: str, field: str, words: str, value: str | None
):
    found = problems(kind, **{field: value})
    assert list(found) == [field]
    assert found[field].startswith(words)
    assert re.search(r"（(行政许可法第|6\.1\.1)", found[field]), "the sentence names the clause"


def test_T080_a_refusal_has_all_three_on_the_page_and_names_both_remedies():
    text = text_of("denial_decision")
    assert "理由：经营场所不符合食品安全标准。面积不足二十平方米。" in text
    assert "依据：《食品经营许可和备案管理办法》第十三条" in text
    assert "六十日内申请行政复议" in text
    assert "提起行政诉讼" in text


@pytest.mark.parametrize("gone", ["status", "next_step", "originals", "window_address"])
def test_T068_the_next_step_is_told_whole_or_not_at_all(gone: str):
    assert "6.1.2" in problems("next_steps", **{gone: ""})[gone]
    text = text_of("next_steps")
    for words in (
        "当前状态：已受理。",
        "下一步：等待",
        "需要携带的原件：居民身份证",
        "窗口地址：安阳市政务服务中心一楼A区1号",
    ):
        assert words in text


def test_T107_a_special_procedure_tells_the_time_it_takes_and_that_it_is_not_counted():
    text = text_of("special_procedure_notice")
    assert "依法需要进行专家评审。" in text
    assert "自2026年3月3日开始，预计需要10个工作日，至2026年3月16日结束。" in text
    assert "第四十五条，所需时间不计算在办理期限内。" in text
    assert "行政许可法第四十五条" in problems("special_procedure_notice", expected_days=None)["expected_days"]


@pytest.mark.parametrize("procedure", ["踏勘", "", None, ["听证"], "技术论证"])
def test_T107_only_the_eight_procedures_of_appendix_b_may_be_told(procedure: Any):
    assert list(problems("special_procedure_notice", procedure=procedure)) == ["procedure"]


def test_a_procedure_does_not_end_before_it_begins():
    assert "第四十五条" in problems("special_procedure_notice", expected_end="2026-03-02")["expected_end"]
    assert "至2026年3月3日结束" in text_of("special_procedure_notice", expected_end="2026-03-03")


def test_a_hearing_is_told_seven_days_before_it_is_held():
    assert "七日前" in problems("hearing_notice", held_on="2026-03-08T23:59:00+08:00")["held_on"]
    assert "举行时间：2026年3月9日09:00" in text_of("hearing_notice", held_on="2026-03-09T09:00:00+08:00")


def test_a_hearing_right_is_told_with_five_and_twenty_days():
    text = text_of("hearing_rights_notice")
    assert "五日内提出申请" in text
    assert "二十日内组织听证" in text


def test_an_extension_gives_its_reason_days_and_new_limit():
    text = text_of("extension_notice")
    assert "第四十二条，办理期限延长10个工作日，延长后的期限届满日为2026年4月13日。" in text
    assert "第四十二条" in problems("extension_notice", reason="")["reason"]
    assert list(problems("extension_notice", new_due="2026-03-01")) == ["new_due"]


def test_T029_a_notice_of_deficiency_lists_what_is_missing_until_when_and_what_follows():
    text = text_of("deficiency_notice")
    assert "1食品安全管理制度文本1" in text
    assert "请于2026年3月16日前将上列材料补齐" in text
    assert "逾期未补齐的：终止办理，退回已收材料。" in text
    assert list(problems("deficiency_notice", supply_by="2026-03-01")) == ["supply_by"]


def test_T030_a_commitment_has_its_three_parts_and_the_signatures_digest():
    text = text_of("commitment_notice")
    for words in (
        "一、告知内容。",
        "1.有与经营规模相适应的场所",
        "二、承诺内容。",
        "三、法律责任。承诺不实的",
        "2个月内",
    ):
        assert words in text
    assert "c3" * 32 in text


def test_T091_a_courier_order_says_that_the_centre_pays():
    assert "寄递费用由政务服务中心承担，不得向收件人收取任何费用。" in text_of("courier_order")


def test_a_reply_that_refuses_tells_the_remedies():
    assert "第三十八条" in problems("upper_reply_notice", remedies="")["remedies"]
    assert "结论为准予。" in text_of("upper_reply_notice", conclusion="grant", remedies="")


@pytest.mark.parametrize("day", ["2026-3-2", "2026-02-30", "tomorrow", "20260302", "0001-01-01", "2026-03-02T00:00"])
def test_a_day_is_a_day(day: str):
    assert list(problems("lapse_notice", due_on=day)) == ["due_on"]


@pytest.mark.parametrize("value", [[], ["", "x"], ["x" * 301], ["x"] * 51, "x", None, [1]])
def test_a_list_of_conditions_has_words_in_every_line(value: Any):
    assert list(problems("commitment_notice", conditions=value)) == ["conditions"]


def test_a_letter_may_be_signed_by_the_other_side():
    text = text_of("void_notice", side="department", signatory="安阳市市场监督管理局")
    assert "安阳市市场监督管理局业务主管部门（章）" in text
    assert "二联部门存档" in text_of("withdrawal_notice", side="department")


def test_words_in_the_data_stay_words():
    hostile = '{{ 7*7 }} #read("/etc/passwd") {% for x in range(9) %}<b>'
    text = text_of("denial_decision", reasons=hostile)
    assert re.sub(r"\s", "", hostile) in text
    assert hostile in "".join(notices.body_text("denial_decision", data("denial_decision", reasons=hostile)))


def test_a_long_table_breaks_over_pages_and_loses_no_line():
    rows = [{"name": f"第{i}号材料", "copies": 1, "note": ""} for i in range(1, 101)]
    pages = page_texts(printed("report_up_slip", rows=rows))
    assert len(pages) > 2
    assert all(f"第{i}号材料" in "".join(pages) for i in range(1, 101))


def test_a_long_letter_of_two_leaves_keeps_its_seal_with_its_last_words():
    pages = page_texts(printed("denial_decision", reasons="\n".join(["理由"] * 200)))
    assert len(pages) > 2
    sealed = [page for page in pages if "业务主管部门（章）" in page]
    assert len(sealed) == 2
    assert all("六个月内提起行政诉讼。" in page or "经办人" in page or "申请人（签字）" in page for page in sealed)


@pytest.mark.parametrize("kind", ["acceptance_notice", "correction_notice", "handover_slip", "denial_decision"])
def test_T110_a_document_in_place_of_a_void_one_names_it(kind: str):
    old = "安审批（受理）〔2026〕000007号"
    assert f"本文书替代已作废的文书：{old}" in text_of(kind, replaces=old)
    assert "替代" not in text_of(kind)
    assert f"本文书替代已作废的文书：{old}" in notices.body_text(kind, data(kind, replaces=old))


def test_the_text_for_a_message_has_list_table_and_signature():
    text = notices.body_text("commitment_notice", data("commitment_notice"))
    assert "1.有与经营规模相适应的场所" in text
    assert "1　食品安全管理制度文本　1" in notices.body_text("deficiency_notice", data("deficiency_notice"))
    assert text[-1] == "2026年3月2日"


@pytest.mark.parametrize("kind", ["special_procedure_notice", "extension_notice"])
def test_how_the_limit_is_counted_is_said_and_what_was_issued_before_says_what_it_said(kind: str):
    counted = "承诺时限：自2026年3月2日起，10个工作日，至2026年3月16日止。"
    said = notices.body_text(kind, data(kind, counting=counted))
    assert [one for one in said if one != counted] == notices.body_text(kind, data(kind))
    assert said.count(counted) == 1
    assert counted in text_of(kind, counting=counted)
    assert notices.freeze(kind, data(kind)).data["counting"] == ""
