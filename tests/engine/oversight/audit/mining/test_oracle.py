"""pm4py, a process miner of others, reads our logs and finds by its token replay what we find: what was planted.

pm4py is under the AGPL: it runs in an environment and a process of its own (tests/support/oracle), never imported here.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.oversight.audit.mining.conformance import deviations
from engine.oversight.audit.mining.events import events_of
from engine.oversight.audit.mining.ocel import write_ocel
from engine.oversight.audit.mining.records import Paper, Record, Stay
from engine.oversight.audit.mining.xes import write_xes
from tests.engine.oversight.audit.mining.planting import FILES, KINDS, MAIN, Planted, drawn, planted, strolls
from tests.engine.oversight.audit.mining.recording import NOON, record
from tests.house.tree import ROOT
from tests.support.size import FULL
from tools import environment
from tools.place import Apart
from tools.place import environment as variables
from tools.speech import SetupFailed
from tools.stamps import alone

CASES = 1_000 if FULL else 120
LOCK = "tests/support/oracle/requirements-pm4py.lock"
PROGRAM = ROOT / "tests" / "support" / "oracle" / "replaying.py"
HELP = "pm4py 是这项测试的对照，装在 var/apart/pm4py，与产品和测试环境分开；缺了它不能跳过。"


def oracle_python(place: Apart) -> Path:
    """The Python of the oracle's own environment, made when it is missing; who cannot make it is told what helps."""
    try:
        with alone(place.lock):
            environment.install(place, LOCK)
    except SetupFailed as failed:
        pytest.fail(f"{failed}\n{HELP}", pytrace=False)
    return place.python


@dataclass(frozen=True)
class Sample:
    """The generated cases, by number, with what was planted; what pm4py told of their logs; events written."""

    planted: dict[str, Planted]
    records: dict[str, Record]
    told: dict[str, Any]
    xes_events: int
    ocel_events: int


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder, python = tmp_path_factory.mktemp("oracle"), oracle_python(Apart(ROOT, "pm4py"))
    made = {f"{number:06}": one for number, one in enumerate(plantings(), 1)}
    records = {case_no: as_case(case_no, one) for case_no, one in made.items()}
    for name, xml in FILES.items():
        (folder / f"{name}.bpmn").write_bytes(xml)
    with (folder / "cases.xes").open("wb") as out:
        events = write_xes(out, records.values(), gateways=True)
    with (folder / "cases.ocel.json").open("w") as text:
        issued = write_ocel(text, records.values, gateways=True)
    ended = subprocess.run(
        [python, "-I", PROGRAM, folder], capture_output=True, text=True, timeout=600, check=False, env=variables()
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return Sample(made, records, json.loads((folder / "told.json").read_text()), events, issued)


def plantings() -> Iterator[Planted]:
    """Each kind through each main drawing in turn."""
    for number, (main, course, rnd) in enumerate(strolls(CASES)):
        yield planted(KINDS[number // len(MAIN) % len(KINDS)], main, course, rnd)


def as_case(case_no: str, one: Planted) -> Record:
    """A case with a second between its steps, a task for each user task, and a document."""
    bare = record(one.main, [[each] for each in one.course])
    passed = tuple(
        replace(each, step=replace(each.step, at=NOON + timedelta(seconds=each.seq))) for each in bare.passed
    )
    stays = tuple(
        Stay(
            f"case:{case_no}/{each.step.task_no}/{each.seq}", 0, each.step.task_no, each.step.process,
            each.step.element, each.step.element, "D01", each.step.at, each.step.at, "W01", "done",
        )
        for each in passed[:1]
    )  # fmt: skip
    paper = Paper(f"{case_no}-1", "受理通知书", f"〔2026〕{case_no} 号", NOON, "W01")
    return replace(bare, root=f"case:{case_no}", case_no=case_no, passed=passed, stays=stays, papers=(paper,))


def ours(sample: Sample, case_no: str) -> list[list[str]]:
    return [[one.kind, one.element] for one in deviations(sample.records[case_no], drawn)]


def test_pm4py_reads_every_case_and_every_event_of_the_xes_log(sample: Sample):
    told = sample.told

    assert sample.xes_events == sum(len(list(events_of(one, gateways=True))) for one in sample.records.values())
    assert told["events"] == sample.xes_events > 25 * CASES
    assert list(told["found"]) == list(sample.records)


def test_pm4py_reads_every_event_and_every_object_of_the_ocel_log(sample: Sample):
    read = sample.told["ocel"]

    assert read["events"] == sample.ocel_events
    assert read["objects"] == {"case": CASES, "task": CASES, "document": CASES, "department": 1, "account": 1}


def test_its_token_replay_finds_exactly_what_was_planted_and_so_do_we(sample: Sample):
    planted = Counter(one.kind for one in sample.planted.values())
    assert min(planted[kind] for kind in KINDS) > 0.9 * CASES / len(KINDS)
    for case_no, one in sample.planted.items():
        wanted = [] if one.kind == "none" else [one.kind]
        for whose, found in (("pm4py", sample.told["found"][case_no]), ("ours", ours(sample, case_no))):
            assert [kind for kind, _ in found] == wanted, (whose, case_no, one.elements, found)
            assert {element for _, element in found} <= one.elements, (whose, case_no, one.elements, found)


def test_an_oracle_that_cannot_be_installed_fails_the_test_and_says_what_helps(tmp_path, monkeypatch):
    place = Apart(tmp_path, "pm4py")
    (tmp_path / LOCK).parent.mkdir(parents=True)
    (tmp_path / LOCK).write_text(f"pm4py==0.0.1 --hash=sha256:{'0' * 64}\n")
    (tmp_path / "pyproject.toml").write_text("")
    for name in ("PIP_NO_INDEX", "UV_NO_INDEX"):
        monkeypatch.setenv(name, "1")

    with pytest.raises(pytest.fail.Exception, match=r"(?s)没有成功。请检查网络.*与产品和测试环境分开"):
        oracle_python(place)
