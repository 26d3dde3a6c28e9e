"""Whom a result may be given to: pure."""

from __future__ import annotations

from engine.casework.cases.queries import Applicant
from engine.foundation.errors import Conflict


class NotReadyForDelivery(Conflict):
    """结果尚未由综合窗口签收，不能送达。请先办理结果移交签收（6.3.1）。"""

    code = "NOT_READY_FOR_DELIVERY"


def identity_errors(applicant: Applicant, kind: str, name: str, id_no: str) -> dict[str, str]:
    """Return a sentence for each field of the receiver that does not agree with the applicant (6.3.2, T088).

    A person picking up for himself must show the number on file; for an organisation the legal
    representative on file; a proxy shows his own number, which is not the applicant's, and a letter.
    """
    if kind != "self":
        same = applicant.kind == "person" and id_no == applicant.id_no
        return {"receiver_id_no": "这是申请人本人的证件号码，请改选“申请人本人”，或核对受托人的证件"} if same else {}
    if applicant.kind == "person":
        if id_no != applicant.id_no:
            return {"receiver_id_no": "证件号码与申请人登记的不一致，不得发放。请核对证件，或凭授权委托书由受托人领取"}
        expected = applicant.name
    else:
        expected = applicant.legal_representative
    if expected and name != expected:
        return {"receiver_name": "领取人姓名与申请人（法定代表人）登记的不一致，不得发放。请核对证件"}
    return {}


def handing_errors(kind: str, relation: str, letters: int, signatures: int) -> dict[str, str]:
    """Return what is missing before a result may leave the counter (6.3.2, T089): nobody's signature, no delivery."""
    errors = {}
    if signatures < 1:
        errors["signature"] = "没有领取人签名，不能登记为已送达（6.3.2 交接签收）"
    if kind != "self" and letters < 1:
        errors["authorisation"] = "受托人领取须上传授权委托书（6.3.2）"
    if kind != "self" and not relation.strip():
        errors["relation"] = "请填写受托人与申请人的关系（6.3.2）"
    return errors
