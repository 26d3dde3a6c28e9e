"""I8: every file that something refers to is there as it was, and nothing lies there that nothing refers to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy.engine import Connection

from engine.foundation.blobs.checks import preview_digests
from engine.foundation.blobs.queries import referenced_digests
from engine.foundation.blobs.storage import BlobMissing, Blobs
from engine.process.documents.queries import rendered_digests

LEFT_SECONDS = 2 * 86_400
"""A file has a day to be referred to and the sweep another to take it away."""


def file_faults(connection: Connection, blobs: Blobs, root_prefix: str) -> Iterator[tuple[str, str, str]]:
    """Yield (rule, digest, sentence) for each stored file that is missing, changed, or left behind.

    A document's file may be missing, for it can be rendered again; a changed one may not be there.
    """
    uploaded = referenced_digests(connection, root_prefix)
    for digest in sorted(uploaded | rendered_digests(connection, root_prefix)):
        try:
            content = blobs.get(digest)
        except BlobMissing:
            if digest in uploaded:
                yield "I8.missing", digest, "文件不在存储中"
        else:
            if hashlib.sha256(content).hexdigest() != digest:
                yield "I8.changed", digest, "文件内容与其摘要不符"
    if not root_prefix:
        known = referenced_digests(connection) | rendered_digests(connection) | preview_digests(connection)
        for name in blobs.left_behind(known, older_than_seconds=LEFT_SECONDS):
            yield "I8.left", name, "存储中有无人引用的文件，应在一日内清理"
