"""A designer changes how the city works: a second approval is drawn, rehearsed, approved by another and taken by cases.

It is drawn in the editor with role, form, a limit of two working days and a ladder of its own; the next case takes it
and a running one does not, until that one is moved; the comparison tells exactly this; one act takes it back.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from engine.process.bpmn.releases.queries import release_at
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ladder.rules import SEED, body_of
from engine.process.clocks.queries import clocks_of
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.browser.test_designer_desk import stands
from tests.browser.test_designer_drawing import choose, desk, entry
from tests.support.clerk import Clerk
from tests.support.designing import begin, take
from tests.support.hall import Hall
from tests.support.house import House

SECOND = "ut_second_approval"
INSERT = """
  const { modeler } = desk, registry = modeler.get('elementRegistry'), modeling = modeler.get('modeling');
  const flow = registry.get('ut_dept_opinion').outgoing.find((each) => each.type === 'bpmn:SequenceFlow');
  const from = flow.waypoints[0], room = 160;
  const space = modeler.get('spaceTool'), all = registry.filter((each) => each.parent);
  const { movingShapes, resizingShapes } = space.calculateAdjustments(all, 'x', room, from.x + 5);
  space.makeSpace(movingShapes, resizingShapes, { x: room, y: 0 }, 'e', from.x + 5);
  const task = modeler.get('elementFactory').createShape({ type: 'bpmn:UserTask' });
  modeling.createShape(task, { x: from.x + room / 2 + 10, y: from.y }, flow);
  modeling.updateProperties(task, { id: given, name: '二级审批' });
"""
"""As a hand does it: room is made behind the department's opinion, and a task dropped on the line."""


def begun(designer: Clerk) -> str:
    """Start a draft with the route of promised cases and come to its drawing; return the draft's address."""
    page = designer.page
    query = "?kind=process&name=route_commitment"
    begin(page, f"{designer.url}/", "承诺件增加二级审批", "按新修订的办法增加二级审批", query)
    address = page.url.partition("?")[0]
    take(page, "process", "route_commitment")
    return address


def draw(page: Page) -> None:
    """Put the approval on the line behind the department's opinion, and say by whom, with what and how long."""
    desk(page, INSERT, SECOND)
    choose(page, SECOND)
    page.locator("[data-group-id='group-yc-clauses']").get_by_role("button", name="加一项").click()
    entry(page, "yc-clause-0-ref").select_option("6.2.1")
    entry(page, "yc-task-form").select_option("dept_opinion")
    entry(page, "yc-task-role").select_option("dept_head")
    for field, text in (("key", "second"), ("title", "二级审批"), ("days", "2")):
        entry(page, f"yc-stage-{field}").fill(text)
        page.keyboard.press("Tab")
    stands(page, "saved")
    expect(page.locator(".yc-mark--error")).to_have_count(0)


def give_a_ladder(page: Page, draft: str) -> None:
    """Take the item into the draft and give its stages a ladder of their own, in the item's file."""
    page.goto(draft)
    page.locator("summary", has_text="取入文件").click()
    page.get_by_label("现行的文件").select_option("item/I02")
    page.get_by_role("button", name="取入").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("事项")
    page.get_by_role("link", name=re.compile("编辑原文")).click()
    text = page.locator("#f-text")
    item = json.loads(text.input_value())
    item["ladders"] = {"stage": [body_of(rule) for rule in SEED if rule.clock_kind == "stage"][:1]}
    text.fill(json.dumps(item, ensure_ascii=False, indent=1))
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".yc-done")).to_contain_text("已保存为第 2 版")
    expect(page.locator("main")).to_contain_text("没有问题")


def rehearse(page: Page, draft: str) -> None:
    """Walk a promised case through the draft by a script that does the second approval too."""
    script = json.loads((Path(library.__file__).parent / "rehearsals" / "I09_commitment.json").read_text("utf-8"))
    answer = {"opinion": "同意", "basis": "有关规定"}
    steps = []
    for step in script["steps"]:
        steps.append(step)
        if step.get("do") == "ut_dept_opinion":
            steps.append({"do": SECOND, "answer": answer})
    page.goto(draft)
    page.get_by_role("link", name="演练这份草案").click()
    page.get_by_label("事项", exact=True).select_option("I09")
    page.locator("summary", has_text="用写好的脚本").click()
    page.get_by_label("或者粘贴在这里").fill(json.dumps({**script, "steps": steps}, ensure_ascii=False))
    page.get_by_role("button", name="开始演练").click()
    expect(page.locator("main")).to_contain_text("每一步", timeout=60_000)
    expect(page.locator(".yc-done").first).to_contain_text("通过")
    expect(page.locator("main")).to_contain_text(SECOND)


def approved(hall: Hall, draft: str) -> Clerk:
    """Send the draft for review and let another designer approve it."""
    author, other = hall.sit("P61"), hall.sit("P62")
    author.page.goto(draft)
    author.page.get_by_role("button", name="送审", exact=True).click()
    expect(author.page.locator("main")).to_contain_text("须由另一位流程设计师审批")
    other.page.goto(draft)
    expect(other.page.locator("main")).to_contain_text("二级审批")
    other.page.get_by_role("button", name="批准并发布").click()
    expect(other.page.locator("main")).to_contain_text("已发布")
    return other


def reviewed(house: House, case_no: str) -> list[str]:
    """Review a case up to the department's opinion; return what is open then."""
    house.complete("D11", case_no, "ut_substantive", {"findings": "材料齐全", "site_visit": "no"})
    house.complete("D11", case_no, "ut_dept_opinion", {"opinion": "建议准予", "basis": "有关规定"})
    return [task.element for task in house.open_tasks(case_no)]


def moved(designer: Clerk, case_no: str) -> None:
    """Let the running case go on with the new release, after a look at what becomes of it."""
    page = designer.page
    page.goto(f"{designer.url}/designer/releases/I02/1/impact")
    expect(page.locator("main")).to_contain_text("可以改用")
    page.get_by_label(f"选择 {case_no}").check()
    page.get_by_label("本页勾选的").check()
    page.get_by_label("理由").fill("按新修订的办法办理")
    page.get_by_role("button", name="选定办件").click()
    expect(page).to_have_url(re.compile("/designer/releases/batches/"))
    page.locator("form[action$='/go'] button").first.click()
    expect(page.locator("main")).to_contain_text("已改用新版")


def test_a_second_approval_is_drawn_rehearsed_released_taken_and_taken_back(hall: Hall) -> None:
    with hall.house() as house:
        running, still = house.accepted_commitment(), house.accepted_commitment()
    author = hall.sit("P61")
    draft = begun(author)
    draw(author.page)
    give_a_ladder(author.page, draft)
    rehearse(author.page, draft)
    other = approved(hall, draft)

    with hall.house() as house:
        fresh = house.accepted_commitment()
        assert reviewed(house, fresh) == [SECOND]
        with house.door.read(SYSTEM) as view:
            [limit] = [one for one in clocks_of(view.connection, f"case:{fresh}") if one.named == "二级审批环节时限"]
            calendar = view.part(Calendars).current(view.connection)
            assert limit.due_on == calendar.add(hall.today(), 2).date, "two working days"
            assert release_at(view.connection, house.case(fresh).release_id).ladders.keys() == {"stage"}
        assert SECOND not in reviewed(house, still), "a running case keeps what it was received with"
    moved(other, running)
    with hall.house() as house:
        assert reviewed(house, running) == [SECOND]

    other.page.goto(f"{other.url}/designer/releases/I02/compare?from=1&to=2")
    told = other.page.locator("main").inner_text()
    assert "二级审批" in told
    assert "dept_opinion" in told or "审查意见" in told
    assert "ut_head_decide" not in told, "and nothing else"

    other.page.goto(draft)
    other.page.locator("summary", has_text="回退").click()
    other.page.locator("form[action$='/roll-back'] textarea").fill("改用另一种做法")
    other.page.locator("form[action$='/roll-back'] button").click()
    expect(other.page.locator("main")).to_contain_text("回退")
    with hall.house() as house:
        assert SECOND not in reviewed(house, house.accepted_commitment())
        assert house.violations() == []
