"""我的账号: what I am told after signing in, my password, my sessions, my second factor; all without a script."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from engine.registry.identity.commands import CreateAccount, ResetPassword
from engine.registry.identity.passwords import hash_password
from tests.support.site import Page, Site, Visitor
from yichuang.provision import DEMO_PASSWORD

CHOSEN = "Wenfeng-Ta-618"


def newcomer(site: Site, *grants: tuple[str, str], account: str = "N01") -> None:
    command = CreateAccount(
        account=account, person=f"person-{account}", name="王建国", password_hash=hash_password(DEMO_PASSWORD),
        grants=grants or (("window_clerk", "center"),),
    )  # fmt: skip
    site.house.execute("A02", command)


def settled(site: Site, *grants: tuple[str, str]) -> Visitor:
    """Return a newcomer who has changed the initial password."""
    newcomer(site, *grants)
    visitor = site.visitor("N01")
    change(visitor, DEMO_PASSWORD, CHOSEN)
    return visitor


def change(visitor: Visitor, old: str, new: str, again: str = "") -> Page:
    return visitor.open("/me/password").form("/me/password").set(old=old, new=new, again=again or new).press()


def sign_in(site: Site, account: str, password: str, address: str = "192.0.2.7") -> Visitor:
    """Sign in from an address."""
    visitor = site.visitor()
    visitor.client.environ_base["REMOTE_ADDR"] = address
    visitor.sign_in(account, password)
    return visitor


def enrol(site: Site, visitor: Visitor, **fields: str) -> tuple[str, list[str], Page]:
    """Enrol a second factor; return its secret, the recovery codes, and the page."""
    page = visitor.page if visitor.page.path == "/me/factor" else visitor.open("/me/factor")
    secret = page.words(".yc-factor__key").replace(" ", "")
    code = pyotp.TOTP(secret).at(site.machine.now())
    shown = page.form("/me/factor").set(code=code, **fields).press()
    return secret, shown.each(".yc-recovery code"), shown


def test_what_was_typed_waits_while_the_next_session_owes_a_new_password(site: Site):
    """A reset meanwhile: the password is changed beside the page that keeps what was typed."""
    visitor = site.visitor("W01")
    form = visitor.open("/applications/new/I06").form("/applications/new").set(applicant_name="王建国", note="请尽快")
    site.house.execute("A02", ResetPassword(account="W01", password_hash=hash_password(CHOSEN)))
    stopped = form.press("submit")
    kept = stopped.form("/sign-in").set(account="W01", password=CHOSEN).press()
    assert (kept.heading, kept.all("main a")[0].get("href")) == ("刚才填写的内容还没有提交", "/me/password")
    assert "须先修改口令" in kept.main
    still = kept.form("/applications/new").press("refresh")
    assert (still.status, still.heading) == (403, "刚才填写的内容还没有提交")
    change(visitor, CHOSEN, "Wenfeng-Ta-619")
    filled = still.form("/applications/new").press("refresh")
    assert filled.all("#f-applicant_name")[0].get("value") == "王建国"
    assert filled.all("#f-note")[0].text.strip() == "请尽快"


# After signing in -----------------------------------------------------------------------------------------------------


def test_one_is_told_when_from_where_and_how_often_it_failed_since(site: Site):
    sign_in(site, "W01", DEMO_PASSWORD, "192.0.2.7")
    site.house.wait(hours=3)
    for _ in range(2):
        assert sign_in(site, "W01", "wrong-Password-1", "198.51.100.9").page.status == 401
    visitor = sign_in(site, "W01", DEMO_PASSWORD)
    for page in (visitor.page, visitor.open("/me")):
        assert "上次登录 2026-03-02 09:05，地址 192.0.2.7" in page.main
        assert "上次登录以后，有 2 次登录失败" in page.main
    again = visitor.open("/").main
    assert "上次登录 2026-03-02 09:05" in again
    assert "登录失败" not in again, "once in a session, and on 我的账号"
    lines = [line for line in site.house.journal("access:W01") if line.type == "access.sign_in_failed"]
    assert [line.data["address"] for line in lines] == ["198.51.100.9"] * 2
    assert "登录失败" not in sign_in(site, "W01", DEMO_PASSWORD).page.main


def test_before_the_first_sign_in_there_is_no_last_one(site: Site):
    assert sign_in(site, "W02", "wrong-Password-1").page.status == 401
    page = sign_in(site, "W02", DEMO_PASSWORD).page
    assert "这是您第一次登录" in page.main
    assert "这次登录以前，有 1 次登录失败" in page.main
    assert "上次登录以后" not in page.main


def test_a_sixth_session_ends_the_oldest_and_it_is_said(site: Site):
    visitors = [site.visitor("W01")]
    for _ in range(4):
        site.house.wait(minutes=1)
        visitors.append(site.visitor("W01"))
    site.house.wait(minutes=1)
    last = site.visitor("W01")
    assert "同时登录的会话超过 5 个，最早的一个已结束" in last.page.main
    assert [one.open("/").heading for one in (*visitors, last)] == ["登录", *["待办"] * 5]


def test_the_menu_leads_to_ones_own_account(site: Site):
    page = site.visitor("X91").open("/")
    [link] = [one for one in page.all("header a") if one.get("href") == "/me"]
    assert "我的账号" in link.text_content()
    shown = page.visitor.open("/me")
    assert {"综窗受理员", "审查员"} <= set(shown.each("tbody th"))


# Tries ----------------------------------------------------------------------------------------------------------------


def test_guessing_from_many_addresses_is_slowed_and_the_owners_desk_stays_open(site: Site):
    sign_in(site, "W01", DEMO_PASSWORD, "192.0.2.7")
    for number in range(20):
        assert sign_in(site, "W01", "wrong-Password-1", f"198.51.100.{number}").page.status == 401
    stopped = sign_in(site, "W01", DEMO_PASSWORD, "203.0.113.5")
    assert stopped.page.status == 429
    assert sign_in(site, "W01", DEMO_PASSWORD, "192.0.2.7").page.heading == "待办"
    assert sign_in(site, "W02", DEMO_PASSWORD, "203.0.113.5").page.heading == "待办", "another account is not slowed"
    site.machine.advance(timedelta(minutes=11))
    assert sign_in(site, "W01", DEMO_PASSWORD, "203.0.113.5").page.heading == "待办"


def test_what_the_pause_refuses_is_not_journalled_any_more(site: Site):
    for _ in range(9):
        sign_in(site, "W01", "wrong-Password-1", "198.51.100.9")
    kinds = [line.type for line in site.house.journal("access:W01")]
    assert kinds == ["access.sign_in_failed"] * 5 + ["access.sign_in_paused"]
    assert site.house.violations() == []


def test_an_unknown_account_is_refused_alike_and_leaves_no_line(site: Site):
    known, unknown = (sign_in(site, account, "wrong-Password-1").page for account in ("W01", "Z99"))
    assert known.status == unknown.status == 401
    assert known.words(".yc-errors") == unknown.words(".yc-errors")
    assert site.house.journal("access:Z99") == []


# The password ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new, again, field, sentence",
    [
        ("falsch-Falsch-1", CHOSEN, CHOSEN, "old", "现在使用的口令不正确"),
        (DEMO_PASSWORD, CHOSEN, "x", "again", "不一致"),
        (DEMO_PASSWORD, "kurz", "kurz", "new", "至少 10 位"),
        (DEMO_PASSWORD, "Geheim-n01-x", "", "new", "账号或者姓名"),
        (DEMO_PASSWORD, "王建国-Geheim1", "", "new", "账号或者姓名"),
        (DEMO_PASSWORD, "Password-2026", "", "new", "太常见"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_password_is_said_at_its_field(
    site: Site, old: str, new: str, again: str, field: str, sentence: str
):
    newcomer(site)
    page = change(site.visitor("N01"), old, new, again)
    assert page.status == 422
    assert sentence in page.words(f"#f-{field}-error")
    assert new not in page.text
    assert page.visitor.open("/").heading == "修改口令"


def test_none_of_the_last_five_passwords_is_taken_again(site: Site):
    visitor = settled(site)
    for number in range(4):
        old = CHOSEN if number == 0 else f"Wenfeng-Ta-{number - 1}"
        assert change(visitor, old, f"Wenfeng-Ta-{number}").heading == "我的账号"
    assert "最近 5 次" in change(visitor, "Wenfeng-Ta-3", CHOSEN).words("#f-new-error")
    assert change(visitor, "Wenfeng-Ta-3", "Wenfeng-Ta-9").heading == "我的账号"
    assert change(visitor, "Wenfeng-Ta-9", CHOSEN).heading == "我的账号", "six changes ago"


def test_a_changed_password_ends_the_other_browsers_sessions(site: Site):
    other, visitor = site.visitor("W01"), site.visitor("W01")
    assert "其他会话已结束" in change(visitor, DEMO_PASSWORD, CHOSEN).main
    assert (other.open("/").heading, visitor.open("/").heading) == ("登录", "待办")


def test_guessing_the_old_password_in_an_open_session_is_stopped_too(site: Site):
    visitor = site.visitor("W01")
    for _ in range(5):
        assert change(visitor, "falsch-Falsch-1", CHOSEN).status == 422
    assert change(visitor, DEMO_PASSWORD, CHOSEN).status == 429


def test_the_end_of_a_password_is_announced_and_then_it_is_owed(site: Site):
    visitor = settled(site)
    site.house.wait(days=84)
    assert "口令将在 6 天内到期" in sign_in(site, "N01", CHOSEN).page.main
    assert "口令到期" in visitor.open("/me").words(".yc-aside")
    site.house.wait(days=7)
    late = sign_in(site, "N01", CHOSEN)
    assert late.page.heading == "修改口令"
    assert "已经到期" in late.page.main
    assert change(late, CHOSEN, "Wenfeng-Ta-700").heading == "我的账号"


# Sessions -------------------------------------------------------------------------------------------------------------


def test_ones_sessions_are_listed_and_ended(site: Site):
    agent = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/141.0"}
    mine, other, third = site.visitor(), site.visitor("W01"), site.visitor("W01")
    form = mine.open("/sign-in").form("/sign-in").set(account="W01", password=DEMO_PASSWORD)
    form.press(headers=agent)
    page = mine.open("/me")
    listed = page.each("tbody tr")
    assert len([row for row in listed if "127.0.0.1" in row]) == 3
    [this] = [row for row in listed if "本次会话" in row]
    assert "Firefox 141 / Windows" in this
    page.form("/me/sessions/end", css="table form").press()
    assert sorted(one.open("/").heading for one in (other, third)) == ["待办", "登录"]
    assert mine.open("/").heading == "待办"
    site.visitor("W01")
    page = mine.open("/me")
    fields = {"_csrf": page.form("/me/sessions/end").values["_csrf"]}
    assert "会话已结束" in mine.send("/me/sessions/end", fields).main
    assert len([row for row in mine.open("/me").each("tbody tr") if "127.0.0.1" in row]) == 1


# The second factor ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("grant", [("dept_head", "market"), ("sys_admin", "center"), ("audit_admin", "center")])
def test_who_must_have_a_second_factor_is_led_to_it_right_after_the_password(site: Site, grant: tuple[str, str]):
    visitor = settled(site, grant)
    for address in ("/", "/me", "/messages", "/me/password"):
        assert visitor.open(address).heading == "启用第二因素", address
    _, codes, shown = enrol(site, visitor)
    assert (shown.heading, len(codes)) == ("第二因素已启用", 10)
    assert visitor.open("/").heading == "待办"
    page = visitor.open("/me/factor")
    assert "不能停用" in page.main
    answer = visitor.send("/me/factor/remove", {"_csrf": page.form("/me/factor/codes").values["_csrf"], "old": CHOSEN})
    assert answer.status == 403


def test_signing_in_takes_password_and_code_and_each_code_once(site: Site):
    visitor = site.visitor("D12")
    secret, _, _ = enrol(site, visitor)
    totp = pyotp.TOTP(secret)
    second = sign_in(site, "D12", DEMO_PASSWORD)
    assert second.page.heading == "登录第二步"
    assert second.client.get_cookie("yc") is None
    assert second.open("/cases").heading == "登录", "the password alone opens nothing"
    second = sign_in(site, "D12", DEMO_PASSWORD)
    used = totp.at(site.machine.now())
    assert second.page.form("/sign-in/code").set(code=used).press().status == 401, "used when it was enrolled"
    site.machine.advance(timedelta(seconds=30))
    code = totp.at(site.machine.now())
    assert second.page.form("/sign-in/code").set(code=code).press().heading == "待办"
    third = sign_in(site, "D12", DEMO_PASSWORD)
    assert third.page.form("/sign-in/code").set(code=code).press().status == 401


def test_after_the_code_one_comes_to_the_page_that_was_wanted(site: Site):
    visitor = site.visitor("D12")
    secret, _, _ = enrol(site, visitor)
    site.machine.advance(timedelta(seconds=60))
    fresh = site.visitor()
    asked = fresh.open("/cases?status=received").form("/sign-in").set(account="D12", password=DEMO_PASSWORD).press()
    assert asked.heading == "登录第二步"
    assert asked.form("/sign-in/code").set(code=pyotp.TOTP(secret).at(site.machine.now())).press().heading == "办件"


def test_wrong_codes_are_counted_journalled_and_stopped(site: Site):
    enrol(site, site.visitor("D12"))
    visitor = sign_in(site, "D12", DEMO_PASSWORD)
    for _ in range(5):
        assert visitor.page.form("/sign-in/code").set(code="000000").press().status == 401
    assert visitor.page.form("/sign-in/code").set(code="000000").press().status == 429
    kinds = [line.sentence for line in site.house.journal("access:D12")]
    assert sum("验证码不正确" in one for one in kinds) == 5


def test_a_recovery_code_opens_once(site: Site):
    _, codes, _ = enrol(site, site.visitor("D12"))
    first = sign_in(site, "D12", DEMO_PASSWORD)
    assert first.page.form("/sign-in/code").set(code=f" {codes[0].upper()} ").press().heading == "待办"
    assert "剩余 9 个" in first.open("/me").main
    again = sign_in(site, "D12", DEMO_PASSWORD)
    assert again.page.form("/sign-in/code").set(code=codes[0]).press().status == 401


def test_the_second_step_ends_after_five_minutes_and_with_the_password(site: Site):
    secret, _, _ = enrol(site, site.visitor("D12"))
    late, stolen = sign_in(site, "D12", DEMO_PASSWORD), sign_in(site, "D12", DEMO_PASSWORD)
    site.house.execute("A02", ResetPassword(account="D12", password_hash=hash_password(CHOSEN)))
    site.machine.advance(timedelta(minutes=1))
    answer = stolen.page.form("/sign-in/code").set(code=pyotp.TOTP(secret).at(site.machine.now())).press()
    assert (answer.status, answer.heading) == (401, "登录")
    site.machine.advance(timedelta(minutes=5))
    answer = late.page.form("/sign-in/code").set(code=pyotp.TOTP(secret).at(site.machine.now())).press()
    assert "请重新输入账号和口令" in answer.main
    for ticket in ("", "k1:AAAA", "x"):
        form = sign_in(site, "D12", CHOSEN).page.form("/sign-in/code").set(ticket=ticket, code="123456")
        assert form.press().status == 401


def test_a_wrong_code_at_enrolment_keeps_the_secret_and_a_strangers_form_is_not_taken(site: Site):
    visitor, other = site.visitor("W01"), site.visitor("W02")
    page = visitor.open("/me/factor")
    secret = page.words(".yc-factor__key")
    again = page.form("/me/factor").set(code="000000").press()
    assert (again.status, again.words(".yc-factor__key")) == (422, secret)
    theirs = other.open("/me/factor").form("/me/factor")
    theirs.set(sealed=again.form("/me/factor").values["sealed"])
    code = pyotp.TOTP(secret.replace(" ", "")).at(site.machine.now())
    assert "已经失效" in theirs.set(code=code).press().main
    assert again.form("/me/factor").set(code=code).press().heading == "第二因素已启用"


def test_a_second_factor_is_renewed_and_removed_with_the_password(site: Site):
    visitor = site.visitor("W01")
    enrol(site, visitor)
    visitor.open("/me/factor?renew=1")
    secret = visitor.page.words(".yc-factor__key").replace(" ", "")
    code = pyotp.TOTP(secret).at(site.machine.now())
    assert visitor.page.form("/me/factor").set(code=code, old="falsch-Falsch-1").press().status == 422
    assert visitor.page.form("/me/factor").set(code=code, old=DEMO_PASSWORD).press().heading == "第二因素已启用"
    page = visitor.open("/me/factor")
    fields = {"_csrf": page.form("/me/factor/codes").values["_csrf"], "old": DEMO_PASSWORD}
    assert visitor.send("/me/factor/codes", fields).heading == "恢复码已换发"
    assert "第二因素已停用" in visitor.send("/me/factor/remove", fields).main
    assert site.visitor("W01").page.heading == "待办"


def test_the_security_administrator_resets_a_lost_one(site: Site):
    visitor = site.visitor("D12")
    enrol(site, visitor)
    keeper = site.visitor("A02")
    assert "恢复码剩余 10 个" in keeper.open("/accounts/D12").main
    assert "第二因素已重置" in keeper.page.form("/accounts/D12/factor/reset").press().main
    assert visitor.open("/").heading == "登录"
    assert site.visitor("D12").page.heading == "待办"
