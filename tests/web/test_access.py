"""Who may open which page: every route says what it asks, and each role gets exactly that."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.registry.identity.rules import ACTIONS
from tests.support.site import Site
from web.security import SAFE_METHODS, SELF_GUARDED, access_of

EVERYBODY = {
    "W01", "W03", "D11", "D12", "D13", "L31", "J41", "C01", "S51", "K61", "P61", "U81", "A01", "A02", "A03", "M71",
}  # fmt: skip
PAGES = {
    "/": EVERYBODY,
    "/messages": EVERYBODY,
    "/applications/new": {"W01"},
    "/applications/new/I06": {"W01"},
    "/applications/several?item=I01&item=I06": {"W01"},
    "/contacts": {"W01", "W03", "D11", "D12", "J41", "S51"},
    "/consultations": {"W01", "D11", "D12", "S51", "K61"},
    "/back-records": {"S51"},
    "/shared": {"D11", "D12", "D13", "L31", "S51"},
    "/shift": {"W01", "W03", "D11", "D12", "D13"},
    "/shift/day": {"W01", "W03", "D11", "D12", "D13"},
    "/notes": {"W01", "W03", "D11", "D12", "D13", "L31", "J41", "C01", "S51", "K61"},
    "/cases": {"W01", "W03", "D11", "D12", "D13", "L31", "C01", "S51", "K61", "U81"},
    "/barrings": {"W01", "W03", "D11", "D12", "S51", "U81"},
    "/barrings/new": {"D12"},
    "/supervision": {"C01", "S51", "K61"},
    # 三员分立: the security administrator manages accounts, the audit administrator reads them.
    "/accounts": {"A02", "A03"},
    "/accounts/W01": {"A02", "A03"},
    "/accounts/W01/journal": {"A02", "A03"},
    "/accounts/new": {"A02"},
    "/incidents": {"A01"},
    "/audit": {"U81", "A03"},
    "/me": EVERYBODY,
    "/me/password": EVERYBODY,
    "/me/factor": EVERYBODY,
}
"""Which of the demonstration's accounts may open which page."""


def routes(app: Flask) -> list[tuple[str, str]]:
    return [(rule.endpoint, rule.rule) for rule in app.url_map.iter_rules()]


def test_every_route_declares_who_may_open_it(site: Site):
    silent = [
        rule
        for endpoint, rule in routes(site.app)
        if endpoint.split(".")[0] not in SELF_GUARDED and access_of(site.app.view_functions[endpoint]) is None
    ]
    assert silent == []


def test_every_declared_action_stands_in_the_permission_table(site: Site):
    declared = {access.action for view in site.app.view_functions.values() if (access := access_of(view))}
    assert declared - {None} <= ACTIONS.keys()


def test_a_view_that_declares_nothing_is_refused_to_everybody(site: Site):
    site.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    page = site.visitor("W01").open("/forgotten")
    assert page.status == 403
    assert "secret" not in page.text
    assert "没有声明访问权限" in page.main


def test_only_reading_and_signing_in_are_open_to_strangers(site: Site):
    public = {
        rule.rule
        for rule in site.app.url_map.iter_rules()
        if (access := access_of(site.app.view_functions[rule.endpoint])) and access.action is None
    }
    changing = {
        rule.rule
        for rule in site.app.url_map.iter_rules()
        if rule.rule in public and (rule.methods or set()) - SAFE_METHODS
    }
    # A courier signs its calls; an applicant opens a one-time link with a code and the end of the identity number;
    # a telephone sends photographs by a token.
    followed = {"/progress", "/progress/document"}
    assert changing == {"/sign-in", "/sign-in/code", "/look", "/courier/events", "/e/<token>", "/p/<token>"} | followed


@pytest.mark.parametrize("address", [*PAGES, "/cases/1", "/cases/1/journal", "/tasks/1-1", "/documents/1.pdf"])
def test_a_stranger_is_led_to_the_sign_in_page(site: Site, address: str):
    answer = site.visitor().open(address, follow=False)
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("account", sorted(EVERYBODY))
def test_each_role_opens_its_pages_and_no_others(site: Site, account: str):
    visitor = site.visitor(account)
    opened = {address for address in PAGES if visitor.open(address).status == 200}
    assert opened == {address for address, accounts in PAGES.items() if account in accounts}


@pytest.mark.parametrize("account", sorted(EVERYBODY))
def test_the_menu_offers_only_what_may_be_opened(site: Site, account: str):
    page = site.visitor(account).open("/")
    offered = [link.get("href") for link in page.all(".yc-nav a")]
    assert offered
    assert all(page.visitor.open(address).status == 200 for address in offered)


def test_a_refused_page_is_noted_in_the_persons_own_access_journal(site: Site):
    site.visitor("D11").open("/supervision")
    last = site.house.journal("access:D11")[-1]
    assert (last.type, last.data["code"]) == ("access.refused", "NOT_YOUR_ACTION")


def test_another_departments_case_task_file_and_document_are_not_found(site: Site):
    case_no = site.house.accepted_instant()
    document = site.house.documents(case_no)[0]
    task = site.house.task(case_no, "ut_head_decide")
    visitor = site.visitor("D12")
    for address in (f"/cases/{case_no}", f"/tasks/{task.id}", f"/documents/{document.id}.pdf"):
        assert visitor.open(address).status == 404
    missed = [line for line in site.house.journal("access:D12") if line.type == "access.missed"]
    assert len(missed) == 3


def test_a_department_does_not_see_other_departments_cases_in_its_list(site: Site):
    site.house.accepted_instant()
    assert "还没有办件" in site.visitor("D12").open("/cases").main
    assert "社会保障卡补领" in site.visitor("D62").open("/cases").main
