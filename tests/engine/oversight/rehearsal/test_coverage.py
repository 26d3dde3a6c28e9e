"""Coverage: elements and flows gone through, counted from the steps of a case."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from engine.oversight.rehearsal.coverage import Covered, coverage_json, coverage_of, covered, drawn, together
from engine.process.bpmn import parse_definition
from engine.process.tasks.queries import Step
from processes import library

INTAKE = parse_definition(library.processes()["intake"].xml)
ROUTE = parse_definition(library.processes()["route_commitment"].xml)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def steps(*elements: str, process: str = "route_commitment", within: int | None = 7, first: int = 1) -> list[Step]:
    return [
        Step(
            number, 0, number, process, element.removesuffix("!"), ROUTE.elements[element.removesuffix("!")].kind, "",
            "", "cancelled" if element.endswith("!") else "completed", NOW, "W01", within=within,
        )
        for number, element in enumerate(elements, first)
    ]  # fmt: skip


def start_of(process_flows: dict[str, tuple[str, str, str]], target: str) -> list[str]:
    return [source for source, there, _ in process_flows.values() if there == target]


def flow(source: str, target: str) -> str:
    (id,) = [id for id, one in drawn(ROUTE.xml).flows.items() if one[:2] == (source, target)]
    return id


def first_steps() -> list[str]:
    """Return two elements before the first task of the route, and that task, as they follow each other."""
    flows = dict(drawn(ROUTE.xml).flows)
    merge = start_of(flows, "ut_substantive")[0]
    return [start_of(flows, merge)[0], merge, "ut_substantive"]


def test_nothing_is_covered_by_no_steps() -> None:
    found = covered([INTAKE, ROUTE], [])
    assert set(found) == {"intake", "route_commitment"}
    assert all(one.reached == one.taken == one.per_cent == 0 for one in found.values())
    assert set(found["intake"].missed()) == set(INTAKE.elements)


def test_a_flow_is_taken_between_two_steps_and_counted_each_time() -> None:
    begin, merge, task = first_steps()
    one = covered([ROUTE], steps(begin, merge, task))["route_commitment"]
    assert one.elements[task] == 1
    assert (one.flows[flow(begin, merge)], one.flows[flow(merge, task)]) == (1, 1)
    assert one.taken == 2
    again = covered([ROUTE], steps(begin, merge, task, merge, task))["route_commitment"]
    assert (again.elements[task], again.flows[flow(merge, task)]) == (2, 2)


def test_steps_of_another_process_or_another_call_lead_nowhere() -> None:
    begin, merge, task = first_steps()
    mixed = [*steps(begin, merge), *steps(task, within=8, first=3)]
    one = covered([ROUTE], mixed)["route_commitment"]
    assert one.flows[flow(merge, task)] == 0, "the task of another call did not come from this one's merge"
    other = covered([INTAKE], steps(begin, merge, task))["intake"]
    assert other.reached == 0


def test_where_the_case_stands_was_reached_and_the_way_to_it_taken() -> None:
    begin, merge, task = first_steps()
    one = covered([ROUTE], steps(begin, merge), [("route_commitment", task)])["route_commitment"]
    assert one.elements[task] == 0 and one.reached == 3
    assert one.flows[flow(merge, task)] == 1
    assert task not in one.missed()


def test_a_task_that_was_cut_off_was_reached_but_goes_no_further() -> None:
    begin, merge, task = first_steps()
    (behind,) = [there for source, there, _ in drawn(ROUTE.xml).flows.values() if source == task]
    one = covered([ROUTE], steps(begin, merge, f"{task}!", behind))["route_commitment"]
    assert one.elements[task] == 1
    assert one.flows[flow(task, behind)] == 0


@given(st.lists(st.sampled_from(sorted(ROUTE.elements)), max_size=12), st.integers(0, 12))
def test_coverage_never_shrinks_and_never_exceeds_what_is_drawn(walk: list[str], cut: int) -> None:
    part, whole = (covered([ROUTE], steps(*one))["route_commitment"] for one in (walk[:cut], walk))
    assert set(whole.elements) == set(ROUTE.elements)
    assert all(whole.elements[id] >= times for id, times in part.elements.items())
    assert all(whole.flows[id] >= times for id, times in part.flows.items())
    assert sum(whole.elements.values()) == len(walk)
    assert part.per_cent <= whole.per_cent <= 100


@given(st.lists(st.lists(st.sampled_from(sorted(ROUTE.elements)), max_size=6), min_size=1, max_size=4))
def test_several_rehearsals_together_cover_what_any_of_them_did(walks: list[list[str]]) -> None:
    all = [covered([ROUTE], steps(*walk)) for walk in walks]
    whole = together(all)["route_commitment"]
    assert set(whole.missed()) == set.intersection(*(set(one["route_commitment"].missed()) for one in all))
    assert coverage_of(coverage_json({"route_commitment": whole})) == {"route_commitment": whole}


def test_a_whole_process_is_a_hundred_per_cent_and_not_before() -> None:
    assert Covered("p", "P", {"a": 1}, {"f": 1}).per_cent == 100
    assert Covered("p", "P", {str(n): 1 for n in range(999)}, {"f": 0}).per_cent == 99
