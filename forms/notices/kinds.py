"""What each kind of document says: its data, checked before it is frozen.

Frozen data is plain JSON. Reading frozen data again gives the same data, so that a document can be
printed from what was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

from forms.notices.errors import NoticeIncomplete, NoticeUnknown
from forms.notices.head import Head, read_head
from forms.notices.letters import LETTERS
from forms.notices.letters.reading import LetterNotice, letter_data, read_letter
from forms.notices.reader import Reader
from forms.procedures import SPECIAL_PROCEDURES

INTAKE_MODES: Final = ("printed", "accept_delegated", "receive_only")
DEFECTS: Final = ("both", "missing", "bad_form")
GROUNDS: Final = ("conditions", "not_competent", "not_required")
SUBJECTS: Final = ("materials", "result", "difference", "return")
METHODS: Final = ("pick_up", "post")
SIGNATURE_MODES: Final = ("", "drawn", "paper", "account")
"""How was signed: on the pad, on paper (the digest is then that of the scanned page), or by the account that took it.

"" is a place for the pen, and what was issued before the way was told: its words stay.
"""


@dataclass(frozen=True)
class Counter(Head):
    """A notice of the counter: window, handler, telephones; ``intake_mode`` chooses 收件 or 受理 (T116)."""

    window: str
    handler: str
    phone: str
    complaint_phone: str
    intake_mode: str
    applicant: str
    item: str


@dataclass(frozen=True)
class AcceptanceNotice(Counter):
    """收件（受理）通知书, Appendix B. ``working_days`` is None for an instant item (即办件)."""

    material_count: int
    instant: bool
    working_days: int | None
    excluded_procedures: tuple[str, ...]
    own_wording: tuple[str, ...]


@dataclass(frozen=True)
class WantedMaterial:
    """One line of Appendix C; ``copies`` 0 stands for an electronic document."""

    name: str
    copies: int
    advice: str


@dataclass(frozen=True)
class CorrectionNotice(Counter):
    """补齐补正通知书, Appendix C. ``defect`` "both" keeps the standard's printed words (T111)."""

    defect: str
    materials: tuple[WantedMaterial, ...]


@dataclass(frozen=True)
class RejectionNotice(Counter):
    """不予收件（受理）通知书 (6.1.1; 行政许可法 32)."""

    ground: str
    reasons: str
    legal_basis: str
    competent_authority: str
    remedies: str


@dataclass(frozen=True)
class HandedMaterial:
    """One line of a slip; ``copies_received`` None leaves the place for the pen.

    ``reference`` is the number of a result, or a remark on a material.
    """

    name: str
    copies: int
    copies_received: int | None
    reference: str


@dataclass(frozen=True)
class HandoverSlip(Head):
    """材料交接签收单 (6.1.5), 结果移交单 (6.3.1), 差异单 or 退还单, by ``subject``; "" leaves places for the pen."""

    subject: str
    applicant: str
    item: str
    from_unit: str
    from_person: str
    to_unit: str
    to_person: str
    rows: tuple[HandedMaterial, ...]
    received_at: str
    signature_digest: str
    signature_mode: str
    note: str


@dataclass(frozen=True)
class DeliveryReceipt(Head):
    """送达回执 (6.3.2, 6.3.4). ``delivered_at`` is an ISO moment or "" for the pen."""

    applicant: str
    item: str
    window: str
    handler: str
    method: str
    rows: tuple[HandedMaterial, ...]
    receiver_name: str
    receiver_id_kind: str
    receiver_id_masked: str
    delivered_at: str
    signature_digest: str
    signature_mode: str
    note: str


Notice = AcceptanceNotice | CorrectionNotice | RejectionNotice | HandoverSlip | DeliveryReceipt | LetterNotice


def read_notice(kind: str, data: Mapping[str, Any]) -> Notice:
    """Return the checked notice in ``data``; raise NoticeUnknown or NoticeIncomplete."""
    maker = _MAKERS.get(kind)
    if maker is None:
        raise NoticeUnknown(kind=kind)
    reader = Reader(data)
    notice = maker(reader)
    reader.finish()
    if reader.problems:
        raise NoticeIncomplete(reader.problems)
    return notice


def as_data(notice: Notice) -> dict[str, Any]:
    """Return the notice as JSON data: lists instead of tuples."""

    def plain(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [plain(entry) for entry in value]
        return {key: plain(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    values = letter_data(notice) if isinstance(notice, LetterNotice) else asdict(notice)
    return {key: plain(value) for key, value in values.items()}


def _counter(read: Reader) -> dict[str, Any]:
    return {
        **read_head(read),
        "window": read.text("window", "承办窗口", 60),
        "handler": read.text("handler", "经办人", 40),
        "phone": read.text("phone", "联系电话", 40),
        "complaint_phone": read.text("complaint_phone", "监督投诉电话", 40),
        "intake_mode": read.choice("intake_mode", "收件方式", INTAKE_MODES),
        "applicant": read.text("applicant", "申请人", 100),
        "item": read.text("item", "事项名称", 200),
    }


def _acceptance(read: Reader) -> AcceptanceNotice:
    counter = _counter(read)
    instant = read.flag("instant", "即办件")
    # The standard has no words for an item that is done on the spot: that half sentence is ours.
    read.ignore("own_wording")
    days = read.number("working_days", "承诺办结工作日数", 1, 999, needed=not instant)
    if instant and days is not None:
        read.problems["working_days"] = "即办件当场办结，不填承诺工作日数"
    return AcceptanceNotice(
        **counter,
        material_count=read.number("material_count", "申请材料项数", 1, 999) or 0,
        instant=instant,
        working_days=days,
        excluded_procedures=read.subset("excluded_procedures", "不计入承诺时限的程序", SPECIAL_PROCEDURES),
        own_wording=("instant",) if instant else (),
    )


def _correction(read: Reader) -> CorrectionNotice:
    def material(row: Reader) -> WantedMaterial:
        return WantedMaterial(
            name=row.text("name", "材料名称", 200),
            copies=row.number("copies", "份数", 0, 999) or 0,
            advice=row.text("advice", "补正意见", 500, needed=False),
        )

    return CorrectionNotice(
        **_counter(read),
        defect=read.choice("defect", "补正情形", DEFECTS),
        materials=read.rows("materials", "需补交或修改的材料", 100, material),
    )


def _rejection(read: Reader) -> RejectionNotice:
    ground = read.choice("ground", "退回情形", GROUNDS)
    return RejectionNotice(
        **_counter(read),
        ground=ground,
        reasons=read.lines("reasons", "理由", 1000),
        legal_basis=read.lines("legal_basis", "依据", 1000),
        competent_authority=read.text("competent_authority", "应向何机关申请", 100, needed=ground == "not_competent"),
        remedies=read.lines("remedies", "救济渠道", 1000),
    )


def _handed(row: Reader) -> HandedMaterial:
    return HandedMaterial(
        name=row.text("name", "名称", 200),
        copies=row.number("copies", "份数", 0, 999) or 0,
        copies_received=row.number("copies_received", "实收份数", 0, 999, needed=False),
        reference=row.text("reference", "编号", 100, needed=False),
    )


def _handover(read: Reader) -> HandoverSlip:
    return HandoverSlip(
        **read_head(read),
        subject=read.choice("subject", "移交内容", SUBJECTS),
        applicant=read.text("applicant", "申请人", 100),
        item=read.text("item", "事项名称", 200),
        from_unit=read.text("from_unit", "移交单位", 100),
        from_person=read.text("from_person", "移交人", 40),
        to_unit=read.text("to_unit", "接收单位", 100),
        to_person=read.text("to_person", "接收人", 40, needed=False),
        rows=read.rows("rows", "移交清单", 100, _handed),
        received_at=read.moment("received_at", "签收时间", needed=False),
        signature_digest=read.text("signature_digest", "签名图像摘要", 64, needed=False),
        signature_mode=read.choice("signature_mode", "签名方式", SIGNATURE_MODES),
        note=read.text("note", "备注", 500, needed=False),
    )


def _delivery(read: Reader) -> DeliveryReceipt:
    return DeliveryReceipt(
        **read_head(read),
        applicant=read.text("applicant", "申请人", 100),
        item=read.text("item", "事项名称", 200),
        window=read.text("window", "送达窗口", 60),
        handler=read.text("handler", "送达人", 40),
        method=read.choice("method", "送达方式", METHODS),
        rows=read.rows("rows", "送达文书", 100, _handed),
        receiver_name=read.text("receiver_name", "领取人", 50),
        receiver_id_kind=read.text("receiver_id_kind", "领取人证件", 40, needed=False),
        receiver_id_masked=read.text("receiver_id_masked", "领取人证件号码", 40, needed=False),
        delivered_at=read.moment("delivered_at", "送达时间", needed=False),
        signature_digest=read.text("signature_digest", "签名图像摘要", 64, needed=False),
        signature_mode=read.choice("signature_mode", "签名方式", SIGNATURE_MODES),
        note=read.text("note", "备注", 500, needed=False),
    )


_MAKERS: Final[dict[str, Callable[[Reader], Notice]]] = {
    "acceptance_notice": _acceptance,
    "correction_notice": _correction,
    "rejection_notice": _rejection,
    "handover_slip": _handover,
    "delivery_receipt": _delivery,
    **{kind: partial(read_letter, letter) for kind, letter in LETTERS.items()},
}
KINDS: Final = tuple(_MAKERS)
