"""Facts that are still wanted ahead of where an instance stands, and that nobody there will give.

A case that moves to a new drawing, or is put before another step, may have passed by the step which would have given
a fact.  Decisions are not looked at: a fact counts as given if any step ahead, or the one at hand, may give it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.expressions import ExpressionRefused, compile_expression
from engine.process.bpmn.model import Drawing, Node, children, extensions, read_drawing, text_of, variable
from engine.process.bpmn.rules.expressions import written
from engine.process.bpmn.rules.words import called
from engine.process.bpmn.vocabulary import Vocabulary
from engine.process.bpmn.xml import read_xml


@dataclass(slots=True)
class Going:
    """One process that goes on: where its tokens are, and the names of the facts they carry."""

    process_id: str
    is_called: bool
    elements: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact without a giver: whose expression reads it, how a sentence calls that place, and the fact's name."""

    element_id: str
    place: str
    fact: str


def wanted_facts(bundle: Bundle, words: Vocabulary, going: Going) -> Iterator[Wanted]:
    """Yield every fact that something ahead of ``going`` reads and that it has not and will not be given."""
    drawing = _drawing(bundle.definitions[going.process_id].xml)
    ahead = _ahead(drawing, going.elements)
    known = set(going.facts)
    for id_ in ahead | going.elements:
        known |= _given(bundle, words, drawing.node(id_))
    for want in _read(bundle, drawing, ahead):
        if want.fact not in known:
            yield want
    for name in bundle.definitions[going.process_id].outputs if going.is_called else ():
        if name not in known:
            yield Wanted("", f"流程“{bundle.definitions[going.process_id].name}”的输出", name)


@lru_cache(maxsize=64)
def _drawing(xml: bytes) -> Drawing:
    return read_drawing(read_xml(xml))


def _ahead(drawing: Drawing, here: set[str]) -> set[str]:
    """Return the ids of all nodes that tokens at ``here`` can come to."""
    queue = [drawing.node(id_) for id_ in here]
    found: set[str] = set()
    while queue:
        node = queue.pop()
        for flow in [*node.outgoing, *(flow for boundary in node.boundaries for flow in boundary.outgoing)]:
            if flow.target in node.scope.nodes and flow.target not in found:
                following = node.scope.nodes[flow.target]
                inside = [one for scope in drawing.scopes if _lies_in(scope, following) for one in scope.nodes.values()]
                found |= {following.id, *(one.id for one in inside), *(one.id for one in following.boundaries)}
                queue.append(following)
    return found


def _lies_in(scope: object, node: Node) -> bool:
    """Whether ``scope`` is the inside of the subprocess ``node``, at any depth."""
    each = scope
    while each is not None:
        if getattr(each, "xml", None) is node.xml:
            return True
        each = getattr(each, "parent", None)
    return False


def _given(bundle: Bundle, words: Vocabulary, node: Node) -> set[str]:
    facts: set[str] = set()
    for task in extensions(node.xml, "task"):
        facts |= words.acts.get(task.get("act", ""), frozenset())
    for service in extensions(node.xml, "service"):
        if service.get("name", "") in words.services:
            facts |= words.services[service.get("name", "")].facts
    for message in extensions(node.xml, "message"):
        facts |= words.messages.get(message.get("name", ""), frozenset())
    if node.called:
        facts |= set(bundle.definitions[node.called].outputs)
    return facts


def _read(bundle: Bundle, drawing: Drawing, ahead: set[str]) -> Iterator[Wanted]:
    owners = {flow.id: flow.source for scope in drawing.scopes for flow in scope.flows}
    for each in written(drawing):
        if owners.get(each.element_id, each.element_id) in ahead:
            try:
                names = compile_expression(each.text)
            except ExpressionRefused:
                continue
            for name in sorted(names - each.extra):
                yield Wanted(each.element_id, each.place, name)
    for id_ in sorted(ahead):
        node = drawing.node(id_)
        loops = [loop for loop in [node.loop] if loop is not None]
        items = {variable(item) for loop in loops for item in children(loop, "inputDataItem")}
        inputs = bundle.definitions[node.called].inputs if node.called else ()
        sources = [drawing.variables.get(text_of(r), "") for loop in loops for r in children(loop, "loopDataInputRef")]
        for name in [*(one for one in inputs if one not in items), *filter(None, sources)]:
            yield Wanted(id_, called(node), name)
