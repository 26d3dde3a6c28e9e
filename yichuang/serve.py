"""Serving: one process over SQLite; over PostgreSQL a parent with several web processes and one work part."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from types import FrameType

import waitress.server

from engine.foundation.errors import Conflict, Invalid, Unavailable, why
from engine.foundation.logs import write_logs
from web.metrics import Figures
from yichuang.compose import compose
from yichuang.demo.peers import demo_peers
from yichuang.hosting.alone import alone
from yichuang.hosting.application import application
from yichuang.hosting.counting import environment, forget_process, fresh_folder
from yichuang.hosting.parent import Parent, PartFailed, answers, listen
from yichuang.hosting.part import do_work, start_part
from yichuang.hosting.pools import Pools, plan
from yichuang.hosting.work import WorkPart
from yichuang.house import open_house
from yichuang.readiness import refuse_unready, tell_first_steps
from yichuang.settings import Settings

THREADS = 64
CONNECTIONS = 1000
WEB_PROCESSES = 2


class PortTaken(Conflict):
    """不能在 {host}:{port} 上监听：{reason}。请换一个端口（--port），或先停止占用它的程序。"""

    code = "PORT_TAKEN"


class OneProcessOnly(Invalid):
    """SQLite 数据库由一个进程包办网页和后台，不能分开运行。请去掉 {option}，或改用 PostgreSQL（--database）。"""

    code = "ONE_PROCESS_ONLY"


class PartDidNotStart(Unavailable):
    """服务没有启动：{reason}。原因见上面的日志，请改正后再启动。"""

    code = "PART_DID_NOT_START"


@dataclass(frozen=True)
class Serving:
    """Where to listen and with how many processes."""

    host: str
    port: int
    web_processes: int | None = None
    """On PostgreSQL only; None is :data:`WEB_PROCESSES`."""
    work: bool = True
    """Whether this host does the work beside the pages, too."""


def serve(settings: Settings, serving: Serving) -> None:
    """Serve until SIGTERM or SIGINT; prints ``ready http://HOST:PORT/`` when it answers.

    The port 0 takes a free one.  Raises AlreadyServing over a SQLite folder that is in use,
    :class:`OneProcessOnly`, :class:`PortTaken`, :class:`PartDidNotStart`, and what opening the house refuses.
    """
    write_logs(settings.log)
    if settings.production:
        refuse_unready(settings)
    if not settings.is_sqlite:
        _serve_with_processes(settings, serving)
        return
    if not serving.work or serving.web_processes is not None:
        raise OneProcessOnly(option="--web-processes" if serving.work else "--no-work")
    with alone(settings.data), demo_peers(settings) as connected:
        _serve_alone(connected, serving)


def work(settings: Settings) -> None:
    """Do the work beside the pages until SIGTERM or SIGINT, for web processes on this host or another.

    Raises :class:`OneProcessOnly` over SQLite, and what opening the house refuses.
    """
    write_logs(settings.log)
    if settings.is_sqlite:
        raise OneProcessOnly(option="work")
    if settings.production:
        refuse_unready(settings)
    _stop_on_signal()
    pools = _prepared(settings, processes=0, work=True)
    do_work(settings, compose(replace(settings, pool=pools.work)), say="ready work")


# One process over SQLite -----------------------------------------------------------------------------------------


def _serve_alone(settings: Settings, serving: Serving) -> None:
    figures = Figures()
    door = open_house(settings, serving=True, watch=figures)
    tell_first_steps(door, settings)
    figures.watch_pool(door.database.in_use)
    try:
        server = waitress.server.create_server(
            application(door, settings, figures),
            host=serving.host,
            port=serving.port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            ident=None,
            # Whose word counts is decided in one place for every edition: web/proxies.py.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        raise PortTaken(host=serving.host, port=serving.port, reason=why(error)) from error
    part = WorkPart(door, production=settings.production)
    part.start()
    _stop_on_signal()
    print(f"ready http://{serving.host}:{server.effective_port}/", flush=True)
    _tell_more(settings)
    try:
        server.run()
    finally:
        server.close()
        part.stop()
        door.database.close()


def _tell_more(settings: Settings) -> None:
    """Say what is served and how to end it; programs that start the server read the line above only."""
    mode = "正式运行" if settings.production else "演示状态：演示账号的口令人人可见，不要用于正式办件"
    # Whoever started it may have closed the pipe when it had read what it wanted, or know no Chinese letters.
    with suppress(OSError, ValueError):
        print(f"{mode}。数据目录 {settings.data}。按 Ctrl+C 停止。", flush=True)


def _stop_on_signal() -> None:
    def stop(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            with suppress(OSError, ValueError, RuntimeError):
                print("已停止", flush=True)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


# Several processes over PostgreSQL -------------------------------------------------------------------------------


def _serve_with_processes(settings: Settings, serving: Serving) -> None:
    processes = serving.web_processes or WEB_PROCESSES
    _stop_on_signal()
    with demo_peers(settings) as connected:
        pools = _prepared(connected, processes=processes, work=serving.work)
        with _listening(serving) as opened:
            _keep_alive(connected, serving, opened, pools, processes)


def _prepared(settings: Settings, *, processes: int, work: bool) -> Pools:
    """Set up the house, and return how its processes share the database's connections."""
    door = open_house(settings, serving=True)
    try:
        tell_first_steps(door, settings)
        allowed = door.database.connections_allowed()
    finally:
        door.database.close()
    return plan(allowed, processes=processes, work=work, budget=settings.database_connections)


@contextmanager
def _listening(serving: Serving) -> Iterator[socket.socket]:
    try:
        opened = listen(serving.host, serving.port)
    except OSError as error:
        raise PortTaken(host=serving.host, port=serving.port, reason=why(error)) from error
    with opened:
        yield opened


def _keep_alive(settings: Settings, serving: Serving, opened: socket.socket, pools: Pools, processes: int) -> None:
    port = opened.getsockname()[1]
    folder = fresh_folder(settings.data, port)
    parent, env = Parent(lambda pid: forget_process(pid, folder)), environment(folder)

    def start_web() -> subprocess.Popen[bytes]:
        return start_part(
            replace(settings, pool=pools.web), env=env, keep=(opened.fileno(),), part="web",
            listening=opened.fileno(), processes=processes, threads=pools.threads,
        )  # fmt: skip

    def start_work() -> subprocess.Popen[bytes]:
        return start_part(replace(settings, pool=pools.work), env=env, part="work")

    try:
        if serving.work:
            parent.add("work", start_work)
        parent.add("web", start_web)
        if parent.wait_until(lambda: answers(serving.host, port)):
            host = f"[{serving.host}]" if ":" in serving.host else serving.host
            print(f"ready http://{host}:{port}/", flush=True)
            _tell_more(settings)
            parent.look_after_all()
    except PartFailed as error:
        raise PartDidNotStart(reason=error) from error
    finally:
        parent.end_all()
