"""工作日历: the days of a year, versions, drafts of the next one and what they do, confirming them."""

from __future__ import annotations

from typing import Any

from deadlines.law.rows import DayKind
from engine.oversight.supervision.yearly.queries import Line, lines, shares
from engine.process.clocks.queries import calendar_rows
from engine.process.clocks.rules import TITLES
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import ConfirmCalendar, DraftCalendar, DraftClosure, DraftUndo, DropDraft
from engine.process.clocks.yearly.handlers import what
from engine.process.clocks.yearly.queries import Draft, Version
from engine.process.clocks.yearly.rules import (
    KINDS,
    STATES,
    CalendarMoved,
    CalendarPreviewMissing,
    CalendarReasonMissing,
    CalendarRefused,
    CalendarSamePerson,
    CalendarSourceMissing,
    CalendarTextTooLong,
    CalendarUnchanged,
    CalendarYearFar,
    DraftMissing,
    DraftSettled,
    VersionMissing,
    VersionNotUndone,
)
from engine.process.tasks.yearly import missing
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import NotYourAction, may
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.groups import HOUSE
from web.api.schema import Schema, closed, day, flag, listed, maybe, moment, one_of, record, ref, text, whole
from web.api.shapes.common import PAGING, coded, links, moment_text, named, page_json, people
from web.numbers import whole_number

_DAY_KINDS = {str(DayKind.HOLIDAY): "放假", str(DayKind.MAKEUP): "调休上班", str(DayKind.LOCAL): "停止办公"}

SCHEMAS: dict[str, Schema] = {
    "CalendarYear": record(
        {
            "year": whole("年度"), "covered": flag("日历中有这一年"), "confirmed": flag("已公布，不是暂定"),
            "workdays": whole("全年工作日数"), "version": whole("现行版本"),
            "missing": maybe(whole("尚未登记放假安排的年度")),
            "days": listed(
                record({"day": day(), "is_workday": flag("上班"), **coded("kind", _DAY_KINDS), "name": text("名称"),
                        "source": text("依据")})
            ),
            "versions": listed(ref("CalendarVersion")),
        },
        about="一年的节假日、调休上班和停止办公",
    ),
    "CalendarVersion": record(
        {
            "version": whole("版本"), **coded("kind", KINDS, "种类"), "what": text("内容"), "source": text("依据"),
            **coded("drafted_by", about="起草人"), **coded("confirmed_by", about="确认人"), "at": moment("生效时间"),
        }
    ),
    "CalendarDraft": record(
        {
            "id": whole("草案编号"), **coded("state", STATES, "状态"), "what": text("内容"), "source": text("依据"),
            "base_version": whole("以第几版为准"), "version": maybe(whole("生效后的版本")),
            **coded("drafted_by", about="起草人"), "at": moment("起草时间"), "looked_at": whole("看过的时限个数"),
            "paused": whole("停表中的个数"), "moved": whole("改期的个数"), "settled": whole("不变、不再暂定的个数"),
            "counts": listed(record({"days": whole("移动天数，负数为提前"), "clocks": whole("时限个数")})),
            "departments": listed(
                record({"department": text("部门代号"), "moved": whole("改期"), "settled": whole("不再暂定")})
            ),
            "days": listed(record({"day": day(), "is_workday": flag("上班"), "name": text("名称")}), "改动的日期"),
            "links": ref("Links"),
        },
        about="工作日历草案及其影响",
    ),
    "CalendarDraftList": record({"drafts": listed(ref("CalendarDraft"))}),
    "CalendarClock": record(
        {
            "root": text("办件或登记编号"), **coded("kind", TITLES, "时限"), "before": day("现在的到期日"),
            "after": day("新的到期日"), "days": whole("移动天数"), "settled": flag("不再暂定"),
            "recomputed": flag("已重新计算"),
        }
    ),
    "CalendarClockList": record({"clocks": listed(ref("CalendarClock")), "page": ref("Page")}),
    "CalendarDraftBody": closed(
        record(
            {"kind": one_of({"notice": "年度放假安排", "closure": "停止办公", "undo": "撤销一版"}, "种类")},
            {
                "year": whole("年度（年度放假安排）", minimum=2000, maximum=2100),
                "text": text("通知全文，或逐行的“放假、上班”", maxLength=20_000),
                "source": text("通知的文号，或批准停止办公的文号", maxLength=120),
                "days": text("停止办公的日期，如 2026-07-20至2026-07-21", maxLength=400),
                "reason": text("停止办公的事由，或撤销的理由", maxLength=40),
                "version": whole("要撤销的版本", minimum=1, maximum=2**31 - 1),
            },
            "起草工作日历的改动",
        )
    ),
    "CalendarConfirmBody": closed(
        record({"base_version": whole("所见的现行版本", minimum=1, maximum=2**31 - 1)}, about="确认草案")
    ),
}  # fmt: skip


def read_calendar(call: Call) -> Reply:
    """Return the special days of a year and the versions."""
    with call.door.read(call.actor, action="calendar.see") as view:
        rows = [row for row in calendar_rows(view.connection) if row.day.year == call.query["year"]]
        found = queries.versions(view.connection)
        names = people(view, {account for one in found for account in (one.drafted_by, one.confirmed_by)})
        special = [row for row in rows if str(row.kind) in _DAY_KINDS]
        body = {
            "year": call.query["year"], "covered": bool(rows), "workdays": sum(row.is_workday for row in rows),
            "confirmed": bool(rows) and all(row.status == "confirmed" for row in rows),
            "version": queries.current_version(view.connection), "missing": missing(view),
            "days": [
                {"day": row.day.isoformat(), "is_workday": row.is_workday, **named("kind", str(row.kind), _DAY_KINDS),
                 "name": row.name, "source": row.source}
                for row in special
            ],
            "versions": [_version_json(one, names) for one in found],
        }  # fmt: skip
    return Reply(body)


def list_drafts(call: Call) -> Reply:
    """Return the drafts, newest first; whoever neither drafts nor confirms is given those in force."""
    with call.door.read(call.actor, action="calendar.see") as view:
        states = () if _seen(view) else ("confirmed",)
        return Reply({"drafts": [_draft_json(view, one) for one in queries.drafts(view.connection, states=states)]})


def read_draft(call: Call, draft_id: str) -> Reply:
    """Return one draft and what it does."""
    with call.door.read(call.actor, action="calendar.see") as view:
        return Reply(_draft_json(view, _draft(view, draft_id)))


def list_draft_clocks(call: Call, draft_id: str) -> Reply:
    """Return a page of the limits a draft touches."""
    with call.door.read(call.actor, action="calendar.see") as view:
        draft = _draft(view, draft_id)
        offset, limit = call.query["offset"], call.query["limit"]
        found = lines(view.connection, draft.id, draft.version, offset=offset, limit=limit)
        total = sum(count for _, count in queries.moved_counts(view.connection, draft.id))
    told = [_line_json(one) for one in found]
    return Reply({"clocks": told, "page": page_json(call, total, f"/calendar/drafts/{draft.id}/clocks")})


def draft_calendar(call: Call) -> Reply:
    """Draft a year's arrangement, a closure, or that a version is taken back."""
    body = {"year": 0, "text": "", "source": "", "days": "", "reason": "", "version": 0, **call.body}
    if body["kind"] == "closure":
        closure = DraftClosure(days=body["days"], reason=body["reason"], document_no=body["source"])
        return _drafted(call, call.door.execute(closure, call.actor, key=call.key))
    if body["kind"] == "undo":
        undo = DraftUndo(version=body["version"], reason=body["reason"])
        return _drafted(call, call.door.execute(undo, call.actor, key=call.key))
    notice = DraftCalendar(year=body["year"], text=body["text"], source=body["source"])
    return _drafted(call, call.door.execute(notice, call.actor, key=call.key))


def confirm_draft(call: Call, draft_id: str) -> Reply:
    """Put a draft in force, as another person than its drafter."""
    command = ConfirmCalendar(draft_id=_number(draft_id), base_version=call.body["base_version"])
    return _drafted(call, call.door.execute(command, call.actor, key=call.key))


def drop_draft(call: Call, draft_id: str) -> Reply:
    """Drop a draft."""
    return _drafted(call, call.door.execute(DropDraft(draft_id=_number(draft_id)), call.actor, key=call.key))


def _drafted(call: Call, outcome: Any) -> Reply:
    with call.door.read(call.actor, action="calendar.see") as view:
        return Reply(_draft_json(view, queries.draft_of(view.connection, outcome["draft"])))


def _seen(view: Reading) -> bool:
    return may(view.actor, "calendar.draft") or may(view.actor, "calendar.confirm")


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise DraftMissing(id=text[:20])
    return number


def _draft(view: Reading, text: str) -> Draft:
    found = queries.draft_of(view.connection, _number(text))
    if found.state != "confirmed" and not _seen(view):
        raise DraftMissing(id=found.id)
    return found


def _version_json(one: Version, names: dict[str, str]) -> dict[str, Any]:
    return {
        "version": one.version, **named("kind", one.kind, KINDS), "what": what(one), "source": one.source,
        **named("drafted_by", one.drafted_by, names), **named("confirmed_by", one.confirmed_by, names),
        "at": moment_text(one.at),
    }  # fmt: skip


def _draft_json(view: Reading, one: Draft) -> dict[str, Any]:
    counts = queries.moved_counts(view.connection, one.id)
    special = [kept.row for kept in one.days if kept.row.name or str(kept.row.kind) in _DAY_KINDS]
    return {
        "id": one.id, **named("state", one.state, STATES), "what": what(one), "source": one.source,
        "base_version": one.base_version, "version": one.version,
        **named("drafted_by", one.drafted_by, {one.drafted_by: one.drafted_name}), "at": moment_text(one.at),
        "looked_at": one.looked_at, "paused": one.paused, "moved": sum(count for days, count in counts if days),
        "settled": dict(counts).get(0, 0), "counts": [{"days": days, "clocks": count} for days, count in counts],
        "departments": [
            {"department": part.department, "moved": part.moved, "settled": part.settled}
            for part in shares(view.connection, one.id)
        ],
        "days": [{"day": row.day.isoformat(), "is_workday": row.is_workday, "name": row.name} for row in special],
        "links": links(self=f"/calendar/drafts/{one.id}", clocks=f"/calendar/drafts/{one.id}/clocks"),
    }  # fmt: skip


def _line_json(one: Line) -> dict[str, Any]:
    moved = one.moved
    return {
        "root": moved.root_id.partition(":")[2], **named("kind", moved.kind, TITLES),
        "before": moved.before.isoformat(), "after": moved.after.isoformat(), "days": moved.days,
        "settled": moved.settled, "recomputed": one.done,
    }  # fmt: skip


_YEAR = (Parameter("year", whole(minimum=2000, maximum=2100), "年度", 2026),)
_DRAFTING = (
    NotYourAction, CalendarRefused, CalendarTextTooLong, CalendarSourceMissing, CalendarReasonMissing,
    CalendarUnchanged, CalendarYearFar, VersionMissing, VersionNotUndone,
)  # fmt: skip

OPERATIONS = (
    Operation(
        "read_calendar", "GET", "/v1/calendar", "oversight", "一年的工作日历", read_calendar, ref("CalendarYear"),
        query=_YEAR, refusals=(NotYourAction,),
    ),
    Operation(
        "list_drafts", "GET", "/v1/calendar/drafts", "oversight", "工作日历草案", list_drafts,
        ref("CalendarDraftList"), refusals=(NotYourAction,),
    ),
    Operation(
        "draft_calendar", "POST", "/v1/calendar/drafts", "oversight", "起草工作日历的改动", draft_calendar,
        ref("CalendarDraft"), status=201, body=ref("CalendarDraftBody"), refusals=(*_DRAFTING, *HOUSE),
    ),
    Operation(
        "read_draft", "GET", "/v1/calendar/drafts/{draft_id}", "oversight", "一份草案及其影响", read_draft,
        ref("CalendarDraft"), refusals=(NotYourAction, DraftMissing),
    ),
    Operation(
        "list_moved_limits", "GET", "/v1/calendar/drafts/{draft_id}/clocks", "oversight", "草案改动的时限",
        list_draft_clocks, ref("CalendarClockList"), query=PAGING, refusals=(NotYourAction, DraftMissing),
    ),
    Operation(
        "confirm_draft", "POST", "/v1/calendar/drafts/{draft_id}/confirm", "oversight", "确认草案",
        confirm_draft, ref("CalendarDraft"), body=ref("CalendarConfirmBody"),
        refusals=(
            NotYourAction, DraftMissing, DraftSettled, CalendarSamePerson, CalendarMoved, CalendarPreviewMissing,
            *HOUSE,
        ),
    ),
    Operation(
        "drop_draft", "POST", "/v1/calendar/drafts/{draft_id}/drop", "oversight", "作废草案", drop_draft,
        ref("CalendarDraft"), refusals=(NotYourAction, DraftMissing, DraftSettled, *HOUSE),
    ),
)  # fmt: skip
