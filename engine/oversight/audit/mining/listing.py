"""The course of cases as a table: one event in a row, every cell text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.foundation.clock import CITY
from engine.oversight.audit.mining.events import LIFECYCLE, events_of
from engine.oversight.audit.mining.records import Record

HEADER: Final = (
    "办件编号", "事项编码", "事项", "承办部门", "过程记录", "流程", "图元", "图元种类", "环节", "状态", "时间",
    "办理人", "代替", "办理部门",
)  # fmt: skip


def rows_of(cases: Iterable[Record], *, gateways: bool = False) -> Iterator[tuple[str, ...]]:
    """Yield the rows of some cases, case by case."""
    for case in cases:
        for one in events_of(case, gateways=gateways):
            yield (
                case.case_no, case.item_code, case.item_name, case.department, str(one.seq), one.process, one.element,
                one.kind, one.name, LIFECYCLE[one.transition],
                one.at.astimezone(CITY).isoformat(" ", "seconds").removesuffix("+08:00"),
                one.account, one.on_behalf, one.department,
            )  # fmt: skip
