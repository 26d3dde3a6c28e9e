"""A file that is being made executable, and what a fix is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.process.bpmn.foreign.findings import Finding
from engine.process.bpmn.model import Drawing, read_drawing
from engine.process.bpmn.vocabulary import Vocabulary


@dataclass(frozen=True)
class Work:
    """The file's tree, and the names that mean something here: ours, and the titles of the roles by their codes."""

    root: etree._Element
    words: Vocabulary
    roles: Mapping[str, str]

    @property
    def drawing(self) -> Drawing:
        """The drawing as it stands just now."""
        return read_drawing(self.root)


Fix = Callable[[Work], Iterator[Finding]]
"""Yields what it found, and has changed the tree by then where it proposes something."""
