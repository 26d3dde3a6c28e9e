"""Settings: read once, from the command line and the data folder; frozen ever after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.foundation.errors import Invalid

DEFAULT_DATA = Path("data")


class ProductionNeeds(Invalid):
    """正式运行还缺少：{missing}。请补齐后再以 --production 启动。"""

    code = "PRODUCTION_NEEDS"


SECRET_LENGTH = 32
"""So many characters at least has a secret shared with a peer."""


class BorderUnsafe(Invalid):
    """settings.json 中 {peer}_url 没有配套的 {peer}_secret，或者密钥短于 {length} 个字符。请补齐后再启动。"""

    code = "BORDER_UNSAFE"


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

    @property
    def blobs(self) -> Path:
        """The folder of stored files."""
        return self.data / "files"

    @property
    def keys(self) -> Path:
        """The key file; back it up apart from the database."""
        return self.data / "keys.json"


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


def read_settings(data: Path | None, database: str | None, *, production: bool = False) -> Settings:
    """Return the settings of the data folder ``data``; ``database`` is an URL, SQLite in the folder by default.

    ``settings.json`` in the folder may set public_url, complaint_phone, and the borders: courier_url, courier_secret,
    courier_name, courier_poll_seconds, messenger_url, messenger_secret, scanner.
    """
    folder = (data or DEFAULT_DATA).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "settings.json"
    chosen = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if production and "public_url" not in chosen:
        raise ProductionNeeds(missing="settings.json 中的 public_url（申请对象扫描二维码时打开的网址）")
    return Settings(
        data=folder,
        database_url=database or f"sqlite:///{folder / 'yichuang.db'}",
        production=production,
        public_url=str(chosen.get("public_url", "http://127.0.0.1:8000")).rstrip("/"),
        complaint_phone=str(chosen.get("complaint_phone", "12345")),
        **_borders(chosen),
        scanner=str(chosen.get("scanner", "")).strip(),
    )
