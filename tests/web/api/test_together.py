"""会商 and 联合踏勘 over the API: the same acts, the same refusals, the same sight."""

from __future__ import annotations

from tests.support.gathering import AGENDA, PLACE, SITE, visit_answer
from tests.support.house import PDF
from tests.support.joint import account_of, asked, head_of
from tests.web.api.client import Api


def test_a_meeting_goes_its_way(sqlite_api: Api) -> None:
    api, house = sqlite_api, sqlite_api.house
    case_no = asked(house)
    where = f"/cases/{case_no}/joint/meetings"
    assert api.get("D11", where).body["meetings"] == []
    body = {"answer": {"at": "2026-03-04T14:30", "place": PLACE, "agenda": [{"item": one} for one in AGENDA]}}
    made = api.post("D11", where, body, key="call")
    assert (made.status, made.body["number"], made.body["state_name"]) == (201, 1, "待召开")
    assert made.body["at"] == "2026-03-04T14:30:00.000+08:00"
    assert api.post("D11", where, body, key="call").body == made.body, "the same key calls no second meeting"
    assert api.post("D11", where, body).code == "MEETINGS_OVERLAP"
    assert api.post(head_of("fire"), where, body).code == "JOINT_NOT_LEADING"
    assert api.post(head_of("tax"), where, body).code == "CASE_MISSING"
    assert "agenda" in api.post("D11", where, {"answer": {}}).body["errors"]
    answer = {"answer": {"answer": "absent", "reason": "当日有火场勘验"}}
    told = api.post(head_of("fire"), f"{where}/1/answer", answer)
    assert told.body["parties"][2]["answer_name"] == "不能参加"
    assert api.post(head_of("fire"), f"{where}/2/answer", answer).code == "MEETING_MISSING"
    assert api.post(head_of("fire"), f"{where}/x/answer", answer).code == "MEETING_MISSING"
    moved = api.post("D11", f"{where}/1/move", {"answer": {"at": "2026-03-05T09:00", "reason": "会商室占用"}})
    assert (moved.body["reason"], moved.body["parties"][2]["answer"]) == ("会商室占用", None)
    assert api.post("D11", f"{where}/1/minutes", {"answer": {}}).code == "MEETING_NOT_YET"
    house.at(2026, 3, 5, 10, 0)
    said = [{"no": str(place), "agenda": one, "said": "没有发言"} for place, one in enumerate(AGENDA, 1)]
    came = [{"department": "market", "account": "D11", "attendance": "present"}]
    came += [{"department": one, "attendance": "absent"} for one in ("urban", "fire")]
    written = {"attendance": came, "discussion": said, "points": [{"point": "招牌不变"}]}
    held = api.post("D11", f"{where}/1/minutes", {"answer": written})
    assert held.status == 200, held.body
    assert [one["attendance_name"] for one in held.body["minutes"]["attendance"]] == [
        "出席", "缺席（未请假）", "缺席（未请假）"
    ]  # fmt: skip
    assert (held.body["minutes"]["points"], held.body["state"]) == (["招牌不变"], "held")
    assert held.body["document"]["number"].startswith("安审批（会商纪要）")
    assert api.post("D11", f"{where}/1/minutes", {"answer": {}}).code == "MINUTES_STAND"
    assert api.post("D11", f"{where}/1/cancel", {"answer": {"reason": "不再需要"}}).code == "MEETING_SETTLED"
    assert api.get(head_of("fire"), where).body["meetings"] == [held.body]


def test_a_visit_goes_its_way(sqlite_api: Api) -> None:
    api, house = sqlite_api, sqlite_api.house
    case_no = asked(house)
    where = f"/cases/{case_no}/joint/visits"
    body = {"answer": visit_answer(house, case_no, "food", "sign", "fire")}
    made = api.post("D11", where, body, key="plan")
    assert (made.status, made.body["state_name"], made.body["place"]) == (201, "待踏勘", SITE)
    assert api.post("D11", where, body, key="plan").body == made.body
    assert api.post("D11", where, body).code == "BRANCH_NOT_VISITABLE"
    wrong = api.post("D11", f"{where}/1/move", {"answer": {"visit_on": "2026-03-07", "reason": ""}})
    assert (wrong.code, sorted(wrong.body["errors"])) == ("INVALID_FIELDS", ["reason", "visit_on"])
    moved = api.post("D11", f"{where}/1/move", {"answer": {"visit_on": "2026-03-05", "reason": "当日停电"}})
    assert moved.body["document"]["number"] != made.body["document"]["number"]
    fire = account_of("fire", 1)
    assert api.post(fire, f"{where}/1/findings", {"answer": {}}).code == "JOINT_VISIT_NOT_YET"
    assert api.post(fire, f"{where}/9/findings", {"answer": {}}).code == "JOINT_VISIT_MISSING"
    sent = api.post(head_of("fire"), f"{where}/1/people", {"answer": {"branch": "fire", "people": [fire]}})
    assert sent.body["branches"][2]["visitors"] == [house.actor(fire).name]
    house.at(2026, 3, 5, 10, 0)
    file = api.upload(fire, "现场.pdf", PDF).body
    findings = {"findings": "通道畅通", "conclusion": "improve", "improvement": "更换灭火器", "again": True}
    assert api.post(head_of("fire"), f"{where}/1/findings", {"answer": findings}).code == "NOT_VISITOR"
    done = api.post(fire, f"{where}/1/findings", {"answer": {**findings, "files": [file]}})
    assert done.status == 200, done.body
    looked = done.body["branches"][2]
    assert (looked["conclusion_name"], looked["again"], looked["found_by"]) == ("需要整改", True, fire)
    assert api.post("D11", f"{where}/1/move", {"answer": {"visit_on": "2026-03-06", "reason": "再改一次"}}).code == (
        "JOINT_VISIT_BEGUN"
    )
    assert api.get("D12", where).body["visits"] == [done.body]
    assert api.get(head_of("tax"), where).code == "CASE_MISSING"
    assert api.post("D11", f"{where}/1/cancel", {"answer": {"reason": "不再需要"}}).code == "JOINT_VISIT_BEGUN"


def test_a_visit_is_joined_and_cancelled(sqlite_api: Api) -> None:
    api, house = sqlite_api, sqlite_api.house
    case_no = asked(house)
    where = f"/cases/{case_no}/joint/visits"
    made = api.post("D11", where, {"answer": visit_answer(house, case_no, "food", "sign")}).body
    late = {name: visit_answer(house, case_no, "fire")[name] for name in ("branches", "visitors")}
    assert api.post(head_of("fire"), f"{where}/1/join", {"answer": late}).code == "JOINT_NOT_LEADING"
    assert api.post("D11", f"{where}/1/join", {"answer": {"visitors": []}}).code == "INVALID_FIELDS"
    joined = api.post("D11", f"{where}/1/join", {"answer": late}, key="join")
    assert [one["branch"] for one in joined.body["branches"]] == ["food", "sign", "fire"]
    assert joined.body["document"]["number"] != made["document"]["number"]
    assert api.post("D11", f"{where}/1/join", {"answer": late}, key="join").body == joined.body
    assert api.post("D11", f"{where}/1/join", {"answer": late}).code == "BRANCH_NOT_VISITABLE"
    assert api.post(head_of("fire"), f"{where}/1/cancel", {"answer": {}}).code == "JOINT_NOT_LEADING"
    assert "reason" in api.post("D11", f"{where}/1/cancel", {"answer": {}}).body["errors"]
    off = api.post("D11", f"{where}/1/cancel", {"answer": {"reason": "申请人停业装修"}})
    assert (off.body["state_name"], off.body["cancelled_reason"], off.body["cancelled_by"]) == (
        "已取消", "申请人停业装修", "D11"
    )  # fmt: skip
    assert "取消" in off.body["document"]["number"]
    for act in ("cancel", "move", "join"):
        assert api.post("D11", f"{where}/1/{act}", {"answer": {}}).code == "JOINT_VISIT_CANCELLED"
    for act in ("people", "findings"):
        assert api.post(head_of("fire"), f"{where}/1/{act}", {"answer": {}}).code == "JOINT_VISIT_CANCELLED"
    house.at(2026, 3, 5, 10, 0)
    again = api.post("D11", where, {"answer": visit_answer(house, case_no, "food", "fire", visit_on="2026-03-06")})
    assert (again.status, again.body["number"]) == (201, 2)
    house.at(2026, 3, 9, 10, 0)
    late = {name: visit_answer(house, case_no, "sign")[name] for name in ("branches", "visitors")}
    assert api.post("D11", f"{where}/2/join", {"answer": late}).code == "JOINT_VISIT_PAST"
