"""``serve`` and ``work``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from yichuang.cli.common import Verbs
from yichuang.cli.parsing import whole
from yichuang.settings import Settings, read_settings

_SERVE = """\
启动服务。显示 ready http://主机:端口/ 即可使用；SIGTERM 使它在数秒内办完手头的请求后结束，退出码为 0。

SQLite（默认）：一个进程包办网页、时限扫描和后台工作。
PostgreSQL（--database postgresql://用户:口令@主机/库）：一个父进程看护若干网页进程和一个后台进程，
哪一个异常结束都会重新启动；父进程消失时子进程随之结束。各进程的连接数按数据库的 max_connections 分配，
不够时启动即说明；多台主机共用一个数据库时，用 settings.json 的 database_connections 限定本机可用的连接数。

数据目录中的 settings.json 可写：public_url（必需于正式运行）、production、trusted_proxy（前置代理的地址
列表，只有它们的 X-Forwarded-For/-Proto/-Host 和 X-Request-Id 才算数）、trusted_proxy_count（前后几层代理，
默认 1）、metrics_from（除本机外可读取 /metrics 的地址列表）、database_connections。

日志每行带时间（UTC）、请求编号、账号、办件、操作和提交编号，不含个人信息、口令和链接中的令牌；请求编号也在
响应头 X-Request-Id 和出错页面上，办理人员报出编号即可查到日志。
"""
_WORK = """\
只运行后台：时限扫描、文书渲染、消息与物流。用于另设后台主机，须用 PostgreSQL；网页主机以
serve --no-work 启动。可以同时在多台主机上运行，同一时限只会送达一次。
"""


def add_verbs(verbs: Verbs) -> None:
    """Add ``serve`` and ``work``."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = verbs.add_parser("serve", help="启动服务", description=_SERVE, formatter_class=raw)
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    parser.add_argument("--port", type=whole(0, 65535), default=8000, help="端口，默认 8000；0 为任一空闲端口")
    _add_common(parser)
    parser.add_argument(
        "--web-processes", type=whole(1, 64), default=None, metavar="N", help="网页进程数，默认 2；仅用于 PostgreSQL"
    )
    parser.add_argument(
        "--no-work", action="store_true", help="本机不运行后台，由别的主机的 work 承担；仅用于 PostgreSQL"
    )
    parser.set_defaults(run=run)
    worker = verbs.add_parser("work", help="只运行后台（PostgreSQL）", description=_WORK, formatter_class=raw)
    _add_common(worker)
    worker.set_defaults(run=run_work)


def _add_common(parser: argparse.ArgumentParser) -> None:
    # Repeated here so that both `--data X serve` and `serve --data X` are understood.
    parser.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="数据目录")
    parser.add_argument("--database", default=argparse.SUPPRESS, metavar="URL", help="数据库地址")
    parser.add_argument("--production", action="store_true", help="正式运行：不建演示账号，拒绝不安全的设置")
    parser.add_argument(
        "--log", choices=("json", "text"), default=None,
        help="日志写到标准错误的格式：json 每行一个对象，text 供人阅读；正式运行默认 json，演示默认 text",
    )  # fmt: skip


def _settings(chosen: argparse.Namespace) -> Settings:
    settings = read_settings(chosen.data, chosen.database, production=chosen.production)
    return replace(settings, log=chosen.log or ("json" if settings.production else "text"))


def run(chosen: argparse.Namespace) -> int:
    """Serve until stopped."""
    from yichuang.serve import Serving, serve  # the web floor is not needed by any other verb

    serving = Serving(chosen.host, chosen.port, web_processes=chosen.web_processes, work=not chosen.no_work)
    serve(_settings(chosen), serving)
    return 0


def run_work(chosen: argparse.Namespace) -> int:
    """Work until stopped."""
    from yichuang.serve import work

    work(_settings(chosen))
    return 0
