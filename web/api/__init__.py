"""The API: /api/v1 and its description /api/openapi.json."""

from __future__ import annotations

from web.api.binding import make_blueprint
from web.api.contract import Call, Operation, Reply
from web.api.document import build
from web.api.routes import (
    barrings,
    calendar,
    cards,
    cases,
    catalogue,
    clocks,
    counter,
    countersigning,
    handing,
    incidents,
    joint,
    leave,
    messages,
    orders,
    oversight,
    policies,
    progress,
    public,
    returning,
    shipments,
    special,
    tasks,
    together,
    together_visits,
)
from web.api.schema import Components, Schema
from web.api.shapes.case_schemas import CASES
from web.api.shapes.catalogue import CATALOGUE
from web.api.shapes.clocks import CLOCKS
from web.api.shapes.common import COMMON
from web.api.shapes.forms import FORMS
from web.api.shapes.oversight import OVERSIGHT
from web.api.shapes.tasks import TASKS

SCHEMAS: Components = {
    **COMMON, **FORMS, **CATALOGUE, **catalogue.SCHEMAS, **CASES, **CLOCKS, **cases.SCHEMAS, **TASKS, **tasks.SCHEMAS,
    **OVERSIGHT, **oversight.SCHEMAS, **counter.SCHEMAS, **shipments.SCHEMAS, **special.SCHEMAS, **progress.SCHEMAS,
    **barrings.SCHEMAS, **incidents.SCHEMAS, **calendar.SCHEMAS, **policies.SCHEMAS, **messages.SCHEMAS,
    **cards.SCHEMAS, **orders.SCHEMAS, **handing.SCHEMAS, **leave.SCHEMAS,
    **countersigning.SCHEMAS, **returning.SCHEMAS, **joint.SCHEMAS, **together.SCHEMAS,
    **together_visits.SCHEMAS,
}  # fmt: skip
"""Every schema of the API by name."""

_ANY_OBJECT: Schema = {"type": "object", "description": "OpenAPI 3.1 文档"}


def describe(call: Call) -> Reply:
    """Return this API's description."""
    return Reply(DOCUMENT)


OPERATIONS: tuple[Operation, ...] = (
    *catalogue.OPERATIONS,
    *cases.OPERATIONS,
    *clocks.OPERATIONS,
    *special.OPERATIONS,
    *shipments.OPERATIONS,
    *together.OPERATIONS,
    *together_visits.OPERATIONS,
    *tasks.OPERATIONS,
    *handing.OPERATIONS,
    *leave.OPERATIONS,
    *countersigning.OPERATIONS,
    *returning.OPERATIONS,
    *counter.OPERATIONS,
    *barrings.OPERATIONS,
    *calendar.OPERATIONS,
    *policies.OPERATIONS,
    *messages.OPERATIONS,
    *orders.OPERATIONS,
    *joint.OPERATIONS,
    *oversight.OPERATIONS,
    *cards.OPERATIONS,
    *incidents.OPERATIONS,
    *progress.OPERATIONS,
    *public.OPERATIONS,
    Operation("describe", "GET", "/openapi.json", "open", "接口说明", describe, _ANY_OBJECT, open=True),
)
"""Every operation of the API."""

DOCUMENT = build(OPERATIONS, SCHEMAS)
"""The description as served."""

blueprint = make_blueprint(OPERATIONS, SCHEMAS)
"""To be registered on the application, which must hold the door under ``DOOR`` in its configuration."""

__all__ = ["DOCUMENT", "OPERATIONS", "SCHEMAS", "blueprint"]
