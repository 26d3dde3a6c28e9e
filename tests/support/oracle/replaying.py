"""Reads our event logs with pm4py and replays them by its token replay on nets that are made here, from BPMN alone.

    python replaying.py FOLDER    reads cases.xes, cases.ocel.json and *.bpmn in FOLDER, writes told.json there

pm4py is under the AGPL: this file is run by a Python of its own environment, as a program of its own, and nothing of
the product and no test imports it.  It shares no line with the conformance that it judges: the drawing is read with the
standard library and becomes a net here, and a deviation is read from the tokens that pm4py misses or has left over.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pm4py
from pm4py.algo.conformance.tokenreplay import algorithm as token_replay
from pm4py.objects.log.obj import Event, EventLog, Trace
from pm4py.objects.petri_net.obj import Marking, PetriNet
from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CHOOSING = {"exclusiveGateway", "eventBasedGateway"}


# The drawings --------------------------------------------------------------------------------------------------------


@dataclass
class Level:
    """A process, or an embedded subprocess: its elements by id with their kinds, and its flows."""

    process: str
    nodes: dict[str, ET.Element] = field(default_factory=dict)
    flows: list[tuple[str, str]] = field(default_factory=list)

    def kind(self, id: str) -> str:
        """Return the BPMN kind of an element."""
        return self.nodes[id].tag.removeprefix(BPMN)

    def ways_in(self, id: str) -> list[tuple[str, str]]:
        """Return the flows into an element."""
        return [flow for flow in self.flows if flow[1] == id]

    def ways_out(self, id: str) -> list[tuple[str, str]]:
        """Return the flows out of an element."""
        return [flow for flow in self.flows if flow[0] == id]


def levels_of(process: ET.Element, name: str) -> Iterator[Level]:
    """Yield the level of an element and of every subprocess embedded in it."""
    level = Level(name)
    for child in process:
        if child.tag == f"{BPMN}sequenceFlow":
            level.flows.append((child.get("sourceRef", ""), child.get("targetRef", "")))
        elif child.find(f"{BPMN}incoming") is not None or child.find(f"{BPMN}outgoing") is not None:
            level.nodes[child.get("id", "")] = child
            if child.tag == f"{BPMN}subProcess":
                yield from levels_of(child, name)
    yield level


# The nets ------------------------------------------------------------------------------------------------------------


class Net:
    """The Petri net of a level: each element a transition with its id as label, tokens on what lies between them."""

    def __init__(self, level: Level) -> None:
        self.level, self.net, self.places = level, PetriNet(level.process), dict[Any, Any]()
        self.initial, self.final, self.silent = Marking(), Marking(), 0
        self.shown: dict[str, Any] = {}
        for id in level.nodes:
            self.shown[id] = transition = PetriNet.Transition(id, id)
            self.net.transitions.add(transition)
        for id in level.nodes:
            self._enter(id)
            self._leave(id)

    def _place(self, key: Any) -> Any:
        if key not in self.places:
            self.places[key] = place = PetriNet.Place(str(key))
            self.net.places.add(place)
        return self.places[key]

    def before(self, id: str) -> list[Any]:
        """Return the places from which an element takes its tokens."""
        ways = self.level.ways_in(id)
        if self.level.kind(id) == "parallelGateway" and len(ways) > 1:
            return [self._place(way) for way in ways]
        if len(ways) == 1 and self._chooses(ways[0][0]):
            # What is behind a choice and nowhere else is chosen by happening: no silent step is needed.
            return [self._place(("chosen", ways[0][0]))]
        return [self._place(("before", id))]

    def _chooses(self, id: str) -> bool:
        return self.level.kind(id) in CHOOSING and len(self.level.ways_out(id)) > 1

    def _enter(self, id: str) -> None:
        activity = self.level.nodes[id].get("attachedToRef")
        places = self.before(id if activity is None else activity)
        for place in places:
            add_arc_from_to(place, self.shown[id], self.net)
            if activity is not None and self.level.nodes[id].get("cancelActivity") == "false":
                add_arc_from_to(self.shown[id], place, self.net)
        if self.level.kind(id) == "startEvent":
            self.initial[places[0]] += 1

    def _leave(self, id: str) -> None:
        several = self.level.nodes[id].find(f"{BPMN}multiInstanceLoopCharacteristics") is not None
        source = self.shown[id]
        if several:
            done = self._place(("done", id))
            add_arc_from_to(source, done, self.net)
            self._silently(done, self.before(id))
            source = self._silently(done, [])
        for way in self.level.ways_out(id):
            if self._chooses(id):
                if self.before(way[1]) != [self._place(("chosen", id))]:
                    self._silently(self._place(("chosen", id)), [self._arrival(way)])
            else:
                add_arc_from_to(source, self._arrival(way), self.net)
        if self._chooses(id):
            add_arc_from_to(source, self._place(("chosen", id)), self.net)

    def _arrival(self, way: tuple[str, str]) -> Any:
        joins = self.level.kind(way[1]) == "parallelGateway" and len(self.level.ways_in(way[1])) > 1
        return self._place(way) if joins else self.before(way[1])[0]

    def _silently(self, place: Any, to: list[Any]) -> Any:
        self.silent += 1
        transition = PetriNet.Transition(f"silent {self.silent}", None)
        self.net.transitions.add(transition)
        add_arc_from_to(place, transition, self.net)
        for one in to:
            add_arc_from_to(transition, one, self.net)
        return transition


# What a replay tells -------------------------------------------------------------------------------------------------


def passages(events: Any, levels: dict[str, str], starts: set[str]) -> list[tuple[str, list[str]]]:
    """Return each passage through a level: its name, and its elements in order; a start event begins a new one."""
    found: list[tuple[str, list[str]]] = []
    open_: dict[str, list[str]] = {}
    last: dict[str, str] = {}
    for process, element in events:
        level = levels.get(f"{process}/{element}") or last.get(process, process)
        if element in starts or level not in open_:
            found.append((level, open_.setdefault(level, [])) if level not in open_ else (level, []))
            open_[level] = found[-1][1]
        last[process] = level
        open_[level].append(element)
    return found


def deviations(net: Net, elements: list[str], told: dict[str, Any]) -> list[tuple[str, str]]:
    """Return kind and element of each deviation of a passage, by the tokens that were missing and those left over."""
    found = [("foreign", one) for one in elements if one not in net.shown]
    left = {place for place, count in told["reached_marking"].items() if count}
    forced = [one for one in told["transitions_with_problems"] if one.label is not None]
    tokens = Counter(net.initial)
    for step in told["activated_transitions"]:
        before = {arc.source for arc in step.in_arcs}
        if step in forced and any(tokens[place] < 1 for place in before):
            there = {place for place, count in tokens.items() if count > 0}
            found.append(read_off(net, step, before, there, left))
            forced.remove(step)
        for place in before:
            tokens[place] = max(0, tokens[place] - 1)
        tokens.update(arc.target for arc in step.out_arcs)
    found += [("unclear", one.label) for one in forced]
    if left and len(found) == len(elements) - sum(one in net.shown for one in elements):
        found.append(("unfinished", min(place.name for place in left)))
    return found


def read_off(net: Net, early: Any, missing: set[Any], there: set[Any], left: set[Any]) -> tuple[str, str]:
    """Return what happened where ``early`` was replayed without its tokens: what lay ``there``, what is ``left``."""
    if missing & left:
        # What it should have waited for came later, and nobody took it.
        return "out_of_order", early.label
    if any(arc.target in there for arc in early.out_arcs):
        return "repeated", early.label
    # A token behind a choice has not gone its silent way yet.
    silent = {way.target for place in there for way in place.out_arcs if way.target.label is None}
    near = there | {arc.target for one in silent for arc in one.out_arcs}
    skipped = [
        one.label for one in net.shown.values()
        if {arc.target for arc in one.out_arcs} & missing and {arc.source for arc in one.in_arcs} & near
    ]  # fmt: skip
    return ("skipped", skipped[0]) if len(skipped) == 1 else ("unclear", early.label)


def replayed(folder: Path) -> dict[str, Any]:
    """Return what pm4py reads of the log and what its token replay finds of each case."""
    nets, levels, starts = dict[str, Net](), dict[str, str](), set[str]()
    for path in sorted(folder.glob("*.bpmn")):
        for process in ET.parse(path).iter(f"{BPMN}process"):  # noqa: S314 - the drawings that the test put there
            for one in levels_of(process, process.get("id", "")):
                begins = [id for id in one.nodes if one.kind(id) == "startEvent"]
                name = f"{process.get('id', '')}/{begins[0]}"
                nets[name] = Net(one)
                starts |= set(begins)
                levels.update({f"{one.process}/{id}": name for id in one.nodes})
    log = pm4py.read_xes(str(folder / "cases.xes"))
    by_level: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    cases: dict[str, list[tuple[str, str]]] = {}
    done = log[log["lifecycle:transition"] == "complete"]
    for case_no, events in done.groupby("case:concept:name", sort=False):
        cases[case_no] = []
        for level, elements in passages(zip(events["yc:process"], events["yc:element"], strict=True), levels, starts):
            by_level[level].append((case_no, elements))
    for level, runs in by_level.items():
        net = nets[level]
        traces = EventLog([Trace([Event({"concept:name": one}) for one in elements]) for _, elements in runs])
        results = token_replay.apply(traces, net.net, net.initial, net.final, parameters={"show_progress_bar": False})
        for (case_no, elements), told in zip(runs, results, strict=True):
            cases[case_no] += deviations(net, elements, told)
    objects = pm4py.read_ocel2_json(str(folder / "cases.ocel.json"))
    return {
        "pm4py": pm4py.__version__, "events": len(log), "found": cases, "passages": sum(map(len, by_level.values())),
        "ocel": {"events": len(objects.events), "objects": objects.objects["ocel:type"].value_counts().to_dict()},
    }  # fmt: skip


if __name__ == "__main__":
    place = Path(sys.argv[1])
    (place / "told.json").write_text(json.dumps(replayed(place), ensure_ascii=False))
