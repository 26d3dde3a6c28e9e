"""OCEL 2.0 as JSON: events about cases, tasks, documents, departments and accounts, written case by case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TextIO

from engine.foundation.clock import utc_text
from engine.oversight.audit.mining.events import Event, events_of
from engine.oversight.audit.mining.records import Paper, Record

OBJECT_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "case": ("case_no", "item", "item_name"), "task": ("name", "element", "process"), "document": ("title", "number"),
    "department": (), "account": (),
}  # fmt: skip
EVENT_ATTRIBUTES: Final = (("transition", "string"), ("element", "string"), ("kind", "string"), ("line", "integer"))
ISSUED: Final = "出具文书"
_Json = Mapping[str, Any]


def write_ocel(out: TextIO, cases: Callable[[], Iterable[Record]], *, gateways: bool = False) -> int:
    """Write the log of some cases; return how many events it has.

    ``cases`` is asked twice, for the events and for what they are about, and must tell the same both times.  In memory
    are one case, and the names of elements, departments and accounts.
    """
    names, shared, count = dict[str, bool](), dict[str, str](), 0
    out.write('{"events":[')
    comma = ""
    for case in cases():
        for one in _events(case, names, shared, gateways=gateways):
            out.write(comma + _text(one))
            comma, count = ",\n", count + 1
    out.write('],\n"objects":[')
    comma = ""
    for case in cases():
        for one in _objects(case):
            out.write(comma + _text(one))
            comma = ",\n"
    for id, type in sorted(shared.items()):
        out.write(comma + _text(_object(id, type, {}, "", [])))
        comma = ",\n"
    out.write(f'],\n"objectTypes":{_text(_object_types())},\n"eventTypes":{_text(_event_types(names))}}}\n')
    return count


def _events(case: Record, names: dict[str, bool], shared: dict[str, str], *, gateways: bool) -> Iterator[_Json]:
    shared[_department(case.department)] = "department"
    for event in events_of(case, gateways=gateways):
        names[event.name] = True
        relations = list(_relations(case, event))
        for relation in relations:
            type, _, _ = relation["objectId"].partition(":")
            if type in ("department", "account"):
                shared[relation["objectId"]] = type
        values = {"transition": event.transition, "element": event.element, "kind": event.kind, "line": event.seq}
        attributes = [{"name": name, "value": value} for name, value in values.items()]
        yield _event(event.id, event.name, utc_text(event.at), attributes, relations)
    for paper in case.papers:
        names.setdefault(ISSUED, False)
        shared[_account(paper.account)] = "account"
        yield _event(f"{_document(paper)}/issued", ISSUED, utc_text(paper.at), [], [
            _related(case.root, "case"), _related(_document(paper), "issued"), _related(_account(paper.account), "by"),
        ])  # fmt: skip


def _relations(case: Record, event: Event) -> Iterator[_Json]:
    yield _related(case.root, "case")
    yield _related(_department(event.department), "of")
    if event.task:
        yield _related(_task(event.task), "task")
    if event.account:
        yield _related(_account(event.account), "by")
    if event.on_behalf:
        yield _related(_account(event.on_behalf), "on behalf of")


def _objects(case: Record) -> Iterator[_Json]:
    times = [one.at for one in case.lines]
    since = utc_text(min(times)) if times else ""
    about = {"case_no": case.case_no, "item": case.item_code, "item_name": case.item_name}
    yield _object(case.root, "case", about, since, [_related(_department(case.department), "handled by")])
    for stay in case.stays:
        about = {"name": stay.name, "element": stay.element, "process": stay.process}
        relations = [_related(case.root, "of case"), _related(_department(stay.department), "of")]
        yield _object(_task(stay.id), "task", about, utc_text(stay.opened_at), relations)
    for paper in case.papers:
        about = {"title": paper.title, "number": paper.number}
        yield _object(_document(paper), "document", about, utc_text(paper.at), [_related(case.root, "of case")])


def _object_types() -> list[_Json]:
    return [
        {"name": type, "attributes": [{"name": name, "type": "string"} for name in names]}
        for type, names in OBJECT_TYPES.items()
    ]


def _event_types(names: Mapping[str, bool]) -> list[_Json]:
    """Return the types of events, each an element's name; an issue of a document has nothing to say of elements."""
    attributes = [{"name": name, "type": type} for name, type in EVENT_ATTRIBUTES]
    return [{"name": name, "attributes": attributes if passed else []} for name, passed in sorted(names.items())]


def _event(id: str, type: str, time: str, attributes: Sequence[_Json], relations: Sequence[_Json]) -> _Json:
    return {"id": id, "type": type, "time": time, "attributes": attributes, "relationships": relations}


def _object(id: str, type: str, about: Mapping[str, str], since: str, relations: Sequence[_Json]) -> _Json:
    attributes = [{"name": name, "time": since, "value": value} for name, value in about.items()]
    return {"id": id, "type": type, "attributes": attributes, "relationships": relations}


def _related(id: str, qualifier: str) -> _Json:
    return {"objectId": id, "qualifier": qualifier}


def _department(key: str) -> str:
    return f"department:{key}"


def _account(key: str) -> str:
    return f"account:{key}"


def _task(id: str) -> str:
    return f"task:{id}"


def _document(paper: Paper) -> str:
    return f"document:{paper.id}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
