"""The shipped scripts, one for each way an item goes, pass on the shipped files."""

from __future__ import annotations

import json

import pytest

from engine.oversight.rehearsal.coverage import together
from engine.oversight.rehearsal.files import Files
from engine.oversight.rehearsal.report import PASSED
from engine.oversight.rehearsal.script import read_script, script_text
from processes import library
from yichuang.rehearsing.house import Workshop
from yichuang.rehearsing.running import rehearse

SCRIPTS = library.rehearsals()
ROUTES = {"route_instant", "route_commitment", "route_joint", "route_report_up"}


def test_every_case_type_of_the_catalogue_has_a_script() -> None:
    rehearsed = {read_script(text).item for text in SCRIPTS.values()}
    kinds = {library.items()[code].case_type for code in rehearsed}
    assert kinds == {one.case_type for one in library.items().values()}
    assert {name.partition("_")[0] for name in SCRIPTS} == rehearsed, "a file is named for its item"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_shipped_script_is_written_as_the_product_writes_it(name: str) -> None:
    script = read_script(SCRIPTS[name])
    assert read_script(script_text(script)) == script
    assert len(json.loads(SCRIPTS[name])["steps"]) == len(script.steps)


def test_the_shipped_scripts_pass_and_walk_every_route(workshop: Workshop, shipped: Files) -> None:
    reports = {name: rehearse(workshop, shipped, read_script(text)) for name, text in SCRIPTS.items()}
    assert {name: one.failures for name, one in reports.items() if one.outcome != PASSED} == {}
    covered = together(one.coverage for one in reports.values())
    assert all(covered[route].reached >= 0.8 * len(covered[route].elements) for route in ROUTES - {"route_instant"})
    assert covered["archive"].per_cent == 100
    assert covered["route_report_up"].missed() == ()
