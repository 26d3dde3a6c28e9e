"""账号: the security administrator's pages, what each act does at once, and what the auditor may only read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.foundation.clock import utc_text
from engine.foundation.vault import token_hash
from engine.registry.identity.accounts.commands import GrantRole
from engine.registry.identity.commands import IssueToken
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.sessions.commands import NoteFailedSignIn
from tests.support.house import House
from tests.support.site import Form, Page, Site, Visitor
from yichuang.provision import DEMO_PASSWORD

CHOSEN = "Wenfeng-Ta-618"


def new_account(visitor: Visitor, account: str = "N01", **changed: str) -> Page:
    fields = {"account": account, "name": "新来的", "role": "window_clerk", "department": "center", **changed}
    return visitor.open("/accounts/new").form("/accounts/new").set(**fields).press()


def rows(page: Page) -> list[str]:
    return page.each("tbody th a")


def act(visitor: Visitor, account: str, action: str, **fields: str) -> Page:
    page = visitor.open(f"/accounts/{account}")
    [form, *_] = [one for one in page.all("main form") if one.get("action") == f"/accounts/{account}/{action}"]
    return Form(page, form).set(**fields).press()


def last_line(house: House, account: str) -> tuple[str, str]:
    line = house.journal(f"account:{account}")[-1]
    return line.type, line.account


# Lists --------------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_department_role_state_and_words(site: Site):
    visitor = site.visitor("A02")
    assert rows(visitor.open("/accounts"))[:3] == ["A01", "A02", "A03"]
    assert rows(visitor.open("/accounts?role=sec_admin")) == ["A02"]
    assert rows(visitor.open("/accounts?department=market&role=dept_head")) == ["D12"]
    assert rows(visitor.open("/accounts?q=双岗")) == ["X91", "X92"]
    assert rows(visitor.open("/accounts?page=4"))[-1] == "X92"
    empty = visitor.open("/accounts?state=disabled")
    assert "没有符合条件的账号" in empty.main
    assert visitor.open("/accounts?role=nonsense&state=x&page=abc").status == 200


def test_an_account_that_pauses_is_found_and_let_in_again(site: Site):
    until = utc_text(site.machine.now() + timedelta(minutes=10))
    note = NoteFailedSignIn(account="W01", address="198.51.100.9", what="password", paused_until=until)
    site.house.door.execute(note, SYSTEM, key="f")
    visitor = site.visitor("A02")
    page = visitor.open("/accounts?paused=1")
    assert rows(page) == ["W01"]
    assert "登录暂停" in page.main
    assert "198.51.100.9" in visitor.open("/accounts/W01").main
    assert "登录暂停已解除" in act(visitor, "W01", "unlock").main
    assert rows(visitor.open("/accounts?paused=1")) == []
    assert last_line(site.house, "W01") == ("account.unlocked", "A02")


def test_looking_at_an_account_stands_in_the_readers_own_journal(site: Site):
    site.visitor("A03").open("/accounts/W01")
    assert [line.data["target"] for line in site.house.journal("access:A03")] == ["账号 W01"]


def test_an_account_nobody_knows_is_not_found(site: Site):
    visitor = site.visitor("A02")
    for address in ("/accounts/Z99", "/accounts/Z99/journal", "/accounts/%00", "/accounts/" + "x" * 300):
        assert visitor.open(address).status == 404


# Making accounts ----------------------------------------------------------------------------------------------------


def test_a_new_account_is_opened_with_its_initial_password_which_must_be_changed_at_once(site: Site):
    page = new_account(site.visitor("A02"))
    password = page.words("#initial-password")
    assert (page.status, page.heading, len(password)) == (200, "账号已建立", 14)
    data = b"".join(path.read_bytes() for path in site.house.settings.data.glob("yichuang.db*"))
    assert password.encode() not in data
    newcomer = site.visitor()
    assert newcomer.sign_in("N01", password).heading == "修改口令"
    for address in ("/", "/me", "/cases", "/applications/new", "/me/factor"):
        assert newcomer.open(address).heading == "修改口令", address
    assert newcomer.page.all("nav a") == []
    form = newcomer.open("/me/password").form("/me/password")
    assert form.set(old=password, new=CHOSEN, again=CHOSEN).press().heading == "我的账号"
    assert newcomer.open("/").heading == "待办"
    assert site.visitor().sign_in("N01", CHOSEN).heading == "待办"
    assert site.visitor().sign_in("N01", password).status == 401


def test_a_form_sent_by_a_session_that_owes_is_refused(site: Site):
    password = new_account(site.visitor("A02")).words("#initial-password")
    newcomer = site.visitor()
    newcomer.sign_in("N01", password)
    csrf = newcomer.page.form("/me/password").values["_csrf"]
    answer = newcomer.send("/me/sessions/end", {"_csrf": csrf})
    assert (answer.status, "须先修改口令" in answer.main) == (403, True)
    assert newcomer.open("/?poll=1", headers={"HX-Request": "true"}).status == 403
    assert newcomer.open("/me").form("/sign-out", css="header form").press().heading == "登录"


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"account": "W01"}, "已经存在"), ({"account": "1x"}, "账号须以字母开头"), ({"account": "system"}, "系统保留"),
        ({"name": ""}, "请填写姓名"), ({"role": ""}, "请选择"), ({"department": "market"}, "应当设在政务服务中心"),
        ({"until_day": "2020-01-01"}, "结束日期早于"), ({"same_as": "Z99"}, "没有这个账号"),
        ({"same_as": "A02"}, "不能管理本人的账号"), ({"same_as": "A01"}, "三员互斥"), ({"role": "system"}, "岗位"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_new_account_is_said_and_nothing_is_made(
    site: Site, changed: dict[str, str], sentence: str
):
    page = new_account(site.visitor("A02"), **{"account": "N01", **changed})
    assert page.status in {403, 404, 409, 422}
    assert sentence in page.main
    assert site.visitor("A02").open("/accounts/N01").status == 404
    if changed.get("account") is None:
        assert page.all("#f-account")[0].get("value") == "N01", "what was typed stays"


# Acts ---------------------------------------------------------------------------------------------------------------


def test_a_reset_password_is_shown_once_and_ends_the_sessions(site: Site):
    clerk = site.visitor("W01")
    page = act(site.visitor("A02"), "W01", "password")
    password = page.words("#initial-password")
    assert clerk.open("/").heading == "登录"
    assert last_line(site.house, "W01") == ("account.password_reset", "A02")
    assert site.visitor().sign_in("W01").status == 401
    assert site.visitor().sign_in("W01", password).heading == "修改口令"


def test_pressing_reset_twice_says_that_the_password_was_not_shown(site: Site):
    visitor = site.visitor("A02")
    form = visitor.open("/accounts/W01").form("/accounts/W01/password")
    form.press()
    again = form.press()
    assert (again.status, "再次重置" in again.main) == (409, True)


def test_a_disabled_account_is_out_at_once_and_may_come_back(site: Site):
    clerk, visitor = site.visitor("W01"), site.visitor("A02")
    assert "账号已停用" in act(visitor, "W01", "state").main
    assert clerk.open("/").heading == "登录"
    assert rows(visitor.open("/accounts?state=disabled")) == ["W01"]
    assert "账号已启用" in act(visitor, "W01", "state").main
    assert site.visitor("W01").page.heading == "待办"
    story = visitor.open("/accounts/W01/journal").each(".yc-story__said li")
    assert story[0] == "登录"
    assert {"启用账号 W01", "停用账号 W01"} <= set(story)


def test_a_role_is_granted_for_days_and_revoked(site: Site):
    visitor = site.visitor("A02")
    fields = {"role": "dept_archivist", "department": "market", "from_day": "2026-05-01", "until_day": "2026-05-31"}
    page = act(visitor, "D11", "roles", **fields)
    assert "岗位已授予" in page.main
    assert "未开始" in page.main
    site.house.at(2026, 5, 31, 22)
    assert site.house.actor("D11").has("dept_archivist")
    revoke = [form for form in page.all("main form") if form.get("action").endswith("/revoke")]
    assert len(revoke) == 2
    assert "岗位已收回" in Form(page, revoke[0]).press().main
    assert not site.house.actor("D11").has("dept_archivist")
    said = visitor.open("/accounts/D11/journal").each(".yc-story__said li")
    assert "授予账号 D11 岗位：市监部门档案员，2026-05-01起至 2026-05-31" in said
    assert "收回账号 D11 的岗位：市监部门档案员" in said


def test_wrong_days_are_said_at_their_field_and_the_form_stays_open(site: Site):
    page = act(site.visitor("A02"), "D11", "roles", role="dept_archivist", department="market", until_day="2020-01-01")
    assert page.status == 422
    assert page.all("#f-until_day")[0].get("aria-invalid") == "true"
    assert page.all("main details[open]")


def test_sessions_and_tokens_are_ended_one_by_one_and_a_token_is_never_shown(site: Site):
    first, second = site.visitor("W01"), site.visitor("W01")
    ends_at = utc_text(site.machine.now() + timedelta(days=9))
    site.house.execute("A02", IssueToken(account="W01", token_hash=token_hash("yc_secret"), ends_at=ends_at))
    visitor = site.visitor("A02")
    page = visitor.open("/accounts/W01")
    assert token_hash("yc_secret") not in page.text
    assert "会话已结束" in page.form("/accounts/W01/sessions/end").press().main
    assert sorted(one.open("/").heading for one in (first, second)) == ["待办", "登录"]
    assert "接口令牌已收回" in visitor.page.form("/accounts/W01/tokens/revoke").press().main
    assert visitor.open("/accounts/W01").words("#tokens-title") == "接口令牌"
    assert "没有有效的接口令牌" in visitor.page.main


def test_nobody_is_offered_to_manage_the_own_account_and_trying_is_refused(site: Site):
    visitor = site.visitor("A02")
    page = visitor.open("/accounts/A02")
    assert page.all("main form") == []
    assert "由另一名安全管理员管理" in page.main
    csrf = visitor.open("/accounts/W01").form("/accounts/W01/password").values["_csrf"]
    for what, fields in (("state", {"state": "disabled"}), ("password", {}), ("unlock", {}),
                         ("roles", {"role": "designer", "department": "center"})):  # fmt: skip
        answer = visitor.send(f"/accounts/A02/{what}", {"_csrf": csrf, **fields})
        assert (answer.status, "不能管理本人的账号" in answer.main) == (403, True)


def test_the_auditor_reads_and_changes_nothing(site: Site):
    site.house.execute("A02", GrantRole(account="D11", role="dept_archivist", department="market"))
    visitor = site.visitor("A03")
    page = visitor.open("/accounts/D11")
    assert page.all("main form") == []
    assert "部门档案员" in page.main
    assert any("授予账号 D11 岗位" in said for said in visitor.open("/accounts/D11/journal").each(".yc-story__said li"))
    csrf = visitor.page.form("/sign-out", css="header form").values["_csrf"]
    acts = "state password unlock roles roles/revoke sessions/end factor/reset tokens/revoke"
    for what in acts.split():
        assert visitor.send(f"/accounts/D11/{what}", {"_csrf": csrf}).status == 403
    assert visitor.open("/accounts/new").status == 403


def test_a_long_journal_has_pages_the_newest_first(site: Site):
    visitor = site.visitor("A02")
    for _ in range(25):
        site.visitor().sign_in("W03", DEMO_PASSWORD)
    first = visitor.open("/accounts/W03/journal")
    second = visitor.open("/accounts/W03/journal?page=2")
    assert len(first.each(".yc-story__said li")) == 20
    assert second.each(".yc-story__said li")[-1].startswith("建立账号 W03")
    assert visitor.open("/accounts/W03/journal?page=99").status == 200
