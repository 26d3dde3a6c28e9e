"""What may be shared with whom: pure."""

from __future__ import annotations

from collections.abc import Sequence

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
