"""A clerk at a browser: what the walks through whole cases are told in.

Works with and without JavaScript: it only fills fields and presses buttons, as a person does.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from yichuang.provision import DEMO_PASSWORD

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"

PERSON = {
    "applicant_name": "王建国",
    "id_no": "410502199003070010",
    "phone": "13800001234",
    "address": "河南省安阳市文峰区人民大道1号",
}
FIRM = {
    "applicant_name": "安阳测试餐饮有限公司",
    "id_no": "91410500MA9TEXT01Y",
    "legal_representative": "李秀兰",
    "phone": "0372-2550001",
    "address": "河南省安阳市文峰区人民大道2号",
}


class Clerk:
    """One account in one browser."""

    def __init__(self, page: Page, url: str, account: str, files: Path, *, signed_in: bool = False) -> None:
        """Sign ``account`` in at the server ``url`` (with a slash at its end); uploads are made under ``files``.

        With ``signed_in`` the page's browser remembers the session of an earlier walk.
        """
        self.page = page
        self.url = url.rstrip("/")
        self.account = account
        self.files = files
        self.script = False
        if not signed_in:
            self.sign_in()

    def sign_in(self) -> None:
        """Sign in and come to the inbox."""
        self.page.goto(f"{self.url}/sign-in")
        self.page.get_by_label("账号", exact=True).fill(self.account)
        self.page.get_by_label("口令", exact=True).fill(DEMO_PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("heading", name="待办", level=1)).to_be_visible()
        self.script = self.page.evaluate("document.documentElement.classList.contains('js')") if self._runs() else False

    def _runs(self) -> bool:
        return self.page.locator("html.js").count() > 0

    def receive(self, item: str, fields: dict[str, str]) -> str:
        """Receive an application for ``item`` (its name) and return the number of the new case."""
        self.write_down(item, fields)
        self.press("收件并进入形式审查")
        return self.case_no()

    def write_down(self, item: str, fields: dict[str, str]) -> None:
        """Fill the application for ``item`` and leave it on the page, for what else there is to say."""
        self.page.goto(f"{self.url}/applications/new?q={item}")
        self.page.get_by_role("link", name=item).click()
        if "legal_representative" in fields:
            self.page.get_by_label("法人或其他组织", exact=True).check()
            self.refresh()
            self.page.locator("#f-id_kind").select_option("uscc")
        for name, value in fields.items():
            self.page.locator(f"#f-{name}").fill(value)

    def case_no(self) -> str:
        """Return the number of the case whose page or task is open."""
        return str(self.page.locator(".yc-no").first.text_content()).strip()

    def refresh(self) -> None:
        """Let fields that depend on a choice appear: by themselves with a script, else by the button."""
        button = self.page.get_by_role("button", name="更新表单项")
        if button.is_visible():
            button.click()

    def take(self, case_no: str, task: str) -> None:
        """Take the task of a case out of the box of one's role."""
        self.page.goto(f"{self.url}/?box=role")
        row = self.page.locator(".yc-table tbody tr", has_text=case_no).filter(has_text=task)
        row.get_by_role("button", name="签收").click()
        self.sees(task)

    def resume(self, case_no: str, task: str) -> None:
        """Go on with a task that one holds, from the box of one's own."""
        self.page.goto(f"{self.url}/")
        row = self.page.locator(".yc-table tbody tr", has_text=case_no).filter(has_text=task)
        row.get_by_role("link", name=re.compile("^办理")).click()
        self.sees(task)

    def sees(self, heading: str) -> None:
        """Check that the page's heading is ``heading``."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)

    def choose(self, name: str, value: str) -> None:
        """Choose ``value`` of the radio or checklist field ``name``."""
        self.page.locator(f"input[name='{name}'][value='{value}']").check()

    def tick(self, name: str) -> None:
        """Tick the box ``name``."""
        self.field(name).check()

    def fill(self, name: str, value: str) -> None:
        """Fill the field ``name``, which a choice may have brought on the page just now."""
        self.field(name).fill(value)

    def field(self, name: str) -> Locator:
        """Return the field ``name``."""
        return self.page.locator(f"[name='{name}']")

    def attach(self, name: str, file_name: str = "扫描件.pdf", content: bytes = PDF) -> None:
        """Choose a file for the field ``name``."""
        path = self.files / file_name
        path.write_bytes(content)
        self.field(name).set_input_files(path)

    def sign(self) -> None:
        """Sign on the pad, or on paper where the pad does not work."""
        pad = self.page.locator(".yc-signature__pad")
        if pad.is_visible():
            pad.scroll_into_view_if_needed()
            box = pad.bounding_box()
            assert box is not None
            self.page.mouse.move(box["x"] + 40, box["y"] + 40)
            self.page.mouse.down()
            self.page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
            self.page.mouse.up()
        else:
            self.page.locator("[name='signature.on_paper']").check()
            self.attach("signature.scan", "签字页.png", PNG)

    def press(self, button: str) -> None:
        """Press a button by its name."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def submit(self) -> None:
        """Send the form, and see that it was taken."""
        self.press("提交")
        expect(self.page.locator(".yc-done__title")).to_be_visible()

    def see_case(self, case_no: str) -> None:
        """Open the page of a case."""
        self.page.goto(f"{self.url}/cases/{case_no}")
