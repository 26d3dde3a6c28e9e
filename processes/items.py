"""A service item (政务服务事项) as a typed, checked record.

An item file is edited by departments (4.2.3); ``load`` reads it, says all that is wrong in Chinese, and gives back a
frozen ``Item`` that the rest of the house may trust.  Days are whole working days ("wd") or calendar days ("cd") as
the field's unit says; stages and branches may be halves (0.5 日 = 4 工作小时).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, cast

from processes import item_rules, words
from processes.joint_plan import VETO_EFFECTS, Branch, JointPlan
from processes.reading import Reader


class ItemRefused(ValueError):
    """事项“{item}”的内容有 {count} 处不符合要求，请按所列逐项改正后重新载入。"""

    code = "ITEM_REFUSED"

    def __init__(self, item: str, problems: tuple[str, ...]) -> None:
        self.item = item
        self.problems = problems
        self.sentence = (type(self).__doc__ or "").strip().format(item=item, count=len(problems))
        super().__init__("\n".join((self.sentence, *problems)))


@dataclass(frozen=True)
class Limit:
    """A time limit: ``days`` of ``unit`` ("wd" working, "cd" calendar days) and the rule it comes from."""

    days: int
    unit: Literal["wd", "cd"]
    source: str


@dataclass(frozen=True)
class Extension:
    """How far and how often the limit may be extended on approval (行政许可法 42); the unit is working days."""

    days: int
    times: int
    source: str


@dataclass(frozen=True)
class Material:
    """One line of the list of application materials (一式几份; 容缺; 来源).

    ``returned``: an original that is only looked at and given back at once (核验后退还), so no paper is handed over;
    ``waived_by_commitment``: need not be handed in by who promises in writing (告知承诺, 4.1.7).
    """

    no: int
    name: str
    form: str
    copies: int
    required: bool
    deficiency_allowed: bool
    source: str
    returned: bool
    waived_by_commitment: bool
    note: str | None


@dataclass(frozen=True)
class Fee:
    """Whether there is a charge, and the words shown ("不收费" is written out, never left blank)."""

    charged: bool
    text: str


@dataclass(frozen=True)
class Result:
    """The document or licence handed out, and how long it is valid (None: without limit or not applicable)."""

    name: str
    validity: str | None


@dataclass(frozen=True)
class Stage:
    """One stage of the work; only "work" and "site_visit" count towards the promise.

    ``key`` names the stage of the drawing whose limit this is; None for one that is only published.
    """

    name: str
    kind: str
    days: Decimal
    procedure: str | None
    key: str | None = None

    @property
    def counted(self) -> bool:
        """Tell whether the stage runs on the promise: a site visit does (行政许可法 45 does not list it)."""
        return self.kind in ("work", "site_visit")


@dataclass(frozen=True)
class Channels:
    """Where the applicant asks and complains; the notices of appendix B and C print both numbers."""

    consult_phone: str
    complaint_phone: str
    hotline: str


@dataclass(frozen=True)
class Guide:
    """The remaining elements a service guide must state (5.2.2, DB41/T 1700.2)."""

    quantity_limit: str
    prohibitions: str
    delivery: tuple[str, ...]
    remedy: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """One service item with its plan, as a department publishes it."""

    code: str
    implement_code: str
    name: str
    item_type: str
    domain: str
    department: str
    use_level: str
    handle_region: str
    case_type: str
    statutory: Limit | None
    promise: Limit
    clock_anchor: str
    extension: Extension | None
    special_procedures: tuple[str, ...]
    site_visit: bool
    notice_commitment: bool
    post_check_months: int | None
    home_service: bool
    intake_mode: str
    entry_mode: str
    apply_object: tuple[str, ...]
    visits_limit: int
    online_depth: int
    cross_region: str
    materials: tuple[Material, ...]
    conditions: tuple[str, ...]
    fee: Fee
    result: Result
    basis: tuple[str, ...]
    stages: tuple[Stage, ...]
    channels: Channels
    guide: Guide
    correction_limit_days: int | None
    joint_plan: JointPlan | None
    main_process: str | None
    value_sources: Mapping[str, str]
    ladders: Mapping[str, Any] = field(default_factory=dict)
    """The rules by which its limits escalate, by kind of clock, as they are written; publishing checks them."""


def load(text: bytes | str) -> Item:
    """Read one item from its JSON text; raise ItemRefused with every problem found (Chinese sentences)."""
    try:
        raw = json.loads(text, parse_float=Decimal)
    except (json.JSONDecodeError, UnicodeDecodeError) as fault:
        raise ItemRefused("（未能读出）", (f"不是合格的 JSON 文件：{fault}",)) from fault
    faults: list[str] = []
    item = _read(Reader(raw, faults))
    # The rules speak about the meaning of fields, which only makes sense once every field could be read.
    problems = faults or item_rules.problems(item, raw)
    if problems:
        raise ItemRefused(item.code or "（未写代码）", tuple(problems))
    return item


def _read(reader: Reader) -> Item:
    item = Item(
        code=reader.text("code"),
        implement_code=reader.text("implement_code"),
        name=reader.text("name"),
        item_type=reader.text("item_type"),
        domain=reader.text("domain"),
        department=reader.text("department"),
        use_level=reader.text("use_level", words.USE_LEVELS),
        handle_region=reader.text("handle_region"),
        case_type=reader.text("case_type", words.CASE_TYPES),
        statutory=_limit(reader.part("statutory")) if reader.has("statutory") else None,
        promise=_limit(reader.part("promise")),
        clock_anchor=reader.text("clock_anchor", words.CLOCK_ANCHORS),
        extension=_extension(reader.part("extension")) if reader.has("extension") else None,
        special_procedures=reader.texts("special_procedures", words.SPECIAL_PROCEDURES),
        site_visit=reader.flag("site_visit"),
        notice_commitment=reader.flag("notice_commitment"),
        post_check_months=reader.whole("post_check_months", 1) if reader.has("post_check_months") else None,
        home_service=reader.flag("home_service"),
        intake_mode=reader.text("intake_mode", words.INTAKE_MODES),
        entry_mode=reader.text("entry_mode", words.ENTRY_MODES),
        apply_object=reader.texts("apply_object", words.APPLY_OBJECTS, least=1),
        visits_limit=reader.whole("visits_limit"),
        online_depth=reader.whole("online_depth", 1),
        cross_region=reader.text("cross_region", words.CROSS_REGIONS),
        materials=tuple(_material(part) for part in reader.parts("materials", least=1)),
        conditions=reader.texts("conditions", least=1),
        fee=_fee(reader.part("fee")),
        result=_result(reader.part("result")),
        basis=reader.texts("basis", least=1),
        stages=tuple(_stage(part) for part in reader.parts("stages")),
        channels=_channels(reader.part("channels")),
        guide=_guide(reader.part("guide")),
        correction_limit_days=reader.whole("correction_limit_days", 1) if reader.has("correction_limit_days") else None,
        joint_plan=_joint_plan(reader.part("joint_plan")) if reader.has("joint_plan") else None,
        main_process=reader.optional_text("main_process"),
        value_sources=reader.marks("value_sources", words.VALUE_MARKS),
        ladders=reader.written("ladders") if reader.has("ladders") else {},
    )
    reader.no_more()
    return item


def _limit(reader: Reader) -> Limit:
    unit = cast("Literal['wd', 'cd']", reader.text("unit", words.UNITS))
    limit = Limit(reader.whole("days"), unit, reader.text("source"))
    reader.no_more()
    return limit


def _extension(reader: Reader) -> Extension:
    extension = Extension(reader.whole("days", 1), reader.whole("times", 1), reader.text("source"))
    reader.no_more()
    return extension


def _material(reader: Reader) -> Material:
    material = Material(
        no=reader.whole("no", 1),
        name=reader.text("name"),
        form=reader.text("form", words.MATERIAL_FORMS),
        copies=reader.whole("copies"),
        required=reader.flag("required"),
        deficiency_allowed=reader.flag("deficiency_allowed"),
        source=reader.text("source", words.MATERIAL_SOURCES),
        returned=reader.flag("returned") if reader.has("returned") else False,
        waived_by_commitment=reader.flag("waived_by_commitment") if reader.has("waived_by_commitment") else False,
        note=reader.optional_text("note"),
    )
    reader.no_more()
    return material


def _fee(reader: Reader) -> Fee:
    fee = Fee(reader.flag("charged"), reader.text("text"))
    reader.no_more()
    return fee


def _result(reader: Reader) -> Result:
    result = Result(reader.text("name"), reader.optional_text("validity"))
    reader.no_more()
    return result


def _stage(reader: Reader) -> Stage:
    stage = Stage(
        name=reader.text("name"),
        kind=reader.text("kind", words.STAGE_KINDS),
        days=reader.number("days"),
        procedure=reader.optional_text("procedure", words.SPECIAL_PROCEDURES),
        key=reader.optional_text("key") if reader.has("key") else None,
    )
    reader.no_more()
    return stage


def _channels(reader: Reader) -> Channels:
    channels = Channels(reader.text("consult_phone"), reader.text("complaint_phone"), reader.text("hotline"))
    reader.no_more()
    return channels


def _guide(reader: Reader) -> Guide:
    guide = Guide(
        quantity_limit=reader.text("quantity_limit"),
        prohibitions=reader.text("prohibitions"),
        delivery=reader.texts("delivery", least=1),
        remedy=reader.text("remedy"),
        questions=reader.texts("questions"),
    )
    reader.no_more()
    return guide


def _joint_plan(reader: Reader) -> JointPlan:
    plan = JointPlan(
        lead_department=reader.text("lead_department"),
        branches=tuple(_branch(part) for part in reader.parts("branches", least=1)),
        joint_site_visit=reader.texts("joint_site_visit"),
    )
    reader.no_more()
    return plan


def _branch(reader: Reader) -> Branch:
    branch = Branch(
        key=reader.text("key"),
        department=reader.text("department"),
        name=reader.text("name"),
        depends_on=reader.texts("depends_on"),
        days=reader.number("days"),
        optional=reader.flag("optional"),
        veto=reader.text("veto", VETO_EFFECTS),
        materials=reader.wholes("materials") if reader.has("materials") else (),
        automatic=reader.flag("automatic") if reader.has("automatic") else False,
        result=reader.optional_text("result") if reader.has("result") else None,
    )
    reader.no_more()
    return branch
