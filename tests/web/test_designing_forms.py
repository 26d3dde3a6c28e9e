"""流程设计, forms: the editor's page, the preview as the clerk sees it, and what the server says it cannot show."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as markup

import forms
from tests.support.drafting import drafted
from tests.support.site import Site
from tests.web.test_designing import told
from web import assets
from web.designing import editor
from web.designing.preview import CHOICES, FILLED, example, shown_as

NOW = datetime(2026, 3, 2, 9, 5, tzinfo=forms.SHANGHAI)
FILE = "/designer/drafts/d-1/files/form/decide"
KEY = ("form", "decide")


def source(key: str) -> str:
    return forms.source(key).decode()


def page_of(text: str, pairs: tuple[tuple[str, str], ...] = (), act: str = "") -> Any:
    """Return the preview of a text as a tree, when it can be shown."""
    shown = shown_as(text, NOW, pairs, act)
    assert shown.html is not None, shown.problems
    return markup.fromstring(shown.html)


def found(page: Any, path: str) -> list[Any]:
    """Return what an XPath finds."""
    return list(page.xpath(path))


def form(*components: dict[str, Any]) -> str:
    return json.dumps({"schemaVersion": 18, "type": "default", "id": "mine", "components": list(components)})


@pytest.fixture
def draft(site: Site) -> str:
    """A draft with the form of the decision, one label changed."""
    return drafted(site.house, (*KEY, source("decide").replace('"label": "决定"', '"label": "处理决定"')))


@pytest.mark.parametrize("key", forms.keys())
def test_every_shipped_form_is_shown_with_all_that_is_always_asked(key: str):
    page = page_of(source(key))
    names = {field.get("name", "").partition("[")[0].partition(".")[0] for field in page.iter()}
    for one in forms.load(key)["components"]:
        always = not (one.get("conditional") or {}).get("hide")
        if one["type"] in ("textfield", "textarea", "number", "datetime", "filepicker") and always:
            assert one.get("readonly") or one["key"] in names


def test_what_a_case_would_give_stands_as_an_example():
    text = form(
        {"type": "textfield", "id": "a", "key": "a", "label": "甲", "readonly": True},
        {"type": "select", "id": "b", "key": "b", "label": "乙", "properties": {"options": "context"}},
        {"type": "dynamiclist", "id": "c", "path": "c", "label": "丙", "properties": {"rows": "fixed", "row_key": "no"},
         "components": [{"type": "number", "id": "c1", "key": "no", "label": "序号", "readonly": True},
                        {"type": "filepicker", "id": "c2", "key": "scan", "label": "扫描件"}]},
    )  # fmt: skip
    page = page_of(text)
    assert FILLED in page.text_content()
    assert [one.get("value") for one in found(page, "//select/option")] == ["", *(value for value, _ in CHOICES)]
    assert len(found(page, "//input[@type='file']")) == 2
    assert "用手机拍照" in page.text_content()


def test_choices_that_the_form_has_itself_stay_its_own():
    text = json.loads(form({"type": "radio", "id": "b", "key": "b", "label": "乙", "properties": {"options": "context"},
                            "values": [{"value": "x", "label": "子"}]}))  # fmt: skip
    assert example(text, NOW).options == {"b": ["x"]}


def test_an_answer_brings_the_fields_that_depend_on_it():
    before, after = page_of(source("decide")), page_of(source("decide"), (("decision", "return"),), "refresh")
    assert len(found(after, "//textarea")) != len(found(before, "//textarea"))
    assert found(after, "//input[@value='return']")[0].get("checked") is not None


def test_a_list_gets_and_loses_rows():
    keys = forms.keys()
    key = next(key for key in keys if "add:" in str(shown_as(source(key), NOW).html))
    page = page_of(source(key))
    [act, *_] = found(page, "//button[starts-with(@value, 'add:')]/@value")
    fields = found(page, "//input[@name] | //textarea[@name]")
    pairs = tuple((one.get("name"), one.get("value") or "") for one in fields)
    more = page_of(source(key), pairs, act)
    assert len(found(more, "//fieldset[@class='yc-row']")) == len(found(page, "//fieldset[@class='yc-row']")) + 1


def test_what_cannot_be_shown_is_told_by_field():
    bad = source("decide").replace('"label": "决定"', '"label": "=decision"')
    shown = shown_as(bad, NOW)
    assert shown.html is None
    [problem] = shown.problems
    assert (problem.element_id, problem.rule, problem.level) == ("decide_decision", "form-template", "error")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["type", "id", "key", "components", "label", "values"]), inner, max_size=4),
                    max_leaves=12))  # fmt: skip
def test_whatever_json_comes_is_shown_or_refused_with_a_reason(components: Any):
    text = json.dumps({"schemaVersion": 18, "type": "default", "id": "mine", "components": [components]})
    shown = shown_as(text, NOW)
    assert (shown.html is None) == bool(shown.problems)


def test_the_script_is_sent_the_fields_or_the_problems(site: Site, draft: str):
    visitor = site.visitor("P61")
    sent = {"text": source("decide"), "pairs": [], "act": ""}
    status, content = told(visitor, f"{FILE}/preview", sent)
    assert status == 200 and "准予" in content["html"] and content["problems"] == []
    bad = {**sent, "text": source("decide").replace('"type": "radio"', '"type": "html"', 1)}
    status, content = told(visitor, f"{FILE}/preview", bad)
    assert status == 200 and content["html"] is None
    assert content["problems"][0]["element_id"] == "decide_decision"


@pytest.mark.parametrize(
    "part, status",
    [
        ({"text": "{"}, 422), ({"pairs": ["a"]}, 400), ({"pairs": [["a", 1]]}, 400), ({"act": "add:nothing"}, 400),
        ({"act": 3}, 400), ({"text": None}, 400),
    ],
)  # fmt: skip
def test_what_the_script_cannot_mean_is_refused(site: Site, draft: str, part: dict[str, Any], status: int):
    sent = {"text": source("decide"), "pairs": [], "act": "", **part}
    answered, content = told(site.visitor("P61"), f"{FILE}/preview", sent)
    assert answered == status
    assert content["detail"]


def test_only_a_file_of_the_draft_has_a_preview_and_nothing_is_kept(site: Site, draft: str):
    visitor = site.visitor("P61")
    sent = {"text": source("decide"), "pairs": [], "act": ""}
    assert told(visitor, FILE.replace("decide", "accept") + "/preview", sent)[0] == 404
    assert told(visitor, FILE.replace("d-1", "d-9") + "/preview", sent)[0] == 404
    assert told(visitor, f"{FILE}/preview", sent, token=False)[0] in (400, 401, 403)
    told(visitor, f"{FILE}/preview", sent)
    assert visitor.client.get(f"{FILE}/content", base_url=visitor.base).headers["ETag"] == '"1"'


def test_a_form_opens_in_its_editor_under_the_editors_policy(
    site: Site, draft: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    built = tmp_path / "manifest.json"
    entry = editor.EDITORS["form"].entry
    built.write_text(json.dumps({entry: {"file": "f.js", "css": ["f.css"], "imports": ["_s.js"]},
                                 "_s.js": {"file": "s.js", "css": ["s.css"]}}))  # fmt: skip
    monkeypatch.setattr(assets, "MANIFEST", built)
    visitor = site.visitor("P61")
    response = visitor.client.get(FILE, base_url=visitor.base)
    assert response.headers["Content-Security-Policy"] == editor.POLICY
    page = markup.fromstring(response.get_data(as_text=True))
    sheets = [one.get("href") for one in found(page, "//link[@rel='stylesheet']")]
    assert [one for one in sheets if "/dist/" in one] == ["/static/dist/s.css", "/static/dist/f.css"]
    [desk] = found(page, "//*[@id='yc-designer']")
    assert json.loads(desk.get("data-addresses"))["preview"] == f"{FILE}/preview"


def test_without_built_scripts_a_form_is_edited_as_text_and_the_page_says_why(
    site: Site, draft: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(assets, "MANIFEST", Path("/nowhere/manifest.json"))
    page = site.visitor("P61").open(FILE)
    assert editor.EDITORS["form"].without in page.main
    shown = page.form(FILE).press("preview")
    [section] = shown.all("section[aria-labelledby='preview-title']")
    assert "处理决定" in section.text_content()
    assert "第 1 版" in shown.main


def test_the_text_page_says_by_field_what_cannot_be_shown(site: Site, draft: str):
    page = site.visitor("P61").open(f"{FILE}?text=1")
    bad = source("decide").replace('"label": "决定"', '"label": "=decision"')
    shown = page.form(FILE).set(text=bad).press("preview")
    assert "服务器还不能显示这个表单" in shown.main
    assert "decide_decision" in shown.main
    broken = shown.form(FILE).set(text="{").press("preview")
    assert "不是合格的 JSON" in broken.main
