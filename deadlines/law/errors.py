"""What the law of time refuses: a code and a Chinese sentence that also says what to do.

The package is a leaf and may not know the engine's refusals; callers above translate ``LawError`` by its
``code`` and ``sentence``.
"""

from __future__ import annotations

from typing import Any, ClassVar


class LawError(ValueError):
    """时限计算未能完成（行政许可法第八十二条），请核对输入后重试。"""

    code: ClassVar[str] = "DEADLINE_REFUSED"

    def __init__(self, **fields: Any) -> None:
        """Fill the class's sentence with ``fields``."""
        self.fields = fields
        self.sentence = (type(self).__doc__ or "").strip().format(**fields)
        super().__init__(self.sentence)


class CalendarNotCovered(LawError):
    """{wanted}超出工作日历范围（现有{first}至{last}），不能推算工作日（行政许可法第八十二条），请先导入相应年度的放假安排。"""

    code = "CALENDAR_NOT_COVERED"


class CalendarBroken(LawError):
    """工作日历数据有误：{problem}（行政许可法第八十二条），请改正日历表后重新导入。"""

    code = "CALENDAR_BROKEN"


class StartMissing(LawError):
    """时限台账应当有且只有一条起算记录，现有{count}条（民法典第二百零一条），请先更正台账。"""

    code = "START_MISSING"


class StopRepeated(LawError):
    """时限台账最多只能有一条终止记录，现有{count}条（6.3.1），请先更正台账。"""

    code = "STOP_REPEATED"


class EntryBeforeStart(LawError):
    """{what}日期{on}早于起算日{start}（民法典第二百零一条），请核对日期。"""

    code = "ENTRY_BEFORE_START"


class EntryAfterStop(LawError):
    """{what}日期{on}晚于终止日{stop}，时限已经终止（6.3.1），不能再登记；请核对日期。"""

    code = "ENTRY_AFTER_STOP"


class PauseAlreadyOpen(LawError):
    """{on}的停表与尚未恢复的停表重复（行政许可法第四十五条），请先恢复前一次停表，或另编停表号。"""

    code = "PAUSE_ALREADY_OPEN"


class ResumeWithoutPause(LawError):
    """{on}的恢复找不到对应的停表（行政许可法第四十五条），请核对停表记录。"""

    code = "RESUME_WITHOUT_PAUSE"


class BadDate(LawError):
    """日期“{text}”不正确，请按“2026-03-02”的格式填写公历实际存在的日期（民法典第二百条）。"""

    code = "BAD_DATE"


class BadDays(LawError):
    """天数“{text}”不正确，请填写{least}至{most}之间的整数（民法典第二百条）。"""

    code = "BAD_DAYS"


class BadHours(LawError):
    """工作小时数“{text}”不正确，按小时计算的期限应为{least}至{most}个工作小时（民法典第二百零一条），请核对。"""

    code = "BAD_HOURS"


class BadMonths(LawError):
    """月数“{text}”不正确，按月计算的期限应为{least}至{most}个月（民法典第二百零二条），请核对。"""

    code = "BAD_MONTHS"


class BadUnit(LawError):
    """时限单位“{text}”不正确，应为 wd（工作日）、cd（自然日）或 month（月）（行政许可法第八十二条），请改写。"""

    code = "BAD_UNIT"


class BadPause(LawError):
    """停表区间“{text}”不正确，请按“2026-03-06..2026-03-18”填写；尚未恢复的写成“2026-03-06..”（行政许可法第四十五条）。"""

    code = "BAD_PAUSE"


class PauseEndsEarly(LawError):
    """停表的恢复日{end}早于停表日{begin}（行政许可法第四十五条），请核对日期。"""

    code = "PAUSE_ENDS_EARLY"


class PausesOverlap(LawError):
    """停表区间{earlier}与{later}重叠，同一日不能停表两次（行政许可法第四十五条），请合并成一个区间，或改正日期。"""

    code = "PAUSES_OVERLAP"


class ExtendedTwice(LawError):
    """延长填写了{count}次，办理期限只能延长一次（行政许可法第四十二条），请只填写经批准的一次。"""

    code = "EXTENDED_TWICE"


class BadOfficeHours(LawError):
    """办公时间{opens}至{closes}不正确，开始应早于结束（民法典第二百零三条），请改正参数。"""

    code = "BAD_OFFICE_HOURS"


class ArrangementEmpty(LawError):
    """没有读到{year}年的放假安排（放假办法第六条），请粘贴通知全文，或按“元旦 放假 1月1日至3日 / 上班 1月4日”填写。"""

    code = "ARRANGEMENT_EMPTY"


class ArrangementUnclear(LawError):
    """“{text}”没有写明是放假还是上班（行政许可法第八十二条），请补写后再提交。"""

    code = "ARRANGEMENT_UNCLEAR"


class ArrangementDateUnreal(LawError):
    """“{text}”不是实际存在的日期（民法典第二百条），请与通知原文核对。"""

    code = "ARRANGEMENT_DATE_UNREAL"


class ArrangementInverted(LawError):
    """“{text}”的截止日{last}早于起始日{first}（《全国年节及纪念日放假办法》第六条），请与通知原文核对。"""

    code = "ARRANGEMENT_INVERTED"


class ArrangementOutside(LawError):
    """{day}不属于{year}年的安排（可以从{first}至{last}；《全国年节及纪念日放假办法》第六条），请核对年份。"""

    code = "ARRANGEMENT_OUTSIDE"


class ArrangementTwice(LawError):
    """{day}写了两次（{before}、{after}），同一天只能安排一次（《全国年节及纪念日放假办法》第六条），请删去多余的。"""

    code = "ARRANGEMENT_TWICE"


class ArrangementCount(LawError):
    """{name}写明共{said}天，实际列出{found}天（《全国年节及纪念日放假办法》第二条），请与通知原文核对。"""

    code = "ARRANGEMENT_COUNT"


class ArrangementWeekday(LawError):
    """{day}是星期{found}，文中写的是星期{said}（《全国年节及纪念日放假办法》第六条），请与通知原文核对。"""

    code = "ARRANGEMENT_WEEKDAY"


class ArrangementMakeup(LawError):
    """{day}（星期{weekday}）本来就是工作日，调休上班只能安排在周六、周日（《全国年节及纪念日放假办法》第六条）；请与通知原文核对。"""

    code = "ARRANGEMENT_MAKEUP"


class ArrangementStatutory(LawError):
    """{day}是{name}的法定休假日，安排中却没有放假（《全国年节及纪念日放假办法》第二条），请与通知原文核对。"""

    code = "ARRANGEMENT_STATUTORY"


class ArrangementFestival(LawError):
    """安排中没有{name}，请粘贴通知全文（《全国年节及纪念日放假办法》第二条列有七个节日）。"""

    code = "ARRANGEMENT_FESTIVAL"


class ArrangementSettled(LawError):
    """{day}所在的{year}年已经公布，{wanted}年的安排只能改动它年末的元旦假期，不能改动这一天（《全国年节及纪念日放假办法》第六条）；请核对年份。"""

    code = "ARRANGEMENT_SETTLED"


class ClosureEmpty(LawError):
    """请填写停止办公的日期（4.1.8），例如 2026-07-20，或 2026-07-20至2026-07-21。"""

    code = "CLOSURE_EMPTY"


class ClosureTooLong(LawError):
    """停止办公{days}天，超过一次可以登记的{most}天（4.1.8），请核对日期，或分次报批。"""

    code = "CLOSURE_TOO_LONG"


class ClosureTooEarly(LawError):
    """{day}早于上一个工作日{first}：停止办公最多追溯一个工作日，此前的期限已经计过（行政许可法第八十二条）。请核对日期。"""

    code = "CLOSURE_TOO_EARLY"


class ClosureNotWorked(LawError):
    """{day}本来就不上班，无须登记停止办公，请删去这一天（行政许可法第八十二条：期限只计工作日）。"""

    code = "CLOSURE_NOT_WORKED"
