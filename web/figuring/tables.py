"""The figures as rows of a file: every cell is text, times in hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.oversight.audit.rollups.queries import (
    Tally,
    deviating,
    elements,
    handovers,
    tasks_of_ways,
    ways,
)
from engine.registry.identity.reading import Reading
from web import words
from web.figuring.asking import Choice
from web.figuring.saying import BY_HAND, DEVIATIONS, hours, per_cent

_TIMES = ("中位（小时）", "九成不超过（小时）", "合计（小时）")
_CHUNK = 500


@dataclass(frozen=True)
class Table:
    """A table to be taken away."""

    title: str
    header: tuple[str, ...]
    rows: Callable[[Reading, Choice], Iterable[Sequence[str]]]


def _elements(view: Reading, choice: Choice) -> Iterator[Sequence[str]]:
    for one in elements(view.connection, choice.asked):
        kind = words.KINDS.get(one.kind, one.kind)
        yield (one.process, one.element, one.name, kind, str(one.tally.count), *_times(one.tally))


def _ways(view: Reading, choice: Choice) -> Iterator[Sequence[str]]:
    found = ways(view.connection, choice.asked)
    cases = sum(one.tally.count for one in found)
    for begin in range(0, len(found), _CHUNK):
        some = found[begin : begin + _CHUNK]
        tasks = tasks_of_ways(view.connection, [one.digest for one in some])
        for one in some:
            way = " → ".join(tasks.get(one.digest, ()))
            yield (way, str(one.tally.count), per_cent(one.tally.count, cases), *_times(one.tally))


def _handovers(view: Reading, choice: Choice) -> Iterator[Sequence[str]]:
    for one in handovers(view.connection, choice.asked):
        yield (choice.place(one.giver), choice.place(one.taker), str(one.tally.count), *_times(one.tally))


def _deviations(view: Reading, choice: Choice) -> Iterator[Sequence[str]]:
    names = {(one.process, one.element): one.name for one in elements(view.connection, choice.asked)}
    for one in deviating(view.connection, choice.asked):
        allowed = "依规定办理" if one.kind in BY_HAND else "不符"
        name = names.get((one.process, one.element), "")
        yield (DEVIATIONS.get(one.kind, one.kind), allowed, one.process, one.element, name, str(one.count),
               str(one.cases))  # fmt: skip


def _times(tally: Tally) -> tuple[str, str, str]:
    return (hours(tally.median), hours(tally.ninetieth), hours(tally.spent)) if tally.timed else ("", "", "")


TABLES: Mapping[str, Table] = {
    "elements": Table("图元", ("流程", "图元", "名称", "种类", "次数", *_TIMES), _elements),
    "ways": Table("走法", ("走法", "件数", "占比", *_TIMES), _ways),
    "handovers": Table("部门之间的移交", ("移出部门", "接手部门", "次数", *_TIMES), _handovers),
    "deviations": Table("不符", ("情形", "性质", "流程", "图元", "名称", "次数", "件数"), _deviations),
}
"""What can be taken away, by its name in the address."""
