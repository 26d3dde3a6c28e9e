"""The invariants I1-I9 of the model over the shipped files, each with a seeded defect that breaks it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from lxml import etree

from tests.processes.seeding import change, lead, leave_out, move_to_lane, shipped, take_away, with_defect
from tests.processes.walk import Diagram, Step, reachable, read
from tests.processes.words import LANES, PROCESSES

MAIN = "one_window_main"
ENDS = {"end_closed", "end_rejected", "end_uncorrected", "end_withdrawn", "end_terminated", "end_misfiled"}
Diagrams = Mapping[str, Diagram]


def every_step(diagrams: Diagrams) -> list[Step]:
    return [step for diagram in diagrams.values() for step in diagram.steps.values()]


def beside(diagrams: Diagrams) -> list[str]:
    """The small processes that may run beside the main one."""
    mark = ".//{urn:yichuang:bpmn:1}process[@beside]"
    return [id for id, diagram in diagrams.items() if diagram.root.find(mark) is not None]


def ends_reached(diagrams: Diagrams, *without: str) -> set[str]:
    """The ends of a case: those of the main process, and of what it calls for cases that were never closed."""
    last = (MAIN, "unfinished")
    ends = {s.id for s in reachable(diagrams, MAIN, without) if s.process in last and s.kind == "endEvent"}
    return ends - {"end_unfinished"}


def decisions_reached(diagrams: Diagrams, *without: str) -> set[str]:
    return {step.id for step in reachable(diagrams, MAIN, without) if step.act == "cases.decide"}


def corrections_issued_unconfirmed(diagrams: Diagrams) -> set[str]:
    """Issuing tasks reached without a confirmation, from the start or since the last notice was issued."""
    again = ((MAIN, "ca_intake"), ("intake", "ca_correction"), ("correction", "ut_issue_correction"))
    unconfirmed = reachable(diagrams, MAIN, ("ut_confirm_correction",))
    unconfirmed |= reachable(diagrams, MAIN, ("ut_confirm_correction", "bt_deemed"), start_at=[again])
    return {step.id for step in unconfirmed if step.act == "cases.issue_correction"}


def deliveries_outside_the_issuing_window(diagrams: Diagrams) -> set[str]:
    handing = {"issuance.pick_up", "issuance.ship", "issuance.track", "issuance.await_reading", "issuance.redeliver"}
    return {s.id for s in every_step(diagrams) if s.act in handing and s.lanes != ("L_issue",)}


def pausing_steps(diagrams: Diagrams) -> set[str]:
    """Nodes that could stop a clock: a special procedure, or any service of the clocks."""
    return {
        step.id
        for step in every_step(diagrams)
        if step.called == "special_procedure" or (step.service or "").startswith("clocks.")
    }


def tasks_without_lane_or_role(diagrams: Diagrams) -> set[str]:
    return {s.id for s in every_step(diagrams) if s.kind == "userTask" and not (len(s.lanes) == 1 and s.role)}


def gateways_without_default(diagrams: Diagrams) -> set[str]:
    return {
        step.id
        for diagram in diagrams.values()
        for step in diagram.steps.values()
        if step.kind == "exclusiveGateway"
        and len(diagram.leaving(step.id)) > 1
        and step.default not in {link.id for link in diagram.leaving(step.id)}
    }


def timers_without_clock(diagrams: Diagrams) -> set[str]:
    return {step.id for step in every_step(diagrams) if step.timer and not step.clock}


def archive_services(diagrams: Diagrams) -> list[str]:
    return [step.id for step in every_step(diagrams) if step.service == "archive.record_decision"]


def test_the_walk_gets_everywhere_in_the_shipped_files() -> None:
    diagrams = shipped()

    reached = {(step.process, step.id) for first in (MAIN, *beside(diagrams)) for step in reachable(diagrams, first)}
    boundaries = {(s.process, s.id) for s in every_step(diagrams) if s.kind == "boundaryEvent"}

    assert reached | boundaries == {(step.process, step.id) for step in every_step(diagrams)}


def test_I1_no_case_ends_without_having_been_registered() -> None:
    assert ends_reached(shipped()) == ENDS
    assert ends_reached(shipped(), "st_register") == set()


def test_I1_a_way_around_the_registration_is_noticed() -> None:
    diagrams = with_defect(MAIN, lead("f_start_window__st_register", "ca_intake"))

    assert ends_reached(diagrams, "st_register") == ENDS


def test_I2_no_department_decides_before_acceptance() -> None:
    assert decisions_reached(shipped()) == {"ut_head_decide"}
    assert decisions_reached(shipped(), "ut_accept", "st_deemed_accept") == set()


def test_I2_a_decision_on_a_rejected_case_is_noticed() -> None:
    diagrams = with_defect(MAIN, lead("f_gw_intake__gw_unfinished", "ca_examination"))

    assert decisions_reached(diagrams, "ut_accept", "st_deemed_accept") == {"ut_head_decide"}


def test_I2_an_acceptance_without_its_act_goes_nowhere() -> None:
    """Without the act no outcome is set, and the default keeps the case from the department."""
    diagrams = with_defect("intake", lead("f_gw_merge_accept__ut_accept", "end_accepted"))

    assert decisions_reached(diagrams, "ut_accept", "st_deemed_accept") == set()


def test_I3_T070_every_correction_notice_has_been_confirmed_by_the_department() -> None:
    assert "ut_issue_correction" in {step.id for step in reachable(shipped(), MAIN)}
    assert corrections_issued_unconfirmed(shipped()) == set()


def test_I3_a_notice_past_the_department_is_noticed() -> None:
    diagrams = with_defect("correction", lead("f_start_correction__ut_confirm_correction", "ut_issue_correction"))

    assert corrections_issued_unconfirmed(diagrams) == {"ut_issue_correction"}


def test_I3_a_second_notice_on_the_first_confirmation_is_noticed() -> None:
    diagrams = with_defect("correction", lead("f_ut_receive_correction__gw_merge_settled", "ut_issue_correction"))

    assert corrections_issued_unconfirmed(diagrams) == {"ut_issue_correction"}


def test_I4_results_are_handed_out_at_the_issuing_window_only() -> None:
    assert any(step.act == "issuance.pick_up" for step in every_step(shipped()))
    assert deliveries_outside_the_issuing_window(shipped()) == set()


def test_I4_a_department_that_hands_out_results_is_noticed() -> None:
    diagrams = with_defect("issue_delivery", move_to_lane("ut_pickup", "L_system"))

    assert deliveries_outside_the_issuing_window(diagrams) == {"ut_pickup"}


def test_I5_only_the_special_procedure_stops_a_clock_and_a_site_visit_does_not() -> None:
    assert pausing_steps(shipped()) == {"ca_special_procedure"}


@pytest.mark.parametrize(
    "process, edit, noticed",
    [
        ("archive", change("st_archive_decision", "service", "name", "clocks.pause"), "st_archive_decision"),
        (
            "route_commitment",
            lambda root: root.find(".//{*}callActivity[@id='ca_site_visit']").set("calledElement", "special_procedure"),
            "ca_site_visit",
        ),
    ],
)
def test_I5_a_node_that_stops_a_clock_is_noticed(process, edit, noticed) -> None:
    assert pausing_steps(with_defect(process, edit)) == {"ca_special_procedure", noticed}


def test_I6_every_user_task_has_one_lane_and_a_role() -> None:
    assert tasks_without_lane_or_role(shipped()) == set()


@pytest.mark.parametrize("edit", [move_to_lane("ut_formal", None), take_away("ut_formal", "task")])
def test_I6_a_task_without_lane_or_role_is_noticed(edit) -> None:
    assert tasks_without_lane_or_role(with_defect("intake", edit)) == {"ut_formal"}


def test_I6_a_task_in_two_lanes_is_noticed() -> None:
    def edit(root: etree._Element) -> None:
        lane = root.findall(".//{*}lane")[1]
        etree.SubElement(lane, lane[0].tag).text = "ut_issue_correction"

    assert tasks_without_lane_or_role(with_defect("correction", edit)) == {"ut_issue_correction"}


def test_I7_every_decision_has_a_default() -> None:
    assert gateways_without_default(shipped()) == set()


@pytest.mark.parametrize(
    "process, gateway",
    [
        (MAIN, "gw_intake"),
        (MAIN, "gw_decision"),
        ("examination", "gw_paper"),
        ("examination", "gw_type"),
        ("examination", "gw_elsewhere"),
        ("unfinished", "gw_ending"),
        ("intake", "gw_arrival"),
        ("intake", "gw_scope"),
        ("intake", "gw_formal"),
        ("intake", "gw_manner"),
        ("intake", "gw_corrected"),
        ("correction", "gw_lapsed"),
        ("post_check", "gw_checked"),
        ("correction", "gw_confirmed"),
        ("route_commitment", "gw_visit"),
        ("route_commitment", "gw_decided"),
    ],
)
def test_I7_a_decision_without_a_default_is_noticed(process, gateway) -> None:
    assert gateways_without_default(with_defect(process, leave_out(gateway, "default"))) == {gateway}


def test_I8_every_timer_names_its_clock() -> None:
    assert any(step.timer for step in every_step(shipped()))
    assert timers_without_clock(shipped()) == set()


def test_I8_a_timer_without_a_clock_is_noticed() -> None:
    assert timers_without_clock(with_defect(MAIN, take_away("bt_deemed", "clock"))) == {"bt_deemed"}


def test_I9_no_case_ends_without_an_archive_decision() -> None:
    diagrams = shipped()

    assert ends_reached(diagrams, *archive_services(diagrams)) == set()


def test_I9_a_rejection_that_keeps_no_record_is_noticed() -> None:
    diagrams = with_defect("unfinished", lead("f_st_unfinished__st_archive_unfinished", "gw_ending"))

    assert ends_reached(diagrams, *archive_services(diagrams)) == ENDS - {"end_closed"}


def test_I9_T084_a_closing_that_skips_the_archive_is_noticed() -> None:
    diagrams = with_defect(MAIN, lead("f_ca_issue_delivery__ca_archive", "end_closed"))

    assert ends_reached(diagrams, *archive_services(diagrams)) == {"end_closed"}


def test_I9_each_end_writes_its_own_outcome() -> None:
    outcomes = {}
    for diagram in shipped().values():
        for node in diagram.root.iter("{*}serviceTask"):
            for parameter in node.iter("{urn:yichuang:bpmn:1}parameter"):
                outcomes[node.get("id")] = (parameter.get("name"), parameter.get("value"))

    assert outcomes == {
        "st_archive_decision": ("outcome", "'closed'"),
        "st_archive_unfinished": ("outcome", "ending"),
        "st_arrive": ("branch", "branch"),
    }


def test_deemed_acceptance_interrupts_the_whole_intake_and_joins_the_accepted_way() -> None:
    main = shipped()[MAIN]
    boundary = main.steps["bt_deemed"]

    assert (boundary.host, boundary.clock) == ("ca_intake", "correction_notice")
    assert [link.target for link in main.leaving("bt_deemed")] == ["st_deemed_accept"]
    assert [link.target for link in main.leaving("st_deemed_accept")] == ["gw_merge_intake"]
    element = main.root.find(".//{*}boundaryEvent")
    assert element is not None
    assert element.get("cancelActivity") == "true"


def test_a_case_deemed_accepted_goes_on_without_any_clerk_at_the_window() -> None:
    reached = {step.id for step in reachable(shipped(), MAIN, ("ut_formal", "ut_prereview"))}

    assert "end_closed" in reached
    assert "ut_reject" not in reached


def test_no_flow_leads_into_a_task_past_a_merge_gateway() -> None:
    """Two flows into one task would run it twice when both arrive; the files merge in gateways."""
    for diagram in shipped().values():
        for step in diagram.steps.values():
            if step.kind != "exclusiveGateway":
                assert len(diagram.entering(step.id)) <= 1, step.id


def test_all_processes_are_shipped_and_lanes_are_the_four_known() -> None:
    diagrams = shipped()

    assert tuple(sorted(diagrams)) == PROCESSES
    for diagram in diagrams.values():
        for lane in diagram.root.iter("{*}lane"):
            assert lane.get("name") == LANES[lane.get("id", "")]


def test_the_reading_sees_what_a_file_says() -> None:
    xml = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yc="urn:yichuang:bpmn:1">'
        b'<process id="p"><laneSet id="s"><lane id="L"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
        b'<userTask id="a" name="n"><extensionElements><yc:task form="f" act="x" role="r"/><yc:clause ref="6.1"/>'
        b'</extensionElements></userTask><sequenceFlow id="f" sourceRef="a" targetRef="a"/></process></definitions>'
    )
    diagram = read(xml)

    assert diagram.steps["a"].lanes == ("L",)
    assert (diagram.steps["a"].form, diagram.steps["a"].act, diagram.steps["a"].role) == ("f", "x", "r")
    assert diagram.steps["a"].clauses == ("6.1",)
    assert [link.id for link in diagram.leaving("a")] == ["f"]
