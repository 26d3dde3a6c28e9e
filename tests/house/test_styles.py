"""One quiet system of looks: colours, letters, corners and the focus ring are tokens, written down in one sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.tree import ROOT

STYLES = ROOT / "web" / "static"
TEMPLATES = (ROOT / "web" / "templates", ROOT / "forms" / "templates")
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|color-mix)\(|:\s*(?:white|black|red|green|blue|gr[ae]y)\b"
)
LETTERS = re.compile(r"font(?:-size)?:[^;}]*?(?<![\w.-])[\d.]+(?:px|rem|em|pt|%)")
CORNERS = re.compile(r"border-radius:[^;}]*?(?<![\w.-])(?!0\b|50%)[\d.]+(?:px|rem|em)")
RING = re.compile(r"outline:\s*[\d.]+px")
USED = re.compile(r"var\((--[\w-]+)")
SET = re.compile(r"(--[\w-]+)\s*:")
INLINE = re.compile(r"\sstyle\s*=")


def literals(sheet: str) -> list[str]:
    """Return every colour, size of letters, corner and ring that a sheet writes down itself."""
    text = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return [found[0] for rule in (COLOUR, LETTERS, CORNERS, RING) for found in rule.finditer(text)]


def sheets() -> Iterable[Path]:
    return sorted(STYLES.glob("*.css"))


def test_only_the_tokens_name_colours_and_sizes_of_letters() -> None:
    found = {path.name: literals(path.read_text("utf-8")) for path in sheets() if path.name != "tokens.css"}
    assert len(found) >= 6
    assert {name: written for name, written in found.items() if written} == {}


def test_every_token_that_is_used_is_set_and_every_one_that_is_set_is_used() -> None:
    texts = {path.name: path.read_text("utf-8") for path in sheets()}
    known = set(SET.findall(texts["tokens.css"]))
    used = {name for text in texts.values() for name in USED.findall(text)}
    assert used - known == set()
    assert known - used == set()


def test_templates_carry_no_style_of_their_own() -> None:
    found = [path for folder in TEMPLATES for path in folder.rglob("*") if path.is_file()]
    written = [path.name for path in found if INLINE.search(path.read_text("utf-8"))]
    assert written == []


@pytest.mark.parametrize(
    "rule",
    ["a { color: #fff; }", "a { background: rgb(0 0 0); }", "a { font-size: 0.9rem; }",
     "a { font: 700 2rem/1.3 serif; }", "a { border-radius: 3px; }", "a { outline: 3px solid; }",
     "a { color: white; }"],
)  # fmt: skip
def test_a_literal_is_caught(rule: str) -> None:
    assert literals(rule)


@pytest.mark.parametrize(
    "rule",
    ["a { font: var(--text)/1.7 var(--face); }", "a { border-radius: 0 var(--radius) 50% 0; }",
     "a { padding: 0.5rem; }", "/* #fff */"],
)  # fmt: skip
def test_what_is_no_literal_passes(rule: str) -> None:
    assert literals(rule) == []
