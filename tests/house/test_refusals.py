"""Every refusal has a code of its own and a Chinese sentence that a person can act on."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable
from typing import TypeGuard

import pytest

from engine.foundation.errors import Refusal
from tests.house.tree import PRODUCT

CODE = re.compile(r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$")
# A last field is a sentence itself, with its own full stop: 流程文件不能使用。第一处：{first}
ENDING = re.compile(r"(?:。|\{\w+\})$")
TELLS = re.compile(r"(?<![申提邀])请(?![求假示])|不需要再处理")
"""How a sentence says what to do next: it asks for it in so many words, or says that nothing is to be done."""
ITS_RULE_SAYS = frozenset({"CLOCK_REFUSED", "GLYPH_MISSING", "ITEM_UNFIT", "NOTICE_INCOMPLETE"})
"""Refusals whose whole sentence comes from the rule that was asked; its own sentences are tested there."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def coded_errors() -> list[type[Exception]]:
    """Return all refusals of the product, and the leaf packages' own errors that carry a code."""
    found: set[type[Exception]] = set()
    for package in PRODUCT:
        for module in _modules_of(package):
            for thing in vars(importlib.import_module(module)).values():
                if inspect.isclass(thing) and thing.__module__ == module and _is_coded(thing):
                    found.add(thing)
    return sorted(found, key=lambda one: (one.__module__, one.__qualname__))


def _is_coded(thing: type) -> TypeGuard[type[Exception]]:
    if not issubclass(thing, Exception):
        return False
    return issubclass(thing, Refusal) or isinstance(getattr(thing, "code", None), str)


def _modules_of(package: str) -> Iterable[str]:
    yield package
    for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        # A migration is loaded by Alembic only, and __main__ is run by being imported.
        if ".versions." not in found.name and not found.name.endswith((".__main__", ".env")):
            yield found.name


def problems(errors: Iterable[type[Exception]]) -> list[str]:
    """Return what is wrong with codes and sentences of the given classes."""
    found = []
    owners: dict[str, str] = {}
    for error in errors:
        code = error.__dict__.get("code")
        sentence = (error.__dict__.get("__doc__") or "").strip()
        if not isinstance(code, str) or not CODE.match(code):
            found.append(f"{error.__qualname__}: no code of its own in UPPER_SNAKE")
        elif code in owners:
            found.append(f"{error.__qualname__}: code {code} belongs to {owners[code]}")
        else:
            owners[code] = error.__qualname__
        if not ENDING.search(sentence) or not (CHINESE.search(sentence) or sentence == "{sentence}"):
            found.append(f"{error.__qualname__}: its docstring is no Chinese sentence ending in 。: {sentence!r}")
        if code not in ITS_RULE_SAYS and not TELLS.search(sentence):
            found.append(f"{error.__qualname__}: its sentence does not say what to do: {sentence!r}")
    return found


def test_every_refusal_has_a_code_of_its_own_and_a_chinese_sentence() -> None:
    assert coded_errors()
    assert not problems(coded_errors()), "\n".join(problems(coded_errors()))


def refusal(sentence: str | None, **attributes: object) -> type[Exception]:
    return type("Planted", (Refusal,), {"__doc__": sentence, **attributes})


@pytest.mark.parametrize(
    "planted, problem",
    [
        (refusal("请先登录。"), "no code of its own"),
        (refusal("请先登录。", code="lower"), "no code of its own"),
        (refusal("请先登录。", code="REFUSED"), "code REFUSED belongs to Refusal"),
        (refusal("Please sign in.", code="PLANTED"), "no Chinese sentence"),
        (refusal("请先登录", code="PLANTED"), "ending in 。"),
        (refusal(None, code="PLANTED"), "no Chinese sentence"),
        (refusal("没有这个事项。", code="PLANTED"), "does not say what to do"),
        (refusal("申请应当在期限届满前提出，不能再申请。", code="PLANTED"), "does not say what to do"),
    ],
    ids=["inherited-code", "lower-case", "taken", "english", "no-full-stop", "no-docstring", "no-advice", "a-rule"],
)
def test_a_refusal_without_code_or_sentence_is_caught(planted: type[Exception], problem: str) -> None:
    assert any(problem in one for one in problems([Refusal, planted])), problems([Refusal, planted])
