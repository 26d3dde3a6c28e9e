"""Answers of programs before they become commands: drawn signatures are stored as files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import forms
from engine.foundation.blobs.rules import sm3_of
from engine.foundation.blobs.storage import Blobs
from engine.process.documents.commands import AddUpload
from forms import UploadRef
from web.api.contract import Call


def with_signatures(call: Call, schema: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer with each signature that came as a PNG data URL stored and referred to.

    The upload's key is made of the call's and the image, so a repeated call stores nothing new.
    """

    def keep(field: str, image: bytes) -> UploadRef:
        return store_file(call, f"{field}.png", "image/png", image, part=field)

    return forms.keep_signatures(schema, answer, keep)


def store_file(call: Call, name: str, media_type: str, content: bytes, *, part: str) -> UploadRef:
    """Store an admitted file as the caller's loose upload; ``part`` tells the files of one call apart."""
    digest = call.door.part(Blobs).put(content)
    command = AddUpload(digest=digest, file_name=name, media_type=media_type, size=len(content), sm3=sm3_of(content))
    key = hashlib.sha256(f"{call.key}\0{part}\0{digest}".encode()).hexdigest()
    call.door.execute(command, call.actor, key=f"upload:{key}")
    return UploadRef(digest, name, len(content), media_type)
