"""The counter's day for programs: several items, questions and calls, visits, back-records, shift, decisions."""

from __future__ import annotations

from engine.process.tasks.commands import ClaimTask
from tests.support.house import PERSON
from tests.web.api.client import Api

WHO = {"name": "王建国", "id_no": "410502199003070010", "phone": "13800001234"}


def test_T011_a_program_hands_in_two_items_and_gets_two_numbers_with_their_tasks(sqlite_api: Api) -> None:
    body = {"items": [{"item": "I06"}, {"item": "I01"}], "applicant": WHO}
    made = sqlite_api.post("W01", "/applications/together", body, key="two")
    assert made.status == 201
    assert [one["item"] for one in made.body["cases"]] == ["I01", "I06"]
    assert [one["tasks"][0]["element"] for one in made.body["cases"]] == ["ut_formal", "ut_formal"]
    assert sqlite_api.post("W01", "/applications/together", body, key="two").body == made.body
    assert sqlite_api.get("W01", "/cases").body["page"]["total"] == 2


def test_T011_what_is_wrong_is_named_by_item_and_nothing_is_registered(sqlite_api: Api) -> None:
    rows = [{"no": "1", "copies": -1}]
    body = {"items": [{"item": "I06", "materials": rows}, {"item": "I01"}], "applicant": {**WHO, "phone": "1"}}
    refused = sqlite_api.post("W01", "/applications/together", body)
    assert refused.status == 422
    assert set(refused.body["errors"]) == {"phone", "I06.materials[0].copies"}
    twice = sqlite_api.post("W01", "/applications/together", {"items": [{"item": "I06"}] * 2, "applicant": WHO})
    assert twice.status == 422
    assert sqlite_api.get("W01", "/cases").body["page"]["total"] == 0


def test_T046_a_consultation_is_asked_and_answered(sqlite_api: Api) -> None:
    body = {"department": "market", "title": "油烟净化", "content": "是否必须单独安装？"}
    number = sqlite_api.post("W01", "/consultations", body).body["number"]
    sqlite_api.house.at(2026, 3, 4, 9)
    (listed,) = sqlite_api.get("D11", "/consultations?open=true").body["consultations"]
    assert (listed["number"], listed["overdue_days"], listed["answer"]) == (number, 1, None)
    done = sqlite_api.post("D11", f"/consultations/{number}/answer", {"answer": "须安装"})
    assert done.body == {"number": number, "overdue_days": 1}
    assert sqlite_api.get("W01", "/consultations?open=true").body == {"consultations": []}
    assert sqlite_api.post("D12", f"/consultations/{number}/answer", {"answer": "再答"}).code == "CONSULTATION_ANSWERED"
    assert sqlite_api.post("D12", "/consultations/ZX1/answer", {"answer": "没有"}).status == 404


def test_T047_a_call_is_made_and_answered(sqlite_api: Api) -> None:
    number = sqlite_api.post("W01", "/calls", {"item": "I10"}).body["number"]
    sqlite_api.house.wait(minutes=12)
    assert sqlite_api.post("D31", f"/calls/{number}/answer", {"way": "phone"}).body["minutes"] == 12
    assert sqlite_api.post("W01", "/calls", {"item": "I02"}).code == "NOT_ENTRUSTED"


def test_T023_a_back_record_is_approved(sqlite_api: Api) -> None:
    sqlite_api.house.at(2026, 3, 4, 10)
    body = {
        "item": "I06", "applicant": WHO, "offline": True, "received_at": "2026-03-02T09:30",
        "offline_register_no": "纸-17", "offline_reason": "停电",
    }  # fmt: skip
    made = sqlite_api.post("W01", "/applications", body).body
    assert made["tasks"] == []
    done = sqlite_api.post("S51", f"/cases/{made['case_no']}/back-record", {"approve": True})
    assert [one["element"] for one in done.body["tasks"]] == ["ut_formal"]


def test_T028_a_visit_is_noted(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.receive("W01", "I06", PERSON)
    noted = sqlite_api.post("W01", f"/cases/{case_no}/visits", {"reason": "补交照片"})
    assert noted.body == {"case_no": case_no, "visits": 2}
    assert sqlite_api.post("W01", f"/cases/{case_no}/visits", {"reason": " "}).code == "VISIT_REASON_MISSING"


def test_tasks_are_handed_over(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.receive("W01", "I06", PERSON)
    id = sqlite_api.house.task(case_no, "ut_formal").id
    sqlite_api.house.execute("W01", ClaimTask(task_id=id))
    done = sqlite_api.post("W01", "/shift", {"to": "W02", "tasks": [id]})
    assert done.body == {"to": "W02", "given": [id], "left": []}
    assert sqlite_api.post("W01", "/shift", {"to": "W02"}).code == "NOTHING_TO_HAND_OVER"


def test_T035_granted_decisions_are_open_to_everybody_and_masked(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_instant()
    sqlite_api.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    told = sqlite_api.get(None, "/decisions").body
    assert told["decisions"] == [
        {
            "applicant": "王*国", "id_no": "4105**********0010", "item": "社会保障卡补领",
            "department": "安阳市人力资源和社会保障局", "decided_on": "2026-03-02",
        }
    ]  # fmt: skip
    assert told["page"]["total"] == 1
