"""下载审计包: for the auditor, of a case that he sees, for a purpose that stands in his access journal; nobody else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from engine.foundation.journal.sealing.queries import last_checkpoint
from tests.engine.oversight.audit.bundling.conftest import here
from tests.support.house import COMPANY, House
from tests.support.site import Page, Site
from tests.yichuang.shell import in_chinese
from yichuang.sealing import seal_all


@pytest.fixture
def case_no(site: Site) -> str:
    found = site.house.receive("W01", "I02", COMPANY)
    seal_all(site.house.door)
    return found


def take(site: Site, case_no: str, purpose: str = "年度审计抽查") -> Page:
    page = site.visitor("U81").open(f"/cases/{case_no}/bundle")
    return page.form(f"/cases/{case_no}/bundle").set(purpose=purpose).press()


def exports(house: House, account: str = "U81") -> list[dict[str, object]]:
    return [one.data for one in house.journal(f"access:{account}") if one.type == "access.bundle_exported"]


def test_the_auditor_takes_a_bundle_that_its_own_tool_finds_right(site: Site, case_no: str, tmp_path: Path):
    page = take(site, case_no)
    assert (page.status, page.headers["Content-Type"]) == (200, "application/zip")
    assert "attachment; filename*=UTF-8''" in page.headers["Content-Disposition"]
    body = page.response.get_data()
    assert int(page.headers["Content-Length"]) == len(body)
    (tmp_path / "bundle.zip").write_bytes(body)
    told = here(tmp_path / "bundle.zip")
    assert told.code == 0 and f"case:{case_no}" in told.out
    [line] = exports(site.house)
    assert (line["cases"], line["purpose"], line["personal"]) == ([case_no], "年度审计抽查", False)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        # The bundle that turns up finds the line of who took it.
        assert archive.read("manifest.sha256").decode().split()[0] == line["digest"]
        assert len(archive.namelist()) == line["files"]
        assert not [name for name in archive.namelist() if name.startswith("private/")]
    said = site.house.journal("access:U81")[-1].sentence
    assert said == f"导出 1 件办件的审计包（{case_no}），用途：年度审计抽查"


def test_journal_and_replay_lead_to_it_for_the_auditor_and_for_nobody_else(site: Site, case_no: str):
    for path in ("journal", "replay"):
        for account, shown in (("U81", True), ("S51", False)):
            page = site.visitor(account).open(f"/cases/{case_no}/{path}")
            links = [one for one in page.all("main a") if (one.get("href") or "").endswith("/bundle")]
            assert (page.status, bool(links)) == (200, shown)


def test_without_a_purpose_nothing_is_taken_and_nothing_journalled(site: Site, case_no: str):
    page = take(site, case_no, purpose="看")
    assert page.status == 422
    assert "请填写导出审计包的用途" in page.words(".yc-field__error")
    assert page.all("input[name='purpose']")[0].get("value") == "看"
    assert exports(site.house) == []


def test_sent_twice_it_is_journalled_once(site: Site, case_no: str):
    form = site.visitor("U81").open(f"/cases/{case_no}/bundle").form(f"/cases/{case_no}/bundle").set(purpose="年度审计")
    assert (form.press().status, form.press().status) == (200, 200)
    assert len(exports(site.house)) == 1


def test_a_case_that_is_not_there_and_one_that_is_not_sealed_are_told(site: Site):
    assert site.visitor("U81").open("/cases/11410500/bundle").status == 404
    case_no = site.house.receive("W01", "I02", COMPANY)
    with site.house.door.database.reading() as connection:
        assert last_checkpoint(connection) is None
    page = take(site, case_no)
    assert page.status == 404 and "还没有封存过" in page.main and in_chinese(page.heading)
    assert exports(site.house) == []


@pytest.mark.parametrize("account", ["W01", "D11", "S51", "A03", "P61"])
def test_everybody_else_is_refused(site: Site, case_no: str, account: str):
    assert site.visitor(account).open(f"/cases/{case_no}/bundle").status == 403
