"""The auditor reads everything and changes nothing: every route is asked for every object, then rows are compared."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from engine.foundation.store.types import METADATA
from tests.support.house import House
from tests.support.site import Site
from tests.web.api.matrix import SEEN
from tests.web.api.test_matrix import cells
from tests.web.authorization import ACCOUNTS
from tests.web.test_authorization import World, verdict, written
from web.api import OPERATIONS
from web.security import SAFE_METHODS
from yichuang.worker import work_once

AUDITOR = "U81"
MAY_SEND = {
    "/look", "/search", "/sign-out", "/views", "/barrings/find", "/inbox/copies/read", "/messages/read",
    "/me/factor", "/me/factor/codes", "/me/factor/remove", "/me/password", "/me/sessions/end",
    "/cases/export", "/cases/print", "/cases/<case_no>/bundle", "/audit/export",
    "/cases/<case_no>/findings", "/audit/findings/<int:id>/revise", "/audit/findings/<int:id>/settle",
    "/audit/findings/<int:id>/withdraw", "/audit/samples",
    "/cases/<case_no>/reexecution", "/audit/reexecution", "/audit/reexecution/<int:id>/stop",
    # Whoever holds the address of a telephone link sends photos for its owner: no account is asked.
    "/p/<token>",
}  # fmt: skip
"""Looks, searches, sign-in, own views and messages; what is carried away; own notes, findings and samples, and what
executing again came to; nothing of a case."""


def rows(house: House) -> dict[str, Counter[tuple[object, ...]]]:
    """Return every row of every table, by table."""
    with house.door.database.reading() as connection:
        return {
            name: Counter(tuple(map(repr, row)) for row in connection.execute(sa.select(table)))
            for name, table in METADATA.tables.items()
        }


CHAINS = (f"access:{AUDITOR}", f"account:{AUDITOR}", f"findings:{AUDITOR}", "reexecution")
OWN = frozenset(map(repr, (AUDITOR, "NoteFailedSignIn", *CHAINS)))
"""The account, what it looked at and noted, its sign-ins, what executing again came to: such rows are its own."""
COUNTED = {"tried", "reexecution_finding"}
"""Tries are counted by a hash of who tries; what was found is a row of its own for each case executed again."""


def test_whatever_the_auditor_asks_no_row_but_their_own_changes(site: Site) -> None:
    world = World(site)
    # What the house owes anyway is done before, so that nothing but the asking changes rows.
    while work_once(site.house.door):
        pass
    # A document whose making has failed is made when somebody looks at it: let somebody else do so before.
    for one in world.asked():
        if one.cell[0] == "GET" and one.cell[1].startswith("/documents/"):
            site.visitor("S51").open(one.address)
    visitor = site.visitor(AUDITOR)
    csrf = visitor.open("/").all("input[name=_csrf]")[0].get("value")
    before = rows(site.house)
    asked = [(one, verdict(visitor.client, one, csrf, ACCOUNTS.index(AUDITOR))) for one in world.asked()]
    assert len(asked) > 500
    after = rows(site.house)
    foreign = {
        (name, row)
        for name in before.keys() - COUNTED
        for row in (*(before[name] - after[name]), *(after[name] - before[name]))
        if OWN.isdisjoint(row)
    }
    assert foreign == set()


def test_what_the_auditor_may_send_is_about_nobody_else() -> None:
    """Every form that is not refused out of hand is one of these; each of them is the auditor's own."""
    place = ACCOUNTS.index(AUDITOR)
    taken = {rule for (method, rule, _), letters in written().items() if method != "GET" and letters[place] in "ovc"}
    assert taken == MAY_SEND


def test_by_programs_the_auditor_reads_and_nothing_else() -> None:
    reads = {one.id for one in OPERATIONS if one.method.upper() in SAFE_METHODS}
    taken = {name for name, account, status in cells(SEEN) if account == AUDITOR and status not in (401, 403, 404)}
    assert taken - reads == set()
