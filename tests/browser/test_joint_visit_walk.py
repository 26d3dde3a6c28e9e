"""One application of several departments from its receipt to the window, by eight people at browsers.

They look at the place together, on one day and by one notice; a head sends one review back, and it is done again.
"""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import expect

from engine.process.clocks.calendars import Calendars
from engine.registry.identity.rules import SYSTEM
from tests.browser.test_joint_themes import OPINION, REVIEW, agree, at, begun, out_at_once
from tests.support.clerk import FIRM, PDF, Clerk
from tests.support.hall import Hall

SITE = "安阳市文峰区人民大道2号一层"
VISITORS = {"food": "D11", "sign": "D31", "fire": "D41"}


def later_workday(hall: Hall) -> date:
    """Return the second workday after today."""
    today = hall.today()
    with hall.house() as house, house.door.read(SYSTEM) as view:
        return view.part(Calendars).current(view.connection).add(today, 2).date


def go_together(lead: Clerk, case_no: str, day: date) -> None:
    """Plan one visit of the three departments, from the page of the case."""
    lead.see_case(case_no)
    lead.page.get_by_role("link", name=re.compile("联合踏勘")).first.click()
    lead.page.get_by_role("link", name="安排联合踏勘").click()
    lead.fill("visit_on", day.isoformat())
    lead.fill("place", SITE)
    lead.fill("prepare", "打开全部经营场所")
    for row, (branch, account) in enumerate(VISITORS.items()):
        lead.fill(f"branches[{row}].looks_at", f"查看{branch}")
        expect(lead.field(f"visitors[{row}].branch")).to_have_value(branch)
        lead.field(f"visitors[{row}].account").select_option(account)
    lead.press("安排联合踏勘")
    lead.sees("第 1 次联合踏勘")
    expect(lead.page.locator(".yc-status").first).to_have_text("待踏勘")


def look(person: Clerk, case_no: str) -> None:
    """Write down what one's own department found, from the message about the visit."""
    person.page.goto(f"{person.url}/messages")
    told = person.page.locator(".yc-messages__one", has_text="第 1 次联合踏勘定于")
    told.get_by_role("link", name="查看").first.click()
    person.page.get_by_role("link", name="第 1 次").click()
    person.page.get_by_role("link", name="记录踏勘情况").click()
    person.fill("findings", f"{person.account}：现场整洁，标志齐全")
    person.choose("conclusion", "pass")
    person.attach("files", f"现场{person.account}.pdf", PDF.replace(b"1.4", f"1.{person.account[1:]}".encode()))
    person.press("记录踏勘情况")
    person.sees("第 1 次联合踏勘")


def send_review_back(hall: Hall, case_no: str) -> None:
    """Let the fire brigade review its branch, and its head send the review back with a reason."""
    reviewer, head = hall.sit("D41"), hall.sit("D42")
    at(reviewer, case_no, REVIEW)
    reviewer.fill("findings", "材料齐全")
    reviewer.submit()
    at(head, case_no, OPINION)
    head.page.get_by_role("link", name="退回到前面的环节").click()
    head.page.get_by_label(re.compile(f"^{REVIEW}")).check()
    head.page.get_by_label("退回的理由").fill("没有写明疏散通道的宽度")
    head.press("退回")
    expect(head.page.locator(".yc-done")).to_contain_text(f"退回“{REVIEW}”：没有写明疏散通道的宽度")
    reviewer.page.goto(f"{reviewer.url}/messages")
    expect(reviewer.page.locator("main")).to_contain_text("没有写明疏散通道的宽度")
    with hall.house() as house:
        [again] = [one for one in house.open_tasks(case_no) if one.item == "fire/fire"]
        assert (again.element, again.holder) == ("ut_branch_review", "D41"), "it is in the same hands again"


def test_T043_I13_one_visit_of_three_departments_one_review_sent_back_and_one_issue(hall: Hall) -> None:
    case_no = begun(hall, "开餐饮店“一件事”", FIRM, (), "D11")
    lead, day = hall.sit("D11"), later_workday(hall)
    go_together(lead, case_no, day)
    hall.set_clock(day)
    for account in VISITORS.values():
        look(hall.sit(account), case_no)
    expect(lead.page.locator(".yc-status").first).to_have_text("待踏勘")
    lead.page.reload()
    expect(lead.page.locator(".yc-status").first).to_have_text("已踏勘")
    for account in VISITORS.values():
        expect(lead.page.locator(".yc-record", has_text=f"{account}：现场整洁")).to_contain_text("符合要求")

    send_review_back(hall, case_no)
    reviewer = hall.sit("D41")
    reviewer.resume(case_no, REVIEW)
    expect(reviewer.page.locator("main")).to_contain_text("D41：现场整洁")
    for number in (1, 3, 4):
        agree(hall, case_no, number)
    out_at_once(hall, case_no, 1, (3, 4), ("李秀兰", "41050219850612002X"))

    with hall.house() as house:
        [notice] = [one for one in house.documents(case_no) if one.kind == "joint_visit_notice"]
        assert [row["department"] for row in notice.data["rows"]] == [
            "安阳市市场监督管理局", "安阳市城市管理局", "安阳市消防救援支队",
        ]  # fmt: skip
        types = [one.type for one in house.journal(f"case:{case_no}")]
    assert (types.count("joint.visit_planned"), types.count("joint.visit_found")) == (1, 3)
    assert (types.count("task.sent_back"), types.count("joint.concluded")) == (1, 1)
    assert set(hall.seated) == {"W01", "W03", "D11", "D12", "D31", "D32", "D41", "D42"}
