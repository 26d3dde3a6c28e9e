"""Headers, tokens of forms, and what is not lost when a session ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.house import PDF
from tests.support.site import Page, Site, Visitor
from yichuang.provision import DEMO_PASSWORD

APPLICANT = {"applicant_name": "王建国", "id_no": "410502199003070010", "phone": "13800001234"}
ADDRESSES = ["/", "/sign-in", "/about", "/verify", "/cases", "/applications/new/I06", "/nowhere", "/healthz"]


def application(visitor: Visitor) -> Page:
    return visitor.open("/applications/new/I06")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_the_headers_that_keep_it_in_its_place(site: Site, address: str):
    headers = site.visitor("W01").open(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert {"form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_over_https_the_browser_is_told_to_stay_there(site: Site):
    headers = site.visitor(base="https://localhost").open("/sign-in").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_style_sheets_are_kept_by_the_browser_until_they_change(site: Site):
    page = site.visitor().open("/sign-in")
    sheets = [link.get("href") for link in page.all("link[rel='stylesheet']")]
    assert len(sheets) == 11
    assert all("?v=" in sheet for sheet in sheets)
    assert "immutable" in page.visitor.open(sheets[0]).headers["Cache-Control"]
    assert page.visitor.open(sheets[0].split("?")[0]).headers["Cache-Control"] == "no-cache"


def test_no_page_has_a_script_or_style_of_its_own(site: Site):
    case_no = site.house.accepted_instant()
    visitor = site.visitor("W01")
    for address in ("/", "/applications/new/I02", "/cases", f"/cases/{case_no}", "/about", "/about/clauses"):
        page = visitor.open(address)
        assert page.status == 200
        assert page.all("style") == []
        assert [one for one in page.all("script") if not one.get("src")] == []
        assert page.doc is not None
        handlers = [one for one in page.doc.iter() if any(str(name).startswith("on") for name in one.attrib)]
        assert handlers == []
        assert page.doc.xpath("//*[@style]") == []


def test_every_form_that_changes_something_carries_token_and_key(site: Site):
    case_no = site.house.accepted_instant()
    visitor = site.visitor("D62")
    task = site.house.task(case_no, "ut_head_decide")
    for address in ("/", "/messages", f"/cases/{case_no}", f"/tasks/{task.id}"):
        for form in visitor.open(address).all("form[method='post']"):
            names = {field.get("name") for field in form.iter("input")}
            assert names >= {"_csrf", "_key"} or form.get("action") == "/look"


@pytest.mark.parametrize("token", ["", "0" * 48, "错"])
def test_a_form_without_the_sessions_token_changes_nothing(site: Site, token: str):
    case_no = site.house.receive("W01", "I06", {**APPLICANT})
    task = site.house.task(case_no, "ut_formal")
    page = site.visitor("W01").send(f"/tasks/{task.id}", {"_csrf": token, "_act": "claim"})
    assert page.status == 403
    assert site.house.task(case_no, "ut_formal").holder is None


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({}, 200),
    ],
)
def test_a_form_sent_by_another_site_is_refused_even_with_the_token(site: Site, headers: dict[str, str], status: int):
    form = application(site.visitor("W01")).form("/applications/new").set(**APPLICANT)
    assert form.press("submit", headers=headers).status == status


def test_what_was_typed_when_the_session_ended_comes_back_after_sign_in(site: Site):
    visitor = site.visitor("W01")
    form = application(visitor).form("/applications/new").set(**APPLICANT, note="请尽快办理")
    form.put("materials[0].copies", "7")
    site.machine.advance(timedelta(minutes=31))
    stopped = form.press("submit")
    assert (stopped.status, stopped.heading) == (401, "登录")
    assert "您填写的内容还没有提交" in stopped.main
    again = stopped.form("/sign-in").set(account="W01", password=DEMO_PASSWORD).press()
    assert again.heading == "刚才填写的内容还没有提交"
    filled = again.form("/applications/new").press("refresh")
    assert (filled.status, filled.path) == (200, "/applications/new/I06")
    assert filled.all("#f-applicant_name")[0].get("value") == "王建国"
    assert filled.all("#f-note")[0].text.strip() == "请尽快办理"
    assert filled.all("[name='materials[0].copies']")[0].get("value") == "7"
    assert "还没有办件" in visitor.open("/cases").main
    sent = filled.form("/applications/new").press("submit")
    assert sent.heading == "形式审查"


def test_nothing_that_was_typed_is_carried_out_by_signing_in(site: Site):
    case_no = site.house.receive("W01", "I06", {**APPLICANT})
    task = site.house.task(case_no, "ut_formal")
    visitor = site.visitor("W01")
    form = visitor.open(f"/tasks/{task.id}").form(f"/tasks/{task.id}", css="form.yc-form").set(formal_result="accept")
    site.machine.advance(timedelta(minutes=31))
    form.press("submit").form("/sign-in").set(account="W01", password=DEMO_PASSWORD).press()
    assert site.house.task(case_no, "ut_formal").state == "open"


def test_a_chosen_file_that_is_lost_with_the_session_is_told(site: Site):
    visitor = site.visitor("W01")
    form = application(visitor).form("/applications/new").set(**APPLICANT).attach("materials[0].files", "a.pdf", PDF)
    site.machine.advance(timedelta(minutes=31))
    page = form.press("submit").form("/sign-in").set(account="W01", password=DEMO_PASSWORD).press()
    assert "当时选择的文件没有保存" in page.main


def test_a_form_of_an_earlier_session_keeps_what_was_typed(site: Site):
    visitor = site.visitor("W01")
    form = application(visitor).form("/applications/new").set(**APPLICANT)
    visitor.open("/").form("/sign-out", css="header form").press()
    visitor.sign_in("W01")
    page = form.press("submit")
    assert (page.status, page.heading) == (403, "刚才填写的内容还没有提交")
    assert page.form("/applications/new").press("refresh").all("#f-applicant_name")[0].get("value") == "王建国"


def test_a_button_without_typing_is_just_asked_for_again(site: Site):
    visitor = site.visitor("W01")
    form = visitor.open("/").form("/sign-out", css="header form")
    site.machine.advance(timedelta(minutes=31))
    page = form.press()
    assert page.status == 401
    assert "请重新登录后再操作一次" in page.main


@pytest.mark.parametrize(
    "resume",
    [
        "nonsense",
        "[]",
        '{"path": "https://example.org/", "pairs": [], "files": false}',
        '{"path": "/sign-out", "pairs": [], "files": false}',
        '{"path": "/tasks/1", "pairs": [1], "files": false}',
        '{"path": "//example.org/tasks/1", "pairs": [], "files": false}',
        '{"path": "/tasks/1"}',
    ],
)
def test_a_made_up_return_leads_nowhere(site: Site, resume: str):
    visitor = site.visitor()
    form = visitor.open("/sign-in").form("/sign-in").set(account="W01", password=DEMO_PASSWORD, resume=resume)
    answer = visitor.send("/sign-in", form.values, follow=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")


def test_what_comes_back_is_shown_as_text(site: Site):
    visitor = site.visitor("W01")
    form = application(visitor).form("/applications/new").set(note='"><script>alert(1)</script>')
    site.machine.advance(timedelta(minutes=31))
    page = form.press("submit")
    assert "<script>alert" not in page.text
    back = page.form("/sign-in").set(account="W01", password=DEMO_PASSWORD).press()
    assert "<script>alert" not in back.text
    assert back.form("/applications/new").values["note"] == '"><script>alert(1)</script>'


def test_a_page_that_refreshes_itself_says_that_the_session_ended(site: Site):
    visitor = site.visitor("W01")
    site.machine.advance(timedelta(minutes=31))
    answer = visitor.open("/?poll=1", headers={"HX-Request": "true"})
    assert (answer.status, answer.headers["HX-Retarget"]) == (401, "#yc-notice")
    assert "登录已过期" in answer.text
