"""Rehearsals asked for, ended, kept as tests and dropped; and what the gate says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.foundation.errors import Refusal
from engine.oversight.rehearsal import queries, rules
from engine.oversight.rehearsal.commands import AskRehearsal, AskTests, DropTest, KeepTest, RecordRehearsal
from engine.oversight.rehearsal.files import digest_of, digest_of_digests, digests_in_force, files_in_force, overlaid
from engine.oversight.rehearsal.gate import digest_with, rehearsal_gate
from engine.oversight.rehearsal.report import FAILED, PASSED, Report, StepTold, report_json
from engine.oversight.rehearsal.script import ScriptRefused
from engine.registry.identity.rules import SYSTEM, NotYourAction
from engine.registry.items.queries import ItemUnknown
from tests.support.house import House
from tests.support.rehearsing import ACCEPTING, asked, kept, run, script

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def record(house: House, id: int, outcome: str = PASSED, digest: str = "d", *steps: StepTold) -> bool:
    told = report_json(Report("试走", "I06", outcome, steps))
    command = RecordRehearsal(id=id, outcome=outcome, digest=digest, report=told)
    return bool(house.door.execute(command, SYSTEM, key=f"test:{id}:{outcome}:{digest}")["kept"])


def lines(house: House) -> list[str]:
    return [line.sentence for line in house.journal("rehearsal")]


def gate(house: House, draft: dict[tuple[str, str], bytes] | None = None) -> tuple[str, ...]:
    with house.door.read(SYSTEM) as view:
        return rehearsal_gate(view.connection, draft or {})


def digest(house: House, draft: dict[tuple[str, str], bytes] | None = None) -> str:
    with house.door.read(SYSTEM) as view:
        return digest_with(view.connection, draft or {})


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
    assert house.execute("P62", AskTests(draft="d-1"))["asked"] == 1, "other files"
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
        sqlite_house.execute("P61", RecordRehearsal(id=1, outcome=PASSED, digest="", report={}))


def test_earlier_rehearsals_of_a_kept_script_are_forgotten_those_of_other_drafts_not(sqlite_house: House) -> None:
    house = sqlite_house
    kept(house, script())

    def tested(draft: str) -> int:
        house.execute("P61", AskTests(draft=draft))
        with house.door.read(SYSTEM) as view:
            return queries.runs_of_draft(view.connection, draft)[0].id

    old, other = tested(""), tested("d-1")
    for id in (old, other):
        record(house, id)
    new = tested("")
    record(house, new)
    with pytest.raises(rules.RehearsalMissing):
        run(house, old)
    assert run(house, other).state == queries.ENDED


# The gate ----------------------------------------------------------------------------------------------------------


def test_the_gate_asks_for_a_rehearsal_with_exactly_these_files(house: House) -> None:
    changed = {("process", "route_instant"): b"<other/>"}
    assert gate(house) == (), "nothing is kept"
    kept(house, script())
    assert "还没有用这些文件走过" in gate(house)[0]
    house.execute("P61", AskTests())
    with house.door.read(SYSTEM) as view:
        (one,) = queries.runs_of_draft(view.connection, "")
    record(house, one.id, PASSED, digest(house))
    assert gate(house) == ()
    assert "还没有用这些文件走过" in gate(house, changed)[0]
    assert digest(house, changed) != digest(house)


def test_the_gate_says_what_failed(sqlite_house: House) -> None:
    house = sqlite_house
    kept(house, script(name="补领"))
    house.execute("P61", AskTests())
    with house.door.read(SYSTEM) as view:
        (one,) = queries.runs_of_draft(view.connection, "")
    failed = StepTold(2, "办理 ut_x", "", False, "在“ut_x”这个环节现在没有打开")
    record(house, one.id, FAILED, digest(house), failed)
    assert gate(house) == ("保留的演练脚本“补领”没有通过：第 2 步（办理 ut_x）：在“ut_x”这个环节现在没有打开",)


def test_the_digest_is_of_the_contents_whatever_their_order_and_source(sqlite_house: House) -> None:
    with sqlite_house.door.read(SYSTEM) as view:
        files, digests = files_in_force(view.connection), digests_in_force(view.connection)
    assert {kind for kind, _ in files} == {"process", "item"}
    assert digest_of(files) == digest_of(dict(reversed(files.items()))) == digest_of_digests(digests)
    assert digest_of(files) == digest(sqlite_house)
    assert digest_of(overlaid(files, {("form", "accept"): b"{}"})) == digest(sqlite_house, {("form", "accept"): b"{}"})
