"""A special procedure's notice made void (行政许可法 45): its pause goes on, on the notice that stands in its place."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework.cases.procedures.queries import specials_of
from engine.process.clocks.queries import entries_of
from engine.process.documents.commands import VoidDocument
from engine.process.documents.rules import Document, ReplacementNeeded
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.cases.procedures.stretches import RESULT, accepted, asked, kept, people, rows, told, worked
from tests.support.house import House


def notices(house: House, case_no: str) -> list[Document]:
    return [one for one in house.documents(case_no) if one.kind == "special_procedure_notice"]


def paused(house: House) -> str:
    """Return an I10 case whose expert review was told on 4 March."""
    case_no = accepted(house)
    asked(house, case_no)
    house.at(2026, 3, 4)
    told(house, case_no)
    return case_no


def void(house: House, case_no: str, document: Document, reissue: bool = True) -> None:
    command = VoidDocument(
        root_id=f"case:{case_no}", document_id=document.id, reason="预计天数的依据写错", reissue=reissue
    )
    house.execute(people(house, case_no)[1], command)


def ledger(house: House, case_no: str) -> list[tuple[str, str]]:
    """Return (kind of entry, document or key) of the commitment's ledger without its start."""
    with house.door.read(SYSTEM) as view:
        entries = entries_of(view.connection, rows(house, case_no)["commitment"].id)
    return [(type(one).__name__, str(getattr(one, "document", "") or getattr(one, "key", ""))) for one in entries[1:]]


def test_the_ledger_names_the_new_notice_and_the_limit_moves_by_the_whole_stretch(house: House):
    case_no = paused(house)
    before = rows(house, case_no)["commitment"].due_on
    house.at(2026, 3, 6)
    [old] = notices(house, case_no)
    void(house, case_no, old)
    _, new = notices(house, case_no)
    assert ledger(house, case_no) == [("Pause", old.number), ("Resume", old.id), ("Pause", new.number)]
    assert rows(house, case_no)["commitment"].state == rows(house, case_no)["statutory"].state == "paused"
    sentences = "".join(line.sentence for line in house.clocks(case_no)["commitment"].reckoning.ledger)
    assert "原告知书作废重出" in sentences
    with house.door.read(SYSTEM) as view:
        assert [one.document_id for one in specials_of(view.connection, f"case:{case_no}")] == [new.id]
    worked(house, case_no)
    house.at(2026, 3, 11)
    house.complete(people(house, case_no)[0], case_no, "ut_sp_result", RESULT)
    assert before is None or before <= date(2026, 3, 19)
    assert rows(house, case_no)["commitment"].due_on == date(2026, 3, 19), "12 March, and the five days after the 4th"
    assert house.violations() == []


def test_a_notice_is_not_made_void_without_another_while_or_after_its_pause(sqlite_house: House):
    case_no = paused(sqlite_house)
    [old] = notices(sqlite_house, case_no)
    before = kept(sqlite_house, case_no)
    with pytest.raises(ReplacementNeeded) as refused:
        void(sqlite_house, case_no, old, reissue=False)
    assert "第四十五条" in refused.value.sentence
    assert kept(sqlite_house, case_no) == before
    worked(sqlite_house, case_no)
    sqlite_house.at(2026, 3, 9)
    sqlite_house.complete(people(sqlite_house, case_no)[0], case_no, "ut_sp_result", RESULT)
    with pytest.raises(ReplacementNeeded):
        void(sqlite_house, case_no, old, reissue=False)


def test_after_the_procedure_the_ledger_stays_as_it_was_and_the_journal_names_the_new_notice(sqlite_house: House):
    case_no = paused(sqlite_house)
    worked(sqlite_house, case_no)
    sqlite_house.at(2026, 3, 9)
    sqlite_house.complete(people(sqlite_house, case_no)[0], case_no, "ut_sp_result", RESULT)
    due, [old] = rows(sqlite_house, case_no)["commitment"].due_on, notices(sqlite_house, case_no)
    void(sqlite_house, case_no, old)
    assert rows(sqlite_house, case_no)["commitment"].due_on == due
    assert ledger(sqlite_house, case_no) == [("Pause", old.number), ("Resume", old.id)]
    line = next(one for one in sqlite_house.journal(f"case:{case_no}") if one.type == "special.renoticed")
    assert notices(sqlite_house, case_no)[1].number in line.sentence
    assert sqlite_house.violations() == []
