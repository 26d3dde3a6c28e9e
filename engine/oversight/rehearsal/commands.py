"""What designers may ask of rehearsals, and what the worker tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class AskRehearsal(Command):
    """演练: a script is to be walked through with the files of a draft, or with what is in force (empty).

    ``instead`` is an ended rehearsal of the same draft that this one goes on from: it is forgotten.
    """

    action: ClassVar[str] = "process.rehearse"
    script: str
    draft: str = ""
    instead: int = 0


@dataclass(frozen=True, kw_only=True)
class AskTests(Command):
    """演练全部保留的脚本: every kept script with the files of a draft, or with what is in force (empty).

    With ``undo`` those that hold rolling the draft back, with what stood before it.
    """

    action: ClassVar[str] = "process.rehearse"
    draft: str = ""
    undo: bool = False


@dataclass(frozen=True, kw_only=True)
class KeepTest(Command):
    """保留为测试: a script that must pass at every later release.

    ``run`` is a rehearsal of the same steps: what it showed counts, and need not be walked again.
    """

    action: ClassVar[str] = "process.rehearse"
    script: str
    run: int = 0


@dataclass(frozen=True, kw_only=True)
class DropTest(Command):
    """不再保留: a kept script is asked for no longer, for a reason."""

    action: ClassVar[str] = "process.rehearse"
    id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RecordRehearsal(Command):
    """The worker keeps what a rehearsal showed; the report names the files by which its case went."""

    action: ClassVar[str] = "rehearsal.carry_out"
    id: int
    report: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RecordVerdict(Command):
    """What a kept script showed when it was walked ahead of a release: nobody had asked for it from a page."""

    action: ClassVar[str] = "rehearsal.carry_out"
    test: int
    report: Mapping[str, Any]
