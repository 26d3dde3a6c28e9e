"""The service task: evaluates its parameters and asks the caller's service.

SpiffWorkflow's own way through the script engine turns the error of a service into a NameError.
Here the exception of a service passes through unchanged.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ServiceTask

from engine.process.bpmn.advance import ServiceCall, ServiceResult
from engine.process.bpmn.context import turn
from engine.process.bpmn.expressions import evaluate
from engine.process.bpmn.facts import checked, copied
from engine.process.bpmn.overrides.growth import Growing


class CalledService(Growing, ServiceTask):
    """A service task that names its service in ``yc:service``."""

    def __init__(
        self, wf_spec: Any, bpmn_id: str, service: str, parameters: tuple[tuple[str, str], ...], **kwargs: Any
    ) -> None:
        """``parameters`` are pairs of a name and an expression over the facts."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.service = service
        self.parameters = parameters

    def _run_hook(self, my_task: Any) -> bool:
        current = turn()
        given = {name: copied(evaluate(source, my_task.data)) for name, source in self.parameters}
        call = ServiceCall(
            my_task.id, self._wf_spec.process_id, self.bpmn_id, self.service, given, copied(my_task.data)
        )
        try:
            answer = current.call_service(call)
        except BaseException as failure:
            # Remembered, so that the runtime can tell the service's exception from one of its own.
            current.service_failure = failure
            raise
        result = checked(answer, flat=True)
        my_task.data.update(copied(result))
        current.services.append(ServiceResult(self.bpmn_id, self.service, copied(given), result))
        return True
