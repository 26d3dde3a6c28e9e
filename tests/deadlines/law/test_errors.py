"""What the law of time refuses says on which clause it rests, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from deadlines.law import errors
from deadlines.law.errors import LawError

CLAUSE = re.compile(r"行政许可法》?第|民法典第|放假办法》?第|（\d\.\d(\.\d)?）|附录[ABC]")
"""A clause of a law, or of the standard by its number."""


def kinds(of: type[LawError] = LawError) -> Iterator[type[LawError]]:
    yield of
    for each in of.__subclasses__():
        yield from kinds(each)


KINDS = [one for one in kinds() if one.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.code)
def test_every_refusal_names_its_clause(kind: type[LawError]) -> None:
    assert CLAUSE.search(kind.__doc__ or ""), kind.__doc__


def test_every_class_of_the_file_is_walked() -> None:
    written = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, LawError)}
    assert written == set(KINDS)
    assert len(written) > 25
