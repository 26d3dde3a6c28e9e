"""``process incidents``: what the house could not do is listed, tried again and settled from the shell."""

from __future__ import annotations

from tests.deadlines.runner.due import deemed, heal
from tests.engine.process.test_tasks_incidents import failed_for_good, given_up, listed
from tests.support.house import House
from tests.yichuang.shell import Shell


def test_a_quiet_house_has_none(shell: Shell):
    ran = shell("process", "incidents")
    assert (ran.code, ran.out) == (0, "没有系统未能完成的事项\n")


def test_a_deadline_is_listed_and_retried_and_the_exit_code_says_how_it_went(sqlite_house: House, shell: Shell):
    cases, snapshot = failed_for_good(sqlite_house, 1)
    [one] = listed(sqlite_house)
    shown = shell("process", "incidents")
    what = "一次告知期限届满（correction_notice）"
    assert f"{one.id}  待处理  办件 {cases[0]}  {what}  8 次  自 2026-03-10 " in shown.out
    assert "  下次再试 2026-03-10 " in shown.out
    [row] = shell("process", "incidents", "--json").json
    assert (row["title"], row["state"], row["next_try"][:10]) == ("一次告知期限届满", "open", "2026-03-09")
    assert shell("process", "incidents", "--retry", one.id).code == 1
    heal(sqlite_house, cases[0], snapshot)
    again = shell("process", "incidents", "--retry", one.id, "--json")
    assert (again.code, again.json[0]["state"]) == (0, "healed")
    assert deemed(sqlite_house, cases) == [True]
    assert shell("process", "incidents", "--all", "--json").json[0]["id"] == one.id


def test_a_document_is_rendered_when_it_is_retried(sqlite_house: House, shell: Shell):
    case_no = given_up(sqlite_house)
    [one] = listed(sqlite_house)
    assert shell("process", "incidents", "--retry", one.id).code == 0
    assert sqlite_house.documents(case_no)[0].sha256 is not None


def test_one_is_settled_by_hand_with_a_reason(sqlite_house: House, shell: Shell):
    failed_for_good(sqlite_house, 1)
    [one] = listed(sqlite_house)
    refused = shell("process", "incidents", "--resolve", one.id)
    assert (refused.code, "请写明人工处置的经过" in refused.err) == (1, True)
    assert shell("process", "incidents", "--resolve", one.id, "--reason", "已电话告知").code == 0
    assert "没有编号为" in shell("process", "incidents", "--retry", "deadline:nothing").err
