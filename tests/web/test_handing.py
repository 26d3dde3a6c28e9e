"""转办、委派、抄送、催办 on the task page, and the boxes of what came by them: without a line of script."""

from __future__ import annotations

import pytest

from engine.process.tasks import queries
from engine.process.tasks.commands import ClaimTask, SaveDraft
from engine.process.tasks.copying.commands import SendCopies
from engine.process.tasks.handing.commands import DelegateTask
from engine.process.tasks.queries import departments_at
from engine.process.tasks.rules import Task
from engine.registry.identity.leave.commands import RegisterLeave
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from tests.support.site import Form, Page, Site


def held(house: House) -> tuple[str, str]:
    """Return number and review task of a case, in the hands of D11."""
    case_no = house.accepted_commitment()
    id = house.task(case_no, "ut_substantive").id
    house.execute("D11", ClaimTask(task_id=id))
    return case_no, id


def acts(page: Page) -> list[str]:
    return [form.get("action").rpartition("/")[2] for form in page.all("#handing form")]


def tasks_of(house: House, case_no: str) -> list[Task]:
    with house.door.read(SYSTEM) as view:
        return queries.tasks_of(view.connection, f"case:{case_no}")


def act(site: Site, account: str, id: str, word: str) -> Form:
    return site.visitor(account).open(f"/tasks/{id}").form(f"/tasks/{id}/{word}", css="#handing form")


def errors(page: Page) -> list[str]:
    return page.each(".yc-errors__list li")


def test_each_person_is_offered_what_the_rules_allow(site: Site):
    _, id = held(site.house)

    def offered(account: str) -> list[str]:
        return acts(site.visitor(account).open(f"/tasks/{id}"))

    assert offered("D11") == ["transfer", "delegate", "copies"]
    assert offered("D12") == ["transfer", "copies", "urges"]
    assert offered("D13") == ["copies"]
    assert offered("L31") == ["copies", "urges"]
    assert offered("W01") == ["copies", "urges"]  # who received it
    assert offered("W03") == ["copies"]
    assert offered("S51") == ["urges"]
    assert offered("U81") == []
    # Where there are choices, they are people who may be chosen.
    page = site.visitor("D11").open(f"/tasks/{id}")
    assert [one.get("value") for one in page.all("#f-transfer_to option")] == ["", "X91", "X92"]
    assert [one.get("value") for one in page.all("#f-delegate_to option")] == ["", "D12", "D13", "X91", "X92"]
    with site.house.door.read(SYSTEM) as view:
        assert departments_at(view.connection, f"case:{id.rpartition('-')[0]}") == {"market", "center"}
    to = {one.get("value") for one in page.all("#f-copy_to option")}
    assert {"D12", "L31", "W01", "S51", "U81"} <= to and not {"D11", "D21", "A01", "P61"} & to


def test_a_transfer_wants_a_receiver_and_a_reason_at_the_fields_and_then_goes_through(site: Site):
    case_no, id = held(site.house)
    assert errors(act(site, "D11", id, "transfer").press()) == ["请选择转办给谁。"]
    page = act(site, "D11", id, "transfer").set(transfer_to="X92").press()
    assert (page.status, errors(page)) == (422, ["请填写转办的理由。"])
    assert page.all("#f-transfer_to option[selected]")[0].get("value") == "X92"
    assert page.all("#handing details[open]") != []
    done = act(site, "D11", id, "transfer").set(transfer_to="X92", transfer_reason="参加培训").press()
    assert "已转办。" in done.main
    assert site.house.task(case_no, "ut_substantive").holder == "X92"
    assert "转办：“实质审查”由 市监审查员 交给 双岗人员" in site.visitor("D11").open(f"/cases/{case_no}").main
    assert "把“实质审查”转办给您：参加培训" in site.visitor("X92").open("/").words("aside")


def test_the_delegate_prepares_and_gives_back_what_stands_in_the_form_and_the_holder_reads_it(site: Site):
    house, (case_no, id) = site.house, held(site.house)
    done = act(site, "D11", id, "delegate").set(delegate_to="D13", delegate_text="先核对材料").press()
    assert "已委派，您仍负责办理。" in done.main and "已委派给 市监档案员 准备" in done.main
    assert done.all("form.yc-form") == []
    box = site.visitor("D13").open("/inbox/delegated")
    assert "市监审查员：先核对材料" in box.main and "安阳测试餐饮有限公司" in box.main
    page = site.visitor("D13").open(f"/tasks/{id}")
    assert "市监审查员委派您准备这一环节：先核对材料" in page.main and "由市监审查员提交并负责" in page.main
    form = page.form(f"/tasks/{id}", css="form.yc-form")
    assert [one.get("value") for one in page.all(".yc-bar button")] == ["return", "draft"]
    assert "已暂存" in form.set(findings="缺一页").press("draft").main
    form = site.visitor("D13").open(f"/tasks/{id}").form(f"/tasks/{id}", css="form.yc-form")
    back = form.set(findings="缺一页，已电话告知", _return_note="请核对第三页").press("return")
    assert "已归还" in back.main and "没有委派给您的待办" in back.main
    mine = site.visitor("D11").open(f"/tasks/{id}")
    assert "市监档案员的草稿" in mine.main and "缺一页，已电话告知" in mine.main
    assert "已归还：请核对第三页" in mine.main
    assert house.task(case_no, "ut_substantive").holder == "D11"
    # What the delegate has no more is told so, and a sent answer does not get through.
    late = form.put("_key", "0" * 32).set(findings="晚了").press("return")
    assert (late.status, "不在您手中" in late.main) == (409, True)


def test_what_was_asked_is_taken_back_given_on_and_returned_by_the_small_forms_too(site: Site):
    _, id = held(site.house)
    house = site.house
    house.execute("D11", DelegateTask(task_id=id, to_account="D13"))
    page = site.visitor("D13").open(f"/tasks/{id}").form(f"/tasks/{id}/delegate", css="#handing form")
    onward = page.set(delegate_to="X92").press()
    assert "已再委派给双岗人员" in site.visitor("D13").open("/inbox/delegated").main
    last = site.visitor("X92")
    circle = last.open(f"/tasks/{id}")
    assert [one.get("value") for one in circle.all("#f-delegate_to option")] == [
        "",
        "D12",
        "X91",
    ]  # nobody of the chain
    tampered = act(site, "X92", id, "delegate")
    tampered.put("delegate_to", "D11")
    refused = tampered.press()
    assert (refused.status, "就成了循环" in refused.main) == (409, True)
    house.execute("X92", SaveDraft(task_id=id, data={"findings": "看过"}))
    csrf = circle.all("input[name=_csrf]")[0].get("value")
    back = last.send(f"/tasks/{id}/delegation/return", {"_csrf": csrf, "return_note": "看过了"})
    assert "已归还" in back.main
    assert last.send(f"/tasks/{id}/delegation/return", {"_csrf": csrf}).status == 409
    assert "收回委派" in onward.main
    recalled = act(site, "D11", id, "delegation/recall").press()
    assert "已收回" in recalled.main and "还没有人签收" not in recalled.main
    assert site.visitor("D13").open("/inbox/delegated").each("tbody tr") == []


def test_a_copy_stands_in_the_box_until_it_is_read_and_leads_to_the_task(site: Site):
    _, id = held(site.house)
    assert errors(act(site, "D11", id, "copies").press()) == ["请选择抄送给谁。"]
    form = act(site, "D11", id, "copies").set(copy_note="请关注时限")
    form.put("copy_to", "D12")
    assert "已抄送。" in form.press().main
    inbox = site.visitor("D12").open("/")
    assert inbox.words("nav.yc-tabs").endswith("委派给我的0件抄送我的1件未读")
    box = site.visitor("D12").open("/inbox/copies")
    assert "市监审查员：请关注时限" in box.main and "未读" in box.main
    assert box.all(f"a[href='/tasks/{id}']") != []
    read = box.form("/inbox/copies/read").press()
    assert "以上标为已读" not in read.main and "市监审查员：请关注时限" in read.main
    out = act(site, "D11", id, "copies")
    out.put("copy_to", "D21")
    refused = out.press()
    assert (refused.status, "不能查看本件，不能抄送" in refused.main) == (409, True)
    assert "没有抄送给您的办件" in site.visitor("S51").open("/inbox/copies").main


def test_a_copy_of_a_case_that_went_out_of_sight_shows_nothing_of_it(site: Site):
    _, id = held(site.house)
    site.house.execute("D11", SendCopies(task_id=id, to_accounts=("L31",)))
    with site.house.unit("account:L31") as unit:
        from engine.registry.identity.accounts.queries import end_grant
        from engine.registry.identity.queries import put_grant

        put_grant(unit, "L31", "lead_coordinator", "health")
        end_grant(unit, "L31", "lead_coordinator", "market")
    site.house.wait(seconds=1)
    box = site.visitor("L31").open("/inbox/copies")
    assert "您现在不能查看本件" in box.main and "安阳测试餐饮" not in box.main
    assert box.all(f"a[href='/tasks/{id}']") == []


def test_T081_urging_is_one_press_and_a_third_one_is_told_to_wait(site: Site):
    case_no, id = held(site.house)
    assert "已催办，记录入卷。" in act(site, "L31", id, "urges").press().main
    second = act(site, "L31", id, "urges").set(urge_text="今日内出具意见").press()
    assert "牵头协调员催市监审查员办理：今日内出具意见（只记录入卷）" in second.words("#handing")
    third = act(site, "L31", id, "urges").press()
    assert (third.status, "您已催办“实质审查”2 次" in third.main) == (409, True)
    told = site.visitor("S51").open(f"/cases/{case_no}").main
    assert told.count("催办（第") == 2
    assert site.visitor("D11").open("/messages").main.count("催办“实质审查”") == 1


def test_the_substitute_finds_the_absent_hands_tasks_and_the_story_names_both(site: Site):
    house, (case_no, id) = site.house, held(site.house)
    command = RegisterLeave(
        account="D11", substitute="D13", from_day="2026-03-02", until_day="2026-03-03", reason="病假"
    )
    house.execute("D12", command)
    inbox = site.visitor("D13").open("/?box=mine")
    assert "代 市监审查员" in inbox.main
    page = site.visitor("D13").open(f"/tasks/{id}")
    assert "市监审查员请假，由您代理（已由市监审查员签收）" in page.words(".yc-note")
    page.form(f"/tasks/{id}").press("claim")
    assert "市监档案员 代 市监审查员" in site.visitor("D12").open(f"/tasks/{id}").words("aside")
    house.complete("D13", case_no, "ut_substantive", {"findings": "真实有效", "site_visit": "yes"})
    case = site.visitor("D12").open(f"/cases/{case_no}")
    assert "市监档案员 代 市监审查员" in case.words(".yc-story")
    process = next(one.process for one in tasks_of(house, case_no) if one.id == id)
    drawn = site.visitor("D12").open(f"/cases/{case_no}?process={process}")
    assert "市监档案员 代 市监审查员" in drawn.words("#diagram")
    assert "市监档案员 代 市监审查员" in site.visitor("U81").open(f"/cases/{case_no}/journal").main


@pytest.mark.parametrize("account", ["D11", "D12", "A02"])
def test_a_leave_is_registered_revoked_and_refused_on_one_page(site: Site, account: str):
    page = site.visitor(account).open("/leave")
    form = page.form("/leave", css="form.yc-form")
    assert errors(form.set(account="", substitute="").press()) == ["请选择请假人。", "请选择代理人。"]
    form = site.visitor(account).open("/leave").form("/leave", css="form.yc-form").set(account="D11", substitute="D13")
    wrong = form.set(from_day="2026-03-05", until_day="2026-03-04", reason="年休假").press()
    assert errors(wrong) == ["结束日期早于开始日期，请改正。"]
    done = form.set(from_day="2026-03-02", until_day="2026-03-04", reason="年休假").press()
    assert "已登记" in done.main and "请假中" in done.main
    assert "您正在代理 市监审查员（审查员）" in site.visitor("D13").open("/leave").main
    form = site.visitor(account).open("/leave").form("/leave", css="form.yc-form").set(account="D11", substitute="X92")
    again = form.set(from_day="2026-03-04", until_day="2026-03-05", reason="年休假").press()
    assert (again.status, "已经登记请假" in again.main) == (409, True)
    gone = site.visitor(account).open("/leave").form(css="main td form").press()
    assert "已撤销" in gone.main
    assert site.house.actor("D13").stands_in == ()


def test_nobody_sees_the_leaves_of_another_department(site: Site):
    days = {"from_day": "2026-03-02", "until_day": "2026-03-04"}
    site.house.execute("D11", RegisterLeave(account="D11", substitute="D13", reason="病假", **days))
    for account in ("D22", "W01", "X91"):
        assert "病假" not in site.visitor(account).open("/leave").main
    seen = site.visitor("D13").open("/leave")
    assert "病假" in seen.main and seen.all("main td form") == []  # the substitute sees it, and cannot revoke it
