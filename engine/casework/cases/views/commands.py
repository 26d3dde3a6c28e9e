"""Saving and dropping views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class SaveView(Command):
    """保存常用视图: keep the question of a list under a name."""

    action: ClassVar[str] = "session.own"
    name: str
    list: str
    filters: Mapping[str, str]
    shared_role: str = ""
    shared_place: str = ""
    """The role and its department with whose holders the view is shared; both empty for nobody."""
    is_default: bool = False


@dataclass(frozen=True, kw_only=True)
class DropView(Command):
    """删除常用视图."""

    action: ClassVar[str] = "session.own"
    id: str
