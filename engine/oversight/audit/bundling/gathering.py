"""Reading what belongs into an audit bundle: lines, proofs, definitions, files; what is not there is said, and why."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.casework.cases.queries import CaseFile
from engine.casework.cases.registering import RECEIVED
from engine.foundation.blobs.checks import checks_of
from engine.foundation.blobs.queries import Upload, usable_uploads
from engine.foundation.blobs.storage import BlobMissing, Blobs
from engine.foundation.journal.queries import sealed_values
from engine.foundation.journal.sealing.queries import lines_between
from engine.foundation.vault import Vault
from engine.oversight.audit.bundling.proofs import log_pieces, newest_leaf
from engine.oversight.audit.bundling.rules import Bundle, Chain, LeftOut, Piece, bundle_of, piece
from engine.oversight.audit.legible import refuse_strange, whole_case
from engine.process.bpmn.releases.queries import artifact_contents, release_text
from engine.process.documents.queries import documents_of
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.progress import STARTED
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import item_texts

SHUT = frozenset({"pending", "infected"})
"""Verdicts of the scanner with which a file stays where it is."""
SUFFIXES: Mapping[str, str] = {
    "application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/tiff": ".tif",
    "application/ofd": ".ofd",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}  # fmt: skip
DEFINITIONS: Mapping[str, str] = {
    "processes": ".bpmn", "decisions": ".dmn", "forms": ".json", "messages": ".json"
}  # fmt: skip
_DIGEST = re.compile("[0-9a-f]{64}")


def chosen(view: Reading, case_nos: Iterable[str]) -> list[CaseFile]:
    """Return the cases with these numbers, in order; raise CaseMissing for one that is not the reader's as a whole."""
    found = [whole_case(view, case_no) for case_no in dict.fromkeys(case_nos)]
    return sorted(found, key=lambda one: one.case_no)


def gathered(view: Reading, cases: Sequence[CaseFile], *, earlier: str = "", personal: bool = False) -> Bundle:
    """Return the bundle of ``cases``; ``earlier`` is the note of a checkpoint that the reader has of old.

    With ``personal`` the values that the lines keep digests of are in it, but those that were erased.  Raises
    BundleUnsealed, EarlierUnlike, BundleTooLarge, and JournalIllegible for a line of a newer program: what it names
    would be missing in the bundle.
    """
    refuse_strange(view.connection, [(case.root_id, case.case_no) for case in cases], newer=True)
    chains, pieces, left = [], log_pieces(view, [case.root_id for case in cases], earlier), list[LeftOut]()
    for case in cases:
        rows = lines_between(view.connection, case.root_id, case.root_id)
        lines = [(str(row[6]), str(row[7])) for row in rows]
        leaf = newest_leaf(view, case.root_id)
        chains.append(chain := Chain(case.root_id, lines, leaf.seq if leaf else 0))
        told = [_read(text) for text, _ in lines]
        for one in (*_definitions(view, told), *_files(view, case, told), *_values(view, chain, told, personal)):
            if isinstance(one, LeftOut):
                left.append(one)
            else:
                pieces.append(one)
    return bundle_of(chains, pieces, left)


def _read(text: str) -> tuple[str, Mapping[str, Any]]:
    """Return type and data of a line; nothing of one that somebody has made unreadable: whoever checks it will say."""
    try:
        body = json.loads(text)
        return str(body["type"]), dict(body["data"])
    except (ValueError, KeyError, TypeError):
        return "", {}


Told = Sequence[tuple[str, Mapping[str, Any]]]
Found = Iterator[Piece | LeftOut]


# What it went by -----------------------------------------------------------------------------------------------------


def _definitions(view: Reading, told: Told) -> Found:
    ids = {
        str(data[key])
        for type, data in told
        if type in {RECEIVED, STARTED, MIGRATED}
        for key in ("release", "to_release", "from_release")
        if key in data
    }
    for id in sorted(ids):
        text = release_text(view.connection, id)
        if text is None:
            yield LeftOut("发布", id, "系统中没有登记")
            continue
        body = json.loads(text)
        yield piece(f"releases/{id}.json", text, f"事项 {body['item'][:16]}… 的第 {body['number']} 版发布")
        yield from _named(view, body)


def _named(view: Reading, body: Mapping[str, Any]) -> Found:
    wanted = {
        digest: (name, suffix)
        for part, suffix in DEFINITIONS.items()
        for name, digest in body.get(part, {}).items()
    }  # fmt: skip
    contents = artifact_contents(view.connection, wanted)
    items = {digest: text.encode() for digest, text in item_texts(view.connection, [body["item"]]).items()}
    for digest, (name, suffix) in {**wanted, body["item"]: ("事项", ".json")}.items():
        content = contents.get(digest, items.get(digest))
        if content is None:
            yield LeftOut("定义", digest, "系统中没有登记")
        else:
            yield piece(f"definitions/{digest}{suffix}", content, name)


# Files ---------------------------------------------------------------------------------------------------------------


def _files(view: Reading, case: CaseFile, told: Told) -> Found:
    uploads = usable_uploads(view.connection, "", case.root_id)
    checks = checks_of(view.connection, uploads)
    documents = documents_of(view.connection, case.root_id)
    for one in documents:
        if one.sha256 is None:
            yield LeftOut("文书", one.number, "文件还没有生成")
        else:
            yield _stored(view, f"documents/{one.sha256}.pdf", one.sha256, "文书", f"《{one.title}》{one.number}")
    for digest, upload in sorted(uploads.items()):
        if digest in checks and checks[digest].scan in SHUT:
            yield LeftOut("文件", digest, checks[digest].word)
        else:
            yield _stored(view, _file_name(upload), digest, "文件", upload.file_name)
    known = {one.sha256 for one in documents} | uploads.keys()
    for digest in sorted({each for _, data in told for each in listed_files(data)} - known):
        yield LeftOut("文件", digest, "办件现在没有登记这个文件")


def _file_name(upload: Upload) -> str:
    return f"files/{upload.digest}{SUFFIXES.get(upload.media_type, '.bin')}"


def _stored(view: Reading, name: str, digest: str, what: str, title: str) -> Piece | LeftOut:
    """Return a stored file, read once now: what is missing or changed is no part of the bundle."""
    blobs = view.part(Blobs)
    try:
        content = blobs.get(digest)
    except BlobMissing:
        return LeftOut(what, digest, "存储中没有这个文件")
    if hashlib.sha256(content).hexdigest() != digest:
        return LeftOut(what, digest, "存储中的内容与摘要不符")
    return Piece(name, len(content), digest, lambda: blobs.get(digest), title)


def listed_files(data: Mapping[str, Any]) -> list[str]:
    """Return the digests of files that a line names in clear."""
    found: list[Any] = []
    for key in ("files", "sha256"):
        value = data.get(key)
        found += value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, str) and _DIGEST.fullmatch(one)]


# Personal values -----------------------------------------------------------------------------------------------------


def _values(view: Reading, chain: Chain, told: Told, personal: bool) -> Found:
    kept, disclosed = sealed_values(view.connection, chain.root), []
    for digest in dict.fromkeys(each for _, data in told for each in _digests(data)):
        if digest not in kept:
            yield LeftOut("个人信息", digest, "已依法删除")
        elif not personal:
            yield LeftOut("个人信息", digest, "没有要求提供原值，或者岗位不能查看")
        else:
            salt, sealed = kept[digest]
            disclosed.append({"digest": digest, "salt": salt, "text": view.part(Vault).unseal(sealed)})
    if disclosed:
        text = json.dumps(disclosed, ensure_ascii=False, indent=1)
        yield piece(f"private/{chain.file}.json", f"{text}\n", "个人信息原值")


def _digests(data: Mapping[str, Any]) -> Iterator[str]:
    for value in data.values():
        if isinstance(value, dict) and set(value) == {"digest"}:
            yield str(value["digest"])
