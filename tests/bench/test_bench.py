"""./run bench: what it offers, and that its figures are honest."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import main, names, title

ROOT = Path(__file__).resolve().parents[2]


def test_every_bench_has_a_chinese_title_and_can_be_run() -> None:
    assert "setup" in names()
    for name in names():
        assert any("一" <= character <= "鿿" for character in title(name)), name
        assert callable(importlib.import_module(f"bench.{name}").run)


def test_the_list_names_every_bench(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == names()


@pytest.mark.parametrize("arguments", [["no-such-bench"], []])
def test_a_wrong_name_is_refused_with_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "setup" in capsys.readouterr().err


def test_json_is_one_object_with_the_figures_and_the_machine() -> None:
    command = [sys.executable, "-m", "bench", "setup", "--quick", "--json"]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)

    result = json.loads(done.stdout)
    assert result["bench"] == "setup"
    assert result["quick"] is True
    assert result["figures"]["rounds"] == 3
    assert {"cores", "python", "load"} <= set(result["machine"])


def test_the_bench_of_the_engine_gives_every_promised_figure_of_one_run() -> None:
    command = [sys.executable, "-m", "bench", "engine", "--quick", "--json"]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)

    figures = json.loads(done.stdout)["figures"]
    for promised in (
        "durable_step.postgresql.ratio_to_bare", "durable_step.sqlite_full.ratio_to_bare",
        "durable_step.postgresql.cold_ratio", "vs_stock.ratio", "vs_stock.cold_ratio", "growth.ratio",
        "mi_growth.ratio", "snapshot.bytes", "memory.bytes_per_instance", "concurrency.share_of_bare",
        "cost.statements", "cost.round_trips", "cost.wal_ratio", "durable_step.postgresql.profile.process",
    ):  # fmt: skip
        found = figures
        for step in promised.split("."):
            found = found[step]
        assert found > 0, promised
    # What no noise of a machine moves: a count, a count and a size.
    assert figures["cost"]["statements"] <= 12
    assert figures["cost"]["round_trips"] <= 8
    assert figures["snapshot"]["bytes"] <= 2_500
    assert figures["memory"]["bytes_per_instance"] <= 40_000


def test_the_bench_of_deadlines_gives_every_promised_figure_of_one_run() -> None:
    command = [sys.executable, "-m", "bench", "deadlines", "--quick", "--json"]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)

    figures = json.loads(done.stdout)["figures"]
    for promised in ("sweep.idle_ratio", "sweep.fire_ratio", "law.ratio", "hosts.ratio"):
        part, _, name = promised.partition(".")
        assert figures[part][name] > 0, promised
    assert {*figures["sweep"]["fire"], *figures["sweep"]["idle"]} == {"sqlite", "postgresql"}


def test_the_bench_of_the_audit_gives_every_promised_figure_of_one_run() -> None:
    command = [sys.executable, "-m", "bench", "audit", "--quick", "--json"]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)

    figures = json.loads(done.stdout)["figures"]
    assert figures["verify"]["ratio"] > 0
    assert isinstance(figures["journal"]["share"], float)
    for dialect in ("sqlite", "postgresql"):
        assert figures["verify"][dialect]["lines"] > figures["verify"][dialect]["chains"] * 9
        assert figures["seal"][dialect]["heads"] >= 2_000
        assert {"share", "queue_share"} <= figures["journal"][dialect].keys()


def test_the_bench_of_the_designer_gives_the_check_and_every_kind_of_edit_beside_plain_bpmn_js() -> None:
    command = [sys.executable, "-m", "bench", "designer", "--quick", "--json"]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)

    figures = json.loads(done.stdout)["figures"]
    assert figures["check"]["ratio"] > 0
    edit = figures["edit"]
    assert (edit["elements"], edit["rounds"], edit["limit_ms"]) == (60, 1, 200)
    kinds = edit["kinds"]
    assert {"select", "move", "append", "connect", "rename", "undo", "zoom", "delete"} <= set(kinds)
    for one in (*kinds.values(), edit["open"]):
        assert one["extra_ms"] == one["ours_ms"] - one["plain_ms"]
    assert edit["longtask_extra_ms"] == max(one["extra_ms"] for one in kinds.values())
    assert edit["holds"] is (edit["longtask_extra_ms"] <= 200)
