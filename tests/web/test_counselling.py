"""首问登记, 咨询与呼叫, 补录与到场: the small pages beside the process, each with its refusals at the field."""

from __future__ import annotations

from tests.support.house import COMPANY, PERSON
from tests.support.site import Page, Site, Visitor

ASKED = {"name": "李秀兰", "phone": "13900001111", "about": "想开一家小餐馆，要办哪些证？", "item_code": "I06"}


def recorded(visitor: Visitor) -> Page:
    return visitor.open("/contacts").form("/contacts").set(**ASKED).press()


def errors(page: Page) -> list[str]:
    return page.each(".yc-errors__list li")


def test_T033_a_contact_is_recorded_transferred_accepted_and_answered(site: Site):
    page = recorded(site.visitor("W01"))
    assert page.heading.startswith("首问登记 SW20260302")
    assert "李*兰" in page.main and "13900001111" not in page.main
    page = page.form(page.path, css="main form").set(to_account="W02").press("transfer")
    assert "拟转交 受理员二，待接收" in page.main
    other = site.visitor("W02").open(page.path)
    taken = other.form(page.path).press("accept")
    assert "受理员二 接收，此后由其负责" in taken.main
    done = taken.form(page.path).set(answer="请备齐材料到窗口办理").press("answer")
    assert "已答复" in done.words(".yc-status")


def test_T033_a_contact_becomes_an_application_by_one_click(site: Site):
    visitor = site.visitor("W01")
    page = recorded(visitor)
    link = next(one.get("href") for one in page.all("aside a") if "转为申请" in one.text_content())
    form = visitor.open(link).form("/applications/new")
    assert form.values["applicant_name"] == "李秀兰"
    assert form.set(id_no="41050219850612002X").press("submit").heading == "形式审查"
    assert "已转为申请" in visitor.open(page.path).words(".yc-status")


def test_what_is_missing_is_told_at_the_field_and_in_a_summary(site: Site):
    page = site.visitor("W01").open("/contacts").form("/contacts").set(name="王", phone="1").press()
    assert page.status == 422
    assert len(errors(page)) == 3
    assert page.all("#f-phone")[0].get("aria-invalid") == "true"
    asked = site.visitor("W01").open("/consultations").form("/consultations").press()
    assert (asked.status, len(errors(asked))) == (422, 3)


def test_a_contact_that_is_not_ones_own_has_no_buttons_and_strangers_do_not_find_it(site: Site):
    page = recorded(site.visitor("W01"))
    assert site.visitor("W02").open(page.path).all("main form") == []
    assert site.visitor("D11").open(page.path).status == 404
    assert site.visitor("W01").open("/contacts/SW0").status == 404
    refused = site.visitor("W02").send(page.path, {"_act": "answer", "answer": "代答", "_csrf": ""})
    assert refused.status == 403


def test_T046_a_consultation_is_asked_seen_by_both_and_answered(site: Site):
    case_no = site.house.receive("W01", "I02", COMPANY)
    form = site.visitor("W01").open(f"/consultations?case_no={case_no}").form("/consultations")
    assert form.values["case_no"] == case_no
    asked = form.set(department="market", title="油烟净化", content="是否必须单独安装？").press()
    assert asked.heading == "油烟净化"
    reader = site.visitor("D11")
    assert asked.path in [one.get("href") for one in reader.open("/").all("aside a")]
    page = reader.open(asked.path)
    assert page.form(page.path).press().status == 422
    done = page.form(page.path).set(answer="须安装").press()
    assert "已答复" in done.main
    assert site.visitor("D21").open(asked.path).status == 404
    assert "油烟净化 已答复" in site.visitor("W01").open(f"/cases/{case_no}").words("aside")


def test_T047_an_entrusted_item_offers_the_call_and_the_department_answers(site: Site):
    page = site.visitor("W01").open("/applications/new/I10")
    called = page.form("/calls").set(purpose="entrusted").press()
    assert called.heading == "呼叫安阳市城市管理局"
    answer = site.visitor("D31").open(called.path).form("/calls")
    assert "请选择回应方式" in answer.press().main
    assert "用时 0 分钟" in answer.set(way="phone").press().main


def test_T047_a_call_for_an_item_that_is_not_entrusted_is_refused_with_the_way_out(site: Site):
    page = site.visitor("W01").open("/applications/new/I02").form("/calls").set(purpose="entrusted").press()
    assert page.status == 409
    assert "不是委托收件" in page.main


def test_T023_the_supervisor_approves_a_back_record_and_only_then_it_starts(site: Site):
    site.house.at(2026, 3, 4, 10)
    visitor = site.visitor("W01")
    form = visitor.open("/applications/new/I06").form("/applications/new").set(
        applicant_name="王建国", id_no="410502199003070010", phone="13800001234", received_at="2026-03-02T09:30",
        offline="on", offline_register_no="纸-17", offline_reason="停电",
    )  # fmt: skip
    page = form.press("submit")
    assert page.words(".yc-status") == "补录待审批"
    assert "没有等待办理的环节" in page.main
    case_no = page.path.split("/")[-1]
    boss = site.visitor("S51")
    assert case_no[31:] in boss.open("/back-records").main
    form = boss.open(f"/cases/{case_no}/back-record").form(f"/cases/{case_no}/back-record")
    assert "须写明理由" in form.press("refuse").main
    assert "形式审查" in form.press("approve").main
    assert "没有待审批的补录" in boss.open("/back-records").main


def test_T028_a_visit_is_noted_at_the_counter_with_its_reason(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    visitor = site.visitor("W01")
    form = visitor.open(f"/cases/{case_no}/visits").form(f"/cases/{case_no}/visits")
    assert form.press().status == 422
    page = form.set(reason="补交照片").press()
    assert "2 次" in page.words("aside") and "到场：补交照片" in page.words("aside")


def test_T031_and_T072_the_case_page_tells_of_the_agent_and_the_mail(site: Site):
    letter = site.house.upload("W01", "授权委托书.pdf")
    answer = {
        **PERSON, "by_agent": True, "agent_name": "李秀兰", "agent_id_no": "41050219850612002X",
        "agent_phone": "13900001111", "agent_letter": [letter], "channel": "4", "mail_no": "EMS1",
        "mail_witness": "W02", "mail_listed": 2, "mail_found": 1, "remote_mode": "collect", "receive_region": "410581",
    }  # fmt: skip
    case_no = site.house.receive("W01", "I06", answer)
    told = site.visitor("W01").open(f"/cases/{case_no}").words("aside.yc-aside")
    assert "代办人李*兰" in told and "410502********002X" in told and "授权委托书1 份" in told
    assert "缺 1 份，待补" in told and "收件地林州市" in told and "代收代办" in told
