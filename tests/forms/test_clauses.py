"""Rows of the trace table that the forms themselves carry: each test names its row."""

from __future__ import annotations

from typing import Any

import forms
from forms.model import flat, read_form
from tests.forms.samples import ITEM_ROWS, answer, context, context_of


def errors(key: str, /, **changes: Any) -> dict[str, str]:
    return forms.validate(forms.load(key), answer(key, **changes), context_of(key)).errors


def labels(key: str, field: str) -> list[str]:
    form = read_form(forms.load(key))
    parts = [*flat(form.parts), *(inner for one in flat(form.parts) for inner in flat(one.parts))]
    return [option.label for option in next(part for part in parts if part.key == field).options]


def test_T018_the_channel_of_the_window_is_code_1():
    first = forms.initial(forms.load("application"), context_of("application"))
    assert first["channel"] == "1"


def test_T034_a_second_correction_needs_the_newly_arisen_reason():
    schema = forms.load("formal_review")
    again = context(rows={"materials": ITEM_ROWS}, values={"correction_round": 1})
    body = answer("formal_review", formal_result="correct")
    assert forms.validate(schema, body, again).errors == {"new_fact": "请填写再次要求补正的理由"}
    assert forms.validate(schema, body, context(rows={"materials": ITEM_ROWS}, values={"correction_round": 0})).ok
    assert forms.validate(schema, body, context(rows={"materials": ITEM_ROWS})).ok
    assert forms.validate(schema, answer("formal_review"), again).ok


def test_T043_one_visitor_is_too_few_and_the_same_account_twice_is_one():
    one = [{"account": "D11", "name": "张审查"}]
    assert errors("plan_visit", visitors=one)["visitors"] == "踏勘人员不能少于2项"
    assert errors("plan_visit", visitors=one * 2)["visitors"] == "踏勘人员中有重复的内容，请删去重复项"


def test_T043_two_must_have_been_there():
    rows = answer("record_visit")["visitors"]
    rows[1]["present"] = False
    assert errors("record_visit", visitors=rows)["visitors"] == "到场人员中至少2项应勾选“到场”"


def test_T043_a_visit_is_planned_for_the_future_and_recorded_in_the_past():
    assert errors("plan_visit", visit_date="2026-03-01")["visit_date"] == "踏勘日期不能早于今天"
    assert errors("record_visit", visited_on="2026-03-03")["visited_on"] == "踏勘日期不能晚于今天"
    assert errors("record_visit", conclusion="improve") == {"improvement": "请填写整改要求"}


def test_T063_every_material_is_judged_and_a_fault_needs_its_advice():
    rows = answer("formal_review")["materials"]
    rows[0]["verdict"] = None
    rows[1]["verdict"] = "missing"
    rows[2]["verdict"] = "bad_form"
    assert errors("formal_review", materials=rows) == {
        "materials[0].verdict": "第1项“食品经营许可申请书”：请选择审查意见",
        "materials[1].advice": "第2项“营业执照”：请填写补正意见",
        "materials[2].advice": "第3项“食品安全规章制度”：请填写补正意见",
    }
    assert labels("formal_review", "verdict") == ["齐全且符合法定形式", "不齐全", "不符合法定形式", "无需提交"]


def test_T064_acceptance_on_a_later_day_needs_its_reason():
    schema = forms.load("accept")
    assert forms.validate(schema, {}, context(values={"cross_day": False})).ok
    late = forms.validate(schema, {}, context(values={"cross_day": True}))
    assert late.errors == {"delay_reason": "请填写未在收到材料当日收件（受理）的原因"}


def test_T064_material_cannot_be_received_in_the_future():
    assert errors("application", received_at="2026-03-02T09:19")["received_at"] == "收到材料的时间不能晚于现在"
    assert errors("application", received_at="2026-03-02T09:18") == {}
    assert "received_at" in errors("receive_correction", received_at="2026-03-03T00:00")


def test_T066_a_rejection_has_reason_basis_and_where_to_apply():
    empty = errors("reject", reasons="", legal_basis=" ", competent_authority="", remedies="")
    assert set(empty) == {"reasons", "legal_basis", "competent_authority", "remedies"}
    assert errors("reject", ground="conditions", competent_authority="") == {}
    assert "行政复议" in forms.initial(forms.load("reject"), context())["remedies"]
    assert "行政诉讼" in forms.initial(forms.load("reject"), context())["remedies"]


def test_T070_the_department_agrees_or_says_why_not():
    assert labels("confirm_correction", "confirmed") == ["同意", "不同意"]
    assert errors("confirm_correction", confirmed=None) == {"confirmed": "请选择确认意见"}
    assert errors("confirm_correction", confirmed="disagree") == {"opinion": "请填写不同意的理由"}


def test_T071_only_listed_materials_are_received_after_a_correction():
    rows = [*answer("receive_correction")["materials"], {"no": 2, "provided_form": "copy", "copies": 1}]
    assert "已有变化" in errors("receive_correction", materials=rows)["materials"]


def test_T071_the_notice_goes_out_only_with_the_handlers_word():
    assert errors("issue_correction", checked=False) == {"checked": "请确认：已核对：以上是需要补齐补正的全部内容"}


def test_T075_a_difference_between_sent_and_received_wants_a_word():
    rows = answer("receive_paper")["materials"]
    rows[1]["copies_received"] = 2
    assert errors("receive_paper", materials=rows, receipt="difference") == {"difference_note": "请填写差异说明"}
    assert errors("receive_paper", signature=None) == {"signature": "请完成接收人签名"}


def test_T080_returning_a_case_needs_a_reason():
    assert errors("decide", decision="return", reason=" ") == {"reason": "请填写退回理由"}
    assert errors("decide", decision="refuse")["decision"] == "请在列出的选项中选择决定"
    assert labels("decide_instant", "decision") == ["准予", "不予", "不能当场办结，转为承诺件"]


def test_T080_a_denial_without_reasons_basis_and_remedies_is_told_the_article():
    sentences = errors("decide", decision="deny")
    assert set(sentences) == {"reasons", "legal_basis", "remedies"}
    assert all("行政许可法第三十八条" in sentence for sentence in sentences.values())


def test_T087_the_result_is_signed_for_piece_by_piece():
    rows = answer("sign_result")["items"]
    rows[0]["copies_received"] = 0
    assert "份数不符" in errors("sign_result", items=rows)["items[0].copies_received"]


def test_T088_identity_is_checked_before_the_result_is_given():
    assert errors("pick_up", identity_checked=False) == {"identity_checked": "请确认：已核对身份及相关信息"}
    assert "校验位" in errors("pick_up", receiver_id_no="410502199003070011")["receiver_id_no"]
    assert errors("pick_up", receiver_kind="agent") == {
        "authorisation": "请上传授权委托书", "relation": "请填写与申请人的关系",
    }  # fmt: skip


def test_T089_an_empty_signature_is_refused():
    assert errors("pick_up", signature=None) == {"signature": "请完成领取人签名"}


def test_T098_collation_is_complete_or_it_is_not_done():
    assert errors("collate", collation_checks=["ordered", "named"]) == {
        "collation_checks": "归纳核对还有未确认的：没有缺漏"
    }
    assert errors("collate", application_pages=None) == {"application_pages": "请填写申报文件页数"}


def test_T106_and_T107_the_eight_procedures_are_those_of_appendix_b_and_the_item_limits_them():
    assert labels("accept", "excluded_procedures") == [
        "听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审",
    ]  # fmt: skip
    schema = forms.load("accept")
    limited = context(options={"excluded_procedures": ("专家评审",)})
    assert forms.validate(schema, {"excluded_procedures": ["专家评审"]}, limited).ok
    assert forms.validate(schema, {"excluded_procedures": ["听证"]}, limited).errors


def test_the_applicant_and_the_kind_of_document_belong_together():
    wrong = errors("application", applicant_kind="organisation")
    assert wrong == {"id_kind": "法人或其他组织请选择统一社会信用代码"}
    firm = {
        "applicant_kind": "organisation", "applicant_name": "安阳测试餐饮有限公司", "id_kind": "uscc",
        "id_no": "91410500ma9text01y", "legal_representative": "李秀兰",
    }  # fmt: skip
    checked = forms.validate(forms.load("application"), answer("application", **firm), context_of("application"))
    assert checked.ok
    assert checked.data["id_no"] == "91410500MA9TEXT01Y"
    assert errors("application", id_kind="uscc")["id_kind"] == "自然人请选择个人证件"


def test_the_end_of_validity_is_not_before_its_beginning_unless_it_has_none():
    assert errors("make_result", valid_until="2026-03-01") == {"valid_until": "有效期止不能早于有效期起"}
    assert errors("make_result", valid_until="2026-03-02") == {}
    endless = forms.validate(
        forms.load("make_result"), answer("make_result", long_term=True), context_of("make_result")
    )
    assert endless.ok
    assert "valid_until" not in endless.data


def test_a_warning_is_shown_but_does_not_stop_the_clerk():
    checked = forms.validate(
        forms.load("application"), answer("application", phone="2550001"), context_of("application")
    )
    assert checked.ok
    assert checked.warnings == {"phone": "固定电话没有区号，请确认能够拨通"}
