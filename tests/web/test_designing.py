"""流程设计: the pages of drafts and files, and what an editor's script asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.oversight.publishing.drafting import queries
from engine.oversight.publishing.drafting.blanks import blank
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.publishing.test_releases import shipped, without
from tests.support.drafting import ROUTE, SECOND, drafted, file, save
from tests.support.site import Page, Site, Visitor
from web import assets
from web.designing import editor
from web.security import CONTENT_POLICY

FILE = "/designer/drafts/d-1/files/process/route_commitment"
TEXT = f"{FILE}?text=1"


def told(visitor: Visitor, address: str, content: object, *, token: bool = True):
    """Send JSON as an editor's script does; return status and what came back."""
    page = visitor.open("/about")
    [field, *_] = page.all("input[name='_csrf']")
    headers = {"X-CSRF-Token": field.get("value")} if token else {}
    response = visitor.client.post(address, json=content, headers=headers, base_url=visitor.base)
    return response.status_code, response.get_json(silent=True)


@pytest.fixture
def changed(site: Site) -> str:
    """A draft in which the written opinion is cut out of the route."""
    return drafted(site.house, (*ROUTE, without("route_commitment", "ut_dept_opinion")))


def started(site: Site, account: str = "P61") -> Page:
    page = site.visitor(account).open("/designer/drafts/new").form("/designer/drafts/new")
    return page.set(title="承诺件路由调整", reason="按新修订的办法取消书面意见环节").press()


def test_a_designer_starts_a_draft_takes_a_file_in_and_saves_it_without_a_script(site: Site):
    page = started(site)
    assert page.address == "/designer/drafts/d-1"
    assert "草案里还没有文件" in page.main
    taken = page.form("/designer/drafts/d-1/take").set(file="process/route_commitment").press()
    assert taken.address == FILE
    taken = taken.visitor.open(TEXT)
    assert "没有问题" in taken.main
    text = without("route_commitment", "ut_dept_opinion")
    saved = taken.form(FILE).set(text=text.replace("\n", "\r\n")).press("save")
    assert "已保存为第 2 版" in saved.main
    assert file(site.house, "d-1", *ROUTE).content.decode() == text
    page = saved.visitor.open("/designer/drafts/d-1")
    assert "ut_dept_opinion" in page.words("#changes-title ~ details") or "删去" in page.main
    assert "修改" in page.main
    assert "承诺件路由调整（d-1）" in page.visitor.open("/designer").main


def test_the_text_area_gives_back_the_file_byte_for_byte(site: Site, changed: str):
    page = site.visitor("P61").open(TEXT)
    shown = str(page.form(FILE).values["text"]).replace("\r\n", "\n")
    assert shown.removeprefix("\n") == file(site.house, changed, *ROUTE).content.decode()


def test_checking_says_what_is_wrong_and_keeps_nothing(site: Site, changed: str):
    broken = shipped("route_commitment").replace('role="dept_reviewer"', 'role="nobody"')
    page = site.visitor("P61").open(TEXT).form(FILE).set(text=broken).press("check")
    assert page.status == 200
    assert "已检查，没有保存" in page.main
    assert "nobody" in page.words(".yc-problems")
    assert "nobody" in str(page.form(FILE).values["text"])
    assert file(site.house, changed, *ROUTE).version == 1


def test_an_unreadable_text_is_refused_and_stays_in_the_page(site: Site, changed: str):
    page = site.visitor("P61").open(TEXT).form(FILE).set(text="<a").press("save")
    assert page.status == 422
    assert "没有保存" in page.words(".yc-errors")
    assert str(page.form(FILE).values["text"]).strip() == "<a"


def test_two_designers_the_second_sees_both_sides_keeps_the_text_and_saves_over_what_was_seen(site: Site, changed: str):
    late = site.visitor("P61").open(TEXT).form(FILE)
    theirs = shipped("route_commitment").replace('name="实质审查"', 'name="书面审查"')
    save(site.house, changed, *ROUTE, theirs, SECOND)
    mine = without("route_commitment", "ut_dept_opinion").replace('name="实质审查"', 'name="全面审查"')
    page = late.set(text=mine).press("save")
    assert page.status == 409
    assert "流程设计师二" in page.words(".yc-errors")
    both = page.words("#conflict-title ~ div table") or page.main
    assert "两边都改了" in both
    assert "全面审查" in both
    assert "书面审查" in both
    assert "全面审查" in str(page.form(FILE).values["text"])
    merged = page.form(FILE).press("save")
    assert "已保存为第 3 版" in merged.main
    assert "全面审查" in file(site.house, changed, *ROUTE).content.decode()


def test_who_else_has_the_file_open_is_named(site: Site, changed: str):
    site.visitor("P61").open(TEXT)
    assert "流程设计师一打开着这个文件" in site.visitor(SECOND).open(TEXT).main


@pytest.mark.parametrize("account", ["W01", "A01", "U81"])
def test_the_desk_is_the_designers_alone(site: Site, changed: str, account: str):
    visitor = site.visitor(account)
    for address in ("/designer", "/designer/drafts/d-1", FILE, f"{FILE}/content"):
        assert visitor.open(address).status == 403
    assert told(visitor, f"{FILE}/save", {"version": 1, "text": "<a/>"})[0] == 403


@pytest.mark.parametrize("address", ["/designer/drafts/d-9", "/designer/drafts/x", "/designer/drafts/d-1/files/form/x"])
def test_what_is_not_there_is_not_found(site: Site, changed: str, address: str):
    page = site.visitor("P61").open(address)
    assert page.status == 404
    assert "请从" in page.main


# What the script of an editor asks -----------------------------------------------------------------------------------


def test_a_script_reads_the_file_with_its_version(site: Site, changed: str):
    visitor = site.visitor("P61")
    visitor.open("/designer")
    response = visitor.client.get(f"{FILE}/content", base_url=visitor.base)
    assert response.data == file(site.house, changed, *ROUTE).content
    assert response.headers["ETag"] == '"1"'
    assert response.mimetype == "application/xml"


def test_a_script_saves_and_is_told_what_is_wrong_element_by_element(site: Site, changed: str):
    visitor = site.visitor("P61")
    broken = shipped("route_commitment").replace('role="dept_reviewer"', 'role="nobody"')
    status, found = told(visitor, f"{FILE}/save", {"version": 1, "text": broken})
    assert (status, found["version"]) == (200, 2)
    assert {"element_id", "rule", "level", "sentence", "also"} == set(found["problems"][0])
    assert any("nobody" in one["sentence"] for one in found["problems"])
    status, found = told(visitor, f"{FILE}/save", {"version": 2, "text": shipped("route_commitment")})
    assert (status, found["version"], [p for p in found["problems"] if p["level"] == "error"]) == (200, 3, [])


def test_a_script_that_saves_late_is_told_by_whom_and_when(site: Site, changed: str):
    save(site.house, changed, *ROUTE, shipped("route_commitment"), SECOND)
    status, found = told(site.visitor("P61"), f"{FILE}/save", {"version": 1, "text": "<a/>"})
    assert (status, found["code"], found["by"], found["version"]) == (409, "DRAFT_MOVED", "流程设计师二", 2)
    assert found["at"] == "2026-03-02T09:05:00+08:00"
    assert "流程设计师二" in found["detail"]


@pytest.mark.parametrize(
    "content, status, code",
    [({"version": 1, "text": "<a"}, 422, "TEXT_UNREADABLE"), ({"version": "1", "text": "<a/>"}, 400, "BAD_REQUEST"),
     ({"text": "<a/>"}, 400, "BAD_REQUEST"), ([], 400, "BAD_REQUEST"),
     ({"version": True, "text": ""}, 400, "BAD_REQUEST")],
)  # fmt: skip
def test_what_a_script_sends_wrongly_is_refused_as_json(site: Site, changed: str, content, status: int, code: str):
    answered, found = told(site.visitor("P61"), f"{FILE}/save", content)
    assert (answered, found["code"]) == (status, code)
    assert found["detail"]
    assert bool(found.get("problems")) == (status == 422)


def test_a_script_without_the_token_or_a_session_is_refused_as_json(site: Site, changed: str):
    status, found = told(site.visitor("P61"), f"{FILE}/save", {"version": 1, "text": "<a/>"}, token=False)
    assert (status, found["code"]) == (401, "FORM_OF_ANOTHER_SESSION")
    stranger = site.visitor()
    response = stranger.client.post(f"{FILE}/check", json={"text": "<a/>"}, base_url=stranger.base)
    assert (response.status_code, response.get_json()["code"]) == (401, "SESSION_ENDED")
    assert file(site.house, changed, *ROUTE).version == 1


def test_a_script_checks_without_keeping_and_the_file_is_seen_with_the_rest_of_the_draft(site: Site):
    house = site.house
    caller = shipped("one_window_main").replace("route_commitment", "route_brand_new")
    drafted(house, (*ROUTE, shipped("route_commitment")), ("process", "one_window_main", shipped("one_window_main")))
    visitor = site.visitor("P61")
    address = "/designer/drafts/d-1/files/process/one_window_main/check"
    status, found = told(visitor, address, {"text": caller})
    assert status == 200
    if "route_brand_new" in caller:
        assert any("route_brand_new" in one["sentence"] for one in found["problems"])
    assert file(house, "d-1", "process", "one_window_main").version == 1


def test_a_script_says_that_somebody_is_there_and_hears_who_else_is(site: Site, changed: str):
    first, second = site.visitor("P61"), site.visitor(SECOND)
    assert told(first, f"{FILE}/presence", {})[1] == {"others": []}
    [other] = told(second, f"{FILE}/presence", {})[1]["others"]
    assert other == {"name": "流程设计师一", "since": "2026-03-02T09:05:00+08:00"}


def test_a_script_reads_and_adds_remarks(site: Site, changed: str):
    visitor = site.visitor(SECOND)
    status, _ = told(visitor, f"{FILE}/comments", {"element_id": "ut_substantive", "text": "名称请与标准一致"})
    assert status == 200
    found = json.loads(visitor.open(f"{FILE}/comments").text)
    assert [(one["element_id"], one["text"], one["by"], one["settled"]) for one in found] == [
        ("ut_substantive", "名称请与标准一致", "流程设计师二", False)
    ]
    with site.house.door.read(SYSTEM) as view:
        assert len(queries.comments_of(view.connection, changed)) == 1


def test_the_vocabulary_offers_only_what_the_check_knows(site: Site):
    found = json.loads(site.visitor("P61").open("/designer/vocabulary.json").text)
    assert set(found) >= {
        "roles", "forms", "clocks", "services", "messages", "clauses", "processes", "departments", "decisions", "acts"
    }  # fmt: skip
    assert {"value": "dept_reviewer", "label": "审查员"} in found["roles"]
    assert "route_commitment" in [one["value"] for one in found["processes"]]
    [notice] = [one for one in found["clocks"] if one["value"] == "correction_notice"]
    assert (notice["cap"], notice["unit"]) == (5, "wd")
    assert all(one["label"] for ones in found.values() for one in ones if "label" in one)
    numbers = [one["number"] for one in found["clauses"]]
    assert "4.1.6" in numbers
    assert len(numbers) == len(set(numbers))


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts of every editor, as a build would leave them."""
    manifest = tmp_path / "manifest.json"
    entries = {
        name: {"file": f"assets/{name.removesuffix('.js')}-1.js", "css": [f"assets/{name.removesuffix('.js')}-1.css"]}
        for name in (one.entry for one in editor.EDITORS.values())
    }
    manifest.write_text(json.dumps(entries))
    monkeypatch.setattr(assets, "MANIFEST", manifest)


def test_a_process_opens_in_the_drawing_under_a_policy_of_its_own(site: Site, changed: str, built: None):
    page = site.visitor("P61").open(FILE)
    assert "/static/dist/assets/designer-1.js" in page.text
    assert "/static/dist/assets/designer-1.css" in page.text
    assert page.all("#yc-designer")[0].get("data-name") == "route_commitment"
    addresses = json.loads(str(page.all("#yc-designer")[0].get("data-addresses")))
    assert addresses["save"] == f"{FILE}/save"
    assert addresses["vocabulary"] == "/designer/vocabulary.json"
    policy = page.headers["Content-Security-Policy"]
    assert policy == editor.POLICY
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy
    assert page.visitor.open(TEXT).headers["Content-Security-Policy"] == CONTENT_POLICY


@pytest.fixture
def tables(site: Site) -> str:
    """A draft with a new file of decision tables; gives the address of the file."""
    id = drafted(site.house, ("decisions", "fees", str(blank("decisions", "fees"))))
    return f"/designer/drafts/{id}/files/decisions/fees"


def test_decision_tables_open_in_an_editor_of_their_own(site: Site, tables: str, built: None):
    page = site.visitor("P61").open(tables)
    assert "/static/dist/assets/decisions-1.js" in page.text
    assert "designer-1.js" not in page.text
    [desk] = page.all("#yc-designer")
    assert desk.get("data-name") == "fees"
    assert json.loads(str(desk.get("data-addresses")))["check"] == f"{tables}/check"
    assert page.headers["Content-Security-Policy"] == editor.POLICY
    text = page.visitor.open(f"{tables}?text=1")
    assert "decisionTable" in str(text.form(tables).values["text"])
    assert text.headers["Content-Security-Policy"] == CONTENT_POLICY


def test_without_built_scripts_decision_tables_are_edited_as_text_and_the_page_says_why(
    site: Site, tables: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(assets, "MANIFEST", Path("/nowhere/manifest.json"))
    page = site.visitor("P61").open(tables)
    assert editor.EDITORS["decisions"].without in page.main
    assert "decisionTable" in str(page.form(tables).values["text"])


def test_an_overlap_is_told_of_both_rules(site: Site, tables: str):
    visitor = site.visitor("P61")
    text = visitor.client.get(f"{tables}/content", base_url=visitor.base).get_data(as_text=True)
    row = text[text.index("<rule ") : text.index("</decisionTable>")]
    twice = text.replace(row, row + row.replace('id="fees_', 'id="again_'))
    _, found = told(visitor, f"{tables}/check", {"text": twice})
    assert [(one["rule"], one["element_id"], one["also"]) for one in found["problems"] if one["also"]] == [
        ("rules-overlap", "again_rule", ["fees_rule"])
    ]


def test_without_built_scripts_a_process_is_edited_as_text_and_the_page_says_why(
    site: Site, changed: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(assets, "MANIFEST", Path("/nowhere/manifest.json"))
    page = site.visitor("P61").open(FILE)
    assert editor.EDITORS["process"].without in page.main
    assert "<bpmn:definitions" in str(page.form(FILE).values["text"])


def test_a_remark_on_an_element_is_settled_where_it_is_read(site: Site, changed: str):
    visitor = site.visitor("P61")
    status, made = told(visitor, f"{FILE}/comments", {"element_id": "ut_substantive", "text": "要不要写明期限"})
    assert status == 200
    assert (made["element_id"], made["settled"]) == ("ut_substantive", False)
    status, settled = told(visitor, f"{FILE}/comments/{made['number']}/settle", {})
    assert (status, settled["settled"], settled["text"]) == (200, True, "要不要写明期限")
    assert told(visitor, f"{FILE}/comments/99/settle", {})[0] == 404


def test_called_processes_are_offered_with_what_they_take_and_give(site: Site):
    names = json.loads(site.visitor("P61").open("/designer/vocabulary.json").text)
    [joint] = [one for one in names["processes"] if one["value"] == "joint_branch"]
    assert joint["inputs"] == ["case_no", "branch"]
    assert joint["outputs"] == []


def test_names_are_offered_with_what_the_drawings_call_them(site: Site):
    names = json.loads(site.visitor("P61").open("/designer/vocabulary.json").text)
    labels = {(kind, one["value"]): one["label"] for kind in ("forms", "acts", "services") for one in names[kind]}
    assert labels["acts", "cases.substantive_review"] == "实质审查"
    assert labels["forms", "formal_review"] == "形式审查"
    assert labels["services", "cases.dispatch"] == "申请材料实时流转"
