"""How often the applicant of an uncollected result is reminded: pure."""

from __future__ import annotations

from engine.foundation.errors import Conflict, Invalid


class NotUncollected(Conflict):
    """本件的结果不在窗口待领，无需催领。请刷新催领清单。"""

    code = "NOT_UNCOLLECTED"


class ChaseNoteMissing(Invalid):
    """请写明催领情况（至少 4 个字），例如电话接通与否、约定何时来领。"""

    code = "CHASE_NOTE_MISSING"


def another(done: int, most: int) -> bool:
    """Tell whether the house reminds once more after ``done`` reminders of its own: ``most`` in all."""
    return done < most
