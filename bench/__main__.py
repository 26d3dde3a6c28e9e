"""python -m bench NAME [--quick] [--json]: measure one thing and print the figures."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from typing import Any

import bench


def names() -> list[str]:
    """Return the names of all benches: the modules of this package that do not start with an underscore."""
    return sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))


def title(name: str) -> str:
    """Return what the bench ``name`` measures: the first line of its docstring."""
    return (importlib.import_module(f"bench.{name}").__doc__ or "").strip().splitlines()[0]


def measure(name: str, *, quick: bool) -> dict[str, Any]:
    """Run the bench ``name`` and return its figures together with what is needed to judge them."""
    figures: dict[str, Any] = importlib.import_module(f"bench.{name}").run(quick=quick)
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        "system": platform.system(),
    }
    return {"bench": name, "title": title(name), "quick": quick, "machine": machine, "figures": figures}


def main(arguments: list[str]) -> int:
    """Carry out the command line ``arguments`` and return the exit code."""
    parser = argparse.ArgumentParser(prog="./run bench", description="性能测量")
    parser.add_argument("name", nargs="?", choices=names(), metavar="名称", help="、".join(names()))
    parser.add_argument("--quick", action="store_true", help="只做少量，检查能否运行")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.add_argument("--list", action="store_true", help="列出全部名称")
    chosen = parser.parse_args(arguments)
    if chosen.list:
        for name in names():
            print(f"{name:16} {title(name)}")
        return 0
    if chosen.name is None:
        parser.error(f"请给出名称：{'、'.join(names())}")
    result = measure(chosen.name, quick=chosen.quick)
    if chosen.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(result["title"])
        for figure, value in result["figures"].items():
            print(f"  {figure:32} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
