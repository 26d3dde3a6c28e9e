"""Asking for cases by anything on record of them: each condition finds its case and no other, on both databases."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.journal import queries as journal
from engine.foundation.journal.tables import FEW
from engine.foundation.journal.tags import all_tags
from engine.oversight.audit.desk.commands import DrawSample
from engine.oversight.audit.desk.queries import Marks, found, marks_of, numbers
from engine.oversight.audit.desk.rules import DAYS, EITHER, FLAGS, NOTED, TITLES, Question, as_pairs, read_question
from engine.oversight.audit.desk.sampling import draw
from engine.oversight.audit.rights import LINES
from engine.process.clocks.ledgers import EXCUSED, EXTENDED
from engine.process.tasks.modifying import MODIFIED
from engine.process.tasks.returning.tags import SENT_BACK, WITHDRAWN
from engine.registry.identity.rules import SYSTEM, Scope
from tests.engine.casework.cases.procedures.test_extension import extended
from tests.engine.oversight.audit.findings.test_findings import write
from tests.engine.oversight.publishing.modifying.test_modifying import back_to_review, before_the_opinion
from tests.engine.process.test_returning import OPINION, send_back
from tests.support.counting import statements
from tests.support.house import COMPANY, PERSON, House
from tests.web.test_scale import scans

ALL = Scope(True, frozenset())


def asked(house: House, scope: Scope = ALL, account: str = "U81", **conditions: Any) -> set[str]:
    question = Question(**conditions)
    with house.door.read(SYSTEM) as view:
        page = found(view.connection, scope, account, question, limit=100)
        every = list(numbers(view.connection, scope, account, question))
    assert page.total == len(page.ids) == len(every) and every == sorted(every)
    assert {f"case:{one}" for one in every} == set(page.ids)
    return set(every)


def marks(house: House, case_no: str) -> Marks:
    with house.door.read(SYSTEM) as view:
        return marks_of(view.connection, [f"case:{case_no}"])[f"case:{case_no}"]


def sent_back(house: House) -> str:
    case_no = house.accepted_commitment()
    house.complete("D11", case_no, "ut_substantive", {"findings": "审查完毕", "site_visit": "no"})
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    send_back(house, "D12", case_no, house.open_tasks(case_no)[0].element, "ut_dept_opinion")
    return case_no


def test_what_befell_a_case_is_found_and_shown_and_its_opposite_finds_the_others(house: House):
    plain = house.receive("W01", "I06", PERSON)
    befell = {"modified": before_the_opinion(house), "returned": sent_back(house), "extended": extended(house)}
    back_to_review(house, befell["modified"])
    everything = {plain, *befell.values()}
    for name, case_no in befell.items():
        assert asked(house, ALL, "U81", **{name: "1"}) == {case_no}, name
        assert asked(house, ALL, "U81", **{name: "0"}) == everything - {case_no}, name
        assert marks(house, case_no) == Marks(**{name: True})
    assert asked(house, overdue="1") == set()
    house.at(2026, 6, 1)
    house.sweep()
    late = asked(house, overdue="1")
    assert befell["modified"] in late and marks(house, befell["modified"]) == Marks(overdue=True, modified=True)
    assert asked(house, overdue="0") == everything - late


def test_days_are_the_citys_and_both_ends_are_counted(house: House):
    early = house.accepted_instant()
    house.complete("D62", early, "ut_head_decide", {"decision": "grant"})
    house.at(2026, 3, 5)
    late = house.accepted_instant()
    first, between, last = date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 5)
    assert asked(house, received_from=first, received_to=first) == {early}
    assert asked(house, received_from=between) == asked(house, received_from=last, received_to=last) == {late}
    accepted = house.case(late).accepted_on
    assert accepted is not None
    assert asked(house, accepted_from=accepted, accepted_to=accepted) == {late}
    assert asked(house, accepted_to=first) == {early}
    assert asked(house, decided_from=first, decided_to=first) == asked(house, decided_from=first) == {early}
    assert asked(house, decided_from=between) == set()


def test_words_places_people_and_ones_own_notes_narrow_it(house: House):
    mine, other = house.receive("W01", "I02", COMPANY), house.receive("W02", "I06", PERSON)
    accepted = house.accepted_instant()
    assert asked(house) == {mine, other, accepted}
    assert asked(house, item="I02") == asked(house, q=mine) == asked(house, q="测试餐饮") == {mine}
    assert asked(house, q="没有这个") == set()
    assert asked(house, responder="W02") == {other}
    assert accepted in asked(house, person="W01") and mine not in asked(house, person="W01")
    assert asked(house, department=house.case(mine).department) == {mine}
    assert asked(house, Scope(False, frozenset({house.case(mine).department}))) == {mine}
    assert asked(house, Scope(False, frozenset())) == set()
    id = write(house, mine)
    assert asked(house, noted="any") == asked(house, noted="open") == {mine}
    assert asked(house, noted="none") == {other, accepted}
    # What another auditor noted says nothing here.
    assert asked(house, account="K61", noted="any") == set()
    with house.door.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE audit_finding SET state = 'settled' WHERE id = {id}")
    assert (asked(house, noted="any"), asked(house, noted="open")) == ({mine}, set())


def test_a_page_asks_as_many_statements_for_many_cases_as_for_one(sqlite_house: House):
    counts = []
    for _ in range(3):
        case_no = sqlite_house.receive("W01", "I02", COMPANY)
        write(sqlite_house, case_no)
        with sqlite_house.door.read(SYSTEM) as view, statements(view.connection) as sent:
            page = found(view.connection, ALL, "U81", Question(noted="any", modified="0", overdue="0"))
            marks_of(view.connection, page.ids)
        counts.append(len(sent))
    assert counts == [3, 3, 3]


def test_what_is_rare_is_found_by_its_own_index(house: House):
    house.receive("W01", "I02", COMPANY)
    with house.door.database.reading() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        seen: list[tuple[str, Any]] = []
        def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            seen.append((statement, parameters))

        sa.event.listen(connection, "before_cursor_execute", note)
        journal.few_lines(connection, LINES, until=house.clock.now())
        connection.execute(journal.roots_with(MODIFIED)).all()
        sa.event.remove(connection, "before_cursor_execute", note)
        assert len(seen) == 2
        for statement, parameters in seen:
            assert scans(connection, statement, parameters, {"journal_line"}) == []
            explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
            plan = str(connection.exec_driver_sql(explain + statement, parameters).all())
            assert "ix_journal_line_few" in plan, plan


def test_the_few_kinds_of_lines_are_what_is_asked_for():
    # The foundation cannot know the rooms above it: it repeats their words, and this holds them together.
    assert set(FEW) == {*LINES, EXCUSED, EXTENDED, MODIFIED, SENT_BACK, WITHDRAWN} <= set(all_tags())
    with pytest.raises(ValueError, match="may be looked for"):
        journal.roots_with("process.advanced")


@pytest.mark.parametrize(
    "wrong",
    [{"drawn": ()}, {"drawn": ("11410500MB1A0000203000131002000202603029999",)}, {"population": 2}, {"size": 2}],
)  # fmt: skip
def test_what_is_no_sample_of_cases_one_may_see_is_not_kept(sqlite_house: House, wrong: dict[str, Any]):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    seed = "f" * 32
    drawn = draw([case_no], 1, seed)
    given: dict[str, Any] = {"seed": seed, "size": 1, "population": 1, "digest": drawn.digest, "drawn": drawn.numbers}
    given["question"] = {}
    kept = DrawSample(purpose="年度审计", **given)
    assert sqlite_house.execute("U81", kept)["id"] == 1
    if wrong in ({"size": 2}, {"population": 2}):
        # Fewer cases than were asked for, or more than were drawn from, are a sample as well.
        assert sqlite_house.execute("U81", DrawSample(purpose="年度审计", **{**given, **wrong}))["id"] == 2
        return
    with pytest.raises(ValueError, match="no sample"):
        sqlite_house.execute("U81", DrawSample(purpose="年度审计", **{**given, **wrong}))


values = st.one_of(
    st.text(max_size=60), st.sampled_from(["1", "0", "any", "2026-03-02", "1999-01-01", "received", "commitment"])
)


@given(st.dictionaries(st.sampled_from([*TITLES, "page", "other"]), values))
def test_an_address_is_read_the_same_after_it_was_written(pairs: dict[str, str]):
    question = read_question(pairs)
    assert read_question(as_pairs(question)) == question
    for name in FLAGS:
        assert getattr(question, name) in ("", *EITHER)
    assert question.noted in ("", *NOTED)
    assert set(as_pairs(question)) <= {field.name for field in fields(Question)} == set(TITLES)
    assert all(getattr(question, name) is None or 2000 <= getattr(question, name).year <= 2199 for name in DAYS)
