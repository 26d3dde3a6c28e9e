"""Figures in words."""

from __future__ import annotations

import pytest

from engine.registry.policies.rules import said
from engine.registry.policies.shipped import DEFAULTS


@pytest.mark.parametrize(
    "value, unit, words",
    [
        (5, "wd", "5个工作日"),
        (30, "cd", "30日（自然日）"),
        (4, "wh", "4个工作小时"),
        (510, "min", "8:30"),
        (1050, "min", "17:30"),
        (0, "min", "0:00"),
        (2, "n", "2次"),
        (1, "opt", "第1种"),
        (0, "sw", "关闭"),
        (1, "sw", "开启"),
        (7, "%", "7%"),
    ],
)
def test_a_figure_is_said_with_its_unit(value: int, unit: str, words: str):
    assert said(value, unit) == words


def test_every_figure_of_a_new_house_has_a_unit_with_a_word():
    assert [one.key for one in DEFAULTS if said(one.value, one.unit).endswith(one.unit)] == []
