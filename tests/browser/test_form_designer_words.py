"""The editor of forms speaks Chinese throughout, though its library has its words fixed in English."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

import forms
from tests.browser import test_designer_words as words
from tests.browser.test_designer_drawing import desk
from tests.browser.test_designer_words import UNFOLD
from tests.support.browser import NewPage
from tests.support.designer import draw, serving
from tests.support.form_designer import FormOffice

EVERYTHING = """
  const { modeler } = desk;
  const modeling = modeler.get('modeling'), registry = modeler.get('formFieldRegistry');
  const form = modeler.get('formFieldRegistry').getAll().find((each) => each.type === 'default');
  const kinds = [...document.querySelectorAll('.fjs-palette-field')].filter((each) => each.offsetParent);
  for (const { dataset: { fieldType } } of kinds)
    modeling.addFormField({ type: fieldType }, form, form.components.length);
  return registry.getAll().filter((each) => each.type !== 'default').map((each) => each.id);
"""
SELECT = "desk.modeler.get('selection').set(desk.modeler.get('formFieldRegistry').get(given));"
CODE = re.compile(r'["=]|^[a-z0-9]+$|^\.[a-z]')
"""What is the file's own: conditions, keys and ids of one word, kinds of files."""
UNSEEN = "document.querySelectorAll('.flatpickr-calendar').forEach((each) => each.remove())"
"""Calendars that the canvas never opens; in the same breath, for they are made when the canvas finds time for it."""
SEE = f"() => {{ {UNSEEN}; return ({words.SEE.replace('.bio-properties-panel-description, ', '')})(); }}"
"""What the library says below a property is its own here."""
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
"""Lets the panel draw what was unfolded."""


@pytest.fixture
def office() -> FormOffice:
    """The office with a form that has groups, lists, files and conditions."""
    return FormOffice("application")


def english(page: Page) -> set[str]:
    """Return what is shown in English and is not the file's own."""
    return {text for text in words.english(page, SEE) if not CODE.search(text)}


def test_every_kind_of_field_has_its_properties_in_chinese(editor: Page) -> None:
    ids = desk(editor, EVERYTHING)
    assert len(ids) > 30
    seen = english(editor)
    for id in [None, *ids]:
        desk(editor, SELECT, id)
        expect(editor.locator(f".fjs-properties-panel[data-field='{id or 'application'}']")).to_have_count(1)
        editor.evaluate(UNFOLD)
        editor.evaluate(DRAWN)
        seen |= english(editor)
    assert not seen, "\n".join(sorted(seen))


def test_an_empty_form_and_an_empty_list_are_in_chinese(new_page: NewPage) -> None:
    page = new_page()
    empty = {"type": "dynamiclist", "id": "a", "path": "a", "label": "甲"}
    for components in ((), (empty,)):
        text = json.dumps({**forms.load("decide"), "components": components})
        with serving(FormOffice(text=text)) as address:
            draw(page, address)
            assert english(page) == set()


def test_what_a_new_field_begins_with_is_in_chinese(editor: Page) -> None:
    before = {one["id"] for one in desk(editor, "return desk.drawing.all();")}
    desk(editor, EVERYTHING)
    new = [one for one in desk(editor, "return desk.drawing.all();") if one["id"] not in before]
    assert len(new) > 10
    for one in new:
        texts = [one.get("label"), one.get("dateLabel"), one.get("text"), *(v["label"] for v in one.get("values", ()))]
        assert not [text for text in texts if text and text.isascii()], one


def test_an_english_text_would_be_found(editor: Page) -> None:
    editor.evaluate("document.querySelector('.fjs-palette-field').title = 'Create something'")
    assert english(editor) == {"Create something"}
