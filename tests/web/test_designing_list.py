"""The desk's lists: what waits for whom, every closed draft within reach, and few statements for many drafts."""

from __future__ import annotations

from engine.oversight.publishing.drafting import queries
from engine.oversight.publishing.drafting.commands import AbandonDraft, SubmitDraft
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.publishing.test_releases import without
from tests.support.counting import statements
from tests.support.drafting import DESIGNER, ROUTE, SECOND, draft, drafted, save, start
from tests.support.site import Page, Site
from web.paging import SIZE


def closed(site: Site, number: int) -> list[str]:
    ids = [start(site.house, f"作废的草案{one}") for one in range(number)]
    for id in ids:
        site.house.execute(DESIGNER, AbandonDraft(draft_id=id))
    return ids


def listed(page: Page) -> list[str]:
    return [one.get("href").rpartition("/")[2] for one in page.all("section[aria-labelledby='closed-title'] th a")]


def test_every_closed_draft_is_reached_page_by_page(site: Site):
    ids = closed(site, SIZE + 3)
    desk = site.visitor(DESIGNER)
    first, second = desk.open("/designer"), desk.open("/designer?page=2")
    assert f"共 {SIZE + 3} 条" in first.main
    assert listed(second) == ids[2::-1]
    assert listed(first) == ids[:2:-1]


def test_a_draft_is_told_with_the_last_hand_in_it(site: Site):
    id = drafted(site.house, (*ROUTE, without("route_commitment", "ut_dept_opinion")))
    with site.house.door.read(SYSTEM) as view:
        [mine] = queries.glances(view.connection, [draft(site.house, id)]).values()
    assert (mine.files, mine.saved_by, set(mine.hands)) == (1, DESIGNER, {"person-P61"})
    save(site.house, id, *ROUTE, without("route_commitment", "ut_dept_opinion") + "\n", account=SECOND)
    with site.house.door.read(SYSTEM) as view:
        [mine] = queries.glances(view.connection, [draft(site.house, id)]).values()
        bare = queries.glances(view.connection, [draft(site.house, start(site.house))])
    assert (mine.files, mine.saved_by, set(mine.hands)) == (1, SECOND, {"person-P61", "person-P62"})
    [nothing] = bare.values()
    assert (nothing.files, nothing.saved_by, nothing.saved_at, set(nothing.hands)) == (0, "", None, set())


def test_what_waits_is_shown_to_the_other_designer_first(site: Site):
    id = drafted(site.house, (*ROUTE, without("route_commitment", "ut_dept_opinion")))
    site.house.execute(DESIGNER, SubmitDraft(draft_id=id))
    assert "等您审批" not in site.visitor(DESIGNER).open("/designer").main
    assert "等您审批" in site.visitor(SECOND).open("/designer").main


def test_many_drafts_ask_no_more_statements_than_few(site: Site):
    with site.house.door.read(SYSTEM) as view, statements(view.connection) as few:
        queries.glances(view.connection, queries.drafts(view.connection))
    closed(site, 5)
    with site.house.door.read(SYSTEM) as view, statements(view.connection) as many:
        assert len(queries.glances(view.connection, queries.drafts(view.connection))) == 5
    assert len(many) == len(few) == 3


def test_a_process_in_force_is_read_from_the_desk(site: Site):
    desk = site.visitor(DESIGNER)
    page = desk.open("/designer")
    [link] = [one.get("href") for one in page.all("details a") if one.text == "承诺件审批（6.2）"]
    assert desk.open(link).status == 200
