"""Every way of failing is a page that says why and what to do, with a session, without one, and without a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site import Page, Site
from web.security import public

DO = "请"


@pytest.fixture
def faulty(site: Site) -> Site:
    """A site with a page that breaks."""

    def broken() -> str:
        raise RuntimeError("secret detail")

    site.app.add_url_rule("/broken", "broken", public(broken))
    return site


def whole(page: Page, status: int) -> str:
    """Check that a failure is a whole page with one heading, a sentence of advice and its code; return its words."""
    assert page.status == status
    assert len(page.all("h1")) == 1
    assert page.heading
    assert DO in page.main
    assert f"代码 {status}" in page.main
    assert len(page.all("header")) == len(page.all("footer")) == 1
    for secret in ("Traceback", "secret detail", "sqlite", "RuntimeError"):
        assert secret not in page.text
    return page.main


@pytest.mark.parametrize("account", ["", "W01"])
@pytest.mark.parametrize("address, status", [("/nowhere", 404), ("/broken", 500), ("/guides/I99", 404)])
def test_what_is_not_there_and_what_breaks(faulty: Site, account: str, address: str, status: int):
    whole(faulty.visitor(account).open(address), status)


@pytest.mark.parametrize("account", ["", "W01"])
def test_an_address_that_only_takes_forms_says_so(site: Site, account: str):
    page = site.visitor(account).open("/views")
    assert "只能由页面上的按钮提交" in whole(page, 405)
    assert "POST" in page.headers["Allow"]


def test_a_page_of_another_role_says_who_can(site: Site):
    assert "转交有此权限的岗位" in whole(site.visitor("D11").open("/supervision"), 403)


@pytest.mark.parametrize("account", ["", "W01"])
def test_a_form_that_is_too_large_or_cut_off(site: Site, account: str):
    visitor = site.visitor(account)
    large = visitor.client.post("/sign-in", data={"account": "x" * (5 * 1024 * 1024)}, base_url="http://localhost")
    assert "20 MB" in whole(Page(visitor, large), 413)
    broken = visitor.client.post("/views", data=b"--", content_type="multipart/form-data", base_url="http://localhost")
    assert broken.status_code in {302, 400, 401, 403}


def test_too_many_questions_say_how_long_to_wait(site: Site):
    visitor = site.visitor()
    pages = [visitor.open(f"/verify/{number:016x}") for number in range(31)]
    assert pages[0].status == 404
    assert pages[-1].status == 429
    assert "分钟后再试" in pages[-1].main


def take_away(site: Site) -> None:
    """Take the database's file away from a running house, as a lost disk does."""
    house = site.house
    # Nothing is left that could be looked at when the test has ended.
    house.touched = True
    house.door.database.close()
    file = Path(house.settings.data) / "yichuang.db"
    for name in (file, file.with_name("yichuang.db-wal"), file.with_name("yichuang.db-shm")):
        name.unlink(missing_ok=True)
    file.mkdir()


@pytest.mark.parametrize("account", ["", "W01"])
@pytest.mark.parametrize("address", ["/", "/cases", "/guides", "/progress", "/verify/0123456789abcdef", "/sign-in"])
def test_without_its_database_the_house_still_answers_with_a_page(site: Site, account: str, address: str):
    visitor = site.visitor(account)
    take_away(site)
    page = visitor.open(address)
    if (page.status, page.heading) == (200, "办件进度查询"):
        return  # An empty form that asks the database nothing.
    assert page.status == 503
    assert "请稍后重试" in page.main
    if address.startswith("/verify"):
        return  # Said beside the form, which keeps what was typed.
    whole(page, 503)
    assert page.headers["Retry-After"].isdigit()


def test_without_its_database_a_form_is_not_lost_silently(site: Site):
    visitor = site.visitor("W01")
    form = visitor.open("/applications/new/I06").form(css="form.yc-form")
    take_away(site)
    assert "已填写的内容不会丢失" in whole(form.press("submit"), 503)
