"""What the law of time refuses: a code and a Chinese sentence that also says what to do.

The package is a leaf and may not know the engine's refusals; callers above translate ``LawError`` by its
``code`` and ``sentence``.
"""

from __future__ import annotations

from typing import Any, ClassVar


class LawError(ValueError):
    """时限计算未能完成，请核对输入后重试。"""

    code: ClassVar[str] = "DEADLINE_REFUSED"

    def __init__(self, **fields: Any) -> None:
        """Fill the class's sentence with ``fields``."""
        self.fields = fields
        self.sentence = (type(self).__doc__ or "").strip().format(**fields)
        super().__init__(self.sentence)


class CalendarNotCovered(LawError):
    """{wanted}超出工作日历范围（现有{first}至{last}），请先导入相应年度的放假安排。"""

    code = "CALENDAR_NOT_COVERED"


class CalendarBroken(LawError):
    """工作日历数据有误：{problem}，请改正日历表后重新导入。"""

    code = "CALENDAR_BROKEN"


class StartMissing(LawError):
    """时限台账应当有且只有一条起算记录，现有{count}条，请先更正台账。"""

    code = "START_MISSING"


class StopRepeated(LawError):
    """时限台账最多只能有一条终止记录，现有{count}条，请先更正台账。"""

    code = "STOP_REPEATED"


class EntryBeforeStart(LawError):
    """{what}日期{on}早于起算日{start}，请核对日期。"""

    code = "ENTRY_BEFORE_START"


class EntryAfterStop(LawError):
    """{what}日期{on}晚于终止日{stop}，时限已经终止，不能再登记；请核对日期。"""

    code = "ENTRY_AFTER_STOP"


class PauseAlreadyOpen(LawError):
    """{on}的停表与尚未恢复的停表重复，请先恢复前一次停表，或另编停表号。"""

    code = "PAUSE_ALREADY_OPEN"


class ResumeWithoutPause(LawError):
    """{on}的恢复找不到对应的停表，请核对停表记录。"""

    code = "RESUME_WITHOUT_PAUSE"


class BadDate(LawError):
    """日期“{text}”不正确，请按“2026-03-02”的格式填写实际存在的日期。"""

    code = "BAD_DATE"


class BadDays(LawError):
    """天数“{text}”不正确，请填写{least}至{most}之间的整数。"""

    code = "BAD_DAYS"


class BadUnit(LawError):
    """时限单位“{text}”不正确，请填写 wd（工作日）或 cd（自然日）。"""

    code = "BAD_UNIT"


class BadPause(LawError):
    """停表区间“{text}”不正确，请按“2026-03-06..2026-03-18”填写；尚未恢复的写成“2026-03-06..”。"""

    code = "BAD_PAUSE"


class PauseEndsEarly(LawError):
    """停表的恢复日{end}早于停表日{begin}，请核对日期。"""

    code = "PAUSE_ENDS_EARLY"


class BadOfficeHours(LawError):
    """办公时间{opens}至{closes}不正确，开始应早于结束，请改正参数。"""

    code = "BAD_OFFICE_HOURS"
