"""The two pages in which the same file is drawn: the product's editor with its server, and bpmn-js as it comes."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench._designer.drawing import NAME
from tests.support.browser import FLAGS, PERSON, executable
from tests.support.clerk import Clerk
from tests.support.designing import begin
from tests.support.server import starter
from tools.assets import tool
from tools.place import Place

ROOT = Path(__file__).resolve().parents[2]
PLAIN = Path(__file__).resolve().parent / "plain"
WATCH = """
  window.benchTasks = [];
  new PerformanceObserver((list) => window.benchTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });
"""
QUIET_MS = 900
"""How long nothing more may happen until an edit counts as over: the check of the server begins 600 ms after it."""


@dataclass
class Side:
    """One of the two pages; ``ours`` is the product's."""

    page: Page
    ours: bool

    def run(self, script: str, given: Any = None) -> Any:
        """Run a script with the page's ``modeler`` and what was given to it."""
        where = "document.getElementById('yc-designer').ycDesk" if self.ours else "window.plain"
        return self.page.evaluate(f"async (given) => {{ const {{ modeler }} = {where}; {script} }}", given)

    def quiet(self) -> None:
        """Wait until all that an edit began is done: here until the server has the file and has checked it."""
        self.page.wait_for_timeout(QUIET_MS)
        if self.ours:
            expect(self.page.locator("#yc-save-state")).to_have_attribute("data-state", "saved", timeout=60_000)
            self.page.wait_for_load_state("networkidle")
            self.page.wait_for_timeout(QUIET_MS)

    def taken(self) -> float:
        """Return the longest long task since this was asked before, in milliseconds; 0 when none was longer than 50."""
        return float(self.page.evaluate("Math.max(0, ...window.benchTasks.splice(0))"))


@contextmanager
def both_sides(text: str, folder: Path) -> Iterator[tuple[Side, Side]]:
    """Give our editor and the plain one, each with the file open in a canvas of the same size."""
    with _built(text, folder / "plain") as address, starter(folder) as start, sync_playwright() as driver:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=executable(), headless=True, args=[*FLAGS, *sandbox])
        try:
            ours = _ours(browser, start().url, text, folder)
            size = ours.locator("#yc-canvas").bounding_box()
            assert size is not None
            plain = _page(browser, round(size["width"]), round(size["height"]))
            plain.goto(address)
            expect(plain.locator("body[data-ready=yes]")).to_have_count(1)
            yield Side(ours, ours=True), Side(plain, ours=False)
        finally:
            browser.close()


def _page(browser: Browser, width: int, height: int) -> Page:
    context = browser.new_context(**{**PERSON, "viewport": {"width": width, "height": height}})
    context.add_init_script(WATCH)
    return context.new_page()


def _ours(browser: Browser, url: str, text: str, folder: Path) -> Page:
    """Return the editor with the file as a draft of a designer, who has just opened it."""
    file = folder / f"{NAME}.bpmn"
    file.write_text(text, "utf-8")
    page = Clerk(_page(browser, 1440, 1000), url, "P61", folder).page
    begin(page, url, "大图", "测量")
    page.get_by_text("新建文件").click()
    page.get_by_label("种类").select_option("流程")
    page.get_by_label("编号").fill(NAME)
    page.locator("#f-new").set_input_files(file)
    page.get_by_role("button", name="新建", exact=True).click()
    expect(page.locator("#yc-designer[data-ready=yes]")).to_have_count(1, timeout=60_000)
    return page


@contextmanager
def _built(text: str, folder: Path) -> Iterator[str]:
    """Build bpmn-js as it comes, serve it with the file on this machine, and give its address."""
    node = tool(Place(ROOT), "node")
    assert node is not None, "Node.js builds the page that is measured against"
    vite = [node, str(ROOT / "node_modules" / "vite" / "bin" / "vite.js"), "build", str(PLAIN), "--base", "./"]
    more = ["--configLoader", "native", "--target", "es2022", "--outDir", str(folder), "--emptyOutDir"]
    subprocess.run([*vite, *more], check=True, cwd=PLAIN, capture_output=True)
    (folder / "drawing.bpmn").write_text(text, "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
