"""Words that no change of a template may take away: the standard prints them (appendices B and C, T108)."""

from __future__ import annotations

from typing import Any, Final

from jinja2 import Environment, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from forms.errors import Problem
from forms.notices.errors import TemplateChanged

_SAMPLE: Final = {
    "applicant": "甲", "item": "乙", "window": "丙", "handler": "丁", "phone": "1", "complaint_phone": "2",
    "date": "日",
    "intake_mode": "printed", "material_count": 1, "instant": False, "working_days": 5, "defect": "both",
    "excluded_procedures": ("听证",), "name": "戊", "copies": 2, "advice": "",
}  # fmt: skip
_B, _C, _BOTH = "附录B", "附录C", "附录B、附录C"

FIXED: Final = (
    ("acceptance_notice_title", _B, "收件（受理）通知书"),
    ("acceptance_notice_body", _B, "经审查，申请材料齐全，符合法定形式，现予收件（受理），"),
    ("acceptance_notice_body", _B, "将在5个工作日内给予办结"),
    ("acceptance_notice_body", _B, "其中，该事项办理过程中涉及的以下程序：听证，不计入承诺时限。"),
    ("acceptance_notice_notes", _B, "注：1.本通知书仅作为收件（受理）证明，与审批结果无必然联系。"),
    ("acceptance_notice_notes", _B, "2.第一联申请人留存，第二联窗口存档。"),
    ("correction_notice_title", _C, "补齐补正通知书"),
    ("correction_notice_body", _C, "因您所送的材料不齐全（或不符合法定形式），暂时不能收件（受理）。"),
    ("correction_notice_body", _C, "需补交或修改的材料如下："),
    ("correction_notice_after", _C, "请您将上述材料尽快补齐补正后送本窗口。"),
    ("correction_notice_notes", _C, "注：第一联申请人留存，第二联窗口存档。"),
    ("wanted", _C, "戊（一式2份）。"),
    ("closing", _BOTH, "特此告知"),
    ("counter_fields", _BOTH, "经办人：丁"),
    ("counter_fields", _BOTH, "联系电话：1"),
    ("counter_fields", _BOTH, "监督投诉电话：2"),
    ("seal", _BOTH, "承办窗口（章）"),
    ("stub_fields", _BOTH, "申请人（签字）："),
    ("stub_fields", _BOTH, "签字日期："),
)
"""Macro, where the standard prints it, and the words it must give for the sample."""


def environment() -> Environment:
    """Return the sandbox in which the clauses are read: plain text, nothing unknown, nothing but words."""
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def template_faults(text: str) -> tuple[Problem, ...]:
    """Return why ``text`` may not be saved in the place of the clauses; nothing when every fixed word is there."""
    try:
        module: Any = environment().from_string(text).module
    except (TemplateError, TypeError) as error:
        return (Problem("clauses", "unreadable", f"文书模板无法读取（{error}）"),)
    return tuple(
        Problem(macro, "fixed_words", f"文书模板缺少标准规定的文字“{words}”（{source}）")
        for macro, source, words in FIXED
        if words not in _said(module, macro)
    )


def checked_clauses(text: str) -> Any:
    """Return the macros of ``text``; raise :class:`TemplateChanged` when a fixed word is missing."""
    faults = template_faults(text)
    if faults:
        raise TemplateChanged(reason=faults[0].sentence)
    return environment().from_string(text).module


def _said(module: Any, macro: str) -> str:
    try:
        found = getattr(module, macro)
        return str(found(_SAMPLE) if found.arguments else found())
    except (AttributeError, TemplateError):
        return ""
