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


def test_what_entries_share_brings_its_style_sheets_once_and_first(manifest: Path) -> None:
    shared = {"_shared.js": {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"], "imports": ["_deep.js"]}}
    deep = {"_deep.js": {"file": "assets/deep-1.js", "css": ["assets/deep-1.css"], "imports": ["_shared.js"]}}
    own = {"file": "assets/d-1.js", "css": ["assets/d-1.css", "assets/deep-1.css"]}
    imports = {"imports": ["_shared.js", "_deep.js"]}
    manifest.write_text(json.dumps({**shared, **deep, "decisions.js": {**own, **imports}}))
    assert asked("decisions.js")[:2] == (
        ["/static/dist/assets/d-1.js"],
        [f"/static/dist/assets/{name}-1.css" for name in ("deep", "shared", "d")],
    )


def test_without_a_build_there_is_nothing_to_load(manifest: Path) -> None:
    assert asked("designer.js") == ([], [], "")


def test_a_new_build_is_seen_without_a_restart(manifest: Path) -> None:
    assert asked("clerk.js")[0] == []
    manifest.write_text(json.dumps(BUILT))
    assert asked("clerk.js")[0] == ["/static/dist/assets/clerk-1.js"]
