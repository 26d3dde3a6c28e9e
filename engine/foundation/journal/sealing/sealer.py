"""One pass of the sealer: the heads that wait become leaves, and the new root is signed.

Before it signs, it looks whether what lies in the database is what was signed last, here and apart from the database
(:func:`refuse_unlike_signed`); if it is not, nothing is sealed any more and the reason is told.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from engine.foundation.errors import Conflict, Unavailable
from engine.foundation.journal.sealing import queries
from engine.foundation.journal.sealing.merkle import root_of
from engine.foundation.journal.sealing.notes import Checkpoint, CheckpointUnreadable, Note, SigningKey, read_note, sign
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.journal.sealing.queries import Head, Kept, Leaf
from engine.foundation.journal.sealing.tiles import TileBroken, Tiles

BATCH = 2000
"""So many rows that wait are taken in one transaction."""
CAUGHT_UP = 500


class SealRefused(Conflict):
    """没有封存：{why}。请立即保全现场（数据库、检查点文件都不要改动），通知审计员，再用 audit verify --all 查明。"""

    code = "SEAL_REFUSED"


class SealKeyMissing(Unavailable):
    """本机没有封存密钥 {file}，不能封存。请从有密钥的主机或备份复制该文件（权限 600）；找不回来的，运行
    audit seal --new-key 换一把新的。"""

    code = "SEAL_KEY_MISSING"


class SealKeyOther(Unavailable):
    """本机的封存密钥 {file} 不是这份日志现在用的那一把，不能封存。请从现在封存的主机复制该文件（权限 600）。"""

    code = "SEAL_KEY_OTHER"


@dataclass(frozen=True)
class Sealed:
    """What one pass did."""

    taken: int
    """Rows that waited; as many as were allowed mean that there may be more."""
    leaves: int
    checkpoint: Checkpoint | None


NOTHING = Sealed(0, 0, None)


def seal_once(connection: Connection, outside: Outside, now: datetime, *, limit: int = BATCH) -> Sealed:
    """Seal the next heads that wait, in the caller's transaction; nothing when another seals just now.

    Raises :class:`SealRefused`, :class:`SealKeyMissing`, :class:`SealKeyOther`, SealKeyDamaged; then nothing is sealed.
    """
    begin_if_new(connection, outside, now)
    log = queries.locked_head(connection)
    if log is None:
        return NOTHING
    key = _key_for(log, outside)
    tiles = Tiles(connection)
    refuse_unlike_signed(connection, log, tiles, outside)
    heads, taken = queries.next_heads(connection, limit)
    if not heads:
        return NOTHING
    known = queries.newest_sealed(connection, [root_id for root_id, _, _ in heads])
    fresh = [one for one in heads if one[1] > known.get(one[0], 0)]
    queries.take_away(connection, taken)
    if not fresh:
        # Somebody let a head wait once more that had been sealed long ago.
        return Sealed(len(taken), 0, None)
    checkpoint = _grow(connection, log, tiles, key, fresh, now)
    return Sealed(len(taken), len(fresh), checkpoint)


def _grow(
    connection: Connection, log: Head, tiles: Tiles, key: SigningKey, heads: list[tuple[str, int, str]], now: datetime
) -> Checkpoint:
    tree = tiles.grown(log.size)
    leaves = [Leaf(log.size + place, *one) for place, one in enumerate(heads)]
    for leaf in leaves:
        tiles.add(tree, leaf.hash)
    queries.add_leaves(connection, leaves)
    tiles.write()
    checkpoint = Checkpoint(log.origin, tree.size, tree.root, now)
    queries.add_checkpoint(connection, Kept(tree.size, tree.root.hex(), now, sign(checkpoint, key)))
    queries.change_head(connection, size=tree.size, hash=tree.root.hex(), at=now)
    return checkpoint


def begin_if_new(connection: Connection, outside: Outside, now: datetime) -> None:
    """Make the log, and the key that signs for it, when there is none yet."""
    if queries.head_of_log(connection) is not None:
        return
    own = outside.signing_key()
    name = own.public.name if own is not None else f"yichuang/{secrets.token_hex(8)}"
    # Two hosts may begin together: whoever comes second has waited here, and makes no key.
    if queries.begin_log(connection, name, now):
        _use(connection, outside, name)


def change_key(connection: Connection, outside: Outside, now: datetime) -> str:
    """Let a new key sign from now on, and return its public half; what the old one has signed stays good.

    Raises :class:`SealRefused` while another seals.
    """
    begin_if_new(connection, outside, now)
    log = queries.locked_head(connection)
    if log is None:
        raise SealRefused(why="另一处正在封存，请稍后再换密钥")
    outside.put_key_aside()
    return _use(connection, outside, log.origin)


def _use(connection: Connection, outside: Outside, name: str) -> str:
    key = outside.make_key(name)
    outside.trust(key.public)
    queries.change_head(connection, key=key.public.text)
    return key.public.text


def _key_for(log: Head, outside: Outside) -> SigningKey:
    key = outside.signing_key()
    if key is None:
        raise SealKeyMissing(file=outside.key_file)
    if key.public.text != log.key:
        raise SealKeyOther(file=outside.key_file)
    return key


# Looking before signing ------------------------------------------------------------------------------------------


def refuse_unlike_signed(connection: Connection, log: Head, tiles: Tiles, outside: Outside) -> None:
    """Raise :class:`SealRefused` unless the log is what was signed last, in the database and apart from it."""
    if why := _unlike_itself(connection, log, tiles) or _unlike_signed(connection, log, outside):
        raise SealRefused(why=why)
    try:
        noted = outside.last()
    except CheckpointUnreadable:
        raise SealRefused(why=f"检查点文件 {outside.checkpoints} 的末尾读不出来") from None
    if noted is not None and (why := unlike_note(log, tiles, noted)):
        raise SealRefused(why=f"日志与库外的检查点不符：{why}")


def _unlike_itself(connection: Connection, log: Head, tiles: Tiles) -> str:
    """Look at the frontier, made anew from its tiles, and at the last leaves, made anew from their rows."""
    begin = max(0, log.size - 1) // 256 * 256
    try:
        if root_of(log.size, tiles.subtree).hex() != log.hash:
            return "日志的树与登记的根摘要不符"
        leaves = list(queries.leaves_from(connection, begin))
        whole = [one.position for one in leaves] == list(range(begin, log.size))
        if not whole or any(one.hash != tiles.subtree(0, one.position) for one in leaves):
            return f"日志第 {begin + 1} 个链头以后的内容与树不符"
    except TileBroken:
        return "日志的树残缺"
    return ""


def _unlike_signed(connection: Connection, log: Head, outside: Outside) -> str:
    kept = queries.last_checkpoint(connection)
    if kept is None:
        return "日志的检查点不见了" if log.size else ""
    try:
        note = read_note(kept.note)
    except CheckpointUnreadable:
        return f"第 {kept.size} 个链头处的检查点读不出来"
    said = (note.checkpoint.origin, note.checkpoint.size, note.checkpoint.root.hex())
    if said != (log.origin, log.size, log.hash) or not note.signed_by(outside.trusted()):
        return f"日志与第 {note.checkpoint.size} 个链头处已签名的检查点不符"
    return ""


def unlike_note(log: Head, tiles: Tiles, note: Note) -> str:
    """Return how the log contradicts an earlier checkpoint of its own, or nothing."""
    one = note.checkpoint
    if one.origin != log.origin:
        return f"检查点属于另一份日志 {one.origin}"
    if one.size > log.size:
        return f"检查点有 {one.size} 个链头，日志只有 {log.size} 个：有记录被删除，或者数据被退回到以前"
    try:
        same = root_of(one.size, tiles.subtree) == one.root
    except TileBroken:
        return "日志的树残缺"
    return "" if same else f"前 {one.size} 个链头的根摘要不同：有已封存的记录被改动"


def keep_outside(connection: Connection, outside: Outside) -> int:
    """Add the checkpoints that the database has more than the file apart from it; return how many.

    Each host does this, so each has them all, whoever signed.  What this host cannot check is not added.  Raises
    CheckpointsUnwritable, :class:`SealRefused`.
    """
    log = queries.head_of_log(connection)
    keys = outside.trusted()
    if log is None or not keys:
        return 0
    try:
        last = outside.last()
    except CheckpointUnreadable:
        raise SealRefused(why=f"检查点文件 {outside.checkpoints} 的末尾读不出来") from None
    if last is not None and (why := unlike_note(log, Tiles(connection), last)):
        raise SealRefused(why=f"日志与库外的检查点不符：{why}")
    added = 0
    for kept in queries.checkpoints_after(connection, last.checkpoint.size if last else 0, CAUGHT_UP):
        note = read_note(kept.note)
        if not note.signed_by(keys):
            break
        outside.append(kept.note)
        added += 1
    return added
