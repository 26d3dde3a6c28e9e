"""The auditor's walk: a joint case is found, seen as it was at its chase, carried away and checked elsewhere."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.filled.serving import FilledHall
from yichuang.sealing import seal_all

SIGN = "户外招牌设置"


def checked(folder: Path) -> tuple[int, str]:
    """Run the bundle's own tool where nothing is but the bundle; return its exit code and what it said."""
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=folder, capture_output=True, timeout=120, check=False,
        env={"LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    return ended.returncode, (ended.stdout + ended.stderr).decode()


def row(page: Page, branch: str) -> Locator:
    """Return what the board says of a branch at the moment that is shown."""
    return page.locator("section[aria-labelledby='board-title'] tbody tr").filter(has_text=branch)


@pytest.fixture
def auditor(filled: FilledHall, page: Page) -> Page:
    """U81 at the replay of the joint case, found by its number."""
    seal_all(filled.house.door)
    filled.sit(page, "U81")
    page.goto(filled.url)
    page.get_by_role("searchbox").fill(filled.at["joint"])
    page.keyboard.press("Enter")
    page.locator(f"main a[href$='/cases/{filled.at['joint']}']").first.click()
    page.get_by_role("link", name="回放").click()
    expect(page.locator("html[data-replay=ready]")).to_be_attached()
    return page


def test_the_chase_of_a_joint_review_is_seen_as_it_was_and_the_bundle_convinces_elsewhere(
    auditor: Page, tmp_path: Path, check_axe: Callable[[Page], None]
) -> None:
    page = auditor
    chase = page.locator("[data-acts] a").filter(has_text="催办（第 1 次）")
    before = page.locator("[data-acts] a").nth(int(chase.evaluate("one => [...one.closest('ol').children].indexOf("
                                                                  "one.closest('li'))")) - 1)  # fmt: skip
    before.click()
    expect(page.locator("#board-title")).to_contain_text("征求意见")
    expect(row(page, SIGN)).to_contain_text("办理中")
    expect(row(page, SIGN)).not_to_contain_text("企业下周开业")
    page.keyboard.press("ArrowRight")
    expect(row(page, SIGN)).to_contain_text("1 次")
    expect(row(page, SIGN)).to_contain_text("企业下周开业，请尽快出具意见")
    expect(row(page, "消防")).to_contain_text("同意")
    moment = page.url
    check_axe(page)

    # The board at the plan: nobody had said anything yet, and the address leads back to the chase.
    page.locator("[data-acts] a").filter(has_text="征求联审意见").click()
    expect(row(page, "消防")).to_contain_text("办理中")
    expect(row(page, "消防")).not_to_contain_text("同意")
    page.goto(moment)
    expect(row(page, SIGN)).to_contain_text("1 次")

    page.get_by_role("link", name="下载审计包").click()
    page.get_by_label("用途").fill("年度审计抽查")
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载审计包").click()
    archive, folder = tmp_path / "bundle.zip", tmp_path / "empty"
    coming.value.save_as(archive)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    code, said = checked(folder)
    assert code == 0, said

    [events] = (folder / "events").glob("*.jsonl")
    body = events.read_bytes()
    place = body.index("企业下周开业".encode())
    events.write_bytes(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
    code, said = checked(folder)
    assert code == 1, said
    assert events.name in said
