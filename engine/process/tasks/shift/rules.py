"""Who may take over what: pure."""

from __future__ import annotations

from engine.foundation.errors import Conflict, Invalid, Refusal
from engine.foundation.store.unit import Actor
from engine.process.tasks.rules import Task, TaskNotYours
from engine.registry.identity.rules import ROLES, may_take, refuse_double_part


class HandOverToSelf(Invalid):
    """请选择接班的同事，不能交给自己。"""

    code = "HAND_OVER_TO_SELF"


class NothingToHandOver(Conflict):
    """您手中没有可以交接的待办。请刷新页面查看。"""

    code = "NOTHING_TO_HAND_OVER"


def why_not(task: Task, other: Actor, part: str | None, played: frozenset[str]) -> str:
    """Return why ``other`` cannot take the task over, or an empty text.

    ``part`` is what completing it makes a person in the case, ``played`` what that natural person has been already.
    """
    try:
        if not may_take(other, task.role, task.department):
            raise TaskNotYours(name=task.name, role=ROLES.get(task.role, task.role))
        refuse_double_part(played, part)
    except Refusal as refusal:
        return refusal.sentence
    return ""
