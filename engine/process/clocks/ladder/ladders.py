"""The ladders of this host, read once per epoch: the centre's, and those of releases that bring their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from deadlines.law.rungs import Span, Step, due_steps, steps
from engine.process.bpmn.releases.queries import releases_with_ladders
from engine.process.clocks.cards.queries import Card
from engine.process.clocks.ladder.queries import Told, rules_in_force, rules_of_version
from engine.process.clocks.ladder.rules import CENTRE, Rule, in_force, rule_from
from engine.process.clocks.rules import LADDERED

Of = Mapping[str, tuple[Rule, ...]]
ReleaseOf = Callable[[Connection, str], str | None]
"""Gives the release that a root pins, or None for one that pins none."""


class Ladders:
    """This host's copy of every ladder."""

    def __init__(self, release_of: ReleaseOf) -> None:
        """Start without one; it is read when it is first asked for."""
        self._release_of = release_of
        self._copy: tuple[Of, Mapping[str, Of]] | None = None

    def reload(self, connection: Connection) -> None:
        """Read the rows again (an epoch has moved); until that is done the old copy stands."""
        self._copy = (rules_in_force(connection), of_releases(connection))

    def of(self, connection: Connection, root_id: str, kind: str) -> tuple[Rule, ...]:
        """Return the ladder of a clock: its release's for that kind, where there is one, else the centre's."""
        if kind not in LADDERED:
            return ()
        if self._copy is None:
            self.reload(connection)
        assert self._copy is not None  # noqa: S101 - just read
        centre, releases = self._copy
        if any(kind in one for one in releases.values()):
            own = releases.get(self._release_of(connection, root_id) or "", {})
            if kind in own:
                return own[kind]
        return centre.get(kind, ())

    def named(self, connection: Connection, card: Card) -> Rule | None:
        """Return the rule under which a card was given, in the wording of that version; None for one of the law."""
        kind = card.clock_id.rsplit(":", 2)[1]
        if card.ladder == CENTRE:
            rules = rules_of_version(connection, kind, card.rule_version)
        else:
            if self._copy is None:
                self.reload(connection)
            assert self._copy is not None  # noqa: S101 - just read
            rules = self._copy[1].get(card.ladder, {}).get(kind, ())
        return next((rule for rule in rules if rule.rule_no == card.rule), None)


def of_releases(connection: Connection) -> dict[str, Of]:
    """Return the ladders that releases bring, by release and kind of clock."""
    return {
        release: {
            kind: tuple(rule_from(kind, body, version=0, ladder=release) for body in bodies)
            for kind, bodies in ladders.items()
        }
        for release, ladders in releases_with_ladders(connection).items()
    }


def next_step(rules: Sequence[Rule], told: Sequence[Told], span: Span, calendar: Calendar) -> Step | None:
    """Return the next step of a clock's ladder, or None; ``told`` is what was carried out for the clock already."""
    done = _done(told, span)
    for step in steps([rule.rung for rule in rules], span, calendar):
        if step.rung.rule not in done and in_force(rules, step.at, step.rung.rule):
            return step
    return None


def rules_due(rules: Sequence[Rule], told: Sequence[Told], span: Span, calendar: Calendar, now: datetime) -> list[Rule]:
    """Return the rules whose step has come by ``now`` (UTC) and that were not carried out for this date, in order."""
    by_number = {rule.rule_no: rule for rule in rules}
    due = due_steps([rule.rung for rule in rules], _done(told, span), span, calendar, now)
    return [by_number[step.rung.rule] for step in due if in_force(rules, step.at, step.rung.rule)]


def _done(told: Sequence[Told], span: Span) -> set[str]:
    return {one.rule_no for one in told if one.due_on == span.due_on}
