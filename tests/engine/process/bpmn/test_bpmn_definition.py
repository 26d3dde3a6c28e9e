"""Definitions and bundles: what is read from a file, once, for everybody."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.process.bpmn import BpmnRefused, Bundle, Definition, parse_definition
from engine.process.bpmn.model import read_drawing
from engine.process.bpmn.parser import build_specs
from engine.process.bpmn.xml import read_xml
from tests.engine.process.bpmn.dsl import (
    Player,
    bundle,
    call,
    chain,
    clock,
    end,
    ext,
    flow,
    inner,
    node,
    process,
    service,
    several,
    start,
    user,
    users,
    xor,
)  # fmt: skip

FULL = process(
    start(), user("a", form="accept", role="window_clerk", act="cases.accept"), call("c", "q"),
    clock("t", "c", "notice", interrupting=False), service("v", "archive.record_decision", outcome="'closed'", n="1"),
    inner("sub", start("s2"), user("w"), end("e2"), chain("s2", "w", "e2")), end(), end("late"),
    chain("s", "a", "c", "v", "sub", "e"), chain("t", "late"), inputs=["case_no"], outputs=["decision"],
).replace(b"<ioSpecification>", (
    "<documentation> 重建，非原图 </documentation>" + ext('<yc:process title="前台受理"/>') + "<ioSpecification>"
).encode())  # fmt: skip
LEAF = process(start(), user("w"), end(), chain("s", "w", "e"), id="q", inputs=[])


def test_everything_a_page_needs_is_read_from_the_file() -> None:
    read = parse_definition(FULL)
    assert (read.process_id, read.name, read.title, read.documentation) == ("p", "流程p", "前台受理", "重建，非原图")
    assert read.digest == hashlib.sha256(FULL).hexdigest() and read.xml == FULL
    assert (read.called, read.inputs, read.outputs, read.declares_data) == (("q",), ("case_no",), ("decision",), True)
    assert read.lanes == {"L_window": "综合窗口"}
    assert list(read.elements) == ["s", "a", "c", "t", "v", "sub", "e", "late", "s2", "w", "e2"]
    a = read.elements["a"]
    assert (a.kind, a.name, a.lane, a.clauses) == ("userTask", "名a", "L_window", ("6.1.1",))
    assert (a.form, a.act, a.role) == ("accept", "cases.accept", "window_clerk")
    t = read.elements["t"]
    assert (t.clock, t.attached_to, t.interrupting) == ("notice", "c", False)
    v = read.elements["v"]
    assert (v.service, v.parameters) == ("archive.record_decision", (("outcome", "'closed'"), ("n", "1")))
    assert read.elements["c"].called == "q"
    assert (read.elements["w"].scope, read.elements["a"].scope) == ("sub", "p")


def test_an_element_inside_a_subprocess_has_the_lane_of_the_subprocess() -> None:
    xml = FULL.replace(b"<flowNodeRef>w</flowNodeRef>", b"")
    assert parse_definition(xml).elements["w"].lane == "L_window"


def test_a_name_that_is_no_identifier_leaves_the_id_as_the_variable() -> None:
    xml = FULL.replace(b'id="case_no" name="case_no"', 'id="case_no" name="办件编号"'.encode())
    assert parse_definition(xml).inputs == ("case_no",)
    drawn = FULL.replace(b'id="case_no" name="case_no"', b'id="DataInput_0x1" name="case_no"')
    assert parse_definition(drawn).inputs == ("case_no",)


def test_a_definition_cannot_be_changed() -> None:
    read = parse_definition(FULL)
    with pytest.raises(dataclasses.FrozenInstanceError):
        read.name = "x"  # type: ignore[misc] # The point of the test.
    with pytest.raises(TypeError):
        read.elements["a"] = read.elements["v"]  # type: ignore[index] # The point of the test.


def test_spiffworkflow_has_a_specification_for_the_process_and_for_each_embedded_subprocess() -> None:
    specs = parse_definition(FULL).specs
    assert sorted(specs) == ["p", "p/sub"] and all(isinstance(spec, BpmnProcessSpec) for spec in specs.values())


def test_running_instances_changes_nothing_in_the_shared_specifications() -> None:
    def fingerprint(made: Bundle) -> dict[str, list[tuple[str, list[str], list[str], dict[str, object]]]]:
        return {
            name: sorted((n, list(s._inputs), list(s._outputs), dict(s.data)) for n, s in spec.task_specs.items())
            for name, spec in made.specs.items()
        }

    made = bundle(FULL, LEAF)
    before = fingerprint(made)
    for ring in (False, True):
        player = Player(made, {"archive.record_decision": lambda wanted: {"decision": "x"}})
        player.start(case_no="k")
        player.do("a")
        if ring:
            player.fire()
        player.do("w")
        player.do("w")
        assert player.last.completed
    assert fingerprint(made) == before


def test_a_straight_process_of_nine_hundred_tasks_is_read_and_run_to_its_end() -> None:
    ids = [f"u{number}" for number in range(900)]
    player = Player(bundle(process(start(), users(*ids), end(), chain("s", *ids, "e"))), doubts=lambda: False)
    player.start()
    for id in ids:
        assert player.ready == [id]
        player.do(id)
    assert player.last.completed


def test_a_row_of_nine_hundred_services_runs_in_one_advance() -> None:
    ids = [f"v{number}" for number in range(900)]
    drawing = process(start(), *(service(id, "x") for id in ids), end(), chain("s", *ids, "e"))
    player = Player(bundle(drawing), {"x": lambda wanted: None})
    assert player.start().completed and player.passed == ["s", *ids, "e"]


def test_moving_boxes_on_the_page_changes_nothing_in_how_the_process_runs() -> None:
    def shown(above: str, below: str) -> bytes:
        shapes = "".join(
            f'<bpmndi:BPMNShape xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d_{id}" bpmnElement="{id}">'
            f'<dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="0" y="{y}" width="9" height="9"/>'
            "</bpmndi:BPMNShape>"
            for y, id in enumerate((above, below))
        )
        return process(
            start(), user("u"), xor("x", "no"), users("a", "b"), end(), chain("s", "u", "x"),
            flow("x", "a", "n > 1", id="yes"), flow("x", "b", "n > 0", id="too"), flow("x", "e", id="no"),
            chain("a", "e"), chain("b", "e"), extra=shapes,
        )  # fmt: skip

    for drawing in (shown("a", "b"), shown("b", "a")):
        player = Player(bundle(drawing))
        player.start()
        player.do("u", n=5)
        assert player.ready == ["a"]


def test_reading_keeps_no_order_but_that_of_the_file() -> None:
    assert parse_definition(FULL).elements == parse_definition(FULL).elements


# Bundles


def test_a_bundle_holds_the_main_process_and_all_it_needs_and_nothing_else() -> None:
    unused = parse_definition(LEAF.replace(b'id="q"', b'id="r"'))
    main, leaf = parse_definition(FULL), parse_definition(LEAF)
    made = Bundle.of(main, {"q": leaf, "r": unused})
    assert set(made.definitions) == {"p", "q"} and made.main is main
    assert made.element("q", "w").kind == "userTask"


def test_the_digest_of_a_bundle_stands_for_its_files_and_for_which_is_the_main_one() -> None:
    one, two = parse_definition(FULL), parse_definition(LEAF)
    changed = parse_definition(LEAF.replace("名w".encode(), "改w".encode()))
    digest = Bundle.of(one, {"q": two}).digest
    assert digest == Bundle.of(parse_definition(FULL), {"q": parse_definition(LEAF)}).digest
    assert digest != Bundle.of(one, {"q": changed}).digest
    assert digest not in (Bundle.of(two).digest, one.digest)


def test_a_missing_called_process_is_refused_with_the_calling_element() -> None:
    with pytest.raises(BpmnRefused) as refused:
        Bundle.of(parse_definition(FULL))
    assert [(each.rule, each.element_id) for each in refused.value.problems] == [("call-unknown", "c")]


def test_processes_that_call_each_other_in_a_circle_are_refused() -> None:
    def calls(id: str, other: str) -> Definition:
        return parse_definition(process(start(), call("c", other), end(), chain("s", "c", "e"), id=id, inputs=[]))

    with pytest.raises(BpmnRefused, match="p → q → r → p"):
        Bundle.of(calls("p", "q"), {"q": calls("q", "r"), "r": calls("r", "p")})
    with pytest.raises(BpmnRefused, match="p → p"):
        Bundle.of(calls("p", "p"))


def test_a_process_called_in_two_places_is_no_circle() -> None:
    middle = process(start(), call("c", "q"), end(), chain("s", "c", "e"), id="m", inputs=[])
    both = process(start(), call("c", "m"), call("d", "q"), end(), chain("s", "c", "d", "e"))
    assert set(bundle(both, middle, LEAF).definitions) == {"p", "m", "q"}


def test_calls_nested_deeper_than_anybody_draws_them_are_stopped() -> None:
    links = [
        process(start(), call("c", f"p{n + 1}"), end(), chain("s", "c", "e"), id=f"p{n}", inputs=[]) for n in range(14)
    ]
    last = process(start(), user("u"), end(), chain("s", "u", "e"), id="p14", inputs=[])
    with pytest.raises(Exception, match="12 层"):
        Player(bundle(*links, last)).start()


def test_the_processes_of_the_house_are_read_and_make_one_bundle() -> None:
    files = Path(__file__).parents[4].joinpath("processes").glob("*.bpmn")
    known = {each.process_id: each for each in (parse_definition(path.read_bytes()) for path in files)}
    made = Bundle.of(known["one_window_main"], known)
    assert {"intake", "route_instant", "route_commitment", "issue_delivery", "archive"} <= set(made.definitions)


@pytest.mark.parametrize(
    "middle, element",
    [
        (node("scriptTask", "bad"), "bad"),
        (node("callActivity", "bad"), "bad"),
        (user("bad", several("nowhere")), "bad"),
        (user("bad") + flow("bad", "gone", id="f9"), ""),
    ],
)
def test_what_spiffworkflow_itself_cannot_read_becomes_a_problem_with_the_element(middle: str, element: str) -> None:
    drawing = read_drawing(read_xml(process(start(), middle, end(), chain("s", "bad", "e"))))
    with pytest.raises(BpmnRefused) as refused:
        build_specs(drawing)
    assert [(each.rule, each.element_id) for each in refused.value.problems] == [("engine-refused", element)]
