"""Commands about one case lock that case and no other root."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.casework.cases.rooted import CaseCommand, OnCase, OnCaseInPart
from engine.oversight.publishing.migrating.commands import MigrateCase
from tests.engine.registry.test_identity_permissions import some
from yichuang.compose import HANDLERS

WITH_MORE: dict[type[CaseCommand], tuple[str, ...]] = {MigrateCase: ("case:x", "x")}
"""Commands that settle a row of something else besides the case: the batch that the case is one of."""


def made(kind: type[CaseCommand] = CaseCommand) -> Iterator[type[CaseCommand]]:
    """Yield every command that is made from ``kind`` and can be given."""
    for child in kind.__subclasses__():
        yield from made(child) if child.__subclasses__() else (child,)


@pytest.mark.parametrize("kind", list(made()), ids=lambda one: one.__name__)
def test_it_locks_its_case(kind: type[CaseCommand]):
    assert kind in HANDLERS
    assert some(kind).roots() == WITH_MORE.get(kind, ("case:x",))


def test_many_rooms_share_them_and_what_is_filled_in_part_is_whole_by_default():
    assert len({kind.__module__ for kind in made()}) >= 8
    assert OnCaseInPart(case_no="x", answer={}).partial is False
    assert OnCase(case_no="x", answer={}).roots() == ("case:x",)
