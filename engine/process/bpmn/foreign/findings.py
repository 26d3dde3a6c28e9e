"""What was found in a file of another tool, and what is proposed for it."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True, slots=True)
class Finding:
    """One setting of another tool, or one thing that is not executable.

    ``element_id`` is the id in the proposed file (empty: the file as a whole), ``rule`` a stable name, ``sentence``
    says in Chinese what the file has, ``proposal`` what the proposed file does about it; an empty one leaves it to a
    person, and ``todo`` says what to do.
    """

    element_id: str
    rule: str
    sentence: str
    proposal: str = ""
    todo: str = ""

    @property
    def solved(self) -> bool:
        """Whether the proposed file has done something about it."""
        return bool(self.proposal)


def named(node: etree._Element) -> str:
    """Return how a sentence calls an element of a file that has not been read yet."""
    return f"“{(node.get('name') or '').strip() or node.get('id', '')}”"
