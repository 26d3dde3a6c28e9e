"""The trace table and what it says about Appendix A (T001, T003, T016, T103, T104)."""

from __future__ import annotations

import json

import pytest

from processes import library
from tests.processes.seeding import find, shipped
from tests.processes.walk import BPMN, Diagram
from tests.processes.words import STANDARD_CLAUSES

BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"

DRAWN = {
    "T063": ("ut_formal", "gw_formal", "gw_scope", "gw_manner"),
    "T064": ("ut_accept", "st_register"),
    "T065": ("ut_accept",),
    "T066": ("ut_reject", "end_rejected"),
    "T067": ("ca_intake", "start_window", "ut_prereview"),
    "T068": ("ut_prereview",),
    "T069": ("ut_fix_on_site",),
    "T070": ("ut_confirm_correction", "gw_confirmed"),
    "T071": ("ut_issue_correction",),
    "T072": ("start_window", "ut_prereview"),
    "T073": ("st_register",),
    "T074": ("st_dispatch",),
    "T075": ("ut_receive_paper",),
    "T076": ("st_dispatch", "ut_receive_paper"),
    "T077": ("ut_lead_plan",),
    "T079": ("ut_substantive", "ca_commitment"),
    "T080": ("ut_head_decide",),
    "T081": ("ca_branches", "ut_lead_conclude"),
    "T082": ("ut_branch_review", "ut_branch_opinion"),
    "T083": ("ut_record_visit",),
    "T084": ("end_closed",),
    "T085": ("ut_make_result",),
    "T087": ("ut_result_handover", "ut_result_receipt"),
    "T088": ("ut_pickup",),
    "T089": ("ut_pickup",),
    "T090": ("ut_ship",),
    "T091": ("ut_ship", "ut_track"),
    "T093": ("st_delivery_feedback",),
    "T098": ("ut_collate",),
    "T099": ("ut_archive",),
    "T100": ("ut_archive",),
}
"""Rows of chapter 6 whose action is a step of the drawn flow."""

NOT_A_STEP = {
    "T078": "guidance before an application, beside the flow",
    "T086": "a look-up inside the formal review",
    "T092": "a permission that is never given",
    "T094": "the grievance process, beside the flow",
    "T095": "the grievance process, beside the flow",
    "T096": "the grievance process, beside the flow",
    "T097": "the grievance process, beside the flow",
}
"""Rows of chapter 6 that are no step of this flow, and why."""


def undrawn(diagrams: dict[str, Diagram]) -> set[tuple[str, str]]:
    """Return the rows whose node is missing or does not carry the row's clause."""
    clause_of = {row.id: row.clause for row in library.clauses()}
    steps = [step for diagram in diagrams.values() for step in diagram.steps.values()]
    carried = {(step.id, clause) for step in steps for clause in step.clauses}
    return {(row, node) for row, nodes in DRAWN.items() for node in nodes if (node, clause_of[row]) not in carried}


def test_T001_the_trace_table_has_all_117_rows_in_order() -> None:
    rows = library.clauses()

    assert [row.id for row in rows] == [f"T{number:03d}" for number in range(1, 118)]


def test_T003_each_chapter_that_asks_something_has_rows() -> None:
    clauses = [row.clause for row in library.clauses()]

    for chapter in "4567":
        assert any(clause == chapter or clause.startswith(f"{chapter}.") for clause in clauses), chapter


def test_T115_every_clause_of_chapters_4_to_6_has_a_row_and_every_row_a_clause() -> None:
    rows = {row.clause for row in library.clauses()}
    three_level = {clause for clause in STANDARD_CLAUSES if clause.count(".") == 2}

    assert three_level <= rows
    assert rows - STANDARD_CLAUSES == {"封面", "前言", "目录", "全文", "附录A", "附录B", "附录C"}


def test_rows_speak_plainly_and_name_their_force() -> None:
    for row in library.clauses():
        assert row.modality in ("应", "宜", "可", "陈述")
        assert "`" not in row.requirement
        assert row.part
        assert row.role
    force = {row.id: row.modality for row in library.clauses()}
    assert (force["T048"], force["T049"], force["T050"], force["T103"]) == ("可", "应", "宜", "陈述")


def test_a_row_written_twice_is_refused(tmp_path) -> None:
    row = {"id": "T001", "clause": "1", "part": "a", "modality": "应", "requirement": "b", "role": "c"}
    (tmp_path / "clauses.json").write_text(json.dumps({"clauses": [row, row]}), encoding="utf-8")

    with pytest.raises(library.LibraryRefused, match="T001"):
        library.clauses(tmp_path)


def test_T103_the_main_file_says_that_it_is_a_reconstruction() -> None:
    documentation = find(shipped()["one_window_main"].root, "one_window_main").findtext(f"{BPMN}documentation") or ""

    assert "附录A原图缺失，本图依据第6章正文重建" in documentation
    assert "重建，非原图" in documentation
    assert "reconstructed from ch.6" in documentation


def test_T104_every_action_chapter_6_asks_for_is_a_node_that_names_its_clause() -> None:
    assert undrawn(shipped()) == set()


def test_T104_every_row_of_chapter_6_is_either_drawn_or_accounted_for() -> None:
    rows = {row.id for row in library.clauses() if row.clause.startswith("6.")}

    assert set(DRAWN) | set(NOT_A_STEP) == rows
    assert not set(DRAWN) & set(NOT_A_STEP)


def test_T104_a_node_that_is_gone_is_noticed() -> None:
    diagrams = shipped()
    del diagrams["correction"].steps["ut_confirm_correction"]

    assert undrawn(diagrams) == {("T070", "ut_confirm_correction")}


def test_T016_the_drawing_shows_every_lane_node_and_flow() -> None:
    for diagram in shipped().values():
        shown = {element.get("bpmnElement") for element in diagram.root.iter(f"{BPMNDI}BPMNShape", f"{BPMNDI}BPMNEdge")}
        lanes = {lane.get("id") for lane in diagram.root.iter(f"{BPMN}lane")}
        pools = {pool.get("id") for pool in diagram.root.iter(f"{BPMN}participant", f"{BPMN}messageFlow")}
        assert shown == lanes | pools | set(diagram.steps) | {link.id for link in diagram.links}


def test_T016_the_main_drawing_has_the_four_lanes_and_the_applicant_as_a_black_box() -> None:
    root = shipped()["one_window_main"].root
    lanes = [lane.get("id") for lane in root.iter(f"{BPMN}lane")]
    pools = {pool.get("name"): pool.get("processRef") for pool in root.iter(f"{BPMN}participant")}
    messages = {(m.get("sourceRef"), m.get("targetRef")) for m in root.iter(f"{BPMN}messageFlow")}

    assert lanes == ["L_window", "L_issue", "L_dept", "L_system"]
    assert pools["申请对象"] is None
    assert ("P_applicant", "start_window") in messages
    assert ("ca_issue_delivery", "P_applicant") in messages
