"""A double click is one wish: every page and every operation gives its command the key that came with the form.

That a command under one key has one effect and one answer, however many give it at once, is shown for every command
in test_killed_at_every_write.py.  Here it is shown that no route makes a key of its own where a form has brought one,
and that two real requests at the same moment are answered as one.
"""

from __future__ import annotations

import ast
import uuid
from collections.abc import Iterator

from tests.faults.steps import ACTS, Walker
from tests.support.house import COMPANY
from tests.support.server import ROOT, Server
from tests.support.threads import in_threads, results
from tests.support.tokens import tokens_for

FRESH = {
    "web/proving.py": "each failed try at the sign-in counts for itself",
    "web/photos.py": "a telephone's link that is closed twice is closed once",
}
"""Where a key is made anew, and why two of them do no harm."""


def _keys() -> Iterator[tuple[str, str]]:
    """Yield (file, key expression) for every command that a page or an operation gives."""
    for path in sorted((ROOT / "web").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "execute":
                for one in node.keywords:
                    if one.arg == "key":
                        yield str(path.relative_to(ROOT)), ast.unparse(one.value)


def test_no_route_makes_a_key_of_its_own_where_the_form_brings_one():
    found = list(_keys())
    assert len(found) > 50, "the routes give their commands in another way now: look for it here"
    assert {file for file, key in found if "uuid" in key or "new_key" in key} == set(FRESH)


def test_two_clicks_on_every_act_of_a_whole_case_are_one_act_each(server: Server):
    walker = Walker(server.url, tokens_for(server, {account for account, _, _ in ACTS}))
    key, body = uuid.uuid4().hex, {"item": "I02", "answer": dict(COMPANY)}
    made = results(in_threads(4, lambda _: walker.call("W01", "POST", "/applications", body, key=key)))
    assert made == [made[0]] * 4
    walker.case_no = made[0]["case_no"]
    for account, element, answer in ACTS:
        path, key = f"/tasks/{walker.waiting(account, element)}/complete", uuid.uuid4().hex
        whole = {"answer": walker.whole(account, answer)}
        answers = results(
            in_threads(4, lambda _: walker.call(account, "POST", path, whole, key=key))  # noqa: B023 - called now
        )
        assert answers == [answers[0]] * 4, element
    history = walker.call("D13", "GET", f"/cases/{walker.case_no}/history?limit=200")["lines"]
    kinds = [line["type"] for line in history]
    assert (kinds.count("case.received"), kinds.count("task.completed")) == (1, len(ACTS))
