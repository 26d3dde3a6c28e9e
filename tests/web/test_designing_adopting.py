"""A file of another tool in a draft: told by element, made executable as the next version, the original kept."""

from __future__ import annotations

import pytest

from engine.oversight.publishing.drafting import queries
from engine.registry.identity.rules import SYSTEM
from tests.engine.process.bpmn.foreign.tools import FLOWABLE, TOOLS, Tool
from tests.engine.process.bpmn.foreign.tools import file as drawn
from tests.support.drafting import ROUTE, SECOND, file, save, start, take
from tests.support.site import Site

PAGE = "/designer/drafts/d-1/adopt/approval"
FILE = ("process", "approval")


@pytest.fixture
def draft(site: Site) -> str:
    """A draft with a file that Flowable drew."""
    id = start(site.house)
    take(site.house, id, *FILE, text=drawn(FLOWABLE).decode())
    return id


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_whose_file_it_is_is_told_where_it_is_opened(site: Site, tool: Tool):
    take(site.house, start(site.house), *FILE, text=drawn(tool).decode())
    page = site.visitor("P61").open("/designer/drafts/d-1/files/process/approval?text=1")
    assert f"这个文件来自 {tool.name}" in page.main
    assert PAGE in [link.get("href") for link in page.all("main a")]


def test_what_can_be_mended_and_what_a_person_must_do_stand_apart(site: Site, draft: str):
    page = site.visitor("P61").open(PAGE)
    assert "verdict == 'deny' and not late" in page.main
    assert "拟为岗位“综窗受理员”" in page.main
    assert "请选择表单" in page.main
    assert "没有环节或服务会给出它" in page.main


def test_the_proposal_is_the_next_version_and_the_file_as_it_came_stays(site: Site, draft: str):
    page = site.visitor("P61").open(PAGE).form(PAGE).press()
    assert page.address.startswith("/designer/drafts/d-1/files/process/approval")
    with site.house.door.read(SYSTEM) as view:
        assert queries.content_at(view.connection, draft, *FILE, 1) == drawn(FLOWABLE)
    kept = file(site.house, draft, *FILE)
    assert kept.version == 2
    assert b'flowable:candidateGroups="window_clerk,others"' in kept.content
    assert "这个文件是本平台的写法" in page.visitor.open(PAGE).main


def test_who_saved_meanwhile_is_told_and_nothing_is_written_over(site: Site, draft: str):
    late = site.visitor("P61").open(PAGE).form(PAGE)
    save(site.house, draft, *FILE, drawn(FLOWABLE).decode().replace("准予决定", "作出决定"), SECOND)
    page = late.press()
    assert page.status == 409
    assert "流程设计师二" in page.words(".yc-errors")
    assert file(site.house, draft, *FILE).version == 2


def test_our_own_file_has_nothing_to_be_made_of_it(site: Site):
    take(site.house, start(site.house), *ROUTE)
    visitor = site.visitor("P61")
    assert "没有要改的其他工具的写法" in visitor.open("/designer/drafts/d-1/adopt/route_commitment").main
    assert "这个文件来自" not in visitor.open("/designer/drafts/d-1/files/process/route_commitment?text=1").main
    assert visitor.open("/designer/drafts/d-1/adopt/intake").status == 404
