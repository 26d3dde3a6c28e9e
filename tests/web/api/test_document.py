"""/api/openapi.json is a sound OpenAPI document, and the routes are exactly what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from engine.foundation.errors import Refusal
from tests.web.api.client import Api
from web.api import DOCUMENT, OPERATIONS, SCHEMAS
from web.api.schema import faults
from web.errors import status_of_kind


def references(value: Any) -> Iterator[str]:
    """Yield every component that is referred to anywhere in ``value``."""
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].removeprefix("#/components/schemas/")
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_the_document_is_an_openapi_document() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_the_served_document_is_the_document(sqlite_api: Api) -> None:
    assert sqlite_api.get(None, "/api/openapi.json").body == json.loads(json.dumps(DOCUMENT))


def test_every_route_is_documented_and_every_documented_route_is_there(sqlite_api: Api) -> None:
    routed = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in sqlite_api.app.url_map.iter_rules()
        if rule.rule.startswith("/api") and rule.endpoint != "api.elsewhere"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    documented = {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert routed == documented


def test_the_routes_of_the_public_face_are_there() -> None:
    promised = {
        "/api/v1/items", "/api/v1/applications", "/api/v1/cases/{case_no}", "/api/v1/cases/{case_no}/history",
        "/api/v1/cases/{case_no}/documents", "/api/v1/cases/{case_no}/documents/{document_id}", "/api/v1/tasks",
        "/api/v1/tasks/{task_id}", "/api/v1/tasks/{task_id}/claim", "/api/v1/tasks/{task_id}/release",
        "/api/v1/tasks/{task_id}/draft", "/api/v1/tasks/{task_id}/complete", "/api/v1/guides", "/api/v1/compliance",
        "/api/openapi.json",
    }  # fmt: skip
    assert promised <= set(DOCUMENT["paths"])


def test_every_component_is_used_and_every_used_one_is_there() -> None:
    assert set(references(DOCUMENT)) | {"Problem"} == set(SCHEMAS)


def test_every_body_refuses_keys_it_does_not_name() -> None:
    for operation in OPERATIONS:
        if operation.body is not None and operation.body_type == "application/json":
            schema = SCHEMAS[operation.body["$ref"].rpartition("/")[2]]
            # An application's other keys are those of its form, and the form refuses what it does not know.
            assert schema["additionalProperties"] is (operation.id in ("hand_in", "hand_in_together")), operation.id


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_every_refusal_is_documented_under_its_status_with_its_sentence(operation: Any) -> None:
    responses = DOCUMENT["paths"][f"/api{operation.path}"][operation.method.lower()]["responses"]
    for refusal in operation.all_refusals():
        assert issubclass(refusal, Refusal)
        told = responses[str(status_of_kind(refusal))]
        assert f"{refusal.code}：" in told["description"]
        codes = told["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]
        assert refusal.code in codes


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_what_is_open_says_so_and_the_rest_asks_for_a_token(operation: Any, sqlite_api: Api) -> None:
    told = DOCUMENT["paths"][f"/api{operation.path}"][operation.method.lower()]
    assert ("security" in told) == operation.open
    path = "/api" + re.sub(r"{\w+}", "x", operation.path)
    answer = sqlite_api.ask(operation.method, None, path)
    assert (answer.status == 401) == (not operation.open), answer.body


def test_the_example_of_each_body_fits_its_schema_and_that_of_an_application_is_accepted(sqlite_api: Api) -> None:
    exampled = {name: schema["examples"] for name, schema in SCHEMAS.items() if "examples" in schema}
    bodies = {"ApplicationBody", "CompleteBody", "DocumentBody", "DeliveryBody", "VoidBody", "TogetherBody",
              "JointAnswerBody", "MessageBody", "BranchBody"}  # fmt: skip
    assert set(exampled) == bodies | {"ShipmentBody"}
    for name, examples in exampled.items():
        assert [faults(SCHEMAS[name], example, SCHEMAS) for example in examples] == [{}]
    assert sqlite_api.post("W01", "/applications", exampled["ApplicationBody"][0]).status == 201


def test_operations_have_different_names_and_a_tag_that_is_explained() -> None:
    assert len({one.id for one in OPERATIONS}) == len(OPERATIONS)
    assert {one.tag for one in OPERATIONS} == {tag["name"] for tag in DOCUMENT["tags"]}
