"""From a drawing to SpiffWorkflow's specifications.

One SpiffWorkflow parser is made for one file and thrown away after it.  Two things are done
differently from stock: all nodes are made first and linked afterwards, in the order of the file
(stock follows the flows by recursion, which ends at some 450 nodes, and sorts followers by their
height on the page, so that moving a box changes what runs first); and our extension elements are
read by a mix-in into the nodes.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference

from engine.process.bpmn.decision_task import AskedDecision
from engine.process.bpmn.elements import Element, read_element
from engine.process.bpmn.model import Drawing, Node, Scope, children, text_of, variable
from engine.process.bpmn.names import bpmn
from engine.process.bpmn.overrides.boundary import ArmingSplit, DeliveredBoundary
from engine.process.bpmn.overrides.calls import Call, Embedded
from engine.process.bpmn.overrides.catching import Catch, EventGateway, Receiver
from engine.process.bpmn.overrides.joins import InclusiveMeeting, ParallelMeeting
from engine.process.bpmn.overrides.loops import ParallelSeveral, SequentialSeveral
from engine.process.bpmn.overrides.nodes import Begin, Exclusive, Finish, Milestone, Person
from engine.process.bpmn.overrides.spec import ProcessSpec
from engine.process.bpmn.overrides.throwing import ErrorEnd, EscalationEnd, EscalationThrow
from engine.process.bpmn.overrides.waiting import (
    ClockEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    Happening,
    MessageEventDefinition,
    TimerEventDefinition,
)
from engine.process.bpmn.problems import BpmnRefused, error
from engine.process.bpmn.service_task import CalledService
from engine.process.bpmn.timing import read_timing

_THROWING_ENDS: Final = {"errorEventDefinition": ErrorEnd, "escalationEventDefinition": EscalationEnd}


class Extended(TaskParser):
    """Mixed into every node parser: makes its node alone, and reads what is ours in it."""

    def parse_node(self) -> Any:
        """Return the node; an activity with clocks is returned with the node that arms them."""
        try:
            self.task = self.create_task()
            self.task.extensions = {"yc": self.element}
            loop = children(self.node, "multiInstanceLoopCharacteristics")
            if loop:
                self._add_multiinstance_task(loop[0])
            return self.task
        except ValidationException:
            raise
        except Exception as fault:
            raise ValidationException(repr(fault), node=self.node, file_name=self.filename) from fault

    @property
    def element(self) -> Element:
        """What the drawing and our extension elements say about the node."""
        return read_element(self.process_parser.parser.drawing.node(self.bpmn_id))

    def parse_documentation(self, sequence_flow: Any = None) -> str:
        """Return the node's own documentation (stock also takes that of any node inside)."""
        found = children(self.node, "documentation")
        return text_of(found[0]) if found else ""

    def parse_incoming_data_references(self) -> Any:
        """Return what stock finds; most nodes have nothing to be found, and asking lxml by a path is slow."""
        return super().parse_incoming_data_references() if children(self.node, "dataInputAssociation") else []

    def parse_outgoing_data_references(self) -> Any:
        """Return what stock finds, asked for in the same way."""
        return super().parse_outgoing_data_references() if children(self.node, "dataOutputAssociation") else []

    def _get_lane(self) -> str:
        return self.element.lane

    def _add_multiinstance_task(self, loop_characteristics: Any) -> None:
        sequential = loop_characteristics.get("isSequential") == "true"
        cardinality = children(loop_characteristics, "loopCardinality")
        source = children(loop_characteristics, "loopDataInputRef")
        item = children(loop_characteristics, "inputDataItem")
        condition = children(loop_characteristics, "completionCondition")
        variables = self.process_parser.parser.drawing.variables
        original = self.spec.task_specs.pop(self.task.name)
        kind = SequentialSeveral if sequential else ParallelSeveral
        self.task = kind(
            self.spec,
            original.name,
            "",
            cardinality=text_of(cardinality[0]) if cardinality else None,
            data_input=TaskDataReference(variables[text_of(source[0])]) if source else None,
            input_item=TaskDataReference(variable(item[0])) if item else None,
            condition=text_of(condition[0]) if condition else None,
            bpmn_name=original.bpmn_name,
            lane=original.lane,
        )
        self.task.extensions = original.extensions
        self._copy_task_attrs(original)


class StartParser(Extended, StartEventParser):
    """Start events."""


class PlainGatewayParser(Extended, GatewayParser):
    """Parallel and event-based gateways."""


class DecidingGatewayParser(Extended, ConditionalGatewayParser):
    """Exclusive and inclusive gateways."""


class CallParser(Extended, CallActivityParser):
    """Call activities."""


class EmbeddedParser(Extended, SubWorkflowParser):
    """Embedded subprocesses; their specification is named after the process and the subprocess."""

    def create_task(self) -> Any:
        """Return the node; its specification is built with the file's other scopes."""
        name = inner_name(self.process_parser.parser.drawing, self.bpmn_id)
        return self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=name, **self.bpmn_attributes)


class ServiceParser(Extended):
    """Service tasks that name their service in ``yc:service``."""

    def create_task(self) -> Any:
        """Return the node with its service and the expressions of its parameters."""
        element = self.element
        return self.spec_class(self.spec, self.bpmn_id, element.service, element.parameters, **self.bpmn_attributes)


class DecisionParser(Extended):
    """Business rule tasks that name their decision in ``yc:decision``."""

    def create_task(self) -> Any:
        """Return the node with the id of its decision; the table comes with the bundle."""
        return self.spec_class(self.spec, self.bpmn_id, self.element.decision, **self.bpmn_attributes)


class EndParser(Extended, EndEventParser):
    """End events: plain, terminating, or throwing an error or an escalation."""

    def create_task(self) -> Any:
        """Return the node; what it throws is known by its code."""
        throwing = _THROWING_ENDS.get(self.element.event)
        if throwing is None:
            return super().create_task()
        self.spec_class = throwing
        task = self._create_task(happening(self.element))
        task.connect(self.spec.end)
        return task


class ThrowParser(Extended, IntermediateThrowEventParser):
    """Intermediate events without a trigger, and those that throw an escalation."""

    def create_task(self) -> Any:
        """Return the node; what it throws is known by its code."""
        if not self.element.event:
            return super().create_task()
        self.spec_class = EscalationThrow
        return self._create_task(happening(self.element))


class CatchParser(Extended, IntermediateCatchEventParser):
    """Catch events and receive tasks: ``yc:message`` or a plain timer says what they wait for."""

    def create_task(self) -> Any:
        """Return the node with what it waits for."""
        return self._create_task(happening(self.element))


class BoundaryParser(Extended, BoundaryEventParser):
    """Boundary events that name a clock in ``yc:clock``, a message in ``yc:message``, a time or a code."""

    def create_task(self) -> Any:
        """Return the node with what it waits for."""
        element = self.element
        return self._create_task(happening(element), element.interrupting)


def happening(element: Element) -> Happening:
    """Return what an event of the drawing waits for or throws."""
    if element.event == "errorEventDefinition":
        return ErrorEventDefinition(element.code)
    if element.event == "escalationEventDefinition":
        return EscalationEventDefinition(element.code)
    if element.message:
        return MessageEventDefinition(element.message, element.key)
    if element.clock:
        return ClockEventDefinition(element.clock)
    return TimerEventDefinition(element.name or element.id, read_timing(*element.timing))


class ScopeParser(ProcessParser):
    """Makes the specification of one scope: nodes first, links afterwards."""

    def build(self, scope: Scope, process_id: str) -> ProcessSpec:
        """Return the specification of ``scope``, a process or an embedded subprocess."""
        name = scope.id if scope.parent is None else f"{process_id}/{scope.id}"
        self.spec = ProcessSpec(name, scope.name or scope.id, process_id)
        made = {node.id: self.parse_node(node.xml) for node in scope.nodes.values()}
        entries = {node.id: self._entry(node, made) for node in scope.nodes.values()}
        for node in scope.nodes.values():
            self._link(node, made, entries)
        self.spec.seal()
        return self.spec

    def _entry(self, node: Node, made: dict[str, Any]) -> Any:
        """Return what a flow into ``node`` leads to: the activity, or what arms its clocks first."""
        if not node.boundaries:
            return made[node.id]
        split = ArmingSplit(self.spec, f"{node.id}.BoundaryEventSplit", lane=node.lane)
        split.connect(made[node.id])
        for clock in node.boundaries:
            split.connect(made[clock.id])
        return split

    def _link(self, node: Node, made: dict[str, Any], entries: dict[str, Any]) -> None:
        source = made[node.id]
        decides = node.kind in ("exclusiveGateway", "inclusiveGateway")
        for flow in node.outgoing:
            target = entries[flow.target]
            if decides and flow.condition is not None and flow.id != node.default:
                source.connect_outgoing_if(flow.condition, target)
            else:
                source.connect(target)


class FileParser(BpmnParser):
    """SpiffWorkflow's parser for exactly one file."""

    PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        bpmn("startEvent"): (StartParser, Begin),
        bpmn("endEvent"): (EndParser, Finish),
        bpmn("intermediateThrowEvent"): (ThrowParser, Milestone),
        bpmn("intermediateCatchEvent"): (CatchParser, Catch),
        bpmn("receiveTask"): (CatchParser, Receiver),
        bpmn("eventBasedGateway"): (PlainGatewayParser, EventGateway),
        bpmn("userTask"): (Extended, Person),
        bpmn("serviceTask"): (ServiceParser, CalledService),
        bpmn("businessRuleTask"): (DecisionParser, AskedDecision),
        bpmn("exclusiveGateway"): (DecidingGatewayParser, Exclusive),
        bpmn("inclusiveGateway"): (DecidingGatewayParser, InclusiveMeeting),
        bpmn("parallelGateway"): (PlainGatewayParser, ParallelMeeting),
        bpmn("callActivity"): (CallParser, Call),
        bpmn("subProcess"): (EmbeddedParser, Embedded),
        bpmn("boundaryEvent"): (BoundaryParser, DeliveredBoundary),
    }
    PROCESS_PARSER_CLASS = ScopeParser

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()
        self.drawing = drawing

    def build(self) -> dict[str, ProcessSpec]:
        """Return the specifications of the file: the process by its id, embedded ones by theirs."""
        process = self.drawing.scopes[0]
        specs = {}
        for scope in self.drawing.scopes:
            parser = ScopeParser(self, scope.xml, self.namespaces, {}, filename="")
            spec = parser.build(scope, process.id)
            specs[spec.name] = spec
        specs[process.id].inputs_declared, specs[process.id].outputs_declared = declared_data(process)
        return specs


def inner_name(drawing: Drawing, subprocess_id: str) -> str:
    """Return the name of an embedded subprocess's specification, unique among all files."""
    return f"{drawing.scopes[0].id}/{subprocess_id}"


def declared_data(scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the inputs and the outputs a process declares in its ioSpecification."""
    inputs: dict[str, None] = {}
    outputs: dict[str, None] = {}
    for box in children(scope.xml, "ioSpecification"):
        inputs.update({variable(each): None for each in children(box, "dataInput")})
        outputs.update({variable(each): None for each in children(box, "dataOutput")})
    return tuple(inputs), tuple(outputs)


def build_specs(drawing: Drawing) -> dict[str, ProcessSpec]:
    """Return the specifications of a drawing that the rules have let through.

    Whatever SpiffWorkflow still finds wrong becomes :class:`BpmnRefused` with the element id.
    """
    try:
        return FileParser(drawing).build()
    except ValidationException as fault:
        raise _refused(str(fault.id or "")) from fault
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError, etree.LxmlError) as fault:
        raise _refused("") from fault


def _refused(element_id: str) -> BpmnRefused:
    return BpmnRefused(
        [error(element_id, "engine-refused", "流程引擎不能读取这个元素。请删除后用流程设计器重新画一个。")]
    )
