"""Scope, tasks and the separation of duties: pure rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.store.unit import Actor
from engine.registry.identity.rules import (
    PARTS,
    ROLES,
    SEPARATIONS,
    SYSTEM,
    SodViolation,
    may_take,
    refuse_double_part,
    scope_of,
)

DEPARTMENTS = ["market", "housing", "police"]
roles = st.sampled_from(sorted(ROLES))
places = st.sampled_from(["center", *DEPARTMENTS])
grants = st.lists(st.tuples(roles, places), max_size=4).map(tuple)
parts = st.frozensets(st.sampled_from(sorted(PARTS)))

SEES_ALL = {"window_clerk", "issue_clerk", "center_head", "supervisor", "evaluator", "auditor"}
SEES_OWN = {"dept_reviewer", "dept_head", "dept_archivist", "lead_coordinator"}


def somebody(held: tuple[tuple[str, str], ...]) -> Actor:
    return Actor(account="T01", person="p", name="某人", grants=held)


@given(grants)
def test_whose_case_is_seen(held: tuple[tuple[str, str], ...]):
    scope = scope_of(somebody(held))
    # The centre's auditor sees all cases, a department's own one that department's.
    everything = any(role in SEES_ALL and (role, place == "center") != ("auditor", False) for role, place in held)
    for department in DEPARTMENTS:
        own = any(role in {*SEES_OWN, "auditor"} and place == department for role, place in held)
        assert scope.covers(department) == (everything or own)


def test_the_administrators_and_the_designer_see_no_case():
    for role in set(ROLES) - SEES_ALL - SEES_OWN:
        scope = scope_of(somebody(((role, "center"),)))
        assert not any(scope.covers(department) for department in DEPARTMENTS), role


def test_the_house_itself_sees_everything():
    assert all(scope_of(SYSTEM).covers(department) for department in DEPARTMENTS)


@given(grants, roles, places)
def test_a_task_is_taken_by_who_holds_its_role_in_its_place(held: tuple[tuple[str, str], ...], role: str, place: str):
    assert may_take(somebody(held), role, place) == ((role, place) in held)


def test_not_even_the_house_itself_works_a_persons_task():
    assert not any(may_take(SYSTEM, role, place) for role in ROLES for place in ("center", *DEPARTMENTS))


# 受审分离 -----------------------------------------------------------------------------------------------------------

FORBIDDEN = {("accept", "review"), ("accept", "decide"), ("review", "decide"), ("hand_over_result", "sign_result")}
FORBIDDEN |= {("accept", "review_rejection"), ("accept", "represent")}
FORBIDDEN |= {("ask_time", "approve_time"), ("host_hearing", "review")}


@given(parts, st.sampled_from(sorted(PARTS)))
def test_T025_nobody_plays_two_parts_that_must_be_two_people(played: frozenset[str], wanted: str):
    clash = any(wanted in pair and (set(pair) - {wanted}) & played for pair in FORBIDDEN)
    if not clash:
        refuse_double_part(played, wanted)
        return
    with pytest.raises(SodViolation) as refused:
        refuse_double_part(played, wanted)
    assert PARTS[wanted] in refused.value.sentence
    assert any(rule.rule in refused.value.sentence for rule in SEPARATIONS)


def test_the_same_part_twice_is_one_part():
    for part in PARTS:
        refuse_double_part(frozenset({part}), part)


@given(parts)
def test_an_act_that_is_no_part_is_open_to_everybody(played: frozenset[str]):
    refuse_double_part(played, None)
