"""Signing in and out: proof, session, cookie, and no way to another site."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine.registry.identity.commands import ResetPassword, SetAccountState
from engine.registry.identity.passwords import hash_password
from tests.support.house import House
from tests.support.site import Page, Site, Visitor
from yichuang.provision import DEMO_PASSWORD


def cookie(page: Page, name: str = "yc") -> str:
    found = [one for one in page.response.headers.getlist("Set-Cookie") if one.startswith(f"{name}=")]
    return found[0] if found else ""


def try_sign_in(visitor: Visitor, account: str, password: str = DEMO_PASSWORD) -> Page:
    form = visitor.open("/sign-in").form("/sign-in").set(account=account, password=password)
    return visitor.send("/sign-in", form.values, follow=False)


def test_the_right_password_leads_to_the_inbox(site: Site):
    visitor = site.visitor("W01")
    assert (visitor.page.status, visitor.page.heading) == (200, "待办")
    assert "受理员一" in visitor.page.words(".yc-me")


def test_spaces_around_the_account_are_passed_over(site: Site):
    assert try_sign_in(site.visitor(), "  W01 ").status == 303


@pytest.mark.parametrize("account", ["W01", "W99", "", "Ｗ０１", "W01'--"])
def test_a_wrong_password_and_an_unknown_account_are_told_alike(site: Site, account: str):
    page = try_sign_in(site.visitor(), account, "wrong-Password-1")
    assert page.status == 401
    assert "账号或口令不正确，请核对后重新输入。" in page.main
    assert cookie(page) == ""


def test_the_typed_account_stays_and_the_password_does_not(site: Site):
    page = try_sign_in(site.visitor(), "W01", "wrong-Password-1")
    assert page.all("#account")[0].get("value") == "W01"
    assert "wrong-Password-1" not in page.text


def test_the_cookie_is_closed_to_scripts_and_to_other_sites(site: Site):
    given = cookie(try_sign_in(site.visitor(), "W01"))
    assert re.search(r"; HttpOnly; Path=/; SameSite=Lax$", given)
    assert "Secure" not in given
    assert "Expires" not in given
    assert "Max-Age" not in given


def test_over_https_the_cookie_has_the_host_prefix_and_is_secure(site: Site):
    page = try_sign_in(site.visitor(base="https://localhost"), "W01")
    given = cookie(page, "__Host-yc")
    assert "Secure; HttpOnly; Path=/" in given
    assert "Domain" not in given


def test_only_the_hash_of_the_token_is_kept(site: Site):
    token = cookie(try_sign_in(site.visitor(), "W01")).split(";")[0].removeprefix("yc=")
    data = b"".join(path.read_bytes() for path in site.house.settings.data.glob("yichuang.db*"))
    assert len(token) > 40
    assert token.encode() not in data


def test_signing_in_again_gives_a_new_session_and_ends_the_old_one(site: Site):
    visitor = site.visitor("W01")
    old = visitor.client.get_cookie("yc")
    assert old is not None
    site.app.test_client()
    other = site.visitor()
    other.client.set_cookie("yc", old.value)
    form = other.open("/", follow=True)
    assert form.heading == "待办"
    # The same browser signs in once more: open the form as a stranger would, keep the cookie.
    other.client.delete_cookie("yc")
    fields = other.open("/sign-in").form("/sign-in").set(account="W01", password=DEMO_PASSWORD).values
    other.client.set_cookie("yc", old.value)
    other.send("/sign-in", fields)
    new = other.client.get_cookie("yc")
    assert new is not None
    assert new.value != old.value
    visitor.client.set_cookie("yc", old.value)
    assert visitor.open("/").heading == "登录"


def test_a_session_ends_after_thirty_minutes_without_use(site: Site):
    visitor = site.visitor("W01")
    site.machine.advance(timedelta(minutes=29))
    assert visitor.open("/").heading == "待办"
    site.machine.advance(timedelta(minutes=29))
    assert visitor.open("/").heading == "待办"
    site.machine.advance(timedelta(minutes=31))
    assert visitor.open("/").heading == "登录"


def test_a_page_that_refreshes_itself_does_not_keep_the_session_alive(site: Site):
    visitor = site.visitor("W01")
    for _ in range(4):
        site.machine.advance(timedelta(minutes=10))
        visitor.open("/?poll=1", headers={"HX-Request": "true"})
    assert visitor.open("/").heading == "登录"


def test_a_session_ends_after_twelve_hours_however_busy(site: Site):
    visitor = site.visitor("W01")
    for _ in range(35):
        site.machine.advance(timedelta(minutes=20))
        assert visitor.open("/").heading == "待办"
    site.machine.advance(timedelta(minutes=21))
    assert visitor.open("/").heading == "登录"


def test_moving_the_demonstrations_clock_signs_nobody_out(site: Site):
    visitor = site.visitor("W01")
    site.house.wait(days=40)
    assert visitor.open("/").heading == "待办"


def test_signing_out_ends_the_row_so_that_the_cookie_opens_nothing(site: Site):
    visitor = site.visitor("W01")
    token = visitor.client.get_cookie("yc")
    assert token is not None
    page = visitor.open("/").form("/sign-out", css="header form").press()
    assert page.heading == "登录"
    visitor.client.set_cookie("yc", token.value)
    assert visitor.open("/").heading == "登录"


def test_disabling_an_account_ends_its_session_at_once(site: Site):
    visitor = site.visitor("W01")
    site.house.execute("A02", SetAccountState(account="W01", state="disabled"))
    assert visitor.open("/").heading == "登录"
    assert try_sign_in(site.visitor(), "W01").status == 401


def test_a_new_password_ends_the_sessions_of_the_old_one(site: Site):
    visitor = site.visitor("W01")
    site.house.execute("A02", ResetPassword(account="W01", password_hash=hash_password("Another-2026")))
    assert visitor.open("/").heading == "登录"
    assert try_sign_in(site.visitor(), "W01", "Another-2026").status == 303


def test_five_wrong_passwords_stop_that_address_for_ten_minutes_and_nobody_else(site: Site):
    visitor = site.visitor()
    for _ in range(5):
        assert try_sign_in(visitor, "W01", "wrong-Password-1").status == 401
    refused = try_sign_in(visitor, "W01")
    assert refused.status == 429
    assert "请等 10 分钟后再试" in refused.main
    assert try_sign_in(site.visitor(), "W02").status == 303
    site.machine.advance(timedelta(minutes=10, seconds=1))
    assert try_sign_in(visitor, "W01").status == 303


def test_a_right_password_clears_the_count_of_wrong_ones(site: Site):
    visitor = site.visitor()
    for _ in range(4):
        try_sign_in(visitor, "W01", "wrong-Password-1")
    assert try_sign_in(visitor, "W01").status == 303
    for _ in range(4):
        assert try_sign_in(site.visitor(), "W01", "wrong-Password-1").status == 401


def test_the_inbox_says_when_one_signed_in_last(site: Site):
    visitor = site.visitor("W01")
    assert "这是您第一次登录" in visitor.page.main
    site.house.wait(hours=3)
    assert "上次登录 2026-03-02 09:05" in site.visitor("W01").page.main


def test_a_sign_in_form_from_elsewhere_is_refused(site: Site):
    page = site.visitor().send("/sign-in", {"account": "W01", "password": DEMO_PASSWORD}, follow=False)
    assert page.status == 401
    assert cookie(page) == ""
    assert "登录页面已过期" in page.main


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "\\/example.org",
        "https:example.org",
        "javascript:alert(1)",
        "/\t/example.org",
        "/\n/example.org",
        "example.org",
        "",
        "/%5Cexample.org/\\x",
    ],
)
def test_nobody_is_led_to_another_site_after_sign_in(site: Site, target: str):
    visitor = site.visitor()
    form = visitor.open("/sign-in").form("/sign-in").set(account="W01", password=DEMO_PASSWORD, next=target)
    answer = visitor.send("/sign-in", form.values, follow=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")


def test_after_sign_in_one_comes_to_the_page_that_was_wanted(site: Site):
    visitor = site.visitor()
    form = visitor.open("/cases?status=received&q=卡").form("/sign-in")
    page = form.set(account="W01", password=DEMO_PASSWORD).press()
    assert page.heading == "办件"
    assert page.all("#q")[0].get("value") == "卡"


def test_who_is_signed_in_already_is_led_on(site: Site):
    assert site.visitor("W01").open("/sign-in").heading == "待办"


def test_the_demonstration_lists_its_accounts_and_password(site: Site):
    page = site.visitor().open("/sign-in")
    assert DEMO_PASSWORD in page.main
    offered = set(page.each("a.yc-pick"))
    assert {"W01", "D11", "D12", "D13", "D171", "S51", "U81", "A03", "X92"} <= offered
    assert page.visitor.open("/sign-in?account=D12").all("#account")[0].get("value") == "D12"


def test_production_shows_neither_accounts_nor_password_nor_banner(sqlite_house: House):
    page = Site(sqlite_house, demo=False).visitor().open("/sign-in")
    assert page.status == 200
    assert DEMO_PASSWORD not in page.text
    assert "W01" not in page.text
    assert "演示" not in page.text


def test_the_chosen_look_stays_in_the_browser(site: Site):
    visitor = site.visitor()
    form = visitor.open("/about").form("/look", css="footer form").set(look="large")
    page = form.press()
    assert page.path == "/about"
    assert page.all("html")[0].get("class") == "yc-look-large"
    visitor.send("/look", {"look": "nonsense", "back": "https://example.org/"}, follow=False)
    assert visitor.page.headers["Location"] == "/sign-in" or visitor.page.headers["Location"] == "/"
    assert visitor.open("/about").all("html")[0].get("class") == "yc-look-large"
