"""Whether an item says everything a service guide must say (5.2.2, DB41/T 1700.2): pure, and for drafts too.

``items.load`` refuses what cannot be carried out; this tells element by element what the public would miss, also of a
draft that cannot be read yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class GuideElement:
    """One element of the guide: how it is called, the form's field where it is written, and whether it is there."""

    name: str
    field: str
    there: bool


def _at(raw: Raw, path: str) -> Any:
    value: Any = raw
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _said(path: str) -> Callable[[Raw], bool]:
    return lambda raw: bool(str(_at(raw, path) or "").strip())


def _some(path: str) -> Callable[[Raw], bool]:
    def there(raw: Raw) -> bool:
        rows = _at(raw, path)
        return isinstance(rows, list) and any(bool(row) for row in rows)

    return there


def _number(path: str) -> Callable[[Raw], bool]:
    return lambda raw: isinstance(_at(raw, path), int | float)


ELEMENTS: tuple[tuple[str, str, Callable[[Raw], bool]], ...] = (
    ("事项名称", "name", _said("name")),
    ("事项类型", "item_type", _said("item_type")),
    ("实施编码", "name", _said("implement_code")),
    ("实施主体", "name", _said("department")),
    ("服务对象", "apply_object", _some("apply_object")),
    ("设定依据", "basis", _some("basis")),
    ("办理条件", "conditions", _some("conditions")),
    ("申请材料", "materials", _some("materials")),
    ("办理流程", "main_process", lambda raw: _said("main_process")(raw) or raw.get("entry_mode") == "dept_only"),
    ("办理环节", "stages", lambda raw: _some("stages")(raw) or _some("joint_plan.branches")(raw)),
    ("承诺时限", "promise_days", _number("promise.days")),
    ("承诺时限的依据", "promise_source", _said("promise.source")),
    ("收费", "fee_text", _said("fee.text")),
    ("结果名称", "result_name", _said("result.name")),
    ("结果送达方式", "delivery", _some("guide.delivery")),
    ("到现场次数", "visits_limit", _number("visits_limit")),
    ("网办深度", "online_depth", _number("online_depth")),
    ("通办范围", "cross_region", _said("cross_region")),
    ("数量限制", "quantity_limit", _said("guide.quantity_limit")),
    ("禁止性要求", "prohibitions", _said("guide.prohibitions")),
    ("咨询渠道", "consult_phone", _said("channels.consult_phone")),
    ("监督投诉渠道", "complaint_phone", _said("channels.complaint_phone")),
    ("救济途径", "remedy", _said("guide.remedy")),
)


def guide_elements(raw: Raw) -> tuple[GuideElement, ...]:
    """Return every element of the guide and whether ``raw``, the JSON object of an item file, has it."""
    return tuple(GuideElement(name, field, there(raw)) for name, field, there in ELEMENTS)


def missing(raw: Raw) -> tuple[str, ...]:
    """Return the names of the elements that are missing, in the order of the guide."""
    return tuple(one.name for one in guide_elements(raw) if not one.there)
