"""The gate before a release: each kept script must have passed with exactly the files that its item's cases will go by.

A rehearsal takes seconds and a release is one short transaction, so nothing is rehearsed here: what was rehearsed
before is looked up by the digest of the files that the rehearsed case itself went by.  Whatever has changed since, in a
draft or in what is in force, makes the digest another one, and the script is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from engine.oversight.rehearsal import queries
from engine.oversight.rehearsal.queries import KeptTest, Verdict
from engine.oversight.rehearsal.report import PASSED


@dataclass(frozen=True)
class Asked:
    """What the next cases of an item are to go by, named by its digest: the item's kept scripts must pass with it.

    ``as_of`` (UTC) is from when on, None for at once.  With ``before`` only scripts count that were kept before then.
    """

    item_code: str
    digest: str
    as_of: datetime | None = None
    before: datetime | None = None

    def asks(self, test: KeptTest) -> bool:
        """Tell whether a kept script must have passed with it."""
        return test.item_code == self.item_code and (self.before is None or test.kept_at < self.before)


@dataclass(frozen=True)
class Stand:
    """How a kept script stands with what it is asked for: the verdict with exactly these files, or None."""

    test: KeptTest
    asked: Asked
    verdict: Verdict | None

    @property
    def passed(self) -> bool:
        """Whether it passed with these files."""
        return self.verdict is not None and self.verdict.outcome == PASSED


def stands(connection: Connection, asked: Iterable[Asked]) -> list[Stand]:
    """Return how each kept script stands with each thing that it is asked for, in the order of the scripts."""
    tests = queries.kept_tests(connection)
    if not tests:
        return []
    wanted = list(asked)
    pairs = [(test, one) for test in tests for one in wanted if one.asks(test)]
    found = queries.verdicts(connection, {one.digest for _, one in pairs})
    return [Stand(test, one, found.get((test.id, one.digest))) for test, one in pairs]


def held(connection: Connection, asked: Iterable[Asked]) -> tuple[str, ...]:
    """Return why files cannot be released yet, a sentence for each kept script that holds them; empty: they can."""
    return tuple(told(one) for one in stands(connection, asked) if not one.passed)


def told(one: Stand) -> str:
    """Return why a kept script holds a release: it was not walked with these files, or its first step that differs."""
    if one.verdict is None:
        return f"保留的演练脚本“{one.test.name}”还没有用这些文件走过，请先在“演练”中选“演练全部保留的脚本”。"
    return f"保留的演练脚本“{one.test.name}”没有通过：{one.verdict.told}。"
