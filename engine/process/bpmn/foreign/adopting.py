"""``adopt``: a file of another tool, explained, with a proposal that runs as far as the file says enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.process.bpmn.foreign import activities, deciding, structure
from engine.process.bpmn.foreign.findings import Finding
from engine.process.bpmn.foreign.origins import OURS, origin
from engine.process.bpmn.foreign.work import Fix, Work
from engine.process.bpmn.names import YC
from engine.process.bpmn.problems import Problem
from engine.process.bpmn.rules.whole import check
from engine.process.bpmn.vocabulary import Vocabulary
from engine.process.bpmn.xml import read_xml

FIXES: tuple[Fix, ...] = (
    structure.ids,
    structure.executable,
    structure.kinds,
    deciding.conditions,
    deciding.defaults,
    activities.persons,
    structure.lane_of_all,
    activities.services,
    activities.several,
    activities.times,
    activities.leftovers,
)
"""In the order in which they are carried out: ids and kinds first; a lane made up here says of nobody who works."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What became of a file.

    ``origin`` is the tool it was drawn with; ``findings`` are all that is not ours, those with a proposal carried out
    in ``xml``; ``problems`` are what the check still says about ``xml``.  A file of our own, and one without anything
    to propose, comes back byte for byte.
    """

    origin: str
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    xml: bytes = field(repr=False)

    @property
    def left(self) -> tuple[Problem, ...]:
        """What still forbids running the proposed file and no finding has told a person to do."""
        told = {one.element_id for one in self.findings if one.todo}
        return tuple(one for one in self.problems if one.level == "error" and one.element_id not in told)

    @property
    def runs(self) -> bool:
        """Whether the proposed file can be released as it is."""
        return not any(problem.level == "error" for problem in self.problems)


def adopt(xml: bytes, words: Vocabulary, roles: Mapping[str, str]) -> Adoption:
    """Return what is foreign in a file and a proposal for it; ``roles`` gives the title of each role by its code.

    Raises :class:`BpmnRefused` for what is not a BPMN file that may come in at all.
    """
    root = read_xml(xml)
    whose = origin(root)
    work = Work(root, words, roles)
    findings = tuple(finding for fix in FIXES for finding in fix(work)) if whose != OURS else ()
    proposed = _written(root) if any(one.solved for one in findings) else xml
    return Adoption(whose, findings, check(proposed, words), proposed)


def _written(root: etree._Element) -> bytes:
    kept = [prefix for prefix in root.nsmap if prefix]
    etree.cleanup_namespaces(root, top_nsmap={"yc": YC}, keep_ns_prefixes=[*kept, "yc"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
