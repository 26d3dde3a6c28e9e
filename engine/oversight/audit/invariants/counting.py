"""I7: what is kept beside the rows, to be quick, equals what the rows say: numbers, lists, the index, what is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy.engine import Connection

from engine.casework.cases.finding.queries import found_otherwise
from engine.casework.cases.listing.queries import listed_otherwise
from engine.casework.cases.queries import case_numbers, last_numbers
from engine.casework.issuance.sms.handlers import TOPIC as MESSAGE_TOPIC
from engine.casework.issuance.sms.queries import queued_messages
from engine.foundation.outbox.queries import unfinished
from engine.process.documents.issuing import RENDER_TOPIC
from engine.process.documents.queries import all_numbers, last_document_numbers, unrendered_documents
from engine.process.documents.rules import number_text
from engine.process.tasks.queries import drafts_of_closed_tasks

HOUSE = "house"
"""Named as the root of a finding that belongs to no single one."""

_CASE_SERIES = 31
"""The length of an implement code, with which a case number begins; other series are words of other rooms."""


Fault = tuple[str, str, str]
"""The rule that does not hold, the root, and what is wrong in words."""


def counting_faults(connection: Connection, root_prefix: str) -> Iterator[Fault]:
    """Yield rule, root and sentence for everything kept twice that is not the same twice.

    With a ``root_prefix`` only what belongs to such roots is looked at, not the counters of the whole house.
    """
    if not root_prefix:
        yield from _case_counters(connection)
        yield from _document_counters(connection)
    for one in (*_kept_twice(connection), *_owed(connection)):
        if one[1].startswith(root_prefix):
            yield one


def _kept_twice(connection: Connection) -> Iterator[Fault]:
    for root in listed_otherwise(connection):
        yield "I7.list", root, "办件列表中的一行与办件不符"
    for root in found_otherwise(connection):
        yield "I7.index", root, "查找索引与办件不符"
    for root in drafts_of_closed_tasks(connection):
        yield "I7.draft", root, "已办结的任务仍留有草稿"


def _case_counters(connection: Connection) -> Iterator[Fault]:
    """Case numbers of an item and a day run from 1 without a gap, and the counter stands at the last."""
    taken: dict[str, set[int]] = defaultdict(set)
    for number in case_numbers(connection):
        taken[number[:-4]].add(int(number[-4:]))
    counted = {f"{code}{day:%Y%m%d}": last for (code, day), last in last_numbers(connection).items()}
    for series in sorted(taken.keys() | {one for one in counted if len(one) == _CASE_SERIES + 8}):
        if (fault := _uneven(taken[series], counted.get(series, 0))) is not None:
            yield "I7.cases", HOUSE, f"办件编号 {series}：{fault}"


def _document_counters(connection: Connection) -> Iterator[Fault]:
    """The numbers of a series and a year run from 1 without a gap: a void document keeps its own."""
    numbers = set(all_numbers(connection))
    for (series, year), last in sorted(last_document_numbers(connection).items()):
        wanted = {number_text(series, year, one) for one in range(1, last + 1)}
        if not wanted <= numbers:
            yield "I7.numbers", HOUSE, f"文书编号 {series}（{year}）：{min(wanted - numbers)} 不存在"
        numbers -= wanted
    if numbers:
        yield "I7.unknown_number", HOUSE, f"文书编号 {min(numbers)} 没有登记"


def _uneven(taken: Iterable[int], last: int) -> str | None:
    numbers = sorted(taken)
    if numbers == list(range(1, last + 1)):
        return None
    return f"登记到 {last}，实有 {len(numbers)} 个、最大 {numbers[-1] if numbers else 0}"


def _owed(connection: Connection) -> Iterator[Fault]:
    """What is to be done after a commit lies in the outbox until it is done."""
    waiting = {one.payload.get("document") for one in unfinished(connection, RENDER_TOPIC)}
    for root_id, id, number in unrendered_documents(connection):
        if id not in waiting:
            yield "I7.rendering", root_id, f"文书 {number} 没有生成文件，也没有待办"
    sending = {one.payload.get("message") for one in unfinished(connection, MESSAGE_TOPIC)}
    for root_id, id in queued_messages(connection):
        if id not in sending:
            yield "I7.message", root_id, f"短信 {id} 没有发出，也没有待办"
