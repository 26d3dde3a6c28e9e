"""A whole rehearsal: a house with the files in force, the script walked through it, the report."""

from __future__ import annotations

from engine.foundation.errors import Refusal
from engine.oversight.publishing.rules import ProcessRefused
from engine.oversight.rehearsal.files import Files
from engine.oversight.rehearsal.grounds import SHIPPED, Grounds
from engine.oversight.rehearsal.report import REFUSED, Fault, Report
from engine.oversight.rehearsal.script import Script
from yichuang.rehearsing.house import Workshop
from yichuang.rehearsing.walking import Progress, Walk

PREPARING = "准备演练环境"


def _quiet(number: int, count: int, label: str) -> None:
    """Tell nobody."""


def rehearse(
    workshop: Workshop, files: Files, script: Script, progress: Progress = _quiet, grounds: Grounds = SHIPPED
) -> Report:
    """Carry out ``script`` with ``files`` in force, counting by ``grounds``; return what it showed.

    Files that cannot be released give a report with every problem by its element, as publishing would tell them.
    """
    progress(0, len(script.steps), PREPARING)
    try:
        with workshop.stage(files, script.start, grounds) as stage:
            return Walk(stage, script, progress).run()
    except ProcessRefused as refused:
        faults = tuple(Fault(one.element_id, one.rule, one.sentence) for one in refused.problems)
        return Report(script.name, script.item, REFUSED, faults=faults)
    except Refusal as refused:
        return Report(script.name, script.item, REFUSED, faults=(Fault("", refused.code, refused.sentence),))
