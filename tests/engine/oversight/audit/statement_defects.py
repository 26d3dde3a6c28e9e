"""Defects done to a sound house by one SQL statement each, with the rule of the check that has to tell it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.engine.oversight.audit.order_defects import ORDER_DEFECTS

CASES = "root_id LIKE 'case:%'"
A_LINE = f"{CASES} AND seq = 4"
RUNNING = "clock_id IN (SELECT id FROM clock WHERE state = 'running' AND kind = 'commitment')"

OPENED_TWICE = """
INSERT INTO task (id, root_id, run, task_no, process, element, name, lane, form, role, department, clauses, state,
                  opened_at, revision)
SELECT id || 'x', root_id, run, 9999, process, element, name, lane, form, role, department, clauses, state, opened_at,
       revision FROM task WHERE state = 'open'
"""
TWO_PARTS = """
INSERT INTO participation SELECT root_id, person, 'decide', account, at FROM participation WHERE part = 'accept'
"""

REJECTED = """
UPDATE journal_line SET body = replace(body, '"formal_result":"accept"', '"formal_result":"reject"')
WHERE type = 'process.advanced'
"""

DECIDED_FIRST = """
UPDATE journal_line SET type = 'case.decided', body = replace(body, '"type":"case.received"', '"type":"case.decided"')
WHERE type = 'case.received'
"""

DONE = """
INSERT INTO ladder_told (root_id, clock_id, rule_no, level, due_on, at, told)
SELECT root_id, id, 'EM-ORDER', 'black', due_on, '2026-03-02T01:00:00.000000Z', '[]' FROM clock
WHERE state = 'running' AND kind = 'commitment'
"""

RECOMPUTED_OTHERWISE = """
UPDATE clock_entry SET body = replace(CAST(body AS text), '2}', '3}') WHERE kind = 'calendar'
"""

LONGER = """
UPDATE clock_entry SET body = replace(CAST(body AS text), '5', '50') WHERE kind = 'start' AND root_id LIKE 'case:%'
"""

STOPPED_TWICE = """
INSERT INTO clock_entry (root_id, clock_id, number, kind, "on", body, at, account)
SELECT e.root_id, e.clock_id, 90 + n.n, 'stop', e."on", '{}', e.at, e.account
FROM clock_entry e JOIN clock c ON c.id = e.clock_id, (SELECT 1 AS n UNION SELECT 2) n
WHERE e.kind = 'start' AND c.state = 'running' AND c.kind = 'commitment'
"""

NO_TIMER = """
INSERT INTO timer (root_id, run, task_no, element, due_at, wake_at, attempts)
SELECT root_id, run, 9999, element, opened_at, opened_at, 0 FROM task WHERE state = 'open'
"""

NO_MESSAGE = """
INSERT INTO awaited_message (root_id, run, task_no, name, key, since)
SELECT root_id, run, 9999, 'payment_made', '1', opened_at FROM task WHERE state = 'open'
"""

DEFECTS: Mapping[str, tuple[str, str, str]] = {
    "a line of a newer program": (
        "I3.strange", "第 4 条记录是第 2 版格式，本版程序只认识第 1 版",
        f"UPDATE journal_line SET body = replace(body, '\"v\"\\:1}}', '\"v\"\\:2}}') WHERE {A_LINE}"),
    "an acknowledged key is gone":
    ("I1.key", "没有对应的提交编号", "DELETE FROM idempotency WHERE command = 'ReceiveApplication'"),
    "a key was used for another command":
    ("I1.command", "登记的办理不符",
     "UPDATE idempotency SET command = 'ClaimTask' WHERE command = 'ReceiveApplication'"),
    "a key was used at another time":
    ("I1.command", "登记的办理不符",
     "UPDATE idempotency SET at = '2026-01-01T00:00:00.000000Z' WHERE command = 'ReceiveApplication'"),
    "a line of a command is gone": ("I1.lines", "当时记录了", f"DELETE FROM journal_line WHERE {A_LINE}"),
    "a task is done and waits":
    ("I2.tasks", "待办列表中不一致", "UPDATE task SET state = 'open' WHERE element = 'ut_formal'"),
    "a task waits and is done":
    ("I2.tasks", "待办列表中不一致", "UPDATE task SET state = 'completed' WHERE state = 'open'"),
    "a task was opened twice": ("I2.tasks", "待办列表中不一致", OPENED_TWICE),
    "a line was edited":
    ("I3.chain", "内容与摘要不符", f"UPDATE journal_line SET body = replace(body, 'W01', 'W02') WHERE {A_LINE}"),
    "a line was deleted": ("I3.chain", "缺少这一条记录", f"DELETE FROM journal_line WHERE {A_LINE}"),
    "two lines were swapped":
    ("I3.chain", "缺少这一条记录",
     f"UPDATE journal_line SET seq = CASE seq WHEN 3 THEN 1003 ELSE 1004 END WHERE {CASES} AND seq IN (3, 4)"),
    "the tail was cut off": ("I3.chain", "链尾被截断", f"DELETE FROM journal_line WHERE {CASES} AND seq > 5"),
    "a line was put behind the head":
    ("I3.chain", "没有登记", "UPDATE root SET seq = seq - 1 WHERE id LIKE 'case:%'"),
    "the head is another":
    ("I3.chain", "与登记的链头不符", "UPDATE root SET head = '" + "0" * 64 + "' WHERE id LIKE 'case:%'"),
    "a search column was edited":
    ("I3.chain", "检索列与记录内容不符", f"UPDATE journal_line SET account = 'W09' WHERE {A_LINE}"),
    "a running clock is disarmed":
    ("I4.armed", "没有布置", "UPDATE deadline SET state = 'cancelled' WHERE effect = 'boundary'"),
    "a clock says it was reckoned by a calendar that there is not": (
        "I4.calendar", "尚不存在", "UPDATE clock SET calendar_version = 9 WHERE kind = 'commitment'"),
    "a version of the calendar stands in no chain": (
        "I4.version", "第 2 版与其过程记录不符", "UPDATE calendar_version SET digest = 'x' WHERE version = 2"),
    "a ledger was changed by a calendar that no line tells of": (
        "I4.recomputed", "日历调整与过程记录不符", RECOMPUTED_OTHERWISE),
    "a running clock has no deadline": ("I4.ladder", "没有按时布置", f"DELETE FROM deadline WHERE {RUNNING}"),
    "the next rung of a ladder is put off":
    ("I4.ladder", "没有按时布置", f"UPDATE deadline SET due_at = '2026-12-01T00:00:00.000000Z' WHERE {RUNNING}"),
    "a rule of a ladder is said to be done": ("I4.told", "执行登记与过程记录不符", DONE),
    "a notice clock wakes no process any more":
    ("I4.boundary", "没有恰好一个待触发的期限", "UPDATE deadline SET state = 'cancelled' WHERE effect = 'boundary'"),
    "a deadline is put off":
    ("I4.instant", "触发时间与到期日不符",
     "UPDATE deadline SET due_at = '2026-12-01T00:00:00.000000Z' WHERE effect = 'boundary'"),
    "a due date is stretched":
    ("I4.due", "登记的到期日",
     "UPDATE clock SET due_on = '2026-12-01' WHERE state = 'running' AND kind = 'commitment'"),
    "the list tells another due date":
    ("I4.listed", "办件列表的到期日", "UPDATE case_listing SET due_on = '2026-12-01' WHERE due_on IS NOT NULL"),
    "a quota is longer than was told":
    ("I4.start", "起算与过程记录不符", LONGER),
    "a running clock was stopped twice":
    ("I4.ledger", "台账无法计算", STOPPED_TWICE),
    "a stopped clock is armed":
    ("I4.stopped", "仍有待触发的期限",
     "UPDATE deadline SET state = 'open' WHERE clock_id IN (SELECT id FROM clock WHERE state = 'stopped')"),
    "a promise does not run":
    ("I4.commitment", "应有 1 个在计时，实有 0 个", "UPDATE clock SET state = 'stopped' WHERE kind = 'commitment'"),
    "two promises run":
    ("I4.commitment", "应有 1 个在计时，实有 2 个",
     "UPDATE clock SET kind = 'commitment', number = 7 WHERE state = 'running' AND kind = 'statutory'"),
    "a clock of a closed case runs on":
    ("I4.ended", "办件已结束", "UPDATE clock SET state = 'running' WHERE kind <> 'commitment' AND state <> 'running'"),
    "a contact's clock is disarmed":
    ("I4.room_armed", "没有布置任何期限", "UPDATE deadline SET state = 'cancelled' WHERE root_id LIKE 'contact:%'"),
    "a contact's due date is stretched":
    ("I4.room_due", "登记的到期日", "UPDATE clock SET due_on = '2026-12-01' WHERE root_id LIKE 'contact:%'"),
    "a contact's ledger has no start":
    ("I4.room_ledger", "台账无法计算", "DELETE FROM clock_entry WHERE root_id LIKE 'contact:%'"),
    "who accepted also decided": ("I5.duties", "违反职责分离规则 S1", TWO_PARTS),
    "a case in work is closed":
    ("I5.ended", "是否结束与办件是否办结", "UPDATE case_file SET outcome = 'closed' WHERE outcome IS NULL"),
    "a process that ended goes on":
    ("I5.ended", "是否结束与办件是否办结", "UPDATE process_instance SET completed = NOT completed"),
    "a timer stands for nothing":
    ("I4.timers", "到时时刻在流程与登记中不一致", NO_TIMER),
    "a message is waited for by nothing":
    ("I4.awaited", "payment_made", NO_MESSAGE),
    "a case was decided before it was accepted": ("I5.order", "先后次序不对", DECIDED_FIRST),
    "a fact that moved the process is another":
    ("I6.line", "重新执行，流程状态与当时不一致", REJECTED),
    "a run of the process is gone": ("I6.runs", "各次运行与保存的不一致", "DELETE FROM process_instance"),
    "the state is another": ("I6.state", "流程状态与保存的不一致", "UPDATE process_instance SET state_hash = 'x'"),
    "the snapshot is another": ("I6.snapshot", "快照已损坏", "UPDATE process_instance SET snapshot = '00'"),
    "a case is said to go by another release":
    ("I6.release", "发布版本与其流程运行的版本不一致",
     "UPDATE case_file SET release_id = (SELECT min(r.id) FROM release r WHERE r.id <> case_file.release_id)"),
    "a case is gone": ("I6.unreadable", "记录残缺，无法核对", "DELETE FROM case_file"),
    "a case counter was turned on": ("I7.cases", "办件编号", "UPDATE case_counter SET last = last + 1"),
    "a case counter was turned back": ("I7.cases", "办件编号", "UPDATE case_counter SET last = last - 1"),
    "a case counter is gone": ("I7.cases", "办件编号", "DELETE FROM case_counter"),
    "a document counter was turned on": ("I7.numbers", "不存在", "UPDATE document_number SET last = last + 1"),
    "a document counter was turned back":
    ("I7.unknown_number", "没有登记", "UPDATE document_number SET last = last - 1"),
    "a row of the list tells another state":
    ("I7.list", "办件列表中的一行", "UPDATE case_listing SET status = 'archived'"),
    "a row of the list is missing": ("I7.list", "办件列表中的一行", "DELETE FROM case_listing"),
    "a case is not in the index":
    ("I7.index", "查找索引与办件不符", "UPDATE search_entry SET kind = 'guide', ref = ref || '!' WHERE kind = 'case'"),
    "a case is found by another name":
    ("I7.index", "查找索引与办件不符",
     "UPDATE search_entry SET parts = replace(CAST(parts AS text), '王建国', '王建围') WHERE kind = 'case'"),
    "a draft outlived its task":
    ("I7.draft", "仍留有草稿", "UPDATE task_draft SET task_id = (SELECT min(id) FROM task WHERE state = 'completed')"),
    "a figure is another than was confirmed":
    ("I7.policy", "现值与其第 2 版不符", "UPDATE policy SET value = 9 WHERE key = 'uncollected'"),
    "a figure rests on another source":
    ("I7.policy", "现值与其第 1 版不符", "UPDATE policy SET source = '口头' WHERE key = 'unread'"),
    "a version of a figure was never confirmed":
    ("I7.policy_version", "第 2 版与其过程记录不符", "UPDATE policy_version SET value = 9 WHERE version = 2"),
    "a version of a figure is gone":
    ("I7.policy_version", "第 2 版与其过程记录不符", "DELETE FROM policy_version WHERE version = 2"),
    "a document will never be rendered":
    ("I7.rendering", "没有生成文件", "DELETE FROM outbox WHERE state = 'open'"),
    "a message will never be sent": ("I7.message", "没有发出", "DELETE FROM outbox WHERE state = 'open'"),
    "a case number is none":
    ("I7.unreadable", "无法清点", "UPDATE case_file SET case_no = replace(case_no, '0', 'x')"),
    **ORDER_DEFECTS,
    "a document was renumbered":
    ("I8.document", "与过程记录不符", "UPDATE document SET number = number || '补' WHERE position = 1"),
    "a document was never issued":
    ("I8.document", "与过程记录不符",
     "UPDATE document SET id = 'x' || substr(id, 2), sha256 = NULL WHERE position = 1"),
    "a void document counts": ("I8.void", "是否作废", "UPDATE document SET state = 'void' WHERE position = 1"),
}  # fmt: skip
"""By what happened: the rule that tells it, words of its sentence, and how it is done."""
