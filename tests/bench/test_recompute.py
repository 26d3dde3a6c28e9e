"""./run bench deadlines, the part of a changed calendar: what it counts again is counted again in all three copies."""

from __future__ import annotations

from bench._deadlines.recompute import measure


def test_the_part_gives_its_figures_for_both_databases_and_the_larger_ratio() -> None:
    found = measure(quick=True)
    ratios = [found[dialect]["ratio"] for dialect in ("sqlite", "postgresql")]
    assert all(one > 0 for one in ratios)
    assert (found["cases"], found["ratio"]) == (1_000, max(ratios))
