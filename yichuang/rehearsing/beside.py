"""What is asked of the rehearsed case beside its tasks: the acts of the case's own page, by whoever may do them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import forms
from engine.casework.cases.queries import CaseFile, visible_case
from engine.door import Door
from engine.foundation.errors import Refusal
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import Actor
from engine.oversight.rehearsal import script
from engine.oversight.rehearsal.forming import context_json
from engine.oversight.rehearsal.report import Opened
from engine.registry.identity.queries import staff_of
from engine.registry.identity.rules import SYSTEM, may
from engine.registry.organisation.queries import CENTER
from forms import Context
from web.acts import ACTS
from yichuang.rehearsing import people
from yichuang.rehearsing.answers import filled


def somebody_to(door: Door, case: CaseFile, word: str) -> Actor | None:
    """Return the first person who may do an act to the case; None when nobody may."""
    for account in _accounts(door, case):
        one = people.actor(door, account)
        if may(one, ACTS[word].action) and _context(door, one, case.case_no, word) is not None:
            return one
    return None


def command(door: Door, actor: Actor, case: CaseFile, word: str, answer: Mapping[str, Any]) -> Command:
    """Return the command that an act makes of an answer; raise InvalidFields, or CaseMissing for who may not see it."""
    act = ACTS[word]
    with door.read(actor) as view:
        context = act.prepare(view, visible_case(view.connection, case.case_no, view.scope))
    given = forms.read_json(forms.load(act.form), filled(door, actor, answer), context)
    # What was brought just now is part of the answer: the form is looked at with it.
    return act.command(case.case_no, given)


def offered(door: Door, case: CaseFile) -> Iterator[Opened]:
    """Yield the acts that the case's page would offer now, each with its form as whoever may do it sees it."""
    for word, title in script.ACTS.items():
        act = ACTS[word]
        if case.status not in act.states:
            continue
        one = somebody_to(door, case, word)
        context = None if one is None else _context(door, one, case.case_no, word)
        # A list with nothing in it: nothing is owed that could be brought.
        empty = context is not None and bool(context.rows) and not any(context.rows.values())
        if one is not None and context is not None and not empty:
            schema = json.loads(json.dumps(forms.load(act.form), ensure_ascii=False, default=str))
            yield Opened(
                element=word, process="", name=title, role="", department="", account=one.account, form=schema,
                context=context_json(context),
            )  # fmt: skip


def _context(door: Door, actor: Actor, case_no: str, word: str) -> Context | None:
    with door.read(actor) as view:
        try:
            return ACTS[word].prepare(view, visible_case(view.connection, case_no, view.scope))
        except Refusal:
            return None


def _accounts(door: Door, case: CaseFile) -> list[str]:
    with door.read(SYSTEM) as view:
        staff = {one for place in (CENTER, case.department) for one, _ in staff_of(view.connection, place, view.now)}
    return people.in_order(staff)
