"""Asking for opinions on a task, giving them, and asking more or fewer people; all under the lock of the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.foundation.errors import Refusal
from engine.foundation.journal.reasons import written_reason
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault
from engine.process.tasks import queries as tasks
from engine.process.tasks.countersigning import queries, rules
from engine.process.tasks.countersigning.commands import (
    AddSigners,
    AskCountersigning,
    CallOffCountersigning,
    RemoveSigner,
    SignTask,
)
from engine.process.tasks.countersigning.rules import Round, Signer
from engine.process.tasks.desk import find_task
from engine.process.tasks.notifications.queries import notify_account
from engine.process.tasks.registry import View
from engine.process.tasks.rules import Task, refuse_expired
from engine.process.tasks.telling import active_actor, sees
from engine.registry.identity.queries import lapsed_at
from engine.registry.identity.rules import ACTIONS, may

ASKED = tag("countersigning.asked", "就“{name}”提请{mode_name}：{who}")
ADDED = tag("countersigning.added", "“{name}”加签：{who}")
REMOVED = tag("countersigning.removed", "“{name}”减签：{who}")
SIGNED = tag("countersigning.signed", "会签“{name}”：{verdict_name}")
SETTLED = tag("countersigning.settled", "“{name}”的会签结果：{state_name}（同意 {agree} 人，不同意 {disagree} 人）")
CALLED_OFF = tag("countersigning.called_off", "撤销“{name}”的会签：{reason}")


def ask(command: AskCountersigning, unit: Unit) -> Mapping[str, Any]:
    """Open a countersigning on a task in the actor's hands.

    Raises TaskMissing, TaskNotInHand, CountersigningOpen, ModeUnknown, QuestionTooLong, SignersMissing,
    SignerUnfit, SignerTwice, SignerIsCompleter, and DissenterLeftOut when one who disagreed before is not asked again.
    """
    task = _in_hand(unit, command.task_id)
    rounds = queries.rounds_of(unit.connection, task.id)
    if any(one.state == "pending" for one in rounds):
        raise rules.CountersigningOpen(name=task.name)
    rules.refuse_mode(command.mode, command.percent)
    question = command.question.replace("\r\n", "\n").strip()
    if len(question) > rules.LONGEST:
        raise rules.QuestionTooLong(length=len(question))
    chosen = _chosen(unit, task, command.signers, [])
    _refuse_leaving_out(unit, task, rounds, chosen)
    draft = tasks.draft_of(unit.connection, unit.part(Vault), task.id, unit.actor.account)
    number = len(rounds) + 1
    queries.put_round(
        unit, task.root_id, task.id, number, draft if command.with_draft else None,
        mode=command.mode, percent=command.percent, question=question,
    )  # fmt: skip
    queries.put_signers(unit, task.root_id, task.id, number, _numbered(chosen, 1))
    unit.record(
        ASKED, task.root_id, task=task.id, name=task.name, element=task.element, round=number, mode=command.mode,
        mode_name=_mode_name(command.mode, command.percent), percent=command.percent,
        signers=[who.account for who, *_ in chosen], who=_names(who.name for who, *_ in chosen),
        draft=command.with_draft and draft is not None, private={"question": question} if question else {},
    )  # fmt: skip
    return _go_on(unit, task)


def add(command: AddSigners, unit: Unit) -> Mapping[str, Any]:
    """Ask more people; who has signed meanwhile stays signed.

    Raises TaskNotInHand, CountersigningMissing, and what :func:`ask` raises of signers.
    """
    task = _in_hand(unit, command.task_id)
    now = _open_round(unit, task)
    chosen = _chosen(unit, task, command.signers, now.standing)
    queries.put_signers(unit, task.root_id, task.id, now.round, _numbered(chosen, len(now.signers) + 1))
    unit.record(
        ADDED, task.root_id, task=task.id, name=task.name, element=task.element, round=now.round,
        signers=[who.account for who, *_ in chosen], who=_names(who.name for who, *_ in chosen),
    )  # fmt: skip
    return _go_on(unit, task)


def remove(command: RemoveSigner, unit: Unit) -> Mapping[str, Any]:
    """Take back the asking of one who has not signed; a vote may be decided by it.

    Raises TaskNotInHand, CountersigningMissing, and what :func:`refuse_removal` raises.
    """
    task = _in_hand(unit, command.task_id)
    now = _open_round(unit, task)
    gone = rules.refuse_removal(now, command.signer, queries.rounds_of(unit.connection, task.id))
    queries.set_signer(
        unit, task.id, now.round, gone.number, removed_by=unit.actor.account, removed_at=unit.now, waits=False
    )
    unit.record(REMOVED, task.root_id, task=task.id, name=task.name, element=task.element, round=now.round,
                signer=gone.account, who=gone.name)  # fmt: skip
    return _go_on(unit, task)


def call_off(command: CallOffCountersigning, unit: Unit) -> Mapping[str, Any]:
    """End a countersigning without an outcome; what was signed stays on record and decides nothing.

    Raises TaskNotInHand, CountersigningMissing, CallOffUnwritten.
    """
    task = _in_hand(unit, command.task_id)
    reason = written_reason(command.reason, rules.CallOffUnwritten)
    now = _open_round(unit, task)
    queries.set_waiting(unit, task.id, now.round, ())
    queries.set_round(unit, task.id, now.round, state="called_off", settled_at=unit.now,
                      ended_by=unit.actor.account, reason=reason)  # fmt: skip
    unit.record(CALLED_OFF, task.root_id, task=task.id, name=task.name, element=task.element, round=now.round,
                reason=reason)  # fmt: skip
    for one in now.unsigned:
        if one.waits:
            _tell(unit, task, one, f"“{task.name}”的会签已撤销，您无需再签署。")
    return _told(unit, task)


def sign(command: SignTask, unit: Unit) -> Mapping[str, Any]:
    """Say whether one agrees; it may decide the countersigning.

    Raises TaskMissing, SignatureIncomplete, CountersigningMissing (settled, called off, or the task is closed),
    SignerMissing, SignerHasSigned, NotYourTurn, MandateExpired, and SignerUnfit when the post is not held any more.
    """
    task = find_task(unit, command.task_id)
    opinion, basis, conditions = rules.checked_words(
        command.verdict, command.opinion, command.basis, command.conditions
    )
    now = _open_round(unit, task)
    mine = rules.refuse_signature(now, unit.actor.account)
    refuse_mandate(unit, task, mine)
    queries.set_signer(
        unit, task.id, now.round, mine.number, verdict=command.verdict, opinion=opinion, basis=basis,
        conditions=conditions, signed_at=unit.now, waits=False,
    )  # fmt: skip
    unit.record(
        SIGNED, task.root_id, task=task.id, name=task.name, element=task.element, round=now.round, number=mine.number,
        verdict=command.verdict, verdict_name=rules.VERDICTS[command.verdict],
        private={"opinion": opinion, "basis": basis or "", "conditions": conditions or ""},
    )  # fmt: skip
    return _go_on(unit, task)


def refuse_unsigned(unit: Unit, task: Task) -> None:
    """Raise while the task's countersigning is open, and when the actor, as a natural person, has been its signer.

    A task that was never countersigned costs nothing here: the statement that read it has said so.
    Raises :class:`CountersigningPending`, :class:`CompleterSigned`.
    """
    if not unit.known.get(("asked", task.id), True):
        return
    for one in queries.rounds_of(unit.connection, task.id):
        if one.state == "pending":
            raise rules.CountersigningPending(name=task.name, who=_names(each.name for each in rules.whose_turn(one)))
        if one.state in rules.COUNTED and unit.actor.person in {each.person for each in one.standing}:
            raise rules.CompleterSigned(name=task.name)


def refuse_mandate(view: View, task: Task, signer: Signer) -> None:
    """Raise unless the actor still holds the post for which the opinion was asked (4.2.2, T040)."""
    if (signer.role, signer.department) not in view.actor.grants:
        lapsed = lapsed_at(view.connection, signer.account, signer.role, signer.department, view.now)
        refuse_expired(replace(task, role=signer.role), lapsed)
        raise rules.SignerUnfit(who=signer.name, name=task.name, reason="已不在被请会签时的岗位")


def signing_refusal(view: View, task: Task) -> Refusal | None:
    """Return why the reader may not sign now, or None: the page asks the same rules as the handler."""
    try:
        now = _open_round(view, task)
        refuse_mandate(view, task, rules.refuse_signature(now, view.actor.account))
    except Refusal as refusal:
        return refusal
    return None


def holds(view: View, task: Task) -> bool:
    """Whether the reader may ask for a countersigning of the task, and change one."""
    return task.state == "open" and task.holder == view.actor.account


def _in_hand(unit: Unit, task_id: str) -> Task:
    task = find_task(unit, task_id)
    if not holds(unit, task):
        raise rules.TaskNotInHand(name=task.name)
    return task


def _open_round(view: View, task: Task) -> Round:
    rounds = queries.rounds_of(view.connection, task.id)
    if task.state != "open" or not rounds or rounds[-1].state != "pending":
        raise rules.CountersigningMissing(name=task.name)
    return rounds[-1]


Chosen = tuple[Actor, str, str]
"""Who is asked, and the post for which."""


def _chosen(unit: Unit, task: Task, accounts: Iterable[str], already: Iterable[Signer]) -> list[Chosen]:
    """Return who is asked, each natural person once; raise for one who may not be."""
    places = tasks.departments_at(unit.connection, task.root_id)
    persons, found = {one.person for one in already}, list[Chosen]()
    for account in accounts:
        who = active_actor(unit, account)
        if who is None:
            raise rules.SignerUnfit(who=account[:40], name=task.name, reason="没有这个账号，或者账号已停用")
        if who.person == unit.actor.person:
            raise rules.SignerIsCompleter(name=task.name)
        if who.person in persons:
            raise rules.SignerTwice(who=who.name)
        if not (may(who, "countersigning.sign") and sees(who, places)):
            raise rules.SignerUnfit(who=who.name, name=task.name, reason="不能查看本件，或者岗位不参与办理")
        persons.add(who.person)
        found.append((who, *_post_of(who, places)))
    if not found:
        raise rules.SignersMissing
    return found


def _post_of(who: Actor, places: frozenset[str]) -> tuple[str, str]:
    """Return the post for which somebody is asked: one in a department that handles the case before any other."""
    posts = [grant for grant in sorted(who.grants) if grant[0] in ACTIONS["countersigning.sign"]]
    return min(posts, key=lambda grant: grant[1] not in places)


def _refuse_leaving_out(unit: Unit, task: Task, rounds: Iterable[Round], chosen: list[Chosen]) -> None:
    """Raise :class:`DissenterLeftOut`, but for one who may not sign any more."""
    asked = {who.person for who, *_ in chosen}
    places = tasks.departments_at(unit.connection, task.root_id)
    for one in rules.dissenters(rounds):
        who = active_actor(unit, one.account)
        can = who is not None and may(who, "countersigning.sign") and sees(who, places)
        if can and one.person not in asked and one.person != unit.actor.person:
            raise rules.DissenterLeftOut(who=one.name)


def _numbered(chosen: list[Chosen], first: int) -> list[tuple[int, Actor, str, str]]:
    return [(number, *one) for number, one in enumerate(chosen, first)]


def _go_on(unit: Unit, task: Task) -> Mapping[str, Any]:
    """Let the rule say what the rows come to now: settle it, or put it into the boxes of whose turn it is."""
    now = _open_round(unit, task)
    state = rules.outcome_of_round(now)
    turn = rules.whose_turn(now)
    queries.set_waiting(unit, task.id, now.round, [one.number for one in turn])
    for one in turn:
        if not one.waits:
            _tell(unit, task, one, f"请您会签“{task.name}”（{_mode_name(now.mode, now.percent)}）。")
    if state != "pending":
        _settle(unit, task, now, state)
    return _told(unit, task)


def _settle(unit: Unit, task: Task, now: Round, state: str) -> None:
    queries.set_round(unit, task.id, now.round, state=state, settled_at=unit.now)
    verdicts = [one.verdict for one in now.standing]
    unit.record(
        SETTLED, task.root_id, task=task.id, name=task.name, element=task.element, round=now.round, state=state,
        state_name=rules.STATES[state], agree=verdicts.count("agree"), disagree=verdicts.count("disagree"),
    )  # fmt: skip
    if task.holder is not None:
        sentence = f"“{task.name}”的会签已有结果：{rules.STATES[state]}。"
        notify_account(unit, task.root_id, task.holder, task.role, task.department, "countersigned", sentence)


def _tell(unit: Unit, task: Task, one: Signer, sentence: str) -> None:
    notify_account(unit, task.root_id, one.account, one.role, one.department, "countersigning", sentence)


def _told(unit: Unit, task: Task) -> Mapping[str, Any]:
    now = queries.rounds_of(unit.connection, task.id)[-1]
    return {"task_id": task.id, "case_no": task.case_no, "round": now.round, "state": now.state}


def _mode_name(mode: str, percent: int | None) -> str:
    return f"{rules.MODES[mode]}（同意达到 {percent}%）" if percent is not None else rules.MODES[mode]


def _names(names: Iterable[str]) -> str:
    return "、".join(names)


HANDLERS: Mapping[type[Command], Handler] = {
    AskCountersigning: ask,
    AddSigners: add,
    RemoveSigner: remove,
    CallOffCountersigning: call_off,
    SignTask: sign,
}
