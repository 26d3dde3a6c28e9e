"""What a verb left behind: its exit code and what it printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120


@dataclass(frozen=True)
class Ran:
    """One run of the command line."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was printed, as JSON."""
        return json.loads(self.out)


Shell = Callable[..., Ran]


def real(folder: Path, *arguments: str, stdin: str = "") -> Ran:
    """Run ``python -m yichuang`` as a process of its own in ``folder``."""
    ended = subprocess.run(
        [sys.executable, "-m", "yichuang", *arguments], cwd=folder, input=stdin, text=True, capture_output=True,
        timeout=PATIENCE, check=False, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )  # fmt: skip
    return Ran(ended.returncode, ended.stdout, ended.stderr)


def in_chinese(text: str) -> bool:
    """Tell whether the text has Chinese words."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
