"""Whom one may write to, and what: pure."""

from __future__ import annotations

from engine.foundation.errors import Invalid, NotFound

MOST = 2000
"""Characters of a message."""


class MessageEmpty(Invalid):
    """请填写消息内容后再发送。"""

    code = "MESSAGE_EMPTY"


class MessageTooLong(Invalid):
    """消息不能超过2000字，现有{length}字，请分开发送。"""

    code = "MESSAGE_TOO_LONG"


class ReceiverMissing(Invalid):
    """请选择一位收件人，或一个岗位。"""

    code = "RECEIVER_MISSING"


class MessageMissing(NotFound):
    """没有找到这条消息，它可能不是发给您的，或已超过保存期限。请刷新消息列表。"""

    code = "MESSAGE_MISSING"


class MessageCaseMissing(NotFound):
    """没有找到办件 {case_no}，消息只能关联您可以查看的办件。请核对编号。"""

    code = "MESSAGE_CASE_MISSING"


def checked_text(text: str) -> str:
    """Return the text without blank ends; raise :class:`MessageEmpty` or :class:`MessageTooLong`.

    It is plain text: pages escape it, so markup in it is only characters.
    """
    found = text.replace("\r\n", "\n").strip()
    if not found:
        raise MessageEmpty
    if len(found) > MOST:
        raise MessageTooLong(length=len(found))
    return found
