"""Addresses of built scripts and style sheets, with and without a build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from web import assets

BUILT = {
    "clerk.js": {"file": "assets/clerk-1.js", "isEntry": True},
    "designer.js": {"file": "assets/designer-1.js", "isEntry": True, "css": ["assets/designer-1.css"]},
}


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the build would write what it made; nothing is there yet."""
    path = tmp_path / "manifest.json"
    monkeypatch.setattr(assets, "MANIFEST", path)
    return path


def asked(entry: str) -> tuple[list[str], list[str], str]:
    with Flask("web").test_request_context():
        return assets.scripts(entry), assets.styles(entry), assets.licences()


def test_an_entry_has_its_script_and_its_style_sheets(manifest: Path) -> None:
    manifest.write_text(json.dumps(BUILT))
    assert asked("designer.js") == (
        ["/static/dist/assets/designer-1.js"], ["/static/dist/assets/designer-1.css"], "/static/dist/licences.txt"
    )  # fmt: skip
    assert asked("clerk.js")[:2] == (["/static/dist/assets/clerk-1.js"], [])
    assert asked("other.js")[:2] == ([], [])


def test_without_a_build_there_is_nothing_to_load(manifest: Path) -> None:
    assert asked("designer.js") == ([], [], "")


def test_a_new_build_is_seen_without_a_restart(manifest: Path) -> None:
    assert asked("clerk.js")[0] == []
    manifest.write_text(json.dumps(BUILT))
    assert asked("clerk.js")[0] == ["/static/dist/assets/clerk-1.js"]
