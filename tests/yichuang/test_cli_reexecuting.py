"""``audit reexecute``: each case, a selection or all; progress apart from the results; honest exit codes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from engine.oversight.audit.reexecution.rules import Verdict
from engine.oversight.audit.reexecution.walking import Reexecution
from tests.engine.oversight.audit.test_tampering import forge
from tests.support.house import House
from tests.yichuang.shell import Ran, Shell
from yichuang.cli import reexecuting


def again(shell: Shell, *words: object) -> Ran:
    return shell("audit", "reexecute", *words)


def spoil(house: House, case_no: str) -> int:
    """Change an answer and make the chain fit; return the line."""
    seq = next(one.seq for one in house.journal(f"case:{case_no}") if "formal_result" in one.data.get("facts", {}))

    def change(line: dict[str, Any]) -> None:
        if line["seq"] == seq:
            line["data"]["facts"]["formal_result"] = "reject"

    forge(house, case_no, change)
    return seq


def bound_elsewhere(line: dict[str, Any]) -> None:
    if "release" in line["data"]:
        line["data"]["release"] = "f" * 64


def test_one_case_is_identical_to_its_last_line(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    ran = again(shell, case_no)
    lines = len(sqlite_house.journal(f"case:{case_no}"))
    assert (ran.code, ran.out.splitlines()[0]) == (0, f"{case_no} 逐条一致，至第 {lines} 条")
    assert ran.err == f"已重新执行 1 件，共 1 件，至 {case_no}\n"


def test_the_first_difference_is_named_and_the_code_is_one(shell: Shell, sqlite_house: House):
    good, bad = sqlite_house.accepted_instant(), sqlite_house.accepted_commitment()
    seq = spoil(sqlite_house, bad)
    ran = again(shell, "--all")
    first, last = ran.out.splitlines()
    assert ran.code == 1
    assert first.startswith(f"{bad} 第 {seq} 条（流程）：应为进入“不予收件（受理），一次性告知”，记录为进入")
    assert last == "重新执行 2 件：1 件逐条一致，1 件不一致，0 件无法核对"
    assert again(shell, good).code == 0


def test_a_release_that_is_not_kept_is_no_success(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    forge(sqlite_house, case_no, bound_elsewhere)
    ran = again(shell, case_no)
    assert ran.code == 1 and "无法核对：第 " in ran.out and "没有保存" in ran.out


def test_the_document_is_whole_and_has_a_place_for_each_case(shell: Shell, sqlite_house: House):
    good, bad = sqlite_house.accepted_instant(), sqlite_house.accepted_commitment()
    seq = spoil(sqlite_house, bad)
    ran = again(shell, "--all", "--json")
    found = {one["case_no"]: one for one in json.loads(ran.out)}
    assert ran.code == 1 and set(found) == {good, bad}
    assert (found[good]["outcome"], found[good]["seq"]) == ("identical", None)
    assert (found[bad]["outcome"], found[bad]["seq"], found[bad]["lines"]) == ("differs", seq, seq - 1)
    assert found[bad]["expected"] in found[bad]["sentence"] and found[bad]["recorded"] in found[bad]["sentence"]
    assert json.loads(again(shell, "--since", "2099-01-01", "--json").out) == []


def test_the_cases_are_chosen_by_item_department_and_day(shell: Shell, sqlite_house: House):
    one, other = sqlite_house.accepted_instant(), sqlite_house.accepted_commitment()
    day = sqlite_house.clock.now().date()

    def chosen(*words: object) -> set[str]:
        ran = again(shell, *words, "--json")
        assert ran.code == 0, ran.err
        return {each["case_no"] for each in json.loads(ran.out)}

    assert chosen("--all") == {one, other} == chosen("--since", day, "--until", day)
    assert chosen("--item", sqlite_house.case(one).item_code) == {one}
    assert chosen("--department", sqlite_house.case(other).department) == {other}
    assert chosen("--until", "2001-01-01") == set()


def test_it_goes_on_after_the_case_at_which_it_was_stopped(
    shell: Shell, sqlite_house: House, monkeypatch: pytest.MonkeyPatch
):
    numbers = sorted(sqlite_house.accepted_instant() for _ in range(4))
    monkeypatch.setattr(reexecuting, "BATCH", 1)
    real = Reexecution.of

    def stopping(self: Reexecution, root_id: str) -> Verdict:
        if root_id.endswith(numbers[2]):
            raise KeyboardInterrupt
        return real(self, root_id)

    monkeypatch.setattr(Reexecution, "of", stopping)
    ran = again(shell, "--all", "--json")
    assert ran.code == 130 and f"--after {numbers[1]} " in ran.err
    assert [one["case_no"] for one in json.loads(ran.out)] == numbers[:2]
    monkeypatch.setattr(Reexecution, "of", real)
    rest = again(shell, "--all", "--after", numbers[1], "--json")
    assert [one["case_no"] for one in json.loads(rest.out)] == numbers[2:]


@pytest.mark.parametrize(
    "words",
    [
        (), ("1",), ("--item", "I99"), ("--department", "none"), ("--all", "--item", "I06"), ("--all", "--after", "9"),
        ("--since", "2026-07-02", "--until", "2026-07-01"), ("1", "--all"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_and_nothing_is_executed(shell: Shell, sqlite_house: House, words: tuple[str, ...]):
    sqlite_house.accepted_instant()
    ran = again(shell, *words)
    assert (ran.code, ran.out) == (2, "") and ran.err.strip()


def test_a_word_that_is_no_day_is_misuse(shell: Shell):
    with pytest.raises(SystemExit):
        again(shell, "--since", "x")


def test_a_line_beyond_reading_does_not_keep_the_others_from_being_checked(shell: Shell, sqlite_house: House):
    good, bad = sqlite_house.accepted_instant(), sqlite_house.accepted_commitment()
    with sqlite_house.door.database.writing() as connection:
        spoiled = sa.text("UPDATE journal_line SET body = 'x' WHERE root_id = :root AND seq = 4")
        connection.execute(spoiled, {"root": f"case:{bad}"})
    ran = again(shell, good, bad)
    assert ran.code == 1
    assert "逐条一致" in ran.out and f"{bad} 无法核对：第 " in ran.out
