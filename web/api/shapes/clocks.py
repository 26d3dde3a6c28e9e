"""A clock: as its case tells it, and whole, with its days, its grounds and its documents."""

from __future__ import annotations

from typing import Any

from deadlines.law.daybook import MARKS, BookDay, Span
from deadlines.law.daywords import spans_text
from deadlines.law.ladder import LABELS
from deadlines.law.reckoning import Line
from engine.casework.cases.clockbook import CaseClock
from engine.process.clocks.ledgers import ClockView
from engine.process.clocks.rules import TITLES
from web.api.schema import Schema, day, flag, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.common import coded, day_text, links, moment_text

_LINE: dict[str, Schema] = {
    "date": day("日期"), "sentence": text("说明"), "delta": whole("增减的天数"),
    "due_after": maybe(day("之后的到期日")),
}  # fmt: skip
_UNITS = {"wd": "工作日", "cd": "自然日", "month": "月", "wh": "工作小时"}

CLOCK: dict[str, Schema] = {
    "id": text("时钟编号"),
    "kind": one_of(TITLES),
    "title": text("名称"),
    "state": one_of({"running": "计时", "paused": "停表", "stopped": "停止", "fired": "届满已触发"}),
    "unit": one_of(_UNITS),
    "quota": whole("期限"),
    "started_on": day("起算日（当日不计入）"),
    "due_on": maybe(day("到期日")),
    "provisional": flag("暂定：日历尚未公布"),
    "used": whole("已用"),
    "left": whole("剩余；超期为负"),
    "stopped_on": maybe(day("停止日")),
    **coded("standing", LABELS, "状况"),
    "overdue": whole("超期天数"),
    "lines": listed(record(_LINE), "逐行说明到期日怎样算出"),
}
"""What a case tells of each of its clocks."""

_RUN: dict[str, Schema] = {
    "first": day("第一日"), "last": day("最后一日"), **coded("mark", MARKS, "怎样计"), "days": whole("几日"),
    "minutes": whole("业务时间，分钟（按工作小时计的时限）"), "why": text("原因：周末、节假日、停止办公、停表事由"),
}  # fmt: skip

CLOCKS: dict[str, Schema] = {
    "DaySpan": record(_RUN, about="连续的日子"),
    "CountedDay": record(
        {
            "date": day("日期"), **coded("mark", MARKS, "怎样计"), "counted": flag("是否计入"),
            "number": maybe(whole("计到这一日的日数；按工作小时计的，是分钟数；不计入的为空")),
            "minutes": whole("当日计入的分钟（按工作小时计的时限）"), "why": text("不计入的原因，或者“调休上班”"),
        },
        about="逐日计数的一日",
    ),
    "CaseClock": record(
        {
            **{key: schema for key, schema in CLOCK.items() if key != "lines"},
            "key": text("种类和第几次，例如 commitment.1"),
            "words": text("状况的用语，与页面相同"),
            "due_at": maybe(moment("到期的时间（按工作小时计的时限）")),
            "amount": text("期限的用语，包括批准的延长"),
            "extended": whole("批准延长的数量"),
            "anchor": text("自何时起算"),
            "anchor_clause": text("起算的条款"),
            "source": text("期限的来源"),
            "counting": text("计算方法和条款"),
            "pausing": text("停表首尾日的计法；没有停表的为空"),
            "calendar_version": whole("按工作日历第几版计算"),
            "documents": listed(
                record({"id": text("文书标识"), "title": text("名称"), "number": text("文号"), "links": ref("Links")}),
                "停表、延期依据的文书",
            ),
            "lines": listed(
                record(
                    {
                        **_LINE, "counted": text("本行之后计入和不计入的日子，用语与页面相同"),
                        "spans": listed(ref("DaySpan"), "本行之后的日子，到下一行为止"),
                    }
                ),
                "逐行说明",
            ),
            "excluded": listed(ref("DaySpan"), "不计入的日子"),
            "days": listed(ref("CountedDay"), "起算次日起逐日（按工作小时计的，自起算当日起）"),
            "links": ref("Links"),
        },
        about="时限的台账，逐日",
    ),
    "ClockList": record({"case_no": text("办件编号"), "clocks": listed(ref("CaseClock"))}),
}  # fmt: skip


def clock_json(one: ClockView) -> dict[str, Any]:
    """Return a clock as the case itself tells it."""
    row, found = one.row, one.reckoning
    return {
        "id": row.id,
        "kind": row.kind,
        "title": one.title,
        "state": row.state,
        "unit": found.start.unit,
        "quota": found.start.quota,
        "started_on": day_text(found.start.on),
        "due_on": day_text(row.due_on),
        "provisional": row.provisional,
        "used": found.used,
        "left": found.left,
        "stopped_on": day_text(row.stopped_on),
        "standing": one.standing.word,
        "standing_name": one.standing.label,
        "overdue": one.standing.overdue,
        "lines": [_line(line) for line in found.ledger],
    }


def case_clock_json(one: CaseClock) -> dict[str, Any]:
    """Return a clock whole."""
    book = one.book
    row, found = book.view.row, book.view.reckoning
    path = f"/cases/{row.root_id.removeprefix('case:')}"
    return {
        **clock_json(book.view),
        "key": one.key,
        "words": book.words,
        "due_at": moment_text(row.due_at),
        "amount": one.amount,
        "extended": found.extended,
        "anchor": one.ground.anchor,
        "anchor_clause": one.ground.clause,
        "source": one.ground.source,
        "counting": one.counting,
        "pausing": one.pausing,
        "calendar_version": found.calendar_version,
        "documents": [
            {"id": paper.id, "title": paper.title, "number": paper.number,
             "links": links(self=f"{path}/documents/{paper.id}?format=json", pdf=f"{path}/documents/{paper.id}")}
            for paper in one.documents
        ],
        "lines": [
            {**_line(line), "counted": spans_text(parts, found.start.unit, line.date.year),
             "spans": [_run(part) for part in parts]}
            for line, parts in book.lines
        ],
        "excluded": [_run(part) for part in book.excluded],
        "days": [_day(each) for each in book.days],
        "links": links(self=f"{path}/clocks/{one.key}", case=path),
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    return {
        "date": day_text(line.date),
        "sentence": line.sentence,
        "delta": line.delta,
        "due_after": day_text(line.due_after),
    }


def _run(one: Span) -> dict[str, Any]:
    return {
        "first": day_text(one.first), "last": day_text(one.last), "mark": one.mark, "mark_name": MARKS[one.mark],
        "days": one.days, "minutes": one.minutes, "why": one.why,
    }  # fmt: skip


def _day(one: BookDay) -> dict[str, Any]:
    return {
        "date": day_text(one.day), "mark": one.mark, "mark_name": MARKS[one.mark], "counted": one.used,
        "number": one.number, "minutes": one.minutes, "why": one.why,
    }  # fmt: skip
