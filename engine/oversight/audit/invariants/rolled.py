"""I7: the roll-ups are what the ended cases add to them, and each case adds what its lines say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy.engine import Connection

from engine.oversight.audit.rollups.keeping import queries
from engine.oversight.audit.rollups.keeping.rolling import share_now
from engine.oversight.audit.rollups.rules import Row, packed, rows_of, unpacked
from engine.process.bpmn.releases.bundles import Bundles

HOUSE = "house"

Told = tuple[str, str, str]


def rollup_faults(connection: Connection, bundles: Bundles, root_prefix: str) -> Iterator[Told]:
    """Yield rule, root and sentence for each case that is counted otherwise than its lines say, and each wrong sum.

    A case that has moved since it was counted is waited for; the sums are the house's, looked at without a prefix only.
    """
    head = queries.head(connection)
    if head is None:
        return
    for root_id, seq, share in list(queries.all_counted(connection, root_prefix)):
        ended = queries.ended_cases(connection, [root_id]).get(root_id)
        if ended is None or ended[1] != seq:
            continue
        now = share_now(connection, bundles, root_id, ended[0])
        if share != (b"" if now is None else packed(now)):
            yield "I7.counted", root_id, "办理统计中的这一件与其过程记录不符"
    for root_id in queries.uncounted(connection, head.position):
        if root_id.startswith(root_prefix):
            yield "I7.uncounted", root_id, "已经办结的这一件没有计入办理统计"
    if not root_prefix:
        for kind, item, month in sorted(_unlike(connection)):
            yield "I7.rollup", HOUSE, f"办理统计 {item} {month} 的合计（{kind}）与各件之和不符"


def _unlike(connection: Connection) -> set[tuple[str, str, str]]:
    count, spent = Counter[Row](), Counter[Row]()
    for _, _, share in queries.all_counted(connection, ""):
        for row, (more, longer) in rows_of(unpacked(share) if share else None):
            count[row] += more
            spent[row] += longer
    kept = dict(queries.sums(connection))
    rows = count.keys() | kept.keys()
    return {row[:3] for row in rows if kept.get(row) != (count[row], spent[row])}
