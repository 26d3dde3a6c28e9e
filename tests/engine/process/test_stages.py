"""A stage has a limit of its own: it runs while one of its tasks is open, and may be late while the case is on time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from engine.foundation.errors import Refusal
from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.migrating.commands import MigrateCase
from engine.process.clocks.cards.queries import cards_of
from engine.process.clocks.ledgers import pause_clocks, resume_clocks
from engine.process.clocks.queries import ClockRow, clocks_of
from engine.process.clocks.rules import STAGE
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.engine.casework.cases.procedures.stretches import OPINION, REVIEW, accepted, asked, told, worked
from tests.support.house import COMPANY, House
from tests.support.listing import follow

ROUTE = "route_commitment"


def stages(house: House, case_no: str) -> list[ClockRow]:
    with house.door.read(SYSTEM) as view:
        return [row for row in clocks_of(view.connection, f"case:{case_no}") if row.kind == STAGE]


def shipped(process: str) -> str:
    return library.processes()[process].xml.decode()


def test_a_stage_runs_while_its_tasks_are_open_and_is_named_after_the_item_s_list(house: House):
    case_no = accepted(house, "I10", ())
    [review] = stages(house, case_no)
    assert (review.title, review.unit, review.state) == ("实质审查环节时限", "wd", "running")
    assert review.due_on == date(2026, 3, 6), "three and a half days are given as four from 2 March"
    house.complete("D31", case_no, "ut_substantive", REVIEW)
    assert [one.state for one in stages(house, case_no)] == ["running"], "the opinion belongs to the same stage"
    house.complete("D31", case_no, "ut_dept_opinion", OPINION)
    assert [(one.title, one.state) for one in stages(house, case_no)] == [
        ("实质审查环节时限", "stopped"), ("作出决定环节时限", "running"),
    ]  # fmt: skip
    house.complete("D32", case_no, "ut_head_decide", {"decision": "grant"})
    assert {one.state for one in stages(house, case_no)} == {"stopped"}
    said = [line.sentence for line in house.journal(f"case:{case_no}") if line.type == "clock.opened"]
    assert "实质审查环节时限起算：自 2026-03-02 起4个工作日内，到期日 2026-03-06" in said
    assert house.violations() == []


def test_half_a_day_is_four_working_hours(sqlite_house: House):
    house = sqlite_house
    case_no = accepted(house, "I02", ())
    house.complete("D11", case_no, "ut_substantive", REVIEW)
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    decide = stages(house, case_no)[-1]
    assert (decide.unit, decide.due_at) == ("wh", datetime(2026, 3, 2, 5, 5, tzinfo=UTC)), "09:05 to 13:05"


def test_a_stage_that_is_late_gets_its_card_while_the_case_is_on_time(house: House):
    case_no = accepted(house, "I10", ())
    house.at(2026, 3, 7, 0, 1)
    house.sweep()
    with house.door.read(SYSTEM) as view:
        [card] = cards_of(view.connection, [f"case:{case_no}"])
    assert (card.level, card.party) == ("yellow", house.case(case_no).department)
    assert "实质审查环节时限已于 2026-03-06 届满" in card.sentence
    assert house.clocks(case_no)["commitment"].standing.word == "normal"
    house.complete("D31", case_no, "ut_substantive", REVIEW)
    assert house.violations() == []


def test_a_case_sent_back_goes_on_with_the_days_that_its_stage_has_left(house: House):
    case_no = accepted(house, "I10", ())
    house.at(2026, 3, 4)
    house.complete("D31", case_no, "ut_substantive", REVIEW)
    house.complete("D31", case_no, "ut_dept_opinion", OPINION)
    house.at(2026, 3, 5)
    house.complete("D32", case_no, "ut_head_decide", {"decision": "return", "reason": "踏勘记录不完整"})
    again = stages(house, case_no)[-1]
    assert (again.title, again.state) == ("实质审查环节时限", "running")
    assert again.due_on == date(2026, 3, 9), "two of four days were used: 6 and 9 March are left"
    assert house.violations() == []


def test_a_special_procedure_takes_nothing_from_the_stage(house: House):
    case_no = accepted(house)
    asked(house, case_no)
    assert {one.state for one in stages(house, case_no)} == {"stopped"}
    told(house, case_no)
    house.at(2026, 3, 9)
    worked(house, case_no)
    house.complete("D31", case_no, "ut_sp_result", {"outcome": "done", "result": "一致同意", "conclusion": "结构安全"})
    assert stages(house, case_no)[-1].due_on == date(2026, 3, 13), "all four days are left on 9 March"
    assert house.violations() == []


def test_the_days_and_the_new_beginning_that_a_designer_draws_are_what_runs(sqlite_house: House):
    house = sqlite_house
    drawn = shipped(ROUTE).replace('title="实质审查"/>', 'title="实质审查" days="2" restart="true"/>')
    house.execute("P61", Deploy(processes={ROUTE: drawn}))
    case_no = accepted(house, "I10", ())
    assert stages(house, case_no)[-1].due_on == date(2026, 3, 4)
    house.at(2026, 3, 4)
    house.complete("D31", case_no, "ut_substantive", REVIEW)
    house.complete("D31", case_no, "ut_dept_opinion", OPINION)
    house.complete("D32", case_no, "ut_head_decide", {"decision": "return", "reason": "踏勘记录不完整"})
    assert stages(house, case_no)[-1].due_on == date(2026, 3, 6), "it begins anew with two days"
    assert house.violations() == []


def test_T070_a_shorter_notice_limit_that_is_drawn_is_what_fires_and_a_longer_one_is_refused(sqlite_house: House):
    house = sqlite_house
    main = shipped("one_window_main")
    limit = '<yc:clock name="correction_notice"/>'
    assert limit in main
    longer = main.replace(limit, '<yc:clock name="correction_notice" quota="6" unit="wd"/>')
    with pytest.raises(Refusal) as refused:
        house.execute("P61", Deploy(processes={"one_window_main": longer}))
    assert "行政许可法第三十二条" in refused.value.sentence
    shorter = main.replace(limit, '<yc:clock name="correction_notice" quota="3" unit="wd"/>')
    house.execute("P61", Deploy(processes={"one_window_main": shorter}))
    case_no = house.receive("W01", "I02", COMPANY)
    assert house.clocks(case_no)["correction_notice"].row.due_on == date(2026, 3, 5)
    house.at(2026, 3, 6, 0, 1)
    house.sweep()
    assert house.case(case_no).deemed
    assert house.violations() == []


def test_a_case_that_ends_leaves_no_stage_running(house: House):
    case_no = accepted(house, "I10", ())
    answer = {"reasons": "申请人已撤回", "legal_basis": "《行政许可法》", "decision": "terminate"}
    house.complete("D31", case_no, "ut_substantive", REVIEW)
    house.complete("D31", case_no, "ut_dept_opinion", OPINION)
    house.complete("D32", case_no, "ut_head_decide", answer)
    assert {one.state for one in stages(house, case_no)} == {"stopped"}
    assert house.violations() == []


def test_a_stage_that_begins_while_its_case_stands_still_stands_still_and_goes_on_with_it(house: House):
    case_no = accepted(house, "I10", ())
    root = f"case:{case_no}"
    house.complete("D31", case_no, "ut_substantive", REVIEW)
    with house.unit(root) as unit:
        pause_clocks(unit, root, date(2026, 3, 2), "暴雨停止办公", "standstill:7", number="安政办〔2026〕18号")
        follow(unit, root)
    house.complete("D31", case_no, "ut_dept_opinion", OPINION)
    decide = stages(house, case_no)[-1]
    assert (decide.title, decide.state, decide.due_on) == ("作出决定环节时限", "paused", None)
    house.at(2026, 3, 9)
    assert house.sweep().fired == 0
    with house.unit(root) as unit:
        resume_clocks(unit, root, date(2026, 3, 9), "standstill:7")
        follow(unit, root)
    assert stages(house, case_no)[-1].due_on == date(2026, 3, 10)
    assert house.violations() == []


def test_a_case_that_goes_on_with_a_drawing_without_the_stage_has_no_limit_left_of_it(house: House):
    case_no = accepted(house, "I10", ())
    bare = re.sub(r" *<yc:stage [^>]*/>\n", "", shipped(ROUTE))
    house.execute("P61", Deploy(processes={ROUTE: bare}))
    house.execute("P61", MigrateCase(case_no=case_no, number=2, reason="试行新版"))
    assert [one.state for one in stages(house, case_no)] == ["stopped"]
    house.at(2026, 3, 10)
    house.sweep()
    with house.door.read(SYSTEM) as view:
        assert cards_of(view.connection, [f"case:{case_no}"]) == []
    assert house.violations() == []


def test_a_case_that_goes_on_with_a_drawing_that_has_a_stage_gets_its_limit(sqlite_house: House):
    house = sqlite_house
    house.execute("P61", Deploy(processes={ROUTE: re.sub(r" *<yc:stage [^>]*/>\n", "", shipped(ROUTE))}))
    case_no = accepted(house, "I10", ())
    assert stages(house, case_no) == []
    house.execute("P61", Deploy(processes={ROUTE: shipped(ROUTE)}))
    house.at(2026, 3, 3)
    house.execute("P61", MigrateCase(case_no=case_no, number=3, reason="恢复环节时限"))
    assert [(one.state, one.due_on) for one in stages(house, case_no)] == [("running", date(2026, 3, 9))]
    assert house.violations() == []
