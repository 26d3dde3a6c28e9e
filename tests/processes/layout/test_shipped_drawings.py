"""Every shipped drawing can be read by a citizen: no flow meets another, nothing is hidden, all words have room."""

from __future__ import annotations

import pytest

from processes import library
from processes.layout import lay_out
from tests.processes.layout.drawing import Drawing, cut_words, faults, hidden_labels, meetings, read
from tests.processes.words import PROCESSES


def drawing(identity: str) -> Drawing:
    return read(library.processes()[identity].xml)


def test_all_shipped_processes_are_looked_at() -> None:
    assert set(PROCESSES) == set(library.processes())


@pytest.mark.parametrize("identity", PROCESSES)
def test_a_shipped_drawing_is_what_the_layout_makes_of_its_places(identity) -> None:
    """So a changed file has been laid out again, and laying out again changes nothing."""
    xml = library.processes()[identity].xml

    assert lay_out(xml, keep=True) == xml


@pytest.mark.parametrize("identity", PROCESSES)
def test_a_shipped_drawing_has_no_faults_and_hides_no_label(identity) -> None:
    assert faults(drawing(identity)) == []
    assert hidden_labels(drawing(identity)) == []


@pytest.mark.parametrize("identity", PROCESSES)
def test_no_two_flows_cross_touch_or_run_on_top_of_each_other(identity) -> None:
    """All shipped processes are planar, their messages included, so no crossing is needed."""
    assert meetings(drawing(identity)) == []


@pytest.mark.parametrize("identity", PROCESSES)
def test_every_name_has_room_where_it_stands(identity) -> None:
    assert cut_words(drawing(identity)) == []


def test_T016_the_main_drawing_is_one_page_wide() -> None:
    """2,400 pixels print legibly on a landscape A3 page and show whole on a wide screen at half size."""
    pools = drawing("one_window_main").pools

    assert max(area.width for area in pools.values()) <= 2400
    assert sum(area.height for area in pools.values()) <= 1000


def test_the_black_box_of_the_applicant_stands_above_the_window() -> None:
    main = drawing("one_window_main")

    assert main.pools["P_applicant"].y < main.pools["P_center"].y
    assert [lane for lane, _ in sorted(main.lanes.items(), key=lambda entry: entry[1].y)] == [
        *("L_window", "L_issue", "L_dept", "L_system"),
    ]


def test_every_named_event_gateway_and_flow_has_a_label_of_its_own() -> None:
    main = drawing("one_window_main")

    named = {"start_window", "bt_deemed", "bm_reopened", "gw_intake", "gw_decision", "end_closed", "mf_result"}
    assert named <= set(main.labels)
    assert not {"ut_make_result", "ca_intake"} & set(main.labels)
