"""What the stranger's tool is told about this house: names that exist, and words that must not be heard.

Loaded by the schemathesis command line (SCHEMATHESIS_HOOKS).  The file named by YICHUANG_STRANGER holds ``names`` (path
parameter -> existing values, the reader's own and other departments'), ``secrets`` (words of cases out of the reader's
sight) and ``numbers`` (full numbers of persons, which are told on a written reason only).
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import GenerationMode

KNOWN: dict[str, Any] = json.loads(Path(os.environ["YICHUANG_STRANGER"]).read_text("utf-8"))
REAL_IN = 4
"""Of so many well-formed requests, all but one go to something that exists."""


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Put an existing name into the address of most well-formed requests; malformed ones stay as they were made."""
    if not case.path_parameters or case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    for name, value in case.path_parameters.items():
        chance = zlib.crc32(f"{case.operation.label} {name} {value} {case.body}".encode("utf-8", "replace"))
        real = KNOWN["names"].get(name, [])
        if real and chance % REAL_IN:
            case.path_parameters[name] = real[chance % len(real)]


@schemathesis.check
def nothing_of_others(context: Any, response: Any, case: Any) -> None:
    """No answer holds a word of a case out of sight, or a full number, that the question did not bring itself."""
    asked = f"{case.path_parameters} {case.query} {case.body}"
    told = response.content.decode("utf-8", "replace")
    hidden = [*KNOWN["secrets"], *([] if case.path.endswith("/unmask") else KNOWN["numbers"])]
    heard = [secret for secret in hidden if secret in told and secret not in asked]
    assert not heard, f"the answer tells {heard}"


@schemathesis.check
def a_well_formed_question_is_taken(context: Any, response: Any, case: Any) -> None:
    """What is asked by GET as the schema says is answered, or hidden or forbidden, never called malformed.

    For what is sent the schema cannot say all (a past date, an item named twice), so there 422 may tell it.
    """
    if case.method.upper() != "GET" or case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    # Characters that nobody can see are refused in every text; a schema has no word for them.
    if not all(str(value).isprintable() for value in (case.query or {}).values()):
        return
    assert response.status_code not in (400, 422), f"{case.operation.label} calls what its schema allows malformed"
