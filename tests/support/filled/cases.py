"""The cases of the filled house, each brought to where it stands by the acts that people would do.

The clock only moves forward: :func:`furnish` goes from 12 January to 2 March 2026 and does what is due each day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.casework.cases.commands import ReceiveTogether, RecordVisit
from engine.casework.cases.custody.commands import RefuseHandover
from engine.casework.cases.endings.commands import AskReview, MoveToItem, WithdrawCase
from engine.casework.cases.outcomes.commands import SupplyDeficient
from engine.casework.cases.procedures.commands import RequestExtension
from engine.casework.issuance.collecting.commands import NoteChase, ReturnUncollected
from engine.casework.joint.chasing.commands import ChaseBranch
from engine.process.documents.commands import VoidDocument
from engine.process.tasks.commands import ClaimTask
from engine.registry.organisation.commands import TakeSeat
from processes import library
from tests.support import gathering, joint
from tests.support.filled import people as who
from tests.support.filled.picture import scan, stroke
from tests.support.house import House

REVIEWED = {"findings": "申请材料真实有效，经营场所布局合理，设备设施与申报内容一致。", "site_visit": "no"}
OPINION = {"opinion": "符合法定条件，建议准予。", "basis": "《食品经营许可和备案管理办法》第十二条"}
AGAINST = {
    "reasons": "经营场所与有毒有害场所的距离不符合规定。", "legal_basis": "《中华人民共和国食品安全法》第三十三条",
    "remedies": "可以自收到本决定之日起六十日内依法申请行政复议，或者六个月内提起行政诉讼。",
}  # fmt: skip
RULES_MISSING = {"no": "4", "verdict": "missing", "advice": "请提交食品安全规章制度", "copies": 0}
REPORT_PROMISED = {"no": "4", "verdict": "missing", "advice": "凭承诺免予提交", "copies": 0}
PICTURE = ("营业场所照片.png", scan())


class Cases:
    """The house with its cases by name; ``at`` is what the inventory of pages asks for."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.at: dict[str, str] = {}

    def signature(self, account: str) -> dict[str, Any]:
        """Return a signature drawn at the desk of ``account``."""
        return {"mode": "drawn", "files": [self.house.upload(account, "签名.png", stroke())]}

    def scanned(self, no: str, account: str = "W01") -> dict[str, Any]:
        """Return a row of materials with a scanned page."""
        return {"no": no, "files": [self.house.upload(account, f"材料{no}扫描件.png", scan())]}

    # Stretches -------------------------------------------------------------------------------------------------

    def staff(self, case_no: str) -> tuple[str, str, str]:
        """Return reviewer, head and archivist of the case's department."""
        number = library.departments()[self.house.case(case_no).department].account_number
        return f"D{number}1", f"D{number}2", f"D{number}3"

    def receive(self, name: str, item: str, applicant: dict[str, Any], account: str = "W01", **more: Any) -> str:
        """Receive an application and remember its case as ``name``."""
        self.at[name] = self.house.receive(account, item, {**applicant, **more})
        return self.at[name]

    def do(self, account: str, case_no: str, element: str, **answer: Any) -> None:
        """Complete the case's task at ``element``."""
        self.house.complete(account, case_no, element, answer)

    def accept(self, name: str, item: str, applicant: dict[str, Any], account: str = "W01", **more: Any) -> str:
        """Receive and accept; the department has signed for the papers where there are any."""
        case_no = self.receive(name, item, applicant, account, **more)
        self.do(account, case_no, "ut_formal", formal_result="accept")
        self.do(account, case_no, "ut_accept")
        self.take_papers(case_no)
        return case_no

    def take_papers(self, case_no: str) -> None:
        """Let the department sign for the papers, if the case has a task for it."""
        reviewer = self.staff(case_no)[0]
        if any(task.element == "ut_receive_paper" for task in self.house.open_tasks(case_no)):
            self.do(reviewer, case_no, "ut_receive_paper", signature=self.signature(reviewer))

    def decide(self, case_no: str, **decision: Any) -> None:
        """Review where the route asks for it, and let the head decide."""
        reviewer, head, _ = self.staff(case_no)
        open_now = {task.element for task in self.house.open_tasks(case_no)}
        if "ut_substantive" in open_now:
            self.do(reviewer, case_no, "ut_substantive", **REVIEWED)
            self.do(reviewer, case_no, "ut_dept_opinion", **OPINION)
        self.do(head, case_no, "ut_head_decide", **(decision or {"decision": "grant"}))

    def make(self, case_no: str) -> None:
        """Make the result and hand it over to the window."""
        reviewer, head, _ = self.staff(case_no)
        made = self.house.upload(reviewer, "许可证（扫描件）.png", PICTURE[1])
        self.do(
            reviewer,
            case_no,
            "ut_make_result",
            result_no=f"豫安许〔2026〕{case_no[-4:]}号",
            long_term=True,
            files=[made],
        )
        self.do(head, case_no, "ut_result_handover")

    def sign(self, case_no: str, **wish: Any) -> None:
        """Let the issuing window sign for the result."""
        self.do("W03", case_no, "ut_result_receipt", signature=self.signature("W03"), **wish)

    def file(self, case_no: str, receiver: dict[str, Any]) -> None:
        """Give the result out, collate and archive."""
        name = receiver.get("legal_representative") or receiver["applicant_name"]
        number = receiver["id_no"] if receiver["applicant_kind"] == "person" else who.resident_id("19850612", 2)
        self.house.pick_up(case_no, name, number)
        pages = {"application_pages": 3, "process_pages": 4, "result_pages": 1}
        self.do("W01", case_no, "ut_collate", **pages, collation_checks=["ordered", "named", "complete"])
        archived = {"retention_period": "10", "archive_no": f"AY-2026-{case_no[-4:]}", "conclusion": "齐全完整"}
        self.do(self.staff(case_no)[2], case_no, "ut_archive", **archived)

    @contextmanager
    def day(self, month: int, day: int, hour: int = 9, minute: int = 0) -> Iterator[None]:
        """Do things at a moment; what fell due until then has been delivered."""
        self.house.at(2026, month, day, hour, minute)
        self.house.sweep()
        yield


def furnish(house: House) -> dict[str, str]:
    """Fill ``house`` with cases; return their numbers by name.  It is 2 March 2026, 10:20 afterwards."""
    cases = Cases(house)
    house.execute("W01", TakeSeat(window="FR01"))
    with cases.day(1, 12):
        _long_ago(cases)
    with cases.day(2, 4):
        _last_month(cases)
    with cases.day(2, 24, 9, 40):
        _last_week(cases)
    with cases.day(2, 26, 14, 5):
        _lately(cases)
    with cases.day(3, 2, 9, 5):
        _this_morning(cases)
    house.at(2026, 3, 2, 10, 20)
    house.sweep()
    return cases.at


def _correct(cases: Cases, name: str, applicant: dict[str, Any]) -> str:
    case_no = cases.receive(name, "I02", applicant)
    cases.do("W01", case_no, "ut_formal", formal_result="correct", materials=[RULES_MISSING])
    return case_no


def _long_ago(cases: Cases) -> None:
    """What lapsed, was rejected, was archived, or waits since January."""
    lapsed = _correct(cases, "lapsed", who.TEA)
    cases.do("D12", lapsed, "ut_confirm_correction", confirmed="agree")
    cases.do("W01", lapsed, "ut_issue_correction", checked=True)
    done = cases.accept("archived", "I06", who.WANG)
    cases.decide(done)
    cases.make(done)
    cases.sign(done)
    cases.file(done, who.WANG)
    old = cases.accept("archived firm", "I02", who.CANTEEN)
    cases.decide(old)
    cases.make(old)
    cases.sign(old)
    cases.file(old, who.CANTEEN)
    rejected = cases.receive("rejected", "I07", who.SUN)
    cases.do("W01", rejected, "ut_formal", formal_result="reject")
    refusal = {"ground": "conditions", "reasons": "申请人户籍不在本市。", "legal_basis": "《残疾人证管理办法》第五条"}
    cases.do("W01", rejected, "ut_reject", **refusal)
    for name in ("uncollected", "kept"):
        waiting = cases.accept(name, "I06", who.CHEN if name == "uncollected" else who.ZHAO)
        cases.decide(waiting)
        cases.make(waiting)
        cases.sign(waiting, delivery_mode="pickup")
    for _ in range(3):
        cases.house.execute("W03", NoteChase(case_no=cases.at["kept"], note="电话无人接听"))
    cases.house.execute("W03", ReturnUncollected(case_no=cases.at["kept"], reason="三次电话均无人接听"))
    keeping = {"keep": "yes", "place": "三楼档案柜", "signature": cases.signature("D62")}
    cases.do("D62", cases.at["kept"], "ut_keep_result", **keeping)


def _last_month(cases: Cases) -> None:
    """What is late by now, was extended, or ended otherwise."""
    cases.accept("late", "I02", who.CHAIN)
    denied = cases.accept("denied", "I02", who.TEA)
    cases.decide(denied, decision="deny", **AGAINST)
    ended = cases.accept("terminated", "I02", who.CANTEEN)
    cases.decide(ended, decision="terminate", **AGAINST)
    moved = cases.receive("misfiled", "I02", who.BOOKS)
    cases.house.execute("W01", MoveToItem(case_no=moved, answer={"item": "I09", "reason": "申请的是出版物零售"}))
    gone = cases.receive("withdrawn", "I02", who.HOTEL)
    told = {"reason": "改变经营计划", "withdrawn_on": "2026-02-04", "materials_returned": "全部退还"}
    cases.house.execute("W01", WithdrawCase(case_no=gone, answer={**told, "signature": cases.signature("W01")}))
    asked = cases.receive("under review of rejection", "I07", who.LIU)
    cases.do("W01", asked, "ut_formal", formal_result="reject")
    refusal = {"ground": "conditions", "reasons": "未提交评定表。", "legal_basis": "《残疾人证管理办法》"}
    cases.do("W01", asked, "ut_reject", **refusal)
    again = {"reason": "评定表已经由医院上传", "signature": cases.signature("W01")}
    cases.house.execute("W01", AskReview(case_no=asked, answer=again))
    cases.decide(_promised(cases, "on a promise", who.HOTEL), decision="grant")


def _last_week(cases: Cases) -> None:
    """What runs: procedures, extensions, reports, parcels; and the correction that never came is closed."""
    ending = {"lapse_decision": "end", "reason": "电话联系三次，申请人没有补正"}
    cases.do("W01", cases.at["lapsed"], "ut_close_uncorrected", **ending)
    special = cases.receive("suspended", "I10", who.SIGNS)
    cases.do("W01", special, "ut_formal", formal_result="accept")
    cases.do("W01", special, "ut_accept", excluded_procedures=["专家评审"])
    cases.take_papers(special)
    reviewer, head, _ = cases.staff(special)
    cases.do(reviewer, special, "ut_substantive", **{**REVIEWED, "special_procedure": "yes"})
    reasons = {"kind": "专家评审", "reason": "广告牌面积超过一百平方米，须评审结构安全", "expected_days": 5}
    cases.do(reviewer, special, "ut_sp_apply", **reasons, legal_basis="《城市市容和环境卫生管理条例》第十一条")
    cases.do(head, special, "ut_sp_approve", approved="yes")
    cases.do(reviewer, special, "ut_sp_notice", checked=True)
    longer = cases.accept("extended", "I10", who.SIGNS)
    cases.house.execute(reviewer, RequestExtension(case_no=longer, days=10, reason="现场情况复杂，需要会同路政核实"))
    cases.do(head, longer, "ut_ext_approve", approved="yes")
    cases.do(reviewer, longer, "ut_ext_notice", checked=True)
    asking = cases.accept("extension asked", "I10", who.SIGNS)
    cases.house.execute(reviewer, RequestExtension(case_no=asking, days=5, reason="等待规划部门书面意见"))
    _report(cases)
    _joint(cases)
    soon = cases.accept("soon", "I02", who.TEA)
    cases.do("D11", soon, "ut_substantive", **{**REVIEWED, "site_visit": "yes"})
    for name, mode in (("to be shipped", "mail"), ("in transit", "mail"), ("awaiting reading", "electronic")):
        sent = cases.accept(name, "I06", who.WANG if name == "awaiting reading" else who.LIU)
        cases.decide(sent)
        cases.make(sent)
        cases.sign(sent, delivery_mode=mode)
    by_hand = {"way": "by_hand", "courier_name": "中国邮政", "tracking_no": "1298800012345"}
    cases.do("W03", cases.at["in transit"], "ut_ship", **by_hand)


def _promised(cases: Cases, name: str, applicant: dict[str, Any]) -> str:
    case_no = cases.receive(name, "I03", applicant, materials=[{"no": "4", "provided_form": "none"}])
    cases.do("W01", case_no, "ut_formal", formal_result="accept_commitment", materials=[REPORT_PROMISED])
    promises = ["known", "met", "check", "consequence"]
    cases.do("W01", case_no, "ut_notice_commit", promises=promises, signature=cases.signature("W01"))
    cases.do("W01", case_no, "ut_accept")
    cases.take_papers(case_no)
    return case_no


def _report(cases: Cases) -> None:
    """上报件: reviewed here, decided by the province."""
    case_no = cases.accept("reported up", "I14", who.BOOKS)
    reviewer, head, _ = cases.staff(case_no)
    basis = "《出版物市场管理规定》"
    cases.do(reviewer, case_no, "ut_first_review", findings="材料真实有效", opinion="建议上报", basis=basis)
    cases.do(head, case_no, "ut_first_decide", first_decision="report")
    sent = {
        "to_authority": "河南省新闻出版局", "sent_on": "2026-02-24", "signed_by": "赵收件", "signed_on": "2026-02-24",
        "files": [cases.house.upload(reviewer, "签收凭证.pdf")],
    }  # fmt: skip
    cases.do(reviewer, case_no, "ut_report_up", **sent)


def _joint(cases: Cases) -> None:
    """联办件: several departments asked, one has answered."""
    case_no = cases.accept("joint", "I13", who.CHAIN)
    rows = [
        dict(row) for row in cases.house.desk("D11", cases.house.task(case_no, "ut_lead_plan")).context.rows["branches"]
    ]
    cases.do("D11", case_no, "ut_lead_plan", branches=rows, note="请就本部门职责提出意见，三个工作日内答复。")
    said = {"conclusion": "agree", "opinion": "疏散通道和消防设施符合规定。", "basis": "《消防法》第十五条"}
    joint.opine(cases.house, case_no, "fire", said)
    joint.reviewed(cases.house, case_no, "food")
    cases.house.execute("L31", ChaseBranch(case_no=case_no, key="sign", text="企业下周开业，请尽快出具意见"))
    _together(cases.house, case_no)


def _together(house: House, case_no: str) -> None:
    """A meeting that one department cannot attend, and a visit of two departments."""
    gathering.call(house, case_no, "2026-03-10T14:30")
    gathering.comes(house, case_no, "urban")
    gathering.stays_away(house, case_no, "fire")
    gathering.plan(house, case_no, "food", "sign", visit_on="2026-03-11")


def _lately(cases: Cases) -> None:
    """What waits for somebody since the end of last week."""
    case_no = _correct(cases, "awaiting correction", who.CANTEEN)
    cases.do("D12", case_no, "ut_confirm_correction", confirmed="agree")
    cases.do("W01", case_no, "ut_issue_correction", checked=True)
    decided = cases.accept("decided", "I02", who.HOTEL)
    cases.decide(decided)
    made = cases.accept("handed over", "I02", who.CANTEEN)
    cases.decide(made)
    cases.make(made)
    given = cases.accept("delivered", "I06", who.SUN)
    cases.decide(given)
    cases.make(given)
    cases.sign(given)
    cases.house.pick_up(given, who.SUN["applicant_name"], who.SUN["id_no"])
    collated = cases.accept("collated", "I08", who.CHEN)
    cases.decide(collated)
    cases.make(collated)
    cases.sign(collated)
    cases.house.pick_up(collated, who.CHEN["applicant_name"], who.CHEN["id_no"])
    pages = {"application_pages": 3, "process_pages": 4, "result_pages": 1}
    cases.do("W01", collated, "ut_collate", **pages, collation_checks=["ordered", "named", "complete"])
    owing = cases.receive("owing", "I02", who.TEA, materials=[{"no": "4", "provided_form": "none"}])
    cases.do("W01", owing, "ut_formal", formal_result="accept_deficient", materials=[RULES_MISSING])
    cases.do("W01", owing, "ut_deficient_promise", consequence_told=True, signature=cases.signature("W01"))
    cases.do("W01", owing, "ut_accept")
    cases.take_papers(owing)
    back = cases.receive("refused hand-over", "I02", who.HOTEL)
    cases.do("W01", back, "ut_formal", formal_result="accept")
    cases.do("W01", back, "ut_accept")
    cases.house.execute("D11", RefuseHandover(case_no=back, subject="materials", reason="夹有其他申请人的材料"))


def _this_morning(cases: Cases) -> None:
    """What came in today."""
    cases.receive("formal", "I02", who.CHAIN, materials=[cases.scanned("1"), cases.scanned("4")])
    letter = [cases.house.upload("W01", "授权委托书.pdf")]
    agent = {"agent_name": "高明", "agent_id_no": who.resident_id("19880808", 77), "agent_phone": "13700000077"}
    by_agent: dict[str, Any] = {"by_agent": True, "agent_kind": "agent", **agent, "agent_letter": letter}
    cases.receive("by an agent", "I08", who.CHEN, **by_agent)
    held = cases.receive("held", "I06", who.LONG, materials=[cases.scanned("1")])
    cases.house.execute("W01", ClaimTask(task_id=cases.house.task(held, "ut_formal").id))
    others = cases.receive("held by another", "I06", who.ZHAO, account="W02")
    cases.house.execute("W02", ClaimTask(task_id=cases.house.task(others, "ut_formal").id))
    _correct(cases, "awaiting confirmation", who.TEA)
    cases.accept("accepted", "I06", who.WANG)
    cases.accept("under review", "I02", who.CANTEEN, materials=[cases.scanned("1"), cases.scanned("3")])
    off: dict[str, Any] = {"offline": True, "received_at": "2026-03-02T08:45", "offline_register_no": "纸-2026-017"}
    cases.receive("awaiting approval", "I02", who.HOTEL, **off, offline_reason="停电，系统停用")
    both = ReceiveTogether(answer=who.WANG, materials={"I01": [], "I06": []}, partial=True)
    done = cases.house.execute("W01", both)
    cases.at["application"] = str(done["application"])
    cases.house.execute("W01", RecordVisit(case_no=cases.at["under review"], reason="补签申请书"))
    supplied = {"no": "4", "provided_form": "original", "copies": 1, "original_checked": True}
    owing = SupplyDeficient(case_no=cases.at["owing"], answer={"materials": [supplied]}, partial=True)
    cases.house.execute("W01", owing)
    _void(cases)


def _void(cases: Cases) -> None:
    """A notice with a mistake is void and issued again."""
    [notice] = [one for one in cases.house.documents(cases.at["accepted"]) if one.kind == "acceptance_notice"]
    cases.at["void document"] = notice.id
    root = f"case:{cases.at['accepted']}"
    void = VoidDocument(root_id=root, document_id=notice.id, reason="联系电话写错", reissue=True)
    cases.house.execute("W01", void)
