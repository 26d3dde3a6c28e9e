"""Forms and documents of the counter: schemas, answers, validation, rendering.

A form is a form-js schema; see ``forms.notices`` for the official documents.
"""

from __future__ import annotations

from forms.context import SHANGHAI, Checked, Context, Data, UploadRef
from forms.errors import (
    AnswerUnreadable,
    ConditionUnreadable,
    FormError,
    FormRefused,
    FormUnreadable,
    Problem,
    RowActUnknown,
    UnknownForm,
)
from forms.filefields import add_files, file_fields
from forms.procedures import SPECIAL_PROCEDURES
from forms.reading import initial, read_html, read_json, row_act, with_first_values
from forms.refusal import refused
from forms.rendering import render
from forms.schema import canonical, digest, keys, load, parse, source
from forms.signature import is_signature_png, keep_signatures, png_bytes
from forms.validation import validate

__all__ = [
    "SHANGHAI",
    "SPECIAL_PROCEDURES",
    "AnswerUnreadable",
    "Checked",
    "ConditionUnreadable",
    "Context",
    "Data",
    "FormError",
    "FormRefused",
    "FormUnreadable",
    "Problem",
    "RowActUnknown",
    "UnknownForm",
    "UploadRef",
    "add_files",
    "canonical",
    "digest",
    "file_fields",
    "initial",
    "is_signature_png",
    "keep_signatures",
    "keys",
    "load",
    "parse",
    "png_bytes",
    "read_html",
    "read_json",
    "refused",
    "render",
    "row_act",
    "source",
    "validate",
    "with_first_values",
]
