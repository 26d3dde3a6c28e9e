"""加签与会签: others are asked for their opinion on a task before it is completed, and nothing they say is lost."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import Any

import pytest

import forms
from engine.foundation.store.commands import Command
from engine.foundation.vault import Vault
from engine.process.tasks.commands import ClaimTask, CompleteTask, ReleaseTask, SaveDraft
from engine.process.tasks.countersigning import queries, rules
from engine.process.tasks.countersigning.commands import (
    AddSigners,
    AskCountersigning,
    CallOffCountersigning,
    RemoveSigner,
    SignTask,
)
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.rules import MandateExpired, TaskMissing
from engine.registry.identity.commands import SetAccountState
from engine.registry.identity.queries import put_grant
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.engine.casework.cases.test_endings import withdrawal
from tests.support.house import House
from tests.support.threads import in_threads, results

HEAD = "D62"
PERCENT = {"ratio": 60}


def held(house: House) -> str:
    """Return the task of a decision that the head has taken."""
    task = house.task(house.accepted_instant(), "ut_head_decide")
    house.execute(HEAD, ClaimTask(task_id=task.id))
    return task.id


def ask(house: House, task: str, *signers: str, mode: str = "all", account: str = HEAD, **more: Any) -> Any:
    command = AskCountersigning(task_id=task, mode=mode, signers=signers, percent=PERCENT.get(mode), **more)
    return house.execute(account, command)


def sign(house: House, task: str, account: str, verdict: str = "agree") -> Any:
    return house.execute(account, SignTask(task_id=task, verdict=verdict, opinion=f"{account} 的意见"))


def now(house: House, task: str) -> rules.Round:
    with house.door.read(SYSTEM) as view:
        return queries.rounds_of(view.connection, task)[-1]


def outcome(house: House, task: str) -> str | None:
    with house.door.read(SYSTEM) as view:
        return queries.outcome(view.connection, task)


def waiting(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        found = queries.waiting_for(view.connection, account)
        assert queries.count_waiting(view.connection, account) == len(found)
    return found


def decide(house: House, task: str, account: str = HEAD) -> Any:
    case_no = task.rpartition("-")[0]
    return house.complete(account, case_no, "ut_head_decide", {"decision": "grant"})


def test_everybody_signs_and_the_holder_completes_with_their_agreement(house: House):
    task = held(house)
    assert outcome(house, task) is None
    assert ask(house, task, "D61", "D63", question="是否符合条件")["state"] == "pending"
    assert waiting(house, "D61") == waiting(house, "D63") == [task]
    with house.door.read(house.actor("D61")) as view:
        assert "请您会签“业务负责人直接审核”（会签）。" in {
            one.sentence for one in notifications_for(view.connection, view.actor)
        }
    command = SignTask(task_id=task, verdict="agree", opinion=" 同意 ", basis="第三十八条", conditions="补充说明")
    house.execute("D61", command)
    with pytest.raises(rules.CountersigningPending, match="等待 "):
        decide(house, task)
    assert sign(house, task, "D63")["state"] == "agreed"
    assert outcome(house, task) == "agreed"
    signed = now(house, task).signers[0]
    assert (signed.verdict, signed.opinion, signed.basis, signed.conditions, signed.signed_at) == (
        "agree", "同意", "第三十八条", "补充说明", house.clock.now(),
    )  # fmt: skip
    assert waiting(house, "D61") == waiting(house, "D63") == []
    with house.door.read(house.actor(HEAD)) as view:
        assert "countersigned" in {one.kind for one in notifications_for(view.connection, view.actor)}
    decide(house, task)
    assert outcome(house, task) == "agreed"
    said = [one.sentence for one in house.journal(f"case:{task.rpartition('-')[0]}")]
    assert "会签“业务负责人直接审核”：同意" in said
    assert "“业务负责人直接审核”的会签结果：会签同意（同意 2 人，不同意 0 人）" in said
    # What people write is personal: the line keeps its digest alone.
    [line] = [one for one in house.journal(f"case:{task.rpartition('-')[0]}") if one.data.get("number") == 1
              and one.type == "countersigning.signed"]  # fmt: skip
    assert "同意" not in str(line.data["opinion"])
    assert house.violations() == []


def test_a_refused_countersigning_leaves_the_decision_to_the_holder_and_tells_whoever_asks(sqlite_house: House):
    house, task = sqlite_house, held(sqlite_house)
    ask(house, task, "D61", "D63", mode="any")
    assert sign(house, task, "D63", "disagree")["state"] == "refused"
    assert outcome(house, task) == "refused"
    assert waiting(house, "D61") == []
    with pytest.raises(rules.CountersigningMissing):
        sign(house, task, "D61")
    # Asking somebody more obliging does not get round the one who disagreed.
    with pytest.raises(rules.DissenterLeftOut):
        ask(house, task, "D61", mode="any")
    ask(house, task, "D61", "D63")
    with pytest.raises(rules.DissenterLeftOut):
        house.execute(HEAD, RemoveSigner(task_id=task, signer="D63"))
    house.execute(HEAD, CallOffCountersigning(task_id=task, reason="不再需要"))
    assert outcome(house, task) == "refused"
    decide(house, task)
    assert house.violations() == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_under_all_a_denial_by_the_first_the_middle_or_the_last_comes_to_the_same(sqlite_house: House, place: int):
    task, people = held(sqlite_house), ("D61", "D63", "W02")
    ask(sqlite_house, task, *people)
    for number, account in enumerate(people):
        assert outcome(sqlite_house, task) == "pending"
        sign(sqlite_house, task, account, "disagree" if number == place else "agree")
    assert outcome(sqlite_house, task) == now(sqlite_house, task).state == "refused"


def test_one_after_the_other_each_is_asked_when_it_is_their_turn(sqlite_house: House):
    house, task = sqlite_house, held(sqlite_house)
    ask(house, task, "D63", "D61", "W02", mode="in_order")
    assert (waiting(house, "D63"), waiting(house, "D61"), waiting(house, "W02")) == ([task], [], [])
    with pytest.raises(rules.NotYourTurn):
        sign(house, task, "D61")
    sign(house, task, "D63")
    assert waiting(house, "D61") == [task]
    # Who is next and is removed passes the turn on; who is added comes last.
    house.execute(HEAD, AddSigners(task_id=task, signers=("X91",)))
    house.execute(HEAD, RemoveSigner(task_id=task, signer="D61"))
    assert (waiting(house, "D61"), waiting(house, "W02"), waiting(house, "X91")) == ([], [task], [])
    sign(house, task, "W02", "disagree")
    assert outcome(house, task) == "refused"
    assert waiting(house, "X91") == []


def test_who_may_be_asked_is_whoever_sees_the_case_each_natural_person_once(sqlite_house: House):
    house, task = sqlite_house, held(sqlite_house)
    with house.unit("account:X92") as unit:
        put_grant(unit, "X92", "dept_reviewer", "hrss")
    unfit = {"D11": "不能查看本件", "U81": "岗位不参与办理", "A01": "不能查看本件", "Z99": "没有这个账号"}
    for account, reason in unfit.items():
        with pytest.raises(rules.SignerUnfit, match=reason):
            ask(house, task, account)
    with pytest.raises(rules.SignerTwice):
        ask(house, task, "X91", "X92")
    with pytest.raises(rules.SignerTwice):
        ask(house, task, "D61", "D61")
    with pytest.raises(rules.SignersMissing):
        ask(house, task)
    with pytest.raises(rules.SignerIsCompleter):
        ask(house, task, HEAD)
    with pytest.raises(rules.ModeUnknown):
        ask(house, task, "D61", mode="most")
    with pytest.raises(rules.QuestionTooLong):
        ask(house, task, "D61", question="问" * 2001)
    ask(house, task, "X91", "D61")
    with pytest.raises(rules.CountersigningOpen):
        ask(house, task, "D63")
    with pytest.raises(rules.SignerTwice):
        house.execute(HEAD, AddSigners(task_id=task, signers=("X92",)))
    # The same person by another account does not sign what the first was asked for.
    with pytest.raises(rules.SignerMissing):
        sign(house, task, "X92")
    with pytest.raises(TaskMissing):
        sign(house, task, "D11")
    with pytest.raises(NotYourAction):
        sign(house, task, "U81")


def test_the_completer_is_no_signer_even_by_a_second_account_or_after_taking_it_over(sqlite_house: House):
    house = sqlite_house
    with house.unit("account:X91", "account:X92") as unit:
        for account in ("X91", "X92"):
            put_grant(unit, account, "dept_head", "hrss")
    task = house.task(house.accepted_instant("W02"), "ut_head_decide")
    house.execute("X91", ClaimTask(task_id=task.id))
    with pytest.raises(rules.SignerIsCompleter):
        ask(house, task.id, "X92", account="X91")
    house.execute("X91", ReleaseTask(task_id=task.id))
    house.execute(HEAD, ClaimTask(task_id=task.id))
    ask(house, task.id, "X91", mode="any")
    sign(house, task.id, "X91")
    house.execute(HEAD, ReleaseTask(task_id=task.id))
    for account in ("X91", "X92"):
        with pytest.raises(rules.CompleterSigned):
            decide(house, task.id, account)
    decide(house, task.id)


def test_only_the_holder_asks_and_changes_and_never_without_a_reason(sqlite_house: House):
    house = sqlite_house
    task = house.task(house.accepted_instant(), "ut_head_decide").id
    with pytest.raises(rules.TaskNotInHand):
        ask(house, task, "D61")
    house.execute(HEAD, ClaimTask(task_id=task))
    moves: list[Command] = [
        AddSigners(task_id=task, signers=("D63",)),
        RemoveSigner(task_id=task, signer="D61"),
        CallOffCountersigning(task_id=task, reason="不需要"),
    ]
    for move in moves:
        with pytest.raises(rules.CountersigningMissing):
            house.execute(HEAD, move)
    ask(house, task, "D61")
    for move in moves:
        with pytest.raises(rules.TaskNotInHand):
            house.execute("D61", move)
    with pytest.raises(rules.LastSigner):
        house.execute(HEAD, RemoveSigner(task_id=task, signer="D61"))
    with pytest.raises(rules.CallOffUnwritten):
        house.execute(HEAD, CallOffCountersigning(task_id=task, reason=" "))
    house.execute(HEAD, CallOffCountersigning(task_id=task, reason="改由集体研究"))
    assert outcome(house, task) is None
    assert waiting(house, "D61") == []
    with pytest.raises(rules.CountersigningMissing):
        sign(house, task, "D61")
    with house.door.read(house.actor("D61")) as view:
        told = notifications_for(view.connection, view.actor)
    assert "“业务负责人直接审核”的会签已撤销，您无需再签署。" in {one.sentence for one in told}
    decide(house, task)


def test_nobody_signs_without_a_mandate_that_holds(sqlite_house: House):
    house, task = sqlite_house, held(sqlite_house)
    with house.unit("account:D61", "account:D63") as unit:
        put_grant(unit, "D61", "dept_reviewer", "hrss", until=unit.now + timedelta(hours=1))
        put_grant(unit, "D61", "issue_clerk", "center")
    ask(house, task, "D61", "D63")
    house.wait(hours=2)
    with pytest.raises(MandateExpired, match="授权已于"):
        sign(house, task, "D61")
    house.execute("A02", SetAccountState(account="D63", state="disabled"))
    house.execute(HEAD, AddSigners(task_id=task, signers=("X91",)))
    # Who cannot sign any more is removed, and the others decide.
    for account in ("D61", "D63"):
        house.execute(HEAD, RemoveSigner(task_id=task, signer=account))
    sign(house, task, "X91")
    assert outcome(house, task) == "agreed"


def test_a_task_that_is_taken_away_takes_its_countersigning_with_it(sqlite_house: House):
    house, task = sqlite_house, held(sqlite_house)
    ask(house, task, "D61")
    house.execute("W01", withdrawal(house, task.rpartition("-")[0]))
    assert now(house, task).state == "lapsed"
    assert waiting(house, "D61") == []
    assert outcome(house, task) is None
    with pytest.raises(rules.CountersigningMissing):
        sign(house, task, "D61")
    assert house.violations() == []


def test_the_signers_see_the_draft_as_it_was_when_they_were_asked(sqlite_house: House):
    house, task = sqlite_house, held(sqlite_house)
    house.execute(HEAD, SaveDraft(task_id=task, data={"decision": "grant", "opinion": "拟准予"}))
    ask(house, task, "D61", with_draft=True)
    house.execute(HEAD, SaveDraft(task_id=task, data={"decision": "deny"}))
    with house.door.read(house.actor("D61")) as view:
        shown = queries.draft_shown(view.connection, view.part(Vault), task, 1)
    assert shown == {"decision": "grant", "opinion": "拟准予"}
    assert now(house, task).shown


# Any order of signing, adding and removing ---------------------------------------------------------------------------

POOL = ("D61", "D63", "W02", "W03", "X91", "W01")


def expected(mode: str, rows: list[rules.Signer]) -> str:
    """Say once more, in other words than the rule, what the final rows come to."""
    said = [one.verdict for one in rows if one.removed_at is None]
    yes, no, left = said.count("agree"), said.count("disagree"), said.count(None)
    if mode == "all":
        return "pending" if left else "agreed" if not no else "refused"
    if mode == "any":
        return "pending" if not yes + no else "agreed" if yes else "refused"
    if mode == "ratio":
        reached, reachable = yes / len(said) >= 0.6, (yes + left) / len(said) >= 0.6
        return "agreed" if reached else "pending" if reachable else "refused"
    return "refused" if no else "pending" if left else "agreed"


@pytest.mark.parametrize("mode", rules.MODES)
def test_any_order_of_signing_adding_and_removing_comes_to_what_the_final_rows_say(sqlite_house: House, mode: str):
    house, chance = sqlite_house, random.Random(f"{mode}-7")
    for _ in range(4):
        task, people = held(house), chance.sample(POOL, 6)
        ask(house, task, *people[:3], mode=mode)
        spare, state = people[3:], "pending"
        for _ in range(8):
            rows = [one for one in now(house, task).standing if one.verdict is None]
            if state != "pending":
                break
            kind = chance.choice(("sign", "sign", "add", "remove"))
            if kind == "add" and spare:
                told = house.execute(HEAD, AddSigners(task_id=task, signers=(spare.pop(),)))
            elif kind == "remove" and len(rows) > 1:
                told = house.execute(HEAD, RemoveSigner(task_id=task, signer=chance.choice(rows).account))
            else:
                who = rows[0] if mode == "in_order" else chance.choice(rows)
                told = sign(house, task, who.account, chance.choice(("agree", "agree", "disagree")))
            state = told["state"]
            assert state == outcome(house, task) == expected(mode, list(now(house, task).signers))
        waits = {one.account for one in now(house, task).signers if one.waits}
        assert waits == {one.account for one in rules.whose_turn(now(house, task))}
        assert {one for one in POOL if task in waiting(house, one)} == waits


def test_adding_and_removing_while_others_sign_loses_nothing(house: House):
    other, task = house.neighbour(), held(house)
    ask(house, task, "D61", "D63", "W02", "W03")
    moves: list[tuple[str, Command]] = [
        ("D61", SignTask(task_id=task, verdict="agree", opinion="同意")),
        (HEAD, AddSigners(task_id=task, signers=("X91",))),
        ("D63", SignTask(task_id=task, verdict="disagree", opinion="不同意")),
        (HEAD, RemoveSigner(task_id=task, signer="W02")),
    ]
    actors = [house.actor(account) for account, _ in moves]
    doors = (house.door, other.door)
    results(in_threads(
        4, lambda one: doors[one % 2].execute(moves[one][1], actors[one], key=f"sign-{uuid.uuid4().hex}")
    ))  # fmt: skip
    found = {one.account: (one.verdict, one.removed_at is not None) for one in now(house, task).signers}
    assert found == {
        "D61": ("agree", False), "D63": ("disagree", False), "W02": (None, True), "W03": (None, False),
        "X91": (None, False),
    }  # fmt: skip
    assert [one.number for one in now(house, task).signers] == [1, 2, 3, 4, 5]
    sign(house, task, "X91")
    sign(house, task, "W03")
    assert outcome(house, task) == "refused"
    assert house.violations() == []


def test_completing_a_task_that_nobody_countersigned_asks_the_database_nothing_more(
    sqlite_house: House, monkeypatch: Any
):
    def never(*_: Any) -> Any:
        raise AssertionError("the statement that reads the task has said already that nobody was asked")

    task = held(sqlite_house)
    monkeypatch.setattr(queries, "rounds_of", never)
    monkeypatch.setattr("engine.process.tasks.advancing.queries.lapse_of_tasks", never)
    desk = sqlite_house.desk(HEAD, sqlite_house.task(task.rpartition("-")[0], "ut_head_decide"))
    answer = forms.read_json(desk.schema, {"decision": "grant"}, desk.context)
    sqlite_house.execute(HEAD, CompleteTask(task_id=task, answer=answer))
