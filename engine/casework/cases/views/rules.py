"""What a saved view is, and when it is refused: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.foundation.errors import Conflict, Forbidden, Invalid, NotFound

LISTS: Mapping[str, str] = {"cases": "办件", "inbox": "待办"}
MOST_VIEWS = 20
LONGEST_NAME = 30


class ViewNameMissing(Invalid):
    """请给常用视图起一个名称（1 至 30 个字）。"""

    code = "VIEW_NAME_MISSING"


class ViewNameTaken(Conflict):
    """您已有名为“{name}”的常用视图，请换一个名称，或先删除原来的。"""

    code = "VIEW_NAME_TAKEN"


class TooManyViews(Conflict):
    """常用视图最多 20 个，请先删除不用的。"""

    code = "TOO_MANY_VIEWS"


class ViewMissing(NotFound):
    """没有找到这个常用视图，它可能已被保存它的人删除。请在列表中重新选择条件。"""

    code = "VIEW_MISSING"


class ViewNotShareable(Forbidden):
    """常用视图只能与自己的岗位共享，请重新选择岗位。"""

    code = "VIEW_NOT_SHAREABLE"


@dataclass(frozen=True)
class View:
    """A saved view: ``filters`` are the pairs of the list's address."""

    id: str
    owner: str
    name: str
    list: str
    filters: Mapping[str, str]
    shared_role: str | None
    shared_place: str | None
    is_default: bool


def checked_name(name: str) -> str:
    """Return the name as it is kept; raise :class:`ViewNameMissing` for an empty or a very long one."""
    plain = " ".join("".join(letter for letter in name if letter.isprintable()).split())
    if not plain or len(plain) > LONGEST_NAME:
        raise ViewNameMissing
    return plain


def refuse_view(own: list[View], list: str, name: str) -> None:
    """Raise when a person with the views ``own`` may not save another one under ``name``."""
    if any((one.list, one.name) == (list, name) for one in own):
        raise ViewNameTaken(name=name)
    if len(own) >= MOST_VIEWS:
        raise TooManyViews
