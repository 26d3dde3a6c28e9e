"""What the tests need from the machine itself: a browser, fonts it can write Chinese with, and a C compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tools.speech import SetupFailed, attempt

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure_equipped() -> None:
    """Install Chromium, Chinese fonts and a compiler where they are missing and we may; else raise with the command."""
    missing = []
    if not has_chromium():
        missing.append("chromium")
    if not has_chinese_fonts():
        missing.append("fonts-noto-cjk")
    if not has_compiler():
        missing += ["gcc", "libc6-dev"]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        failure = apt_install(*missing)
        if failure is None:
            return
    else:
        failure = "这台机器还缺少测试所需的软件。"
    raise SetupFailed(
        f"{failure}\n请由系统管理员运行：apt-get install -y --no-install-recommends {' '.join(missing)}"
        "（其他系统请安装 Chromium、任一中文字体和 C 编译器；"
        "已有 Chromium 而不在 PATH 上时，请设置环境变量 CHROMIUM）。"
    )


def has_chromium() -> bool:
    """Tell whether the tests will find a browser (the same names as tests/support/browser.py)."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named).exists()
    return any(shutil.which(name) for name in CHROMIUM_NAMES)


def has_compiler() -> bool:
    """Tell whether the tests of the clock can compile their small library (the names of tests/support/clockshim)."""
    return any(shutil.which(name) for name in ("cc", "gcc"))


def has_chinese_fonts() -> bool:
    """Tell whether fontconfig knows a font with Chinese; without fontconfig there are no fonts at all."""
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh", "file"], check=False, capture_output=True, text=True)
    return bool(listed.stdout.strip())


def apt_install(*packages: str) -> str | None:
    """Install Debian packages as root; return None, or what apt-get said when it failed."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    root = Path("/")
    failure = attempt("更新软件源目录（apt-get update）", ["apt-get", "update", "-q"], cwd=root, env=env)
    if failure is not None:
        return failure
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    return attempt(f"安装 {'、'.join(packages)}（apt-get）", command, cwd=root, env=env)
