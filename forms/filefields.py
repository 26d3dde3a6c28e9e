"""The upload fields of a form: what each is for in words, and adding files that came another way than by the page."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms.context import Context, Data, UploadRef
from forms.model import read_form
from forms.views import Builder, View

_IN_ROW = re.compile(r"([a-z0-9_]+)\[(\d{1,4})\]\.([a-z0-9_]+)")


def file_fields(schema: Mapping[str, Any], data: Mapping[str, Any], context: Context) -> dict[str, str]:
    """Return the upload fields that a page filled with ``data`` shows: field name to what it is for.

    In a row that is the row's own title (the material), elsewhere the field's label.
    """
    return dict(_titles(Builder(read_form(schema), context, {}, {}).whole(data), ""))


def _titles(views: Sequence[View], row: str) -> Iterator[tuple[str, str]]:
    for view in views:
        if view.kind == "filepicker":
            yield view.name, row or view.label
        yield from _titles(view.children, row)
        for one in view.rows:
            # A legend is the row's number and, behind a wide space, its title.
            yield from _titles(one.children, one.legend.partition("　")[2])


def add_files(data: Mapping[str, Any], name: str, refs: Sequence[UploadRef]) -> Data:
    """Return ``data`` with ``refs`` added to the upload field ``name``; a file that lies there already is not repeated.

    A row that is no longer there takes nothing, and the data stays as it is.
    """
    changed = copy.deepcopy(dict(data))
    found = _IN_ROW.fullmatch(name)
    place, key = changed, name
    if found is not None:
        rows, index = changed.get(found[1]), int(found[2])
        if not isinstance(rows, list) or index >= len(rows):
            return changed
        place, key = rows[index], found[3]
    kept = place.get(key)
    files = list(kept) if isinstance(kept, list) else []
    there = {file.get("digest") for file in files if isinstance(file, Mapping)}
    place[key] = files + [ref.as_data() for ref in refs if ref.digest not in there]
    return changed
