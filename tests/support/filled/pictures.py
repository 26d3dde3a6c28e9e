"""Pictures of the product for its README: the pages of the filled house, at a fixed clock, small.

``python -m tests.support.filled.pictures [folder]`` (``./run pictures``) fills a house in a temporary folder, serves it
on this machine, and writes 1280 pixels wide PNG files of at most 150 KB each.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.support.browser import FLAGS, PERSON, executable
from tests.support.filled.inventory import STRANGER, Shown
from tests.support.filled.serving import FilledHall, fill, serving

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "pictures"
MOST_BYTES = 150_000
COLOURS = (128, 64, 32)


@dataclass(frozen=True)
class Picture:
    """A picture: its file's name, what is shown, how high, and the element that it begins with."""

    name: str
    shown: Shown
    height: int = 860
    top: str = ""


PICTURES = (
    Picture("inbox", Shown("W01", "?box=role")),
    Picture("intake", Shown("W01", "tasks/{task:formal:ut_formal}"), 900),
    Picture("case", Shown("D12", "cases/{under review}"), 900),
    Picture("diagram", Shown("D31", "cases/{suspended}"), 820, "#diagram"),
    Picture("cases", Shown("D12", "cases?sort=due")),
    Picture("supervision", Shown("S51", "supervision"), 780),
    Picture("journal", Shown("U81", "cases/{under review}/journal"), 700),
    Picture("process", Shown(STRANGER, "processes/one_window_main"), 820),
)


def take(hall: FilledHall, page: Page, picture: Picture) -> bytes:
    """Return the PNG of one picture."""
    page.set_viewport_size({"width": 1280, "height": picture.height})
    hall.sit(page, picture.shown.account)
    page.goto(picture.shown.at(hall))
    page.locator("html[data-ready]").wait_for(state="attached")
    if picture.top:
        page.locator(picture.top).evaluate("one => one.scrollIntoView({block: 'start'})")
    return small(page.screenshot())


def small(png: bytes) -> bytes:
    """Return the picture with as many colours as fit into :data:`MOST_BYTES`; raise ValueError when none do."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    kept = io.BytesIO()
    for colours in COLOURS:
        kept = io.BytesIO()
        few = whole.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(kept, "PNG", optimize=True)
        if kept.tell() <= MOST_BYTES:
            return kept.getvalue()
    raise ValueError(f"{kept.tell()} bytes are too many for a picture of the README")


def main(arguments: Sequence[str]) -> int:
    """Write all pictures into the folder of ``arguments``, or docs/pictures; return 0."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        fill(data)
        with serving(data) as hall, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=executable(), args=[*FLAGS, *sandbox])
            page = browser.new_context(**PERSON).new_page()
            for picture in PICTURES:
                png = take(hall, page, picture)
                (folder / f"{picture.name}.png").write_bytes(png)
                sys.stdout.write(f"{picture.name}.png {len(png) // 1024} KB\n")
            browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
