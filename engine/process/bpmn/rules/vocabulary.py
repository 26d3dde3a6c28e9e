"""Rules about words: forms, roles, acts, services, clocks and clauses that really exist (I6)."""

from __future__ import annotations

from collections.abc import Iterator

from deadlines.law.wording import amount_text
from engine.process.bpmn.elements import read_element
from engine.process.bpmn.model import Drawing, Node, extensions, own_extensions
from engine.process.bpmn.problems import Problem, error, warning
from engine.process.bpmn.rules.words import called
from engine.process.bpmn.vocabulary import Vocabulary
from engine.process.bpmn.xml import local_name

_HOMES = {
    "task": ("userTask",),
    "service": ("serviceTask",),
    "decision": ("businessRuleTask",),
    "clock": ("boundaryEvent",),
    "stage": ("userTask",),
    "message": ("boundaryEvent", "intermediateCatchEvent", "receiveTask"),
}


def word_problems(drawing: Drawing, words: Vocabulary) -> Iterator[Problem]:
    """Every name the file uses is in the vocabulary, and every user task says by whom and how."""
    for node in drawing.nodes():
        if node.kind == "userTask":
            yield from _person(node, words)
        elif node.kind == "serviceTask":
            yield from _service(node, words)
        for clock in extensions(node.xml, "clock"):
            name = clock.get("name", "")
            if name and name not in words.clocks:
                yield error(node.id, "clock-unknown", f"{called(node)}的时钟“{name}”不存在。{_choices(words.clocks)}")
            yield from _capped(node, words)
        for message in extensions(node.xml, "message"):
            name = message.get("name", "")
            if name and name not in words.messages:
                yield error(
                    node.id, "message-unknown", f"{called(node)}的消息“{name}”不存在。{_choices(words.messages)}"
                )
            elif name and bool(message.get("key", "").strip()) != (name in words.keyed):
                way = "凭业务键送达。请写上业务键的表达式" if name in words.keyed else "送来时不带业务键。请删除业务键"
                yield error(node.id, "message-key", f"{called(node)}永远等不到：消息“{name}”{way}。")
        yield from _clauses(node, words)
        yield from _homes(node)


def _capped(node: Node, words: Vocabulary) -> Iterator[Problem]:
    """A limit is drawn only where the drawing decides it; one that the law sets may be drawn shorter, never longer."""
    element = read_element(node)
    if element.quota is None or element.clock not in words.clocks:
        return
    cap = words.caps.get(element.clock)
    if cap is None:
        yield error(
            node.id,
            "clock-quota-idle",
            f"{called(node)}的期限由事项确定，写在图上不起作用。请删除期限和单位，到事项文件里调整。",
        )
    elif element.quota[1] != cap.unit or element.quota[0] > cap.most:
        yield error(
            node.id,
            "clock-beyond-law",
            f"{called(node)}的期限不能长于{amount_text(cap.most, cap.unit)}（{cap.source}）。请改短，单位也须一致。",
        )


def _person(node: Node, words: Vocabulary) -> Iterator[Problem]:
    if not node.lane:
        yield error(node.id, "lane-missing", f"{called(node)}不在任何泳道里（规则 I6）。请把它放进办理单位的泳道。")
    tasks = extensions(node.xml, "task")
    if len(tasks) > 1:
        yield error(node.id, "task-twice", f"{called(node)}写了多个办理设置。请只留一个。")
    task = tasks[0] if tasks else None
    form, role, act = (task.get(key, "").strip() if task is not None else "" for key in ("form", "role", "act"))
    if not form:
        yield error(node.id, "form-missing", f"{called(node)}没有表单（规则 I6），办理时没有内容可填。请选择表单。")
    elif form not in words.forms:
        yield error(node.id, "form-unknown", f"{called(node)}的表单“{form}”不存在。{_choices(words.forms)}")
    if not role:
        yield error(node.id, "role-missing", f"{called(node)}没有候选岗位（规则 I6），没有人能办。请选择岗位。")
    elif role not in words.roles:
        yield error(node.id, "role-unknown", f"{called(node)}的岗位“{role}”不存在。{_choices(words.roles)}")
    if act and act not in words.acts:
        yield error(node.id, "act-unknown", f"{called(node)}的办理动作“{act}”不存在。{_choices(words.acts)}")


def _service(node: Node, words: Vocabulary) -> Iterator[Problem]:
    for service in extensions(node.xml, "service")[:1]:
        name = service.get("name", "").strip()
        known = words.services.get(name)
        if known is None:
            if name:
                yield error(
                    node.id, "service-unknown", f"{called(node)}的服务“{name}”不存在。{_choices(words.services)}"
                )
            continue
        given = {each.get("name", "") for each in service}
        for missing in sorted(known.parameters - given):
            yield error(
                node.id, "service-parameter-missing", f"{called(node)}调用“{name}”缺少参数“{missing}”。请补上。"
            )
        for extra in sorted(given - known.parameters - known.optional):
            yield error(
                node.id, "service-parameter-unknown", f"{called(node)}调用“{name}”时多了参数“{extra}”。请删除。"
            )


def _clauses(node: Node, words: Vocabulary) -> Iterator[Problem]:
    clauses = [each.get("ref", "").strip() for each in extensions(node.xml, "clause")]
    for ref in clauses:
        if not ref or (words.clauses and ref not in words.clauses):
            yield error(
                node.id,
                "clause-unknown",
                f"{called(node)}引用的条款“{ref}”在 DB4105/T 229 里没有。请填写正确的条款号。",
            )
    if not clauses and node.kind in ("userTask", "serviceTask", "businessRuleTask", "callActivity"):
        yield warning(node.id, "clause-missing", f"{called(node)}没有注明依据的条款。请在属性里填写条款号，如 6.1.1。")


def _homes(node: Node) -> Iterator[Problem]:
    for extension in own_extensions(node.xml):
        tag = local_name(extension)
        if tag in _HOMES and node.kind not in _HOMES[tag]:
            yield error(node.id, "extension-misplaced", f"{called(node)}上的设置 yc:{tag} 不起作用。请删除这项设置。")


def _choices(words: object) -> str:
    names = sorted(str(each) for each in words) if isinstance(words, frozenset | dict) else []
    return f"请从这些里选：{'、'.join(names[:20])}。" if names else "请先登记它。"


def name_problems(drawing: Drawing) -> Iterator[Problem]:
    """What people see on the page has a Chinese name."""
    for node in drawing.nodes():
        silent = node.kind.endswith("Gateway") and len(node.outgoing) < 2
        if not silent and not any("\u4e00" <= letter <= "\u9fff" for letter in node.name):
            yield warning(node.id, "name-missing", f"{called(node)}没有中文名称，办事人员看不懂。请填写名称。")
