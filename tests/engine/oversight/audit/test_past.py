"""The past of a case: re-executed to any line it is what the rows were when that line was the last one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from engine.casework.joint.chasing.queries import chases_of
from engine.casework.joint.queries import branches_of, review_of
from engine.foundation.journal.queries import lines_of
from engine.oversight.audit.past import Past, past
from engine.oversight.audit.reviews import PastReview
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.arming import due_text
from engine.process.clocks.queries import clocks_of
from engine.process.documents.queries import documents_of
from engine.process.tasks.queries import instances_of, steps_of, tasks_of
from engine.process.tasks.rules import Task
from engine.registry.identity.queries import names_of
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.joint import test_joint, test_joint_changing, test_joint_chasing, test_joint_limits
from tests.engine.oversight.publishing.migrating import test_migrating
from tests.engine.oversight.publishing.modifying import test_modifying
from tests.engine.process import test_returning, test_tasks_shift
from tests.support.busy_joint import busy_case, finished
from tests.support.counting import statements
from tests.support.house import INSURANCE, PERSON, House
from yichuang.worker import work_once

Seen = dict[tuple[str, int], dict[str, Any]]


def by_name(task: Task, names: dict[str, str]) -> tuple[Any, ...]:
    """A task with the names of its people: some lines know a name only, no account."""
    who = [names.get(one or "", one or "") for one in (task.holder, task.delegate)]
    return (task.id, task.process, task.element, task.name, task.form, task.role, task.department, task.opened_at, *who)


def rows_now(house: House, root: str) -> tuple[int, dict[str, Any]]:
    """Return the last line of a case, and what its rows say now."""
    with house.door.read(SYSTEM) as view:
        lines = lines_of(view.connection, root, limit=10_000)
        tasks = tasks_of(view.connection, root, state="open")
        names = dict(names_of(view.connection, {one for task in tasks for one in (task.holder, task.delegate) if one}))
        said = {
            "runs": {row.run: (row.process, row.release_id, row.snapshot, row.completed)
                     for row in instances_of(view.connection, root)},
            "tasks": sorted(by_name(task, names) for task in tasks),
            "clocks": {row.id: (row.title, row.state, due_text(row)) for row in clocks_of(view.connection, root)},
            "documents": {one.number: (one.state == "void", one.sha256 is not None)
                          for one in documents_of(view.connection, root)},
            "steps": [(one.run, one.task_no, one.process, one.element, one.state, one.at, one.account)
                      for one in steps_of(view.connection, root)],
            "review": review_now(view.connection, root),
        }  # fmt: skip
    return lines[-1].seq, said


def review_now(connection: Connection, root: str) -> Any:
    """Return what the rows say of the joint review: its state and round, and each branch; None without one."""
    if (one := review_of(connection, root)) is None:
        return None
    chases: dict[str, list[str]] = defaultdict(list)
    for each in chases_of(connection, root):
        chases[each.key].append(each.text)
    return one.state, one.round, {
        row.key: (row.name, row.department, row.depends_on, row.state, row.round, row.opened_at, row.account or "",
                  row.at, chases[row.key])
        for row in branches_of(connection, root)
    }  # fmt: skip


def review_then(one: PastReview | None) -> Any:
    """Return the same of the review of then."""
    if one is None:
        return None
    return one.state, one.round, {
        each.key: (each.name, each.department, each.depends_on, each.state, each.round, each.opened_at, each.account,
                   each.at, [line.data["text"] for line in each.chases])
        for each in one.branches.values()
    }  # fmt: skip


def past_of(house: House, root: str, seq: int) -> Past:
    with house.door.read(SYSTEM) as view:
        lines = lines_of(view.connection, root, limit=seq)
        return past(view.connection, house.door.part(Bundles), root, lines)


def told(house: House, one: Past) -> dict[str, Any]:
    """What the past says, as :func:`rows_now` says it of the present."""
    with house.door.read(SYSTEM) as view:
        people = {who for task in one.open_tasks for who in (task.holder, task.delegate) if who}
        names = dict(names_of(view.connection, people))
    return {
        "runs": {row.run: (row.process, row.release_id, row.snapshot, row.completed) for row in one.rows},
        "tasks": sorted(by_name(task, names) for task in one.open_tasks),
        "clocks": {clock.id: (clock.title, clock.state, clock.due) for clock in one.clocks.values()},
        "documents": {each.number: (each.void, each.rendered) for each in one.documents.values()},
        "steps": [(each.run, each.task_no, each.process, each.element, each.state, each.at, each.account)
                  for each in one.steps],
        "review": review_then(one.review),
    }  # fmt: skip


@pytest.fixture
def seen(sqlite_house: House, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What the rows of every case were after each command of the test, by case and last line."""
    found: Seen = {}
    execute = type(sqlite_house.door).execute

    def watching(door: Any, *given: Any, **more: Any) -> Any:
        outcome = execute(door, *given, **more)
        with door.read(SYSTEM) as view:
            roots = [row[0] for row in view.connection.exec_driver_sql("SELECT DISTINCT root_id FROM process_instance")]
        for root in roots:
            seq, said = rows_now(sqlite_house, root)
            found[root, seq] = said
        return outcome

    monkeypatch.setattr(type(sqlite_house.door), "execute", watching)
    return found


def instant(house: House) -> None:
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.finish(case_no, INSURANCE, ("王建国", PERSON["id_no"]))
    work_once(house.door)


def joint(house: House) -> None:
    finished(house, busy_case(house))


WALKS: dict[str, Callable[[House], None]] = {
    "instant": instant,
    "joint": joint,
    "handed on": test_tasks_shift.test_all_tasks_go_to_the_colleague_each_with_a_line_in_its_case_and_one_message,
    "sent back": test_returning.test_the_head_sends_the_case_back_and_who_did_the_step_has_it_in_hand_again,
    "taken back": test_returning.test_the_last_step_is_taken_back_with_what_was_answered_while_nobody_acted,
    "moved": test_migrating.test_the_open_task_shows_the_name_the_form_and_the_people_of_the_new_release,
    "joint moved": test_migrating.test_a_joint_review_goes_on_with_the_opinions_that_were_given,
    "asked again": test_joint.test_a_second_round_asks_the_branch_and_all_that_follow_it,
    "all stopped": test_joint.test_a_denial_that_ends_everything_stops_the_others_and_what_follows,
    "added": test_joint_changing.test_an_added_branch_is_a_part_with_its_own_number_and_limit_and_the_lead_waits_for_it,
    "added behind": test_joint_changing.test_a_branch_added_behind_another_waits_for_it,
    "left out": test_joint_changing.test_the_last_outstanding_branch_is_left_out_and_the_lead_concludes,
    "withdrawn": test_joint_changing.test_a_case_that_is_withdrawn_takes_its_review_off_the_desk,
    "chased": test_joint_chasing.test_T081_two_chases_of_the_fire_brigade_are_told_put_down_and_journalled,
    "silent": test_joint_limits.test_silence_is_no_consent_unless_the_centre_turns_it_on_and_names_its_source,
    "modified": test_modifying.test_a_modified_case_moves_to_another_release_and_is_modified_again,
}
"""What is done to cases elsewhere, watched here."""


@pytest.mark.parametrize("walk", WALKS)
def test_the_past_at_every_line_is_what_the_rows_were_then(sqlite_house: House, seen: Seen, walk: str):
    WALKS[walk](sqlite_house)
    assert len(seen) > 3
    for (root, seq), rows in seen.items():
        one = past_of(sqlite_house, root, seq)
        assert one.differs_at is None
        assert told(sqlite_house, one) == rows, f"{root} at {seq}"


def test_a_long_history_asks_no_more_statements_than_a_short_one(sqlite_house: House):
    finished(sqlite_house, case_no := busy_case(sqlite_house))
    root = f"case:{case_no}"
    bundles = sqlite_house.door.part(Bundles)
    counts = []
    with sqlite_house.door.read(SYSTEM) as view:
        lines = lines_of(view.connection, root, limit=10_000)
        assert len(lines) > 100
        past(view.connection, bundles, root, lines)
        for length in (20, 60, len(lines)):
            with statements(view.connection) as asked:
                past(view.connection, bundles, root, lines[:length])
            # A run beside the case is a release of its own to look up.
            counts.append(len(asked))
    assert max(counts) <= 8 and len(set(counts)) < len(counts)


def test_a_history_that_cannot_be_executed_again_is_shown_as_far_as_it_can(sqlite_house: House):
    instant(sqlite_house)
    [root] = [row.root_id for row in open_roots(sqlite_house)]
    with sqlite_house.door.read(SYSTEM) as view:
        lines = lines_of(view.connection, root, limit=10_000)
        bad = next(line for line in lines if line.data.get("how") == "complete" and line.seq > 20)
        spoiled = [replace(line, data={**line.data, "state_hash": "0" * 64}) if line is bad else line for line in lines]
        one = past(view.connection, sqlite_house.door.part(Bundles), root, spoiled)
    assert one.differs_at == bad.seq
    before = past_of(sqlite_house, root, bad.seq - 1)
    assert [step.number for step in one.steps] == [step.number for step in before.steps]


def open_roots(house: House) -> list[Any]:
    with house.door.read(SYSTEM) as view:
        return list(view.connection.exec_driver_sql("SELECT DISTINCT root_id FROM process_instance"))
