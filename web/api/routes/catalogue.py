"""The catalogue, and handing in an application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.commands import ReceiveApplication
from engine.casework.cases.receiving import application_context, application_form
from engine.casework.cases.rules import ApplicantKindRefused, CounterFull, NotOneWindow
from engine.foundation.errors import InvalidFields, Refusal
from engine.process.bpmn.releases.queries import NoRelease, Release, current_release
from engine.process.tasks.queries import task_by_id
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import NotYourAction
from engine.registry.items.queries import ItemUnknown, current_item, current_items
from processes.items import Item
from web.api.contract import Call, Operation, Reply
from web.api.groups import FILES, HOUSE, MOVING
from web.api.schema import Schema, listed, record, ref, text
from web.api.shapes.cases import case_links
from web.api.shapes.catalogue import item_json, summary_json
from web.api.shapes.common import ROOT, places
from web.api.shapes.forms import context_json, initial_json
from web.api.shapes.tasks import opened_json

_APPLICANT = {"name": "applicant_name", "kind": "applicant_kind"}
"""Keys of the object ``applicant`` that the form calls otherwise."""
_ROW: Schema = {
    "type": "object",
    "properties": {"no": {"type": ["string", "integer"], "description": "材料清单中的序号"}},
    "required": ["no"],
    "description": "一项材料；没有给出的键取初始值",
}
_APPLICANT_BODY = record(
    {},
    {
        "kind": text("person 或 organisation"), "name": text("姓名或名称"), "id_kind": text("证件类型"),
        "id_no": text("证件号码"), "phone": text("电话"), "address": text("地址"), "contact_name": text("联系人"),
        "legal_representative": text("法定代表人（负责人）"),
    },
    "申请对象；键与申请表相同，applicant_ 前缀可省",
)  # fmt: skip

SCHEMAS: dict[str, Schema] = {
    "ItemList": record({"items": listed(ref("ItemSummary"))}),
    "ApplicationBody": {
        **record(
            {"item": text("事项代码", minLength=1, maxLength=40, pattern="^[A-Za-z0-9_-]+$")},
            {
                "answer": ref("Answer"),
                "applicant": _APPLICANT_BODY,
                "materials": listed(_ROW, "已提交的材料；没有列出的取初始值"),
            },
            "申请：申请表的各键可以放在 answer 中，也可以放在最外层",
        ),
        "additionalProperties": True,
        "examples": [
            {
                "item": "I06",
                "applicant": {
                    "kind": "person",
                    "name": "王建国",
                    "id_kind": "resident_id",
                    "id_no": "410502199003070010",
                    "phone": "13800001234",
                },
                "materials": [{"no": "1", "provided_form": "copy", "copies": 1}],
            }
        ],
    },
}


def list_items(call: Call) -> Reply:
    """Return the catalogue: every item, and whether the window may receive an application for it."""
    with call.door.read(call.actor) as view:
        where = places(view)
        found = [summary_json(item, where, not_receivable(view, item)) for _, item in current_items(view.connection)]
    return Reply({"items": found})


def read_item(call: Call, code: str) -> Reply:
    """Return an item whole, with the application form of its current release."""
    with call.door.read(call.actor) as view:
        _, item = current_item(view.connection, code)
        reason = not_receivable(view, item)
        application = None if reason else _application(view, item)
        return Reply(item_json(item, places(view), reason, application))


def not_receivable(view: Reading, item: Item) -> Refusal | None:
    """Return why the integrated window cannot receive an application for the item, or None."""
    if item.entry_mode != "one_window":
        return NotOneWindow(name=item.name)
    try:
        current_release(view.connection, item.code, view.now)
    except NoRelease as refusal:
        return refusal
    return None


def _application(view: Reading, item: Item) -> dict[str, Any]:
    release: Release = current_release(view.connection, item.code, view.now)
    schema, context = application_form(view, release), application_context(view, item)
    return {
        "form": "application",
        "form_schema": dict(schema),
        "initial": initial_json(schema, context),
        "context": context_json(schema, context),
        "release": {"id": release.id, "number": release.number},
    }


def hand_in(call: Call) -> Reply:
    """Register an application and start its case (6.1.1, 6.1.2, 6.1.4)."""
    command = ReceiveApplication(item_code=call.body["item"], answer=flat_answer(call.body), partial=True)
    outcome = call.door.execute(command, call.actor, key=call.key)
    case_no = str(outcome["case_no"])
    return Reply(
        {"case_no": case_no, "tasks": opened_tasks(call, outcome), "links": case_links(case_no)},
        headers={"Location": f"{ROOT}/cases/{case_no}"},
    )


def opened_tasks(call: Call, outcome: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks that a command opened, as it named them: a repeated command finds the same."""
    with call.door.read(call.actor) as view:
        where = places(view)
        tasks = [task_by_id(view.connection, id) for id in outcome["opened"]]
        return [opened_json(task, where) for task in tasks if task is not None]


def flat_answer(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the application form's answer: keys from the top level, ``applicant`` and ``answer`` together.

    Raises InvalidFields for a key that is given twice or that an applicant does not have.
    """
    parts = [
        {key: value for key, value in body.items() if key not in ("item", "answer", "applicant")},
        _from_applicant(body.get("applicant", {})),
        body.get("answer", {}),
    ]
    found: dict[str, Any] = {}
    for part in parts:
        twice = found.keys() & part.keys()
        if twice:
            raise InvalidFields(dict.fromkeys(twice, "给出了两次，请只保留一处"))
        found |= part
    return found


def _from_applicant(given: Mapping[str, Any]) -> dict[str, Any]:
    known = {*_APPLICANT, *_APPLICANT.values(), *_APPLICANT_BODY["properties"]}
    strange = {f"applicant.{key}"[:80]: f"没有“{key[:40]}”这一项，请删去" for key in given if key not in known}
    if strange:
        raise InvalidFields(strange)
    return {_APPLICANT.get(key, key): value for key, value in given.items()}


OPERATIONS = (
    Operation("list_items", "GET", "/v1/items", "catalogue", "事项目录", list_items, ref("ItemList")),
    Operation(
        "read_item", "GET", "/v1/items/{code}", "catalogue", "事项的全部内容与申请表", read_item, ref("Item"),
        refusals=(ItemUnknown, *HOUSE),
    ),
    Operation(
        "hand_in", "POST", "/v1/applications", "catalogue", "提交申请，登记收件", hand_in, ref("ApplicationReply"),
        status=201, body=ref("ApplicationBody"),
        refusals=(
            NotYourAction, ItemUnknown, NoRelease, NotOneWindow, ApplicantKindRefused, CounterFull, *FILES, *MOVING
        ),
    ),
)  # fmt: skip
