"""Where things lie in a checkout, and the environment that programs started by ./run get."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.stamps import Stamps


@dataclass(frozen=True)
class Place:
    """One checkout of the project."""

    root: Path

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The virtual environment's interpreter."""
        return self.venv / "bin" / "python"

    @property
    def stamps(self) -> Stamps:
        """What has been set up."""
        return Stamps(self.venv / ".stamps")

    @property
    def lock(self) -> Path:
        """The lock of a running set-up; outside .venv, which a set-up may make anew."""
        return self.root / "var" / "setup.lock"

    @property
    def dist(self) -> Path:
        """The built browser files."""
        return self.root / "web" / "static" / "dist"


@dataclass(frozen=True)
class Apart(Place):
    """The same checkout with a virtual environment of its own beside .venv, for a program that shares nothing with us.

    ``name`` is the environment's; what is installed there is never importable by the product or by its tests.
    """

    name: str

    @property
    def venv(self) -> Path:
        """The virtual environment of that program."""
        return self.root / "var" / "apart" / self.name


def environment() -> dict[str, str]:
    """Return the environment for pip, npm and their like: they need a home folder they can write to.

    A service account often has none (HOME empty, or a folder that is not there); then they get one in the
    machine's temporary folder, that only this account may enter.
    """
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "NO_UPDATE_NOTIFIER": "1"}
    # Another environment that happens to be active, or a user's own packages, must not shine through.
    for name in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER"):
        env.pop(name, None)
    home = env.get("HOME", "")
    if not (home and os.access(home, os.W_OK | os.X_OK)):
        substitute = Path(tempfile.gettempdir()) / f"yichuang-home-{os.getuid()}"
        substitute.mkdir(mode=0o700, exist_ok=True)
        if substitute.stat().st_uid == os.getuid():
            env["HOME"] = str(substitute)
    return env
