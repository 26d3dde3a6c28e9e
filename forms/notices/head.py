"""What every document carries at its head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.context import SHANGHAI
from forms.notices.reader import Reader


@dataclass(frozen=True)
class Head:
    """What every document carries.

    ``number`` the running number (文书号), ``case_no``, ``qr_url`` the address in the QR code,
    ``issued_at`` an ISO moment with offset: the printed date is its date in Asia/Shanghai;
    ``replaces`` the number of the void document in whose place this one stands, or "".
    """

    number: str
    case_no: str
    qr_url: str
    issued_at: str
    replaces: str

    @property
    def moment(self) -> datetime:
        """The moment of issue, aware, in Asia/Shanghai."""
        return datetime.fromisoformat(self.issued_at).astimezone(SHANGHAI)


def read_head(read: Reader) -> dict[str, Any]:
    """Return the keys of :class:`Head`, checked."""
    return {
        "number": read.text("number", "文书号", 60),
        "case_no": read.text("case_no", "办件编号", 60),
        "qr_url": read.text("qr_url", "查验地址", 300),
        "issued_at": read.moment("issued_at", "出具时间"),
        "replaces": read.text("replaces", "被替代的文书号", 60, needed=False),
    }
