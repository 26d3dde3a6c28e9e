"""Rendering: every page works without JavaScript and can be read out by a screen reader."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html

import forms
from tests.forms.samples import PDF, PNG, UPLOADS, answer, context, context_of

ALL = forms.keys()


def page(
    key: str, data: dict[str, Any] | None = None, errors: dict[str, str] | None = None, **more: Any
) -> html.HtmlElement:
    given = more.pop("context", context_of(key))
    shown = forms.initial(forms.load(key), given) if data is None else data
    return html.fragment_fromstring(str(forms.render(forms.load(key), shown, errors or {}, given, **more)), "main")


def failed(key: str) -> tuple[html.HtmlElement, dict[str, str]]:
    schema, given = forms.load(key), context_of(key)
    data = forms.read_html(schema, [])
    for path, rows in given.rows.items():
        data[path] = [{name: row[name] for name in ("no", "account", "key") if name in row} for row in rows]
    found = forms.validate(schema, data, given)
    return page(key, data, found.errors), found.errors


@pytest.mark.parametrize("key", ALL)
def test_every_control_has_a_name_that_is_read_out(key):
    for tree in (page(key), page(key, answer(key)), failed(key)[0]):
        for control in tree.xpath("//input[not(@type='hidden')]|//select|//textarea"):
            labels = tree.xpath("//label[@for=$id]", id=control.get("id")) + control.xpath("ancestor::label")
            assert labels and labels[0].text_content().strip(), control.attrib
        for fieldset in tree.xpath("//fieldset"):
            assert fieldset.xpath("string(legend)").strip()
        for canvas in tree.xpath("//canvas"):
            assert canvas.get("aria-label")


@pytest.mark.parametrize("key", ALL)
def test_ids_are_unique_and_everything_referred_to_exists(key):
    for tree in (page(key), failed(key)[0]):
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids))
        for ref in " ".join(tree.xpath("//@aria-describedby|//@aria-labelledby|//@for|//@list")).split():
            assert ref in ids


@pytest.mark.parametrize("key", [key for key in ALL if key != "accept"])
def test_the_error_summary_leads_to_each_field_and_the_field_repeats_the_sentence(key):
    tree, errors = failed(key)
    summary = tree.xpath("//div[@class='yc-errors']")[0]
    assert (summary.get("role"), summary.get("tabindex"), "autofocus" in summary.attrib) == ("alert", "-1", True)
    assert f"有{len(errors)}处需要改正" in summary.text_content()
    links = summary.xpath(".//a")
    assert [link.text_content() for link in links] == list(errors.values())
    for link, sentence in zip(links, errors.values(), strict=True):
        target = tree.xpath("//*[@id=$id]", id=link.get("href")[1:])[0]
        assert target.tag in ("input", "select", "textarea", "fieldset")
        holder = target.xpath("ancestor-or-self::*[contains(@class, 'yc-field--error')][1]")[0]
        assert sentence in holder.text_content()
        described = target.xpath("ancestor-or-self::*[@aria-describedby][1]")[0]
        assert described.get("aria-describedby").endswith("-error")


@pytest.mark.parametrize("key", ALL)
def test_what_a_page_shows_is_what_a_browser_sends_back(key):
    schema, given = forms.load(key), context_of(key)
    shown = forms.validate(schema, answer(key), given).data
    tree = page(key, shown)
    sent: list[tuple[str, str]] = []
    for control in tree.xpath("//input|//select|//textarea"):
        kind, name = control.get("type"), control.get("name")
        if kind in ("radio", "checkbox"):
            sent += [(name, control.get("value"))] if "checked" in control.attrib else []
        elif control.tag == "textarea":
            sent.append((name, control.text or ""))
        elif control.tag == "select":
            sent += [(name, value) for value in control.xpath("option[@selected]/@value")]
        elif kind != "file":
            sent.append((name, control.get("value")))
    again = forms.validate(schema, forms.read_html(schema, sent, {}, UPLOADS), given)
    assert again.errors == {}
    assert again.data == shown


@pytest.mark.parametrize("key", ALL)
def test_without_htmx_a_page_carries_no_script_and_no_htmx(key):
    text = str(forms.render(forms.load(key), answer(key), {}, context_of(key)))
    assert "hx-" not in text
    assert "<script" not in text
    assert not re.search(r"\son[a-z]+=", text)
    assert "style=" not in text


def test_with_htmx_only_the_fields_that_others_depend_on_refresh_the_page():
    tree = page("decide", htmx_post="/tasks/7")
    live = tree.xpath("//*[@hx-post]")
    assert {control.get("name") for control in live} == {"decision", "major"}
    first = live[0]
    assert first.get("hx-post") == "/tasks/7"
    assert first.get("hx-target") == "#yc-fields-decide"
    assert first.get("hx-swap") == "innerMorph"
    assert first.get("hx-vals") == '{"_act":"refresh"}'
    assert tree.xpath("//*[@id='yc-fields-decide']")


def test_a_refresh_gets_the_inside_of_its_target():
    inner = page("decide", htmx_post="/tasks/7", wrapper=False)
    assert not inner.xpath("//*[@id='yc-fields-decide']")
    assert inner.xpath("//input[@name='decision']")


def test_a_form_with_conditions_has_a_button_for_browsers_without_javascript():
    button = page("decide").xpath("//p[contains(@class, 'nojs')]/button")[0]
    assert (button.get("name"), button.get("value"), "formnovalidate" in button.attrib) == ("_act", "refresh", True)
    assert not page("collate").xpath("//*[contains(@class, 'nojs')]")
    assert not page("accept").xpath("//*[contains(@class, 'nojs')]"), "conditions on the case need no button"


def test_a_hidden_field_appears_when_its_condition_falls_away():
    assert not page("decide").xpath("//*[@name='reason']")
    assert page("decide", {"decision": "return"}).xpath("//*[@name='reason']")
    assert page("make_result", {"long_term": True}).xpath("//*[@name='valid_until']") == []
    raw = answer("formal_review")
    raw["materials"][1]["verdict"] = "missing"
    assert page("formal_review", raw).xpath("//textarea/@name") == ["materials[1].advice", "opinion"]


def test_a_row_is_named_by_its_material_and_carries_its_key():
    tree = page("formal_review")
    assert tree.xpath("//legend[@class='yc-row__legend']/text()")[0] == "第1项　食品经营许可申请书"
    assert tree.xpath("//input[@type='hidden']/@name")[:2] == ["materials[0].no", "materials[1].no"]
    assert "应收份数" in tree.text_content()
    assert "材料名称" not in tree.text_content(), "the legend has said it already"
    assert not tree.xpath("//button[starts-with(@value, 'add:')]")


def test_an_open_list_has_buttons_for_rows_that_skip_the_browsers_own_checks():
    tree = page("plan_visit")
    buttons = {button.get("value"): button for button in tree.xpath("//button[@name='_act']")}
    assert set(buttons) == {"add:visitors", "del:visitors:0", "del:visitors:1"}
    assert all("formnovalidate" in button.attrib for button in buttons.values())
    full = page("plan_visit", {"visitors": [{}] * 20})
    assert not full.xpath("//button[@value='add:visitors']")


def test_an_empty_fixed_list_says_so():
    assert "没有内容" in page("issue_correction", context=context()).text_content()


def test_suggestions_of_the_context_are_offered_in_a_list():
    given = context(options={"visitors.account": (("D11", "张审查"), ("D14", "刘审查"))})
    tree = page("plan_visit", context=given)
    listed = tree.xpath("//input[@name='visitors[0].account']/@list")[0]
    assert tree.xpath("//datalist[@id=$id]/option/@value", id=listed) == ["D11", "D14"]


def test_a_choice_limited_to_nothing_is_not_asked():
    given = context(options={"excluded_procedures": ()})
    assert "不计入承诺时限" not in page("accept", context=given).text_content()
    one = page("accept", context=context(options={"excluded_procedures": ("鉴定",)}))
    assert one.xpath("//input[@name='excluded_procedures']/@value") == ["鉴定"]


def test_a_read_only_choice_shows_its_words_and_not_its_code():
    text = page("confirm_correction").text_content()
    assert "不符合法定形式" in text
    assert "bad_form" not in text


def test_optional_fields_say_so_and_required_ones_do_not():
    tree = page("application")
    labels = {label.get("for"): label.text_content() for label in tree.xpath("//label[@for]")}
    assert "（选填）" in labels["f-address"]
    assert "（选填）" not in labels["f-phone"]


def test_kept_files_are_ticked_boxes_and_the_name_is_escaped():
    nasty = {**PDF.as_data(), "name": '"><img src=x onerror=alert(1)>.pdf'}
    tree = page("make_result", answer("make_result", files=[nasty]))
    box = tree.xpath("//input[@name='files.kept']")[0]
    assert (box.get("value"), "checked" in box.attrib) == (PDF.digest, True)
    assert not tree.xpath("//img")


def test_a_signature_works_with_and_without_javascript():
    tree = page("pick_up")
    pad = tree.xpath("//div[@data-yc-signature]")[0]
    assert "hidden" in pad.attrib, "the script shows it; without one a dead canvas would only confuse"
    assert tree.xpath("//input[@id=$id]/@type", id=pad.get("data-yc-signature")) == ["hidden"]
    assert "申请人已在纸质送达回执上签字" in tree.text_content()
    assert tree.xpath("//input[@name='signature.on_paper']/@type") == ["checkbox"]
    assert tree.xpath("//input[@name='signature.scan']/@type") == ["file"]


def test_a_drawn_and_a_paper_signature_are_kept_under_their_own_names():
    drawn = page("pick_up", answer("pick_up"))
    assert drawn.xpath("//input[@name='signature.kept']/@value") == [PNG.digest]
    paper = page("pick_up", answer("pick_up", signature={"mode": "paper", "files": [PDF.as_data()]}))
    assert paper.xpath("//input[@name='signature.scan.kept']/@value") == [PDF.digest]
    assert paper.xpath("//input[@name='signature.on_paper'][@checked]")


def test_whatever_was_typed_is_shown_again_as_text():
    nasty = "</textarea><script>alert(1)</script>\"'><b>"
    typed = {"decision": "return", "reason": nasty, "opinion": nasty}
    text = str(forms.render(forms.load("decide"), typed, {"reason": nasty}, context(), warnings={"opinion": nasty}))
    assert "<script" not in text
    assert "<b>" not in text
    tree = html.fragment_fromstring(text, "main")
    assert tree.xpath("//textarea[@name='reason']")[0].text.lstrip("\n") == nasty
    assert page("application", answer("application", applicant_name=nasty)).xpath(
        "//input[@name='applicant_name']/@value"
    ) == [nasty]


def test_a_textarea_keeps_an_empty_first_line():
    tree = html.fragment_fromstring(str(forms.render(forms.load("decide"), {"opinion": "\n甲"}, {}, context())), "main")
    assert tree.xpath("//textarea[@name='opinion']")[0].text == "\n\n甲"  # HTML drops the first one


def test_a_warning_is_shown_with_its_field():
    tree = page("application", answer("application"), warnings={"phone": "固定电话没有区号"})
    assert tree.xpath("//p[@id='f-phone-warning']")[0].text_content() == "提醒：固定电话没有区号"
    assert "f-phone-warning" in tree.xpath("//input[@name='phone']/@aria-describedby")[0]


def test_text_components_show_headings_and_paragraphs():
    schema = forms.load("accept")
    schema["components"].append({"type": "text", "id": "t", "text": "## 注意\n\n第一段\n第二段"})
    schema["components"].append({"type": "separator", "id": "s"})
    tree = html.fragment_fromstring(str(forms.render(schema, {}, {}, context())), "main")
    assert tree.xpath("//h2[@class='yc-heading']/text()") == ["注意"]
    assert tree.xpath("//p[@class='yc-text']/text()")[-2:] == ["第一段", "第二段"]
    assert tree.xpath("//hr[@class='yc-separator']")


def test_a_row_of_a_part_of_a_list_keeps_its_number_and_an_added_row_is_counted():
    rows = {"materials": [{"no": 4, "name": "规章制度", "copies_required": 1}]}
    html = forms.render(forms.load("deficient_promise"), {"materials": [{"no": 4}]}, {}, context(rows=rows))
    assert "第4项　规章制度" in html
    visitors = forms.render(forms.load("plan_visit"), {"visitors": [{}, {}]}, {}, context())
    assert "第2项" in visitors


def test_mistakes_are_listed_in_the_order_of_the_form_whoever_found_them_first():
    surroundings = context_of("joint_visit_plan")
    errors = {
        "visitors[1].account": "丙", "visitors[0].account": "乙", "branches[0].looks_at": "甲", "visit_on": "先",
        "?": "零",
    }  # fmt: skip
    page = forms.render(forms.load("joint_visit_plan"), answer("joint_visit_plan"), errors, surroundings)
    listed = re.findall(r'<li><a href="#[^"]*">([^<]*)</a></li>', page)
    assert listed == ["零", "先", "甲", "乙", "丙"]
