"""Which refusals a function may raise, by walking the code below it: what it names, calls and orders.

A name is looked up where the function was written, so the walk follows functions through modules; a command leads to
its handler, a recorded event to its subscribers, completing a task to every act (or to the one that an operation is
for), moving a process to every service.
What is reached through an object (a method of the runtime, the vault, the file store) is not followed.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any

from engine.foundation.errors import Refusal
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import RootMissing
from engine.registry.identity.rules import NotYourAction
from yichuang import compose

OURS = ("engine.", "web.", "forms", "processes", "deadlines")
SUBSCRIBERS = compose._subscribers()
"""Who is told of which event."""

SERVED = "engine.process.tasks.progress._caller"
COMPLETED = "engine.process.tasks.handlers.complete"


class Walk:
    """One walk: what was seen is not walked again."""

    def __init__(self, act: str = "") -> None:
        """Start with nothing seen; ``act`` is the only one that is worked, when just one is."""
        self._beside: Mapping[str, Iterable[Callable[..., Any]]] = {
            COMPLETED: [call for one in compose.ACTS if act in ("", one.name) for call in (one.carry_out, one.prepare)],
            SERVED: [service.call for service in compose.SERVICES],
        }
        self.found: dict[type[Refusal], str] = {}
        """Each refusal with the function that names it."""
        self._seen: set[str] = set()

    def into(self, function: Callable[..., Any]) -> None:
        """Walk through a function and all that it leads to."""
        function = inspect.unwrap(function)
        if not isinstance(function, FunctionType) or not function.__module__.startswith(OURS):
            return
        name = f"{function.__module__}.{function.__qualname__}"
        if name in self._seen:
            return
        self._seen.add(name)
        for beside in self._beside.get(name, ()):
            self.into(beside)
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        caught = _caught(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute) and id(node) not in caught:
                self._follow(_value_of(node, function.__globals__), name)

    def _follow(self, value: Any, where: str) -> None:
        if isinstance(value, FunctionType):
            self.into(value)
        elif isinstance(value, str):
            for subscriber in SUBSCRIBERS.get(value, ()):
                self.into(subscriber)
        elif isinstance(value, type) and issubclass(value, Refusal) and value is not Refusal:
            self.found.setdefault(value, where)
        elif isinstance(value, type) and issubclass(value, Command) and value in compose.HANDLERS:
            self.found.setdefault(NotYourAction, where)
            if value.roots is not Command.roots:
                self.found.setdefault(RootMissing, where)
            self.into(compose.HANDLERS[value])


def raised_by(function: Callable[..., Any], act: str = "") -> dict[type[Refusal], str]:
    """Return the refusals that a function may raise, each with the place where it is named."""
    walk = Walk(act)
    walk.into(function)
    return walk.found


def _caught(tree: ast.AST) -> set[int]:
    """Return the names in ``except`` clauses: what is caught is not raised."""
    clauses = [node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type]
    return {id(one) for clause in clauses for one in ast.walk(clause)}


def _value_of(node: ast.AST, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        base = _value_of(node.value, names)
        return getattr(base, node.attr, None) if isinstance(base, ModuleType) else None
    return None
