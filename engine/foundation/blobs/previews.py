"""Asking the limited renderer for a picture of a file: outside this process, and never for long."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PICTURED = frozenset({"application/pdf", "image/jpeg", "image/png", "image/tiff"})
"""Kinds of files that have a preview; others say so in words."""

SECONDS = 30.0
MOST_BYTES = 4 * 1024 * 1024

_PROGRAM = Path(__file__).with_name("limited_renderer.py")


@dataclass(frozen=True)
class Preview:
    """A JPEG of a file, or why there is none (a Chinese sentence)."""

    image: bytes
    sentence: str = ""


def preview(media_type: str, content: bytes, *, seconds: float = SECONDS) -> Preview:
    """Return a picture of ``content``; whatever goes wrong is told in a sentence and stops nobody."""
    if media_type not in PICTURED:
        return Preview(b"", "这种格式没有预览，请下载后查看")
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PROGRAM), media_type],
            input=content, capture_output=True, timeout=seconds, cwd="/", env={"LANG": "C.UTF-8"}, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Preview(b"", "生成预览用时过长，已停止；请下载后查看")
    except OSError:
        return Preview(b"", "暂时不能生成预览，请下载后查看")
    if done.returncode != 0 or not done.stdout.startswith(b"\xff\xd8\xff") or len(done.stdout) > MOST_BYTES:
        return Preview(b"", "不能生成预览，文件可能已损坏；请下载后核对")
    return Preview(done.stdout)
