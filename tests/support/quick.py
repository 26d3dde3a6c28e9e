"""What each test would do once more, and what proves nothing in it, is done once in a test process, or cheaply.

Nearly every test has a house of its own, and many an application of their own over it.  Of what those compile nothing
depends on the house: the text of a template, the pattern of an address, a statement for a dialect; each is found again
by just that.  And a password's hash, which is meant to be slow, is made with the least that its algorithm allows.

Servers that tests start are processes of their own: none of this is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from engine.registry.identity import passwords


class Kept(BytecodeCache):
    """Compiled templates, by name; Jinja itself compares the digest of the source."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept of a template."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_Builder = Callable[..., tuple[str, str]]
_BUILDERS: dict[Hashable, _Builder] = {}
_COMPILE: Callable[[Rule, bool], _Builder] = Rule._compile_builder


def _builder(rule: Any, append_unknown: bool = True) -> _Builder:
    """Return what makes an address of a rule's values: a function of nothing but what the key is made of."""
    kinds = tuple((name, type(one)) for name, one in rule._converters.items())
    key = (rule.rule, tuple(rule._trace), kinds, repr(rule.defaults), frozenset(rule.arguments), append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _COMPILE(rule, append_unknown)
    return _BUILDERS[key]


_STATEMENTS = LRUCache[Any, Any](5000)
_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Kept()}
for owner, name, value in (
    (Rule, "_compile_builder", _builder),
    # Every database of a kind is opened in the same way, so what is compiled for one fits all of its kind.
    (DefaultDialect, "__eq__", lambda one, other: type(one) is type(other)),
    (DefaultDialect, "__hash__", lambda one: hash(type(one))),
    (Engine, "_compiled_cache", property(lambda _: _STATEMENTS, lambda _, own: None)),
    (passwords, "_HASHER", _HASHER),
    (passwords, "_NOBODY", _HASHER.hash("nobody")),
):
    setattr(owner, name, value)
