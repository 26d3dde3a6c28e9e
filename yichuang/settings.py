"""Settings: read once, from the command line and the data folder; frozen ever after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from engine.foundation.errors import Invalid

DEFAULT_DATA = Path("data")


class ProductionNeeds(Invalid):
    """正式运行还缺少：{missing}。请补齐后再以 --production 启动。"""

    code = "PRODUCTION_NEEDS"


@dataclass(frozen=True)
class Settings:
    """Where everything is, and in which mode the house runs."""

    data: Path
    database_url: str
    production: bool
    public_url: str
    complaint_phone: str

    @property
    def blobs(self) -> Path:
        """The folder of stored files."""
        return self.data / "files"

    @property
    def keys(self) -> Path:
        """The key file; back it up apart from the database."""
        return self.data / "keys.json"


def read_settings(data: Path | None, database: str | None, *, production: bool = False) -> Settings:
    """Return the settings of the data folder ``data``; ``database`` is an URL, SQLite in the folder by default.

    ``settings.json`` in the folder may set public_url and complaint_phone.
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
    )
