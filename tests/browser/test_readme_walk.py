"""“办一件试试” of the README, walked as it is written: one browser, its accounts one after the other, its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import NewPage
from tests.support.clerk import PDF, PNG
from tests.support.server import Server
from web.words import role
from yichuang.provision import DEMO_PASSWORD

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
WALK = README.partition("## 办一件试试")[2].partition("\n## ")[0]


class Newcomer:
    """Somebody who reads the README and presses what it names; whatever is pressed or filled must stand there."""

    def __init__(self, page: Page, url: str, files: Path) -> None:
        self.page = page
        self.url = url.rstrip("/")
        self.files = files

    def told(self, words: str) -> str:
        """Return ``words``; fail when the README's walk does not quote them."""
        assert f"“{words}”" in WALK or f"`{words}`" in WALK, f"the README does not name {words}"
        return words

    def be(self, account: str) -> None:
        """Leave the one before by 退出, and sign in."""
        out = self.page.get_by_role("button", name=self.told("退出"))
        if out.is_visible():
            out.click()
        self.page.goto(f"{self.url}/")
        self.page.get_by_label("账号", exact=True).fill(self.told(account))
        self.page.get_by_label("口令", exact=True).fill(DEMO_PASSWORD)
        self.page.get_by_role("button", name="登录").click()

    def take(self, task: str) -> None:
        """Take the task of one's role: the box is looked at by its name."""
        self.page.get_by_role("link", name=self.told("待办"), exact=True).click()
        self.page.get_by_role("link", name=re.compile(self.told("本岗位待签收"))).click()
        row = self.page.locator(".yc-table tbody tr", has_text=self.told(task))
        row.get_by_role("button", name=self.told("签收")).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(task)

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(self.told(label), exact=True).fill(value)

    def choose(self, label: str) -> None:
        self.page.get_by_label(self.told(label), exact=True).check()

    def sign(self) -> None:
        """Draw with the pen in the frame."""
        pad = self.page.locator(".yc-signature__pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + 40, box["y"] + 40)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
        self.page.mouse.up()

    def attach(self, label: str, name: str, content: bytes) -> None:
        path = self.files / name
        path.write_bytes(content)
        self.page.get_by_label(label, exact=True).set_input_files(path)

    def submit(self) -> None:
        self.page.get_by_role("button", name="提交", exact=True).click()
        expect(self.page.locator(".yc-done__title")).to_be_visible()


@pytest.fixture
def newcomer(new_page: NewPage, server: Server, tmp_path: Path) -> Newcomer:
    return Newcomer(new_page(), server.url, tmp_path)


def receive(one: Newcomer) -> None:
    """Steps 1 and 2."""
    one.be("W01")
    one.page.get_by_role("link", name=one.told("收件"), exact=True).click()
    one.page.get_by_role("link", name=one.told("社会保障卡补领")).click()
    one.fill("申请人姓名（名称）", one.told("王建国"))
    one.fill("证件号码", one.told("410502199003070010"))
    one.fill("联系电话", one.told("13800001234"))
    one.page.get_by_role("button", name=one.told("收件并进入形式审查")).click()
    one.choose("符合要求，收件（受理）")
    one.submit()
    expect(one.page.get_by_role("heading", level=1)).to_have_text(one.told("收件（受理），出具通知书"))
    one.submit()


def decide_and_make(one: Newcomer) -> None:
    """Steps 3 to 5."""
    one.be("D62")
    one.take("业务负责人直接审核")
    one.choose("准予")
    one.submit()
    one.be("D61")
    one.take("制作结果文书或证照")
    one.fill("文书（证照）编号", "AY-0001")
    one.choose("长期有效")
    one.attach(one.told("结果文件"), "证照.pdf", PDF)
    one.submit()
    one.be("D62")
    one.take("转交结果文书或证照")
    one.submit()


def give_out(one: Newcomer, *, on_paper: bool) -> None:
    """Step 6, on the pad or with a pen: the blank is printed, and its scan goes up."""
    one.be("W03")
    one.take("签收结果文书或证照")
    one.sign()
    one.submit()
    expect(one.page.get_by_role("heading", level=1)).to_have_text(one.told("核对身份，交接签收"))
    one.fill("领取人姓名", "王建国")
    one.fill("证件号码", "410502199003070010")
    one.choose("已核对身份及相关信息")
    if on_paper:
        link = one.page.get_by_role("link", name=one.told("打印空白单（签字用）")).get_attribute("href")
        assert one.page.request.get(f"{one.url}{link}").body().startswith(b"%PDF")
        one.page.get_by_label(re.compile("已在纸质.*上签字")).check()
        one.attach("纸质签字页扫描件", "签字页.png", PNG)
    else:
        one.sign()
    one.submit()


def close(one: Newcomer) -> None:
    """Steps 7 and 8."""
    one.be("W01")
    one.take("归纳相关材料")
    for pages in ("申报文件页数", "过程文件页数", "结果文件页数"):
        one.page.get_by_label(pages, exact=True).fill("3")
    for check in one.page.get_by_role("group", name=one.told("归纳核对")).get_by_role("checkbox").all():
        check.check()
    one.submit()
    one.be("D63")
    one.take("资料归档")
    assert one.told("保管期限")
    one.page.get_by_label("10年", exact=True).check()
    one.fill("档号", "AY-2026-0001")
    one.fill("归档结论", "齐全完整")
    one.submit()
    expect(one.page.locator(".yc-under")).to_contain_text(one.told("已归档"))


def test_the_walk_of_the_readme_leads_to_a_closed_case(newcomer: Newcomer) -> None:
    receive(newcomer)
    decide_and_make(newcomer)
    give_out(newcomer, on_paper=True)
    close(newcomer)


def test_a_word_that_the_readme_does_not_name_is_caught(newcomer: Newcomer) -> None:
    with pytest.raises(AssertionError, match="does not name"):
        newcomer.told("转交结果")


def test_the_accounts_of_the_readme_are_named_as_on_the_sign_in_page(newcomer: Newcomer) -> None:
    page = newcomer.page
    page.goto(f"{newcomer.url}/sign-in")
    shown: dict[str, tuple[str, str]] = {}
    for row in page.get_by_role("region", name="中心与其他").locator("tbody tr").all():
        account, name, roles = (cell.strip() for cell in row.locator("th, td").all_text_contents())
        shown[account] = (name, roles)
    told: dict[str, tuple[str, str]] = {}
    rows = re.findall(r"^\| ([A-Z]\d\d\S*) \| (\S+) \| (\S+) \|$", README, re.MULTILINE)
    for accounts, names, roles in rows:
        listed = accounts.split("、")
        named = names.split("、") if len(listed) > 1 else [names]
        told |= {account: (name, roles) for account, name in zip(listed, named, strict=True)}
    assert told == shown
    assert all(f"{role(one)}" in README for one in ("dept_reviewer", "dept_head", "dept_archivist"))
