"""The oracle is worth what it finds: each defect is seeded into a sound house, named, and taken out again.

Every place where the check tells something has a rule of its own, and no rule is without its defect: a check that is
taken out of the code, or never comes to speak, fails here.
"""

from __future__ import annotations

import ast
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.counselling.commands import RecordContact
from engine.casework.issuance.sms.handlers import send_message
from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.rules import chain_hash
from engine.foundation.store.unit import GENESIS
from engine.oversight.audit.invariants import verifying
from engine.oversight.audit.invariants.verifying import Violation, verify
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.tasks.commands import SaveDraft
from tests.engine.oversight.audit import test_signing_defects
from tests.engine.oversight.audit.order_defects import order_closed
from tests.engine.oversight.audit.statement_defects import DEFECTS
from tests.support.calendars import STORM, change
from tests.support.figures import change_figure
from tests.support.house import COMPANY, INSURANCE, PERSON, House, NewHouse
from yichuang.rolling import roll
from yichuang.sealing import seal_all
from yichuang.worker import work_once

CHECK = Path(verifying.__file__).parent

BY_HAND = {
    "I3.gap", "I3.log", "I3.log_unreadable", "I4.fired_twice", "I7.counted", "I7.uncounted", "I7.rollup",
    "I8.missing", "I8.changed", "I8.left",
}  # fmt: skip
"""Rules whose defect is more than a statement; they have tests of their own below."""


class TakenOut(Exception):
    """Ends the transaction of a defect: the house is sound again."""


@pytest.fixture(params=["sqlite", "postgresql"])
def sound(request: pytest.FixtureRequest, new_house: NewHouse) -> House:
    """A house with a closed case, two in work, an order, a draft, a contact, a document and a message to be done."""
    house = new_house(request.param)
    closed = house.accepted_instant()
    house.complete("D62", closed, "ut_head_decide", {"decision": "grant"})
    house.finish(closed, INSURANCE, ("王建国", PERSON["id_no"]))
    work_once(house.door)
    order_closed(house, house.accepted_commitment())
    case_no = house.receive("W01", "I02", COMPANY)
    house.execute("W01", SaveDraft(task_id=house.task(case_no, "ut_formal").id, data={"opinion": "草稿"}))
    house.execute("W01", RecordContact(name="李四", phone="13800000000", about="怎么办"))
    with house.unit(f"case:{case_no}") as unit:
        send_message(unit, f"case:{case_no}", "uncollected", "13800005678", "请来领取。")
    change(house, replace(STORM, days="2026-03-05"))
    change_figure(house, "uncollected", 10)
    assert house.violations() == []
    return house


def _found(house: House, connection: Connection) -> list[Violation]:
    return verify(connection, house.door.part(Bundles), house.door.part(Blobs))


def _told(house: House, spoil: Callable[[Connection], object]) -> list[Violation]:
    """Return what is found after ``spoil``, which is rolled back."""
    found: list[Violation] = []
    try:
        with house.door.database.writing() as connection:
            spoil(connection)
            found = _found(house, connection)
            raise TakenOut
    except TakenOut:
        return found


def _with(house: House, spoil: Callable[[Connection], object]) -> set[str]:
    """Return the rules that do not hold after ``spoil``, which is rolled back."""
    return {one.rule for one in _told(house, spoil)}


def _run(statement: str) -> Callable[[Connection], None]:
    def spoil(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            # Whoever spoils a database does not ask its foreign keys.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        assert connection.execute(sa.text(statement)).rowcount > 0, "the defect was not seeded"

    return spoil


def test_each_defect_is_found_by_its_own_rule_and_said_in_its_words(sound: House):
    silent = {}
    for what, (rule, words, statement) in DEFECTS.items():
        found = _told(sound, _run(statement))
        if not any(one.rule == rule and words in one.sentence for one in found):
            silent[what] = sorted({(one.rule, one.sentence) for one in found})
    assert silent == {}
    assert sound.violations() == [], "and nothing of it was kept"


def rules_of(source: str) -> list[str]:
    """Return the rule of every finding that a file of the check tells; one without a rule is told by its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        told = None
        if isinstance(node, ast.Yield):
            told = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Violation":
            told = node.args[0]
        # What only passes a finding on names no rule of its own.
        if told is None or isinstance(told, ast.Name | ast.Starred | ast.Call):
            continue
        found.append(str(told.value) if isinstance(told, ast.Constant) else f"line {told.lineno}")
    return found


def test_every_finding_of_the_check_has_a_rule_of_its_own_and_every_rule_its_defect():
    found = [rule for path in sorted(CHECK.glob("*.py")) for rule in rules_of(path.read_text("utf-8"))]
    assert len(found) > 30, "the findings are told in another way now: look for it here"
    assert [rule for rule, times in Counter(found).items() if times > 1] == []
    signing = {rule for rule, _ in test_signing_defects.DEFECTS.values()}
    assert set(found) == {rule for rule, _, _ in DEFECTS.values()} | signing | BY_HAND
    assert rules_of("def f():\n yield 'words alone'\n yield f'{x}', 1\n yield x\n") == ["words alone", "line 3"]


@pytest.mark.parametrize(
    "rule, words, statement",
    [
        ("I3.log", "个链头", f"UPDATE log_leaf SET head = '{'0' * 64}' WHERE position = 0"),
        ("I3.log_unreadable", "封存日志残缺", "UPDATE log_checkpoint SET at = 'infinity'"),
    ],
)
def test_I3_a_log_that_is_not_what_was_sealed_or_cannot_be_read_is_found(
    sound: House, rule: str, words: str, statement: str
):  # fmt: skip
    seal_all(sound.door)
    assert sound.violations() == []
    assert any(one.rule == rule and words in one.sentence for one in _told(sound, _run(statement)))


@pytest.mark.parametrize(
    "rule, words, statement",
    [
        ("I7.counted", "与其过程记录不符", "UPDATE task SET name = name || '（改）' WHERE state = 'completed'"),
        ("I7.uncounted", "没有计入", "DELETE FROM rollup_case"),
        ("I7.rollup", "（element）", "UPDATE rollup_element SET spent = spent + 1"),
        ("I7.rollup", "（handover）", "DELETE FROM rollup_handover"),
        ("I7.rollup", "（variant）", "UPDATE rollup_variant SET count = count + 1"),
        ("I7.rollup", "（deviation）",
         "INSERT INTO rollup_deviation VALUES ('I01', '2026-03', 'market', 'skipped', 'r', 'p', 'e', 1, 1)"),
    ],
)  # fmt: skip
def test_I7_figures_that_are_not_what_the_cases_add_are_found(sound: House, rule: str, words: str, statement: str):
    seal_all(sound.door)
    roll(sound.door)
    assert sound.violations() == []
    assert any(one.rule == rule and words in one.sentence for one in _told(sound, _run(statement)))


def test_I7_an_entry_whose_words_are_gone_is_found(sound: House):
    def without_words(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DELETE FROM search_index")
        else:
            connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('delete-all')")

    assert _with(sound, without_words) == {"I7.index"}


def test_I4_a_firing_that_was_told_twice_is_found(sound: House):
    sound.at(2026, 3, 9)
    sound.sweep()

    def again(connection: Connection) -> None:
        query = "SELECT root_id, seq, body FROM journal_line WHERE type = 'clock.reminded' ORDER BY root_id LIMIT 1"
        row = connection.exec_driver_sql(query).one()
        held = connection.execute(sa.text("SELECT seq, head FROM root WHERE id = :id"), {"id": row.root_id}).one()
        body = row.body.replace(f'"seq":{row.seq},', f'"seq":{held.seq + 1},')
        before = body.index('"prev":"') + len('"prev":"')
        body = body[:before] + held.head + body[before + 64 :]
        values = {"root": row.root_id, "seq": held.seq + 1, "body": body, "hash": chain_hash(body), "old": row.seq}
        connection.execute(
            sa.text(
                "INSERT INTO journal_line SELECT root_id, :seq, type, at, account, command_key, :body, :hash"
                " FROM journal_line WHERE root_id = :root AND seq = :old"
            ),
            values,
        )
        connection.execute(sa.text("UPDATE root SET seq = :seq, head = :hash WHERE id = :root"), values)

    assert _with(sound, again) == {"I4.fired_twice", "I1.lines"}, (
        "twice by its clock, and one line more than its key had"
    )


def test_I1_a_tail_that_was_cut_off_is_missed_even_when_the_head_was_put_back(sound: House):
    """Beside the process nothing contradicts a careful forger, but the key of what he took away does."""

    def forget_the_contact(connection: Connection) -> None:
        query = "SELECT id, seq FROM root WHERE id LIKE 'contact:%'"
        id, seq = connection.execute(sa.text(query)).one()
        last = {"id": id, "seq": seq}
        before = "SELECT hash FROM journal_line WHERE root_id = :id AND seq = :seq - 1"
        head = connection.execute(sa.text(before), last).scalar_one_or_none() or GENESIS
        connection.execute(sa.text("DELETE FROM journal_line WHERE root_id = :id AND seq = :seq"), last)
        put_back = "UPDATE root SET seq = seq - 1, head = :head WHERE id = :id"
        connection.execute(sa.text(put_back), {"id": id, "head": head})

    assert _with(sound, forget_the_contact) == {"I1.lines"}


@contextmanager
def _changed(path: Path, content: bytes | None, *, days_old: int = 0) -> Iterator[None]:
    """Let the file ``path`` have another content (None: not be there), and put back what it was."""
    before = path.read_bytes() if path.exists() else None
    try:
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
            os.utime(path, (time.time() - days_old * 86_400,) * 2)
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def test_I8_a_file_that_is_gone_changed_or_left_behind_is_found(sound: House):
    folder = sound.settings.blobs
    with sound.door.database.reading() as connection:
        digest = str(connection.exec_driver_sql("SELECT min(digest) FROM upload").scalar_one())
        uploaded, orphan = folder / digest[:2] / digest, folder / digest[:2] / (digest[:2] + "0" * 62)
        for rule, path, content in (
            ("I8.missing", uploaded, None), ("I8.changed", uploaded, b"another"), ("I8.left", orphan, b"left behind"),
        ):  # fmt: skip
            with _changed(path, content, days_old=3):
                assert {one.rule for one in _found(sound, connection)} == {rule}, path.name
        with _changed(orphan, b"just put"):
            assert _found(sound, connection) == [], "it has a day to be referred to"
    assert sound.violations() == []
