"""The gate before a release: every kept script must have passed with exactly the files that would be in force.

A rehearsal takes seconds and a release is one short transaction, so nothing is rehearsed here: what was rehearsed
before is looked up by the digest of all the files together.  Whatever has changed since, in the draft or in what is in
force, makes the digest another one, and the scripts are asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from engine.oversight.rehearsal import queries
from engine.oversight.rehearsal.files import Files, digest_of_digests, digests_in_force
from engine.oversight.rehearsal.queries import KeptTest, Run
from engine.oversight.rehearsal.report import OUTCOMES, PASSED, report_of
from processes import library

MOST_TOLD = 5


@dataclass(frozen=True)
class Stand:
    """How a kept script stands with the files: its newest rehearsal with exactly these, or None."""

    test: KeptTest
    run: Run | None

    @property
    def passed(self) -> bool:
        """Whether it passed with these files."""
        return self.run is not None and self.run.outcome == PASSED


def digest_with(connection: Connection, draft: Files) -> str:
    """Return the digest of what would be in force with the files of a draft."""
    changed = {key: library.digest(content) for key, content in draft.items()}
    return digest_of_digests({**digests_in_force(connection), **changed})


def stands(connection: Connection, draft: Files) -> list[Stand]:
    """Return how each kept script stands with the files of a draft over what is in force."""
    newest = queries.newest_with(connection, digest_with(connection, draft))
    return [Stand(one, newest.get(one.id)) for one in queries.kept_tests(connection)]


def rehearsal_gate(connection: Connection, draft: Files) -> tuple[str, ...]:
    """Return why the files of a draft cannot be released yet, a sentence for each kept script; empty when they can."""
    return tuple(_told(connection, one) for one in stands(connection, draft) if not one.passed)


def _told(connection: Connection, one: Stand) -> str:
    if one.run is None:
        return f"保留的演练脚本“{one.test.name}”还没有用这些文件走过，请先“演练全部保留的脚本”。"
    raw = queries.report_of_run(connection, one.run.id)
    failures = report_of(raw).failures[:MOST_TOLD] if raw else ()
    why = "；".join(failures) or OUTCOMES[one.run.outcome]
    return f"保留的演练脚本“{one.test.name}”没有通过：{why}"
