"""Every name in the shipped files is one the platform knows, and every clause one the standard has."""

from __future__ import annotations

import ast

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnValidator

from processes import library
from tests.processes.seeding import change, edited, find, shipped, with_defect
from tests.processes.walk import BPMN, YC, Diagram, Step
from tests.processes.words import (
    ACTS,
    CLOCKS,
    LANE_OF_ROLE,
    MESSAGES,
    PROCESSES,
    SERVICES,
    STANDARD_CLAUSES,
    START_FACTS,
    THREE_LEVEL_CLAUSES,
    TWO_LEVEL_CLAUSES,
)

CALLED = {
    "examination": (["case_no", "case_type", "site_visit_required"], ["decision"]),
    "unfinished": (["case_no"], []),
    "intake": (["case_no", "remote"], ["intake_outcome"]),
    "correction": (["case_no"], ["intake_outcome"]),
    "post_check": (["case_no"], []),
    "supply_handover": (["case_no"], []),
    "route_report_up": (["case_no"], ["decision"]),
    "route_joint": (["case_no"], ["decision"]),
    "joint_branch": (["case_no", "branch"], []),
    "rejection_review": (["case_no"], []),
    "route_instant": (["case_no", "site_visit_required", "notice_commitment"], ["decision"]),
    "route_commitment": (["case_no", "site_visit_required", "notice_commitment"], ["decision"]),
    "site_visit": (["case_no"], []),
    "issue_delivery": (["case_no", "delivery_mode"], []),
    "special_procedure": (["case_no"], []),
    "hearing": (["case_no"], []),
    "keeping": (["case_no"], ["delivery_mode"]),
    "archive": (["case_no"], []),
}
ELEMENT_IDS = {
    "one_window_main": {
        *("start_window", "st_register", "ca_intake", "bt_deemed", "st_deemed_accept", "gw_intake"),
        *("bm_intake_ended", "ca_examination", "bm_examination_ended", "gw_decision", "ca_unfinished"),
        *("ut_make_result", "ut_result_handover", "ut_result_receipt"),
        *("ca_issue_delivery", "ca_archive", "bm_reopened", "end_closed"),
    },
    "examination": {
        *("st_dispatch", "gw_paper", "ut_receive_paper", "gw_type", "ca_instant", "ca_commitment", "ca_report_up"),
        *("ca_joint", "gw_taken", "ut_hand_over_again"),
    },
    "route_joint": {
        *("ut_lead_plan", "ca_branches", "st_outstanding", "ce_branches_over", "ut_lead_conclude", "ut_branch_result"),
    },
    "joint_branch": {"st_arrive", "rt_ready", "ut_branch_review", "ut_branch_opinion", "bm_opinion_over"},
    "joint_added": {"ca_added"},
    "joint_remade": {"ut_branch_remade"},
    "route_report_up": {
        *("ut_first_review", "ut_first_decide", "gw_first", "ut_report_up", "ut_upper_reply", "ut_relay"),
    },
    "rejection_review": {"ut_review_rejection", "gw_review", "st_begin_anew", "end_upheld", "end_overturned"},
    "unfinished": {
        *("st_unfinished", "st_archive_unfinished", "gw_ending", "end_rejected", "end_uncorrected", "end_withdrawn"),
        *("end_terminated", "end_misfiled"),
    },
    "intake": {
        *("gw_arrival", "ut_prereview", "ut_formal", "gw_scope", "gw_formal", "gw_manner", "ut_accept", "ut_reject"),
        *("ut_deficient_promise", "ut_notice_commit", "ut_fix_on_site", "ca_correction", "gw_corrected"),
    },
    "correction": {
        *("ut_confirm_correction", "gw_confirmed", "ut_issue_correction", "ut_receive_correction"),
        *("bt_correction_limit", "ut_close_uncorrected", "gw_lapsed"),
    },
    "post_check": {"ut_post_check", "gw_checked", "ut_revoke"},
    "supply_handover": {"ut_receive_supply", "gw_supplied", "ut_supply_again"},
    "route_instant": {"ut_head_decide", "gw_instant", "ca_downgraded"},
    "special_procedure": {"ut_sp_apply", "ut_sp_approve", "ut_sp_notice", "ca_hearing", "ut_sp_work", "ut_sp_result"},
    "hearing": {"ut_hearing_rights", "ut_hearing_answer", "ut_hearing_announce", "ut_hearing_record"},
    "extension": {"ut_ext_approve", "ut_ext_notice", "st_recalc"},
    "route_commitment": {
        *("ut_substantive", "gw_visit", "ca_site_visit", "ut_dept_opinion", "ut_head_decide", "gw_decided"),
        *("gw_special", "ca_special_procedure", "gw_opinion", "gw_major", "ut_collective", "gw_promised"),
    },
    "site_visit": {"ut_plan_visit", "ut_record_visit"},
    "issue_delivery": {
        *("gw_delivery", "ut_pickup", "ut_ship", "ut_track", "st_edeliver", "ut_await_reading", "gw_outcome"),
        *("ut_redeliver", "st_delivery_feedback", "gw_undelivered", "ca_keeping"),
    },
    "keeping": {"ut_keep_result", "gw_kept", "ut_fetch_kept"},
    "archive": {"ut_collate", "ut_archive", "st_archive_decision"},
}


def steps(kind: str | None = None) -> list[Step]:
    every = [step for diagram in shipped().values() for step in diagram.steps.values()]
    return [step for step in every if kind in (None, step.kind)]


def wrong_words(diagrams: dict[str, Diagram]) -> set[str]:
    """Nodes whose task, service, clock or clauses are not in the lists."""
    wrong = set()
    for step in (step for diagram in diagrams.values() for step in diagram.steps.values()):
        act = ACTS.get(step.act or "")
        task_right = step.kind != "userTask" or (act and step.form in act.forms and step.role == act.role)
        service_right = step.kind != "serviceTask" or step.service in SERVICES
        clauses_right = set(step.clauses) <= STANDARD_CLAUSES
        boundary_right = step.clock in (None, *CLOCKS) and step.message in (None, *MESSAGES)
        if not (task_right and service_right and clauses_right and boundary_right):
            wrong.add(step.id)
    return wrong


def test_T115_the_standard_has_38_clauses_of_three_numbers_and_13_of_two() -> None:
    assert (len(THREE_LEVEL_CLAUSES), len(TWO_LEVEL_CLAUSES)) == (38, 13)


def test_every_act_form_role_service_clock_and_clause_is_known() -> None:
    assert wrong_words(shipped()) == set()


@pytest.mark.parametrize(
    "process, node, edit",
    [
        ("intake", "ut_formal", change("ut_formal", "task", "act", "cases.decide")),
        ("intake", "ut_accept", change("ut_accept", "task", "form", "decide")),
        ("intake", "ut_accept", change("ut_accept", "task", "role", "dept_head")),
        ("archive", "st_archive_decision", change("st_archive_decision", "service", "name", "archive.shred")),
        ("one_window_main", "bt_deemed", change("bt_deemed", "clock", "name", "egg_timer")),
        ("site_visit", "ut_plan_visit", change("ut_plan_visit", "clause", "ref", "4.2.5")),
    ],
)
def test_an_unknown_name_is_noticed(process, node, edit) -> None:
    assert wrong_words(with_defect(process, edit)) == {node}


def test_every_act_is_done_by_exactly_one_kind_of_task_and_none_is_missing() -> None:
    done = [step.act or "" for step in steps("userTask")]

    assert set(done) == set(ACTS)
    twice = sorted({act for act in done if done.count(act) > 1})
    # A department makes its part out in the joint route, and once more when the case is reopened.
    assert twice == ["cases.decide", "cases.hand_over_again", "cases.receive_paper", "issuance.make_branch_result"]


def test_every_service_is_called_and_the_instant_decision_has_its_own_form() -> None:
    assert {step.service for step in steps("serviceTask")} == set(SERVICES)
    forms = {step.process: step.form for step in steps("userTask") if step.act == "cases.decide"}
    assert forms == {"route_instant": "decide_instant", "route_commitment": "decide"}


def test_every_node_has_the_id_and_the_called_process_of_the_plan() -> None:
    for identity, diagram in shipped().items():
        assert ELEMENT_IDS[identity] <= set(diagram.steps), identity
    calls = {step.id: step.called for step in steps("callActivity")}
    assert calls == {
        "ca_intake": "intake",
        "ca_examination": "examination",
        "ca_report_up": "route_report_up",
        "ca_joint": "route_joint",
        "ca_branches": "joint_branch",
        "ca_added": "joint_branch",
        "ca_unfinished": "unfinished",
        "ca_correction": "correction",
        "ca_instant": "route_instant",
        "ca_commitment": "route_commitment",
        "ca_site_visit": "site_visit",
        "ca_special_procedure": "special_procedure",
        "ca_hearing": "hearing",
        "ca_keeping": "keeping",
        "ca_downgraded": "route_commitment",
        "ca_issue_delivery": "issue_delivery",
        "ca_archive": "archive",
    }


def test_every_node_and_every_flow_out_of_a_decision_has_a_chinese_name() -> None:
    for diagram in shipped().values():
        for step in diagram.steps.values():
            assert any("\u4e00" <= character <= "\u9fff" for character in step.name), step.id
            if step.kind == "exclusiveGateway" and len(diagram.leaving(step.id)) > 1:
                assert all(link.name for link in diagram.leaving(step.id)), step.id


def test_every_node_names_the_clause_it_carries_out() -> None:
    assert [step.id for step in steps() if not step.clauses] == []


def test_lanes_are_complete_and_every_role_works_in_its_own_lane() -> None:
    for step in steps():
        assert len(step.lanes) == 1, step.id
        if step.role:
            assert step.lanes == (LANE_OF_ROLE[step.role],), step.id
        if step.service:
            assert step.lanes == ("L_system",), step.id


def test_no_lane_refers_to_a_node_that_is_not_there() -> None:
    for diagram in shipped().values():
        for reference in diagram.root.iter(f"{BPMN}flowNodeRef"):
            assert reference.text in diagram.steps


def test_our_extension_elements_carry_no_id() -> None:
    for diagram in shipped().values():
        ours = [element for element in diagram.root.iter() if str(element.tag).startswith(YC)]
        assert ours
        assert [element.tag for element in ours if element.get("id") is not None] == []


def test_called_processes_declare_what_they_take_and_give() -> None:
    for identity, (inputs, outputs) in CALLED.items():
        process = find(shipped()[identity].root, identity)
        box = process.find(f"{BPMN}ioSpecification")
        assert box is not None, identity
        for tag, references, names in (
            ("dataInput", "inputSet/{0}dataInputRefs", inputs),
            ("dataOutput", "outputSet/{0}dataOutputRefs", outputs),
        ):
            declared = box.findall(f"{BPMN}{tag}")
            assert [(each.get("id"), each.get("name")) for each in declared] == [(name, name) for name in names]
            assert [each.text for each in box.findall(BPMN + references.format(BPMN))] == names
    assert find(shipped()["one_window_main"].root, "one_window_main").find(f"{BPMN}ioSpecification") is None


def test_conditions_name_only_facts_that_are_given_or_set() -> None:
    known = set(START_FACTS)
    known |= {fact for act in ACTS.values() for fact in act.facts} | {f for facts in SERVICES.values() for f in facts}
    known |= {fact for facts in MESSAGES.values() for fact in facts}
    conditions = [link.condition for diagram in shipped().values() for link in diagram.links if link.condition]
    names = {node.id for text in conditions for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}

    assert names
    assert names <= known


def test_every_process_is_executable_titled_and_described() -> None:
    for identity, diagram in shipped().items():
        process = find(diagram.root, identity)
        assert process.get("isExecutable") == "true"
        assert process.findtext(f"{BPMN}documentation")
        title = process.find(f"{BPMN}extensionElements/{YC}process")
        assert title is not None
        assert title.get("title")


@pytest.fixture(scope="module")
def schema() -> BpmnValidator:
    return BpmnValidator()


@pytest.mark.parametrize("identity", PROCESSES)
def test_every_file_is_valid_against_the_bpmn_schema(identity, schema) -> None:
    schema.validate(etree.fromstring(library.processes()[identity].xml).getroottree())


def test_the_schema_check_notices_a_misplaced_element(schema) -> None:
    def edit(root: etree._Element) -> None:
        process = find(root, "archive")
        process.append(etree.Element(f"{BPMN}documentation"))

    xml = edited(library.processes()["archive"].xml, edit)
    with pytest.raises(Exception, match="documentation"):
        schema.validate(etree.fromstring(xml).getroottree())
