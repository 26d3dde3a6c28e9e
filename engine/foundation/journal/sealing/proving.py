"""The check of all chains against the log, and of the log against what was signed; read-only, in one pass each.

Every chain is recomputed and must pass through each digest that was sealed of it; every leaf, tile and root is made
anew; every checkpoint, in the database and apart from it, must be of this log and bear a signature one trusts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from engine.foundation.errors import why
from engine.foundation.journal.queries import Break
from engine.foundation.journal.rules import PREFIX
from engine.foundation.journal.sealing import queries
from engine.foundation.journal.sealing.merkle import (
    Frontier,
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    root_of,
)
from engine.foundation.journal.sealing.notes import CheckpointUnreadable, Note, PublicKey, read_note
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.journal.sealing.queries import Head
from engine.foundation.journal.sealing.tiles import BYTES, WIDE, TileBroken, Tiles
from engine.foundation.store.unit import GENESIS

CHAINS = 1000
"""So many chains are looked at together: what is known of them is held in memory."""
LOG = "log"
"""What a finding about the log itself is of."""


# The chains ------------------------------------------------------------------------------------------------------


class _Actor(msgspec.Struct, gc=False):
    account: str


class _Body(msgspec.Struct, gc=False):
    """What a line's text says that its columns repeat; the rest is read over, but must be JSON."""

    actor: _Actor
    at: str
    key: str
    prev: str
    root: str
    seq: int
    type: str


_READ = msgspec.json.Decoder(_Body)


@dataclass
class Tally:
    """What was looked at."""

    chains: int = 0
    lines: int = 0


@dataclass(frozen=True)
class _Known:
    """What the roots, the log and the queue say of some chains."""

    heads: Mapping[str, tuple[int, str]]
    sealed: Mapping[str, Mapping[int, str]]
    waiting: set[tuple[str, int]]


def broken_chains(connection: Connection, *, prefix: str = "", tally: Tally | None = None) -> Iterator[Break]:
    """Yield the first break of each chain that does not hold, of those whose root begins with ``prefix``.

    Finds an edited, deleted, swapped or inserted line, a cut tail, columns that do not repeat the envelope, a chain
    that was made to fit again although it had been sealed, and one whose head is neither sealed nor waits for it.
    """
    if not prefix:
        yield from (Break(root_id, seq, "记录还在，登记已经不见") for root_id, seq in queries.without_root(connection))
    counted = Tally() if tally is None else tally
    logged = queries.head_of_log(connection) is not None
    after = ""
    while roots := queries.roots_after(connection, after, prefix, CHAINS):
        first, after = roots[0][0], roots[-1][0]
        yield from _some_chains(connection, roots, first, after, counted, logged=logged)


def check_chain(connection: Connection, root_id: str) -> Break | None:
    """Return the first break of the chain of ``root_id``, or None when it holds."""
    logged = queries.head_of_log(connection) is not None
    roots = queries.root_itself(connection, root_id)
    return next(_some_chains(connection, roots, root_id, root_id, Tally(), logged=logged), None)


def _some_chains(
    connection: Connection, roots: Sequence[tuple[str, int, str]], first: str, last: str, tally: Tally, *, logged: bool
) -> Iterator[Break]:
    sealed: dict[str, dict[int, str]] = {}
    for root_id, seq, head in queries.leaves_between(connection, first, last):
        sealed.setdefault(root_id, {})[seq] = head
    waiting = queries.waiting_between(connection, first, last)
    known = _Known({id: (seq, head) for id, seq, head in roots}, sealed, waiting)
    seen = set()
    for root_id, lines in groupby(queries.lines_between(connection, first, last), key=itemgetter(0)):
        if root_id not in known.heads:
            continue
        seen.add(root_id)
        broken = _chain(root_id, lines, known, tally)
        if broken is not None:
            yield broken
        elif logged and (unsealed := _unsealed(root_id, known)):
            yield unsealed
    for root_id in known.heads.keys() - seen:
        if (gone := _chain(root_id, iter(()), known, tally)) is not None:
            yield gone


def _chain(root_id: str, lines: Iterator[Sequence[Any]], known: _Known, tally: Tally) -> Break | None:
    """Recompute one chain; whatever is left of its lines is read over."""
    tally.chains += 1
    head, count, broken = GENESIS, 0, None
    sealed = known.sealed.get(root_id, {})
    for row in lines:
        count += 1
        if broken is not None:
            continue
        told = "缺少这一条记录" if row[1] != count else _fault(row, head)
        if told is None and count in sealed and sealed[count] != row[7]:
            told = "与封存的摘要不符：封存以后，这一条或者更早的记录被改写"
        if told is not None:
            broken = Break(root_id, count, told)
        head = row[7]
    tally.lines += count
    return broken or _short(root_id, count, head, known)


def _short(root_id: str, count: int, head: str, known: _Known) -> Break | None:
    """Compare the end of a chain with its root and with what was sealed."""
    held_seq, held_head = known.heads[root_id]
    sealed = max(known.sealed.get(root_id, {}), default=0)
    if count < sealed:
        return Break(root_id, count + 1, f"链尾被截断：第 {sealed} 条已经封存，现在不在了")
    if count != held_seq:
        reason = "链尾被截断" if count < held_seq else "这一条及以后的记录没有登记"
        return Break(root_id, min(count, held_seq) + 1, reason)
    return None if head == held_head else Break(root_id, max(count, 1), "与登记的链头不符")


def _unsealed(root_id: str, known: _Known) -> Break | None:
    seq, _ = known.heads[root_id]
    if seq == max(known.sealed.get(root_id, {}), default=0) or (root_id, seq) in known.waiting:
        return None
    return Break(root_id, seq, "既没有封存，也不在待封存之列：待封存的登记被删除")


def _fault(row: Sequence[Any], previous: str) -> str | None:
    root_id, seq, type, at, account, key, text, hash = row
    if not isinstance(text, str):
        return "内容不是一条过程记录"
    raw = text.encode("utf-8", "surrogatepass")
    if hashlib.sha256(PREFIX + raw).hexdigest() != hash:
        return "内容与摘要不符"
    try:
        body = _READ.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return "内容不是一条过程记录"
    if body.prev != previous:
        return "与上一条记录不相接"
    same = body.root == root_id and body.seq == seq and body.type == type
    same = same and body.at == at and body.actor.account == account and body.key == key
    return None if same else "检索列与记录内容不符"


# The log ---------------------------------------------------------------------------------------------------------


@dataclass
class Log:
    """The log made anew from its leaves."""

    head: Head | None
    size: int = 0
    root: bytes = b""
    roots: dict[int, bytes] = field(default_factory=dict)
    """The root at each size that was asked for."""
    faults: list[str] = field(default_factory=list)


def remade(connection: Connection, sizes: set[int]) -> Log:
    """Make the tree anew from its leaves, compare it with tiles and head, and note the roots at ``sizes``."""
    made = Log(queries.head_of_log(connection))
    tree, rows = Frontier(), dict[int, bytearray]()
    made.roots[0] = tree.root
    for leaf in queries.leaves_from(connection, 0):
        if leaf.position != tree.size:
            made.faults.append(f"日志缺少第 {tree.size + 1} 个链头")
            break
        for level, index, hash in tree.append(leaf.hash):
            if level % WIDE == 0:
                _compare(connection, made, rows, level // WIDE, index, hash)
        if tree.size in sizes:
            made.roots[tree.size] = tree.root
    for row, hashes in rows.items():
        full = tree.size >> WIDE * row
        if hashes and bytes(hashes) != queries.tile_at(connection, row, full // 256):
            made.faults.append(f"日志的树在第 {row} 层、第 {full} 个摘要附近与链头不符")
    made.size, made.root = tree.size, tree.root
    if made.head is None and tree.size:
        made.faults.append("日志的登记不见了")
    elif made.head is not None and (made.head.size, made.head.hash) != (tree.size, tree.root.hex()):
        made.faults.append(
            f"日志登记有 {made.head.size} 个链头，根摘要 {made.head.hash[:16]}…；按链头重新计算，"
            f"有 {tree.size} 个，根摘要 {tree.root.hex()[:16]}…"
        )
    return made


def _compare(
    connection: Connection, made: Log, rows: dict[int, bytearray], row: int, index: int, hash: bytes
) -> None:
    """Gather the hashes of a tile, and compare them when it is full."""
    hashes = rows.setdefault(row, bytearray())
    hashes += hash
    if len(hashes) == 256 * BYTES:
        if bytes(hashes) != queries.tile_at(connection, row, index // 256):
            made.faults.append(f"日志的树在第 {row} 层、第 {index + 1} 个摘要以前与链头不符")
        hashes.clear()


def log_faults(connection: Connection, outside: Outside | None) -> Iterator[str]:
    """Yield what does not hold of the log, each in a sentence: leaves, tree, checkpoints here and apart, signatures.

    Without ``outside`` (a backup is looked at, and no key is at hand) signatures are not asked for.
    """
    kept = queries.checkpoints_after(connection, 0)
    apart: list[Note | None] = []
    try:
        apart = [] if outside is None else list(outside.notes())
    except OSError as error:
        yield f"库外的检查点文件读不出来：{why(error)}"
    sizes = {one.size for one in kept} | {one.checkpoint.size for one in apart if one is not None}
    log = remade(connection, sizes)
    yield from log.faults
    keys = None if outside is None else outside.trusted()
    if kept and keys == ():
        yield "本机没有封存日志的公钥，不能核对签名：请复制封存密钥文件，或者检查点目录中的 keys.txt"
        keys = None
    notes, unreadable = [], ""
    for one in kept:
        try:
            notes.append(read_note(one.note))
        except CheckpointUnreadable:
            unreadable = unreadable or f"第 {one.size} 个链头处的检查点读不出来"
    told = unreadable or _first_contradiction(log, notes, keys)
    if told:
        yield told
    if log.size and (not kept or kept[-1].size != log.size):
        yield "日志末尾的链头没有已签名的检查点"
    if None in apart:
        yield f"库外的检查点文件第 {apart.index(None) + 1} 段读不出来"
    if told := _first_contradiction(log, [one for one in apart if one is not None], keys):
        yield f"与库外的检查点文件不符：{told}"


def _first_contradiction(log: Log, notes: Sequence[Note], keys: Sequence[PublicKey] | None) -> str:
    good = 0
    for note in notes:
        if told := contradiction(log, note, keys):
            return told if not good else f"{told}（到第 {good} 个链头为止相符）"
        good = note.checkpoint.size
    return ""


def contradiction(log: Log, note: Note, keys: Sequence[PublicKey] | None) -> str:
    """Return how a checkpoint contradicts the log made anew, or nothing; ``keys`` None are not asked."""
    one = note.checkpoint
    if log.head is None or one.origin != log.head.origin:
        return f"检查点属于另一份日志 {one.origin}"
    if keys is not None and not note.signed_by(keys):
        return f"第 {one.size} 个链头处的检查点没有可信的签名"
    if one.size > log.size:
        return f"检查点有 {one.size} 个链头，日志只有 {log.size} 个：有记录被删除，或者数据被退回到以前"
    if log.roots.get(one.size) != one.root:
        return f"前 {one.size} 个链头的根摘要不同：有已封存的记录被改动"
    return ""


def leaf_faults(connection: Connection, root_id: str) -> Iterator[str]:
    """Yield which sealed heads of one chain do not lead to the log's root by their proof (RFC 9162, 2.1.3)."""
    head = queries.head_of_log(connection)
    if head is None:
        return
    tiles, root = Tiles(connection), bytes.fromhex(head.hash)
    for leaf in queries.leaves_of(connection, root_id):
        try:
            proof = inclusion_proof(leaf.position, head.size, tiles.subtree)
            held = includes(leaf.hash, leaf.position, head.size, proof, root)
        except (TileBroken, ValueError):
            held = False
        if not held:
            yield f"{root_id} 第 {leaf.seq} 条的封存与日志的根摘要不符"


# An earlier checkpoint -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Extended:
    """Whether the log goes on from an earlier checkpoint, and the proof that says so (RFC 9162, 2.1.4)."""

    first: int
    second: int
    root: str
    proof: tuple[str, ...]
    at: datetime | None
    faults: tuple[str, ...]


def extended(connection: Connection, note: Note, keys: Sequence[PublicKey]) -> Extended:
    """Tell whether the log, made anew from its leaves, begins with what ``note`` saw, signed by one of ``keys``."""
    one = note.checkpoint
    log = remade(connection, {one.size})
    faults = list(log.faults)
    if told := contradiction(log, note, keys):
        faults.insert(0, told)
    proof: list[bytes] = []
    if not faults:
        tiles = Tiles(connection)
        try:
            proof = consistency_proof(one.size, log.size, tiles.subtree)
            held = extends(one.size, log.size, proof, one.root, root_of(log.size, tiles.subtree))
        except TileBroken:
            held = False
        if not held:
            faults.append("按日志的树作出的一致性证明不成立")
    at = None if log.head is None else log.head.at
    return Extended(one.size, log.size, log.root.hex(), tuple(each.hex() for each in proof), at, tuple(faults))
