"""Rehearsals in a process of their own: a draft that loops, or eats memory, holds up nobody, and can be ended.

The parent writes a line of JSON for each rehearsal; the child answers with lines: ``{"step": …}`` before each step and
``{"report": …}`` at the end.  The houses set up in it are kept for the next rehearsal: walking the same files again
takes a fraction of the time.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Self

from engine.oversight.rehearsal.files import Files
from engine.oversight.rehearsal.grounds import SHIPPED, Grounds
from engine.oversight.rehearsal.report import STOPPED, Report, StepTold, report_json, report_of
from engine.oversight.rehearsal.script import Script, read_script, script_text
from yichuang.hosting.lifeline import die_with
from yichuang.rehearsing.house import Workshop, new_folder
from yichuang.rehearsing.running import rehearse
from yichuang.rehearsing.walking import Progress

SILENT_SECONDS = 120.0
"""A single step that takes longer is not going to end."""
_NICE = 10
"""The pages come first on a machine with few processors."""


class Apart:
    """A child process that rehearses for this one; begun at the first rehearsal, and again after it was ended."""

    def __init__(self, *, silent_seconds: float = SILENT_SECONDS) -> None:
        """Give a step ``silent_seconds`` before the child is ended."""
        self._silent = silent_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._said: queue.Queue[bytes] = queue.Queue()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self.close()

    def close(self) -> None:
        """End the child, if there is one, and remove its houses: however it ended, this process does it."""
        child, self._child = self._child, None
        if child is not None:
            _ended(child)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def kill(self) -> None:
        """End the child at once."""
        if self._child is not None:
            self._child.kill()
        self.close()

    def rehearse(self, files: Files, script: Script, progress: Progress, grounds: Grounds = SHIPPED) -> Report:
        """Return what the rehearsal showed; one whose step never ends, or that brings the child down, is stopped."""
        child = self._begun()
        told = [[kind, name, base64.b64encode(content).decode("ascii")] for (kind, name), content in files.items()]
        last: tuple[int, str] = (0, "")
        try:
            wanted = {"files": told, "script": script_text(script), "grounds": asdict(grounds)}
            _write(child, json.dumps(wanted).encode("ascii"))
            while line := self._said.get(timeout=self._silent):
                answer = json.loads(line)
                if "report" in answer:
                    return report_of(answer["report"])
                last = (answer["step"], answer["label"])
                progress(answer["step"], answer["steps"], answer["label"])
            why = "演练的进程中途结束了（可能用尽了内存）"
        except queue.Empty:
            why = f"这一步 {self._silent:g} 秒仍没有结束。请检查这一环节之后有没有走不出来的循环"
        except OSError:
            why = "演练的进程中途结束了"
        except BaseException:
            self.kill()
            raise
        self.kill()
        return stopped(script, *last, why)

    def _begun(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        safe = ["-P"] if sys.flags.safe_path else []
        self._folder = new_folder()
        command = [sys.executable, *safe, "-m", "yichuang.rehearsing.apart", str(os.getpid()), str(self._folder)]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._said = queue.Queue()
        if self._child.stdout is None:
            raise AssertionError("a pipe was asked for")
        listening = (self._child.stdout, self._said)
        threading.Thread(target=_listen, args=listening, name="rehearsal-pipe", daemon=True).start()
        return self._child


def stopped(script: Script, number: int, label: str, why: str) -> Report:
    """Return the report of a rehearsal that did not come to its end."""
    element = label.rpartition(" ")[2] if label.startswith("办理 ") else ""
    told = StepTold(number=number, label=label, at="", ok=False, sentence=why, stops=True, element=element)
    return Report(script.name, script.item, STOPPED, (told,))


def _ended(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        with suppress(OSError):
            child.stdin.close()
    try:
        child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _listen(pipe: IO[bytes], said: queue.Queue[bytes]) -> None:
    with pipe:
        for line in pipe:
            said.put(line)
    said.put(b"")


def _write(child: subprocess.Popen[bytes], line: bytes) -> None:
    if child.stdin is None:
        raise AssertionError("a pipe was asked for")
    child.stdin.write(line + b"\n")
    child.stdin.flush()


# The child --------------------------------------------------------------------------------------------------------


def main() -> int:
    """Rehearse what comes in by standard input, line by line, until it ends."""
    die_with(int(sys.argv[1]))
    os.nice(_NICE)
    # What a library prints must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    with Workshop(Path(sys.argv[2])) as workshop:
        for line in sys.stdin.buffer:
            _rehearse(workshop, json.loads(line), answers)
    return 0


def _rehearse(workshop: Workshop, wanted: Mapping[str, Any], answers: IO[str]) -> None:
    def tell(answer: Mapping[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    files = {(kind, name): base64.b64decode(content) for kind, name, content in wanted["files"]}
    report = rehearse(
        workshop, files, read_script(wanted["script"]),
        lambda step, steps, label: tell({"step": step, "steps": steps, "label": label}), Grounds(**wanted["grounds"]),
    )  # fmt: skip
    tell({"report": report_json(report)})


if __name__ == "__main__":
    sys.exit(main())
