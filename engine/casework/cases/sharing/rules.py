"""What may be shared with whom: pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from engine.casework.cases.file.queries import MaterialRow
from engine.foundation.errors import InvalidFields, NotFound


class SharedMissing(NotFound):
    """没有找到共享给您部门的这份材料，请核对办件编号。"""

    code = "SHARED_MISSING"


def is_verified(one: MaterialRow) -> bool:
    """Tell whether a material was verified: by the formal review, or by obtaining it from its issuer."""
    return one.verdict == "complete" or (one.verdict is None and one.shared)


def sharing_errors(
    materials: Sequence[MaterialRow], numbers: Sequence[int], *, purpose: str, department_fits: bool
) -> dict[str, str]:
    """Return why the materials ``numbers`` may not be shared, by field: only what was verified, for a purpose."""
    errors: dict[str, str] = {}
    known = {one.no: one for one in materials}
    if not department_fits:
        errors["department"] = "请选择另一个业务主管部门"
    if len(purpose.strip()) < 2:
        errors["purpose"] = "请填写共享的用途（至少2个字）"
    if not numbers or any(number not in known for number in numbers):
        errors["no"] = "请选择要共享的材料"
    unverified = [known[number].name for number in numbers if number in known and not is_verified(known[number])]
    if unverified:
        errors["no"] = f"“{unverified[0]}”还没有核验，只能共享已核验的材料"
    return errors


def refuse(errors: dict[str, str]) -> None:
    """Raise InvalidFields when there are errors."""
    if errors:
        raise InvalidFields(errors)


COVERED: Final = "（其他部门的材料）"
"""What stands where the name of a material or a file was that is not the reader's to know."""


_LIST = re.compile(f"{COVERED}(?:、{COVERED})+")


@dataclass(frozen=True)
class Veil:
    """The names of materials and files that a reader may not learn, and the phrases that stay although they hold one.

    The words themselves are covered, wherever they stand: a sentence of the journal, a reason that somebody wrote, a
    line of a list.  So a sentence that is new tomorrow tells no more than those of today (6.1.6).
    """

    hidden: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()

    def over(self, text: str) -> str:
        """Return ``text`` with every hidden name covered; the longest phrase that fits decides, a list is said once."""
        if not self.hidden:
            return text
        told = self._pattern.sub(lambda found: found[0] if found[0] in self.kept else COVERED, text)
        return _LIST.sub(COVERED, told)

    def hides(self, value: object) -> bool:
        """Tell whether a value, or anything in it, holds a hidden name."""
        if isinstance(value, str):
            return self.over(value) != value
        if isinstance(value, Mapping):
            return any(self.hides(one) for one in value.values())
        return isinstance(value, Collection) and any(self.hides(one) for one in value)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        phrases = sorted(self.hidden | self.kept, key=lambda one: (-len(one), one))
        return re.compile("|".join(re.escape(one) for one in phrases))


def veil_over(hidden: Collection[str], own: Collection[str], phrases: Collection[str]) -> Veil:
    """Return the veil over the names ``hidden``; the reader's ``own`` names and the phrases stay whole."""
    foreign = frozenset(one for one in hidden if one and one not in own)
    return Veil(foreign, frozenset(one for one in (*own, *phrases) if one) - foreign)
