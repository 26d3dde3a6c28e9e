"""The Python side of a set-up: the virtual environment, the locked packages, the project itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.place import Apart, Place, environment
from tools.speech import Command, SetupFailed, attempt, require, say
from tools.stamps import digest

UNFINISHED = "unfinished"
HOME = "home"
# The machine's Python that runs this; found at once, for it may have been started by its link in a .venv that goes.
BASE_PYTHON = Path(sys.executable).resolve()
NETWORK_HELP = "请检查网络，或设置 PIP_INDEX_URL 指向本单位的软件源后再运行一次；已完成的部分不会重做。"


def install(place: Place, lock_name: str) -> None:
    """Bring .venv to the packages of the lock file ``lock_name``, each checked by its hash.

    requirements-test.lock holds all of requirements.lock and the tools of the tests; so a folder set up for tests is
    set up for serving too, unless the serving lock has changed since.  An environment apart gets the packages of its
    lock and not the project.
    """
    wanted = _digest(place, lock_name)
    if _is_ready(place, lock_name, wanted):
        return
    place.stamps.forget("python", "python-test")
    _make_room(place)
    place.stamps.done(UNFINISHED, wanted)
    try:
        _ensure_venv(place)
        _install_lock(place, lock_name)
        if not isinstance(place, Apart):
            _install_project(place)
    except SetupFailed:
        # The installer itself ended in order: what it had installed is whole, and the next run goes on from there.
        place.stamps.forget(UNFINISHED)
        raise
    place.stamps.done(HOME, str(place.root))
    place.stamps.done(_step(lock_name), wanted)
    place.stamps.forget(UNFINISHED)
    if lock_name == "requirements-test.lock":
        place.stamps.done("python", _digest(place, "requirements.lock"))


def install_extra(place: Place, lock_name: str) -> None:
    """Add the packages of the lock file ``lock_name`` to .venv, which is set up already."""
    _install_lock(place, lock_name)


def is_ready(place: Place, lock_name: str) -> bool:
    """Tell, in a few milliseconds, whether :func:`install` would do nothing."""
    return _is_ready(place, lock_name, _digest(place, lock_name))


def _is_ready(place: Place, lock_name: str, wanted: str) -> bool:
    return place.python.exists() and place.stamps.is_done(_step(lock_name), wanted)


def _step(lock_name: str) -> str:
    return "python-test" if lock_name == "requirements-test.lock" else "python"


def _digest(place: Place, lock_name: str) -> str:
    # The editable install records the folder; so a folder that was moved or copied is set up again.
    return digest([place.root / lock_name, place.root / "pyproject.toml"], str(place.root))


def _make_room(place: Place) -> None:
    """Remove a .venv that was left half made, was moved, or whose Python is gone: nothing in it can be trusted."""
    if not place.venv.exists():
        return
    if place.stamps.exists(UNFINISHED):
        reason = "上次准备环境时被中断"
    elif place.stamps.exists(HOME) and not place.stamps.is_done(HOME, str(place.root)):
        # The programs in .venv/bin name their Python by its full path.
        reason = "文件夹已移动"
    elif not _is_sound(place):
        reason = f"{place.venv.relative_to(place.root)} 已不可用"
    else:
        return
    say(f"{reason}，重新建立 {place.venv.relative_to(place.root)}。")
    shutil.rmtree(place.venv)


def _is_sound(place: Place) -> bool:
    return _runs(place.python, "import sys; raise SystemExit(sys.version_info < (3, 11))")


def _ensure_venv(place: Place) -> None:
    if _is_sound(place):
        return
    if _uv() is not None:
        _make_venv(place, "--without-pip")
        return
    if not _runs(BASE_PYTHON, "import ensurepip, venv"):
        _install_venv_module()
    _make_venv(place)


def _make_venv(place: Place, *options: str) -> None:
    command: Command = [BASE_PYTHON, "-I", "-m", "venv", *options, place.venv]
    title = f"建立 Python 环境 {place.venv.relative_to(place.root)}"
    require(title, command, _venv_help(), cwd=place.root, env=environment())


def _venv_help() -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"Debian、Ubuntu 上请运行：apt-get install python{version}-venv，然后再运行一次。"


def _install_venv_module() -> None:
    """Install Debian's separate venv package when we may; else say which command does it."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetupFailed(f"这台机器的 Python 缺少 venv 模块。{_venv_help()}")
    from tools.machine import apt_install

    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    failure = apt_install(package)
    if failure is not None and apt_install("python3-venv") is not None:
        raise SetupFailed(f"{failure}\n{_venv_help()}")


def _install_lock(place: Place, lock_name: str) -> None:
    options = ["--require-hashes", "-r", lock_name]
    env = environment()
    uv = _uv()
    if uv is not None:
        command: Command = [uv, "pip", "install", "--quiet", "--python", place.python, *options]
        failure = attempt(f"安装 {lock_name} 中的依赖（uv）", command, cwd=place.root, env=env)
        if failure is None:
            return
        say(f"{failure}\nuv 没有装成，改用 pip。")
    command = [*_pip(place), "install", "--quiet", *options]
    require(f"安装 {lock_name} 中的依赖", command, NETWORK_HELP, cwd=place.root, env=env)


def _install_project(place: Place) -> None:
    options = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", "."]
    uv = _uv()
    command: Command = [*_pip(place), *options] if uv is None else [uv, "pip", *options, "--python", place.python]
    require("登记本项目", command, NETWORK_HELP, cwd=place.root, env=environment())


def _pip(place: Place) -> Command:
    """Return the command of .venv's pip; bring pip in first when uv made the environment without it."""
    if not _runs(place.python, "import pip"):
        command: Command = [place.python, "-I", "-m", "ensurepip"]
        require("准备 pip", command, _venv_help(), cwd=place.root, env=environment())
    return [place.python, "-I", "-m", "pip"]


def _uv() -> str | None:
    return shutil.which("uv")


def _runs(python: Path, program: str) -> bool:
    try:
        done = subprocess.run([python, "-I", "-c", program], check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0
