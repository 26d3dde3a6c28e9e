"""Expressions over routing facts: a small, locked-down part of Python's expression syntax.

SpiffWorkflow evaluates every expression of a file with ``eval`` and all builtins, so that any of
eleven places in a drawing is a shell.  Here an expression is parsed, every node of its syntax tree
must be on a list, what could grow without bound is replaced by a guarded function, and the result
is compiled once.  The same compiler runs when a file is checked, so the designer sees the sentence.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any, Final, NoReturn

from SpiffWorkflow.bpmn.script_engine import (
    BasePythonScriptEngineEnvironment,
    PythonScriptEngine,
)

MAX_LENGTH: Final = 1_000
"""Longest expression taken, in characters."""

MAX_NODES: Final = 200
"""Most syntax nodes an expression may have."""

MAX_SIZE: Final = 10_000
"""Longest string or list an operator may make."""

MAX_BITS: Final = 256
"""Longest whole number an operator may make."""

_ALLOWED: Final = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Compare, ast.Eq,
    ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot, ast.IfExp,
    ast.Constant, ast.Name, ast.Load, ast.List, ast.Tuple, ast.Subscript, ast.Call,
)  # fmt: skip


class ExpressionRefused(ValueError):
    """表达式不能使用：{reason}。请在流程图中改正后再发布。"""

    code = "EXPRESSION_REFUSED"


def _refuse(reason: str) -> NoReturn:
    raise ExpressionRefused(reason)


def _small(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        _refuse("算出的数太大")
    if isinstance(value, str | list | tuple) and len(value) > MAX_SIZE:
        _refuse("算出的文字或列表太长")
    return value


def _number(value: Any) -> Any:
    if not isinstance(value, int | float):
        _refuse("只有数可以参加乘、除和取余")
    return _small(value)


def _times(left: Any, right: Any) -> Any:
    return _small(_number(left) * _number(right))


def _remainder(left: Any, right: Any) -> Any:
    return _small(_number(left) % _number(right))


def _plus(left: Any, right: Any) -> Any:
    return _small(_small(left) + _small(right))


def _item(owner: Any, key: Any) -> Any:
    if not isinstance(owner, str | list | tuple | dict):
        _refuse("方括号只能用在文字、列表和对照表上")
    return owner[key]


def _round(value: Any, digits: object = 0) -> Any:
    # A huge number of digits makes round() compute a power of ten that never ends.
    if not isinstance(digits, int) or abs(digits) > 12:
        _refuse("round 的位数只能是 -12 到 12")
    return round(_number(value), digits)


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float | bool | None):
        _refuse("str 只能用于数、文字和真假")
    return str(_small(value))


def _whole(value: Any) -> int:
    if not isinstance(value, str | int | float):
        _refuse("int 只能用于数和文字")
    return int(_small(int(value)))


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "len": len,
    "min": min,
    "max": max,
    "abs": abs,
    "any": any,
    "all": all,
    "bool": bool,
    "round": _round,
    "str": _text,
    "int": _whole,
}
"""The only functions an expression may call."""

_GUARDS: Final[Mapping[type[ast.operator], str]] = {
    ast.Mult: "_times",
    ast.Mod: "_remainder",
    ast.Add: "_plus",
}

_WORLD: Final[dict[str, Any]] = {
    "__builtins__": {},
    "_times": _times,
    "_remainder": _remainder,
    "_plus": _plus,
    "_item": _item,
    **FUNCTIONS,
}


class _Lock(ast.NodeTransformer):
    """Walks a syntax tree, refuses what is not listed and puts guards where they are needed."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._count = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        self._count += 1
        if self._count > MAX_NODES:
            _refuse("表达式太复杂，请拆成几个网关")
        if not isinstance(node, _ALLOWED):
            _refuse(f"不能使用“{type(node).__name__}”这种写法，只能用比较、与或非、四则运算和列出的函数")
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if node.value is not None and type(node.value) not in (str, int, float, bool):
            _refuse("常量只能是数、文字、True、False 和 None")
        _small(node.value)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id.startswith("_"):
            _refuse(f"名字“{node.id}”不能以下划线开头")
        if node.id in FUNCTIONS:
            _refuse(f"函数“{node.id}”要加括号使用")
        self.names.add(node.id)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            _refuse("只能使用这些函数：" + "、".join(FUNCTIONS))
        if node.keywords or not all(isinstance(each, ast.expr) for each in node.args):
            _refuse("函数的参数只能按顺序写")
        arguments = [self.visit(each) for each in node.args]
        return ast.copy_location(ast.Call(node.func, arguments, []), node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        guard = _GUARDS.get(type(node.op))
        if guard is None:
            return node
        return ast.copy_location(_call(guard, node.left, node.right), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        return ast.copy_location(_call("_item", node.value, node.slice), node)


def _call(guard: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(guard, ast.Load()), list(arguments), [])


@lru_cache(maxsize=4096)
def _compiled(source: str) -> tuple[CodeType, frozenset[str]]:
    if len(source) > MAX_LENGTH:
        _refuse(f"表达式超过 {MAX_LENGTH} 个字符")
    try:
        # A long condition may be broken into lines in the file; to Python a line break would end it.
        tree = ast.parse(" ".join(source.split("\n")).strip(), mode="eval")
        lock = _Lock()
        locked = ast.fix_missing_locations(lock.visit(tree))
        return compile(locked, "<expression>", "eval"), frozenset(lock.names)
    except ExpressionRefused:
        raise
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        _refuse("写法不对，请检查引号、括号和比较号（相等写 ==）")


def compile_expression(source: str) -> frozenset[str]:
    """Check ``source`` and return the names of the facts it reads.

    Raises :class:`ExpressionRefused` with the reason in Chinese.
    """
    return _compiled(source)[1]


def evaluate(source: str, facts: Mapping[str, Any]) -> Any:
    """Return the value of ``source`` over ``facts``; the facts are not changed.

    Raises :class:`ExpressionRefused` when the expression is not allowed, reads a fact that has no
    value yet, or fails.
    """
    code, names = _compiled(source)
    missing = sorted(name for name in names if name not in facts)
    if missing:
        _refuse("还没有这些信息：" + "、".join(missing))
    try:
        # Only names of facts are visible: the globals hold no builtins, the locals only what is read.
        return eval(code, _WORLD, {name: facts[name] for name in names})  # noqa: S307
    except ExpressionRefused:
        raise
    except Exception:  # noqa: BLE001 # Whatever an expression does wrong is the drawing's fault, not ours.
        _refuse("按现有的信息算不出结果，请检查类型和除数")


class LockedEnvironment(BasePythonScriptEngineEnvironment):
    """What SpiffWorkflow asks when it evaluates without going through the engine.

    Ad-hoc subprocesses and message correlation reach past the engine to the environment, so both
    are replaced.
    """

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        """Return the value of ``expression``; the external context is never looked at."""
        return evaluate(expression, context)

    def execute(self, script: str, context: Any, external_context: Any = None) -> NoReturn:
        """Refuse: there are no scripts on this platform."""
        _refuse("流程里不能有脚本")

    def call_service(self, context: Any, **kwargs: Any) -> NoReturn:
        """Refuse: services are called by our own task, never through the script engine."""
        _refuse("服务只能由 yc:service 调用")


class LockedEngine(PythonScriptEngine):
    """The script engine given to SpiffWorkflow: it evaluates, and does nothing else."""

    def __init__(self) -> None:
        super().__init__(LockedEnvironment())

    def validate(self, expression: str) -> None:
        """Raise :class:`ExpressionRefused` when the expression is not allowed."""
        compile_expression(expression)

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """Return the value of ``expression`` over the data of ``task``."""
        return evaluate(expression, task.data)

    def execute(self, task: Any, script: str, external_context: Any = None) -> NoReturn:
        """Refuse: there are no scripts on this platform."""
        _refuse("流程里不能有脚本")

    def call_service(self, task: Any, **kwargs: Any) -> NoReturn:
        """Refuse: services are called by our own task, never through the script engine."""
        _refuse("服务只能由 yc:service 调用")
