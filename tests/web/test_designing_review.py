"""流程设计: sending a draft for review, deciding on it, drift, and undoing a release, on the pages."""

from __future__ import annotations

import io

import pytest

from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.drafting.blanks import blank
from tests.engine.oversight.publishing.test_releases import shipped, without
from tests.support.drafting import ROUTE, SECOND, approve, drafted, file, in_force, state, submitted
from tests.support.site import Page, Site

HERE = "/designer/drafts/d-1"
FILE = f"{HERE}/files/process/route_commitment?text=1"
CUT = without("route_commitment", "ut_dept_opinion")


def pressed(site: Site, act: str, account: str = "P61", **typed: str) -> Page:
    return site.visitor(account).open(HERE).form(f"{HERE}/{act}").set(**typed).press()


def test_two_designers_bring_a_draft_into_force(site: Site):
    drafted(site.house, (*ROUTE, CUT))
    page = pressed(site, "submit")
    assert "须由另一位流程设计师审批" in page.main
    assert f"{HERE}/approve" not in page.text
    second = site.visitor(SECOND)
    assert "等您审批" in second.open("/designer").main
    shown = second.open(HERE)
    assert "提出审查意见" in shown.main
    assert "删去" in shown.main
    done = shown.form(f"{HERE}/approve").set(opinion="同意").press()
    assert "● 已发布" in done.main
    assert "同意" in done.main
    assert in_force(site.house, *ROUTE) == CUT.encode()
    assert site.house.violations() == []


def test_a_day_to_come_is_shown_until_it_has_come(site: Site):
    submitted(site.house, (*ROUTE, CUT))
    done = pressed(site, "approve", SECOND, effective="2026-03-04")
    assert "◑ 已批准，待生效" in done.main
    assert "2026-03-04 00:00 起" in done.main


def test_a_wrong_day_is_refused_and_what_was_typed_stays(site: Site):
    submitted(site.house, (*ROUTE, CUT))
    page = pressed(site, "approve", SECOND, effective="2026-01-01", opinion="同意发布")
    assert page.status == 422
    form = page.form(f"{HERE}/approve")
    assert (form.values["effective"], form.values["opinion"].strip()) == ("2026-01-01", "同意发布")


def test_sent_back_the_reasons_stand_on_the_draft(site: Site):
    submitted(site.house, (*ROUTE, CUT))
    assert pressed(site, "send-back", SECOND, note=" ").status == 422
    pressed(site, "send-back", SECOND, note="请写明依据")
    assert "退回：请写明依据" in site.visitor("P61").open(HERE).words(".yc-note--warn")


def test_the_urgent_way_says_so_to_the_second_person_and_wants_the_word(site: Site):
    drafted(site.house, (*ROUTE, CUT))
    page = site.visitor("P61").open(HERE)
    urgent = [one for one in page.all("main form") if one.xpath(".//textarea[@name='emergency']")]
    assert len(urgent) == 1
    empty = page.visitor.send(f"{HERE}/submit", {**dict(urgent[0].form_values()), "emergency": ""})
    assert empty.status == 422
    assert state(site.house, "d-1") == "editing"
    page.visitor.send(f"{HERE}/submit", {**dict(urgent[0].form_values()), "emergency": "全部停滞", "_key": "b" * 32})
    shown = site.visitor(SECOND).open(HERE)
    assert "紧急发布，没有等演练。理由：全部停滞" in shown.main
    done = shown.form(f"{HERE}/release-urgently").set(confirmation="已核对").press()
    assert "● 已发布" in done.main


def test_with_an_error_nothing_is_offered_to_submit_and_sent_anyway_it_is_refused(site: Site):
    broken = shipped("route_commitment").replace('role="dept_reviewer"', 'role="nobody"')
    drafted(site.house, (*ROUTE, broken))
    page = site.visitor("P61").open(HERE)
    assert "改正后才能送审" in page.main
    assert not [one for one in page.all("main form") if one.get("action") == f"{HERE}/submit"]
    form = page.form(f"{HERE}/comment")
    refused = page.visitor.send(f"{HERE}/submit", {"_csrf": form.values["_csrf"], "_key": "a" * 32})
    assert refused.status == 422
    assert "nobody" in refused.words(".yc-problems")


def test_a_new_version_in_force_is_shown_and_merged(site: Site):
    drafted(site.house, (*ROUTE, CUT))
    theirs = shipped("route_commitment").replace('name="实质审查"', 'name="书面审查"')
    site.house.execute(SECOND, Deploy(processes={"route_commitment": theirs}))
    page = site.visitor("P61").open(HERE)
    assert "现行已有新版" in page.main
    assert "书面审查" in page.main
    opened = page.visitor.open(FILE)
    assert "书面审查" in opened.words("#conflict-title ~ div table") or "书面审查" in opened.main
    merged = CUT.replace('name="实质审查"', 'name="书面审查"')
    unsaid = opened.form(f"{HERE}/files").set(text=merged)
    unsaid.drop("merged")
    assert "现行已有新版" in unsaid.press("save").visitor.open(HERE).main
    said = page.visitor.open(FILE).form(f"{HERE}/files").set(text=merged, merged="1").press("save")
    assert said.status == 200
    assert "现行已有新版" not in said.visitor.open(HERE).main
    assert file(site.house, "d-1", *ROUTE).base_digest != ""


def test_a_release_is_undone_on_its_page_by_one_act(site: Site):
    approve(site.house, submitted(site.house, (*ROUTE, CUT)))
    assert pressed(site, "roll-back", SECOND, reason=" ").status == 422
    done = pressed(site, "roll-back", SECOND, reason="新版有误")
    assert "回退" in done.words(".yc-facts")
    assert f"{HERE}/roll-back" not in done.text
    assert in_force(site.house, *ROUTE) == shipped("route_commitment").encode()


@pytest.mark.parametrize("kind, suffix", [("process", "bpmn"), ("form", "json")])
def test_a_file_from_the_own_computer_takes_the_place_of_the_text(site: Site, kind: str, suffix: str):
    drafted(site.house)
    page = site.visitor("P61").open(HERE)
    [form] = [one for one in page.all("main form") if one.xpath(".//input[@name='copy_of']")]
    values = {**dict(form.form_values()), "kind": kind, "name": "brand_new"}
    text = (blank(kind, "brand_new") or "").encode()
    taken = page.visitor.send(f"{HERE}/take", {**values, "upload": (io.BytesIO(text), f"x.{suffix}")})
    assert taken.status == 200
    assert file(site.house, "d-1", kind, "brand_new").content == text
