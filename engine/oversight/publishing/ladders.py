"""The ladders that an item brings, at publishing: what is refused of them, with rule and clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.process.bpmn import Problem
from engine.process.clocks.ladder.rules import problems
from processes.items import Item, ItemRefused, load


def ladder_problems(texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return every problem of the ladders in the files of items (by item code)."""
    return tuple(each for text in texts.values() for each in _of_item(text))


def _of_item(text: str) -> Iterator[Problem]:
    try:
        item = load(text)
    except ItemRefused:
        return  # whoever publishes the item says what is wrong with it
    for kind, bodies in item.ladders.items():
        for sentence in problems(kind, bodies, limit=limit_of(item, kind)):
            yield Problem(item.code, "ladder", "error", sentence)


def limit_of(item: Item, kind: str) -> int | None:
    """Return the days that the item gives to a kind of clock, or None where it says nothing of it."""
    law = None if item.statutory is None else item.statutory.days
    limits = {"commitment": item.promise.days, "statutory": law, "first_review": law}
    return item.correction_limit_days if kind == "correction_limit" else limits.get(kind)
