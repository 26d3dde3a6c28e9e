"""Which walk gives which command: an ordinary test of the command's own room, driven once more under the recorder.

A new command, act or alarm needs a word here: the shortest test in which it succeeds, or a walk of our own (walks.py).
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping

import pytest

from engine.process.tasks.commands import CompleteTask, FireDeadline
from tests.support.house import House
from yichuang.compose import ACTS, ALARMS, HANDLERS

CASES = "tests.engine.casework.cases"
OUTCOMES = "tests.engine.casework.cases.outcomes"
COUNSELLING = "tests.engine.casework.counselling"
CUSTODY = "tests.engine.casework.cases.custody.test_custody"
IDENTITY = "tests.engine.registry.identity"
ISSUANCE = "tests.engine.casework.issuance"
STANDSTILL = "tests.engine.oversight.standstill.test_standstill"
JOINT = "tests.engine.casework.joint"
REHEARSAL = "tests.engine.oversight.rehearsal.test_keeping"
ORDERS = "tests.engine.oversight.orders.test_orders"
TASKS = "tests.engine.process"
OURS = "tests.faults.walks"

WALKS: Mapping[str, str] = {
    f"{OURS}:accounts": "CreateAccount ResetPassword IssueToken SignIn SignOut SetAccountState",
    f"{OURS}:a_date_passes": "ReceiveApplication PutOffDeadline FireDeadline:boundary",
    f"{OURS}:a_timer_rings": "FireTimers PutOffTimers",
    f"{OURS}:a_clock_is_accepted": "TellOfClock AcceptClock",
    f"{OURS}:a_message_goes": "SendingFailed RecordSent",
    f"{OURS}:a_year_is_published": "DraftCalendar PreviewClocks ConfirmCalendar RecomputeClocks WarnMissingYear",
    f"{OURS}:a_ladder_is_changed": "DraftLadder DropLadderDraft ConfirmLadder NoteRearmed RearmClocks",
    f"{OURS}:a_card_is_disputed": "AppealCard DecideAppeal CancelCard",
    f"{OURS}:a_closure_is_thought_over": "DraftClosure DraftUndo DropDraft",
    f"{OURS}:a_figure_is_changed": "DraftPolicy ConfirmPolicy TakePolicies DropPolicy DeclinePolicy",
    f"{OURS}:a_conclusion_arrives": "DeliverMessage CompleteTask:tasks.note_reference",
    f"{OURS}:a_draft_is_worked_on":
    "StartDraft CopyDraft TakeFile SaveFile DropFile RenameDraft CommentDraft SettleComment AbandonDraft",
    f"{OURS}:a_draft_is_decided_upon":
    "SubmitDraft TakeBackDraft SendBackDraft ApproveDraft RollBack ReleaseUrgently",
    f"{OURS}:a_case_cannot_be_paused": "NoteStandstillFailure",
    f"{OURS}:a_bundle_is_taken": "ExportBundle",
    f"{OURS}:an_auditor_notes": "WriteFinding ReviseFinding SettleFinding WithdrawFinding DrawSample",
    f"{OURS}:cases_are_executed_again":
    "KeepReexecution AskReexecution StopReexecution AskNightlyReexecution NoteReexecuted",
    f"{OURS}:the_log_is_refused": "TellOfSeal TellOfKey RecordVerification",
    f"{OURS}:an_incident_is_settled": "ResolveIncident",
    f"{OURS}:housekeeping": "AddUpload RecordFileCheck DropLooseUploads RebuildSearch SeedRegister PutOff",
    f"{OURS}:lists": "SaveView ExportList DropView",
    f"{OURS}:nobody_reads_it": "CompleteTask:issuance.await_reading",
    f"{OURS}:seen_from_afar": "CompleteTask:cases.prereview",
    f"{OURS}:the_post_goes": "CreateShipment OrderFailed RecordOrder PollFailed TakeEvents",
    f"{CASES}.barring.test_barring:test_another_person_lifts_it_for_a_reason_and_everybody_is_told":
    "BarApplicant LiftBarring",
    f"{CASES}.procedures.test_extension:"
    "test_G8_ten_days_are_added_to_the_statutory_limit_and_the_promise_is_excused":
    "RequestExtension CompleteTask:cases.approve_extension CompleteTask:cases.notify_extension",
    f"{CASES}.procedures.test_hearing:"
    "test_a_hearing_that_is_asked_for_is_announced_held_and_recorded_while_time_stands_still":
    "CompleteTask:cases.apply_special CompleteTask:cases.approve_special CompleteTask:cases.notify_special"
    " CompleteTask:cases.record_special_result CompleteTask:cases.tell_hearing_rights"
    " CompleteTask:cases.answer_hearing CompleteTask:cases.announce_hearing CompleteTask:cases.hold_hearing",
    f"{CASES}.procedures.test_special:"
    "test_I07_an_appraisal_of_fifteen_days_is_left_out_and_a_proxy_collects_the_result":
    "CompleteTask:cases.work_special",
    f"{CASES}.test_deciding:"
    "test_T041_I04_a_case_of_special_weight_is_studied_together_and_the_conclusion_binds":
    "CompleteTask:cases.decide_collectively",
    f"{CASES}.test_endings:test_a_person_withdraws_an_instant_case_too": "WithdrawCase",
    f"{CASES}.test_endings:test_an_upheld_rejection_stays_and_is_reviewed_only_once":
    "AskReview CompleteTask:cases.reject CompleteTask:cases.review_rejection",
    f"{CASES}.test_endings:test_files_of_a_material_of_the_same_name_come_along": "MoveToItem",
    f"{CASES}.test_origins:test_T023_a_refused_back_record_never_starts_and_says_why": "DecideBackRecord",
    f"{CASES}.test_origins:test_T024_W01_of_the_social_window_receives_I02_and_the_audit_says_undifferentiated":
    "TakeSeat",
    f"{CASES}.test_origins:test_T028_a_case_with_two_visits_is_not_counted_as_done_in_one_go": "RecordVisit",
    f"{CASES}.test_receiving_together:test_T011_a_person_applies_for_I01_and_I06_at_once": "ReceiveTogether",
    f"{CASES}.test_reporting:test_T054_a_case_reported_to_the_province_is_followed_on_one_page_to_its_end":
    "CompleteTask:cases.first_review CompleteTask:cases.first_decide CompleteTask:cases.report_up"
    " CompleteTask:cases.take_reply CompleteTask:cases.relay_reply",
    f"{CASES}.test_separation_of_duties:test_a_look_at_the_whole_number_needs_a_reason_and_leaves_the_case_alone":
    "Unmask",
    f"{CASES}.test_separation_of_duties:test_the_issue_clerk_creates_a_delivery_only_for_a_signed_result":
    "CreateDelivery",
    f"{CASES}.test_sharing:test_T027_the_case_itself_stays_out_of_the_other_departments_sight": "ShareMaterials",
    f"{CASES}.test_voiding:test_a_document_is_made_void_once": "VoidDocument",
    f"{COUNSELLING}.test_calls:test_T047_an_answered_call_is_not_urged": "CallDepartment AnswerCall",
    f"{COUNSELLING}.test_calls:test_T047_a_call_that_nobody_answers_within_the_working_hours_is_urged":
    "FireDeadline:entrusted_call",
    f"{COUNSELLING}.test_consultations:test_T046_not_answered_within_one_working_day_it_is_one_day_overdue":
    "FireDeadline:consult",
    f"{COUNSELLING}.test_consultations:test_it_is_answered_once": "AskDepartment AnswerConsultation",
    f"{COUNSELLING}.test_contacts:test_T033_an_answer_closes_it_and_nobody_is_urged_any_more": "CloseContact",
    f"{COUNSELLING}.test_contacts:test_T033_an_offer_leaves_it_with_the_responder_until_the_other_accepts":
    "RecordContact TransferContact AcceptContact FireDeadline:first_contact",
    f"{CUSTODY}:test_T075_refused_at_the_task_the_window_counts_anew_and_the_new_slip_says_what_differs":
    "CompleteTask:cases.hand_over_again",
    f"{CUSTODY}:test_T075_a_refused_handover_goes_back_and_comes_again_under_a_new_number":
    "RefuseHandover HandOverAgain",
    f"{CUSTODY}:test_T075_a_declined_resolution_leaves_the_difference_open": "ProposeResolution ConfirmResolution",
    f"{CUSTODY}:test_an_original_left_at_the_window_keeps_the_file_open_until_it_is_given_back":
    "TakeOriginals ReturnOriginals GiveBack",
    f"{IDENTITY}.test_administrators:test_a_granted_role_holds_in_its_days_and_its_end_can_be_moved": "GrantRole",
    f"{IDENTITY}.test_administrators:test_a_revoked_role_is_gone_at_once_and_with_the_last_one_the_sessions":
    "RevokeRole",
    f"{IDENTITY}.test_administrators:test_a_token_is_taken_back_without_its_value_being_known": "RevokeToken",
    f"{IDENTITY}.test_factor:test_new_recovery_codes_end_the_earlier_ones": "EnrolFactor RenewCodes",
    f"{IDENTITY}.test_factor:test_the_security_administrator_resets_a_lost_one_and_every_session_ends": "ResetFactor",
    f"{IDENTITY}.test_factor:test_who_must_have_one_cannot_remove_it_and_everybody_else_can": "RemoveFactor",
    f"{IDENTITY}.test_sessions:test_a_changed_password_ends_the_other_sessions_and_is_remembered": "ChangePassword",
    f"{IDENTITY}.test_sessions:test_one_ends_one_of_ones_own_sessions_or_all_others": "EndOwnSessions EndSessions",
    f"{IDENTITY}.test_sessions:test_pauses_are_listed_and_lifted": "NoteFailedSignIn UnlockAccount",
    f"{ISSUANCE}.test_electronic:test_a_link_opens_once": "OpenElectronic",
    f"{ISSUANCE}.test_electronic:test_an_unread_result_is_reminded_of_twice_and_then_goes_another_way":
    "FireDeadline:unread CompleteTask:issuance.redeliver",
    f"{ISSUANCE}.test_keeping:"
    "test_chased_three_times_it_is_kept_by_the_departments_decision_and_collected_later":
    "CompleteTask:issuance.keep_result CompleteTask:issuance.fetch_kept",
    f"{ISSUANCE}.test_shipping:test_a_parcel_nobody_signs_for_is_asked_after_in_seven_days": "FireDeadline:shipping",
    f"{ISSUANCE}.test_shipping:"
    "test_without_a_courier_connected_the_clerk_enters_a_waybill_and_what_became_of_it":
    "CompleteTask:issuance.ship CompleteTask:issuance.track",
    f"{ISSUANCE}.test_uncollected:test_after_fifteen_working_days_the_applicant_is_reminded_weekly_three_times":
    "FireDeadline:uncollected",
    f"{ISSUANCE}.test_keeping:test_a_head_who_does_not_agree_lets_the_window_chase_on": "NoteChase ReturnUncollected",
    f"{ISSUANCE}.test_reopening:test_a_case_on_its_way_to_the_archive_is_taken_back_too": "ReopenCase",
    f"{ISSUANCE}.test_wish:test_the_wish_is_changed_before_the_result_is_there": "ChangeDelivery",
    f"{OUTCOMES}.test_commitment:test_T030_a_promise_not_kept_is_revoked_and_bars_the_applicant":
    "CompleteTask:cases.notice_commit CompleteTask:cases.post_check CompleteTask:cases.revoke",
    f"{OUTCOMES}.test_deficiency:test_a_reminder_goes_out_before_the_promised_day":
    "CompleteTask:cases.deficient_promise FireDeadline:ladder",
    f"{OUTCOMES}.test_intake_ways:"
    "test_T114_thirty_days_without_correction_stand_for_the_window_and_nothing_is_deleted":
    "CompleteTask:cases.close_uncorrected",
    f"{OUTCOMES}.test_intake_ways:"
    "test_T069_a_missing_telephone_is_filled_in_at_the_counter_without_any_notice": "CompleteTask:cases.fix_on_site",
    f"{OUTCOMES}.test_deficiency:test_an_electronic_supply_needs_no_slip": "SupplyDeficient",
    f"{OUTCOMES}.test_mistakes:test_a_wrong_applicant_is_replaced_and_the_documents_to_reissue_are_named":
    "CorrectApplicant",
    f"{OUTCOMES}.test_mistakes:test_after_acceptance_it_needs_a_reason_and_keeps_the_verdict": "CorrectMaterial",
    "tests.engine.casework.test_whole_cases:test_T070_the_correction_notice_waits_for_the_departments_confirmation":
    "IssueCorrectionNotice",
    "tests.engine.casework.test_whole_cases:"
    "test_a_commitment_case_with_a_correction_round_and_a_site_visit_goes_to_its_end":
    "CompleteTask:cases.formal_review CompleteTask:cases.confirm_correction CompleteTask:cases.issue_correction"
    " CompleteTask:cases.receive_correction CompleteTask:cases.accept CompleteTask:cases.receive_paper"
    " CompleteTask:cases.substantive_review CompleteTask:cases.plan_visit CompleteTask:cases.record_visit"
    " CompleteTask:cases.give_opinion CompleteTask:cases.decide CompleteTask:issuance.make_result"
    " CompleteTask:issuance.hand_over_result CompleteTask:issuance.sign_result CompleteTask:issuance.pick_up"
    " CompleteTask:archive.collate CompleteTask:archive.file",
    f"{JOINT}.test_joint:test_a_partial_grant_is_each_departments_own_document":
    "CompleteTask:joint.plan CompleteTask:joint.review_branch CompleteTask:joint.give_opinion"
    " CompleteTask:joint.conclude CompleteTask:issuance.make_branch_result",
    f"{JOINT}.test_joint_changing:test_a_branch_added_behind_another_waits_for_it":
    "ProposeBranch DecideBranch DropBranch",
    f"{JOINT}.test_joint_chasing:test_T081_two_chases_of_the_fire_brigade_are_told_put_down_and_journalled":
    "ChaseBranch",
    f"{JOINT}.test_joint_limits:test_T082_a_late_branch_is_told_to_the_lead_and_the_supervisor_and_can_still_be_done":
    "FireDeadline:branch",
    f"{JOINT}.test_joint_meeting:test_T081_an_absence_is_shown_and_is_no_consent":
    "CallMeeting AnswerMeeting RecordMinutes",
    f"{JOINT}.test_joint_meeting:test_moved_everybody_answers_anew_and_cancelled_nobody_does":
    "MoveMeeting CancelMeeting",
    f"{JOINT}.test_joint_visiting:test_moved_the_notice_is_void_and_another_takes_its_place":
    "PlanJointVisit MoveJointVisit RecordJointFindings",
    f"{JOINT}.test_joint_visits_changed:"
    "test_an_added_branch_joins_the_visit_that_is_planned_by_the_same_one_notice": "JoinJointVisit",
    f"{JOINT}.test_joint_visits_changed:"
    "test_cancelled_the_applicant_is_told_in_writing_and_nobody_owes_findings": "CancelJointVisit",
    f"{JOINT}.test_joint_visiting:test_only_who_was_named_looks_once_and_the_department_may_name_others":
    "NameVisitors",
    "tests.engine.casework.tracking.test_query_codes:"
    "test_a_reissued_code_ends_the_old_one_and_stands_in_the_journal_with_its_reason": "ReissueQueryCode",
    f"{STANDSTILL}:test_T038_the_clocks_of_all_cases_stand_still_and_go_on_each_with_its_own_lines":
    "DraftStandstill ApproveStandstill CarryOutStandstill FinishStandstill EndStandstill",
    f"{STANDSTILL}:test_before_the_approval_nothing_stands_still": "DropStandstill",
    f"{ORDERS}:test_an_answer_sent_back_has_its_days_anew": "IssueOrder AnswerOrder SendBackAnswer CloseOrder",
    f"{ORDERS}:test_a_withdrawn_order_needs_no_answer_and_its_clock_stands": "WithdrawOrder",
    f"{ORDERS}:test_an_order_nobody_answers_is_told_to_the_head_of_the_centre_once": "FireDeadline:order",
    f"{REHEARSAL}:test_a_script_waits_is_taken_once_and_ends": "AskRehearsal RecordRehearsal",
    f"{REHEARSAL}:test_a_kept_script_is_asked_for_once_until_it_is_dropped": "AskTests KeepTest DropTest",
    f"{REHEARSAL}:test_the_gate_asks_for_a_rehearsal_with_exactly_these_files_of_the_scripts_of_the_item":
    "RecordVerdict",
    "tests.engine.oversight.publishing.migrating.test_migrating:"
    "test_a_batch_moves_each_case_once_and_keeps_why_one_was_refused": "ChooseCases MigrateCase NoteUnmoved",
    "tests.engine.oversight.publishing.modifying.test_modifying:"
    "test_a_step_begins_again_and_the_audit_executes_it_again": "ModifyCase",
    "tests.engine.oversight.publishing.test_releases:"
    "test_a_case_goes_on_with_its_own_release_after_a_restart_and_on_another_host": "Deploy",
    "tests.engine.registry.policies.test_policies:test_the_demonstrations_clock_only_runs_forward": "MoveClock",
    f"{TASKS}.test_countersigning:test_everybody_signs_and_the_holder_completes_with_their_agreement":
    "AskCountersigning SignTask",
    f"{TASKS}.test_countersigning:test_one_after_the_other_each_is_asked_when_it_is_their_turn":
    "AddSigners RemoveSigner",
    f"{TASKS}.test_countersigning:test_only_the_holder_asks_and_changes_and_never_without_a_reason":
    "CallOffCountersigning",
    f"{TASKS}.test_returning:test_the_head_sends_the_case_back_and_who_did_the_step_has_it_in_hand_again": "SendBack",
    f"{TASKS}.test_returning:test_the_last_step_is_taken_back_with_what_was_answered_while_nobody_acted":
    "WithdrawStep",
    f"{TASKS}.test_tasks_copying:test_each_receiver_has_a_row_is_told_and_marks_it_read_alone":
    "SendCopies ReadCopies",
    f"{TASKS}.test_tasks_handing:"
    "test_the_holder_gives_one_task_away_and_the_receiver_is_told_with_the_reason_and_the_draft": "TransferTask",
    f"{TASKS}.test_tasks_handing:test_the_delegate_fills_the_form_and_hands_it_back_and_only_the_holder_completes_it":
    "DelegateTask ReturnDelegation",
    f"{TASKS}.test_tasks_handing:test_recalling_ends_everything_further_out_and_brings_what_was_typed":
    "RecallDelegation",
    f"{TASKS}.test_tasks_urging:test_T081_two_urgings_are_both_on_file_and_the_holder_is_told_once":
    "UrgeTask",
    f"{IDENTITY}.test_leave:test_it_is_revoked_by_whoever_may_register_it_and_ends_at_once":
    "RegisterLeave RevokeLeave",
    f"{TASKS}.test_tasks_incidents:test_retried_after_the_cause_is_gone_it_comes_through_and_is_healed":
    "RetryIncident",
    f"{TASKS}.test_tasks_inbox:test_a_claimed_task_lies_in_its_holders_box_and_comes_back_when_released":
    "ClaimTask ReleaseTask",
    f"{TASKS}.test_tasks_inbox:test_a_draft_is_kept_word_for_word_and_replaced_by_the_next": "SaveDraft",
    f"{TASKS}.test_tasks_inbox:test_reading_a_notification_changes_no_case": "MarkRead",
    f"{TASKS}.test_tasks_messages:test_messages_are_forgotten_after_the_policys_time_with_a_line_that_says_how_many":
    "SendMessage ReadMessages ForgetMessages",
    f"{TASKS}.test_tasks_phone:test_a_link_ends_when_its_person_ends_it": "ClosePhoneLink",
    f"{TASKS}.test_tasks_phone:test_a_removed_photograph_may_be_sent_again": "OpenPhoneLink ReceivePhoto RemovePhoto",
    f"{TASKS}.test_tasks_phone:test_only_what_was_seen_is_taken": "TakePhotos",
    f"{TASKS}.test_tasks_shift:test_a_second_sending_gives_nothing_twice": "HandOverTasks",
    f"{TASKS}.test_tasks_taken_back:test_a_mandate_that_was_renewed_meanwhile_keeps_its_tasks": "TakeBackTask",
    "tests.yichuang.test_worker:test_the_documents_of_a_case_are_rendered_and_their_digests_kept": "RecordRendering",
}  # fmt: skip
"""By ``module:function``, the kinds of the commands whose first success in it is cut off (see recording.kind_of)."""

CORE = frozenset({
    "ReceiveApplication", "CompleteTask:cases.accept", "CompleteTask:cases.decide", "CompleteTask:issuance.sign_result",
    "CompleteTask:issuance.pick_up", "FireDeadline:boundary", "Deploy", "SignIn", "SetAccountState",
})  # fmt: skip
"""What the house lives by: these are cut off on PostgreSQL too, in the small size."""


def known_kinds() -> set[str]:
    """Return every kind of command that this house has: each class, each act of a task, each way a deadline fires."""
    classes = {one.__name__ for one in HANDLERS} - {CompleteTask.__name__, FireDeadline.__name__}
    acts = {f"{CompleteTask.__name__}:{act.name}" for act in ACTS}
    fires = {f"{FireDeadline.__name__}:{way}" for way in ("boundary", "ladder", *ALARMS)}
    return classes | acts | fires


def given_by(walk: str) -> frozenset[str]:
    """Return the kinds of the commands that ``walk`` gives."""
    return frozenset(WALKS[walk].split())


def walked(walk: str, house: House, request: pytest.FixtureRequest) -> None:
    """Drive the walk in ``house``; what else it asks for is a fixture."""
    module, name = walk.split(":")
    drive = getattr(importlib.import_module(module), name)
    asked = inspect.signature(drive).parameters
    drive(**{one: house if one in {"house", "sqlite_house"} else request.getfixturevalue(one) for one in asked})
