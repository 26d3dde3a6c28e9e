"""Ladders as tests need them."""

from __future__ import annotations

from engine.process.clocks.ladder.queries import retire
from tests.support.house import House


def without_stages(house: House) -> None:
    """Let the limits of stages say nothing, as if they never had: what is looked at are those of the whole case."""
    with house.unit() as unit:
        retire(unit, "stage")
        unit.raise_epoch("ladder")
