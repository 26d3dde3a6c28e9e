"""Data of one document of each kind, and another program's reading of the printed pages."""

from __future__ import annotations

import copy
import re
from typing import Any

import pypdfium2

from forms import notices
from tests.forms.notices.heads import HEAD
from tests.forms.notices.letter_samples import LETTER_DATA

COUNTER = {
    **HEAD,
    "window": "安阳市政务服务中心综合窗口03号",
    "handler": "王晓明",
    "phone": "0372-2550001",
    "complaint_phone": "0372-2550123",
    "applicant": "王建国",
    "item": "食品经营许可新办（餐饮）",
}
DATA: dict[str, dict[str, Any]] = {
    "acceptance_notice": {
        **COUNTER,
        "material_count": 6,
        "working_days": 5,
        "excluded_procedures": ["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"],
    },
    "correction_notice": {
        **COUNTER,
        "materials": [
            {"name": "食品经营许可申请书", "copies": 1, "advice": "申请人未签字，请签字后重新提交"},
            {"name": "经营场所平面图", "copies": 2, "advice": "未标明面积，请补画"},
            {"name": "食品安全管理员证明", "copies": 3, "advice": ""},
        ],
    },
    "rejection_notice": {
        **COUNTER,
        "item": "出版物批发单位设立",
        "ground": "not_competent",
        "reasons": "出版物批发单位的设立由省级主管部门审批。",
        "legal_basis": "《出版物市场管理规定》第八条。",
        "competent_authority": "河南省新闻出版局",
        "remedies": "如不服本通知，可以自收到本通知书之日起六十日内依法申请行政复议，"
        "或者自收到本通知书之日起六个月内依法向人民法院提起行政诉讼。",
    },
    "handover_slip": {
        **HEAD,
        "subject": "materials",
        "applicant": "王建国",
        "item": "食品经营许可新办（餐饮）",
        "from_unit": "综合窗口03号",
        "from_person": "王晓明",
        "to_unit": "安阳市市场监督管理局",
        "to_person": "张审查",
        "rows": [{"name": "食品经营许可申请书", "copies": 1, "copies_received": 1}, {"name": "平面图", "copies": 2}],
    },
    "delivery_receipt": {
        **HEAD,
        "applicant": "王建国",
        "item": "食品经营许可新办（餐饮）",
        "window": "综合窗口（统一出件）01号",
        "handler": "赵出件",
        "method": "pick_up",
        "rows": [{"name": "食品经营许可证", "copies": 1, "reference": "JY24105020000001"}],
        "receiver_name": "王建国",
        "receiver_id_kind": "居民身份证",
        "receiver_id_masked": "410502********0010",
        "delivered_at": "2026-03-09T10:02:00+08:00",
        "signature_digest": "a1" * 32,
    },
    **LETTER_DATA,
}


def data(kind: str, **changes: Any) -> dict[str, Any]:
    """A fresh copy of the data of one kind, with some of it changed."""
    return {**copy.deepcopy(DATA[kind]), **changes}


def printed(kind: str, **changes: Any) -> bytes:
    """The PDF of a document after freezing, as the counter prints it."""
    return notices.render(kind, notices.freeze(kind, data(kind, **changes)).data)


def squeezed(text: str) -> str:
    """The text without the white space that lines and justification put into it."""
    return re.sub(r"\s", "", text.replace("\ufffe", ""))


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page as PDFium reads it."""
    document = pypdfium2.PdfDocument(pdf)
    return [squeezed(page.get_textpage().get_text_range()) for page in document]


def leaves(pdf: bytes) -> tuple[str, str]:
    """The texts of the first leaf and of the stub (存根), which begins on a page of its own."""
    pages = page_texts(pdf)
    (start,) = [index for index, page in enumerate(pages) if "存根" in page]
    return "".join(pages[:start]), "".join(pages[start:])
