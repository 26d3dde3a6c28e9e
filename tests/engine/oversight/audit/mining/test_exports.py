"""The event logs of real cases, held against the rules of XES 1.0 and of OCEL 2.0, written down here once more."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from lxml import etree

from engine.oversight.audit.mining.events import LIFECYCLE, events_of
from engine.oversight.audit.mining.listing import HEADER, rows_of
from engine.oversight.audit.mining.ocel import write_ocel
from engine.oversight.audit.mining.records import Record
from engine.oversight.audit.mining.xes import NAMESPACE, write_xes
from engine.process.bpmn.names import GATEWAY_KINDS
from tests.engine.oversight.audit.mining.test_cases import read
from tests.engine.oversight.audit.test_past import WALKS
from tests.support.house import House
from web.spreadsheet import DANGEROUS, comma_separated

X = f"{{{NAMESPACE}}}"
PLAIN = {"string", "date", "int", "float", "boolean", "id"}
ORDER = ["extension", "global", "classifier", *sorted(PLAIN), "trace"]
"""The order in which the schema has the parts of a log."""


@pytest.fixture(params=["joint", "handed on", "sent back"])
def cases(sqlite_house: House, request: pytest.FixtureRequest) -> list[Record]:
    WALKS[request.param](sqlite_house)
    return read(sqlite_house)


def xes(cases: list[Record], **how: bool) -> etree._Element:
    out = io.BytesIO()
    count = write_xes(out, iter(cases), **how)
    log = etree.fromstring(out.getvalue())
    assert len(log.findall(f"{X}trace/{X}event")) == count
    return log


def attributes(one: etree._Element) -> dict[str, tuple[str, str]]:
    """The attributes of a part by key: type and value; no key twice."""
    own = [child for child in one if etree.QName(child).localname in PLAIN]
    found = {child.get("key", ""): (etree.QName(child).localname, child.get("value", "")) for child in own}
    assert len(found) == len(own)
    return found


def well_typed(type: str, value: str) -> bool:
    if type == "date":
        return datetime.fromisoformat(value).tzinfo is not None
    return {"int": lambda: value.lstrip("-").isdigit(), "id": lambda: str(uuid.UUID(value)) == value}.get(
        type, lambda: True
    )()


# XES --------------------------------------------------------------------------------------------------------------


def test_the_parts_of_the_log_stand_in_the_order_of_the_schema(cases: list[Record]):
    log = xes(cases)
    assert log.tag == f"{X}log" and log.get("xes.version") == "1.0" and "xes.features" in log.attrib
    names = [etree.QName(part).localname for part in log]
    places = [min(ORDER.index(name), 3) if name in PLAIN else ORDER.index(name) for name in names]
    assert places == sorted(places) and Counter(names)["trace"] == len(cases)
    for part in log.iter(f"{X}trace", f"{X}global", f"{X}event"):
        inside = [etree.QName(child).localname for child in part]
        assert inside == [name for name in inside if name != "event"] + ["event"] * inside.count("event")
        assert set(inside) <= PLAIN | ({"event"} if part.tag == f"{X}trace" else set())
    assert all(set(part.attrib) == {"key", "value"} and len(part) == 0
               for part in log.iter(*(f"{X}{name}" for name in PLAIN)))  # fmt: skip


def test_every_key_has_its_extension_declared_and_every_value_its_type(cases: list[Record]):
    log = xes(cases, gateways=True)
    declared = [(one.get("name"), one.get("prefix"), one.get("uri")) for one in log.findall(f"{X}extension")]
    assert all(all(one) for one in declared) and len({prefix for _, prefix, _ in declared}) == len(declared)
    prefixes = {prefix for _, prefix, _ in declared}
    for part in log.iter(f"{X}log", f"{X}trace", f"{X}event", f"{X}global"):
        for key, (type, value) in attributes(part).items():
            assert key.partition(":")[0] in prefixes, key
            assert well_typed(type, value), (key, value)
    for scope in ("trace", "event"):
        [given] = [one for one in log.findall(f"{X}global") if one.get("scope") == scope]
        for part in log.iter(f"{X}{scope}"):
            of = attributes(part)
            assert all(of[key][0] == type for key, (type, _) in attributes(given).items())
    keys = set(attributes(next(log.iter(f"{X}event"))))
    assert all(set(str(one.get("keys")).split()) <= keys for one in log.findall(f"{X}classifier"))


def test_a_trace_is_a_case_and_its_events_are_what_was_passed_in_order(cases: list[Record]):
    log = xes(cases)
    for case, trace in zip(cases, log.findall(f"{X}trace"), strict=True):
        assert attributes(trace)["concept:name"] == ("string", case.case_no)
        events = [attributes(one) for one in trace.findall(f"{X}event")]
        times = [datetime.fromisoformat(one["time:timestamp"][1]) for one in events]
        assert times == sorted(times)
        passed = Counter(
            (one.step.element, one.step.account, one.seq) for one in case.passed if one.step.kind not in GATEWAY_KINDS
        )
        done = [one for one in events if one["lifecycle:transition"][1] != "schedule"]
        told = ((one["yc:element"][1], one["org:resource"][1], int(one["yc:line"][1])) for one in done)
        assert Counter(told) == passed
        opened = [one for one in events if one["lifecycle:transition"][1] == "schedule"]
        assert len(opened) == len(case.stays) and all("org:resource" not in one for one in opened)
        assert all(int(one["yc:line"][1]) > 0 for one in opened)
        assert {one["lifecycle:transition"][1] for one in events} <= set(LIFECYCLE)
    ids = [one["identity:id"][1] for one in map(attributes, log.iter(f"{X}event"))]
    assert len(set(ids)) == len(ids)


def test_the_same_cases_give_the_same_bytes_and_gateways_only_when_asked_for(cases: list[Record]):
    one, other = io.BytesIO(), io.BytesIO()
    write_xes(one, cases)
    write_xes(other, cases)
    assert one.getvalue() == other.getvalue()
    kinds = [{attributes(event)["yc:kind"][1] for event in xes(cases, gateways=with_).iter(f"{X}event")}
             for with_ in (False, True)]  # fmt: skip
    assert not kinds[0] & GATEWAY_KINDS and kinds[1] & GATEWAY_KINDS


def test_a_log_is_written_case_by_case():
    """Nothing of a case is kept when the next one is asked for: what was written is out."""
    sizes: list[int] = []
    out = io.BytesIO()

    def some():
        for n in range(50):
            sizes.append(out.tell())
            yield Record(f"case:{n}", "n" * 2_000, "I01", "事项", "D01", (), (), (), ())

    write_xes(out, some())
    assert out.tell() > 50 * 2_000
    assert all(size > (n - 20) * 2_000 for n, size in enumerate(sizes))


# OCEL -------------------------------------------------------------------------------------------------------------


def ocel(cases: list[Record]) -> dict[str, Any]:
    out = io.StringIO()
    count = write_ocel(out, lambda: iter(cases))
    log: dict[str, Any] = json.loads(out.getvalue())
    assert count == len(log["events"])
    return log


def test_the_log_has_the_structure_of_ocel(cases: list[Record]):
    log = ocel(cases)
    assert set(log) == {"objectTypes", "eventTypes", "objects", "events"}
    for kind in ("object", "event"):
        types = {one["name"]: {each["name"]: each["type"] for each in one["attributes"]} for one in log[f"{kind}Types"]}
        assert len(types) == len(log[f"{kind}Types"])
        assert all(set(one) == {"name", "attributes"} for one in log[f"{kind}Types"])
        ids = [one["id"] for one in log[f"{kind}s"]]
        assert len(set(ids)) == len(ids) > 0
        for one in log[f"{kind}s"]:
            assert set(one) == {"id", "type", "attributes", "relationships"} | ({"time"} if kind == "event" else set())
            for each in one["attributes"]:
                assert set(each) == {"name", "value"} | ({"time"} if kind == "object" else set())
                wanted = {"string": str, "integer": int}[types[one["type"]][each["name"]]]
                assert type(each["value"]) is wanted
                assert kind == "event" or datetime.fromisoformat(each["time"]).tzinfo is not None
            assert all(set(each) == {"objectId", "qualifier"} for each in one["relationships"])
            assert kind == "object" or datetime.fromisoformat(one["time"]).tzinfo is not None


def test_every_relation_leads_to_an_object_and_every_object_is_of_a_case(cases: list[Record]):
    log = ocel(cases)
    types = {one["id"]: one["type"] for one in log["objects"]}
    assert set(types.values()) >= {"case", "task", "department", "account"}
    wanted = {"case": "case", "task": "task", "by": "account", "on behalf of": "account", "of": "department",
              "issued": "document", "of case": "case", "handled by": "department"}  # fmt: skip
    for one in (*log["events"], *log["objects"]):
        for each in one["relationships"]:
            assert types[each["objectId"]] == wanted[each["qualifier"]]
    about = [[types[each["objectId"]] for each in one["relationships"]] for one in log["events"]]
    assert all(one.count("case") == 1 for one in about)
    count = Counter(types.values())
    assert count["case"] == len(cases)
    assert count["task"] == sum(len(case.stays) for case in cases)
    assert count["document"] == sum(len(case.papers) for case in cases)
    passed = [event for case in cases for event in events_of(case)]
    assert len(log["events"]) == len(passed) + count["document"]


# Tables -----------------------------------------------------------------------------------------------------------


def test_a_table_has_a_row_for_each_event(cases: list[Record]):
    rows = list(rows_of(cases))
    assert len(rows) == sum(len(list(events_of(case))) for case in cases)
    assert all(len(row) == len(HEADER) and all(type(cell) is str for cell in row) for row in rows)
    assert {row[0] for row in rows} == {case.case_no for case in cases}
    assert {row[9] for row in rows} <= set(LIFECYCLE.values())


@pytest.mark.parametrize("mark", DANGEROUS)
def test_no_cell_of_a_table_is_a_formula(sqlite_house: House, mark: str):
    WALKS["instant"](sqlite_house)
    bad = [replace(case, item_name=f"{mark}1+1") for case in read(sqlite_house)]
    out = io.StringIO(newline="")
    count = comma_separated(out, HEADER, rows_of(bad))
    [header, *rows] = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert tuple(header) == HEADER and len(rows) == count > 0
    assert {row[2] for row in rows} == {f"'{mark}1+1"}
    assert not any(cell.startswith(DANGEROUS) for row in rows for cell in row)
