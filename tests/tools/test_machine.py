"""A machine without browser, Chinese fonts or compiler: they are installed where we may, else the command is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from tools.machine import ensure_equipped
from tools.speech import SetupFailed
try:
    ensure_equipped()
except SetupFailed as failed:
    print(failed)
else:
    print("ready")
"""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for PATH; empty, so the machine has no browser."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def script(path: Path, content: str) -> None:
    path.write_text(f"#!/bin/sh\n{content}\n")
    path.chmod(0o755)


def outcome(programs: Path, **env: str) -> str:
    environment = {"PATH": f"{programs}", "LANG": "C.UTF-8", **env}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_a_machine_that_has_all_is_ready(programs: Path) -> None:
    script(programs / "chromium-browser", "")
    script(programs / "fc-list", "echo /usr/share/fonts/noto.ttc")
    script(programs / "cc", "")

    assert outcome(programs) == "ready"


def test_a_browser_may_be_named_by_its_path(programs: Path, tmp_path: Path) -> None:
    script(programs / "fc-list", "echo /usr/share/fonts/noto.ttc")
    script(tmp_path / "my-chromium", "")
    script(programs / "gcc", "")

    assert outcome(programs, CHROMIUM=str(tmp_path / "my-chromium")) == "ready"
    assert "chromium" in outcome(programs, CHROMIUM="/no/such/browser")


def test_where_nothing_can_be_installed_the_command_is_told(programs: Path) -> None:
    said = outcome(programs)

    assert "apt-get install -y --no-install-recommends chromium fonts-noto-cjk gcc libc6-dev" in said
    assert "CHROMIUM" in said


def test_only_what_is_missing_is_asked_for(programs: Path) -> None:
    script(programs / "chromium", "")

    assert "--no-install-recommends fonts-noto-cjk gcc libc6-dev（" in outcome(programs)


def test_root_installs_what_is_missing_and_anybody_else_is_told(programs: Path, tmp_path: Path) -> None:
    script(programs / "apt-get", f'echo "$@" >> {tmp_path}/calls')

    said = outcome(programs)

    if os.geteuid() == 0:
        assert said == "ready"
        calls = (tmp_path / "calls").read_text().splitlines()
        assert calls == ["update -q", "install -q -y --no-install-recommends chromium fonts-noto-cjk gcc libc6-dev"]
    else:
        assert "请由系统管理员运行" in said
        assert not (tmp_path / "calls").exists()


def test_when_apt_fails_its_words_are_told_with_the_command(programs: Path) -> None:
    script(programs / "apt-get", "echo no route to host; exit 100")

    said = outcome(programs)

    assert "请由系统管理员运行" in said
    assert ("no route to host" in said) == (os.geteuid() == 0)
