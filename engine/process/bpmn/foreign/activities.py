"""Who or what does the work: roles, forms, services, decisions, calls, several instances, times."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.process.bpmn.foreign.expressions import constant, is_foreign
from engine.process.bpmn.foreign.findings import Finding, named
from engine.process.bpmn.foreign.reading import form_key, people, role_like, setting, unexecuted, zeebe
from engine.process.bpmn.foreign.trees import declare, free_id, said
from engine.process.bpmn.foreign.work import Work
from engine.process.bpmn.model import Node, children, extensions, text_of
from engine.process.bpmn.names import bpmn
from engine.process.bpmn.xml import local_name


def persons(work: Work) -> Iterator[Finding]:
    """A user task says by which role and with which form it is done."""
    drawing = work.drawing
    for node in drawing.nodes():
        if node.kind != "userTask":
            continue
        ours = extensions(node.xml, "task")
        if not (ours and ours[0].get("role")):
            yield _role(work, node, drawing.lanes.get(node.lane, ""))
        if not (ours and ours[0].get("form")):
            yield _form(work, node)


def _role(work: Work, node: Node, lane: str) -> Finding:
    given = people(node.xml)
    for group in given:
        role = role_like(group, work.roles)
        if role:
            said(node.xml, "task", role=role)
            return Finding(
                node.id, "role", f"任务{named(node.xml)}交给“{group}”", f"拟为岗位“{work.roles[role]}”，请核对"
            )
    role = role_like(lane, work.roles)
    whom = f"交给“{'、'.join(given)}”，没有对应的岗位" if given else "没有写明由谁办理"
    if role:
        said(node.xml, "task", role=role)
        return Finding(
            node.id, "role", f"任务{named(node.xml)}{whom}", f"按泳道“{lane}”拟为岗位“{work.roles[role]}”，请核对"
        )
    return Finding(node.id, "role", f"任务{named(node.xml)}{whom}", todo="请选择岗位。")


def _form(work: Work, node: Node) -> Finding:
    key = form_key(node.xml)
    if key in work.words.forms:
        said(node.xml, "task", form=key)
        return Finding(node.id, "form", f"任务{named(node.xml)}使用表单“{key}”", f"对应本平台的表单“{key}”")
    what = f"使用表单“{key}”，本平台没有" if key else "没有表单"
    return Finding(node.id, "form", f"任务{named(node.xml)}{what}", todo="请选择表单，或者新建一张。")


def services(work: Work) -> Iterator[Finding]:
    """A service task, a decision and a call name what there is here."""
    for node in work.drawing.nodes():
        if node.kind == "serviceTask" and not extensions(node.xml, "service"):
            yield _service(work, node)
        elif node.kind == "businessRuleTask" and not extensions(node.xml, "decision"):
            yield _decision(node)
        elif node.kind == "callActivity" and not node.called:
            process = _constant_of(node, "calledElement", "processId")
            if process and not is_foreign(process):
                node.xml.set("calledElement", process)
                yield Finding(node.id, "call", f"调用活动{named(node.xml)}调用“{process}”", "照样调用它，请一起导入")


def _service(work: Work, node: Node) -> Finding:
    told = [setting(node.xml, name) for name in ("topic", "class", "delegateExpression", "expression", "type")]
    name = next((one for one in told if one), "") or _constant_of(node, "taskDefinition", "type")
    if name in work.words.services:
        said(node.xml, "service", name=name)
        return Finding(node.id, "service", f"服务{named(node.xml)}调用“{name}”", "对应本平台的同名服务")
    what = f"调用“{name}”，本平台没有" if name else "没有写明调用什么"
    todo = "请选择本平台的服务，或改为用户任务。"
    return Finding(node.id, "service", f"服务{named(node.xml)}{what}", todo=todo)


def _decision(node: Node) -> Finding:
    ref = setting(node.xml, "decisionRef") or _constant_of(node, "calledDecision", "decisionId")
    if not ref or is_foreign(ref):
        return Finding(node.id, "decision", f"规则{named(node.xml)}没有写明问哪个决策", todo="请选择决策。")
    said(node.xml, "decision", ref=ref)
    return Finding(node.id, "decision", f"规则{named(node.xml)}问决策“{ref}”", "照样问它，请连同决策表一起导入")


def _constant_of(node: Node, tag: str, attribute: str) -> str:
    """Return what Camunda 8 says in ``attribute`` of its element ``tag``, without the expression around a constant."""
    found = zeebe(node.xml, tag)
    return "" if found is None else constant(found.get(attribute, ""))


def several(work: Work) -> Iterator[Finding]:
    """A multi-instance takes its items from a variable that is declared on the process."""
    process = work.drawing.process
    declared = set(work.drawing.variables)
    for node in work.drawing.nodes():
        loop = node.loop
        if process is None or loop is None or local_name(loop) != "multiInstanceLoopCharacteristics":
            continue
        source, item = _items(loop)
        name = re.sub(r"^[$#]\{\s*|\s*\}$|^=\s*", "", source)
        if not name or name in declared:
            continue
        what = f"多实例{named(node.xml)}逐项取自“{source[:60]}”"
        if not name.isidentifier():
            yield Finding(node.id, "multi-instance", what, todo="要计算得出的不能用。请改用流程上声明的列表变量。")
            continue
        declare(process.xml, name)
        if not children(loop, "loopDataInputRef"):
            _refer(work, loop, name, item)
        yield Finding(node.id, "multi-instance", what, f"在流程上声明变量“{name}”")


def _items(loop: etree._Element) -> tuple[str, str]:
    """Return where a multi-instance takes its items from, and what it calls one, each as written."""
    theirs = zeebe(loop, "loopCharacteristics")
    in_zeebe = ("", "") if theirs is None else (theirs.get("inputCollection", ""), theirs.get("inputElement", ""))
    standard = [text_of(one) for one in children(loop, "loopDataInputRef")]
    source = next(iter(standard), "") or setting(loop, "collection") or in_zeebe[0]
    return source.strip(), setting(loop, "elementVariable") or in_zeebe[1]


def _refer(work: Work, loop: etree._Element, name: str, item: str) -> None:
    reference = etree.Element(bpmn("loopDataInputRef"))
    reference.text = name
    place = len(children(loop, "documentation")) + len(children(loop, "extensionElements"))
    loop.insert(place, reference)
    if item.isidentifier() and not children(loop, "inputDataItem"):
        loop.insert(place + 1, etree.Element(bpmn("inputDataItem"), id=free_id(work.root, item), name=item))


def times(work: Work) -> Iterator[Finding]:
    """A timer's text is written without the expression around it, where it is a constant."""
    for node in work.drawing.nodes():
        for tag in ("timeDuration", "timeDate", "timeCycle"):
            for time in node.xml.iter(bpmn(tag)):
                text = text_of(time)
                if not is_foreign(text):
                    continue
                if constant(text) != text:
                    time.text = constant(text)
                    yield Finding(node.id, "timer", f"定时写作“{text[:60]}”", f"改写为 {time.text}")
                else:
                    yield Finding(
                        node.id, "timer", f"定时“{text[:60]}”要计算得出",
                        todo="请写出时长或时刻，例如 P3D；法定和承诺时限用时钟边界。",
                    )  # fmt: skip


def leftovers(work: Work) -> Iterator[Finding]:
    """What else the other tool would do is named; the settings stay in the file and are not executed."""
    for node in work.drawing.nodes():
        found = tuple(dict.fromkeys(unexecuted(node.xml)))
        if found:
            yield Finding(
                node.id, "not-executed", f"{named(node.xml)}上有{'、'.join(found)}",
                todo="这里不会执行，设置原样保留。需要的内容请用本平台的属性设置。",
            )  # fmt: skip
