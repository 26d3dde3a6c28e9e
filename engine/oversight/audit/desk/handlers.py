"""抽样: kept and journalled with everything that is needed to draw it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.audit.desk import queries, rules
from engine.oversight.audit.desk.commands import DrawSample
from engine.oversight.audit.desk.sampling import digest_of, place_of
from engine.oversight.audit.findings.handlers import chain_of
from engine.registry.identity.rules import scope_of

DRAWN = tag("sample.drawn", "抽样 {sample}：从 {population} 件中抽取 {count} 件，种子 {seed}，用途：{purpose}")


def draw(command: DrawSample, unit: Unit) -> Mapping[str, Any]:
    """Keep a sample; raise InvalidFields, SampleOfNothing.

    The list was read before, for it may be long.  What is checked here is that these are cases the auditor may see, as
    many as they should be, in the order of their places; whether they are the lowest the sample's page tells again.
    """
    purpose, size = rules.checked_sample(command.purpose, str(command.size), command.seed)
    if not command.population:
        raise rules.SampleOfNothing
    scope = scope_of(unit.actor)
    places = [place_of(command.seed, number) for number in command.drawn]
    if (
        len(command.drawn) != min(size, command.population)
        or places != sorted(set(places))
        or len(queries.visible_in_order(unit.connection, scope, command.drawn)) != len(command.drawn)
    ):
        raise ValueError("that is no sample of cases the actor may see")
    departments = None if scope.everything else sorted(scope.departments)
    chain = unit.lock_or_create(chain_of(unit.actor.account), "findings").id
    id = queries.put_sample(unit, command, purpose, departments)
    # What was looked for may be a name: that stays a personal value.
    asked = {name: value for name, value in command.question.items() if name != "q"}
    unit.record(
        DRAWN, chain, sample=id, purpose=purpose, question=asked, departments=departments, seed=command.seed,
        size=command.size, count=len(command.drawn), population=command.population, digest=command.digest,
        drawn_digest=digest_of(command.drawn), private={"words": command.question.get("q", "")},
    )  # fmt: skip
    return {"id": id}


HANDLERS: Mapping[type[Command], Handler] = {DrawSample: draw}
