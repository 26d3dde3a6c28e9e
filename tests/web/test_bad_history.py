"""What cannot be read whole, or is not the reader's: the pages say so clearly and show nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.oversight.audit.bundling.conftest import contents, here
from tests.support.busy_joint import busy_case
from tests.support.site import Page, Site
from tests.support.unlike import STRANGE, closed_case, department_auditor, forge, with_gap
from yichuang.conforming import hold_all
from yichuang.sealing import seal_all

CANNOT = "的过程记录不能完整读出："
PURPOSE = {"purpose": "年度审计抽查"}


def take(page: Page, case_no: str) -> Page:
    return page.form(f"/cases/{case_no}/bundle").set(**PURPOSE).press()


@pytest.mark.parametrize("what", STRANGE)
def test_a_line_of_a_newer_program_shows_nothing_on_the_pages_and_gives_no_bundle(site: Site, what: str):
    change, why = STRANGE[what]
    case_no = closed_case(site.house)
    forge(site.house, case_no, change)
    seal_all(site.house.door)
    auditor = site.visitor("U81")
    for path in ("replay", "replay?at=2"):
        page = auditor.open(f"/cases/{case_no}/{path}")
        assert page.status == 500 and f"办件 {case_no} {CANNOT}{why}" in page.main
        assert "没有显示或者导出任何内容" in page.main and page.all("#moment") == []
    part = auditor.open(f"/cases/{case_no}/replay?at=2", headers={"HX-Request": "true"})
    assert why in part.text and 'id="moment"' not in part.text
    taken = take(auditor.open(f"/cases/{case_no}/bundle"), case_no)
    assert why in taken.main and taken.headers["Content-Type"].startswith("text/html")
    assert [one for one in site.house.journal("access:U81") if one.type == "access.bundle_exported"] == []
    hold_all(site.house.door)
    held = auditor.open("/audit/conformance?verdict=unknown")
    assert f"不能对照：{why}" in held.words("section[aria-labelledby='cases-title']")
    # The raw journal is for exactly this: every line with its hash, the strange one as what it is.
    raw = auditor.open(f"/cases/{case_no}/journal")
    assert raw.status == 200 and len(raw.all(".yc-line")) > 7


# A migration gap ---------------------------------------------------------------------------------------------------


def test_a_migration_gap_is_told_on_the_pages_and_by_the_tool_of_the_bundle(site: Site, tmp_path: Path):
    case_no, why = with_gap(site.house)
    seal_all(site.house.door)
    auditor = site.visitor("U81")
    page = auditor.open(f"/cases/{case_no}/replay")
    assert page.status == 500 and f"{CANNOT}{why}" in page.main and page.all("#moment") == []
    body = take(auditor.open(f"/cases/{case_no}/bundle"), case_no).response.get_data()
    (tmp_path / "bundle.zip").write_bytes(body)
    assert "verify.py" in contents(body)
    told = here(tmp_path / "bundle.zip")
    assert told.code == 1 and "条：说原为第 7 版，此前却没有改到这一版的记录" in told.out


# Not the reader's --------------------------------------------------------------------------------------------------


def test_another_departments_case_is_answered_as_one_that_is_not_there(site: Site):
    mine, other, asked = closed_case(site.house), site.house.accepted_commitment(), busy_case(site.house)
    hold_all(site.house.door)
    seal_all(site.house.door)
    auditor = site.visitor(department_auditor(site.house, "hrss"))
    fire = site.visitor(department_auditor(site.house, "fire", "U83"))
    absent = other[:-4] + "9998"
    for path in ("replay", "replay?at=3", "journal", "journal/1.json", "bundle"):
        assert auditor.open(f"/cases/{mine}/{path}").status == 200
        for visitor, case_no in ((auditor, other), (auditor, asked), (fire, mine), (fire, asked)):
            shown, missing = (visitor.open(f"/cases/{one}/{path}") for one in (case_no, absent))
            assert (shown.status, missing.status) == (404, 404), (path, case_no)
            # All but the number of the request itself is the same.
            assert shown.main.replace(case_no, "*").split("请求编号")[0] == missing.main.replace(absent, "*").split(
                "请求编号"
            )[0]
    for case_no in (other, absent):
        form = auditor.open(f"/cases/{mine}/bundle").form(f"/cases/{mine}/bundle").set(**PURPOSE)
        form.element.set("action", f"/cases/{case_no}/bundle")
        assert form.press().status == 404
    assert other not in auditor.open("/audit/conformance?verdict=fits").text
    assert mine in auditor.open("/audit/conformance?verdict=fits").text
