"""The Chinese sentences of the explanation of a clock in working hours, to the minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from deadlines.law.ledger import CalendarChange
from deadlines.law.saying import late_words
from deadlines.law.sentences import changed, days_changed
from deadlines.law.wording import amount_text, minute_text, span_of_time

_OPEN = "到期时间待恢复计时后确定"


def start_line(at: datetime, quota: int, office: tuple[time, time], due: datetime | None) -> str:
    """Say from which minute the clock counts, which hours, and when it ends if nothing else happens."""
    hours = f"{office[0]:%H:%M}至{office[1]:%H:%M}"
    return f"自{minute_text(at)}起算，期限{amount_text(quota, 'wh')}（只计工作日{hours}），{_due(due)}。"


def pause_line(at: datetime, reason: str, document: str, due: datetime | None) -> str:
    """Say that the clock stands still, why, and on which document."""
    why = "，".join(part for part in (reason, document) if part)
    note = f"（{why}）" if why else ""
    effect = "期限已满，到期时间不变" if due is not None else f"停表期间不计入期限，{_OPEN}"
    return f"{minute_text(at)}停表{note}，{effect}。"


def resume_line(at: datetime, left_out: timedelta, due: datetime | None) -> str:
    """Say how much business time more is left out now and when the clock ends."""
    if due is None:
        return f"{minute_text(at)}恢复计时；另有停表尚未恢复，{_OPEN}。"
    return f"{minute_text(at)}恢复计时，不计入{span_of_time(left_out)}，{_due(due)}。"


def extend_line(hours: int, reason: str, due: datetime | None) -> str:
    """Say by how much the quota grew and why."""
    why = f"（{reason}）" if reason else ""
    return f"经批准延长{amount_text(hours, 'wh')}{why}，{_due(due)}。"


def change_line(change: CalendarChange, anchor: date, before: datetime | None, after: datetime | None) -> str:
    """Say what a change of the calendar did to the minute on which the clock falls due."""
    if before is None or after is None:
        return f"{changed(change)}，{_OPEN}。"
    said = changed(change) + days_changed(change, anchor, max(before, after).date())
    if before == after:
        return f"{said}，到期时间仍为{minute_text(after)}。"
    return f"{said}，到期时间由{minute_text(before)}改为{minute_text(after)}。"


def stop_line(at: datetime, late: timedelta | None) -> str:
    """Say when the clock ended and by how much business time it was late; None: in time."""
    balance = "按期完成" if late is None else late_words(late)
    return f"{minute_text(at)}终止计时，{balance}。"


def _due(due: datetime | None) -> str:
    return _OPEN if due is None else f"到期时间为{minute_text(due)}"
