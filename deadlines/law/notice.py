"""The sentence of a notice about a deadline, in pieces that a template may also use one by one."""

from __future__ import annotations

from deadlines.law.reckoning import Excluded, Reckoning
from deadlines.law.wording import amount_text, counted_in, day_text, span_text


def notice_pieces(reckoning: Reckoning) -> tuple[str, ...]:
    """Return the pieces: from when, how long, what was added, what is left out, until when or what remains."""
    start = reckoning.start
    pieces = [f"自{day_text(start.on)}起", amount_text(start.quota, start.unit) if start.quota else "当日办结"]
    if reckoning.extended:
        pieces.append(f"经批准延长{amount_text(reckoning.extended, start.unit)}")
    pieces += [_excluded(days, reckoning) for days in reckoning.excluded]
    if reckoning.due is None:
        pieces.append(f"剩余{amount_text(reckoning.left, counted_in(start.unit))}自恢复计时的次日起继续计算")
    else:
        mark = "（暂定，待相应年度放假安排公布后重新计算）" if reckoning.provisional else ""
        pieces.append(f"至{day_text(reckoning.due)}止{mark}")
    return tuple(pieces)


def notice_sentence(reckoning: Reckoning) -> str:
    """Return the pieces as one sentence: 自2026年3月2日起，10个工作日，扣除…，至2026年3月26日止。"""
    return "，".join(notice_pieces(reckoning)) + "。"


def _excluded(days: Excluded, reckoning: Reckoning) -> str:
    why = f"（{'、'.join(days.reasons)}）" if days.reasons else ""
    if days.last is None:
        return f"{day_text(days.first)}起停表{why}"
    return f"扣除{span_text(days.first, days.last)}停表{why}{amount_text(days.days, counted_in(reckoning.start.unit))}"
