"""Everything a caller can get wrong has a stable code, a sentence, and the name of the wrong key."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from engine.foundation.blobs.rules import MAX_BYTES
from engine.oversight.publishing.commands import Deploy
from processes.library import SHIPPED
from tests.support.house import PDF, PNG
from tests.support.staff import publish_unrouted
from tests.web.api.client import Api
from tests.web.api.walks import COMPANY, DRAWN, MARKET_CREW, PERSON, Walk


def commitment(api: Api, **more: Any) -> Walk:
    """Return a fresh I02 case."""
    return Walk(api, MARKET_CREW, {"item": "I02", "applicant": COMPANY, **more})


# Applications ----------------------------------------------------------------------------------------------------


def test_an_unknown_item(sqlite_api: Api) -> None:
    refused = sqlite_api.post("W01", "/applications", {"item": "I99", "applicant": PERSON})
    assert (refused.status, refused.code) == (404, "ITEM_UNKNOWN")


def test_T004_an_item_that_its_department_receives_itself(sqlite_api: Api) -> None:
    text = (SHIPPED / "items" / "I11.json").read_text("utf-8")
    own = text.replace('"entry_mode": "one_window"', '"entry_mode": "dept_only"')
    assert own != text
    sqlite_api.house.wait(minutes=1)
    sqlite_api.house.execute("P61", Deploy(processes={}, items={"I11": own}))
    listed = {one["code"]: one for one in sqlite_api.get("W01", "/items").body["items"]}
    refused = sqlite_api.post("W01", "/applications", {"item": "I11", "applicant": PERSON})
    assert (refused.status, refused.code) == (409, "NOT_ONE_WINDOW")
    assert refused.body == listed["I11"]["reason"]
    assert sqlite_api.get("W01", "/items/I11").body["application"] is None


def test_an_item_without_a_release_says_so_before_and_after(sqlite_api: Api) -> None:
    publish_unrouted(sqlite_api.house)
    listed = sqlite_api.get("W01", "/items").body["items"]
    unreleased = [one for one in listed if one["reason"] and one["reason"]["code"] == "NO_RELEASE"]
    assert unreleased
    for one in unreleased:
        refused = sqlite_api.post("W01", "/applications", {"item": one["code"], "applicant": PERSON})
        assert (refused.status, refused.code) == (409, "NO_RELEASE")
        assert sqlite_api.get("W01", f"/items/{one['code']}").body["application"] is None


@pytest.mark.parametrize(
    "changed,named",
    [
        ({"id_no": "410502199003070011"}, "id_no"),
        ({"id_no": "41050219900307001"}, "id_no"),
        ({"id_no": "410502209003070010"}, "id_no"),
        ({"phone": "12345"}, "phone"),
        ({"name": ""}, "applicant_name"),
        ({"id_kind": "uscc", "id_no": "91410500MA9TEXT01X"}, "id_kind"),
    ],
)
def test_a_wrong_number_is_named(sqlite_api: Api, changed: dict[str, Any], named: str) -> None:
    refused = sqlite_api.post("W01", "/applications", {"item": "I06", "applicant": {**PERSON, **changed}})
    assert (refused.status, refused.code) == (422, "INVALID_FIELDS")
    assert named in refused.body["errors"]


def test_a_wrong_check_digit_of_an_organisation_is_named(sqlite_api: Api) -> None:
    wrong = {**COMPANY, "id_no": "91410500MA9TEXT01X"}
    refused = sqlite_api.post("W01", "/applications", {"item": "I02", "applicant": wrong})
    assert "校验位" in refused.body["errors"]["id_no"]


def test_a_kind_of_applicant_that_the_item_is_not_for(sqlite_api: Api) -> None:
    refused = sqlite_api.post("W01", "/applications", {"item": "I06", "applicant": COMPANY})
    assert (refused.status, refused.code) == (422, "APPLICANT_KIND_REFUSED")


@pytest.mark.parametrize(
    "body,named",
    [
        ({"applicant": PERSON}, "item"),
        ({"item": 6, "applicant": PERSON}, "item"),
        ({"item": "I06", "applicant": PERSON, "colour": "red"}, "colour"),
        ({"item": "I06", "applicant": {**PERSON, "age": "36"}}, "applicant.age"),
        ({"item": "I06", "answer": {"applicant_name": "王建国", "colour": "red"}}, "colour"),
        ({"item": "I06", "applicant": PERSON, "phone": "13800001234"}, "phone"),
        ({"item": "I06", "applicant": PERSON, "materials": [{"provided_form": "copy"}]}, "materials[0].no"),
        ({"item": "I06", "applicant": PERSON, "materials": [{"no": 99}]}, "materials"),
        ({"item": "I06", "applicant": PERSON, "materials": [{"no": 1, "weight": 3}]}, "materials[0].weight"),
        ({"item": "I06", "applicant": PERSON, "materials": [{"no": 1, "name": "别的材料"}]}, "materials[0].name"),
        ({"item": "I06", "applicant": PERSON, "materials": [None]}, "materials[0]"),
        ({"item": "I06", "applicant": PERSON, "answer": {"note": [None]}}, "answer.note[0]"),
        ({"item": "I06", "applicant": PERSON, "received_at": "2026-03-03T09:00"}, "received_at"),
        ({"item": "I06", "applicant": PERSON, "颜色": "红"}, "颜色"),
    ],
)
def test_a_key_that_is_missing_strange_or_wrong_is_named(sqlite_api: Api, body: dict[str, Any], named: str) -> None:
    refused = sqlite_api.post("W01", "/applications", body)
    assert (refused.status, refused.code) == (422, "INVALID_FIELDS")
    assert named in refused.body["errors"]


def test_nothing_is_left_behind_by_a_refused_application(sqlite_api: Api) -> None:
    sqlite_api.post("W01", "/applications", {"item": "I06", "applicant": {**PERSON, "id_no": "1"}})
    assert sqlite_api.get("W01", "/cases").body["page"]["total"] == 0


# Formal review ---------------------------------------------------------------------------------------------------


def test_T063_missing_material_cannot_be_accepted(sqlite_api: Api) -> None:
    walk = commitment(sqlite_api, materials=[{"no": 1, "provided_form": "none"}])
    rows = [{"no": 1, "verdict": "missing", "advice": "请提交申请书"}]
    refused = walk.answer("W01", "ut_formal", {"formal_result": "accept", "materials": rows})
    assert (refused.status, refused.code) == (422, "INVALID_FIELDS")
    assert "不能作出" in refused.body["errors"]["materials[0].verdict"]


def test_T063_too_few_copies_cannot_be_accepted(sqlite_api: Api) -> None:
    walk = commitment(sqlite_api, materials=[{"no": 1, "copies": 0}])
    refused = walk.answer("W01", "ut_formal", {"formal_result": "accept"})
    assert "份数不足" in refused.body["errors"]["materials[0].copies"]


def test_T017_a_step_that_is_not_due_cannot_be_worked(sqlite_api: Api) -> None:
    walk = commitment(sqlite_api)
    later = walk.case_no + "-9999"
    assert sqlite_api.post("W01", f"/tasks/{later}/complete", {"answer": {}}).code == "TASK_MISSING"
    assert walk.answer("D12", "ut_formal", {"formal_result": "accept"}).code == "TASK_NOT_YOURS"


# Tasks -----------------------------------------------------------------------------------------------------------


def test_a_task_that_somebody_else_holds(api: Api) -> None:
    walk = commitment(api)
    links = walk.task("ut_formal")["links"]
    assert api.post("W01", links["claim"]).status == 200
    for address, body in (("claim", None), ("complete", {"answer": {"formal_result": "accept"}})):
        refused = api.post("W02", links[address], body)
        assert (refused.status, refused.code) == (409, "TASK_HELD")
        assert refused.body["params"]["who"] == "受理员一"
        assert "2026-03-02 09:05" in refused.body["title"]
    assert api.post("W02", links["release"]).code == "TASK_NOT_HELD"
    assert api.post("W01", links["release"]).status == 200
    assert api.post("W02", links["claim"]).status == 200


def test_a_task_that_is_done(api: Api) -> None:
    walk = commitment(api)
    task = walk.task("ut_formal")
    walk.do("ut_formal", {"formal_result": "accept"}, by="W01")
    for account in ("W01", "W02"):
        refused = api.post(account, task["links"]["complete"], {"answer": {"formal_result": "accept"}})
        assert (refused.status, refused.code) == (409, "TASK_DONE")
        assert refused.body["params"]["who"] == "受理员一"
    assert walk.open("W01", task)["refusal"]["code"] == "TASK_DONE"


def test_a_task_that_the_process_took_away(api: Api) -> None:
    walk = commitment(api)
    task = walk.task("ut_formal")
    api.house.at(2026, 3, 10)
    api.house.sweep()
    for address, body in (("claim", None), ("complete", {"answer": {"formal_result": "accept"}})):
        refused = api.post("W01", task["links"][address], body)
        assert (refused.status, refused.code) == (409, "TASK_CANCELLED")
    assert walk.open("W01", task)["task"]["state"] == "cancelled"


def test_a_stale_revision(api: Api) -> None:
    walk = commitment(api)
    task = walk.task("ut_formal")
    seen = task["revision"]
    api.post("W01", task["links"]["claim"])
    body = {"answer": {"formal_result": "accept"}, "revision": seen}
    refused = api.post("W01", task["links"]["complete"], body)
    assert (refused.status, refused.code) == (409, "STALE_FORM")
    now = walk.task("ut_formal")["revision"]
    assert api.post("W01", task["links"]["complete"], {**body, "revision": now}).status == 200


def test_an_answer_with_a_strange_key_is_named(sqlite_api: Api) -> None:
    walk = commitment(sqlite_api)
    refused = walk.answer("W01", "ut_formal", {"formal_result": "accept", "verdict": "fine"})
    assert list(refused.body["errors"]) == ["verdict"]


def test_a_body_that_is_no_answer(sqlite_api: Api) -> None:
    links = commitment(sqlite_api).task("ut_formal")["links"]
    for body, named in (
        ({}, "answer"),
        ({"answer": []}, "answer"),
        ({"answer": {}, "force": True}, "force"),
        ({"answer": {}, "revision": "1"}, "revision"),
        ({"answer": {}, "revision": True}, "revision"),
        ([], "body"),
        ("text", "body"),
    ):
        refused = sqlite_api.post("W01", links["complete"], body)
        assert (refused.status, refused.code) == (422, "INVALID_FIELDS")
        assert named in refused.body["errors"]
    assert sqlite_api.post("W01", links["claim"], {"for": "W02"}).body["errors"] == {"for": "没有“for”这一项，请删去"}


# Files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name,content,status,code",
    [
        ("程序.exe", b"MZ\x90\x00", 422, "FILE_FORBIDDEN"),
        ("网页.pdf", b"<html>", 422, "FILE_FORBIDDEN"),
        ("图片.pdf", PNG, 422, "FILE_MISMATCH"),
        ("空.pdf", b"", 422, "FILE_EMPTY"),
        ("大.pdf", b"%PDF-" + b"0" * MAX_BYTES, 413, "FILE_TOO_LARGE"),
        ("更大.pdf", b"%PDF-" + b"0" * (MAX_BYTES + 200_000), 413, "FILE_TOO_LARGE"),
    ],
    ids=["program", "page", "other_kind", "empty", "too_large", "far_too_large"],
)
def test_a_file_that_may_not_enter(sqlite_api: Api, name: str, content: bytes, status: int, code: str) -> None:
    refused = sqlite_api.upload("W01", name, content)
    assert (refused.status, refused.code) == (status, code)


def test_an_upload_without_its_file_or_with_more(sqlite_api: Api) -> None:
    form = {"content_type": "multipart/form-data"}
    assert "file" in sqlite_api.post("W01", "/uploads", data={}, **form).body["errors"]
    two = {"file": [(BytesIO(PDF), "1.pdf"), (BytesIO(PDF), "2.pdf")]}
    assert "file" in sqlite_api.post("W01", "/uploads", data=two, **form).body["errors"]
    strange = {"file": (BytesIO(PDF), "1.pdf"), "case": "1"}
    assert "case" in sqlite_api.post("W01", "/uploads", data=strange, **form).body["errors"]
    assert sqlite_api.post("W01", "/uploads", {"file": "x"}).code == "UNSUPPORTED_MEDIA_TYPE"
    broken = sqlite_api.post("W01", "/uploads", data=b"--x\r\n", content_type="multipart/form-data")
    assert broken.status in (400, 422)


def test_a_file_of_somebody_else_cannot_be_used(sqlite_api: Api) -> None:
    theirs = sqlite_api.upload("D11", "证明.pdf", PDF).body
    rows = [{"no": 1, "files": [{"digest": theirs["digest"]}]}]
    refused = sqlite_api.post("W01", "/applications", {"item": "I06", "applicant": PERSON, "materials": rows})
    assert "materials[0].files" in refused.body["errors"]
    unknown = [{"no": 1, "files": [{"digest": "0" * 64}]}]
    refused = sqlite_api.post("W01", "/applications", {"item": "I06", "applicant": PERSON, "materials": unknown})
    assert "materials[0].files" in refused.body["errors"]


@pytest.mark.parametrize(
    "signature", [None, "王建国", "data:image/png;base64,AAAA", {"mode": "drawn"}, {"mode": "spoken"}, 7]
)
def test_something_that_is_no_signature(sqlite_api: Api, signature: Any) -> None:
    walk = commitment(sqlite_api)
    walk.accept()
    refused = walk.answer("D11", "ut_receive_paper", {"signature": signature})
    assert list(refused.body["errors"]) == ["signature"]
    assert walk.answer("D11", "ut_receive_paper", {"signature": DRAWN}).status == 200


# The same thing twice --------------------------------------------------------------------------------------------


def test_an_application_sent_twice_under_one_key_is_one_case_with_one_answer(api: Api) -> None:
    body = {"item": "I06", "applicant": PERSON}
    first = api.post("W01", "/applications", body, key="desk-1-0001")
    api.house.wait(minutes=7)
    again = api.post("W01", "/applications", body, key="desk-1-0001")
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotency-Key"] == "desk-1-0001"
    assert api.get("W01", "/cases").body["page"]["total"] == 1


def test_another_body_under_the_same_key_is_a_conflict(api: Api) -> None:
    body = {"item": "I06", "applicant": PERSON}
    api.post("W01", "/applications", body, key="desk-1-0001")
    refused = api.post("W01", "/applications", {**body, "channel": "2"}, key="desk-1-0001")
    assert (refused.status, refused.code) == (409, "IDEMPOTENCY_KEY_REUSED")
    task = api.get("W01", "/tasks").body["tasks"][0]
    assert api.post("W01", task["links"]["claim"], key="desk-1-0001").code == "IDEMPOTENCY_KEY_REUSED"


def test_another_account_may_use_the_same_key(sqlite_api: Api) -> None:
    body = {"item": "I06", "applicant": PERSON}
    numbers = [sqlite_api.post(clerk, "/applications", body, key="1").body["case_no"] for clerk in ("W01", "W02")]
    assert len(set(numbers)) == 2


def test_a_completion_sent_twice_changes_nothing_the_second_time(api: Api) -> None:
    walk = commitment(api)
    walk.accept()
    links = walk.task("ut_receive_paper")["links"]
    body = {"answer": {"signature": DRAWN}}
    first = api.post("D11", links["complete"], body, key="k")
    api.house.wait(days=1)
    again = api.post("D11", links["complete"], body, key="k")
    assert first.status == 200
    assert (again.status, again.body) == (200, first.body)
    other = api.post("D11", links["complete"], {"answer": {"signature": walk.sign("D11")}}, key="k")
    assert other.code == "IDEMPOTENCY_KEY_REUSED"
    assert len(walk.case()["documents"]) == 2
    assert api.house.violations() == []


def test_notice_C_ordered_twice_is_one_notice_even_after_a_second_round(sqlite_api: Api) -> None:
    walk = commitment(sqlite_api)
    fault = {"materials": [{"no": 4, "verdict": "bad_form", "advice": "请加盖公章"}], "formal_result": "correct"}
    walk.do("ut_formal", fault)
    walk.do("ut_confirm_correction", {"confirmed": "agree"})
    order = {"kind": "correction_notice", "answer": {"checked": True}}
    first = sqlite_api.post("W01", walk.links["documents"], order, key="first")
    walk.do("ut_receive_correction")
    walk.do("ut_formal", {**fault, "new_fact": "补来的制度又缺一页"})
    walk.do("ut_confirm_correction", {"confirmed": "agree"})
    second = sqlite_api.post("W01", walk.links["documents"], order, key="second")
    again = sqlite_api.post("W01", walk.links["documents"], order, key="first")
    assert again.body == first.body
    assert second.body["document"]["id"] != first.body["document"]["id"]


@pytest.mark.parametrize("key", ["", " ", "两", "a b", "x" * 101])
def test_a_key_that_is_none(sqlite_api: Api, key: str) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    refused = sqlite_api.post("W01", "/applications", {"item": "I06", "applicant": PERSON}, headers=headers)
    assert list(refused.body["errors"]) == ["Idempotency-Key"]
