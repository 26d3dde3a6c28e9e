"""Making a document void by program: the same rules as the page, the void told wherever the document is."""

from __future__ import annotations

import hashlib

import pytest

from tests.forms.notices.samples import page_texts
from tests.support.house import COMPANY
from tests.web.api.client import Api

BODY = {"reason": "申请人姓名写错", "reissue": True}


def notice(api: Api) -> tuple[str, str]:
    case_no = api.house.accepted_commitment()
    return case_no, api.get("W01", f"/cases/{case_no}/documents").body["documents"][0]["id"]


def test_T110_a_notice_is_made_void_and_issued_anew(api: Api) -> None:
    case_no, id = notice(api)
    original = api.get("W01", f"/cases/{case_no}/documents/{id}").content
    done = api.post("W01", f"/cases/{case_no}/documents/{id}/void", BODY)
    assert done.status == 200
    old, new = done.body["document"], done.body["issued"]
    assert (old["state"], new["state"], new["void"]) == ("void", "issued", None)
    assert old["void"] == {
        "at": old["void"]["at"], "by": "W01", "reason": BODY["reason"], "reissued_as": new["id"],
        "new_number": new["number"],
    }  # fmt: skip
    assert (old["number"][-7:-1], new["number"][-7:-1]) == ("000001", "000002")
    shown = api.get("W01", f"/cases/{case_no}/documents/{id}")
    assert shown.content != original
    assert "作废" in page_texts(shown.content)[0]
    assert shown.headers["ETag"] == f'"{hashlib.sha256(shown.content).hexdigest()}"'
    assert old["sha256"] in (None, hashlib.sha256(original).hexdigest())
    listed = api.get("D11", f"/cases/{case_no}/documents").body["documents"]
    assert [(one["number"], one["state"]) for one in listed if one["kind"] == "acceptance_notice"] == [
        (old["number"], "void"),
        (new["number"], "issued"),
    ]
    assert api.get("W01", f"/cases/{case_no}").body["documents"] == listed
    assert api.house.violations() == []


@pytest.mark.parametrize(
    "account, body, status, code",
    [
        ("W01", {**BODY, "reason": "错"}, 422, "INVALID_FIELDS"),
        ("W03", BODY, 403, "DOCUMENT_NOT_YOURS"),
        ("D12", BODY, 403, "DOCUMENT_NOT_YOURS"),
        ("D22", BODY, 404, "CASE_MISSING"),
        ("S51", BODY, 403, "NOT_YOUR_ACTION"),
    ],
)
def test_a_refusal_has_its_code_and_changes_nothing(
    sqlite_api: Api, account: str, body: dict[str, object], status: int, code: str
) -> None:
    case_no, id = notice(sqlite_api)
    before = sqlite_api.get("W01", f"/cases/{case_no}/documents").body
    refused = sqlite_api.post(account, f"/cases/{case_no}/documents/{id}/void", body)
    assert (refused.status, refused.code) == (status, code)
    assert sqlite_api.get("W01", f"/cases/{case_no}/documents").body == before


def test_without_a_new_one_the_applicant_is_told_unless_the_case_is_decided(sqlite_api: Api) -> None:
    case_no, id = notice(sqlite_api)
    alone = {**BODY, "reissue": False}
    done = sqlite_api.post("W01", f"/cases/{case_no}/documents/{id}/void", alone).body
    assert (done["issued"]["kind"], done["document"]["void"]["new_number"]) == ("void_notice", None)
    decided = sqlite_api.house.decided_commitment()
    known = sqlite_api.get("W01", f"/cases/{decided}/documents").body["documents"][0]["id"]
    refused = sqlite_api.post("W01", f"/cases/{decided}/documents/{known}/void", alone)
    assert (refused.status, refused.code) == (409, "DOCUMENT_REPLACEMENT_NEEDED")


@pytest.mark.parametrize("body", [{}, {"reason": "申请人姓名写错"}, {**BODY, "reissue": "yes"}, {**BODY, "sure": True}])
def test_a_body_that_says_too_little_or_too_much_is_refused(sqlite_api: Api, body: dict[str, object]) -> None:
    case_no, id = notice(sqlite_api)
    assert sqlite_api.post("W01", f"/cases/{case_no}/documents/{id}/void", body).status == 422


def test_a_second_time_and_another_case_are_refused(sqlite_api: Api) -> None:
    case_no, id = notice(sqlite_api)
    other = sqlite_api.house.receive("W01", "I02", COMPANY)
    assert sqlite_api.post("W01", f"/cases/{other}/documents/{id}/void", BODY).code == "DOCUMENT_MISSING"
    assert sqlite_api.post("W01", f"/cases/{case_no}/documents/{id}/void", BODY).status == 200
    assert sqlite_api.post("W01", f"/cases/{case_no}/documents/{id}/void", BODY).code == "DOCUMENT_ALREADY_VOID"
