"""The rest of the counter's day in the filled house: questions, calls, messages, records, links, views."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import forms
from engine.casework.cases.barring.commands import BarApplicant, LiftBarring
from engine.casework.cases.sharing.commands import ShareMaterials
from engine.casework.cases.views.commands import SaveView
from engine.casework.counselling.commands import (
    AnswerCall,
    AnswerConsultation,
    AskDepartment,
    CallDepartment,
    CloseContact,
    RecordContact,
    TransferContact,
)
from engine.casework.issuance.sms.queries import recent_messages
from engine.casework.tracking.queries import code_of
from engine.foundation.vault import Vault, token_hash
from engine.oversight.audit.desk.commands import DrawSample
from engine.oversight.audit.desk.sampling import draw
from engine.oversight.audit.findings.commands import SettleFinding, WriteFinding
from engine.oversight.audit.reexecution.commands import AskReexecution, Found, KeepReexecution, NoteReexecuted
from engine.oversight.audit.reexecution.queries import claim
from engine.oversight.orders.commands import AnswerOrder, CloseOrder, IssueOrder
from engine.oversight.publishing.drafting.commands import CommentDraft
from engine.oversight.publishing.migrating.commands import ChooseCases
from engine.oversight.rehearsal.commands import AskTests
from engine.oversight.standstill.commands import ApproveStandstill, DraftStandstill
from engine.oversight.supervision.cards.commands import AppealCard
from engine.process.bpmn.releases.queries import releases_of
from engine.process.clocks.ladder.commands import DraftLadder
from engine.process.clocks.ladder.rules import SEED, body_of
from engine.process.clocks.queries import MAX_ATTEMPTS, deadlines_of
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.copying.commands import SendCopies
from engine.process.tasks.handing.commands import DelegateTask
from engine.process.tasks.incidents.commands import ResolveIncident
from engine.process.tasks.incidents.queries import raise_incident
from engine.process.tasks.incidents.rules import limit_title, never_came
from engine.process.tasks.messages.commands import SendMessage
from engine.process.tasks.phone.commands import OpenPhoneLink
from engine.process.tasks.urging.commands import UrgeTask
from engine.registry.identity.leave.commands import RegisterLeave
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.engine.oversight.publishing.test_releases import shipped
from tests.support.calendars import draft
from tests.support.cards import carded
from tests.support.drafting import approve, drafted, submitted
from tests.support.failing import give_up
from tests.support.figures import change_figure, draft_figure
from tests.support.filled import people as who
from tests.support.house import House
from tests.support.rehearsing import ACCEPTING, asked, kept, script, walked
from yichuang.conforming import hold_all
from yichuang.rehearsing.house import Workshop
from yichuang.standing_still import carry_out

SAMPLED = ("under review", "late", "formal", "joint", "denied")
"""Cases of which a sample was drawn."""

PHONE_TOKEN = "filled-house-telephone-token-000"


def furnish_desks(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    """Do what the desks do beside the process; return numbers and tokens by name."""
    at = _questions(house, cases)
    at |= _calls(house, cases)
    at |= _records(house, cases)
    at |= _orders(house, cases)
    at |= _standstills(house)
    at |= _executed_again(house, cases)
    _handed(house, cases)
    at["calendar draft"] = str(draft(house).id)
    at |= _supervised(house, cases)
    change_figure(house, "uncollected", 10, effective="2027-01-04")
    at["policy draft"] = str(draft_figure(house, "correction_notice", 3).id)
    at |= _designed(house)
    _messages(house, cases)
    house.execute("D11", ShareMaterials(
        case_no=cases["under review"], department="fire", numbers=(2,), purpose="营业前消防安全检查"))  # fmt: skip
    view = SaveView(name="今日到期的承诺件", list="cases", filters={"type": "commitment"})
    house.execute("W01", view)
    link = OpenPhoneLink(
        field="materials[0].files", title="居民身份证", about="社会保障卡补领", token_hash=token_hash(PHONE_TOKEN)
    )  # fmt: skip
    at["phone link"] = str(house.execute("W01", link)["link_id"])
    at["phone token"] = PHONE_TOKEN
    at |= _failures(house, cases)
    at |= _rehearsals(house)
    at |= _chosen(house, cases)
    at |= _audited(house, cases)
    hold_all(house.door)
    return at | _secrets(house, cases)


def _designed(house: House) -> dict[str, str]:
    """A draft with a broken file and a remark, one that waits for a second person, and one that is released."""
    broken = shipped("route_commitment").replace('role="dept_reviewer"', 'role="nobody"')
    plan = (library.SHIPPED / "items" / "I13.json").read_text("utf-8")
    open_one = drafted(house, ("process", "route_commitment", broken), ("item", "I13", plan))
    remark = CommentDraft(draft_id=open_one, kind="process", name="route_commitment", element_id="ut_substantive",
                          text="岗位写错了，请核对")  # fmt: skip
    house.execute("P62", remark)
    form = forms.source("substantive_review").decode().replace("审查", "核查", 1)
    waiting = submitted(house, ("form", "substantive_review", form))
    spaced = shipped("keeping").replace("</bpmn:process>", "\n</bpmn:process>")
    released = submitted(house, ("process", "keeping", spaced))
    approve(house, released)
    return {"draft": open_one, "draft in review": waiting, "draft released": released}


def _audited(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    """What the auditor noted: a finding that is open, a note that is settled; and a sample of three cases."""
    case_no = cases["under review"]
    written = WriteFinding(
        case_no=case_no, kind="finding", severity="major", basis="4.1.6 受审分离", seq=3,
        text="受理与材料登记在同一分钟内完成，请核对是否当场审查了材料。",
    )  # fmt: skip
    note = WriteFinding(case_no=case_no, kind="note", text="整件办件的现场核查照片齐全。")
    finding, settled = (str(house.execute("U81", one)["id"]) for one in (written, note))
    house.execute("U81", SettleFinding(id=int(settled), reason="已核实，无需另行处理"))
    numbers, seed = sorted({one for name, one in cases.items() if name in SAMPLED}), "5eed" * 8
    drawn = draw(numbers, 3, seed)
    sample = DrawSample(
        purpose="年度审计抽查", question={}, seed=seed, size=3, population=drawn.population, digest=drawn.digest,
        drawn=drawn.numbers,
    )  # fmt: skip
    return {"finding": finding, "finding settled": settled, "sample": str(house.execute("U81", sample)["id"])}


def _chosen(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    """A batch of one case that is to go on with the newest release, and has not been worked on."""
    case = house.case(cases["under review"])
    with house.door.read(SYSTEM) as view:
        newest = releases_of(view.connection, case.item_code)[0].number
    command = ChooseCases(
        item_code=case.item_code, number=newest, case_nos=(case.case_no,), reason="按新修订的办法办理"
    )
    batch = str(house.execute("P61", command)["batch"]).partition(":")[2]
    return {"item": case.item_code, "newest release": str(newest), "batch": batch}


def _questions(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    def recorded(name: str, phone: str, about: str, **more: str) -> str:
        return str(house.execute("W01", RecordContact(name=name, phone=phone, about=about, **more))["number"])

    mine = recorded("高先生", "13800001234", "想在中华路开一家小餐馆，要办哪些证？房子是租的，合同还没有备案。")
    offered = recorded("何女士", "13900002222", "老年人优待证能不能由子女代办？", item_code="I08")
    house.execute("W01", TransferContact(number=offered, to_account="D11"))
    closed = recorded("周先生", "13700003333", "社会保障卡丢了怎么补？", item_code="I06")
    answer = "带身份证到社保医保综合窗口当场补领，不收费；委托他人的，另带委托书和受托人身份证。"
    house.execute("W01", CloseContact(number=closed, answer=answer))

    def asked(title: str, content: str, **more: str) -> str:
        command = AskDepartment(department="market", title=title, content=content, **more)
        return str(house.execute("W01", command)["number"])

    waiting = asked("油烟净化设备的要求", "商场内小餐饮是否必须单独安装油烟净化设备？", case_no=cases["formal"])
    answered = asked("连锁门店能否共用一份制度文本", "总部统一制定的食品安全制度，分店是否可以直接提交？")
    house.execute("D11", AnswerConsultation(number=answered, answer="可以，须加盖总部印章并注明适用门店。"))
    return {"contact": mine, "contact offered": offered, "contact closed": closed, "consultation": waiting,
            "consultation answered": answered}  # fmt: skip


def _calls(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    waiting = CallDepartment(item_code="I10", case_no=cases["extension asked"])
    guidance = CallDepartment(item_code="I02", purpose="guidance", request="申请人咨询布局图怎样画")
    done = str(house.execute("W01", guidance)["number"])
    house.wait(minutes=8)
    house.execute("D11", AnswerCall(number=done, way="onsite", conclusion="布局图已指导，可以收件"))
    return {"call": str(house.execute("W01", waiting)["number"]), "call answered": done}


def _records(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    def barred(firm: Mapping[str, str], reason: str, until: str) -> str:
        command = BarApplicant(
            applicant_kind="organisation", applicant_name=firm["applicant_name"], id_kind="uscc", id_no=firm["id_no"],
            source="deficiency", reason=reason, basis="《容缺受理承诺书》第三条", until=until,
        )  # fmt: skip
        return str(house.execute("D12", command)["number"])

    now = barred(who.TEA, "承诺十个工作日内补齐食品安全规章制度文本，逾期未补齐。", "2026-09-01")
    lifted = barred(who.CANTEEN, "逾期未补齐制度文本", "2026-06-01")
    house.execute("S51", LiftBarring(number=lifted, reason="已补齐，经现场核实"))
    return {"barring": now, "barring lifted": lifted}


def _handed(house: House, cases: Mapping[str, str]) -> None:
    """Let a task be prepared by a colleague, urged and copied, and somebody be on leave soon."""
    soon, review = house.task(cases["soon"], "ut_plan_visit"), house.task(cases["under review"], "ut_substantive")
    if soon.holder != "D11":
        house.execute("D11", ClaimTask(task_id=soon.id))
    house.execute("D11", DelegateTask(task_id=soon.id, to_account="D13", text="先与申请人约好时间，再填地点和人员。"))
    for said in ("申请人已来电两次，请今日内出具意见。", ""):
        house.execute("L31", UrgeTask(task_id=review.id, text=said))
    house.execute("L31", SendCopies(task_id=review.id, to_accounts=("D12", "W01"), note="下周一会商，请先看材料。"))
    house.execute("W01", SendCopies(task_id=review.id, to_accounts=("D12",)))
    days = {"from_day": "2026-03-09", "until_day": "2026-03-11"}
    house.execute("D12", RegisterLeave(account="D11", substitute="X92", reason="参加业务培训", **days))


def _supervised(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    """Give a department two cards, one of them appealed against, and draft a ladder."""
    given, appealed = carded(house, cases["late"]), carded(house, cases["under review"], "EM-AGAIN")
    house.execute("D12", AppealCard(card_id=appealed, reason="当日系统停机两小时，附停机记录，请予撤销。"))
    rules = tuple(body_of(rule) for rule in SEED if rule.clock_kind == "commitment")[:2]
    made = house.execute("A01", DraftLadder(clock_kind="commitment", rules=rules, reason="试行期间不督办"))
    return {"card": str(given), "card appealed": str(appealed), "ladder draft": str(made["draft"])}


def _orders(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    def ordered(case: str, content: str) -> str:
        return str(house.execute("S51", IssueOrder(case_no=cases[case], content=content))["id"])

    waiting = ordered("late", "承诺时限已经届满，请说明原因、责任人和完成的日期。")
    given = ordered("under review", "实质审查已超过三个工作日，请尽快安排现场核查。")
    done = ordered("under review", "申请对象来电催问，请当日与其联系。")
    text = "已与申请对象约定核查时间，核查后一个工作日内提出审查意见。"
    for id in (given, done):
        house.execute("D12", AnswerOrder(id=id, text=text, promised_on="2026-12-31"))
    house.execute("S51", CloseOrder(id=done, result="已联系申请对象，对方表示满意。"))
    return {"order": waiting, "order answered": given, "order closed": done}


def _standstills(house: House) -> dict[str, str]:
    """Let the cases of one item stand still, and draft a standstill of all."""
    storm = DraftStandstill(reason="特大暴雨，全市停止办公", document_no="安政办〔2026〕18号", from_day="2026-03-02")
    still = str(house.execute("S51", replace(storm, items=("I08",), reason="系统割接，暂停办理老年人优待证"))["id"])
    house.execute("C01", ApproveStandstill(id=int(still)))
    carry_out(house.door)
    return {"standstill in force": still, "standstill": str(house.execute("A01", storm)["id"])}


def _executed_again(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    """Have the cases of an item executed again, one of which differs; let all of them wait; and one by itself."""
    case_no = cases["under review"]
    run = int(house.execute("U81", AskReexecution(item=house.case(case_no).item_code))["id"])
    with house.door.housekeeping() as connection:
        now = house.clock.now()
        claim(connection, "here", now, now)
    # No case of this house differs: what would be found is put here as the worker would tell it.
    told = "第 12 条（时限）：应为按工作日历第 1 版计算的到期日 2026-03-16，记录为 2026-03-13"
    found = Found(case_no=case_no, outcome="differs", lines=11, seq=12, ground="calendar", sentence=told)
    batch = NoteReexecuted(
        id=run, after="", cursor="9", total=3, identical=2, lines=97, found=(found,), done=True
    )  # fmt: skip
    house.door.execute(batch, SYSTEM, key="filled-reexecution")
    whole = Found(case_no=case_no, outcome="identical", lines=11, sentence="逐条一致，至第 11 条")
    house.execute("U81", KeepReexecution(found=whole))
    return {"reexecution": str(run), "waiting run": str(house.execute("U81", AskReexecution())["id"])}


def _rehearsals(house: House) -> dict[str, str]:
    """Keep a script and walk it; rehearse one by hand that may go on, and one that could not."""
    kept(house, script(*ACCEPTING, name="即办件当场受理"))
    house.execute("P61", AskTests())
    good = asked(house, script(*ACCEPTING, {"advance": {"working_days": 7}}, name="审查超期", item="I09"))
    bad = asked(house, script({"do": "ut_accept"}, {"expect": {"status": "accepted"}}, name="跳过形式审查"))
    with Workshop() as workshop:
        walked(house, workshop)
    return {"rehearsal": str(good), "rehearsal failed": str(bad)}


def _messages(house: House, cases: Mapping[str, str]) -> None:
    def told(sender: str, text: str, **more: str) -> None:
        house.execute(sender, SendMessage(text=text, **more))

    told("D11", "营业执照上的住所与申请书不一致，请与申请人核对。", to_account="W01", case_no=cases["under review"])
    told("D12", "下午三点开会，急件请在两点前送来。", to_role="window_clerk", to_department="center")
    told("W01", "材料原件已经放进 3 号文件盒。", to_account="D11", case_no=cases["under review"])


def _failures(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    """Let work be given up: a notice that could not be written, and one that somebody has seen to; and a deadline."""
    left = give_up(house, cases["late"])
    house.wait(minutes=1)
    settled = give_up(house, cases["accepted"])
    house.wait(minutes=1)
    reason = "已由窗口手工出具，并告知申请对象"
    house.execute("A01", ResolveIncident(root_id=f"case:{cases['accepted']}", incident=settled, reason=reason))
    root_id = f"case:{cases['under review']}"
    with house.unit(root_id) as unit:
        limit = next(one for one in deadlines_of(unit.connection, root_id) if one.state == "open")
        sentence = never_came(root_id, limit_title(limit.id), "SnapshotMismatch: 办件保存的流程状态与流程版本不一致。")
        raise_incident(unit, f"deadline:{limit.id}", root_id, limit.effect, sentence, MAX_ATTEMPTS + 3)
    return {"incident": left, "incident settled": settled, "incident of a limit": f"deadline:{limit.id}"}


def _secrets(house: House, cases: Mapping[str, str]) -> dict[str, str]:
    """Return the query code of a case and the token of an electronic delivery."""
    with house.door.read(SYSTEM) as view:
        vault = view.part(Vault)
        code = code_of(view.connection, vault, f"case:{cases['under review']}").code
        texts = [one.text for one in recent_messages(view.connection, vault)]
    tokens = [found[1] for text in texts if (found := re.search(r"/e/(\S+) ", text))]
    return {"query code": code, "e-delivery token": tokens[0]}
