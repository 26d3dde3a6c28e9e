"""The refusals of the forms floor: a code, and a Chinese sentence that also says what to do.

This package may not import the engine's errors; the shape is the same, so that the web floor can
show both alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Problem:
    """One reason why a form cannot be used: where it is (component id), which rule, and why."""

    where: str
    rule: str
    sentence: str


class FormError(ValueError):
    """表单无法使用，请联系流程设计人员。"""

    code: ClassVar[str] = "FORM_ERROR"

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        self.sentence = (type(self).__doc__ or "").strip().format(**fields)
        super().__init__(self.sentence)


class UnknownForm(FormError):
    """没有名为“{key}”的表单，请核对表单标识。"""

    code = "FORM_UNKNOWN"


class FormUnreadable(FormError):
    """表单文件无法读取（{reason}），请重新导出后再上传。"""

    code = "FORM_UNREADABLE"


class FormRefused(FormError):
    """表单有 {count} 处不能使用，第一处：{first}请在表单设计器中改正后再发布。"""

    code = "FORM_REFUSED"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """``problems`` is what ``refused`` found; it is never empty."""
        super().__init__(count=len(problems), first=problems[0].sentence)
        self.problems = problems


class ConditionUnreadable(FormError):
    """显示条件“{source}”无法理解（{reason}），请改用比较、and、or、not 与括号。"""

    code = "FORM_CONDITION_UNREADABLE"


class AnswerUnreadable(FormError):
    """提交的内容无法读取（{reason}），请按接口说明改正后再提交。"""

    code = "ANSWER_UNREADABLE"


class RowActUnknown(FormError):
    """不能执行“{act}”，请刷新页面后再试。"""

    code = "ROW_ACT_UNKNOWN"
