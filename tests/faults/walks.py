"""Walks of our own, for commands that no ordinary test gives alone in a house."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.casework.cases.finding.commands import RebuildSearch
from engine.casework.cases.finding.handlers import WORDS
from engine.casework.cases.listing.commands import ExportList
from engine.casework.cases.views.commands import DropView, SaveView
from engine.casework.issuance.shipping.commands import CreateShipment
from engine.foundation.clock import utc_text
from engine.foundation.hosts.queries import keep_machine
from engine.foundation.hosts.rules import STEP, Machine
from engine.foundation.outbox.queries import due
from engine.oversight.audit.bundling.commands import ExportBundle
from engine.oversight.audit.commands import TellOfSeal
from engine.oversight.audit.desk.commands import DrawSample
from engine.oversight.audit.desk.sampling import draw
from engine.oversight.audit.findings.commands import ReviseFinding, SettleFinding, WithdrawFinding, WriteFinding
from engine.oversight.audit.reexecution.commands import AskReexecution, KeepReexecution, StopReexecution
from engine.oversight.audit.reexecution.walking import Reexecution, found_of
from engine.oversight.publishing.commands import SeedRegister
from engine.oversight.publishing.drafting.commands import (
    AbandonDraft,
    CommentDraft,
    CopyDraft,
    DropFile,
    ReleaseUrgently,
    RenameDraft,
    RollBack,
    SendBackDraft,
    SettleComment,
    SubmitDraft,
    TakeBackDraft,
)
from engine.oversight.standstill.commands import ApproveStandstill, NoteStandstillFailure
from engine.oversight.supervision.cards.commands import AppealCard, CancelCard, DecideAppeal
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.cards.queries import CardFilters, recent_cards
from engine.process.clocks.ladder.commands import ConfirmLadder, DraftLadder, DropLadderDraft
from engine.process.clocks.ladder.rules import SEED, body_of
from engine.process.clocks.queries import due_deadlines
from engine.process.clocks.yearly.commands import DraftUndo, DropDraft
from engine.process.documents.commands import DropLooseUploads, PutOff
from engine.process.tasks.commands import FireDeadline, PutOffDeadline
from engine.process.tasks.timekeeping.commands import AcceptClock, TellOfClock
from engine.process.tasks.timers.commands import FireTimers, PutOffTimers
from engine.registry.identity.commands import (
    CreateAccount,
    IssueToken,
    ResetPassword,
    SetAccountState,
    SignIn,
    SignOut,
)
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.commands import DeclinePolicy, DropPolicy
from tests.deadlines.runner.due import heal
from tests.deadlines.runner.timed import timed_case
from tests.engine.oversight.publishing.test_releases import shipped, without
from tests.engine.oversight.standstill.test_standstill import draft as still_draft
from tests.engine.process.test_tasks_incidents import failed_for_good, listed, resolve
from tests.support.calendars import STORM, change
from tests.support.courier import SECRET, ask, connect, parcel, ready_to_ship
from tests.support.drafting import REASON, ROUTE, approve, draft, drafted, save, submitted
from tests.support.figures import change_figure, draft_figure
from tests.support.house import COMPANY, PERSON, House
from tests.support.outside import deliver, publish, waiting_case, waiting_route
from yichuang.calendaring import warn_of_missing_year
from yichuang.demo.courier import DemoCourier
from yichuang.laddering import rearm
from yichuang.reexecuting import ask_nightly
from yichuang.reexecuting import carry_out as reexecute
from yichuang.sealing import new_key, seal_all, verify_chains
from yichuang.worker import check_files, take_policies, work_once


def lists(house: House) -> None:
    """A view is kept, a list is taken out, a view is dropped."""
    house.receive("W01", "I06", PERSON)
    kept = house.execute("W01", SaveView(name="我的办件", list="cases", filters={"status": "received"}))
    house.execute("S51", ExportList(filters={}, words=False, purpose="月度核对", rows=1, digest="f" * 64))
    house.execute("W01", DropView(id=kept["id"]))


def a_date_passes(house: House) -> None:
    """视为受理: first the delivery fails and is put off, then it comes through."""
    house.at(2026, 3, 2)
    house.receive("W01", "I02", COMPANY)
    house.at(2026, 3, 10)
    with house.door.read(SYSTEM) as view:
        [(root_id, deadline_id)] = due_deadlines(view.connection, view.now)
    put_off = PutOffDeadline(root_id=root_id, deadline_id=deadline_id, error="the table is gone")
    house.door.execute(put_off, SYSTEM, key="put-off")
    house.door.execute(FireDeadline(root_id=root_id, deadline_id=deadline_id), SYSTEM, key="fire")


def a_timer_rings(house: House) -> None:
    """A timer drawn in a process: first it cannot ring and is put off, then it rings."""
    root_id = f"case:{timed_case(house, 'R/PT1H')}"
    house.wait(hours=2)
    house.door.execute(PutOffTimers(root_id=root_id, run=0, error="the table is gone"), SYSTEM, key="put-off")
    house.door.execute(FireTimers(root_id=root_id, run=0), SYSTEM, key="fire")


def a_clock_is_accepted(house: House) -> None:
    """A machine's clock was put forward: it is told of, and the operator says that it is right."""
    hour = timedelta(hours=1)
    house.door.execute(TellOfClock(machine="a", why=STEP, milliseconds=3_600_000), SYSTEM, key="held")
    with house.door.housekeeping() as connection:
        now = house.clock.now()
        keep_machine(connection, Machine("b", "a", hour, timedelta(), STEP, hour, now + hour, now))
    house.door.execute(AcceptClock(boot="b", microseconds=7_200_000_000), SYSTEM, key="accept")


def the_log_is_refused(house: House) -> None:
    """Nothing is sealed any more and it is told, another key signs, and the chains are checked."""
    seal_all(house.door)
    house.door.execute(TellOfSeal(why="日志的树残缺"), SYSTEM, key="refused")
    new_key(house.door, SYSTEM)
    verify_chains(house.door, SYSTEM)
    house.door.execute(TellOfSeal(why=""), SYSTEM, key="again")


def a_bundle_is_taken(house: House) -> None:
    """An auditor takes the bundle of a case."""
    case_no = house.receive("W01", "I06", PERSON)
    taken = ExportBundle(cases=(case_no,), purpose="年度审计", personal=False, files=40, digest="f" * 64)
    house.execute("U81", taken)


def an_auditor_notes(house: House) -> None:
    """An auditor notes two things on a case, changes one and settles it, takes the other back, and draws a sample."""
    case_no = house.receive("W01", "I06", PERSON)
    asked = {"case_no": case_no, "kind": "finding", "severity": "minor", "text": "材料登记晚于受理。"}
    ids = [house.execute("U81", WriteFinding(**asked, seq=seq))["id"] for seq in (1, None)]
    house.execute("U81", ReviseFinding(id=ids[0], revision=0, text="材料登记晚于受理两日。", severity="major"))
    house.execute("U81", SettleFinding(id=ids[0], reason="部门已经更正"))
    house.execute("U81", WithdrawFinding(id=ids[1], reason="与上一条重复"))
    seed, drawn = "0" * 32, draw([case_no], 1, "0" * 32)
    house.execute("U81", DrawSample(
        purpose="年度审计", question={}, seed=seed, size=1, population=1, digest=drawn.digest, drawn=drawn.numbers
    ))  # fmt: skip


def cases_are_executed_again(house: House) -> None:
    """An auditor has one case executed again, and many; the house does it by night; one run is stopped."""
    case_no = house.receive("W01", "I06", PERSON)
    with house.door.read(SYSTEM) as view:
        verdict = Reexecution(view.connection, house.door.part(Bundles)).of(f"case:{case_no}")
    house.execute("U81", KeepReexecution(found=found_of(case_no, verdict)))
    house.execute("U81", StopReexecution(id=int(house.execute("U81", AskReexecution(item="I06"))["id"])))
    ask_nightly(house.door)
    reexecute(house.door)


def a_year_is_published(house: House) -> None:
    """The notice is missing, is drafted and confirmed, and a case over New Year is counted again."""
    house.at(2026, 12, 28)
    house.accepted_commitment()
    warn_of_missing_year(house.door)
    change(house)


def a_closure_is_thought_over(house: House) -> None:
    """A closure is in force, is to be taken back, and that draft is dropped."""
    house.at(2026, 7, 17)
    change(house, STORM)
    undo = house.execute("A01", DraftUndo(version=2, reason="预警解除，照常办公"))
    house.execute("A01", DropDraft(draft_id=undo["draft"]))


def a_ladder_is_changed(house: House) -> None:
    """A draft is dropped, another is confirmed, and the clock of a running case is looked at by it."""
    house.accepted_commitment()
    near = [body_of(rule) for rule in SEED if rule.clock_kind == "commitment"][:1]
    given = DraftLadder(clock_kind="commitment", rules=tuple(near), reason="只留提示")
    house.execute("A01", DropLadderDraft(draft_id=house.execute("A01", given)["draft"]))
    house.execute("C01", ConfirmLadder(draft_id=house.execute("A01", given)["draft"]))
    rearm(house.door)


def a_card_is_disputed(house: House) -> None:
    """The head appeals against the yellow card, which stands; the red one is cancelled."""
    house.accepted_commitment()
    house.wait(days=14)
    house.sweep()
    with house.door.read(SYSTEM) as view:
        red, yellow = recent_cards(view.connection, CardFilters(party="market"))[:2]
    house.execute("D12", AppealCard(card_id=yellow.id, reason="系统故障"))
    house.execute("S51", DecideAppeal(card_id=yellow.id, cancel=False, reason="没有故障记录"))
    house.execute("S51", CancelCard(card_id=red.id, reason="不可抗力"))
def a_figure_is_changed(house: House) -> None:
    """One figure holds from a day to come, of two more drafts one is dropped and one declined."""
    change_figure(house, "correction_notice", 3, effective="2026-03-09")
    house.execute("A01", DropPolicy(draft_id=draft_figure(house, "delivery", 5).id))
    house.execute("C01", DeclinePolicy(draft_id=draft_figure(house, "delivery", 6).id))
    house.at(2026, 3, 9)
    take_policies(house.door)


def a_draft_is_worked_on(house: House) -> None:
    """A file is taken in, saved, talked about and put out; another draft with the same files is abandoned."""
    id = drafted(house, (*ROUTE, shipped(ROUTE[1])))
    save(house, id, *ROUTE, without(ROUTE[1], "ut_dept_opinion"))
    house.execute("P61", RenameDraft(draft_id=id, title="另一个名称", reason=REASON))
    house.execute("P62", CommentDraft(draft_id=id, text="请说明依据"))
    house.execute("P61", SettleComment(draft_id=id, number=1))
    other = house.execute("P62", CopyDraft(draft_id=id, title="另一份", reason=REASON))["draft"]
    house.execute("P61", DropFile(draft_id=id, kind=ROUTE[0], name=ROUTE[1]))
    house.execute("P62", AbandonDraft(draft_id=other))


def a_draft_is_decided_upon(house: House) -> None:
    """It is taken back, sent back, approved and rolled back; another one is released urgently."""
    id = submitted(house, (*ROUTE, without(ROUTE[1], "ut_dept_opinion")))
    house.execute("P61", TakeBackDraft(draft_id=id))
    house.execute("P61", SubmitDraft(draft_id=id))
    house.execute("P62", SendBackDraft(draft_id=id, note="请说明依据"))
    house.execute("P61", SubmitDraft(draft_id=id))
    approve(house, id)
    house.execute("P62", RollBack(draft_id=id, reason="新版有误"))
    urgent = submitted(house, (*ROUTE, without(ROUTE[1], "ut_dept_opinion")), emergency="停滞")
    version = draft(house, urgent).version
    house.execute("P62", ReleaseUrgently(draft_id=urgent, version=version, note="已核对"))


def a_conclusion_arrives(house: House) -> None:
    """A case notes the number under which somebody else examines it, and his conclusion comes."""
    publish(house, waiting_route())
    waiting_case(house, "委2026-1")
    deliver(house, "委2026-1")


def a_case_cannot_be_paused(house: House) -> None:
    """A standstill is approved, and one case of it cannot be done."""
    root_id = f"case:{house.accepted_commitment()}"
    id = still_draft(house)
    house.execute("C01", ApproveStandstill(id=id))
    failure = NoteStandstillFailure(id=id, root_id=root_id, error="the table is gone")
    house.door.execute(failure, SYSTEM, key="standstill-failed")


def an_incident_is_settled(house: House) -> None:
    """A delivery failed for good; the case is in order again, and somebody has seen to what was owed."""
    cases, snapshot = failed_for_good(house, 1)
    heal(house, cases[0], snapshot)
    resolve(house, listed(house)[0])


def the_post_goes(house: House, courier: DemoCourier) -> None:
    """A parcel is ordered, followed and delivered; before that, nobody answers."""
    connect(house, courier)
    case_no = ready_to_ship(house)
    house.execute("W03", CreateShipment(case_no=case_no, answer={}, partial=True))
    courier.faults.append("error")
    work_once(house.door)
    house.wait(minutes=20)
    work_once(house.door)
    courier.faults.append("error")
    ask(house)
    house.wait(hours=3)
    courier.happen(parcel(house, case_no).id, "collected")
    ask(house)


def a_message_goes(house: House) -> None:
    """A message to the applicant: at first the messenger is away, then it takes it."""
    nowhere = replace(house.settings, messenger_url="http://127.0.0.1:9", messenger_secret=SECRET)
    near, house.settings = house.settings, nowhere
    house.reopen()
    ready_to_ship(house, "electronic")
    work_once(house.door)
    house.settings = near
    house.reopen()
    house.wait(minutes=20)
    work_once(house.door)


def nobody_reads_it(house: House) -> None:
    """The result waits for its reader, and the window chooses another way."""
    case_no = ready_to_ship(house, "electronic")
    house.complete("W03", case_no, "ut_await_reading", {"outcome": "failed", "reason": "申请对象来电，改为自取"})


def seen_from_afar(house: House) -> None:
    """What was sent in over the network is looked through before the applicant comes."""
    rows = [{"no": "1", "provided_form": "electronic"}]
    case_no = house.receive("W01", "I09", {**COMPANY, "channel": "2", "materials": rows})
    seen = [{"no": "1", "verdict": "complete", "copies": 1}]
    house.complete("W01", case_no, "ut_prereview", {"formal_result": "accept", "materials": seen})


def housekeeping(house: House) -> None:
    """Files are looked at, forgotten ones dropped, the index is built anew, the register is read again."""
    house.upload("W01")
    check_files(house.door)
    house.wait(days=8)
    house.door.execute(DropLooseUploads(before=utc_text(house.clock.now() - timedelta(days=7))), SYSTEM, key="drop")
    house.receive("W01", "I06", PERSON)
    house.door.execute(RebuildSearch(source=WORDS, after=""), SYSTEM, key="rebuild")
    house.door.execute(SeedRegister(), SYSTEM, key="once more")
    case_no = house.accepted_instant()
    with house.door.read(SYSTEM) as view:
        message = due(view.connection, view.now)[-1]
    failed = PutOff(message_id=message.id, root_id=f"case:{case_no}", topic=message.topic, attempts=0, error="no room")
    house.door.execute(failed, SYSTEM, key="put off")


def accounts(house: House) -> None:
    """An account is made, gets a word, a token and a session, and is disabled."""
    made = CreateAccount(
        account="W77", person="person-77", name="新来的", password_hash="x", grants=(("window_clerk", "center"),)
    )
    house.execute("A02", made)
    house.execute("A02", ResetPassword(account="W77", password_hash="y"))
    house.execute("A02", IssueToken(account="W77", token_hash="a" * 64, ends_at="2099-01-01T00:00:00.000000Z"))
    house.execute("W77", SignIn(token_hash="b" * 64, csrf="c" * 32, ends_at="2099-01-01T00:00:00.000000Z"))
    house.execute("W77", SignOut(token_hash="b" * 64))
    house.execute("A02", SetAccountState(account="W77", state="disabled"))
