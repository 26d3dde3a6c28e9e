"""The Chinese sentences of the explanation, one function per kind of line; the meter decides, these only say."""

from __future__ import annotations

from datetime import date

from deadlines.law.calendar import Calendar
from deadlines.law.ledger import CalendarChange, Extend, Pause, Start, Stop, Unit
from deadlines.law.saying import overdue_words
from deadlines.law.wording import amount_text, day_text, span_text


def due_words(due: date | None, anchor: date, calendar: Calendar) -> str:
    """Return the clause that names the date, or says that it is open."""
    if due is None:
        return "到期日待恢复计时后确定"
    return f"到期日为{date_words(due, anchor, calendar)}"


def date_words(due: date, anchor: date, calendar: Calendar) -> str:
    """Return the date, marked 暂定 if counting to it touches an unpublished year."""
    return day_text(due) + ("（暂定）" if calendar.is_provisional(anchor, due) else "")


def special_days(after: date, through: date | None, unit: Unit, calendar: Calendar) -> str:
    """Return why the calendar makes (``after``, ``through``] longer or shorter; nothing for calendar days."""
    if through is None or unit == "cd":
        return ""
    runs = calendar.specials(after, through)
    rests = [f"{run.name}（{span_text(run.first, run.last)}）" for run in runs if not run.worked]
    works = [span_text(run.first, run.last) for run in runs if run.worked]
    said = f"；其间{'、'.join(rests)}休息，不计入" if rests else ""
    return said + (f"；{'、'.join(works)}调休上班，计入" if works else "")


def start_line(start: Start, due: str, special: str) -> str:
    """Say where the clock starts and when it ends if nothing else happens."""
    if start.quota == 0:
        return f"自{day_text(start.on)}起算，当日业务结束前办结，{due}{special}。"
    amount = amount_text(start.quota, start.unit)
    return f"自{day_text(start.on)}起算，当日不计入、次日起算，期限{amount}，{due}{special}。"


def pause_line(pause: Pause, due: date | None) -> str:
    """Say that the clock stands still, why, and on which document."""
    why = "，".join(part for part in (pause.reason, pause.document) if part)
    note = f"（{why}）" if why else ""
    effect = "期限已满，到期日不变" if due is not None else "停表期间不计入期限，到期日待恢复计时后确定"
    return f"{day_text(pause.on)}停表{note}，{effect}。"


def resume_line(on: date, gap: tuple[date, date] | None, effect: str) -> str:
    """Say which days the ended pause leaves out (``gap``) and to what effect."""
    said = f"，{span_text(*gap)}停表" if gap is not None else ""
    return f"{day_text(on)}恢复计时{said}{effect}。"


def resume_effect(delta: int, unit: Unit, due: str, moved_to: str) -> str:
    """Say how many days more are left out now and the date that gives; ``moved_to`` is the date alone."""
    if not moved_to:
        return f"；另有停表尚未恢复，{due}"
    if delta == 0:
        return f"，不另增加不计入的日数，{due}"
    return f"，不计入{amount_text(delta, unit)}，到期日顺延至{moved_to}"


def extend_line(extension: Extend, unit: Unit, due: str) -> str:
    """Say by how much the quota grew and why."""
    why = f"（{extension.reason}）" if extension.reason else ""
    return f"经批准延长{amount_text(extension.days, unit)}{why}，{due}。"


def change_line(change: CalendarChange, anchor: date, before: date | None, after: date | None, moved_to: str) -> str:
    """Say which days of the count the calendar changed and what that did to the date (``moved_to``)."""
    if before is None or after is None:
        return f"{changed(change)}，到期日待恢复计时后确定。"
    said = changed(change) + days_changed(change, anchor, max(before, after))
    if before == after:
        return f"{said}，到期日仍为{moved_to}。"
    return f"{said}，到期日由{day_text(before)}改为{moved_to}。"


def changed(change: CalendarChange) -> str:
    """Say that the calendar has another version, since when and why."""
    why = f"（{change.reason}）" if change.reason else ""
    return f"{day_text(change.on)}工作日历调整为第{change.version}版{why}"


def days_changed(change: CalendarChange, anchor: date, until: date) -> str:
    """Say which days of (``anchor``, ``until``] the change closed or opened; nothing when it touched none."""
    closed = "、".join(day_text(day) for day in change.closed if anchor < day <= until)
    opened = "、".join(day_text(day) for day in change.opened if anchor < day <= until)
    return (f"，{closed}改为休息" if closed else "") + (f"，{opened}改为上班" if opened else "")


def roll_line(raw: date, moved_to: str, name: str) -> str:
    """Say that the last day was a day off and where it moved (民法典 203)."""
    why = f"（{name}）" if name else ""
    return f"期限的最后一日{day_text(raw)}不是可办理的工作日{why}，顺延至{moved_to}。"


def stop_line(stop: Stop, left: int, unit: Unit, due: date | None) -> str:
    """Say when the clock ended and how many days were left then, or by how many it was overdue (negative)."""
    why = f"（{stop.reason}）" if stop.reason else ""
    # On the days off after a due date nothing of the unit has gone by, and the clock is overdue all the same.
    late = due is not None and stop.on > due
    balance = overdue_words(-left, unit) if late else f"剩余{amount_text(left, unit)}"
    return f"{day_text(stop.on)}终止计时{why}，{balance}。"
