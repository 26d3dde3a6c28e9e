"""``audit events --format parquet``: an optional extra with packages of its own; the documented queries run on it."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.oversight.audit.mining.parquet import COLUMNS
from tests.house.tree import ROOT
from tests.support.house import House
from tests.support.unlike import closed_case
from tests.yichuang.shell import Shell
from tools import environment
from tools.place import Apart
from tools.place import environment as variables
from tools.speech import SetupFailed
from tools.stamps import alone

LOCK = "requirements-analysis.lock"
HELP = "分析扩展装在 var/apart/analysis，与测试环境分开，这项测试要用它导出 Parquet；缺了它不能跳过。"
ASK = "import duckdb, json, sys; print(json.dumps(duckdb.sql(sys.stdin.read()).fetchall(), default=str))"


@dataclass(frozen=True)
class Extra:
    """The environment of the extra: its Python, and the folder with its packages."""

    python: Path

    @property
    def packages(self) -> Path:
        [found] = self.python.parent.parent.glob("lib/python*/site-packages")
        return found

    def ask(self, sql: str, folder: Path) -> list[list[object]]:
        """Return the rows that DuckDB answers."""
        ended = subprocess.run(
            [self.python, "-I", "-c", ASK], input=sql, cwd=folder, text=True, capture_output=True, timeout=120,
            check=False, env=variables(),
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        found: list[list[object]] = json.loads(ended.stdout)
        return found


@pytest.fixture(scope="module")
def extra() -> Extra:
    place = Apart(ROOT, "analysis")
    try:
        with alone(place.lock):
            environment.install(place, LOCK)
    except SetupFailed as failed:
        pytest.fail(f"{failed}\n{HELP}", pytrace=False)
    return Extra(place.python)


def exported(house: House, extra: Extra, file: Path) -> str:
    """Export with the extra beside our own packages, in a process of its own; return what was said."""
    ended = subprocess.run(
        [sys.executable, "-m", "yichuang", "--data", str(house.settings.data), "audit", "events", "--format",
         "parquet", "--to", str(file)],
        cwd=file.parent, text=True, capture_output=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{extra.packages}", "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_without_the_extra_the_command_that_installs_it_is_named_and_nothing_is_written(
    shell: Shell, sqlite_house: House, tmp_path: Path
):
    ran = shell("audit", "events", "--format", "parquet", "--to", tmp_path / "out.parquet")
    assert (ran.code, ran.out) == (1, "")
    assert "ANALYSIS_MISSING" in ran.err and "./run setup analysis" in ran.err
    assert list(tmp_path.glob("out*")) == []


def test_with_it_every_event_is_a_row_of_typed_columns(
    shell: Shell, sqlite_house: House, extra: Extra, tmp_path: Path
):
    closed_case(sqlite_house)
    sqlite_house.accepted_commitment()
    file, table = tmp_path / "it's.parquet", tmp_path / "out.csv"
    said = exported(sqlite_house, extra, file)
    assert shell("audit", "events", "--format", "csv", "--to", table).code == 0
    rows = list(csv.reader(table.read_text("utf-8-sig").splitlines()))[1:]
    assert said == f"{file}：{len(rows)} 个事件\n"
    assert list(tmp_path.glob("*.part")) == []
    found = extra.ask("SELECT case_no, line::VARCHAR, element, name, account FROM 'it''s.parquet'", tmp_path)
    assert found == [[row[0], row[4], row[6], row[8], row[11]] for row in rows]
    kinds = extra.ask("SELECT column_name, column_type FROM (DESCRIBE FROM 'it''s.parquet')", tmp_path)
    told = {str(name): str(type).replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") for name, type in kinds}
    assert told == dict(COLUMNS)


def test_the_documented_queries_run_and_answer(sqlite_house: House, extra: Extra, tmp_path: Path):
    closed_case(sqlite_house)
    exported(sqlite_house, extra, tmp_path / "办件经过.parquet")
    text = (ROOT / "docs" / "analysis.md").read_text("utf-8")
    queries = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    assert len(queries) >= 5
    for query in queries:
        assert extra.ask(query, tmp_path) != [], query
