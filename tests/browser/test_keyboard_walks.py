"""食品经营许可 (I02) from receipt to archive by the keyboard alone, and once more without any script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.test_walks import carry_commitment_case
from tests.support.browser import NewPage
from tests.support.clerk import FIRM, Clerk
from tests.support.keyboard import FocusFault, KeyboardClerk
from tests.support.server import Server

TRAP = "onkeydown = event => { if (document.activeElement.id === 'one') event.preventDefault() }"


def test_I02_is_carried_from_receipt_to_archive_by_the_keyboard_alone(
    new_page: NewPage, server: Server, tmp_path: Path
) -> None:
    seated: dict[str, KeyboardClerk] = {}

    def sit(account: str) -> KeyboardClerk:
        if account not in seated:
            seated[account] = KeyboardClerk(new_page(), server.url, account, tmp_path)
        return seated[account]

    archivist, case_no = carry_commitment_case(sit)
    expect(archivist.page.locator(".yc-papers a")).to_have_count(5)
    assert case_no
    assert len(seated) == 5
    assert sum(one.stops for one in seated.values()) > 500
    _back_and_through_the_case(archivist)


def _back_and_through_the_case(clerk: Clerk) -> None:
    """Shift+Tab goes the same way back; the diagram's sizes and its words are reached, too."""
    assert isinstance(clerk, KeyboardClerk)
    page = clerk.page
    clerk.reach(page.locator("#yc-zoom-actual, .yc-diagram__pick:checked"))
    page.keyboard.press("ArrowRight")
    clerk.reach(page.get_by_role("region", name="流程图的文字清单"))
    clerk.reach(page.locator(".yc-diagram__pick:checked"), "Shift+Tab")


def test_I02_is_carried_from_receipt_to_archive_without_javascript(
    new_page: NewPage, server: Server, tmp_path: Path
) -> None:
    seated: dict[str, Clerk] = {}

    def sit(account: str) -> Clerk:
        if account not in seated:
            seated[account] = Clerk(new_page(java_script_enabled=False), server.url, account, tmp_path)
        return seated[account]

    archivist, _ = carry_commitment_case(sit)
    page = archivist.page
    expect(page.locator(".yc-papers a")).to_have_count(5)
    expect(page.get_by_role("heading", name="踏勘", exact=True)).to_be_visible()
    expect(page.locator(".yc-diagram__box > svg")).to_be_visible()
    expect(page.locator(".yc-diagram__words .yc-way__one").first).to_be_visible()
    expect(page.locator(".yc-record").filter(has_text="纸质签字").first).to_be_visible()


def test_what_is_wrong_is_announced_and_led_to(new_page: NewPage, server: Server, tmp_path: Path) -> None:
    clerk = KeyboardClerk(new_page(), server.url, "W01", tmp_path)
    page = clerk.page
    clerk.write_down("食品经营许可新办（餐饮）", {**FIRM, "id_no": "91410500MA9TEXT01X"})
    clerk.press("收件并进入形式审查")
    summary = page.locator(".yc-errors")
    expect(summary).to_be_focused()
    expect(summary).to_have_attribute("role", "alert")
    clerk.enter(summary.get_by_role("link").first)
    field = page.locator("#f-id_no")
    expect(field).to_be_focused()
    _described(field)
    clerk.type_into(field, FIRM["id_no"])
    clerk.press("收件并进入形式审查")
    clerk.sees("形式审查")


def _described(field: Locator) -> None:
    """Check that a wrong field says so to who cannot see it, with the sentence that tells why."""
    expect(field).to_have_attribute("aria-invalid", "true")
    ids = (field.get_attribute("aria-describedby") or "").split()
    told = [field.page.locator(f"#{id}").inner_text() for id in ids]
    assert any("统一社会信用代码" in one for one in told), told


@pytest.mark.parametrize(
    "page_of_faults, fault",
    [
        ("<button>一</button><button>二</button><button id=goal tabindex=-1>三</button>", "does not reach"),
        ("<button style='outline: none'>一</button><button id=goal>二</button>", "without a ring"),
        ("<button style='position: absolute; left: -999px'>一</button><button id=goal>二</button>", "is not seen"),
        ("<button tabindex=2>一</button><button id=goal>二</button>", "out of the reading order"),
        (f"<button id=one>一</button><button id=goal>二</button><script>{TRAP}</script>", "keeps the focus"),
    ],
    ids=["unreachable", "no-ring", "hidden", "order", "trap"],
)  # fmt: skip
def test_a_fault_of_the_focus_is_caught(
    new_page: NewPage, server: Server, tmp_path: Path, page_of_faults: str, fault: str
) -> None:
    clerk = KeyboardClerk(new_page(), server.url, "W01", tmp_path)
    clerk.page.goto("about:blank")
    clerk.page.set_content(f"<style>button:focus {{ outline: 3px solid }}</style>{page_of_faults}")
    with pytest.raises(FocusFault, match=fault):
        clerk.reach(clerk.page.locator("#goal"))
