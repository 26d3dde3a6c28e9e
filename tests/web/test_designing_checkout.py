"""The files laid out in the data folder: browser and command line tell the same drift, and take it the same way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.oversight.publishing.test_releases import shipped, without
from tests.support.drafting import ROUTE, file
from tests.support.site import Site

HOME = "/designer"


@pytest.fixture
def folder(site: Site) -> Path:
    """The folder with the route as it is in force."""
    made = site.house.settings.data / "processes"
    made.mkdir()
    (made / "route_commitment.bpmn").write_text(shipped("route_commitment"), "utf-8")
    return made


def test_without_such_a_folder_nothing_is_told(site: Site):
    page = site.visitor("P61").open(HOME)
    assert "数据目录里改过的文件" not in page.main


def test_the_same_files_are_not_told_of(site: Site, folder: Path):
    assert "数据目录里改过的文件" not in site.visitor("P61").open(HOME).main


def test_what_was_changed_with_another_tool_is_told_and_taken_into_a_draft(site: Site, folder: Path):
    changed = without("route_commitment", "ut_dept_opinion")
    (folder / "route_commitment.bpmn").write_text(changed, "utf-8")
    page = site.visitor("P61").open(HOME)
    assert "有 1 个文件与现行的不同" in page.main
    assert "route_commitment.bpmn" in page.main
    taken = page.form("/designer/checkout").set(reason="在画图工具里改的").press()
    assert taken.address == "/designer/drafts/d-1"
    assert file(site.house, "d-1", *ROUTE).content.decode() == changed
    assert (folder / "route_commitment.bpmn").read_text("utf-8") == changed


def test_a_file_that_cannot_be_read_is_named(site: Site, folder: Path):
    (folder / "broken.bpmn").write_text("<not xml", "utf-8")
    assert "broken.bpmn" in site.visitor("P61").open(HOME).main


def test_nothing_is_taken_when_nothing_differs(site: Site, folder: Path):
    (folder / "route_commitment.bpmn").write_text(without("route_commitment", "ut_dept_opinion"), "utf-8")
    form = site.visitor("P61").open(HOME).form("/designer/checkout").set(reason="改了")
    (folder / "route_commitment.bpmn").write_text(shipped("route_commitment"), "utf-8")
    assert form.press().status == 409
