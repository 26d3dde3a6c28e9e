"""The pages over a real house, asked without a browser: what a person sees, fills in and presses.

==========  ===================================================================================================
site        a ``Site`` on SQLite in demo mode: ``.visitor("W01")`` is that account, signed in
==========  ===================================================================================================

A ``Visitor`` opens pages and follows redirects; ``visitor.page`` is the last one.  ``page.form()`` is a form with all
its hidden fields and what is filled in, as a browser would send it.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from engine.foundation.clock import FixedClock
from tests.support.house import House
from web.app import create_app
from yichuang.provision import DEMO_PASSWORD


class Page:
    """An answer: status, headers, text, and its parsed document."""

    def __init__(self, visitor: Visitor, response: TestResponse) -> None:
        self.visitor = visitor
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.path = response.request.path
        self.address = response.request.full_path.rstrip("?")
        kind = response.mimetype or ""
        # What is sent piece by piece is read before its file is closed.
        response.get_data()
        self.text = response.get_data(as_text=True) if kind.startswith(("text/", "application/json")) else ""
        response.close()
        self.doc = lxml.html.fromstring(self.text) if self.text.strip() and kind == "text/html" else None

    @property
    def heading(self) -> str:
        """The page's h1."""
        return self.words("h1")

    def words(self, css: str) -> str:
        """Return the words of the first element that ``css`` finds, or an empty text."""
        found = self.all(css)
        return _plain(found[0]) if found else ""

    def all(self, css: str) -> list[Any]:
        """Return the elements that ``css`` finds."""
        found: Any = [] if self.doc is None else self.doc.xpath(_xpath(css))
        return list(found)

    def each(self, css: str) -> list[str]:
        """Return the words of each element that ``css`` finds."""
        return [_plain(one) for one in self.all(css)]

    @property
    def main(self) -> str:
        """The words of the page's main part."""
        return self.words("main")

    def form(self, action: str = "", css: str = "main form") -> Form:
        """Return the first form whose action begins with ``action``."""
        found = [one for one in self.all(css) if (one.get("action") or "").startswith(action)]
        assert found, f"no form for {action!r} on {self.address}:\n{self.main}"
        return Form(self, found[-1] if not action else found[0])


class Form:
    """A form to be filled in and sent."""

    def __init__(self, page: Page, element: Any) -> None:
        self.page = page
        self.element = element
        self.values: MultiDict[str, Any] = MultiDict(element.form_values())

    def set(self, **values: str) -> Form:
        """Fill fields, each with one value."""
        for name, value in values.items():
            self.values[name] = value
        return self

    def put(self, name: str, value: str) -> Form:
        """Fill a field whose name is no word: ``materials[0].copies``."""
        self.values[name] = value
        return self

    def drop(self, name: str) -> Form:
        """Leave a field out: a box that is not ticked."""
        self.values.poplist(name)
        return self

    def attach(self, name: str, file_name: str, content: bytes) -> Form:
        """Choose a file."""
        self.values.add(name, Upload(content, file_name))
        return self

    def press(self, act: str = "", *, headers: dict[str, str] | None = None) -> Page:
        """Send the form with the button whose value is ``act`` (none for a form with one nameless button)."""
        # A file is opened anew for each sending, so that a form can be sent twice.
        pairs = [(name, value.opened() if isinstance(value, Upload) else value) for name, value in self._pairs()]
        data = MultiDict(pairs)
        if act:
            data["_act"] = act
        return self.page.visitor.send(self.element.get("action"), data, headers=headers)

    def _pairs(self) -> list[tuple[str, Any]]:
        return list(self.values.items(multi=True))


@dataclass(frozen=True)
class Upload:
    """A chosen file."""

    content: bytes
    name: str

    def opened(self) -> tuple[io.BytesIO, str]:
        """Return it as the client sends it."""
        return io.BytesIO(self.content), self.name


class Visitor:
    """One browser."""

    def __init__(self, client: FlaskClient, base: str) -> None:
        self.client = client
        self.base = base
        self.page: Page

    def open(self, address: str, *, headers: dict[str, str] | None = None, follow: bool = True) -> Page:
        """Open a page."""
        response = self.client.get(address, base_url=self.base, headers=headers, follow_redirects=follow)
        self.page = Page(self, response)
        return self.page

    def send(self, address: str, data: Any, *, headers: dict[str, str] | None = None, follow: bool = True) -> Page:
        """Send a form."""
        files = any(isinstance(value, tuple) for value in MultiDict(data).values())
        response = self.client.post(
            address, data=data, base_url=self.base, headers=headers, follow_redirects=follow,
            content_type="multipart/form-data" if files else None,
        )  # fmt: skip
        self.page = Page(self, response)
        return self.page

    def sign_in(self, account: str, password: str = DEMO_PASSWORD) -> Page:
        """Sign in."""
        return self.open("/sign-in").form("/sign-in").set(account=account, password=password).press()


class Site:
    """The application over a house; ``machine`` is the clock by which sessions end."""

    def __init__(self, house: House, *, demo: bool = True) -> None:
        self.house = house
        self.machine = FixedClock(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
        self.alive = {"scheduler": True}
        self.app = create_app(
            house.door, demo=demo, health=lambda: self.alive, demo_password=DEMO_PASSWORD, machine_clock=self.machine
        )

    def visitor(self, account: str = "", *, base: str = "http://localhost") -> Visitor:
        """Return a browser, with ``account`` signed in when one is named."""
        visitor = Visitor(self.app.test_client(), base)
        if account:
            visitor.sign_in(account)
        return visitor


_SIMPLE = re.compile(r"(?P<kind>^|[.#])(?P<name>[\w-]+)|\[(?P<attribute>[\w-]+)(?:='(?P<value>[^']*)')?\]")


def _xpath(css: str) -> str:
    """Return the XPath of a selector made of tags, classes, ids, attributes and descendants."""
    path = ""
    for step in css.split():
        tag, conditions = "*", []
        for found in _SIMPLE.finditer(step):
            if found["attribute"]:
                value = "" if found["value"] is None else f"='{found['value']}'"
                conditions.append(f"[@{found['attribute']}{value}]")
            elif found["kind"] == ".":
                conditions.append(f"[contains(concat(' ', @class, ' '), ' {found['name']} ')]")
            elif found["kind"] == "#":
                conditions.append(f"[@id='{found['name']}']")
            else:
                tag = found["name"]
        path += f"//{tag}{''.join(conditions)}"
    return path


def _plain(element: Any) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def site(sqlite_house: House) -> Site:
    """The pages of a demo house."""
    return Site(sqlite_house)
