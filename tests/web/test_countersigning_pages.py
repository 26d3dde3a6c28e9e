"""会签, 退回 and 撤回 on their pages, without a script: what is offered, what it leads to, and what is refused."""

from __future__ import annotations

from engine.process.tasks.commands import ClaimTask, SaveDraft
from engine.process.tasks.countersigning.commands import AskCountersigning, SignTask
from engine.process.tasks.countersigning.queries import rounds_of
from engine.process.tasks.countersigning.rules import Round
from engine.registry.identity.rules import SYSTEM
from tests.engine.process.test_returning import done, elements, reviewed
from tests.support.house import House
from tests.support.site import Form, Page, Site


def deciding(house: House) -> str:
    """Return the task of a decision that the head of market has taken, with something typed."""
    case_no = reviewed(house)
    task = house.task(case_no, "ut_head_decide").id
    house.execute("D12", ClaimTask(task_id=task))
    house.execute("D12", SaveDraft(task_id=task, data={"decision": "grant", "opinion": "拟准予"}))
    return task


def tick(form: Form, *accounts: str) -> Form:
    form.values.setlist("signer", accounts)
    return form


def forms(page: Page, at: str) -> list[Form]:
    return [Form(page, one) for one in page.all("main form") if one.get("action") == at]


def last(house: House, task: str) -> Round:
    with house.door.read(SYSTEM) as view:
        return rounds_of(view.connection, task)[-1]


def test_the_holder_asks_in_order_and_each_signs_on_one_page_that_shows_case_and_draft(site: Site):
    house, task = site.house, deciding(site.house)
    head = site.visitor("D12")
    assert "提请会签" in head.open(f"/tasks/{task}").main
    form = head.open(f"/tasks/{task}/countersigning").form(f"/tasks/{task}/countersigning")
    tick(form, "D11", "D13").put("order:D13", "1").put("order:D11", "2")
    page = form.set(mode="in_order", others="W02", question="卫生距离是否符合要求", with_draft="1").press("ask")
    assert "已登记" in page.main and "依次会签" in page.main
    assert [one.account for one in last(house, task).signers] == ["D13", "D11", "W02"]
    assert "等待 市监档案员 签署" in head.open(f"/tasks/{task}").main
    signer = site.visitor("D13")
    assert signer.open("/").each("a[href='/countersignings'] .yc-count") == ["1件"]
    assert "请您会签这一待办" in signer.open(f"/tasks/{task}").main
    assert signer.open("/countersignings").each("tbody th") == ["业务负责人依法作出处理决定"]
    page = signer.open(f"/tasks/{task}/countersigning")
    # Case, question and draft are there to be read; nothing of the form can be changed.
    assert "卫生距离是否符合要求" in page.main and "拟准予" in page.main and "营业执照" in page.words("aside")
    assert page.all("[name='decision']") == []
    sign = page.form(f"/tasks/{task}/signature")
    refused = sign.press()
    assert (refused.status, "请选择同意或者不同意" in refused.main) == (422, True)
    page = sign.set(verdict="agree", opinion="符合", basis="第三十三条", conditions="补交平面图").press()
    assert "符合" in page.main and "条件：补交平面图" in page.main
    assert signer.open("/countersignings").each("tbody th") == []
    # The turn is the next one's; who is not asked reads and signs nothing.
    assert site.visitor("D11").open(f"/tasks/{task}/countersigning").all("[name='verdict']") != []
    assert site.visitor("W02").open(f"/tasks/{task}/countersigning").all("[name='verdict']") == []


def test_the_holder_adds_removes_calls_off_and_is_told_what_cannot_be(site: Site):
    house, task = site.house, deciding(site.house)
    house.execute("D12", AskCountersigning(task_id=task, mode="all", signers=("D11",)))
    head, at = site.visitor("D12"), f"/tasks/{task}/countersigning"
    remove, add, off = forms(head.open(at), at)
    refused = remove.press("remove:D11")
    assert (refused.status, "最后一位待签署" in refused.main) == (409, True)
    assert "不能查看本件" in add.set(others="D61").press("add").main
    assert "市监档案员" in tick(add.set(others=""), "D13").press("add").main
    assert "已减签" in forms(head.open(at), at)[0].press("remove:D11").main
    refused = off.press("call_off")
    assert (refused.status, "请写明撤销会签的理由" in refused.main) == (422, True)
    assert "理由：改为集体研究" in off.set(reason="改为集体研究").press("call_off").main
    assert last(house, task).state == "called_off"
    form = head.open(at).form(at)
    assert "请选择会签方式" in tick(form.set(mode="ratio", percent=""), "D13").press("ask").main
    assert "再次提请会签" in head.open(at).main


def test_a_submission_waits_for_the_signatures_and_keeps_what_was_typed(site: Site):
    house, task = site.house, deciding(site.house)
    house.execute("D12", AskCountersigning(task_id=task, mode="any", signers=("D13",)))
    form = site.visitor("D12").open(f"/tasks/{task}").form(f"/tasks/{task}")
    page = form.set(opinion="准予").press("submit")
    assert (page.status, "会签还没有结果" in page.main, "准予" in page.main) == (409, True, True)
    house.execute("D13", SignTask(task_id=task, verdict="disagree", opinion="距离不足"))
    page = site.visitor("D12").open(f"/tasks/{task}")
    assert "会签不同意" in page.main
    assert page.form(f"/tasks/{task}").press("submit").status == 200


def test_a_task_is_sent_back_from_its_page_for_a_reason(site: Site):
    house, task = site.house, deciding(site.house)
    case_no = task.rpartition("-")[0]
    head, at = site.visitor("D12"), f"/tasks/{task}/send-back"
    assert "退回到前面的环节" in head.open(f"/tasks/{task}").main
    page = head.open(at)
    assert len(page.all("[name='to']")) == 2
    assert "纸质材料交接签收" in page.main and "不能重来" in page.main
    refused = page.form(at).press()
    assert (refused.status, "请写明退回的理由" in refused.main) == (422, True)
    page = page.form(at).set(to=done(house, case_no, "ut_substantive").id, reason="依据不足").press()
    assert "退回“实质审查”：依据不足" in page.main
    assert elements(house, case_no) == ["ut_substantive"]
    again = house.task(case_no, "ut_substantive").id
    page = site.visitor("D11").open(f"/tasks/{again}/send-back")
    assert "没有可以退回的环节：“纸质材料交接签收”已经出具文书" in page.main
    assert page.all("[name='reason']") == []
    # Who does not hold it reads where it could go, and is told to take it first.
    assert "请先签收" in site.visitor("X92").open(f"/tasks/{again}/send-back").main


def test_the_last_step_is_taken_back_from_the_case_s_page_with_its_answer(site: Site):
    house = site.house
    case_no = house.accepted_commitment()
    house.complete("D11", case_no, "ut_substantive", {"findings": "误点了无需踏勘", "site_visit": "no"})
    task = done(house, case_no, "ut_substantive").id
    mine, at = site.visitor("D11"), f"/tasks/{task}/withdraw"
    page = mine.open(f"/cases/{case_no}")
    assert page.each(f"a[href='{at}']") == ["撤回刚办结的“实质审查”"]
    assert site.visitor("X92").open(f"/cases/{case_no}").all(f"a[href='{at}']") == []
    assert "不是您刚办完的环节" in site.visitor("X92").open(at).main
    page = mine.open(at).form(at).press()
    again = page.form(f"/tasks/{house.task(case_no, 'ut_substantive').id}")
    assert again.values["findings"].strip() == "误点了无需踏勘"
    house.complete("D11", case_no, "ut_substantive", {"findings": "再审", "site_visit": "no"})
    house.execute("X92", ClaimTask(task_id=house.task(case_no, "ut_dept_opinion").id))
    task = done(house, case_no, "ut_substantive").id
    assert mine.open(f"/cases/{case_no}").all(f"a[href='/tasks/{task}/withdraw']") == []
    assert "签收" in mine.open(f"/tasks/{task}/withdraw").main
    assert house.violations() == []
