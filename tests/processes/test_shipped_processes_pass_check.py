"""The engine's own check has nothing to say about the shipped files, not even a warning."""

from __future__ import annotations

import pytest

from engine.process.bpmn import Bundle, ServiceWords, Vocabulary, check, parse_definition
from processes import library
from tests.processes.seeding import edited, lead, leave_out
from tests.processes.words import (
    ACTS,
    BESIDE,
    CLOCKS,
    KEYED,
    MESSAGES,
    PARAMETERS,
    PROCESSES,
    SERVICES,
    STANDARD_CLAUSES,
    START_FACTS,
)

VOCABULARY = Vocabulary(
    acts={name: frozenset(words.facts) for name, words in ACTS.items()},
    forms=frozenset(form for words in ACTS.values() for form in words.forms),
    roles=frozenset(words.role for words in ACTS.values()),
    services={
        name: ServiceWords(
            parameters=frozenset(PARAMETERS.get(name, ())), facts=frozenset(facts)
        )
        for name, facts in SERVICES.items()
    },
    clocks=CLOCKS,
    messages={name: frozenset(facts) for name, facts in MESSAGES.items()},
    keyed=KEYED,
    facts=frozenset(START_FACTS),
    clauses=STANDARD_CLAUSES,
)


def definitions():
    return {identity: parse_definition(file.xml) for identity, file in library.processes().items()}


@pytest.mark.parametrize("identity", PROCESSES)
def test_a_shipped_process_passes_check_without_a_word(identity) -> None:
    assert check(library.processes()[identity].xml, VOCABULARY, definitions().get) == ()


@pytest.mark.parametrize(
    "process, edit, rule",
    [
        ("intake", leave_out("gw_formal", "default"), "exclusive-without-default"),
        ("route_commitment", lead("f_gw_visit__ca_site_visit", "nowhere"), "flow-dangling"),
    ],
)
def test_the_check_does_look_at_these_files(process, edit, rule) -> None:
    problems = check(edited(library.processes()[process].xml, edit), VOCABULARY, definitions().get)

    assert rule in {problem.rule for problem in problems if problem.level == "error"}


def test_all_but_those_beside_make_one_bundle_and_none_is_left_over() -> None:
    known = definitions()
    main = known.pop("one_window_main")
    beside = {name: known.pop(name) for name in BESIDE}

    assert set(known) == {called for definition in (main, *known.values()) for called in definition.called}
    assert Bundle.of(main, known).digest
    assert all(definition.beside and Bundle.of(definition, known).digest for definition in beside.values())
