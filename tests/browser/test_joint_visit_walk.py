"""One application of several departments from its receipt to the window, by eight people at browsers.

They look at the place together, on one day and by one notice; one department is late, is chased, and denies, so that
the rest is granted; a head sends one review back, and it is done again.
"""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import expect

from engine.casework.joint.queries import review_of
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
    person.choose("conclusion", "fail" if person.account == "D31" else "pass")
    person.attach("files", f"现场{person.account}.pdf", PDF.replace(b"1.4", f"1.{person.account[1:]}".encode()))
    person.press("记录踏勘情况")
    person.sees("第 1 次联合踏勘")


def chase(hall: Hall, case_no: str) -> None:
    """Let the lead see on the board who is late, and urge that department with one press."""
    lead, urban = hall.sit("D11"), hall.sit("D31")
    lead.page.goto(f"{lead.url}/cases/{case_no}/joint")
    sign = lead.page.locator(".yc-board tbody tr", has_text="户外招牌设置")
    expect(sign).to_contain_text("超期")
    sign.get_by_role("button", name="催办").click()
    expect(lead.page.locator(".yc-done__title")).to_contain_text("已催办“户外招牌设置”（第 1 次）")
    urban.page.goto(f"{urban.url}/messages")
    expect(urban.page.locator("main")).to_contain_text("催办“户外招牌设置”")


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


def test_T043_T081_I13_one_visit_one_branch_late_and_chased_one_sent_back_a_partial_grant_and_one_issue(
    hall: Hall
) -> None:
    case_no = begun(hall, "开餐饮店“一件事”", FIRM, (), "D11", {2: "1"})
    lead, day = hall.sit("D11"), later_workday(hall)
    go_together(lead, case_no, day)
    hall.set_clock(day)
    for account in VISITORS.values():
        look(hall.sit(account), case_no)
    expect(lead.page.locator(".yc-status").first).to_have_text("待踏勘")
    lead.page.reload()
    expect(lead.page.locator(".yc-status").first).to_have_text("已踏勘")
    for account in VISITORS.values():
        found = "不符合要求" if account == "D31" else "符合要求"
        expect(lead.page.locator(".yc-record", has_text=f"{account}：现场整洁")).to_contain_text(found)

    chase(hall, case_no)
    send_review_back(hall, case_no)
    reviewer = hall.sit("D41")
    reviewer.resume(case_no, REVIEW)
    expect(reviewer.page.locator("main")).to_contain_text("D41：现场整洁")
    for number, conclusion in ((1, "agree"), (3, "deny"), (4, "agree")):
        agree(hall, case_no, number, conclusion)
    out_at_once(hall, case_no, 1, (3, 4), ("李秀兰", "41050219850612002X"), denied=(3,))

    with hall.house() as house:
        [notice] = [one for one in house.documents(case_no) if one.kind == "joint_visit_notice"]
        assert [row["department"] for row in notice.data["rows"]] == [
            "安阳市市场监督管理局", "安阳市城市管理局", "安阳市消防救援支队",
        ]  # fmt: skip
        types = [one.type for one in house.journal(f"case:{case_no}")]
        with house.door.read(SYSTEM) as view:
            review = review_of(view.connection, f"case:{case_no}")
    assert (types.count("joint.visit_planned"), types.count("joint.visit_found")) == (1, 3)
    assert (types.count("task.sent_back"), types.count("joint.concluded")) == (1, 1)
    assert types.count("task.urged") == 1
    assert review is not None
    assert review.conclusion == "partial"
    assert set(hall.seated) == {"W01", "W03", "D11", "D12", "D31", "D32", "D41", "D42"}
