"""A process whose clocks can be moved while it runs: a small library, compiled here, is preloaded into it.

The machine's own clock is never touched.  ``cc`` is needed: the tests say so when there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

SOURCE = Path(__file__).with_name("clockshim.c")
HELP = "The clock tests compile a small library: install a C compiler (apt-get install gcc libc6-dev)."


class CompilerMissing(RuntimeError):
    """There is no C compiler; the message says how to get one."""


def built(folder: Path) -> Path:
    """Compile the library into ``folder``; raise :class:`CompilerMissing`."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise CompilerMissing(HELP)
    made = folder / "clockshim.so"
    done = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", made, SOURCE, "-ldl"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CompilerMissing(f"{HELP}\n{done.stderr}")
    return made


def slept() -> timedelta:
    """How long this process is made to believe that its machine was suspended; nothing without a :class:`Shim`."""
    file = os.environ.get("CLOCKSHIM_FILE")
    return timedelta(microseconds=int(Path(file).read_text().split()[1]) // 1000) if file else timedelta()


class Shim:
    """The clocks that the processes with this environment see."""

    def __init__(self, folder: Path) -> None:
        """Compile the library and start with the true clocks."""
        self._library = built(folder)
        self._file = folder / f"clock-{uuid.uuid4().hex}"
        self._wall = self._boot = timedelta()
        self._write()

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs in its environment."""
        return {**os.environ, "LD_PRELOAD": str(self._library), "CLOCKSHIM_FILE": str(self._file)}

    def jump(self, by: timedelta) -> None:
        """Somebody sets the clock: forward, or with a span below zero back."""
        self._wall += by
        self._write()

    def suspend(self, span: timedelta) -> None:
        """The machine sleeps for ``span``: the clock and the time since its start go on, its threads do not."""
        self._wall += span
        self._boot += span
        self._write()

    def _write(self) -> None:
        one = timedelta(microseconds=1)
        partial = self._file.with_suffix(".partial")
        partial.write_text(f"{self._wall // one * 1000} {self._boot // one * 1000}\n")
        partial.replace(self._file)
