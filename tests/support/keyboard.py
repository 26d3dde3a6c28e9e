"""A clerk without a mouse: every act of :class:`Clerk` by Tab, Shift+Tab, Enter, Space and the arrows alone.

Each step of the focus is looked at: it must not be lost (fall back to the page while something is left to reach),
hidden, without a ring, stuck, or out of the reading order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.support.clerk import PNG, Clerk

MOST_STOPS = 260
"""More stops than any page of a desk has: what is not reached by then is not reached by Tab."""
_STEP = """([goal, last]) => {
    const here = document.activeElement
    if (!here || here === document.body) return {lost: true}
    // A ring of 3 pixels is snapped to whole ones where the diagram is zoomed.
    // A ring of 3 pixels is snapped to whole ones where a diagram is zoomed.
    const ringed = [here, here.nextElementSibling, here.closest('label')].some(one => {
        if (!one) return false
        const style = getComputedStyle(one)
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2.5
    })
    const box = here.getBoundingClientRect()
    const seen = here.matches('.yc-diagram__pick') || (box.width > 1 && box.height > 1
        && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth)
    const before = window.ycLast
    window.ycLast = here
    // Day, month and the small calendar of a date are stops of their own, drawn by the browser.
    const parts = ['date', 'datetime-local', 'time'].includes(here.type)
    const inside = parts && !here.matches(':focus-visible')
    return {
        lost: false, there: goal !== null && here === goal, seen, ringed: ringed || inside,
        stuck: here === before && !parts,
        forward: !before || !before.isConnected || before === here
            || Boolean(before.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING),
        positive: here.tabIndex > 0,
        what: `${here.tagName.toLowerCase()} ${here.name || here.id || here.textContent.trim().slice(0, 20)}`,
    }
}"""


class FocusFault(AssertionError):
    """The focus was lost, hidden, trapped, or something cannot be reached by the keyboard."""


class KeyboardClerk(Clerk):
    """One account at a browser whose mouse is unplugged."""

    def __init__(self, page: Page, url: str, account: str, files: Path) -> None:
        """Sign in by the keyboard; ``stops`` counts how far the focus went."""
        self.stops = 0
        super().__init__(page, url, account, files)

    # The focus -------------------------------------------------------------------------------------------------

    def reach(self, wanted: Locator, key: str = "Tab") -> None:
        """Bring the focus to ``wanted`` by ``key`` alone, looking at every stop on the way."""
        wanted = wanted.first
        expect(wanted).to_be_attached()
        goal = wanted.element_handle()
        if wanted.evaluate("one => one === document.activeElement"):
            return
        rounds = 0
        for _ in range(MOST_STOPS):
            self.page.keyboard.press(key)
            self.stops += 1
            now = self.page.evaluate(_STEP, [goal, None])
            if now["lost"]:
                rounds += 1
                if rounds > 2:
                    break
                continue
            self._judge(now, key)
            if now["there"]:
                return
        raise FocusFault(f"{self.page.url}: Tab does not reach {wanted}")

    def _judge(self, now: dict[str, Any], key: str) -> None:
        where = f"{self.page.url}: {now['what']}"
        if now["stuck"]:
            raise FocusFault(f"{where} keeps the focus")
        if not now["seen"]:
            raise FocusFault(f"{where} has the focus and is not seen")
        if not now["ringed"]:
            raise FocusFault(f"{where} has the focus without a ring")
        if now["positive"]:
            raise FocusFault(f"{where} is out of the reading order")

    def enter(self, wanted: Locator, key: str = "Enter") -> None:
        """Go to a link or button and press it."""
        self.reach(wanted)
        self.page.keyboard.press(key)

    def type_into(self, wanted: Locator, text: str) -> None:
        """Go to a field and write ``text`` over what stands there."""
        self.reach(wanted)
        kind = wanted.first.get_attribute("type")
        if kind == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
            if wanted.first.input_value() != text:
                raise FocusFault(f"the date {text} was not taken by keys: {wanted.first.input_value()}")
            return
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    # What a clerk does -----------------------------------------------------------------------------------------

    def sign_in(self) -> None:
        """Sign in; the first field has the focus from the beginning."""
        from yichuang.provision import DEMO_PASSWORD

        self.page.goto(f"{self.url}/sign-in")
        expect(self.page.get_by_label("账号", exact=True)).to_be_focused()
        self.page.keyboard.type(self.account)
        self.type_into(self.page.get_by_label("口令", exact=True), DEMO_PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="待办", level=1)).to_be_visible()
        self.script = True

    def write_down(self, item: str, fields: dict[str, str]) -> None:
        """Fill the application for ``item`` and leave it on the page."""
        self.enter(self.page.locator(".yc-nav a", has_text="收件"))
        self.sees("选择事项")
        self.type_into(self.page.locator("main input[type=search]"), item)
        self.page.keyboard.press("Enter")
        self.enter(self.page.get_by_role("link", name=item))
        self.sees(item)
        if "legal_representative" in fields:
            self._pick(self.page.get_by_label("法人或其他组织", exact=True))
            expect(self.page.locator("#f-legal_representative")).to_be_visible()
            self._select(self.page.locator("#f-id_kind"), "uscc")
        shown = self.page.locator("[id^='f-']").evaluate_all("all => all.map(one => one.id)")
        for name in sorted(fields, key=lambda one: shown.index(f"f-{one}")):
            self.type_into(self.page.locator(f"#f-{name}"), fields[name])

    def take(self, case_no: str, task: str) -> None:
        """Take the task of a case out of the box of one's role."""
        self.enter(self.page.locator(".yc-nav a", has_text="待办"))
        self.sees("待办")
        self.enter(self.page.locator(".yc-tabs a", has_text="本岗位待签收"))
        expect(self.page.locator(".yc-tabs a[aria-current]")).to_contain_text("本岗位待签收")
        row = self.page.locator(".yc-table tbody tr", has_text=case_no).filter(has_text=task)
        self.enter(row.get_by_role("button", name="签收"))
        self.sees(task)

    def choose(self, name: str, value: str) -> None:
        """Choose a radio by the arrows, a tick by Space."""
        self._pick(self.page.locator(f"input[name='{name}'][value='{value}']"))

    def _pick(self, wanted: Locator) -> None:
        if wanted.get_attribute("type") == "checkbox":
            self._tick(wanted)
            return
        name = wanted.get_attribute("name")
        group = self.page.locator(f"input[type=radio][name='{name}']")
        checked = self.page.locator(f"input[type=radio][name='{name}']:checked")
        if checked.count():
            self.reach(checked)
        else:
            self.reach(group)
            self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                expect(wanted).to_be_focused()
                return
            self.page.keyboard.press("ArrowDown")
            # What depends on the choice is written anew; the focus has to be where it was.
            self.page.wait_for_load_state("networkidle")
        raise FocusFault(f"{self.page.url}: the arrows do not reach {wanted}")

    def _select(self, wanted: Locator, value: str) -> None:
        """Choose ``value`` of a list by the arrows."""
        self.reach(wanted)
        for _ in range(wanted.locator("option").count()):
            if wanted.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise FocusFault(f"{self.page.url}: the arrows do not reach {value}")

    def tick(self, name: str) -> None:
        """Tick a box by Space."""
        self._tick(self.field(name))

    def _tick(self, box: Locator) -> None:
        self.reach(box)
        if not box.first.is_checked():
            self.page.keyboard.press("Space")
        expect(box.first).to_be_checked()

    def fill(self, name: str, value: str) -> None:
        """Fill the field ``name``."""
        self.type_into(self.field(name), value)

    def attach(self, name: str, file_name: str = "扫描件.pdf", content: bytes = PNG) -> None:
        """Choose a file: the key opens the system's own window, where the name is typed."""
        path = self.files / file_name
        path.write_bytes(content)
        field = self.field(name)
        self.reach(field)
        # What a choice before has refreshed is there now, and the focus is still where it was.
        expect(self.page.locator(".htmx-request")).to_have_count(0)
        expect(field).to_be_focused()
        for last in (False, False, True):
            try:
                with self.page.expect_file_chooser(timeout=4_000) as opened:
                    self.page.keyboard.press("Enter")
            except PlaywrightTimeout:
                # A refresh that began just now swallowed the key; a person presses it once more.
                if last:
                    raise
                expect(field).to_be_focused()
            else:
                opened.value.set_files(path)
                return

    def sign(self) -> None:
        """Sign on paper: who cannot draw says so and sends the signed page."""
        self.tick("signature.on_paper")
        self.attach("signature.scan", "签字页.png", PNG)

    def press(self, button: str) -> None:
        """Go to a button by its name and press it."""
        self.enter(self.page.get_by_role("button", name=button, exact=True), "Space")
