"""重新执行核对: one case from its replay, many as a run; what differs leads to the replay there; refusals."""

from __future__ import annotations

import pytest

from tests.engine.oversight.audit.test_tampering import forge, sql
from tests.support.house import COMPANY
from tests.support.site import Site
from tests.yichuang.test_cli_reexecuting import bound_elsewhere, spoil
from yichuang.reexecuting import ask_nightly, carry_out

PATH = "/audit/reexecution"


def test_a_case_is_executed_again_from_its_replay_and_the_result_stays(site: Site):
    case_no = site.house.accepted_commitment()
    page = site.visitor("U81").open(f"/cases/{case_no}/replay?at=5")
    assert "还没有单独核对过" in page.words("#reexecution")
    page = page.form(f"/cases/{case_no}/reexecution").press()
    lines = len(site.house.journal(f"case:{case_no}"))
    assert f"✓ 逐条一致，至第 {lines} 条" in page.words("#reexecution")
    assert "/replay?at=5" in page.address, "whoever looked at a line goes on looking at it"
    assert page.all("#reexecution .yc-errors") == []
    # A supervisor sees what came of it, and may not ask.
    page = site.visitor("S51").open(f"/cases/{case_no}/replay")
    assert "逐条一致" in page.words("#reexecution") and not page.all("#reexecution form")


def test_the_first_difference_is_shown_with_the_line_and_leads_there(site: Site):
    case_no = site.house.accepted_commitment()
    seq = spoil(site.house, case_no)
    page = site.visitor("U81").open(f"/cases/{case_no}/replay").form(f"/cases/{case_no}/reexecution").press()
    said = page.words("#reexecution .yc-errors")
    assert f"● 第 {seq} 条（流程）：应为进入“不予收件（受理），一次性告知”，记录为进入“收件（" in said
    assert f"/replay?at={seq}" in page.address
    assert f"按第 {seq} 条记录重新执行，流程状态与当时的不一致" in page.main


def test_a_selection_is_asked_for_carried_out_and_shown(site: Site):
    good, bad = site.house.accepted_instant(), site.house.accepted_commitment()
    seq = spoil(site.house, bad)
    visitor = site.visitor("U81")
    page = visitor.open(PATH)
    assert "还没有核对过" in page.main
    page = page.form(PATH).press()
    assert page.status == 200 and "正在排队，还没有开始" in page.main and "至今没有发现" in page.main
    id = page.address.rpartition("/")[2]
    part = visitor.open(f"{PATH}/{id}", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="run" hx-get=') and "<html" not in part.text
    carry_out(site.house.door)
    page = visitor.open(f"{PATH}/{id}")
    assert "核对完毕，共 2 件：1 件逐条一致，1 件不一致，0 件无法核对" in page.main
    assert not page.all("#run[hx-get]"), "what has ended is not asked for again"
    [link] = [one.get("href") for one in page.all("main td a")]
    assert link == f"/cases/{bad}/replay?at={seq}"
    assert good not in page.text
    table = visitor.open(f"{PATH}/{id}/findings.csv")
    rows = table.response.get_data().decode("utf-8-sig").splitlines()
    assert rows[0] == "办件编号,结果,一致至,第一条不符的记录,说明"
    assert len(rows) == 2 and rows[1].startswith(f"{bad},不一致,{seq - 1},{seq},")
    assert f"核对 {id}" in visitor.open(PATH).main


def test_a_run_is_stopped_and_not_twice(site: Site):
    site.house.receive("W01", "I02", COMPANY)
    visitor = site.visitor("U81")
    page = visitor.open(PATH).form(PATH).press()
    stop = f"{page.address}/stop"
    left = visitor.open(page.address).form(stop)
    page = page.form(stop).press()
    assert "已停止，停止前核对了" in page.main and not page.all("main form[action$='/stop']")
    assert carry_out(site.house.door) == 0
    page = left.press()
    assert page.status == 409 and "已停止，不能再停止" in page.main


def test_what_cannot_be_is_told_beside_the_field(site: Site):
    visitor = site.visitor("U81")
    page = visitor.open(PATH).form(PATH).set(since="2026-03-02", until="2026-03-01").press()
    assert page.status == 422 and "截止日早于起始日" in page.main
    assert page.form(PATH).values["since"] == "2026-03-02"
    assert visitor.open(f"{PATH}/99").status == 404


def test_nobody_else_asks_or_sees_and_a_number_that_is_none_is_told(site: Site):
    case_no = site.house.receive("W01", "I02", COMPANY)
    for account in ("W01", "D11", "S51", "A03", "A01"):
        assert site.visitor(account).open(PATH).status == 403
    page = site.visitor("U81").open(f"/cases/{case_no}/replay")
    form = page.form(f"/cases/{case_no}/reexecution")
    form.element.set("action", f"/cases/{case_no[:-4]}9999/reexecution")
    assert form.press().status == 404


def test_the_night_is_told_on_the_page_of_the_seals_and_to_the_monitor(site: Site):
    bad = site.house.accepted_commitment()
    visitor = site.visitor("U81")
    assert "每晚的重新执行核对还没有进行过" in visitor.open("/audit").main
    assert "yichuang_audit_reexecution" not in visitor.open("/metrics").text
    spoil(site.house, bad)
    ask_nightly(site.house.door)
    carry_out(site.house.door)
    assert "● 1 件不一致" in visitor.open("/audit").main
    lines = visitor.open("/metrics").text.splitlines()
    assert {"yichuang_audit_reexecution_found 1.0", "yichuang_audit_reexecution_cases 1.0"} <= {*lines}
    assert "系统（每日自动）" in visitor.open(PATH).main


@pytest.mark.parametrize("spoiled", ["newer", "release"])
def test_what_cannot_be_executed_again_is_said_and_nothing_of_the_case_is_shown(site: Site, spoiled: str):
    case_no = site.house.accepted_commitment()
    root = f"case:{case_no}"
    seq = next(line.seq for line in site.house.journal(root) if "formal_result" in line.data.get("facts", {}))
    if spoiled == "newer":
        later = "UPDATE journal_line SET type = 'case.later' WHERE root_id = :root AND seq = :seq"
        sql(site.house, later, root=root, seq=seq)
        forge(site.house, case_no, lambda line: line.update(type="case.later") if line["seq"] == seq else None)
    else:
        forge(site.house, case_no, bound_elsewhere)
    page = site.visitor("U81").open(f"/cases/{case_no}/replay")
    assert f"第 {seq} 条记录" in page.main if spoiled == "newer" else "系统中没有登记" in page.main
    assert not page.all("#moment")
