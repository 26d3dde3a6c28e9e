"""Re-execution: run a case's process again from its journal alone and compare every state."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from engine.foundation.journal.queries import Line, lines_of
from engine.foundation.journal.rules import canonical
from engine.process.bpmn import Advance, Bundle, Instance, Runtime, ServiceCall
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import release_at
from engine.process.tasks.progress import ADVANCED, STARTED, told_decisions

LOG = logging.getLogger("yichuang.audit")


@dataclass(frozen=True)
class Replayed:
    """What re-execution found: the last advance of each run, and the first line whose state differs (its seq)."""

    last: Mapping[int, Advance]
    differs_at: int | None


def replay(connection: Connection, bundles: Bundles, root_id: str) -> Replayed:
    """Re-execute the process of a case; nothing outside is called, service results come from the journal."""
    runtime = Runtime(cache_size=1)
    last: dict[int, Advance] = {}
    using: dict[int, Bundle] = {}
    for line in process_lines(connection, root_id):
        # Lines written before a case could have several runs are of run 0, the main process.
        run = line.data.get("run", 0)
        try:
            if line.type == STARTED:
                release = release_at(connection, line.data["release"])
                using[run] = bundles.of(connection, release, line.data.get("process"))
                last[run] = runtime.start(using[run], line.data["facts"], now=line.at, call_service=_from_journal(line))
            else:
                last[run] = _again(runtime, using[run], Instance(root_id, 0, last[run].snapshot), line)
            same = bool(last[run].state_hash == line.data["state_hash"]) and _decided_alike(last[run], line)
        except Exception:  # whatever the line makes the runtime say, it is not what happened then
            LOG.info("line %s of %s cannot be executed again", line.seq, root_id, exc_info=True)
            same = False
        if not same:
            return Replayed(last, line.seq)
    return Replayed(last, None)


def process_lines(connection: Connection, root_id: str) -> list[Line]:
    """Return the lines that moved the process, in order."""
    found: list[Line] = []
    after = 0
    while lines := lines_of(connection, root_id, after=after):
        found += [line for line in lines if line.type in (STARTED, ADVANCED)]
        after = lines[-1].seq
    return found


def _again(runtime: Runtime, bundle: Bundle, instance: Instance, line: Line) -> Advance:
    call = _from_journal(line)
    if line.data["how"] == "clock":
        return runtime.fire_clock(bundle, instance, line.data["clock"], now=line.at, call_service=call)
    if line.data["how"] == "timer":
        return runtime.fire_timers(bundle, instance, now=line.at, call_service=call)
    if line.data["how"] == "cancel":
        return runtime.cancel(bundle, instance, now=line.at, call_service=call)
    if line.data["how"] == "message":
        message, facts, key = line.data["message"], line.data["facts"], line.data.get("key")
        return runtime.deliver(bundle, instance, message, facts, now=line.at, call_service=call, key=key)
    return runtime.complete(bundle, instance, line.data["task_no"], line.data["facts"], now=line.at, call_service=call)


def _decided_alike(advance: Advance, line: Line) -> bool:
    """Whether the pinned tables say again what the line says they said: the same rules, on the same values."""
    return canonical(told_decisions(advance).get("decisions", [])) == canonical(line.data.get("decisions", []))


def _from_journal(line: Line) -> Any:
    results = iter(line.data["services"])

    def call(wanted: ServiceCall) -> Mapping[str, Any]:
        kept = next(results)
        if (kept["element"], kept["name"]) != (wanted.element_id, wanted.name):
            raise LookupError(f"{wanted.element_id} was not what the journal says was called")
        result: Mapping[str, Any] = kept["result"]
        return result

    return call
