"""时限监察, 过程记录, 说明, health, failures: the pages around the cases."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.door import StoreUnavailable
from engine.foundation.blobs.rules import MAX_BYTES
from engine.foundation.clock import SystemClock
from engine.foundation.hosts.queries import beat, keep_machine
from engine.foundation.hosts.rules import SKEW, Machine
from engine.foundation.journal.sealing.notes import read_note, read_public_key
from engine.foundation.journal.sealing.queries import head_of_log
from engine.foundation.journal.sealing.sealer import SealRefused
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.runner.timed import timed_case
from tests.engine.process.test_tasks_incidents import given_up, listed, resolve
from tests.support.house import PDF, PERSON
from tests.support.site import Site
from web import assets
from yichuang.sealing import seal_all, verify_chains
from yichuang.worker import work_once

# 监察 ------------------------------------------------------------------------------------------------------------


def test_nothing_urgent_is_said(site: Site):
    site.house.accepted_commitment()
    page = site.visitor("S51").open("/supervision")
    assert "没有临期或超期的办件" in page.main
    tiles = ["0 ● 超期", "0 ▲ 今日到期", "0 △ 临期", "0 ‖ 停表", "1 ○ 正常", "0 督办待答复", "0 督办待办结", "0 监察牌"]
    assert page.each(".yc-tile") == tiles


def test_what_is_overdue_comes_first_and_says_where_it_stands(site: Site):
    late = site.house.accepted_commitment()
    site.house.wait(days=4)
    site.house.accepted_instant()
    site.house.wait(days=4)
    page = site.visitor("S51").open("/supervision")
    first = page.each("section[aria-labelledby='urgent-title'] tbody tr")[0]
    assert "● 超期" in first
    rows = [row for row in page.each("tbody tr") if late.removeprefix(late[:31])[:8] in row]
    assert any("实质审查（审查员，待签收）" in row for row in rows)
    assert "王建国" not in page.text


def test_T032_a_red_card_is_listed_with_its_reason(site: Site):
    site.house.receive("W01", "I06", PERSON)
    site.house.wait(days=8)
    site.house.sweep()
    page = site.visitor("S51").open("/supervision")
    cards = page.each("section[aria-labelledby='cards-title'] tbody tr")
    (card,) = [one for one in cards if "依法视为受理" in one]
    assert card.startswith("● 红牌")
    assert "政务服务中心" in card
    assert any("承诺时限已于" in one for one in cards)


# 过程记录 -----------------------------------------------------------------------------------------------------------


def test_the_journal_shows_every_line_and_that_the_chain_holds(site: Site):
    case_no = site.house.accepted_instant()
    lines = site.house.journal(f"case:{case_no}")
    page = site.visitor("U81").open(f"/cases/{case_no}/journal")
    assert f"已核对全部 {len(lines)} 条" in page.words(".yc-done")
    assert len(page.all(".yc-line")) == len(lines)
    first = page.each(".yc-line")[0]
    assert "收到“社会保障卡补领”的申请材料" in first
    assert lines[0].hash in first
    assert "受理员一 W01" in first


def test_the_text_of_a_line_gives_its_hash(site: Site):
    case_no = site.house.accepted_instant()
    line = site.house.journal(f"case:{case_no}")[2]
    page = site.visitor("U81").open(f"/cases/{case_no}/journal/3.json")
    assert page.headers["Content-Type"] == "application/json"
    assert hashlib.sha256(b"yichuang.event.1\n" + page.response.data).hexdigest() == line.hash
    assert json.loads(page.text)["seq"] == 3
    assert page.visitor.open(f"/cases/{case_no}/journal/999.json").status == 404


def test_the_journal_holds_no_personal_data(site: Site):
    case_no = site.house.accepted_instant()
    text = site.visitor("U81").open(f"/cases/{case_no}/journal").text
    for secret in ("410502199003070010", "13800001234", "王建国", "测试路"):
        assert secret not in text


def test_a_tampered_line_is_named(site: Site):
    case_no = site.house.accepted_instant()
    with site.house.door.database.writing() as connection:
        connection.execute(
            sa.text("UPDATE journal_line SET body = body || ' ' WHERE root_id = :id AND seq = 5"),
            {"id": f"case:{case_no}"},
        )
    page = site.visitor("U81").open(f"/cases/{case_no}/journal")
    assert "链在第 5 条断开" in page.words(".yc-errors")
    assert "内容与摘要不符" in page.words(".yc-errors")


def test_a_long_journal_has_pages(site: Site):
    case_no = site.house.accepted_instant()
    for _ in range(40):
        task = site.house.task(case_no, "ut_head_decide").id
        page = site.visitor("D62").open(f"/tasks/{task}")
        page.form("/tasks").press("claim").form("/tasks", css="form.yc-form").press("release")
        if len(site.house.journal(f"case:{case_no}")) > 50:
            break
    page = site.visitor("U81").open(f"/cases/{case_no}/journal")
    assert len(page.all(".yc-line")) == 50
    assert page.all(".yc-pager a[rel='next']")


def test_only_auditor_and_supervisor_read_the_journal(site: Site):
    case_no = site.house.accepted_instant()
    opened = [
        who
        for who in ("W01", "D61", "D62", "S51", "U81", "K61")
        if site.visitor(who).open(f"/cases/{case_no}/journal").status == 200
    ]
    assert opened == ["S51", "U81"]


# 存证 ------------------------------------------------------------------------------------------------------------


def test_the_auditor_sees_how_far_is_sealed_and_what_the_last_check_found(site: Site):
    case_no = site.house.accepted_instant()
    visitor = site.visitor("U81")
    page = visitor.open("/audit")
    assert "还没有封存过" in page.main
    assert "还没有核对过" in page.main
    assert visitor.open("/audit/checkpoint").status == 404
    assert "还没有封存" in visitor.open(f"/cases/{case_no}/journal").main
    seal_all(site.house.door)
    verify_chains(site.house.door, SYSTEM)
    page = visitor.open("/audit")
    with site.house.door.read(SYSTEM) as view:
        log = head_of_log(view.connection)
    assert log is not None
    for told in (log.hash, log.key, f"{log.size} 个", "核对无误", "系统（每日自动）"):
        assert told in page.main
    assert "已封存到第" in visitor.open(f"/cases/{case_no}/journal").main
    assert not page.all(".yc-errors")


def test_the_auditor_takes_the_checkpoint_away_with_its_key(site: Site):
    seal_all(site.house.door)
    visitor = site.visitor("A03")
    note, key = visitor.open("/audit/checkpoint"), visitor.open("/audit/key")
    assert note.headers["Content-Disposition"].startswith("attachment; filename=checkpoint-")
    assert read_note(note.text).signed_by([read_public_key(key.text)])


def test_the_page_says_that_nothing_is_sealed_any_more_or_that_it_is_late(site: Site):
    house, visitor = site.house, site.visitor("U81")
    seal_all(house.door)
    house.wait(hours=11)
    house.accepted_instant()
    assert not visitor.open("/audit").all(".yc-errors"), "a moment ago is not late"
    house.wait(minutes=11)
    lines = visitor.open("/metrics").text.splitlines()
    assert "yichuang_audit_oldest_waiting_seconds 660.0" in lines
    assert "封存没有跟上" in visitor.open("/audit").words(".yc-errors")
    with house.door.database.writing() as connection:
        connection.execute(sa.text("DELETE FROM log_tile"))
    with pytest.raises(SealRefused):
        seal_all(house.door)
    assert "日志的树残缺" in visitor.open("/audit").words(".yc-errors")
    assert json.loads(visitor.open("/healthz").text)["seal_refused"] is True
    assert "yichuang_audit_seal_refused 1.0" in visitor.open("/metrics").text.splitlines()


def test_the_page_and_the_figures_name_what_the_last_check_found(site: Site):
    house, visitor = site.house, site.visitor("U81")
    case_no = house.accepted_instant()
    seal_all(house.door)
    with house.door.database.writing() as connection:
        connection.execute(sa.text(f"DELETE FROM journal_line WHERE root_id = 'case:{case_no}' AND seq = 2"))
    verify_chains(house.door, SYSTEM)
    assert "第 2 条记录：缺少这一条记录" in visitor.open("/audit").words(".yc-errors")
    lines = visitor.open("/metrics").text.splitlines()
    assert {"yichuang_audit_last_check_found 1.0", "yichuang_audit_seal_refused 0.0"} <= {*lines}
    assert any(line.startswith("yichuang_audit_waiting ") for line in lines)
    assert any(line.startswith("yichuang_audit_log_size ") for line in lines)
    assert json.loads(visitor.open("/healthz").text)["last_check_found"] == 1


# 说明 ------------------------------------------------------------------------------------------------------------


def test_T001_the_page_about_names_the_standard_its_dates_and_the_trace_table(site: Site):
    page = site.visitor().open("/about")
    for words in ("DB4105/T 229—2024", "政务服务“一窗通办”工作规范", "2024-06-24", "2024-07-01"):
        assert words in page.main
    table = page.visitor.open(page.all("main a[href='/about/clauses']")[0].get("href"))
    assert len(table.all("tbody tr")) == 117


def test_T003_the_trace_table_is_read_by_chapter(site: Site):
    page = site.visitor().open("/about/clauses?chapter=6")
    clauses = page.each("tbody td[data-label='条款']")
    assert clauses
    assert all(clause.startswith("6") for clause in clauses)
    assert len(page.visitor.open("/about/clauses?chapter=x").all("tbody tr")) == 117


# 横幅 ------------------------------------------------------------------------------------------------------------


def test_the_banner_shows_the_demonstrations_clock_when_it_runs_ahead(site: Site):
    from engine.registry.policies.commands import MoveClock

    assert "演示时间" not in site.visitor().open("/about").words(".yc-demo")
    site.house.execute("A01", MoveClock(shift_seconds=6 * 86400 + 7200))
    banner = site.visitor().open("/about").words(".yc-demo")
    assert "演示时间 2026-11-29 11:00（比实际时间快6天2小时）" in banner


# 健康 ------------------------------------------------------------------------------------------------------------


def test_a_living_process_says_so(site: Site):
    page = site.visitor().open("/healthz")
    unknown = dict.fromkeys(("last_sweep_age_seconds", "skew_seconds", "held", "seal_refused", "last_check_found"))
    assert (page.status, json.loads(page.text)) == (200, {"status": "ok", **unknown})


def test_a_living_process_tells_the_age_of_the_last_sweep_and_how_the_clocks_stand(site: Site):
    now, span = SystemClock().now(), timedelta(seconds=3)
    machine = Machine("boot-1", "a", span, -span, SKEW, span, now, None)
    with site.house.door.housekeeping() as connection:
        beat(connection, "a:1", "sweep", now - timedelta(seconds=40))
        keep_machine(connection, machine)
        keep_machine(connection, replace(machine, boot="boot-2", name="b", skew=span / 3, held=""))
    told = json.loads(site.visitor().open("/healthz").text)
    assert 40 <= told["last_sweep_age_seconds"] < 60
    assert (told["skew_seconds"], told["held"]) == (3.0, 1)
    lines = site.visitor().open("/metrics").text.splitlines()
    assert 'yichuang_clock_held{machine="a"} 1.0' in lines
    assert 'yichuang_clock_held{machine="b"} 0.0' in lines
    assert 'yichuang_clock_skew_seconds{machine="a"} -3.0' in lines


def test_a_process_is_ready_when_each_of_its_parts_is(site: Site):
    visitor = site.visitor()
    assert json.loads(visitor.open("/readyz").text)["parts"] == {"database": True, "scheduler": True}
    site.alive["scheduler"] = False
    page = visitor.open("/readyz")
    assert page.status == 503
    assert json.loads(page.text)["parts"]["scheduler"] is False


def test_the_figures_count_answers_and_what_waits(site: Site):
    visitor = site.visitor("W01")
    visitor.open("/nowhere")
    site.house.accepted_instant()
    page = visitor.open("/metrics")
    assert page.headers["Content-Type"].startswith("text/plain; version=")
    lines = page.text.splitlines()
    assert 'yichuang_requests_total{method="GET",route="-",status="404"} 1.0' in lines
    assert 'yichuang_request_seconds_bucket{le="+Inf"} 4.0' in lines
    assert 'yichuang_part_alive{part="scheduler"} 1.0' in lines
    assert "yichuang_deadlines_waiting 0.0" in lines
    assert "yichuang_outbox_waiting 1.0" in lines
    assert "yichuang_sessions_open 1.0" in lines
    site.house.receive("W01", "I06", PERSON)
    site.house.wait(days=8)
    figures = visitor.open("/metrics").text
    assert "yichuang_deadlines_waiting 2.0" in figures
    assert float(re.findall(r"^yichuang_sweep_lag_seconds (\S+)$", figures, re.MULTILINE)[0]) > 0


def test_the_figures_tell_of_timers_and_of_what_failed_for_good(site: Site):
    house, visitor = site.house, site.visitor()
    timed_case(house, "R/PT1H")
    quiet = visitor.open("/metrics").text.splitlines()
    assert {"yichuang_timers_armed 1.0", "yichuang_timers_waiting 0.0", "yichuang_timer_lag_seconds 0.0"} <= {*quiet}
    assert "yichuang_incidents 0.0" in quiet
    house.wait(hours=1, minutes=5)
    late = visitor.open("/metrics").text.splitlines()
    assert {"yichuang_timers_waiting 1.0", "yichuang_timer_lag_seconds 300.0"} <= {*late}
    work_once(house.door)
    given_up(house)
    [one] = listed(house)
    failed = visitor.open("/metrics").text.splitlines()
    assert {"yichuang_incidents 1.0", "yichuang_outbox_given_up 1.0"} <= {*failed}
    resolve(house, one)
    settled = visitor.open("/metrics").text.splitlines()
    assert {"yichuang_incidents 0.0", "yichuang_outbox_given_up 1.0"} <= {*settled}


def test_nobody_from_elsewhere_reads_the_figures(site: Site):
    visitor = site.visitor()
    elsewhere = visitor.client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    spoken_for = visitor.client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert (elsewhere.status_code, spoken_for.status_code) == (404, 404)
    assert b"yichuang_" not in elsewhere.data + spoken_for.data


# 失败 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["", "W01"])
def test_an_unknown_address_is_told_with_what_to_do(site: Site, account: str):
    page = site.visitor(account).open("/nowhere")
    assert (page.status, page.heading) == (404, "没有找到这一页")
    assert "从上方菜单进入" in page.main


def test_an_address_that_is_only_for_buttons_says_so(site: Site):
    page = site.visitor("W01").open("/sign-out")
    assert (page.status, page.heading) == (405, "不能这样打开")
    assert "POST" in page.headers["Allow"]


def test_a_sending_that_is_far_too_large_is_told(site: Site):
    visitor = site.visitor("W01")
    form = visitor.open("/applications/new/I06").form("/applications/new").set(note="x" * (5 * 1024 * 1024))
    for sending in (form, form.attach("materials[0].files", "a.pdf", PDF)):
        page = sending.press("submit")
        assert page.status == 413
        assert f"单个文件不能超过 {MAX_BYTES // 1024 // 1024} MB" in page.main


def test_a_fault_of_ours_shows_a_sentence_and_no_details(site: Site):
    def broken() -> str:
        raise RuntimeError("secret detail")

    from web.security import public

    site.app.add_url_rule("/broken", "broken", public(broken))
    page = site.visitor("W01").open("/broken")
    assert (page.status, page.heading) == (500, "系统出错了")
    assert "secret detail" not in page.text
    assert "Traceback" not in page.text


def test_a_store_that_cannot_be_written_is_503_and_says_that_nothing_is_lost(site: Site):
    def full() -> str:
        raise StoreUnavailable

    from web.security import public

    site.app.add_url_rule("/full", "full", public(full))
    page = site.visitor("W01").open("/full")
    assert page.status == 503
    assert "已填写的内容不会丢失" in page.main


def test_a_part_of_a_page_gets_the_sentence_alone(site: Site):
    part = site.visitor("W01").open("/tasks/nothing", headers={"HX-Request": "true"})
    assert part.status == 404
    assert "<html" not in part.text
    assert "没有找到待办" in part.text


# 静态文件 ----------------------------------------------------------------------------------------------------------


def test_pages_load_the_built_script_when_there_is_one_and_none_otherwise(site: Site, monkeypatch, tmp_path):
    manifest = tmp_path / "manifest.json"
    monkeypatch.setattr(assets, "MANIFEST", manifest)
    visitor = site.visitor()
    assert visitor.open("/sign-in").all("script") == []
    manifest.write_text('{"clerk.js": {"file": "assets/clerk-1.js"}}')
    (script,) = visitor.open("/sign-in").all("script")
    assert (script.get("src"), script.get("type")) == ("/static/dist/assets/clerk-1.js", "module")
