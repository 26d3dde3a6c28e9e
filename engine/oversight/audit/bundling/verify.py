#!/usr/bin/env python3
"""Checks an audit bundle (审计包) by itself: the standard library of Python 3.9 or newer, nothing else.

    python3 verify.py [审计包.zip 或者解开的文件夹] [--key 公钥文件] [--checkpoint 以前的检查点]

Exit code 0: everything holds.  1: something does not; the file, or the chain and the number of its line, is named.
2: called wrongly.  Written apart from the system that makes bundles and sharing no line with it, from the formats
alone: RFC 8032, RFC 9162, C2SP signed-note and tlog-checkpoint, and the layout that README.txt describes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

FORMAT, FORMAT_VERSION, EVENT_VERSION = "yichuang.audit-bundle", 1, 1
CHAINED, LEAF = b"yichuang.event.1\n", "yichuang.head.1\n%s\n%d\n%s\n"
FIELDS = {"v", "root", "seq", "prev", "type", "at", "actor", "command", "key", "data"}
PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
DIGEST = re.compile("[0-9a-f]{64}")
SETTLED = timedelta(minutes=10)
"""A line is sealed within seconds; so long after it nobody may say that it was not sealed yet."""
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


class Wrong(Exception):
    """Something does not hold; the text says what and where."""


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# Where the files are -------------------------------------------------------------------------------------------------


class Folder:
    """A bundle that was unpacked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: list[str] = []
        for one in sorted(path.rglob("*")):
            inside = one.relative_to(path).as_posix()
            if one.is_symlink():
                raise Wrong(f"{inside} 是链接，不是文件")
            if not one.is_dir():
                self.names.append(inside)

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()


class Zip:
    """A bundle as it was sent.  Every byte of the archive is accounted for: stored, in order, and nothing besides."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.places: dict[str, tuple[int, int]] = {}
        with path.open("rb") as file:
            at, lines = 0, b""
            begins = file.read(4)
            if len(begins) == 4 and begins[:2] != b"PK":
                raise Wrong(f"这不是压缩包，也不是一窗通的审计包（开头是 {begins!r}）")
            file.seek(0)
            while self._take(file, 4, "末尾的目录") == b"PK\x03\x04":
                lines += self._member(file, at)
                at = file.tell()
            file.seek(at)
            rest = file.read()
        self.names, count = list(self.places), len(self.places)
        end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(lines), at, 0)
        if len(rest) < len(lines + end):
            raise Wrong("压缩包不完整：在末尾的目录处被截断")
        if rest != lines + end or self.names != sorted(self.names):
            raise Wrong("压缩包末尾的目录与其中的文件不符")

    def _take(self, file: BinaryIO, length: int, where: str) -> bytes:
        found = file.read(length)
        if len(found) != length:
            raise Wrong(f"压缩包不完整：在 {where} 处被截断")
        return found

    def _member(self, file: BinaryIO, at: int) -> bytes:
        """Read over one file of the archive; return what the directory must say of it."""
        where = f"第 {len(self.places) + 1} 个文件"
        kept = self._take(file, 26, where)
        crc, size, _, length = struct.unpack("<IIIH", kept[10:24])
        name = self._take(file, length, where).decode("ascii", "replace")
        fixed = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, crc, size, size, length, 0)
        if kept != fixed or not PLAIN_NAME.fullmatch(name) or name in self.places:
            raise Wrong(f"压缩包中{where} {name[:80]} 的登记不合规范：不是一窗通打包的，或者被改动")
        self.places[name] = (file.tell(), size)
        if zlib.crc32(self._take(file, size, name)) != crc:
            raise Wrong(f"{name} 的内容与压缩包登记的校验码不符")
        said = struct.pack("<4sBB", b"PK\x01\x02", 20, 3) + fixed
        return said + struct.pack("<HHHII", 0, 0, 0, 0o644 << 16, at) + name.encode()

    def read(self, name: str) -> bytes:
        begin, size = self.places[name]
        with self.path.open("rb") as file:
            file.seek(begin)
            return file.read(size)


# Ed25519 (RFC 8032, 5.1) ---------------------------------------------------------------------------------------------

Point = tuple[int, int, int, int]  # X, Y, Z, XY/Z
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, P - 2, P) % P


def x_of(y: int, odd: int) -> int | None:
    """Return the x of the point with this y and parity, or None when there is none."""
    square = (y * y - 1) * pow(CURVE * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and odd):
        return None
    return x if x & 1 == odd else P - x


def added(one: Point, two: Point) -> Point:
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * CURVE * one[3] * two[3] % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    for bit in f"{number:b}":
        total = added(total, total)
        if bit == "1":
            total = added(total, point)
    return total


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0) or 0
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether this is the key's Ed25519 signature of the message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    number, scalar = int.from_bytes(public, "little"), int.from_bytes(signature[32:], "little")
    y = number & (2**255 - 1)
    x = x_of(y, number >> 255) if y < P else None
    if x is None or scalar >= ORDER:
        return False
    said = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    found = added(times(scalar, BASE), times(said, (P - x, y, 1, (P - x) * y % P)))
    over = pow(found[2], P - 2, P)
    encoded = found[1] * over % P | (found[0] * over % P & 1) << 255
    return encoded.to_bytes(32, "little") == signature[:32]


# SM2 with SM3 (GB/T 32918.2, 32905; the signer's name as GB/T 35276 has it) -------------------------------------------

SM2_MARK = b"\xffSM2-with-SM3:"
SM2_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
SM2_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
SM2_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SM2_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
Flat = tuple[int, ...]  # x and y; nothing for the point at infinity


def turned(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> (32 - by)) & 0xFFFFFFFF


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest: this Python may be built without it."""
    v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + struct.pack(">Q", 8 * len(data))
    for begin in range(0, len(padded), 64):
        w = list(struct.unpack(">16I", padded[begin : begin + 64]))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ turned(w[j - 3], 15)
            w.append(x ^ turned(x, 15) ^ turned(x, 23) ^ turned(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = v
        for j in range(64):
            low = j < 16
            first = turned(turned(a, 12) + e + turned(0x79CC4519 if low else 0x7A879D8A, j) & 0xFFFFFFFF, 7)
            one = (a ^ b ^ c if low else a & b | a & c | b & c) + d + (first ^ turned(a, 12)) + (w[j] ^ w[j + 4])
            two = (e ^ f ^ g if low else e & f | ~e & g) + h + first + w[j]
            a, b, c, d = one & 0xFFFFFFFF, a, turned(b, 9), c
            e, f, g, h = two & 0xFFFFFFFF, e, turned(f, 19), g
            e ^= turned(e, 9) ^ turned(e, 17)
        made = (a, b, c, d, e, f, g, h)
        v = [v[j] ^ made[j] for j in range(8)]
    return struct.pack(">8I", *v)


def joined(one: Flat, two: Flat) -> Flat:
    """Return the sum of two points of the curve of SM2."""
    if not one or not two:
        return one or two
    if one[0] == two[0]:
        if (one[1] + two[1]) % SM2_P == 0:
            return ()
        slope = 3 * (one[0] * one[0] - 1) * pow(2 * one[1], SM2_P - 2, SM2_P) % SM2_P
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], SM2_P - 2, SM2_P) % SM2_P
    x = (slope * slope - one[0] - two[0]) % SM2_P
    return x, (slope * (one[0] - x) - one[1]) % SM2_P


def multiple(number: int, point: Flat) -> Flat:
    total: Flat = ()
    for bit in f"{number:b}":
        total = joined(total, total)
        if bit == "1":
            total = joined(total, point)
    return total


def signed_sm2(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether this is the key's SM2 signature of the message."""
    if len(public) != 64 or len(signature) != 64:
        return False
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    on_curve = max(x, y) < SM2_P and (y * y - x * x * x + 3 * x - SM2_B) % SM2_P == 0
    if not on_curve or not 0 < r < SM2_N or not 0 < s < SM2_N or (r + s) % SM2_N == 0:
        return False
    about = b"".join(one.to_bytes(32, "big") for one in (SM2_P - 3, SM2_B, *SM2_G)) + public
    said = int.from_bytes(sm3(sm3(struct.pack(">H", 128) + b"1234567812345678" + about) + message), "big")
    found = joined(multiple(s, SM2_G), multiple((r + s) % SM2_N, (x, y)))
    return bool(found) and (said + found[0]) % SM2_N == r


# The log (RFC 9162, 2.1) ---------------------------------------------------------------------------------------------


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def half(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def root_by(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Return the root to which an inclusion proof leads (PATH of 2.1.3.1), taken from its end."""
    if size == 1:
        return leaf
    beside, middle = proof.pop(), half(size)
    if index < middle:
        return node(root_by(leaf, index, middle, proof), beside)
    return node(beside, root_by(leaf, index - middle, size - middle, proof))


def roots_by(first: int, size: int, proof: list[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    """Return the old and the new root to which a consistency proof leads (SUBPROOF of 2.1.4.1), from its end."""
    if first == size:
        same = known if known is not None else proof.pop()
        return same, same
    beside, middle = proof.pop(), half(size)
    if first <= middle:
        old, new = roots_by(first, middle, proof, known)
        return old, node(new, beside)
    old, new = roots_by(first - middle, size - middle, proof, None)
    return node(beside, old), node(beside, new)


def includes(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    left = list(proof)
    try:
        return 0 <= index < size and root_by(leaf, index, size, left) == root and not left
    except IndexError:
        return False


def extends(first: int, size: int, proof: list[bytes], old: bytes, new: bytes) -> bool:
    left = list(proof)
    try:
        if first == 0:
            return not left and old == sha256(b"")
        return first <= size and roots_by(first, size, left, old) == (old, new) and not left
    except IndexError:
        return False


# Keys and checkpoints (C2SP signed-note, tlog-checkpoint) ------------------------------------------------------------

Keys = dict[tuple[str, bytes], bytes]  # name and the four bytes of its id, to the key with the mark of its kind


def read_keys(data: bytes) -> Keys:
    """Return the keys of a file, one a line; raise for anything else."""
    found: Keys = {}
    for line in filter(None, (one.strip() for one in data.decode().split("\n"))):
        name, mark, content = line.split("+", 2)
        raw = base64.b64decode(content, validate=True)
        whole = len(raw) == 33 if raw[:1] == b"\x01" else raw.startswith(SM2_MARK) and len(raw) == len(SM2_MARK) + 64
        if not whole or sha256(name.encode() + b"\n" + raw)[:4].hex() != mark:
            raise Wrong("有一行不是 Ed25519 或 SM2 公钥")
        found[name, raw_of(mark)] = raw
    if not found:
        raise Wrong("没有公钥")
    return found


def signed_by(key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether a key of either kind signed the message."""
    if key.startswith(SM2_MARK):
        return signed_sm2(key[len(SM2_MARK) :], signature, message)
    return signed(key[1:], signature, message)


def raw_of(text: str) -> bytes:
    return bytes.fromhex(text)


class Note:
    """A checkpoint with its signatures."""

    def __init__(self, data: bytes) -> None:
        said, blank, rest = data.decode().partition("\n\n")
        lines = said.split("\n")
        if not blank or len(lines) < 3 or not re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]) or rest[-1:] != "\n":
            raise Wrong("不是检查点")
        self.text, self.origin, self.size = said.encode() + b"\n", lines[0], int(lines[1])
        self.root = base64.b64decode(lines[2], validate=True)
        self.at = "".join(lines[3:4]).replace("time ", "")
        self.same = (self.origin, self.size, self.root)
        self.signatures = []
        for line in rest[:-1].split("\n"):
            name, _, told = line[2:].rpartition(" ")
            raw = base64.b64decode(told, validate=True)
            if line[:2] != "\u2014 " or len(raw) != 68 or len(self.root) != 32:
                raise Wrong("签名行不合规范")
            self.signatures.append((name, raw[:4], raw[4:]))

    def refuse_unsigned(self, keys: Keys, whose: str) -> None:
        """Raise unless one of the keys signed, and if a signature in the name of one of them is false."""
        mine = [(keys[name, mark], raw) for name, mark, raw in self.signatures if (name, mark) in keys]
        known = sorted({name for name, _ in keys})
        if self.origin not in known:
            raise Wrong(f"属于另一套系统的日志 {self.origin}，{whose}是 {'、'.join(known)} 的")
        if not mine:
            raise Wrong(f"没有{whose}的签名")
        if not all(signed_by(key, raw, self.text) for key, raw in mine):
            raise Wrong("签名不成立")


# The bundle ----------------------------------------------------------------------------------------------------------


class Bundle:
    """What is checked, what was found wrong, and what is told in the end."""

    def __init__(self, source: Folder | Zip) -> None:
        self.source, self.names = source, set(source.names)
        self.faults: list[str] = []
        self.told: list[str] = []
        self.notices: list[str] = []
        self.unsealed = 0
        self.heads: dict[str, list[str]] = {}
        self.times: dict[str, list[str]] = {}
        self.events: list[tuple[str, Any]] = []
        self.manifest = self._manifest()
        self.left = {one["name"] for one in self.manifest["left_out"]}

    def _manifest(self) -> Any:
        if "manifest.json" not in self.names:
            there = "、".join(sorted(self.names)[:3])
            inside = f"里面是 {there} 等 {len(self.names)} 个文件" if there else "里面没有文件"
            raise Wrong(f"缺少 manifest.json：这不是一窗通的审计包，或者不完整（{inside}）")
        data = self.source.read("manifest.json")
        found = json.loads(data)
        if found.get("format") != FORMAT:
            raise Wrong(f"这不是一窗通的审计包（格式标识 {found.get('format')!r}）")
        if found["version"] != FORMAT_VERSION:
            raise Wrong(f"本工具不认识第 {found['version']} 版的审计包，请换用新版 verify.py")
        stamp = f"{sha256(data).hex()}  manifest.json\n".encode()
        if "manifest.sha256" not in self.names or self.source.read("manifest.sha256") != stamp:
            raise Wrong("与 manifest.sha256 不符：两者之一被改动，或者缺少后者")
        return found

    def attempt(self, where: str, check: Callable[..., Any], *given: Any) -> Any:
        """Do one check; keep what it finds wrong, and return what it returns."""
        try:
            return check(*given)
        except Wrong as wrong:
            self.faults.append(f"{where}：{wrong}")
        except (*UNREADABLE, OSError):
            self.faults.append(f"{where}：读不出来，内容不合规范或者缺少")
        return None

    def refuse_newer(self) -> None:
        """Raise before anything else is checked when a line is of a version that this tool does not know."""
        for chain in self.manifest["chains"]:
            lines = self.source.read(chain["events"]).split(b"\n") if chain["events"] in self.names else []
            for number, line in enumerate(lines, 1):
                version = version_of(line)
                if version > EVENT_VERSION:
                    where = f"{chain['root']} 第 {number} 条"
                    raise Wrong(f"{where}：本工具不认识第 {version} 版的记录，请换用新版 verify.py")

    def files(self) -> None:
        """Every file of the list is there as it says, and no other is."""
        listed = {one["name"]: one for one in self.manifest["files"]}
        for name in sorted(listed.keys() - self.names):
            self.faults.append(f"{name}：缺少这个文件")
        for name in sorted(self.names - listed.keys() - {"manifest.json", "manifest.sha256"}):
            self.faults.append(f"{name}：清单中没有这个文件")
        for name in sorted(listed.keys() & self.names):
            data = self.source.read(name)
            if len(data) != listed[name]["size"]:
                self.faults.append(f"{name}：长度 {len(data)} 字节，清单中是 {listed[name]['size']} 字节")
            elif sha256(data).hex() != listed[name]["sha256"]:
                self.faults.append(f"{name}：内容与清单中的 SHA-256 不符")
        self.told.append(f"文件：{len(listed)} 个，大小和 SHA-256 都与清单相符，不多不少")

    def chain(self, chain: Any) -> None:
        """Recompute one chain, line by line."""
        root, before, heads = chain["root"], "0" * 64, self.heads.setdefault(chain["root"], [])
        lines = self.source.read(chain["events"]).split(b"\n")
        listed = self.source.read(chain["hashes"]).decode().split("\n")
        for number, line in enumerate(lines[:-1], 1):
            event, head = event_in(line), sha256(CHAINED + line).hex()
            if set(event) != FIELDS or (event["v"], event["root"]) != (EVENT_VERSION, root):
                raise Wrong(f"第 {number} 条不是这条链的过程记录")
            if event["seq"] != number:
                raise Wrong(f"缺少第 {number} 条，这里是第 {event['seq']} 条")
            if event["prev"] != before:
                raise Wrong(f"第 {number} 条与上一条不相接")
            if listed[number - 1 : number] != [f"{number} {head}"]:
                raise Wrong(f"第 {number} 条的内容与摘要不符")
            heads.append(head)
            self.times.setdefault(root, []).append(str(event["at"]))
            self.events.append((f"{root} 第 {number} 条", event))
            before = head
        if lines[-1] or not heads or len(heads) != chain["lines"] or listed[len(heads) :] != [""]:
            raise Wrong(f"第 {len(heads) + 1} 条：应有 {chain['lines']} 条，链尾不完整或者多出内容")

    def log(self, pinned: Keys | None, kept: Note | None) -> None:
        """The checkpoint is signed, the heads of the chains lie under it, and it goes on from earlier ones."""
        keys = self.attempt("log/keys.txt", lambda: read_keys(self.source.read("log/keys.txt")))
        note = self.attempt("log/checkpoint.txt", lambda: Note(self.source.read("log/checkpoint.txt")))
        if keys is None or note is None:
            return
        whose = "包内公钥" if pinned is None else "所给公钥（--key）"
        self.attempt("log/checkpoint.txt", note.refuse_unsigned, keys if pinned is None else pinned, whose)
        proofs = json.loads(self.source.read("log/proofs.json"))
        self.told.append(f"检查点：日志 {note.origin}，{note.size} 个链头，{note.at}，签名成立（{whose}）")
        sealed = {one["root"]: one for one in proofs["chains"]}
        for root in sorted(sealed.keys() - self.heads.keys()):
            self.faults.append(f"log/proofs.json：有 {root} 的封存证明，却没有它的过程记录")
        said = {one["root"]: one["sealed"] for one in self.manifest["chains"]}
        for root, heads in self.heads.items():
            seq = self.attempt(f"{root} 的封存证明", self._sealed, root, heads, sealed.get(root), note) or 0
            shown = sealed[root]["seq"] if root in sealed else 0
            if shown != said[root]:
                self.faults.append(
                    f"{root} 的封存证明：清单说封存到第 {said[root]} 条，包内的证明到第 {shown} 条，证明被去掉或者换过"
                )
            self.attempt(f"{root} 的封存证明", self._refuse_stripped, root, seq, note, kept)
            tail = f"第 {seq + 1}–{len(heads)} 条尚未封存，只核对了链内相接，还没有检查点为其作证"
            held = f"第 1–{seq} 条已封存" if seq else "尚无封存"
            self.unsealed += len(heads) - seq
            self.told.append(f"{root}：{len(heads)} 条记录相接；{held}{'；' + tail if seq < len(heads) else ''}")
        self._earlier(note, {**keys, **(pinned or {})}, proofs["consistency"], kept)

    def _sealed(self, root: str, heads: list[str], one: Any, note: Note) -> int:
        if one is None:
            return 0
        if heads[one["seq"] - 1 : one["seq"]] != [one["head"]] or one["seq"] < 1:
            raise Wrong(f"第 {one['seq']} 条的摘要与封存的不符")
        leaf = sha256(b"\x00" + (LEAF % (root, one["seq"], one["head"])).encode())
        if not includes(leaf, one["position"], note.size, [raw_of(each) for each in one["proof"]], note.root):
            raise Wrong(f"第 {one['seq']} 条的包含证明（RFC 9162）不成立")
        return int(one["seq"])

    def _refuse_stripped(self, root: str, seq: int, note: Note, kept: Note | None) -> None:
        """Raise when a line has no proof though it is older than the checkpoint that one has of one's own.

        Whoever can change a bundle can take its proofs out and say in the list, which nobody signs, that nothing is
        sealed yet.  He cannot take the lines out of the log: what is older than a checkpoint lies under it.
        """
        if kept is not None:
            old = self._first_before(root, seq, kept)
            if old:
                raise Wrong(
                    f"第 {old} 条写于 {self.times[root][old - 1]}，早于所给检查点（--checkpoint，{kept.at}），"
                    "应当已经封存，包内却没有它的封存证明：证明被去掉，或者当时封存停滞，请向出具检查点的一方核实"
                )
        old = self._first_before(root, seq, note)
        if old:
            self.notices.append(
                f"{root} 第 {old} 条早于包内检查点（{note.at}），却没有封存证明：证明可能被去掉，不要当作只是还没有封存"
            )

    def _first_before(self, root: str, seq: int, note: Note) -> int:
        """Return the number of the first line after ``seq`` that is older than a checkpoint; 0 for none."""
        until = instant(note.at)
        for number, at in enumerate(self.times.get(root, [])[seq:], seq + 1):
            written = instant(at)
            if until is not None and written is not None and written + SETTLED < until:
                return number
        return 0

    def _earlier(self, note: Note, keys: Keys, proof: Any, kept: Note | None) -> None:
        old = None
        if "log/earlier.txt" in self.names:
            old = self.attempt("log/earlier.txt", lambda: Note(self.source.read("log/earlier.txt")))
        if kept is not None and kept.origin != note.origin:
            raise Wrong(f"所给检查点（--checkpoint）属于另一套系统的日志 {kept.origin}，包内的属于 {note.origin}")
        if kept is not None and kept.same not in ((note.same, old.same) if old else (note.same,)):
            raise Wrong(f"所给检查点（--checkpoint，{kept.size} 个链头）不在包内，也没有到它的一致性证明")
        if old is None:
            return
        self.attempt("log/earlier.txt", old.refuse_unsigned, keys, "已知公钥")
        shown = [raw_of(each) for each in proof]
        if old.origin != note.origin or not extends(old.size, note.size, shown, old.root, note.root):
            raise Wrong("到 log/earlier.txt 的一致性证明（RFC 9162）不成立")
        self.told.append(f"一致性：日志是 {old.size} 个链头处较早检查点的延续")

    def moves(self) -> None:
        """Each move to another release goes on from the one that the lines before it say."""
        goes_by: dict[tuple[str, Any], str] = {}
        for where, event in self.events:
            data, root = event["data"], event["root"]
            if event["type"] == "process.started":
                goes_by[root, data.get("run", 0)] = data["release"]
            elif event["type"] == "process.migrated":
                runs = [(root, one["run"]) for one in data["runs"]]
                if any(run not in goes_by for run in runs):
                    self.faults.append(f"{where}：改用新版，此前却没有这个流程开始的记录")
                elif goes_by[runs[0]] != data["from_release"]:
                    self.faults.append(f"{where}：说原为第 {data['from_number']} 版，此前却没有改到这一版的记录")
                goes_by.update(dict.fromkeys(runs, data["to_release"]))

    # What the lines name -----------------------------------------------------------------------------------------

    def contents(self) -> None:
        """What the lines name by digest is there under its digest, or the list says why it is not."""
        there = {name: stem(name) for name in sorted(self.names) if DIGEST.fullmatch(stem(name))}
        wanted = dict(self._definitions())
        values = {one["digest"]: one for one in self._private()}
        for where, event in self.events:
            data = event["data"]
            for key in ("release", "to_release", "from_release"):
                if isinstance(data.get(key), str) and event["type"] in RELEASED:
                    wanted.setdefault(data[key], f"{where}（发布）")
            for one in listed_files(data):
                wanted.setdefault(one, f"{where}（文件）")
            for one in [each["digest"] for each in data.values() if isinstance(each, dict) and set(each) == {"digest"}]:
                if one not in values and one not in self.left:
                    self.faults.append(f"{where}：个人信息 {one[:16]}… 既没有提供，也没有说明为什么")
        for digest in sorted(wanted.keys() - set(there.values()) - self.left):
            self.faults.append(f"{wanted[digest]}：点名的 {digest[:16]}… 包内没有，也没有说明为什么")
        for name, told in there.items():
            if sha256(self.source.read(name)).hex() != told:
                self.faults.append(f"{name}：内容与其名称中的 SHA-256 不符")
        loose = {one for name, one in there.items() if name.startswith("files/")} - wanted.keys()
        unnamed = [one for one in loose if not any(one in each["text"] for each in values.values())]
        said = f"，其中 {len(unnamed)} 个没有被包内能读的记录点名" if unnamed else ""
        self.told.append(f"依据和文件：记录点名的发布、流程、表单、文书、材料，包内有的都与摘要相符{said}")

    def _definitions(self) -> Iterator[tuple[str, str]]:
        for name in sorted(one for one in self.names if one.startswith("releases/")):
            body = json.loads(self.source.read(name))
            for part in ("processes", "forms", "decisions", "messages"):
                yield from ((digest, name) for digest in body.get(part, {}).values())
            yield body["item"], name

    def _private(self) -> Iterator[Any]:
        for name in sorted(one for one in self.names if one.startswith("private/")):
            for one in json.loads(self.source.read(name)):
                if sha256(f"{one['salt']}\0{one['text']}".encode()).hex() != one["digest"]:
                    raise Wrong(f"{name} 中 {one['digest'][:16]}… 的内容与摘要不符")
                yield one


def event_in(line: bytes) -> dict[str, Any]:
    """Return a line read as JSON; nothing when it is none."""
    try:
        found = json.loads(line)
    except UNREADABLE:
        return {}
    return found if isinstance(found, dict) else {}


def instant(text: str) -> datetime | None:
    """Return the time that a line or a checkpoint says; None for none."""
    try:
        return datetime.strptime(text.replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return None


def version_of(line: bytes) -> int:
    found = event_in(line).get("v")
    return found if isinstance(found, int) else 0


RELEASED = {"case.received", "process.started", "process.migrated"}


def stem(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]


def listed_files(data: Any) -> list[str]:
    """Return the digests of files that a line names."""
    found: list[Any] = []
    for key in ("files", "sha256"):
        found += data[key] if isinstance(data.get(key), list) else [data.get(key)]
    return [one for one in found if isinstance(one, str) and DIGEST.fullmatch(one)]


def check(source: Folder | Zip, pinned: Keys | None, kept: Note | None) -> Bundle:
    bundle = Bundle(source)
    if not bundle.manifest["chains"]:
        raise Wrong("其中没有过程记录")
    bundle.refuse_newer()
    bundle.attempt("manifest.json", bundle.files)
    for chain in bundle.manifest["chains"]:
        bundle.attempt(str(chain["root"]), bundle.chain, chain)
    bundle.attempt("log", bundle.log, pinned, kept)
    bundle.attempt("改用新版", bundle.moves)
    bundle.attempt("内容", bundle.contents)
    for (what, reason), count in sorted(Counter((o["what"], o["reason"]) for o in bundle.manifest["left_out"]).items()):
        bundle.told.append(f"没有放入：{what} {count} 项，{reason}")
    return bundle


def found_here() -> Path:
    here = Path(__file__).resolve().parent
    archives = sorted(here.glob("*.zip"))
    return archives[0] if len(archives) == 1 else here


def main(arguments: list[str] | None = None) -> int:
    words = argparse.ArgumentParser(description="核对一窗通的审计包：退出码 0 相符，1 有不符并指出是哪个文件、哪条记录")
    words.add_argument("bundle", nargs="?", type=Path, help="审计包（zip）或者解开的文件夹，默认与本文件同在一处")
    words.add_argument("--key", type=Path, help="另行取得的公钥文件：检查点必须由它签名")
    words.add_argument("--checkpoint", type=Path, help="自己保存的较早检查点：日志必须是它的延续")
    chosen = words.parse_args(arguments)
    path = where = chosen.bundle or found_here()
    pinned = kept = None
    try:
        if chosen.key:
            where = chosen.key
            pinned = read_keys(chosen.key.read_bytes())
        if chosen.checkpoint:
            where = chosen.checkpoint
            kept = Note(chosen.checkpoint.read_bytes())
        where = path
        source = Folder(path) if path.is_dir() else Zip(path)
        where = Path("manifest.json")
        bundle = check(source, pinned, kept)
    except (Wrong, OSError, *UNREADABLE) as error:
        why = error if isinstance(error, Wrong) else "读不出来，或者内容不合规范"
        print(f"不符  {where.name}：{why}", "结论：不符", sep="\n")
        return 1
    if bundle.faults:
        print(*(f"不符  {one}" for one in bundle.faults), f"结论：有 {len(bundle.faults)} 处不符", sep="\n")
        return 1
    print(*(f"相符  {one}" for one in bundle.told), sep="\n")
    print(*(f"注意  {one}" for one in bundle.notices), sep="\n", end="\n" if bundle.notices else "")
    if bundle.unsealed and kept is None:
        print(
            f"注意  {bundle.unsealed} 条记录没有封存证明：没有密钥的人也能写成这样，不能证明确实还没有封存。"
            "请用自己保存的检查点核对：--checkpoint 检查点文件，或者过后再导出一份"
        )
    if pinned is None:
        print("注意  公钥取自包内，请用另行取得的公钥再核对一次：--key 公钥文件")
    rest = f"，但有 {bundle.unsealed} 条记录尚未封存，没有检查点为其作证" if bundle.unsealed else ""
    print(f"结论：相符{rest}")
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # nobody replaced it
    sys.exit(main())
