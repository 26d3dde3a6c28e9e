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
    representative on file; a proxy is checked by the authorisation letter instead.
    """
    if kind != "self":
        return {}
    if applicant.kind == "person":
        if id_no != applicant.id_no:
            return {"receiver_id_no": "证件号码与申请人登记的不一致，不得发放。请核对证件，或凭授权委托书由受托人领取"}
        expected = applicant.name
    else:
        expected = applicant.legal_representative
    if expected and name != expected:
        return {"receiver_name": "领取人姓名与申请人（法定代表人）登记的不一致，不得发放。请核对证件"}
    return {}
