"""Forms at deployment: what is wrong with the files, alone and together, and which processes use them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import forms
from engine.oversight.publishing.files import shipped_forms
from engine.process.bpmn import Definition, Problem
from forms import FormError, FormRefused

APPLICATION = "application"
"""The one form that every release pins whether a process names it or not: what is filled in at receipt."""


def form_problems(texts: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return every problem of the files (by the keys they are published under), each seen by itself.

    A field that the program's own form of the same key has is read by what is done with the answer: it may be worded
    and arranged anew, not left out nor made another kind.
    """
    return tuple(problem for key, text in texts.items() for problem in _of_form(key, text))


def joint_problems(handed_in: Iterable[str], definitions: Iterable[Definition]) -> Iterator[Problem]:
    """Yield what forbids releasing the forms ``handed_in``: one that no process uses would be in no release."""
    used = {element.form for one in definitions for element in one.elements.values() if element.form} | {APPLICATION}
    for key in handed_in:
        if key not in used:
            sentence = f"没有流程使用表单“{key}”，发布了也不起作用。请连同使用它的流程一起发布。"
            yield Problem(key, "form-unused", "error", sentence)


def _of_form(key: str, text: bytes) -> Iterator[Problem]:
    try:
        schema = forms.parse(text)
    except FormRefused as refused:
        yield from (Problem(one.where, f"form-{one.rule}", "error", one.sentence) for one in refused.problems)
        return
    except FormError as error:
        yield Problem("", "form-file", "error", error.sentence)
        return
    if schema.get("id") != key:
        sentence = f"表单的 id“{schema.get('id')}”与发布时的名称“{key}”不符，请改成一致。"
        yield Problem("", "form-name", "error", sentence)
    if key not in shipped_forms():
        return
    given = dict(_fields(schema))
    for path, (kind, label) in _fields(forms.load(key)):
        if path not in given:
            sentence = f"办理时要读取字段“{label or path}”（{path}），不能删去。请恢复这个字段；可以改它的名称和位置。"
            yield Problem("", "form-field-missing", "error", sentence)
        elif given[path][0] != kind:
            sentence = f"字段“{label or path}”（{path}）的类型应为 {kind}，不能改为 {given[path][0]}。"
            yield Problem("", "form-field-kind", "error", sentence)


def _fields(form: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield every field that gives a value, by its path of keys, with its kind and its label."""
    for one in form.get("components", ()):
        name = one.get("key") or one.get("path") or ""
        path = f"{within}.{name}" if within and name else name or within
        if name:
            yield path, (str(one.get("type", "")), str(one.get("label") or ""))
        yield from _fields(one, path)


def is_form(text: bytes) -> bool:
    """Tell whether a JSON file is one of a form, and of nothing else."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict) and {"components", "schemaVersion"} <= read.keys()


def titled(text: bytes) -> str:
    """Return the label of the first part of a form, by which people know it, or an empty text."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    parts = read.get("components") if isinstance(read, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    return str(first.get("label") or "")[:60] if isinstance(first, dict) else ""
