"""``standstill draft|approve|end|show``: by two people from the command line, carried out at once."""

from __future__ import annotations

from tests.support.house import House
from tests.yichuang.shell import Shell

DRAFT = ("standstill", "draft", "--from", "2026-03-02", "--reason", "特大暴雨停办", "--document", "安办〔2026〕18号")
END = ("standstill", "end", "1", "--on", "2026-03-02", "--reason", "预警解除恢复", "--document", "安办〔2026〕19号")


def test_it_goes_its_way_and_says_how_many(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    drafted = shell(*DRAFT, "--department", "market", "--account", "S51")
    assert (drafted.code, "market 1 件" in drafted.out) == (0, True)
    approved = shell("standstill", "approve", "1", "--account", "C01", "--json")
    assert (approved.code, approved.json["state"], approved.json["counts"]) == (0, "in_force", {"paused": 1})
    assert sqlite_house.clocks(case_no)["commitment"].row.state == "paused"
    assert shell(*END, "--account", "S51").code == 0
    ended = shell("standstill", "approve", "1", "--account", "C01")
    assert "停表 1 已恢复" in ended.out
    assert "已恢复 1 件" in shell("standstill", "show", "1").out
    assert sqlite_house.clocks(case_no)["commitment"].row.state == "running"


def test_what_is_refused_ends_with_1_and_its_sentence(shell: Shell, sqlite_house: House):
    refused = shell(*DRAFT[:-1], "无", "--account", "S51")
    assert (refused.code, "行政许可法第四十五条" in refused.err) == (1, True)
    shell(*DRAFT, "--account", "A01")
    assert shell("standstill", "approve", "1", "--account", "S51").code == 1
    assert shell("standstill", "show", "9").code == 1
