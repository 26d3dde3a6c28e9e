"""The course of cases as a Parquet file, one event in a row, for DuckDB and its like; an optional extra of the house.

DuckDB is no dependency: it is imported when somebody asks for this format, and whoever lacks it is told how to get it.
"""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from engine.foundation.clock import utc_text
from engine.foundation.errors import Unavailable
from engine.oversight.audit.mining.events import events_of
from engine.oversight.audit.mining.records import Record

COLUMNS: Final[Mapping[str, str]] = {
    "case_no": "VARCHAR", "item": "VARCHAR", "item_name": "VARCHAR", "department": "VARCHAR", "line": "BIGINT",
    "process": "VARCHAR", "element": "VARCHAR", "kind": "VARCHAR", "name": "VARCHAR", "transition": "VARCHAR",
    "time": "TIMESTAMPTZ", "account": "VARCHAR", "on_behalf": "VARCHAR", "handled_by": "VARCHAR", "id": "VARCHAR",
}  # fmt: skip
"""``department`` handles the case, ``handled_by`` the step; ``time`` is an instant; what nobody did has an empty
``account``; ``id`` is the event's id in every other export."""


class AnalysisMissing(Unavailable):
    """没有安装分析扩展，不能写 Parquet。请运行 ./run setup analysis 安装后再导出，或者改用 --format csv。"""

    code = "ANALYSIS_MISSING"


def refuse_missing() -> None:
    """Raise :class:`AnalysisMissing` where the optional extra is not installed."""
    if importlib.util.find_spec("duckdb") is None:
        raise AnalysisMissing


def write_parquet(target: Path, cases: Iterable[Record], *, gateways: bool = False) -> int:
    """Write the events of some cases to ``target``; return how many there are.

    They pass through a file, so that no more than one case is in memory.  Raises :class:`AnalysisMissing`, OSError.
    """
    refuse_missing()
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        lines, count = Path(folder) / "events.jsonl", 0
        with lines.open("w", encoding="utf-8") as out:
            for row in _rows(cases, gateways=gateways):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        columns = ", ".join(f"{_text(name)}: {_text(type)}" for name, type in COLUMNS.items())
        source = f"read_json({_text(str(lines))}, format='newline_delimited', auto_detect=false, columns={{{columns}}})"
        kept = f"{_text(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        # Nothing is fetched from anywhere: what is needed is part of the library.
        with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as database:
            database.execute(f"COPY (FROM {source}) TO {kept}")
    return count


def _rows(cases: Iterable[Record], *, gateways: bool) -> Iterator[Mapping[str, str | int]]:
    for case in cases:
        for one in events_of(case, gateways=gateways):
            values = (
                case.case_no, case.item_code, case.item_name, case.department, one.seq, one.process, one.element,
                one.kind, one.name, one.transition, utc_text(one.at), one.account, one.on_behalf, one.department,
                one.id,
            )  # fmt: skip
            yield dict(zip(COLUMNS, values, strict=True))


def _text(value: str) -> str:
    """Return a text as SQL has it."""
    quoted = value.replace("'", "''")
    return f"'{quoted}'"
