"""What a note and a finding may be, and what is refused: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.foundation.errors import Conflict, InvalidFields, NotFound

KINDS: Mapping[str, str] = {"finding": "审计发现", "note": "审计记录"}
SEVERITIES: Mapping[str, str] = {"minor": "一般", "major": "较重", "grave": "严重"}
"""How grave a finding is (拟: the standard names no degrees)."""
STATES: Mapping[str, str] = {"open": "未了结", "settled": "已了结", "withdrawn": "已撤回"}

SHORTEST, LONGEST = 4, 2_000
"""Characters of a text."""
LONGEST_BASIS = 200


class FindingMissing(NotFound):
    """没有编号为 {id} 的审计记录。只能查看本人写的记录，请核对编号。"""

    code = "FINDING_MISSING"


class FindingSettled(Conflict):
    """这条审计记录已是“{state}”，不能再改动。需要补充的，请另写一条。"""

    code = "FINDING_SETTLED"


class FindingChanged(Conflict):
    """这条审计记录已在别处改动过，请刷新页面，核对现在的内容后再改。"""

    code = "FINDING_CHANGED"


@dataclass(frozen=True)
class Content:
    """What is written: the kind, how grave (empty for a note), the clause or rule (may be empty), the text."""

    kind: str
    severity: str
    basis: str
    text: str


def checked(kind: str, severity: str, basis: str, text: str) -> Content:
    """Return what is written, trimmed; raise :class:`InvalidFields`.  A note has no degree."""
    wrong = {}
    said, clause = text.strip(), basis.strip()
    if kind not in KINDS:
        wrong["kind"] = "请选择审计发现或者审计记录"
    if kind == "finding" and severity not in SEVERITIES:
        wrong["severity"] = "请选择严重程度"
    if len(clause) > LONGEST_BASIS:
        wrong["basis"] = f"条款或者规则不能超过{LONGEST_BASIS}字，现有{len(clause)}字"
    if told := _length("内容", said):
        wrong["text"] = told
    if wrong:
        raise InvalidFields(wrong)
    return Content(kind, severity if kind == "finding" else "", clause, said)


def checked_reason(text: str) -> str:
    """Return why a finding is settled or withdrawn, trimmed; raise :class:`InvalidFields`."""
    said = text.strip()
    if told := _length("理由", said):
        raise InvalidFields({"reason": told})
    return said


def checked_seq(seq: int | None, last: int) -> int | None:
    """Return the line that is meant, None for the case as a whole; raise :class:`InvalidFields` for one it has not."""
    if seq is not None and not 1 <= seq <= last:
        raise InvalidFields({"seq": f"过程记录只有第 1 至 {last} 条，请核对序号"})
    return seq


def _length(what: str, said: str) -> str:
    if len(said) < SHORTEST:
        return f"请填写{what}（至少{SHORTEST}个字）"
    return f"{what}不能超过{LONGEST}字，现有{len(said)}字" if len(said) > LONGEST else ""
