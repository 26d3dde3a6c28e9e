"""Rehearsals from their rows: walked in another process, told as they go, and what the gate makes of them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.oversight.publishing.drafting.commands import SubmitDraft
from engine.oversight.publishing.rules import RehearsalFailed
from engine.oversight.rehearsal import queries
from engine.oversight.rehearsal.commands import AskTests
from engine.oversight.rehearsal.files import Files
from engine.oversight.rehearsal.grounds import Grounds
from engine.oversight.rehearsal.report import PASSED, STOPPED, Report, report_json
from engine.oversight.rehearsal.script import Script, read_script
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.support.drafting import drafted, state
from tests.support.family import alive, until
from tests.support.house import House
from tests.support.rehearsing import ACCEPTING, asked, at_once, kept, report, run, script, walked
from yichuang.rehearsing.apart import Apart
from yichuang.rehearsing.gating import files_of
from yichuang.rehearsing.house import Workshop
from yichuang.rehearsing.jobs import Rehearser, carry_out
from yichuang.rehearsing.running import rehearse
from yichuang.rehearsing.walking import Progress


def renamed() -> str:
    """Return the 即办 route whose head's decision has another id: what names the old one cannot pass."""
    text = library.processes()["route_instant"].xml.decode("utf-8")
    return text.replace('"ut_head_decide"', '"ut_head"').replace(">ut_head_decide<", ">ut_head<")


def test_what_waits_is_walked_with_the_files_of_its_draft_and_told_step_by_step(
    sqlite_house: House, workshop: Workshop
) -> None:
    house = sqlite_house
    id = drafted(house, ("process", "route_instant", renamed()))
    mine = asked(house, script(*ACCEPTING, {"expect": {"open": ["ut_head"]}}), draft=id)
    theirs = asked(house, script(*ACCEPTING, {"expect": {"open": ["ut_head_decide"]}}))
    doing: list[str] = []

    def carry(files: Files, one: Script, progress: Progress, grounds: Grounds) -> Report:
        def told(step: int, steps: int, label: str) -> None:
            progress(step, steps, label)
            doing.append(run(house, mine).doing)

        return rehearse(workshop, files, one, told)

    assert carry_out(house.door, "here", carry) == mine
    assert doing == ["准备演练环境", "收件", "办理 ut_formal", "办理 ut_accept", "核对预期"]
    assert walked(house, workshop) == 1
    assert [run(house, id).outcome for id in (mine, theirs)] == [PASSED, PASSED]
    assert run(house, mine).files_digest != run(house, theirs).files_digest
    assert carry_out(house.door, "here", carry) is None


def test_a_failure_of_the_machinery_ends_the_rehearsal_and_says_so(sqlite_house: House) -> None:
    id = asked(sqlite_house, script())

    def broken(files: Files, one: Script, progress: Progress, grounds: Grounds) -> Report:
        raise RuntimeError("no room left")

    assert carry_out(sqlite_house.door, "here", broken) == id
    assert (run(sqlite_house, id).outcome, run(sqlite_house, id).state) == (STOPPED, queries.ENDED)
    assert "RuntimeError" in report(sqlite_house, id).failures[0]


def test_one_that_another_host_took_meanwhile_is_left_to_it(sqlite_house: House) -> None:
    id = asked(sqlite_house, script())

    def slow(files: Files, one: Script, progress: Progress, grounds: Grounds) -> Report:
        with sqlite_house.door.housekeeping() as connection:
            now = sqlite_house.clock.now()
            connection.exec_driver_sql("update rehearsal_run set host = 'there'")
            assert not queries.tell_step(connection, id, "here", now, 0, 0, "")
        return at_once(files, one, progress, grounds)

    assert carry_out(sqlite_house.door, "here", slow) == id
    assert run(sqlite_house, id).state == queries.RUNNING


def test_the_gate_keeps_a_draft_from_review_until_the_kept_scripts_pass_with_it(
    sqlite_house: House, workshop: Workshop
) -> None:
    house = sqlite_house
    kept(house, script(*ACCEPTING, {"expect": {"open": ["ut_head_decide"]}}, name="补领"))
    bad = drafted(house, ("process", "route_instant", renamed()))
    good = drafted(house, ("process", "route_instant", renamed().replace("ut_head", "ut_head_decide")
                           .replace("ut_head_decide_decide", "ut_head_decide") + "<!-- 重新排版 -->"))  # fmt: skip
    with pytest.raises(RehearsalFailed, match="还没有用这些文件走过"):
        house.execute("P61", SubmitDraft(draft_id=good))
    for id in (bad, good):
        house.execute("P61", AskTests(draft=id))
    assert walked(house, workshop) == 2
    with pytest.raises(RehearsalFailed, match="实际是“ut_head”"):
        house.execute("P61", SubmitDraft(draft_id=bad))
    house.execute("P61", SubmitDraft(draft_id=good))
    assert state(house, good) == "in_review"


# In a process of its own -------------------------------------------------------------------------------------------


def test_another_process_shows_the_same_and_leaves_nothing(
    workshop: Workshop, shipped: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    told: list[str] = []
    one = read_script(script(*ACCEPTING))
    with Apart() as apart:
        found = apart.rehearse(shipped, one, lambda step, steps, label: told.append(label))
        assert report_json(found) == report_json(rehearse(workshop, shipped, one))
        assert told == ["准备演练环境", "收件", "办理 ut_formal", "办理 ut_accept"]
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_does_not_end_is_stopped_and_told_and_the_next_rehearsal_goes_its_way(
    sqlite_house: House, shipped: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    one = read_script(script(*ACCEPTING))
    apart = Apart(silent_seconds=0.01)
    report = apart.rehearse(shipped, one, at_once_quiet)
    assert report.outcome == STOPPED
    assert "没有结束" in report.failures[0]
    assert list(tmp_path.iterdir()) == [], "its houses are gone with it"
    with Apart() as other:
        assert other.rehearse(shipped, one, at_once_quiet).outcome == PASSED


def at_once_quiet(step: int, steps: int, label: str) -> None:
    """Say nothing."""


def test_the_thread_takes_what_waits_and_its_child_ends_with_it(sqlite_house: House) -> None:
    id = asked(sqlite_house, script(*ACCEPTING))
    rehearser = Rehearser(sqlite_house.door, pause_seconds=0.02)
    rehearser.start()
    until(lambda: run(sqlite_house, id).state == queries.ENDED, "the rehearsal")
    child = rehearser._apart._child
    assert child is not None
    rehearser.stop()
    assert run(sqlite_house, id).outcome == PASSED
    assert alive({child.pid}) == set()


def test_a_rehearsal_that_is_stopped_with_the_server_is_taken_up_again(sqlite_house: House) -> None:
    id = asked(sqlite_house, script(*ACCEPTING))
    rehearser = Rehearser(sqlite_house.door, pause_seconds=0.02)
    rehearser.start()
    until(lambda: run(sqlite_house, id).state == queries.RUNNING, "its beginning")
    rehearser.stop()
    assert run(sqlite_house, id).state == queries.RUNNING, "nothing was told of it"
    assert not any(one.name == "rehearser" for one in threading.enumerate())


def test_what_is_in_force_is_what_a_rehearsal_without_a_draft_runs(sqlite_house: House) -> None:
    with sqlite_house.door.read(SYSTEM) as view:
        files = files_of(view, "")
    assert files["process", "route_joint"] == library.processes()["route_joint"].xml
    assert files["item", "I13"] == (library.SHIPPED / "items" / "I13.json").read_bytes()
