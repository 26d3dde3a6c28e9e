"""``policy``: figures shown, drafted, confirmed by another person, dropped, from the command line."""

from __future__ import annotations

import pytest

from tests.support.figures import PAPER, draft_figure, figure_draft
from tests.support.house import COMPANY, House
from tests.yichuang.shell import Shell, in_chinese

MADE = ("policy", "set", "correction_notice", "3", "--source", PAPER, "--reason", "主任办公会议定", "--account", "A01")


def test_a_figure_is_changed_by_two_people(shell: Shell, sqlite_house: House) -> None:
    sqlite_house.receive("W01", "I02", COMPANY)
    drafted = shell(*MADE)
    assert drafted.code == 0
    assert "此后收的件：14 个事项改用新数值；在办 1 件不变" in drafted.out
    assert "草案 1：correction_notice 改为3个工作日" in shell("policy", "show").out
    same = shell("policy", "confirm", "1", "--account", "A01")
    assert (same.code, same.err.startswith("NOT_YOUR_ACTION")) == (1, True)
    done = shell("policy", "confirm", "1", "--account", "C01")
    assert (done.code, done.out.strip()) == (0, "correction_notice 第 2 版已确认，14 个事项改用新数值")
    shown = shell("policy", "show", "correction_notice")
    assert "一次告知补正的期限：3个工作日（法定；安政服〔2026〕12号）" in shown.out
    assert "第 1 版 5个工作日" in shown.out
    assert shell("policy", "show", "correction_notice", "--json").json["versions"][0]["confirmed_by"] == "C01"
    assert sqlite_house.violations() == []


def test_what_a_machine_reads(shell: Shell, sqlite_house: House) -> None:
    made = shell(*MADE, "--effective", "2026-04-01", "--json").json
    assert (made["draft"], made["base_version"], len(made["items"]), made["running"]) == (1, 1, 14, 0)
    assert shell("policy", "show", "--json").json["drafts"] == [{"draft": 1, "key": "correction_notice"}]
    confirmed = shell("policy", "confirm", "1", "--account", "C01", "--json").json
    assert confirmed == {"key": "correction_notice", "version": 2, "draft": 1, "items": 14}
    figures = {one["key"]: one for one in shell("policy", "show", "--json").json["figures"]}
    assert (figures["correction_notice"]["value"], figures["uncollected"]["made_up"]) == (5, True)


@pytest.mark.parametrize("how, account", [("drop", "A01"), ("decline", "C01")])
def test_a_draft_is_ended(shell: Shell, sqlite_house: House, how: str, account: str) -> None:
    made = draft_figure(sqlite_house, "delivery", 5)
    assert shell("policy", how, str(made.id), "--account", account).out.strip() == f"已作废参数草案 {made.id}"
    assert figure_draft(sqlite_house, made.id).state == "dropped"
    assert shell("policy", how, str(made.id), "--account", account, "--json").code == 1


@pytest.mark.parametrize(
    "arguments, code",
    [
        (("set", "delivery", "11", "--source", PAPER, "--reason", "放宽"), "POLICY_OUT_OF_BOUNDS"),
        (("set", "office_opens", "25:00", "--reason", "夏令"), "POLICY_UNREAD"),
        (("set", "nothing", "1", "--reason", "夏令"), "POLICY_UNKNOWN"),
        (("show", "nothing"), "POLICY_UNKNOWN"),
        (("confirm", "9", "--account", "C01"), "POLICY_DRAFT_MISSING"),
    ],
)
def test_what_is_refused_says_why(shell: Shell, sqlite_house: House, arguments: tuple[str, ...], code: str) -> None:
    ran = shell("policy", *arguments)
    assert (ran.code, ran.err.split("：")[0]) == (1, code)
    assert in_chinese(ran.err)
