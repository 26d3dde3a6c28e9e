"""Each kind of edit in both editors, in turns: the longest long task of either, and how much longer ours is."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench._designer.drawing import drawing
from bench._designer.edits import KINDS, NEW_NAME, outcome, show
from bench._designer.places import Side, both_sides

LIMIT_MS = 200


def edited(elements: int, rounds: int) -> dict[str, Any]:
    """Return the longest long tasks, by kind of edit, of a drawing of so many elements; 0 is none over 50 ms."""
    with tempfile.TemporaryDirectory() as folder, both_sides(drawing(elements), Path(folder)) as sides:
        for side in sides:
            side.quiet()
        opened = [side.taken() for side in sides]
        taken: dict[str, list[list[float]]] = {kind: [[], []] for kind in KINDS}
        for round in range(rounds):
            for kind in KINDS:
                for number, side in enumerate(sides):
                    taken[kind][number].append(_task(side, kind, round))
        ours, plain = sides
        _prove(ours, plain, elements, rounds)
    kinds = {kind: _told(mine, theirs) for kind, (mine, theirs) in taken.items()}
    worst = max(kinds, key=lambda kind: kinds[kind]["extra_ms"])
    extra = kinds[worst]["extra_ms"]
    return {
        "longtask_extra_ms": extra, "limit_ms": LIMIT_MS, "holds": extra <= LIMIT_MS, "worst": worst,
        "elements": elements, "rounds": rounds, "kinds": kinds, "open": _told(*([one] for one in opened)),
    }  # fmt: skip


def _task(side: Side, kind: str, stage: int) -> float:
    show(side, stage)
    side.page.wait_for_timeout(200)
    side.taken()
    KINDS[kind](side, stage)
    side.quiet()
    return side.taken()


def _told(ours: list[float], plain: list[float]) -> dict[str, float]:
    """Return the longest task of a round, in the middle of all rounds, and of all: another program can stretch one."""
    mine, theirs = statistics.median(ours), statistics.median(plain)
    return {
        "ours_ms": round(mine), "plain_ms": round(theirs), "extra_ms": round(mine - theirs),
        "ours_longest_ms": round(max(ours)), "plain_longest_ms": round(max(plain)),
    }  # fmt: skip


def _prove(ours: Side, plain: Side, elements: int, rounds: int) -> None:
    """Raise unless the edits were done in both alike, and the server has ours."""
    found = outcome(ours)
    assert found == outcome(plain), (found, outcome(plain))
    assert found["nodes"] == elements, "each round appends one element and deletes one"
    assert len(found["renamed"]) == rounds, found["renamed"]
    address = ours.page.url.rstrip("/") + "/content"
    saved = ours.page.request.get(address).text()
    assert saved.count(f'name="{NEW_NAME} ') == rounds, "the server has what was drawn"
