"""Who may give a task to whom, who prepares it, and for whom one acts: the rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.foundation.errors import InvalidFields
from engine.foundation.store.unit import Actor, StandIn
from engine.process.tasks.handing.rules import (
    AlreadyTheirs,
    Delegation,
    DelegationCircle,
    NotYoursToGive,
    ReceiverUnfit,
    checked_words,
    innermost,
    refuse_circle,
    refuse_delegate,
    refuse_giving,
    refuse_receiver,
)
from engine.process.tasks.rules import DelegatedOut, PreparesOnly, Task, acts_for, prepares, refuse_delegated
from engine.registry.identity.rules import may, may_take, scope_of, standing_in

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
TASK = Task(
    id="1-1", root_id="case:1", run=0, task_no=1, process="p", element="ut", name="实质审查", lane="l", form="f",
    act=None, role="dept_reviewer", department="market", clauses=(), item=None, state="open", holder="A",
    held_since=NOW, opened_at=NOW, closed_at=None, closed_by=None, revision=2,
)  # fmt: skip
REVIEWER, HEAD, ARCHIVIST = ("dept_reviewer", "market"), ("dept_head", "market"), ("dept_archivist", "market")


def actor(account: str, *grants: tuple[str, str], lent: tuple[str, ...] = (), person: str = "") -> Actor:
    """Return an actor with ``grants`` who fills the reviewer's post of each of ``lent``."""
    posts = tuple(StandIn(account=one, name=one, role="dept_reviewer", department="market") for one in lent)
    return Actor(account=account, person=person or f"p{account}", name=account, grants=grants, stands_in=posts)


def asked(number: int, delegator: str, delegate: str, state: str = "open") -> Delegation:
    return Delegation("case:1", "1-1", number, delegator, delegate, f"p{delegate}", "", NOW, state, None, "")


# Giving ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who, fits",
    [
        (actor("A", REVIEWER), True), (actor("H", HEAD), True), (actor("B", REVIEWER), False),
        (actor("H", ("dept_head", "health")), False), (actor("C", ("center_head", "center")), False),
        (actor("S", REVIEWER, lent=("A",)), False),
    ],
)  # fmt: skip
def test_the_holder_and_the_head_of_its_people_give_a_task_away(who: Actor, fits: bool):
    if fits:
        refuse_giving(TASK, who)
    else:
        with pytest.raises(NotYoursToGive):
            refuse_giving(TASK, who)


def test_the_head_of_the_centre_gives_away_what_is_the_centres():
    refuse_giving(replace(TASK, role="window_clerk", department="center"), actor("C", ("center_head", "center")))


@pytest.mark.parametrize(
    "other, part, played, refusal",
    [
        (actor("B", REVIEWER), "review", frozenset(), None),
        (actor("B", REVIEWER), "review", frozenset({"review"}), None),
        (actor("B", REVIEWER), None, frozenset({"accept"}), None),
        (actor("B", REVIEWER), "review", frozenset({"accept"}), ReceiverUnfit),
        (actor("A", REVIEWER), None, frozenset(), AlreadyTheirs),
        (actor("B", ARCHIVIST), None, frozenset(), ReceiverUnfit),
        (actor("B", ("dept_reviewer", "health")), None, frozenset(), ReceiverUnfit),
        (actor("B", ARCHIVIST, lent=("A",)), None, frozenset(), ReceiverUnfit),  # for a while is not for good
        (actor("B"), None, frozenset(), ReceiverUnfit),
    ],
)
def test_who_receives_a_task(other: Actor, part: str | None, played: frozenset[str], refusal: type[Exception] | None):
    if refusal is None:
        refuse_receiver(TASK, other, part, played)
    else:
        with pytest.raises(refusal):
            refuse_receiver(TASK, other, part, played)


@pytest.mark.parametrize(
    "other, played, fits",
    [
        (actor("B", REVIEWER), frozenset(), True), (actor("B", HEAD), frozenset(), True),
        (actor("B", ARCHIVIST), frozenset(), True), (actor("B", ARCHIVIST), frozenset({"accept"}), False),
        (actor("B", ("lead_coordinator", "market")), frozenset(), False),
        (actor("B", ("dept_reviewer", "health")), frozenset(), False),
        (actor("B", ("window_clerk", "center")), frozenset(), False),
    ],
)  # fmt: skip
def test_who_prepares_a_task(other: Actor, played: frozenset[str], fits: bool):
    if fits:
        refuse_delegate(TASK, other, "review", played)
    else:
        with pytest.raises(ReceiverUnfit):
            refuse_delegate(TASK, other, "review", played)


def test_the_counters_people_prepare_for_one_another_and_who_watches_does_not():
    counter = replace(TASK, role="window_clerk", department="center")
    refuse_delegate(counter, actor("W", ("issue_clerk", "center")), None, frozenset())
    for role in ("supervisor", "evaluator", "auditor", "complaint_clerk", "center_head"):
        with pytest.raises(ReceiverUnfit):
            refuse_delegate(counter, actor("S", (role, "center")), None, frozenset())


@pytest.mark.parametrize(
    "other, circle",
    [
        (actor("D", REVIEWER), ""), (actor("A", REVIEWER), "甲 → 乙 → A"), (actor("B", REVIEWER), "甲 → 乙 → B"),
        (actor("A2", REVIEWER, person="pA"), "甲 → 乙 → A2"),
    ],
)  # fmt: skip
def test_nobody_of_the_chain_is_asked_again_under_any_account(other: Actor, circle: str):
    chain = [("pA", "甲"), ("pB", "乙")]
    if circle:
        with pytest.raises(DelegationCircle, match=circle):
            refuse_circle(TASK, other, chain)
    else:
        refuse_circle(TASK, other, chain)


def test_the_form_lies_with_the_newest_open_delegation():
    rows = [asked(1, "A", "B"), asked(2, "B", "C"), asked(3, "C", "D", "returned")]
    found = innermost(rows)
    assert found is not None and found.delegate == "C"
    assert innermost(rows[2:]) is None and innermost([]) is None


@pytest.mark.parametrize("text, told", [("", "请填写理由。"), ("字" * 501, "理由不超过 500 字，现有 501 字，请改短。")])
def test_a_missing_reason_and_one_too_long_are_told_at_their_field(text: str, told: str):
    with pytest.raises(InvalidFields) as wrong:
        checked_words("reason", text, "理由")
    assert wrong.value.errors == {"reason": told}


# Preparing ------------------------------------------------------------------------------------------------------------


def test_while_it_is_prepared_neither_the_delegate_nor_the_holder_completes_it():
    out = replace(TASK, delegate="B")
    assert prepares(actor("B"), out) and not prepares(actor("A"), out) and not prepares(actor("C"), out)
    with pytest.raises(PreparesOnly, match="由 甲 负责"):
        refuse_delegated(out, actor("B"), {"A": "甲"})
    with pytest.raises(DelegatedOut, match="已委派给 乙 准备"):
        refuse_delegated(out, actor("A"), {"B": "乙"})
    refuse_delegated(out, actor("C"), {})
    refuse_delegated(TASK, actor("A"), {})
    closed = replace(out, state="completed")
    assert not prepares(actor("B"), closed)
    refuse_delegated(closed, actor("A"), {})


# Standing in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who, holder, on_behalf, absent",
    [
        (actor("S", ARCHIVIST, lent=("A",)), "A", None, "A"),  # in the absent hands
        (actor("S", ARCHIVIST, lent=("A",)), None, None, "A"),  # in nobody's, and no post of one's own
        (actor("S", REVIEWER, lent=("A",)), None, None, None),  # in nobody's, by the own post
        (actor("S", REVIEWER, lent=("A",)), "A", None, "A"),
        (actor("S", ARCHIVIST, lent=("A",)), "S", "A", "A"),  # taken before
        (actor("S", REVIEWER, lent=("A",)), "S", None, None),
        (actor("S", ARCHIVIST, lent=("A", "B")), "B", None, "B"),  # of two, the one whose it is
        (actor("S", REVIEWER), "A", None, None),
        (actor("A", REVIEWER), "S", "A", None),  # the absent person acts for nobody
    ],
)
def test_for_whom_one_acts(who: Actor, holder: str | None, on_behalf: str | None, absent: str | None):
    found = acts_for(who, replace(TASK, holder=holder, on_behalf=on_behalf))
    assert (None if found is None else found.account) == absent


def test_a_lent_post_opens_tasks_and_their_cases_and_nothing_else():
    substitute = actor("S", ("lead_coordinator", "market"), lent=("A",))
    assert may_take(substitute, *REVIEWER) and not may_take(substitute, *HEAD)
    assert may_take(substitute, "dept_reviewer", "health") is False
    allowed = {"task.work", "upload.add", "phone_link.open", "case.see"}
    assert {one for one in allowed if may(substitute, one)} == allowed
    refused = ("extension.request", "task.transfer", "case.unmask", "document.void", "handover.refuse", "card.appeal")
    assert [one for one in refused if may(substitute, one)] == []
    assert scope_of(substitute).departments == {"market"} and not scope_of(substitute).everything
    assert standing_in(substitute, *REVIEWER) is not None
    assert standing_in(substitute, *REVIEWER, "B", None) is None
