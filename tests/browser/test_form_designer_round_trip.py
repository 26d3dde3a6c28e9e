"""File, browser, file: a form comes back from the real editor with all it had, our own properties too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

import forms
from tests.support.form_designer import FormOffice, source

OPEN = """async (text) => {
  const desk = document.getElementById('yc-designer').ycDesk;
  await desk.show(text);
  return desk.read();
}"""
MOVED = """async () => {
  const desk = document.getElementById('yc-designer').ycDesk;
  desk.drawing.go(desk.drawing.all()[2]);
  desk.bar.earlier();
  desk.bar.later();
  return desk.read();
}"""


@pytest.fixture
def office() -> FormOffice:
    """The office with a form."""
    return FormOffice()


def through(editor: Page, text: str) -> dict[str, Any]:
    """Return the form as the editor writes it after reading it."""
    written: dict[str, Any] = json.loads(editor.evaluate(OPEN, text))
    return written


def test_every_shipped_form_comes_back_as_it_was(editor: Page) -> None:
    keys = forms.keys()
    assert len(keys) > 70
    lost = {key for key in keys if through(editor, source(key)) != json.loads(source(key))}
    assert lost == set()


def test_moving_a_field_and_back_leaves_the_file_as_it_was(editor: Page) -> None:
    before = through(editor, source("application"))
    assert json.loads(editor.evaluate(MOVED)) == before


def test_what_a_form_has_besides_stays(editor: Page) -> None:
    schema = forms.load("decide")
    schema["versionTag"] = "3"
    schema["components"][0] |= {
        "layout": {"row": "Row_own", "columns": 8}, "properties": {"message": "请核对", "later": "x"}, "colour": "red",
    }  # fmt: skip
    assert through(editor, json.dumps(schema, ensure_ascii=False)) == schema
