"""What happens before any rule is asked: tokens, addresses, queries, bodies that cannot be read, and noise."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.foundation.vault import token_hash
from engine.registry.identity.commands import IssueToken, SetAccountState
from engine.registry.identity.rules import SYSTEM
from tests.web.api.client import Api
from tests.web.api.walks import PERSON, Walk
from web.api.refusals import BodyUnreadable
from web.api.requests import MAX_JSON, read_json

# Tokens ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic VzAxOng=", "Token abc"])
def test_without_a_bearer_token_nobody_is_let_in(sqlite_api: Api, header: str) -> None:
    refused = sqlite_api.get(None, "/me", headers={"Authorization": header} if header else {})
    assert (refused.status, refused.code) == (401, "TOKEN_MISSING")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["abc", "令牌".encode().decode("latin-1"), "x" * 4000])
def test_an_unknown_token_is_refused(sqlite_api: Api, token: str) -> None:
    refused = sqlite_api.get(None, "/me", headers={"Authorization": f"Bearer {token}"})
    assert (refused.status, refused.code) == (401, "TOKEN_INVALID")


def test_a_token_ends_by_the_machines_clock_and_not_by_the_demonstrations(sqlite_api: Api) -> None:
    token = secrets.token_urlsafe(16)
    until_june = IssueToken(account="W01", token_hash=token_hash(token), ends_at="2026-06-01T00:00:00.000000Z")
    sqlite_api.house.door.execute(until_june, SYSTEM, key="june")
    mine = {"Authorization": f"Bearer {token}"}
    sqlite_api.house.at(2027, 1, 4)
    assert sqlite_api.get(None, "/me", headers=mine).status == 200
    sqlite_api.machine_clock.set(datetime(2026, 6, 1, 0, 0, 1, tzinfo=UTC))
    assert sqlite_api.get(None, "/me", headers=mine).code == "TOKEN_INVALID"


def test_a_disabled_account_has_no_token_any_more(sqlite_api: Api) -> None:
    assert sqlite_api.get("W02", "/me").status == 200
    sqlite_api.house.door.execute(SetAccountState(account="W02", state="disabled"), SYSTEM, key="off")
    assert sqlite_api.get("W02", "/me").status == 401


def test_a_browsers_session_opens_nothing_here(sqlite_api: Api) -> None:
    from engine.registry.identity.commands import SignIn

    token = secrets.token_urlsafe(16)
    command = SignIn(token_hash=token_hash(token), csrf="c", ends_at="2099-01-01T00:00:00.000000Z")
    sqlite_api.house.execute("W01", command)
    for name in ("yc", "__Host-yc"):
        assert sqlite_api.get(None, "/me", headers={"Cookie": f"{name}={token}"}).code == "TOKEN_MISSING"
    assert sqlite_api.get(None, "/me", headers={"Authorization": f"Bearer {token}"}).code == "TOKEN_INVALID"


def test_a_token_in_the_address_is_not_read(sqlite_api: Api) -> None:
    assert sqlite_api.get(None, f"/me?token={sqlite_api.token('W01')}").code == "TOKEN_MISSING"


# Addresses and methods -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, methods", [("/api/v1/items", "GET, OPTIONS"), ("/api/v1/applications", "POST, OPTIONS")]
)
def test_an_address_tells_its_methods_and_no_others(sqlite_api: Api, path: str, methods: str) -> None:
    asked = sqlite_api.app.test_client().options(path)
    assert (asked.status_code, asked.headers["Allow"], asked.data) == (204, methods, b"")
    assert sqlite_api.app.test_client().options("/api/v1/nowhere").status_code == 404


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/items", "/items/", "/tasks/1/2/3", "/api/openapi.yaml"]
)
def test_an_unknown_address_is_a_problem(sqlite_api: Api, path: str) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        if path == "/api":
            continue
        refused = sqlite_api.ask(method, "W01", path)
        assert (refused.status, refused.code) == (404, "ROUTE_UNKNOWN")


@pytest.mark.parametrize(
    "method,path,allowed",
    [
        ("POST", "/items", "GET"),
        ("DELETE", "/cases/1", "GET"),
        ("GET", "/applications", "POST"),
        ("PUT", "/tasks/1/complete", "POST"),
        ("PATCH", "/cases/1/documents", "GET, POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(sqlite_api: Api, method: str, path: str, allowed: str) -> None:
    refused = sqlite_api.ask(method, "W01", path)
    assert (refused.status, refused.code) == (405, "METHOD_NOT_ALLOWED")
    assert refused.headers["Allow"] == allowed


@pytest.mark.parametrize("part", ["%00", "a%0Ab", "x" * 101, "%C2%85"])
def test_an_address_that_nothing_of_the_house_has(sqlite_api: Api, part: str) -> None:
    for path in ("/items/{}", "/cases/{}", "/tasks/{}", "/cases/{}/history", "/cases/{}/documents/{}", "/guides/{}"):
        assert sqlite_api.get("W01", path.replace("{}", part)).code == "ROUTE_UNKNOWN"


# Queries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query,named",
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("offset=-1", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("limit=5&limit=6", "limit"),
        ("status=gone", "status"),
        ("q=" + "x" * 101, "q"),
        ("q=%00", "q"),
        ("page=2", "page"),
    ],
)
def test_a_query_that_is_wrong_is_named(sqlite_api: Api, query: str, named: str) -> None:
    refused = sqlite_api.get("W01", f"/cases?{query}")
    assert (refused.status, refused.code) == (422, "INVALID_FIELDS")
    assert list(refused.body["errors"]) == [named]


def test_an_operation_without_parameters_takes_none(sqlite_api: Api) -> None:
    assert sqlite_api.get("W01", "/me?verbose=1").body["errors"].keys() == {"verbose"}


# Bodies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"\xff\xfe", b'{"item": NaN}', b'{"item": 1.5}', b'{"item": 1e3}', b"[" * 100_000, b"9" * 5000,
        b'{"item": "I06", "item": "I02"}', b'{"item": "\\ud800"}', b'{"a":' * 30 + b"1" + b"}" * 30,
    ],
    ids=["empty", "torn", "bytes", "nan", "half", "power", "deep", "long", "twice", "surrogate", "nested"],
)  # fmt: skip
def test_a_body_that_cannot_be_read(sqlite_api: Api, raw: bytes) -> None:
    refused = sqlite_api.post("W01", "/applications", data=raw, content_type="application/json")
    assert (refused.status, refused.code) == (400, "BAD_JSON")


def test_a_body_of_another_type(sqlite_api: Api) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", None):
        more: dict[str, Any] = {"content_type": content_type} if content_type else {}
        refused = sqlite_api.post("W01", "/applications", data=b'{"item": "I06"}', **more)
        assert (refused.status, refused.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    told = sqlite_api.post("W01", "/applications", data=b"{}", content_type="application/json; charset=utf-8")
    assert told.code == "INVALID_FIELDS"


def test_a_body_that_is_too_large(sqlite_api: Api) -> None:
    raw = b'{"item": "' + b"x" * MAX_JSON + b'"}'
    refused = sqlite_api.post("W01", "/applications", data=raw, content_type="application/json")
    assert (refused.status, refused.code) == (413, "BODY_TOO_LARGE")


def test_an_answer_that_needs_no_body_takes_none_or_an_empty_one(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, ("W01",), {"item": "I06", "applicant": PERSON})
    claim = walk.task("ut_formal")["links"]["claim"]
    assert sqlite_api.post("W01", claim).status == 200
    assert sqlite_api.post("W01", claim, {}).status == 200
    assert sqlite_api.post("W01", claim, data=b"null", content_type="application/json").code == "INVALID_FIELDS"


def test_strangers_are_refused_before_their_body_is_read(sqlite_api: Api) -> None:
    refused = sqlite_api.post(None, "/applications", data=b"{", content_type="application/json")
    assert refused.code == "TOKEN_MISSING"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=200)
@given(value=PLAIN)
def test_what_is_read_is_what_was_written_or_it_is_refused(value: Any) -> None:
    from engine.foundation.errors import InvalidFields
    from engine.foundation.journal.rules import canonical

    try:
        read = read_json(json.dumps(value).encode())
    except (BodyUnreadable, InvalidFields):
        return
    assert read == value
    canonical({"answer": read}).encode()


FIELD = st.sampled_from(
    ["applicant_name", "id_no", "id_kind", "phone", "materials", "received_at", "channel", "note", "applicant_kind"]
)


REVIEW_FIELD = st.sampled_from(["materials", "formal_result", "opinion", "new_fact"])


def test_whatever_is_sent_the_answer_is_a_documented_one(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, ("W01",), {"item": "I06", "applicant": PERSON})
    complete = walk.task("ut_formal")["links"]["complete"]

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(
        flat=st.dictionaries(FIELD, PLAIN, max_size=4),
        answer=st.dictionaries(REVIEW_FIELD, PLAIN, max_size=3),
    )
    def send(flat: dict[str, Any], answer: dict[str, Any]) -> None:
        told = [
            sqlite_api.post("W01", "/applications", {"item": "I06", "answer": flat}),
            sqlite_api.post("W01", complete, {"answer": answer}),
        ]
        assert {one.status for one in told} <= {400, 409, 422}

    send()
