"""How often the applicant of an uncollected result is reminded: pure."""

from __future__ import annotations

from engine.foundation.errors import Conflict, Invalid


class NotUncollected(Conflict):
    """本件的结果不在窗口待领，无需催领。请刷新催领清单。"""

    code = "NOT_UNCOLLECTED"


class ChaseNoteMissing(Invalid):
    """请写明催领情况（至少 4 个字），例如电话接通与否、约定何时来领。"""

    code = "CHASE_NOTE_MISSING"


class TooEarlyToReturn(Conflict):
    """已催领 {done} 次，满 {most} 次仍无人领取的，才能退回业务主管部门保管。请先催领并登记情况（6.3.2）。"""

    code = "TOO_EARLY_TO_RETURN"


class ReturnReasonMissing(Invalid):
    """请写明退回保管的理由（至少 4 个字），例如各次催领的情况，理由会写入过程记录。"""

    code = "RETURN_REASON_MISSING"


def refuse_return(chases: int, most: int, reason: str) -> None:
    """Raise unless a result was chased ``most`` times and there is a reason to have the department keep it."""
    if chases < most:
        raise TooEarlyToReturn(done=chases, most=most)
    if len(reason.strip()) < 4:
        raise ReturnReasonMissing


def another(done: int, most: int) -> bool:
    """Tell whether the house reminds once more after ``done`` reminders of its own: ``most`` in all."""
    return done < most
