"""``demo courier``: the demonstration's courier as a process of its own."""

from __future__ import annotations

import argparse
import os
import signal
from datetime import timedelta

from engine.foundation.errors import Invalid
from yichuang.cli.common import Verbs
from yichuang.cli.parsing import whole
from yichuang.demo.courier import DemoCourier
from yichuang.settings import SECRET_LENGTH

SECRET = "YICHUANG_COURIER_SECRET"  # noqa: S105 - the name of the variable, not its value


class SecretMissing(Invalid):
    """请在环境变量 {name} 中给出与 settings.json 的 courier_secret 相同的密钥（至少 {length} 个字符）。"""

    code = "SECRET_MISSING"


def add_verbs(verbs: Verbs) -> None:
    """Add ``demo``."""
    inner = verbs.add_parser("demo", help="演示用的外部系统").add_subparsers(required=True, metavar="WHAT")
    courier = inner.add_parser("courier", help="一家会接单、回传轨迹的演示物流机构")
    courier.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    courier.add_argument("--port", type=whole(0, 65535), default=8010, help="端口，默认 8010；0 为任一空闲端口")
    courier.add_argument("--pace", type=float, default=20.0, metavar="SECONDS", help="快件每一步的间隔秒数，默认 20")
    courier.set_defaults(run=run_courier)


def run_courier(chosen: argparse.Namespace) -> int:
    """Answer until stopped; the secret comes from the environment, never from the command line."""
    secret = os.environ.get(SECRET, "")
    if len(secret) < SECRET_LENGTH:
        raise SecretMissing(name=SECRET, length=SECRET_LENGTH)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # before any thread, so that all of them inherit it
    courier = DemoCourier(
        secret.encode(), host=chosen.host, port=chosen.port, pace=timedelta(seconds=max(0.1, chosen.pace))
    )
    courier.start()
    print(f"ready {courier.url}/", flush=True)
    if signal.sigwait(STOPPING) == signal.SIGINT:
        print("已停止", flush=True)
    courier.stop()
    return 0


STOPPING = {signal.SIGTERM, signal.SIGINT}
