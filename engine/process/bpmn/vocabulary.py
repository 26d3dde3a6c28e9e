"""The names a process file may use, given by whoever knows them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What a service task has to write to call a service.

    ``parameters`` are the parameter names it must give, ``optional`` those it may give, ``facts``
    the routing facts the service sets.
    """

    parameters: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cap:
    """The longest that a drawn limit may be: ``most`` of ``unit`` (wd, cd), by ``source``."""

    most: int
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that mean something on this platform.

    ``acts`` maps an act to the routing facts it sets; ``services`` maps a service to its words;
    ``clocks`` are the legal clocks a boundary may name, ``caps`` those whose limit may be drawn and how long;
    ``messages`` maps a message it may wait for to the facts it brings, ``keyed`` are those that are delivered by their
    business key (and the others never are); ``facts`` are given when a main process is started.
    ``clauses`` are the clause numbers of the standard; empty means they are not checked.
    """

    acts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    forms: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    services: Mapping[str, ServiceWords] = field(default_factory=dict)
    clocks: frozenset[str] = frozenset()
    caps: Mapping[str, Cap] = field(default_factory=dict)
    messages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    keyed: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    clauses: frozenset[str] = frozenset()
