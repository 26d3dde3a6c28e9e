"""What an audit bundle is made of, and how it is packed: the same state gives the same bytes.  Pure."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from engine.foundation.errors import TooLarge
from engine.foundation.journal.rules import ENVELOPE_VERSION, canonical

FORMAT, VERSION = "yichuang.audit-bundle", 1
MANIFEST, STAMP = "manifest.json", "manifest.sha256"
MOST_BYTES, MOST_FILES = 2 * 1024**3, 60_000
"""What a plain zip holds without extensions, with room to spare."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every file: a zip knows none before it, and the bundle's own is the checkpoint's."""


class BundleTooLarge(TooLarge):
    """选定的办件的材料和文书合计超过 2 GB，不能放进一个审计包。请分批导出。"""

    code = "BUNDLE_TOO_LARGE"


@dataclass(frozen=True)
class Piece:
    """One file of a bundle; its content is read when it is wanted."""

    name: str
    size: int
    sha256: str
    read: Callable[[], bytes]
    title: str = ""


def piece(name: str, content: bytes | str, title: str = "") -> Piece:
    """Return a file whose content is at hand."""
    data = content.encode() if isinstance(content, str) else content
    return Piece(name, len(data), hashlib.sha256(data).hexdigest(), lambda: data, title)


@dataclass(frozen=True, order=True)
class LeftOut:
    """What the lines name or the case has, and the bundle does not: what it is, its digest, why."""

    what: str
    name: str
    reason: str


@dataclass(frozen=True)
class Chain:
    """The lines of a root as they were chained: text and hash of each, and how far they are sealed."""

    root: str
    lines: Sequence[tuple[str, str]]
    sealed: int

    @property
    def file(self) -> str:
        """The name of its files: the colon of a root's id is none for every file system."""
        return self.root.replace(":", "-")

    def pieces(self) -> list[Piece]:
        """Return the lines, each with its bytes, and beside them their hashes."""
        events = "".join(f"{text}\n" for text, _ in self.lines)
        hashes = "".join(f"{seq} {hash}\n" for seq, (_, hash) in enumerate(self.lines, 1))
        return [
            piece(f"events/{self.file}.jsonl", events, f"过程记录 {self.root}"),
            piece(f"events/{self.file}.sha256", hashes, f"过程记录 {self.root} 每条的摘要"),
        ]


@dataclass(frozen=True)
class Bundle:
    """A whole bundle, ready to be packed."""

    pieces: tuple[Piece, ...]
    digest: str
    left_out: tuple[LeftOut, ...]
    sealed: tuple[tuple[str, int, int], ...]
    """Root, lines sealed, lines in all, of each chain."""

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(one.size for one in self.pieces)


def bundle_of(chains: Sequence[Chain], pieces: Iterable[Piece], left_out: Iterable[LeftOut]) -> Bundle:
    """Return the bundle of ``chains`` and what belongs to them; raise :class:`BundleTooLarge`."""
    mine = [one for chain in chains for one in chain.pieces()]
    by_name = {one.name: one for one in [*pieces, *mine, *_beside(chains)]}
    files, left = sorted(by_name.values(), key=lambda one: one.name), tuple(sorted(set(left_out)))
    manifest = canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "event_version": ENVELOPE_VERSION,
            "chains": [
                {
                    "root": one.root, "lines": len(one.lines), "sealed": one.sealed,
                    "events": f"events/{one.file}.jsonl", "hashes": f"events/{one.file}.sha256",
                }
                for one in chains
            ],
            "files": [
                {"name": one.name, "size": one.size, "sha256": one.sha256, "title": one.title or None} for one in files
            ],
            "left_out": [vars(one) for one in left],
        }
    )  # fmt: skip
    listed = piece(MANIFEST, f"{manifest}\n")
    whole = [*files, listed, piece(STAMP, f"{listed.sha256}  {MANIFEST}\n")]
    found = Bundle(
        tuple(sorted(whole, key=lambda one: one.name)), listed.sha256, left,
        tuple((one.root, one.sealed, len(one.lines)) for one in chains),
    )  # fmt: skip
    if found.size > MOST_BYTES or len(whole) > MOST_FILES:
        raise BundleTooLarge
    return found


def pack(bundle: Bundle, target: BinaryIO) -> None:
    """Write the bundle as a zip: sorted, not compressed, without times; the reader can account for each byte."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for one in bundle.pieces:
            entry = zipfile.ZipInfo(one.name, FIRST_DAY)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, one.read())


def _beside(chains: Sequence[Chain]) -> list[Piece]:
    return [piece("verify.py", _verifier(), "核对工具"), piece("README.txt", _readme(chains), "说明")]


@cache
def _verifier() -> bytes:
    return Path(__file__).with_name("verify.py").read_bytes()


def _readme(chains: Sequence[Chain]) -> str:
    told = "\n".join(f"  {_how_far(one)}" for one in chains)
    return README.format(cases=told, verifier=hashlib.sha256(_verifier()).hexdigest())


def _how_far(chain: Chain) -> str:
    count = len(chain.lines)
    if chain.sealed == count:
        return f"{chain.root}：{count} 条，全部已封存"
    if not chain.sealed:
        return f"{chain.root}：{count} 条，尚未封存"
    return f"{chain.root}：{count} 条，第 1–{chain.sealed} 条已封存，第 {chain.sealed + 1}–{count} 条尚未封存"


README = """一窗通审计包

这里是下列办件的过程记录，以及它们所依据的流程、表单，文书和材料的文件：

{cases}

怎样核对
  1. 需要 Python 3.9 或更新的版本，不用安装别的，不用联网，也不用一窗通。
  2. 把压缩包放在空文件夹里，解出 verify.py，运行：python3 verify.py
     整包解到空文件夹以后也可以同样运行。
  3. 结论“相符”时退出码为 0；“不符”时为 1，并指出是哪个文件、哪条链的第几条记录。
  4. 请用另行取得的公钥核对签名：python3 verify.py --key 公钥文件
     自己保存过较早检查点的：python3 verify.py --checkpoint 检查点文件
  verify.py 也应当从可信的地方另取一份来用：谁能改这个包，谁就能改包里的 verify.py。
  它的 SHA-256：{verifier}

里面有什么
  manifest.json       每个文件的大小和 SHA-256，没有放入的内容及其原因；manifest.sha256 是它自己的摘要
  events/             过程记录，每行一条，与当时写入的字节相同；.sha256 是每条的摘要
  log/checkpoint.txt  日志的检查点（C2SP tlog-checkpoint），有签名；keys.txt 是公钥
  log/proofs.json     每条链最近一次封存的链头在日志里的证明（RFC 9162）；给了较早检查点的，还有一致性证明
  log/earlier.txt     导出时给出的较早检查点（没有给就没有）
  releases/           办件所依据的发布，文件名是其摘要，过程记录按它点名
  definitions/        发布所含的流程、决策表、表单、外部消息、事项，文件名是 SHA-256
  documents/          文书（PDF），文件名是 SHA-256，过程记录按它点名
  files/              材料和结果的文件，文件名是 SHA-256；原来的文件名在 manifest.json 的 title
  private/            导出时注明提供的个人信息原值，过程记录只有它们的加盐摘要（没有注明就没有）

它能证明什么
  每条记录的摘要 = SHA-256(“yichuang.event.1”、换行、这一行的字节)，每条又含上一条的摘要：改动、删除、插入、
  调换任何一条，摘要就接不上。已封存的链头在有签名的日志之下：整条链重新算得相符的，过不了签名。
  尚未封存的链尾还没有签名为其作证，只能核对链内相接；过后再导出一次即可补上。
  没有密钥的人能去掉封存证明，把清单改成“尚未封存”，再改动记录：早于您所存检查点（--checkpoint）而没有证明的
  算不符；没有检查点可比的，没有封存证明的记录不能当作证据。
  已依法删除或者按岗位不提供的个人信息没有放入，不影响核对。
"""
