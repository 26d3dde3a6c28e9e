"""Reading a posted form: its files are stored first, so that nothing is chosen twice; then its fields."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request

import forms
from engine.door import Door
from engine.foundation.blobs.rules import admit, sm3_of
from engine.foundation.blobs.storage import Blobs
from engine.foundation.errors import Refusal
from engine.foundation.store.unit import Actor
from engine.process.documents.commands import AddUpload
from forms import Context, Data, UploadRef

SUFFIXES = (".scan",)
"""What a form adds to a field's own name for its parts; an error belongs to the field."""


@dataclass(frozen=True)
class Posted:
    """A posted form: the raw answer, the files that were refused by field, and the context with the new files."""

    data: Data
    errors: dict[str, str]
    context: Context


class Receiver:
    """Stores what comes with one post of one person, under the form's key."""

    def __init__(self, door: Door, actor: Actor, key: str) -> None:
        """``key`` is the form's idempotency key: the same file sent twice with it is one upload."""
        self._door = door
        self._actor = actor
        self._key = key

    def read(self, schema: Mapping[str, Any], context: Context, *, with_files: bool = True) -> Posted:
        """Read the request's form; ``with_files`` is off for a refresh, in which the browser keeps its files.

        Raises forms.AnswerUnreadable.
        """
        uploads, errors = self._files() if with_files else ({}, {})
        fresh = {ref.digest: ref for refs in uploads.values() for ref in refs}
        pairs = list(request.form.items(multi=True))
        data = forms.read_html(schema, pairs, uploads, {**(context.uploads or {}), **fresh})
        if with_files:
            data = forms.keep_signatures(schema, data, lambda _field, image: self._keep(fresh, "签名.png", image))
        if request.form.get("_act") == "refresh":
            data = forms.with_first_values(schema, data, request.form.keys(), context)
        known = None if context.uploads is None else {**context.uploads, **fresh}
        return Posted(data, errors, replace(context, uploads=known))

    def _files(self) -> tuple[dict[str, list[UploadRef]], dict[str, str]]:
        kept: dict[str, list[UploadRef]] = {}
        errors: dict[str, str] = {}
        for name, files in request.files.lists():
            for file in files:
                if not file.filename:
                    continue
                try:
                    kept.setdefault(name, []).append(self._store(file.filename, file.read()))
                except Refusal as refusal:
                    errors.setdefault(_field(name), refusal.sentence)
        return kept, errors

    def _keep(self, fresh: dict[str, UploadRef], name: str, content: bytes) -> UploadRef:
        ref = self._store(name, content)
        fresh[ref.digest] = ref
        return ref

    def _store(self, name: str, content: bytes) -> UploadRef:
        shown, media_type = admit(name, content)
        digest = self._door.part(Blobs).put(content)
        mark = hashlib.sha256(f"{digest}\0{shown}".encode()).hexdigest()[:32]
        command = AddUpload(
            digest=digest, file_name=shown, media_type=media_type, size=len(content), sm3=sm3_of(content)
        )
        self._door.execute(command, self._actor, key=f"{self._key}:{mark}")
        return UploadRef(digest, shown, len(content), media_type)


def _field(name: str) -> str:
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name
