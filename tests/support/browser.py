"""Chromium for the tests, by Playwright's plain API.

================  =============================================================================================
chromium          the browser, one per session and worker
new_page          a function ``(**context options) -> Page``: each call is a person with a browser of their own
page              one such person: zh-CN, Asia/Shanghai, 1280x900, reduced motion
phone_page        the same on a phone: 390x844
no_script_page    the same with JavaScript off
check_axe         a function ``(page)`` that fails on any violation of WCAG 2.2 AA, naming rule and elements
================  =============================================================================================

A page that throws, writes an error to its console, or asks another host for anything fails its test; a test that
provokes such an error is marked ``@pytest.mark.console_errors_expected`` and asserts ``page_errors(page)`` itself.
After a failure the pages' screenshots lie in var/screens.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response, sync_playwright

HELP = "Chromium was not found. Install it (apt-get install chromium fonts-noto-cjk) or set CHROMIUM to its path."
SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PERSON: dict[str, Any] = {
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "viewport": {"width": 1280, "height": 900},
    "reduced_motion": "reduce",
}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOCAL = re.compile(r"^(https?://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/|data:|blob:|about:)")
_FAILED = pytest.StashKey[bool]()
_ERRORS: dict[int, list[str]] = {}

NewPage = Callable[..., Page]


def executable() -> str:
    """Return the path of Chromium, or fail the test with the sentence that helps."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(HELP, pytrace=False)
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser; a new context in it is a new person."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=executable(), headless=True, args=[*FLAGS, *sandbox])
    yield browser
    browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that the test failed, so that the browser fixtures can keep its pictures."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


def page_errors(page: Page) -> list[str]:
    """Return what went wrong in ``page`` so far: exceptions, console errors, requests to other hosts."""
    return _ERRORS[id(page)]


def _console_error(message: ConsoleMessage) -> list[str]:
    # Chromium also logs each answer of 400 and more; those are judged by _bad_answer, which knows what was asked for.
    if message.type != "error" or message.text.startswith("Failed to load resource: the server responded"):
        return []
    return [f"console: {message.text}"]


def _bad_answer(answer: Response) -> list[str]:
    # A person may be refused (403, 404, 409, 422): a page says so.  A server error, or a missing script or style, is
    # never meant.
    asked_by_person = answer.request.resource_type in {"document", "fetch", "xhr"}
    meant = answer.status < 400 or (answer.status < 500 and asked_by_person)
    return [] if meant else [f"answer {answer.status}: {answer.url}"]


@pytest.fixture
def new_page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[NewPage]:
    """A function that opens a page in a fresh context; errors in any of them fail the test."""
    contexts: list[BrowserContext] = []
    pages: list[Page] = []

    def watch(page: Page) -> None:
        errors = _ERRORS.setdefault(id(page), [])
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(f"exception: {error}"))
        page.on("console", lambda message: errors.extend(_console_error(message)))
        page.on("response", lambda answer: errors.extend(_bad_answer(answer)))
        page.on("request", lambda asked: None if LOCAL.match(asked.url) else errors.append(f"foreign: {asked.url}"))

    def make(**options: Any) -> Page:
        context = chromium.new_context(**{**PERSON, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.on("page", watch)
        return context.new_page()

    yield make
    problems = [problem for page in pages for problem in page_errors(page)]
    if request.node.stash.get(_FAILED, False) or problems:
        _take_screenshots(request.node.nodeid, pages)
    for context in contexts:
        context.close()
    for page in pages:
        del _ERRORS[id(page)]
    if problems and not request.node.get_closest_marker("console_errors_expected"):
        pytest.fail("The page reported errors:\n" + "\n".join(problems), pytrace=False)


def _take_screenshots(test: str, pages: list[Page]) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", test).strip("-")
    for number, page in enumerate(pages):
        if not page.is_closed():
            page.screenshot(path=SCREENS / f"{name}-{number}.png", full_page=True)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A clerk's page."""
    return new_page()


@pytest.fixture
def phone_page(new_page: NewPage) -> Page:
    """An applicant's phone."""
    return new_page(**PHONE)


@pytest.fixture
def no_script_page(new_page: NewPage) -> Page:
    """A page with JavaScript switched off."""
    return new_page(java_script_enabled=False)


def findings(page: Page) -> list[str]:
    """Return what axe-core finds on the page: rule, help and elements of each violation."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {violation['help']}\n    "
        + "\n    ".join(str(node["target"]) for node in violation["nodes"])
        for violation in found.response["violations"]
    ]


@pytest.fixture(scope="session")
def check_axe() -> Callable[[Page], None]:
    """A function that fails with rule, help and elements when axe-core finds a violation on the page."""

    def check(page: Page) -> None:
        lines = findings(page)
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that opens a page, so that ``-m "not browser"`` leaves Chromium alone."""
    for item in items:
        if "new_page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
