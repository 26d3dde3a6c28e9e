"""A changed definition, answer, policy or calendar day is found at the right event.

Whoever changes it has his hands in the database and makes every hash fit: the chains hold, and only executing the case
again tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.foundation.journal.queries import Line
from engine.foundation.journal.rules import canonical
from engine.foundation.journal.sealing.proving import check_chain
from engine.oversight.audit.reexecution.rules import DIFFERS, IDENTICAL, UNKNOWN, Verdict
from engine.oversight.audit.reexecution.walking import Reexecution
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import release_at
from engine.process.clocks.ledgers import pause_clocks, resume_clocks
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.runner.timed import timed_case
from tests.engine.oversight.audit.conftest import Audited
from tests.engine.oversight.audit.test_tampering import forge, sql
from tests.engine.oversight.publishing.migrating import test_migrating
from tests.engine.oversight.publishing.test_decisions_released import SIMPLER, deploy, to_opinion
from tests.faults.walks import a_year_is_published
from tests.support.house import House

pytestmark = pytest.mark.tampers("what a case rests on is changed in the database: it must be found")

Change = Callable[[dict[str, Any]], None]


def verdict(house: House, case_no: str) -> Verdict:
    """Return what a process of its own finds, which has nothing in memory; the chain holds all the same."""
    with house.door.read(SYSTEM) as view:
        assert check_chain(view.connection, f"case:{case_no}") is None
        return Reexecution(view.connection, Bundles()).of(f"case:{case_no}")


def line_of(house: House, case_no: str, wanted: Callable[[Line], bool]) -> Line:
    return next(line for line in house.journal(f"case:{case_no}") if wanted(line))


def opened(kind: str) -> Callable[[Line], bool]:
    return lambda line: line.type == "clock.opened" and f":{kind}:" in line.data["clock"]


def in_line(seq: int, change: Change) -> Change:
    return lambda line: change(line) if line["seq"] == seq else None


def release_of(house: House, case_no: str) -> str:
    return str(house.case(case_no).release_id)


def manifest(house: House, id: str) -> dict[str, Any]:
    with house.door.database.writing() as connection:
        raw = connection.exec_driver_sql("SELECT manifest FROM release WHERE id = ?", (id,)).scalar_one()
    found: dict[str, Any] = json.loads(raw)
    return found


def change_manifest(house: House, id: str, change: Change) -> None:
    body = manifest(house, id)
    change(body)
    sql(house, "UPDATE release SET manifest = :body WHERE id = :id", body=json.dumps(body), id=id)


# A policy ------------------------------------------------------------------------------------------------------------


def test_a_changed_policy_is_found_where_its_clock_was_opened(audited: Audited):
    house, no = audited.house, audited.closed
    line = line_of(house, no, opened("delivery"))
    change_manifest(house, release_of(house, no), lambda body: body["policies"].update(delivery=7))
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "policy")
    assert "“送达期限” 7个工作日" in found.expected and found.recorded == "10个工作日"
    assert found.lines == line.seq - 1


def test_a_changed_rule_for_pauses_is_found_where_the_clock_went_on(sqlite_house: House):
    house = sqlite_house
    no = house.accepted_commitment()
    house.wait(days=1)
    with house.unit(f"case:{no}") as unit:
        pause_clocks(unit, f"case:{no}", house.clock.now().date(), "鉴定", "doc-1")
    house.wait(days=2)
    with house.unit(f"case:{no}") as unit:
        resume_clocks(unit, f"case:{no}", house.clock.now().date(), "doc-1")
    assert verdict(house, no).outcome == IDENTICAL
    line = line_of(house, no, lambda one: one.type == "clock.resumed")
    change_manifest(house, release_of(house, no), lambda body: body["policies"].update(pause_rule=2))
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "calendar")


def test_changed_office_hours_are_found_where_a_clock_of_working_hours_was_opened(audited: Audited):
    house, no = audited.house, audited.running
    line = line_of(house, no, opened("hand_over"))
    sql(house, "UPDATE policy_version SET value = value + 90 WHERE key = 'office_opens'")
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "calendar")
    assert line.data["due"] == found.recorded


# A calendar day ------------------------------------------------------------------------------------------------------


def test_a_changed_day_of_the_calendar_is_found_at_the_first_clock_that_counts_it(audited: Audited):
    house, no = audited.house, audited.running
    first = line_of(house, no, opened("correction_notice"))
    line = line_of(house, no, opened("statutory"))
    # A day that the statutory limit counts, and no clock that was opened before it.
    last = line.data["due"]
    assert max(first.data["due"], line_of(house, no, opened("commitment")).data["due"]) < last
    sql(house, "UPDATE calendar_day SET is_workday = 0 WHERE day = :day", day=last)
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "calendar")
    assert found.recorded == last and found.expected.startswith("按工作日历第 1 版计算的到期日 2026-")
    assert found.expected[-10:] > last


def test_a_due_date_that_was_written_anew_is_found_at_its_line(audited: Audited):
    house, no = audited.house, audited.running
    line = line_of(house, no, opened("commitment"))
    forge(house, no, in_line(line.seq, lambda body: body["data"].update(due="2026-12-01")))
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.recorded) == (DIFFERS, line.seq, "2026-12-01")
    assert found.expected.endswith(line.data["due"])


# An answer -----------------------------------------------------------------------------------------------------------


def test_a_changed_answer_is_found_at_the_line_that_gave_it(audited: Audited):
    house, no = audited.house, audited.closed
    line = line_of(house, no, lambda one: "formal_result" in one.data.get("facts", {}))
    forge(house, no, in_line(line.seq, lambda body: body["data"]["facts"].update(formal_result="reject")))
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "process")
    assert (found.expected, found.recorded) == (
        "进入“不予收件（受理），一次性告知”", "进入“收件（受理），出具通知书”"
    )  # fmt: skip


def test_an_answer_that_changes_no_way_is_found_by_the_state(audited: Audited):
    house, no = audited.house, audited.running
    line = line_of(house, no, lambda one: "formal_result" in one.data.get("facts", {}))
    forge(house, no, in_line(line.seq, lambda body: body["data"]["facts"].update(another="word")))
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "process")
    assert found.recorded == f"状态摘要 {line.data['state_hash'][:12]}"


def test_an_answer_that_the_process_cannot_take_is_told_with_the_reason(audited: Audited):
    house, no = audited.house, audited.closed
    line = line_of(house, no, lambda one: one.data.get("how") == "complete")
    forge(house, no, in_line(line.seq, lambda body: body["data"].update(task_no=999)))
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.recorded) == (DIFFERS, line.seq, "已经办理")
    assert found.expected.startswith("不能这样办理（")


# A definition --------------------------------------------------------------------------------------------------------


def altered(house: House, digest: str, old: bytes, new: bytes) -> None:
    with house.door.database.writing() as connection:
        query = "SELECT content FROM artifact WHERE digest = ?"
        content = bytes(connection.exec_driver_sql(query, (digest,)).scalar_one())
        assert old in content
        values = (content.replace(old, new), digest)
        connection.exec_driver_sql("UPDATE artifact SET content = ? WHERE digest = ?", values)


def test_a_changed_drawing_is_found_where_the_case_was_bound_to_it(audited: Audited):
    house, no = audited.house, audited.running
    line = line_of(house, no, lambda one: one.type == "process.started")
    body = manifest(house, release_of(house, no))
    altered(house, body["processes"][body["main"]], b"isExecutable", b"isExecutable ")
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "definition")
    assert "流程图" in found.expected and "内容已改动" in found.recorded


def test_a_changed_form_is_found_where_it_was_answered(audited: Audited):
    house, no = audited.house, audited.running
    line = line_of(house, no, lambda one: one.data.get("facts", {}).get("formal_result") is not None)
    altered(house, manifest(house, release_of(house, no))["forms"]["formal_review"], b"{", b"{ ")
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "definition")
    assert "表单“formal_review”" in found.expected


def test_a_form_that_nobody_answered_is_told_of_where_the_case_was_bound_to_it(audited: Audited):
    house, no = audited.house, audited.received
    line = line_of(house, no, lambda one: one.type == "process.started")
    altered(house, manifest(house, release_of(house, no))["forms"]["formal_review"], b"{", b"{ ")
    found = verdict(house, no)
    assert (found.outcome, found.seq) == (DIFFERS, line.seq)


def test_a_changed_limit_of_the_item_is_found_where_its_clock_began(audited: Audited):
    house, no = audited.house, audited.running
    line = line_of(house, no, opened("statutory"))
    digest = manifest(house, release_of(house, no))["item"]
    with house.door.database.writing() as connection:
        query = "SELECT body FROM item_version WHERE digest = ?"
        item = json.loads(connection.exec_driver_sql(query, (digest,)).scalar_one())
        item["statutory"]["days"] -= 1
        values = (json.dumps(item, ensure_ascii=False), digest)
        connection.exec_driver_sql("UPDATE item_version SET body = ? WHERE digest = ?", values)
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "definition")
    assert found.expected == f"实施清单的法定时限 {line.data['quota'] - 1}个工作日"


def test_a_release_that_says_something_else_where_nothing_rests_on_it_is_found_at_the_start(audited: Audited):
    house, no = audited.house, audited.received
    line = line_of(house, no, lambda one: one.type == "process.started")
    change_manifest(house, release_of(house, no), lambda body: body["policies"].update(archive=31))
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "definition")
    assert "发布版本" in found.expected


# What cannot be executed again ---------------------------------------------------------------------------------------


def test_a_release_that_is_not_kept_is_said_and_nothing_is_half_shown(audited: Audited):
    house, no = audited.house, audited.running
    line = line_of(house, no, lambda one: one.type == "process.started")
    forge(house, no, in_line(line.seq, lambda body: body["data"].update(release="f" * 64)))
    found = verdict(house, no)
    # The clocks that the process opened at its beginning are written down before its own line, and rest on it, too.
    assert found.outcome == UNKNOWN and found.seq is not None and found.seq <= line.seq
    assert "没有保存" in found.reason and found.expected == found.recorded == ""


def test_an_event_of_a_newer_version_is_said(audited: Audited):
    house, no = audited.house, audited.running
    sql(house, "UPDATE journal_line SET type = 'case.later' WHERE root_id = :root AND seq = 5", root=f"case:{no}")
    for change in (lambda body: body.update(type="case.later"), lambda body: body.update(v=2)):
        forge(house, no, in_line(5, change))
        found = verdict(house, no)
        assert (found.outcome, found.seq, found.lines) == (UNKNOWN, 5, 4)
        assert "较新版本" in found.reason and "无法核对：第 5 条" in found.sentence


def test_a_way_of_going_on_that_nobody_knows_is_said(audited: Audited):
    house, no = audited.house, audited.running
    line = line_of(house, no, lambda one: one.data.get("how") == "complete")
    forge(house, no, in_line(line.seq, lambda body: body["data"].update(how="telepathy")))
    found = verdict(house, no)
    assert (found.outcome, found.seq) == (UNKNOWN, line.seq) and "telepathy" in found.reason


@pytest.mark.parametrize("field", ["state_hash", "how", "services"])
def test_a_line_with_something_missing_is_said(audited: Audited, field: str):
    house, no = audited.house, audited.running
    line = line_of(house, no, lambda one: one.data.get("how") == "complete")
    forge(house, no, in_line(line.seq, lambda body: body["data"].pop(field)))
    found = verdict(house, no)
    assert found.outcome != IDENTICAL and found.seq == line.seq


def test_how_many_timers_could_ring_at_once_is_what_their_line_says(sqlite_house: House):
    no = timed_case(sqlite_house, "R10/PT1H")
    sqlite_house.wait(hours=9, minutes=30)
    assert sqlite_house.sweep().fired == 1
    line = line_of(sqlite_house, no, lambda one: one.data.get("how") == "timer")
    assert len(line.data["passed"]) > 4
    # Lines of an older program do not say it.
    forge(sqlite_house, no, in_line(line.seq, lambda body: body["data"].pop("most")))
    assert verdict(sqlite_house, no).outcome == IDENTICAL
    forge(sqlite_house, no, in_line(line.seq, lambda body: body["data"].update(most=4)))
    found = verdict(sqlite_house, no)
    assert (found.outcome, found.seq) == (DIFFERS, line.seq)


def test_a_migration_to_a_release_that_is_not_kept_is_said(sqlite_house: House):
    house = sqlite_house
    test_migrating.test_the_open_task_shows_the_name_the_form_and_the_people_of_the_new_release(house)
    [root] = _roots(house)
    no = root.removeprefix("case:")
    line = line_of(house, no, lambda one: one.type == "process.migrated")
    forge(house, no, in_line(line.seq, lambda body: body["data"].update(to_release="a" * 64)))
    found = verdict(house, no)
    assert (found.outcome, found.seq) == (UNKNOWN, line.seq) and "没有保存" in found.reason


def _roots(house: House) -> list[str]:
    with house.door.read(SYSTEM) as view:
        return [row[0] for row in view.connection.exec_driver_sql("SELECT DISTINCT root_id FROM process_instance")]


# A decision table ----------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(sqlite_house: House) -> tuple[House, str, int]:
    """A house with a case that a table has sent to a 法制审核, and the line that tells it."""
    deploy(sqlite_house)
    no = sqlite_house.accepted_commitment()
    assert to_opinion(sqlite_house, no) == ["ut_legal_check"]
    return sqlite_house, no, line_of(sqlite_house, no, lambda one: bool(one.data.get("decisions"))).seq


def test_a_changed_table_is_found_where_it_was_asked(asked: tuple[House, str, int]):
    house, no, seq = asked
    assert verdict(house, no).outcome == IDENTICAL
    altered(house, manifest(house, release_of(house, no))["decisions"]["review_depth"], b'"full"', b'"simple"')
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, seq, "definition")
    assert "决策表“review_depth”" in found.expected


def test_a_table_that_was_exchanged_with_every_digest_is_found_by_what_it_says(asked: tuple[House, str, int]):
    house, no, seq = asked
    id, other = release_of(house, no), SIMPLER.encode()
    body, digest = manifest(house, id), hashlib.sha256(other).hexdigest()
    sql(house, "INSERT INTO artifact SELECT :digest, kind, name, :content, added_at FROM artifact WHERE digest = :old",
        digest=digest, content=other, old=body["decisions"]["review_depth"])  # fmt: skip
    body["decisions"]["review_depth"] = digest
    with house.door.read(SYSTEM) as view:
        number = release_at(view.connection, id).number
    fresh = hashlib.sha256(canonical({"item": "I02", "number": number, **body}).encode()).hexdigest()
    sql(house, "UPDATE release SET number = number + 100 WHERE id = :id", id=id)
    sql(house, "INSERT INTO release (id, item_code, number, manifest, effective_from, deployed_at, deployed_by)"
        " SELECT :fresh, item_code, :number, :body, effective_from, deployed_at, deployed_by FROM release"
        " WHERE id = :id", fresh=fresh, number=number, body=json.dumps(body), id=id)  # fmt: skip

    def bound(line: dict[str, Any]) -> None:
        if line["data"].get("release") == id:
            line["data"]["release"] = fresh

    forge(house, no, bound)
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, seq, "process")
    assert found.recorded == "进入“法制审核”" and found.expected.startswith("进入“")


# A calendar that was changed meanwhile -------------------------------------------------------------------------------


def test_a_clock_that_was_counted_again_is_identical_until_the_day_is_changed_back(sqlite_house: House):
    house = sqlite_house
    a_year_is_published(house)
    [root] = _roots(house)
    no = root.removeprefix("case:")
    assert verdict(house, no).outcome == IDENTICAL
    line = line_of(house, no, lambda one: one.type == "clock.recomputed")
    sql(house, "UPDATE calendar_day SET is_workday = 1 - is_workday WHERE day = :day", day=line.data["due"])
    found = verdict(house, no)
    assert (found.outcome, found.seq, found.ground) == (DIFFERS, line.seq, "calendar")
    assert f"按工作日历第 {line.data['version']} 版" in found.expected
