"""Who may do what: every command has its action, its handler and its title, and every role gets the table's answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from engine.door import Door
from engine.foundation.clock import FixedClock
from engine.foundation.store.commands import Command
from engine.foundation.store.database import Database
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault
from engine.registry.identity.rules import ACTIONS, ROLES, SYSTEM, NotYourAction, may, require
from engine.registry.identity.titles import TITLES
from tests.engine.foundation.units import NOW, new_vault
from yichuang.compose import HANDLERS

COUNTER = {"window_clerk", "issue_clerk"}
DEPARTMENT = {"dept_reviewer", "dept_head", "dept_archivist"}
WORKERS = COUNTER | DEPARTMENT
ASKED = {"dept_reviewer", "dept_head"}
LEADING = ASKED | {"lead_coordinator"}

EXPECTED: dict[str, set[str]] = {
    # 6.1.1, 6.1.3: receiving and telling what is missing is the integrated window's.
    "ReceiveApplication": {"window_clerk"},
    "ReceiveTogether": {"window_clerk"},
    "IssueCorrectionNotice": {"window_clerk"},
    # The reviewer asks for more time; the head, another person, approves it (S2).
    "RequestExtension": {"dept_reviewer"},
    # What the applicant asks and what was registered wrongly is taken where the application was taken.
    "WithdrawCase": {"window_clerk"},
    "SupplyDeficient": {"window_clerk"},
    "CorrectMaterial": {"window_clerk"},
    "CorrectApplicant": {"window_clerk"},
    "MoveToItem": {"window_clerk"},
    # A result that was wrong is the department's to make again, by its head.
    "ReopenCase": {"dept_head"},
    "AskReview": {"window_clerk"},
    # By whom a document was issued it may be void: the counter's by the counter, the department's by its head.
    "VoidDocument": {*COUNTER, "dept_reviewer", "dept_head"},
    # Whoever recorded it does not approve it: the supervisor does (S2).
    "DecideBackRecord": {"supervisor"},
    "ReissueQueryCode": COUNTER,
    # What befalls the log over all chains is told by the machinery and the operator.
    "TellOfSeal": set(),
    "TellOfKey": set(),
    "RecordVerification": set(),
    # What proves a case elsewhere is the auditor's to carry away, for a purpose that is written down.
    "ExportBundle": {"auditor"},
    # What an auditor notes and draws is the auditor's alone.
    "WriteFinding": {"auditor"},
    "ReviseFinding": {"auditor"},
    "SettleFinding": {"auditor"},
    "WithdrawFinding": {"auditor"},
    "DrawSample": {"auditor"},
    # So is having cases executed again; what came of it the house itself notes.
    "KeepReexecution": {"auditor"},
    "AskReexecution": {"auditor"},
    "StopReexecution": {"auditor"},
    "AskNightlyReexecution": set(),
    "NoteReexecuted": set(),
    # 4.1.8: the administrator drafts what the calendar is to be, the head of the centre puts it in force.
    "DraftCalendar": {"sys_admin"},
    "DraftClosure": {"sys_admin"},
    "DraftUndo": {"sys_admin"},
    "DropDraft": {"sys_admin"},
    "ConfirmCalendar": {"center_head"},
    # T117: the same for the figures that the standard leaves open.
    "DraftPolicy": {"sys_admin"},
    "DropPolicy": {"sys_admin"},
    "ConfirmPolicy": {"center_head"},
    "DeclinePolicy": {"center_head"},
    "TakePolicies": set(),
    "PreviewClocks": set(),
    "RecomputeClocks": set(),
    "WarnMissingYear": set(),
    # The same for the ladders; and a card is decided on by the supervisor, never by whom it was given to (4.1.8).
    "DraftLadder": {"sys_admin"},
    "DropLadderDraft": {"sys_admin"},
    "ConfirmLadder": {"center_head"},
    "NoteRearmed": set(),
    "RearmClocks": set(),
    "AppealCard": COUNTER | {"dept_reviewer", "dept_head", "center_head"},
    "DecideAppeal": {"supervisor"},
    "CancelCard": {"supervisor"},
    "RecordFileCheck": set(),
    "RecordVisit": COUNTER,
    "ShareMaterials": {"window_clerk", "dept_reviewer", "dept_head"},
    "TakeSeat": COUNTER,
    # 4.1.7: whoever meets the applicant first; 4.2.4: the window asks and calls, the department answers.
    "RecordContact": COUNTER | {"complaint_clerk"},
    "TransferContact": COUNTER | {"complaint_clerk", "dept_reviewer", "dept_head"},
    "AcceptContact": COUNTER | {"complaint_clerk", "dept_reviewer", "dept_head"},
    "CloseContact": COUNTER | {"complaint_clerk", "dept_reviewer", "dept_head"},
    "AskDepartment": {"window_clerk"},
    "AnswerConsultation": {"dept_reviewer", "dept_head"},
    "CallDepartment": {"window_clerk"},
    "AnswerCall": {"dept_reviewer", "dept_head"},
    "HandOverTasks": WORKERS,
    "TakeBackTask": set(),
    # 转办 by the holder or the head; 委派 among those who work on tasks; a copy from whoever works on cases.
    "TransferTask": {*WORKERS, "center_head"},
    "DelegateTask": WORKERS,
    "ReturnDelegation": WORKERS,
    "RecallDelegation": WORKERS,
    "SendCopies": {*WORKERS, "lead_coordinator"},
    "ReadCopies": set(ROLES),
    # 6.2.2: who coordinates or watches urges, and who received the application; the handler asks whose case it is.
    "UrgeTask": {"window_clerk", "dept_head", "lead_coordinator", "center_head", "supervisor"},
    "RegisterLeave": {*WORKERS, "center_head", "sec_admin"},
    "RevokeLeave": {*WORKERS, "center_head", "sec_admin"},
    # T030: the department bars who broke a promise, by its head; another person lifts it (S2's thought).
    "BarApplicant": {"dept_head"},
    "LiftBarring": {"dept_head", "supervisor"},
    "SendMessage": WORKERS | {"lead_coordinator", "complaint_clerk", "center_head", "supervisor", "evaluator"},
    "ReadMessages": set(ROLES),
    "ForgetMessages": set(),
    # 6.3.3: only the integrated window gives results out, never the department.
    "CreateDelivery": {"issue_clerk"},
    # 6.1.5, 6.3.1: each side of a handover does its own part.
    "RefuseHandover": {"dept_reviewer", "issue_clerk"},
    "HandOverAgain": {"window_clerk", "dept_head"},
    "ProposeResolution": {"window_clerk"},
    "ConfirmResolution": {"dept_reviewer"},
    "ReturnOriginals": {"dept_reviewer"},
    "TakeOriginals": {"window_clerk"},
    "GiveBack": {"window_clerk"},
    # 6.3.3: the department never sends a result; how it goes is the window's business alone.
    "CreateShipment": {"issue_clerk"},
    "ChangeDelivery": {"issue_clerk"},
    "ReturnUncollected": {"issue_clerk"},
    "NoteChase": {"issue_clerk"},
    "Unmask": WORKERS,
    "AddUpload": WORKERS,
    # Whoever may upload may let a telephone upload; what the telephone does is the public page's, by its token.
    "OpenPhoneLink": WORKERS,
    "ClosePhoneLink": WORKERS,
    "TakePhotos": WORKERS,
    "ReceivePhoto": set(),
    "RemovePhoto": set(),
    "ClaimTask": WORKERS,
    "ReleaseTask": WORKERS,
    "SaveDraft": WORKERS,
    "CompleteTask": WORKERS,
    "MarkRead": set(ROLES),
    "SignIn": set(ROLES),
    "SignOut": set(ROLES),
    "SaveView": set(ROLES),
    "DropView": set(ROLES),
    # Whoever sees a list may take it along, masked and for a purpose that is written down.
    "ExportList": {*WORKERS, "lead_coordinator", "center_head", "supervisor", "evaluator", "auditor"},
    "Deploy": {"designer"},
    "SeedRegister": {"designer"},
    # Who drafts may decide upon another's draft; that it is another person's is asked of the draft (S4).
    "StartDraft": {"designer"},
    "CopyDraft": {"designer"},
    "TakeFile": {"designer"},
    "SaveFile": {"designer"},
    "DropFile": {"designer"},
    "RenameDraft": {"designer"},
    "CommentDraft": {"designer"},
    "SettleComment": {"designer"},
    "SubmitDraft": {"designer"},
    "TakeBackDraft": {"designer"},
    "AbandonDraft": {"designer"},
    "ApproveDraft": {"designer"},
    "SendBackDraft": {"designer"},
    "ReleaseUrgently": {"designer"},
    "RollBack": {"designer"},
    "ChooseCases": {"designer"},
    "MigrateCase": {"designer"},
    "NoteUnmoved": {"designer"},
    # What is rehearsed touches no case; how it ended is the word of a machine's hand.
    **{name: {"designer"} for name in ("AskRehearsal", "AskTests", "KeepTest", "DropTest")},
    "RecordRehearsal": set(),
    "RecordVerdict": set(),
    # Who keeps the machinery going mends what got stuck in it; he plays no part in any case.
    "ModifyCase": {"sys_admin"},
    "RetryIncident": {"sys_admin"},
    "ResolveIncident": {"sys_admin"},
    # The holder asks colleagues for their opinion, sends back and takes back; whoever works on cases, the lead's
    # coordinator and the head of the centre sign when they are asked.
    **dict.fromkeys(("AskCountersigning", "AddSigners", "RemoveSigner", "CallOffCountersigning"), WORKERS),
    **dict.fromkeys(("SendBack", "WithdrawStep"), WORKERS),
    "SignTask": {*WORKERS, "lead_coordinator", "center_head"},
    # 6.2.2: the lead department calls meetings and plans visits, the departments that were asked answer and look.
    **dict.fromkeys(("CallMeeting", "MoveMeeting", "CancelMeeting", "RecordMinutes"), LEADING),
    **dict.fromkeys(("PlanJointVisit", "MoveJointVisit", "CancelJointVisit", "JoinJointVisit"), LEADING),
    **dict.fromkeys(("AnswerMeeting", "NameVisitors", "RecordJointFindings"), ASKED),
    # 6.2.2: the lead department adds, leaves out and chases; so does who watches over the work, but that only chases.
    "ProposeBranch": {"dept_reviewer", "dept_head", "lead_coordinator"},
    "DecideBranch": {"dept_head"},
    "DropBranch": {"dept_head"},
    "ChaseBranch": {"dept_reviewer", "dept_head", "lead_coordinator", "center_head", "supervisor"},
    # 4.1.8: who watches over the work orders and closes; who holds it up answers.
    "IssueOrder": {"supervisor"},
    "AnswerOrder": {"dept_head", "center_head"},
    "CloseOrder": {"supervisor"},
    "SendBackAnswer": {"supervisor"},
    "WithdrawOrder": {"supervisor"},
    # T038: the clocks of many cases stand still by the word of two people, and a machine's hand.
    "DraftStandstill": {"supervisor", "sys_admin"},
    "DropStandstill": {"supervisor", "sys_admin"},
    "EndStandstill": {"supervisor", "sys_admin"},
    "ApproveStandstill": {"center_head"},
    "CarryOutStandstill": set(),
    "NoteStandstillFailure": set(),
    "FinishStandstill": set(),
    # The word of another body comes from its own system, never from whoever works on the case.
    "DeliverMessage": {"integrator"},
    # 三员分立: the system administrator keeps the machine, the security administrator the people.
    "MoveClock": {"sys_admin"},
    "CreateAccount": {"sec_admin"},
    "ResetPassword": {"sec_admin"},
    "SetAccountState": {"sec_admin"},
    "IssueToken": {"sec_admin"},
    "GrantRole": {"sec_admin"},
    "RevokeRole": {"sec_admin"},
    "UnlockAccount": {"sec_admin"},
    "RevokeToken": {"sec_admin"},
    "EndSessions": {"sec_admin"},
    "ResetFactor": {"sec_admin"},
    # Whoever signs in keeps his own password, second factor and sessions.
    "ChangePassword": set(ROLES),
    "EndOwnSessions": set(ROLES),
    "EnrolFactor": set(ROLES),
    "RemoveFactor": set(ROLES),
    "RenewCodes": set(ROLES),
    "NoteFailedSignIn": set(),
    # The house's own hands.
    "RebuildSearch": set(),
    "RecordOrder": set(),
    "OrderFailed": set(),
    "TakeEvents": set(),
    "PollFailed": set(),
    "OpenElectronic": set(),
    "RecordSent": set(),
    "SendingFailed": set(),
    "FireDeadline": set(),
    "PutOffDeadline": set(),
    "FireTimers": set(),
    "PutOffTimers": set(),
    "TellOfClock": set(),
    "AcceptClock": set(),
    "RecordRendering": set(),
    "PutOff": set(),
    "DropLooseUploads": set(),
}
"""Who may give each command, said here once more by hand: a slip in the table of actions is caught by it."""

COMMANDS = {kind.__name__: kind for kind in HANDLERS}
SOME: dict[str, Any] = {"str": "x", "int": 1, "int | None": None, "bool": False}


def commands_of_the_house(kind: type[Command] = Command) -> Iterator[type[Command]]:
    """Yield every command class of the engine that can be given (one that others are made from cannot)."""
    for child in kind.__subclasses__():
        if child.__subclasses__():
            yield from commands_of_the_house(child)
        elif child.__module__.startswith("engine."):
            yield child


def some(kind: type[Command]) -> Command:
    """Return a command of ``kind`` filled with anything of the right shape."""
    values = {}
    for field in dataclasses.fields(kind):
        shape = str(field.type)
        values[field.name] = SOME[shape] if shape in SOME else {} if shape.startswith("Mapping") else ()
    return kind(**values)


def actor_with(*roles: str, department: str = "center") -> Actor:
    return Actor(account="T01", person="p", name="某人", grants=tuple((role, department) for role in roles))


# The inventory ----------------------------------------------------------------------------------------------------


def test_every_command_has_a_handler_and_every_handler_a_command():
    assert {kind.__name__ for kind in commands_of_the_house()} == set(COMMANDS)


def test_every_command_needs_an_action_that_is_in_the_table():
    assert {kind.action for kind in HANDLERS} <= set(ACTIONS)


def test_every_command_is_said_by_hand_above():
    assert set(EXPECTED) == set(COMMANDS)


def test_every_action_has_a_title_that_finishes_the_sentence():
    assert set(TITLES) == set(ACTIONS)
    for action in ACTIONS:
        with pytest.raises(NotYourAction) as refused:
            require(actor_with(), action)
        assert TITLES[action] in refused.value.sentence


def test_every_role_in_the_table_is_a_role_and_every_role_may_at_least_sign_in():
    assert {role for roles in ACTIONS.values() for role in roles} <= set(ROLES)
    assert all(may(actor_with(role), "session.own") for role in ROLES)


def test_no_role_is_called_as_the_houses_own_hand_is():
    assert "system" not in ROLES


def test_an_action_nobody_has_heard_of_is_allowed_to_nobody():
    with pytest.raises(KeyError):
        may(actor_with(*ROLES), "case.delete")


# The matrix, through the door ---------------------------------------------------------------------------------------


@pytest.fixture
def door(migrated_sqlite_url: str) -> Iterator[Door]:
    """The house's door with its permissions, whose handlers do nothing."""
    database = Database(migrated_sqlite_url)
    idle = {kind: (lambda command, unit: {"done": True}) for kind in HANDLERS}
    with database.writing() as connection:
        unit = Unit(connection, now=NOW, actor=SYSTEM, parts={})
        for kind in HANDLERS:
            for root in some(kind).roots():
                unit.lock_or_create(root, "case")
    yield Door(database, FixedClock(NOW), handlers=idle, parts={Vault: new_vault()})
    database.close()


def allowed(door: Door, actor: Actor) -> set[str]:
    """Return the names of the commands that ``actor`` may give."""
    found = set()
    for name, kind in COMMANDS.items():
        try:
            door.execute(some(kind), actor, key=f"{actor.account}:{name}:{actor.grants}")
        except NotYourAction:
            continue
        found.add(name)
    return found


def test_each_role_may_give_exactly_the_commands_of_its_row(door: Door):
    for role in ROLES:
        expected = {name for name, roles in EXPECTED.items() if role in roles}
        assert allowed(door, actor_with(role)) == expected, role


def test_a_person_with_several_roles_may_what_any_of_them_may(door: Door):
    both = actor_with("window_clerk", "designer")
    assert allowed(door, both) == {
        name for name, roles in EXPECTED.items() if roles & {"window_clerk", "designer"}
    }  # fmt: skip


def test_a_person_without_a_role_may_nothing_and_the_house_may_everything(door: Door):
    assert allowed(door, actor_with()) == set()
    assert allowed(door, SYSTEM) == set(COMMANDS)


def test_a_role_means_nothing_by_being_called_like_one(door: Door):
    for made_up in ("System", "SYSTEM", "admin", "root", "window_clerk ", "", "*"):
        assert allowed(door, actor_with(made_up)) == set(), made_up


def test_the_channel_by_which_somebody_comes_gives_no_rights(door: Door):
    for channel in ("web", "api", "cli", "system"):
        stranger = Actor(account="T01", person="p", name="某人", channel=channel)
        assert allowed(door, stranger) == set()
