"""时限：无事时巡查与期限数目之比、到时触发与裸语句之比、日历变更后重算、一次推算与一次二分查找、两台主机与一台。

Each module of ``bench/_deadlines`` measures one of them side by side in one run; its name is the figure's.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from bench import _deadlines


def run(*, quick: bool) -> dict[str, Any]:
    """Return the figures of every part, by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(_deadlines.__path__) if module.name[0] != "_")
    return {name: importlib.import_module(f"bench._deadlines.{name}").measure(quick=quick) for name in names}
