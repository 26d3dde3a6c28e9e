"""The vocabulary of refusals: one root, a few families, a sentence and a code for each.

A concrete refusal is a subclass with a ``code``; its docstring is the Chinese sentence shown to the
person, with ``{named}`` fields, and it also says what to do next.  Only ``web/errors.py`` knows what
HTTP makes of a family.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Any, ClassVar

_REASONS: Mapping[int, str] = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOENT: "没有这个文件或上级目录",
    errno.ENOTDIR: "上级不是目录", errno.EISDIR: "它是目录", errno.EEXIST: "已有同名的文件",
    errno.ENOSPC: "磁盘已满", errno.EDQUOT: "磁盘配额已用完", errno.EROFS: "磁盘是只读的",
    errno.EFBIG: "超过了大小限制", errno.ENAMETOOLONG: "名称过长",
}  # fmt: skip


def why(error: OSError) -> str:
    """Return in words why a file could not be read or written."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


class Refusal(Exception):
    """系统未能完成这一步，请稍后重试；如再次出现，请把时间和办件编号告诉系统管理员。"""

    code: ClassVar[str] = "REFUSED"

    def __init__(self, sentence: str | None = None, /, **fields: Any) -> None:
        self.fields = fields
        template = sentence if sentence is not None else (type(self).__doc__ or "")
        self.sentence = template.strip().format(**fields)
        super().__init__(self.sentence)


class Invalid(Refusal):
    """填写的内容有误，请按提示改正后再提交。"""

    code = "INVALID"


class InvalidFields(Invalid):
    """有 {count} 处需要改正，请按提示改正后再提交。"""

    code = "INVALID_FIELDS"

    def __init__(self, errors: dict[str, str]) -> None:
        """``errors`` maps a field name (``materials[0].copies``) to its Chinese sentence."""
        super().__init__(count=len(errors))
        self.errors = errors

    def __str__(self) -> str:
        """Name the fields: a log line without them helps nobody."""
        return f"{self.sentence}{'；'.join(f'{name}：{sentence}' for name, sentence in self.errors.items())}"


class Unauthenticated(Refusal):
    """请先登录。"""

    code = "UNAUTHENTICATED"


class Forbidden(Refusal):
    """您的岗位没有办理这一步的权限，请联系本单位管理员或转交有权限的人员。"""

    code = "FORBIDDEN"


class NotFound(Refusal):
    """没有找到该内容，请核对编号。"""

    code = "NOT_FOUND"


class Conflict(Refusal):
    """情况已经变化，请刷新页面后再办理。"""

    code = "CONFLICT"


class TooLarge(Refusal):
    """上传的内容过大，请压缩或分开上传。"""

    code = "TOO_LARGE"


class Unavailable(Refusal):
    """系统暂时不能写入，请稍后重试；已填写的内容不会丢失。"""

    code = "UNAVAILABLE"
