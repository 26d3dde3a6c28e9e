"""What the papers of a shipment say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.casework.cases.queries import CaseFile
from engine.foundation.clock import CITY


def post_receipt(
    case: CaseFile, contents: Sequence[Mapping[str, Any]], handler: str, signed_by: str, at: datetime, note: str
) -> Mapping[str, Any]:
    """Return what the delivery receipt says of a result that went by post: who signed, and when."""
    return {
        "case_no": case.case_no,
        "applicant": case.applicant_name,
        "item": case.item_name,
        "window": "综合窗口（统一出件）",
        "handler": handler,
        "method": "post",
        "rows": [
            {"name": one["name"], "copies": one["copies"], "copies_received": one["copies"],
             "reference": one["result_no"]}
            for one in contents
        ],
        "receiver_name": signed_by[:50],
        "delivered_at": at.astimezone(CITY).isoformat(timespec="seconds"),
        "note": note[:500],
    }  # fmt: skip
