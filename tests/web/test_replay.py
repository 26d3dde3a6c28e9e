"""回放: a case's page at any of its acts, as it was then; for whoever may see its journal, and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.joint.chasing.commands import ChaseBranch
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.urging.commands import UrgeTask
from engine.registry.identity.accounts.commands import GrantRole, RevokeRole
from engine.registry.identity.commands import CreateAccount
from engine.registry.identity.leave.commands import RegisterLeave
from tests.engine.oversight.audit.findings.test_findings import write
from tests.support.busy_joint import busy_case
from tests.support.counting import every_statement
from tests.support.house import COMPANY, INSURANCE, PERSON, House
from tests.support.joint import asked, opine
from tests.support.site import Page, Site
from web.replay import lasted


def closed(house: House) -> str:
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.finish(case_no, INSURANCE, ("王建国", PERSON["id_no"]))
    return case_no


def acts(page: Page) -> list[int]:
    return [int(one.get("data-at")) for one in page.all("ol a") if one.get("data-at")]


def tasks(page: Page) -> list[str]:
    return page.each("section[aria-labelledby='tasks-title'] tbody th")


def test_the_last_act_is_shown_when_none_is_asked_for(site: Site):
    case_no = closed(site.house)
    page = site.visitor("U81").open(f"/cases/{case_no}/replay")
    assert page.status == 200
    steps = acts(page)
    assert f"第 {len(steps)} 步，共 {len(steps)} 步" in page.main
    assert "没有打开的任务" not in page.main or tasks(page) == []


def test_at_each_act_the_page_shows_what_was_open_then(site: Site):
    case_no = closed(site.house)
    auditor = site.visitor("U81")
    start = auditor.open(f"/cases/{case_no}/replay?at=1")
    assert tasks(start) == ["形式审查"]
    assert "还没有出具文书" in start.main
    assert "受理" not in start.words("section[aria-labelledby='papers-title']")
    seen = [tasks(auditor.open(f"/cases/{case_no}/replay?at={seq}")) for seq in acts(start)]
    steps = [one for place, one in enumerate(seen) if one and (place == 0 or one != seen[place - 1])]
    assert steps[:5] == [["形式审查"], ["收件（受理），出具通知书"], ["业务负责人直接审核"], ["制作结果文书或证照"],
                         ["转交结果文书或证照"]]  # fmt: skip
    # What was granted shows in the data from that act on.
    marks = ["decision" in auditor.open(f"/cases/{case_no}/replay?at={seq}").words(
        "section[aria-labelledby='data-title']") for seq in acts(start)]  # fmt: skip
    assert marks == sorted(marks) and marks[-1] and not marks[0]


def test_a_number_between_two_acts_or_none_at_all_leads_to_the_nearest(site: Site):
    case_no = closed(site.house)
    auditor = site.visitor("U81")
    last = auditor.open(f"/cases/{case_no}/replay")
    heading = last.each("#moment-title")
    for odd in ("99999", "x", "-1", "²"):
        assert auditor.open(f"/cases/{case_no}/replay?at={odd}").each("#moment-title") == heading
    assert "第 1 步" in auditor.open(f"/cases/{case_no}/replay?at=0").main


def test_the_drawing_is_that_of_the_process_where_something_happened_and_others_can_be_chosen(site: Site):
    case_no = closed(site.house)
    auditor = site.visitor("U81")
    first = auditor.open(f"/cases/{case_no}/replay?at=1")
    assert "当时的流程图：前台受理" in first.main
    other = auditor.open(f"/cases/{case_no}/replay?at=1&process=one_window_main&run=0")
    assert "当时的流程图：“一窗通办”服务提供流程" in other.main
    assert auditor.open(f"/cases/{case_no}/replay?at=1&process=nonsense&run=7").status == 200


def test_a_joint_case_shows_every_branch_then(site: Site):
    case_no = busy_case(site.house)
    auditor = site.visitor("U81")
    page = auditor.open(f"/cases/{case_no}/replay")
    assert len(tasks(page)) > 1
    assert any("分支时限" in one for one in page.each("section[aria-labelledby='clocks-title'] tbody th"))


def test_a_script_gets_the_part_alone_and_the_view_is_journalled_once(site: Site):
    case_no = closed(site.house)
    auditor = site.visitor("U81")
    auditor.open(f"/cases/{case_no}/replay")
    part = auditor.open(f"/cases/{case_no}/replay?at=1", headers={"HX-Request": "true"})
    assert part.status == 200 and "<html" not in part.text and 'id="moment"' in part.text
    told = [line.sentence for line in site.house.journal("access:U81")]
    assert [one for one in told if "回放" in one] == [f"查看 办件 {case_no} 的回放"]


@pytest.mark.parametrize("account", ["W01", "D11", "P61", "A01"])
def test_who_may_not_see_the_journal_may_not_replay(site: Site, account: str):
    case_no = site.house.receive("W01", "I02", COMPANY)
    assert site.visitor(account).open(f"/cases/{case_no}/replay").status in (403, 404)


def test_a_number_that_is_no_case_is_not_found(site: Site):
    assert site.visitor("U81").open("/cases/11410500MB1A0000203000131002000202603029999/replay").status == 404


@pytest.mark.parametrize(
    "span, said",
    [
        (timedelta(seconds=20), "不到 1 分钟"), (timedelta(minutes=15), "15 分钟"), (timedelta(hours=2), "2 小时"),
        (timedelta(hours=2, minutes=5), "2 小时 5 分钟"), (timedelta(days=3), "3 天"),
        (timedelta(days=3, hours=2, minutes=59), "3 天 2 小时"),
    ],
)  # fmt: skip
def test_spans_are_said_in_words(span: timedelta, said: str):
    assert lasted(span) == said


def board(page: Page, branch: str) -> str:
    return " ".join(one for one in page.each("section[aria-labelledby='board-title'] tbody tr") if branch in one)


def test_the_board_of_a_joint_review_is_the_one_of_then(site: Site):
    house = site.house
    case_no = asked(house)
    house.execute("L31", ChaseBranch(case_no=case_no, key="fire", text="企业下周开业"))
    opine(house, case_no, "fire")
    auditor = site.visitor("U81")
    last = auditor.open(f"/cases/{case_no}/replay")
    lines = {line.type: line.seq for line in house.journal(f"case:{case_no}")}
    assert "同意" in board(last, "消防") and "企业下周开业" in board(last, "消防")
    chased = board(auditor.open(f"/cases/{case_no}/replay?at={lines['task.urged']}"), "消防")
    assert "办理中" in chased and "1 次" in chased and "待签收" in chased
    planned = board(auditor.open(f"/cases/{case_no}/replay?at={lines['joint.planned']}"), "消防")
    assert "1 次" not in planned and "同意" not in planned
    assert not auditor.open(f"/cases/{case_no}/replay?at=1").all("#board-title")


def rights(page: Page) -> str:
    return page.words("section[aria-labelledby='rights-title']")


def test_who_might_work_on_it_is_told_as_it_was_then_not_as_it_is_now(site: Site):
    house = site.house
    house.execute("D12", RegisterLeave(account="D11", substitute="D13", from_day="2026-03-02", until_day="2026-03-06",
                                       reason="年休假"))  # fmt: skip
    case_no = house.accepted_commitment()
    then = house.journal(f"case:{case_no}")[-1].seq
    house.wait(hours=1)
    house.complete("D11", case_no, "ut_substantive", {"findings": "审查完毕", "site_visit": "no"})
    house.execute("A02", RevokeRole(account="D11", role="dept_reviewer", department="market"))
    house.execute("A02", GrantRole(account="D13", role="dept_reviewer", department="market"))
    house.wait(hours=1)
    house.execute("D13", ClaimTask(task_id=house.open_tasks(case_no)[0].id))
    auditor = site.visitor("U81")
    before = rights(auditor.open(f"/cases/{case_no}/replay?at={then}"))
    assert "D11" in before and "代" in before
    after = rights(auditor.open(f"/cases/{case_no}/replay"))
    assert "（D11）" not in after and "D13" in after
    assert "办理这一步的" in after and "职责分离" in after


def test_a_holder_who_had_lost_the_post_is_pointed_out(site: Site):
    house = site.house
    case_no = house.accepted_commitment()
    task = house.open_tasks(case_no)[0]
    house.execute("D11", ClaimTask(task_id=task.id))
    house.wait(hours=1)
    house.execute("A02", RevokeRole(account="D11", role="dept_reviewer", department="market"))
    house.wait(hours=1)
    house.execute("S51", UrgeTask(task_id=task.id, text="请尽快办理"))
    assert "当时已不在这个岗位" in rights(site.visitor("U81").open(f"/cases/{case_no}/replay"))


def test_the_page_asks_no_more_statements_when_there_are_more_people_and_notes(site: Site):
    house = site.house
    case_no = closed(house)
    auditor = site.visitor("U81")
    address = f"/cases/{case_no}/replay?at=1"
    auditor.open(address)
    counts = []
    for number in range(3):
        with every_statement() as sent:
            auditor.open(address, headers={"HX-Request": "true"})
        counts.append(len(sent))
        write(house, case_no)
        house.execute("A02", CreateAccount(account=f"N{number}", person=f"N{number}", name="新人", password_hash="x",
                                           grants=(("window_clerk", "center"),)))  # fmt: skip
    assert len(set(counts)) == 1
