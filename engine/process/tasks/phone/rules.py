"""Which link may still be used, what may come in by it, and how it is called: pure."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime

from engine.foundation.blobs.rules import safe_name
from engine.foundation.errors import Conflict, Invalid, NotFound

KINDS = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}
"""What a telephone may send, and the suffix it gets."""

LONGEST_TITLE = 60
"""So much of the material's name goes into the name of a file."""


class PhoneLinkGone(NotFound):
    """这个拍照链接不能使用：已过期、已结束，或者网址不完整。请在窗口重新扫码。"""

    code = "PHONE_LINK_GONE"


class PhoneFull(Conflict):
    """这个二维码已收满 {most} 个文件（含已删除的）。还要发送的，请在窗口重新扫码。"""

    code = "PHONE_FULL"


class PhoneKind(Invalid):
    """“{name}”不是照片或 PDF，没有收下。请拍照，或选择 JPG、PNG 照片或 PDF 文件。"""

    code = "PHONE_KIND"


class PhotoTaken(Conflict):
    """这个文件窗口已经收下，不能在手机上删除。请告诉工作人员。"""

    code = "PHOTO_TAKEN"


@dataclass(frozen=True)
class PhoneLink:
    """A link as kept (times UTC)."""

    id: str
    root_id: str
    task_id: str | None
    account: str
    field: str
    title: str
    about: str
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None

    def open_at(self, now: datetime) -> bool:
        """Tell whether something may come in by the link at ``now``: from its opening up to its last instant."""
        return self.closed_at is None and now < self.expires_at


@dataclass(frozen=True)
class PhoneFile:
    """A file that came in by a link."""

    root_id: str
    link_id: str
    number: int
    upload_id: str
    digest: str
    file_name: str
    media_type: str
    size: int
    state: str
    at: datetime


def new_token() -> str:
    """Return a fresh token: 192 random bits, as text for an address."""
    return secrets.token_urlsafe(24)


def refuse_gone(link: PhoneLink | None, now: datetime) -> PhoneLink:
    """Return the link when it may be used at ``now``; else raise :class:`PhoneLinkGone`, whatever the reason."""
    if link is None or not link.open_at(now):
        raise PhoneLinkGone
    return link


def refuse_full(received: int, most: int) -> None:
    """Raise :class:`PhoneFull` when ``received`` files, the removed ones counted, are as many as may come in."""
    if received >= most:
        raise PhoneFull(most=most)


def photo_name(title: str, number: int, media_type: str) -> str:
    """Return what the ``number``-th file of a link is called: after its material, never as the telephone calls it.

    Telephones call every photograph ``image.jpg``, or tell date and place in the name.
    """
    return safe_name(f"{title[:LONGEST_TITLE]} 手机{number}{KINDS[media_type]}")


def mask_address(address: str) -> str:
    """Return a network address as the journal may tell it: the network, not the host; empty for no address."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    parts = known.exploded.split("." if known.version == 4 else ":")
    return f"{'.'.join(parts[:2])}.*.*" if known.version == 4 else f"{':'.join(parts[:3])}:*"
