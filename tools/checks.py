"""./run lint and ./run test: every check runs, even when an earlier one failed; the exit code tells all of them."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence

from tools.place import Place
from tools.speech import say

# Flags of pytest that want one process: a debugger, a listing, or the caller's own choice of workers.
SINGLE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co", "--dist", "-s", "-h", "--help")


def lint(place: Place, *, fix: bool = False) -> int:
    """Run ruff, mypy and import-linter; with ``fix``, let ruff mend what it safely can.  Return 0 when all is well."""
    ruff = ["ruff", "check", "--quiet", *(["--fix"] if fix else [])]
    commands = [ruff, ["mypy", "--no-error-summary"], ["lint-imports", "--no-logo"]]
    return _all_pass(place, commands)


def test(place: Place, arguments: Sequence[str]) -> int:
    """Run the linters and then pytest with ``arguments``; return 0 when all is well."""
    linted = lint(place)
    tested = _all_pass(place, [["pytest", *_workers(arguments), *arguments]])
    return linted or tested


def _workers(arguments: Sequence[str]) -> list[str]:
    """Return the flags that spread the tests over the cores, unless the caller's own flags forbid it."""
    if any(one in SINGLE_PROCESS or one.startswith(("-n", "--numprocesses=")) for one in arguments):
        return []
    # One file stays on one worker, for its server and browser are started once per file; more workers than two made
    # the browser tests wait for each other instead of getting quicker.
    return ["-n", str(min(2, os.cpu_count() or 1)), "--dist", "loadfile"]


def _all_pass(place: Place, commands: Sequence[Sequence[str]]) -> int:
    worst = 0
    for command in commands:
        begin = time.monotonic()
        program = place.python.parent / command[0]
        code = subprocess.run([program, *command[1:]], check=False, cwd=place.root).returncode
        say(f"{command[0]}：{'通过' if code == 0 else f'没有通过（{code}）'}，{time.monotonic() - begin:.1f} 秒")
        worst = worst or code
    return worst
