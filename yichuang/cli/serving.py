"""``serve``."""

from __future__ import annotations

import argparse
from pathlib import Path

from yichuang.cli.common import Verbs
from yichuang.settings import read_settings


def add_verbs(verbs: Verbs) -> None:
    """Add ``serve``."""
    parser = verbs.add_parser("serve", help="启动服务")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000；0 为任一空闲端口")
    # Repeated here so that both `--data X serve` and `serve --data X` are understood.
    parser.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="数据目录")
    parser.add_argument("--database", default=argparse.SUPPRESS, metavar="URL", help="数据库地址")
    parser.add_argument("--production", action="store_true", help="正式运行：不建演示账号，拒绝不安全的设置")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Serve until stopped."""
    from yichuang.serve import serve  # the web floor is not needed by any other verb

    serve(read_settings(chosen.data, chosen.database, production=chosen.production), chosen.host, chosen.port)
    return 0
