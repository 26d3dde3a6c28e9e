"""Every picture under docs/pictures stands in a page of the documentation, and every picture named there exists."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.filled.pictures import PICTURES

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_PICTURE = re.compile(r"!\[[^\]]+\]\(([^)#?\s]+)\)")


def pictures_of(page: Path) -> set[Path]:
    """Return the pictures that a page shows; each has words for who does not see it."""
    return {(page.parent / name).resolve() for name in _PICTURE.findall(page.read_text("utf-8"))}


def test_every_picture_is_shown_somewhere_and_none_is_missing() -> None:
    shown = set().union(*(pictures_of(page) for page in PAGES))
    assert {path.name for path in shown} == {path.name for path in FOLDER.iterdir()}
    assert [path for path in shown if not path.exists()] == []


def test_the_script_takes_each_photograph_and_no_other() -> None:
    assert {f"{one.name}.png" for one in PICTURES} == {path.name for path in FOLDER.glob("*.png")}
