"""已完成的环境准备：再次运行 ./run setup 用多少时间（应少于一秒）。"""

from __future__ import annotations

import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 1.0


def run(*, quick: bool) -> dict[str, Any]:
    """Return the seconds of a set-up that has nothing to do: median and worst."""
    subprocess.run([ROOT / "run", "setup"], check=True, capture_output=True)
    times = []
    for _ in range(3 if quick else 20):
        begin = time.perf_counter()
        done = subprocess.run([ROOT / "run", "setup"], check=True, capture_output=True, text=True)
        times.append(time.perf_counter() - begin)
        assert "完成" not in done.stderr, "the set-up was not done before"
    return {
        "rounds": len(times),
        "median_seconds": round(statistics.median(times), 3),
        "worst_seconds": round(max(times), 3),
        "limit_seconds": LIMIT_SECONDS,
        "holds": max(times) < LIMIT_SECONDS,
    }
