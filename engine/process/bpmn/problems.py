"""What is wrong with a file: a problem has the element, a stable rule name and a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.foundation.errors import Invalid


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a process file.

    ``element_id`` is the id in the file (empty when the file as a whole is meant), ``rule`` never
    changes once published, ``sentence`` is Chinese and says what is wrong and what to do.  ``also`` are the ids of the
    other elements that have a part in it, as the earlier of two rules that overlap.
    """

    element_id: str
    rule: str
    level: Literal["error", "warning"]
    sentence: str
    also: tuple[str, ...] = ()


def error(element_id: str, rule: str, sentence: str, *also: str) -> Problem:
    """Return a problem that forbids running the file; ``also`` are the ids of others that have a part in it."""
    return Problem(element_id, rule, "error", sentence, also)


def warning(element_id: str, rule: str, sentence: str) -> Problem:
    """Return a problem that is only worth a second look."""
    return Problem(element_id, rule, "warning", sentence)


class BpmnRefused(Invalid):
    """流程文件不能使用，共 {count} 处问题，请改正后再试。第一处：{first}"""

    code = "BPMN_REFUSED"

    def __init__(self, problems: Iterable[Problem]) -> None:
        """``problems`` holds at least one error; they are kept in ``self.problems``."""
        self.problems = tuple(problems)
        errors = [p for p in self.problems if p.level == "error"] or list(self.problems)
        first = errors[0]
        place = f"元素 {first.element_id}：" if first.element_id else ""
        super().__init__(count=len(errors), first=place + first.sentence)
