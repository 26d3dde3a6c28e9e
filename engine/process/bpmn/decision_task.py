"""The business rule task: evaluates its decision, inline, over the facts as they stand.

SpiffWorkflow's own knows two of the hit policies and evaluates cells as Python, so it is not used.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ServiceTask

from engine.process.bpmn.advance import DecisionMade
from engine.process.bpmn.context import turn
from engine.process.bpmn.decisions import decide
from engine.process.bpmn.facts import checked, copied
from engine.process.bpmn.overrides.growth import Growing


class AskedDecision(Growing, ServiceTask):
    """A business rule task that names its decision in ``yc:decision``."""

    def __init__(self, wf_spec: Any, bpmn_id: str, decision: str, **kwargs: Any) -> None:
        """``decision`` is the id of a decision in one of the bundle's tables."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: Any) -> bool:
        current = turn()
        outcome = decide(current.tables[self.decision], self.decision, my_task.data)
        my_task.data.update(copied(checked(outcome.last.outputs, flat=True)))
        current.decisions.append(DecisionMade(self.bpmn_id, self.decision, outcome.digest, outcome.steps))
        return True
