"""A program that uses the API over HTTP, and judges every answer by /api/openapi.json.

The judge is the jsonschema package, not our own checker, and it is stricter than the document: an object may hold no
key that its schema does not name.
"""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Map
from werkzeug.test import TestResponse, encode_multipart

from engine.foundation.clock import FixedClock
from engine.foundation.vault import token_hash
from engine.registry.identity.commands import IssueToken
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from web.api import DOCUMENT
from web.app import create_app

FAR = "2099-01-01T00:00:00.000000Z"
_URN = "urn:api"
ANYWHERE = {"ROUTE_UNKNOWN", "METHOD_NOT_ALLOWED"}
"""Codes of addresses that are no operation, so no operation lists them."""


def closed(schema: Any) -> Any:
    """Return the schema with every plain object closed to keys it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: value if key == "allOf" else closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made


def _closed_document() -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    document["components"]["schemas"] = closed(document["components"]["schemas"])
    return document


_REGISTRY: Registry[Any] = Registry().with_resource(_URN, DRAFT202012.create_resource(_closed_document()))


def misfits(pointer: str, value: Any) -> list[str]:
    """Return what is wrong with ``value`` by the schema at a JSON pointer of the document."""
    judge = Draft202012Validator({"$ref": f"{_URN}#{pointer}"}, registry=_REGISTRY, format_checker=FormatChecker())
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in judge.iter_errors(value)]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: Mapping[str, str]
    content: bytes

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        assert isinstance(self.body, dict)
        return str(self.body["code"])


class Api:
    """Calls the API as demo accounts, each with a token of its own."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.machine_clock = FixedClock(house.clock.now())
        self.app = create_app(house.door, demo=True, health=dict, machine_clock=self.machine_clock)
        self.seen: set[tuple[str, int]] = set()
        """(operation, status) of every answer so far."""
        self._tokens: dict[str, str] = {}

    def token(self, account: str) -> str:
        """Return the bearer token of an account, issued when first asked."""
        if account not in self._tokens:
            self._tokens[account] = secrets.token_urlsafe(24)
            command = IssueToken(account=account, token_hash=token_hash(self._tokens[account]), ends_at=FAR)
            self.house.door.execute(command, SYSTEM, key=secrets.token_hex(8))
        return self._tokens[account]

    def get(self, account: str | None, path: str, **options: Any) -> Answer:
        """GET below /api/v1 as ``account`` (None: without a token)."""
        return self.ask("GET", account, path, **options)

    def post(self, account: str | None, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Answer:
        """POST ``body`` as JSON below /api/v1; without a body nothing is sent."""
        headers = {**more.pop("headers", {}), **({"Idempotency-Key": key} if key else {})}
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.ask("POST", account, path, headers=headers, **content, **more)

    def ask(self, method: str, account: str | None, path: str, **options: Any) -> Answer:
        """Send a request and judge the answer; ``path`` may be one of the answers' own links."""
        headers = dict(options.pop("headers", {}))
        if account is not None:
            headers["Authorization"] = f"Bearer {self.token(account)}"
        url = path if path.startswith("/api") else f"/api/v1{path}"
        response = self.app.test_client().open(url, method=method, headers=headers, **options)
        return self._judged(method, url, response)

    def upload(self, account: str, name: str, content: bytes, **options: Any) -> Answer:
        """Upload a file."""
        # Made in memory: a request that is refused half-way leaves no temporary file of the test client behind.
        boundary, data = encode_multipart({"file": FileStorage(BytesIO(content), name)})
        form = f"multipart/form-data; boundary={boundary}"
        return self.post(account, "/uploads", data=data, content_type=form, **options)

    # Judging -----------------------------------------------------------------------------------------------------

    def _judged(self, method: str, url: str, response: TestResponse) -> Answer:
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        told = response.content_type
        body = json.loads(response.data) if told in ("application/json", "application/problem+json") else None
        answer = Answer(response.status_code, body, dict(response.headers), response.data)
        path = self._path_of(method, urlsplit(url).path)
        if path is None:
            assert body is not None
            assert body["code"] in ANYWHERE, body
            assert misfits("/components/schemas/Problem", body) == []
            return answer
        operation = DOCUMENT["paths"][path][method.lower()]
        known = operation["responses"]
        assert str(answer.status) in known, f"{method} {path}: {answer.status} is not documented: {body}"
        assert told in known[str(answer.status)]["content"], f"{method} {path}: {told} is not documented"
        if body is not None:
            steps = ["paths", path, method.lower(), "responses", str(answer.status), "content", told, "schema"]
            pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
            assert misfits(pointer, body) == [], f"{method} {path}: {body}"
        self.seen.add((operation["operationId"], answer.status))
        return answer

    def _path_of(self, method: str, path: str) -> str | None:
        """Return the documented path that a URL belongs to, by Flask's own routing."""
        rules: Map = self.app.url_map
        try:
            rule, _ = rules.bind("localhost").match(path, method=method, return_rule=True)
        except Exception:  # noqa: BLE001 - whatever Flask refuses to route is no operation
            return None
        if rule.endpoint == "api.elsewhere":
            return None
        return str(rule.rule).replace("<", "{").replace(">", "}")
