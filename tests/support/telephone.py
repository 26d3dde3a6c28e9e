"""A desk with an upload form and a telephone that scanned its code, both without a browser."""

from __future__ import annotations

import hashlib

from engine.foundation.blobs.metadata import without_metadata
from engine.process.tasks.commands import ClaimTask
from tests.engine.foundation.test_blobs_metadata import photograph
from tests.support.house import PERSON
from tests.support.site import Form, Page, Site, Visitor

FIELD = "materials[0].files"
PHOTO, OTHER = photograph(6), photograph(3)
PHONE = "https://one-window.example"
KEPT = hashlib.sha256(without_metadata("image/jpeg", PHOTO)).hexdigest()


def application(site: Site, account: str = "W01") -> Form:
    """Return the application form of I06, filled in by hand."""
    form = site.visitor(account).open("/applications/new/I06").form("/applications/new/I06", css="form.yc-form")
    return form.set(**{name: value for name, value in PERSON.items() if name != "applicant_kind"})


def again(page: Page) -> Form:
    """Return the form of the page as it came back."""
    return page.form(css="form.yc-form")


def opened(site: Site, account: str = "W01") -> Page:
    """Return the application form with a code beside its first material."""
    return application(site, account).press(f"phone:{FIELD}")


def token(page: Page) -> str:
    """Return the token of the newest code on the desk's page."""
    return str(page.all("input[name='_phone']")[-1].get("value"))


def telephone(site: Site, page: Page) -> Page:
    """Scan the code of the desk's page with a fresh telephone."""
    return site.visitor(base=PHONE).open(f"/p/{token(page)}")


def send(page: Page, *files: tuple[str, bytes]) -> Page:
    """Send files from the telephone's page."""
    form = page.form("/p/", css="form.yc-form")
    form.values.poplist("photo")
    for name, content in files:
        form.attach("photo", name, content)
    return form.press("send")


def task_page(site: Site) -> tuple[Visitor, str]:
    """Return a clerk and the formal review in the clerk's hands."""
    case_no = site.house.receive("W01", "I06", PERSON)
    task_id = site.house.task(case_no, "ut_formal").id
    site.house.execute("W01", ClaimTask(task_id=task_id))
    return site.visitor("W01"), task_id


def gone(page: Page) -> str:
    """Check that the page is the one for a link that opens nothing; return its words."""
    assert page.status == 404
    assert page.heading == "请在窗口重新扫码"
    return page.main
