"""Files of other tools: explained element by element, and made executable where they say enough."""

from __future__ import annotations

from engine.process.bpmn.foreign.adopting import Adoption, adopt
from engine.process.bpmn.foreign.findings import Finding
from engine.process.bpmn.foreign.origins import foreign_origin

__all__ = ["Adoption", "Finding", "adopt", "foreign_origin"]
