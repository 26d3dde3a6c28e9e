"""What designers, and the first set-up, may publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from engine.foundation.store.commands import Command
from engine.oversight.publishing.files import Files, encoded

CATALOGUE_ROOT = "release:catalogue"


@dataclass(frozen=True, kw_only=True)
class Deploy(Command):
    """发布流程: the next case of every item whose process it is takes the new definitions; running ones do not."""

    action: ClassVar[str] = "process.deploy"
    processes: Mapping[str, str]
    """Process id to the text of its BPMN file."""
    items: Mapping[str, str] = field(default_factory=dict)
    """Item code to the text of its file: new versions of the catalogue, published with the processes."""
    decisions: Mapping[str, str] = field(default_factory=dict)
    """Id of each DMN file to its text; the next case of every item whose process asks one of its tables takes it."""
    messages: Mapping[str, str] = field(default_factory=dict)
    """Name of each message from outside to the text of its file; as with tables, for the next case whose process waits
    for it."""
    forms: Mapping[str, str] = field(default_factory=dict)
    """Key of each form to the text of its file: from then on it stands in the place of the program's own form."""

    @property
    def files(self) -> Files:
        """The files that are handed in."""
        return Files(
            processes=encoded(self.processes), decisions=encoded(self.decisions), messages=encoded(self.messages),
            forms=encoded(self.forms), items=encoded(self.items),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SeedRegister(Command):
    """首次建库: departments, windows, policies and the working calendar, as the library and the law give them.

    ``calendar`` (days as text) and ``figures`` (by key) take their place where they are given: in the house of a
    rehearsal, which counts as the centre does that it is rehearsed for.
    """

    action: ClassVar[str] = "process.deploy"
    calendar: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)
