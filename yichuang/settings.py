"""Settings: read once, from the command line and the data folder; frozen ever after."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum, auto
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from engine.foundation.errors import Invalid, NotFound, Unavailable, why
from engine.foundation.journal.sealing.algorithms import ALGORITHMS, USUAL
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.store.database import known_url

DEFAULT_DATA = Path("data")


SETTINGS_FILE = "settings.json"
TEXTS = (
    "public_url", "complaint_phone", "courier_url", "courier_secret", "courier_name", "messenger_url",
    "messenger_secret", "scanner", "seal_key", "seal_algorithm", "checkpoints",
)  # fmt: skip
NUMBERS = ("courier_poll_seconds", "trusted_proxy_count", "database_connections")
_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(TEXTS, ((str, int), "文字")),
    **dict.fromkeys(NUMBERS, ((int,), "整数")),
    "production": ((bool,), " true 或 false"),
}
"""What a value in the settings file may be."""

SECRET_LENGTH = 32
"""So many characters at least has a secret shared with a peer."""


class BorderUnsafe(Invalid):
    """settings.json 中 {peer}_url 没有配套的 {peer}_secret，或者密钥短于 {length} 个字符。请补齐后再启动。"""

    code = "BORDER_UNSAFE"


class AddressesUnreadable(Invalid):
    """settings.json 中的 {name} 应为地址列表，如 ["10.1.0.5", "10.2.0.0/16"]；“{text}”不是地址。请改正后再启动。"""

    code = "ADDRESSES_UNREADABLE"


class SettingsUnreadable(Invalid):
    """{file} 不能使用：{reason}。请改正后再试；写法见 ./run yichuang serve --help。"""

    code = "SETTINGS_UNREADABLE"


class DataMissing(NotFound):
    """{place} 中没有一窗通的数据。请核对 --data 和 --database；新装的请先启动服务（./run serve）或建立账号。"""

    code = "DATA_MISSING"


class DataUnusable(Unavailable):
    """数据目录 {place} 不能使用：{reason}。请核对 --data，或把该目录的权限交给运行本程序的用户。"""

    code = "DATA_UNUSABLE"


@dataclass(frozen=True)
class Settings:
    """Where everything is, and in which mode the house runs."""

    data: Path
    database_url: str
    production: bool
    public_url: str
    complaint_phone: str
    courier_url: str = ""
    """Where orders to the courier go; empty when none is connected."""
    courier_secret: str = ""
    courier_name: str = "物流机构"
    courier_poll_seconds: int = 900
    messenger_url: str = ""
    messenger_secret: str = ""
    scanner: str = ""
    """Where clamd listens (``host:port`` or the path of its socket); empty when files are not scanned."""
    trusted_proxy: tuple[str, ...] = ()
    """Addresses or networks of the proxies whose word about the caller counts; of all others it is dropped."""
    trusted_proxy_count: int = 1
    """How many such proxies stand in a row before the house."""
    metrics_from: tuple[str, ...] = ()
    """Addresses or networks that may read the figures, besides the loopback."""
    database_connections: int = 0
    """How many connections to PostgreSQL this host may hold; 0: all that the server has to give."""
    log: str = "text"
    """How log lines are written: ``json`` for machines, ``text`` for people."""
    pool: int = 72
    """How many connections this process may hold; chosen at the start on PostgreSQL."""
    seal_key: str = ""
    """The file of the key that signs the log's checkpoints; empty: in the data folder."""
    seal_algorithm: str = USUAL
    """By which a new key of that kind signs: ``ed25519``, or ``sm2`` with SM3."""
    checkpoints: str = ""
    """The folder in which they are kept apart from the database; empty: in the data folder."""

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file: then one process does everything."""
        return self.database_url.startswith("sqlite")

    @property
    def file(self) -> Path:
        """The settings file of the data folder, whether it is there or not."""
        return self.data / SETTINGS_FILE

    @property
    def blobs(self) -> Path:
        """The folder of stored files."""
        return self.data / "files"

    @property
    def keys(self) -> Path:
        """The key file; back it up apart from the database."""
        return self.data / "keys.json"

    @property
    def outside(self) -> Outside:
        """What is kept of the log apart from the database."""
        key = Path(self.seal_key) if self.seal_key else self.data / "seal-key.json"
        folder = Path(self.checkpoints) if self.checkpoints else self.data / "checkpoints"
        return Outside(key, folder, self.seal_algorithm)


def packed(settings: Settings) -> dict[str, Any]:
    """Return the settings as JSON values, for a process that this one starts."""
    return {**asdict(settings), "data": str(settings.data)}


def unpacked(values: Mapping[str, Any]) -> Settings:
    """Return the settings that :func:`packed` gave."""
    lists = {name: tuple(values[name]) for name in ("trusted_proxy", "metrics_from")}
    return Settings(**{**values, **lists, "data": Path(values["data"])})


def _borders(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the borders; an address without its secret is refused."""
    borders: dict[str, Any] = {}
    for peer in ("courier", "messenger"):
        url, secret = (str(chosen.get(f"{peer}_{part}", "")) for part in ("url", "secret"))
        if url and len(secret) < SECRET_LENGTH:
            raise BorderUnsafe(peer=peer, length=SECRET_LENGTH)
        borders |= {f"{peer}_url": url, f"{peer}_secret": secret}
    if "courier_name" in chosen:
        borders["courier_name"] = str(chosen["courier_name"])
    if "courier_poll_seconds" in chosen:
        borders["courier_poll_seconds"] = max(10, int(chosen["courier_poll_seconds"]))
    return borders


def _addresses(chosen: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return a list of addresses and networks; raise :class:`AddressesUnreadable`."""
    given = chosen.get(name, [])
    for text in given if isinstance(given, list) else [given]:
        try:
            ip_network(text, strict=False)
        except (ValueError, TypeError) as error:
            raise AddressesUnreadable(name=name, text=text) from error
    if not isinstance(given, list):
        return (str(given),)
    return tuple(map(str, given))


def _hosting(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of whoever runs the house."""
    return {
        "trusted_proxy": _addresses(chosen, "trusted_proxy"),
        "trusted_proxy_count": max(1, int(chosen.get("trusted_proxy_count", 1))),
        "metrics_from": _addresses(chosen, "metrics_from"),
        "database_connections": max(0, int(chosen.get("database_connections", 0))),
    }


class Missing(Enum):
    """What becomes of a data folder that is not there."""

    MAKE = auto()
    REFUSE = auto()
    LEAVE = auto()
    """Whoever asks makes it later, when nothing stands in the way any more."""


def _look_at(folder: Path, missing: Missing) -> None:
    """Make the folder, or refuse one that is not there or cannot be used."""
    if missing is Missing.MAKE:
        make_folder(folder)
    if not folder.exists():
        if missing is Missing.REFUSE:
            raise DataMissing(place=folder)
        return
    if not folder.is_dir():
        raise DataUnusable(place=folder, reason="它不是目录")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise DataUnusable(place=folder, reason="没有读写权限")


def _place(chosen: Mapping[str, Any], name: str, folder: Path) -> str:
    """Return a path of the settings file; one that does not begin at the root lies in the data folder."""
    given = str(chosen.get(name, "")).strip()
    return str(folder / given) if given else ""


def _chosen(file: Path) -> dict[str, Any]:
    """Return what the settings file says; raise :class:`SettingsUnreadable` naming what is wrong with it."""
    try:
        chosen = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsUnreadable(file=file, reason=why(error)) from error
    except ValueError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 列" if isinstance(error, json.JSONDecodeError) else "编码"
        raise SettingsUnreadable(file=file, reason=f"不是 JSON（{place}）") from error
    if not isinstance(chosen, dict):
        raise SettingsUnreadable(file=file, reason='应为 {"名称": 值} 的形式')
    for name, value in chosen.items():
        wanted = _KINDS.get(name)
        if wanted is not None and type(value) not in wanted[0]:
            raise SettingsUnreadable(file=file, reason=f"{name} 应为{wanted[1]}")
    if chosen.get("seal_algorithm", USUAL) not in ALGORITHMS:
        raise SettingsUnreadable(file=file, reason=f"seal_algorithm 应为 {' 或 '.join(ALGORITHMS)}")
    return chosen


def make_folder(folder: Path) -> None:
    """Make the data folder; raise :class:`DataUnusable`."""
    try:
        # Whoever else is on the host has no business in it: keys, files, and the database lie there.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataUnusable(place=folder, reason=why(error)) from error


def read_settings(
    data: Path | None, database: str | None, *, production: bool = False, missing: Missing = Missing.MAKE
) -> Settings:
    """Return the settings of the data folder ``data``; ``database`` is an URL, SQLite in the folder by default.

    ``settings.json`` in the folder may set public_url, complaint_phone, and the borders: courier_url, courier_secret,
    courier_name, courier_poll_seconds, messenger_url, messenger_secret, scanner; and how the house is run:

    - ``production``: true as ``serve --production``, for every verb;
    - ``trusted_proxy``: addresses or networks of the proxies before the house, ``trusted_proxy_count``: how many stand
      in a row.  X-Forwarded-For, -Proto, -Host and X-Request-Id count only from these; of everybody else they are
      dropped;
    - ``metrics_from``: addresses that may read /metrics besides the loopback;
    - ``database_connections``: how many connections to PostgreSQL this host may hold;
    - ``seal_key``: the file of the key that signs checkpoints, ``seal_algorithm``: by which a new one signs (ed25519 or
      sm2), ``checkpoints``: the folder that keeps them, best on
      other storage than the database.

    ``missing`` says what becomes of a folder that is not there.  Raises :class:`DataMissing`, DatabaseUnknown,
    :class:`DataUnusable`, :class:`SettingsUnreadable`, :class:`BorderUnsafe` and :class:`AddressesUnreadable`; what
    real work needs is asked when it is served (yichuang.readiness).
    """
    folder = (data or DEFAULT_DATA).absolute()
    if database is not None:
        known_url(database)
    _look_at(folder, missing)
    chosen = _chosen(folder / SETTINGS_FILE)
    production = production or chosen.get("production") is True
    return Settings(
        data=folder,
        database_url=database or f"sqlite:///{folder / 'yichuang.db'}",
        production=production,
        public_url=str(chosen.get("public_url", "http://127.0.0.1:8000")).rstrip("/"),
        complaint_phone=str(chosen.get("complaint_phone", "12345")),
        **_borders(chosen),
        scanner=str(chosen.get("scanner", "")).strip(),
        seal_key=_place(chosen, "seal_key", folder),
        seal_algorithm=str(chosen.get("seal_algorithm", USUAL)),
        checkpoints=_place(chosen, "checkpoints", folder),
        **_hosting(chosen),
    )
