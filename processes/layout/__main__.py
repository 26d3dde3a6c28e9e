"""``python -m processes.layout [--keep] FILE…``: give BPMN files a fresh diagram in place."""

from __future__ import annotations

import sys
from pathlib import Path

from processes.bpmn_file import BpmnUnreadable
from processes.layout import LayoutRefused, lay_out

KEEP = "--keep"
"""The shapes stay in their columns and rows."""


def main(arguments: list[str]) -> int:
    """Lay out each file; return 1 if any was refused, 2 if none was named."""
    keep = arguments[:1] == [KEEP]
    names = arguments[1:] if keep else arguments
    if not names:
        sys.stderr.write(f"用法：python -m processes.layout [{KEEP}] 文件…\n")
        return 2
    refused = 0
    for name in names:
        path = Path(name)
        try:
            path.write_bytes(lay_out(path.read_bytes(), keep=keep))
        except (LayoutRefused, BpmnUnreadable) as fault:
            refused = 1
            sys.stderr.write(f"{name}：{fault.sentence}\n")
        except OSError as fault:
            refused = 1
            sys.stderr.write(f"{name}：无法读写（{fault.strerror}）\n")
    return refused


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
