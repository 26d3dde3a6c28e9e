"""XES 1.0 (IEEE 1849): one trace for each case, written case by case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Final

from lxml import etree

from engine.foundation.clock import utc_text
from engine.oversight.audit.mining.events import Event, events_of
from engine.oversight.audit.mining.records import Record

NAMESPACE: Final = "http://www.xes-standard.org/"
OWN: Final = "urn:yichuang:xes:1"
EXTENSIONS: Final = (
    ("Concept", "concept", f"{NAMESPACE}concept.xesext"),
    ("Lifecycle", "lifecycle", f"{NAMESPACE}lifecycle.xesext"),
    ("Time", "time", f"{NAMESPACE}time.xesext"),
    ("Organizational", "org", f"{NAMESPACE}org.xesext"),
    ("Identity", "identity", f"{NAMESPACE}identity.xesext"),
    ("Yichuang", "yc", OWN),
)
_NEVER: Final = "1970-01-01T00:00:00.000000Z"
GLOBALS: Final = {
    "trace": (("string", "concept:name", ""),),
    "event": (
        ("string", "concept:name", ""), ("string", "lifecycle:transition", "complete"),
        ("date", "time:timestamp", _NEVER), ("string", "yc:element", ""), ("int", "yc:line", "0"),
    ),
}  # fmt: skip
"""What every trace and every event has, with what a reader may put where it is missing."""

Attribute = tuple[str, str, str]


def write_xes(out: BinaryIO, cases: Iterable[Record], *, gateways: bool = False) -> int:
    """Write the log of some cases; return how many events it has.  No more than one case is in memory."""
    count = 0
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        attributes = {"xes.version": "1.0", "xes.features": "nested-attributes"}
        with file.element(_tag("log"), attributes, nsmap={None: NAMESPACE}):
            for one in _head():
                file.write(one, pretty_print=True)
            for case in cases:
                events = list(events_of(case, gateways=gateways))
                count += len(events)
                file.write(_trace(case, events), pretty_print=True)
    return count


def _head() -> Iterable[etree._Element]:
    for name, prefix, uri in EXTENSIONS:
        yield etree.Element(_tag("extension"), {"name": name, "prefix": prefix, "uri": uri})
    for scope, attributes in GLOBALS.items():
        yield _with(etree.Element(_tag("global"), {"scope": scope}), attributes)
    yield etree.Element(_tag("classifier"), {"name": "环节", "keys": "concept:name"})
    yield etree.Element(_tag("classifier"), {"name": "环节和状态", "keys": "concept:name lifecycle:transition"})
    yield _attribute("string", "concept:name", "一窗通办件经过")
    yield _attribute("string", "lifecycle:model", "standard")


def _trace(case: Record, events: Iterable[Event]) -> etree._Element:
    about = (
        ("concept:name", case.case_no), ("yc:root", case.root), ("yc:item", case.item_code),
        ("yc:item_name", case.item_name), ("org:group", case.department),
    )  # fmt: skip
    trace = _with(etree.Element(_tag("trace")), [("string", key, value) for key, value in about])
    for event in events:
        trace.append(_with(etree.Element(_tag("event")), _of(event)))
    return trace


def _of(event: Event) -> Iterable[Attribute]:
    yield "string", "concept:name", event.name
    yield "string", "lifecycle:transition", event.transition
    yield "date", "time:timestamp", utc_text(event.at)
    yield "id", "identity:id", event.uuid
    if event.account:
        yield "string", "org:resource", event.account
    yield "string", "org:group", event.department
    yield "string", "yc:element", event.element
    yield "string", "yc:kind", event.kind
    yield "string", "yc:process", event.process
    yield "int", "yc:line", str(event.seq)
    yield "string", "yc:id", event.id
    if event.on_behalf:
        yield "string", "yc:on_behalf", event.on_behalf


def _with(parent: etree._Element, attributes: Iterable[Attribute]) -> etree._Element:
    parent.extend([_attribute(*one) for one in attributes])
    return parent


def _attribute(kind: str, key: str, value: str) -> etree._Element:
    return etree.Element(_tag(kind), {"key": key, "value": value})


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
