"""What surrounds a form when it is filled: the time, the rows and options given, what was uploaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991

Data = dict[str, Any]
"""An answer: field key to str, int, bool, None, list of str, list of file references or list of rows."""


@dataclass(frozen=True)
class UploadRef:
    """A stored upload: SHA-256 of its bytes (hex), the name given by the person, size in bytes, media type."""

    digest: str
    name: str
    size: int
    media_type: str

    def as_data(self) -> Data:
        """Return the reference as it stands in an answer."""
        return {"digest": self.digest, "name": self.name, "size": self.size, "media_type": self.media_type}


@dataclass(frozen=True)
class Context:
    """Everything a form may depend on besides the answer itself.

    ``now``       aware moment of filling; dates are those of Asia/Shanghai.
    ``rows``      list path -> rows. For fixed lists the read-only keys are the truth and the other
                  keys are first values; for open lists the rows are first values.
    ``options``   field key (``list.key`` in rows) -> allowed values, as values of the form's own
                  options or as (value, label) pairs.
    ``values``    read-only values and flags that conditions may read.
    ``defaults``  first values of editable fields.
    ``uploads``   the references this person may use, by digest; None takes references as they come
                  (then the caller checks that the digests exist).
    """

    now: datetime
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    options: Mapping[str, Sequence[str | tuple[str, str]]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, UploadRef] | None = None

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("Context.now must be an aware datetime")

    @property
    def today(self) -> date:
        """The calendar date in Asia/Shanghai."""
        return self.now.astimezone(SHANGHAI).date()

    @property
    def minute(self) -> str:
        """The local minute as a form writes it: ``2026-03-02T09:05``."""
        return self.now.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class Checked:
    """A checked answer: typed data, errors and warnings by field name (``materials[0].copies``)."""

    data: Data
    errors: dict[str, str]
    warnings: dict[str, str]

    @property
    def ok(self) -> bool:
        """True when nothing must be corrected (warnings do not count)."""
        return not self.errors
