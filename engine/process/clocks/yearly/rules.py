"""What a version of the calendar makes of the days, who may confirm it, and what is refused: pure.

A day that the centre has closed lies over the national row of the same day; a notice changes what lies beneath, and
taking the closure back brings that to light again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from deadlines.law.arrangement_text import plain
from deadlines.law.errors import ClosureEmpty
from deadlines.law.rows import DayKind, DayRow, Status, parse_day
from engine.foundation.errors import Conflict, Forbidden, Invalid, NotFound

NOTICE: Final = "notice"
LOCAL: Final = "local"
UNDO: Final = "undo"
SEED: Final = "seed"

KINDS: Mapping[str, str] = {SEED: "建库", NOTICE: "年度安排", LOCAL: "停止办公", UNDO: "撤销"}
"""What a version is, in words."""

STATES: Mapping[str, str] = {
    "previewing": "正在推算", "ready": "待确认", "confirmed": "已确认", "dropped": "已作废"
}  # fmt: skip

MOST_DAYS: Final = 400
"""No range of days is read any further."""

LONGEST: Final = 20_000
"""A notice is about a thousand characters; more is not one."""


class CalendarRefused(Invalid):
    """{sentence}请改正后重新提交。"""

    code = "CALENDAR_REFUSED"


class CalendarTextTooLong(Invalid):
    """放假安排超过 {most} 字，请只粘贴通知正文。"""

    code = "CALENDAR_TEXT_TOO_LONG"


class CalendarSourceMissing(Invalid):
    """请填写依据的文号（120 字以内），例如“国办发明电〔2026〕5号”。"""

    code = "CALENDAR_SOURCE_MISSING"


class CalendarReasonMissing(Invalid):
    """请填写事由（40 字以内），例如“暴雨红色预警，全市停止办公”。"""

    code = "CALENDAR_REASON_MISSING"


class CalendarUnchanged(Conflict):
    """工作日历现在就是这样，没有需要改动的日期。请核对年度和日期。"""

    code = "CALENDAR_UNCHANGED"


class CalendarYearFar(Invalid):
    """只能登记 {first} 年至 {last} 年的安排，请核对年度。"""

    code = "CALENDAR_YEAR_FAR"


class DraftMissing(NotFound):
    """没有编号为 {id} 的工作日历草案，请刷新页面后核对编号。"""

    code = "CALENDAR_DRAFT_MISSING"


class VersionMissing(NotFound):
    """工作日历没有第 {version} 版，请刷新页面后核对。"""

    code = "CALENDAR_VERSION_MISSING"


class DraftSettled(Conflict):
    """工作日历草案 {id} {state}，不能再办理。请刷新页面。"""

    code = "CALENDAR_DRAFT_SETTLED"


class CalendarSamePerson(Forbidden):
    """起草和确认不能是同一个人（4.1.8），请由另一人确认。"""

    code = "CALENDAR_SAME_PERSON"


class CalendarMoved(Conflict):
    """草案以第 {base} 版工作日历为准，现在已是第 {current} 版，推算的结果不再可靠。请作废后重新起草。"""

    code = "CALENDAR_MOVED"


class CalendarPreviewMissing(Conflict):
    """草案 {id} 对在办件的影响还没有推算完，推算完成后才能确认。请稍后刷新。"""

    code = "CALENDAR_PREVIEW_MISSING"


class VersionNotUndone(Conflict):
    """第 {version} 版不能撤销：{why}。请核对版本号。"""

    code = "CALENDAR_VERSION_NOT_UNDONE"


@dataclass(frozen=True, slots=True)
class Kept:
    """A day as kept: the row in force, and the national one beneath it where the centre has closed the day."""

    row: DayRow
    beneath: DayRow | None = None

    @property
    def national(self) -> DayRow:
        """The row by the State Council's notice or the law."""
        return self.row if self.beneath is None else self.beneath


Days = Mapping[date, Kept]


def after_notice(days: Days, changed: Iterable[DayRow]) -> list[Kept]:
    """Return the days that the national rows ``changed`` make different; a closed day stays closed."""
    found = []
    for row in changed:
        old = days.get(row.day)
        if old is None or old.beneath is None:
            found.append(Kept(row))
        else:
            found.append(Kept(replace(old.row, status=row.status), row))
    return found


def after_closure(days: Days, closed: Iterable[DayRow]) -> list[Kept]:
    """Return the days ``closed`` with what lies beneath them."""
    return [Kept(row, days[row.day].national) for row in closed]


def after_undo(days: Days, changes: Sequence[tuple[Kept | None, Kept]], version: int) -> list[Kept]:
    """Return the days as they would be without ``changes`` (before, after) of ``version``.

    A closure gives the day back to what lies beneath it now; a notice is taken back only as long as no later version
    has touched its days.  Raises :class:`VersionNotUndone`.
    """
    found = []
    for before, after in changes:
        now = days[after.row.day]
        if after.row.kind == DayKind.LOCAL and after.beneath is not None:
            if now.row.kind != DayKind.LOCAL or now.row.source != after.row.source or now.beneath is None:
                raise VersionNotUndone(version=version, why=f"{after.row.day} 已经不是这一版登记的停止办公日")
            found.append(Kept(now.beneath))
        elif before is None:
            raise VersionNotUndone(version=version, why=f"{after.row.day} 此前不在工作日历内，撤销后在办件将无法计算")
        elif now != after:
            raise VersionNotUndone(version=version, why=f"{after.row.day} 又被以后的版本改动，请先撤销以后的版本")
        else:
            found.append(before)
    return found


def day_body(kept: Kept) -> dict[str, Any]:
    """Return a day as JSON."""
    body = _body(kept.row)
    return body if kept.beneath is None else {**body, "beneath": _body(kept.beneath)}


def day_from(body: Mapping[str, Any]) -> Kept:
    """Return the day of :func:`day_body`."""
    beneath = body.get("beneath")
    return Kept(_row(body), None if beneath is None else _row(beneath))


def checked_text(text: str) -> str:
    """Return the pasted text; raise :class:`CalendarTextTooLong`."""
    if len(text) > LONGEST:
        raise CalendarTextTooLong(most=LONGEST)
    return text.strip()


def checked_source(source: str) -> str:
    """Return the number of the document; raise :class:`CalendarSourceMissing`."""
    said = " ".join(source.split())
    if not 2 <= len(said) <= 120:
        raise CalendarSourceMissing
    return said


def checked_reason(reason: str) -> str:
    """Return why the windows are closed, as the calendar will name the day; raise :class:`CalendarReasonMissing`."""
    said = " ".join(reason.split())
    if not 2 <= len(said) <= 40:
        raise CalendarReasonMissing
    return said


def read_days(text: str) -> list[date]:
    """Return the days written ``2026-07-20`` or ``2026-07-20至2026-07-21``, apart by commas, blanks or lines.

    Raises ``BadDate`` and ``ClosureEmpty`` of the law.
    """
    found: list[date] = []
    for part in re.split(r"[,、;\s]+", re.sub(r"\s*(?:至|到|\.\.|~)\s*", "至", plain(text)).strip()):
        if not part:
            continue
        first, _, last = part.partition("至")
        begin = parse_day(first)
        end = parse_day(last) if last else begin
        if end < begin:
            raise ClosureEmpty
        length = min((end - begin).days, MOST_DAYS)
        found += [begin + timedelta(days=n) for n in range(length + 1)]
    if not found:
        raise ClosureEmpty
    return found


def refuse_same_person(drafted: str, confirms: str) -> None:
    """Raise :class:`CalendarSamePerson` when who drafted confirms (natural persons, not accounts)."""
    if drafted == confirms:
        raise CalendarSamePerson


def _body(row: DayRow) -> dict[str, Any]:
    return {
        "day": row.day.isoformat(), "is_workday": row.is_workday, "kind": str(row.kind), "name": row.name,
        "source": row.source, "status": str(row.status),
    }  # fmt: skip


def _row(body: Mapping[str, Any]) -> DayRow:
    return DayRow(
        day=date.fromisoformat(body["day"]), is_workday=body["is_workday"], kind=DayKind(body["kind"]),
        name=body["name"], status=Status(body["status"]), source=body["source"],
    )  # fmt: skip
