"""Decision tables in releases: pinned by the case, journalled rule by rule, re-executed by the audit."""

from __future__ import annotations

from typing import Any

import pytest

from engine.foundation.journal.queries import lines_of
from engine.oversight.publishing.commands import CATALOGUE_ROOT, Deploy
from engine.oversight.publishing.rules import ProcessRefused
from engine.process.bpmn import parse_decisions
from engine.process.bpmn.releases.queries import (
    Release,
    artifact_content,
    current_decisions,
    put_release,
    release_at,
    releases_of,
)
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.engine.foundation.units import NOW, Store
from tests.engine.oversight.audit.test_tampering import forge
from tests.support.decisions import TABLE, asking_route
from tests.support.house import House

ROUTE = "route_commitment"
FILE = "review_depth"
OPINION = {"opinion": "建议准予", "basis": "《食品经营许可和备案管理办法》"}
SIMPLER = TABLE.replace('<text>"full"</text>', '<text>"simple"</text>')


def deploy(house: House, *, route: bool = True, table: str | None = TABLE) -> dict[str, str]:
    command = Deploy(
        processes={ROUTE: asking_route()} if route else {}, decisions={} if table is None else {FILE: table}
    )
    return dict(house.execute("P61", command)["releases"])


def to_opinion(house: House, case_no: str) -> list[str]:
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    return [task.element for task in house.open_tasks(case_no)]


def decisions_told(house: House, case_no: str) -> list[dict[str, Any]]:
    with house.door.read(SYSTEM) as view:
        lines = lines_of(view.connection, f"case:{case_no}")
    return [made for line in lines for made in line.data.get("decisions", [])]


def newest(house: House) -> dict[str, Release]:
    with house.door.read(SYSTEM) as view:
        return {one.item_code: one for one in reversed(releases_of(view.connection))}


def refused(house: House, command: Deploy) -> list[tuple[str, str]]:
    before = newest(house)
    with pytest.raises(ProcessRefused) as caught:
        house.execute("P61", command)
    assert newest(house) == before
    assert "请" in caught.value.sentence
    return [(each.element_id, each.rule) for each in caught.value.problems]


def test_a_case_takes_the_way_its_table_says_and_its_journal_tells_the_rule(house: House):
    deploy(house)
    case_no = house.accepted_commitment()
    assert to_opinion(house, case_no) == ["ut_legal_check"]
    [made] = decisions_told(house, case_no)
    digest = parse_decisions(TABLE.encode()).digest
    assert made == {
        "element": "br_depth",
        "decision": "depth_of_review",
        "digest": digest,
        "inputs": [{"expression": "risk", "value": "high"}],
        "rules": ["rule_full"],
        "outputs": [{"name": "depth", "value": "full"}, {"name": "spot_share", "value": 1}],
        "required": [
            {
                "decision": "risk_level",
                "inputs": [
                    {"expression": "site_visit_required", "value": True},
                    {"expression": "notice_commitment", "value": False},
                ],
                "rules": ["rule_visited"],
                "outputs": [{"name": "risk", "value": "high"}],
            }
        ],
    }
    house.reopen()
    house.complete("D11", case_no, "ut_legal_check", OPINION)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    assert house.violations() == []


def test_a_fraction_is_journalled_as_text(sqlite_house: House):
    deploy(sqlite_house, table=TABLE.replace("<text>1</text>", "<text>0.5 + 0.25</text>"))
    case_no = sqlite_house.accepted_commitment()
    to_opinion(sqlite_house, case_no)
    assert decisions_told(sqlite_house, case_no)[0]["outputs"][1] == {"name": "spot_share", "value": "0.75"}
    sqlite_house.reopen()
    assert sqlite_house.violations() == []


def test_a_running_case_keeps_its_table_and_the_next_takes_the_new_one(house: House):
    deploy(house)
    running = house.accepted_commitment()
    released = deploy(house, route=False, table=SIMPLER)
    assert "I02" in released
    following = house.accepted_commitment()
    assert to_opinion(house, running) == ["ut_legal_check"]
    assert to_opinion(house, following) == ["ut_head_decide"]
    digests = [decisions_told(house, one)[0]["digest"] for one in (running, following)]
    assert digests == [parse_decisions(text.encode()).digest for text in (TABLE, SIMPLER)]
    house.reopen()
    assert house.violations() == []


def _another_rule(line: dict[str, Any]) -> None:
    for made in line["data"].get("decisions", []):
        made["required"][0]["rules"] = ["rule_other"]


def _another_output(line: dict[str, Any]) -> None:
    for made in line["data"].get("decisions", []):
        made["outputs"][0]["value"] = "simple"


def _no_decision(line: dict[str, Any]) -> None:
    line["data"].pop("decisions", None)


@pytest.mark.parametrize("change", [_another_rule, _another_output, _no_decision], ids=lambda one: one.__name__)
def test_a_careful_forger_of_a_decision_is_contradicted_by_the_table(change: Any, sqlite_house: House):
    deploy(sqlite_house)
    case_no = sqlite_house.accepted_commitment()
    to_opinion(sqlite_house, case_no)
    forge(sqlite_house, case_no, change)
    assert {one.invariant for one in sqlite_house.violations()} == {"I6"}


def test_a_release_pins_the_tables_its_processes_ask_and_no_others(sqlite_house: House):
    before = newest(sqlite_house)
    assert all(one.decisions == {} for one in before.values())
    deploy(sqlite_house)
    after = newest(sqlite_house)
    digest = parse_decisions(TABLE.encode()).digest
    assert {code for code, one in after.items() if one.decisions} == {
        code for code, one in after.items() if ROUTE in one.processes
    }
    assert dict(after["I02"].decisions) == {FILE: digest}
    with sqlite_house.door.read(SYSTEM) as view:
        assert current_decisions(view.connection) == {FILE: digest}
        assert artifact_content(view.connection, digest).decode() == TABLE
        [line] = [
            line for line in lines_of(view.connection, CATALOGUE_ROOT) if line.data.get("release") == after["I02"].id
        ]
    assert line.data["decisions"] == {FILE: digest}
    assert deploy(sqlite_house) == {}


def test_a_process_that_asks_no_longer_lets_its_table_go(sqlite_house: House):
    deploy(sqlite_house)
    plain = library.processes()[ROUTE].xml.decode("utf-8")
    sqlite_house.execute("P61", Deploy(processes={ROUTE: plain}))
    assert newest(sqlite_house)["I02"].decisions == {}
    with sqlite_house.door.read(SYSTEM) as view:
        assert current_decisions(view.connection) == {}


def test_a_manifest_from_before_there_were_tables_still_loads_and_is_no_new_release(migrated_url: str):
    manifest = {"item": "i" * 64, "main": "m", "processes": {"m": "1"}, "forms": {}, "policies": {}}
    store = Store(migrated_url)
    with store.unit() as unit:
        id = put_release(unit, "I99", manifest, NOW)
        assert id is not None
        assert put_release(unit, "I99", manifest, NOW) is None
        assert release_at(unit.connection, id).decisions == {}
        assert current_decisions(unit.connection) == {}
        assert put_release(unit, "I99", {**manifest, "decisions": {"t": "2"}}, NOW) is not None
        assert current_decisions(unit.connection) == {"t": "2"}
    store.database.close()


def test_the_same_catalogue_again_makes_no_new_release(sqlite_house: House):
    processes = {id: file.xml.decode("utf-8") for id, file in library.processes().items()}
    assert sqlite_house.execute("P61", Deploy(processes=processes))["releases"] == {}


def test_what_cannot_be_released_is_refused_and_changes_nothing(sqlite_house: House):
    house = sqlite_house
    overlapping = TABLE.replace('<text>not("high")</text>', "<text>-</text>")
    bad_cell = TABLE.replace('LiteralExpression_1"><text>"low"', 'LiteralExpression_1"><text>f(')
    assert refused(house, Deploy(processes={ROUTE: asking_route()})) == [
        ("br_depth", "decision-unknown"), ("f_full", "name-unknown")
    ]  # fmt: skip
    assert refused(house, Deploy(processes={}, decisions={FILE: TABLE})) == [(FILE, "decisions-unused")]
    both = {ROUTE: asking_route()}
    assert refused(house, Deploy(processes=both, decisions={"other": TABLE})) == [(FILE, "decisions-name")]
    assert ("rule_simple", "rules-overlap") in refused(house, Deploy(processes=both, decisions={FILE: overlapping}))
    assert ("LiteralExpression_1", "cell") in refused(house, Deploy(processes=both, decisions={FILE: bad_cell}))
    assert ("", "xml-broken") in refused(house, Deploy(processes=both, decisions={FILE: "x"}))
    twin = TABLE.replace('id="review_depth"', 'id="twin"')
    assert refused(house, Deploy(processes=both, decisions={FILE: TABLE, "twin": twin})) == [
        ("risk_level", "decision-twice"), ("depth_of_review", "decision-twice")
    ]  # fmt: skip


def test_a_new_table_must_suit_the_processes_that_ask_it(sqlite_house: House):
    deploy(sqlite_house)
    gone = TABLE.replace('"depth_of_review"', '"depth_of_inspection"')
    assert ("br_depth", "decision-unknown") in refused(sqlite_house, Deploy(processes={}, decisions={FILE: gone}))
    renamed = TABLE.replace('name="depth"', 'name="deepness"')
    assert refused(sqlite_house, Deploy(processes={}, decisions={FILE: renamed})) == [("f_full", "name-unknown")]
    asking_more = TABLE.replace("<text>site_visit_required</text>", "<text>moon_is_full</text>")
    assert refused(sqlite_house, Deploy(processes={}, decisions={FILE: asking_more})) == [
        ("br_depth", "decision-input-unknown")
    ]


def test_what_a_table_refuses_rolls_the_act_back_and_says_why(sqlite_house: House):
    # A table with a hole, which check only warns of: the reviewer is told, and nothing has happened.
    holed = TABLE.replace('UnaryTests_41"><text>"high"', 'UnaryTests_41"><text>"middle"').replace(
        '<text>not("high")</text>', '<text>"low"</text>'
    )
    deploy(sqlite_house, table=holed)
    case_no = sqlite_house.accepted_commitment()
    sqlite_house.visit(case_no)
    with pytest.raises(Exception, match="决策表“审查深度”得不出结论：没有一条规则成立，也没有默认输出（风险=“high”）"):
        sqlite_house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    assert [task.element for task in sqlite_house.open_tasks(case_no)] == ["ut_dept_opinion"]
    assert decisions_told(sqlite_house, case_no) == []
    assert sqlite_house.violations() == []
