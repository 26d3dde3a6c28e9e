"""Clauses beside the elements of the drawings: each is found from the other, and what lacks the other is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.oversight.publishing.tracing import DOING, trace
from engine.process.bpmn import parse_definition
from processes import library
from processes.library import ClauseRow

SHIPPED = {name: parse_definition(file.xml) for name, file in library.processes().items()}


def row(clause: str, modality: str = "应") -> ClauseRow:
    return ClauseRow(id=f"T{clause}", clause=clause, part="内容", modality=modality, requirement="落实", role="全体")


def test_every_clause_of_the_standard_stands_once_in_its_order():
    found = trace(SHIPPED, library.clauses())
    numbers = [one.number for one in found.clauses]
    assert numbers == list(dict.fromkeys(one.clause for one in library.clauses()))
    assert sum(len(one.rows) for one in found.clauses) == len(library.clauses())


def test_the_shipped_drawings_name_a_clause_at_every_step_and_none_that_is_not_there():
    found = trace(SHIPPED, library.clauses())
    assert found.bare == ()
    assert found.unknown == ()
    assert {one.number for one in found.missing} >= {"4.1.8", "5.4", "7"}
    assert not {one.number for one in found.missing} & {"封面", "前言", "6.1.1"}


NAMES = st.sets(st.sampled_from(sorted(SHIPPED)), min_size=1, max_size=4)


@given(NAMES, st.sets(st.sampled_from(["6.1.1", "6.2.1", "9.9"])))
def test_an_element_is_under_a_clause_exactly_when_it_names_it(names: set[str], clauses: set[str]):
    mine = {name: SHIPPED[name] for name in names}
    found = trace(mine, [row(clause) for clause in sorted(clauses)])
    for clause in found.clauses:
        named = {(one.process, one.element.id) for one in clause.elements}
        assert named == {
            (name, element.id) for name, one in mine.items() for element in one.elements.values()
            if clause.number in element.clauses
        }  # fmt: skip
    cited = {number for one in mine.values() for element in one.elements.values() for number in element.clauses}
    assert {number for number, _ in found.unknown} == cited - clauses
    assert {one.number for one in found.missing} == clauses - cited


def test_a_step_without_a_clause_is_told_and_a_gateway_is_not_asked():
    text = SHIPPED["intake"].xml.decode().replace("yc:clause", "yc:clausf")
    bare = parse_definition(text.encode())
    found = trace({"intake": bare}, [row("6.1.1"), row("3", "陈述")])
    assert {one.element.id for one in found.bare} == {
        one.id for one in SHIPPED["intake"].elements.values() if one.kind in DOING
    }
    assert [one.number for one in found.missing] == ["6.1.1"], "what only states something wants no element"
