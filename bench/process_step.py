"""一步办理的流程引擎开销：热、冷与原版 SpiffWorkflow 的 JSON 读写并排比较。"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn import Advance, Bundle, Instance, Runtime, ServiceCall, parse_definition

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FACTS = {"case_no": "4" * 43, "case_type": "commitment", "again": False}
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="bench">'
)


def drawing(process_id: str, nodes: str, links: str, declared: str = "") -> bytes:
    """Return a process: ``nodes`` as ``tag:id`` words, ``links`` as ``source>target[?condition]`` words."""
    parts = []
    for word in nodes.split():
        tag, _, id_ = word.partition(":")
        more = {"callActivity": ' calledElement="review"', "exclusiveGateway": f' default="{id_}_on"'}.get(tag, "")
        parts.append(f'<{tag} id="{id_}"{more if id_ != "merge" else ""}/>')
    for word in links.split():
        ends, _, condition = word.partition("?")
        source, _, target = ends.partition(">")
        made = (
            f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
        )
        id_ = f"{source}_on" if source == "gate" and not condition else f"{source}_{target}"
        parts.append(f'<sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}">{made}</sequenceFlow>')
    body = "".join(parts)
    return f'{HEAD}<process id="{process_id}" isExecutable="true">{declared}{body}</process></definitions>'.encode()


MAIN = drawing(
    "main",
    "startEvent:start userTask:formal userTask:accept exclusiveGateway:merge callActivity:call parallelGateway:split "
    "userTask:opinion userTask:visit userTask:plan parallelGateway:join userTask:decide exclusiveGateway:gate "
    "userTask:make userTask:sign userTask:pickup userTask:collate endEvent:end",
    "start>formal formal>accept accept>merge merge>call call>split split>opinion split>plan plan>visit opinion>join "
    "visit>join join>decide decide>gate gate>merge?again gate>make make>sign sign>pickup pickup>collate collate>end",
)
REVIEW = drawing(
    "review",
    "startEvent:begin userTask:substantive endEvent:done",
    "begin>substantive substantive>done",
    '<ioSpecification><dataInput id="case_no" name="case_no"/><dataOutput id="verdict" name="verdict"/><inputSet>'
    "<dataInputRefs>case_no</dataInputRefs></inputSet><outputSet><dataOutputRefs>verdict</dataOutputRefs></outputSet>"
    "</ioSpecification>",
)
PATH = ["formal", "accept", "substantive", "opinion", "plan", "visit", "decide", "make", "sign", "pickup", "collate"]


def answer(element: str) -> dict[str, Any]:
    """Return the facts a step sets."""
    return {"verdict": "ok"} if element == "substantive" else {"again": False} if element == "decide" else {}


def no_service(wanted: ServiceCall) -> None:
    """There is no service in this process."""
    raise AssertionError(wanted.name)


def ours(bundle: Bundle, *, hot: bool) -> list[float]:
    """Play one instance; return the seconds of every step, from the stored form to the next stored form."""
    runtime = Runtime(cache_size=1 if hot else 0)
    advance: Advance = runtime.start(bundle, FACTS, now=NOW, call_service=no_service)
    times = []
    for version, element in enumerate(PATH, start=1):
        runtime.remember("k", version, advance)
        task = next(each for each in advance.open_tasks if each.element_id == element)
        instance, facts = Instance("k", version, advance.snapshot), answer(element)
        begin = time.perf_counter()
        advance = runtime.complete(bundle, instance, task.task_no, facts, now=NOW, call_service=no_service)
        times.append(time.perf_counter() - begin)
    assert advance.completed
    return times


def stock(spec: Any, inner: Any, serializer: Any) -> list[float]:
    """Play the same on SpiffWorkflow as it comes, with its own JSON before and after every step."""
    workflow = BpmnWorkflow(spec, inner)
    workflow.task_tree.data.update(FACTS)
    workflow.do_engine_steps()
    stored, times = serializer.serialize_json(workflow), []
    for element in PATH:
        begin = time.perf_counter()
        workflow = serializer.deserialize_json(stored)
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        task = next(each for each in ready if each.task_spec.bpmn_id == element)
        task.data.update(answer(element))
        task.run()
        workflow.do_engine_steps()
        stored = serializer.serialize_json(workflow)
        times.append(time.perf_counter() - begin)
    assert workflow.completed
    return times


def run(*, quick: bool) -> dict[str, Any]:
    """Return microseconds of a step (median), the ratios to stock, and the bytes stored in the middle."""
    bundle = Bundle.of(parse_definition(MAIN), {"review": parse_definition(REVIEW)})
    parser = BpmnParser()
    for xml in (MAIN, REVIEW):
        parser.add_bpmn_str(xml)
    spec, inner, serializer = parser.get_spec("main"), parser.get_subprocess_specs("main"), BpmnWorkflowSerializer()
    ways: dict[str, Callable[[], list[float]]] = {
        "hot": lambda: ours(bundle, hot=True),
        "cold": lambda: ours(bundle, hot=False),
        "stock": lambda: stock(spec, inner, serializer),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(5 if quick else 100):
        for name, way in ways.items():  # Side by side, so that a busy machine is busy for all of them.
            times[name] += way()
    median = {name: statistics.median(each) * 1e6 for name, each in times.items()}
    return {
        "steps": len(times["hot"]),
        **{f"{name}_us": round(value, 1) for name, value in median.items()},
        "stock_to_hot": round(median["stock"] / median["hot"], 1),
        "stock_to_cold": round(median["stock"] / median["cold"], 1),
        **_sizes(bundle, spec, inner, serializer),
    }


def _sizes(bundle: Bundle, spec: Any, inner: Any, serializer: Any) -> dict[str, int]:
    workflow = BpmnWorkflow(spec, inner)
    workflow.task_tree.data.update(FACTS)
    workflow.do_engine_steps()
    first = Runtime().start(bundle, FACTS, now=NOW, call_service=no_service)
    return {"snapshot_bytes": len(first.snapshot), "stock_bytes": len(serializer.serialize_json(workflow).encode())}


if __name__ == "__main__":
    print(json.dumps(run(quick="--quick" in sys.argv[1:])))
