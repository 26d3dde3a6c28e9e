"""联审 through the API: the board, the desk, adding, deciding, leaving out and chasing a branch; what a reader sees."""

from __future__ import annotations

from typing import Any

from tests.support.joint import DENY, account_of, asked, head_of, opine, reviewed
from tests.web.api.client import Api

MORE = {"department": "cdc", "name": "油烟排放核查", "days": "2", "reason": "临近居民楼"}


def branch(body: Any, key: str) -> Any:
    return next(one for one in body["branches"] if one["key"] == key)


def test_T081_the_lead_reads_the_board_and_chases(api: Api):
    case_no = asked(api.house, days={"sign": "1"})
    where = f"/cases/{case_no}/joint"
    board = api.get("L31", where).body
    assert (board["state"], board["days_left"], board["days_needed"], board["enough"]) == ("running", 12, "10", True)
    fire = branch(board, "fire")
    assert (fire["critical"], fire["late"], fire["hand"]["holder"], fire["absent"]) == (True, False, None, None)
    assert (fire["limit"]["due_on"], fire["limit"]["standing"]) == ("2026-03-16", "normal")
    assert api.get("L31", f"/cases/{case_no}/clocks/{fire['limit']['clock']}").body["due_on"] == "2026-03-16"
    assert (branch(board, "verify")["state"], branch(board, "verify")["limit"]) == ("agreed", None)

    done = api.post("L31", f"{where}/branches/fire/chase", {"text": "企业下周开业"}, key="chase")
    assert [(one["number"], one["text"], one["by"]) for one in branch(done.body, "fire")["chases"]] == [
        (1, "企业下周开业", "L31")
    ]
    assert api.post("L31", f"{where}/branches/fire/chase", {"text": "企业下周开业"}, key="chase").body == done.body
    for account, told in (("S51", False), ("L31", False)):
        soon = api.post(account, f"{where}/branches/fire/chase", {})
        assert branch(soon.body, "fire")["chases"][-1]["told"] is told
    enough = api.post("L31", f"{where}/branches/fire/chase", {})
    assert (enough.status, enough.code) == (409, "URGED_ENOUGH")
    assert api.post(head_of("urban"), f"{where}/branches/fire/chase", {}).code == "JOINT_CHASE_NOT_YOURS"
    assert api.post("L31", f"{where}/branches/verify/chase", {}).code == "JOINT_NOT_CHASEABLE"
    assert api.post("L31", f"{where}/branches/moon/chase", {}).code == "JOINT_BRANCH_MISSING"
    assert api.get("L31", f"/cases/{api.house.accepted_instant()}/joint").status == 404
    assert api.house.violations() == []


def test_a_branch_is_added_and_left_out(sqlite_api: Api):
    api, case_no = sqlite_api, asked(sqlite_api.house)
    where = f"/cases/{case_no}/joint/branches"
    made = api.post("D11", where, {"answer": MORE}, key="more")
    assert (made.status, branch(made.body, "added5")["state"]) == (201, "proposed")
    assert api.post("D11", where, {"answer": {**MORE, "days": "13", "name": "噪声"}}).code == "JOINT_LIMIT_TOO_LONG"
    assert api.post("D11", where, {"answer": {**MORE, "department": "nowhere"}}).status == 422
    assert api.post("L31", f"{where}/added5/decision", {"approved": True}).status == 403
    approved = api.post("D12", f"{where}/added5/decision", {"approved": True})
    assert branch(approved.body, "added5")["state"] == "open"
    assert api.post("D12", f"{where}/added5/decision", {"approved": True}).code == "JOINT_NOT_PROPOSED"
    assert api.post("D12", f"{where}/fire/drop", {"reason": "不需要"}).code == "JOINT_NOT_DROPPABLE"
    gone = api.post("D12", f"{where}/added5/drop", {"reason": "已由消防一并核查"})
    assert branch(gone.body, "added5")["state"] == "dropped"
    assert api.post(head_of("fire"), where, {"answer": MORE}).code == "JOINT_NOT_LEAD"


def test_T077_who_was_only_asked_reads_no_other_finding_and_gets_no_other_file(sqlite_api: Api):
    api, house = sqlite_api, sqlite_api.house
    case_no = asked(house)
    theirs = reviewed(house, case_no, "food")
    opine(house, case_no, "sign", {**DENY, "opinion": "招牌遮挡疏散窗口"})
    reader = head_of("fire")
    told = api.get(reader, f"/cases/{case_no}/joint").body
    sign = branch(told, "sign")
    assert (sign["hidden"], sign["state"], sign["opinion"], sign["representative"]) == (True, "denied", None, None)
    assert (branch(told, "fire")["hidden"], branch(told, "food")["hand"]) == (False, None)
    case = api.get(reader, f"/cases/{case_no}").body
    assert "招牌遮挡疏散窗口" not in str(case)
    assert [one["no"] for one in case["materials"]] == [1, 6, 7]
    assert [one["element"] for one in case["open_tasks"]] == ["ut_branch_review"]
    assert api.get(reader, f"/tasks/{theirs.id}").status == 404
    whole = api.get("D12", f"/cases/{case_no}").body
    assert "招牌遮挡疏散窗口" in str(whole)
    assert api.house.journal(f"access:{reader}")[-1].type == "access.missed"


def test_the_desk_is_paged_and_filtered(sqlite_api: Api):
    api, house = sqlite_api, sqlite_api.house
    early = asked(house)
    house.wait(days=1)
    late = asked(house, days={"sign": "1"})
    assert [one["case_no"] for one in api.get("L31", "/joint-reviews").body["reviews"]] == [late, early]
    first = api.get("L31", "/joint-reviews?limit=1").body
    assert ([one["case_no"] for one in first["reviews"]], first["page"]["total"]) == ([late], 2)
    house.wait(days=2)
    house.sweep()
    found = api.get("S51", "/joint-reviews?late=1").body["reviews"]
    assert [(one["case_no"], one["late"]) for one in found] == [(late, 1)]
    assert api.get(head_of("urban"), "/joint-reviews").body["reviews"] == []
    assert len(api.get(head_of("urban"), "/joint-reviews?part=asked").body["reviews"]) == 2
    assert len(api.get(account_of("urban", 1), "/joint-reviews?part=asked&mine=1").body["reviews"]) == 2
    assert api.get("L31", "/joint-reviews?state=concluded").body["reviews"] == []
    assert api.get("L31", "/joint-reviews?state=nothing").status == 422
    assert api.get("W01", "/joint-reviews").status == 403
