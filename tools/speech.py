"""How ./run speaks: short Chinese lines on stderr, so that stdout belongs to the verb alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

Command = Sequence[str | Path]
CERTIFICATE_HELP = (
    "软件源的证书不受信任：请把环境变量 PIP_CERT 和 NODE_EXTRA_CA_CERTS 设为本单位根证书的文件，再运行一次。"
)
DISTRUSTED = "CERTIFICATE_VERIFY_FAILED"


class SetupFailed(Exception):
    """A step could not be done; the message is a sentence that tells the person what to do."""


def say(sentence: str) -> None:
    """Write one line for the person at the terminal."""
    print(f"[run] {sentence}", file=sys.stderr, flush=True)


def attempt(title: str, command: Command, *, cwd: Path, env: Mapping[str, str]) -> str | None:
    """Run ``command`` quietly; return None when it succeeded, else what it printed (its last 40 lines)."""
    say(f"{title} …")
    begin = time.monotonic()
    try:
        done = subprocess.run(
            [str(part) for part in command],
            check=False, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
    except OSError as error:
        return str(error)
    if done.returncode != 0:
        return "\n".join(done.stdout.splitlines()[-40:]) or f"exit code {done.returncode}"
    say(f"{title}：完成，{time.monotonic() - begin:.1f} 秒")
    return None


def require(title: str, command: Command, help_sentence: str, *, cwd: Path, env: Mapping[str, str]) -> None:
    """Run ``command`` and raise SetupFailed with its output and ``help_sentence`` when it fails.

    A certificate that is not trusted has one cure, so that alone is told.
    """
    failure = attempt(title, command, cwd=cwd, env=env)
    if failure is not None and DISTRUSTED in failure:
        raise SetupFailed(f"{title}没有成功（{DISTRUSTED}）。{CERTIFICATE_HELP}")
    if failure is not None:
        raise SetupFailed(f"{failure}\n{title}没有成功。{help_sentence}")
