"""What other tools say about an element: the same few settings, each tool in its own place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.process.bpmn.foreign.expressions import constant
from engine.process.bpmn.foreign.origins import ATTRIBUTE_SPACES, ZEEBE
from engine.process.bpmn.model import children, text_of
from engine.process.bpmn.names import BPMN
from engine.process.bpmn.xml import local_name, namespace

_PEOPLE = ("candidateGroups", "candidateUsers", "assignee")
_PERFORMERS = ("potentialOwner", "humanPerformer", "performer", "resourceRole")

_KEYWORDS: tuple[tuple[str, str], ...] = (
    ("出件|发证|送达", "issue_clerk"),
    ("档案|归档", "dept_archivist"),
    ("牵头|协调", "lead_coordinator"),
    ("监察|督办|监督", "supervisor"),
    ("中心主任|中心负责人|中心领导", "center_head"),
    ("综合窗口|综窗|窗口|受理|收件|clerk|reception", "window_clerk"),
    ("负责人|领导|局长|科长|处长|主任|审批|签发|决定|manager|head|director|approv", "dept_head"),
    ("审查|审核|初审|复审|经办|业务|部门|科|处|review|officer|department", "dept_reviewer"),
)


def setting(node: etree._Element, name: str) -> str:
    """Return the attribute ``name`` that Camunda 7, Flowable or Activiti wrote on an element, without blanks."""
    for space in ATTRIBUTE_SPACES:
        found = node.get(f"{{{space}}}{name}", "").strip()
        if found:
            return found
    return ""


def zeebe(node: etree._Element, tag: str) -> etree._Element | None:
    """Return the element of Camunda 8 that says ``tag`` about an element, or None."""
    for box in children(node, "extensionElements"):
        for found in box.iterchildren(f"{{{ZEEBE}}}{tag}"):
            return found
    return None


def people(node: etree._Element) -> tuple[str, ...]:
    """Return every group or person that the file gives a task to, groups first, as written."""
    found = [setting(node, name) for name in _PEOPLE]
    assigned = zeebe(node, "assignmentDefinition")
    if assigned is not None:
        found += [constant(assigned.get(name, "")) for name in _PEOPLE]
    for child in node:
        if namespace(child) == BPMN and local_name(child) in _PERFORMERS:
            found += [text_of(one) for one in child.iter(f"{{{BPMN}}}formalExpression")]
    parts = [re.sub(r"^(group|user)\((.*)\)$", r"\2", part.strip()) for one in found for part in one.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def form_key(node: etree._Element) -> str:
    """Return the key of the form that the file gives a task, without the tool's prefix; empty when there is none."""
    found = setting(node, "formKey") or setting(node, "formRef")
    defined = zeebe(node, "formDefinition")
    if not found and defined is not None:
        found = constant(defined.get("formId") or defined.get("formKey") or defined.get("externalReference") or "")
    return found.rpartition(":")[2].removesuffix(".form").rpartition("/")[2]


def role_like(text: str, roles: Mapping[str, str]) -> str:
    """Return the role (code) that a group's or a lane's name means: by code, by title, else by what it resembles."""
    word = text.strip()
    if word in roles:
        return word
    for code, title in roles.items():
        if title == word:
            return code
    for pattern, code in _KEYWORDS:
        if code in roles and re.search(pattern, word, re.IGNORECASE):
            return code
    return ""


def unexecuted(node: etree._Element) -> Iterator[str]:
    """Yield in words what else the file lets the other tool do at an element, and nobody does here."""
    for box in children(node, "extensionElements"):
        for each in box:
            tag, space = local_name(each), namespace(each)
            if tag in ("executionListener", "taskListener", "executionListeners", "taskListeners"):
                yield "监听器"
            elif tag in ("inputOutput", "ioMapping", "in", "out"):
                yield "变量映射"
            elif tag == "connector":
                yield "连接器"
            elif tag in ("formData", "formProperty") and space in ATTRIBUTE_SPACES:
                yield "内嵌表单"
    for name, word in (("dueDate", "到期时间"), ("followUpDate", "跟进时间"), ("skipExpression", "跳过条件")):
        if setting(node, name):
            yield word
