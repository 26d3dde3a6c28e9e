"""Short words for rehearsals in tests: scripts, asking, and walking what waits in this very process."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from engine.oversight.rehearsal import queries
from engine.oversight.rehearsal.commands import AskRehearsal, KeepTest, RecordVerdict
from engine.oversight.rehearsal.files import Files
from engine.oversight.rehearsal.grounds import Grounds
from engine.oversight.rehearsal.report import FAILED, PASSED, Report, StepTold, report_json, report_of
from engine.oversight.rehearsal.script import Script
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from yichuang.rehearsing.house import Workshop
from yichuang.rehearsing.jobs import carry_out
from yichuang.rehearsing.running import rehearse
from yichuang.rehearsing.walking import Progress

ACCEPTING: tuple[dict[str, Any], ...] = (
    {"do": "ut_formal", "answer": {"formal_result": "accept"}}, {"do": "ut_accept"}
)  # fmt: skip


def script(*steps: Mapping[str, Any], name: str = "试走", item: str = "I06") -> str:
    """Return the text of a script."""
    return json.dumps({"name": name, "item": item, "steps": list(steps)}, ensure_ascii=False)


def asked(house: House, text: str, **more: Any) -> int:
    """Ask for a rehearsal; return its number."""
    return int(house.execute("P61", AskRehearsal(script=text, **more))["id"])


def kept(house: House, text: str) -> int:
    """Keep a script; return its number."""
    return int(house.execute("P61", KeepTest(script=text))["id"])


def showed(house: House, test: int, digest: str, *failures: StepTold) -> None:
    """Keep what a kept script showed with the files of ``digest``: that it passed, unless a step fails."""
    report = Report("试走", "", FAILED if failures else PASSED, failures, files=digest)
    house.door.execute(RecordVerdict(test=test, report=report_json(report)), SYSTEM, key=uuid.uuid4().hex)


def at_once(files: Files, script: Script, progress: Progress, grounds: Grounds) -> Report:
    """Tell that the script passed, without walking it."""
    progress(1, 1, "试走")
    return Report(script.name, script.item, PASSED)


def walked(house: House, workshop: Workshop) -> int:
    """Walk everything that waits; return how many there were."""
    count = 0
    while carry_out(house.door, "here", lambda *what: rehearse(workshop, *what)) is not None:
        count += 1
    return count


def run(house: House, id: int) -> queries.Run:
    """Return a rehearsal."""
    with house.door.read(SYSTEM) as view:
        return queries.run_by_id(view.connection, id)


def report(house: House, id: int) -> Report:
    """Return what a rehearsal showed."""
    with house.door.read(SYSTEM) as view:
        raw = queries.report_of_run(view.connection, id)
    assert raw is not None, "it has not ended"
    return report_of(raw)
