"""Rehearsals asked for, ended, kept as tests and dropped; and what the gate says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.foundation.errors import Refusal
from engine.oversight.publishing.drafting.rules import DraftMissing
from engine.oversight.rehearsal import queries, rules
from engine.oversight.rehearsal.commands import (
    AskRehearsal,
    AskTests,
    DropTest,
    KeepTest,
    RecordRehearsal,
    RecordVerdict,
)
from engine.oversight.rehearsal.files import digest_of, files_in_force, overlaid
from engine.oversight.rehearsal.gate import Asked, held
from engine.oversight.rehearsal.report import FAILED, PASSED, Report, StepTold, report_json
from engine.oversight.rehearsal.script import ScriptRefused
from engine.registry.identity.rules import SYSTEM, NotYourAction
from engine.registry.items.queries import ItemUnknown
from processes import library
from tests.support.drafting import drafted
from tests.support.house import House
from tests.support.rehearsing import ACCEPTING, asked, kept, run, script

CHANGED = ("process", "route_instant", library.processes()["route_instant"].xml.decode("utf-8") + "\n")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def showed(outcome: str = PASSED, files: str = "d", *steps: StepTold) -> dict[str, Any]:
    return report_json(Report("试走", "I06", outcome, steps, files=files))


def record(house: House, id: int, outcome: str = PASSED, files: str = "d", *steps: StepTold) -> bool:
    command = RecordRehearsal(id=id, report=showed(outcome, files, *steps))
    return bool(house.door.execute(command, SYSTEM, key=f"test:{id}:{outcome}:{files}")["kept"])


def lines(house: House) -> list[str]:
    return [line.sentence for line in house.journal("rehearsal")]


def gate(house: House, *asked: Asked) -> tuple[str, ...]:
    with house.door.read(SYSTEM) as view:
        return held(view.connection, asked or (Asked("I06", "d"),))


def test_a_script_waits_is_taken_once_and_ends(house: House) -> None:
    id = asked(house, script(*ACCEPTING))
    assert run(house, id).state == queries.QUEUED
    stale = NOW - timedelta(minutes=5)
    with house.door.housekeeping() as connection:
        assert queries.claim(connection, "one", NOW, stale) == id
        assert queries.claim(connection, "two", NOW, stale) is None
        assert not queries.any_waiting(connection, stale)
        assert queries.tell_step(connection, id, "one", NOW, 1, 2, "办理 ut_formal")
        assert not queries.tell_step(connection, id, "two", NOW, 2, 2, "办理 ut_accept")
    assert (run(house, id).step, run(house, id).doing) == (1, "办理 ut_formal")
    assert record(house, id)
    assert not record(house, id, FAILED), "it has ended"
    assert (run(house, id).state, run(house, id).outcome) == (queries.ENDED, PASSED)
    assert lines(house) == [f"要求演练 {id}：试走（I06）", f"演练 {id} 结束：通过"]
    assert house.violations() == []


def test_one_whose_host_says_nothing_any_more_is_taken_by_another(sqlite_house: House) -> None:
    id = asked(sqlite_house, script())
    with sqlite_house.door.housekeeping() as connection:
        assert queries.claim(connection, "one", NOW, NOW - timedelta(minutes=5)) == id
        later = NOW + timedelta(minutes=6)
        assert queries.any_waiting(connection, later - timedelta(minutes=5))
        assert queries.claim(connection, "two", later, later - timedelta(minutes=5)) == id
        assert not queries.tell_step(connection, id, "one", later, 1, 1, "")


def test_what_goes_on_takes_the_place_of_what_it_goes_on_from_under_a_new_number(sqlite_house: House) -> None:
    house = sqlite_house
    first = asked(house, script())
    with pytest.raises(rules.RehearsalRunning):
        asked(house, script(*ACCEPTING), instead=first)
    record(house, first)
    second = asked(house, script(*ACCEPTING), instead=first)
    with pytest.raises(rules.RehearsalMissing):
        run(house, first)
    record(house, second)
    third = asked(house, script(), draft="d-1", instead=second)
    assert run(house, second).state == queries.ENDED, "it belongs to other files"
    assert first < second < third


def test_so_many_may_wait_and_no_more(sqlite_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_WAITING", 2)
    asked(sqlite_house, script())
    asked(sqlite_house, script())
    with pytest.raises(rules.RehearsalsWaiting, match="2"):
        asked(sqlite_house, script())


def test_a_kept_script_is_asked_for_once_until_it_is_dropped(house: House) -> None:
    with pytest.raises(rules.NoTests):
        house.execute("P61", AskTests())
    id = kept(house, script(*ACCEPTING))
    assert house.execute("P62", AskTests())["asked"] == 1
    assert house.execute("P62", AskTests())["asked"] == 0, "it waits already"
    assert house.execute("P62", AskTests(draft=drafted(house, CHANGED)))["asked"] == 1, "other files"
    with pytest.raises(DraftMissing):
        house.execute("P62", AskTests(draft="d-99"))
    with pytest.raises(rules.DropReasonUnwritten):
        house.execute("P61", DropTest(id=id, reason=" "))
    house.execute("P61", DropTest(id=id, reason="事项已取消"))
    with pytest.raises(rules.RehearsalTestMissing):
        house.execute("P61", DropTest(id=id, reason="事项已取消"))
    assert lines(house)[-1] == f"不再保留演练脚本 {id}“试走”，理由：事项已取消"
    assert gate(house) == ()


@pytest.mark.parametrize(
    "text, refused",
    [
        ("{", ScriptRefused), (script({"do": ""}), ScriptRefused), (script(item="I99"), ItemUnknown),
        (script(name="有了"), rules.NameOfTestTaken),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(sqlite_house: House, text: str, refused: type[Refusal]) -> None:
    kept(sqlite_house, script(name="有了"))
    with pytest.raises(refused):
        kept(sqlite_house, text)
    with sqlite_house.door.read(SYSTEM) as view:
        assert [one.name for one in queries.kept_tests(view.connection)] == ["有了"]


def test_only_designers_ask_and_keep(sqlite_house: House) -> None:
    for command in (AskRehearsal(script=script()), AskTests(), KeepTest(script=script()), DropTest(id=1, reason="x")):
        with pytest.raises(NotYourAction):
            sqlite_house.execute("W01", command)
    with pytest.raises(NotYourAction):
        sqlite_house.execute("P61", RecordRehearsal(id=1, report=showed()))


def test_earlier_rehearsals_of_a_kept_script_are_forgotten_those_of_other_drafts_not(sqlite_house: House) -> None:
    house = sqlite_house
    kept(house, script())

    def tested(draft: str) -> int:
        house.execute("P61", AskTests(draft=draft))
        with house.door.read(SYSTEM) as view:
            return queries.runs_of_draft(view.connection, draft)[0].id

    old, other = tested(""), tested(drafted(house, CHANGED))
    for id in (old, other):
        record(house, id)
    new = tested("")
    record(house, new)
    with pytest.raises(rules.RehearsalMissing):
        run(house, old)
    assert run(house, other).state == queries.ENDED


# Verdicts and the gate -----------------------------------------------------------------------------------------------


def test_the_gate_asks_for_a_rehearsal_with_exactly_these_files_of_the_scripts_of_the_item(house: House) -> None:
    assert gate(house) == (), "nothing is kept"
    id = kept(house, script())
    assert "还没有用这些文件走过" in gate(house)[0]
    assert gate(house, Asked("I09", "d")) == (), "it is no script of that item"
    command = RecordVerdict(test=id, report=showed())
    house.door.execute(command, SYSTEM, key="verdict")
    assert gate(house) == ()
    assert "还没有用这些文件走过" in gate(house, Asked("I06", "other"))[0]
    assert lines(house)[-1] == f"发布之前用将要生效的文件走保留的脚本 {id}“试走”：通过"
    assert house.violations() == []


def test_the_gate_names_the_script_and_the_first_step_that_differs(sqlite_house: House) -> None:
    house = sqlite_house
    kept(house, script(name="补领"))
    house.execute("P61", AskTests())
    (one,) = ended_or_not(house)
    fails = [StepTold(number, f"办理 ut_{number}", "", number < 2, "没有打开") for number in (1, 2, 3)]
    record(house, one, FAILED, "d", *fails)
    assert gate(house) == ("保留的演练脚本“补领”没有通过：第 2 步（办理 ut_2）：没有打开。",)


def test_a_verdict_takes_the_place_of_the_one_before_with_the_same_files_and_stays_for_others(house: House) -> None:
    id = kept(house, script())
    for key, (outcome, files) in enumerate([(FAILED, "d"), (PASSED, "e"), (PASSED, "d"), (FAILED, "e")]):
        house.door.execute(RecordVerdict(test=id, report=showed(outcome, files)), SYSTEM, key=str(key))
    assert gate(house) == ()
    assert "没有通过" in gate(house, Asked("I06", "e"))[0]
    with pytest.raises(rules.RehearsalTestMissing):
        house.door.execute(RecordVerdict(test=99, report=showed()), SYSTEM, key="none")


def test_a_rehearsal_without_a_case_is_no_verdict(sqlite_house: House) -> None:
    id = kept(sqlite_house, script())
    sqlite_house.door.execute(RecordVerdict(test=id, report=showed(PASSED, "")), SYSTEM, key="none")
    assert "还没有用这些文件走过" in gate(sqlite_house, Asked("I06", ""))[0]


def test_scripts_kept_later_are_not_asked_by_what_asks_for_those_before(sqlite_house: House) -> None:
    house = sqlite_house
    kept(house, script(name="早"))
    house.clock.advance(timedelta(hours=1))
    between = house.clock.now()
    kept(house, script(name="晚"))
    assert [told.partition("“")[2][:1] for told in gate(house)] == ["早", "晚"]
    assert [told.partition("“")[2][:1] for told in gate(house, Asked("I06", "d", before=between))] == ["早"]


def test_what_a_rehearsal_showed_counts_once_its_script_is_kept(sqlite_house: House) -> None:
    house = sqlite_house
    same, other = asked(house, script(name="手")), asked(house, script(*ACCEPTING, name="别的"))
    waits = asked(house, script())
    record(house, same)
    record(house, other)
    house.execute("P61", KeepTest(script=script(name="改名"), run=same))
    assert gate(house) == ()
    house.execute("P61", KeepTest(script=script(name="没走完"), run=waits))
    house.execute("P61", KeepTest(script=script(name="不是它"), run=other))
    assert [told.partition("“")[2][:3] for told in gate(house)] == ["没走完", "不是它"]
    with pytest.raises(rules.RehearsalMissing):
        house.execute("P61", KeepTest(script=script(name="没有"), run=99))


def ended_or_not(house: House) -> list[int]:
    with house.door.read(SYSTEM) as view:
        return [one.id for one in queries.runs_of_draft(view.connection, "")]


def test_the_digest_of_files_is_of_the_contents_whatever_their_order(sqlite_house: House) -> None:
    with sqlite_house.door.read(SYSTEM) as view:
        files = files_in_force(view.connection, view.now)
    assert {kind for kind, _ in files} == {"process", "item"}
    assert digest_of(files) == digest_of(dict(reversed(files.items())))
    assert digest_of(files) != digest_of(overlaid(files, {("form", "accept"): b"{}"}))
