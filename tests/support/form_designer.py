"""The small office of tests/support/designer.py for a form: the real check, the real rendering of the preview."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import jsonify, request

import forms
from engine.oversight.publishing.files import FORM
from engine.oversight.publishing.forming import form_problems
from tests.support.designer import Office, as_json
from web.designing.preview import shown_as

NOW = datetime(2026, 3, 2, 9, 5, tzinfo=forms.SHANGHAI)


def source(key: str) -> str:
    """Return the file of a shipped form as text."""
    return forms.source(key).decode()


def changed(key: str, **properties: Any) -> str:
    """Return a shipped form whose first component has other ``properties``."""
    schema = forms.load(key)
    schema["components"][0] |= properties
    return json.dumps(schema, ensure_ascii=False)


class FormOffice(Office):
    """One form of one draft."""

    title, media = "办理决定", "application/json"

    def __init__(self, name: str = "decide", text: str = "") -> None:
        super().__init__(text or source(name), name, FORM)
        self.problems_of = lambda text: [as_json(each) for each in form_problems({name: text.encode()})]

    def _routes(self) -> None:
        super()._routes()
        self.app.add_url_rule("/preview", "preview", self.preview, methods=["POST"])

    def preview(self) -> Any:
        """Say how the form looks."""
        sent = request.get_json()
        shown = shown_as(sent["text"], NOW, tuple((name, value) for name, value in sent["pairs"]), sent["act"])
        return jsonify({"html": shown.html, "problems": [as_json(each) for each in shown.problems]})
