"""A part in a process of its own: started by the parent, told by one line on standard input what it is.

Settings hold secrets (the database's password, the courier's key): they come by that line, so that no list of
processes shows them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from engine.door import Door
from engine.foundation.logs import write_logs
from yichuang.hosting.lifeline import die_with
from yichuang.settings import Settings, packed, unpacked


def start_part(
    settings: Settings, *, env: Mapping[str, str], keep: tuple[int, ...] = (), **told: Any
) -> subprocess.Popen[bytes]:
    """Start a part: ``told`` holds its name and what it needs to know; the open descriptors ``keep`` come along."""
    safe = ["-P"] if sys.flags.safe_path else []
    command = [sys.executable, *safe, "-m", "yichuang.hosting.part"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=keep, env=env)
    line = json.dumps({**told, "parent": os.getpid(), "settings": packed(settings)})
    if child.stdin is None:
        raise AssertionError("a pipe was asked for")
    with child.stdin as pipe:
        pipe.write(line.encode())
    return child


def main() -> int:
    """Be the part that standard input names."""
    told = json.loads(sys.stdin.buffer.read())
    die_with(told["parent"])
    settings = unpacked(told["settings"])
    write_logs(settings.log)
    (_web if told["part"] == "web" else _work)(settings, told)
    return 0


def _web(settings: Settings, told: Mapping[str, Any]) -> None:
    from yichuang.hosting.web import serve_pages  # only this part knows gunicorn

    serve_pages(settings, listening=told["listening"], processes=told["processes"], threads=told["threads"])


def _work(settings: Settings, _told: Mapping[str, Any]) -> None:
    from web.metrics import Figures  # whatever counts must be loaded after the environment is settled
    from yichuang.compose import compose  # the web part composes in its own processes

    do_work(settings, compose(settings, watch=Figures()))


def do_work(settings: Settings, door: Door, *, say: str = "") -> None:
    """Do the work part's work over ``door`` until SIGTERM or SIGINT; ``say`` is printed when it has begun."""
    from yichuang.hosting.work import WorkPart  # the web part's arbiter does without

    stopping = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)  # before any thread, so that all of them inherit it
    work = WorkPart(door, production=settings.production)
    work.start()
    if say:
        print(say, flush=True)
    if signal.sigwait(stopping) == signal.SIGINT and say:
        print("已停止", flush=True)
    work.stop()
    door.database.close()


if __name__ == "__main__":
    sys.exit(main())
