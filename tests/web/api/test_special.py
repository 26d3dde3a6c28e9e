"""Beside the tasks, for programs: progress by code, the diagram, clear data for a reason, extensions, 失信记录."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.casework.tracking.queries import code_of
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM
from tests.support.house import COMPANY, PERSON, House
from tests.web.api.client import Answer, Api

ENTRY = {
    "source": "commitment", "reason": "承诺的检测报告不存在", "basis": "核查结果告知书", "until": "2026-09-01",
}  # fmt: skip


def code(house: House, case_no: str) -> str:
    with house.door.read(SYSTEM) as view:
        return code_of(view.connection, view.part(Vault), f"case:{case_no}").code


def follow(api: Api, case_no: str, typed: str) -> Answer:
    return api.get(None, f"/progress?case_no={case_no}", headers={"Query-Code": typed})


# 办件进度 ------------------------------------------------------------------------------------------------------------


def test_T035_an_applicant_follows_a_case_by_number_and_code_and_sees_it_masked(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.receive("W01", "I06", PERSON)
    told = follow(sqlite_api, case_no, code(sqlite_api.house, case_no))
    assert told.status == 200
    assert (told.body["applicant"], told.body["id_no"]) == ("王*国", "4105**********0010")
    assert told.body["status"] == "received"
    assert "正在审查材料" in told.body["where"]
    assert [one["title"] for one in told.body["milestones"] if one["on"]] == ["收到材料"]
    for secret in ("王建国", "410502199003070010", "13800001234", "测试路1号"):
        assert secret not in told.content.decode()


def test_the_progress_tells_the_date_that_matters_and_the_documents(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_commitment()
    told = follow(sqlite_api, case_no, code(sqlite_api.house, case_no)).body
    assert told["due"]["due_on"] == "2026-03-09"
    assert "把结果交到综合窗口" in told["due"]["counts"]
    assert told["due"]["lines"]
    assert "收件（受理）通知书" in [one["title"] for one in told["documents"]]


def test_a_wrong_code_and_a_wrong_number_are_told_alike_and_run_out(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.receive("W01", "I06", PERSON)
    wrong = [follow(sqlite_api, case_no, "22222222"), follow(sqlite_api, case_no[:-4] + "9998", "22222222"),
             follow(sqlite_api, case_no, "")]  # fmt: skip
    assert {(one.status, one.code) for one in wrong} == {(404, "PROGRESS_UNKNOWN")}
    answers = [follow(sqlite_api, case_no, "22222222").status for _ in range(10)]
    assert answers[-1] == 429
    assert follow(sqlite_api, case_no, code(sqlite_api.house, case_no)).code == "TOO_MANY_TRIES"


def test_the_code_is_not_taken_from_an_address_where_logs_would_keep_it(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.receive("W01", "I06", PERSON)
    typed = code(sqlite_api.house, case_no)
    refused = sqlite_api.get(None, f"/progress?case_no={case_no}&Query-Code={typed}")
    assert (refused.status, set(refused.body["errors"])) == (422, {"Query-Code"})
    long = follow(sqlite_api, case_no, "2" * 41)
    assert (long.status, set(long.body["errors"])) == (422, {"Query-Code"})


# 流程图 -------------------------------------------------------------------------------------------------------------


def by_id(told: Any) -> dict[str, Any]:
    return {one["id"]: one for one in told["elements"]}


def test_the_diagram_is_the_pinned_file_with_where_the_case_stands(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_commitment()
    told = sqlite_api.get("D11", f"/cases/{case_no}/diagram").body
    assert (told["process"], told["run"], told["version"]) == ("one_window_main", 0, 1)
    drawn = etree.fromstring(told["xml"].encode())
    found = by_id(told)
    assert set(found) <= {one.get("id") for one in drawn.iter() if one.get("id")}
    assert set(told["flows_taken"]) <= {one.get("id") for one in drawn.iter() if one.get("id")}
    assert told["flows_taken"]
    received = found["ca_intake"]
    assert (received["state"], received["times"], received["called"]) == ("passed", 1, "intake")
    assert received["passed_at"] is not None
    assert found["ca_examination"]["state"] == "standing"
    assert found["end_closed"]["state"] == "plain"
    assert {"one_window_main", "intake", "route_commitment"} <= {one["process"] for one in told["processes"]}
    paper = by_id(sqlite_api.get("D11", f"/cases/{case_no}/diagram?process=examination").body)["ut_receive_paper"]
    assert (paper["state"], paper["account"], paper["account_name"] != "D11") == ("passed", "D11", True)


def test_the_diagram_of_a_called_process_names_task_and_holder(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_commitment()
    task = sqlite_api.house.task(case_no, "ut_substantive").id
    sqlite_api.post("D11", f"/tasks/{task}/claim")
    told = sqlite_api.get("D12", f"/cases/{case_no}/diagram?process=route_commitment").body
    here = by_id(told)["ut_substantive"]
    assert (here["state"], here["task_id"], here["holder"]) == ("standing", task, "D11")
    assert here["since"] is not None


def test_a_case_that_waits_for_its_approval_has_no_diagram_yet(sqlite_api: Api) -> None:
    sqlite_api.house.at(2026, 3, 4, 10)
    body = {
        "item": "I06", "applicant": {"name": "王建国", "id_no": PERSON["id_no"], "phone": PERSON["phone"]},
        "offline": True, "received_at": "2026-03-02T09:30", "offline_register_no": "纸-17", "offline_reason": "停电",
    }  # fmt: skip
    case_no = sqlite_api.post("W01", "/applications", body).body["case_no"]
    assert sqlite_api.get("W01", f"/cases/{case_no}/diagram").code == "NOTHING_STARTED"


# 完整信息 ------------------------------------------------------------------------------------------------------------


def test_T035_clear_data_costs_a_reason_that_stands_in_the_readers_journal(api: Api) -> None:
    case_no = api.house.receive("W01", "I06", PERSON)
    assert api.post("W01", f"/cases/{case_no}/unmask", {"reason": "看看"}).code == "REASON_MISSING"
    told = api.post("W01", f"/cases/{case_no}/unmask", {"reason": "电话核对身份"}, key="once")
    assert (told.body["name"], told.body["id_no"], told.body["phone"]) == ("王建国", PERSON["id_no"], PERSON["phone"])
    line = api.house.journal("access:W01")[-1]
    assert (line.type, line.data["reason"]) == ("access.unmasked", "电话核对身份")
    assert PERSON["id_no"] not in repr(line.data)
    assert api.post("W01", f"/cases/{case_no}/unmask", {"reason": "电话核对身份"}, key="once").body == told.body
    assert [one.type for one in api.house.journal("access:W01")].count("access.unmasked") == 1


# 延期 ---------------------------------------------------------------------------------------------------------------


def test_an_extension_is_asked_by_the_reviewer_and_decided_by_the_head(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_commitment()
    path = f"/cases/{case_no}/extensions"
    assert sqlite_api.post("D12", f"{path}/decision", {"approved": True}).code == "NO_EXTENSION_ASKED"
    assert sqlite_api.post("D11", path, {"days": 99, "reason": "需要核实"}).code == "EXTENSION_TOO_LONG"
    asked = sqlite_api.post("D11", path, {"days": 5, "reason": "现场情况复杂，需要核实"}, key="ask")
    assert (asked.status, asked.body["extension"]) == (201, 1)
    assert [one["role"] for one in asked.body["tasks"]] == ["dept_head"]
    assert sqlite_api.post("D11", path, {"days": 5, "reason": "现场情况复杂，需要核实"}, key="ask").body == asked.body
    assert sqlite_api.post("D11", path, {"days": 5, "reason": "再次申请延期"}).code == "EXTENDED_ALREADY"
    assert sqlite_api.post("D11", f"{path}/decision", {"approved": True}).status == 403
    decided = sqlite_api.post("D12", f"{path}/decision", {"approved": True, "opinion": "同意"}, key="yes")
    assert (decided.status, decided.body["approved"]) == (200, True)
    assert decided.body["tasks"]
    again = sqlite_api.post("D12", f"{path}/decision", {"approved": True, "opinion": "同意"}, key="yes")
    assert again.body == decided.body
    assert sqlite_api.house.violations() == []


# 消息 ---------------------------------------------------------------------------------------------------------------


def test_what_was_read_is_read_for_the_reader_alone(sqlite_api: Api) -> None:
    sqlite_api.post("D12", "/barrings", {**ENTRY, "case_no": sqlite_api.house.accepted_commitment()})
    told = sqlite_api.get("W01", "/notifications").body["notifications"]
    ids = [one["id"] for one in told if not one["read"]]
    assert ids
    assert sqlite_api.post("W01", "/notifications/read", {"ids": ids}).body == {"read": ids}
    assert [one for one in sqlite_api.get("W01", "/notifications").body["notifications"] if not one["read"]] == []
    assert [one for one in sqlite_api.get("W02", "/notifications").body["notifications"] if one["read"]] == []
    assert sqlite_api.post("W01", "/notifications/read", {"ids": []}).status == 422


# 失信记录 ------------------------------------------------------------------------------------------------------------


def test_T030_a_program_bars_reads_and_lifts(api: Api) -> None:
    case_no = api.house.accepted_commitment()
    made = api.post("D12", "/barrings", {**ENTRY, "case_no": case_no}, key="bar")
    assert made.status == 201
    number = made.body["number"]
    assert (made.body["state"], made.body["applicant"]) == ("active", COMPANY["applicant_name"])
    assert api.post("D12", "/barrings", {**ENTRY, "case_no": case_no}, key="bar").body == made.body
    assert api.post("D12", "/barrings", {**ENTRY, "case_no": case_no}).code == "ALREADY_BARRED"
    assert api.post("D12", f"/barrings/{number}/lift", {"reason": "已补齐并核实"}).code == "OWN_BARRING"
    lifted = api.post("S51", f"/barrings/{number}/lift", {"reason": "已补齐并核实"})
    assert (lifted.body["state"], lifted.body["lifted_by"]) == ("lifted", "S51")
    assert api.get("W01", f"/barrings/{number}").body == lifted.body
    assert api.get("W01", "/barrings?state=active").body["barrings"] == []
    assert [one["number"] for one in api.get("W01", f"/barrings?q={number}").body["barrings"]] == [number]
    assert api.get("W01", "/barrings/SX209901010001").code == "BARRING_MISSING"


def test_a_body_without_an_applicant_names_what_is_missing(sqlite_api: Api) -> None:
    refused = sqlite_api.post("D12", "/barrings", ENTRY)
    assert (refused.status, set(refused.body["errors"])) == (422, {"applicant_kind", "applicant_name", "id_kind"})
    late = sqlite_api.post("D12", "/barrings", {**ENTRY, "until": "soon"})
    assert late.status == 422
