"""The only place that knows all concrete parts: it builds the door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.engine import Connection

import forms
from engine.casework.archive import handlers as archive
from engine.casework.cases import commands as case_commands
from engine.casework.cases import correcting, counter, deciding, intake, receiving, review, voiding
from engine.casework.cases import handlers as cases
from engine.casework.cases import services as case_services
from engine.casework.cases.barring import handlers as barring
from engine.casework.cases.custody import wiring as custody_wiring
from engine.casework.cases.endings import commands as ending_commands
from engine.casework.cases.endings import handlers as endings
from engine.casework.cases.endings import moving
from engine.casework.cases.endings.handlers import ENDING
from engine.casework.cases.finding.commands import RebuildSearch
from engine.casework.cases.finding.handlers import Sources, rebuild
from engine.casework.cases.finding.queries import reindex
from engine.casework.cases.listing import handlers as listing
from engine.casework.cases.listing.commands import ExportList
from engine.casework.cases.listing.queries import refresh_due
from engine.casework.cases.procedures import commands as procedure_commands
from engine.casework.cases.procedures import extension, hearing, special
from engine.casework.cases.procedures.voiding import follow_special_notice
from engine.casework.cases.queries import pinned_release
from engine.casework.cases.registering import RECEIVED
from engine.casework.cases.reporting import handlers as reporting
from engine.casework.cases.sharing import commands as sharing_commands
from engine.casework.cases.sharing import handlers as sharing
from engine.casework.cases.timing import NOTICE_BOUNDARY
from engine.casework.cases.views import commands as view_commands
from engine.casework.cases.views import handlers as views
from engine.casework.counselling import calls, consultations, contacts
from engine.casework.counselling import commands as counselling_commands
from engine.casework.issuance import handlers as issuance
from engine.casework.issuance import wiring as issuance_wiring
from engine.casework.issuance.arrival import DELIVERED
from engine.casework.issuance.delivering.handlers import note_wish
from engine.casework.issuance.queries import reindex_results
from engine.casework.issuance.reopening import REOPENING
from engine.casework.issuance.shipping.port import Couriers
from engine.casework.issuance.sms.port import Messengers
from engine.casework.issuance.voiding import follow_reissue
from engine.casework.joint import handlers as joint
from engine.casework.joint.changing import handlers as joint_changing
from engine.casework.joint.chasing import handlers as joint_chasing
from engine.casework.joint.meeting import handlers as joint_meeting
from engine.casework.joint.visiting import handlers as joint_visiting
from engine.casework.tracking import commands as tracking_commands
from engine.casework.tracking import handlers as tracking
from engine.door import Door, Watch
from engine.foundation.blobs.scanner import Scanner
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import Clock, ShiftedClock, SystemClock
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.journal.tags import all_tags
from engine.foundation.store.commands import Command, Handler, Subscriber
from engine.foundation.store.database import Database
from engine.foundation.vault import Vault
from engine.oversight.audit import handlers as audit
from engine.oversight.audit.bundling import handlers as bundling
from engine.oversight.audit.desk import handlers as audit_desk
from engine.oversight.audit.findings import handlers as findings
from engine.oversight.audit.reexecution import handlers as reexecution
from engine.oversight.orders import handlers as orders
from engine.oversight.orders.rules import CLOCK as ORDER_CLOCK
from engine.oversight.orders.rules import ORDER_DUE
from engine.oversight.publishing import commands as publishing_commands
from engine.oversight.publishing import handlers as publishing
from engine.oversight.publishing.comparing.checkout import Checkout
from engine.oversight.publishing.drafting import asking, editing, reviewing, undoing
from engine.oversight.publishing.figures import confirm_policy
from engine.oversight.publishing.migrating import commands as migrating_commands
from engine.oversight.publishing.migrating import handlers as migrating
from engine.oversight.publishing.modifying import commands as modifying_commands
from engine.oversight.publishing.modifying import handlers as modifying
from engine.oversight.publishing.rules import vocabulary
from engine.oversight.publishing.seeding import seed_register
from engine.oversight.rehearsal import handlers as rehearsal
from engine.oversight.standstill import handlers as standstill
from engine.oversight.supervision.cards import handlers as supervised_cards
from engine.process.bpmn import Runtime, Vocabulary
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.arming import Rearms
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ladder import handlers as ladder
from engine.process.clocks.ladder.ladders import Ladders
from engine.process.clocks.yearly import handlers as yearly
from engine.process.clocks.yearly.recomputing import UNRECKONED
from engine.process.documents import commands as document_commands
from engine.process.documents import handlers as documents
from engine.process.documents.issuing import RENDERED, VOIDED, Centre
from engine.process.tasks import commands as task_commands
from engine.process.tasks import deadlines as task_deadlines
from engine.process.tasks import handlers as tasks
from engine.process.tasks.alarms import Alarms
from engine.process.tasks.awaited import commands as awaited_commands
from engine.process.tasks.awaited import handlers as awaited
from engine.process.tasks.copying import handlers as copying
from engine.process.tasks.countersigning import handlers as countersigning
from engine.process.tasks.figures import tell_of_policy
from engine.process.tasks.handing import handlers as handing
from engine.process.tasks.incidents import commands as incident_commands
from engine.process.tasks.incidents import handlers as incidents
from engine.process.tasks.incidents.handlers import heal_work, tell_administrator
from engine.process.tasks.leaves import tell_substitute
from engine.process.tasks.messages import commands as message_commands
from engine.process.tasks.messages import handlers as messages
from engine.process.tasks.phone import handlers as phone
from engine.process.tasks.registry import Bindings
from engine.process.tasks.returning import handlers as returning
from engine.process.tasks.shift import commands as shift_commands
from engine.process.tasks.shift import handlers as shift
from engine.process.tasks.timekeeping import commands as timekeeping_commands
from engine.process.tasks.timekeeping import handlers as timekeeping
from engine.process.tasks.timers import commands as timer_commands
from engine.process.tasks.timers import handlers as timers
from engine.process.tasks.urging import handlers as urging
from engine.process.tasks.yearly import WarnMissingYear, tell_of_draft, tell_of_ladder, warn_missing_year
from engine.registry.identity import wiring as identity_wiring
from engine.registry.identity.leave import handlers as leave
from engine.registry.items.queries import reindex_guides
from engine.registry.organisation import commands as organisation_commands
from engine.registry.organisation import handlers as organisation
from engine.registry.policies import commands as policy_commands
from engine.registry.policies import handlers as policies
from engine.registry.policies.queries import clock_shift
from processes import library
from yichuang.borders import courier_of, messenger_of
from yichuang.settings import Settings

HANDLERS: Mapping[type[Command], Handler] = {
    **intake.HANDLERS,
    **barring.HANDLERS,
    case_commands.ReceiveApplication: receiving.receive,
    case_commands.ReceiveTogether: receiving.receive_together,
    case_commands.DecideBackRecord: counter.decide_back_record,
    sharing_commands.ShareMaterials: sharing.share_materials,
    case_commands.RecordVisit: counter.record_visit,
    case_commands.IssueCorrectionNotice: correcting.issue_correction_notice,
    case_commands.Unmask: cases.unmask,
    ending_commands.WithdrawCase: endings.withdraw,
    ending_commands.MoveToItem: moving.move_to_item,
    ending_commands.AskReview: endings.ask_review,
    **issuance_wiring.HANDLERS,
    **custody_wiring.HANDLERS,
    tracking_commands.ReissueQueryCode: tracking.reissue,
    procedure_commands.RequestExtension: extension.request_extension,
    task_commands.ClaimTask: tasks.claim,
    task_commands.ReleaseTask: tasks.release,
    task_commands.SaveDraft: tasks.save_draft,
    task_commands.CompleteTask: tasks.complete,
    task_commands.MarkRead: tasks.read_notifications,
    task_commands.FireDeadline: task_deadlines.fire_deadline,
    task_commands.PutOffDeadline: task_deadlines.put_off_deadline,
    timer_commands.FireTimers: timers.fire_timers,
    timer_commands.PutOffTimers: timers.put_off_timers,
    timekeeping_commands.TellOfClock: timekeeping.tell_of_clock,
    timekeeping_commands.AcceptClock: timekeeping.accept_clock,
    awaited_commands.DeliverMessage: awaited.deliver_message,
    incident_commands.RetryIncident: incidents.retry,
    incident_commands.ResolveIncident: incidents.resolve,
    document_commands.VoidDocument: voiding.void_document,
    document_commands.RecordRendering: documents.record_rendering,
    document_commands.PutOff: documents.put_off,
    document_commands.AddUpload: documents.upload,
    document_commands.RecordFileCheck: documents.record_file_check,
    document_commands.DropLooseUploads: documents.drop_loose_uploads,
    publishing_commands.Deploy: publishing.deploy,
    publishing_commands.SeedRegister: seed_register,
    migrating_commands.ChooseCases: migrating.choose,
    migrating_commands.MigrateCase: migrating.migrate_case,
    migrating_commands.NoteUnmoved: migrating.note_unmoved,
    modifying_commands.ModifyCase: modifying.modify_case,
    **editing.HANDLERS,
    **reviewing.HANDLERS,
    **undoing.HANDLERS,
    **asking.HANDLERS,
    **identity_wiring.HANDLERS,
    counselling_commands.RecordContact: contacts.record,
    counselling_commands.TransferContact: contacts.transfer,
    counselling_commands.AcceptContact: contacts.accept,
    counselling_commands.CloseContact: contacts.close,
    counselling_commands.AskDepartment: consultations.ask,
    counselling_commands.AnswerConsultation: consultations.answer,
    counselling_commands.CallDepartment: calls.call,
    counselling_commands.AnswerCall: calls.answer,
    shift_commands.HandOverTasks: shift.hand_over,
    shift_commands.TakeBackTask: shift.take_back,
    **handing.HANDLERS,
    **copying.HANDLERS,
    **urging.HANDLERS,
    **phone.HANDLERS,
    **countersigning.HANDLERS,
    **returning.HANDLERS,
    message_commands.SendMessage: messages.send,
    message_commands.ReadMessages: messages.read_messages,
    message_commands.ForgetMessages: messages.forget_messages,
    organisation_commands.TakeSeat: organisation.sit_down,
    policy_commands.MoveClock: policies.move_clock,
    policy_commands.DraftPolicy: policies.draft_policy,
    policy_commands.DropPolicy: policies.drop_policy,
    policy_commands.DeclinePolicy: policies.decline_policy,
    policy_commands.ConfirmPolicy: confirm_policy,
    policy_commands.TakePolicies: policies.take_policies,
    **yearly.HANDLERS,
    **ladder.HANDLERS,
    **supervised_cards.HANDLERS,
    **orders.HANDLERS,
    **joint_changing.HANDLERS,
    **joint_meeting.HANDLERS,
    **joint_visiting.HANDLERS,
    **joint_chasing.HANDLERS,
    **standstill.HANDLERS,
    **rehearsal.HANDLERS,
    **audit.HANDLERS,
    **bundling.HANDLERS,
    **findings.HANDLERS,
    **audit_desk.HANDLERS,
    **reexecution.HANDLERS,
    WarnMissingYear: warn_missing_year,
    RebuildSearch: rebuild,
    ExportList: listing.export,
    view_commands.SaveView: views.save,
    view_commands.DropView: views.drop,
}
"""Every command of the house and who carries it out."""

_EXAMINING = (*review.ACTS, *deciding.ACTS, *special.ACTS, *hearing.ACTS, *extension.ACTS, *reporting.ACTS, *joint.ACTS)
ACTS = (*intake.ACTS, *endings.ACTS, *_EXAMINING, *issuance.ACTS, *archive.ACTS, *awaited.ACTS)
SERVICES = (
    *case_services.SERVICES, *extension.SERVICES, *endings.SERVICES, *joint.SERVICES, *issuance.SERVICES,
    *archive.SERVICES,
)  # fmt: skip
CLOCK_BOUNDARIES = frozenset({NOTICE_BOUNDARY, *intake.CLOCK_BOUNDARIES})
MESSAGES = {ENDING: frozenset[str](), REOPENING: frozenset[str](), **joint.MESSAGES}
"""Messages of the house's own hands that a process may wait for, with the facts they bring; those from outside are
files (``processes/messages``)."""

ALARMS = {
    contacts.CLOCK: contacts.overdue,
    consultations.CLOCK: consultations.overdue,
    calls.CLOCK: calls.overdue,
    **issuance_wiring.ALARMS,
    ORDER_CLOCK: orders.overdue,
    **joint.ALARMS,
}
"""Who listens to the clocks that no process waits for."""

REARMS = {contacts.CLOCK: contacts.arm_again, consultations.CLOCK: consultations.arm_again}
"""Which rooms arm deadlines of their own, and do it again when the calendar has moved the date."""


def bindings() -> Bindings:
    """Return all acts and services."""
    return Bindings(ACTS, SERVICES)


def words() -> Vocabulary:
    """Return every name that a process file may use."""
    return vocabulary(bindings(), frozenset(forms.keys()), CLOCK_BOUNDARIES, MESSAGES, frozenset(), keyed=joint.KEYED)


def compose(settings: Settings, *, clock: Clock | None = None, watch: Watch | None = None) -> Door:
    """Build the door over the settings' database; ``clock`` is the machine's unless a test gives one.

    ``watch`` counts what passes the door, where anybody asks for figures.
    """
    shifted = ShiftedClock(clock or SystemClock())
    calendars, ladders = Calendars(), Ladders(pinned_release)
    parts: Mapping[type, object] = {
        Settings: settings,
        Vault: Vault.open(settings.keys),
        Blobs: Blobs(settings.blobs),
        Outside: settings.outside,
        Scanner: Scanner(settings.scanner),
        Runtime: Runtime(),
        Bundles: Bundles(),
        Calendars: calendars,
        Ladders: ladders,
        Bindings: bindings(),
        Alarms: Alarms(ALARMS),
        Rearms: Rearms(REARMS),
        Vocabulary: words(),
        Checkout: Checkout(settings.data / "processes"),
        Couriers: Couriers(courier_of(settings)),
        Messengers: Messengers(messenger_of(settings)),
        Sources: Sources({"case": reindex, "result": reindex_results, "guide": reindex_guides}),
        Centre: Centre(
            name=next(one.name for one in library.departments().values() if one.kind == "center"),
            public_url=settings.public_url,
            complaint_phone=settings.complaint_phone,
            address=library.windows().address[0],
        ),
    }

    def move_clock(connection: Connection) -> None:
        # Rows that say otherwise move nothing where real work is done, not even before its first start is noted.
        shifted.shift = timedelta(seconds=0 if settings.production else clock_shift(connection))

    return Door(
        Database(settings.database_url, readers=settings.pool),
        shifted,
        handlers=HANDLERS,
        parts=parts,
        subscribers=_subscribers(),
        reloaders={
            "calendar": calendars.reload,
            "clock": move_clock,
            "ladder": ladders.reload,
            "release": ladders.reload,
        },
        watch=watch,
    )


def _subscribers() -> dict[str, tuple[Subscriber, ...]]:
    """Return who is told of which event in its unit: every event about a clock may move the date a list goes by."""
    given_up = dict.fromkeys((documents.GAVE_UP, *issuance_wiring.INCIDENTS), (tell_administrator,))
    told: dict[str, tuple[Subscriber, ...]] = {
        **given_up,
        **dict.fromkeys((RENDERED, *issuance_wiring.WORKED), (heal_work,)),
        VOIDED: (follow_reissue, follow_special_notice),
        deciding.DECIDED: (intake.open_post_check,),
        DELIVERED: (archive.await_filing,),
        archive.DECIDED: (joint.end_with_case,),
    }
    told[documents.INFECTED] = (tell_administrator,)
    told[UNRECKONED] = (tell_administrator,)
    told[yearly.PREVIEWED] = (tell_of_draft,)
    told[ladder.DRAFTED] = (tell_of_ladder,)
    told[policies.DRAFTED] = (tell_of_policy,)
    told[ORDER_DUE] = (orders.issue_automatically,)
    told.update(dict.fromkeys((leave.REGISTERED, leave.REVOKED), (tell_substitute,)))
    told[RECEIVED] = (*told.get(RECEIVED, ()), tracking.give_code, note_wish)
    for name in all_tags():
        if name.startswith("clock."):
            told[name] = (*told.get(name, ()), refresh_due)
    return told
