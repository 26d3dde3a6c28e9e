"""The part of a bundle that is of the log: the signed checkpoint, keys, and the proofs that lead to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.foundation.errors import Conflict, NotFound
from engine.foundation.journal.sealing.merkle import consistency_proof, inclusion_proof
from engine.foundation.journal.sealing.notes import read_note
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.journal.sealing.queries import Kept, Leaf, head_of_log, last_checkpoint, leaves_of
from engine.foundation.journal.sealing.sealer import unlike_note
from engine.foundation.journal.sealing.tiles import TileBroken, Tiles
from engine.oversight.audit.bundling.rules import Piece, piece
from engine.registry.identity.reading import Reading


class BundleUnsealed(NotFound):
    """还没有封存过，审计包没有可以核对的检查点。请等后台封存一次，或者运行 audit seal，再导出。"""

    code = "BUNDLE_UNSEALED"


class EarlierUnlike(Conflict):
    """日志不是所给检查点的延续，没有导出：{why}。请保全现场，通知审计员，再用 audit verify --all 查明。"""

    code = "BUNDLE_EARLIER_UNLIKE"


class ProofImpossible(Conflict):
    """日志的树残缺，作不出封存的证明，没有导出。请保全现场，通知审计员，再用 audit verify --all 查明。"""

    code = "BUNDLE_PROOF_IMPOSSIBLE"


def newest_leaf(view: Reading, root_id: str) -> Leaf | None:
    """Return the newest sealed head of a chain that lies under the last checkpoint."""
    size = _checkpoint(view).size
    return max((one for one in leaves_of(view.connection, root_id) if one.position < size), default=None, key=_seq)


def log_pieces(view: Reading, root_ids: Sequence[str], earlier: str) -> list[Piece]:
    """Return checkpoint, keys and proofs for some chains, and for the ``earlier`` checkpoint (a note, or nothing).

    Raises :class:`BundleUnsealed`, :class:`EarlierUnlike`, :class:`ProofImpossible`, CheckpointUnreadable.
    """
    kept, tiles = _checkpoint(view), Tiles(view.connection)
    keys = {one.text for one in view.part(Outside).trusted()}
    log = head_of_log(view.connection)
    if log is not None and log.key:
        keys.add(log.key)
    try:
        leaves = [leaf for root_id in root_ids if (leaf := newest_leaf(view, root_id)) is not None]
        chains = [_proof(leaf, kept.size, tiles) for leaf in leaves]
        consistency = _consistency(view, earlier, kept, tiles) if earlier else None
    except TileBroken as error:
        raise ProofImpossible from error
    proofs = json.dumps({"chains": chains, "consistency": consistency}, indent=1)
    found = [
        piece("log/checkpoint.txt", kept.note, "日志的检查点"),
        piece("log/keys.txt", "".join(f"{one}\n" for one in sorted(keys)), "公钥"),
        piece("log/proofs.json", f"{proofs}\n", "封存的证明"),
    ]
    return [*found, piece("log/earlier.txt", earlier, "较早的检查点")] if earlier else found


def _checkpoint(view: Reading) -> Kept:
    kept = last_checkpoint(view.connection)
    if kept is None:
        raise BundleUnsealed
    return kept


def _seq(leaf: Leaf) -> int:
    return leaf.seq


def _proof(leaf: Leaf, size: int, tiles: Tiles) -> Mapping[str, Any]:
    proof = inclusion_proof(leaf.position, size, tiles.subtree)
    return {
        "root": leaf.root_id, "seq": leaf.seq, "head": leaf.head, "position": leaf.position,
        "proof": [one.hex() for one in proof],
    }  # fmt: skip


def _consistency(view: Reading, earlier: str, kept: Kept, tiles: Tiles) -> list[str]:
    note, log = read_note(earlier), head_of_log(view.connection)
    if log is None:
        raise BundleUnsealed
    if why := unlike_note(log, tiles, note):
        raise EarlierUnlike(why=why)
    if not note.signed_by(view.part(Outside).trusted()):
        raise EarlierUnlike(why=f"第 {note.checkpoint.size} 个链头处的检查点没有本机信任的公钥的签名")
    return [one.hex() for one in consistency_proof(note.checkpoint.size, kept.size, tiles.subtree)]
