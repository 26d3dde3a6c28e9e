"""“一件事” by people at browsers, from one application to one issue: a chain, and one that lets five begin at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from playwright.sync_api import expect

from tests.browser.test_walks import give_out
from tests.support.clerk import FIRM, PDF, PERSON, Clerk
from tests.support.hall import Hall

REVIEW, OPINION, RESULT = "审查本部门负责的内容", "代表本部门出具意见", "各部门制作本部门的结果文书或证照"


def begun(
    hall: Hall,
    item: str,
    applicant: dict[str, str],
    files: Iterable[int],
    lead: str,
    shorter: Mapping[int, str] | None = None,
    wanted: Iterable[int] = (),
) -> str:
    """Take one application in, accept it, and let the lead's reviewer confirm the plan; return the case's number.

    ``shorter`` gives the days of branches (by their places) that the lead shortens, ``wanted`` the places of optional
    ones that it asks too.
    """
    clerk = hall.sit("W01")
    clerk.write_down(item, applicant)
    for row in files:
        clerk.attach(f"materials[{row}].files", f"{row}.pdf", PDF.replace(b"1.4", f"1.{row}".encode()))
    clerk.press("收件并进入形式审查")
    case_no = clerk.case_no()
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.submit()
    reviewer = hall.sit(lead)
    take_over(reviewer, case_no)
    for place, days in (shorter or {}).items():
        reviewer.fill(f"branches[{place}].days", days)
    for place in wanted:
        reviewer.tick(f"branches[{place}].wanted")
    reviewer.fill("note", "请就本部门职责提出意见")
    reviewer.submit()
    return case_no


def take_over(reviewer: Clerk, case_no: str) -> None:
    """Sign for the papers, where there are any, and come to the plan."""
    box = f"{reviewer.url}/?box=role"
    reviewer.page.goto(box)
    row = reviewer.page.locator(".yc-table tbody tr", has_text=case_no)
    if row.filter(has_text="纸质材料交接签收").count():
        reviewer.take(case_no, "纸质材料交接签收")
        reviewer.sign()
        reviewer.submit()
        reviewer.sees("牵头部门确认联办计划")
    else:
        reviewer.take(case_no, "牵头部门确认联办计划")


def at(clerk: Clerk, case_no: str, task: str) -> None:
    """Come to a task: the page may have led to it by itself, else it lies in one of the boxes."""
    if clerk.page.locator("h1", has_text=task).count():
        return
    clerk.page.goto(f"{clerk.url}/?box=role")
    if clerk.page.locator(".yc-table tbody tr", has_text=case_no).filter(has_text=task).count():
        clerk.take(case_no, task)
    else:
        clerk.resume(case_no, task)


def agree(hall: Hall, case_no: str, number: int, conclusion: str = "agree") -> None:
    """Let the department with this number of accounts review its branch and agree, or conclude otherwise."""
    reviewer, head = hall.sit(f"D{number}1"), hall.sit(f"D{number}2")
    at(reviewer, case_no, REVIEW)
    reviewer.fill("findings", "材料齐全")
    reviewer.submit()
    at(head, case_no, OPINION)
    head.choose("conclusion", conclusion)
    head.fill("opinion", "符合条件" if conclusion == "agree" else "招牌遮挡疏散通道")
    head.fill("basis", "有关规定")
    head.submit()


def board(hall: Hall, account: str, case_no: str) -> dict[str, str]:
    """Return how each branch stands on the board."""
    reader = hall.sit(account)
    reader.page.goto(f"{reader.url}/cases/{case_no}/joint")
    lines = reader.page.locator(".yc-board tbody tr")
    shown = [(lines.nth(row).locator("th"), lines.nth(row).locator("td").first) for row in range(lines.count())]
    return {one.inner_text().splitlines()[0].removesuffix(" 关键路径"): state.inner_text() for one, state in shown}


def out_at_once(
    hall: Hall, case_no: str, lead: int, others: Iterable[int], receiver: tuple[str, str], denied: Collection[int] = ()
) -> None:
    """Conclude, let every department make out its own result, and give all of them out at the window, once.

    The departments that ``denied`` make out their denials.
    """
    head = hall.sit(f"D{lead}2")
    at(head, case_no, "牵头部门汇总并作出结论")
    head.fill("summary", "一个部门不同意，其余同意" if denied else "各部门均同意")
    head.fill("basis", "联合办理规定")
    head.submit()
    for number in (lead, *others):
        maker = hall.sit(f"D{number}1")
        at(maker, case_no, RESULT)
        if number not in denied:
            maker.fill("result_no", f"AY-2026-{number:04d}")
            maker.page.get_by_label("长期有效").check()
            maker.attach("files", "证照.pdf", PDF.replace(b"1.4", f"1.{number}".encode()))
        maker.submit()
    reviewer = hall.sit(f"D{lead}1")
    at(reviewer, case_no, "制作结果文书或证照")
    reviewer.submit()
    expect(reviewer.page.locator(".yc-done").first).to_contain_text("联办结果清单")
    at(head, case_no, "转交结果文书或证照")
    head.submit()
    give_out(hall.sit("W03"), case_no, *receiver)
    with hall.house() as house:
        assert house.case(case_no).status == "delivered"
        assert house.violations() == []


def test_T052_I11_a_chain_of_departments_and_one_issue(hall: Hall) -> None:
    case_no = begun(hall, "新生儿出生“一件事”", PERSON, (3,), "D21")
    assert {one for one, state in board(hall, "D22", case_no).items() if "等待" in state} == {
        "出生登记", "社会保障卡申领", "城乡居民基本医疗保险参保登记",
    }  # fmt: skip
    for number in (2, 16, 5, 6, 7):
        agree(hall, case_no, number)
    out_at_once(hall, case_no, 2, (16, 5, 6, 7), ("王建国", "410502199003070010"))


def test_T052_I12_one_department_and_then_five_at_once(hall: Hall) -> None:
    case_no = begun(hall, "企业开办“一件事”", FIRM, (0, 1), "D11", wanted=(5,))
    agree(hall, case_no, 1)
    going = board(hall, "D12", case_no)
    assert sum("办理中" in state for state in going.values()) == 5, going
    for number in (13, 12, 6, 5, 17):
        agree(hall, case_no, number)
    out_at_once(hall, case_no, 1, (5, 12, 6, 13, 17), ("李秀兰", "41050219850612002X"))
