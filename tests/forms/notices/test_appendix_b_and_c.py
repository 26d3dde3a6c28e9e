"""The printed pages carry every sentence of Appendix B and Appendix C, read back by another program."""

from __future__ import annotations

from typing import Any

import pytest

from forms import notices
from tests.forms.notices.appendix import (
    APPENDIX_B,
    APPENDIX_B_STUB,
    APPENDIX_C,
    APPENDIX_C_STUB,
    find_in_order,
    fragments,
)
from tests.forms.notices.samples import data, leaves, page_texts, printed
from tests.forms.notices.test_archive_level import faults

B, C = "acceptance_notice", "correction_notice"


def test_the_fragments_of_the_standard_are_whole_sentences():
    assert fragments(APPENDIX_B)[:4] == [
        "收件（受理）通知书",
        "：",
        "本窗口收到您申请办理的",
        "事项所送的申请材料计",
    ]
    assert fragments(APPENDIX_B)[5].startswith("个工作日内给予办结。其中，该事项办理过程中涉及的以下程序：听证、招标、")
    assert fragments(APPENDIX_B)[5].endswith("、鉴定、专家评审，不计入承诺时限。")
    assert fragments(APPENDIX_B)[6:] == [
        "特此告知", "经办人：", "联系电话：", "监督投诉电话：", "承办窗口（章）", "年", "月", "日",
        "注：1.本通知书仅作为收件（受理）证明，与审批结果无必然联系。", "2.第一联申请人留存，第二联窗口存档。",
    ]  # fmt: skip
    assert fragments(APPENDIX_C_STUB)[4:] == [
        "需补交或修改的材料如下：", "（一式", "份）。", "请您将上述材料尽快补齐补正后送本窗口。", "特此告知",
        "申请人（签字）：", "签字日期：", "年", "月", "日", "承办窗口（章）", "年", "月", "日",
    ]  # fmt: skip
    assert find_in_order(["乙", "甲"], "甲乙") == ["甲"]


@pytest.mark.parametrize(
    "kind, first, stub", [(B, APPENDIX_B, APPENDIX_B_STUB), (C, APPENDIX_C, APPENDIX_C_STUB)], ids=["B", "C"]
)
def test_T065_T071_every_sentence_of_the_standard_is_on_the_page_in_order(kind, first, stub):
    above, below = leaves(printed(kind))
    assert find_in_order(fragments(first), above) == []
    assert find_in_order(fragments(stub), below) == []


def test_T105_the_places_of_appendix_b_are_filled():
    above, below = leaves(printed(B))
    for text in (above, below):
        assert "王建国：" in text
        assert "申请办理的食品经营许可新办（餐饮）事项所送的申请材料计6项，" in text
        assert "将在5个工作日内给予办结。" in text
        assert "安阳市政务服务中心综合窗口03号承办窗口（章）2026年3月2日" in text
        assert "文书号：安审批（受理）〔2026〕000123号" in text
        assert "办件编号：11410500MB1A0000203000131002000202603020001" in text
    assert "经办人：王晓明联系电话：0372-2550001监督投诉电话：0372-2550123" in above


@pytest.mark.parametrize("kind", [B, C, "rejection_notice"])
def test_T109_T113_first_copy_and_stub_differ_in_their_fields(kind):
    above, below = leaves(printed(kind))
    for field in ("经办人：", "联系电话：", "监督投诉电话：", "注：", "第一联申请人留存，第二联窗口存档。"):
        assert field in above
        assert field not in below
    for field in ("申请人（签字）：", "签字日期：年月日", "存根"):
        assert field in below
        assert field not in above


def test_T106_only_the_ticked_procedures_are_printed():
    above, below = leaves(printed(B, excluded_procedures=["专家评审"]))
    for text in (above, below):
        assert "其中，该事项办理过程中涉及的以下程序：专家评审，不计入承诺时限。" in text
        assert "听证" not in text
    order = leaves(printed(B, excluded_procedures=["鉴定", "听证"]))[0]
    assert "以下程序：听证、鉴定，不计入承诺时限。" in order, "the order is the standard's"


def test_T106_without_a_ticked_procedure_the_sentence_is_left_out():
    text, _ = leaves(printed(B, excluded_procedures=[]))
    assert "其中" not in text
    assert "不计入承诺时限" not in text
    assert "给予办结。特此告知" in text


def test_T108_the_note_about_the_result_is_always_there():
    assert "注：1.本通知书仅作为收件（受理）证明，与审批结果无必然联系。" in leaves(printed(B))[0]
    assert "与审批结果无必然联系" not in leaves(printed(C))[0], "the note of Appendix C has one sentence only"


@pytest.mark.parametrize(
    "mode, words", [("printed", "收件（受理）"), ("accept_delegated", "受理"), ("receive_only", "收件")]
)
def test_T116_the_mode_of_intake_chooses_what_is_said_to_be_done(mode, words):
    for text in leaves(printed(B, intake_mode=mode)):
        assert f"符合法定形式，现予{words}，将在" in text
        assert "收件（受理）通知书" in text, "the form keeps the name that 6.1.1 gives it"
    for text in leaves(printed(C, intake_mode=mode)):
        assert f"暂时不能{words}。" in text
    assert f"不予{words}，所送材料予以退回。" in leaves(printed("rejection_notice", intake_mode=mode))[0]


def test_T116_two_modes_give_two_snapshots_of_the_same_template():
    delegated, received = (leaves(printed(B, intake_mode=mode)) for mode in ("accept_delegated", "receive_only"))
    assert [text.replace("现予受理", "现予收件") for text in delegated] == list(received)
    assert delegated != received


def test_an_instant_item_is_done_on_the_spot_and_the_data_says_that_the_words_are_ours():
    instant: dict[str, Any] = {"instant": True, "working_days": None, "excluded_procedures": []}
    text, _ = leaves(printed(B, **instant))
    assert "现予收件（受理），将当场办结。" in text
    assert "工作日" not in text
    assert notices.freeze(B, data(B, **instant)).data["own_wording"] == ["instant"]
    assert notices.freeze(B, data(B)).data["own_wording"] == []


@pytest.mark.parametrize(
    "defect, words",
    [("both", "不齐全（或不符合法定形式），"), ("missing", "不齐全，"), ("bad_form", "不符合法定形式，")],
)
def test_T111_the_kind_of_defect_chooses_the_words(defect, words):
    above, below = leaves(printed(C, defect=defect))
    for text in (above, below):
        assert f"因您所送的材料{words}暂时不能收件（受理）。" in text


def test_T112_each_material_has_its_copies_and_its_advice():
    above, below = leaves(printed(C))
    for text in (above, below):
        assert "1.食品经营许可申请书（一式1份）。补正意见：申请人未签字，请签字后重新提交" in text
        assert "2.经营场所平面图（一式2份）。补正意见：未标明面积，请补画" in text
        assert "3.食品安全管理员证明（一式3份）。请您将上述材料" in text


def test_T112_an_electronic_document_has_no_copies():
    rows = [{"name": "营业执照", "copies": 0, "advice": "请上传清晰的扫描件"}]
    assert "营业执照（电子件）。补正意见：请上传清晰的扫描件" in leaves(printed(C, materials=rows))[0]


def test_T066_a_rejection_has_reason_basis_competent_authority_and_remedies():
    above, below = leaves(printed("rejection_notice"))
    for text in (above, below):
        assert "不予收件（受理）通知书" in text
        assert "您申请办理的出版物批发单位设立事项，经审查，依法不属于本机关职权范围，不予收件（受理），" in text
        assert "理由：出版物批发单位的设立由省级主管部门审批。" in text
        assert "依据：《出版物市场管理规定》第八条。" in text
        assert "请您向河南省新闻出版局申请办理。" in text
        assert "六十日内依法申请行政复议" in text
        assert "提起行政诉讼。特此告知" in text
        assert "承办窗口（章）2026年3月2日" in text


@pytest.mark.parametrize(
    "ground, words", [("conditions", "不符合收件（受理）条件"), ("not_required", "依法不需要办理")]
)
def test_a_rejection_on_other_grounds_names_no_other_authority(ground, words):
    text, _ = leaves(printed("rejection_notice", ground=ground, competent_authority=""))
    assert f"经审查，{words}，不予收件（受理）" in text
    assert "请您向" not in text


@pytest.mark.parametrize(
    "subject, title, column",
    [("materials", "材料交接签收单", "材料名称"), ("result", "结果移交单", "结果文书或证照名称")],
)
def test_T075_T087_a_slip_lists_what_is_handed_over_and_has_places_for_both_signatures(subject, title, column):
    (text,) = page_texts(printed("handover_slip", subject=subject))
    for words in (
        title, column, "移交份数", "实收份数", "移交单位：综合窗口03号", "移交人：王晓明",
        "接收单位：安阳市市场监督管理局", "接收人：张审查", "移交日期：2026年3月2日",
        "1食品经营许可申请书11", "2平面图2", "移交人（签字）：", "接收人（签字）：",
    ):  # fmt: skip
        assert words in text


def test_T089_a_receipt_says_who_received_what_and_that_identity_was_checked():
    (text,) = page_texts(printed("delivery_receipt"))
    for words in (
        "送达回执", "领取人：王建国", "居民身份证410502********0010", "送达时间：2026年3月9日10:02", "食品经营许可证",
        "JY24105020000001", "综合窗口已核对领取人的身份及相关信息。", "领取人（签字）：",
        "领取人签名图像摘要（SHA-256）：" + "a1" * 32, "送达方式：综合窗口自取",
    ):  # fmt: skip
        assert words in text
    (post,) = page_texts(printed("delivery_receipt", method="post", signature_digest=""))
    assert "综合窗口委托寄递" in post
    assert "已核对领取人" not in post
    assert "签名图像摘要" not in post


@pytest.mark.parametrize(
    "mode, digest, said, unsaid",
    [
        ("drawn", "a1" * 32, ("领取人（签字）：已电子签名签字日期：2026年3月9日10:02", "领取人签名图像摘要"),
         ("扫描件", "年月日")),
        ("paper", "a1" * 32, ("领取人（签字）：见签字页扫描件", "签字页扫描件摘要（SHA-256）：" + "a1" * 32),
         ("签名图像", "已电子签名")),
        ("", "", ("领取人（签字）：签字日期：年月日",), ("摘要", "已电子签名")),
    ],
)  # fmt: skip
def test_T089_a_receipt_says_how_it_was_signed(mode: str, digest: str, said: tuple[str, ...], unsaid: tuple[str, ...]):
    (text,) = page_texts(printed("delivery_receipt", signature_mode=mode, signature_digest=digest))
    text = text.replace("\u3000", "")
    assert [one for one in said if one not in text] == []
    assert [one for one in unsaid if one in text] == []


@pytest.mark.parametrize(
    "mode, digest, said, unsaid",
    [
        ("drawn", "a1" * 32, ("移交人在系统中移交，接收人电子签名为据。", "移交人（签字）：已在系统中移交",
                              "接收人（签字）：已电子签名", "签收日期：2026年3月2日10:05"), ("双方签字为据",)),
        ("account", "", ("接收人在系统中确认为据。", "接收人（签字）：已在系统中确认"), ("双方签字为据", "摘要")),
        ("paper", "a1" * 32, ("双方签字为据。", "签字页扫描件摘要（SHA-256）：", "接收人（签字）：见签字页扫描件"),
         ("签名图像", "已电子签名")),
        ("paper", "", ("双方签字为据。", "接收人（签字）：签收日期：年月日"), ("摘要", "扫描件")),
    ],
)  # fmt: skip
def test_T075_T087_a_slip_promises_ink_only_where_there_is_ink(
    mode: str, digest: str, said: tuple[str, ...], unsaid: tuple[str, ...]
):
    signed = {"received_at": "2026-03-02T10:05:00+08:00", "signature_mode": mode, "signature_digest": digest}
    (text,) = page_texts(printed("handover_slip", subject="result", **signed))
    text = text.replace("\u3000", "")
    assert [one for one in said if one not in text] == []
    assert [one for one in unsaid if one in text] == []


@pytest.mark.parametrize(
    "mode, said",
    [
        ("drawn", "申请人（签字）：已电子签名签字日期：2026年3月2日"),
        ("paper", "申请人（签字）：见签字页扫描件"),
        ("", "申请人（签字）：签字日期：年月日"),
    ],
)
@pytest.mark.parametrize("kind", ["deficiency_promise", "commitment_notice"])
def test_a_promise_says_on_its_line_how_it_was_signed(kind: str, mode: str, said: str):
    text = "".join(page_texts(printed(kind, signature_mode=mode))).replace("\u3000", "")
    assert said in text
    assert ("签字页扫描件摘要" in text, "签名图像摘要" in text) == (mode == "paper", mode != "paper")


def test_what_was_issued_before_the_way_was_told_reads_as_it_did():
    """Data without the way of signing is that of an earlier release: what is on people's paper stays what we show."""
    old = {key: value for key, value in data("handover_slip").items() if not key.startswith("signature")}
    (text,) = page_texts(notices.render("handover_slip", {**old, "signature_digest": "a1" * 32}))
    assert "双方签字为据。接收人签名图像摘要（SHA-256）：" in text.replace("\u3000", "")


@pytest.mark.parametrize("kind", ["handover_slip", "delivery_receipt"])
def test_a_blank_for_the_pen_is_a_draft_with_the_cases_words_and_no_number(kind: str):
    given = {key: value for key, value in data(kind).items() if key not in ("number", "qr_url", "signature_digest")}
    pdf = notices.render_blank(kind, given)
    (text,) = page_texts(pdf)
    assert "签字用草稿，不是文书：没有文书号，不能查验。" in text
    assert "纸质签字页扫描件" in text
    assert given["case_no"] in text
    assert "（签字）：" in text
    assert not any(word in text for word in ("核验码", "安审批", "作废"))
    assert notices.render_blank(kind, given) == pdf
    assert faults(pdf) == []


def test_the_text_for_a_message_has_the_same_sentences_as_the_page():
    text = "".join(notices.body_text(B, data(B)))
    assert find_in_order(fragments(APPENDIX_B), text.replace("　", "")) == []
    assert notices.body_text(C, data(C))[5] == "需补交或修改的材料如下："
    assert "食品经营许可证" in "".join(notices.body_text("delivery_receipt", data("delivery_receipt")))
