"""A double click is one wish: every page and every operation gives its command the key that came with the form.

That a command under one key has one effect and one answer, however many give it at once, is shown for every command
in test_killed_at_every_write.py.  Here it is shown that no route makes a key of its own where a form has brought one,
and that two real requests at the same moment, of a program or of a page's form, are answered as one.
"""

from __future__ import annotations

import ast
import uuid
from collections.abc import Iterator

from tests.faults.pages import visitor
from tests.faults.steps import ACTS, Walker
from tests.support.house import COMPANY
from tests.support.server import ROOT, Server
from tests.support.site import Form, Page, Visitor
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


APPLICANT = {"applicant_name": "王建国", "id_no": "410502199003070010", "phone": "13800001234"}


def twice(form: Form, act: str = "") -> list[Page]:
    """Press the form's button twice at the same moment; return both pages."""
    return results(in_threads(2, lambda _: form.press(act)))


def numbered(browser: Visitor, address: str) -> int:
    """Return how many rows the table at ``address`` has."""
    return len(browser.open(address).all("tbody tr"))


def test_an_application_handed_in_by_two_clicks_is_one_case_and_both_see_it(server: Server):
    window = visitor(server, "W01")
    before = numbered(window, "/cases")
    form = window.open("/applications/new/I06").form("/applications/new").set(**APPLICANT)
    pages = twice(form, "submit")
    assert [(one.status, one.heading) for one in pages] == [(200, "形式审查")] * 2
    assert pages[0].path == pages[1].path
    assert numbered(window, "/cases") == before + 1


def test_a_task_completed_by_two_clicks_is_completed_once_and_both_are_led_on(server: Server):
    window = visitor(server, "W01")
    task = window.open("/applications/new/I06").form("/applications/new").set(**APPLICANT).press("submit")
    form = task.form(task.path, css="form.yc-form").set(formal_result="accept")
    pages = twice(form, "submit")
    assert [one.status for one in pages] == [200, 200]
    assert pages[0].heading == pages[1].heading != "形式审查"
    case_no = task.path.rsplit("/", 1)[1].rpartition("-")[0]
    api = Walker(server.url, tokens_for(server, ["W01"]), case_no)
    lines = [one["type"] for one in api.call("W01", "GET", f"/cases/{case_no}/history?limit=200")["lines"]]
    assert lines.count("task.completed") == 1


def test_an_account_made_by_two_clicks_is_one_and_only_the_first_answer_shows_its_password(server: Server):
    form = visitor(server, "A02").open("/accounts/new").form("/accounts/new")
    fields = {"account": "N71", "name": "新来的", "role": "window_clerk", "department": "center"}
    first, second = sorted(twice(form.set(**fields)), key=lambda one: one.status)
    password = first.words("#initial-password")
    assert (first.status, first.heading, len(password)) == (200, "账号已建立", 14)
    assert (second.status, password in second.text) == (409, False)
    assert "初始口令只在第一次的答复中显示过" in second.main and "重置口令" in second.main
    assert visitor(server, "N71").page.heading == "登录", "it has not the demonstration's password"
    assert visitor(server, "N71", password).page.heading == "修改口令"


def test_a_password_reset_by_two_clicks_is_reset_once_and_the_shown_one_opens(server: Server):
    form = visitor(server, "A02").open("/accounts/W02").form("/accounts/W02/password")
    first, second = sorted(twice(form), key=lambda one: one.status)
    password = first.words("#initial-password")
    assert (first.status, first.heading) == (200, "口令已重置")
    assert (second.status, "没有显示给您" in second.main, password in second.text) == (409, True, False)
    assert visitor(server, "W02", password).page.heading == "修改口令"


def test_a_message_and_a_contact_written_by_two_clicks_are_one_each(server: Server):
    window = visitor(server, "W01")
    note = window.open("/notes").form("/notes").set(to="account:D11", text="请看一下交接单")
    pages = twice(note)
    assert [one.status for one in pages] == [200, 200]
    assert [one.main.count("请看一下交接单") for one in pages] == [1, 1]
    asked = {"name": "李秀兰", "phone": "13900001111", "about": "想开一家小餐馆，要办哪些证？", "item_code": "I06"}
    pages = twice(window.open("/contacts").form("/contacts").set(**asked))
    assert [one.status for one in pages] == [200, 200]
    assert pages[0].heading == pages[1].heading
    assert pages[0].heading.startswith("首问登记 SW")
    assert numbered(window, "/contacts") == 1
