"""Rules about limits that are drawn: how long a clock runs, and the stages that user tasks belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from engine.process.bpmn.elements import HALF_DAYS
from engine.process.bpmn.model import Drawing, Node, extensions
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called

MOST_DAYS: Final = 366
"""No limit that is drawn is longer than a year; a larger number is a slip of the pen."""


def limit_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every limit is a time that can be, and tasks of one stage say the same about it."""
    stages: dict[str, tuple[str, str, str]] = {}
    for node in drawing.nodes():
        yield from _clock(node)
        yield from _stage(node, stages)


def _clock(node: Node) -> Iterator[Problem]:
    for clock in extensions(node.xml, "clock"):
        quota, unit = clock.get("quota"), clock.get("unit")
        if quota is None and unit is None:
            continue
        right = quota is not None and re.fullmatch(r"[0-9]{1,4}", quota.strip()) and 1 <= int(quota) <= MOST_DAYS
        if not right or unit not in ("wd", "cd"):
            yield error(
                node.id,
                "clock-quota",
                f"{called(node)}的期限“{quota or ''}{unit or ''}”不能使用：请写 1 至 {MOST_DAYS} 的整数（quota），"
                "单位（unit）写 wd（工作日）或 cd（自然日）；不写的按参数表。",
            )


def _stage(node: Node, known: dict[str, tuple[str, str, str]]) -> Iterator[Problem]:
    found = extensions(node.xml, "stage")
    if len(found) > 1:
        yield error(node.id, "stage-twice", f"{called(node)}写了多个环节时限。请只留一个。")
    for stage in found[:1]:
        key, title, days = (stage.get(name, "").strip() for name in ("key", "title", "days"))
        restart = stage.get("restart", "false")
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", key) or not 1 <= len(title) <= 30:
            yield error(
                node.id, "stage-name",
                f"{called(node)}的环节时限没有编号（key，小写字母开头）或名称（title，30 字以内）。请填写。",
            )  # fmt: skip
            continue
        right = not days or (re.fullmatch(HALF_DAYS, days) and 0 < Decimal(days) <= MOST_DAYS)
        if not right or restart not in ("true", "false"):
            yield error(
                node.id,
                "stage-days",
                f"{called(node)}的环节时限“{days}”不能使用：请写工作日数（可以有半日，如 0.5），"
                "重新计时（restart）写 true 或 false；不写天数的按事项的环节时限。",
            )
        said = (title, days, restart)
        if known.setdefault(key, said) != said:
            yield error(node.id, "stage-differs", f"{called(node)}与同一环节“{key}”的其他任务写得不同。请改成一致。")
