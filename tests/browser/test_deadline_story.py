"""The limits of one case from the first day to the supervisor's desk, read by people on their pages at each step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from engine.process.clocks.calendars import Calendars
from engine.registry.identity.rules import SYSTEM
from tests.browser.test_calendar_walk import until_said
from tests.browser.test_paused_walks import accepted, ask_for_procedure, tell_and_entrust
from tests.browser.test_walks import take_papers
from tests.support.clerk import FIRM, Clerk
from tests.support.hall import Hall

pytestmark = pytest.mark.both_editions

BASIS = "《城市市容和环境卫生管理条例》第十一条"


def ledger(clerk: Clerk, case_no: str) -> Page:
    """Open the page that says how each limit of the case is counted."""
    clerk.page.goto(f"{clerk.url}/cases/{case_no}/clocks")
    expect(clerk.page.get_by_role("heading", level=1)).to_contain_text("时限依据")
    return clerk.page


def says(clerk: Clerk, case_no: str, *sentences: str) -> None:
    main = ledger(clerk, case_no).locator("main")
    for sentence in sentences:
        expect(main).to_contain_text(sentence)


def due(hall: Hall, case_no: str, kind: str) -> date:
    with hall.house() as house:
        found = house.clocks(case_no)[kind].row.due_on
    assert found is not None
    return found


def next_worked(hall: Hall, day: date, ahead: int) -> date:
    """Return the working day so many after ``day``, before it when negative."""
    with hall.house() as house, house.door.read(SYSTEM) as view:
        calendar = view.part(Calendars).current(view.connection)
    return calendar.add(day, ahead).date if ahead > 0 else calendar.back(day, -ahead)


@dataclass(frozen=True)
class Story:
    """The case and its people."""

    hall: Hall
    case_no: str
    reviewer: Clerk
    head: Clerk
    supervisor: Clerk

    def due(self, kind: str) -> date:
        return due(self.hall, self.case_no, kind)


def taken_in(hall: Hall) -> Story:
    clerk, reviewer = hall.sit("W01"), hall.sit("D31")
    case_no = clerk.receive("设置大型户外广告", FIRM)
    accepted(clerk, "专家评审")
    take_papers(reviewer, case_no)
    says(reviewer, case_no, "承诺时限", "期限8个工作日", "法定时限", "期限20个工作日", "实质审查环节时限")
    return Story(hall, case_no, reviewer, hall.sit("D32"), hall.sit("S51"))


def paused_and_resumed(story: Story) -> None:
    reviewer, case_no = story.reviewer, story.case_no
    reviewer.resume(case_no, "实质审查")
    ask_for_procedure(reviewer, "专家评审", 5, BASIS)
    tell_and_entrust(story.head, reviewer, case_no, "专家评审组", story.hall.today().isoformat())
    says(reviewer, case_no, "停表期间不计入期限", "到期日待恢复计时后确定")
    story.hall.wait(7)
    reviewer.resume(case_no, "登记特别程序结果")
    reviewer.fill("result", "专家组一致同意")
    reviewer.fill("conclusion", "结构安全")
    reviewer.submit()
    says(reviewer, case_no, "恢复计时", "到期日顺延至")


def extended(story: Story) -> None:
    """The legal limit grows; the promise keeps its date, and lateness is not held against the department."""
    promised, before = story.due("commitment"), story.due("statutory")
    reviewer, head = story.reviewer, story.head
    reviewer.page.goto(f"{reviewer.url}/cases/{story.case_no}/acts/extend")
    reviewer.fill("days", "5")
    reviewer.fill("reason", "结构安全评估须补充核实")
    reviewer.press("申请延长办理期限")
    head.take(story.case_no, "批准延长办理期限")
    head.choose("approved", "yes")
    head.submit()
    reviewer.take(story.case_no, "出具延长办理期限告知书")
    reviewer.tick("checked")
    reviewer.submit()
    assert story.due("statutory") > before
    assert story.due("commitment") == promised
    says(reviewer, story.case_no, "经批准延长5个工作日（结构安全评估须补充核实")


def warned(story: Story) -> None:
    """On the working day before the promise ends its people are reminded, and a yellow card says so."""
    story.hall.set_clock(next_worked(story.hall, story.due("commitment"), -1))
    story.reviewer.page.goto(f"{story.reviewer.url}/cases/{story.case_no}")
    until_said(story.reviewer.page, "承诺时限即将届满")
    story.supervisor.page.goto(f"{story.supervisor.url}/supervision/cards?level=yellow")
    until_said(story.supervisor.page, "承诺时限")


def overdue_and_appealed(story: Story) -> None:
    """The day after the legal limit there is a red card; the head appeals, the supervisor lets it stand."""
    story.hall.set_clock(story.due("statutory") + timedelta(days=1))
    head, supervisor = story.head.page, story.supervisor.page
    head.goto(f"{story.head.url}/supervision/cards?level=red")
    until_said(head, "法定时限")
    head.get_by_role("link", name="红牌").first.click()
    expect(head.locator("main")).to_contain_text("经批准延长5个工作日")
    head.get_by_label("申诉理由").fill("专家评审组未按时提交书面结论")
    head.get_by_role("button", name="提出申诉").click()
    expect(head.locator("main")).to_contain_text("专家评审组未按时提交书面结论")
    says(story.reviewer, story.case_no, "超期")
    supervisor.goto(f"{story.supervisor.url}/supervision/cards?state=appealed")
    supervisor.get_by_role("link", name="红牌").first.click()
    supervisor.get_by_label("维持").check()
    supervisor.get_by_label("处理理由").fill("评审时间已经扣除，不另扣除")
    supervisor.get_by_role("button", name="登记处理").click()
    expect(supervisor.locator("main")).to_contain_text("评审时间已经扣除")
    says(story.supervisor, story.case_no, "停表", "恢复计时", "经批准延长5个工作日")


def escalated(story: Story) -> None:
    """Three working days later it lies on the supervisor's desk."""
    story.hall.set_clock(next_worked(story.hall, story.due("statutory"), 3))
    story.supervisor.page.goto(f"{story.supervisor.url}/cases/{story.case_no}")
    until_said(story.supervisor.page, "应予督办")


def test_I10_paused_resumed_extended_warned_overdue_carded_appealed_and_escalated(hall: Hall) -> None:
    story = taken_in(hall)
    for step in (paused_and_resumed, extended, warned, overdue_and_appealed, escalated):
        step(story)
    with hall.house() as house:
        assert {line.type for line in house.journal(f"case:{story.case_no}")} >= {
            "clock.paused", "clock.resumed", "clock.extended", "clock.reminded", "clock.overdue", "card.appealed",
            "card.upheld", "clock.order_due",
        }  # fmt: skip
        assert house.violations() == []
