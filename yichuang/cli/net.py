"""The last net under every verb: a disk or a database in trouble is told in a sentence, never by a trace."""

from __future__ import annotations

from engine.door import StoreFull
from engine.foundation.errors import InvalidFields, Refusal, Unavailable, why
from engine.foundation.store.failures import first_line, is_full, is_trouble


class PathUnusable(Unavailable):
    """不能读写 {file}：{reason}。请核对路径和权限后重试。"""

    code = "PATH_UNUSABLE"


class DatabaseFailed(Unavailable):
    """数据库没有完成这一步：{reason}。请核对数据库地址、版本（./run yichuang db check）和磁盘空间后重试。"""

    code = "DATABASE_FAILED"


def refusal_of(error: Exception) -> Refusal | None:
    """Return the refusal that tells of ``error``, or None for a fault of the program."""
    if isinstance(error, Refusal):
        return error
    if is_trouble(error) or isinstance(error, OSError):
        if is_full(error):
            return StoreFull()
        if not isinstance(error, OSError):
            return DatabaseFailed(reason=first_line(error))
        return PathUnusable(file=error.filename or "文件", reason=why(error))
    return None


def lines_of(refusal: Refusal) -> list[str]:
    """Return what is printed of a refusal: its sentence, and of a form's each field with its own."""
    lines = [f"{refusal.code}：{refusal.sentence}"]
    if isinstance(refusal, InvalidFields):
        lines += [f"  {name}：{sentence}" for name, sentence in refusal.errors.items()]
    return lines
